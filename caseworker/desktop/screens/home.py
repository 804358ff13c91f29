"""工作台: what must be done today, what the next weeks bring, and how fund, targets and backup stand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from caseworker.desktop import theme
from caseworker.desktop.context import Context
from caseworker.desktop.parts import (
    Button,
    Chip,
    ElidedLabel,
    Message,
    Tall,
    button,
    card,
    clear,
    label,
    scrolled,
)
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.programs_chart import TargetBars
from caseworker.desktop.screens.programs_fund import LEVELS
from caseworker.desktop.words import when
from caseworker.services.home_todos import SOON_DAYS
from caseworker.services.home_views import BackupView, FundView, Home, Target, TargetsView
from caseworker.services.views import Role
from caseworker.values.money import Money

URGENCY = {"overdue": ("已逾期", "red"), "due": ("到期", "amber"), "normal": ("待办", "accent")}


class FundBar(QWidget):
    """A year's fund as one bar: paid, committed, left; the figures stand beside it in words."""

    def __init__(self, fund: FundView) -> None:
        super().__init__()
        self._fund = fund
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            f"预算 {fund.budget.shown()} 元\n已拨付 {fund.paid.shown()} 元\n"
            f"待拨付 {fund.committed.shown()} 元\n余额 {fund.left.shown()} 元"
        )
        self.setAccessibleName(self.toolTip())

    def sizeHint(self) -> QSize:
        return QSize(200, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(0.5, 1.5, self.width() - 1, self.height() - 3)
        painter.setPen(QPen(theme.colour("line_strong")))
        painter.setBrush(theme.colour("band"))
        painter.drawRoundedRect(whole, 3, 3)
        budget = max(self._fund.budget.fen, 1)
        left = whole.left()
        painter.setPen(Qt.PenStyle.NoPen)
        over = self._fund.left < Money.zero()
        for amount, role in ((self._fund.paid, "green"), (self._fund.committed, "red" if over else "accent")):
            width = min(whole.width() * amount.fen / budget, whole.right() - left)
            if width > 0:
                painter.setBrush(theme.colour(role))
                painter.drawRect(QRectF(left, whole.top() + 1, width, whole.height() - 2))
                left += width


class HomeScreen(Screen):
    title = "工作台"
    manual = "index"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._head = self.heading(self.title)
        self.gap = Message(closable=False)
        self.body.addWidget(self.gap)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        left = QVBoxLayout()
        left.setSpacing(16)
        todo_card, self._todo_box = card()
        self._todo_box.addWidget(label("今天要办的事", "section"))
        inside = QWidget()
        self._todos = QVBoxLayout(inside)
        self._todos.setContentsMargins(0, 0, 0, 0)
        self._todos.setSpacing(2)
        self._todo_box.addWidget(scrolled(inside), 1)
        left.addWidget(todo_card, 3)
        ahead_card, ahead_box = card()
        top = QHBoxLayout()
        top.addWidget(label(f"公示截止和 {SOON_DAYS} 天内到期的期次", "section"))
        top.addStretch(1)
        top.addWidget(button("公示", lambda: context.go("screen", "notices"), role="link"))
        top.addWidget(button("期次日历", self._calendar, role="link"))
        ahead_box.addLayout(top)
        days = QWidget()
        self._ahead = QVBoxLayout(days)
        self._ahead.setContentsMargins(0, 0, 0, 0)
        self._ahead.setSpacing(0)
        ahead_box.addWidget(scrolled(days), 1)
        left.addWidget(ahead_card, 2)
        columns.addLayout(left, 3)
        beside = QWidget()
        right = QVBoxLayout(beside)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(16)
        fund_card, self._funds = card()
        target_card, self._targets = card()
        count_card, count_box = card()
        count_box.addWidget(label("在办事项", "section"))
        self._counts = QGridLayout()
        self._counts.setHorizontalSpacing(16)
        self._counts.setVerticalSpacing(0)
        count_box.addLayout(self._counts)
        backup_card, self._backup = card()
        for one in (fund_card, target_card, count_card, backup_card):
            right.addWidget(one)
        right.addStretch(1)
        columns.addWidget(Tall(beside), 2)
        self.body.addLayout(columns, 1)

    def refresh(self) -> None:
        desk = self.context.desk
        self.context.ask("正在读取工作台…", desk.home.overview, self, self._show)

    def _show(self, home: Home) -> None:
        today = self.context.office.today
        weekday = "一二三四五六日"[today.weekday()]
        self._head.setText(
            f"{self.context.desk.user.name}，今天是 {today.year} 年 {today.month} 月 {today.day} 日，星期{weekday}"
        )
        if home.gap is None:
            self.gap.dismiss()
        else:
            self.gap.tell(home.gap, "red")
        self._show_todos(home)
        self._show_ahead(home)
        self._show_funds(home.funds)
        self._show_targets(home.targets)
        self._show_counts(home)
        self._show_backup(home.backup)

    # ---- what is to be done --------------------------------------------------------------

    def _show_todos(self, home: Home) -> None:
        clear(self._todos)
        if not home.todos:
            words = "今天没有待您办理的事项。"
            if self.context.may(Role.CASEWORKER):
                words += "收到企业的申请材料后，从“企业档案”里受理新办件。"
            self._todos.addWidget(label(words, "quiet", wrap=True))
            if self.context.may(Role.CASEWORKER):
                go = button("打开企业档案", lambda: self.context.go("screen", "dossiers"), role="primary")
                self._todos.addWidget(go, 0, Qt.AlignmentFlag.AlignLeft)
        for todo in home.todos:
            chip = URGENCY.get(todo.urgency, URGENCY["normal"])
            self._todos.addWidget(self._line(chip, todo.text, todo.detail, todo.target))
        if home.more:
            self._todos.addWidget(label(f"还有 {home.more} 项，办完上面的再列出。", "quiet"))
        self._todos.addStretch(1)

    def _show_ahead(self, home: Home) -> None:
        """What the next weeks bring, by its day; what has passed comes first."""
        clear(self._ahead)
        rows = sorted((*home.notices, *home.instalments), key=lambda row: row.day)
        if not rows:
            words = f"没有公示中的批次，{SOON_DAYS} 天内也没有到期的期次。"
            self._ahead.addWidget(label(words, "quiet", wrap=True))
        for row in rows:
            chip = (row.day.strftime("%m-%d"), "amber" if row.days <= 0 else "quiet")
            self._ahead.addWidget(self._line(chip, row.text, row.detail, row.target))
        if home.instalments_total > len(home.instalments):
            self._ahead.addWidget(label(f"还有 {home.instalments_total - len(home.instalments)} 笔期次。", "quiet"))
        self._ahead.addStretch(1)

    def _line(self, chip: tuple[str, str], words: str, detail: str, target: Target) -> QWidget:
        """The whole line is one button: click or Enter goes there."""
        line = Button()
        line.setProperty("role", "todo")
        row = QHBoxLayout(line)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(12)
        mark, text, more = Chip(*chip), ElidedLabel(words, "strong"), ElidedLabel(detail, "quiet")
        text.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        for part in (mark, text, more):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(mark)
        row.addWidget(text)
        row.addWidget(more, 1)
        line.setMinimumHeight(self.fontMetrics().height() + 20)
        line.setToolTip(f"{words}\n{detail}")
        line.setAccessibleName(f"{chip[0]}：{words}，{detail}")
        line.clicked.connect(lambda _c=False: self._go(*target))
        return line

    def _go(self, kind: str, key: int | str) -> None:
        if kind == "calendar":
            self._calendar()
        else:
            self.context.go(kind, key)

    def _calendar(self) -> None:
        self.context.wish("payments", "calendar")
        self.context.go("screen", "payments")

    # ---- how the office stands -----------------------------------------------------------

    def _show_counts(self, home: Home) -> None:
        clear(self._counts)
        for place, (step, name, count) in enumerate(home.counts):
            go = button(name, partial(self._open_cases, step), role="link")
            number = label(str(count), "strong" if count else "quiet")
            number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._counts.addWidget(go, place // 2, (place % 2) * 3)
            self._counts.addWidget(number, place // 2, (place % 2) * 3 + 1)
        for column in (1, 4):
            self._counts.setColumnStretch(column, 1)
        self._counts.setColumnMinimumWidth(2, 24)

    def _open_cases(self, step: str) -> None:
        self.context.wish("cases", step)
        self.context.go("screen", "cases")

    def _show_funds(self, funds: tuple[FundView, ...]) -> None:
        clear(self._funds)
        year = self.context.office.today.year
        self._funds.addLayout(self._titled(f"{year} 年专项资金", "台账", partial(self._programs, "fund")))
        if not funds:
            self._funds.addWidget(label("本年度没有登记专项资金。", "quiet"))
        for fund in funds:
            top = QHBoxLayout()
            top.addWidget(label(fund.policy_title, wrap=True), 1)
            if fund.level in LEVELS:
                top.addWidget(Chip(*LEVELS[fund.level]))
            self._funds.addLayout(top)
            self._funds.addWidget(FundBar(fund))
            figures = QGridLayout()
            figures.setHorizontalSpacing(8)
            figures.setVerticalSpacing(0)
            rows = (
                ("预算", fund.budget, "", ""),
                ("余额", fund.left, "", "used"),
                ("已拨付", fund.paid, "green", "paid"),
                ("待拨付", fund.committed, "accent", "committed"),
            )
            for place, (words, amount, tone, part) in enumerate(rows):
                caption: QWidget = Chip(words, tone) if tone else label(words, "quiet")
                figures.addWidget(caption, place, 0, Qt.AlignmentFlag.AlignLeft)
                figures.addWidget(self._amount(fund, amount, words, part), place, 1, Qt.AlignmentFlag.AlignRight)
            figures.setColumnStretch(1, 1)
            self._funds.addLayout(figures)

    def _amount(self, fund: FundView, amount: Money, words: str, part: str) -> QWidget:
        """A figure of the fund; a click opens the cases behind it."""
        shown = f"{amount.shown()} 元"
        if not part:
            return label(shown, "strong")
        go = button(shown, partial(self.context.go, "fund-lines", f"{fund.policy}/{fund.year}/{part}"), role="figure")
        go.setProperty("over", amount < Money.zero())
        go.setAccessibleName(f"{fund.policy_title}{words} {shown}，打开这个数背后的办件")
        go.setToolTip("看是哪些办件")
        return go

    def _show_targets(self, targets: tuple[TargetsView, ...]) -> None:
        clear(self._targets)
        self._targets.addLayout(self._titled("目标与完成", "台账", partial(self._programs, "targets")))
        if not targets:
            self._targets.addWidget(label("本机构的政策没有写明目标。", "quiet"))
        for view in targets:
            if len(targets) > 1:
                self._targets.addWidget(label(view.policy_title, wrap=True))
            bars = TargetBars()
            bars.show_targets(view.targets)
            self._targets.addWidget(bars)

    def _programs(self, page: str) -> None:
        self.context.wish("programs", page)
        self.context.go("screen", "programs")

    def _show_backup(self, backup: BackupView) -> None:
        clear(self._backup)
        row = QHBoxLayout()
        row.addWidget(label("备份", "section"))
        row.addStretch(1)
        if backup.at is not None:
            old = (
                "今天" if backup.days == 0 else f"{backup.days} 天前" if backup.days and backup.days > 0 else "日期有误"
            )
            row.addWidget(Chip(old, "amber" if backup.warning else "green"))
        else:
            row.addWidget(Chip("尚未备份", "amber"))
        self._backup.addLayout(row)
        words = backup.warning or f"最近一次经过核验的备份：{when(backup.at) if backup.at is not None else ''}"
        self._backup.addWidget(label(words, None if backup.warning else "quiet", wrap=True))
        if backup.warning:
            self._backup.addWidget(button("立即备份", self.back_up, picture="backup"), 0, Qt.AlignmentFlag.AlignLeft)

    def back_up(self) -> None:
        desk = self.context.desk

        def done(path: object) -> None:
            self.context.say(f"备份已完成并经过检验：{path}")
            self.refresh()

        self.context.ask("正在备份…", desk.backup_now, self, done)

    @staticmethod
    def _titled(words: str, link: str, act: Callable[[], object]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(label(words, "section"))
        row.addStretch(1)
        row.addWidget(button(link, act, role="link"))
        return row
