"""Bank account numbers: text of digits. Never a Luhn check: company accounts have none."""

from __future__ import annotations

import re
import unicodedata

_FORM = re.compile(r"\d{5,32}", re.ASCII)


def normalise(text: str) -> str:
    """Half width, without spaces and hyphens."""
    half = unicodedata.normalize("NFKC", text)
    return "".join(char for char in half if not char.isspace() and char not in "-‐–—")


def problem(number: str) -> str | None:
    """What keeps a normalised number from being an account, in words; None when it can be one."""
    if not number:
        return "请填写账号。"
    if not number.isascii() or not number.isdigit():
        return "账号只能是数字。"
    if _FORM.fullmatch(number) is None:
        return f"账号应为 5 至 32 位数字，现为 {len(number)} 位。"
    return None
