"""Whatever stands in headings and cells: an answer or a refusal in words, and no row without a word on it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake.making import IDS, workbook

from caseworker.errors import InvalidInput
from caseworker.intake import FIELDS, Kind, ReadResult, read_workbook, rejected_workbook
from caseworker.intake.cells import is_blank

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOOSE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)

printable = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Co", "Cn")), max_size=8)
words = st.sampled_from(
    [
        "姓名",
        "身份证号",
        "合计",
        "小计",
        "注：",
        "张三",
        "财务部",
        "-",
        "至今",
        "\xa0",
        "\u200b",
        "1月",
        "2023年",
        "万元",
        "100%",
    ]
)
values = st.one_of(
    st.none(),
    words,
    st.sampled_from(
        [*IDS[:3], "36073419900101123x", 360734199001011234, "2023-03-01", "２０２３年３月", 44986, 2023.1]
    ),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(1905, 1, 1), date(2200, 1, 1)),
    st.datetimes(datetime(1905, 1, 1), datetime(2200, 1, 1)),  # noqa: DTZ001
    st.booleans(),
    printable,
)


@st.composite
def headed(draw: st.DrawFn, kind: Kind) -> tuple[list[list[object]], int]:
    """A sheet whose heading fits the kind, in any order and dress, and the heading's row."""
    fields = [f for f in FIELDS[kind] if f.name not in ("item", "unit")]
    chosen = [f for f in fields if f.needed or draw(st.booleans())]
    extra = {Kind.WAGES: ["2023-01", "2月"], Kind.INSURANCE: ["2023年1月", "2023.2"], Kind.YEARLY: ["年度", "产值"]}
    texts = [draw(st.sampled_from(f.names[:8])) for f in chosen] + extra.get(kind, [])
    texts = draw(st.permutations(texts + draw(st.lists(printable, max_size=2))))
    dress = st.sampled_from(["{}", " {}", "{}*", "{}（必填）", "{}\n", "\u3000{}"])
    head = [draw(dress).format(text) for text in texts]
    titles = draw(st.lists(st.tuples(printable), max_size=2))
    rows = draw(st.lists(st.lists(values, min_size=1, max_size=len(head) + 1), max_size=8))
    return [["2023年表"], *map(list, titles), head, *rows], len(titles) + 2


def attempt(kind: Kind, path: Path) -> ReadResult | InvalidInput:
    try:
        return read_workbook(kind, path)
    except InvalidInput as refused:
        return refused


def in_words(found: ReadResult | InvalidInput) -> bool:
    """A refusal that a clerk can read, or an answer that can be printed."""
    if isinstance(found, InvalidInput):
        return bool(found.code) and found.message.endswith("。")
    return bool(found.to_json())


def read(tmp_path: Path, kind: Kind, rows: list[list[object]]) -> ReadResult | None:
    safe = [[f" {c}" if isinstance(c, str) and c.startswith("=") else c for c in row] for row in rows]
    found = attempt(kind, workbook(tmp_path / "x.xlsx", safe))
    assert in_words(found)
    return found if isinstance(found, ReadResult) else None


@LOOSE
@pytest.mark.parametrize("kind", [Kind.ROSTER, Kind.INTERNS, Kind.YEARLY])
@given(data=st.data())
def test_every_row_is_a_record_a_rejection_or_a_skip(tmp_path: Path, kind: Kind, data: st.DataObject) -> None:
    rows, _ = data.draw(headed(kind))
    result = read(tmp_path, kind, rows)
    if result is None or result.mapping.years:
        return
    taken = [r.row for r in result.rows]
    rejected = {r.row for r in result.rejected}
    skipped = [s.row for s in result.skipped]
    assert len(set(taken)) == len(taken)
    assert len(set(skipped)) == len(skipped)
    assert not set(taken) & rejected
    assert not {*taken, *rejected} & set(skipped)
    filled = {n for n, row in enumerate(rows, start=1) if any(not is_blank(c) for c in row)}
    below = {n for n in filled if n >= result.first_row}
    accounted = {*taken, *rejected, *skipped}
    # a row that holds nothing but its running number is blank, and at the end blank rows are not listed
    assert all(n > max(accounted, default=0) for n in below - accounted)
    assert accounted <= set(range(result.first_row, len(rows) + 1))


@LOOSE
@pytest.mark.parametrize("kind", list(Kind))
@given(data=st.data())
def test_rejected_rows_go_back_and_are_rejected_again(tmp_path: Path, kind: Kind, data: st.DataObject) -> None:
    rows, _ = data.draw(headed(kind))
    result = read(tmp_path, kind, rows)
    if result is None or not result.rejected:
        return
    back = tmp_path / "back.xlsx"
    back.write_bytes(rejected_workbook(result, tmp_path / "x.xlsx"))
    again = attempt(kind, back)
    if isinstance(again, InvalidInput):
        # with years across, the rows that go back may name no figure at all
        assert result.mapping.years, again.message
        return
    repeats = {"duplicate-row", "same-id-different-name"}  # alone, what repeated another row may be good
    alone = {r.row for r in result.rejected} - {r.row for r in result.rejected if r.code in repeats}
    assert len(again.rejected_rows) >= len(alone)


@LOOSE
@given(rows=st.lists(st.lists(values, max_size=6), max_size=10), kind=st.sampled_from(list(Kind)))
def test_no_sheet_breaks_the_reader(tmp_path: Path, rows: list[list[object]], kind: Kind) -> None:
    read(tmp_path, kind, rows)


@LOOSE
@given(text=st.text(max_size=400), kind=st.sampled_from(list(Kind)), encoding=st.sampled_from(["utf-8", "gb18030"]))
def test_no_text_breaks_the_reader(tmp_path: Path, text: str, kind: Kind, encoding: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(f"姓名,身份证号,入职日期,2023-01,年度,产值\n{text}".encode(encoding, "replace"))
    assert in_words(attempt(kind, path))


@LOOSE
@given(
    content=st.binary(max_size=600),
    lead=st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"]),
)
def test_no_bytes_break_the_reader(tmp_path: Path, content: bytes, lead: bytes) -> None:
    path = tmp_path / "x.xls"
    path.write_bytes(lead + content)
    assert in_words(attempt(Kind.ROSTER, path))


@LOOSE
@given(at=st.integers(0, 6000), byte=st.integers(0, 255))
def test_no_broken_byte_breaks_the_reader(tmp_path: Path, at: int, byte: int) -> None:
    rows = [["姓名", "身份证号", "入职日期"], *(["张三", number, "2023-01-01"] for number in IDS)]
    content = bytearray(workbook(tmp_path / "a.xlsx", rows).read_bytes())
    content[at % len(content)] = byte
    path = tmp_path / "b.xlsx"
    path.write_bytes(bytes(content))
    assert in_words(attempt(Kind.ROSTER, path))
