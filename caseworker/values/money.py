"""Exact money. One constructor path for text, integers and fen; a float raises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_TEXT = re.compile(r"(-?)(\d{1,15})(?:\.(\d{1,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in integer fen (分). Yuan appear only at the edges."""

    fen: int

    def __post_init__(self) -> None:
        if type(self.fen) is not int:
            raise TypeError(f"Money wants integer fen, not {type(self.fen).__name__}")

    @classmethod
    def parse(cls, value: str | int) -> Money:
        """Yuan as text ("1234.5") or integer; at most two decimals.

        Raises TypeError for a float or bool, ValueError for anything that is not such an amount.
        """
        if type(value) is int:
            return cls(value * 100)
        if type(value) is not str:
            raise TypeError(f"money is text or an integer of yuan, not {type(value).__name__}")
        found = _TEXT.fullmatch(value)
        if found is None:
            raise ValueError(f"not an amount in yuan with at most two decimals: {value!r}")
        sign, yuan, cents = found.groups()
        fen = int(yuan) * 100 + int((cents or "0").ljust(2, "0"))
        return cls(-fen if sign else fen)

    @classmethod
    def zero(cls) -> Money:
        return cls(0)

    def __add__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.fen + other.fen)

    def __radd__(self, other: object) -> Money:
        # sum() starts at the integer 0
        if type(other) is int and other == 0:
            return self
        return NotImplemented

    def __sub__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.fen - other.fen)

    def __neg__(self) -> Money:
        return Money(-self.fen)

    def __mul__(self, count: int) -> Money:
        if type(count) is not int:
            raise TypeError("money is multiplied by whole counts; use share() for a rate")
        return Money(self.fen * count)

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return self.fen != 0

    def share(self, rate: Fraction) -> Money:
        """This amount times an exact rate, rounded once, half up (away from zero), at the fen."""
        if not isinstance(rate, Fraction):
            raise TypeError("a rate is a Fraction")
        exact = self.fen * rate
        whole, rest = divmod(abs(exact.numerator), exact.denominator)
        if 2 * rest >= exact.denominator:
            whole += 1
        return Money(whole if exact >= 0 else -whole)

    def __str__(self) -> str:
        """Plain yuan with two decimals, as the interface wants it: 730000.00"""
        sign = "-" if self.fen < 0 else ""
        yuan, cents = divmod(abs(self.fen), 100)
        return f"{sign}{yuan}.{cents:02d}"

    def shown(self) -> str:
        """For people: thousands separators, two decimals, a true minus sign."""
        sign = "−" if self.fen < 0 else ""
        yuan, cents = divmod(abs(self.fen), 100)
        return f"{sign}{yuan:,}.{cents:02d}"
