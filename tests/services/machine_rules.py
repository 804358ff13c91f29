"""What the machine does with cases and notices, legal and illegal, by anybody, at any time; and that looking works."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from services.case_bench import DATONG, ROLES, XUNWU
from services.machine_diligent import diligent, tempt
from services.machine_office import CLAUSES, Office, Template

from caseworker.services.desk import Desk
from caseworker.services.views import Role
from caseworker.values.money import Money

CASEWORK, REVIEW, HEAD, ADMIN = (Role.CASEWORKER,), (Role.REVIEWER,), (Role.HEAD,), (Role.ADMINISTRATOR,)
STAFF = (Role.CASEWORKER, Role.REVIEWER, Role.HEAD)
LOGINS = st.sampled_from(["", "", "", *sorted(ROLES)])  # empty: somebody who may
PLACE = st.integers(0, 11)
WORDS = st.sampled_from(["情况有变，按规定办理", "情况有变，按规定办理", ""])
MOVES = {
    "verify": CASEWORK, "papers-complete": CASEWORK, "calculated": CASEWORK, "propose": CASEWORK,
    "propose-refusal": CASEWORK, "review-pass": (Role.REVIEWER, Role.HEAD), "review-return": REVIEW,
    "propose-not-accept": CASEWORK, "decide-not-accept": HEAD,
    "notice-done": STAFF, "decide-grant": HEAD, "decide-refuse": HEAD,
    "return": STAFF, "suspend": (Role.REVIEWER, Role.HEAD), "resume": HEAD,
    "withdraw": CASEWORK, "terminate": HEAD, "archive": CASEWORK,
}  # fmt: skip
PARTIES = st.sampled_from(list(CLAUSES))


class CaseRules(RuleBasedStateMachine):
    """Cases, their notices, and looking."""

    def __init__(self, template: Template, folder: Path, told: Counter[str]) -> None:
        super().__init__()
        self.office = Office(template, folder)
        self.all_told = told
        self.files = 0

    def teardown(self) -> None:
        office = self.office
        try:
            ok, words = office.desks["admin"].audit.verify()
            assert ok, words
            self.fund_agrees()
        finally:
            self.all_told.update(office.told)
            office.close()

    # ---- cases -----------------------------------------------------------------------------

    @rule(party=PARTIES, clause=st.integers(0, 2), login=LOGINS)
    def accept(self, party: str, clause: int, login: str) -> None:
        policy, chosen = CLAUSES[party][clause]
        key = self.office.parties[party]
        self.office.act(login, "cases.accept", lambda desk: desk.cases.accept(key, policy, chosen), may=CASEWORK)

    @rule(place=PLACE, strides=st.integers(1, 4))
    def go_on(self, place: int, strides: int) -> None:
        """What a good office does next with a case: most of the way to a payment is made so."""
        case = self.case(place)
        for _ in range(strides):
            if not diligent(self.office, case):
                break

    @rule(place=PLACE, other=PLACE)
    def go_on_with_two(self, place: int, other: int) -> None:
        self.go_on(place, 2)
        self.go_on(other, 2)

    @rule(place=PLACE, tempted=st.sampled_from(["deputy", "deputy", "second", "head", ""]))
    def go_all_the_way(self, place: int, tempted: str) -> None:
        """Before every step one person tries what is not yet, or not for them, to be done."""
        case = self.case(place)
        for _ in range(12):
            if tempted:
                tempt(self.office, case, tempted)
            if not diligent(self.office, case):
                break

    @rule(place=PLACE, move=st.sampled_from(sorted(MOVES)), login=LOGINS, words=WORDS)
    def move(self, place: int, move: str, login: str, words: str) -> None:
        case = self.case(place)
        version = self.version("case", case)
        self.office.act(
            login,
            f"move {move}",
            lambda desk: desk.cases.move(case, move, version=version, reason=words),
            may=MOVES[move],
            reason=words,
        )

    @rule(
        place=PLACE, move=st.sampled_from(["review-pass", "decide-grant", "return", "suspend", "resume", "terminate"])
    )
    def move_by_right(self, place: int, move: str) -> None:
        """By somebody who has the role, with a reason: the guards alone stand against it."""
        login = self.office.somebody(MOVES[move][place % len(MOVES[move])])
        self.move(place, move, login, "按规定办理")
        if move == "suspend" and not self.office.refused and place % 3:
            tempt(self.office, self.case(place), self.office.somebody(Role.CASEWORKER))
            self.move(place, "resume", "", "情况已查清")

    @rule(place=PLACE, move=st.sampled_from(sorted(MOVES)), login=LOGINS)
    def two_desks_at_one_case(self, place: int, move: str, login: str) -> None:
        case = self.case(place)
        version = self.version("case", case)
        diligent(self.office, case)
        if self.version("case", case) != version:
            self.office.must_conflict(
                login,
                f"stale {move}",
                lambda desk: desk.cases.move(case, move, version=version, reason="按规定办理"),
            )

    @rule(place=PLACE, paper=PLACE, marks=st.tuples(st.booleans(), st.booleans(), st.booleans()), login=LOGINS)
    def tick(self, place: int, paper: int, marks: tuple[bool, bool, bool], login: str) -> None:
        case = self.case(place)
        rows = self.office.laws.rows("SELECT paper, version FROM case_paper WHERE case_id = ? ORDER BY id", case)
        name, version = rows[paper % len(rows)]

        def mark(desk: Any) -> Any:
            original, copy, seal = marks
            return desk.cases.tick(case, name, version=version, original=original, copy=copy, seal=seal)

        done = self.office.act(login, "cases.tick", mark, may=CASEWORK)
        if done is not None and done.version != version:
            self.office.must_conflict(login, "stale tick", mark)

    @rule(
        place=PLACE,
        fact=st.sampled_from(
            [("seats", "90"), ("seats", "400"), ("in_scope", False), ("operating_normally", False), ("area_m2", "10"),
             ("enterprise_seats", "199"), ("already_granted", "0"), ("paid_total", "0"), ("first_application", True),
             ("approved_rate", "5000"), ("recognized_usd", "1000000"), ("seats_added", "1")]
        ),
        login=st.sampled_from(["clerk", "second", "deputy", "head"]),
        words=WORDS,
    )  # fmt: skip
    def override(self, place: int, fact: tuple[str, Any], login: str, words: str) -> None:
        case, (name, value) = self.case(place), fact

        def give(desk: Desk) -> bool:
            desk.cases.set_fact(case, name, value, words)
            return True

        done = self.office.act(login, "cases.set-fact", give, may=CASEWORK)
        assert done is None or name not in ("already_granted", "paid_total", "first_application"), "an award was typed"

    @rule(place=PLACE, name=st.sampled_from(["seats", "in_scope", "enterprise_seats", "seats_added"]), login=LOGINS)
    def withdraw_fact(self, place: int, name: str, login: str) -> None:
        case = self.case(place)
        self.office.act(login, "cases.withdraw-fact", lambda desk: desk.cases.withdraw_fact(case, name), may=CASEWORK)

    @rule(place=PLACE, login=LOGINS, words=WORDS)
    def settle_findings(self, place: int, login: str, words: str) -> None:
        case = self.case(place)
        found = [row.digest for row in self.office.desks["clerk"].findings.of_case(case).rows if row.state == "open"]
        self.office.act(
            login,
            "findings.settle",
            lambda desk: desk.findings.settle(case, found, "no-effect", words),
            may=CASEWORK,
        )

    # ---- notices ---------------------------------------------------------------------------

    @rule(places=st.lists(PLACE, min_size=1, max_size=3), login=LOGINS, ahead=st.sampled_from([0, 0, 0, -1, 2]))
    def publish(self, places: list[int], login: str, ahead: int) -> None:
        cases = [self.case(place) for place in places]
        first = self.today + timedelta(days=ahead)
        self.office.act(login, "notices.publish", lambda desk: desk.notices.publish(cases, first), may=CASEWORK)

    @rule(place=PLACE, login=LOGINS)
    def close_notice(self, place: int, login: str) -> None:
        (notice,) = self.office.pick("notice", place)
        may = (Role.CASEWORKER, Role.HEAD)
        self.office.act(login, "notices.close", lambda desk: desk.notices.close(notice), may=may)

    @rule(place=PLACE, login=LOGINS)
    def raise_objection(self, place: int, login: str) -> None:
        notice, case = self.office.pick("notice_case", place, "notice_id, case_id")
        self.office.act(
            login, "notices.object", lambda desk: desk.notices.object(notice, case, "群众甲", "人数不实"), may=STAFF
        )

    @precondition(lambda self: self.there("objection"))
    @rule(place=PLACE, login=LOGINS, outcome=st.sampled_from(["dismissed", "upheld"]))
    def settle_objection(self, place: int, login: str, outcome: str) -> None:
        found = self.office.pick("objection", place)
        if found is None:
            return
        self.office.act(
            login,
            "notices.settle",
            lambda desk: desk.notices.settle_objection(found[0], "已实地核查", outcome),
            may=(Role.REVIEWER, Role.HEAD),
        )

    # ---- looking ---------------------------------------------------------------------------

    @rule(place=PLACE, login=st.sampled_from(sorted(ROLES)))
    def look(self, place: int, login: str) -> None:
        """Every screen's reading works for everybody, whatever has come about, and writes nothing."""
        case = self.case(place)
        self.office.looked(login, "cases.get", lambda desk: desk.cases.get(case))
        self.office.looked(login, "cases.calculation", lambda desk: desk.cases.calculation(case))
        self.office.looked(login, "payments.due", lambda desk: (desk.payments.due(), desk.payments.calendar()))
        self.office.looked(login, "home.overview", lambda desk: desk.home.overview())
        found = self.office.looked(login, "verify-proposal", lambda desk: desk.cases.verify_proposal(case))
        assert found is None or found[0], found

    @precondition(lambda self: self.office.told["recovery.receive"] or self.office.told["returns.take"])
    @rule()
    def fund_agrees(self) -> None:
        """The fund's own sums are those of the tables: what came back or was sent back gives room exactly."""
        used = self.office.laws.fund_used()
        for policy in (XUNWU, DATONG):
            view = self.office.desks["admin"].programs.fund.year(policy, 2023)
            assert view is not None
            assert (view.committed + view.paid).fen == used[policy, 2023]
            months = self.office.desks["admin"].programs.fund.months(policy, 2023)
            assert sum((month.paid for month in months), Money.zero()) == view.paid

    # ---- inside ----------------------------------------------------------------------------

    @property
    def today(self) -> date:
        return self.office.clock.today()

    def there(self, table: str, where: str = "1") -> bool:
        return bool(self.office.laws.one(f'SELECT 1 FROM "{table}" WHERE {where} LIMIT 1'))

    def case(self, place: int) -> int:
        key: int = self.office.pick("case", place)[0]
        return key

    def version(self, table: str, key: int) -> int:
        version: int = self.office.laws.one(f'SELECT version FROM "{table}" WHERE id = ?', key)[0]
        return version
