"""What the machine does about money: letters, payments, return files, stops, recoveries, and grants of before."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import openpyxl
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from services.case_bench import DATONG, DT, PASSWORD, XUNWU
from services.machine_office import CLOUD, PEAK, STAR
from services.machine_rules import CASEWORK, HEAD, LOGINS, PARTIES, PLACE, STAFF, WORDS, CaseRules

from caseworker.services.oversight_views import ActForm
from caseworker.services.prior_views import PriorGrantForm
from caseworker.services.recoveries import RecoveryForm
from caseworker.services.views import Role
from caseworker.values.money import Money

SUSPENDED = {"ground": "false-papers"}


class MoneyRules(CaseRules):
    # ---- letters and payments --------------------------------------------------------------

    @rule(place=PLACE, login=LOGINS)
    def letter(self, place: int, login: str) -> None:
        case = self.case(place)
        self.office.act(
            login,
            "documents.make",
            lambda desk: desk.documents.make("decision", case_id=case),
            may=(Role.CASEWORKER, Role.HEAD, Role.SEAL_KEEPER),
            entries=(0, 1),
        )

    @precondition(lambda self: self.there("document"))
    @rule(
        place=PLACE,
        login=st.sampled_from(["keeper", "keeper", "head", "clerk"]),
        right=st.sampled_from([True, True, False]),
    )
    def seal(self, place: int, login: str, right: bool) -> None:
        found = self.office.pick("document", place)
        if found is None:
            return
        password = PASSWORD if right else "not-the-password"
        self.office.act(
            login,
            "documents.seal",
            lambda desk: desk.documents.record_wet_seal(found[0], "公章", password),
            may=(Role.SEAL_KEEPER,),
        )
        assert right or self.office.refused, "sealed with a wrong password"

    @precondition(lambda self: self.there("document"))
    @rule(place=PLACE, login=LOGINS, words=WORDS)
    def void_document(self, place: int, login: str, words: str) -> None:
        found = self.office.pick("document", place)
        if found is not None:
            self.office.act(
                login,
                "documents.void",
                lambda desk: desk.documents.void(found[0], words),
                may=(Role.CASEWORKER, Role.HEAD),
            )

    @precondition(lambda self: self.there("instalment"))
    @rule(places=st.lists(PLACE, min_size=1, max_size=3), login=LOGINS)
    def order(self, places: list[int], login: str) -> None:
        found = [self.office.pick("instalment", place, "id, case_id") for place in places]
        keys = [row[0] for row in found if row is not None]
        policy = XUNWU
        if found[0] is not None:
            policy = self.office.laws.one('SELECT policy FROM "case" WHERE id = ?', found[0][1])[0]
        self.office.act(login, "payments.order", lambda desk: desk.payments.order(policy, keys), may=CASEWORK)

    @precondition(lambda self: self.there("payment_batch"))
    @rule(place=PLACE, login=LOGINS, days=st.sampled_from([0, 0, 0, -1, 1]))
    def record_paid(self, place: int, login: str, days: int) -> None:
        found = self.office.pick("payment_batch", place)
        if found is not None:
            day = self.today + timedelta(days=days)
            self.office.act(
                login, "payments.record", lambda desk: desk.payments.record_paid(found[0], day), may=CASEWORK
            )

    @precondition(lambda self: self.there("payment_batch"))
    @rule(place=PLACE)
    def finance_workbook(self, place: int) -> None:
        """The sums of the workbook are those of the instalments."""
        found = self.office.pick("payment_batch", place, "id, total")
        if found is None:
            return
        login = self.office.somebody(Role.CASEWORKER)
        made = self.office.act(
            login,
            "documents.make list",
            lambda desk: desk.documents.make("payment-list", payment_batch_id=found[0]),
            may=CASEWORK,
            entries=(0, 1),
        )
        if made is None:
            return
        sheet = openpyxl.load_workbook(BytesIO(self.office.desks[login].documents.data(made.id)[2])).active
        assert sheet is not None
        row, column = next(
            (cell.row, cell.column) for cells in sheet.iter_rows() for cell in cells if "金额" in str(cell.value)
        )
        amounts = [
            sheet.cell(at, column).value
            for at in range(row + 1, sheet.max_row + 1)
            if str(sheet.cell(at, 1).value).isdigit()
        ]
        lines = self.office.laws.rows(
            "SELECT i.amount FROM payment_line l JOIN instalment i ON i.id = l.instalment_id WHERE l.batch_id = ?",
            found[0],
        )
        assert sum(round(float(amount) * 100) for amount in amounts) == found[1] == sum(line[0] for line in lines)
        assert len(amounts) == len(lines)

    @precondition(lambda self: self.there("payment_batch"))
    @rule(
        place=PLACE,
        words=st.lists(st.sampled_from(["成功", "成功", "退票", "失败"]), min_size=1, max_size=3),
        off=st.sampled_from([0, 0, 0, 1, -100]),
        twice=st.booleans(),
        login=LOGINS,
    )
    def bank_file(self, place: int, words: list[str], off: int, twice: bool, login: str) -> None:
        """A return file on a batch: some paid, some sent back, one of another sum, one named twice."""
        batch = self.office.pick("payment_batch", place)
        if batch is None:
            return
        lines = self.office.laws.rows(
            "SELECT account_name, account_number, amount FROM payment_line WHERE batch_id = ? ORDER BY id", batch[0]
        )
        rows = [(*line, words[at % len(words)]) for at, line in enumerate(lines)]
        rows[0] = (*rows[0][:2], rows[0][2] + off, rows[0][3])
        rows += rows[:1] if twice and place % 2 else []
        self.files += 1
        path = self.office.folder / f"回盘{self.files}.csv"
        text = "户名,账号,金额,处理结果,交易日期\n" + "".join(
            f"{name},{number},{amount / 100:.2f},{result},{self.today}\n" for name, number, amount, result in rows
        )
        path.write_text(text + "," * (self.files % 3) + "\n", encoding="utf-8")
        self.office.act(login, "returns.take", lambda desk: desk.returns.take(batch[0], path), may=CASEWORK)

    @precondition(lambda self: self.there("bank_return_row", "settled_as IS NULL"))
    @rule(place=PLACE, as_=st.sampled_from(["paid", "returned", "ignored"]), login=LOGINS, words=WORDS)
    def settle_row(self, place: int, as_: str, login: str, words: str) -> None:
        found = self.office.pick("bank_return_row", place, where="settled_as IS NULL")
        if found is not None:
            self.office.act(
                login,
                "returns.settle",
                lambda desk: desk.returns.settle(found[0], as_, words, happened_on=self.today),
                may=CASEWORK,
            )

    @precondition(lambda self: self.there("bank_return"))
    @rule(place=PLACE, login=LOGINS, words=WORDS)
    def void_file(self, place: int, login: str, words: str) -> None:
        found = self.office.pick("bank_return", place)
        if found is not None:
            self.office.act(login, "returns.void", lambda desk: desk.returns.void(found[0], words), may=CASEWORK)

    # ---- oversight and recovery ------------------------------------------------------------

    @rule(party=PARTIES, login=LOGINS, place=PLACE)
    def stop_money(self, party: str, login: str, place: int) -> None:
        form = ActForm(
            "suspension", self.today, "线索核查期间暂停", "群众反映人数不实", self.office.parties[party], data=SUSPENDED
        )
        self.office.act(
            login, "oversight.suspend", lambda desk: desk.oversight.suspend(form), may=(Role.REVIEWER, Role.HEAD)
        )
        owed = self.office.laws.rows(
            'SELECT i.id, c.policy FROM instalment i JOIN "case" c ON c.id = i.case_id '
            "WHERE c.party_id = ? AND i.state IN ('due', 'returned')",
            self.office.parties[party],
        )
        for key, policy in owed:
            self.office.act(
                "",
                "payments.order",
                lambda desk, key=key, policy=policy: desk.payments.order(policy, [key]),
                may=CASEWORK,
            )
        if place % 2:
            self.free_money(-1, "", "情况已查清", False)

    @precondition(lambda self: self.there("oversight_act"))
    @rule(place=PLACE, login=st.sampled_from(["head", "deputy", "reviewer"]), words=WORDS, void=st.booleans())
    def free_money(self, place: int, login: str, words: str, void: bool) -> None:
        found = self.office.pick("oversight_act", place)
        if found is not None and void:
            self.office.act(login, "oversight.void", lambda desk: desk.oversight.void(found[0], words), may=STAFF)
        elif found is not None:
            self.office.act(login, "oversight.lift", lambda desk: desk.oversight.lift(found[0], words), may=HEAD)

    @precondition(lambda self: self.there("instalment", "state = 'paid'"))
    @rule(place=PLACE, share=st.sampled_from([1, 2, 2, 3, 4]), login=st.sampled_from(["head", "deputy", "clerk"]))
    def take_money_back(self, place: int, share: int, login: str) -> None:
        """The whole, a half, more than all: of people, from each alike."""
        paid = self.office.pick("instalment", place, "id, amount, decision_id", "state = 'paid'")
        if paid is None:
            return
        awards = self.office.laws.rows("SELECT person_id, amount FROM person_award WHERE decision_id = ?", paid[2])
        parts = {person: Money(amount * share // 2) for person, amount in awards}
        amount = sum(parts.values(), Money.zero()) if parts else Money(paid[1] * share // 2)
        form = RecoveryForm(paid[0], amount, "人数不实", self.today + timedelta(days=15), parts)
        done = self.office.act(login, "recovery.order", lambda desk: desk.recoveries.order(form), may=HEAD)
        if done is not None and place % 3:
            self.settle_recovery(-1, "receive", "")

    @precondition(lambda self: self.there("recovery"))
    @rule(
        place=PLACE,
        act=st.sampled_from(["receive", "receive", "part", "undo", "void"]),
        login=st.sampled_from(["", "clerk", "head", "reviewer"]),
    )
    def settle_recovery(self, place: int, act: str, login: str) -> None:
        found = self.office.pick("recovery", place, "id, amount, received")
        if found is None:
            return
        key, left = found[0], Money(found[1] - found[2])
        if act in ("receive", "part"):
            amount = left if act == "receive" else Money(left.fen // 2)
            self.office.act(
                login,
                "recovery.receive",
                lambda desk: desk.recoveries.receive(key, amount, self.today),
                may=(Role.CASEWORKER, Role.HEAD),
            )
        elif act == "undo":
            self.office.act(
                login, "recovery.undo", lambda desk: desk.recoveries.undo_receipt(key, "款项误记"), may=HEAD
            )
        else:
            self.office.act(login, "recovery.void", lambda desk: desk.recoveries.void(key, "下达有误"), may=HEAD)

    # ---- what was before -------------------------------------------------------------------

    @rule(
        party=st.sampled_from([CLOUD, PEAK]), person=PLACE, yuan=st.sampled_from([2500, 5000, 7500, 9000]), login=LOGINS
    )
    def enter_before(self, party: str, person: int, yuan: int, login: str) -> None:
        _, name, number = self.office.pick("person", person, "id, name, id_number")
        facts = {"instalment": str(yuan // 2500), "claimed_through": "2022-11"}
        key = self.office.parties[party]
        form = PriorGrantForm(key, DATONG, DT, date(2023, 1, 10), str(yuan), facts, name, number)
        done = self.office.act(
            login, "prior.enter", lambda desk: desk.prior.enter_grant(form, "凭证 7 号"), may=CASEWORK
        )
        if done is not None and person % 2:
            self.settle_before(-1, "reviewer", False, False)

    @rule(yuan=st.sampled_from([100000, 780000]), login=LOGINS)
    def enter_company_before(self, yuan: int, login: str) -> None:
        form = PriorGrantForm(self.office.parties[STAR], XUNWU, "xw-1-new", date(2023, 2, 10), str(yuan))
        self.office.act(login, "prior.enter", lambda desk: desk.prior.enter_grant(form, "凭证 8 号"), may=CASEWORK)

    @precondition(lambda self: self.there("prior_batch"))
    @rule(place=PLACE, login=LOGINS, void=st.sampled_from([False, False, True]), despite=st.booleans())
    def settle_before(self, place: int, login: str, void: bool, despite: bool) -> None:
        found = self.office.pick("prior_batch", place, "id, entered_by")
        if found is None:
            return
        if void:
            self.office.act(
                login,
                "prior.void",
                lambda desk: desk.prior.void(found[0], "重复录入", despite=despite),
                may=(Role.CASEWORKER, Role.HEAD),
            )
            return
        done = self.office.act(
            login, "prior.confirm", lambda desk: desk.prior.confirm(found[0]), may=(Role.REVIEWER, Role.HEAD)
        )
        by = self.office.laws.one("SELECT entered_by, confirmed_by FROM prior_batch WHERE id = ?", found[0])
        assert done is None or by[0] != by[1], "entered and confirmed by one"
