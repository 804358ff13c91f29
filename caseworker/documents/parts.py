"""Plain data that several documents share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.values.money import Money


@dataclass(frozen=True, slots=True)
class Account:
    """Where money is paid: 户名, 开户行全称, 账号 (text, as written)."""

    name: str
    bank: str
    number: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom the reader can ask."""

    person: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment of several; `due` is a date or a condition in words."""

    no: int
    due: str
    amount: Money


def grouped(number: str) -> str:
    """An account number in groups of four, as people read it: 1402 0001 ... Other than digits is left alone."""
    if not number.isascii() or not number.isdigit():
        return number
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


def short_date(day: date) -> str:
    """2023.6.1: a date in a narrow column, without leading zeros as everywhere on paper."""
    return f"{day.year}.{day.month}.{day.day}"
