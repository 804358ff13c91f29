"""Founding, opening and switching users; the practice date; who may do what; one entry in the log an act."""

from __future__ import annotations

import dataclasses
import inspect
import threading
from collections.abc import Callable, Iterator
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from sample_office import Sample

from caseworker.errors import CaseworkerError, EnvironmentFault, FaultKind, InvalidInput, Refusal
from caseworker.sample_data.problems import PROBLEM_FILE
from caseworker.services.consultation_views import InquiryForm, ReplyForm, ReviewForm
from caseworker.services.deliveries import DeliveryForm
from caseworker.services.desk import Desk, NewOffice, NewUser, OfficeForm, create_office, logins_of, open_desk
from caseworker.services.oversight_views import ActForm, DrawForm
from caseworker.services.prior_views import PriorGrantForm
from caseworker.services.record_views import BenefitForm, InternForm
from caseworker.services.recoveries import RecoveryForm
from caseworker.services.sample import OFFICE_NAME, SAMPLE_USERS
from caseworker.services.views import PartyForm, Role
from caseworker.store.paths import OfficePaths
from caseworker.values.clock import SetClock
from caseworker.values.money import Money

PASSWORD = "correct-horse-9"
XUNWU = "xunwu-2022-59"


def an_office(**changes: Any) -> NewOffice:
    values: dict[str, Any] = {
        "name": "寻乌县客服产业办公室",
        "letter_name": "寻客办字",
        "region": "寻乌县",
        "address": "长宁镇",
        "phone": "0797-0000000",
        "contact": "经一",
        "reconsider_by": "寻乌县人民政府",
        "policies": (XUNWU,),
    }
    return NewOffice(**(values | changes))


def user(login: str, *roles: Role, name: str = "某人", password: str = PASSWORD) -> NewUser:
    return NewUser(login, name, frozenset(roles), password)


ADMIN = user("admin", Role.ADMINISTRATOR)


def a_form(desk: Desk, **changes: Any) -> OfficeForm:
    """The office's particulars as they are, with some of them changed."""
    office = desk.office()
    values = {field.name: getattr(office, field.name) for field in dataclasses.fields(OfficeForm)}
    return OfficeForm(**(values | changes))


@pytest.fixture
def path(tmp_path: Path, clock: SetClock) -> Path:
    """A new office with two users, closed."""
    made = tmp_path / "机构.caseworker"
    create_office(made, an_office(), [ADMIN, user("clerk", Role.CASEWORKER)], clock=clock, cheap_keys=True)
    return made


# ---- founding ------------------------------------------------------------------------------


def test_a_founded_office_opens_for_each_of_its_users(path: Path, clock: SetClock) -> None:
    assert logins_of(path) == ("admin", "clerk")
    desk = open_desk(path, "clerk", PASSWORD, clock=clock)
    try:
        office = desk.office()
        assert (office.name, office.letter_name, office.policies) == ("寻乌县客服产业办公室", "寻客办字", (XUNWU,))
        assert (office.is_sample, office.practice_date, office.today) == (False, None, date(2023, 6, 1))
        assert (desk.user.login, desk.user.roles) == ("clerk", frozenset({Role.CASEWORKER}))
        assert desk.audit.verify()[0]
        (fund,) = desk.home.overview().funds or (None,)
        assert fund is None or fund.policy == XUNWU
    finally:
        desk.close()


@pytest.mark.parametrize(
    ("office", "users", "wrong"),
    [
        (an_office(name=" "), [ADMIN], {"name"}),
        (an_office(letter_name=""), [ADMIN], {"letter_name"}),
        (an_office(policies=()), [ADMIN], {"policies"}),
        (an_office(policies=(XUNWU, "no-such-policy")), [ADMIN], {"policies"}),
        (an_office(contact="张\x00三"), [ADMIN], {"contact"}),
        (an_office(), [], {"users.0.roles"}),
        (an_office(), [user("clerk", Role.CASEWORKER)], {"users.0.roles"}),
        (an_office(), [ADMIN, ADMIN], {"users.1.login"}),
        (
            an_office(),
            [ADMIN, user("Zhang San", password="short", name=" ")],
            {"users.1.login", "users.1.name", "users.1.roles", "users.1.password"},
        ),
    ],
)
def test_what_is_wrong_with_an_office_is_said_at_once_and_nothing_is_written(
    tmp_path: Path, clock: SetClock, office: NewOffice, users: list[NewUser], wrong: set[str]
) -> None:
    with pytest.raises(InvalidInput) as caught:
        create_office(tmp_path / "x.caseworker", office, users, clock=clock, cheap_keys=True)
    assert {problem.path for problem in caught.value.problems} == wrong
    assert list(tmp_path.iterdir()) == []


def test_an_office_is_not_founded_over_another(path: Path, clock: SetClock) -> None:
    before = path.read_bytes()
    with pytest.raises(Refusal, match="已存在"):
        create_office(path, an_office(name="另一机构"), [ADMIN], clock=clock, cheap_keys=True)
    assert path.read_bytes() == before


# ---- opening -------------------------------------------------------------------------------


@pytest.mark.parametrize(("login", "password"), [("clerk", PASSWORD + "x"), ("nobody", PASSWORD), ("", PASSWORD)])
def test_a_wrong_password_opens_nothing_and_leaves_no_lock(
    path: Path, clock: SetClock, login: str, password: str
) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        open_desk(path, login, password, clock=clock)
    assert caught.value.kind is FaultKind.WRONG_PASSWORD
    open_desk(path, "clerk", PASSWORD, clock=clock).close()


def test_a_held_office_names_who_holds_it(path: Path, clock: SetClock) -> None:
    desk = open_desk(path, "clerk", PASSWORD, clock=clock)
    try:
        with pytest.raises(EnvironmentFault) as caught:
            open_desk(path, "admin", PASSWORD, clock=clock)
        assert caught.value.kind is FaultKind.HELD
        assert "clerk" in caught.value.message
    finally:
        desk.close()
    open_desk(path, "admin", PASSWORD, clock=clock).close()


def test_a_missing_file_and_a_file_that_is_no_office(tmp_path: Path, path: Path, clock: SetClock) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        open_desk(tmp_path / "无.caseworker", "clerk", PASSWORD, clock=clock)
    assert caught.value.kind is FaultKind.MISSING
    with pytest.raises(EnvironmentFault) as caught:
        logins_of(tmp_path / "无.caseworker")
    assert caught.value.kind is FaultKind.MISSING
    path.write_bytes(b"PK\x03\x04" + bytes(5000))
    with pytest.raises(EnvironmentFault) as caught:
        open_desk(path, "clerk", PASSWORD, clock=clock)
    assert caught.value.kind is FaultKind.NOT_A_DATABASE


def test_switching_users_keeps_the_file_and_asks_for_the_password(path: Path, clock: SetClock) -> None:
    desk = open_desk(path, "admin", PASSWORD, clock=clock)
    try:
        with pytest.raises(EnvironmentFault) as caught:
            desk.switch("clerk", "not-the-password")
        assert caught.value.kind is FaultKind.WRONG_PASSWORD
        clerk = desk.switch("clerk", PASSWORD)
        assert clerk.file is desk.file
        assert clerk.user.login == "clerk"
        party = clerk.dossiers.create(PartyForm(name="甲公司", code="91360734MA7K2L5T3C"))
        assert clerk.dossiers.history(party)[0].user == "某人"
    finally:
        desk.close()


def test_an_inactive_user_neither_opens_nor_is_switched_to(path: Path, clock: SetClock) -> None:
    admin = open_desk(path, "admin", PASSWORD, clock=clock)
    try:
        clerk = next(user for user in admin.users.page() if user.login == "clerk")
        admin.users.set_active(clerk.id, False, "调离")
        with pytest.raises(Refusal, match="停用"):
            admin.switch("clerk", PASSWORD)
        assert admin.office().name  # the open desk goes on
    finally:
        admin.close()
    with pytest.raises(Refusal, match="停用"):
        open_desk(path, "clerk", PASSWORD, clock=clock)
    open_desk(path, "admin", PASSWORD, clock=clock).close()  # no lock was left behind


def test_the_high_water_gap_reaches_the_first_screen(path: Path, clock: SetClock) -> None:
    OfficePaths(path).high_water.unlink()
    desk = open_desk(path, "clerk", PASSWORD, clock=clock)
    try:
        gap = desk.home.overview().gap
        assert gap is not None
        assert "高水位" in gap
    finally:
        desk.close()


def test_a_backup_is_found_by_the_first_screen(path: Path, tmp_path: Path, clock: SetClock) -> None:
    desk = open_desk(path, "admin", PASSWORD, clock=clock)
    try:
        assert desk.home.overview().backup_at is None
        made = desk.backup_now()
        assert made.is_file()
        assert desk.home.overview().backup_at == clock.now()
        with pytest.raises(EnvironmentFault, match="移动硬盘"):
            desk.backup_now(tmp_path / "移动硬盘")  # not plugged in: no folder is made in its place
        (tmp_path / "移动硬盘").mkdir()
        elsewhere = desk.backup_now(tmp_path / "移动硬盘")
        assert elsewhere.is_relative_to(tmp_path / "移动硬盘")
    finally:
        desk.close()


# ---- the practice date ---------------------------------------------------------------------


def test_the_practice_date_goes_forward_only_and_is_kept(sample: Sample) -> None:
    with sample.desk() as desk:
        assert desk.clock.today() == date(2023, 6, 1)
        for wrong in (date(2023, 5, 31), date(2022, 6, 2)):
            with pytest.raises(Refusal, match="只能向后"):
                desk.set_practice_date(wrong)
        desk.set_practice_date(date(2023, 6, 1))  # the same day is no step back
        desk.set_practice_date(date(2023, 6, 9))
        assert desk.clock.today() == desk.office().today == date(2023, 6, 9)
        assert sample.switched(desk, Role.REVIEWER).clock.today() == date(2023, 6, 9)
    with sample.desk() as desk:
        assert desk.clock.today() == date(2023, 6, 9)
        row = desk.audit.page().rows[0]
        assert row.action == "推进练习日期"


def test_a_real_office_has_no_practice_date(path: Path, clock: SetClock) -> None:
    desk = open_desk(path, "admin", PASSWORD, clock=clock)
    try:
        with pytest.raises(Refusal, match="演示机构"):
            desk.set_practice_date(date(2030, 1, 1))
        assert desk.clock.today() == date(2023, 6, 1)
    finally:
        desk.close()


# ---- who may -------------------------------------------------------------------------------

DAY = date(2023, 6, 1)
NOWHERE = Path("nowhere.xlsx")
FORM = PartyForm(name="乙公司", code="91360734MA7K2L5T3C")
VISIT = ActForm("visit", DAY, "事", "情况")
DRAW = DrawForm(XUNWU, "paid", DAY, DAY, 10, 1)
STAFF = {Role.CASEWORKER, Role.REVIEWER, Role.HEAD}
# method -> (the roles that may, a call of it). A wrong role is refused before anything else is looked at.
GUARDED: dict[str, tuple[set[Role], Callable[[Desk], object]]] = {
    "dossiers.create": ({Role.CASEWORKER}, lambda d: d.dossiers.create(FORM)),
    "dossiers.update": ({Role.CASEWORKER}, lambda d: d.dossiers.update(1, 1, FORM)),
    "dossiers.set_fact": ({Role.CASEWORKER}, lambda d: d.dossiers.set_fact(1, "seats", 1, DAY, "表")),
    "dossiers.void_fact": ({Role.CASEWORKER}, lambda d: d.dossiers.void_fact(1, "错")),
    "dossiers.end": ({Role.CASEWORKER, Role.HEAD}, lambda d: d.dossiers.end(999, DAY, "moved", "县外")),
    "dossiers.resume": ({Role.CASEWORKER, Role.HEAD}, lambda d: d.dossiers.resume(999, "错")),
    "records.add": ({Role.CASEWORKER}, lambda d: d.records.add(1, "seats", {"total": 1}, DAY, "表")),
    "records.void": ({Role.CASEWORKER}, lambda d: d.records.void(999, "错")),
    "records.add_benefit": (
        {Role.CASEWORKER},
        lambda d: d.records.add_benefit(999, BenefitForm(XUNWU, "xw-1-new", "奖", "1", DAY, "表")),
    ),
    "records.void_benefit": ({Role.CASEWORKER}, lambda d: d.records.void_benefit(999, "错")),
    "records.set_person_fact": (
        {Role.CASEWORKER},
        lambda d: d.records.set_person_fact(999, 1, "newly_hired", True, DAY, "表"),
    ),
    "records.set_people_fact": (
        {Role.CASEWORKER},
        lambda d: d.records.set_people_fact(999, (1,), "newly_hired", True, DAY, "表"),
    ),
    "records.void_person_fact": ({Role.CASEWORKER}, lambda d: d.records.void_person_fact(999, "错")),
    "records.add_internship": ({Role.CASEWORKER}, lambda d: d.records.add_internship(999, InternForm("甲", "1"))),
    "records.void_internship": ({Role.CASEWORKER}, lambda d: d.records.void_internship(999, "错")),
    "imports.take": ({Role.CASEWORKER}, lambda d: d.imports.take("roster", NOWHERE, 1, good_rows_only=False)),
    "imports.undo": ({Role.CASEWORKER}, lambda d: d.imports.undo(1, "错")),
    "findings.settle": ({Role.CASEWORKER, Role.HEAD}, lambda d: d.findings.settle(999, ("x",), "other", "无关")),
    "findings.void": ({Role.CASEWORKER, Role.HEAD}, lambda d: d.findings.void(999, "错")),
    "consultations.draft": ({Role.CASEWORKER}, lambda d: d.consultations.draft(InquiryForm(999, "tax", "局"))),
    "consultations.change": (
        {Role.CASEWORKER},
        lambda d: d.consultations.change(999, 1, InquiryForm(999, "tax", "局")),
    ),
    "consultations.issue": ({Role.CASEWORKER}, lambda d: d.consultations.issue(999, 1)),
    "consultations.reply": ({Role.CASEWORKER}, lambda d: d.consultations.reply(999, 1, ReplyForm(DAY), [NOWHERE])),
    "consultations.take_back": ({Role.CASEWORKER}, lambda d: d.consultations.take_back(999, "错")),
    "consultations.review": (
        {Role.CASEWORKER},
        lambda d: d.consultations.review(ReviewForm(999, "finance", "局", DAY, "agreed"), [NOWHERE]),
    ),
    "consultations.void": ({Role.CASEWORKER}, lambda d: d.consultations.void(999, "错")),
    "deliveries.enter": (STAFF, lambda d: d.deliveries.enter(999, DeliveryForm(DAY, "direct", "甲"))),
    "documents.draft": (
        {Role.CASEWORKER, Role.HEAD, Role.SEAL_KEEPER},
        lambda d: d.documents.draft("decision", Path("nowhere-at-all") / "x.docx", case_id=999),
    ),
    "documents.make": (
        {Role.CASEWORKER, Role.HEAD, Role.SEAL_KEEPER},
        lambda d: d.documents.make("decision", case_id=999),
    ),
    "documents.make_many": (
        {Role.CASEWORKER, Role.HEAD, Role.SEAL_KEEPER},
        lambda d: d.documents.make_many("decision", [999]),
    ),
    "documents.load_certificate": ({Role.SEAL_KEEPER}, lambda d: d.documents.load_certificate(1, b"", "x")),
    "documents.remove_certificate": ({Role.SEAL_KEEPER}, lambda d: d.documents.remove_certificate(1, "旧")),
    "documents.load_seal": ({Role.SEAL_KEEPER}, lambda d: d.documents.load_seal("章", b"")),
    "documents.seal": ({Role.SEAL_KEEPER}, lambda d: d.documents.seal(999, 1, "x")),
    "documents.record_wet_seal": (
        {Role.SEAL_KEEPER},
        lambda d: d.documents.record_wet_seal(999, "公章", "x"),
    ),
    "documents.reissue": (STAFF, lambda d: d.documents.reissue(999, "错")),
    "documents.void": (STAFF, lambda d: d.documents.void(999, "错")),
    "holidays.set_day": ({Role.ADMINISTRATOR}, lambda d: d.holidays.set_day(DAY, False, "元旦")),
    "holidays.fill": ({Role.ADMINISTRATOR}, lambda d: d.holidays.fill(1999)),
    "workbooks.save": (
        {Role.CASEWORKER, Role.REVIEWER, Role.HEAD},
        lambda d: d.workbooks.save("ledger", Path("nowhere-at-all") / "x.xlsx"),
    ),
    "wording.say": (
        {Role.HEAD, Role.ADMINISTRATOR},
        lambda d: d.wording.say("decision", "decides", "现决定如下：", "本单位写法"),
    ),
    "wording.restore": (
        {Role.HEAD, Role.ADMINISTRATOR},
        lambda d: d.wording.restore("decision", "decides", "不再需要"),
    ),
    "templates.add": ({Role.CASEWORKER}, lambda d: d.templates.add("表", Path("nowhere-at-all.xlsx"), "表", 1, {})),
    "templates.retire": ({Role.CASEWORKER}, lambda d: d.templates.retire(999, "旧")),
    "templates.fill": ({Role.CASEWORKER}, lambda d: d.templates.fill(999, 999, Path("nowhere-at-all") / "x.xlsx")),
    "workbooks.save_table": (
        set(Role),
        lambda d: d.workbooks.save_table("表", [], [], Path("nowhere-at-all") / "x.xlsx"),
    ),
    "filing.export": (
        {Role.CASEWORKER, Role.REVIEWER, Role.HEAD},
        lambda d: d.filing.export(999, NOWHERE),
    ),
    "returns.take": ({Role.CASEWORKER}, lambda d: d.returns.take(999, NOWHERE)),
    "returns.settle": ({Role.CASEWORKER}, lambda d: d.returns.settle(999, "ignored", "无关")),
    "returns.void": ({Role.CASEWORKER}, lambda d: d.returns.void(999, "错")),
    "prior.enter": ({Role.CASEWORKER}, lambda d: d.prior.enter(NOWHERE, "凭证")),
    "prior.enter_grant": (
        {Role.CASEWORKER},
        lambda d: d.prior.enter_grant(PriorGrantForm(1, XUNWU, "xw-1-new", DAY, "1"), "凭证"),
    ),
    "prior.confirm": ({Role.REVIEWER, Role.HEAD}, lambda d: d.prior.confirm(999)),
    "prior.void": ({Role.CASEWORKER, Role.HEAD}, lambda d: d.prior.void(999, "错")),
    "notices.publish": ({Role.CASEWORKER}, lambda d: d.notices.publish([999])),
    "notices.close": ({Role.CASEWORKER, Role.HEAD}, lambda d: d.notices.close(999)),
    "notices.void": ({Role.CASEWORKER, Role.HEAD}, lambda d: d.notices.void(999, "错")),
    "notices.object": (STAFF, lambda d: d.notices.object(999, 999, "甲", "事")),
    "notices.settle_objection": ({Role.REVIEWER, Role.HEAD}, lambda d: d.notices.settle_objection(999, "查", "upheld")),
    "oversight.enter": (STAFF, lambda d: d.oversight.enter(VISIT)),
    "oversight.suspend": ({Role.REVIEWER, Role.HEAD}, lambda d: d.oversight.suspend(VISIT)),
    "oversight.lift": ({Role.HEAD}, lambda d: d.oversight.lift(999, "已归还")),
    "oversight.report_funds": (STAFF, lambda d: d.oversight.report_funds(999, {}, DAY)),
    "oversight.close": (STAFF, lambda d: d.oversight.close(999, "mended", "已改", DAY)),
    "oversight.correct": (STAFF, lambda d: d.oversight.correct(999, VISIT, "错")),
    "oversight.void": (STAFF, lambda d: d.oversight.void(999, "错")),
    "oversight.attach": (STAFF, lambda d: d.oversight.attach(999, [NOWHERE])),
    "oversight.detach": (STAFF, lambda d: d.oversight.detach(999, "错")),
    "spot_checks.draw": (STAFF, lambda d: d.spot_checks.draw(DRAW)),
    "spot_checks.close": ({Role.REVIEWER, Role.HEAD}, lambda d: d.spot_checks.close(999)),
    "spot_checks.void": ({Role.HEAD}, lambda d: d.spot_checks.void(999, "错")),
    "recoveries.order": ({Role.HEAD}, lambda d: d.recoveries.order(RecoveryForm(999, Money.zero(), "", None))),
    "recoveries.receive": (
        {Role.CASEWORKER, Role.HEAD},
        lambda d: d.recoveries.receive(999, Money.zero(), DAY),
    ),
    "recoveries.undo_receipt": ({Role.HEAD}, lambda d: d.recoveries.undo_receipt(999, "错")),
    "recoveries.void": ({Role.HEAD}, lambda d: d.recoveries.void(999, "错")),
    "set_office": ({Role.ADMINISTRATOR}, lambda d: d.set_office(a_form(d, contact=""), 1)),
    "policies.use": ({Role.HEAD, Role.ADMINISTRATOR}, lambda d: d.policies.use("no-such-policy")),
    "policies.load_text": (
        {Role.CASEWORKER, Role.HEAD, Role.ADMINISTRATOR},
        lambda d: d.policies.load_text(XUNWU, NOWHERE),
    ),
    "points.choose": (
        {Role.HEAD},
        lambda d: d.points.choose(XUNWU, "x", "y", decision_number="1", decided_on=DAY, valid_from=DAY),
    ),
    "points.void": ({Role.HEAD}, lambda d: d.points.void(999, "错")),
    "programs.fund.set_budget": ({Role.HEAD}, lambda d: d.programs.fund.set_budget(XUNWU, 1999, Money.zero(), "")),
    "programs.targets.enter": (
        {Role.CASEWORKER},
        lambda d: d.programs.targets.enter(999, "output", 2023, Money.zero(), ""),
    ),
    "programs.targets.void": ({Role.CASEWORKER}, lambda d: d.programs.targets.void(999, "错")),
    "programs.approvals.enter": (
        {Role.CASEWORKER},
        lambda d: d.programs.approvals.enter(
            XUNWU, "x", 999, reference="1", approved_on=DAY, amount=Money.zero(), matter="事"
        ),
    ),
    "programs.approvals.void": ({Role.CASEWORKER}, lambda d: d.programs.approvals.void(999, "错")),
    "programs.services.request": (
        {Role.CASEWORKER},
        lambda d: d.programs.services.request(XUNWU, "x", "y", 999, requested_on=DAY, request="事"),
    ),
    "programs.services.handle": (
        {Role.CASEWORKER},
        lambda d: d.programs.services.handle(999, version=1, handling="已办", handled_on=DAY),
    ),
    "programs.services.correct": (
        {Role.CASEWORKER},
        lambda d: d.programs.services.correct(999, version=1, requested_on=DAY, request="事", handling="", reason="错"),
    ),
    "programs.services.attach": ({Role.CASEWORKER}, lambda d: d.programs.services.attach(999, [NOWHERE])),
    "programs.services.detach": ({Role.CASEWORKER}, lambda d: d.programs.services.detach(999, "错")),
    "programs.services.void": ({Role.CASEWORKER}, lambda d: d.programs.services.void(999, "错")),
    "users.add": ({Role.ADMINISTRATOR}, lambda d: d.users.add("x", "x", frozenset(), "")),
    "users.set_roles": ({Role.ADMINISTRATOR}, lambda d: d.users.set_roles(999, frozenset({Role.HEAD}))),
    "users.set_active": ({Role.ADMINISTRATOR}, lambda d: d.users.set_active(999, True)),
    "users.reset_password": ({Role.ADMINISTRATOR}, lambda d: d.users.reset_password(999, PASSWORD)),
}
# What every role may: looking, and acts upon oneself. Revealing and exporting are logged.
OPEN = {
    "dossiers": {
        "page",
        "get",
        "find",
        "check",
        "known_facts",
        "yearly_facts",
        "people",
        "ways_to_end",
        "open_matters",
        "reveal_id",
        "history",
    },
    "records": {
        "kinds",
        "page",
        "benefits",
        "person",
        "own_person",
        "person_fields",
        "internships",
        "paper",
        "needs",
    },
    "imports": {"kinds", "look", "preview", "rejected_workbook", "page"},
    "deliveries": {"ways", "get", "scan"},
    "documents": {
        *("kinds", "page", "get", "data", "export", "print_batch", "seals", "verify", "offers", "blank", "save_blank"),
        *("export_draft", "preprinted", "ruler_page"),
    },
    "consultations": {"reviews", "of_case", "get", "choices", "scan"},
    "filing": {"contents"},
    "workbooks": {"kinds"},
    "templates": {"look", "rows"},
    "wording": {"kinds", "sentences"},
    "holidays": {"years", "of_year", "warning"},
    "returns": {"lines", "preview", "page"},
    "oversight": {"kinds", "page", "print_list", "get", "suspended", "paper", "funds_form"},
    "spot_checks": {"preview", "page", "get", "verify"},
    "recoveries": {"payable", "page", "get"},
    "notices": {"page", "get", "waiting", "objections"},
    "users": {"page", "change_own_password"},
    "home": {"overview", "search", "backup"},
    "audit": {"page", "verify", "history_of_party", "history_of_field", "history_of_act", "history_of_service"},
    "findings": {"conclusions", "evidence", "mine", "of_case"},
    "prior": {"template", "preview", "clauses", "page", "get", "lines", "file", "running"},
    "seats": {"offered", "recognise"},
    "points": {"register", "effects", "uses"},
    "programs": {"paper", "services_paper"},
    "programs.fund": {"years", "year", "months", "course", "lines"},
    "programs.targets": {"all", "figures"},
    "programs.approvals": {"clauses", "page"},
    "programs.services": {"kinds", "page", "get", "paper"},
    "policies": {"packs", "clause", "calculate", "points", "library", "refused", "missing", "pack_folder", "text"},
}


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Role, Desk]]:
    path = tmp_path_factory.mktemp("roles") / "x.caseworker"
    names = {role: f"user{place}" for place, role in enumerate(Role)}
    first = [Role.ADMINISTRATOR, *(role for role in Role if role is not Role.ADMINISTRATOR)]
    clock = SetClock(DAY)
    create_office(path, an_office(), [user(names[role], role) for role in first], clock=clock, cheap_keys=True)
    desk = open_desk(path, names[Role.ADMINISTRATOR], PASSWORD, clock=clock)
    yield {role: desk.switch(names[role], PASSWORD) for role in Role}
    desk.close()


def test_every_method_of_these_services_is_classified(desks: dict[Role, Desk]) -> None:
    desk = desks[Role.CASEWORKER]
    for service, open_methods in OPEN.items():
        methods = {
            name
            for name, _ in inspect.getmembers(attrgetter(service)(desk), inspect.ismethod)
            if not name.startswith("_")
        }
        guarded = {name.rpartition(".")[2] for name in GUARDED if name.rpartition(".")[0] == service}
        assert methods == open_methods | guarded, service


@pytest.mark.parametrize("method", GUARDED)
def test_a_wrong_role_is_refused_and_told_who_may(desks: dict[Role, Desk], method: str) -> None:
    may, call = GUARDED[method]
    entries = desks[Role.HEAD].audit.page().total
    for role, desk in desks.items():
        if role in may:
            code = ""
            try:
                call(desk)
            except CaseworkerError as error:  # something else is wrong with the call; the right was there
                code = error.code
            assert code != "no-right"
        else:
            with pytest.raises(Refusal) as caught:
                call(desk)
            assert caught.value.code == "no-right"
            assert "办理" in caught.value.message
    assert desks[Role.HEAD].audit.page().total - entries <= 1


# ---- one act, one entry --------------------------------------------------------------------


def test_each_act_makes_one_entry_and_looking_makes_none(sample: Sample, tmp_path: Path) -> None:
    folder = sample.made.folders["yingshan"]
    party = sample.made.parties["yingshan"]
    with sample.desk() as desk:
        new_party: list[int] = []
        acts: list[tuple[str, Callable[[], object]]] = [
            ("建立企业档案", lambda: new_party.append(desk.dossiers.create(FORM))),
            ("修改企业档案", lambda: desk.dossiers.update(new_party[0], 1, PartyForm(name="乙二", code=FORM.code))),
            ("登记事实", lambda: desk.dossiers.set_fact(new_party[0], "seats", 12, DAY, "核查表")),
            ("作废事实", lambda: desk.dossiers.void_fact(desk.dossiers.get(new_party[0]).facts[0].id, "错")),
            ("导入", lambda: desk.imports.take("roster", folder / "花名册.csv", party, good_rows_only=False)),
            ("查看证件号码", lambda: desk.dossiers.reveal_id(desk.dossiers.people(party).rows[0].id)),
            ("撤销导入", lambda: desk.imports.undo(desk.imports.page(party)[0].id, "重来")),
            ("修改密码", lambda: desk.users.change_own_password("yanshi-zhang", "yanshi-zhang-2")),
        ]
        for name, act in acts:
            before = desk.audit.page().total
            act()
            page = desk.audit.page()
            assert (page.total - before, page.rows[0].action) == (1, name)
            assert page.rows[0].user == "张经办"
            assert page.rows[0].subject.split()[0] in {"档案", "人员", "用户"}
        before = desk.audit.page().total
        desk.imports.preview("roster", folder / "花名册.csv", party)
        desk.imports.rejected_workbook("roster", folder / PROBLEM_FILE, party)
        desk.dossiers.page(search="公司")
        desk.dossiers.check(FORM)
        desk.home.overview()
        desk.home.search("映山")
        desk.backup_now(tmp_path)
        assert desk.audit.page().total == before
        whole, words = desk.audit.verify()
        assert whole, words


def test_threads_write_one_after_another_and_the_chain_stays_whole(sample: Sample) -> None:
    party = sample.made.parties["yingshan"]
    with sample.desk() as desk:
        before = desk.audit.page().total
        failed: list[BaseException] = []

        def work(thread: int) -> None:
            try:
                for n in range(5):
                    desk.dossiers.set_fact(party, "seats", 100 * thread + n, DAY, f"第{thread}线程")
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert desk.audit.page().total == before + 20
        assert desk.audit.verify()[0]


def test_the_login_screen_of_the_sample_office(sample: Sample) -> None:
    assert set(logins_of(sample.made.path)) == {one.login for one in SAMPLE_USERS}
    for one in SAMPLE_USERS:
        desk = open_desk(sample.made.path, one.login, one.password, clock=sample.clock)
        assert desk.user.roles == one.roles
        assert desk.office().name == OFFICE_NAME
        desk.close()
