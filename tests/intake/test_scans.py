"""A scan is what its bytes say; what is none, or cannot be opened, is told in one sentence."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from caseworker.errors import EnvironmentFault, InvalidInput
from caseworker.intake import scans
from caseworker.intake.scans import look_at, page_count


def picture(kind: str, pages: int = 1, size: tuple[int, int] = (200, 300)) -> bytes:
    out = io.BytesIO()
    images = [Image.new("L", size, 200 + page) for page in range(pages)]
    more = {"save_all": True, "append_images": images[1:]} if pages > 1 else {}
    images[0].save(out, kind, **more)  # type: ignore[arg-type]
    return out.getvalue()


def pdf(pages: int) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(200, 300)
    out = io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type", "pages"),
    [
        (picture("JPEG"), "image/jpeg", 1),
        (picture("PNG"), "image/png", 1),
        (picture("TIFF"), "image/tiff", 1),
        (picture("TIFF", 3), "image/tiff", 3),
        (pdf(1), "application/pdf", 1),
        (pdf(12), "application/pdf", 12),
    ],
)
def test_the_bytes_say_what_it_is_whatever_the_name(tmp_path: Path, data: bytes, media_type: str, pages: int) -> None:
    path = tmp_path / "扫描.doc"
    path.write_bytes(data)
    found = look_at(path)
    assert (found.media_type, found.pages, found.size) == (media_type, pages, len(data))
    assert page_count(data) == pages


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "scan-empty", "空文件"),
        (b"MZ\x90\x00 a program", "not-a-scan", "名字是 PDF，内容却不是"),
        (b"PK\x03\x04 a workbook", "not-a-scan", "名字是 PDF，内容却不是"),
        (b"GIF89a", "not-a-scan", "名字是 PDF，内容却不是"),
        (b"%PDF-1.7 and nothing more", "scan-broken", "损坏"),
        (pdf(2)[:200], "scan-broken", "损坏"),
        (picture("PNG")[:60], "scan-broken", "损坏"),
        (picture("JPEG", size=(900, 900))[:700], "scan-broken", "损坏"),
        (picture("TIFF", 3)[:-400], "scan-broken", "损坏"),
    ],
)
def test_what_is_no_scan_is_told_in_a_sentence(tmp_path: Path, data: bytes, code: str, words: str) -> None:
    path = tmp_path / "营业执照.pdf"
    path.write_bytes(data)
    with pytest.raises(InvalidInput, match=words) as caught:
        look_at(path)
    assert caught.value.code == code
    assert "“营业执照.pdf”" in caught.value.message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("清单.xlsx", "不是扫描件：只收 jpg、png、tif 图片或 PDF"),
        ("照片", "不是扫描件：只收"),
        ("照片.JPG", "名字是 jpg 图片，内容却不是"),
        ("扫描.tif", "名字是 tif 图片，内容却不是"),
    ],
)
def test_a_name_that_promises_what_the_bytes_are_not(tmp_path: Path, name: str, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"PK\x03\x04 a workbook")
    with pytest.raises(InvalidInput, match=words):
        look_at(path)


def test_a_pdf_with_a_password_says_so(tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    path = tmp_path / "合同.pdf"
    canvas = Canvas(str(path), encrypt="secret")
    canvas.drawString(10, 10, "x")
    canvas.save()
    with pytest.raises(InvalidInput, match="设有密码") as caught:
        look_at(path)
    assert caught.value.code == "scan-encrypted"


def test_a_scan_may_be_as_large_as_the_limit_and_no_byte_larger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = picture("PNG")
    path = tmp_path / "x.png"
    path.write_bytes(data)
    monkeypatch.setattr(scans, "MAX_SCAN_BYTES", len(data))
    assert look_at(path).size == len(data)
    monkeypatch.setattr(scans, "MAX_SCAN_BYTES", len(data) - 1)
    with pytest.raises(InvalidInput, match="超过"):
        look_at(path)


def test_a_picture_unreasonably_large_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    path = tmp_path / "x.png"
    path.write_bytes(picture("PNG"))
    with pytest.raises(InvalidInput, match="大得不合理"):
        look_at(path)


def test_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="文件夹"):
        look_at(tmp_path)
    with pytest.raises(EnvironmentFault, match="找不到"):
        look_at(tmp_path / "没有.pdf")
