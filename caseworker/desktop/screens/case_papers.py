"""材料核验: the checklist of a case, ticked by keyboard, with scans, notes and dates for what may be missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from caseworker.desktop.checklist import Checklist, checked_words
from caseworker.desktop.context import Context
from caseworker.desktop.operations import IsCancelled, Operation, Progress, Trouble
from caseworker.desktop.parts import ElidedLabel, ReasonStrip, button, label
from caseworker.desktop.screens.case_scan import ScanView
from caseworker.desktop.screens.paper_details import PaperDetails
from caseworker.desktop.screens.paper_pane import PaperPane
from caseworker.desktop.words import parse_date, shown, size
from caseworker.services import Desk
from caseworker.services.scan_inbox import NewScan
from caseworker.services.views import CaseDetail, DocumentRow, PaperView, Role

KEYS = (
    "↑↓ 选行　空格 全勾　Y 原件　F 复印件　Z 公章　A 附扫描件　S 新扫描件　D 登记所载　B 备注　R 容缺　"
    "Enter 放大　H 经过　P 预览"
)
PANE_WIDTH = 26  # Chinese characters
Job = Callable[[PaperView], None]


class CasePapers(QWidget):
    ticked = Signal()

    def __init__(self, context: Context, case_id: int) -> None:
        super().__init__()
        self._context = context
        self._case_id = case_id
        # One question a paper at a time: each carries the version that the last answer brought
        self._asking: set[str] = set()
        self._jobs: dict[str, list[Job]] = {}
        self._marks: dict[str, dict[str, bool]] = {}  # typed while an answer is on its way
        self._pane_wanted: bool | None = None  # None: as the room allows
        self.table = Checklist()
        self.quote = ElidedLabel("", "quiet")
        self.checked = label("", "quiet")
        self.warning = label("", "due", wrap=True)
        self.noted = ElidedLabel("", "quiet")
        self.strip = ReasonStrip()
        self.note_strip = ReasonStrip()
        self.details = PaperDetails()
        self.letter = button("制作补正告知书", self._make_letter, picture="documents")
        self.asked = label("", "quiet", wrap=True)  # until when the letter is to go out, or asks for the papers
        self.pane = PaperPane(context, case_id)
        self.scan = ScanView(context, case_id)
        self._lay_out()
        self.setFocusProxy(self.table)
        self._connect()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.addWidget(self.quote, 1)
        line.addWidget(self.checked)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.table, 1)
        column.addLayout(line)
        for part in (self.noted, self.warning, self.asked, self.strip, self.note_strip, self.details):
            column.addWidget(part)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(left)
        self.split.addWidget(self.pane)
        self.split.setStretchFactor(0, 1)
        self.split.setChildrenCollapsible(False)
        keys = QHBoxLayout()
        keys.addWidget(ElidedLabel(KEYS, "quiet"), 1)
        keys.addWidget(self.letter)
        self.list_page = QWidget()
        whole = QVBoxLayout(self.list_page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addWidget(self.split, 1)
        whole.addLayout(keys)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list_page)
        self.stack.addWidget(self.scan)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 8, 0, 0)
        outer.addWidget(self.stack)

    def _connect(self) -> None:
        table = self.table
        table.mark_wanted.connect(self._mark)
        table.attach_wanted.connect(self._attach)
        table.view_wanted.connect(lambda paper: self._view_scan(paper, self.pane.place))
        table.note_wanted.connect(self._ask_note)
        table.tolerate_wanted.connect(self._ask_tolerance)
        table.details_wanted.connect(self._ask_details)
        table.turn_wanted.connect(self.pane.turn)
        table.new_scans_wanted.connect(self._to_new_scans)
        table.history_wanted.connect(self._turn_page)
        table.preview_wanted.connect(self._toggle_pane)
        table.selectionModel().currentChanged.connect(lambda _new, _old: self._show_line())
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._menu)
        self.scan.left.connect(self._close_scan)
        self.details.left.connect(table.setFocus)
        self.pane.scans.left.connect(self._from_new_scans)
        self.pane.scans.paper_wanted.connect(self._next_paper)
        self.pane.scans.assign_wanted.connect(self._assign)

    def show_papers(self, detail: CaseDetail) -> None:
        self.table.papers_model.show_papers(detail.papers)
        if self.table.current() is None and detail.papers:
            self.table.selectRow(0)
        self.letter.setVisible(self._context.may(Role.CASEWORKER))
        self.letter.setEnabled(any(paper.holds_up for paper in detail.papers))
        self.asked.setText(detail.supplement_note)
        self.asked.setVisible(bool(detail.supplement_note))
        self.asked.setProperty("role", "due" if detail.supplement_late else "quiet")
        self.asked.style().unpolish(self.asked)
        self.asked.style().polish(self.asked)
        self._show_line()

    def _show_line(self) -> None:
        paper = self.table.current()
        if paper is None:
            return
        self.quote.setText(f"依据：“{paper.quote}”" if paper.quote else "")
        self.checked.setText(checked_words(paper))
        said = [f"{field.label} {field.shown}" for field in paper.fields if field.shown]
        noted = [*([f"备注：{paper.note}"] if paper.note else []), *([f"所载：{'；'.join(said)}"] if said else [])]
        self.noted.setText("　".join(noted))
        self.noted.setVisible(bool(noted))
        self.warning.setText("\n".join(f"提示：{words}" for words in paper.warnings))
        self.warning.setVisible(bool(paper.warnings))
        self.pane.show_paper(paper)

    # ---- the pane ------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._place_pane()

    def _place_pane(self) -> None:
        """Beside the list where both have room; else where the clerk wants it (P)."""
        character = self.fontMetrics().horizontalAdvance("汉")
        wide = character * PANE_WIDTH
        fits = self.width() >= self.table.least_width() + wide
        wanted = fits if self._pane_wanted is None else self._pane_wanted
        self.pane.setVisible(wanted)
        if wanted:
            spare = max(0, self.width() - self.table.least_width() - wide)
            right = wide + spare * 2 // 5
            self.split.setSizes([self.width() - right, right])

    def _toggle_pane(self) -> None:
        self._pane_wanted = self.pane.isHidden()
        self._place_pane()
        self.pane.show_paper(self.table.current())

    def _open_pane(self) -> None:
        if self.pane.isHidden():
            self._toggle_pane()

    def _turn_page(self) -> None:
        self._open_pane()
        self.pane.turn_page()

    def _to_new_scans(self) -> None:
        if not self._context.may(Role.CASEWORKER):
            return
        self._open_pane()
        strip = self.pane.scans
        if strip.watch.folder is None:
            strip.choose.setFocus()
            self._context.tell("还没有选扫描仪文件夹：按空格打开“文件夹…”。", "accent")
        else:
            strip.table.setFocus()
            self.pane.preview_new()

    def _from_new_scans(self) -> None:
        self.table.setFocus()
        self.pane.show_paper(self.table.current())

    def _next_paper(self, by: int) -> None:
        row = self.table.currentIndex().row() + by
        if 0 <= row < len(self.table.papers_model.papers):
            self.table.selectRow(row)

    # ---- one question after another ------------------------------------------------------

    def _do(self, paper: PaperView, job: Job) -> None:
        if paper.id in self._asking:
            self._jobs.setdefault(paper.id, []).append(job)
        else:
            self._asking.add(paper.id)
            job(paper)

    def _answered(self, new: PaperView) -> None:
        self._asking.discard(new.id)
        self.table.papers_model.show_paper(new)
        self._show_line()
        jobs = self._jobs.get(new.id)
        if jobs:
            self._do(new, jobs.pop(0))
        else:
            self.ticked.emit()

    def _given_up(self, paper: PaperView) -> None:
        """What waited for the answer that did not come is dropped; the case is read again."""
        self._asking.discard(paper.id)
        self._jobs.pop(paper.id, None)
        self._marks.pop(paper.id, None)
        self.ticked.emit()

    # ---- ticking -------------------------------------------------------------------------

    def _mark(self, paper: PaperView, marks: dict[str, bool]) -> None:
        if paper.id not in self._asking:
            self._tick(paper, marks)
            return
        waiting = self._marks.setdefault(paper.id, {})
        if not waiting:
            self._do(paper, self._tick_marks)
        waiting.update(marks)

    def _tick_marks(self, paper: PaperView) -> None:
        self._ask(paper, self._marks.pop(paper.id, {}))

    def _tick(self, paper: PaperView, changes: Mapping[str, Any], done: Callable[[], None] | None = None) -> None:
        self._do(paper, lambda now: self._ask(now, changes, done))

    def _ask(
        self,
        paper: PaperView,
        changes: Mapping[str, Any],
        done: Callable[[], None] | None = None,
        handled: Callable[[Trouble], bool] | None = None,
    ) -> None:
        desk, key = self._context.desk, self._case_id

        def ticked(new: PaperView) -> None:
            if done is not None:
                done()
            self._answered(new)

        def refused(trouble: Trouble) -> bool:
            told = handled(trouble) if handled is not None else False
            self._given_up(paper)
            return told

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
        self.scan.show_scan(paper, min(place, len(paper.scans) - 1))

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
        if paths:
            self._do(paper, lambda now: self._put(now, paths))

    def _assign(self, scan: NewScan) -> None:
        paper = self.table.current()
        if paper is not None:
            self._do(paper, lambda now: self._put(now, [scan.path], partial(self.pane.scans.attached, scan)))

    def _put(self, paper: PaperView, paths: list[Path], done: Callable[[], None] | None = None) -> None:
        def work(progress: Progress, cancelled: IsCancelled) -> PaperView:
            desk: Desk = self._context.desk
            return desk.cases.attach(self._case_id, paper.id, *paths, progress=progress, cancelled=cancelled)

        def attached(new: PaperView) -> None:
            if done is not None:
                done()
            self._attached(new)
            self.pane.show_last()

        def refused(trouble: Trouble) -> bool:
            self._given_up(paper)
            if trouble.kind not in ("input", "refusal"):
                return False
            lines = [trouble.message, *[problem.message for problem in trouble.problems]]
            self._context.tell("\n".join(dict.fromkeys(lines)), "amber")
            return True

        name = paths[0].name if len(paths) == 1 else f"{len(paths)} 份扫描件"
        self._context.run(Operation(f"正在保存 {name}", work), self, attached, refused)

    def _attached(self, paper: PaperView) -> None:
        self._context.say(f"已附到“{paper.name}”")
        self._answered(paper)

    def _detach(self, paper: PaperView, attachment_id: int, name: str) -> None:
        desk, key = self._context.desk, self._case_id

        def detach(reason: str) -> None:
            self._context.ask(
                "正在移除…", lambda: desk.cases.detach(key, paper.id, attachment_id, reason), self, detached
            )

        def detached(new: PaperView) -> None:
            self.strip.done()
            self._context.say(f"已从“{new.name}”移除“{name}”")
            self._answered(new)
            self.pane.scans.watch.look()  # it may be assigned anew

        self.strip.ask(f"移除扫描件“{name}”的原因：", detach, "移除")

    # ---- what stands on the paper, and the letter ----------------------------------------

    def _ask_details(self, paper: PaperView) -> None:
        if not paper.fields:
            self._context.tell(f"“{paper.name}”没有需要与档案比对的内容。", "amber")
            return

        def keep(typed: dict[str, str]) -> None:
            if not typed:
                self._details_kept()
                return
            changes = {"on_paper": typed}
            self._do(paper, lambda now: self._ask(now, changes, self._details_kept, self._details_refused))

        self.details.ask(paper, keep)

    def _details_kept(self) -> None:
        self.details.done()
        self.table.setFocus()

    def _details_refused(self, trouble: Trouble) -> bool:
        return self.details.refused(trouble.problems)

    def _make_letter(self) -> None:
        desk, key = self._context.desk, self._case_id

        def made(row: DocumentRow) -> None:
            self._context.say(f"已制作 {row.kind_name} {row.shown_number}")
            self._context.go("document", row.id)

        self._context.ask("正在制作补正告知书…", lambda: desk.documents.make("supplement", case_id=key), self, made)

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
        if paper.fields:
            menu.addAction("登记材料所载…（D）").triggered.connect(lambda: self._ask_details(paper))
        menu.addAction("备注…（B）").triggered.connect(lambda: self._ask_note(paper))
        menu.addAction("核验经过（H）").triggered.connect(self._turn_page)
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
