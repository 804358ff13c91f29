"""节假日: which days are off and which weekends are worked, year by year; the administrator's to change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit, DateEdit, LineEdit
from caseworker.desktop.listview import ListView
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Asking, Message, button, label
from caseworker.desktop.tables import Column, PagedTableModel, listed
from caseworker.services.holidays import HolidayRow
from caseworker.services.views import Role

COLUMNS: tuple[Column[HolidayRow], ...] = (
    Column("日期", lambda row: row.day, "day", width=8),
    Column("星期", lambda row: row.weekday, "weekday", width=6),
    Column("安排", lambda row: row.kind_name, "kind", width=6, tone=lambda row: "amber" if row.is_workday else "green"),
    Column("说明", lambda row: row.name, "name", width=20, stretch=True),
)
NOTE = "补正、办理期限按工作日计算。这里只列与星期几不同的日子：平日放假的、周末上班的。"


class _Entry(Asking):
    """The line for one day: Ctrl+Enter anywhere in it keeps the day."""

    def __init__(self, keep: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("role", None)  # it stands on the page, it does not come up
        self._keep = keep

    def submit(self) -> None:
        self._keep()

    def give_up(self) -> None:
        """Nothing to give up: it is always there."""


class HolidaysPage(QWidget):
    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._filling = False
        may = context.may(Role.ADMINISTRATOR)
        self.message = Message()
        self.year = ChoiceEdit(())
        self.year.setAccessibleName("年份")
        self.year.currentIndexChanged.connect(lambda _i: None if self._filling else self._read_year())
        self.fill_button = button("按公布的安排补录这一年", self.fill)
        if not may:
            self.fill_button.hide()
        top = QHBoxLayout()
        top.addWidget(label("年份", "quiet"))
        top.addWidget(self.year)
        top.addWidget(label(NOTE, "quiet", wrap=True), 1)
        top.addWidget(self.fill_button)
        model = PagedTableModel(COLUMNS, listed((), COLUMNS), context.ask, self)
        self.list = ListView(
            model, "holidays", empty="这一年还没有节假日数据，工作日只按周一至周五推算。", filter_hint=None
        )
        self.list.opened.connect(self._edit)

        self.day = DateEdit()
        self.day.setAccessibleName("日期")
        self.kind = ChoiceEdit(((False, "放假"), (True, "上班")))
        self.kind.setAccessibleName("安排")
        self.name = LineEdit()
        self.name.setAccessibleName("说明")
        self.name.setPlaceholderText("如 国庆节、国庆节调休")
        self.day.returnPressed.connect(self.kind.setFocus)
        self.kind.entered.connect(self.name.setFocus)
        self.name.returnPressed.connect(self.save)
        self.entry = _Entry(self.save)
        row = QHBoxLayout(self.entry)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for words, widget in (("日期", self.day), ("安排", self.kind), ("说明", self.name)):
            row.addWidget(label(words, "quiet"))
            row.addWidget(widget, 1 if widget is self.name else 0)
        row.addWidget(button("登记", self.save, role="primary"))
        if not may:
            self.entry.hide()

        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.message)
        column.addWidget(self.list, 1)
        column.addWidget(self.entry)
        self.setFocusProxy(self.year)

    def refresh(self) -> None:
        desk = self._context.desk
        self._context.ask("正在读取节假日…", lambda: (desk.holidays.years(), desk.holidays.warning()), self, self._show)

    def _show(self, read: tuple[tuple[tuple[int, int], ...], str | None]) -> None:
        years, warning = read
        chosen = self.year.currentData() or self._context.office.today.year
        self._filling = True
        self.year.clear()
        for year, days in years:
            self.year.addItem(f"{year} 年" if days else f"{year} 年（无数据）", year)
        self.year.choose(chosen)
        self._filling = False
        if warning is not None:
            self.message.tell(warning, "amber")
        else:
            self.message.hide()
        self._read_year()

    def _read_year(self) -> None:
        desk, year = self._context.desk, self.year.currentData()
        if year is not None:
            self._context.ask(
                "正在读取节假日…",
                lambda: desk.holidays.of_year(year),
                self,
                lambda rows: self.list.model.set_provider(listed(rows, COLUMNS)),
            )

    def _edit(self, row: object) -> None:
        if isinstance(row, HolidayRow):
            self.day.set_value(row.day)
            self.kind.choose(row.is_workday)
            self.name.setText(row.name)
            self.kind.setFocus()

    def save(self) -> None:
        self.name.settle()
        day = self.day.value()
        if day is None:
            self.message.tell("日期请写成 2023-06-01 这样。", "amber")
            return
        desk, is_workday, name = self._context.desk, self.kind.currentData(), self.name.text().strip()
        self._context.ask(
            "正在登记…",
            lambda: desk.holidays.set_day(day, is_workday, name),
            self,
            lambda _n: self._saved(day),
            self._refused,
        )

    def _saved(self, day: date) -> None:
        self.message.hide()
        self.day.clear()
        self.name.clear()
        self._context.say("已登记")
        self._filling = True
        self.year.choose(day.year)
        self._filling = False
        self.refresh()
        self.day.setFocus()

    def _refused(self, trouble: Trouble) -> bool:
        if trouble.kind not in ("input", "refusal"):
            return False
        lines = [problem.message for problem in trouble.problems] or [trouble.message]
        self.message.tell("\n".join(lines), "amber")
        return True

    def fill(self) -> None:
        desk, year = self._context.desk, self.year.currentData()

        def filled(days: int) -> None:
            self._context.say(f"已补录 {year} 年 {days} 天")
            self.refresh()

        self._context.ask("正在补录…", lambda: desk.holidays.fill(year), self, filled, self._refused)
