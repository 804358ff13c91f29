"""Where the kinds of formula are listed by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from caseworker.policy.context import Context
from caseworker.policy.facts import Record
from caseworker.policy.result import Award

Formula = Callable[[Context, Record, Mapping[str, str]], Award]


@dataclass(frozen=True, slots=True)
class FormulaKind:
    """`slots`: names wanted; `part_slots`: names wanted by each `[[part]]`; `per_line`: worked out for each record."""

    name: str
    slots: dict[str, str]
    part_slots: dict[str, str]
    per_line: bool
    pays: bool
    work: Formula


FORMULA_KINDS: dict[str, FormulaKind] = {}


def formula(
    name: str, *, per_line: bool = False, pays: bool = True, parts: dict[str, str] | None = None, **slots: str
) -> Callable[[Formula], Formula]:
    def keep(work: Formula) -> Formula:
        FORMULA_KINDS[name] = FormulaKind(name, slots, parts or {}, per_line, pays, work)
        return work

    return keep
