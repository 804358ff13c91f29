"""Requests per second of the calculator: one at a time for every clause, and as a batch of them all.

    python tests/benchmarks/bench_calculate.py [SECONDS]

Prints a table; asserts nothing. SECONDS (default 1) is spent on each clause.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from itertools import cycle, islice
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS.parent), str(TESTS)]


def _requests() -> dict[str, dict[str, Any]]:
    """The eligible request of every clause that the tests of the policies are built on."""
    spec = importlib.util.spec_from_file_location("policy_conftest", TESTS / "policy" / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {
        clause: {"policy": policy, "clause": clause, "as_of": day, "facts": facts}
        for clause, (policy, day, facts) in module.ELIGIBLE.items()
    }


def _rate(seconds: float, run: Any) -> float:
    """Calls a second."""
    run()
    count, begun = 0, time.perf_counter()
    while (spent := time.perf_counter() - begun) < seconds:
        run()
        count += 1
    return count / spent


def main() -> None:
    from caseworker.policy import calculate_json, dump_json
    from caseworker.policy.batch import calculate_lines
    from caseworker.services import bundled_packs

    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    packs = bundled_packs()
    lines = {clause: json.dumps(request, ensure_ascii=False).encode("utf-8") for clause, request in _requests().items()}
    print(f"{'clause':<24}{'requests/s':>12}   (JSON in, JSON out, one at a time)")
    for clause, line in lines.items():
        print(f"{clause:<24}{_rate(seconds, lambda line=line: dump_json(calculate_json(line, packs))):>12,.0f}")
    small = [line for line in lines.values() if len(line) < 2000]
    for name, chosen, count in (("all clauses", list(lines.values()), 2_700), ("small requests", small, 25_000)):
        mixed = islice(cycle([*chosen, b"not json"]), count)
        begun = time.perf_counter()
        answered = sum(1 for _ in calculate_lines(mixed, packs))
        print(f"{'batch, ' + name:<24}{answered / (time.perf_counter() - begun):>12,.0f}")


if __name__ == "__main__":
    main()
