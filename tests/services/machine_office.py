"""An office for the machine of random acts: made once with cases at every stage, copied for every example.

`Machine.act` is the only way an act reaches a service. It holds what is true of every act: whoever succeeds had the
role, one entry in the log, and a refusal is a sentence in Chinese that leaves the file as it was.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from services.case_bench import DATONG, PASSWORD, ROLES, XUNWU, CaseBench, make_bench
from services.machine_laws import Laws

from caseworker.errors import CaseworkerError, EditConflict, EnvironmentFault, FaultKind, InvalidInput
from caseworker.services.desk import Desk, open_desk
from caseworker.services.prior_views import PriorGrantForm
from caseworker.services.views import Role
from caseworker.store.models import Person
from caseworker.store.paths import default_marks, mark_of
from caseworker.values.clock import SetClock
from caseworker.values.money import Money

T = TypeVar("T")
FIRST_DAY = date(2023, 6, 1)
WINTER, SPRING = (202212, 202301, 202302), (202303, 202304, 202305)
STAR, MOON, CLOUD, PEAK = (
    "寻乌县星河客服有限公司",
    "寻乌县明月客服有限公司",
    "大同市云州标注有限公司",
    "大同市高峰标注有限公司",
)
CLAUSES = {
    STAR: ((XUNWU, "xw-1-new"), (XUNWU, "xw-14-service-trade"), (XUNWU, "xw-2-purchase")),
    MOON: ((XUNWU, "xw-1-expansion"), (XUNWU, "xw-14-service-trade"), (XUNWU, "xw-4-revenue")),
    CLOUD: ((DATONG, "dt-3-seat"), (DATONG, "dt-4-purchase"), (XUNWU, "xw-1-new")),
    PEAK: ((DATONG, "dt-3-seat"), (DATONG, "dt-4-purchase"), (DATONG, "dt-4-lease")),
}
SURE = (Role.CASEWORKER, Role.REVIEWER, Role.HEAD, Role.SEAL_KEEPER, Role.ADMINISTRATOR)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_MACHINE_WORDS = re.compile(r"Traceback|Error\b|\bNone\b|<[a-z_.]+ object|sqlite|SELECT|UNIQUE")


@dataclass(frozen=True)
class Template:
    """A closed office's folder, and the keys of its parties in the order of CLAUSES."""

    folder: Path
    parties: tuple[int, ...]
    day: date


def make_template(folder: Path) -> Template:
    """Two parties of each policy; one claim is paid, one ordered. The two of 大同 share people, one after the other,
    and one of those is 2,500 yuan below the cap.

    大同's two seat claims and 寻乌's first stand before the decision, their notice closed, so that what one of them is
    granted takes the room of the next; an expansion is under review, a purchase at its papers.
    Neither fund has room for all of them.
    """
    bench = make_bench(folder, FIRST_DAY)
    star = bench.xw_company(260, STAR)
    moon = bench.company(MOON)
    clerk = bench.clerk
    for name in ("in_scope", "established_before", "formerly_self_invested", "self_invested"):
        clerk.dossiers.set_fact(moon, name, True, date(2022, 5, 20), "验资报告")
    clerk.records.add(moon, "seats", {"total": 2000, "self_invested": 1200, "added": 1200}, date(2022, 6, 1), "核查表")
    for party in (star, moon):
        clerk.dossiers.set_fact(party, "recognized_usd", "39000000", FIRST_DAY, "外汇局认可书", year=2023)
    clerk.dossiers.set_fact(moon, "first_year_revenue", "10000000", FIRST_DAY, "审计报告", year=2022)
    clerk.records.add(
        star, "premises-purchase", {"address": "产业园", "area_m2": "1200.5", "own_use": True}, FIRST_DAY, "核查表"
    )
    cloud = bench.dt_company(3, WINTER, CLOUD)
    people = [row.id for row in clerk.dossiers.people(cloud).rows]
    peak = bench.dt_company(0, (), PEAK)
    bench.roster(peak, 1, existing=people[1:])
    bench.months(peak, SPRING)
    for party in (cloud, peak):
        _premises(bench, party)
    _budget(bench, XUNWU, 1_000_000)
    _budget(bench, DATONG, 155_000)
    bench.settings(notice_days=0)  # 寻乌's text orders no notice: two quick ones, the first paid, the second ordered
    for number, (party, clause) in enumerate(((moon, "xw-4-revenue"), (star, "xw-14-service-trade"))):
        case = bench.to_proposal(party, XUNWU, clause)
        bench.go(case, ("clerk", "propose"), ("reviewer", "review-pass"), ("head", "decide-grant"))
        bench.seal_letter(case)
        due = [one.id for one in clerk.cases.get(case).instalments]
        batch = clerk.payments.order(XUNWU, due)
        if number == 0:
            clerk.payments.record_paid(batch.id, bench.clock.today())
    bench.settings(notice_days=None)
    shared = clerk.dossiers.people(peak).rows[0].id
    with clerk.file.read() as session:
        person = session.get_one(Person, shared)
    facts = {"instalment": "3", "claimed_through": "2022-01"}
    before = PriorGrantForm(star, DATONG, "dt-3-seat", date(2023, 1, 10), "7500", facts, person.name, person.id_number)
    bench["reviewer"].prior.confirm(clerk.prior.enter_grant(before, "凭证 7 号").id)
    cases = [bench.to_notice(party, DATONG, "dt-3-seat") for party in (cloud, peak)]
    first = bench.to_notice(star, XUNWU, "xw-1-new")
    notices = [clerk.notices.publish(cases), clerk.notices.publish([first])]
    bench.clock.set_day(FIRST_DAY + timedelta(days=7))
    for notice in notices:
        clerk.notices.close(notice.id)
    for case in (*cases, first):
        bench.go(case, ("clerk", "notice-done"))
    bench.go(bench.to_proposal(moon, XUNWU, "xw-1-expansion"), ("clerk", "propose"))
    bench.go(clerk.cases.accept(cloud, DATONG, "dt-4-purchase"), ("clerk", "verify"))
    mark = mark_of(default_marks(), clerk.file.office_id)
    clerk.close()
    mark.unlink()
    return Template(folder, (star, moon, cloud, peak), FIRST_DAY + timedelta(days=7))


def _premises(bench: CaseBench, party: int) -> None:
    add = bench.clerk.records.add
    add(party, "violation", {"finding": "clean", "matter": "信用中国查询"}, date(2022, 12, 1), "查询单")
    data: dict[str, Any] = {"address": "园区", "area_m2": "1000", "own_use": True, "in_designated_area": True}
    add(party, "premises-purchase", data, date(2022, 12, 1), "不动产权证书")
    lease: dict[str, Any] = {"address": "园区", "lease_start": "2022-12-01", "lease_end": "2027-11-30", "own_use": True}
    add(party, "premises-lease", lease, date(2022, 12, 1), "租赁合同")


def _budget(bench: CaseBench, policy: str, amount: int) -> None:
    for year in (2023, 2024):
        bench["head"].programs.fund.set_budget(policy, year, Money.parse(amount), "预算批复")


class Office:
    """One example's copy of the office, a desk for every user, and the laws watching the file from outside."""

    def __init__(self, template: Template, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(template.folder, folder, dirs_exist_ok=True)
        self.clock = SetClock(template.day)
        first = open_desk(folder / "office.caseworker", "admin", PASSWORD, clock=self.clock)
        self.file = first.file
        self.desks = {login: first.switch(login, PASSWORD) for login in ROLES}
        self.parties = dict(zip(CLAUSES, template.parties, strict=True))
        self.told: Counter[str] = Counter()  # acts and the codes of their refusals
        self.refused = ""  # the code of the last refusal, empty after a success
        self.words = ""
        self._turn = 0
        # held aside: its data_version changes with every commit of any other connection, and with nothing else
        engine = self.file._engine
        self._held = engine.raw_connection()
        self._raw: Any = self._held.driver_connection
        self.laws = Laws(self._raw, self.clock)
        self.laws.learn()
        self._mark = self._marks()

    def close(self) -> None:
        mark = mark_of(default_marks(), self.file.office_id)
        self._held.close()
        self.file.close()
        mark.unlink(missing_ok=True)
        shutil.rmtree(self.folder)

    # ---- acts ------------------------------------------------------------------------------

    def act(
        self,
        login: str,
        name: str,
        call: Callable[[Desk], T],
        *,
        may: tuple[Role, ...] = SURE,
        reason: str = "",
        entries: tuple[int, ...] = (1,),
    ) -> T | None:
        """What the call gives, or None where it is refused. `may`: who may succeed; `entries`: what a success logs.

        An empty `login` is somebody who may.
        """
        login = login or self.somebody(may[0])
        desk = self.desks[login]
        roles = self.roles(login)
        try:
            result = call(desk)
        except CaseworkerError as refused:
            self._refusal(name, refused)
            return None
        self.refused = self.words = ""
        self.told[name] += 1
        before, self._mark = self._mark, self._marks()
        assert self._mark[1] - before[1] in entries, f"{name}: {self._mark[1] - before[1]} entries in the log"
        if self._mark == before:
            return result
        assert roles & set(may), f"{name}: {login} holds {sorted(roles)}"
        self.laws.check(name, desk.user.id, reason)
        return result

    def _refusal(self, name: str, refused: CaseworkerError) -> None:
        fault = isinstance(refused, EnvironmentFault) and refused.kind is not FaultKind.WRONG_PASSWORD
        assert not fault, f"{name}: {refused.message}"
        assert self._marks() == self._mark, f"{name} was refused ({refused.code}) and yet something was written"
        said = [refused.message, *(problem.message for problem in getattr(refused, "problems", ()))]
        if isinstance(refused, InvalidInput):
            assert all(problem.path for problem in refused.problems), f"{name}: a problem without a place"
        for words in said:
            assert _CHINESE.search(words), f"{name}: {words!r}"
            assert not _MACHINE_WORDS.search(words), f"{name}: {words!r}"
        self.refused, self.words = refused.code, "\n".join(said)
        self.told[f"{name} × {refused.code}"] += 1

    def looked(self, login: str, name: str, call: Callable[[Desk], T]) -> T | None:
        """An act that only looks: nothing is written whatever comes of it."""
        result = self.act(login, name, call, entries=(0,))
        assert self._marks() == self._mark, f"{name} wrote something"
        return result

    def must_conflict(self, login: str, name: str, call: Callable[[Desk], object]) -> None:
        """An act on a version that is no longer the file's; a lack of rights may be told first."""
        login = login or "second"
        try:
            call(self.desks[login])
        except CaseworkerError as refused:
            found: CaseworkerError | None = refused
        else:
            found = None
        assert found is not None, f"{name}: {login} wrote over what somebody else had changed"
        self._refusal(name, found)
        assert isinstance(found, EditConflict) or found.code in ("no-right", "user-inactive"), found.code

    def _marks(self) -> tuple[int, int]:
        """(commits seen, last entry of the log)."""
        version = self._raw.execute("PRAGMA data_version").fetchone()[0]
        return version, self._raw.execute("SELECT max(seq) FROM audit_entry").fetchone()[0]

    # ---- who -------------------------------------------------------------------------------

    def roles(self, login: str) -> set[Role]:
        """What the user may be now: as signed in, and as the file still says."""
        desk = self.desks[login]
        row = self.laws.one('SELECT active, roles FROM "user" WHERE id = ?', desk.user.id)
        return {role for role in desk.user.roles if f'"{role.value}"' in row[1]} if row[0] else set()

    def somebody(self, role: Role, *but: int | None) -> str:
        """A user with the role who is none of `but`, another one every time; the clerk where there is none."""
        able = [login for login in ROLES if role in self.roles(login) and self.desks[login].user.id not in but]
        self._turn += 1
        return able[self._turn % len(able)] if able else "clerk"

    def sign_in(self, login: str) -> None:
        """Takes a new desk with the roles that the file says now."""
        try:
            self.desks[login] = self.desks["admin"].switch(login, PASSWORD)
        except CaseworkerError as refused:
            self._refusal("sign-in", refused)

    def pick(self, table: str, place: int, columns: str = "id", where: str = "1") -> Any:
        """One row of a table, by place modulo their number; None where there is none."""
        rows = self.laws.rows(f'SELECT {columns} FROM "{table}" WHERE {where} ORDER BY id')
        return rows[place % len(rows)] if rows else None
