"""Rows per second and peak memory of reading 240,000 wage rows, beside pandas.read_excel + to_sql of the same file.

    python tests/benchmarks/bench_intake.py [ROWS]

Prints a table; asserts nothing. pandas is no dependency of the program: where it is not installed, its lines say so.
Reading checks every name, ID number, month and amount; pandas takes the cells as they are.
"""

from __future__ import annotations

import importlib.util
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS.parent), str(TESTS)]

MONTHS = [f"{2022 + place // 12}-{place % 12 + 1:02d}" for place in range(24)]


def make(path: Path, rows: int) -> None:
    """People × 24 months, months down the rows, ID numbers as text, amounts as numbers."""
    from openpyxl import Workbook

    from caseworker.sample_data import numbers

    rng = Random(1)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("工资")
    sheet.append(["工资发放明细表"])
    sheet.append(["序号", "姓名", "身份证号", "月份", "应发工资"])
    for number in range(rows):
        if number % len(MONTHS) == 0:
            name = f"员工{number // len(MONTHS):05d}"
            born = date(1970, 1, 1) + timedelta(days=rng.randrange(12_000))
            id_number = numbers.id_number(rng, born, bool(number % 2))
        amount = rng.randrange(200_000, 900_000) / 100
        sheet.append([number + 1, name, id_number, MONTHS[number % len(MONTHS)], amount])
    book.save(path)


def read(path: Path) -> int:
    from caseworker.intake import read_workbook

    return len(read_workbook("wages", path).rows)


def take(path: Path) -> int:
    """The whole import: read, checked against the office, file kept, people and months written encrypted, logged."""
    from caseworker.services.desk import NewOffice, NewUser, create_office, open_desk
    from caseworker.services.views import PartyForm, Role
    from caseworker.values.clock import SetClock

    clock = SetClock(date(2024, 1, 31))
    office, password = path.with_suffix(".caseworker"), "correct-horse-9"
    users = [
        NewUser("admin", "管理员", frozenset({Role.ADMINISTRATOR}), password),
        NewUser("clerk", "经办", frozenset({Role.CASEWORKER}), password),
    ]
    about = NewOffice("县办公室", "县办字", "县", "路1号", "0000-0000000", "经办", "县政府", ("xunwu-2022-59",))
    create_office(office, about, users, clock=clock, cheap_keys=True)
    desk = open_desk(office, "clerk", password, clock=clock)
    try:
        party = desk.dossiers.create(PartyForm(kind="company", name="测试公司", code="91360734MA7K2L5T3C"))
        return desk.imports.take("wages", path, party, good_rows_only=True).rows_taken
    finally:
        desk.close()


def pandas_way(engine: str) -> Callable[[Path], int]:
    def run(path: Path) -> int:
        import pandas

        frame = pandas.read_excel(path, header=1, engine=engine)
        with sqlite3.connect(path.with_suffix(".db")) as connection:
            frame.to_sql("wages", connection, if_exists="replace", index=False)
        connection.close()
        return len(frame)

    return run


WAYS: dict[str, Callable[[Path], int]] = {
    "read_workbook": read,
    "imports.take": take,
    "pandas, calamine": pandas_way("calamine"),
    "pandas, openpyxl": pandas_way("openpyxl"),
}


def measured(way: str, path: Path) -> None:
    """Runs in a process of its own, so that the peak is its own."""
    begun, spent = time.perf_counter(), time.process_time()
    rows = WAYS[way](path)
    found = {"rows": rows, "seconds": time.perf_counter() - begun, "cpu": time.process_time() - spent, "peak": _peak()}
    print(json.dumps(found))


def _peak() -> float | None:
    """Mebibytes; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def main() -> None:
    if len(sys.argv) == 4 and sys.argv[1] == "--measure":
        measured(sys.argv[2], Path(sys.argv[3]))
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 240_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "工资流水.xlsx"
        make(path, rows)
        print(f"{rows:,} rows, {path.stat().st_size / (1 << 20):.1f} MB")
        print(f"{'':<20}{'seconds':>10}{'CPU s':>10}{'rows/s':>12}{'rows/CPU s':>12}{'peak MB':>10}")
        for way in WAYS:
            if way.startswith("pandas") and importlib.util.find_spec("pandas") is None:
                print(f"{way:<20}{'not installed':>22}")
                continue
            done = subprocess.run(
                [sys.executable, __file__, "--measure", way, str(path)], capture_output=True, check=True
            )
            found = json.loads(done.stdout)
            peak = "—" if found["peak"] is None else f"{found['peak']:,.0f}"
            rates = f"{found['rows'] / found['seconds']:>12,.0f}{found['rows'] / found['cpu']:>12,.0f}"
            print(f"{way:<20}{found['seconds']:>10.1f}{found['cpu']:>10.1f}{rates}{peak:>10}")


if __name__ == "__main__":
    main()
