"""还缺什么: the clauses this party can ask for, what each still lacks, and the way to where it is entered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from caseworker.desktop import memory
from caseworker.desktop.context import Context
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.parts import ElidedLabel, label
from caseworker.desktop.tables import Column, PagedTableModel, listed
from caseworker.services.record_views import ClauseNeeds, Need
from caseworker.services.views import Role

READY = "这个事项要用的数据都已登记，可以测算。"
ONLY_LACKING = "dossier_needs_only_lacking"


@dataclass(frozen=True, slots=True)
class Line:
    """A clause with the short name of its policy, as the list shows it."""

    needs: ClauseNeeds
    policy: str

    @property
    def words(self) -> str:
        return f"{self.needs.number}　{self.needs.title}"

    @property
    def counts(self) -> bool:
        """Whether something lacks that the party could ask for here."""
        return not self.needs.ready and not self.needs.elsewhere

    @property
    def state(self) -> tuple[str, str]:
        if self.needs.elsewhere:
            return "外地政策", "quiet"
        lacking = len(self.needs.missing)
        return ("可以测算", "green") if self.needs.ready else (f"缺 {lacking} 项", "amber")


CLAUSES: tuple[Column[Line], ...] = (
    Column("政策", lambda row: row.policy, "policy", width=4, stretch=True),
    Column("事项", lambda row: row.words, "title", width=14, stretch=True),
    Column("情况", lambda row: row.state[0], "state", width=6, tone=lambda row: row.state[1]),
)
NEEDS: tuple[Column[Need], ...] = (
    Column("还缺", lambda row: row.label, "label", width=12, stretch=True),
    Column("到哪里补", lambda row: row.words, "words", width=14, stretch=True),
)


class DossierNeeds(QWidget):
    """Left the clauses, right what the chosen one lacks. Enter goes right, Enter there leads to the place."""

    wanted = Signal(str)  # Need.where
    counted = Signal(int)  # clauses of the party's own place that lack something

    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__()
        self._context = context
        self._party_id = party_id
        self._lines: tuple[Line, ...] = ()
        self._shown: tuple[str, tuple[Need, ...]] | None = None
        self.only = QCheckBox("只看还缺的")
        self.only.setChecked(memory.flag(ONLY_LACKING))
        self.only.toggled.connect(self._narrow)
        self.clauses = ListView(
            PagedTableModel(CLAUSES, listed((), CLAUSES), context.ask, self),
            "dossier-needs-clauses",
            empty="本机构执行的政策没有这类单位可以申请的事项。",
            filter_hint="按事项筛选",
            filters=(self.only,),
        )
        self.about = ElidedLabel("", "strong")
        self.about.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.needs = ListView(
            PagedTableModel(NEEDS, listed((), NEEDS), context.ask, self),
            "dossier-needs",
            empty="",
            acts=(Act("去补这一项", self._go, "add", button=True),) if context.may(Role.CASEWORKER) else (),
            filter_hint=None,
            filters=(self.about,),
        )
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(8, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.needs, 1)
        self.words = label("", "quiet", wrap=True, selectable=True)  # whole, where the columns cut it
        column.addWidget(self.words)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.clauses)
        self.split.addWidget(right)
        self.split.setStretchFactor(0, 1)
        self.split.setStretchFactor(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.addWidget(self.split)
        self.setFocusProxy(self.clauses)
        self.clauses.chosen_changed.connect(self._chosen)
        self.clauses.model.loaded.connect(self._chosen)
        self.clauses.opened.connect(lambda _row: self.needs.setFocus())
        self.needs.opened.connect(lambda _row: self._go())
        self.needs.chosen_changed.connect(self._tell)
        self.needs.model.loaded.connect(self._tell)

    def refresh(self) -> None:
        desk, key = self._context.desk, self._party_id
        self._context.ask("正在核对各事项要用的数据…", lambda: read(desk, key), self, self._show)

    def _show(self, lines: tuple[Line, ...]) -> None:
        self._lines = lines
        self.counted.emit(sum(line.counts for line in lines))
        self._narrow()

    def _narrow(self) -> None:
        memory.remember_flag(ONLY_LACKING, self.only.isChecked())
        rows = tuple(line for line in self._lines if line.counts or not self.only.isChecked())
        self.clauses.model.set_provider(listed(rows, CLAUSES))

    def _chosen(self) -> None:
        line = self.clauses.current()
        shown = line.words if isinstance(line, Line) else ""
        missing = line.needs.missing if isinstance(line, Line) else ()
        if (shown, missing) != self._shown:
            self._shown = shown, missing
            self.about.setText(shown)
            self.needs.set_empty(READY if shown else "")
            self.needs.model.set_provider(listed(missing, NEEDS))

    def _tell(self) -> None:
        need = self.needs.current()
        some = isinstance(need, Need) and self.needs.model.rowCount() > 0
        self.words.setText(f"{need.label}：{need.words}" if isinstance(need, Need) and some else "")

    def _go(self) -> None:
        need = self.needs.current()
        if isinstance(need, Need):
            self.wanted.emit(need.where)

    def main_act(self) -> None:
        self._go()


def read(desk: Any, party_id: int) -> tuple[Line, ...]:
    """In a worker: the clauses in the order of their policies."""
    titles = {pack.id: pack.short_title for pack in desk.policies.packs()}
    return tuple(Line(needs, titles.get(needs.policy, needs.policy)) for needs in desk.records.needs(party_id))
