"""Whole sheets: the table is found, every row is a record, a rejection with row and code, or a named skip."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake.making import IDS, workbook
from openpyxl import Workbook, load_workbook

from caseworker.errors import Cancelled, InvalidInput
from caseworker.intake import ColumnMapping, Kind, ReadResult, RosterRow, read_workbook, sheets

ROSTER_HEAD = ["序号", "姓名", "身份证号", "入职日期", "离职日期"]


def codes(result: ReadResult) -> list[tuple[int, str]]:
    return [(r.row, r.code) for r in result.rejected]


def skips(result: ReadResult) -> list[tuple[int, str]]:
    return [(s.row, s.code) for s in result.skipped]


def months_of(result: ReadResult) -> list[tuple[str, str, str]]:
    return [(r["name"], r["month"], r["gross"]) for r in result.to_json()["rows"]]


def test_a_roster_as_the_interface_says(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "r.xlsx",
        [
            ["某公司员工花名册"],
            ["填报单位：某公司", None, None, None, "2023年5月"],
            ROSTER_HEAD,
            [1, "张 三", IDS[0], date(2022, 6, 1), None],
            [2, "李四", IDS[1].lower(), "2022.7.1", "2023年3月31日"],
            [None] * 5,
            [3, "王五", int(IDS[2][:15]) * 1000, "2022-08-01"],
            [4, None, IDS[3], "2022-08-01"],
            [5, "赵六", IDS[4], "2022-02-30"],
            [6, "钱七", IDS[5], "2022-08-01", "2022-07-31"],
            [7, "张三", IDS[0], "2022-06-01", None],
            [8, "孙八", IDS[1], "2022-06-01"],
            ["合计", "8人"],
            ["注：以上人员均已签订合同"],
            ["制表人：某某"],
            [" ", "\xa0"],
        ],
    )
    result = read_workbook("roster", path)
    out = result.to_json()
    assert set(out) == {"sheet", "header_row", "mapping", "rows", "rejected", "skipped"}
    assert (out["sheet"], out["header_row"]) == ("表", 3)
    assert out["mapping"] == {
        "name": "姓名",
        "id_number": "身份证号",
        "employed_from": "入职日期",
        "employed_to": "离职日期",
    }
    assert out["rows"] == [
        {"name": "张三", "id_number": IDS[0], "employed_from": "2022-06-01", "employed_to": None},
        {"name": "李四", "id_number": IDS[1], "employed_from": "2022-07-01", "employed_to": "2023-03-31"},
    ]
    assert codes(result) == [
        (7, "id-number-precision-lost"),
        (8, "missing-value"),
        (9, "date-invalid"),
        (10, "date-invalid"),
        (11, "duplicate-row"),
        (12, "same-id-different-name"),
    ]
    assert [r.column for r in result.rejected] == ["身份证号", "姓名", "入职日期", "离职日期", None, "姓名"]
    assert skips(result) == [(6, "blank-row"), (13, "total-row"), (14, "note-row"), (15, "note-row")]


def test_an_id_number_with_a_wrong_check_digit(tmp_path: Path) -> None:
    wrong = IDS[0][:17] + ("1" if IDS[0][17] != "1" else "2")
    rows = [
        ["姓名", "身份证号", "入职日期"],
        ["张三", wrong, "2023-01-01"],
        ["李四", IDS[1][:17], "2023-01-01"],
        ["王五", IDS[2][:15] + "000", "2023-01-01"],
    ]
    result = read_workbook("roster", workbook(tmp_path / "r.xlsx", rows))
    assert codes(result) == [(2, "id-number-invalid"), (3, "id-number-invalid"), (4, "id-number-precision-lost")]
    assert result.rows == ()


def test_every_problem_of_a_row_is_named(tmp_path: Path) -> None:
    rows = [["姓名", "身份证号", "入职日期", "离职日期"], [None, None, "昨天", "明天"]]
    result = read_workbook("roster", workbook(tmp_path / "r.xlsx", rows))
    assert [(r.column, r.code) for r in result.rejected] == [
        ("姓名", "missing-value"),
        ("身份证号", "missing-value"),
        ("入职日期", "date-invalid"),
        ("离职日期", "date-invalid"),
    ]


def test_contracts_come_along_when_the_sheet_has_them(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号码", "岗位", "入职时间", "劳动合同", None],
        [None, None, None, None, "起始日期", "终止日期"],
        ["张三", IDS[0], "客服", "2023-01-01", "2023-01-01", "无固定期限"],
        ["李四", IDS[1], "客服", "2023-01-01", "2023-01-01", "2025-12-31"],
    ]
    merge = ["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1"]
    result = read_workbook("roster", workbook(tmp_path / "r.xlsx", rows, merge=merge))
    assert (result.header_row, result.first_row, result.rejected) == (1, 3, ())
    start = date(2023, 1, 1)
    assert result.rows == (
        RosterRow(3, "张三", IDS[0], start, None, start, None, "客服"),
        RosterRow(4, "李四", IDS[1], start, None, start, date(2025, 12, 31), "客服"),
    )
    assert result.extra_fields == ("contract_start", "contract_end", "position")
    assert result.to_json()["rows"][1] == {  # the interface has these four whatever else the sheet holds
        "name": "李四",
        "id_number": IDS[1],
        "employed_from": "2023-01-01",
        "employed_to": None,
    }


@pytest.mark.parametrize(
    ("title", "heads"),
    [
        ("工资表", ["2022年12月", "2023年1月", "2023年2月"]),
        ("工资表", ["2022-12", "2023-01", "2023-02"]),
        ("工资表", ["202212", "202301", "202302"]),
        ("工资表", [202212, 202301, 202302]),
        ("工资表", [date(2022, 12, 1), date(2023, 1, 1), date(2023, 2, 1)]),
        ("2022年12月至2023年2月工资表", ["12月", "1月", "2月"]),
        ("工资表", ["２０２２年１２月", "2023年1月份", "2023/2"]),
        ("工资表", ["2022年12月应发工资", "2023年1月应发工资", "2023年2月应发工资"]),
    ],
)
def test_months_across_the_columns(tmp_path: Path, title: str, heads: list[object]) -> None:
    rows = [
        [title],
        ["序号", "姓名", "身份证号", *heads, "合计"],
        [1, "张三", IDS[0], 3500.1, "-", "3,600", 7100.1],
        ["合计", None, None, 1, 2, 3, 4],
    ]
    result = read_workbook("wages", workbook(tmp_path / "w.xlsx", rows))
    assert months_of(result) == [("张三", "2022-12", "3500.10"), ("张三", "2023-02", "3600.00")]
    assert result.rejected == ()
    assert skips(result) == [(4, "total-row")]


def test_bare_months_take_the_year_from_title_sheet_or_mapping(tmp_path: Path) -> None:
    table = [["姓名", "身份证号", "1月", "2月"], ["张三", IDS[0], 3000, 3100]]
    in_title = workbook(tmp_path / "a.xlsx", [["2023年度工资"], *table])
    in_sheet = workbook(tmp_path / "b.xlsx", table, title="2023年")
    nowhere = workbook(tmp_path / "c.xlsx", table)
    wanted = [("张三", "2023-01", "3000.00"), ("张三", "2023-02", "3100.00")]
    assert months_of(read_workbook("wages", in_title)) == wanted
    assert months_of(read_workbook("wages", in_sheet)) == wanted
    with pytest.raises(InvalidInput) as refused:
        read_workbook("wages", nowhere)
    assert refused.value.code == "year-missing"
    assert months_of(read_workbook("wages", nowhere, mapping=ColumnMapping({}, year=2023))) == wanted
    assert months_of(read_workbook("wages", nowhere, file_name="2023年工资.xlsx")) == wanted


def test_two_heading_rows_with_months_above(tmp_path: Path) -> None:
    rows = [
        ["工资表"],
        ["序号", "姓名", "身份证号", "2023年1月", None, "2023年2月", None],
        [None, None, None, "应发", "实发", "应发", "实发"],
        [1, "张三", IDS[0], 3000, 2700, 3100, 2800],
    ]
    merged = ["A1:G1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:G2"]
    for merge in (merged, []):  # as Excel has it, and as a converter leaves it
        result = read_workbook("wages", workbook(tmp_path / "w.xlsx", rows, merge=merge))
        assert months_of(result) == [("张三", "2023-01", "3000.00"), ("张三", "2023-02", "3100.00")]
        assert (result.header_row, result.first_row) == (2, 4)
        assert result.mapping.months == {"2023-01": "2023年1月/应发", "2023-02": "2023年2月/应发"}
        again = read_workbook("wages", tmp_path / "w.xlsx", mapping=result.mapping)
        assert again.rows == result.rows


def test_a_title_above_is_no_part_of_the_heading(tmp_path: Path) -> None:
    rows = [["2023年3月工资表"], ["姓名", "身份证号", "应发工资"], ["张三", IDS[0], 3000]]
    result = read_workbook("wages", workbook(tmp_path / "w.xlsx", rows, merge=["A1:C1"]))
    assert (result.header_row, result.first_row) == (2, 3)
    assert months_of(result) == [("张三", "2023-03", "3000.00")]  # the whole sheet is one month


def test_months_down_the_rows_with_a_name_merged_over_them(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号", "月份", "实发工资", "应发工资"],
        ["张三", IDS[0], "2023年3月", 2700, 3000],
        [None, None, "2023-04", 2700, 3000.5],
        [None, None, 202305, 2700, 0],
        ["李四", IDS[1], "13月", 2700, 3000],
        ["李四", IDS[1], "2023-05", 2700, -5],
    ]
    result = read_workbook("wages", workbook(tmp_path / "w.xlsx", rows, merge=["A2:A4", "B2:B4"]))
    assert months_of(result) == [("张三", "2023-03", "3000.00"), ("张三", "2023-04", "3000.50")]
    assert codes(result) == [(5, "month-invalid"), (6, "amount-invalid")]


def test_a_merged_amount_is_not_multiplied(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号", "月份", "应发工资"],
        ["张三", IDS[0], "2023-03", 9000],
        ["张三", IDS[0], "2023-04", None],
    ]
    result = read_workbook("wages", workbook(tmp_path / "w.xlsx", rows, merge=["D2:D3"]))
    assert months_of(result) == [("张三", "2023-03", "9000.00")]


def test_a_wrong_cell_keeps_its_whole_row_out(tmp_path: Path) -> None:
    rows = [["姓名", "身份证号", "2023-01", "2023-02"], ["张三", IDS[0], 3000, "(5)"], ["李四", IDS[1], 3000, 3000]]
    result = read_workbook("wages", workbook(tmp_path / "w.xlsx", rows))
    assert [(r.row, r.column, r.code) for r in result.rejected] == [(2, "2023-02", "amount-invalid")]
    assert {r.name for r in result.rows} == {"李四"}


def test_formulas_without_a_value_are_named_not_skipped(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号", "月份", "应发工资"],
        ["张三", IDS[0], "2023-01", "=1+2"],
        ["李四", IDS[1], "2023-01", "#N/A"],
        ["合计", None, None, "=SUM(D2:D3)"],
    ]
    result = read_workbook("wages", workbook(tmp_path / "w.xlsx", rows))
    assert codes(result) == [(2, "amount-invalid"), (3, "amount-invalid")]
    assert "保存" in result.rejected[0].reason
    assert "出错" in result.rejected[1].reason
    assert skips(result) == [(4, "total-row")]


def test_insurance_with_a_row_for_each_kind(tmp_path: Path) -> None:
    rows = [
        ["姓名", "社会保障号码", "费款所属期", "险种", "缴费状态"],
        ["张三", IDS[0], 202303, "养老", "已缴费"],
        ["张三", IDS[0], 202303, "失业", "已缴费"],
        ["张三", IDS[0], 202303, "失业", "已缴费"],
        ["李四", IDS[1], 202303, "养老", "欠费"],
        ["王五", IDS[2], 202303, "养老", "？"],
    ]
    result = read_workbook(Kind.INSURANCE, workbook(tmp_path / "i.xlsx", rows))
    assert result.to_json()["rows"] == [{"name": "张三", "id_number": IDS[0], "month": "2023-03"}]
    assert codes(result) == [(4, "duplicate-row"), (6, "amount-invalid")]


def test_the_heading_repeated_on_the_next_page_and_numbered_empty_rows(tmp_path: Path) -> None:
    rows = [
        ROSTER_HEAD,
        [1, "张三", IDS[0], "2023-01-01"],
        [None, "本页小计"],
        ROSTER_HEAD,
        [2, "李四", IDS[1], "2023-01-01"],
        ["客服二部"],
        [3],
        [4, "王五", IDS[2], "2023-01-01"],
        [5],
        [6],
    ]
    result = read_workbook("roster", workbook(tmp_path / "r.xlsx", rows))
    assert [r.name for r in result.rows] == ["张三", "李四", "王五"]
    assert skips(result) == [(3, "total-row"), (4, "note-row"), (6, "note-row"), (7, "blank-row")]
    assert result.rejected == ()


def test_sheets_hidden_ones_and_the_first_that_fits(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "说明"
    book["说明"]["A1"] = "请先看"
    hidden = book.create_sheet("旧表")
    hidden.sheet_state = "hidden"
    real = book.create_sheet("在职")
    for sheet, name in ((hidden, "旧人"), (real, "张三")):
        sheet.append(["姓名", "身份证号", "入职日期"])
        sheet.append([name, IDS[0], "2023-01-01"])
    path = tmp_path / "r.xlsx"
    book.save(path)
    assert [(s.name, s.visible) for s in sheets(path)] == [("说明", True), ("旧表", False), ("在职", True)]
    assert read_workbook("roster", path).sheet == "在职"
    assert read_workbook("roster", path, sheet="旧表").rows[0].name == "旧人"
    with pytest.raises(InvalidInput) as refused:
        read_workbook("roster", path, sheet="没有")
    assert refused.value.code == "sheet-missing"


def test_a_mapping_given_by_a_clerk(tmp_path: Path) -> None:
    rows = [["台账"], ["人员", "号码", "钱", "钱", "何时"], ["张三", IDS[0], 1, 3000, "2023-03"]]
    path = workbook(tmp_path / "w.xlsx", rows)
    with pytest.raises(InvalidInput) as refused:
        read_workbook("wages", path)
    assert refused.value.code == "header-not-found"
    given_ = {"name": "人员", "id_number": "号码", "gross": "@D", "month": "何时"}
    mapping = ColumnMapping.from_json(Kind.WAGES, given_)
    result = read_workbook("wages", path, mapping=mapping)
    assert months_of(result) == [("张三", "2023-03", "3000.00")]
    assert result.mapping.to_json() == {"name": "人员", "id_number": "号码", "month": "何时", "gross": "@D"}
    with pytest.raises(InvalidInput) as refused:
        read_workbook("wages", path, mapping=ColumnMapping({**given_, "month": "没有的列"}))
    assert [p.path for p in refused.value.problems] == ["mapping.month"]


def test_a_mapping_that_is_wrong_names_every_entry() -> None:
    with pytest.raises(InvalidInput) as refused:
        ColumnMapping.from_json(Kind.WAGES, {"nme": "姓名", "gross": 3, "months": {"2023-13": "x"}, "name": "姓名"})
    assert {p.path for p in refused.value.problems} == {"mapping.nme", "mapping.gross", "mapping.months.2023-13"}


def test_a_mapping_remembered_fits_the_next_file(tmp_path: Path) -> None:
    first = workbook(tmp_path / "a.xlsx", [["姓名", "身份证号", "2023-01"], ["张三", IDS[0], 1]])
    remembered = read_workbook("wages", first).mapping.remembered()
    again = ColumnMapping.from_json(Kind.WAGES, remembered.to_json())
    later = workbook(tmp_path / "b.xlsx", [["月报"], ["身份证号", "姓名", "2023-02"], [IDS[0], "张三", 2]])
    assert months_of(read_workbook("wages", later, mapping=again)) == [("张三", "2023-02", "2.00")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_csv_in_every_encoding(tmp_path: Path, encoding: str, mark: str) -> None:
    path = tmp_path / "w.csv"
    lines = [
        ["工资流水"],
        ["姓名", "身份证号", "月份", "应发工资"],
        ["王䶮", f'="{IDS[0]}"', "2023年3月", '"3500.10"'],
        ["李四", "3.60734E+17", "2023-03", "1"],
    ]
    path.write_text("\r\n".join(mark.join(line) for line in lines) + "\r\n", encoding=encoding, newline="")
    result = read_workbook("wages", path)
    assert months_of(result) == [("王䶮", "2023-03", "3500.10")]
    assert (result.sheet, result.header_row) == ("w", 2)
    assert codes(result) == [(4, "id-number-precision-lost")]


def test_progress_and_cancel(tmp_path: Path) -> None:
    rows: list[list[object]] = [["姓名", "身份证号", "月份", "应发工资"]]
    rows += [["张三", IDS[0], "2023-01", n] for n in range(1, 5001)]
    path = workbook(tmp_path / "w.xlsx", rows)
    seen: list[tuple[int, int]] = []
    result = read_workbook("wages", path, progress=lambda done, total: seen.append((done, total)))
    assert len(result.rows) == 5000
    assert seen[-1] == (5001, 5001)
    assert [d for d, _ in seen] == sorted(d for d, _ in seen)
    with pytest.raises(Cancelled):
        read_workbook("wages", path, cancelled=lambda: True)
    looks = iter([False, False, True])
    with pytest.raises(Cancelled):
        read_workbook("wages", path, cancelled=lambda: next(looks))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.none(),
                st.sampled_from(["姓名", "身份证号", "入职日期", "1月", "合计", IDS[0], "张三", "2023-01-01"]),
                st.integers(0, 10**18),
                st.floats(allow_nan=False, allow_infinity=False),
                st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=8),
            ),
            max_size=6,
        ),
        max_size=12,
    )
)
def test_whatever_the_cells_the_reader_answers_or_refuses(tmp_path: Path, rows: list[list[object]]) -> None:
    path = tmp_path / "x.xlsx"
    safe = [[f"'{c}" if isinstance(c, str) and c.startswith("=") else c for c in row] for row in rows]
    workbook(path, safe)
    for kind in Kind:
        try:
            result = read_workbook(kind, path)
        except InvalidInput:
            continue
        accounted = {r.row for r in result.rows} | {r.row for r in result.rejected} | {s.row for s in result.skipped}
        assert all(result.first_row <= row <= len(rows) for row in accounted)
        assert not {r.row for r in result.rows} & {r.row for r in result.rejected}


def test_the_workbook_stays_as_it_was(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", [["姓名", "身份证号", "入职日期"], ["张三", IDS[0], "2023-01-01"]])
    before = path.read_bytes()
    read_workbook("roster", path)
    assert path.read_bytes() == before
    assert load_workbook(path).sheetnames == ["表"]
