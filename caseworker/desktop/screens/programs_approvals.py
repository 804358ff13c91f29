"""一事一议: what the authority approved for one party; it feeds the amount and the reference of the case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import Field
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.parts import ElidedLabel, ReasonStrip, button
from caseworker.desktop.screens.programs_parts import FormCard, Picker, amount_of, parties
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel
from caseworker.services.programs import ApprovalRow
from caseworker.services.views import Page, Role


def _state(row: ApprovalRow) -> str:
    if row.voided_reason is not None:
        return f"已作废：{row.voided_reason}"
    return f"已用于 {row.used_by}" if row.used_by else "未使用"


APPROVALS: tuple[Column[ApprovalRow], ...] = (
    Column("批准日期", lambda row: row.approved_on, "approved_on", width=7),
    Column("批准文号", lambda row: row.reference, "reference", width=12),
    Column("单位", lambda row: row.party, "party", width=14, stretch=True),
    Column("条款", lambda row: row.clause_title, None, width=7),
    Column("金额（元）", lambda row: row.amount, "amount", RIGHT, width=9),
    Column("事项", lambda row: row.matter, None, width=10),
    Column("扫描件", lambda row: "有" if row.attachment_id is not None else "", None, width=4),
    Column(
        "状态",
        _state,
        None,
        width=8,
        tone=lambda row: "quiet" if row.voided_reason is not None else "green" if row.used_by else "accent",
    ),
)


class ApprovalsPage(QWidget):
    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._policy: str | None = None
        self._path: Path | None = None
        may = context.may(Role.CASEWORKER)
        kinds = context.desk.programs.approvals.clauses()
        options = tuple(((policy, clause), f"{short}　{title}") for policy, short, clause, title in kinds)
        fields = (
            Field("clause", "条款", "choice", required=True, options=options, width=26),
            Field("reference", "批准文号", required=True, width=24, hint="批复文号或会议纪要编号"),
            Field("approved_on", "批准日期", "date", required=True, width=12),
            Field("amount", "批准金额", "number", unit="元", required=True, width=16),
            Field("matter", "批准事项", "long", required=True, hint="批准给什么、按什么条件"),
        )
        self.party = Picker(context, "单位", "输入名称或拼音首字母", parties(context))
        file = QWidget()
        row = QHBoxLayout(file)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(button("附上扫描件…", self._choose_file, picture="clip"))
        self.file = ElidedLabel("可以不附", "quiet")
        row.addWidget(self.file, 1)
        self.card = FormCard(
            context, "approval", "登记一事一议批准", fields, self._save, above=(self.party,), below=(file,)
        )
        self.reason = ReasonStrip()

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[ApprovalRow]:
            return context.desk.programs.approvals.page(
                search, self._policy, offset=offset, limit=limit, sort=sort or "approved_on", descending=descending
            )

        model = PagedTableModel(APPROVALS, fetch, context.ask, self, sort="approved_on", descending=True)
        acts = (
            Act("登记批准", self.open_form, "add", needs_row=False, button=True, primary=True),
            Act("作废…", self._void, button=True),
        )
        self.list = ListView(
            model,
            "approvals",
            empty="还没有一事一议的批准。上级批准后登记在这里，办件测算时自动取用金额和文号。",
            acts=acts if may else (),
            filter_hint="筛选单位、文号、事项…",
        )
        self.list.opened.connect(lambda row: context.go("party", row.party_id))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(self.reason)
        whole.addWidget(self.card)
        whole.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def keep(self) -> None:
        self.card.keep()

    def show_policy(self, policy: str) -> None:
        self._policy = policy
        self.list.refresh()

    def open_form(self) -> None:
        clauses = self.card.form.fields["clause"].field.options
        clause = next((value for value, _words in clauses if value[0] == self._policy), None)
        values = {"clause": clause, "approved_on": self._context.office.today}
        self.card.open_form(values, self.party.line)

    def _choose_file(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, "附上扫描件", "", "扫描件 (*.pdf *.jpg *.jpeg *.png)")
        if name:
            self.attach(Path(name))

    def attach(self, path: Path | None) -> None:
        self._path = path
        self.file.setText("可以不附" if path is None else path.name)

    def _save(self, values: dict[str, Any]) -> None:
        desk, party, path = self._context.desk, self.party.key, self._path
        if party is None:
            self.party.complain("请选择一个单位")
            self.party.line.setFocus()
            return
        amount = amount_of(self.card, "amount", values["amount"])
        if amount is None:
            return
        policy, clause = values["clause"]

        def saved(_number: int) -> None:
            self.card.close_form()
            self.party.set(None)
            self.attach(None)
            self._context.say(f"{values['reference']} 已登记")
            self.list.refresh()

        self._context.ask(
            "正在登记批准…",
            lambda: desk.programs.approvals.enter(
                policy,
                clause,
                party,
                reference=values["reference"],
                approved_on=values["approved_on"],
                amount=amount,
                matter=values["matter"],
                path=path,
            ),
            self,
            saved,
            self.card.refused,
        )

    def _void(self) -> None:
        row = self.list.current()
        if not isinstance(row, ApprovalRow):
            return
        desk = self._context.desk

        def done(_nothing: None) -> None:
            self.reason.done()
            self._context.say(f"{row.reference} 已作废")
            self.list.refresh()

        def void(reason: str) -> None:
            self._context.ask("正在作废…", lambda: desk.programs.approvals.void(row.id, reason), self, done)

        self.reason.ask(f"作废“{row.party}”{row.reference} 的原因：", void, "作废")
