"""工作台: what must be done today, where the cases stand, what is left of the fund."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from caseworker.desktop import theme
from caseworker.desktop.context import Context
from caseworker.desktop.parts import Button, Chip, ElidedLabel, Tall, button, card, clear, label, scrolled
from caseworker.desktop.screen import Screen
from caseworker.services.views import FundView, Home, Role, TodoRow
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
        columns = QHBoxLayout()
        columns.setSpacing(16)
        todo_card, self._todo_box = card()
        self._todo_box.addWidget(label("今天要办的事", "section"))
        inside = QWidget()
        self._todos = QVBoxLayout(inside)
        self._todos.setContentsMargins(0, 0, 0, 0)
        self._todos.setSpacing(2)
        self._todo_box.addWidget(scrolled(inside), 1)
        columns.addWidget(todo_card, 3)
        beside = QWidget()
        right = QVBoxLayout(beside)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(16)
        count_card, count_box = card()
        count_box.addWidget(label("在办事项", "section"))
        self._counts = QGridLayout()
        self._counts.setHorizontalSpacing(16)
        count_box.addLayout(self._counts)
        fund_card, self._funds = card()
        right.addWidget(count_card)
        right.addWidget(fund_card)
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
        self._show_todos(home.todos)
        self._show_counts(home)
        self._show_funds(home.funds)

    def _show_todos(self, todos: tuple[TodoRow, ...]) -> None:
        clear(self._todos)
        if not todos:
            words = "今天没有待您办理的事项。"
            if self.context.may(Role.CASEWORKER):
                words += "收到企业的申请材料后，从“企业档案”里受理新办件。"
            self._todos.addWidget(label(words, "quiet", wrap=True))
            if self.context.may(Role.CASEWORKER):
                go = button("打开企业档案", lambda: self.context.go("screen", "dossiers"), role="primary")
                self._todos.addWidget(go, 0, Qt.AlignmentFlag.AlignLeft)
        for todo in todos:
            self._todos.addWidget(self._todo(todo))
        self._todos.addStretch(1)

    def _todo(self, todo: TodoRow) -> QWidget:
        """The whole line is one button: click or Enter goes there."""
        line = Button()
        line.setProperty("role", "todo")
        words, tone = URGENCY.get(todo.urgency, URGENCY["normal"])
        row = QHBoxLayout(line)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(12)
        chip = Chip(words, tone)
        text = label(todo.text, "strong")
        detail = ElidedLabel(todo.detail, "quiet")
        for part in (chip, text, detail):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(chip)
        row.addWidget(text)
        row.addWidget(detail, 1)
        line.setMinimumHeight(self.fontMetrics().height() + 24)
        line.setAccessibleName(f"{words}：{todo.text}，{todo.detail}")
        kind, key = todo.target
        line.clicked.connect(lambda _c=False: self.context.go(kind, key))
        return line

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
        self._funds.addWidget(label(f"{year} 年专项资金", "section"))
        if not funds:
            self._funds.addWidget(label("本年度没有登记专项资金。", "quiet"))
        for fund in funds:
            self._funds.addWidget(label(fund.policy_title, wrap=True))
            self._funds.addWidget(FundBar(fund))
            figures = QGridLayout()
            rows = (
                ("预算", fund.budget, ""),
                ("已拨付", fund.paid, "green"),
                ("待拨付", fund.committed, "accent"),
                ("余额", fund.left, ""),
            )
            for place, (words, amount, tone) in enumerate(rows):
                caption: QWidget = Chip(words, tone) if tone else label(words, "quiet")
                number = label(f"{amount.shown()} 元", "error" if amount < Money.zero() else "strong")
                number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                figures.addWidget(caption, place, 0)
                figures.addWidget(number, place, 1)
            figures.setColumnStretch(1, 1)
            self._funds.addLayout(figures)
