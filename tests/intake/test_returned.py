"""The rejected rows go back with their reasons, are corrected, and come in as if they had been right at first."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from intake.making import IDS, workbook
from openpyxl import load_workbook

from caseworker.errors import InvalidInput
from caseworker.intake import InternRow, read_workbook, rejected_workbook
from caseworker.values import id_number


def test_round_trip_of_a_roster(tmp_path: Path) -> None:
    rows = [
        ["2023年花名册"],
        ["序号", "姓名", "身份证号", "劳动合同", None, "入职日期"],
        [None, None, None, "起始日期", "终止日期", None],
        [1, "=张三", IDS[0], "2023-01-01", "2024-12-31", "2023-01-01"],
        [2, "李四", int(IDS[1][:15]) * 1000, "2023-01-01", "2024-12-31", "2023-01-01"],
        [3, None, IDS[2], "2023-02-30", None, "2023-01-01"],
    ]
    path = workbook(tmp_path / "r.xlsx", rows, merge=["A1:F1", "D2:E2"])
    book = load_workbook(path)
    book.active["B4"].data_type = "s"
    book.save(path)
    first = read_workbook("roster", path)
    assert [r.name for r in first.rows] == ["=张三"]
    back = tmp_path / "back.xlsx"
    back.write_bytes(rejected_workbook(first, path))

    sheet = load_workbook(back).active
    assert [c.value for c in sheet[2]] == [
        "序号",
        "姓名",
        "身份证号",
        "劳动合同",
        "劳动合同",
        "入职日期",
        "原表行号",
        "退回原因",
    ]
    assert sheet.max_row == 5
    assert [sheet.cell(r, 7).value for r in (4, 5)] == [5, 6]
    assert "15 位" in sheet.cell(4, 8).value
    assert all(heading in sheet.cell(5, 8).value for heading in ("姓名", "起始日期"))
    assert (sheet["C4"].data_type, sheet["C4"].number_format) == ("s", "@")

    again = read_workbook("roster", back)  # nothing corrected: nothing comes in, with the same codes
    assert again.rows == ()
    assert [r.code for r in again.rejected] == [r.code for r in first.rejected]

    corrected = load_workbook(back)
    corrected.active["C4"] = IDS[1]
    corrected.active["B5"] = "王五"
    corrected.active["D5"] = "2023-02-28"
    corrected.save(back)
    final = read_workbook("roster", back)
    assert final.rejected == ()
    assert [(r.name, r.id_number) for r in final.rows] == [("李四", IDS[1]), ("王五", IDS[2])]


def test_a_rounded_number_never_goes_back_as_one_that_passes(tmp_path: Path) -> None:
    """The nearest binary number to a rounded one has 18 digits of its own, of which one in eleven passes the check."""
    born = date(1990, 1, 1)
    numbers = (f"360734{born + timedelta(days=day):%Y%m%d}{first}" for day in range(40) for first in range(10))
    written = ((n + "000", str(int(float(n + "000")))) for n in numbers)
    rounded = next(number for number, out in written if id_number.check_character(out[:17]) == out[17])
    path = workbook(tmp_path / "r.xlsx", [["姓名", "身份证号", "入职日期"], ["李四", float(rounded), "2023-01-01"]])
    first = read_workbook("roster", path)
    assert [r.code for r in first.rejected] == ["id-number-precision-lost"]
    back = tmp_path / "back.xlsx"
    back.write_bytes(rejected_workbook(first, path))
    assert load_workbook(back).active["B2"].value == f"{rounded[0]}.{rounded[1:15]}E+17"
    again = read_workbook("roster", back)
    assert again.rows == ()
    assert [r.code for r in again.rejected] == ["id-number-precision-lost"]


def test_the_year_in_the_title_comes_along(tmp_path: Path) -> None:
    rows = [["2023年工资"], ["姓名", "身份证号", "1月", "2月"], ["张三", IDS[0], 3000, -1], ["李四", IDS[1], 3000, 1]]
    path = workbook(tmp_path / "w.xlsx", rows)
    back = tmp_path / "back.xlsx"
    back.write_bytes(rejected_workbook(read_workbook("wages", path), path))
    book = load_workbook(back)
    book.active["D3"] = 3100.5
    book.save(back)
    assert [(r["month"], r["gross"]) for r in read_workbook("wages", back).to_json()["rows"]] == [
        ("2023-01", "3000.00"),
        ("2023-02", "3100.50"),
    ]


def test_of_a_csv_and_of_nothing(tmp_path: Path) -> None:
    path = tmp_path / "花名册.csv"
    path.write_text(f"姓名,身份证号,入职日期\n王䶮,{IDS[0]},昨天\n", encoding="gb18030")
    sheet = load_workbook(io.BytesIO(rejected_workbook(read_workbook("roster", path), path))).active
    assert [c.value for c in sheet[2]][:3] == ["王䶮", IDS[0], "昨天"]
    good = workbook(tmp_path / "r.xlsx", [["姓名", "身份证号", "入职日期"], ["张三", IDS[0], "2023-01-01"]])
    with pytest.raises(InvalidInput) as refused:
        rejected_workbook(read_workbook("roster", good), good)
    assert refused.value.code == "nothing-rejected"


def test_round_trip_of_an_intern_list(tmp_path: Path) -> None:
    rows = [
        ["2022年实习生名单"],
        ["姓名", "身份证号", "学校", "学历", "实习期限", None, "录用日期"],
        [None, None, None, None, "起", "止", None],
        ["张三", IDS[0], "某某职校", "中专", "2022-07-01", "2022-12-31", None],
        ["李四", IDS[1], "某某职校", "初中", "2022-07-01", "2022-06-30", None],
        ["王五", IDS[2], "某某职校", "中专", None, None, "昨天"],
    ]
    path = workbook(tmp_path / "i.xlsx", rows, merge=["E2:F2", "C4:C6"])
    first = read_workbook("interns", path)
    assert [r.name for r in first.rows if isinstance(r, InternRow)] == ["张三"]
    back = tmp_path / "back.xlsx"
    back.write_bytes(rejected_workbook(first, path))
    book = load_workbook(back)
    sheet = book.active
    assert [sheet.cell(r, 3).value for r in (4, 5)] == ["某某职校", "某某职校"]  # each row stands alone
    sheet["D4"], sheet["F4"], sheet["E5"], sheet["G5"] = "大专", None, "2022.8.1", None
    book.save(back)
    final = read_workbook("interns", back)
    assert final.rejected == ()
    assert [(r["name"], r["education"], r["intern_from"]) for r in final.to_json()["rows"]] == [
        ("李四", "higher", "2022-07-01"),
        ("王五", "secondary", "2022-08-01"),
    ]


def test_round_trip_of_yearly_figures_both_ways(tmp_path: Path) -> None:
    down = [["单位：万元"], ["年度", "纳税总额", "坐席数"], [2021, 1, 2], [2022, "约5", 3], ["去年", 6, 7]]
    across = [["单位：万元"], ["项目", "2021年", "2022年"], ["坐席数（席）", 2, 3], ["纳税总额", 1, "约5"]]
    for rows, fixes, answer in (
        (down, {"B3": 5, "A4": 2023}, [(2022, "50000.00", 3), (2023, "60000.00", 7)]),
        (across, {"C3": 5}, [(2021, "10000.00", None), (2022, "50000.00", None)]),
    ):
        path = workbook(tmp_path / "y.xlsx", rows)
        first = read_workbook("yearly", path)
        assert len(first.rejected) == len(fixes)
        back = tmp_path / "back.xlsx"
        back.write_bytes(rejected_workbook(first, path))
        book = load_workbook(back)
        for place, value in fixes.items():
            book.active[place] = value
        book.save(back)
        final = read_workbook("yearly", back)
        assert final.rejected == ()
        assert [(r["year"], r["tax_paid"], r.get("seats")) for r in final.to_json()["rows"]] == answer
