"""Seals: checking an office's scanned seal, and the sample office's 样章. No official seal is ever drawn here."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from caseworker.errors import InvalidInput, Problem

DEFAULT_DIAMETER_MM = 42.0
_PNG = b"\x89PNG\r\n\x1a\n"
_LEAST_DPI = 200
_MOST_BYTES = 8_000_000
_MOST_PIXELS = 4000


@dataclass(frozen=True, slots=True)
class SealImage:
    """A seal to be printed: a checked PNG with transparency, and its width on paper in millimetres."""

    png: bytes
    diameter_mm: float = DEFAULT_DIAMETER_MM


@dataclass(frozen=True, slots=True)
class WetSeal:
    """No image: a circle of this diameter stays clear for the seal itself."""

    diameter_mm: float = DEFAULT_DIAMETER_MM


CLEAR = WetSeal()  # what a letter has until its seal is applied


def check_seal(png: bytes, diameter_mm: float = DEFAULT_DIAMETER_MM) -> SealImage:
    """The seal, if it can be printed well. Raises InvalidInput naming everything that is wrong with it."""
    problems: list[Problem] = []
    if not 20 <= diameter_mm <= 60:
        problems.append(Problem("diameter_mm", "印章直径应在20毫米至60毫米之间。"))
    if not png.startswith(_PNG):
        problems.append(Problem("png", "印章图片不是PNG格式，请另存为PNG后再选。"))
        raise InvalidInput("印章图片不能使用。", tuple(problems))
    if len(png) > _MOST_BYTES:
        problems.append(Problem("png", "印章图片超过8兆字节，请缩小后再选。"))
        raise InvalidInput("印章图片不能使用。", tuple(problems))
    try:
        with Image.open(BytesIO(png)) as image:
            # the size stands in the header: a picture that unpacks to gigabytes is refused unread
            wide, high = image.size
            if max(wide, high) > _MOST_PIXELS:
                problems.append(Problem("png", f"印章图片超过{_MOST_PIXELS}像素，请缩小后再选。"))
                raise InvalidInput("印章图片不能使用。", tuple(problems))
            has_alpha = "A" in image.getbands() or "transparency" in image.info
            alpha = image.convert("RGBA").getchannel("A")
            lowest, highest = alpha.getextrema()
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        zlib.error,
        struct.error,
    ) as error:
        problems.append(Problem("png", "印章图片已损坏，打不开，请重新扫描。"))
        raise InvalidInput("印章图片不能使用。", tuple(problems)) from error
    if not has_alpha or lowest == 255:
        problems.append(Problem("png", "印章图片没有透明底色，会盖住落款文字，请去除白底后再选。"))
    elif highest == 0:
        problems.append(Problem("png", "印章图片是空白的，请重新选择。"))
    if abs(wide - high) > 0.05 * max(wide, high):
        problems.append(Problem("png", "印章图片应为正方形（印章居中、四边留白相等）。"))
    dpi = min(wide, high) / (diameter_mm / 25.4)
    if dpi < _LEAST_DPI:
        need = round(_LEAST_DPI * diameter_mm / 25.4)
        problems.append(Problem("png", f"印章图片太小（{wide}×{high}像素），打印会模糊，边长至少{need}像素。"))
    if problems:
        raise InvalidInput("印章图片不能使用。", tuple(problems))
    return SealImage(png, diameter_mm)


@cache
def sample_seal_png(pixels: int = 600) -> bytes:
    """The sample office's seal: the letters 样章 in a plain double frame, unlike any official seal.

    The two characters are drawn from the bundled 黑体 outlines; the same bytes every time.
    """
    from PIL import ImageDraw, ImageFont

    from caseworker import resources

    image = Image.new("RGBA", (pixels, pixels), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    red = (205, 32, 32, 165)
    edge, top, bottom = pixels * 0.03, pixels * 0.26, pixels * 0.74
    draw.rectangle((edge, top, pixels - edge, bottom), outline=red, width=max(pixels // 50, 2))
    inner = pixels * 0.03
    draw.rectangle(
        (edge + inner, top + inner, pixels - edge - inner, bottom - inner), outline=red, width=max(pixels // 150, 1)
    )
    font = ImageFont.truetype(str(resources.path("fonts", "hei.ttf")), int(pixels * 0.34))
    draw.text((pixels / 2, pixels / 2), "样章", font=font, fill=red, anchor="mm")
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
