"""政策包: every policy that is there, the program's and the office's own, and switching one on for the office."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import button, label
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.services.policies import PackRow
from caseworker.services.views import Role

PACKS: tuple[Column[PackRow], ...] = (
    Column("政策", lambda row: row.short_title, "short_title", width=12),
    Column("全称", lambda row: row.title, "title", width=20, stretch=True),
    Column("文号", lambda row: row.document_number, "document_number", width=11),
    Column("地区", lambda row: row.region, "region", width=8),
    Column("条款", lambda row: row.clauses, "clauses", RIGHT, width=4),
    Column("来源", lambda row: row.origin, "origin", width=10),
    Column(
        "状态",
        lambda row: "已启用" if row.in_use else "未启用",
        "in_use",
        width=5,
        tone=lambda row: "green" if row.in_use else "quiet",
    ),
)
WHO = "启用政策由负责人或管理员办理。"


class PacksPage(QWidget):
    """A policy is switched on in place, after one question; cases rest on it from then on, so it is never taken off."""

    used = Signal(str)  # a policy was switched on
    wanted = Signal(str)  # a policy in use is to be shown

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._asked: PackRow | None = None
        self._may = context.may(Role.HEAD, Role.ADMINISTRATOR)
        self.place = label("", "quiet", wrap=True, selectable=True)
        acts = (Act("启用…", self._ask_chosen, button=True),) if self._may else ()
        model = PagedTableModel(PACKS, listed((), PACKS), context.ask, self)
        self.list = ListView(
            model, "policy-packs", empty="还没有政策包。", acts=acts, filter_hint="筛选政策、文号、地区…"
        )
        self.list.opened.connect(self._open)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.place)
        column.addWidget(self._build_strip())
        column.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def _build_strip(self) -> QFrame:
        self.strip = QFrame()
        self.strip.setProperty("role", "notice")
        self.strip.setProperty("tone", "accent")
        self.question = label("", wrap=True)
        self.yes = button("启用", self._use, role="primary")
        self.no = button("取消", self._give_up)
        row = QHBoxLayout(self.strip)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(self.question, 1)
        row.addWidget(self.yes)
        row.addWidget(self.no)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.strip)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._give_up)
        self.strip.hide()
        return self.strip

    def refresh(self) -> None:
        policies = self._context.desk.policies
        self._context.ask(
            "正在读取政策库…",
            lambda: (policies.library(), policies.pack_folder()),
            self,
            lambda found: self._show(*found),
        )

    def _show(self, rows: tuple[PackRow, ...], folder: Path) -> None:
        who = "" if self._may else WHO
        self.place.setText(f"本机构自己的政策包放在文件夹“{folder}”，重新打开机构文件后列在这里。{who}")
        self.list.model.set_provider(listed(rows, PACKS))

    # ---- switching on --------------------------------------------------------------------

    def _open(self, row: PackRow) -> None:
        if row.in_use:
            self.wanted.emit(row.id)
        elif self._may:
            self.ask(row)
        else:
            self._context.tell(f"“{row.short_title}”还没有启用。{WHO}", "amber")

    def _ask_chosen(self) -> None:
        row = self.list.current()
        if isinstance(row, PackRow):
            self.ask(row)

    def ask(self, row: PackRow) -> None:
        if row.in_use:
            self._context.say(f"“{row.short_title}”已经启用")
            return
        self._asked = row
        self.question.setText(
            f"启用“{row.short_title}”（{row.document_number}）？启用后即可按它受理和测算；原文规定了年度资金的，"
            "同时登记本年度预算。启用后不能停用。"
        )
        self.strip.show()
        self.yes.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give_up(self) -> None:
        self._asked = None
        self.strip.hide()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _use(self) -> None:
        row, desk = self._asked, self._context.desk
        if row is None:
            return
        self.yes.setEnabled(False)

        def used(_nothing: None) -> None:
            self._give_up()
            self._context.say(f"已启用“{row.short_title}”")
            self._context.refresh_office()
            self.used.emit(row.id)

        def refused(_trouble: Trouble) -> bool:
            self._give_up()
            self.refresh()  # somebody else may have switched it on meanwhile
            return False

        self._context.ask(
            "正在启用…",
            lambda: desk.policies.use(row.id),
            self,
            used,
            refused,
            lambda: self.yes.setEnabled(True),
        )
