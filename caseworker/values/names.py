"""Names of people as they are compared and kept."""

from __future__ import annotations

import re
import unicodedata

_DOTS = "·・•‧∙⋅．﹒"  # the middle dots that keyboards give for 阿依古丽·买买提
_DOT = re.compile(f"\\s*[{_DOTS}]\\s*")
_HAN_SPACE = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")


def normalise(name: str) -> str:
    """Without white space inside Chinese names (张 三 is 张三), one middle dot, half-width Latin; rare characters stay.

    Composition is canonical only (NFC): compatibility forms of a rare character are left as the paper has them.
    """
    text = unicodedata.normalize("NFC", name)
    text = "".join(chr(ord(char) - 0xFEE0) if "！" <= char <= "～" else char for char in text)
    text = "".join(
        " " if char.isspace() else char
        for char in text
        if unicodedata.category(char) not in ("Cc", "Cf") or char.isspace()
    )
    text = _DOT.sub("·", text)
    return re.sub(r" +", " ", _HAN_SPACE.sub("", text)).strip()
