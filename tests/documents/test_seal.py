"""Seal pictures: what can be printed well and what cannot."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from caseworker.documents.seal import check_seal, sample_seal_png
from caseworker.errors import InvalidInput


def picture(size: tuple[int, int] = (500, 500), mode: str = "RGBA", colour: tuple[int, ...] = (255, 0, 0, 0)) -> bytes:
    image = Image.new(mode, size, colour)
    if mode == "RGBA":
        image.paste((200, 0, 0, 255), (100, 100, 200, 200))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def faults(png: bytes, diameter: float = 42) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        check_seal(png, diameter)
    return [problem.message for problem in caught.value.problems]


def test_a_good_scan_is_taken() -> None:
    seal = check_seal(picture(), 45)
    assert seal.diameter_mm == 45


def test_the_sample_seal_passes_its_own_check_and_is_always_the_same() -> None:
    png = sample_seal_png()
    assert check_seal(png).png == png
    sample_seal_png.cache_clear()
    assert sample_seal_png() == png


def test_a_seal_without_transparency_would_cover_the_text() -> None:
    assert "透明" in faults(picture(mode="RGB", colour=(255, 255, 255)))[0]
    solid = Image.new("RGBA", (500, 500), (255, 255, 255, 255))
    out = BytesIO()
    solid.save(out, "PNG")
    assert "透明" in faults(out.getvalue())[0]


def test_an_empty_picture_is_refused() -> None:
    image = Image.new("RGBA", (500, 500), (0, 0, 0, 0))
    out = BytesIO()
    image.save(out, "PNG")
    assert "空白" in faults(out.getvalue())[0]


def test_resolution_at_the_edge() -> None:
    need = 331  # 200 dots an inch over 42 mm
    check_seal(picture((need, need)), 42)
    assert "太小" in faults(picture((need - 1, need - 1)))[0]


def test_an_oblong_picture_is_refused() -> None:
    check_seal(picture((500, 480)))
    assert "正方形" in faults(picture((500, 400)))[0]


@pytest.mark.parametrize("diameter", [19.9, 60.1])
def test_a_diameter_no_seal_has(diameter: float) -> None:
    assert "直径" in faults(picture((1000, 1000)), diameter)[0]


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\xff\xd8\xff\xe0 jpeg"])
def test_other_files_are_not_png(data: bytes) -> None:
    assert "PNG" in faults(data)[0]


def test_a_damaged_png_is_named() -> None:
    assert "损坏" in faults(picture()[:60])[0]
    assert "损坏" in faults(picture()[:-200] + b"\0" * 50)[0]


def test_a_huge_picture_is_refused_unread() -> None:
    assert "像素" in faults(picture((4001, 4001)))[0]


def test_every_fault_is_named_at_once() -> None:
    assert len(faults(picture((200, 100), "RGB", (1, 1, 1)), 61)) == 4
