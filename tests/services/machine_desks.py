"""What the machine changes around the cases: dossiers, people, the date, the office's rules and users, the budget."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from services.case_bench import DATONG, ROLES, XUNWU, CaseBench
from services.machine_money import MoneyRules
from services.machine_office import CLOUD, PEAK
from services.machine_rules import ADMIN, CASEWORK, HEAD, LOGINS, PARTIES, PLACE

from caseworker.services.desk import OfficeForm
from caseworker.services.views import Role
from caseworker.values.money import Money


class OfficeMachine(MoneyRules):
    # ---- dossiers, people, time ------------------------------------------------------------

    @rule(
        party=PARTIES,
        fact=st.sampled_from([("in_scope", False), ("in_scope", True), ("operating_normally", False),
                              ("operating_normally", True), ("seats", 150), ("seats", 260), ("enterprise_seats", 150)]),
        login=st.sampled_from(["clerk", "second", "reviewer"]),
    )  # fmt: skip
    def change_fact(self, party: str, fact: tuple[str, Any], login: str) -> None:
        key, (name, value) = self.office.parties[party], fact
        self.office.act(
            login,
            "dossiers.set-fact",
            lambda desk: desk.dossiers.set_fact(key, name, value, date(2022, 12, 1), "核查表"),
            may=CASEWORK,
        )

    @rule(place=PLACE, login=LOGINS)
    def void_fact(self, place: int, login: str) -> None:
        (fact,) = self.office.pick("party_fact", place)
        self.office.act(login, "dossiers.void-fact", lambda desk: desk.dossiers.void_fact(fact, "录错"), may=CASEWORK)

    @rule(party=PARTIES, login=LOGINS, account=st.integers(0, 3))
    def change_account(self, party: str, login: str, account: int) -> None:
        key = self.office.parties[party]
        held = self.office.desks["admin"].dossiers.get(key)
        form = replace(held.form, account_number=f"62220202{account:08d}")

        def save(desk: Any) -> bool:
            desk.dossiers.update(key, held.version, form)
            return True

        if self.office.act(login, "dossiers.update", save, may=CASEWORK) and form != held.form:
            self.office.must_conflict("second", "stale dossier", save)

    @rule(party=st.sampled_from([CLOUD, PEAK]))
    def next_half_year(self, party: str) -> None:
        """Wages and insurance of the half year up to last month are read in."""
        bench = CaseBench(self.office.desks, self.office.clock, 1000 + 10 * self.files)
        self.files += 1
        last = self.today.year * 12 + self.today.month - 2
        months = [number // 12 * 100 + number % 12 + 1 for number in range(last - 5, last + 1)]
        key = self.office.parties[party]
        if Role.CASEWORKER in self.office.roles("clerk"):
            self.office.act("clerk", "import.take", lambda _: bench.months(key, months), may=CASEWORK)

    @rule(days=st.sampled_from([0, 1, 7, 7, 8, 30, 180]))
    def time_goes_by(self, days: int) -> None:
        self.office.clock.set_day(self.today + timedelta(days=days))

    @rule(days=st.integers(0, 40), work=st.booleans(), login=st.sampled_from(["admin", "admin", "clerk"]))
    def holiday(self, days: int, work: bool, login: str) -> None:
        day = self.today + timedelta(days=days)
        self.office.act(login, "holidays.set", lambda desk: desk.holidays.set_day(day, work, "调休"), may=ADMIN)

    # ---- the office ------------------------------------------------------------------------

    @rule(two=st.booleans(), days=st.sampled_from([None, 0, 7, 10]), login=st.sampled_from(["admin", "admin", "head"]))
    def rule_office(self, two: bool, days: int | None, login: str) -> None:
        view = self.office.desks["admin"].office()
        form = OfficeForm(
            view.name, view.letter_name, view.region, view.address, view.phone, view.contact, view.reconsider_by,
            two, days, view.idle_lock_minutes,
        )  # fmt: skip
        changed = (two, days) != (view.two_person_mode, view.notice_days)
        done = self.office.act(login, "office.two-person", lambda desk: desk.set_office(form, view.version), may=ADMIN)
        if done is not None and changed:
            self.office.must_conflict("admin", "stale office", lambda desk: desk.set_office(form, view.version))

    @rule(
        whom=st.sampled_from(["clerk", "second", "reviewer", "head", "deputy", "admin"]),
        roles=st.sets(st.sampled_from(list(Role)), max_size=3),
        login=st.sampled_from(["admin", "admin", "head"]),
        active=st.sampled_from([None, True, False]),
    )
    def rule_users(self, whom: str, roles: set[Role], login: str, active: bool | None) -> None:
        key = self.office.desks[whom].user.id
        if active is None:
            usual = frozenset(roles or ROLES[whom])
            self.office.act(login, "users.roles", lambda desk: desk.users.set_roles(key, usual), may=ADMIN)
        else:
            self.office.act(
                login, "users.active", lambda desk: desk.users.set_active(key, active, "岗位调整"), may=ADMIN
            )

    @rule(whom=st.sampled_from(sorted(ROLES)), usual=st.sampled_from([True, True, True, False]))
    def sign_in(self, whom: str, usual: bool) -> None:
        """Signs in anew with today's roles; mostly after the administrator has put things right again."""
        if usual and Role.ADMINISTRATOR in self.office.roles("admin"):
            key = self.office.desks[whom].user.id
            self.office.act("admin", "users.active", lambda desk: desk.users.set_active(key, True), may=ADMIN)
            right = frozenset(ROLES[whom])
            self.office.act("admin", "users.roles", lambda desk: desk.users.set_roles(key, right), may=ADMIN)
        self.office.sign_in(whom)

    @rule(
        policy=st.sampled_from([XUNWU, DATONG]), yuan=st.sampled_from([0, 200_000, 1_500_000, 30_000_000]), login=LOGINS
    )
    def budget(self, policy: str, yuan: int, login: str) -> None:
        amount, year = Money.parse(yuan), self.today.year
        self.office.act(
            login,
            "fund.set",
            lambda desk: desk.programs.fund.set_budget(policy, year, amount, "预算调整"),
            may=HEAD,
        )
