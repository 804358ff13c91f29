"""What an act of oversight says: its facts, the criteria of a review, the sum of a report, and what was changed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from caseworker.desktop.parts import clear, label
from caseworker.desktop.screens.oversight_parts import Said, facts_grid
from caseworker.desktop.words import when
from caseworker.services.oversight_views import ActDetail, ActRow
from caseworker.services.views import HistoryRow

Go = Callable[[str, int | str], None]


def show_said(inner: QVBoxLayout, detail: ActDetail, history: tuple[HistoryRow, ...], go: Go) -> None:
    """Fills a card with the whole act."""
    row = detail.row
    clear(inner)
    inner.addWidget(label(row.title, "section", wrap=True, selectable=True))
    pairs: list[Said] = [("依据", detail.basis, None)]
    if row.party_id is not None:
        pairs.append(("单位", row.party, ("party", row.party_id)))
    if row.case_id is not None:
        pairs.append(("办件", row.case_number, ("case", row.case_id)))
    if row.spot_check_id is not None:
        pairs.append(("抽查", "所属的抽查名单", ("spot-check", row.spot_check_id)))
    pairs.append((detail.day_name, row.happened_on.isoformat(), None))
    if row.due_on is not None:
        pairs.append(("期限", row.due_on.isoformat() + ("（已逾期）" if row.overdue else ""), None))
    pairs += [(name, words, None) for name, words in detail.said]
    pairs.append((detail.words_name, row.words, None))
    if row.outcome_name or row.closed_on is not None:
        pairs.append(("结果", f"{row.outcome_name}（{row.closed_on}，{detail.closed_by}）", None))
    if detail.closing_words:
        pairs.append(("办理情况", detail.closing_words, None))
    pairs.append(("登记人", row.entered_by, None))
    if detail.voided_reason:
        pairs.append(("作废原因", detail.voided_reason, None))
    if detail.follows is not None:
        pairs.append(("对应", _named(detail.follows), ("oversight", detail.follows.id)))
    pairs += [("后续", _named(one), ("oversight", one.id)) for one in detail.answers]
    inner.addLayout(facts_grid(pairs, go))
    if detail.criteria:
        _criteria(inner, detail)
    if detail.conditions:
        _result(inner, detail)
    show_history(inner, history)


def _criteria(inner: QVBoxLayout, detail: ActDetail) -> None:
    inner.addWidget(label("评价指标", "section"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setColumnStretch(0, 1)
    right = Qt.AlignmentFlag.AlignRight
    for number, row in enumerate((("指标", "满分", "得分"), *detail.criteria)):
        for place, words in enumerate(row):
            made = label(words, None if number else "quiet", wrap=place == 0, selectable=bool(number))
            grid.addWidget(made, number, place, right if place else Qt.AlignmentFlag(0))
    inner.addLayout(grid)


def _result(inner: QVBoxLayout, detail: ActDetail) -> None:
    inner.addWidget(label("核算", "section"))
    for met, words in detail.conditions:
        inner.addWidget(label(f"{'✓' if met else '✗'} {words}", None if met else "error", wrap=True))
    for name, expression, value in detail.trace:
        words = f"{name}：{expression} = {value}" if expression else f"{name}：{value}"
        inner.addWidget(label(words, "quiet", wrap=True, selectable=True))


def show_history(inner: QVBoxLayout, history: tuple[HistoryRow, ...]) -> None:
    """What was put right or taken off since it was entered: who, when, why, and what stood before."""
    changed = history[:-1]
    if not changed:
        return
    inner.addWidget(label("变更记录", "section"))
    for row in changed:
        said = "；".join(f"{name}由“{before}”改为“{after}”" for name, before, after in row.changes)
        why = f"，原因：{row.reason}" if row.reason else ""
        words = f"{when(row.at)} {row.user} {row.action}{why}。{said}"
        inner.addWidget(label(words, "quiet", wrap=True, selectable=True))


def _named(row: ActRow) -> str:
    return f"{row.happened_on} {row.kind_name}：{row.title}（{row.state_name}）"
