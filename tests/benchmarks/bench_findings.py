"""Seconds for the findings of one case: a party of 10,000 people and 24 months among 300 parties.

    python tests/benchmarks/bench_findings.py [FOLDER]

Makes the office in FOLDER (kept there for the next run; a temporary one by default). Asserts nothing.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS.parent), str(TESTS)]

BIG, MONTHS, PARTIES, SMALL, SHARED = 10_000, 24, 300, 60, 40
LAST = (2023, 6)


def _months() -> list[int]:
    last = LAST[0] * 12 + LAST[1] - 1
    return [(n // 12) * 100 + n % 12 + 1 for n in range(last - MONTHS + 1, last + 1)]


def _fill(bench: Any) -> int:
    """The big party and 299 small ones, each of which shares a few people with it; gives the big one's case."""
    from services.case_bench import DATONG, DT
    from sqlalchemy import insert

    from caseworker.sample_data.people import make_people
    from caseworker.store.models import Employment, InsuranceMonth, Person, WageMonth
    from caseworker.values.money import Money

    rng = Random(1)
    people = make_people(BIG + (PARTIES - 1) * SMALL, rng)
    parties = [bench.dt_company(0, name=f"大同市第{n}标注有限公司") for n in range(PARTIES)]
    with bench.clerk.file.write(bench.clerk.actor, "bench.fill") as work:
        for start in range(0, len(people), 4000):
            rows = [
                {
                    "id": start + place + 1,
                    "version": 1,
                    "name": one.name,
                    "initials": "x",
                    "id_kind": "resident-id",
                    "id_number": one.id_number,
                    "id_accepted_reason": "",
                }
                for place, one in enumerate(people[start : start + 4000])
            ]
            work.bulk(insert(Person), rows)
        for place, party in enumerate(parties):
            keys = range(1, BIG + 1)
            if place:
                first = BIG + (place - 1) * SMALL + 1
                shared = rng.sample(range(1, BIG + 1), SHARED) if place <= 20 else []
                keys = [*range(first, first + SMALL), *shared]
            imports = {kind: bench._import(work, party, kind).id for kind in ("roster", "wages", "insurance")}
            spans = {"party_id": party, "version": 1, "employed_from": date(2021, 6, 1), "position": ""}
            contract = {"contract_start": date(2021, 6, 1), "import_id": imports["roster"]}
            work.bulk(insert(Employment), [{**spans, **contract, "person_id": key} for key in keys])
            for table, kind, more in (
                (WageMonth, "wages", {"gross": Money(400_000)}),
                (InsuranceMonth, "insurance", {}),
            ):
                fixed = {"party_id": party, "import_id": imports[kind], **more}
                months = _months() if not place else _months()[-6:]
                rows = [{**fixed, "person_id": key, "month": month} for key in keys for month in months]
                for start in range(0, len(rows), 20_000):
                    work.bulk(insert(table), rows[start : start + 20_000])
        work.subject("party", parties[0])
    for party in parties[1:6]:
        bench.clerk.cases.accept(party, DATONG, DT)
    return bench.clerk.cases.accept(parties[0], DATONG, DT)


def _timed(name: str, run: Callable[[], Any]) -> Any:
    begun = time.perf_counter()
    answer = run()
    print(f"{name:<44}{time.perf_counter() - begun:>8.2f} s", flush=True)
    return answer


def main() -> None:
    from services.case_bench import PASSWORD, make_bench

    from caseworker.services import open_desk
    from caseworker.services.case_calculation import work
    from caseworker.services.findings_standing import _find
    from caseworker.store.models import Case
    from caseworker.values.clock import SetClock

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="findings-"))
    office = folder / "office.caseworker"
    if not office.exists():
        folder.mkdir(parents=True, exist_ok=True)
        bench = make_bench(folder, date(2023, 6, 20))
        _timed("making the office", lambda: _fill(bench))
        bench.clerk.close()
    desk = open_desk(office, "clerk", PASSWORD, clock=SetClock(date(2023, 6, 20)))
    try:
        case_id = desk.cases.page(limit=1).rows[0].id
        _timed("list of cases", lambda: desk.cases.page())
        _timed("calculation", lambda: desk.cases.calculation(case_id))
        _timed("case, first time", lambda: desk.cases.get(case_id))
        _timed("case, again", lambda: desk.cases.get(case_id))
        view = _timed("findings, after the case", lambda: desk.findings.of_case(case_id))
        print(f"{len(view.rows)} findings, {view.open} open")
        found = [row.digest for row in view.rows if row.state == "open"]
        if found:
            _timed("one finding's evidence", lambda: desk.findings.evidence(case_id, found[0]))
            _timed("settling half of them", lambda: desk.findings.settle(case_id, found[::2], "other", "核实"))
            _timed("findings, after that", lambda: desk.findings.of_case(case_id))
        with desk.file.read() as session:
            case = session.get_one(Case, case_id)
            worked = work(session, case, desk.packs)
            _timed("looking for findings alone", lambda: _find(session, case, desk.packs, worked, None, None))
    finally:
        desk.close()


if __name__ == "__main__":
    main()
