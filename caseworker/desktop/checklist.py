"""The checklist as a table: arrows run down it, space ticks, letters tick one mark each.

Y 原件已查验, F 复印件已留存, Z 已加盖公章, A 附扫描件, D 登记材料所载, B 备注, R 容缺到期日, S 新扫描件, H 核验经过,
P 预览, Enter 放大扫描件, ← → 上一份、下一份扫描件. Space ticks every mark that the paper wants, or takes them back when
all stand.
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
from caseworker.desktop.words import size, when
from caseworker.services.views import PaperView, ScanRow

Index = QModelIndex | QPersistentModelIndex
NEED, NAME, ORIGINAL, COPY, SEAL, SCANS, STATE, NOTE = range(8)
HEADERS = ("要求", "材料", "原件 Y", "复印件 F", "公章 Z", "扫描件 A", "情况", "备注 B")
MARKS = {ORIGINAL: "original", COPY: "copy", SEAL: "seal"}
LETTERS = {Qt.Key.Key_Y: "original", Qt.Key.Key_F: "copy", Qt.Key.Key_Z: "seal"}
PLACES = {Qt.Key.Key_S: "new_scans_wanted", Qt.Key.Key_H: "history_wanted", Qt.Key.Key_P: "preview_wanted"}
LACKS = {"查验原件": "原件", "留存复印件": "复印件", "加盖公章": "公章"}
NAME_LEAST, NOTE_LEAST = 16, 6  # Chinese characters


def wants(paper: PaperView, mark: str) -> bool:
    return {"original": paper.wants_original, "copy": paper.wants_copy, "seal": paper.wants_seal}[mark]


def has(paper: PaperView, mark: str) -> bool:
    return {"original": paper.original_sighted, "copy": paper.copy_kept, "seal": paper.seal_affixed}[mark]


def state_of(paper: PaperView) -> tuple[str, str]:
    """Words and tone: the state is read, not guessed from a colour. A note on the paper says so beside it."""
    words, tone = _state(paper)
    if paper.warnings and paper.applies:
        return f"{words} · 有提示", "amber" if tone == "green" else tone
    return words, tone


def _state(paper: PaperView) -> tuple[str, str]:
    if not paper.applies:
        return "本件不需要", "quiet"
    if paper.complete:
        return "齐备", "green"
    if paper.tolerated_until is not None:
        if paper.holds_up:
            return f"容缺逾期 {paper.tolerated_until.isoformat()}", "red"
        return f"容缺至 {paper.tolerated_until.isoformat()}", "amber"
    wanted = sum((paper.wants_original, paper.wants_copy, paper.wants_seal))
    lacks = "、".join(LACKS[words] for words in paper.lacking) if len(paper.lacking) < wanted else ""
    return f"缺{lacks}", "red" if paper.need == "mandatory" else "amber"


def scans_of(paper: PaperView) -> str:
    """2 份 5 页; without the pages where one was attached before they were counted."""
    if not paper.scans:
        return ""
    pages = [scan.pages for scan in paper.scans]
    counted = f" {sum(count for count in pages if count)} 页" if None not in pages else ""
    return f"{len(paper.scans)} 份{counted}"


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
            SCANS: scans_of(paper),
            STATE: state_of(paper)[0],
            NOTE: paper.note,
        }[column]

    @staticmethod
    def _tip(paper: PaperView, column: int) -> str:
        if column == SCANS and paper.scans:
            return "\n".join([*map(scan_words, paper.scans), "双击或按 Enter 查看"])
        if column == NOTE:
            return paper.note
        if column == STATE:
            return "\n".join((state_of(paper)[0], *paper.warnings))
        if column in MARKS:
            return checked_words(paper)
        return f"{paper.name}\n“{paper.quote}”" if paper.quote else paper.name


def scan_words(scan: ScanRow) -> str:
    pages = "" if scan.pages is None else f"　{scan.pages} 页"
    return f"{scan.name}{pages}　{size(scan.size)}"


def checked_words(paper: PaperView) -> str:
    """张经办 2023-06-01 09:12 核验, the last to touch the line."""
    if paper.checked_at is None:
        return ""
    return f"{paper.checked_by} {when(paper.checked_at)} 核验"


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
    details_wanted = Signal(object)  # 登记材料所载
    turn_wanted = Signal(int)  # the paper's next or previous scan
    new_scans_wanted = Signal()
    history_wanted = Signal()
    preview_wanted = Signal()

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
        for column, width in ((NEED, 4), (NAME, 16), (ORIGINAL, 4), (COPY, 5), (SEAL, 4), (SCANS, 6), (STATE, 12)):
            self.setColumnWidth(column, width * character + 16)
        self.setColumnWidth(NOTE, character * NOTE_LEAST + 16)
        self.clicked.connect(self._clicked)
        self.doubleClicked.connect(self._double_clicked)
        self.papers_model.modelReset.connect(lambda: self.setCurrentIndex(self.papers_model.index(0, NAME)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The names are never squeezed away; the notes go first, which the foot shows too."""
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())  # a form below takes room; the line it is about stays in sight
        character = self.fontMetrics().horizontalAdvance("汉")
        least, room = character * NAME_LEAST, self.viewport().width()
        others = sum(self.columnWidth(column) for column in range(NOTE) if column != NAME)
        notes = character * NOTE_LEAST + 16
        roomy = room >= others + least + notes
        self.setColumnHidden(NOTE, not roomy)
        if not roomy:
            self.setColumnWidth(NAME, max(least, room - others))
            return
        spare = room - others - least - notes
        self.setColumnWidth(NAME, least + spare * 2 // 3)
        self.setColumnWidth(NOTE, room - others - self.columnWidth(NAME))

    def least_width(self) -> int:
        """What the columns need without the notes."""
        others = sum(self.columnWidth(column) for column in range(NOTE) if column != NAME)
        return others + self.fontMetrics().horizontalAdvance("汉") * NAME_LEAST + 4

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
        elif key == Qt.Key.Key_D:
            self.details_wanted.emit(paper)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.turn_wanted.emit(-1 if key == Qt.Key.Key_Left else 1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.selectRow(0 if key == Qt.Key.Key_Home else len(self.papers_model.papers) - 1)
        elif key in PLACES:
            getattr(self, PLACES[Qt.Key(key)]).emit()
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
        if any(url.isLocalFile() for url in event.mimeData().urls()):
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
