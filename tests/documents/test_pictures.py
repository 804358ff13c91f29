"""The main documents look as they looked when somebody last looked at them (tests/documents/pictures)."""

from __future__ import annotations

from pathlib import Path

import page_pictures
import paper_samples
import pytest
from PIL import Image, ImageChops

MOST = 60  # points; a line of small type moved by a millimetre is some hundreds


@pytest.mark.parametrize("kind", paper_samples.ALL)
def test_a_document_looks_as_its_reference_picture(kind: str, tmp_path: Path) -> None:
    with Image.open(page_pictures.FOLDER / f"{kind}.png") as kept:
        reference = kept.convert("L")
    now = page_pictures.sample(kind)
    count = page_pictures.differing(reference, now)
    if count > MOST:
        seen = tmp_path / f"{kind}.png"
        now.save(seen)
    assert count <= MOST, f"{count} points differ: look at {seen}; if it is right, run tests/page_pictures.py"


def test_there_is_a_picture_for_every_kind_and_each_is_small() -> None:
    kept = {path.stem: path.stat().st_size for path in page_pictures.FOLDER.glob("*.png")}
    assert set(kept) == set(paper_samples.ALL)
    assert max(kept.values()) < 40_000


def test_the_comparison_sees_a_line_that_moved_by_a_millimetre() -> None:
    now = page_pictures.sample("suspension")
    band = now.crop((0, 300, now.width, 320))
    moved = now.copy()
    moved.paste(ImageChops.offset(band, 0, 2), (0, 300))
    assert page_pictures.differing(now, moved) > MOST
    assert page_pictures.differing(now, now) == 0
