"""Reads the official text of a policy from a file: .txt in any common encoding, .docx, .pdf. Text only, no pictures."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

from caseworker.errors import EnvironmentFault, FaultKind, InvalidInput

MAX_BYTES = 50_000_000  # a policy text of a few pages; more is some other file
MAX_TEXT = 2_000_000  # letters
KINDS = (".txt", ".docx", ".pdf")
_MAX_UNPACKED = 200_000_000  # of a .docx, which is a ZIP


def read_official_text(path: Path) -> str:
    """The text of a file. InvalidInput in one sentence for what holds none; EnvironmentFault where it is unreadable."""
    try:
        if path.is_dir():
            raise InvalidInput(f"这是文件夹，不是文件：{path}")
        if path.stat().st_size > MAX_BYTES:
            raise InvalidInput(f"“{path.name}”超过 50 MB，不像是政策文本。")
        data = path.read_bytes()
    except FileNotFoundError:
        raise InvalidInput(f"找不到文件：{path}") from None
    except PermissionError:
        raise EnvironmentFault(FaultKind.OTHER, f"没有读取权限：{path}") from None
    except (OSError, ValueError):
        raise InvalidInput(f"不能打开文件：{path}") from None
    return text_of(data, path.name)


def text_of(data: bytes, name: str) -> str:
    """The text of a file's content; `name` says what kind it is. InvalidInput in one sentence."""
    suffix = Path(name).suffix.lower()
    if data.startswith(b"%PDF-"):
        text = _pdf_text(data, name)
    elif data.startswith(b"PK\x03\x04"):
        text = _docx_text(data, name)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InvalidInput(f"“{name}”是旧版 Word 文件或加密的文档。请用 Word 另存为不加密的 .docx 后再加载。")
    elif suffix in (".pdf", ".docx"):
        raise InvalidInput(f"“{name}”的内容不是 {suffix} 文件，可能已损坏或改过扩展名。")
    else:
        text = _plain_text(data, name)
    if not text.strip():
        raise InvalidInput(f"“{name}”中没有文字。")
    return text[:MAX_TEXT]


def _plain_text(data: bytes, name: str) -> str:
    """UTF-8 (with or without its mark), UTF-16 with its mark, or GB 18030, which holds GBK and GB 2312."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise InvalidInput(f"“{name}”不是文本文件，或编码无法识别。请另存为 UTF-8 文本后再加载。")


def _docx_text(data: bytes, name: str) -> str:
    """Paragraphs and table cells in the order of the document, one a line."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    broken = InvalidInput(f"“{name}”不是有效的 .docx 文件，可能已损坏或是其他格式。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MAX_UNPACKED:
                raise InvalidInput(f"“{name}”展开后过大，不像是政策文本。")
            if "word/document.xml" not in archive.namelist():
                raise broken
        document = docx.Document(io.BytesIO(data))
        lines: list[str] = []
        for block in document.iter_inner_content():
            if isinstance(block, Paragraph):
                lines.append(block.text)
            elif isinstance(block, Table):
                for row in block.rows:
                    lines.extend(dict.fromkeys(cell.text for cell in row.cells))  # a merged cell comes once
    except (zipfile.BadZipFile, zlib.error, PackageNotFoundError, LookupError, ValueError, SyntaxError, RuntimeError,
            AttributeError, EOFError, OSError):  # fmt: skip
        raise broken from None
    return "\n".join(lines)


def _pdf_text(data: bytes, name: str) -> str:
    """The text of every page. A scanned one has none, and is refused with a word on what to do."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise InvalidInput(f"“{name}”设有密码，不能读取。请先去除密码，或另存为 .docx 后再加载。") from None
        raise InvalidInput(f"“{name}”不是有效的 PDF 文件，可能已损坏。") from None
    try:
        pages = []
        for number in range(len(document)):
            page = document[number]
            try:
                textpage = page.get_textpage()
                try:
                    pages.append(textpage.get_text_bounded())
                finally:
                    textpage.close()
            finally:
                page.close()
    finally:
        document.close()
    text = "\n".join(pages).replace("\r\n", "\n").replace("\ufffe", "")
    if not text.strip():
        raise InvalidInput(f"“{name}”是扫描件，没有可以检索的文字。请换成文字版，或先作文字识别。")
    return text
