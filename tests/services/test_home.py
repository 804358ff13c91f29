"""The first screen: what must be done today, the fund, and the one search box."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sample_office import Sample
from services.case_bench import make_bench
from sqlalchemy import select

from caseworker.services.desk import Desk
from caseworker.services.home import nearest
from caseworker.services.views import PartyForm, Role, SearchHit
from caseworker.store.models import Case
from caseworker.values.money import Money

XUNWU, XW = "xunwu-2022-59", "xw-1-new"


@pytest.fixture
def desk(sample: Sample) -> Iterator[Desk]:
    with sample.desk() as opened:
        yield opened


def todos(desk: Desk) -> list[tuple[str, str]]:
    return [(todo.urgency, todo.text) for todo in desk.home.overview().todos]


def move(desk: Desk, case_id: int, *names: str) -> None:
    for name in names:
        desk.cases.move(case_id, name, version=desk.cases.get(case_id).version)


def test_a_new_office_has_nothing_to_do_and_its_whole_fund(desk: Desk) -> None:
    home = desk.home.overview()
    assert (home.todos, home.gap, home.backup_at) == ((), None, None)
    assert all((fund.committed, fund.paid) == (Money.zero(), Money.zero()) for fund in home.funds)
    assert all(fund.left == fund.budget for fund in home.funds)
    assert {count for _, _, count in home.counts} == {0}
    assert all(name and not name.isascii() for _, name, _ in home.counts)


def test_a_case_stands_on_the_list_of_whoever_must_act(desk: Desk, sample: Sample) -> None:
    def seen_by(role: Role) -> list[str]:
        return [text for _, text in todos(sample.switched(desk, role))]

    case_id = desk.cases.accept(sample.made.parties["xinglian"], XUNWU, XW)
    number = desk.cases.get(case_id).number
    assert seen_by(Role.CASEWORKER) == [f"{number} 待核验"]
    for role in (Role.REVIEWER, Role.HEAD, Role.SEAL_KEEPER, Role.ADMINISTRATOR):
        assert seen_by(role) == []
    assert sum(count for _, _, count in desk.home.overview().counts) == 1
    for paper in desk.cases.get(case_id).papers:
        desk.cases.tick(case_id, paper.id, version=paper.version, original=True, copy=True, seal=True)
    move(desk, case_id, "verify", "papers-complete", "calculated", "propose")
    assert seen_by(Role.CASEWORKER) == []
    assert seen_by(Role.REVIEWER) == [f"{number} 待复核"]
    move(sample.switched(desk, Role.REVIEWER), case_id, "review-pass")
    notice = desk.notices.publish([case_id])
    assert todos(desk) == [("normal", "公示 2023 年第 1 批公示中")]
    desk.set_practice_date(notice.last_day - timedelta(days=1))
    assert todos(desk)[0][0] == "normal"
    desk.set_practice_date(notice.last_day)
    assert todos(desk) == [("due", "公示 2023 年第 1 批期满，可以结束")]
    assert desk.home.overview().todos[0].target == ("notice", notice.id)
    desk.notices.close(notice.id)
    move(desk, case_id, "notice-done")
    assert seen_by(Role.HEAD) == [f"{number} 待决定"]
    move(sample.switched(desk, Role.HEAD), case_id, "decide-grant")
    assert ("due", "1 笔补贴待拨付") in todos(desk)
    assert seen_by(Role.SEAL_KEEPER) == []
    letter = desk.documents.make("decision", case_id=case_id)
    assert seen_by(Role.SEAL_KEEPER) == [f"{letter.shown_number} 待用印"]
    keeper = sample.switched(desk, Role.SEAL_KEEPER)
    keeper.documents.seal(letter.id, keeper.documents.seals()[0].id, "yanshi-zhao")
    assert seen_by(Role.SEAL_KEEPER) == []
    (fund,) = [fund for fund in desk.home.overview().funds if fund.policy == XUNWU]
    assert (fund.committed, fund.paid) == (Money.parse(780_000), Money.zero())
    assert fund.left == fund.budget - Money.parse(780_000)


@pytest.mark.parametrize(("days", "urgency"), [(-1, "overdue"), (0, "normal"), (1, "normal")])
def test_a_case_is_overdue_the_day_after_its_last(desk: Desk, sample: Sample, days: int, urgency: str) -> None:
    case_id = desk.cases.accept(sample.made.parties["xinglian"], XUNWU, XW)
    with desk.file.write(desk.actor, "case.move") as work:
        case = work.session.get_one(Case, case_id)
        case.due_on = date(2023, 6, 1) + timedelta(days=days)
        work.subject("case", case_id)
    assert [todo[0] for todo in todos(desk)] == [urgency]


def test_overdue_stands_before_due_before_the_rest(desk: Desk, sample: Sample) -> None:
    for place, company in enumerate(("xinglian", "yingshan")):
        case_id = desk.cases.accept(sample.made.parties[company], XUNWU, XW)
        with desk.file.write(desk.actor, "case.move") as work:
            work.session.get_one(Case, case_id).due_on = date(2023, 6, 2) if place == 0 else date(2023, 5, 2)
            work.subject("case", case_id)
    assert [todo[0] for todo in todos(desk)] == ["overdue", "normal"]


# ---- how the office stands -----------------------------------------------------------------


def test_what_the_next_weeks_bring_stands_by_its_day(after_day: Sample) -> None:
    with after_day.desk() as desk:
        home = desk.home.overview()
        today = desk.clock.today()
        calendar = [row for row in desk.payments.calendar() if row.due_on <= today + timedelta(days=30)]
        assert home.instalments_total == len(calendar)
        assert [(row.day, row.target) for row in home.instalments] == [(row.due_on, row.target) for row in calendar]
        assert [row.days for row in home.notices] == sorted(row.days for row in home.notices)


def test_notices_are_ahead_until_their_last_day_and_then_over(desk: Desk, sample: Sample) -> None:
    case_id = desk.cases.accept(sample.made.parties["xinglian"], XUNWU, XW)
    for paper in desk.cases.get(case_id).papers:
        desk.cases.tick(case_id, paper.id, version=paper.version, original=True, copy=True, seal=True)
    move(desk, case_id, "verify", "papers-complete", "calculated", "propose")
    move(sample.switched(desk, Role.REVIEWER), case_id, "review-pass")
    notice = desk.notices.publish([case_id])
    for before, words in ((1, "还有 1 天期满"), (0, "已期满")):
        desk.set_practice_date(notice.last_day - timedelta(days=before))
        (row,) = desk.home.overview().notices
        assert (row.days, row.target) == (before, ("notice", notice.id))
        assert words in row.detail
        assert "1 件" in row.detail


def test_the_targets_of_this_year_and_the_next_stand_beside_what_is_reached(desk: Desk) -> None:
    (view,) = [one for one in desk.home.overview().targets if one.policy == XUNWU]
    assert [(one.kind, one.year) for one in view.targets] == [("employed", 2023), ("employed", 2024), ("output", 2025)]
    all_of_them = {(one.kind, one.year): one for one in desk.programs.targets.all(XUNWU)}
    assert all(all_of_them[one.kind, one.year] == one for one in view.targets)
    assert [(one.kind, one.year) for one in nearest(tuple(all_of_them.values()), 2025)] == [
        ("employed", 2025), ("output", 2025),
    ]  # fmt: skip
    assert [one.year for one in nearest(tuple(all_of_them.values()), 2026)] == [2025, 2025]  # the last, when all passed


def test_a_backup_is_warned_of_when_there_is_none_or_it_is_old(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, date(2023, 6, 1))
    with contextlib.closing(bench.clerk):
        found = bench.clerk.home.overview().backup
        assert (found.at, found.days) == (None, None)
        assert "还没有" in found.warning
        bench.clerk.backup_now()
        for days, warned in ((0, False), (3, False), (4, True), (-1, True)):
            bench.clock.set_day(date(2023, 6, 1) + timedelta(days=days))
            found = bench.clerk.home.overview().backup
            assert (found.days, bool(found.warning)) == (days, warned)
        bench.clock.set_day(date(2023, 6, 9))
        assert "8 天以前" in bench.clerk.home.backup().warning


# ---- the search box ------------------------------------------------------------------------


def hits(desk: Desk, text: str) -> set[tuple[str, str]]:
    return {(hit.kind, hit.title) for hit in desk.home.search(text)}


def test_one_box_finds_companies_cases_letters_and_people(after_day: Sample) -> None:
    with after_day.desk() as desk:
        person = next(row for row in desk.dossiers.people(after_day.made.parties["hengyu"]).rows if len(row.name) == 3)
        number = desk.dossiers.reveal_id(person.id)
        assert ("party", "星联客服科技有限公司") in hits(desk, "星联")
        assert ("party", "星联客服科技有限公司") in hits(desk, "xlkf")
        assert ("party", "星联客服科技有限公司") in hits(desk, after_day.made.codes["xinglian"])
        assert ("case", "XK-2023-0001") in hits(desk, "XK-2023-0001")
        assert ("case", "DT-2023-0001") in hits(desk, "2023-0001")
        assert ("document", "演产办字〔2023〕1号") in hits(desk, "演产办字〔2023〕1号")
        assert ("person", person.name) in hits(desk, person.name)
        assert ("person", person.name) in hits(desk, person.name[:2])
        (hit,) = [hit for hit in desk.home.search(number) if hit.kind == "person"]
        assert hit.target == ("person", f"{after_day.made.parties['hengyu']}/{person.id}")
        assert ("person", person.name) in hits(desk, number[-4:])
        assert ("person", person.name) not in hits(desk, number[2:6]), "four characters are the end of a number"
        assert ("person", person.name) not in hits(desk, number[-3:])
        assert number not in repr(desk.home.search(number)), "numbers are masked on screen"
        assert isinstance(hit, SearchHit)


@pytest.mark.parametrize("typed", ["演产办字[2023]1号", "演产办字（2023）1号", "演产办字(2023) 1号", "〔2023〕1号"])
def test_letters_are_found_in_whatever_brackets(after_day: Sample, typed: str) -> None:
    with after_day.desk() as desk:
        assert ("document", "演产办字〔2023〕1号") in hits(desk, typed)
        assert ("document", "演产办字〔2023〕1号") not in hits(desk, typed.replace("2023", "2022"))


def test_people_are_found_by_two_characters_and_by_both_readings_of_a_surname(desk: Desk) -> None:
    number = "110101199003070273"
    party = desk.dossiers.create(PartyForm(kind="person", name="曾乐", code=number, code_accepted_reason="核对原件"))
    person = desk.records.own_person(party)
    for typed in ("曾乐", "zl", "cl", "ZL", number, number[-4:]):
        found = [hit for hit in desk.home.search(typed) if hit.kind == "person" and hit.id == person]
        assert [hit.target for hit in found] == [("person", f"{party}/{person}")], typed
        assert number not in repr(found)
    parties = [hit for hit in desk.home.search("曾乐") if hit.kind == "party"]
    assert [hit.detail for hit in parties] == ["110101********0273"]
    (row,) = desk.dossiers.page(search="曾乐").rows
    assert row.code == "110101********0273"
    assert desk.dossiers.find(number) == party
    assert not [hit for hit in desk.home.search("z") if hit.kind == "person"], "one letter is nobody's initials"


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "\\", "字" * 60_000, "没有的东西", "' OR ''='"])
def test_what_finds_nothing(after_day: Sample, text: str) -> None:
    with after_day.desk() as desk:
        assert desk.home.search(text) == ()


def test_no_kind_crowds_out_the_others(after_day: Sample) -> None:
    with after_day.desk() as desk:
        found = desk.home.search("2023", limit=5)
        assert {hit.kind for hit in found} >= {"case", "document"}
        assert len(found) <= 5
        assert len(desk.home.search("1", limit=3)) == 3


def test_an_open_case_of_somebody_else_is_not_on_my_list(desk: Desk, sample: Sample) -> None:
    desk.cases.accept(sample.made.parties["xinglian"], XUNWU, XW)
    with desk.file.read() as session:
        assert session.scalars(select(Case.officer_id)).one() == desk.user.id
    admin = sample.switched(desk, Role.ADMINISTRATOR)
    admin.users.add("qian", "钱经办", frozenset({Role.CASEWORKER}), "a-long-enough-password")
    other = admin.switch("qian", "a-long-enough-password")
    assert todos(other) == []
