"""Scanned papers as a company would hand them in: pages that say what they stand for and that they are samples."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from caseworker import resources

_WIDTH, _HEIGHT = 827, 1169  # A4 at 100 dpi


def write_scan(path: Path, title: str, party: str, lines: tuple[str, ...] = ()) -> Path:
    """One page as PNG: the paper's title, whose it is, and 演示样例 across it. The same bytes every time."""
    page = Image.new("L", (_WIDTH, _HEIGHT), 252)
    draw = ImageDraw.Draw(page)
    face = str(resources.path("fonts", "hei.ttf"))
    draw.rectangle((60, 60, _WIDTH - 60, _HEIGHT - 60), outline=120, width=3)
    draw.text((_WIDTH / 2, 190), title, font=ImageFont.truetype(face, _fitting(title, 46)), fill=30, anchor="mm")
    draw.text((_WIDTH / 2, 290), party, font=ImageFont.truetype(face, _fitting(party, 30)), fill=50, anchor="mm")
    small = ImageFont.truetype(face, 22)
    for place, line in enumerate(lines):
        draw.text((120, 400 + 44 * place), line, font=small, fill=60, anchor="lm")
    mark = Image.new("L", (_WIDTH, 200), 0)
    ImageDraw.Draw(mark).text((_WIDTH / 2, 100), "演示样例", font=ImageFont.truetype(face, 130), fill=60, anchor="mm")
    turned = mark.rotate(24, expand=True)
    page.paste(170, ((_WIDTH - turned.width) // 2, 620 - turned.height // 4), turned)
    out = BytesIO()
    page.save(out, "PNG", optimize=False)
    path.write_bytes(out.getvalue())
    return path


def _fitting(text: str, size: int) -> int:
    return min(size, int((_WIDTH - 200) / max(len(text), 1)))
