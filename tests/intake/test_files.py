"""Files that are not what they say: one code and one Chinese sentence each, never a crash and never a guess."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from intake.making import IDS, workbook
from openpyxl import Workbook, load_workbook
from tools import need

from caseworker.errors import EnvironmentFault, FaultKind, InvalidInput
from caseworker.intake import files, read_workbook, sheets

GOOD = [["姓名", "身份证号", "入职日期"], ["张三", IDS[0], date(2023, 1, 1)]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refused(path: Path) -> InvalidInput:
    with pytest.raises(InvalidInput) as found:
        read_workbook("roster", path)
    try:
        sheets(path)  # may work where only the sheet's content is at fault
    except InvalidInput as listed:
        code = listed.code
    else:
        code = found.value.code
    assert code == found.value.code
    assert found.value.message.endswith("。")
    assert any("一" <= char <= "鿿" for char in found.value.message)
    assert found.value.exit_status == 2
    return found.value


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"%PDF-1.7\n%\xe2\xe3", "pdf"),
        ("a.xls", b"<html><body><table><tr><td>1</td></tr></table>", "html"),
        ("a.xls", b"\xef\xbb\xbf\r\n <!DOCTYPE html><html>", "html"),
        ("a.xls", b'<?xml version="1.0"?><html xmlns="x">', "html"),
        ("a.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas">', "xml-spreadsheet"),
        ("a.xlsx", b"", "file-empty"),
        ("a.csv", b"\r\n\r\n", "file-empty"),
        ("a.csv", b"\xff\xfe\xfa", "encoding-unknown"),
        ("a.csv", b"\x00\x01\x02\x03\x00", "encoding-unknown"),
        ("a.xlsx", b"PK\x03\x04 not a package", "damaged"),
        ("a.xlsx", OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("a.xls", OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "word"),
        ("a.xls", OLE + b"\0" * 600, "not-a-workbook"),
        ("a.xls", OLE + b"\0" * 600 + "Workbook".encode("utf-16-le"), "damaged"),
        ("a.xls", OLE + b"\0" * 600 + "Workbook_VBA_PROJECT".encode("utf-16-le"), "macro-workbook"),
        ("a.xlsx", b"\x89PNG\r\n", "picture"),
        ("a.xlsx", b"Rar!\x1a\x07", "archive"),
    ],
)
def test_not_a_workbook(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refused(path).code == code


def add(part: str, content: bytes = b"x") -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with zipfile.ZipFile(path, "a") as package:
            package.writestr(part, content)

    return change


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package, package.open("xl/media/x.bin", "w") as out:
        block = b"\0" * (1 << 24)
        for _ in range(files.MAX_UNPACKED_BYTES // len(block) + 1):
            out.write(block)


def cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (add("xl/vbaProject.bin"), "macro-workbook"),
        (add("xl/externalLinks/externalLink1.xml"), "external-links"),
        (bomb, "zip-bomb"),
        (cut, "damaged"),
    ],
)
def test_a_workbook_that_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None], code: str
) -> None:
    monkeypatch.setattr(files, "MAX_UNPACKED_BYTES", 1 << 25)
    path = workbook(tmp_path / "a.xlsx", GOOD)
    change(path)
    assert refused(path).code == code


def test_other_packages(tmp_path: Path) -> None:
    parts = {"word/document.xml": "word", "content.xml": "ods", "xl/workbook.bin": "xlsb", "a.txt": "archive"}
    for part, code in parts.items():
        path = tmp_path / f"{code}.xlsx"
        with zipfile.ZipFile(path, "w") as package:
            package.writestr(part, "x")
        assert refused(path).code == code


def test_a_part_whose_sum_is_wrong_is_damaged(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", GOOD)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as package:
        info = package.getinfo("xl/worksheets/sheet1.xml")
    content[info.header_offset + 60] ^= 0xFF
    path.write_bytes(bytes(content))
    assert refused(path).code == "damaged"


def far_cell(path: Path, row: int, column: int) -> Path:
    book = Workbook()
    for line in GOOD:
        book.active.append(line)
    book.active.cell(row, column, "远")
    book.save(path)
    return path


def test_content_far_below_or_far_right_is_refused_before_it_is_laid_out(tmp_path: Path) -> None:
    assert refused(far_cell(tmp_path / "a.xlsx", 1_048_576, 1)).code == "too-many-rows"
    assert refused(far_cell(tmp_path / "b.xlsx", files.MAX_ROWS + 1, 1)).code == "too-many-rows"
    assert refused(far_cell(tmp_path / "c.xlsx", 2, 16_384)).code == "too-wide"
    assert refused(far_cell(tmp_path / "d.xlsx", 2, files.MAX_COLUMNS + 1)).code == "too-wide"
    assert len(read_workbook("roster", far_cell(tmp_path / "e.xlsx", 2, files.MAX_COLUMNS)).rows) == 1


def with_sheet(path: Path, change: Callable[[bytes], bytes]) -> Path:
    target = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info.filename, change(content) if info.filename == "xl/worksheets/sheet1.xml" else content)
    return target


@pytest.mark.parametrize("far", ["A1048576", "A9999999", "XFD1", "ZZ2"])
@pytest.mark.parametrize("quote", [b'"', b"'"])
def test_a_far_cell_is_found_wherever_it_stands(tmp_path: Path, far: str, quote: bytes) -> None:
    cell = b'<row r="1"><c r="%s" t="n"><v>1</v></c></row>' % far.encode()
    first = workbook(tmp_path / "a.xlsx", GOOD)
    path = with_sheet(first, lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" + cell).replace(b'"', quote))
    assert refused(path).code in ("too-many-rows", "too-wide")


@pytest.mark.parametrize("empty", ['<c r="{}" s="0"/>', '<c r="{}" s="0"></c>'])
def test_styled_but_empty_rows_to_the_bottom_are_no_rows(tmp_path: Path, empty: str) -> None:
    path = workbook(tmp_path / "a.xlsx", GOOD)
    target = tmp_path / "b.xlsx"
    cells = (f'<row r="{n}">{empty.format(f"A{n}")}{empty.format(f"XFD{n}")}</row>' for n in range(3, 1_048_577, 50))
    rows = "".join(cells).encode()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", rows + b"</sheetData>")
            new.writestr(info.filename, content)
    result = read_workbook("roster", target)
    assert (len(result.rows), result.rejected, result.skipped) == (1, (), ())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as fault:
        read_workbook("roster", tmp_path / "没有.xlsx")
    assert fault.value.kind is FaultKind.MISSING


def test_an_empty_sheet_and_the_wrong_kind(tmp_path: Path) -> None:
    assert refused(workbook(tmp_path / "a.xlsx", [])).code == "file-empty"
    assert refused(workbook(tmp_path / "b.xlsx", [["姓名", "电话"], ["张三", "1"]])).code == "header-not-found"
    missing = refused(workbook(tmp_path / "c.xlsx", [["姓名", "身份证号"], ["张三", IDS[0]]]))
    assert missing.code == "header-not-found"
    assert "入职日期" in missing.message
    assert [p.path for p in missing.problems] == ["mapping.employed_from"]


def test_an_xls_with_real_dates(tmp_path: Path) -> None:
    office = need("soffice")
    rows = [
        ["姓名", "身份证号", "入职日期", "离职日期"],
        ["张三", IDS[0], date(2023, 1, 1), "2023年5月1日"],
        ["李四", int(IDS[1][:15]) * 1000, date(2023, 1, 1)],
        ["王五", IDS[2], "=DATE(2023,1,1)", "=1/0"],
        ["赵六", IDS[3], "=NA()"],
    ]
    source = workbook(tmp_path / "r.xlsx", rows)
    book = load_workbook(source)
    book.active.row_dimensions[2].hidden = True
    book.save(source)
    command = [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "xls"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(source)], check=True, capture_output=True, timeout=120)
    result = read_workbook("roster", tmp_path / "r.xls")
    assert result.to_json()["rows"] == [
        {"name": "张三", "id_number": IDS[0], "employed_from": "2023-01-01", "employed_to": "2023-05-01"}
    ]
    assert [(r.row, r.column, r.code) for r in result.rejected] == [
        (3, "身份证号", "id-number-precision-lost"),
        (4, "离职日期", "date-invalid"),  # an error is no blank, which would mean "still employed"
        (5, "入职日期", "date-invalid"),
    ]
    assert [w.code for w in result.warnings] == ["hidden-rows"]


def unplaced(path: Path, rows: int, cells: int, filled: bool = True) -> Path:
    """A sheet whose cells do not say where they stand, as the standard allows: the table, then `rows` more."""
    workbook(path.with_suffix(".source.xlsx"), GOOD)
    part = "xl/worksheets/sheet1.xml"
    with (
        zipfile.ZipFile(path.with_suffix(".source.xlsx")) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                content = re.sub(rb' r="[A-Z]*\d+"', b"", content)
                cell = b"<c><v>1</v></c>" if filled else b"<c/>"
                content = content.replace(
                    b"</sheetData>", (b"<row>" + cell * cells + b"</row>") * rows + b"</sheetData>"
                )
            target.writestr(name, content)
    return path


def test_cells_without_a_place_are_bounded_too(tmp_path: Path) -> None:
    """A small package of these unpacks to tens of millions of cells, which would fill the memory."""
    inside = files.MAX_ROWS - len(GOOD)
    files.inspect_sheet(unplaced(tmp_path / "a.xlsx", inside, 1), "xl/worksheets/sheet1.xml")
    assert refused(unplaced(tmp_path / "b.xlsx", inside + 1, 1)).code == "too-many-rows"
    assert refused(unplaced(tmp_path / "c.xlsx", 1, files.MAX_COLUMNS + 1)).code == "too-wide"
    files.inspect_sheet(unplaced(tmp_path / "d.xlsx", 1, files.MAX_COLUMNS), "xl/worksheets/sheet1.xml")
    tall = files.MAX_CELLS // 52 - len(GOOD)
    files.inspect_sheet(unplaced(tmp_path / "e.xlsx", tall, 27), "xl/worksheets/sheet1.xml")
    assert refused(unplaced(tmp_path / "f.xlsx", tall + 1, 27)).code == "too-many-rows"


def test_a_sheet_without_places_is_read(tmp_path: Path) -> None:
    found = read_workbook("roster", unplaced(tmp_path / "a.xlsx", 3, 2, filled=False))
    assert [row.name for row in found.rows] == ["张三"]
    assert not found.rejected
