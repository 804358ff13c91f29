"""What people type and systems export, brought to half-width characters. Chinese characters are never touched."""

from __future__ import annotations

import re

# Full-width ASCII and the ideographic space; Unicode's own compatibility folding would also rewrite rare Han characters
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
# Unseen characters that copies from web pages and PDFs bring along
_UNSEEN = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x200E, 0x200F, 0xAD))

# What no XML file may hold: control characters but tab and line end, halves of surrogate pairs
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def without_controls(text: str) -> str:
    """Text as a workbook or a .docx can hold it."""
    return _NOT_IN_XML.sub("", text)


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width ones; unseen characters dropped."""
    return text.translate(_HALF_WIDTH).translate(_UNSEEN)


def compact(text: str) -> str:
    """Half-width, without any white space, letters in upper case: how codes and numbers are kept."""
    return "".join(half_width(text).split()).upper()
