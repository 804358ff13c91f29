"""抽查: what a draw would take from each stratum, and a draw with its list of cases to visit."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout

from caseworker.desktop.context import Context
from caseworker.desktop.fields import Field
from caseworker.desktop.forms import Form
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Chip, Message, ReasonStrip, button, card, label
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.oversight_entry import VISIT, Preset
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.desktop.words import plain_number
from caseworker.errors import Problem
from caseworker.policy import Pack
from caseworker.services.oversight_views import DrawDetail, DrawForm, DrawPreview, PickRow, StratumRow
from caseworker.services.views import Role
from caseworker.values.money import Money

STRATA: tuple[Column[StratumRow], ...] = (
    Column("条款", lambda row: row.clause_title, None, width=14, stretch=True),
    Column("金额分档", lambda row: row.band, None, width=20),
    Column("办件数", lambda row: row.cases, None, RIGHT, width=6),
    Column("抽取", lambda row: row.drawn, None, RIGHT, width=6),
    Column("金额合计（元）", lambda row: row.amount, None, RIGHT, width=10),
)
PICKS: tuple[Column[PickRow], ...] = (
    Column("办件编号", lambda row: row.case_number, "case_number", width=9),
    Column("单位", lambda row: row.party, "party", width=16, stretch=True),
    Column("条款", lambda row: row.clause_title, "clause_title", width=12),
    Column("金额分档", lambda row: row.band, None, width=14),
    Column("金额（元）", lambda row: row.amount, "amount", RIGHT, width=8),
    Column("状态", lambda row: row.state_name, "state_name", width=6, tone=lambda r: "green" if r.visited else "amber"),
    Column("检查日期", lambda row: row.visited_on, "visited_on", width=6),
    Column("结论", lambda row: row.conclusion, None, width=8),
)
DRAW_TONES = {"drawn": "amber", "closed": "green", "voided": "quiet"}
_DELAY_MS = 400
_ABOUT = (
    "按条款和金额分档分层，每层按比例抽取，不足最少件数的取最少件数，件数不够的全取。"
    "随机种子记录在案，任何时候按同一种子重抽，结果相同。种子留空由程序生成，事先无人知道抽中谁。"
)


class DrawEntryScreen(Screen):
    title = "随机抽查"
    manual = "oversight"

    def __init__(self, context: Context, _key: int | str = 0) -> None:
        super().__init__(context)
        self._drawing = False
        self.draw_button = button("抽取  Ctrl+Enter", self.main_act, role="primary")
        self.heading(self.title, self.draw_button)
        self.message = Message()
        self.body.addWidget(self.message)
        self.body.addWidget(label(_ABOUT, "quiet", wrap=True))
        packs: tuple[Pack, ...] = context.desk.policies.packs()
        fields = (
            Field("policy", "政策", "choice", options=tuple((one.id, one.short_title) for one in packs), width=20),
            Field("basis", "抽取范围", "choice", options=(("paid", "已拨付"), ("granted", "已决定兑现")), width=12),
            Field("first_day", "起日", "date", required=True, width=12),
            Field("last_day", "止日", "date", required=True, width=12),
            Field("percent", "抽查比例", "number", "%", required=True, width=8),
            Field("least", "每层至少", "number", "件", required=True, width=8),
            Field("bounds", "金额分档", unit="元", hint="如 100000、500000；留空按三等分", width=30),
            Field("seed", "随机种子", hint="留空由程序生成", width=24),
        )
        frame, inner = card()
        self.form = Form(fields, columns=2)
        inner.addWidget(self.form)
        self.body.addWidget(frame)
        self.count = label("", "strong")
        self.body.addWidget(self.count)
        model = PagedTableModel(STRATA, listed((), STRATA), context.ask, self)
        self.strata = ListView(model, "draw-strata", empty="这段时间内没有可抽的办件。", filter_hint=None)
        self.body.addWidget(self.strata, 1)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_DELAY_MS)
        self._delay.timeout.connect(self._preview)
        self.form.changed.connect(self._delay.start)
        self.form.submitted.connect(self._draw)
        today = context.office.today
        self.form.set_values(
            {"first_day": today.replace(month=1, day=1), "last_day": today, "percent": "10", "least": "1"}
        )
        self.setFocusProxy(self.form.fields["policy"].editor)

    def refresh(self) -> None:
        self._preview()

    def _asked(self) -> tuple[DrawForm | None, tuple[Problem, ...]]:
        values: dict[str, Any] = self.form.values()
        problems: list[Problem] = []
        numbers: dict[str, int] = {}
        for name in ("percent", "least"):
            text = values[name] or "0"
            if text.isascii() and text.isdecimal():
                numbers[name] = int(text)
            else:
                problems.append(Problem(name, "请填写整数。"))
        bounds: tuple[Money, ...] | None = None
        typed = values["bounds"].replace("；", "、").replace(";", "、").replace(" ", "、")
        if typed:
            try:
                bounds = tuple(Money.parse(plain_number(one)) for one in typed.split("、") if one)
            except ValueError:
                problems.append(Problem("bounds", "请填写金额，用顿号隔开，如 100000、500000"))
        if problems:
            return None, tuple(problems)
        return (
            DrawForm(
                policy=values["policy"] or "",
                basis=values["basis"] or "",
                first_day=values["first_day"],
                last_day=values["last_day"],
                percent=numbers["percent"],
                least=numbers["least"],
                bounds=bounds,
            ),
            (),
        )

    def _preview(self) -> None:
        form, problems = self._asked()
        desk = self.context.desk
        if form is None:
            self.form.show_problems(problems)
        elif form.first_day is not None and form.last_day is not None:
            self.context.ask("正在统计…", lambda: desk.spot_checks.preview(form), self, self._show, self._quiet)

    def _quiet(self, trouble: Trouble) -> bool:
        """While it is typed, what does not fit yet is no mistake."""
        self._show(DrawPreview((), ()))
        return trouble.kind == "input"

    def _show(self, preview: DrawPreview) -> None:
        self.strata.model.set_provider(listed(preview.strata, STRATA))
        self.count.setText(f"共 {preview.cases:,} 件，将抽取 {preview.drawn:,} 件" if preview.cases else "")
        self.draw_button.setEnabled(bool(preview.cases))

    def main_act(self) -> None:
        self.form.submit()

    def _draw(self) -> None:
        form, problems = self._asked()
        if form is None or self._drawing:
            self.form.show_problems(problems)
            return
        desk, seed = self.context.desk, self.form.values()["seed"]
        self._drawing = True
        self.draw_button.setEnabled(False)

        def drawn(detail: DrawDetail) -> None:
            self.message.dismiss()
            self.context.say(f"{detail.row.number}：{detail.row.cases} 件中抽出 {detail.row.drawn} 件")
            self.context.go("spot-check", detail.row.id)

        def ended() -> None:
            self._drawing = False
            self.draw_button.setEnabled(True)

        self.context.ask("正在抽取…", lambda: desk.spot_checks.draw(form, seed), self, drawn, self._refused, ended)

    def _refused(self, trouble: Trouble) -> bool:
        if trouble.kind == "input":
            self.form.show_problems(trouble.problems)
            return True
        if trouble.kind == "refusal":
            self.message.tell(trouble.message, "amber")
            return True
        return False


class DrawScreen(Screen):
    title = "抽查"
    manual = "oversight"

    def __init__(self, context: Context, check_id: int) -> None:
        super().__init__(context)
        self.check_id = check_id
        self.detail: DrawDetail | None = None
        self.state = Chip()
        self.verify_button = button("重抽核对", self.verify)
        self.void_button = button("作废…", self._ask_void)
        self.close_button = button("办结  Ctrl+Enter", self.main_act, role="primary")
        self._head = self.heading(self.title, self.state, self.verify_button, self.void_button, self.close_button)
        self.message = Message()
        self.reason = ReasonStrip()
        self.about = label("", "quiet", wrap=True, selectable=True)
        for widget in (self.message, self.reason, self.about):
            self.body.addWidget(widget)
        may = context.may(Role.CASEWORKER, Role.REVIEWER, Role.HEAD)
        acts = (
            Act("登记检查…", self.visit, "add", button=True, primary=True),
            Act("查看检查", self._see, button=True),
            Act("打开办件", self._open_case, button=True),
        )
        model = PagedTableModel(PICKS, listed((), PICKS), context.ask, self)
        self.list = ListView(model, "draw-picks", empty="没有抽中的办件。", acts=acts if may else acts[1:])
        self.list.opened.connect(lambda row: self._see() if row.visited else self.visit())
        strata = PagedTableModel(STRATA, listed((), STRATA), context.ask, self)
        self.strata = ListView(strata, "draw-strata", empty="没有分层。", filter_hint=None)
        self.strata.setMaximumHeight(self.fontMetrics().height() * 10)
        column = QVBoxLayout()
        column.addWidget(self.list, 1)
        column.addWidget(self.strata)
        self.body.addLayout(column, 1)
        for one in (self.void_button, self.close_button):
            one.hide()
        self.setFocusProxy(self.list)

    def refresh(self) -> None:
        desk, key = self.context.desk, self.check_id
        self.context.ask("正在读取抽查…", lambda: desk.spot_checks.get(key), self, self._show)

    def _show(self, detail: DrawDetail) -> None:
        self.detail = detail
        row = detail.row
        self._head.setText(f"{row.number}　{row.policy_title}")
        self.state.set(row.state_name, DRAW_TONES[row.state])
        words = [
            f"{row.first_day} 至 {row.last_day} {row.basis_name}的办件 {row.cases:,} 件，抽取 {row.drawn:,} 件，"
            f"已检查 {row.visited:,} 件",
            f"{row.drawn_on} {row.drawn_by}抽取",
            f"随机种子 {row.seed}（{'人工填写' if row.seed_typed else '程序生成'}）",
        ]
        if detail.voided_reason:
            words.append(f"已作废：{detail.voided_reason}")
        self.about.setText("；".join(words))
        self.list.model.set_provider(listed(detail.picks, PICKS))
        self.strata.model.set_provider(listed(detail.strata, STRATA))
        self.void_button.setVisible(detail.may_void)
        self.close_button.setVisible(detail.may_close)

    def verify(self) -> None:
        desk, key = self.context.desk, self.check_id

        def told(answer: tuple[bool, str]) -> None:
            ok, words = answer
            self.message.tell(words, "green" if ok else "red")

        self.context.ask("正在重抽核对…", lambda: desk.spot_checks.verify(key), self, told)

    def visit(self) -> None:
        row, detail = self.list.current(), self.detail
        if not isinstance(row, PickRow) or detail is None:
            return
        if detail.row.state != "drawn":
            self.message.tell(f"这次抽查{detail.row.state_name}，不能再登记检查。", "amber")
            return
        self.context.go("oversight-entry", Preset(VISIT, row.party_id, row.case_id, self.check_id).key)

    def _see(self) -> None:
        row = self.list.current()
        if isinstance(row, PickRow) and row.visits:
            self.context.go("oversight", row.visits[-1])

    def _open_case(self) -> None:
        row = self.list.current()
        if isinstance(row, PickRow):
            self.context.go("case", row.case_id)

    def main_act(self) -> None:
        if self.detail is None or not self.detail.may_close:
            return
        desk, key = self.context.desk, self.check_id
        self.context.ask("正在办结…", lambda: desk.spot_checks.close(key), self, self._changed, self._refused)

    def _ask_void(self) -> None:
        desk, key = self.context.desk, self.check_id

        def void(reason: str) -> None:
            self.context.ask(
                "正在作废…", lambda: desk.spot_checks.void(key, reason), self, self._changed, self._refused
            )

        self.reason.ask("作废这次抽查的原因：", void, "作废")

    def _changed(self, detail: DrawDetail) -> None:
        self.reason.done()
        self.message.dismiss()
        self.context.say(f"{detail.row.number}{detail.row.state_name}")
        self._show(detail)

    def _refused(self, trouble: Trouble) -> bool:
        if trouble.kind not in ("refusal", "input"):
            return False
        self.message.tell(trouble.message, "amber")
        return True
