"""统一社会信用代码 (GB 32100): form is required, the check digit only warned about, since such codes were issued."""

from __future__ import annotations

import re
import unicodedata

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I O S V Z
_FORM = re.compile(f"[{_ALPHABET}]{{18}}", re.ASCII)
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
LENGTH = 18


def normalise(text: str) -> str:
    """Half width, upper case, without spaces and hyphens."""
    half = unicodedata.normalize("NFKC", text).upper()
    return "".join(char for char in half if not char.isspace() and char not in "-‐–—")


def form_problem(code: str) -> str | None:
    """What keeps a normalised code from being one, in words; None when its form is right."""
    if len(code) != LENGTH:
        return f"统一社会信用代码应为 18 位，现为 {len(code)} 位。"
    if _FORM.fullmatch(code) is None:
        wrong = "、".join(dict.fromkeys(char for char in code if char not in _ALPHABET))
        return f"统一社会信用代码中不应有：{wrong}。"
    return None


def check_digit(first: str) -> str:
    """The check digit that belongs to the first 17 places."""
    total = sum(_ALPHABET.index(char) * weight for char, weight in zip(first[:17], _WEIGHTS, strict=True))
    return _ALPHABET[-total % 31]


def check_digit_ok(code: str) -> bool:
    """Whether a code of right form ends in its check digit."""
    return form_problem(code) is None and check_digit(code[:17]) == code[17]
