"""The outcome of a calculation: plain data, and its JSON as policy-rules section 1 fixes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from caseworker.policy.model import PAID_BY_INSURER
from caseworker.values.money import Money


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of the sum: the expression holds the numbers, the quote the words that it applies."""

    label: str
    expression: str
    value: str
    quote: str

    def as_json(self) -> dict[str, object]:
        return {"label": self.label, "expression": self.expression, "value": self.value, "quote": self.quote}


@dataclass(frozen=True, slots=True)
class ConditionResult:
    id: str
    met: bool
    decides: bool
    quote: str
    text: str

    def as_json(self) -> dict[str, object]:
        return {"id": self.id, "met": self.met, "decides": self.decides, "quote": self.quote, "text": self.text}


@dataclass(frozen=True, slots=True)
class Basis:
    """One row of a letter or workbook: quantity × standard, before caps and other benefits.

    `quantity` is a plain number, `unit` what it counts, `standard` the rate in words (so many 元/席, or a percentage),
    `rate` the yuan for one unit where there is one (a share has none), `amount` what this row comes to after its caps.
    """

    quantity: str
    unit: str
    standard: str
    rate: Money | None
    amount: Money


@dataclass(slots=True)
class Award:
    """What a formula found, as if every other condition were met."""

    amount: Money
    steps: list[TraceStep] = field(default_factory=list)
    bases: list[Basis] = field(default_factory=list)
    schedule: tuple[Money, ...] | None = None  # None: one instalment with the whole amount
    warnings: list[str] = field(default_factory=list)
    services: tuple[str, ...] | None = None  # of a line that grants services instead of money


@dataclass(frozen=True, slots=True)
class Line:
    """One person or fair. `services` only where the clause grants services (None elsewhere)."""

    key: str
    eligible: bool
    amount: Money
    conditions: tuple[ConditionResult, ...]
    services: tuple[str, ...] | None = None

    def as_json(self) -> dict[str, object]:
        line: dict[str, object] = {
            "key": self.key,
            "eligible": self.eligible,
            "amount": str(self.amount),
            "conditions": [condition.as_json() for condition in self.conditions],
        }
        if self.services is not None:
            line["services"] = list(self.services)
        return line


@dataclass(frozen=True, slots=True)
class Calculation:
    """A worked-out request. `taken`: what other benefits took; `bases`: rows for letters, none where nothing is due."""

    policy: str
    clause: str
    as_of: date
    eligible: bool
    amount: Money
    gross_amount: Money
    conditions: tuple[ConditionResult, ...]
    interpretations: Mapping[str, str]
    lines: tuple[Line, ...]
    schedule: tuple[Money, ...]
    trace: tuple[TraceStep, ...]
    warnings: tuple[str, ...]
    taken: Money
    bases: tuple[Basis, ...]

    @property
    def unmet(self) -> tuple[ConditionResult, ...]:
        """The deciding conditions that failed: what a refusal letter lists."""
        return tuple(condition for condition in self.conditions if condition.decides and not condition.met)

    def as_json(self) -> dict[str, object]:
        return {
            "policy": self.policy,
            "clause": self.clause,
            "as_of": self.as_of.isoformat(),
            "eligible": self.eligible,
            "amount": str(self.amount),
            "gross_amount": str(self.gross_amount),
            "conditions": [condition.as_json() for condition in self.conditions],
            "interpretations": dict(self.interpretations),
            "lines": [line.as_json() for line in self.lines],
            "schedule": [{"no": number, "amount": str(amount)} for number, amount in enumerate(self.schedule, start=1)],
            "trace": [step.as_json() for step in self.trace],
            "warnings": list(self.warnings),
        }


# What a clerk reads for each warning code
WARNINGS: Mapping[str, str] = {
    "approved-rate-ignored": "所填核定标准只适用于最高一档，本次未采用。",
    "other-benefits-ignored": "本条款不发放资金，所列其他渠道补助未参与计算。",
    PAID_BY_INSURER: "本项由失业保险经办机构受理和发放，本单位不拨付。",
    "refer-199-2016": "本项参照寻府办字〔2016〕199号文件办理，不在此计算金额。",
}


def warning_text(code: str) -> str:
    """The Chinese sentence of a warning code; the code itself where a pack brought its own."""
    return WARNINGS.get(code, code)
