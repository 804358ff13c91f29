"""成批打印: a few dozen documents of several payees as one PDF, in payee order, cancelled without a trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from sample_office import Sample

from caseworker.errors import Cancelled, InvalidInput, Refusal
from caseworker.services.desk import Desk

XUNWU, XW = "xunwu-2022-59", "xw-1-new"


@pytest.fixture
def desk(sample: Sample) -> Iterator[Desk]:
    with sample.desk() as opened:
        yield opened


@pytest.fixture
def made(sample: Sample, desk: Desk) -> tuple[list[int], list[str]]:
    """Two dozen application forms of three companies, made in turn; and the companies' names."""
    parties = list(sample.made.parties.values())[:3]
    cases = [desk.cases.accept(party, XUNWU, XW) for party in parties]
    rows = desk.documents.make_many("application-form", cases * 8)
    return [row.id for row in rows], [desk.dossiers.get(party).form.name for party in parties]


def pages_of(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [document[number].get_textpage().get_text_bounded() for number in range(len(document))]


def test_one_file_in_payee_order_whatever_the_order_of_the_choice(
    desk: Desk, made: tuple[list[int], list[str]], tmp_path: Path
) -> None:
    ids, names = made
    seen: list[tuple[int, int]] = []
    out = tmp_path / "成批.pdf"
    count = desk.documents.print_batch([*ids[::-1], *ids], out, progress=lambda *step: seen.append(step))
    assert count == 24, "chosen twice is printed once"
    assert seen == [(number, 24) for number in range(1, 25)]
    pages = [page.replace("\r\n", "") for page in pages_of(out)]
    owners = [next(name for name in names if name in page) for page in pages]
    assert len(owners) == 24
    runs = [name for n, name in enumerate(owners) if n == 0 or owners[n - 1] != name]
    assert len(runs) == 3, "those of one payee stand together"
    by_initials = {row.party: None for row in desk.documents.page(sort="party", descending=False).rows if row.party}
    assert list(dict.fromkeys(owners)) == list(by_initials)
    entry = desk.audit.page(limit=1).rows[0]
    assert entry.action == "成批打印文书"


def test_for_both_sides_every_document_begins_on_a_sheet_of_its_own(
    desk: Desk, made: tuple[list[int], list[str]], tmp_path: Path
) -> None:
    out = tmp_path / "x.pdf"
    desk.documents.print_batch(made[0][:3], out, both_sides=True)
    pages = pages_of(out)
    assert len(pages) == 6
    assert [bool(page.strip()) for page in pages] == [True, False] * 3


def test_a_cancel_leaves_no_file_and_no_entry(desk: Desk, made: tuple[list[int], list[str]], tmp_path: Path) -> None:
    before = desk.audit.page().total
    seen: list[int] = []
    with pytest.raises(Cancelled):
        desk.documents.print_batch(
            made[0],
            tmp_path / "x.pdf",
            progress=lambda done, total: seen.append(done),
            cancelled=lambda: len(seen) == 5,
        )
    assert seen == [1, 2, 3, 4, 5]
    assert list(tmp_path.glob("*.pdf")) == []
    assert desk.audit.page().total == before


def test_what_cannot_be_printed_is_named(desk: Desk, made: tuple[list[int], list[str]], tmp_path: Path) -> None:
    ids, _ = made
    desk.documents.void(ids[3], "填错")
    with pytest.raises(Refusal, match="已作废"):
        desk.documents.print_batch(ids, tmp_path / "x.pdf")
    for nothing in ([], [99_999]):
        with pytest.raises(InvalidInput):
            desk.documents.print_batch(nothing, tmp_path / "x.pdf")
    assert list(tmp_path.glob("*.pdf")) == []
