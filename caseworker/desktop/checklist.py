"""The checklist as a table: arrows run down it, space ticks, letters tick one mark each.

Y 原件已查验, F 复印件已留存, Z 已加盖公章, A 附扫描件, B 备注, R 容缺到期日, Enter 查看扫描件. Space ticks every
mark that the paper wants, or takes them back when all stand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from caseworker.desktop import theme
from caseworker.desktop.table import draw_chip
from caseworker.desktop.tables import CENTER, LEFT, MARK_ROLE, TONE_ROLE
from caseworker.services.views import PaperView

Index = QModelIndex | QPersistentModelIndex
NEED, NAME, ORIGINAL, COPY, SEAL, SCANS, STATE, NOTE = range(8)
HEADERS = ("要求", "材料", "原件 (Y)", "复印件 (F)", "公章 (Z)", "扫描件 (A)", "情况", "备注 (B)")
MARKS = {ORIGINAL: "original", COPY: "copy", SEAL: "seal"}
LETTERS = {Qt.Key.Key_Y: "original", Qt.Key.Key_F: "copy", Qt.Key.Key_Z: "seal"}


def wants(paper: PaperView, mark: str) -> bool:
    return {"original": paper.wants_original, "copy": paper.wants_copy, "seal": paper.wants_seal}[mark]


def has(paper: PaperView, mark: str) -> bool:
    return {"original": paper.original_sighted, "copy": paper.copy_kept, "seal": paper.seal_affixed}[mark]


def state_of(paper: PaperView) -> tuple[str, str]:
    """Words and tone: the state is read, not guessed from a colour."""
    if not paper.applies:
        return "本件不需要", "quiet"
    if paper.complete:
        return "齐备", "green"
    if paper.tolerated_until is not None:
        return f"容缺至 {paper.tolerated_until.isoformat()}", "amber"
    return "缺", "red" if paper.need == "mandatory" else "amber"


class ChecklistModel(QAbstractTableModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.papers: tuple[PaperView, ...] = ()

    def show_papers(self, papers: tuple[PaperView, ...]) -> None:
        """Says only what changed, so that the chosen line stays chosen."""
        if [paper.id for paper in papers] != [paper.id for paper in self.papers]:
            self.beginResetModel()
            self.papers = papers
            self.endResetModel()
            return
        before, self.papers = self.papers, papers
        for place, (old, new) in enumerate(zip(before, papers, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(place, 0), self.index(place, len(HEADERS) - 1))

    def show_paper(self, paper: PaperView) -> None:
        self.show_papers(tuple(paper if paper.id == other.id else other for other in self.papers))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.papers)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return CENTER if section in (*MARKS, SCANS) else LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        paper, column = self.papers[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(paper, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return CENTER if column in (*MARKS, SCANS) else LEFT
        if role == TONE_ROLE and column == STATE:
            return state_of(paper)[1]
        if role == MARK_ROLE and column in MARKS:
            mark = MARKS[column]
            return has(paper, mark) if wants(paper, mark) and paper.applies else None
        if role == Qt.ItemDataRole.ForegroundRole and not paper.applies:
            return theme.colour("text_quiet")
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(paper, column)
        return None

    @staticmethod
    def _words(paper: PaperView, column: int) -> str:
        if column in MARKS:
            mark = MARKS[column]
            if not paper.applies or not wants(paper, mark):
                return "—"
            return ""  # drawn as a box, ticked or not
        return {
            NEED: paper.need_name,
            NAME: paper.name,
            SCANS: f"{len(paper.scans)} 份" if paper.scans else "",
            STATE: state_of(paper)[0],
            NOTE: paper.note,
        }[column]

    @staticmethod
    def _tip(paper: PaperView, column: int) -> str:
        if column == SCANS and paper.scans:
            return "\n".join([*(scan.name for scan in paper.scans), "双击或按 Enter 查看"])
        if column == NOTE:
            return paper.note
        return f"“{paper.quote}”" if paper.quote else paper.name


class _Delegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tone, mark = index.data(TONE_ROLE), index.data(MARK_ROLE)
        if tone is None and mark is None:
            super().paint(painter, option, index)
            return
        blank = QStyleOptionViewItem(option)
        self.initStyleOption(blank, index)
        blank.text = ""
        style = option.widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, blank, painter, option.widget)
        rect = option.rect
        if tone is not None:
            words = str(index.data(Qt.ItemDataRole.DisplayRole))
            draw_chip(painter, rect.adjusted(8, 0, -4, 0), words, tone, option.fontMetrics)
        else:
            _draw_box(painter, QRectF(rect.center().x() - 7, rect.center().y() - 7, 15, 15), bool(mark))


def _draw_box(painter: QPainter, box: QRectF, ticked: bool) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("accent" if ticked else "line_strong"), 1.2))
    painter.setBrush(theme.colour("accent" if ticked else "surface"))
    painter.drawRoundedRect(box, 3, 3)
    if ticked:
        painter.setPen(QPen(theme.colour("on_accent"), 1.8))
        at = box.topLeft()
        painter.drawPolyline([at + p for p in _tick()])
    painter.restore()


def _tick() -> list[Any]:
    from PySide6.QtCore import QPointF

    return [QPointF(3.4, 7.8), QPointF(6.4, 10.8), QPointF(11.6, 4.6)]


class Checklist(QTableView):
    """Emits what the clerk wants of a paper; the screen asks the services and shows the answer."""

    mark_wanted = Signal(object, dict)  # PaperView, {mark: bool}
    attach_wanted = Signal(object, list)  # PaperView, paths (none: ask)
    view_wanted = Signal(object)
    note_wanted = Signal(object)
    tolerate_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.papers_model = ChecklistModel(self)
        self.setModel(self.papers_model)
        self.setItemDelegate(_Delegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setAcceptDrops(True)
        self.setAccessibleName("材料清单")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(max(34, self.fontMetrics().height() + 16))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        character = self.fontMetrics().horizontalAdvance("汉")
        for column, width in ((NEED, 5), (NAME, 18), (ORIGINAL, 7), (COPY, 8), (SEAL, 7), (SCANS, 8), (STATE, 11)):
            self.setColumnWidth(column, width * character + 16)
        self.setColumnWidth(NOTE, character * 16)
        self.clicked.connect(self._clicked)
        self.doubleClicked.connect(self._double_clicked)
        self.papers_model.modelReset.connect(lambda: self.setCurrentIndex(self.papers_model.index(0, NAME)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The names take what is left over, but are never squeezed away; then the table scrolls sideways."""
        super().resizeEvent(event)
        least = self.fontMetrics().horizontalAdvance("汉") * 16
        others = sum(self.columnWidth(column) for column in range(len(HEADERS)) if column != NAME)
        self.setColumnWidth(NAME, max(least, self.viewport().width() - others))

    def current(self) -> PaperView | None:
        place = self.currentIndex().row()
        return self.papers_model.papers[place] if 0 <= place < len(self.papers_model.papers) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        paper, key = self.current(), event.key()
        plain = not event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
        )
        if paper is None or not plain:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Space:
            self._toggle_all(paper)
        elif key in LETTERS:
            self._toggle(paper, LETTERS[Qt.Key(key)])
        elif key == Qt.Key.Key_A:
            self.attach_wanted.emit(paper, [])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.view_wanted.emit(paper)
        elif key == Qt.Key.Key_B:
            self.note_wanted.emit(paper)
        elif key == Qt.Key.Key_R:
            self.tolerate_wanted.emit(paper)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters tick; they do not jump to names."""

    def _toggle(self, paper: PaperView, mark: str) -> None:
        if paper.applies and wants(paper, mark):
            self.mark_wanted.emit(paper, {mark: not has(paper, mark)})

    def _toggle_all(self, paper: PaperView) -> None:
        marks = [mark for mark in ("original", "copy", "seal") if wants(paper, mark)]
        if paper.applies and marks:
            ticked = not all(has(paper, mark) for mark in marks)
            self.mark_wanted.emit(paper, dict.fromkeys(marks, ticked))

    def _clicked(self, index: QModelIndex) -> None:
        paper = self.papers_model.papers[index.row()]
        if index.column() in MARKS:
            self._toggle(paper, MARKS[index.column()])

    def _double_clicked(self, index: QModelIndex) -> None:
        if index.column() == SCANS:
            self.view_wanted.emit(self.papers_model.papers[index.row()])

    # ---- files dropped on a line ---------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.setCurrentIndex(index)
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if index.isValid() and paths:
            self.attach_wanted.emit(self.papers_model.papers[index.row()], paths)
            event.acceptProposedAction()
