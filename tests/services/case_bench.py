"""A small real office for tests of cases: users in their roles, dossiers, people with months, sealed letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PIL import Image
from sqlalchemy import select

from caseworker.services.desk import Desk, NewOffice, NewUser, create_office, open_desk
from caseworker.services.views import CaseDetail, PartyForm, Role
from caseworker.store.models import (
    Attachment,
    Employment,
    Import,
    InsuranceMonth,
    Office,
    Person,
    WageMonth,
)
from caseworker.values.clock import SetClock
from caseworker.values.money import Money
from caseworker.values.uscc import check_character

PASSWORD = "correct-horse-9"
XUNWU, DATONG = "xunwu-2022-59", "datong-2022"
XW, DT = "xw-1-new", "dt-3-seat"
ROLES = {
    "admin": {Role.ADMINISTRATOR},
    "clerk": {Role.CASEWORKER},
    "second": {Role.CASEWORKER, Role.REVIEWER},
    "reviewer": {Role.REVIEWER},
    "head": {Role.HEAD},
    "deputy": {Role.HEAD, Role.REVIEWER, Role.CASEWORKER},
    "keeper": {Role.SEAL_KEEPER},
}
NAMES = {
    "admin": "管一",
    "clerk": "经一",
    "second": "经二",
    "reviewer": "复一",
    "head": "负一",
    "deputy": "负二",
    "keeper": "印一",
}


def picture(path: Path, shade: int = 200) -> Path:
    """A photo or scan that can be opened; another `shade` is another one."""
    Image.new("L", (80, 100), shade).save(path)
    return path


@dataclass
class CaseBench:
    """Every user's desk over the same open file."""

    desks: dict[str, Desk]
    clock: SetClock
    people: int = 0

    def __getitem__(self, login: str) -> Desk:
        return self.desks[login]

    @property
    def clerk(self) -> Desk:
        return self.desks["clerk"]

    # ---- dossiers --------------------------------------------------------------------------

    def company(self, name: str = "寻乌县星河客服有限公司", **form: str) -> int:
        self.people += 1
        body = f"91360734MA{self.people:07d}"
        return self.clerk.dossiers.create(
            PartyForm(
                kind="company",
                name=name,
                code=body + check_character(body),
                account_name=form.get("account_name", name),
                bank_name=form.get("bank_name", "中国银行寻乌支行"),
                account_number=form.get("account_number", f"10005566{self.people:08d}"),
            )
        )

    def xw_company(self, seats: int = 260, name: str = "寻乌县星河客服有限公司", **form: str) -> int:
        """Fulfils every condition of 新设立座席补贴 from 2023-05-20 on."""
        party = self.company(name, **form)
        for fact, value in (
            ("in_scope", True),
            ("new_establishment", True),
            ("self_invested", True),
            ("operation_start", "2022-05-20"),
            ("seats", seats),
        ):
            self.clerk.dossiers.set_fact(party, fact, value, date(2022, 5, 20), "验资报告")
        return party

    def dt_company(self, people: int = 3, months: Sequence[int] = (), name: str = "大同市云州标注有限公司") -> int:
        party = self.company(name)
        self.clerk.dossiers.set_fact(party, "operating_normally", True, date(2022, 12, 1), "营业执照")
        self.clerk.dossiers.set_fact(party, "enterprise_seats", 220, date(2022, 12, 1), "现场查看记录")
        self.roster(party, people)
        if months:
            self.months(party, months)
        return party

    # ---- people ----------------------------------------------------------------------------

    def _import(self, work: object, party: int, kind: str) -> Import:
        session = work.session  # type: ignore[attr-defined]
        self.people += 1
        attachment = Attachment(
            sha256=f"{self.people:064x}", size=1, name=f"{kind}.xlsx", media_type="x", added_at=self.clock.now()
        )
        session.add(attachment)
        session.flush()
        row = Import(
            party_id=party,
            kind=kind,
            attachment_id=attachment.id,
            sheet="Sheet1",
            mapping={},
            rows_taken=1,
            rows_rejected=0,
            state="active",
            imported_at=self.clock.now(),
            imported_by=self.clerk.user.id,
        )
        session.add(row)
        session.flush()
        return row

    def roster(self, party: int, count: int, existing: Sequence[int] = (), contract: bool = True) -> list[int]:
        """People on the roster since 2022-12-01 with three-year contracts; `existing` came from elsewhere."""
        with self.clerk.file.write(self.clerk.actor, "import.take") as work:
            row = self._import(work, party, "roster")
            persons = list(existing)
            for _ in range(count):
                self.people += 1
                person = Person(
                    name=f"员工{self.people}", initials="yg", id_kind="passport", id_number=f"E{self.people:08d}"
                )
                work.session.add(person)
                work.session.flush()
                persons.append(person.id)
            for key in persons:
                work.session.add(
                    Employment(
                        party_id=party,
                        person_id=key,
                        employed_from=date(2022, 12, 1),
                        contract_start=date(2022, 12, 1) if contract else None,
                        contract_end=date(2025, 11, 30),
                        import_id=row.id,
                    )
                )
            work.subject("party", party)
        return persons

    def months(self, party: int, months: Sequence[int], people: Sequence[int] | None = None) -> None:
        """Wages and insurance of everybody on the party's roster, for months as yyyymm."""
        with self.clerk.file.write(self.clerk.actor, "import.take") as work:
            if people is None:
                people = work.session.scalars(
                    select(Employment.person_id).where(Employment.party_id == party).distinct()
                ).all()
            wages, insurance = self._import(work, party, "wages"), self._import(work, party, "insurance")
            for person in people:
                for month in months:
                    keys = {"party_id": party, "person_id": person, "month": month}
                    work.session.add(WageMonth(**keys, gross=Money.parse(4_000), import_id=wages.id))
                    work.session.add(InsuranceMonth(**keys, import_id=insurance.id))
            work.subject("party", party)

    # ---- cases -----------------------------------------------------------------------------

    def go(self, case_id: int, *moves: tuple[str, str] | tuple[str, str, str]) -> CaseDetail:
        """Takes moves one after another: (login, move) or (login, move, reason)."""
        detail = self.clerk.cases.get(case_id)
        for login, move, *reason in moves:
            detail = self.desks[login].cases.move(case_id, move, version=detail.version, reason=(reason or [""])[0])
        return detail

    def tick_all(self, case_id: int) -> None:
        for paper in self.clerk.cases.get(case_id).papers:
            self.clerk.cases.tick(case_id, paper.id, version=paper.version, original=True, copy=True, seal=True)

    def to_proposal(self, party: int, policy: str, clause: str) -> int:
        case_id = self.clerk.cases.accept(party, policy, clause)
        self.tick_all(case_id)
        self.go(case_id, ("clerk", "verify"), ("clerk", "papers-complete"), ("clerk", "calculated"))
        self.settle_findings(case_id)
        return case_id

    def settle_findings(self, case_id: int) -> None:
        """Answers for whatever is found across the office's parties."""
        found = [row.digest for row in self.clerk.findings.of_case(case_id).rows if row.state == "open"]
        if found:
            self.clerk.findings.settle(case_id, found, "no-effect", "已向两单位核实")

    def to_notice(self, party: int, policy: str, clause: str) -> int:
        case_id = self.to_proposal(party, policy, clause)
        self.go(case_id, ("clerk", "propose"), ("reviewer", "review-pass"))
        return case_id

    def to_decision(self, party: int, policy: str, clause: str) -> int:
        """Through its own notice of seven days."""
        case_id = self.to_notice(party, policy, clause)
        notice = self.clerk.notices.publish([case_id])
        self.clock.set_day(notice.last_day)
        self.clerk.notices.close(notice.id)
        self.go(case_id, ("clerk", "notice-done"))
        return case_id

    def to_payment(self, party: int, policy: str, clause: str) -> int:
        case_id = self.to_decision(party, policy, clause)
        self.settle_findings(case_id)
        self.go(case_id, ("head", "decide-grant"))
        return case_id

    def seal_letter(self, case_id: int) -> int:
        """Issues the decision letter and enters the use of the seal by hand, as the services do; gives its id."""
        letter = self.clerk.documents.make("decision", case_id=case_id)
        self.desks["keeper"].documents.record_wet_seal(letter.id, "公章", PASSWORD)
        return letter.id

    def pay(self, case_id: int) -> int:
        """Seals the letter, orders and records the due instalment; gives the batch."""
        self.seal_letter(case_id)
        detail = self.clerk.cases.get(case_id)
        due = [one.id for one in detail.instalments if one.state == "due"]
        batch = self.clerk.payments.order(detail.policy, due)
        self.clerk.payments.record_paid(batch.id, self.clock.today())
        return batch.id

    def settings(self, **columns: object) -> None:
        """Changes the office's own settings."""
        admin = self.desks["admin"]
        with admin.file.write(admin.actor, "office.update") as work:
            office = work.session.scalars(select(Office)).one()
            for name, value in columns.items():
                setattr(office, name, value)
            work.subject("office", office.id)


def make_bench(folder: Path, day: date) -> CaseBench:
    clock = SetClock(day)
    path = folder / "office.caseworker"
    office = NewOffice(
        name="寻乌县客服产业发展领导小组办公室",
        letter_name="寻客办字",
        region="江西省寻乌县",
        address="寻乌县长宁镇",
        phone="0797-0000000",
        contact="经一",
        reconsider_by="寻乌县人民政府",
        policies=(XUNWU, DATONG),
    )
    users = [NewUser(login, NAMES[login], frozenset(roles), PASSWORD) for login, roles in ROLES.items()]
    create_office(path, office, users, clock=clock, cheap_keys=True)
    first = open_desk(path, "admin", PASSWORD, clock=clock)
    desks = {"admin": first}
    for login in ROLES:
        if login != "admin":
            desks[login] = first.switch(login, PASSWORD)
    return CaseBench(desks, clock)
