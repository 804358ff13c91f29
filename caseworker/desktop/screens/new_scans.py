"""新扫描件: what the scanner has just written, to be assigned to the chosen paper by Enter."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from caseworker.desktop import memory, theme
from caseworker.desktop.context import Context
from caseworker.desktop.parts import ElidedLabel, button, label
from caseworker.desktop.scan_watch import ScanWatch
from caseworker.desktop.words import size, when
from caseworker.services.scan_inbox import NewScan

NAME, PAGES, SIZE, TIME = range(4)
EMPTY = "还没有新扫描件。扫描后会自动出现在这里。"
NO_FOLDER = "选好扫描仪存放文件的文件夹，新扫描的文件就会列在这里，按 Enter 归到左边选中的材料。"


class ScanTable(QTableWidget):
    """Enter assigns, Delete ignores, Ctrl+↑↓ chooses another paper, Esc goes back to the checklist."""

    assign_wanted = Signal()
    ignore_wanted = Signal()
    paper_wanted = Signal(int)
    left = Signal()

    def __init__(self) -> None:
        super().__init__(0, 4)
        self.setHorizontalHeaderLabels(("文件", "页数", "大小", "时间"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("新扫描件")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(max(28, self.fontMetrics().height() + 12))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(24)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        character = self.fontMetrics().horizontalAdvance("汉")
        for column, width in ((PAGES, 3), (SIZE, 4), (TIME, 4)):
            self.setColumnWidth(column, character * width + 16)

    def sizeHint(self) -> QSize:
        return QSize(200, self.verticalHeader().defaultSectionSize() * 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(100, self.verticalHeader().defaultSectionSize() * 4 + 8)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers()
        control = bool(held & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            if not event.isAutoRepeat():
                self.assign_wanted.emit()
        elif key == Qt.Key.Key_Delete:
            self.ignore_wanted.emit()
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Left) and not held:
            self.left.emit()
        elif control and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.paper_wanted.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and self.rowCount():
            self.selectRow(0 if key == Qt.Key.Key_Home else self.rowCount() - 1)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters do not jump: they mean marks in the list beside."""


class NewScans(QWidget):
    """The strip beside the checklist. Files stay where the scanner put them; a copy is attached."""

    assign_wanted = Signal(object)  # NewScan
    looked_at = Signal(object)  # NewScan or None: to be previewed
    paper_wanted = Signal(int)
    left = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._scans: tuple[NewScan, ...] = ()
        self.watch = ScanWatch(context, self)
        self.heading = label("新扫描件 S", "strong")
        self.folder = ElidedLabel("", "quiet")
        self.choose = button("文件夹…", self._menu, role="link")
        self.table = ScanTable()
        self.words = label(NO_FOLDER, "quiet", wrap=True)
        self.target = ElidedLabel("", "quiet")
        self.assign = button("归到此材料 Enter", self._assign)
        self.ignore = button("忽略 Del", self._ignore, role="link")
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.heading)
        top.addWidget(self.folder, 1)
        top.addWidget(self.choose)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.target, 1)
        foot.addWidget(self.ignore)
        foot.addWidget(self.assign)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.words)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        self.table.assign_wanted.connect(self._assign)
        self.table.ignore_wanted.connect(self._ignore)
        self.table.paper_wanted.connect(self.paper_wanted)
        self.table.left.connect(self.left)
        self.table.itemDoubleClicked.connect(lambda _item: self._assign())
        self.table.currentCellChanged.connect(lambda row, _c, before, _b: self._chosen() if row != before else None)
        self.watch.changed.connect(self._changed)
        self.watch.troubled.connect(self._troubled)
        self.setFocusProxy(self.table)
        self._trouble = ""
        self._growing = 0
        self.use(memory.scan_folder(self._login))

    @property
    def _login(self) -> str:
        return self._context.desk.user.login

    def use(self, folder: Path | None) -> None:
        """Watches this folder from now on, also the next time this user sits here; none ends it."""
        memory.remember_scan_folder(self._login, folder)
        self.folder.setText("" if folder is None else folder.name or str(folder))
        self.watch.watch(folder, memory.scan_days(self._login), memory.ignored_scans(self._login))

    def aim(self, paper: str) -> None:
        self.target.setText(f"→ {paper}" if paper else "")

    def current(self) -> NewScan | None:
        row = self.table.currentRow()
        return self._scans[row] if 0 <= row < len(self._scans) else None

    def attached(self, scan: NewScan) -> None:
        """It lies under a paper now: the next one is at hand."""
        self._show(tuple(other for other in self._scans if other.token != scan.token))
        self.watch.look()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.watch.wake(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.watch.wake(False)

    # ---- the list --------------------------------------------------------------------------

    def _changed(self, scans: tuple[NewScan, ...], growing: int) -> None:
        self._growing = growing
        self._show(scans)

    def _troubled(self, words: str) -> None:
        self._trouble = words
        self._say()

    def _show(self, scans: tuple[NewScan, ...]) -> None:
        if scans != self._scans:
            before, row = self.current(), self.table.currentRow()
            self._scans = scans
            blocked = self.table.blockSignals(True)
            self.table.setRowCount(len(scans))
            for place, scan in enumerate(scans):
                self._fill(place, scan)
            places = [place for place, scan in enumerate(scans) if before is not None and scan.token == before.token]
            here = places[0] if places else min(max(row, 0), len(scans) - 1)
            if scans:
                self.table.selectRow(here)
            self.table.blockSignals(blocked)
            self.table.viewport().update()
            if self.current() != before:
                self._chosen()
        self._say()

    def _fill(self, row: int, scan: NewScan) -> None:
        pages = "—" if scan.problem else str(scan.pages)
        tip = scan.problem or f"{scan.name}\n{when(scan.at)}　{scan.pages} 页　{size(scan.size)}"
        for column, words in ((NAME, scan.name), (PAGES, pages), (SIZE, size(scan.size)), (TIME, when(scan.at)[11:])):
            item = QTableWidgetItem(words)
            item.setToolTip(tip)
            if scan.problem:
                item.setForeground(theme.colour("amber"))
            self.table.setItem(row, column, item)

    def _say(self) -> None:
        watching = self.watch.folder is not None
        words = self._trouble
        scan = self.current()
        if not watching:
            words = NO_FOLDER
        elif not words and scan is not None and scan.problem:
            words = scan.problem
        elif not words and self._growing:
            words = f"{self._growing} 份正在扫描…"
        elif not words and not self._scans:
            words = EMPTY
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.table.setVisible(watching)
        self.heading.setText(f"新扫描件 S（{len(self._scans)}）" if self._scans else "新扫描件 S")
        for made in (self.assign, self.ignore, self.target):
            made.setVisible(bool(self._scans))
        self.assign.setEnabled(scan is not None and not scan.problem)

    def _chosen(self) -> None:
        self._say()
        self.looked_at.emit(self.current())

    def _assign(self) -> None:
        scan = self.current()
        if scan is None:
            return
        if scan.problem:
            self._context.tell(scan.problem, "amber")
            return
        self.assign_wanted.emit(scan)

    def _ignore(self) -> None:
        scan = self.current()
        if scan is None:
            return
        memory.ignore_scan(self._login, scan.token)
        self.watch.ignore(scan.token)
        self._show(tuple(other for other in self._scans if other.token != scan.token))
        self._context.say(f"已忽略“{scan.name}”，文件没有动。")

    # ---- the folder ------------------------------------------------------------------------

    def _menu(self) -> None:
        menu = QMenu(self)
        menu.addAction("选择扫描仪文件夹…").triggered.connect(lambda _c=False: self._choose())
        if self.watch.folder is not None:
            menu.addSeparator()
            for days, words in ((1, "只列今天的"), (7, "列近 7 天的"), (30, "列近 30 天的")):
                action = menu.addAction(words)
                action.setCheckable(True)
                action.setChecked(memory.scan_days(self._login) == days)
                action.triggered.connect(lambda _c=False, days=days: self.days(days))
            menu.addAction("重新列出忽略的").triggered.connect(lambda: self.recall())
            menu.addSeparator()
            menu.addAction("不再监看").triggered.connect(lambda: self.use(None))
        menu.exec(self.choose.mapToGlobal(QPoint(0, self.choose.height())))
        menu.deleteLater()

    def days(self, days: int) -> None:
        memory.remember_scan_days(self._login, days)
        self.use(self.watch.folder)

    def recall(self) -> None:
        memory.forget_ignored_scans(self._login)
        self.use(self.watch.folder)

    def _choose(self) -> None:
        known = memory.scan_folder(self._login)
        name = QFileDialog.getExistingDirectory(self, "扫描仪存放文件的文件夹", str(known or ""))
        if name:
            self.use(Path(name))
