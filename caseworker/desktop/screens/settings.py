"""设置: the office, its users, the log and its check, backup, appearance. Each tab for those who may."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop import memory
from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit, Field
from caseworker.desktop.forms import Form
from caseworker.desktop.listview import ListView
from caseworker.desktop.operations import Operation, Trouble
from caseworker.desktop.parts import (
    Message,
    button,
    card,
    label,
    scrolled,
    tab_widget,
)
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.settings_holidays import HolidaysPage
from caseworker.desktop.screens.settings_office import OfficePage
from caseworker.desktop.screens.settings_seals import SealsPage
from caseworker.desktop.screens.settings_users import UsersPage
from caseworker.desktop.screens.settings_wording import WordingPage
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel
from caseworker.desktop.theme import MODE_NAMES
from caseworker.errors import Problem
from caseworker.services.views import AuditRow, Page, Role

AUDIT: tuple[Column[AuditRow], ...] = (
    Column("序号", lambda row: row.seq, None, RIGHT, width=5),
    Column("时间", lambda row: row.at, None, width=11),
    Column("用户", lambda row: row.user, None, width=7),
    Column("事项", lambda row: row.action, None, width=12),
    Column("对象", lambda row: row.subject, None, width=20),
    Column("原因", lambda row: row.reason, None, width=20, stretch=True),
)
PASSWORD_FIELDS = (
    Field("old", "原密码", "password", required=True, width=18),
    Field("new", "新密码", "password", required=True, width=18, hint="至少 10 个字符"),
    Field("again", "再输一遍", "password", required=True, width=18),
)


class SettingsScreen(Screen):
    title = "设置"
    manual = "backup"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.heading(self.title)
        self.tabs = tab_widget()
        self.office = OfficePage(context)
        self.tabs.addTab(scrolled(self.office), "本机构")
        self.users = UsersPage(context) if context.may(Role.ADMINISTRATOR) else None
        if self.users is not None:
            self.tabs.addTab(self.users, "用户")
        self.seals = SealsPage(context)
        self.tabs.addTab(self.seals, "印章")
        self.wording = WordingPage(context)
        self.tabs.addTab(self.wording, "文书用语")
        self.holidays = HolidaysPage(context)
        self.tabs.addTab(self.holidays, "节假日")
        self.tabs.addTab(self._audit_page(), "操作日志")
        self.tabs.addTab(self._backup_page(), "备份")
        self.tabs.addTab(self._personal_page(), "个人")
        self.body.addWidget(self.tabs, 1)
        self.setFocusProxy(self.tabs)

    def refresh(self) -> None:
        self.office.refresh()
        if self.users is not None:
            self.users.refresh()
        self.seals.refresh()
        self.wording.refresh()
        self.holidays.refresh()
        self.audit.refresh()

    # ---- the log -------------------------------------------------------------------------

    def _audit_page(self) -> QWidget:
        context = self.context

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[AuditRow]:
            return context.desk.audit.page(offset, limit)

        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.addWidget(
            label("每一次改动都按顺序记录，前后相扣。核验可以查出任何一条被改、被删或被插入的记录。", "quiet"), 1
        )
        row.addWidget(button("核验日志", self.verify, role="primary"))
        column.addLayout(row)
        self.verdict = Message()
        column.addWidget(self.verdict)
        model = PagedTableModel(AUDIT, fetch, context.ask, self)
        self.audit = ListView(model, "audit", empty="还没有记录。", filter_hint=None)
        column.addWidget(self.audit, 1)
        return page

    def verify(self) -> None:
        desk = self.context.desk

        def verified(found: tuple[bool, str]) -> None:
            self.verdict.tell(found[1], "green" if found[0] else "red")

        self.context.run(
            Operation("正在核验日志…", lambda _p, _c: desk.audit.verify(), cancellable=False), self, verified
        )

    # ---- backup --------------------------------------------------------------------------

    def _backup_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 12, 0, 0)
        frame, inner = card()
        inner.addWidget(label("备份", "section"))
        inner.addWidget(
            label(
                "备份是整个机构文件的加密副本，做完后自动打开检验。请定期另存一份到移动硬盘，与本机分开保管。",
                wrap=True,
            )
        )
        inner.addWidget(
            label(
                "恢复密钥在建立机构时打印，只此一份，请密封保存。所有人都忘记密码时，只有它能打开机构文件。",
                "quiet",
                wrap=True,
            )
        )
        row = QHBoxLayout()
        row.addWidget(button("立即备份", lambda: self.back_up(None), role="primary", picture="backup"))
        row.addWidget(button("备份到文件夹…", self._choose_folder))
        row.addStretch(1)
        inner.addLayout(row)
        self.backup_done = Message()
        inner.addWidget(self.backup_done)
        column.addWidget(frame)
        column.addStretch(1)
        return page

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "备份到文件夹")
        if name:
            self.back_up(Path(name))

    def back_up(self, folder: Path | None) -> None:
        desk = self.context.desk
        self.context.ask(
            "正在备份…",
            lambda: desk.backup_now(folder),
            self,
            lambda path: self.backup_done.tell(f"备份已完成并经过检验：{path}", "green"),
        )

    # ---- oneself -------------------------------------------------------------------------

    def _personal_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(16)
        frame, inner = card()
        inner.addWidget(label("外观", "section"))
        look = ChoiceEdit(tuple((mode, name) for mode, name in MODE_NAMES.items()))
        look.setCurrentIndex(list(MODE_NAMES).index(self.context.theme.mode))
        look.setMaximumWidth(self.fontMetrics().horizontalAdvance("汉") * 14)

        def chosen(_place: int) -> None:
            self.context.theme.set_mode(look.currentData())
            memory.remember_theme(look.currentData())

        look.currentIndexChanged.connect(chosen)
        inner.addWidget(look)
        column.addWidget(frame)
        frame, inner = card()
        inner.addWidget(label("修改本人密码", "section"))
        self.password_form = Form(PASSWORD_FIELDS, enter_submits=True)
        self.password_form.submitted.connect(self._change_password)
        inner.addWidget(self.password_form)
        row = QHBoxLayout()
        row.addWidget(button("修改密码", self.password_form.submit, role="primary"))
        row.addStretch(1)
        inner.addLayout(row)
        column.addWidget(frame)
        column.addStretch(1)
        return page

    def _change_password(self) -> None:
        values = self.password_form.values()
        if values["new"] != values["again"]:
            self.password_form.show_problems((Problem("again", "两次输入的新密码不一致。"),))
            return
        desk = self.context.desk

        def changed(_nothing: None) -> None:
            self.password_form.set_values({"old": "", "new": "", "again": ""})
            self.context.say("密码已修改")

        def refused(trouble: Trouble) -> bool:
            field = "old" if trouble.kind == "environment" else "new"
            self.password_form.show_problems((Problem(field, trouble.message),))
            return True

        old, new = values["old"], values["new"]
        self.context.ask("正在修改密码…", lambda: desk.users.change_own_password(old, new), self, changed, refused)
