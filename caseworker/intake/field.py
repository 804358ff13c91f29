"""One thing that a hand-in's table may hold, and the headings under which companies write it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """What a yearly figure counts in."""

    YUAN = "yuan"
    USD = "usd"
    COUNT = "count"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Field:
    """One column to be found. `needed` columns must exist; what a blank cell in one means is the kind's own rule.

    `names` stand in order of preference. `measure` is given for yearly figures only.
    """

    name: str
    label: str
    names: tuple[str, ...]
    needed: bool = False
    measure: Measure | None = None
