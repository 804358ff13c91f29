"""ReportLab's ToUnicode map, corrected: characters above U+FFFF are written as UTF-16, as PDF 32000-1 9.10.3 wants.

ReportLab 5.1 writes the bare code point there, so that 𬭚 prints right and is searched, copied and checked wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.pdfbase import ttfonts

_ROWS = 100  # the CMap format allows at most 100 rows in one bfchar section


def to_unicode_cmap(font_name: str, subset: Sequence[int]) -> str:
    """The CMap text for one subset; `subset` lists the code point of each one-byte code."""
    rows = [
        f"<{code:02X}> <{chr(point).encode('utf-16-be', 'surrogatepass').hex().upper()}>"
        for code, point in enumerate(subset)
    ]
    sections = []
    for start in range(0, len(rows), _ROWS):
        part = rows[start : start + _ROWS]
        sections += [f"{len(part)} beginbfchar", *part, "endbfchar"]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo",
            f"<< /Registry ({font_name})",
            f"/Ordering ({font_name})",
            "/Supplement 0",
            ">> def",
            f"/CMapName /{font_name} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            f"<00> <{len(subset) - 1:02X}>",
            "endcodespacerange",
            *sections,
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )


def install() -> None:
    """Put the corrected map in ReportLab's place. Calling it again changes nothing."""
    ttfonts.makeToUnicodeCMap = to_unicode_cmap
