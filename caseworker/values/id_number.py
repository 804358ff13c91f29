"""Identity numbers of the papers people have: what kind a number is, and what is wrong with it.

A number that fails is never refused here: the result says why, and a clerk may accept the person with a reason. No
region tables are used: they reject holders of numbers whose county has since changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from caseworker.values.text import compact

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643, ISO 7064 MOD 11-2
_CHECKS = "10X98765432"
_RESIDENT = re.compile(r"[0-9]{17}[0-9X]")
_FOREIGN_OLD = re.compile(r"[A-Z]{3}[0-9]{12}")
_PASSPORT = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,9}")
_HMT_PREFIXES = ("810000", "820000", "830000")  # 香港, 澳门, 台湾
_FIRST_YEAR = 1880  # nobody older is employed; an earlier year is a slip


class IdKind(StrEnum):
    RESIDENT = "resident-id"
    HMT_RESIDENCE = "hmt-residence-permit"
    FOREIGN_RESIDENCE = "foreign-permanent-residence"
    PASSPORT = "passport"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    IdKind.RESIDENT: "居民身份证",
    IdKind.HMT_RESIDENCE: "港澳台居民居住证",
    IdKind.FOREIGN_RESIDENCE: "外国人永久居留身份证",
    IdKind.PASSPORT: "护照",
    IdKind.UNKNOWN: "无法识别的证件",
}


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A number as read. `problem` is a Chinese sentence or None; `birth` is given where the number holds it."""

    text: str
    kind: IdKind
    problem: str | None
    birth: date | None

    @property
    def valid(self) -> bool:
        return self.problem is None

    def age_on(self, day: date) -> int | None:
        """Full years (周岁) on a day; None without a date of birth or before it."""
        if self.birth is None or day < self.birth:
            return None
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))


def normalise(text: str) -> str:
    """Half-width, x as X, no white space."""
    return compact(text)


def check_character(body: str) -> str:
    """The 18th character that belongs to 17 digits. ValueError for anything else."""
    if re.fullmatch(r"[0-9]{17}", body) is None:
        raise ValueError(f"not 17 digits: {body!r}")
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def read(text: str, kind: IdKind | None = None) -> IdNumber:
    """Reads a number as typed. `kind`: what the paper is, where the clerk said so; guessed from the form otherwise."""
    number = normalise(text)
    guessed = _guess(number)
    if kind is not None and kind is not guessed and not (kind is IdKind.PASSPORT and _PASSPORT.fullmatch(number)):
        return IdNumber(number, kind, f"不符合{kind.label}号码的格式。", None)
    kind = kind or guessed
    if _RESIDENT.fullmatch(number) and kind is not IdKind.PASSPORT:
        return _read_18(number, kind)
    return IdNumber(number, kind, _form_problem(number, kind), None)


def _guess(number: str) -> IdKind:
    if _RESIDENT.fullmatch(number):
        if number.startswith(_HMT_PREFIXES):
            return IdKind.HMT_RESIDENCE
        return IdKind.FOREIGN_RESIDENCE if number.startswith("9") else IdKind.RESIDENT
    if _FOREIGN_OLD.fullmatch(number):
        return IdKind.FOREIGN_RESIDENCE
    if _PASSPORT.fullmatch(number) and not number.isdecimal():
        return IdKind.PASSPORT
    # mostly digits: an identity number with a digit lost or added
    return (
        IdKind.RESIDENT if len(number) >= 10 and sum(map(str.isdecimal, number)) >= len(number) - 2 else IdKind.UNKNOWN
    )


def _read_18(number: str, kind: IdKind) -> IdNumber:
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    try:
        birth: date | None = date(year, month, day) if year >= _FIRST_YEAR else None
    except ValueError:
        birth = None
    expected = check_character(number[:17])
    problem = None
    if number[17] != expected and number.endswith("000"):
        problem = f"{kind.label}号码末三位为000且校验位不符，可能被 Excel 改写过，请让对方以文本格式重新提供。"
    elif birth is None:
        problem = f"{kind.label}号码中的出生日期“{number[6:14]}”不存在。"
    elif number[17] != expected:
        problem = f"{kind.label}号码的校验位不符，请与证件原件核对。"
    return IdNumber(number, kind, problem, birth)


def _form_problem(number: str, kind: IdKind) -> str | None:
    if not number:
        return "未填写证件号码。"
    if kind is IdKind.RESIDENT:
        if re.fullmatch(r"[0-9]{15}", number):
            return "这是15位旧号码，请与证件原件核对并填写18位号码。"
        if len(number) != 18:
            return f"居民身份证号码应为18位，现为{len(number)}位。"
        return "居民身份证号码前17位应为数字，最后一位为数字或 X。"
    if kind is IdKind.UNKNOWN:
        return "不像居民身份证、港澳台居民居住证、外国人永久居留身份证或护照的号码，请核对。"
    return None
