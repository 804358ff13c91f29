"""Small pictures of what is printed, to compare with those kept in tests/documents/pictures.

`PYTHONPATH=.:tests python tests/page_pictures.py` from the project's root makes them anew (on Windows the two folders
are parted by a semicolon). Look at each before it is committed.
"""

from __future__ import annotations

from pathlib import Path

import paper_samples
import pypdfium2
from PIL import Image, ImageChops, ImageFilter

from caseworker.documents.faces import faces

FOLDER = Path(__file__).parent / "documents" / "pictures"
DPI = 40
MOST_PAGES = 3  # of a letter: its first, its signature, its list
SHADES = 8


def picture(data: bytes) -> Image.Image:
    """The first pages of a PDF side by side, grey, small."""
    with pypdfium2.PdfDocument(data) as document:
        count = min(len(document), MOST_PAGES)
        pages = [document[number].render(scale=DPI / 72, grayscale=True).to_pil() for number in range(count)]
    whole = Image.new("L", (sum(page.width for page in pages), max(page.height for page in pages)), 255)
    x = 0
    for page in pages:
        whole.paste(page, (x, 0))
        x += page.width
    step = 255 // (SHADES - 1)
    return whole.point([round(value / step) * step for value in range(256)])


def differing(one: Image.Image, other: Image.Image) -> int:
    """How many points differ plainly, once both are a little blurred; every point where the sizes differ."""
    if one.size != other.size:
        return one.width * one.height
    blurred = [picture.filter(ImageFilter.GaussianBlur(1)) for picture in (one, other)]
    return sum(ImageChops.difference(*blurred).histogram()[48:])


def sample(kind: str) -> Image.Image:
    return picture(paper_samples.paper(kind).pdf(faces(bundled_only=True)))


def renew() -> None:
    FOLDER.mkdir(exist_ok=True)
    for kind in paper_samples.ALL:
        sample(kind).quantize(SHADES).save(FOLDER / f"{kind}.png", optimize=True)


if __name__ == "__main__":
    renew()
