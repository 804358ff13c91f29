"""The line at the top: office, sample label, practice date, search, user, backup."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QInputDialog, QMenu, QSizePolicy, QToolButton, QWidget

from caseworker.desktop import memory
from caseworker.desktop.context import Context
from caseworker.desktop.icons import icon
from caseworker.desktop.parts import Chip, ElidedLabel, ToolButton
from caseworker.desktop.search_box import SearchBox
from caseworker.desktop.theme import MODE_NAMES, Mode
from caseworker.desktop.words import parse_date
from caseworker.services.home_views import Home


def plain_tool(text: str, picture: str, tip: str = "") -> QToolButton:
    tool = ToolButton()
    tool.setProperty("role", "plain")
    tool.setText(text)
    tool.setIcon(icon(picture))
    tool.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    tool.setToolTip(tip)
    if not text:
        tool.setAccessibleName(tip.partition("（")[0])
    return tool


class TitleLine(QFrame):
    switch_wanted = Signal()
    lock_wanted = Signal()
    manual_wanted = Signal()
    fold_wanted = Signal()

    def __init__(self, context: Context, over: QWidget) -> None:
        super().__init__()
        self.setObjectName("titleline")
        self._context = context
        self._fold = plain_tool("", "menu", "收起或展开导航（Ctrl+B）")
        self._fold.clicked.connect(self.fold_wanted)
        self.back = plain_tool("", "back", "返回上一页（Alt+←）")
        self.back.clicked.connect(context.back)
        self.office = ElidedLabel("", "strong")
        self.office.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.sample = Chip("演示数据", "amber")
        self.sample.setToolTip("这是演示机构，企业和人员均为虚构，可以放心练习。")
        self.practice = plain_tool("", "calendar", "演示机构按练习日期办事，点击推进日期")
        self.practice.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.search = SearchBox(context, over)
        self.search.setMinimumWidth(self.fontMetrics().horizontalAdvance("汉") * 14)
        self.search.setMaximumWidth(self.fontMetrics().horizontalAdvance("汉") * 32)
        self.user = plain_tool("", "user")
        self.user.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.backup = plain_tool("", "backup", "备份情况，点击立即备份")
        self.backup.clicked.connect(self._back_up)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 12, 6)
        row.setSpacing(8)
        for widget in (self._fold, self.back, self.office, self.sample, self.practice):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.search, 3)
        row.addStretch(1)
        row.addWidget(self.user)
        row.addWidget(self.backup)
        context.office_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        office, user = self._context.office, self._context.desk.user
        self.office.setText(f"兑现台 · {office.name}")
        self.office.updateGeometry()
        self.sample.setVisible(office.is_sample)
        self.practice.setVisible(office.is_sample)
        self.practice.setText(f"练习日期 {office.today.isoformat()}")
        self._practice_menu(office.today)
        self.user.setText(f"{user.name} ∨")
        self.user.setAccessibleName(f"当前用户 {user.name}")
        self.user.setToolTip(f"{user.name}（{user.login}）：{user.role_names()}")
        self._user_menu()
        self._ask_backup()

    def _user_menu(self) -> None:
        menu = QMenu(self)
        roles = menu.addAction(self._context.desk.user.role_names())
        roles.setEnabled(False)
        menu.addSeparator()
        menu.addAction(icon("user"), "切换用户…（Ctrl+Shift+L）").triggered.connect(self.switch_wanted)
        menu.addAction(icon("lock"), "锁定（Ctrl+L）").triggered.connect(self.lock_wanted)
        menu.addSeparator()
        looks = menu.addMenu("外观")
        for mode, name in MODE_NAMES.items():
            action = looks.addAction(name)
            action.setCheckable(True)
            action.setChecked(mode == self._context.theme.mode)
            action.triggered.connect(lambda _c=False, mode=mode: self._look(mode))
        menu.addAction(icon("help"), "使用手册（F1）").triggered.connect(self.manual_wanted)
        old = self.user.menu()
        self.user.setMenu(menu)
        if old is not None:
            old.deleteLater()

    def _look(self, mode: Mode) -> None:
        self._context.theme.set_mode(mode)
        memory.remember_theme(mode)
        self._user_menu()

    # ---- the practice date ---------------------------------------------------------------

    def _practice_menu(self, today: date) -> None:
        menu = QMenu(self)
        for days, words in ((1, "推进 1 天"), (7, "推进 7 天"), (30, "推进 30 天"), (180, "推进 180 天")):
            day = today + timedelta(days=days)
            menu.addAction(f"{words}，到 {day.isoformat()}").triggered.connect(
                lambda _c=False, day=day: self.advance(day)
            )
        menu.addSeparator()
        menu.addAction("推进到指定日期…").triggered.connect(self._ask_day)
        old = self.practice.menu()
        self.practice.setMenu(menu)
        if old is not None:
            old.deleteLater()

    def _ask_day(self) -> None:
        today = self._context.office.today
        text, taken = QInputDialog.getText(
            self, "推进练习日期", "推进到哪一天（只能向后）：", text=(today + timedelta(days=1)).isoformat()
        )
        if not taken:
            return
        day = parse_date(text)
        if day is None:
            self._context.tell("日期请写成 2023-06-01 这样。", "amber")
        else:
            self.advance(day)

    def advance(self, day: date) -> None:
        desk = self._context.desk

        def moved(_nothing: None) -> None:
            self._context.refresh_office()
            self._context.say(f"练习日期已推进到 {day.isoformat()}")

        self._context.ask("正在推进练习日期…", lambda: desk.set_practice_date(day), self, moved)

    # ---- backup --------------------------------------------------------------------------

    def _ask_backup(self) -> None:
        desk = self._context.desk
        self._context.ask("正在读取备份情况…", desk.home.overview, self, self._show_backup)

    def _show_backup(self, home: Home) -> None:
        if home.gap:
            self._context.tell(home.gap, "red")
        days = home.backup.days
        self.backup.setText(
            "尚未备份"
            if days is None
            else "今日已备份"
            if days == 0
            else f"{days} 天前备份"
            if days > 0
            else "备份日期有误"
        )
        self.backup.setIcon(icon("backup", "amber" if home.backup.warning else "green"))
        self.backup.setToolTip(home.backup.warning or "备份情况，点击立即备份")

    def _back_up(self) -> None:
        desk = self._context.desk

        def done(path: object) -> None:
            self._context.say(f"备份已完成并经过检验：{path}")
            self._ask_backup()

        self._context.ask("正在备份…", desk.backup_now, self, done)
