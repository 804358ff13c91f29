"""Valid seats of many people: seconds, gap to the proven bound, and what a plain greedy search finds.

python tests/benchmarks/seats_benchmark.py [--people 10000] [--patterns 2000] [--rule distinct] [--no-greedy] [KIND ...]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parent)]

from seats_people import KINDS, make_people, plain_greedy  # noqa: E402

from caseworker.seats import Rule, recognise  # noqa: E402

REQUIRED = 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--patterns", type=int, default=2_000)
    parser.add_argument("--rule", type=Rule, default=Rule.DISTINCT)
    parser.add_argument("--no-greedy", action="store_true")
    options = parser.parse_args()
    for kind in options.kinds or KINDS:
        people = make_people(kind, options.people, options.patterns)
        patterns = len({person.months for person in people})
        started = time.perf_counter()
        answer = recognise(people, REQUIRED, rule=options.rule)
        seconds = time.perf_counter() - started
        gap = 100 * (answer.upper_bound - answer.count) / max(1, answer.upper_bound)
        used = sum(len(seat.people) for seat in answer.seats)
        line = (
            f"{kind}: {len(people)} people, {patterns} patterns: {answer.count} seats of at most {answer.upper_bound}"
            f" (gap {gap:.2f} %), {used} people, {seconds:.1f} s"
        )
        if not options.no_greedy and options.rule is Rule.DISTINCT:
            line += f"; plain greedy {plain_greedy(people, REQUIRED)}"
        print(line, flush=True)


if __name__ == "__main__":
    main()
