"""Where a table is and what surrounds it: one structure each, as companies make them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from intake.making import IDS, workbook
from openpyxl import Workbook, load_workbook

from caseworker.errors import InvalidInput
from caseworker.intake import ColumnMapping, Kind, ReadResult, read_workbook

PEOPLE = ["姓名", "身份证号"]


def wages(path: Path, *rows: Sequence[object], merge: Sequence[str] = ()) -> ReadResult:
    return read_workbook("wages", workbook(path / "w.xlsx", rows, merge=merge))


def months(result: ReadResult) -> list[tuple[str, str]]:
    return [(row["month"], row["gross"]) for row in result.to_json()["rows"]]


def codes(result: ReadResult) -> list[tuple[int, str | None, str]]:
    return [(r.row, r.column, r.code) for r in result.rejected]


def skips(result: ReadResult) -> list[tuple[int, str]]:
    return [(s.row, s.code) for s in result.skipped]


# ---- the year that completes a bare month ----------------------------------------------------


@pytest.mark.parametrize(
    ("titles", "heads", "found"),
    [
        (["2023年工资"], ["7月", "8月"], ["2023-07", "2023-08"]),
        (["工资表（2023年度）"], ["7月", "8月"], ["2023-07", "2023-08"]),
        (["某公司2023工资表"], ["7月", "8月"], ["2023-07", "2023-08"]),
        (["依据寻府办字〔2022〕59号，共2000人", "2023年工资"], ["7月", "8月"], ["2023-07", "2023-08"]),
        (["2022-2023年度工资"], ["11月", "12月", "1月"], ["2022-11", "2022-12", "2023-01"]),
        (["2022年11月至2023年1月工资"], ["11月", "12月", "1月"], ["2022-11", "2022-12", "2023-01"]),
        (["2023年工资", "编制日期：2024年1月15日"], ["7月", "8月"], ["2023-07", "2023-08"]),
        (["制表时间:2024-01-15", "2023年工资"], ["7月", "8月"], ["2023-07", "2023-08"]),
        (["2024年1月15日", "2023年工资"], ["7月", "8月"], ["2023-07", "2023-08"]),
    ],
)
def test_the_year_of_a_bare_month(tmp_path: Path, titles: list[str], heads: list[str], found: list[str]) -> None:
    row = ["张三", IDS[0], *range(1, len(heads) + 1)]
    result = wages(tmp_path, *([t] for t in titles), [*PEOPLE, *heads], row)
    assert [month for month, _ in months(result)] == found


@pytest.mark.parametrize("title", ["2022-2023年工资", "2022年至2023年工资", "工资表"])
def test_two_years_and_nothing_to_tell_them_apart_by(tmp_path: Path, title: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        wages(tmp_path, [title], [*PEOPLE, "7月", "8月"], ["张三", IDS[0], 1, 2])
    assert refused.value.code == "year-missing"
    given = ColumnMapping.from_json(Kind.WAGES, {"year": 2023})
    assert months(read_workbook("wages", tmp_path / "w.xlsx", mapping=given)) == [
        ("2023-07", "1.00"),
        ("2023-08", "2.00"),
    ]


def test_the_month_of_a_whole_sheet_is_not_the_day_it_was_made(tmp_path: Path) -> None:
    rows = [["填表日期：2024年1月15日"], ["2023年12月工资表"], [*PEOPLE, "应发工资"], ["张三", IDS[0], 3000]]
    assert months(wages(tmp_path, *rows)) == [("2023-12", "3000.00")]
    with pytest.raises(InvalidInput) as refused:
        wages(tmp_path, ["工资表"], ["打印日期：2024年1月"], [*PEOPLE, "应发工资"], ["张三", IDS[0], 3000])
    assert refused.value.code == "header-not-found"


# ---- months across the columns ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("heads", "found"),
    [
        ([44986, 45017], ["2023-03", "2023-04"]),  # date cells that lost their format
        ([44986.0, "2023年4月"], ["2023-03", "2023-04"]),
        ([date(2023, 3, 31), date(2023, 4, 30)], ["2023-03", "2023-04"]),
        ([2023.3, 2023.4], ["2023-03", "2023-04"]),
        ([2023.9, 2023.1, 2023.11], ["2023-09", "2023-10", "2023-11"]),
        ([2022.12, 2023.1, 2023.2], ["2022-12", "2023-01", "2023-02"]),
        (["2023.1", "2023.10"], ["2023-01", "2023-10"]),  # typed as text they are two
        (["Mar-23", "Apr-23"], ["2023-03", "2023-04"]),
        (["2023年三月", "2023年四月"], ["2023-03", "2023-04"]),
        (["23年3月", "23年4月"], ["2023-03", "2023-04"]),
    ],
)
def test_headings_that_are_months(tmp_path: Path, heads: list[object], found: list[str]) -> None:
    result = wages(tmp_path, ["工资"], [*PEOPLE, *heads], ["张三", IDS[0], *range(1, len(heads) + 1)])
    assert [month for month, _ in months(result)] == found


def test_a_heading_that_may_be_january_or_october(tmp_path: Path) -> None:
    for heads in ([2023.1], [2023.5, 2023.1, 2023.7], [2023.9, 2023.1, 2023.2]):
        with pytest.raises(InvalidInput) as refused:
            wages(tmp_path, ["工资"], [*PEOPLE, *heads], ["张三", IDS[0], *heads])
        assert refused.value.code == "month-invalid"
        assert "2023.1" in refused.value.message


def test_one_month_in_two_columns_is_never_chosen_between(tmp_path: Path) -> None:
    rows = [[*PEOPLE, "2023年3月", "2023年3月"], ["张三", IDS[0], 1, 2]]
    with pytest.raises(InvalidInput) as refused:
        wages(tmp_path, *rows)
    assert refused.value.code == "month-repeated"
    given = ColumnMapping.from_json(Kind.WAGES, {"months": {"2023-03": "@D"}})
    assert months(read_workbook("wages", tmp_path / "w.xlsx", mapping=given)) == [("2023-03", "2.00")]


def test_a_csv_that_lost_the_zero_of_october(tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    path.write_text(f"姓名,身份证号,月份,应发工资\n张三,{IDS[0]},2023.1,1\n张三,{IDS[0]},2023.11,2023.1\n", "utf-8")
    result = read_workbook("wages", path)
    assert months(result) == [("2023-11", "2023.10")]
    assert codes(result) == [(2, "月份", "month-invalid")]


# ---- units -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "head", "cell", "gross"),
    [
        ("工资", "应发工资（万元）", 0.35, "3500.00"),
        ("工资", "应发工资(千元)", "3.50001", "3500.01"),
        ("单位：万元", "应发工资", 0.35, "3500.00"),
        ("单位：万元", "应发工资（元）", 3500, "3500.00"),
        ("单位：元", "应发工资", 3500, "3500.00"),
    ],
)
def test_a_unit_in_a_heading_or_title_is_multiplied_exactly(
    tmp_path: Path, title: str, head: str, cell: object, gross: str
) -> None:
    result = wages(tmp_path, [title], [*PEOPLE, "月份", head], ["张三", IDS[0], "2023-03", cell])
    assert months(result) == [("2023-03", gross)]


def test_a_unit_over_months_across_and_dollars(tmp_path: Path) -> None:
    rows = [["2023年工资（单位：万元）"], [*PEOPLE, "1月", "2月"], ["张三", IDS[0], 0.35, 0.123456789]]
    result = wages(tmp_path, *rows)
    assert (months(result), codes(result)) == ([], [(3, "2月", "amount-invalid")])
    dollars = wages(tmp_path, [*PEOPLE, "月份", "应发工资（美元）"], ["张三", IDS[0], "2023-03", 500])
    assert codes(dollars) == [(2, "应发工资(美元)", "amount-invalid")]
    units_below = wages(
        tmp_path, [*PEOPLE, "月份", "应发工资"], [None, None, None, "（元）"], ["张三", IDS[0], "2023-03", 500]
    )
    assert (months(units_below), codes(units_below)) == ([("2023-03", "500.00")], [])


# ---- where the table stands, and what stands around it ------------------------------------------


def test_a_table_that_begins_in_the_middle_of_the_sheet(tmp_path: Path) -> None:
    rows = [[None] * 5] * 3 + [
        [None, None, "姓名", "身份证号", "2023-01", "2023-02"],
        [None, None, "张三", IDS[0], "#N/A", 5],
        [None, None, "李四", IDS[1], 4, 5],
    ]
    result = wages(tmp_path, *rows)
    assert (result.header_row, result.columns) == (4, {"name": 2, "id_number": 3})
    assert codes(result) == [(5, "2023-01", "amount-invalid")]  # the broken formula stays where it stands
    assert months(result) == [("2023-01", "4.00"), ("2023-02", "5.00")]
    by_letter = ColumnMapping.from_json(Kind.WAGES, {"months": {"2023-05": "@F"}})
    again = read_workbook("wages", tmp_path / "w.xlsx", mapping=by_letter)
    assert [month for month, _ in months(again)] == ["2023-01", "2023-05"]


def test_notes_bands_and_totals_are_told_from_people(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号", "入职日期"],
        ["客服二部"],
        ["张三"],
        ["以上人员均在职"],
        ["企业负责人：张三", None, "审核：李四"],
        ["总人数", 25],
        ["小计：", None, None],
    ]
    result = read_workbook("roster", workbook(tmp_path / "r.xlsx", rows))
    assert codes(result) == [(3, "身份证号", "missing-value"), (3, "入职日期", "missing-value")]
    assert skips(result) == [(2, "note-row"), (4, "note-row"), (5, "note-row"), (6, "total-row"), (7, "total-row")]


def test_a_person_of_the_finance_department_is_no_note(tmp_path: Path) -> None:
    rows = [
        ["部门", *PEOPLE, "入职日期"],
        ["财务部", "张三", None, "2023-01-01"],
        ["人事部", None, IDS[1], "2023-01-01"],
        ["财务负责人（签字）：", "王五"],
    ]
    result = read_workbook("roster", workbook(tmp_path / "r.xlsx", rows))
    assert codes(result) == [(2, "身份证号", "missing-value"), (3, "姓名", "missing-value")]
    assert skips(result) == [(4, "note-row")]


@pytest.mark.parametrize(
    "head",
    [
        ["姓名", "身份证号（18位）", "入职日期"],
        ["*姓名", "* 身份证号码（必填）", "入职时间（年/月/日）"],
        ["姓名/Name", "身份证号 ID No.", "入职日期"],
        ["姓 名", "身 份\n证 号", "入职\n日期"],
        ["姓名(拼音)", "姓名", "身份证号", "入职日期"],
    ],
)
def test_headings_with_something_more(tmp_path: Path, head: list[str]) -> None:
    row = ["zhang", "张三", IDS[0], "2023-01-01"] if len(head) == 4 else ["张三", IDS[0], "2023-01-01"]
    result = read_workbook("roster", workbook(tmp_path / "r.xlsx", [head, row]))
    assert [(r["name"], r["id_number"]) for r in result.to_json()["rows"]] == [("张三", IDS[0])]


# ---- what is read but told -------------------------------------------------------------------


def test_hidden_rows_count_and_hidden_sheets_do_not_and_both_are_told(tmp_path: Path) -> None:
    rows = [[*PEOPLE, "入职日期"], ["张三", IDS[0], "2023-01-01"], ["李四", IDS[1], "2023-01-01"]]
    path = workbook(tmp_path / "r.xlsx", rows)
    book = load_workbook(path)
    book.active.row_dimensions[3].hidden = True
    book.create_sheet("离职")
    book.create_sheet("旧表").sheet_state = "hidden"
    book.save(path)
    result = read_workbook("roster", path)
    assert [r.name for r in result.rows] == ["张三", "李四"]
    assert [w.code for w in result.warnings] == ["hidden-rows", "other-sheet", "hidden-sheet"]
    assert "第 3 行" in result.warnings[0].reason
    assert "离职" in result.warnings[1].reason
    assert [w.code for w in read_workbook("roster", path, sheet="表").warnings] == ["hidden-rows"]
    assert set(result.to_json()) == {"sheet", "header_row", "mapping", "rows", "rejected", "skipped"}


def test_capitals_make_no_other_person(tmp_path: Path) -> None:
    rows = [[*PEOPLE, "入职日期"], ["John Smith", "E12345678", "2023-01-01"], ["JOHN SMITH", "e12345678", "2023-02-01"]]
    result = read_workbook("roster", workbook(tmp_path / "r.xlsx", rows))
    assert [(r.name, r.id_number) for r in result.rows] == [("JohnSmith", "E12345678"), ("JOHNSMITH", "E12345678")]


def test_one_name_with_two_numbers_is_told_and_taken(tmp_path: Path) -> None:
    rows = [[*PEOPLE, "入职日期"], *(["张三", number, "2023-01-01"] for number in IDS[:2])]
    result = read_workbook("roster", workbook(tmp_path / "r.xlsx", rows))
    assert len(result.rows) == 2
    assert [(w.row, w.code) for w in result.warnings] == [(3, "same-name-different-id")]
    assert IDS[0] not in result.warnings[0].reason  # no number in words that may be copied elsewhere


# ---- numbers that a clerk accepted ----------------------------------------------------------


def wrong(number: str) -> str:
    return number[:17] + ("1" if number[17] != "1" else "2")


def test_a_failing_number_that_was_accepted_is_taken_and_named(tmp_path: Path) -> None:
    rows = [
        [*PEOPLE, "入职日期"],
        ["张三", f" {wrong(IDS[0]).lower()}", "2023-01-01"],
        ["李四", wrong(IDS[1]), "2023-01-01"],
        ["王五", IDS[2], "2023-01-01"],
    ]
    path = workbook(tmp_path / "r.xlsx", rows)
    given = {f"{wrong(IDS[0])[:6]} {wrong(IDS[0])[6:]}".lower(): " 已查验身份证原件 ", IDS[2]: "不用", "没有": "x"}
    result = read_workbook("roster", path, accepted=given)
    assert [(r.name, r.id_number) for r in result.rows] == [("张三", wrong(IDS[0])), ("王五", IDS[2])]
    assert codes(result) == [(3, "身份证号", "id-number-invalid")]
    assert result.accepted == {wrong(IDS[0]): "已查验身份证原件"}
    with pytest.raises(InvalidInput) as refused:
        read_workbook("roster", path, accepted={wrong(IDS[0]): " "})
    assert refused.value.code == "reason-missing"


@pytest.mark.parametrize("cell", [360798199001011000, "360798199001011000", "3.60798E+17"])
def test_a_number_that_excel_rounded_is_never_accepted(tmp_path: Path, cell: object) -> None:
    path = workbook(tmp_path / "r.xlsx", [[*PEOPLE, "入职日期"], ["张三", cell, "2023-01-01"]])
    result = read_workbook("roster", path, accepted={"360798199001011000": "就是他"})
    assert codes(result) == [(2, "身份证号", "id-number-precision-lost")]
    assert (result.rows, result.accepted) == ((), {})


def test_an_accepted_number_of_a_rejected_row_is_not_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", [[*PEOPLE, "入职日期"], ["张三", wrong(IDS[0]), "昨天"]])
    result = read_workbook("roster", path, accepted={wrong(IDS[0]): "已查验"})
    assert (codes(result), result.accepted) == ([(2, "入职日期", "date-invalid")], {})


# ---- files -----------------------------------------------------------------------------------


def test_a_quote_that_is_never_closed_swallows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(f'姓名,身份证号,入职日期\n"张三,{IDS[0]},2023-01-01\n李四,{IDS[1]},2023-01-01\n', "utf-8")
    with pytest.raises(InvalidInput) as refused:
        read_workbook("roster", path)
    assert refused.value.code == "csv-broken"


def test_a_sparse_sheet_is_refused_before_it_takes_memory(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append([*PEOPLE, "入职日期"])
    book.active.cell(1, 104, "远")
    book.active.cell(400_000, 1, "深")
    book.save(tmp_path / "r.xlsx")
    with pytest.raises(InvalidInput) as refused:
        read_workbook("roster", tmp_path / "r.xlsx")
    assert refused.value.code == "too-many-rows"
