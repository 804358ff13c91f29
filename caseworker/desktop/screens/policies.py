"""政策库: clauses, their words, parameters with dates, papers and points. Read only: packs are data of the program."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QListWidget, QListWidgetItem, QSplitter, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit
from caseworker.desktop.parts import clear, label, scrolled
from caseworker.desktop.screen import Screen
from caseworker.policy.model import Clause, Pack
from caseworker.services.views import PointView
from caseworker.values.money import Money

NEEDS = {"mandatory": "必备", "conditional": "视情", "tolerable": "可容缺"}


def value_shown(value: Any, unit: str) -> str:
    return f"{value.shown() if isinstance(value, Money) else value} {unit}".strip()


class PoliciesScreen(Screen):
    title = "政策库"
    manual = "cases"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.pack = ChoiceEdit(())
        self.pack.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToContents)
        self.pack.setAccessibleName("政策")
        self.heading(self.title, self.pack)
        self.about = label("", "quiet", wrap=True)
        self.body.addWidget(self.about)
        self.clauses = QListWidget()  # a policy has some twenty clauses
        self.clauses.setWordWrap(True)
        self.clauses.setSpacing(2)
        self.clauses.currentItemChanged.connect(lambda item, _old: self._show_clause(item))
        inside = QWidget()
        self._page = QVBoxLayout(inside)
        self._page.setContentsMargins(16, 4, 16, 12)
        self._page.setSpacing(6)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(self.clauses)
        self.split.addWidget(scrolled(inside))
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 7)
        self.split.setChildrenCollapsible(False)
        character = self.fontMetrics().horizontalAdvance("汉")
        self.split.setSizes([character * 24, character * 76])
        self.body.addWidget(self.split, 1)
        self._packs: dict[str, Pack] = {}
        self._points: dict[str, tuple[PointView, ...]] = {}
        self.pack.currentIndexChanged.connect(lambda _i: self._show_pack())
        self.setFocusProxy(self.clauses)

    def refresh(self) -> None:
        desk, day = self.context.desk, self.context.office.today

        def read() -> tuple[tuple[Pack, ...], dict[str, tuple[PointView, ...]]]:
            packs = desk.policies.packs()
            return packs, {pack.id: desk.policies.points(pack.id, day) for pack in packs}

        self.context.ask("正在读取政策…", read, self, lambda found: self._show(*found))

    def _show(self, packs: tuple[Pack, ...], points: dict[str, tuple[PointView, ...]]) -> None:
        self._points = points
        if list(self._packs) == [pack.id for pack in packs]:
            return
        self._packs = {pack.id: pack for pack in packs}
        self.pack.clear()
        for pack in packs:
            self.pack.addItem(pack.short_title, pack.id)

    def _show_pack(self) -> None:
        pack = self._packs.get(self.pack.currentData())
        self.clauses.clear()
        if pack is None:
            return
        force = pack.in_force
        end = f"至 {force.end.isoformat()}" if force.end else "起，未规定终止日期"
        self.about.setText(
            f"{pack.title}　{pack.document_number}　{pack.issued_by} {pack.issued_on.isoformat()} 印发　"
            f"施行 {force.start.isoformat()} {end}"
        )
        for clause in pack.clauses.values():
            item = QListWidgetItem(f"{clause.number}\n{clause.title}")
            item.setData(Qt.ItemDataRole.UserRole, clause.id)
            self.clauses.addItem(item)
        self.clauses.setCurrentRow(0)

    def _show_clause(self, item: QListWidgetItem | None) -> None:
        clear(self._page)
        pack = self._packs.get(self.pack.currentData())
        if item is None or pack is None:
            return
        clause = pack.clauses[item.data(Qt.ItemDataRole.UserRole)]
        add = self._page.addWidget
        add(label(f"{clause.number}　{clause.title}", "section", wrap=True))
        add(label(f"“{clause.quote}”", "quote", wrap=True, selectable=True))
        self._parameters(clause)
        self._tables(clause)
        self._papers(clause)
        self._points_of(pack, clause)
        self._page.addStretch(1)

    def _section(self, words: str) -> QGridLayout:
        self._page.addSpacing(8)
        self._page.addWidget(label(words, "strong"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        self._page.addLayout(grid)
        return grid

    def _parameters(self, clause: Clause) -> None:
        if not clause.parameters:
            return
        grid = self._section("参数")
        grid.setColumnStretch(3, 1)
        place = 0
        top = Qt.AlignmentFlag.AlignTop
        for parameter in clause.parameters.values():
            for dated in parameter.values:
                value = label(value_shown(dated.value, parameter.unit))
                value.setAlignment(Qt.AlignmentFlag.AlignRight | top)
                since = f"{dated.start.isoformat()} 起" + (f"至 {dated.end.isoformat()}" if dated.end else "")
                grid.addWidget(label(parameter.label), place, 0, top)
                grid.addWidget(value, place, 1)
                grid.addWidget(label(since, "quiet"), place, 2, top)
                grid.addWidget(label(f"“{dated.quote}”", "quiet", wrap=True, selectable=True), place, 3)
                place += 1

    def _tables(self, clause: Clause) -> None:
        for table in clause.tables.values():
            grid = self._section(table.label)
            grid.setColumnStretch(2, 1)
            for place, row in enumerate(table.rows):
                value = label(value_shown(row.value, table.unit))
                value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
                grid.addWidget(label(row.label), place, 0)
                grid.addWidget(value, place, 1)
                grid.addWidget(label(f"“{row.quote}”", "quiet", wrap=True, selectable=True), place, 2)

    def _papers(self, clause: Clause) -> None:
        if not clause.papers:
            return
        grid = self._section("材料")
        grid.setColumnStretch(1, 1)
        for place, paper in enumerate(clause.papers):
            grid.addWidget(label(NEEDS.get(paper.requirement, paper.requirement), "quiet"), place, 0)
            grid.addWidget(label(paper.name, wrap=True), place, 1)
            asked = [
                words
                for wanted, words in (
                    (paper.original, "查验原件"),
                    (paper.copy, "留存复印件"),
                    (paper.seal, "加盖公章"),
                )
                if wanted
            ]
            grid.addWidget(label("、".join(asked), "quiet"), place, 2)

    def _points_of(self, pack: Pack, clause: Clause) -> None:
        used = [view for view in self._points.get(pack.id, ()) if view.id in clause.points]
        if not used:
            return
        grid = self._section("口径")
        grid.setColumnStretch(0, 1)
        for place, view in enumerate(used):
            grid.addWidget(label(view.question, wrap=True), place, 0)
            grid.addWidget(label(f"{view.option_text}（{view.decision}）", "strong", wrap=True), place, 1)
