"""Intern lists, yearly figures, numbers taken with a reason, and tables that a clerk has to point out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from sample_office import Sample
from services.test_imports import workbook
from sqlalchemy import select

from caseworker.errors import InvalidInput, Refusal
from caseworker.services.desk import Desk
from caseworker.services.import_columns import ColumnChoice
from caseworker.services.programs import ProgramService
from caseworker.services.views import Role
from caseworker.store.models import Import, Internship, PartyFact, Person
from caseworker.values.id_number import check_character
from caseworker.values.money import Money

GOOD = ("11010119900307123", "11010119920815234", "11010119950101345")
IDS = tuple(body + check_character(body) for body in GOOD)
WRONG = GOOD[0] + ("0" if check_character(GOOD[0]) != "0" else "1")  # right but for its last character
INTERN_HEAD = ("姓名", "身份证号", "学校", "学历", "实习开始日期", "实习结束日期", "录用日期", "离职日期")


@pytest.fixture
def desk(sample: Sample) -> Iterator[Desk]:
    with sample.desk() as opened:
        yield opened


def interns_of(desk: Desk, party: int) -> list[tuple[str, str, str | None, date | None, date | None, date | None]]:
    with desk.file.read() as session:
        rows = session.execute(
            select(Person.name, Internship, Import.state)
            .join(Person, Person.id == Internship.person_id)
            .join(Import, Import.id == Internship.import_id)
            .where(Internship.party_id == party, Import.state == "active")
            .order_by(Internship.id)
        )
        return [
            (name, row.school, row.education, row.intern_from, row.intern_to, row.hired_from) for name, row, _ in rows
        ]


def facts_of(desk: Desk, party: int) -> dict[tuple[str, int | None], object]:
    with desk.file.read() as session:
        rows = session.execute(
            select(PartyFact, Import.state)
            .join(Import, Import.id == PartyFact.import_id)
            .where(PartyFact.party_id == party, Import.state == "active")
        )
        return {(row.name, row.year): row.value["value"] for row, _ in rows}


# ---- interns -------------------------------------------------------------------------------


def test_an_intern_list_enters_is_superseded_and_undone(desk: Desk, sample: Sample, tmp_path: Path) -> None:
    party = sample.made.parties["xinglian"]
    first = workbook(
        tmp_path / "实习生名单.xlsx",
        INTERN_HEAD,
        [
            ("赵甲", IDS[0], "某职业学院", "大专", "2023-03-01", "2023-06-30", None, None),
            ("钱乙", IDS[1], "某中等职业学校", "中专", "2023年3月1日", "2023.6.30", None, None),
        ],
    )
    taken = desk.imports.take("interns", first, party, good_rows_only=False)
    assert (taken.rows_taken, taken.kind_name) == (2, "实习生名单")
    day = date(2023, 3, 1)
    assert interns_of(desk, party) == [
        ("赵甲", "某职业学院", "higher", day, date(2023, 6, 30), None),
        ("钱乙", "某中等职业学校", "secondary", day, date(2023, 6, 30), None),
    ]
    # later only the two who were hired come, without school and education: those stay
    later = workbook(
        tmp_path / "留用名单.xlsx",
        ("姓名", "身份证号", "实习开始日期", "实习结束日期", "录用日期"),
        [("赵甲", IDS[0], "2023-03-01", "2023-06-30", "2023-07-01")],
    )
    second = desk.imports.take("interns", later, party, good_rows_only=False)
    assert interns_of(desk, party)[-1] == ("赵甲", "某职业学院", "higher", day, date(2023, 6, 30), date(2023, 7, 1))
    with pytest.raises(Refusal) as repeat:
        desk.imports.take("interns", first, party, good_rows_only=False)
    assert repeat.value.code == "already-imported"
    desk.imports.undo(second.id, "名单有误")
    assert interns_of(desk, party)[0][-1] is None
    assert len(interns_of(desk, party)) == 2
    assert desk.audit.verify()[0]


# ---- yearly figures ------------------------------------------------------------------------


def test_yearly_figures_become_facts_of_their_year(desk: Desk, sample: Sample, tmp_path: Path) -> None:
    party = sample.made.parties["xinglian"]
    file = workbook(
        tmp_path / "年度数据.xlsx",
        ("年度", "年纳税额（万元）", "县本级实得部分（元）", "座席数", "产值（万元）"),
        [(2021, "100.5", 300000, 200, 1000), (2022, 320, "960000.50", 260, "2500.25")],
    )
    preview = desk.imports.preview("yearly", file, party)
    assert (preview.good, preview.problems) == (8, ())
    assert ("2", "2021", "年纳税额", "1,005,000.00 元") in preview.rows
    taken = desk.imports.take("yearly", file, party, good_rows_only=False)
    assert taken.rows_taken == 8
    assert facts_of(desk, party) == {
        ("tax_paid", 2021): "1005000.00",
        ("county_retained", 2021): "300000.00",
        ("seats", 2021): 200,
        ("tax_paid", 2022): "3200000.00",
        ("county_retained", 2022): "960000.50",
        ("seats", 2022): 260,
    }
    programs: ProgramService = desk.programs
    assert [(row.year, row.amount) for row in programs.targets.figures(kind="output").rows] == [
        (2022, Money.parse("25002500.00")),
        (2021, Money.parse("10000000.00")),
    ]
    # the same again says nothing new; another amount is a contradiction, never taken over what is on record
    again = workbook(tmp_path / "更正.xlsx", ("年度", "年纳税额（元）"), [(2021, 1005000), (2022, "3200000.01")])
    preview = desk.imports.preview("yearly", again, party)
    assert [(skip.row, skip.code) for skip in preview.skipped] == [(2, "already-recorded")]
    assert [(problem.row, problem.code) for problem in preview.problems] == [(3, "differs-from-record")]
    assert "3,200,000.00 元" in preview.problems[0].reason
    with pytest.raises(Refusal):
        desk.imports.take("yearly", again, party, good_rows_only=True)
    desk.imports.undo(taken.id, "企业报错了")
    assert facts_of(desk, party) == {}
    assert programs.targets.figures(kind="output").total == 0
    assert desk.imports.take("yearly", again, party, good_rows_only=False).rows_taken == 2
    assert facts_of(desk, party)[("tax_paid", 2022)] == "3200000.01"
    assert desk.audit.verify()[0]


# ---- a number that fails ---------------------------------------------------------------------


def test_a_number_that_fails_is_taken_with_a_reason_and_stays_taken(desk: Desk, sample: Sample, tmp_path: Path) -> None:
    party = sample.made.parties["xinglian"]
    roster = workbook(
        tmp_path / "花名册.xlsx",
        ("姓名", "身份证号", "入职日期"),
        [("赵甲", WRONG, "2023-01-03"), ("钱乙", IDS[1], "2023-01-03"), ("孙丙", "36073419900101000", "2023-01-03")],
    )
    preview = desk.imports.preview("roster", roster, party)
    assert [(problem.row, problem.code, problem.id_number) for problem in preview.problems] == [
        (2, "id-number-invalid", WRONG),
        (4, "id-number-invalid", "36073419900101000"),
    ]
    reason = "与身份证原件核对一致，公安机关证明附后"
    with pytest.raises(InvalidInput):
        desk.imports.take("roster", roster, party, accepted={WRONG: "  "}, good_rows_only=True)
    preview = desk.imports.preview("roster", roster, party, accepted={WRONG: reason})
    assert preview.good == 2
    assert preview.accepted == (("110101********" + WRONG[-4:], reason),)
    taken = desk.imports.take("roster", roster, party, accepted={WRONG: reason}, good_rows_only=True)
    assert (taken.rows_taken, taken.rows_rejected) == (2, 1)
    with desk.file.read() as session:
        kept = {row[0]: row[1] for row in session.execute(select(Person.id_number, Person.id_accepted_reason))}
    assert kept[WRONG] == reason
    assert kept[IDS[1]] == ""
    assert desk.audit.page().rows[0].detail["accepted"] == 1
    # the wages of the same person come in without asking again, here and at another company
    wages = workbook(
        tmp_path / "工资.xlsx", ("姓名", "身份证号", "月份", "应发工资"), [("赵甲", WRONG, "2023-01", 5000)]
    )
    assert desk.imports.take("wages", wages, party, good_rows_only=False).rows_taken == 1
    other = workbook(tmp_path / "另一家.xlsx", ("姓名", "身份证号", "入职日期"), [("赵甲", WRONG, "2023-02-01")])
    assert desk.imports.take("roster", other, sample.made.parties["yingshan"], good_rows_only=False).rows_taken == 1


def test_a_number_that_a_spreadsheet_rounded_is_never_taken(desk: Desk, sample: Sample, tmp_path: Path) -> None:
    lost = "360734199001010000"
    roster = workbook(tmp_path / "花名册.xlsx", ("姓名", "身份证号", "入职日期"), [("赵甲", lost, "2023-01-03")])
    preview = desk.imports.preview("roster", roster, sample.made.parties["xinglian"], accepted={lost: "就是这个号"})
    assert [(problem.code, problem.id_number) for problem in preview.problems] == [("id-number-precision-lost", "")]
    assert preview.good == 0


# ---- tables that have to be pointed out --------------------------------------------------------


def odd_headings(path: Path) -> Path:
    """A roster whose headings no list of names knows, below two lines of title."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["本公司在职人员一览"])
    sheet.append(["制表：行政部"])
    sheet.append(["工牌", "员工大名", "身份号", "几时来的"])
    sheet.append(["A01", "赵甲", IDS[0], "2023-01-03"])
    sheet.append(["A02", "钱乙", IDS[1], "2023-02-03"])
    book.save(path)
    return path


def test_a_clerk_names_the_columns_of_an_odd_table_once(desk: Desk, sample: Sample, tmp_path: Path) -> None:
    party = sample.made.parties["xinglian"]
    file = odd_headings(tmp_path / "人员.xlsx")
    with pytest.raises(InvalidInput) as unknown:
        desk.imports.preview("roster", file, party)
    assert unknown.value.code == "header-not-found"
    seen = desk.imports.look("roster", file)
    assert (seen.header_row, [column.header for column in seen.columns]) == (
        3,
        ["工牌", "员工大名", "身份号", "几时来的"],
    )
    assert seen.columns[1].samples == ("赵甲", "钱乙")
    assert desk.imports.look("roster", file, header_row=99).header_row == 5
    choice = ColumnChoice({"name": 1, "id_number": 2, "employed_from": 3}, header_row=3)
    taken = desk.imports.take("roster", file, party, sheet=seen.sheet, mapping=choice, good_rows_only=False)
    assert taken.rows_taken == 2
    # the company's next file has the same words in other places: nobody is asked again
    later = workbook(tmp_path / "下月.xlsx", ("员工大名", "几时来的", "身份号"), [("孙丙", "2023-03-06", IDS[2])])
    preview = desk.imports.preview("roster", later, party)
    assert (preview.remembered, preview.good, preview.problems) == (True, 1, ())


def test_bare_months_take_the_year_that_the_clerk_gives(desk: Desk, sample: Sample, tmp_path: Path) -> None:
    party = sample.made.parties["xinglian"]
    file = workbook(tmp_path / "工资.xlsx", ("姓名", "身份证号", "3月", "4月"), [("赵甲", IDS[0], 5000, 5100)])
    with pytest.raises(InvalidInput) as unknown:
        desk.imports.preview("wages", file, party)
    assert unknown.value.code == "year-missing"
    preview = desk.imports.preview("wages", file, party, mapping=ColumnChoice(year=2023))
    assert [row[3] for row in preview.rows] == ["2023-03", "2023-04"]
    assert (preview.good, preview.good_rows, preview.year) == (2, 1, 2023)
    desk.imports.take("wages", file, party, mapping=ColumnChoice(year=2023), good_rows_only=False)
    # the year was this file's: the next one without a year is asked for again
    file = workbook(tmp_path / "工资2.xlsx", ("姓名", "身份证号", "5月"), [("赵甲", IDS[0], 5000)])
    with pytest.raises(InvalidInput):
        desk.imports.preview("wages", file, party)
    preview = desk.imports.preview("wages", file, party, mapping=ColumnChoice(year=2024))
    assert [row[3] for row in preview.rows] == ["2024-05"]


def test_only_caseworkers_take_in(sample: Sample, tmp_path: Path) -> None:
    file = workbook(tmp_path / "年度数据.xlsx", ("年度", "座席数"), [(2022, 5)])
    with sample.desk(Role.REVIEWER) as desk, pytest.raises(Refusal):
        desk.imports.take("yearly", file, sample.made.parties["xinglian"], good_rows_only=False)


@pytest.mark.parametrize(("year", "usable"), [(1, False), (202, False), (1899, False), (2022, True), (2100, False)])
def test_a_year_for_bare_months_is_one_of_ours(
    desk: Desk, sample: Sample, tmp_path: Path, year: int, usable: bool
) -> None:
    path = workbook(tmp_path / "社保记录.xlsx", ("姓名", "身份证号", "1月"), [("张三", IDS[0], "正常缴费")])
    party = sample.made.parties["xinglian"]
    for mapping in (ColumnChoice(year=year), {"year": year}):
        if usable:
            preview = desk.imports.preview("insurance", path, party, mapping=mapping)
            assert (preview.good, preview.problems) == (1, ())
        else:
            with pytest.raises(InvalidInput) as refused:
                desk.imports.preview("insurance", path, party, mapping=mapping)
            assert [problem.path for problem in refused.value.problems] == ["mapping.year"]


def test_a_figure_of_years_across_names_the_row_that_it_stands_in(desk: Desk, sample: Sample, tmp_path: Path) -> None:
    party = sample.made.parties["xinglian"]
    file = workbook(
        tmp_path / "年度数据.xlsx",
        ("项目", "2021年度", "2022年度"),
        [("年纳税额（元）", 100, 200), ("座席数", 120, 130)],
    )
    preview = desk.imports.preview("yearly", file, party)
    assert sorted((row[0], row[1], row[2]) for row in preview.rows) == [
        ("2", "2021", "年纳税额"),
        ("2", "2022", "年纳税额"),
        ("3", "2021", "座席数"),
        ("3", "2022", "座席数"),
    ]
    assert preview.good_rows == 2
    desk.imports.take("yearly", file, party, good_rows_only=False)
    with desk.file.read() as session:
        sources = session.scalars(
            select(PartyFact.source).where(PartyFact.party_id == party, PartyFact.name == "seats")
        )
        assert {source.rpartition("第 ")[2] for source in sources if "年度数据" in source} == {"3 行）"}
