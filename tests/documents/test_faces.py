"""Type faces: coverage, fallback, what is missing, and text that comes out of the PDF as it went in."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date

import pypdfium2
import pytest
from tools import need

from caseworker import resources
from caseworker.documents.faces import Face, FaceSet, missing_characters, visible
from caseworker.documents.sheet import Sheet
from caseworker.documents.tounicode import to_unicode_cmap
from caseworker.errors import EnvironmentFault, InvalidInput

RARE = "䶮㛃𬭚𠅤𡈼㼆䲜𫖯𬍛"
STYLES = (Face.FANG, Face.TITLE, Face.HEI, Face.KAI, Face.SONG)


def gb2312() -> str:
    return "".join(bytes((a, b)).decode("gb2312", "ignore") for a in range(0xA1, 0xF8) for b in range(0xA1, 0xFF))


def page_with(faces: FaceSet, text: str, face: Face = Face.FANG) -> bytes:
    sheet = Sheet(faces, "试", "试", date(2023, 6, 1))
    sheet.new_page()
    sheet.text(80, 100, text, 16, face=face)
    return sheet.finish()


@pytest.mark.parametrize("face", STYLES)
def test_every_style_sets_gb2312_the_symbols_and_the_rare_names(bundled: FaceSet, face: Face) -> None:
    wanted = gb2312() + RARE + "〇〔〕①②⑩⑳□☐☑√×÷±−—…“”‘’《》【】㎡％℃·‰¥￥≥≤ABCxyz0123456789"
    assert [c for c in wanted if bundled.font_of(c, face) is None] == []


def test_each_style_has_its_own_common_characters(bundled: FaceSet) -> None:
    for face in (Face.FANG, Face.TITLE, Face.HEI, Face.KAI):
        assert bundled.font_of("县", face) == f"bundled-{face.value}.ttf"


def test_a_rare_character_borrows_and_its_neighbours_do_not(bundled: FaceSet) -> None:
    runs = bundled.runs("张𬭚䶮先生", Face.FANG)
    assert [(run.font, run.text) for run in runs] == [
        ("bundled-fang.ttf", "张"),
        ("bundled-rare.ttf", "𬭚䶮"),
        ("bundled-fang.ttf", "先生"),
    ]


def test_missing_characters_are_listed_once_with_where(bundled: FaceSet) -> None:
    found = missing_characters(["张三", "李\U000f1234四", "王\U000f1234\ue863"], bundled)
    assert [(item.code, item.found_in) for item in found] == [
        ("U+F1234", "李\U000f1234四"),
        ("U+E863", "王\U000f1234\ue863"),
    ]
    assert missing_characters(["张" + RARE], bundled) == []


def test_setting_a_character_without_a_face_is_refused_never_boxed(bundled: FaceSet) -> None:
    with pytest.raises(InvalidInput, match=r"U\+F1234") as caught:
        bundled.runs("李\U000f1234四", Face.FANG)
    assert caught.value.code == "missing-glyph"


def test_marks_without_shape_are_dropped_and_line_ends_are_spaces() -> None:
    assert visible("葛\U000e0100城\ufe00\u200b市\r\n区\t") == "葛城市  区 "


@pytest.mark.parametrize("face", STYLES)
def test_rare_names_come_out_of_the_pdf_as_they_went_in(bundled: FaceSet, face: Face) -> None:
    text = "张" + RARE + "王"
    with pypdfium2.PdfDocument(page_with(bundled, text, face)) as document:
        page = document[0].get_textpage()
        assert page.get_text_bounded().strip() == text


def test_rare_names_in_poppler_too(bundled: FaceSet, tmp_path) -> None:
    tool = need("pdftotext")
    path = tmp_path / "rare.pdf"
    path.write_bytes(page_with(bundled, RARE))
    out = subprocess.run([tool, "-enc", "UTF-8", str(path), "-"], capture_output=True, check=True)
    assert out.stdout.decode("utf-8").strip() == RARE


def test_rare_names_in_pdfplumber_too(bundled: FaceSet, opened) -> None:
    assert opened(page_with(bundled, RARE)).text(0) == RARE


def test_the_map_writes_utf16_in_sections_of_at_most_a_hundred() -> None:
    cmap = to_unicode_cmap("X", [0x4E00] * 149 + [0x2CB5A])
    assert "<95> <D872DF5A>" in cmap
    assert "<00> <4E00>" in cmap
    assert [line for line in cmap.splitlines() if line.endswith("beginbfchar")] == ["100 beginbfchar", "50 beginbfchar"]


def test_more_than_one_subset_of_a_face_keeps_every_character(bundled: FaceSet) -> None:
    text = "".join(chr(c) for c in range(0x4E00, 0x4E00 + 700) if bundled.font_of(chr(c), Face.HEI))
    sheet = Sheet(bundled, "试", "试", date(2023, 6, 1))
    sheet.new_page()
    for row in range(0, len(text), 25):
        sheet.text(80, 60 + row, text[row : row + 25], 12, face=Face.HEI)
    with pypdfium2.PdfDocument(sheet.finish()) as document:
        got = document[0].get_textpage().get_text_bounded().replace("\r\n", "")
    assert got == text


def test_the_systems_own_face_comes_first_whatever_the_case_of_its_name(tmp_path) -> None:
    shutil.copyfile(resources.path("fonts", "kai.ttf"), tmp_path / "SIMFANG.TTF")
    faces = FaceSet(folders=[tmp_path])
    assert faces.font_of("县", Face.FANG) == "system-simfang.ttf"
    assert faces.font_of("县", Face.HEI) == "system-hei.ttf"
    assert faces.font_of("𡈼", Face.FANG) == "system-rare.ttf"


def test_a_system_face_that_cannot_be_embedded_is_passed_over(tmp_path) -> None:
    (tmp_path / "simhei.ttf").write_bytes(b"OTTO" + bytes(200))
    assert FaceSet(folders=[tmp_path]).font_of("县", Face.HEI) == "system-hei.ttf"


def test_a_wide_system_face_lends_what_all_others_lack(tmp_path, bundled: FaceSet) -> None:
    from fontTools.ttLib import TTFont

    assert bundled.font_of("\U0002a700", Face.FANG) is None
    font = TTFont(resources.path("fonts", "song.ttf"))
    for table in font["cmap"].tables:
        if table.format == 12:
            table.cmap[0x2A700] = table.cmap[ord("A")]
            break
    else:
        from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

        table = CmapSubtable.newSubtable(12)
        table.platformID, table.platEncID, table.language = 3, 10, 0
        table.cmap = {**font.getBestCmap(), 0x2A700: font.getBestCmap()[ord("A")]}
        font["cmap"].tables.append(table)
    font.save(tmp_path / "HanaMinB.ttf")
    font.close()
    assert FaceSet(folders=[tmp_path]).font_of("\U0002a700", Face.FANG) == "system-HanaMinB.ttf"


def test_a_missing_bundled_face_is_the_installations_fault(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(resources, "path", lambda *parts: tmp_path.joinpath(*parts))
    with pytest.raises(EnvironmentFault, match=r"fang\.ttf"):
        FaceSet(folders=[]).font_of("县", Face.FANG)


def test_bundled_faces_stay_small_and_carry_their_licences() -> None:
    folder = resources.path("fonts")
    faces = sorted(folder.glob("*.ttf"))
    assert [path.stem for path in faces] == ["fang", "hei", "kai", "rare", "song", "title"]
    assert sum(path.stat().st_size for path in faces) < 40_000_000
    for path in faces:
        assert (folder / f"{path.stem}.LICENCE.txt").stat().st_size > 1000
