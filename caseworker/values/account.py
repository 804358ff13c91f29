"""Bank account numbers: digits only, as the bank prints them. No Luhn check: company accounts have none."""

from __future__ import annotations

import re

from caseworker.values.text import compact

SHORTEST, LONGEST = 6, 32


def normalise(text: str) -> str:
    """Half-width, without white space."""
    return compact(text)


def problem(account: str) -> str | None:
    """What is wrong with a normalised account number, in Chinese; None where nothing is."""
    if not account:
        return "请填写账号。"
    if re.fullmatch(r"[0-9]+", account) is None:
        return "账号只能是数字。"
    if not SHORTEST <= len(account) <= LONGEST:
        return f"账号应为{SHORTEST}至{LONGEST}位数字，现为{len(account)}位。"
    return None


def grouped(account: str) -> str:
    """For reading aloud and comparing: groups of four."""
    return " ".join(account[start : start + 4] for start in range(0, len(account), 4))
