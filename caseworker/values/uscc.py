"""统一社会信用代码 (GB 32100): form and check character. Codes with a failing check were issued, so it only warns."""

from __future__ import annotations

import re

from caseworker.values.text import compact

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V, Z
_VALUE = {char: value for value, char in enumerate(_ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_FORM = re.compile(rf"[{_ALPHABET}]{{2}}[0-9]{{6}}[{_ALPHABET}]{{10}}")


def normalise(text: str) -> str:
    """Half-width, upper case, no white space."""
    return compact(text)


def form_problem(code: str) -> str | None:
    """What is wrong with the form of a normalised code, in Chinese; None where it is right."""
    if len(code) != 18:
        return f"统一社会信用代码应为18位，现为{len(code)}位。"
    wrong = sorted({char for char in code if char not in _VALUE})
    if wrong:
        hint = "（不使用字母 I、O、S、V、Z，请与数字 1、0、5、2 核对）" if set(wrong) & set("IOSVZ") else ""
        return f"统一社会信用代码中不应有“{'”“'.join(wrong)}”{hint}。"
    if _FORM.fullmatch(code) is None:
        return "统一社会信用代码第3至8位（登记管理机关行政区划码）应为数字。"
    return None


def check_character(body: str) -> str:
    """The 18th character that belongs to the first 17. ValueError where these are not of the alphabet."""
    if len(body) != 17 or any(char not in _VALUE for char in body):
        raise ValueError(f"not 17 characters of a credit code: {body!r}")
    total = sum(_VALUE[char] * weight for char, weight in zip(body, _WEIGHTS, strict=True))
    return _ALPHABET[-total % 31]


def check_digit_ok(code: str) -> bool:
    """Whether the last character agrees; False for a code of the wrong form."""
    return form_problem(code) is None and check_character(code[:17]) == code[17]
