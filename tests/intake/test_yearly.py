"""Yearly figures and intern lists: layouts, units, and what is never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from intake.making import IDS, workbook

from caseworker.errors import InvalidInput
from caseworker.intake import ColumnMapping, Kind, Measure, ReadResult, YearlyRow, read_workbook
from caseworker.intake.cells import CellProblem
from caseworker.intake.education import education
from caseworker.intake.figures import figure
from caseworker.intake.units import of_heading, of_text, of_titles
from caseworker.values.money import Money


def yearly(path: Path, *rows: Sequence[object], merge: Sequence[str] = ()) -> ReadResult:
    return read_workbook("yearly", workbook(path / "y.xlsx", rows, merge=merge))


def test_years_down_the_rows_as_the_interface_says(tmp_path: Path) -> None:
    result = yearly(
        tmp_path,
        ["2021—2022年经营情况"],
        ["年度", "纳税总额（万元）", "县本级实得（元）", "坐席数", "入座率", "离岸执行额（万美元）"],
        ["2021年", 120.5, "-", 260, 0.85, 1.5],
        [2022, 0, 600000.25, "300席", "85.5%", "12万美元"],
    )
    assert result.to_json() == {
        "sheet": "表",
        "header_row": 2,
        "mapping": {
            "year": "年度",
            "tax_paid": "纳税总额(万元)",
            "county_retained": "县本级实得(元)",
            "recognized_usd": "离岸执行额(万美元)",
            "occupancy_percent": "入座率",
            "seats": "坐席数",
        },
        "rows": [
            {"year": 2021, "tax_paid": "1205000.00", "county_retained": None, "recognized_usd": "15000.00"}
            | {"occupancy_percent": "85", "seats": 260},
            {"year": 2022, "tax_paid": "0.00", "county_retained": "600000.25", "recognized_usd": "120000.00"}
            | {"occupancy_percent": "85.5", "seats": 300},
        ],
        "rejected": [],
        "skipped": [],
    }
    assert result.rows[0] == YearlyRow(
        3,
        2021,
        {
            "tax_paid": Money(120_500_000),
            "county_retained": None,
            "recognized_usd": Money(1_500_000),
            "occupancy_percent": Decimal(85),
            "seats": 260,
        },
    )
    assert [(w.row, w.code) for w in result.warnings] == [(3, "share-as-percent")]


def test_years_across_with_units_of_their_own(tmp_path: Path) -> None:
    rows = [
        ["主要指标（单位：万元）"],
        ["项目", "单位", "2021年", "2022年度", 2023],
        ["年纳税额", "", 100, "120.5", 0],
        ["其中：县本级实得", "元", 100, 200, 300],
        ["坐席数（席）", "席", 200, 300, None],
        ["员工人数", "人", 1, 2, 3],
        ["产值", "亿元", 1.5, 2, "-"],
    ]
    result = yearly(tmp_path, *rows)
    assert [(r.year, dict(r.facts)) for r in result.rows if isinstance(r, YearlyRow)] == [
        (2021, {"tax_paid": Money(10**8), "county_retained": Money(10**4), "seats": 200, "output": Money(15 * 10**9)}),
        (
            2022,
            {
                "tax_paid": Money(120_500_000),
                "county_retained": Money(20_000),
                "seats": 300,
                "output": Money(2 * 10**10),
            },
        ),
        (2023, {"tax_paid": Money(0), "county_retained": Money(30_000), "seats": None, "output": None}),
    ]
    assert result.mapping.to_json() == {
        "item": "项目",
        "unit": "单位",
        "tax_paid": "年纳税额",
        "county_retained": "其中:县本级实得",
        "seats": "坐席数(席)",
        "output": "产值",
        "years": {"2021": "2021年", "2022": "2022年度", "2023": "2023"},
    }
    assert [(s.row, s.code) for s in result.skipped] == [(6, "note-row")]
    again = ColumnMapping.from_json(Kind.YEARLY, result.mapping.to_json())
    assert read_workbook("yearly", tmp_path / "y.xlsx", mapping=again).rows == result.rows


@pytest.mark.parametrize(
    "rows",
    [
        [["2023年度主要指标（万元）"], ["指标", "金额"], ["纳税总额", 12.5], ["座席数", 300]],
        [["2023年度主要指标"], ["纳税总额（万元）", "座席数"], [12.5, 300]],
        [["指标", "2023年"], ["纳税总额（万元）", 12.5], ["座席数", 300]],
        [[None, "2023年(万元)", "同比"], ["纳税总额", 12.5, "5%"], ["座席数", 300, "1%"]],
        [["项目", "2023年", None], [None, "金额（万元）", "占比"], ["纳税总额", 12.5, 1], ["座席数", 300, 1]],
        [["年份", "税收情况", "经营情况"], [None, "纳税总额（万元）", "座席数"], [2023, 12.5, 300]],
        [["year", "tax_paid", "seats"], ["2023", "125000", "300"]],
    ],
)
def test_the_same_figures_in_many_layouts(tmp_path: Path, rows: list[list[object]]) -> None:
    result = yearly(tmp_path, *rows)
    assert result.to_json()["rows"] == [{"year": 2023, "tax_paid": "125000.00", "seats": 300}]
    assert result.rejected == ()


def test_a_year_again_and_figures_again(tmp_path: Path) -> None:
    rows = [["年度", "产值(元)"], [2021, 5], ["2021年", "5.00"], [2021, 6], [2022, None], [None, 7]]
    result = yearly(tmp_path, *rows)
    assert [(r.row, r.column, r.code) for r in result.rejected] == [
        (3, None, "duplicate-row"),
        (4, None, "duplicate-row"),
        (5, None, "missing-value"),
        (6, "年度", "missing-value"),
    ]
    assert "完全相同" in result.rejected[0].reason
    assert "数字不同" in result.rejected[1].reason
    across = yearly(tmp_path, ["项目", "2021年"], ["产值(元)", 5], ["产值(元)", 5], ["总产值(元)", 6], [None, 8])
    assert [(r.row, r.column, r.code) for r in across.rejected] == [
        (3, None, "duplicate-row"),
        (4, None, "duplicate-row"),
        (5, "项目", "missing-value"),
    ]


def test_titles_of_parts_are_no_figures(tmp_path: Path) -> None:
    rows = [
        ["指标名称", "计量单位", "2021", "2022"],
        ["一、税收", None, None, None],
        ["1. 纳税总额", "万元", "100", "200"],
        ["其中：县本级实得部分", "万元", "50", "60"],
        ["（二）座席", None, None, None],
        ["2、座席数", "个", "300", "400"],
        ["产值", "万元", None, None],
    ]
    result = yearly(tmp_path, *rows)
    assert [row["tax_paid"] for row in result.to_json()["rows"]] == ["1000000.00", "2000000.00"]
    assert [(s.row, s.code) for s in result.skipped] == [(2, "note-row"), (5, "note-row")]
    assert [(r.row, r.code) for r in result.rejected] == [(7, "missing-value")]
    assert result.mapping.columns["tax_paid"] == "1.纳税总额"
    again = read_workbook("yearly", tmp_path / "y.xlsx", mapping=result.mapping.remembered())
    assert again.rows == result.rows


def test_turnover_is_not_taken_for_the_first_years(tmp_path: Path) -> None:
    result = yearly(tmp_path, ["年度", "营业收入", "产值"], [2022, 1, 2])
    assert result.to_json()["rows"] == [{"year": 2022, "output": "2.00"}]
    assert [w.code for w in result.warnings] == ["revenue-not-taken"]
    given = ColumnMapping.from_json(Kind.YEARLY, {"first_year_revenue": "营业收入"})
    mapped = read_workbook("yearly", tmp_path / "y.xlsx", mapping=given)
    assert mapped.to_json()["rows"] == [{"year": 2022, "first_year_revenue": "1.00", "output": "2.00"}]
    assert mapped.warnings == ()
    across = yearly(tmp_path, ["项目", "2022年"], ["营业收入", 1], ["产值", 2])
    assert ([w.code for w in across.warnings], [s.row for s in across.skipped]) == (["revenue-not-taken"], [2])


def test_a_currency_is_never_changed(tmp_path: Path) -> None:
    result = yearly(tmp_path, ["年度", "服务贸易额（万元）", "产值（万美元）"], [2022, 1, 2])
    assert [(r.column, r.code) for r in result.rejected] == [
        ("服务贸易额(万元)", "amount-invalid"),
        ("产值(万美元)", "amount-invalid"),
    ]
    open_ = yearly(tmp_path, ["年度", "服务贸易额"], [2022, 1_000_000])
    assert open_.to_json()["rows"] == [{"year": 2022, "recognized_usd": "1000000.00"}]
    assert [w.code for w in open_.warnings] == ["unit-assumed"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["年度", "员工人数"], [2022, 3]], "header-not-found"),
        ([["纳税总额", "产值"], [1, 2]], "year-missing"),
        ([["项目", "2021年", "2021年"], ["产值", 1, 2]], "year-repeated"),
        ([["姓名", "身份证号", "入职日期"], ["张三", IDS[0], "2023-01-01"]], "header-not-found"),
    ],
)
def test_sheets_that_hold_no_yearly_figures(tmp_path: Path, rows: list[list[object]], code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        yearly(tmp_path, *rows)
    assert refused.value.code == code


def test_a_mapping_that_does_not_fit(tmp_path: Path) -> None:
    path = workbook(tmp_path / "y.xlsx", [["年度", "产值"], [2022, 1]])
    for given in ({"tax_paid": "上税"}, {"year": "哪年", "output": "产值"}):
        with pytest.raises(InvalidInput) as refused:
            read_workbook("yearly", path, mapping=ColumnMapping.from_json(Kind.YEARLY, given))
        assert refused.value.code == "mapping-invalid"
    with pytest.raises(InvalidInput) as refused:
        ColumnMapping.from_json(Kind.YEARLY, {"years": {"23": "x"}, "gross": "产值"})
    assert {p.path for p in refused.value.problems} == {"mapping.years.23", "mapping.gross"}


@pytest.mark.parametrize(
    ("text", "factor", "measure"),
    [
        ("纳税额（万元）", 10_000, Measure.YUAN),
        ("纳税额(单位：万元)", 10_000, Measure.YUAN),
        ("纳税额/千元", 1_000, Measure.YUAN),
        ("产值亿元", 100_000_000, Measure.YUAN),
        ("服务贸易额【万美元】", 10_000, Measure.USD),
        ("服务贸易额(USD)", 1, Measure.USD),
        ("月租金（元/月）", 1, Measure.YUAN),
        ("入座率(%)", 1, Measure.PERCENT),
        ("坐席数（席）", 1, Measure.COUNT),
        ("金额（万）", 10_000, None),
    ],
)
def test_units_of_headings(text: str, factor: int, measure: Measure | None) -> None:
    unit = of_heading(text)
    assert unit is not None
    assert (unit.factor, unit.measure) == (factor, measure)


def test_what_is_no_unit() -> None:
    assert [of_heading(text) for text in ("纳税额", "单位名称", "单位（盖章）", "产值(含税)")] == [None] * 4
    assert of_text("单位") is None
    assert (
        of_titles(["填报单位：某某公司", "金额单位：人民币万元"]) == of_text("万元")
        or of_titles(["填报单位：某某公司", "金额单位：人民币万元"]).factor == 10_000
    )


@pytest.mark.parametrize("cell", [-1, "-5%", "(3)", 1.5, "二百", 10**9, True])
def test_counts_that_are_refused(cell: object) -> None:
    with pytest.raises(CellProblem) as refused:
        figure(cell, Measure.COUNT, None, "座席数")
    assert refused.value.code == "amount-invalid"


@pytest.mark.parametrize(
    ("cell", "value"),
    [(80, "80"), ("80%", "80"), (0.8, "80"), (1, "100"), ("1%", "1"), ("79.99%", "79.99"), (0, "0"), (100, "100")],
)
def test_percent(cell: object, value: str) -> None:
    assert str(figure(cell, Measure.PERCENT, None, "入座率").value) == value


@pytest.mark.parametrize("cell", [100.01, "101%", "1/2", "80元", 0.333333333333])
def test_percent_that_is_refused(cell: object) -> None:
    with pytest.raises(CellProblem):
        figure(cell, Measure.PERCENT, None, "入座率")


@pytest.mark.parametrize(
    "word", ["初中", "小学", "不详", "高中及以下", "高中以上", "中专/大专", "中专或大专", "技师", "2"]
)
def test_education_that_is_left_open(word: str) -> None:
    with pytest.raises(CellProblem) as refused:
        education(word)
    assert refused.value.code == "missing-value"
    assert word in refused.value.reason


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("高职高专", "higher"),
        ("大专及以上", "higher"),
        ("非全日制本科", "higher"),
        ("职高", "secondary"),
        ("中 专", "secondary"),
        ("专升本", "higher"),
        ("大学", "higher"),
        ("技工学校", "secondary"),
        ("中等职业教育", "secondary"),
    ],
)
def test_education(word: str, level: str) -> None:
    assert education(word) == level


def test_an_intern_list_as_the_interface_says(tmp_path: Path) -> None:
    rows = [
        ["院校实习生名单"],
        ["序号", "学生姓名", "身份证号码", "学校", "学历层次", "实习期限", None, "录用日期", "离职日期"],
        [None, None, None, None, None, "起", "止"],
        [1, "张 三", IDS[0], "某某职校", "中专", "2022-07-01", "2022-12-31", "2023-01-01", None],
        [2, "李四", IDS[1], None, "大专", 44743, "2022.12.31", "-", "—"],
        [3, "王五", IDS[2], "某某学院", "大专", 44743, "2022.12.31", None, "2023-01-01"],
    ]
    merge = ["F2:G2", "D4:D5"]
    result = read_workbook("interns", workbook(tmp_path / "i.xlsx", rows, merge=merge))
    assert result.to_json()["rows"] == [
        {"name": "张三", "id_number": IDS[0], "school": "某某职校", "education": "secondary"}
        | {"intern_from": "2022-07-01", "intern_to": "2022-12-31", "hired_from": "2023-01-01", "hired_to": None},
        {"name": "李四", "id_number": IDS[1], "school": "某某职校", "education": "higher"}
        | {"intern_from": "2022-07-01", "intern_to": "2022-12-31", "hired_from": None, "hired_to": None},
    ]
    assert [(r.row, r.column, r.code) for r in result.rejected] == [(6, "录用日期", "missing-value")]


def test_an_intern_list_without_school_and_education(tmp_path: Path) -> None:
    rows = [["姓名", "身份证号", "实习开始日期"], ["张三", IDS[0], "2022-07-01"]]
    (row,) = read_workbook("interns", workbook(tmp_path / "i.xlsx", rows)).to_json()["rows"]
    assert (row["school"], row["education"], row["intern_to"]) == (None, None, None)
