"""政策库: the clauses of each policy with their quotes in the official text, the register of 口径, and the packs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit
from caseworker.desktop.operations import IsCancelled, Operation, Progress, Running
from caseworker.desktop.parts import Chip, ElidedLabel, Message, button, tab_widget
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.points import PointsPage
from caseworker.desktop.screens.policies_clauses import ClausesPage
from caseworker.desktop.screens.policies_packs import PacksPage
from caseworker.desktop.screens.policies_quotes import QuotesPage
from caseworker.desktop.screens.policies_text import LoadedText
from caseworker.policy.model import Pack
from caseworker.services.packs import RefusedPack
from caseworker.services.policies import PolicyTextView
from caseworker.services.views import Role

CLAUSES, POINTS, QUOTES, PACKS = range(4)


class PoliciesScreen(Screen):
    title = "政策库"
    manual = "policies"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._packs: dict[str, Pack] = {}
        self._loading: Running | None = None
        self.pack = ChoiceEdit(())
        self.pack.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToContents)
        self.pack.setAccessibleName("政策")
        self.state = Chip("未加载政策文本")
        self.load_button = button("加载政策文本…", self._choose_file, picture="import")
        self.load_button.setToolTip("正式文本：.txt、.docx 或 .pdf（Ctrl+O）")
        self.load_button.setShortcut("Ctrl+O")
        if not context.may(Role.CASEWORKER, Role.HEAD, Role.ADMINISTRATOR):
            self.load_button.hide()
        self.cancel_button = button("取消核对", self._cancel)
        self.cancel_button.hide()
        self.heading(self.title, self.state, self.load_button, self.cancel_button, self.pack)
        self.about = ElidedLabel("", "quiet")
        self.body.addWidget(self.about)
        self.trouble = Message(closable=False)
        self.body.addWidget(self.trouble)
        self.clauses = ClausesPage(context)
        self.points = PointsPage(context)
        self.quotes = QuotesPage(context)
        self.packs = PacksPage(context)
        self.packs.used.connect(self._used)
        self.packs.wanted.connect(self._go_to_pack)
        self.clauses.point_wanted.connect(self._show_point)
        self.quotes.opened.connect(self._show_quote)
        self.tabs = tab_widget()
        self.tabs.addTab(self.clauses, "条款")
        self.tabs.addTab(self.points, "口径")
        self.tabs.addTab(self.quotes, "引文核对")
        self.tabs.addTab(self.packs, "政策包")
        self.body.addWidget(self.tabs, 1)
        self.pack.currentIndexChanged.connect(lambda _i: self._show_pack())
        self.setFocusProxy(self.tabs)

    @property
    def policy(self) -> str | None:
        chosen = self.pack.currentData()
        return None if chosen is None else str(chosen)

    # ---- reading -------------------------------------------------------------------------

    def refresh(self) -> None:
        policies = self.context.desk.policies
        self.context.ask("正在读取政策…", policies.packs, self, self._show)
        self.context.ask(
            "正在读取政策…", lambda: (policies.refused(), policies.missing()), self, lambda found: self._warn(*found)
        )
        self.points.refresh()
        self.packs.refresh()
        if self.policy is not None:
            self._read_text(self.policy)

    def keep(self) -> None:
        self.points.keep()

    def _show(self, packs: tuple[Pack, ...]) -> None:
        if list(self._packs.values()) == list(packs):
            return
        self._packs = {pack.id: pack for pack in packs}
        wanted = self.policy
        self.pack.blockSignals(True)
        self.pack.clear()
        for pack in packs:
            self.pack.addItem(pack.short_title, pack.id)
        if wanted is not None:
            self.pack.choose(wanted)
        self.pack.blockSignals(False)
        self._show_pack()

    def _warn(self, refused: tuple[RefusedPack, ...], missing: tuple[str, ...]) -> None:
        """Own packs with a slip in them, and packs whose folder is gone, are told here and nowhere else."""
        lines = [pack.sentence for pack in refused]
        lines += [f"本机构启用的政策包“{policy}”没有加载，它的办件要等放回政策包后才能办理。" for policy in missing]
        if lines:
            self.trouble.tell("\n".join(lines), "amber")
        else:
            self.trouble.hide()

    def main_act(self) -> None:
        """Ctrl+Enter saves the open choice, wherever on the page one is."""
        form = self.points.choice.form
        if form is not None and form.isVisible():
            form.submit()

    def _show_pack(self) -> None:
        pack = self._packs.get(self.policy or "")
        if pack is None:
            return
        force = pack.in_force
        end = f"至 {force.end.isoformat()}" if force.end else "起，未规定终止日期"
        self.about.setText(
            f"{pack.title}　{pack.document_number}　{pack.issued_by} {pack.issued_on.isoformat()} 印发　"
            f"施行 {force.start.isoformat()} {end}"
        )
        day = self.context.office.today
        self.clauses.show_pack(pack, day)
        self.points.set_policy(pack.id)
        self._show_text(pack, None)
        self._read_text(pack.id)

    def _read_text(self, policy: str) -> None:
        desk = self.context.desk
        self.context.ask(
            "正在核对引文…", lambda: desk.policies.text(policy), self, lambda view: self._text_here(policy, view)
        )

    def _text_here(self, policy: str, view: PolicyTextView | None) -> None:
        if policy == self.policy and policy in self._packs:
            self._show_text(self._packs[policy], None if view is None else LoadedText.of(view))

    def _show_text(self, pack: Pack, loaded: LoadedText | None) -> None:
        self.clauses.show_text(loaded)
        self.quotes.show_quotes(pack, loaded, self.context.office.today)
        if loaded is None:
            self.state.set("未加载政策文本", "quiet")
            self.tabs.setTabText(QUOTES, "引文核对")
            return
        missing = len(loaded.missing)
        self.state.set(f"{missing} 条引文未找到" if missing else "引文全部核对", "red" if missing else "green")
        self.tabs.setTabText(QUOTES, f"引文核对（{missing} 条未找到）" if missing else "引文核对")

    # ---- the official text ---------------------------------------------------------------

    def _choose_file(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(
            self, "加载政策的正式文本", "", "政策文本 (*.txt *.docx *.pdf);;所有文件 (*)"
        )
        if name:
            self.load(Path(name))

    def load(self, path: Path) -> None:
        """Keeps the file and looks every quote up in it, in a worker; the text loaded before stays on record."""
        policy, desk = self.policy, self.context.desk
        if policy is None or self._loading is not None:
            return

        def work(progress: Progress, cancelled: IsCancelled) -> PolicyTextView:
            return desk.policies.load_text(policy, path, progress=progress, cancelled=cancelled)

        def loaded(view: PolicyTextView) -> None:
            missing = len(view.missing)
            if missing:
                self.context.tell(f"已加载“{view.file_name}”，有 {missing} 条引文没有找到，列在“引文核对”里。", "amber")
            else:
                self.context.say(f"已加载“{view.file_name}”，{len(view.quotes)} 条引文全部找到")
            self._text_here(policy, view)

        def ended() -> None:
            self._loading = None
            self.load_button.setEnabled(True)
            self.cancel_button.hide()

        self.load_button.setEnabled(False)
        self.cancel_button.show()
        self._loading = self.context.run(Operation("正在核对引文…", work), self, loaded, finished=ended)

    def _cancel(self) -> None:
        if self._loading is not None:
            self._loading.cancel()

    # ---- from one tab to another ---------------------------------------------------------

    def _used(self, policy: str) -> None:
        """A policy that was switched on is the one to look at next."""
        self.packs.refresh()
        policies = self.context.desk.policies

        def read(packs: tuple[Pack, ...]) -> None:
            self._show(packs)
            self.pack.choose(policy)

        self.context.ask("正在读取政策…", policies.packs, self, read)

    def _go_to_pack(self, policy: str) -> None:
        if self.pack.choose(policy):
            self.tabs.setCurrentIndex(CLAUSES)
            self.clauses.setFocus()

    def _show_point(self, point: str) -> None:
        self.tabs.setCurrentIndex(POINTS)
        self.points.select(point)
        self.points.setFocus()

    def _show_quote(self, clause: str, quote: str) -> None:
        self.tabs.setCurrentIndex(CLAUSES)
        self.clauses.go_to(clause, quote)
