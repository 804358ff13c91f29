"""材料核验: the checklist of a case, ticked by keyboard, with scans, notes and dates for what may be missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from caseworker.desktop.checklist import Checklist
from caseworker.desktop.context import Context
from caseworker.desktop.operations import IsCancelled, Operation, Progress
from caseworker.desktop.parts import ElidedLabel, ReasonStrip, label
from caseworker.desktop.screens.case_scan import ScanView
from caseworker.desktop.words import parse_date, shown, size, when
from caseworker.services import Desk
from caseworker.services.views import CaseDetail, PaperView

KEYS = "↑↓ 选行　空格 全部打勾或取消　Y 原件　F 复印件　Z 公章　A 附扫描件　Enter 查看扫描件　B 备注　R 容缺"


class CasePapers(QWidget):
    ticked = Signal()

    def __init__(self, context: Context, case_id: int) -> None:
        super().__init__()
        self._context = context
        self._case_id = case_id
        self._waiting: dict[str, dict[str, bool]] = {}  # marks typed while the last answer is on its way
        self._asking: set[str] = set()
        self.table = Checklist()
        self.quote = ElidedLabel("", "quiet")
        self.checked = label("", "quiet")
        self.strip = ReasonStrip()
        self.note_strip = ReasonStrip()
        row = QHBoxLayout()
        row.addWidget(self.quote, 1)
        row.addWidget(self.checked)
        self.list_page = QWidget()
        self.scan = ScanView(context, case_id)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list_page)
        self.stack.addWidget(self.scan)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.addWidget(self.stack)
        column = QVBoxLayout(self.list_page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.table, 1)
        column.addLayout(row)
        column.addWidget(self.strip)
        column.addWidget(self.note_strip)
        column.addWidget(label(KEYS, "quiet"))
        self.setFocusProxy(self.table)
        self.table.mark_wanted.connect(self._mark)
        self.table.attach_wanted.connect(self._attach)
        self.table.view_wanted.connect(self._view_scan)
        self.scan.left.connect(self._close_scan)
        self.table.note_wanted.connect(self._ask_note)
        self.table.tolerate_wanted.connect(self._ask_tolerance)
        self.table.selectionModel().currentChanged.connect(lambda _new, _old: self._show_line())
        self.table.setContextMenuPolicy(self.table.contextMenuPolicy().CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._menu)

    def show_papers(self, detail: CaseDetail) -> None:
        self.table.papers_model.show_papers(detail.papers)
        if self.table.current() is None and detail.papers:
            self.table.selectRow(0)
        self._show_line()

    def _show_line(self) -> None:
        paper = self.table.current()
        if paper is None:
            return
        self.quote.setText(f"依据：“{paper.quote}”" if paper.quote else "")
        by = f"{paper.checked_by} {when(paper.checked_at)} 核验" if paper.checked_at is not None else ""
        self.checked.setText(by)

    # ---- ticking -------------------------------------------------------------------------

    def _mark(self, paper: PaperView, marks: dict[str, bool]) -> None:
        """One question a paper at a time: each tick carries the version the last answer brought."""
        if paper.id in self._asking:
            self._waiting.setdefault(paper.id, {}).update(marks)
            return
        self._tick(paper, marks)

    def _tick(self, paper: PaperView, changes: Mapping[str, Any], done: Callable[[], None] | None = None) -> None:
        desk, key = self._context.desk, self._case_id
        self._asking.add(paper.id)

        def ticked(new: PaperView) -> None:
            self._asking.discard(new.id)
            self.table.papers_model.show_paper(new)
            self._show_line()
            if done is not None:
                done()
            waiting = self._waiting.pop(new.id, None)
            if waiting:
                self._tick(new, waiting)
            else:
                self.ticked.emit()

        def refused(_trouble: object) -> bool:
            self._asking.discard(paper.id)
            self._waiting.pop(paper.id, None)
            self.ticked.emit()
            return False

        self._context.ask(
            "正在记录…",
            lambda: desk.cases.tick(key, paper.id, version=paper.version, **changes),
            self,
            ticked,
            refused,
        )

    # ---- scans ---------------------------------------------------------------------------

    def _view_scan(self, paper: PaperView, place: int = 0) -> None:
        if not paper.scans:
            self._context.tell(f"“{paper.name}”还没有附扫描件，按 A 附上。", "amber")
            return
        self.stack.setCurrentWidget(self.scan)
        self.setFocusProxy(self.scan)
        self.scan.show_scan(paper, place)

    def _close_scan(self) -> None:
        self.stack.setCurrentWidget(self.list_page)
        self.setFocusProxy(self.table)
        self.table.setFocus()

    def _attach(self, paper: PaperView, paths: list[Path]) -> None:
        if not paths:
            names, _ = QFileDialog.getOpenFileNames(
                self, f"附到“{paper.name}”的扫描件", "", "扫描件 (*.pdf *.jpg *.jpeg *.png *.tif *.tiff);;所有文件 (*)"
            )
            paths = [Path(name) for name in names]
        desk = self._context.desk
        for path in paths:
            operation = Operation(
                f"正在保存 {path.name}",
                partial(self._put, desk, paper.id, path),
            )
            self._context.run(operation, self, self._attached)

    def _put(self, desk: Desk, paper_id: str, path: Path, progress: Progress, cancelled: IsCancelled) -> PaperView:
        return desk.cases.attach(self._case_id, paper_id, path, progress=progress, cancelled=cancelled)

    def _attached(self, paper: PaperView) -> None:
        self.table.papers_model.show_paper(paper)
        self._context.say(f"已附到“{paper.name}”")
        self.ticked.emit()

    def _detach(self, paper: PaperView, attachment_id: int, name: str) -> None:
        desk, key = self._context.desk, self._case_id

        def detach(reason: str) -> None:
            self._context.ask(
                "正在移除…", lambda: desk.cases.detach(key, paper.id, attachment_id, reason), self, detached
            )

        def detached(new: PaperView) -> None:
            self.strip.done()
            self._attached(new)

        self.strip.ask(f"移除扫描件“{name}”的原因：", detach, "移除")

    # ---- notes and tolerance -------------------------------------------------------------

    def _ask_note(self, paper: PaperView) -> None:
        def keep(note: str) -> None:
            self._tick(paper, {"note": note}, self._note_kept)

        self.note_strip.line.setText(paper.note)
        self.note_strip.ask(f"“{paper.name}”的备注：", keep, "保存", needed=False)

    def _note_kept(self) -> None:
        self.note_strip.done()
        self.table.setFocus()

    def _ask_tolerance(self, paper: PaperView) -> None:
        if paper.need != "tolerable":
            self._context.tell(f"“{paper.name}”不是可容缺的材料。", "amber")
            return

        def keep(text: str) -> None:
            day = parse_date(text)
            if day is None:
                self._context.tell("日期请写成 2023-06-01 这样。", "amber")
                return
            self._tick(paper, {"tolerated_until": day}, self._note_kept)

        self.note_strip.line.setText(shown(paper.tolerated_until))
        self.note_strip.ask(f"“{paper.name}”容缺，补交的最后日期：", keep, "容缺受理")

    def _menu(self, at: QPoint) -> None:
        index = self.table.indexAt(at)
        if not index.isValid():
            return
        paper = self.table.papers_model.papers[index.row()]
        menu = QMenu(self)
        menu.addAction("附扫描件…（A）").triggered.connect(lambda: self._attach(paper, []))
        menu.addAction("备注…（B）").triggered.connect(lambda: self._ask_note(paper))
        if paper.need == "tolerable":
            menu.addAction("容缺，定补交日期…（R）").triggered.connect(lambda: self._ask_tolerance(paper))
        if paper.scans:
            menu.addSeparator()
            for place, name in enumerate(scan.name for scan in paper.scans):
                menu.addAction(f"查看扫描件 {name}（Enter）" if place == 0 else f"查看扫描件 {name}").triggered.connect(
                    lambda _c=False, place=place: self._view_scan(paper, place)
                )
            for attachment_id, name, count in ((s.attachment_id, s.name, s.size) for s in paper.scans):
                menu.addAction(f"移除 {name}（{size(count)}）…").triggered.connect(
                    lambda _c=False, attachment_id=attachment_id, name=name: self._detach(paper, attachment_id, name)
                )
        menu.exec(self.table.viewport().mapToGlobal(at))
        menu.deleteLater()
