"""The recovery key's page: the whole key, readable, on one page within the margins, and nothing like a seal."""

from __future__ import annotations

from datetime import date

import pytest

from caseworker.documents.faces import FaceSet
from caseworker.documents.recovery_sheet import RecoverySheet, render_recovery_sheet
from caseworker.errors import InvalidInput
from caseworker.store.recovery_key import read_recovery_key, write_recovery_key

KEY = write_recovery_key(bytes(range(100, 120)))
MM = 72 / 25.4


def a_sheet(office: str = "寻乌县客服产业发展领导小组办公室", file: str = "寻乌") -> RecoverySheet:
    return RecoverySheet(office, f"{file}.caseworker", KEY, date(2026, 3, 5))


def test_the_page_says_whose_key_it_is_and_what_it_does(bundled: FaceSet, opened) -> None:
    pages = opened(render_recovery_sheet(a_sheet(), bundled))
    assert len(pages) == 1
    text = pages.all_text()
    for words in (
        "恢复密钥", "寻乌县客服产业发展领导小组办公室", "寻乌.caseworker", "2026年3月5日", "信封密封", "保险柜",
        "任何人都无法打开", "保管人（签字）：",
    ):  # fmt: skip
        assert words in text


def test_the_key_read_off_the_page_is_the_key(bundled: FaceSet, opened) -> None:
    pages = opened(render_recovery_sheet(a_sheet(), bundled))
    large = [c for c in pages.pages[0].chars if abs(c["size"] - 26) < 0.01]
    rows: dict[float, list[dict]] = {}
    for one in large:
        rows.setdefault(round(one["top"], 0), []).append(one)
    read = "".join(c["text"] for top in sorted(rows) for c in sorted(rows[top], key=lambda c: c["x0"]))
    assert read == KEY.replace("-", "")
    assert read_recovery_key(read) == bytes(range(100, 120))
    assert [len(row) for row in rows.values()] == [12, 12, 12]


@pytest.mark.parametrize("office", ["办公室", "县" * 80])
def test_everything_stands_within_the_margins_in_black_without_a_picture(bundled: FaceSet, opened, office: str) -> None:
    pages = opened(render_recovery_sheet(a_sheet(office, office), bundled))
    assert len(pages) == 1
    page = pages.pages[0]
    for char in page.chars:
        assert char["x0"] >= 28 * MM - 0.5
        assert char["x1"] <= (210 - 26) * MM + 0.5
        assert char["top"] >= 20 * MM
        assert char["bottom"] <= (297 - 15) * MM
        assert set(char["non_stroking_color"]) == {0}
    assert page.images == []
    assert page.curves == []


def test_equal_sheets_give_equal_bytes(bundled: FaceSet) -> None:
    assert render_recovery_sheet(a_sheet(), bundled) == render_recovery_sheet(a_sheet(), bundled)


def test_a_character_that_no_face_has_is_named(bundled: FaceSet) -> None:
    with pytest.raises(InvalidInput):
        render_recovery_sheet(a_sheet("办公室\U0001f600"), bundled)
