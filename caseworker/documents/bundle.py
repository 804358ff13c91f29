"""Many finished documents as one PDF, to be printed in one go: page after page as they were issued."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable

import pypdfium2

from caseworker.errors import Cancelled, InvalidInput


def bundle(
    documents: Iterable[bytes],
    count: int,
    *,
    both_sides: bool = False,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> bytes:
    """The PDFs one after another; they are taken one at a time and need not be in memory together.

    `both_sides` puts an empty page after a document with an odd number of pages, so that on a printer that prints
    both sides no sheet bears two letters. Raises Cancelled, and InvalidInput for what is no PDF.
    """
    whole = pypdfium2.PdfDocument.new()
    try:
        for done, data in enumerate(documents):
            if cancelled is not None and cancelled():
                raise Cancelled
            try:
                one = pypdfium2.PdfDocument(data)
            except pypdfium2.PdfiumError:
                raise InvalidInput(f"第 {done + 1} 份不是 PDF，不能一并打印。") from None
            try:
                pages = len(one)
                whole.import_pages(one)
                if both_sides and pages % 2:
                    whole.new_page(*one[pages - 1].get_size())
            finally:
                one.close()
            if progress is not None:
                progress(done + 1, count)
        out = io.BytesIO()
        whole.save(out)
        return out.getvalue()
    finally:
        whole.close()
