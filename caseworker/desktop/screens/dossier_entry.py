"""Entering something into a dossier in place: a card above its list, problems beside the fields, a draft kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fact_edit import FIGURES, HINTS, UNITS
from caseworker.desktop.fields import Field
from caseworker.desktop.forms import Form
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import ElidedLabel, Message, button, label
from caseworker.desktop.picks import SourceEdit
from caseworker.errors import Problem
from caseworker.policy import FactField
from caseworker.policy.facts import read_record

KEYS = "Enter 到下一项，末项按 Enter 或随时按 Ctrl+Enter 保存；Esc 收起，填写保留。"
Values = dict[str, Any]
Save = Callable[[Values], Callable[[], Any]]  # of what the form holds: the call for the worker


class Entry(QFrame):
    """Folded until it is wanted. `save` gives the service call for what was filled in."""

    saved = Signal()
    opened = Signal()
    folded = Signal()  # and the focus with it
    closed = Signal()

    def __init__(
        self,
        context: Context,
        draft_key: str,
        title: str,
        fields: Iterable[Field],
        save: Save,
        *,
        start: Callable[[], Values] | None = None,
        check: Callable[[Values], tuple[Problem, ...]] | None = None,
        said: str = "已登记",
        columns: int = 2,
        note: str = "",
    ) -> None:
        super().__init__()
        self._context = context
        self._draft_key = draft_key
        self._save = save
        self._start = start or dict
        self._said = said
        self._saving = False
        self.setProperty("role", "card")
        self.title = label(title, "strong")
        self.message = Message(closable=False)
        self._check = check
        self.form = Form(fields, columns=columns, check=self._check_later if check else None, enter_submits=True)
        self.form.submitted.connect(self._submit)
        self.ok = button("保存  Ctrl+Enter", self.form.submit, role="primary", picture="save")
        self.cancel = button("清空", self.clear)
        self.fold_button = button("收起  Esc", self.fold)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addWidget(ElidedLabel(note, "quiet"), 1)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(ElidedLabel(KEYS, "quiet"), 1)
        for made in (self.fold_button, self.cancel, self.ok):
            below.addWidget(made)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.message)
        column.addWidget(self.form)
        column.addLayout(below)
        QWidget.setTabOrder(self.ok, self.cancel)
        self.hide()
        self.form.set_values(self._blank())
        draft = context.draft(draft_key)
        if draft is not None:
            self.form.restore(draft)
            self.message.tell("已恢复上次未保存的填写。", "accent")
            self.show()

    @property
    def is_open(self) -> bool:
        return not self.isHidden()

    def open(self, values: Mapping[str, Any] | None = None) -> None:
        """Unfolds; `values` are put in over what is there unless something was typed already."""
        if values and not self.form.dirty:
            self.form.set_values({**self._blank(), **values})
        self.show()
        self.opened.emit()
        first = next((edit for edit in self.form.fields.values() if not _filled(edit.typed())), None)
        (first or next(iter(self.form.fields.values()))).editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.isHidden():  # and not only the page that it is on
            self.closed.emit()

    def fold(self) -> None:
        """Out of the way; what was typed stays."""
        inside = self.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        self.keep()
        self.hide()
        if inside:
            self.folded.emit()

    def clear(self) -> None:
        self.message.hide()
        self.form.set_values(self._blank())
        self._context.keep_draft(self._draft_key, None)
        self.open()

    def keep(self) -> None:
        self.form.settle()
        self._context.keep_draft(self._draft_key, self.form.typed() if self.form.dirty else None)

    def _blank(self) -> Values:
        return {**dict.fromkeys(self.form.fields), **self._start()}

    # ---- checking and saving -------------------------------------------------------------

    def _check_later(self, values: Values, answer: Callable[[tuple[Problem, ...]], None]) -> None:
        if self._check is not None:
            answer(self._check(values))

    def _submit(self) -> None:
        if self._saving:
            return
        values = self.form.values()
        problems = self._check(values) if self._check is not None else ()
        if problems:
            self.form.show_problems(problems)
            return
        call = self._save(values)
        self._saving = True
        self.ok.setEnabled(False)
        self._context.ask("正在保存…", call, self, self._done, self._refused, self._ended)

    def _ended(self) -> None:
        self._saving = False
        self.ok.setEnabled(True)

    def _done(self, _key: object) -> None:
        self.message.hide()
        self.form.set_values(self._blank())
        self._context.keep_draft(self._draft_key, None)
        self._context.say(self._said)
        self.hide()
        self.saved.emit()
        self.folded.emit()

    def _refused(self, trouble: Trouble) -> bool:
        """Beside the field where it has one; above the form otherwise."""
        if trouble.kind not in ("input", "refusal"):
            return False
        problems = tuple(Problem(self._field_of(one.path), one.message) for one in trouble.problems)
        here = tuple(one for one in problems if one.path in self.form.fields)
        other = [one.message for one in problems if one.path not in self.form.fields]
        if here:
            self.form.show_problems(here)
        words = other or ([] if here else [trouble.message])
        if words:
            self.message.tell("\n".join(dict.fromkeys(words)), "amber")
        else:
            self.message.hide()
        return True

    def _field_of(self, path: str) -> str:
        """data.total and total are one field."""
        last = path.rsplit(".", 1)[-1]
        return path if path in self.form.fields else _ELSEWHERE.get(last, last)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.KeyPress:
                self.fold()
            event.accept()  # also before the page makes a shortcut of it
            return True
        return super().event(event)


# What the services call what a form has in another field
_ELSEWHERE = {"paper": "source", "person_id": "person", "policy": "clause"}


def _filled(typed: Any) -> bool:
    return bool(typed.strip()) if isinstance(typed, str) else typed not in (None, [], ("", None))


# ---- fields as the policies name them ------------------------------------------------------

_KINDS = {"bool": "boolean", "date": "date", "choice": "choice"}


def form_field(fact: FactField) -> Field:
    """The form's field for a fact: its words, unit and kind of editor. Lists of records have none."""
    kind = "number" if fact.type in FIGURES else _KINDS.get(fact.type, "text")
    options: tuple[tuple[Any, str], ...] = ()
    if kind == "choice":
        options = ((None, "（请选择）"), *((option.id, option.label) for option in fact.options))
    hint = HINTS.get(fact.type, "") or fact.hint
    needed = not (fact.nullable or fact.optional)
    if not needed and not hint and kind in ("number", "text"):
        hint = "可不填"
    width = {"number": 12, "date": 12, "boolean": 8, "choice": 16}.get(kind, 30)
    unit = fact.unit or UNITS.get(fact.type, "")
    return Field(fact.name, fact.label, kind, unit, required=needed, options=options, hint=hint, width=width)


def fact_value(fact: FactField, value: Any) -> Any:
    """What the form's editor holds, as `calculate` takes it; None where nothing is filled in."""
    if value is None or value == "":
        return False if fact.type == "bool" and fact.optional else None
    if isinstance(value, date):
        return value.isoformat()
    if fact.type == "int" and isinstance(value, str) and value.lstrip("-").isdecimal():
        return int(value)
    if fact.type in ("months", "choices") and isinstance(value, str):
        return [part.strip() for part in value.replace("，", "、").replace(",", "、").split("、") if part.strip()]
    return value


def fact_problems(facts: Iterable[FactField], values: Values) -> tuple[Problem, ...]:
    """What the policies' own reading finds wrong with single values; what is required and empty the form says."""
    found: list[Problem] = []
    for fact in facts:
        value = fact_value(fact, values.get(fact.name))
        problems: list[Problem] = []
        if value is not None:
            read_record((fact,), (), {fact.name: value}, "", problems)
        found += [Problem(fact.name, problem.message) for problem in problems[:1]]
    return tuple(found)


SINCE = Field("valid_from", "自何日起", "date", required=True, width=12)
SOURCE = Field("source", "依据材料", "own", required=True, width=70, make=SourceEdit, wide=True)


def source_of(values: Values) -> tuple[str, Path | None]:
    words, path = values["source"]
    return words, path
