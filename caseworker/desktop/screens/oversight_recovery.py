"""追回: ordering money back of a paid instalment, and one recovery with its coming in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.document_row import DocumentOffers
from caseworker.desktop.fields import ChoiceEdit, Field, LineEdit
from caseworker.desktop.forms import Form
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Chip, Message, ReasonStrip, button, card, clear, label, scrolled
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.oversight_parts import Said, facts_grid, recovery_state, recovery_tone
from caseworker.desktop.screens.programs_parts import FormCard, Picker, amount_of, parties
from caseworker.desktop.words import plain_number
from caseworker.errors import Problem, Refusal
from caseworker.services.oversight_views import PaidInstalment, RecoveryRow
from caseworker.services.recoveries import RecoveryForm
from caseworker.services.room_used import RESTS
from caseworker.services.views import PartyDetail, Role
from caseworker.values.money import Money

_ABOUT = (
    "由负责人下达，可以追回一期的全部或一部分，累计不超过实际拨付的金额。款项收到后，限额和专项资金才恢复相应额度。"
)
_MOST_SHOWN = 40
_MOST_NAMED = 20
FIELDS = (
    Field("amount", "追回金额", "number", "元", required=True, width=14),
    Field("due_on", "缴回期限", "date", required=True, width=12),
    Field("reason", "事实和理由", "long", required=True, wide=True),
)


class RecoveryEntryScreen(Screen):
    """`key`: the party, 0 where it is still to be chosen."""

    title = "下达追回"
    manual = "oversight"

    def __init__(self, context: Context, key: int | str = 0) -> None:
        super().__init__(context)
        self._preset = int(key or 0)
        self._paid: tuple[PaidInstalment, ...] = ()
        self._saving = False
        self.people: dict[int, LineEdit] = {}  # those that are shown
        self._amounts: dict[int, str] = {}  # as typed, of everybody
        self.save_button = button("下达  Ctrl+Enter", self.main_act, role="primary", picture="save")
        self.heading(self.title, self.save_button)
        self.message = Message()
        self.body.addWidget(self.message)
        self.body.addWidget(label(_ABOUT, "quiet", wrap=True))
        frame = QFrame()
        frame.setProperty("role", "card")
        column = QVBoxLayout(frame)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        self.party = Picker(context, "单位", "输入名称或拼音首字母", parties(context))
        self.party.picked.connect(self._read)
        column.addWidget(self.party)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.instalment = ChoiceEdit(((None, "（先选择单位）"),))
        self.instalment.setAccessibleName("已拨付的款项")
        self.instalment.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToContents)
        name = label("已拨付的款项 *")
        name.setBuddy(self.instalment)
        row.addWidget(name)
        row.addWidget(self.instalment)
        row.addStretch(1)
        column.addLayout(row)
        self.form = Form(FIELDS, columns=2)
        self.form.submitted.connect(self.main_act)
        column.addWidget(self.form)
        self.people_head = QWidget()
        head = QHBoxLayout(self.people_head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(8)
        head.addWidget(label("涉及人员（元）", "section"))
        self.filter = LineEdit()
        self.filter.setPlaceholderText("按姓名找人…")
        self.filter.setAccessibleName("按姓名找人")
        self.filter.setMaximumWidth(self.fontMetrics().horizontalAdvance("汉") * 14)
        self.filter.textChanged.connect(lambda _t: self._list_people())
        self.whole_button = button("全部追回", self._whole)
        self.named = label("", "quiet")
        for widget in (self.filter, self.whole_button, self.named):
            head.addWidget(widget)
        head.addStretch(1)
        column.addWidget(self.people_head)
        self.people_error = label("", "error", wrap=True)
        self.people_error.hide()
        column.addWidget(self.people_error)
        self._people = QGridLayout()
        self._people.setHorizontalSpacing(12)
        column.addLayout(self._people)
        column.addStretch(1)
        self.body.addWidget(scrolled(frame), 1)
        self.instalment.currentIndexChanged.connect(lambda _i: self._chosen())
        draft = context.draft(self._draft_key)
        if draft is not None:
            self.form.restore(draft)
        self.setFocusProxy(self.form.fields["amount"].editor if self._preset else self.party.line)
        self._chosen()

    def refresh(self) -> None:
        if self._preset and self.party.key is None:
            desk, party = self.context.desk, self._preset
            self.context.ask("正在读取…", lambda: desk.dossiers.get(party), self, self._show_party)

    def keep(self) -> None:
        """The amount and the reason; whose money it is, is chosen again."""
        self.form.settle()
        self.context.keep_draft(self._draft_key, self.form.typed() if self.form.dirty else None)

    @property
    def _draft_key(self) -> str:
        return f"recovery-entry/{self._preset}"

    def _show_party(self, detail: PartyDetail) -> None:
        self.party.set((detail.id, detail.form.name))
        self._read()

    def _read(self) -> None:
        desk, party = self.context.desk, self.party.key
        if party is not None:
            self.context.ask("正在读取款项…", lambda: desk.recoveries.payable(party), self, self._show_paid)

    def _show_paid(self, paid: tuple[PaidInstalment, ...]) -> None:
        self._paid = paid
        self.instalment.clear()
        for place, one in enumerate(paid):
            words = f"{one.title}　{one.clause_title}　可追回 {one.left.shown()} 元"
            self.instalment.addItem(words, place)
        if not paid:
            self.instalment.addItem("（没有可以追回的款项）", None)

    @property
    def chosen(self) -> PaidInstalment | None:
        place = self.instalment.currentData()
        return None if place is None or place >= len(self._paid) else self._paid[place]

    def _chosen(self) -> None:
        paid = self.chosen
        self._amounts = {}
        self.people_error.hide()
        self.people_head.setVisible(paid is not None and bool(paid.people))
        self.filter.clear()
        self._list_people()

    def _list_people(self) -> None:
        """Those whose name fits, and of the others whoever has an amount; a company may have thousands."""
        paid = self.chosen
        clear(self._people)
        self.people = {}
        wanted = self.filter.text().strip()
        every = () if paid is None else paid.people
        found = [one for one in every if (wanted in one.name if wanted else True) or one.person_id in self._amounts]
        for place, share in enumerate(found[:_MOST_SHOWN]):
            edit = LineEdit(self._amounts.get(share.person_id, ""))
            edit.setAlignment(Qt.AlignmentFlag.AlignRight)
            edit.setPlaceholderText("不追回")
            edit.setAccessibleName(f"{share.name}追回金额")
            edit.setMaximumWidth(self.fontMetrics().horizontalAdvance("汉") * 10)
            edit.textChanged.connect(partial(self._typed, share.person_id))
            self.people[share.person_id] = edit
            self._people.addWidget(label(share.name), place, 0)
            self._people.addWidget(edit, place, 1)
            self._people.addWidget(label(f"最多 {share.amount.shown()} 元", "quiet"), place, 2)
        self._people.setColumnStretch(3, 1)
        if len(found) > _MOST_SHOWN:
            words = f"还有 {len(found) - _MOST_SHOWN:,} 人，请按姓名查找。"
            self._people.addWidget(label(words, "quiet"), _MOST_SHOWN, 0, 1, 4)
        self._count_named()

    def _typed(self, person: int, text: str) -> None:
        if plain_number(text):
            self._amounts[person] = text
        else:
            self._amounts.pop(person, None)
        self.people_error.hide()
        self._count_named()

    def _count_named(self) -> None:
        total, wrong = Money.zero(), False
        for text in self._amounts.values():
            try:
                total += Money.parse(plain_number(text))
            except ValueError:
                wrong = True
        words = f"已填 {len(self._amounts):,} 人，合计 {total.shown()} 元" if self._amounts else ""
        self.named.setText("有金额写得不对" if wrong else words)

    def _whole(self) -> None:
        """Everything that is left of the instalment, from everybody."""
        paid = self.chosen
        if paid is not None:
            self._amounts = {one.person_id: str(one.amount) for one in paid.people}
            self.form.restore({"amount": str(paid.left)})
            self._list_people()

    def main_act(self) -> None:
        paid = self.chosen
        if self._saving:
            return
        if paid is None:
            self.party.complain("请选择单位和已拨付的款项")
            self.party.line.setFocus()
            return
        self.form.settle()
        values = self.form.values()
        try:
            amount = Money.parse(values["amount"] or "")
        except ValueError:
            self.form.show_problems((Problem("amount", "请填写金额，如 120000 或 120000.50"),))
            return
        people: dict[int, Money] = {}
        for person, text in self._amounts.items():
            try:
                people[person] = Money.parse(plain_number(text))
            except ValueError:
                self._complain(f"“{text}”不是金额。")
                return
        form = RecoveryForm(
            paid.instalment_id, amount, values["reason"] or "", values["due_on"], people, paid.prior_grant_id
        )
        desk = self.context.desk
        self._saving = True

        def ordered(row: RecoveryRow) -> None:
            self.message.dismiss()
            self.form.set_values(dict.fromkeys(self.form.fields))
            self.context.keep_draft(self._draft_key, None)
            self.party.set(None)
            self._show_paid(())
            self.context.say(f"已下达追回 {row.amount.shown()} 元")
            self.context.go("recovery", row.id)

        def ended() -> None:
            self._saving = False

        self.context.ask("正在下达…", lambda: desk.recoveries.order(form), self, ordered, self._refused, ended)

    def _complain(self, words: str) -> None:
        self.people_error.setText(words)
        self.people_error.show()

    def _refused(self, trouble: Trouble) -> bool:
        if trouble.kind == "input":
            self.form.show_problems(tuple(one for one in trouble.problems if one.path in self.form.fields))
            words = [one.message for one in trouble.problems if one.path.startswith("people")]
            if words:
                self._complain("\n".join(words))
                first = next((one.path for one in trouble.problems if one.path.startswith("people.")), "")
                edit = self.people.get(int(first.removeprefix("people.") or 0)) or next(
                    iter(self.people.values()), None
                )
                if edit is not None:
                    edit.setFocus()
            return True
        if trouble.kind == "refusal":
            self.message.tell(trouble.message, "amber")
            return True
        return False


class RecoveryScreen(Screen):
    title = "追回"
    manual = "oversight"

    def __init__(self, context: Context, recovery_id: int) -> None:
        super().__init__(context)
        self.recovery_id = recovery_id
        self.row: RecoveryRow | None = None
        self.state = Chip()
        self.void_button = button("作废…", self._ask_void)
        self.undo_button = button("撤销收款登记…", self._ask_undo)
        self.receive_button = button("登记收款  Ctrl+Enter", self.main_act, role="primary")
        self._head = self.heading(self.title, self.state, self.void_button, self.undo_button, self.receive_button)
        self.message = Message()
        self.reason = ReasonStrip()
        fields = (
            Field("amount", "本次收到", "number", "元", required=True, width=14),
            Field("received_on", "收到日期", "date", required=True, width=12),
        )
        self.card = FormCard(context, f"recovery/{recovery_id}", "登记收款", fields, self._receive)
        self.letters = DocumentOffers(context, "recovery")
        for widget in (self.letters, self.message, self.reason, self.card):
            self.body.addWidget(widget)
        frame, self._inner = card()
        self.body.addWidget(frame)
        self.body.addStretch(1)
        for one in (self.void_button, self.undo_button, self.receive_button):
            one.hide()
        self.setFocusProxy(self.receive_button)

    def refresh(self) -> None:
        desk, key = self.context.desk, self.recovery_id
        self.context.ask("正在读取…", lambda: desk.recoveries.get(key), self, self._show)

    def _show(self, row: RecoveryRow) -> None:
        self.row = row
        self._head.setText(f"追回　{row.party}")
        self.state.set(recovery_state(row), recovery_tone(row))
        self.letters.ask(row.id)
        head = self.context.may(Role.HEAD)
        standing = row.state == "ordered"
        self.receive_button.setVisible(standing and self.context.may(Role.CASEWORKER, Role.HEAD))
        self.void_button.setVisible(standing and head and not row.received)
        self.undo_button.setVisible(head and bool(row.received))
        clear(self._inner)
        people = "、".join(f"{share.name} {share.amount.shown()} 元" for share in row.people[:_MOST_NAMED])
        if len(row.people) > _MOST_NAMED:
            people += f" 等 {len(row.people):,} 人"
        received = f"{row.received.shown()} 元" + (f"（最近 {row.received_on}）" if row.received_on else "")
        pairs: list[Said] = [
            ("单位", row.party, ("party", row.party_id)),
            (
                "办件" if row.case_id else "款项",
                row.case_number + (f"　第 {row.instalment} 期" if row.instalment else ""),
                ("case", row.case_id) if row.case_id else None,
            ),
            ("条款", row.clause_title, None),
            ("实际拨付", f"{row.paid.shown()} 元", None),
            ("追回金额", f"{row.amount.shown()} 元", None),
            ("涉及人员", people or "（不按人核定）", None),
            ("事实和理由", row.reason, None),
            ("下达", f"{row.ordered_on}　{row.ordered_by}", None),
            ("缴回期限", "" if row.due_on is None else row.due_on.isoformat(), None),
            ("已收回", received, None),
            ("未收回", f"{row.left.shown()} 元", None),
        ]
        if row.voided_reason:
            pairs.append(("作废原因", row.voided_reason, None))
        self._inner.addLayout(facts_grid(pairs, self.context.go))

    def main_act(self) -> None:
        row = self.row
        if self.card.isVisible():
            self.card.form.submit()
        elif row is not None and not self.receive_button.isHidden():
            self.card.open_form({"amount": str(row.left), "received_on": self.context.office.today})

    def _receive(self, values: dict[str, Any]) -> None:
        amount = amount_of(self.card, "amount", values["amount"] or "")
        if amount is None:
            return
        desk, key = self.context.desk, self.recovery_id
        self._act(
            "正在登记…", lambda: desk.recoveries.receive(key, amount, values["received_on"]), "收款已登记", self.card
        )

    def _ask_void(self) -> None:
        desk, key = self.context.desk, self.recovery_id

        def void(reason: str) -> None:
            self._act("正在作废…", lambda: desk.recoveries.void(key, reason), "追回已作废")

        self.reason.ask("作废这笔追回的原因：", void, "作废")

    def _ask_undo(self) -> None:
        desk, key = self.context.desk, self.recovery_id

        def undo(reason: str) -> None:
            self._act("正在撤销…", lambda: desk.recoveries.undo_receipt(key, reason), "收款登记已撤销", on_code=rests)

        def despite(reason: str) -> None:
            self._act("正在撤销…", lambda: desk.recoveries.undo_receipt(key, reason, despite=True), "收款登记已撤销")

        def rests() -> None:
            self.reason.ask("已逐件核对、仍要撤销的原因：", despite, "仍要撤销")

        self.reason.ask("撤销收款登记的原因：", undo, "撤销")

    def _act(
        self,
        doing: str,
        call: Any,
        said: str,
        form: FormCard | None = None,
        on_code: Callable[[], None] | None = None,
    ) -> None:
        """`on_code`: what follows where decisions rest on what is undone: the words above say which."""

        def done(row: RecoveryRow) -> None:
            if form is not None:
                form.close_form()
            self.reason.done()
            self.message.dismiss()
            self.context.say(said)
            self._show(row)

        def refused(trouble: Trouble) -> bool:
            if form is not None and form.refused(trouble):
                return True
            if trouble.kind not in ("refusal", "input"):
                return False
            self.message.tell(trouble.message, "amber")
            if on_code is not None and isinstance(trouble.error, Refusal) and trouble.error.code == RESTS:
                on_code()
            return True

        self.context.ask(doing, call, self, done, refused)

    def keep(self) -> None:
        self.card.keep()
