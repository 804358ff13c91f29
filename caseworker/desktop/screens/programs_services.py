"""服务事项: what a policy grants instead of money (乘车, 入学, 生产要素, 住房), asked for and handled."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit, Field
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.parts import ReasonStrip
from caseworker.desktop.screens.oversight_parts import PapersEdit
from caseworker.desktop.screens.programs_parts import FormCard, Hit, Picker, parties
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel
from caseworker.services.programs import ServiceKind, ServiceRow
from caseworker.services.views import Page, Role

TONES = {"open": "amber", "done": "green", "declined": "red", "voided": "quiet"}
SERVICES: tuple[Column[ServiceRow], ...] = (
    Column("编号", lambda row: row.number, "number", width=8),
    Column("申请日期", lambda row: row.requested_on, "requested_on", width=7),
    Column("服务", lambda row: row.kind_name, "kind", width=8),
    Column("单位", lambda row: row.party, "party", width=12, stretch=True),
    Column("人员", lambda row: row.person, None, width=5),
    Column("申请内容", lambda row: row.request, None, width=10),
    Column("状态", lambda row: row.state_name, "state", width=5, tone=lambda row: TONES.get(row.state, "quiet")),
    Column("办理情况", lambda row: row.handling, None, width=10),
    Column("办理日期", lambda row: row.handled_on, "handled_on", width=7),
    Column("附件", lambda row: row.papers or None, None, RIGHT, width=3),
)
STATES = ((None, "全部状态"), ("open", "待办理"), ("done", "已办理"), ("declined", "未予办理"), ("voided", "已作废"))
HANDLING = (
    Field("declined", "结果", "choice", required=True, options=((False, "已办理"), (True, "未予办理")), width=12),
    Field("handled_on", "办理日期", "date", required=True, width=12),
    Field("handling", "办理情况", "long", required=True, hint="怎样办的、转给了谁；未予办理的写明原因"),
)


class ServicesPage(QWidget):
    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._policy: str | None = None
        self._handled: ServiceRow | None = None
        self._kinds: dict[tuple[str, str, str], ServiceKind] = {
            (kind.policy, kind.clause, kind.kind): kind for kind in context.desk.programs.services.kinds()
        }
        may = context.may(Role.CASEWORKER)
        options = tuple((key, f"{kind.label}（{kind.policy_title}）") for key, kind in self._kinds.items())
        fields = (
            Field("kind", "服务", "choice", required=True, options=options, width=28),
            Field("requested_on", "申请日期", "date", required=True, width=12),
            Field("request", "申请内容", "long", required=True, hint="申请什么，从何时起"),
        )
        self.party = Picker(context, "单位", "输入名称或拼音首字母", parties(context))
        self.person = Picker(context, "人员", "输入姓名，须在该单位的花名册上", self._people)
        self.party.picked.connect(lambda: self.person.set(None))
        self.papers = PapersEdit()
        self.card = FormCard(
            context,
            "service",
            "登记服务事项",
            fields,
            self._save,
            above=(self.party, self.person),
            below=(self.papers,),
        )
        kind = self.card.form.fields["kind"].editor
        assert isinstance(kind, ChoiceEdit)
        kind.currentIndexChanged.connect(lambda _i: self._kind_chosen())
        self.handling = FormCard(context, "service-handling", "办理", HANDLING, self._handle)
        self.reason = ReasonStrip()
        self.state = ChoiceEdit(STATES)
        self.state.setAccessibleName("状态")

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[ServiceRow]:
            return context.desk.programs.services.page(
                search,
                self._policy,
                None,
                self._state,
                offset=offset,
                limit=limit,
                sort=sort or "requested_on",
                descending=descending,
            )

        model = PagedTableModel(SERVICES, fetch, context.ask, self, sort="requested_on", descending=True)
        acts = (
            Act("登记申请", self.open_form, "add", needs_row=False, button=True, primary=True),
            Act("办理…", self.open_handling, button=True),
            Act("查看、更正…", self.open_record, button=True),
            Act("作废…", self._void, button=True),
        )
        self.list = ListView(
            model,
            "service-records",
            empty="没有服务事项。不发放资金的服务（乘车、入学、生产要素、保障性住房等）登记在这里。",
            acts=acts if may else (),
            filter_hint="筛选编号、单位、人员…",
            filters=(self.state,),
        )
        self.state.currentIndexChanged.connect(lambda _i: self.list.refresh())
        self.list.opened.connect(self._opened)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.setSpacing(8)
        for part in (self.reason, self.card, self.handling):
            whole.addWidget(part)
        whole.addWidget(self.list, 1)
        self.setFocusProxy(self.list)
        self.handling.hide()  # it is about one row, which a draft does not remember
        self._kind_chosen()

    @property
    def _state(self) -> str | None:
        chosen = self.state.currentData()
        return None if chosen is None else str(chosen)

    def keep(self) -> None:
        self.card.keep()

    def show_policy(self, policy: str) -> None:
        self._policy = policy
        self.list.refresh()

    def _people(self, text: str) -> tuple[Hit, ...]:
        party = self.party.key
        if party is None:
            return ()
        page = self._context.desk.dossiers.people(party, text, limit=20)
        return tuple((row.id, f"{row.name}　{row.id_masked}") for row in page.rows)

    def _kind_chosen(self) -> None:
        kind = self._kinds.get(self.card.form.fields["kind"].value())
        self.person.setVisible(kind is not None and kind.for_person)

    # ---- a new request -------------------------------------------------------------------

    def open_form(self) -> None:
        self.handling.hide()
        kind = next((key for key in self._kinds if key[0] == self._policy), None)
        self.card.open_form({"kind": kind, "requested_on": self._context.office.today}, self.party.line)
        self._kind_chosen()

    def _save(self, values: dict[str, Any]) -> None:
        desk, party = self._context.desk, self.party.key
        kind = self._kinds.get(values["kind"])
        if party is None:
            self.party.complain("请选择一个单位")
            self.party.line.setFocus()
            return
        if kind is None:
            return
        person, papers = self.person.key if kind.for_person else None, tuple(self.papers.paths)
        if kind.for_person and person is None:
            self.person.complain("请选择享受这项服务的人员")
            self.person.line.setFocus()
            return

        def saved(_number: int) -> None:
            self.card.close_form()
            self.party.set(None)
            self.person.set(None)
            self.papers.clear()
            self._context.say("服务事项已登记")
            self.list.refresh()

        self._context.ask(
            "正在登记服务事项…",
            lambda: desk.programs.services.request(
                kind.policy,
                kind.clause,
                kind.kind,
                party,
                person_id=person,
                requested_on=values["requested_on"],
                request=values["request"],
                papers=papers,
            ),
            self,
            saved,
            self.card.refused,
        )

    def _opened(self, row: object) -> None:
        """Enter handles what waits for it; everything else opens in place."""
        if isinstance(row, ServiceRow) and row.state == "open" and self._context.may(Role.CASEWORKER):
            self.open_handling()
        else:
            self.open_record()

    def open_record(self) -> None:
        row = self.list.current()
        if isinstance(row, ServiceRow):
            self._context.go("service", row.id)

    # ---- handling it ---------------------------------------------------------------------

    def open_handling(self) -> None:
        row = self.list.current()
        if not isinstance(row, ServiceRow):
            return
        if row.state != "open":
            self._context.tell(f"{row.number} {row.state_name}，不能再办理。", "amber")
            return
        if self._handled is None or self._handled.id != row.id:
            self.handling.form.set_values({"declined": False, "handling": ""})
        self._handled = row
        self.card.hide()
        who = f"{row.party} {row.person}".strip()
        self.handling.title.setText(f"办理 {row.number}　{row.kind_name}　{who}")
        values = {"declined": False, "handled_on": self._context.office.today}
        self.handling.open_form(values, self.handling.form.fields["declined"].editor)

    def _handle(self, values: dict[str, Any]) -> None:
        row, desk = self._handled, self._context.desk
        if row is None:
            return

        def done(_nothing: None) -> None:
            self.handling.close_form()
            self._context.say(f"{row.number} 的办理情况已登记")
            self.list.refresh()

        self._context.ask(
            "正在登记办理情况…",
            lambda: desk.programs.services.handle(
                row.id,
                version=row.version,
                handling=values["handling"],
                handled_on=values["handled_on"],
                declined=values["declined"],
            ),
            self,
            done,
            self.handling.refused,
        )

    def _void(self) -> None:
        row = self.list.current()
        if not isinstance(row, ServiceRow):
            return
        desk = self._context.desk

        def done(_nothing: None) -> None:
            self.reason.done()
            self._context.say(f"{row.number} 已作废")
            self.list.refresh()

        def void(reason: str) -> None:
            self._context.ask("正在作废…", lambda: desk.programs.services.void(row.id, reason), self, done)

        self.reason.ask(f"作废 {row.number} 的原因：", void, "作废")
