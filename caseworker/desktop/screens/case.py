"""One case in place: its steps, the papers, the calculation, documents and log, and the moves below."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton

from caseworker.desktop.context import Context
from caseworker.desktop.operations import IsCancelled, Operation, Progress, Running, Trouble
from caseworker.desktop.parts import Chip, ElidedLabel, ReasonStrip, button, clear, label, tab_widget
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.case_calculation import CaseCalculation
from caseworker.desktop.screens.case_consultations import CaseConsultations
from caseworker.desktop.screens.case_documents import CaseDocuments
from caseworker.desktop.screens.case_findings import CaseFindings
from caseworker.desktop.screens.case_log import CaseLog
from caseworker.desktop.screens.case_papers import CasePapers
from caseworker.desktop.screens.cases import STATUSES
from caseworker.desktop.stepbar import StepBar
from caseworker.errors import EditConflict
from caseworker.services.views import CaseDetail, MoveView, StepMark

FINDINGS = "核查发现"  # what a move that waits for answers speaks of
FIRST_TAB = {"acceptance": 0, "verification": 0}  # by step: the papers while they are checked, else the sum


def one_line(sentences: str) -> str:
    """Sentences one a line, as one line of them."""
    return "；".join(line.rstrip("。；") for line in sentences.splitlines())


class CaseScreen(Screen):
    title = "办件"
    manual = "cases"

    def __init__(self, context: Context, case_id: int) -> None:
        super().__init__(context)
        self.case_id = case_id
        self.detail: CaseDetail | None = None
        self._moving = False
        self._placed = False
        self._reading: Running | None = None
        self._move_buttons: list[QPushButton] = []
        self.status = Chip()
        self.facts = label("", "quiet")
        self.party = button("企业档案", self._open_party, role="link")
        self._head = self.heading("", self.status, self.facts, self.party)
        self.steps = StepBar()
        self.body.addWidget(self.steps)
        self.papers = CasePapers(context, case_id)
        self.calculation = CaseCalculation(context, case_id)
        self.findings = CaseFindings(context, case_id)
        self.consultations = CaseConsultations(context, case_id)
        self.documents = CaseDocuments(context, case_id)
        self.log = CaseLog(context, case_id)
        self.tabs = tab_widget()
        for part, words in (
            (self.papers, "材料核验"),
            (self.calculation, "测算"),
            (self.findings, "核查"),
            (self.consultations, "协查"),
            (self.documents, "文书"),
            (self.log, "办理经过"),
        ):
            self.tabs.addTab(part, words)
        self.tabs.currentChanged.connect(lambda _place: self._tab())
        self.body.addWidget(self.tabs, 1)
        self.papers.ticked.connect(self._reread)
        self.calculation.fact_changed.connect(self._reread)
        self.calculation.given_up.connect(self._given_up)
        self.findings.settled.connect(self._reread)
        self.documents.made.connect(self._reread)

        self.foot = QFrame()
        self.reason = ReasonStrip()
        self.body.addWidget(self.reason)
        self.hint = ElidedLabel("", "quiet")
        self.to_findings = button("", self._show_findings, role="link")
        self.to_findings.hide()
        self._moves = QHBoxLayout()
        self._moves.setSpacing(8)
        row = QHBoxLayout(self.foot)
        row.setContentsMargins(0, 8, 0, 4)
        row.setSpacing(8)
        row.addWidget(self.to_findings)
        row.addWidget(self.hint, 1)
        row.addLayout(self._moves)
        self.body.addWidget(self.foot)
        self.setFocusProxy(self.papers)

    # ---- reading -------------------------------------------------------------------------

    def refresh(self) -> None:
        self._reread()
        self._tab()

    def _reread(self) -> None:
        desk, key = self.context.desk, self.case_id
        reading = Operation(
            "正在读取办件…", lambda progress, cancelled: desk.cases.get(key, progress=progress, cancelled=cancelled)
        )
        running = self.context.run(reading, self, self.show_detail, self._given_up, lambda: self._read(running))
        self._reading = running

    def _read(self, running: Running) -> None:
        if self._reading is running:
            self._reading = None

    def _given_up(self, trouble: Trouble) -> bool:
        """A large party's seats take long to recognise; who gives that up gives up all that waits for it."""
        if trouble.kind != "cancelled":
            return False
        for running in (self._reading, self.calculation.running):
            if running is not None:
                running.cancel()
        self.context.tell("已取消，画面上的内容可能不完整。按 F5 重新读取。", "amber")
        return True

    def _tab(self) -> None:
        part = self.tabs.currentWidget()
        if part in (self.calculation, self.findings, self.consultations, self.documents):
            part.refresh()
        if part is not None:
            self.setFocusProxy(part)
        self._lead_to_findings()

    def show_detail(self, detail: CaseDetail) -> None:
        self.detail = detail
        self._head.setText(f"{detail.number}　{detail.party}　{detail.clause_title}")
        words, tone = STATUSES.get(detail.status, (detail.status_name, "quiet"))
        here = next((step.name for step in detail.steps if step.mark is StepMark.CURRENT), "")
        self.status.set(here if detail.status == "open" and here else detail.status_name or words, tone)
        due = f"　限 {detail.due_on.isoformat()} 前" if detail.due_on else ""
        self.facts.setText(f"受理 {detail.as_of.isoformat()}{due}　承办 {detail.officer}")
        self.steps.show_steps(detail.steps)
        self.papers.show_papers(detail)
        self.log.show_log(detail.log)
        self.documents.show_detail(detail)
        self.tabs.setTabText(0, f"材料核验（{detail.papers_note}）" if detail.papers_note else "材料核验")
        count = f"（{detail.open_findings}）" if detail.open_findings else ""
        self.tabs.setTabText(self.tabs.indexOf(self.findings), f"核查{count}")
        waits = f"（待回复 {detail.open_inquiries}）" if detail.open_inquiries else ""
        self.tabs.setTabText(self.tabs.indexOf(self.consultations), f"协查{waits}")
        if not self._placed:
            self._placed = True
            self._turn_to(FIRST_TAB.get(detail.step, 1))
        self._show_moves(detail)

    def _turn_to(self, place: int) -> None:
        """The keys follow where the page turns by itself."""
        here = QApplication.focusWidget()
        had = here is not None and self.isAncestorOf(here)
        self.tabs.setCurrentIndex(place)
        part = self.tabs.currentWidget()
        if had and part is not None:
            part.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- moves ---------------------------------------------------------------------------

    def _show_moves(self, detail: CaseDetail) -> None:
        here = QApplication.focusWidget()
        if here in self._move_buttons:  # it goes, and the keys would go to whatever comes next
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        clear(self._moves)
        self._move_buttons.clear()
        main = self.main_move
        # A side way that this user cannot take is left out; the straight one stays and says what it waits for
        shown = [move for move in detail.moves if move.plain or move.why_not is None]
        for move in sorted(shown, key=lambda move: move is main):
            text = f"{move.name}  Ctrl+Enter" if move is main else move.name + ("" if move.plain else "…")
            made = button(text, partial(self.take, move), role="primary" if move is main else None)
            made.setEnabled(move.why_not is None and not self._moving)
            made.setToolTip(move.why_not or move.warning)
            made.setObjectName(f"move-{move.id}")
            self._moves.addWidget(made)
            self._move_buttons.append(made)
        blocked = [move for move in detail.moves if move.plain and move.why_not]
        if main is not None:
            self.hint.setText(one_line(main.warning))
        elif blocked and blocked[0].why_not is not None:
            self.hint.setText(f"暂不能办“{blocked[0].name}”：{one_line(blocked[0].why_not)}")
        else:
            self.hint.setText("" if detail.moves else "本件已没有可办的步骤。")

        self._lead_to_findings()

    def _lead_to_findings(self) -> None:
        """Where only answers to findings are waited for, a way there; not on that page itself."""
        moves = () if self.detail is None or self.main_move is not None else self.detail.moves
        waits = any(move.plain and FINDINGS in (move.why_not or "") for move in moves)
        self.to_findings.setVisible(waits and self.tabs.currentWidget() is not self.findings)
        if self.detail is not None:
            self.to_findings.setText(f"去核查 {self.detail.open_findings} 项（Ctrl+Enter）")

    def _show_findings(self) -> None:
        self.tabs.setCurrentWidget(self.findings)
        self.findings.setFocus()

    @property
    def main_move(self) -> MoveView | None:
        """The straight way, when it is open to this user."""
        if self.detail is None:
            return None
        return next((move for move in self.detail.moves if move.plain and move.why_not is None), None)

    def main_act(self) -> None:
        if self.main_move is not None and not self._moving:
            self.take(self.main_move)
        elif self.to_findings.isVisible():
            self._show_findings()

    def take(self, move: MoveView) -> None:
        if move.plain:
            self._move(move, "")
        else:
            warning = f"（{one_line(move.warning)}）" if move.warning else ""
            question = f"{move.name}{warning}，原因："
            self.reason.ask(question, lambda reason: self._move(move, reason), move.name, grounds=move.grounds)

    def _move(self, move: MoveView, reason: str) -> None:
        if self._moving or self.detail is None:
            return
        self._moving = True
        for made in self._move_buttons:
            made.setEnabled(False)
        desk, key, version, today = self.context.desk, self.case_id, self.detail.version, self.context.office.today

        def moved(detail: CaseDetail) -> None:
            self._moving = False
            self.reason.done()
            place = FIRST_TAB.get(detail.step, 1)
            if self.detail is not None and detail.step != self.detail.step and self.tabs.currentIndex() < 2:
                self._turn_to(place)  # the papers are done: on to the sum
            self.context.say(f"{detail.number}：已办理“{move.name}”")
            self.show_detail(detail)
            self._tab()

        def work(progress: Progress, cancelled: IsCancelled) -> CaseDetail:
            return desk.cases.move(
                key, move.id, version=version, reason=reason, today=today, progress=progress, cancelled=cancelled
            )

        self.context.run(Operation(f"正在办理“{move.name}”…", work), self, moved, self._refused)

    def _refused(self, trouble: Trouble) -> bool:
        """The reason typed stays in its strip; the case is read again, so that the next try sees the truth."""
        self._moving = False
        if trouble.kind == "cancelled" and self.detail is not None:
            self._show_moves(self.detail)  # reading it again would begin the very work that was given up
            self.context.say("已取消，办件没有变动")
            return True
        if isinstance(trouble.error, EditConflict):
            self.context.tell(trouble.message, "amber")
        else:
            lines = [trouble.message, *[problem.message for problem in trouble.problems]]
            tone = "red" if trouble.kind in ("environment", "bug") else "amber"
            self.context.tell("\n".join(dict.fromkeys(lines)), tone)
        self._reread()
        return True

    def _open_party(self) -> None:
        if self.detail is not None:
            self.context.go("party", self.detail.party_id)
