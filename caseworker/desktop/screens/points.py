"""口径: what the text leaves open, the choice in force and its history, what each reading comes to, who used which."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QListWidgetItem, QSplitter, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.parts import Chip, ReasonStrip, clear, label, scrolled, tab_widget
from caseworker.desktop.screens.points_choice import ChoicePanel
from caseworker.desktop.screens.points_effects import EffectsPage, UsesPage
from caseworker.desktop.screens.policies_list import wrapped_list
from caseworker.desktop.tables import Column, PagedTableModel, listed
from caseworker.services.points import ChoiceView, PointRow, UseRow
from caseworker.services.views import Role


def choice_columns(in_force: int | None) -> tuple[Column[ChoiceView], ...]:
    """`in_force`: the id of the choice that holds today."""

    def state(row: ChoiceView) -> str:
        if row.voided_reason is not None:
            return f"已作废：{row.voided_reason}"
        return "现行" if row.id == in_force else "有记录"

    return (
        Column("自何日起", lambda row: row.valid_from, "valid_from", width=7),
        Column("选择", lambda row: row.option_text, "option", width=14, stretch=True),
        Column("决定文号", lambda row: row.decision_number, "decision_number", width=12),
        Column("决定日期", lambda row: row.decided_on, "decided_on", width=7),
        Column("理由", lambda row: row.reason, None, width=8),
        Column("登记人", lambda row: row.chosen_by, None, width=5),
        Column(
            "状态",
            state,
            None,
            width=6,
            tone=lambda row: "quiet" if row.voided_reason is not None else "green" if row.id == in_force else "accent",
        ),
    )


class PointsPage(QWidget):
    """The register of one policy: its points left, the one chosen right."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._policy: str | None = None
        self._rows: dict[str, PointRow] = {}
        self.points = wrapped_list("口径")  # a policy has a handful of points
        self.points.currentItemChanged.connect(lambda item, _old: self._show_point(item))
        self.nothing = label("这项政策没有口径问题：条文的每一处都只有一种读法。", "quiet", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.hide()

        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 8, 8, 8)
        column.setSpacing(6)
        self._words = QVBoxLayout()
        self._words.setSpacing(6)
        column.addLayout(self._words)
        self.choice = ChoicePanel(context)
        self.choice.chosen.connect(self.refresh)
        column.addWidget(self.choice)
        column.addStretch(1)

        self._scroll = scrolled(inside)
        self.choice.unfolded.connect(self._see_form)

        self.history = self._build_history()
        self.reason = ReasonStrip()
        past = QWidget()
        lines = QVBoxLayout(past)
        lines.setContentsMargins(0, 8, 0, 0)
        lines.addWidget(self.reason)
        lines.addWidget(self.history, 1)
        self.effects = EffectsPage(context)
        self.uses = UsesPage(context)
        for part in (self.effects, self.uses):
            part.opened.connect(lambda case: context.go("case", case))
        self.inner = tab_widget()
        for page, words in (
            (self._scroll, "问题与读法"),
            (past, "选择记录"),
            (self.effects, "对在办件的影响"),
            (self.uses, "以往决定"),
        ):
            self.inner.addTab(page, words)
        right = QWidget()
        room = QVBoxLayout(right)
        room.setContentsMargins(16, 0, 0, 0)
        self.title = label("", "section", wrap=True)
        room.addWidget(self.title)
        room.addWidget(self.inner, 1)

        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(self.points)
        self.split.addWidget(right)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 7)
        self.split.setChildrenCollapsible(False)
        character = self.fontMetrics().horizontalAdvance("汉")
        self.split.setSizes([character * 24, character * 76])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.addWidget(self.nothing)
        whole.addWidget(self.split, 1)
        self.setFocusProxy(self.points)

    def _build_history(self) -> ListView:
        columns = choice_columns(None)
        model = PagedTableModel(columns, listed((), columns), self._context.ask, self)
        acts = (Act("作废…", self._void, button=True),) if self._context.may(Role.HEAD) else ()
        return ListView(
            model,
            "point-choices",
            empty="还没有登记过选择，按程序默认办理。负责人登记的每一次选择都会留在这里。",
            acts=acts,
            filter_hint=None,
        )

    # ---- reading -------------------------------------------------------------------------

    def set_policy(self, policy: str) -> None:
        if policy != self._policy:
            self.keep()
            self._policy = policy
            self.points.clear()
            self._rows = {}
            self.refresh()

    def refresh(self) -> None:
        policy, desk = self._policy, self._context.desk
        if policy is None:
            return
        self._context.ask(
            "正在读取口径…", lambda: desk.points.register(policy), self, lambda rows: self._show(policy, rows)
        )

    def keep(self) -> None:
        self.choice.keep()

    def _show(self, policy: str, rows: tuple[PointRow, ...]) -> None:
        if policy != self._policy:
            return
        current = self.points.currentItem()
        wanted = current.data(Qt.ItemDataRole.UserRole) if current is not None else None
        self._rows = {row.id: row for row in rows}
        self.nothing.setVisible(not rows)
        self.split.setVisible(bool(rows))
        self.points.blockSignals(True)
        self.points.clear()
        for row in rows:
            item = QListWidgetItem(f"{row.question}\n现行：{row.option_text}（{row.decision}）")
            item.setData(Qt.ItemDataRole.UserRole, row.id)
            self.points.addItem(item)
        place = next((n for n, row in enumerate(rows) if row.id == wanted), 0)
        self.points.setCurrentRow(place)
        self.points.blockSignals(False)
        self._show_point(self.points.currentItem())

    def select(self, point: str) -> None:
        """Goes to a point by its id, as the clause page does."""
        for place in range(self.points.count()):
            if self.points.item(place).data(Qt.ItemDataRole.UserRole) == point:
                self.points.setCurrentRow(place)

    @property
    def current(self) -> PointRow | None:
        item = self.points.currentItem()
        return self._rows.get(item.data(Qt.ItemDataRole.UserRole)) if item is not None else None

    def _show_point(self, item: QListWidgetItem | None) -> None:
        row = self._rows.get(item.data(Qt.ItemDataRole.UserRole)) if item is not None else None
        if row is None:
            return
        self.title.setText(row.question)
        self._show_words(row)
        self.choice.show_point(row)
        in_force = next(
            (
                one.id
                for one in row.choices
                if one.voided_reason is None and one.valid_from == row.since and one.decision_number == row.decision
            ),
            None,
        )
        columns = choice_columns(in_force)
        self.history.model.columns = columns
        self.history.model.set_provider(listed(row.choices, columns))
        self.inner.setTabText(1, f"选择记录（{len(row.choices)}）" if row.choices else "选择记录")
        self.effects.show_point(row)
        self._ask_uses(row)

    def _ask_uses(self, row: PointRow) -> None:
        desk = self._context.desk

        def arrived(uses: tuple[UseRow, ...]) -> None:
            now = self.current
            if now is not None and (now.policy, now.id) == (row.policy, row.id):
                self.uses.show_uses(now, uses)
                self.inner.setTabText(3, f"以往决定（{len(uses)}）" if uses else "以往决定")

        self._context.ask("正在读取以往决定…", lambda: desk.points.uses(row.policy, row.id), self, arrived)

    def _see_form(self) -> None:
        """Once it has its place: the whole form where there is room for it, its first field in any case."""
        frame = self.choice.frame
        QTimer.singleShot(0, frame, lambda: self._scroll.ensureWidgetVisible(frame, 0, 8))

    def _show_words(self, row: PointRow) -> None:
        clear(self._words)
        add = self._words.addWidget
        add(label("原文", "strong"))
        for quote in row.quotes:
            add(label(f"“{quote}”", "quote", wrap=True, selectable=True))
        self._words.addSpacing(6)
        add(label("可选的读法", "strong"))
        for option in row.options:
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(label(option.label, wrap=len(option.label) > 40), 1 if len(option.label) > 40 else 0)
            if option.is_default:
                line.addWidget(Chip("默认", "quiet"))
            if option.id == row.option:
                line.addWidget(Chip("现行", "green"))
            line.addStretch(0)
            self._words.addLayout(line)
        default = next(option.label for option in row.options if option.is_default)
        self._words.addSpacing(6)
        add(label(f"默认“{default}”的理由：{row.reason}。", wrap=True, selectable=True))
        since = f"，自 {row.since.isoformat()} 起受理的申请适用" if row.since is not None else "，本机构尚未登记选择"
        add(label(f"现行：{row.option_text}（{row.decision}）{since}。", wrap=True, selectable=True))
        used = "、".join(f"{number} {title}" for _id, number, title in row.clauses)
        add(label(f"涉及条款：{used or '无'}", "quiet", wrap=True))

    # ---- a wrong entry --------------------------------------------------------------------

    def _void(self) -> None:
        choice = self.history.current()
        if not isinstance(choice, ChoiceView):
            return
        desk = self._context.desk

        def void(reason: str) -> None:
            self._context.ask("正在作废…", lambda: desk.points.void(choice.id, reason), self, done)

        def done(_nothing: None) -> None:
            self.reason.done()
            self._context.say(f"{choice.decision_number} 的选择已作废")
            self.refresh()

        self.reason.ask(f"作废自 {choice.valid_from.isoformat()} 起的选择，原因：", void, "作废")
