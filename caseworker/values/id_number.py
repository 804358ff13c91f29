"""The numbers of papers that people have. No region tables: they reject valid holders."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class IdKind(StrEnum):
    RESIDENT = "resident"
    HMT_RESIDENT = "hmt-resident"
    FOREIGN_RESIDENT = "foreign-resident"
    PASSPORT = "passport"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    IdKind.RESIDENT: "居民身份证",
    IdKind.HMT_RESIDENT: "港澳台居民居住证",
    IdKind.FOREIGN_RESIDENT: "外国人永久居留身份证",
    IdKind.PASSPORT: "护照",
    IdKind.UNKNOWN: "证件",
}

_EIGHTEEN = re.compile(r"\d{17}[\dX]", re.ASCII)
_FOREIGN_OLD = re.compile(r"[A-Z]{3}\d{12}", re.ASCII)
_PASSPORT = re.compile(r"(?=.*\d)[A-Z]{0,3}\d{5,9}[A-Z]?", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_HMT = ("810000", "820000", "830000")
_OLDEST = 1900


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A number read. `problem` says in words what is wrong; a clerk may still accept the person with a reason."""

    number: str
    kind: IdKind
    problem: str | None
    born: date | None = None
    female: bool | None = None

    @property
    def ok(self) -> bool:
        return self.problem is None

    def age_on(self, day: date) -> int | None:
        """Full years on a day; somebody born on 29 February comes of age on 1 March."""
        if self.born is None:
            return None
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


def normalise(text: str) -> str:
    """Half width, upper case (x becomes X), without white space, hyphens and invisible marks."""
    half = unicodedata.normalize("NFKC", text).upper()
    return "".join(
        char for char in half if not char.isspace() and char not in "-‐–—'" and unicodedata.category(char) != "Cf"
    )


def check_digit(first: str) -> str:
    """The check digit (GB 11643) that belongs to the first 17 digits."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first[:17], _WEIGHTS, strict=True)) % 11]


def read(text: str) -> IdNumber:
    """Reads any paper's number, normalised first. Never raises: what is wrong is in `problem`."""
    number = normalise(text)
    if not number:
        return IdNumber("", IdKind.UNKNOWN, "证件号码为空。")
    if _EIGHTEEN.fullmatch(number):
        return _eighteen(number)
    if _FOREIGN_OLD.fullmatch(number):
        return _foreign_old(number)
    if number.isdigit() and len(number) == 15:
        return IdNumber(number, IdKind.RESIDENT, "15 位的第一代身份证已停用，请核对现用证件。")
    if _PASSPORT.fullmatch(number) and not (number.isdigit() and len(number) != 9):
        return IdNumber(number, IdKind.PASSPORT, None)
    if number[:-1].isdigit() and len(number) != 18:
        return IdNumber(number, IdKind.RESIDENT, f"身份证号应为 18 位，现为 {len(number)} 位。")
    return IdNumber(number, IdKind.UNKNOWN, "不是可识别的证件号码。")


def _eighteen(number: str) -> IdNumber:
    if number.startswith("9"):
        kind = IdKind.FOREIGN_RESIDENT
    elif number[:6] in _HMT:
        kind = IdKind.HMT_RESIDENT
    else:
        kind = IdKind.RESIDENT
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return IdNumber(number, kind, "证件号中的出生日期不存在。")
    if born.year < _OLDEST:
        return IdNumber(number, kind, "证件号中的出生日期过早。")
    female = int(number[16]) % 2 == 0
    if check_digit(number) != number[17]:
        return IdNumber(number, kind, "证件号的校验位不符，请与原件核对。", born, female)
    return IdNumber(number, kind, None, born, female)


def _foreign_old(number: str) -> IdNumber:
    """Three letters of the country, region (4), birth date yymmdd (6), running (1), check (1)."""
    weights = (7, 3, 1) * 5
    values = [ord(char) - 55 if char.isalpha() else int(char) for char in number[:14]]
    ok = sum(value * weight for value, weight in zip(values, weights, strict=False)) % 10 == int(number[14])
    problem = None if ok else "永久居留证号的校验位不符，请与原件核对。"
    return IdNumber(number, IdKind.FOREIGN_RESIDENT, problem)
