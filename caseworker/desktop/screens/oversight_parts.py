"""What the screens of oversight share: columns of acts and recoveries, and the files that go with an act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QWidget

from caseworker.desktop.parts import ElidedLabel, button, label
from caseworker.desktop.tables import RIGHT, Column
from caseworker.services.oversight_views import ActRow, RecoveryRow

FILES = "照片和扫描件 (*.jpg *.jpeg *.png *.pdf *.tif *.tiff);;所有文件 (*)"
_LINK_PAD = 4
NOTHING = "还没有附文件，也可以把照片、扫描件拖到这里"


def act_tone(row: ActRow) -> str:
    if row.state == "voided":
        return "quiet"
    if row.state == "open":
        return "red" if row.overdue else "amber"
    return "amber" if row.outcome in ("not-met", "not-mended", "partly") else "green"


def act_state(row: ActRow) -> str:
    return f"{row.state_name} 逾期" if row.overdue else row.state_name


def recovery_tone(row: RecoveryRow) -> str:
    if row.overdue:
        return "red"
    return {"ordered": "amber", "received": "green"}.get(row.state, "quiet")


def recovery_state(row: RecoveryRow) -> str:
    return f"{row.state_name} 逾期" if row.overdue else row.state_name


_KIND: Column[ActRow] = Column("事项", lambda row: row.kind_name, "kind", width=7)
_STATE: Column[ActRow] = Column("状态", act_state, "state", width=8, tone=act_tone)
_PARTY: Column[ActRow] = Column("单位", lambda row: row.party or "（机构登记簿）", "party", width=13, stretch=True)
_TITLE: Column[ActRow] = Column("内容", lambda row: row.title, None, width=13, stretch=True)
_DAY: Column[ActRow] = Column("日期", lambda row: row.happened_on, "happened_on", width=6)
_DUE: Column[ActRow] = Column("期限", lambda row: row.due_on, "due_on", width=6)
_OUTCOME: Column[ActRow] = Column("结果", lambda row: row.outcome_name, None, width=5)
_PAPERS: Column[ActRow] = Column("附件", lambda row: row.papers or None, None, RIGHT, width=3)
_BY: Column[ActRow] = Column("登记人", lambda row: row.entered_by, None, width=5)
ACTS = (_DAY, _KIND, _STATE, _PARTY, _TITLE, _DUE, _OUTCOME, _PAPERS, _BY)
OWN_ACTS = (_DAY, _KIND, _STATE, _TITLE, _DUE, _OUTCOME, _PAPERS, _BY)

_OTHER: tuple[Column[RecoveryRow], ...] = (
    Column("办件编号", lambda row: row.case_number, None, width=8),
    Column("期次", lambda row: row.instalment, None, RIGHT, width=3),
    Column("追回金额（元）", lambda row: row.amount, "amount", RIGHT, width=8),
    Column("已收回（元）", lambda row: row.received, None, RIGHT, width=8),
    Column("缴回期限", lambda row: row.due_on, "due_on", width=6),
    Column("状态", recovery_state, "state", width=8, tone=recovery_tone),
    Column("理由", lambda row: row.reason, None, width=10, stretch=True),
)
_ORDERED: Column[RecoveryRow] = Column("下达日期", lambda row: row.ordered_on, "ordered_on", width=6)
OWN_RECOVERIES = (_ORDERED, *_OTHER)
_PAYEE: Column[RecoveryRow] = Column("单位", lambda row: row.party, "party", width=13, stretch=True)
RECOVERIES = (_ORDERED, _PAYEE, *_OTHER)


Said = tuple[str, str, tuple[str, int | str] | None]  # name, words, and where a click on them goes


def facts_grid(pairs: Sequence[Said], go: Callable[[str, int | str], None]) -> QGridLayout:
    """Names at the right, words beside them; words that lead somewhere are links."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    right = Qt.AlignmentFlag.AlignRight
    for place, (name, words, target) in enumerate(pairs):
        if target is None:
            grid.addWidget(label(name, "quiet"), place, 0, right | Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(words, wrap=True, selectable=True), place, 1)
            continue
        grid.addWidget(label(name, "quiet"), place, 0, right | Qt.AlignmentFlag.AlignVCenter)
        beside = QHBoxLayout()
        beside.setContentsMargins(-_LINK_PAD, 0, 0, 0)  # its words begin where the others do
        beside.addWidget(button(words, partial(go, *target), role="link"))
        beside.addStretch(1)
        grid.addLayout(beside, place, 1)
    return grid


class PapersEdit(QWidget):
    """Files chosen or dropped here, to go in with what is entered."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[Path] = []
        self.add_button = button("附照片、扫描件…", self.choose, picture="clip")
        self.names = ElidedLabel(NOTHING, "quiet")
        self.clear_button = button("去掉", self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.add_button)
        row.addWidget(self.names, 1)
        row.addWidget(self.clear_button)
        self.setAcceptDrops(True)
        self.clear()

    def choose(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, "附照片、扫描件", "", FILES)
        self.add([Path(name) for name in names])

    def add(self, paths: list[Path]) -> None:
        self.paths += [path for path in paths if path not in self.paths]
        self._show()

    def clear(self) -> None:
        self.paths = []
        self._show()

    def _show(self) -> None:
        listed = "、".join(path.name for path in self.paths)
        self.names.setText(f"{len(self.paths)} 个文件：{listed}" if self.paths else NOTHING)
        self.clear_button.setVisible(bool(self.paths))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.add(dropped(event.mimeData()))
        event.acceptProposedAction()


def dropped(data: object) -> list[Path]:
    """The files of a drop."""
    urls = data.urls() if hasattr(data, "urls") else []
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
