"""本机构: its particulars and its own rules. The administrator changes them, the others read."""

from __future__ import annotations

import dataclasses
from typing import Any

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import Field
from caseworker.desktop.forms import Form
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Message, button, card, clear, label
from caseworker.errors import EditConflict, Problem
from caseworker.services import OfficeForm, Role
from caseworker.services.views import OfficeView

MODES = ((False, "三人分办（经办、复核、负责人各一人）"), (True, "两人办理（复核与决定由同一人）"))
FIELDS = (
    Field("name", "机构名称", required=True, width=26),
    Field("letter_name", "机关代字", required=True, width=16),
    Field("region", "行政区域", required=True, width=26),
    Field("reconsider_by", "复议机关", required=True, width=26),
    Field("contact", "联系人", required=True, width=16),
    Field("phone", "联系电话", required=True, width=16),
    Field("address", "地址", required=True, width=26),
    Field("two_person_mode", "复核与决定", "choice", options=MODES, width=26),
    Field("notice_days", "公示天数", "number", unit="天（政策未定时；空着按政策通常天数，0 不公示）", width=5),
    Field("idle_lock_minutes", "空闲锁定", "number", unit="分钟没有操作（0 不锁定）", required=True, width=5),
)
NUMBERS = ("notice_days", "idle_lock_minutes")


class OfficePage(QWidget):
    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._version = 0
        self.form: Form | None = None
        self.message = Message()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.message)
        frame, inner = card()
        if context.may(Role.ADMINISTRATOR):
            self.form = Form(FIELDS, columns=1)
            self.form.submitted.connect(self.save)
            inner.addWidget(self.form)
            inner.addWidget(label("修改从保存时起生效，已经发出的文书和文号不变；改了什么记入操作日志。", "quiet"))
            row = QHBoxLayout()
            row.addWidget(button("保存", self.form.submit, role="primary", picture="save"))
            row.addStretch(1)
            inner.addLayout(row)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        inner.addLayout(self._grid)
        column.addWidget(frame)
        column.addStretch(1)

    def refresh(self) -> None:
        office = self._context.office
        if self.form is not None:
            if not self.form.dirty:
                self._fill(office)
            self._list((("机构文件", str(self._context.path)),))
            return
        self._list((*_shown(office), ("机构文件", str(self._context.path))))

    def _fill(self, office: OfficeView) -> None:
        assert self.form is not None
        self._version = office.version
        values = {field.name: getattr(office, field.name) for field in dataclasses.fields(OfficeForm)}
        self.form.set_values(values)

    def _list(self, rows: tuple[tuple[str, str], ...]) -> None:
        clear(self._grid)
        for place, (words, value) in enumerate(rows):
            self._grid.addWidget(label(words, "quiet"), place, 0)
            self._grid.addWidget(label(value, wrap=True, selectable=True), place, 1)

    def save(self) -> None:
        form, desk, version = self.form, self._context.desk, self._version
        assert form is not None
        values, problems = _read(form.values())
        if problems:
            form.show_problems(problems)
            return
        wanted = OfficeForm(**values)

        def saved(_office: OfficeView) -> None:
            form.saved()
            self.message.hide()
            self._context.refresh_office()
            self._context.say("机构资料已保存")
            self.refresh()

        def refused(trouble: Trouble) -> bool:
            if trouble.kind == "input":
                form.show_problems(trouble.problems)
                return True
            if isinstance(trouble.error, EditConflict):
                self._context.refresh_office()
                self._version = self._context.office.version
                theirs = "；".join(f"{_LABELS[name]}：{value}" for name, value in trouble.error.theirs.items())
                self.message.tell(f"{trouble.message}现在保存着的：{theirs}。要改成您填的，请再点一次“保存”。", "amber")
                return True
            return False

        self._context.ask("正在保存…", lambda: desk.set_office(wanted, version), self, saved, refused)


_LABELS = {field.name: field.label for field in FIELDS}


def _read(values: dict[str, Any]) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Numbers as whole numbers, an empty one as None. What is none is said."""
    problems = []
    for name in NUMBERS:
        text = str(values[name])
        try:
            values[name] = int(text) if text else None
        except ValueError:
            problems.append(Problem(name, "请填写整数。"))
    return values, tuple(problems)


def _shown(office: OfficeView) -> tuple[tuple[str, str], ...]:
    days = office.notice_days
    notice = "按政策的通常天数" if days is None else f"{days} 天" if days else "不公示"
    idle = office.idle_lock_minutes
    return (
        ("机构名称", office.name),
        ("机关代字", office.letter_name),
        ("行政区域", office.region),
        ("复议机关", office.reconsider_by),
        ("联系人", office.contact),
        ("联系电话", office.phone),
        ("地址", office.address),
        ("复核与决定", dict(MODES)[office.two_person_mode]),
        (
            "公示天数",
            f"{notice}（政策未定时）",
        ),
        ("空闲锁定", f"{idle} 分钟无操作自动锁定" if idle else "不自动锁定"),
    )
