"""A roster with the mistakes that clerks see every week, to practise on, and what a reader must say about each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from caseworker.sample_data.numbers import id_check_character
from caseworker.sample_data.office import SampleOffice
from caseworker.sample_data.sheets import Heading, write_sheet

PROBLEM_FILE = "花名册（有错误，供练习）.xlsx"


@dataclass(frozen=True, slots=True)
class ExpectedProblem:
    row: int
    code: str


def write_problem_roster(office: SampleOffice, folder: Path) -> tuple[Path, tuple[ExpectedProblem, ...]]:
    """Eight people of 映山 in ten rows, six of them wrong. Returns the file and what must be rejected."""
    company = office.company("yingshan")
    staff = company.staff[:8]
    rows: list[list[object]] = [
        [i, e.person.name, e.person.id_number, e.position, e.employed_from, e.employed_to]
        for i, e in enumerate(staff, start=1)
    ]
    first = 4  # title, unit line and heading stand above
    expected: list[ExpectedProblem] = []

    def spoil(index: int, column: int, value: object, code: str) -> None:
        rows[index][column] = value
        expected.append(ExpectedProblem(first + index, code))

    number = staff[1].person.id_number
    spoil(1, 2, int(number[:15]) * 1000, "id-number-precision-lost")  # what Excel leaves of a typed number
    body = staff[2].person.id_number[:17]
    right = id_check_character(body)
    spoil(2, 2, body + ("0" if right != "0" else "1"), "id-number-invalid")
    spoil(3, 1, "", "missing-value")
    spoil(4, 4, "2022年13月5日", "date-invalid")
    rows.append([len(rows) + 1, *rows[0][1:]])
    expected.append(ExpectedProblem(first + len(rows) - 1, "duplicate-row"))
    other = next(e.person.name for e in staff[5:] if e.person.name != staff[5].person.name)
    rows.append([len(rows) + 1, other, *rows[5][2:]])
    expected.append(ExpectedProblem(first + len(rows) - 1, "same-id-different-name"))

    path = folder / company.name / PROBLEM_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    titles = ("序号", "姓名", "身份证号", "岗位", "入职日期", "离职日期")
    write_sheet(
        path,
        "花名册",
        f"{company.name}员工花名册",
        f"填报单位：{company.name}",
        "",
        [Heading(t) for t in titles],
        rows,
        count_row=True,
    )
    return path, tuple(expected)
