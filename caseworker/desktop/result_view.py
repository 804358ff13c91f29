"""A calculation as a clerk reads it: left the clause, its words and the conditions; right the steps and the amount."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from caseworker.desktop.parts import Chip, clear, label, rule
from caseworker.policy import Clause, warning_text
from caseworker.values.money import Money

_AMOUNT = re.compile(r"-?\d{1,15}\.\d{2}", re.ASCII)
# Four digits and more, not the digits of a date, of a decimal part or of a document's number
_FIGURE = re.compile(r"(?<![\d.,〔A-Za-z-])\d{4,15}(?![\d,〕年-])", re.ASCII)
_YEARS = range(1900, 2100)  # with no unit behind them
_UNITS = tuple("元席人平㎡.")
QUANTITY = "数量："
RATES = frozenset({"适用标准", "适用比例", "奖补月数"})
CLOSING = frozenset({"扣除其他渠道已享受", "兑现金额", "不予兑现"})  # after the rate: what is taken off, or refused


def amount_shown(text: str) -> str:
    """An amount of a result with separators; anything else as it stands."""
    return Money.parse(text).shown() if _AMOUNT.fullmatch(text) else text


def grouped(expression: str) -> str:
    """The figures of a sum with separators, as the amounts beside them; a year and a day stay as they are."""

    def separated(found: re.Match[str]) -> str:
        behind = found.string[found.end() :]
        year = int(found[0]) in _YEARS and not behind.startswith(_UNITS)
        return found[0] if year else f"{int(found[0]):,}"

    return _FIGURE.sub(separated, expression)


def yuan(step: dict[str, Any]) -> bool:
    """Whether a step's figure is money: a count, an area or a percentage has its unit in the expression."""
    if not _AMOUNT.fullmatch(step["value"]):
        return False
    return not step["label"].startswith(QUANTITY) or step["expression"].endswith("元")


def applied_quote(clause: Clause, result: dict[str, Any] | None) -> str:
    """The words of the rate that the sum applied; the clause's own where none was found.

    A clause's own words are its opening ones, which may name another rate than the one applied.
    """
    if result is None:
        return clause.quote
    told = [step for step in result["trace"] if step["label"] not in CLOSING and step["quote"] != clause.quote]
    rates = [step for step in told if step["label"] in RATES] or told
    return "……".join(dict.fromkeys(step["quote"] for step in rates if step["quote"])) or clause.quote


def right(text: str, role: str | None = None) -> QLabel:
    made = label(text, role, selectable=True)
    made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    return made


class ConditionsView(QWidget):
    """The clause with its words, then each condition: ✓ or ✗, the sentence, the words it rests on."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(6)

    def show_result(self, clause: Clause | None, result: dict[str, Any] | None) -> None:
        clear(self._column)
        if clause is not None:
            self._column.addWidget(label(f"{clause.number}　{clause.title}", "section", wrap=True))
            self._column.addWidget(label(f"“{applied_quote(clause, result)}”", "quote", wrap=True, selectable=True))
        if result is not None:
            self._column.addSpacing(4)
            self._column.addWidget(label("条件", "strong"))
            for condition in result["conditions"]:
                self._column.addWidget(self._condition(condition))
            for warning in result["warnings"]:
                self._column.addWidget(label(f"提示：{warning_text(warning)}", "due", wrap=True))
        self._column.addStretch(1)

    @staticmethod
    def _condition(condition: dict[str, Any]) -> QWidget:
        met, decides = condition["met"], condition["decides"]
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        mark = Chip(
            "符合" if met else ("不符合" if decides else "未达到"), "green" if met else ("red" if decides else "quiet")
        )
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.setContentsMargins(0, 3, 0, 0)
        words.addWidget(label(condition["text"], wrap=True, selectable=True))
        row.addLayout(words, 1)
        if condition["quote"]:
            line.setToolTip(f"依据：“{condition['quote']}”")
        return line


class StepsView(QWidget):
    """The sum, line by line, so that it can be checked with a pocket calculator; amounts at the right edge."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, self.fontMetrics().horizontalAdvance("汉") * 9)
        self._grid.setColumnStretch(1, 1)

    def show_result(self, result: dict[str, Any] | None, amount_words: str = "") -> None:
        clear(self._grid)
        if result is None:
            return
        place = self._head()
        # Counting and the last sum carry the clause's opening words, which stand with the clause, not beside a figure
        opening = {s["quote"] for s in result["trace"] if s["label"] == "兑现金额" or s["label"].startswith(QUANTITY)}
        above = ""
        for step in result["trace"]:
            self._grid.addWidget(rule(), place, 0, 1, 3)
            self._grid.addWidget(label(step["label"], wrap=True), place + 1, 0, Qt.AlignmentFlag.AlignTop)
            expression = label(grouped(step["expression"]), wrap=True, selectable=True)
            self._grid.addWidget(expression, place + 1, 1, Qt.AlignmentFlag.AlignTop)
            if yuan(step):
                self._grid.addWidget(right(amount_shown(step["value"])), place + 1, 2)
            quote = step["quote"]
            if quote and quote not in opening:
                words = "依据：同上" if quote == above else f"依据：“{quote}”"
                self._grid.addWidget(label(words, "quiet", wrap=True, selectable=True), place + 2, 1, 1, 2)
                above = quote
            place += 3
        self._grid.addWidget(rule(), place, 0, 1, 3)
        amount = Money.parse(result["amount"])
        gross = Money.parse(result["gross_amount"])
        if gross != amount:
            self._total(place + 1, "应补金额", gross, None)
            place += 1
        self._total(place + 1, "核定金额" if result["eligible"] else "不符合条件，不予兑现", amount, "amount")
        words = amount_words or ""
        if words:
            self._grid.addWidget(right(words, "quiet"), place + 2, 0, 1, 3)
        self._schedule(result, place + 3)

    def _head(self) -> int:
        self._grid.addWidget(label("测算过程", "strong"), 0, 0)
        self._grid.addWidget(right("金额（元）", "quiet"), 0, 2)
        return 1

    def _total(self, place: int, words: str, amount: Money, role: str | None) -> None:
        self._grid.addWidget(label(words, "strong"), place, 0, 1, 2, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(right(amount.shown(), role or "strong"), place, 2)

    def _schedule(self, result: dict[str, Any], place: int) -> None:
        if len(result["schedule"]) < 2:
            return
        self._grid.addWidget(label("分期", "strong"), place, 0)
        for number, part in enumerate(result["schedule"], start=1):
            self._grid.addWidget(label(f"第 {part['no']} 期"), place + number, 0)
            self._grid.addWidget(right(amount_shown(part["amount"])), place + number, 2)
