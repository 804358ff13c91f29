"""A scanned paper before it is kept: what it really is, by its bytes, and how many pages it has."""

from __future__ import annotations

import hashlib
import io
import threading
import warnings
from dataclasses import dataclass
from pathlib import Path

from caseworker.errors import EnvironmentFault, FaultKind, InvalidInput

MAX_SCAN_BYTES = 100 * 1024 * 1024
TAKEN = "jpg、png、tif 图片或 PDF"

_IMAGES = (
    (b"\xff\xd8\xff", "image/jpeg", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "PNG"),
    (b"II*\x00", "image/tiff", "TIFF"),
    (b"MM\x00*", "image/tiff", "TIFF"),
)
_NAMED = {".pdf": "PDF", ".jpg": "jpg 图片", ".jpeg": "jpg 图片", ".png": "png 图片"}
_NAMED |= {".tif": "tif 图片", ".tiff": "tif 图片"}
PDFIUM = threading.Lock()  # pdfium is not made for several threads


@dataclass(frozen=True, slots=True)
class ScanFile:
    """`sha256` is of exactly the bytes that were looked at."""

    media_type: str
    pages: int
    size: int
    sha256: str


def look_at(path: Path) -> ScanFile:
    """Reads the whole file. InvalidInput with one sentence that names it; EnvironmentFault where it cannot be read."""
    name = path.name
    try:
        if path.is_dir():
            raise InvalidInput(f"“{name}”是文件夹，请打开它，选里面的扫描件。", code="not-a-scan")
        size = path.stat().st_size
        if size > MAX_SCAN_BYTES:
            limit = MAX_SCAN_BYTES // (1024 * 1024)
            words = f"“{name}”有 {size / 1024 / 1024:.0f} MB，超过 {limit} MB。请降低分辨率重新扫描，或者拆成几份。"
            raise InvalidInput(words, code="scan-too-large")
        data = path.read_bytes()
    except FileNotFoundError:
        raise EnvironmentFault(FaultKind.MISSING, f"找不到文件“{name}”，可能已被移走或改名。") from None
    except PermissionError:
        raise EnvironmentFault(FaultKind.IN_USE, f"打不开“{name}”：它正被别的程序使用，或者没有读取的权限。") from None
    except OSError as fault:
        raise EnvironmentFault(FaultKind.OTHER, f"读取“{name}”失败：{fault.strerror or '磁盘错误'}。") from None
    media_type, pages = _kind_and_pages(data, name)
    return ScanFile(media_type, pages, len(data), hashlib.sha256(data).hexdigest())


def page_count(data: bytes) -> int | None:
    """How many pages a kept scan has; None where it cannot be read."""
    try:
        return _kind_and_pages(data, "")[1]
    except InvalidInput:
        return None


def _kind_and_pages(data: bytes, name: str) -> tuple[str, int]:
    if not data:
        raise InvalidInput(f"“{name}”是空文件，请重新扫描。", code="scan-empty")
    if b"%PDF-" in data[:1024]:
        return "application/pdf", _pdf_pages(data, name)
    for mark, media_type, kind in _IMAGES:
        if data.startswith(mark):
            return media_type, _image_pages(data, kind, name)
    named = _NAMED.get(Path(name).suffix.lower())
    if named is not None:  # what it says it is would be taken, so it is no use to say what is taken
        words = f"“{name}”的名字是 {named}，内容却不是：可能没有扫描完，或者被改过名字。请重新扫描。"
        raise InvalidInput(words, code="not-a-scan")
    raise InvalidInput(f"“{name}”不是扫描件：只收 {TAKEN}。", code="not-a-scan")


def _pdf_pages(data: bytes, name: str) -> int:
    import pypdfium2

    with PDFIUM:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise InvalidInput(f"“{name}”设有密码。请先去除密码，或者重新扫描。", code="scan-encrypted") from None
            raise _broken(name) from None
        try:
            pages = len(document)
        finally:
            document.close()
    if pages < 1:
        raise _broken(name)
    return pages


def _image_pages(data: bytes, kind: str, name: str) -> int:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd tags of old scanners; what matters is whether the page is whole
            with Image.open(io.BytesIO(data), formats=(kind,)) as image:
                # a camera's second picture in a JPEG (MPO) is no second page
                pages = 1 if kind == "JPEG" else int(getattr(image, "n_frames", 1))
                image.draft(None, (max(1, image.width // 8), max(1, image.height // 8)))  # a JPEG's own quick look
                for place in sorted({0, pages - 1}):  # a file cut short lacks its end
                    if pages > 1:
                        image.seek(place)
                    image.load()
    except Image.DecompressionBombError:
        words = f"“{name}”的图片大得不合理。请用 300 dpi 重新扫描。"
        raise InvalidInput(words, code="scan-too-large") from None
    except Exception:  # a decoder's many ways to stumble over a damaged file
        raise _broken(name) from None
    return pages


def _broken(name: str) -> InvalidInput:
    return InvalidInput(f"“{name}”已经损坏或不完整，打不开。请重新扫描。", code="scan-broken")
