"""One person seen from one party: engagements, wages and insurance by month, facts, internships, what was paid."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import ListView
from caseworker.desktop.month_grid import MonthCell, MonthGrid
from caseworker.desktop.parts import ReasonStrip, button, label
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.dossier_benefits import COLUMNS as BENEFIT_COLUMNS
from caseworker.desktop.screens.dossier_interns import COLUMNS as INTERN_COLUMNS
from caseworker.desktop.screens.person_facts import PersonFacts
from caseworker.desktop.sections import Sections
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.services.record_views import AwardRow, EmploymentRow, MonthRow, PersonDetail

STATES = {"granted": "green", "paid": "green", "ended": "quiet", "prior": "accent"}

EMPLOYMENTS: tuple[Column[EmploymentRow], ...] = (
    Column("单位", lambda row: row.party, "party", width=14, stretch=True),
    Column("入职", lambda row: row.employed_from, "employed_from", width=7),
    Column("离职", lambda row: row.employed_to or "在职", width=7),
    Column("合同起", lambda row: row.contract_start, "contract_start", width=7),
    Column("合同止", lambda row: row.contract_end, "contract_end", width=7),
    Column("岗位", lambda row: row.position, "position", width=8),
    Column("来自", lambda row: row.import_file or "手工登记", "import_file", width=10, stretch=True),
    Column(
        "", lambda row: "本单位" if row.here else "其他单位", width=6, tone=lambda row: "green" if row.here else "amber"
    ),
)
AWARDS: tuple[Column[AwardRow], ...] = (
    Column("办件", lambda row: row.case_number, "case_number", width=9),
    Column("单位", lambda row: row.party, "party", width=12, stretch=True),
    Column("事项", lambda row: row.clause_title, "clause_title", width=12, stretch=True),
    Column("金额（元）", lambda row: row.amount, "amount", RIGHT, width=8),
    Column("情况", lambda row: row.state_name, "state", width=6, tone=lambda row: STATES.get(row.state, "quiet")),
    Column("日期", lambda row: row.day, "day", width=7),
)


class PersonScreen(Screen):
    """`key` is party id / person id: 3/55. Alt+← leads back to where one came from."""

    title = "人员"
    manual = "dossiers"

    def __init__(self, context: Context, key: str) -> None:
        super().__init__(context)
        party, person = key.split("/")
        self.party_id, self.person_id = int(party), int(person)
        self.party = button("所在档案", lambda: context.go("party", self.party_id), role="link")
        self.reveal_button = button("显示证件号码…", self.reveal, picture="eye")
        self._head = self.heading("", self.party, self.reveal_button)
        self.about = label("", "quiet", wrap=True, selectable=True)
        self.body.addWidget(self.about)
        self.reason = ReasonStrip()
        self.body.addWidget(self.reason)
        self.tabs = Sections()
        self.months = MonthPage()
        self.facts = PersonFacts(context, self.party_id, self.person_id)
        self.facts.changed.connect(self.refresh)
        self.employments = self._list(EMPLOYMENTS, "person-employments", "没有任职记录。花名册导入后在这里看到。")
        self.interns = self._list(
            INTERN_COLUMNS, "person-internships", "没有实习见习记录。院校名单导入后，或在档案的“实习见习”中登记后看到。"
        )
        self.awards = self._list(AWARDS, "person-awards", "还没有因此人兑现过补助。")
        self.benefits = self._list(BENEFIT_COLUMNS, "person-benefits", "没有登记此人享受的其他补助。")
        self.awards.opened.connect(self._open_case)
        self.employments.opened.connect(lambda row: context.go("party", row.party_id))
        self.tabs.addTab(_page(self.employments), "任职与合同", "employments")
        self.tabs.addTab(self.months, "工资与社保", "months")
        self.tabs.addTab(self.facts, "个人情况", "facts")
        self.tabs.addTab(_page(self.interns), "实习见习", "interns")
        self.tabs.addTab(_page(self.awards), "已兑现", "awards")
        self.tabs.addTab(_page(self.benefits), "其他补助", "benefits")
        self.body.addWidget(self.tabs, 1)
        self.setFocusProxy(self.tabs)
        back = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        back.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        back.activated.connect(self._escape)

    def _list(self, columns: tuple[Column[Any], ...], name: str, empty: str) -> ListView:
        model = PagedTableModel(columns, listed((), columns), self.context.ask, self)
        return ListView(model, name, empty=empty, filter_hint=None)

    # ---- reading ---------------------------------------------------------------------------

    def refresh(self) -> None:
        desk, party, person = self.context.desk, self.party_id, self.person_id
        self.context.ask("正在读取人员…", lambda: read(desk, party, person), self, lambda found: self._show(*found))

    def _show(self, detail: PersonDetail, party_name: str) -> None:
        self._head.setText(detail.name)
        self.party.setText(party_name)
        words = [f"{detail.id_kind} {detail.id_masked}"]
        if detail.id_accepted_reason:
            words.append(f"号码说明：{detail.id_accepted_reason}")
        self.about.setText("　".join(words))
        for view, rows in (
            (self.employments, detail.employments),
            (self.interns, detail.internships),
            (self.awards, detail.awards),
            (self.benefits, detail.benefits),
        ):
            view.model.set_provider(listed(rows, view.model.columns))
        self.months.show_months(detail.months)
        self.facts.show_facts(detail.facts)
        for key, count in (
            ("facts", len(detail.facts)),
            ("interns", len(detail.internships)),
            ("awards", len(detail.awards)),
            ("benefits", len(detail.benefits)),
        ):
            self.tabs.set_count(key, count)

    def keep(self) -> None:
        self.facts.keep()

    def main_act(self) -> None:
        if self.tabs.currentWidget() is self.facts:
            self.facts.main_act()

    # ---- acts ------------------------------------------------------------------------------

    def _escape(self) -> None:
        self.context.back()

    def _open_case(self, row: AwardRow) -> None:
        if row.case_id is not None:
            self.context.go("case", row.case_id)

    def reveal(self) -> None:
        desk, person, name = self.context.desk, self.person_id, self._head.text()

        def ask(reason: str) -> None:
            self.context.ask("正在读取…", lambda: desk.dossiers.reveal_id(person, reason), self, shown)

        def shown(number: str) -> None:
            self.reason.done()
            self.context.tell(f"{name} 的证件号码：{number}（本次查看已记入日志）")

        self.reason.ask(f"查看“{name}”完整证件号码的事由（将记入日志）：", ask, "显示", needed=False)


class MonthPage(QWidget):
    """The grid, and below it the month under the cursor in a sentence."""

    def __init__(self) -> None:
        super().__init__()
        self.grid = MonthGrid()
        self.sentence = label("", "strong", wrap=True, selectable=True)
        self.legend = label(
            "每格上为工资（元），下为社保：有社保、缺社保（有工资无社保）、缺工资（有社保无工资）；“另”表示同月另有单位。"
            "←→↑↓ 逐月查看，Ctrl+C 复制。",
            "quiet",
            wrap=True,
        )
        self.nothing = label("没有工资流水和社保记录。从企业交来的表格导入后在这里看到。", "quiet")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.grid, 1)
        column.addWidget(self.nothing, 1)
        column.addWidget(self.sentence)
        column.addWidget(self.legend)
        self.grid.chosen.connect(self.sentence.setText)
        self.setFocusProxy(self.grid)

    def show_months(self, months: tuple[MonthRow, ...]) -> None:
        cells = cells_of(months)
        self.grid.setVisible(bool(cells))
        self.sentence.setVisible(bool(cells))
        self.legend.setVisible(bool(cells))
        self.nothing.setVisible(not cells)
        self.grid.show_months(cells)


def cells_of(months: tuple[MonthRow, ...]) -> tuple[MonthCell, ...]:
    """What this party has of each month, with what other parties have of it in words."""
    here = {row.month: row for row in months if row.here}
    others: dict[str, list[str]] = {}
    for row in months:
        if not row.here:
            what = [f"工资 {row.wage.shown()} 元"] if row.wage is not None else []
            what += ["社保"] if row.insured else []
            others.setdefault(row.month, []).append(f"{row.party}有{'、'.join(what)}")
    cells = []
    for month in sorted({*here, *others}):
        row_here = here.get(month)
        year, number = (int(part) for part in month.split("-"))
        gross = row_here.wage if row_here is not None else None
        insured = row_here is not None and row_here.insured
        cells.append(MonthCell(year, number, gross, insured, tuple(others.get(month, ()))))
    return tuple(cells)


def read(desk: Any, party_id: int, person_id: int) -> tuple[PersonDetail, str]:
    """In a worker."""
    return desk.records.person(party_id, person_id), desk.dossiers.get(party_id).form.name


def _page(view: ListView) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 8, 0, 0)
    column.addWidget(view)
    page.setFocusProxy(view)
    return page
