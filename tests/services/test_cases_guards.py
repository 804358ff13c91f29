"""What a case is refused, through the services, with the sentence a clerk reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas
from services.case_bench import DATONG, DT, PASSWORD, XUNWU, XW, CaseBench, make_bench
from sqlalchemy import select

from caseworker.errors import EditConflict, InvalidInput, Refusal
from caseworker.services.case_papers import NEVER
from caseworker.services.desk import Desk
from caseworker.store.models import CasePaper, Decision, FundYear, Party, Person, PriorGrant, Proposal
from caseworker.values.money import Money

HALF_YEAR = (202212, 202301, 202302, 202303, 202304, 202305)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, date(2023, 6, 1))
    yield made
    made.clerk.close()


def refusal(desk: Desk, case_id: int, move: str, reason: str = "") -> str:
    detail = desk.cases.get(case_id)
    with pytest.raises(Refusal) as caught:
        desk.cases.move(case_id, move, version=detail.version, reason=reason)
    assert desk.cases.get(case_id).version == detail.version, "a refused move changes nothing"
    return caught.value.message


# ---- taking in -----------------------------------------------------------------------------


def test_cases_are_numbered_by_policy_and_year(bench: CaseBench) -> None:
    one = bench.clerk.cases.accept(bench.xw_company(), XUNWU, XW)
    two = bench.clerk.cases.accept(bench.dt_company(), DATONG, DT)
    three = bench.clerk.cases.accept(bench.xw_company(name="寻乌县明灯客服有限公司"), XUNWU, XW)
    bench.clock.set_day(date(2024, 1, 2))
    four = bench.clerk.cases.accept(bench.xw_company(name="寻乌县远山客服有限公司"), XUNWU, XW)
    numbers = [bench.clerk.cases.get(case_id).number for case_id in (one, two, three, four)]
    assert numbers == ["XK-2023-0001", "DT-2023-0001", "XK-2023-0002", "XK-2024-0001"]


def test_one_open_claim_for_one_matter(bench: CaseBench) -> None:
    party = bench.xw_company()
    bench.clerk.cases.accept(party, XUNWU, XW)
    with pytest.raises(Refusal, match="XK-2023-0001"):
        bench.clerk.cases.accept(party, XUNWU, XW)


@pytest.mark.parametrize("login", ["admin", "reviewer", "head", "keeper"])
def test_only_a_caseworker_takes_cases_in(bench: CaseBench, login: str) -> None:
    party = bench.xw_company()
    with pytest.raises(Refusal, match="由经办人办理"):
        bench[login].cases.accept(party, XUNWU, XW)


def test_an_unknown_clause_is_refused(bench: CaseBench) -> None:
    with pytest.raises(Refusal, match="没有这项条款"):
        bench.clerk.cases.accept(bench.xw_company(), XUNWU, "xw-99")


def test_clauses_are_offered_by_the_kind_of_party(bench: CaseBench) -> None:
    offered = {clause for _, _, clause, _, _ in bench.clerk.cases.clauses_for(bench.xw_company())}
    assert {XW, DT} <= offered


# ---- papers --------------------------------------------------------------------------------


def test_a_case_with_lacking_papers_stays_in_verification(bench: CaseBench) -> None:
    case_id = bench.clerk.cases.accept(bench.dt_company(), DATONG, DT)
    bench.go(case_id, ("clerk", "verify"))
    papers = bench.clerk.cases.get(case_id).papers
    wanted = [paper for paper in papers if paper.applies]
    assert wanted, "附件1 names the papers"
    message = refusal(bench.clerk, case_id, "papers-complete")
    assert message.count("\n") + 1 == len(wanted)
    assert f"材料“{wanted[0].name}”还需" in message


def test_a_line_changed_meanwhile_is_a_conflict_that_shows_both(bench: CaseBench) -> None:
    case_id = bench.clerk.cases.accept(bench.dt_company(), DATONG, DT)
    paper = bench.clerk.cases.get(case_id).papers[0]
    bench["second"].cases.tick(case_id, paper.id, version=paper.version, copy=True, note="缺页")
    with pytest.raises(EditConflict) as caught:
        bench.clerk.cases.tick(case_id, paper.id, version=paper.version, copy=False, note="齐")
    assert caught.value.mine == {"复印件": "否", "备注": "齐"}
    assert caught.value.theirs == {"复印件": "是", "备注": "缺页"}


def test_ticking_names_who_saw_it_and_touches_only_what_is_given(bench: CaseBench) -> None:
    case_id = bench.clerk.cases.accept(bench.dt_company(), DATONG, DT)
    paper = bench.clerk.cases.get(case_id).papers[0]
    seen = bench.clerk.cases.tick(case_id, paper.id, version=paper.version, original=True)
    assert (seen.original_sighted, seen.copy_kept, seen.checked_by) == (True, False, "经一")
    again = bench.clerk.cases.tick(case_id, paper.id, version=seen.version, note="已核对")
    assert (again.original_sighted, again.note) == (True, "已核对")


def test_a_mandatory_paper_is_not_tolerated(bench: CaseBench) -> None:
    case_id = bench.clerk.cases.accept(bench.dt_company(), DATONG, DT)
    paper = next(paper for paper in bench.clerk.cases.get(case_id).papers if paper.need == "mandatory")
    with pytest.raises(InvalidInput, match="不能容缺"):
        bench.clerk.cases.tick(case_id, paper.id, version=paper.version, tolerated_until=date(2023, 7, 1))
    bench.clerk.cases.tick(case_id, paper.id, version=paper.version, tolerated_until=NEVER)


def test_scans_are_kept_once_and_taken_off_with_a_reason(bench: CaseBench, tmp_path: Path) -> None:
    case_id = bench.clerk.cases.accept(bench.dt_company(), DATONG, DT)
    paper = bench.clerk.cases.get(case_id).papers[0]
    scan = tmp_path / "营业执照.pdf"
    canvas = Canvas(str(scan), invariant=True)
    canvas.showPage()
    canvas.save()
    first = bench.clerk.cases.attach(case_id, paper.id, scan)
    second = bench.clerk.cases.attach(case_id, paper.id, scan)
    assert first.scans == second.scans
    (row,) = first.scans
    attachment = row.attachment_id
    assert (row.name, row.size, row.pages) == ("营业执照.pdf", scan.stat().st_size, 1)
    read = bench.clerk.cases.scan(case_id, paper.id, attachment)
    assert read == ("营业执照.pdf", "application/pdf", scan.read_bytes())
    other = bench.clerk.cases.get(case_id).papers[1]
    with pytest.raises(Refusal, match="不在该材料下"):  # a scan is read through the paper it hangs on only
        bench.clerk.cases.scan(case_id, other.id, attachment)
    with pytest.raises(InvalidInput, match="原因"):
        bench.clerk.cases.detach(case_id, paper.id, attachment, " ")
    assert bench.clerk.cases.detach(case_id, paper.id, attachment, "放错材料").scans == ()
    with pytest.raises(Refusal, match="不在该材料下"):
        bench.clerk.cases.detach(case_id, paper.id, attachment, "放错材料")
    with pytest.raises(Refusal, match="不在该材料下"):
        bench.clerk.cases.scan(case_id, paper.id, attachment)
    assert bench.clerk.cases.attach(case_id, paper.id, scan).scans == first.scans


def test_a_paper_unticked_after_the_review_holds_up_the_decision(bench: CaseBench) -> None:
    case_id = bench.to_decision(bench.dt_company(months=HALF_YEAR), DATONG, DT)
    paper = next(paper for paper in bench.clerk.cases.get(case_id).papers if paper.wants_original)
    bench.clerk.cases.tick(case_id, paper.id, version=paper.version, original=False, note="原件系涂改")
    assert "还需查验原件" in refusal(bench["head"], case_id, "decide-grant")


# ---- facts ---------------------------------------------------------------------------------


def test_missing_facts_are_listed_by_label(bench: CaseBench) -> None:
    party = bench.company()
    case_id = bench.clerk.cases.accept(party, XUNWU, XW)
    view = bench.clerk.cases.calculation(case_id)
    labels = [fact.label for fact in view.facts if fact.origin == "missing"]
    assert len(labels) == 5
    assert view.missing == tuple(labels)
    assert view.amount is None
    assert view.request is None
    bench.tick_all(case_id)
    bench.go(case_id, ("clerk", "verify"), ("clerk", "papers-complete"))
    message = refusal(bench.clerk, case_id, "calculated")
    assert all(label in message for label in labels)


def test_people_without_roster_or_contract_are_said_so(bench: CaseBench) -> None:
    party = bench.dt_company(people=0)
    case_id = bench.clerk.cases.accept(party, DATONG, DT)
    assert "请先导入花名册" in bench.clerk.cases.calculation(case_id).missing[0]
    bench.roster(party, 5, contract=False)
    (missing,) = bench.clerk.cases.calculation(case_id).missing
    assert "等 5 人的" in missing


def test_a_fact_set_by_hand_is_marked_and_wants_a_reason(bench: CaseBench) -> None:
    case_id = bench.clerk.cases.accept(bench.xw_company(seats=90), XUNWU, XW)
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.cases.set_fact(case_id, "seats", 120, "  ")
    assert [problem.path for problem in caught.value.problems] == ["reason"]
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.cases.set_fact(case_id, "seats", "很多", "")
    assert [problem.path for problem in caught.value.problems] == ["value", "reason"]
    bench.clerk.cases.set_fact(case_id, "seats", 120, "6月1日现场清点")
    seats = next(fact for fact in bench.clerk.cases.calculation(case_id).facts if fact.name == "seats")
    assert (seats.value, seats.origin, seats.reason) == (120, "case", "6月1日现场清点")
    bench.clerk.cases.withdraw_fact(case_id, "seats")
    seats = next(fact for fact in bench.clerk.cases.calculation(case_id).facts if fact.name == "seats")
    assert (seats.value, seats.origin) == (90, "dossier")
    with pytest.raises(Refusal, match="没有手工填写过"):
        bench.clerk.cases.withdraw_fact(case_id, "seats")


@pytest.mark.parametrize("name", ["already_granted", "first_application", "continuing", "people"])
def test_what_was_granted_and_the_people_cannot_be_typed(bench: CaseBench, name: str) -> None:
    if name == "already_granted":
        case_id = bench.clerk.cases.accept(bench.xw_company(), XUNWU, XW)
    else:
        case_id = bench.clerk.cases.accept(bench.dt_company(), DATONG, DT)
    with pytest.raises(Refusal, match="不能手工填写"):
        bench.clerk.cases.set_fact(case_id, name, "0", "企业说没有")


def test_the_dossiers_fact_of_the_acceptance_day_counts(bench: CaseBench) -> None:
    party = bench.xw_company(seats=150)
    bench.clerk.dossiers.set_fact(party, "seats", 320, date(2023, 6, 2), "扩建验收单")
    case_id = bench.clerk.cases.accept(party, XUNWU, XW)
    bench.clock.set_day(date(2023, 7, 1))
    seats = next(fact for fact in bench.clerk.cases.calculation(case_id).facts if fact.name == "seats")
    assert seats.value == 150
    assert seats.source == "验资报告（自 2022-05-20 起）"


def test_an_ineligible_claim_goes_to_refusal_not_to_payment(bench: CaseBench) -> None:
    case_id = bench.to_proposal(bench.xw_company(seats=99), XUNWU, XW)
    assert "不符合条件" in refusal(bench.clerk, case_id, "propose")
    detail = bench.go(case_id, ("clerk", "propose-refusal", "座席不足 100 席"), ("reviewer", "review-pass"))
    assert detail.step == "decision", "a refusal is not shown to the public"
    assert "不予兑现" in refusal(bench["head"], case_id, "decide-grant")
    detail = bench.go(case_id, ("head", "decide-refuse", "座席不足 100 席"))
    assert (detail.status, detail.instalments) == ("refused", ())
    assert "不予兑现决定书尚未用印" in refusal(bench.clerk, case_id, "archive")
    letter = bench.clerk.documents.make("refusal", case_id=case_id)
    bench["keeper"].documents.record_wet_seal(letter.id, "公章", PASSWORD)
    detail = bench.go(case_id, ("clerk", "archive"))
    assert (detail.step, detail.status) == ("archive", "refused")


# ---- four eyes -----------------------------------------------------------------------------


def test_proposer_reviewer_and_head_are_three_people(bench: CaseBench) -> None:
    party = bench.xw_company()
    case_id = bench.to_proposal(party, XUNWU, XW)
    bench.go(case_id, ("second", "propose"))
    assert "不能由同一人复核" in refusal(bench["second"], case_id, "review-pass")
    bench.go(case_id, ("deputy", "review-pass"))
    notice = bench.clerk.notices.publish([case_id])
    bench.clock.set_day(notice.last_day)
    bench.clerk.notices.close(notice.id)
    bench.go(case_id, ("clerk", "notice-done"))
    assert "您是本办件的复核人" in refusal(bench["deputy"], case_id, "decide-grant")
    bench.go(case_id, ("head", "decide-grant"))


def test_two_person_mode_joins_review_and_decision_and_says_so(bench: CaseBench) -> None:
    bench.settings(two_person_mode=True, notice_days=0)
    case_id = bench.to_proposal(bench.xw_company(), XUNWU, XW)
    bench.go(case_id, ("clerk", "propose"), ("head", "review-pass"), ("head", "decide-grant"))
    with bench.clerk.file.read() as session:
        assert session.scalars(select(Decision)).one().joint_review is True


def test_in_two_person_mode_the_proposer_still_decides_nothing(bench: CaseBench) -> None:
    bench.settings(two_person_mode=True, notice_days=0)
    case_id = bench.to_proposal(bench.xw_company(), XUNWU, XW)
    bench.go(case_id, ("deputy", "propose"))
    assert "初审经办人" in refusal(bench["deputy"], case_id, "review-pass")
    bench.go(case_id, ("head", "review-pass"))
    assert "初审经办人" in refusal(bench["deputy"], case_id, "decide-grant")


# ---- notice --------------------------------------------------------------------------------


def test_a_notice_of_datong_closes_on_d_plus_7_and_not_before(bench: CaseBench) -> None:
    case_id = bench.to_notice(bench.dt_company(months=HALF_YEAR), DATONG, DT)
    assert "尚未公示" in refusal(bench.clerk, case_id, "notice-done")
    notice = bench.clerk.notices.publish([case_id])
    assert notice.last_day == date(2023, 6, 8)
    bench.clock.set_day(date(2023, 6, 7))
    with pytest.raises(Refusal, match="最早 2023年6月8日"):
        bench.clerk.notices.close(notice.id)
    assert "公示期未满" in refusal(bench.clerk, case_id, "notice-done")
    bench.clock.set_day(date(2023, 6, 8))
    assert "尚未结束公示" in refusal(bench.clerk, case_id, "notice-done")
    bench.clerk.notices.close(notice.id)
    assert bench.go(case_id, ("clerk", "notice-done")).step == "decision"


def test_the_text_of_datong_is_not_shortened_by_an_office(bench: CaseBench) -> None:
    bench.settings(notice_days=3)
    case_id = bench.to_notice(bench.dt_company(months=HALF_YEAR), DATONG, DT)
    assert bench.clerk.notices.publish([case_id]).last_day == date(2023, 6, 8)


def test_xunwu_without_notice_goes_straight_to_the_decision(bench: CaseBench) -> None:
    bench.settings(notice_days=0)
    case_id = bench.to_proposal(bench.xw_company(), XUNWU, XW)
    detail = bench.go(case_id, ("clerk", "propose"), ("reviewer", "review-pass"))
    assert detail.step == "decision"
    assert {step.id: step.mark for step in detail.steps}["notice"] == "skipped"
    bench.go(case_id, ("head", "decide-grant"))
    bench.pay(case_id)


def test_an_open_objection_holds_up_its_own_case_only(bench: CaseBench) -> None:
    cases = [
        bench.to_notice(bench.xw_company(name=name), XUNWU, XW)
        for name in ("寻乌县星河客服有限公司", "寻乌县明灯客服有限公司")
    ]
    notice = bench.clerk.notices.publish(cases)
    objection = bench.clerk.notices.object(notice.id, cases[0], "某职工", "座席数与实际不符")
    bench.clock.set_day(notice.last_day)
    bench.clerk.notices.close(notice.id)
    assert "1 件异议尚未处理" in refusal(bench.clerk, cases[0], "notice-done")
    bench.go(cases[1], ("clerk", "notice-done"))
    with pytest.raises(Refusal, match="复核人、负责人"):
        bench.clerk.notices.settle_objection(objection.id, "已核查", "dismissed")
    bench["reviewer"].notices.settle_objection(objection.id, "现场复核 260 席属实", "dismissed")
    bench.go(cases[0], ("clerk", "notice-done"))


def test_an_objection_that_is_upheld_sends_the_case_back(bench: CaseBench) -> None:
    case_id = bench.to_notice(bench.xw_company(), XUNWU, XW)
    notice = bench.clerk.notices.publish([case_id])
    objection = bench.clerk.notices.object(notice.id, case_id, "某职工", "座席数与实际不符")
    bench.clock.set_day(notice.last_day)
    bench.clerk.notices.close(notice.id)
    bench["head"].notices.settle_objection(objection.id, "现场仅 180 席", "upheld")
    assert "异议成立" in refusal(bench.clerk, case_id, "notice-done")
    detail = bench.go(case_id, ("reviewer", "return", "异议成立，重新核验"))
    assert (detail.step, detail.proposer) == ("verification", "")
    bench.go(
        case_id,
        ("clerk", "papers-complete"),
        ("clerk", "calculated"),
        ("clerk", "propose"),
        ("reviewer", "review-pass"),
    )
    assert "尚未公示" in refusal(bench.clerk, case_id, "notice-done"), "the new proposal was not shown yet"


def test_a_case_is_shown_once(bench: CaseBench) -> None:
    case_id = bench.to_notice(bench.xw_company(), XUNWU, XW)
    bench.clerk.notices.publish([case_id])
    with pytest.raises(Refusal, match="不能重复公示"):
        bench.clerk.notices.publish([case_id])
    with pytest.raises(Refusal, match="不能倒签"):
        bench.clerk.notices.publish([case_id], date(2023, 5, 31))


# ---- proposal and dossier ------------------------------------------------------------------


def test_a_later_change_of_the_dossier_shows_and_does_not_seep_in(bench: CaseBench) -> None:
    party = bench.xw_company(seats=260)
    case_id = bench.to_decision(party, XUNWU, XW)
    bench.clerk.dossiers.set_fact(party, "seats", 270, date(2023, 1, 1), "复查记录")
    view = bench.clerk.cases.calculation(case_id)
    assert view.amount == Money.parse(780_000)
    changes = {label: (before, now) for label, before, now in view.differs_from_proposal}
    assert ("260 席", "270 席") in changes.values()
    assert changes["测算金额"] == ("780000.00 元", "810000.00 元")
    with pytest.raises(Refusal, match="已经固定"):
        bench.clerk.cases.set_fact(case_id, "seats", 300, "更正")
    detail = bench.go(case_id, ("head", "decide-grant"))
    assert detail.instalments[0].amount == Money.parse(780_000)


def test_a_returned_proposal_is_kept_and_numbered_anew(bench: CaseBench) -> None:
    party = bench.xw_company(seats=260)
    case_id = bench.to_proposal(party, XUNWU, XW)
    bench.go(case_id, ("clerk", "propose"), ("reviewer", "review-return", "座席须再核"))
    bench.clerk.cases.set_fact(case_id, "seats", 250, "现场清点")
    bench.go(case_id, ("clerk", "papers-complete"), ("clerk", "calculated"), ("clerk", "propose"))
    with bench.clerk.file.read() as session:
        rows = session.scalars(select(Proposal).order_by(Proposal.number)).all()
        assert [(row.number, row.state, row.amount) for row in rows] == [
            (1, "returned", Money.parse(780_000)),
            (2, "live", Money.parse(750_000)),
        ]


def test_an_altered_proposal_is_found_and_cannot_be_decided(bench: CaseBench) -> None:
    case_id = bench.to_decision(bench.xw_company(), XUNWU, XW)
    assert bench.clerk.cases.verify_proposal(case_id)[0]
    with bench.clerk.file.write(bench.clerk.actor, "test.tamper") as work:
        proposal = work.session.scalars(select(Proposal)).one()
        proposal.frozen = proposal.frozen.replace(b'"seats":260', b'"seats":960')
        work.subject("case", case_id)
    ok, words = bench.clerk.cases.verify_proposal(case_id)
    assert not ok
    assert "摘要不符" in words
    assert "摘要不符" in refusal(bench["head"], case_id, "decide-grant")


def test_an_award_given_meanwhile_stops_the_decision(bench: CaseBench) -> None:
    party = bench.xw_company()
    case_id = bench.to_decision(party, XUNWU, XW)
    with bench.clerk.file.write(bench.clerk.actor, "test.prior") as work:
        work.session.add(
            PriorGrant(
                party_id=party,
                policy=XUNWU,
                clause=XW,
                granted_on=date(2022, 12, 1),
                amount=Money.parse(100_000),
                facts={},
                evidence="拨款凭证",
                entered_by=bench.clerk.user.id,
                confirmed_by=bench["reviewer"].user.id,
            )
        )
        work.subject("party", party)
    message = refusal(bench["head"], case_id, "decide-grant")
    assert "0.00 变为 100000.00" in message
    assert "退回重新测算" in message


def test_prior_grants_count_once_a_second_person_confirmed_them(bench: CaseBench) -> None:
    party = bench.dt_company(people=1, months=HALF_YEAR)
    with bench.clerk.file.write(bench.clerk.actor, "test.prior") as work:
        person = work.session.scalars(select(Person.id)).one()
        grant = PriorGrant(
            party_id=party,
            person_id=person,
            policy=DATONG,
            clause=DT,
            granted_on=date(2023, 3, 1),
            amount=Money.parse(2_500),
            facts={"claimed_through": "2023-01"},
            evidence="拨款凭证",
            entered_by=bench.clerk.user.id,
        )
        work.session.add(grant)
        work.session.flush()
        grant_id = grant.id
        work.subject("party", party)
    case_id = bench.clerk.cases.accept(party, DATONG, DT)

    def person_facts() -> tuple[object, ...]:
        facts = {view.name: view.value for view in bench.clerk.cases.calculation(case_id).facts}
        record = facts["people"][0]
        return facts["first_application"], record["claimed_through"], record["paid_total"], record["first_paid_on"]

    assert person_facts() == (True, None, "0.00", None)
    with bench.clerk.file.write(bench["reviewer"].actor, "test.confirm") as work:
        work.session.get_one(PriorGrant, grant_id).confirmed_by = bench["reviewer"].user.id
        work.subject("party", party)
    assert person_facts() == (False, "2023-01", "2500.00", "2023-03-01")


# ---- fund ----------------------------------------------------------------------------------


def set_budget(bench: CaseBench, policy: str, yuan: int) -> None:
    with bench.clerk.file.write(bench.clerk.actor, "test.fund") as work:
        fund = work.session.scalar(select(FundYear).where(FundYear.policy == policy, FundYear.year == 2023))
        if fund is None:
            work.session.add(FundYear(policy=policy, year=2023, budget=Money.parse(yuan)))
        else:
            fund.budget = Money.parse(yuan)
        work.subject("fund", policy)


def test_the_fund_takes_its_last_yuan_and_refuses_the_next(bench: CaseBench) -> None:
    case_id = bench.to_decision(bench.xw_company(), XUNWU, XW)
    set_budget(bench, XUNWU, 779_999)
    assert "超出 1.00 元" in refusal(bench["head"], case_id, "decide-grant")
    grant = next(view for view in bench["head"].cases.get(case_id).moves if view.id == "decide-grant")
    assert grant.why_not is None, "the head may still, with a reason"
    assert not grant.plain
    assert "超出" in grant.warning
    set_budget(bench, XUNWU, 780_000)
    grant = next(view for view in bench["head"].cases.get(case_id).moves if view.id == "decide-grant")
    assert grant.plain
    assert "90%" in grant.warning
    bench.go(case_id, ("head", "decide-grant"))


def test_beyond_the_fund_the_head_decides_with_a_reason_on_record(bench: CaseBench) -> None:
    case_id = bench.to_decision(bench.xw_company(), XUNWU, XW)
    set_budget(bench, XUNWU, 1)
    bench.go(case_id, ("head", "decide-grant", "县政府常务会议同意追加预算"))
    with bench.clerk.file.read() as session:
        assert session.scalars(select(Decision)).one().reason == "县政府常务会议同意追加预算"


def test_what_is_committed_leaves_less_for_the_next(bench: CaseBench) -> None:
    set_budget(bench, XUNWU, 1_000_000)
    first = bench.to_payment(bench.xw_company(), XUNWU, XW)
    second = bench.to_decision(bench.xw_company(name="寻乌县明灯客服有限公司"), XUNWU, XW)
    assert "剩余 220,000.00 元" in refusal(bench["head"], second, "decide-grant")
    bench.go(first, ("head", "terminate", "企业迁出"))
    bench.go(second, ("head", "decide-grant"))


# ---- payment -------------------------------------------------------------------------------


def due_ids(bench: CaseBench) -> list[int]:
    return [instalment.id for instalment, _ in bench.clerk.payments.due()]


def test_no_payment_without_the_sealed_letter(bench: CaseBench) -> None:
    bench.to_payment(bench.dt_company(months=HALF_YEAR), DATONG, DT)
    with pytest.raises(Refusal, match="决定书尚未用印"):
        bench.clerk.payments.order(DATONG, due_ids(bench))


def test_a_forecast_is_not_paid(bench: CaseBench) -> None:
    case_id = bench.to_payment(bench.dt_company(months=HALF_YEAR), DATONG, DT)
    bench.seal_letter(case_id)
    later = bench.clerk.cases.get(case_id).instalments[1]
    assert due_ids(bench) == [bench.clerk.cases.get(case_id).instalments[0].id]
    with pytest.raises(Refusal, match="另行申报"):
        bench.clerk.payments.order(DATONG, [later.id])


def test_money_goes_to_the_payees_own_account(bench: CaseBench) -> None:
    party = bench.xw_company()
    case_id = bench.to_payment(party, XUNWU, XW)
    bench.seal_letter(case_id)

    def account(**columns: str) -> None:
        with bench.clerk.file.write(bench.clerk.actor, "test.account") as work:
            row = work.session.get_one(Party, party)
            for name, value in columns.items():
                setattr(row, name, value)
            work.subject("party", party)

    account(account_name="寻乌县星河贸易有限公司")
    with pytest.raises(Refusal, match="不一致，不能拨付"):
        bench.clerk.payments.order(XUNWU, due_ids(bench))
    before = bench.clerk.dossiers.get(party).form.account_number
    account(account_name="寻乌县星河客服有限公司", account_number="")
    with pytest.raises(Refusal, match="账号未填写"):
        bench.clerk.payments.order(XUNWU, due_ids(bench))
    account(account_number="1000998877665544")
    with pytest.raises(Refusal, match=r"账号与.*不一致"):
        bench.clerk.payments.order(XUNWU, due_ids(bench))
    account(account_number=before)
    batch = bench.clerk.payments.order(XUNWU, due_ids(bench))
    account(account_number="1000000000000000")
    assert bench.clerk.payments.page().rows[0].id == batch.id


def test_a_suspended_case_is_not_paid_until_it_is_resumed(bench: CaseBench) -> None:
    case_id = bench.to_payment(bench.xw_company(), XUNWU, XW)
    bench.seal_letter(case_id)
    (due,) = due_ids(bench)
    bench.go(case_id, ("head", "suspend", "接到举报，待核查"))
    assert due_ids(bench) == []
    with pytest.raises(Refusal, match="已中止"):
        bench.clerk.payments.order(XUNWU, [due])
    bench.go(case_id, ("head", "resume", "核查无异常"))
    bench.clerk.payments.order(XUNWU, [due])


def test_what_was_ordered_or_paid_is_not_ordered_again(bench: CaseBench) -> None:
    case_id = bench.to_payment(bench.xw_company(), XUNWU, XW)
    bench.seal_letter(case_id)
    (due,) = due_ids(bench)
    batch = bench.clerk.payments.order(XUNWU, [due])
    with pytest.raises(Refusal, match="已经报拨款"):
        bench.clerk.payments.order(XUNWU, [due])
    bench.clerk.payments.record_paid(batch.id, bench.clock.today())
    with pytest.raises(Refusal, match="已经拨付"):
        bench.clerk.payments.order(XUNWU, [due])
    with pytest.raises(Refusal, match="不能重复登记"):
        bench.clerk.payments.record_paid(batch.id, bench.clock.today())


@pytest.mark.parametrize("days", [-1, 1])
def test_the_day_of_payment_lies_between_the_order_and_today(bench: CaseBench, days: int) -> None:
    case_id = bench.to_payment(bench.xw_company(), XUNWU, XW)
    bench.seal_letter(case_id)
    batch = bench.clerk.payments.order(XUNWU, due_ids(bench))
    with pytest.raises(InvalidInput, match="拨付日期"):
        bench.clerk.payments.record_paid(batch.id, bench.clock.today() + timedelta(days=days))


def test_an_unpaid_case_is_not_archived(bench: CaseBench) -> None:
    case_id = bench.to_payment(bench.xw_company(), XUNWU, XW)
    message = refusal(bench.clerk, case_id, "archive")
    assert "尚未用印" in message
    assert "还有 1 期" in message


# ---- log -----------------------------------------------------------------------------------


def test_every_act_is_one_audit_entry_and_a_refused_one_none(bench: CaseBench) -> None:
    case_id = bench.clerk.cases.accept(bench.xw_company(), XUNWU, XW)
    before = bench.clerk.audit.page().total
    bench.go(case_id, ("clerk", "verify"))
    assert bench.clerk.audit.page().total == before + 1
    refusal(bench["head"], case_id, "decide-grant")
    assert bench.clerk.audit.page().total == before + 1
    newest = bench.clerk.audit.page(limit=1).rows[0]
    assert newest.detail["move"] == "verify"
    assert bench.clerk.audit.verify()[0]


def test_the_list_finds_and_sorts(bench: CaseBench) -> None:
    one = bench.to_proposal(bench.xw_company(), XUNWU, XW)
    bench.go(one, ("clerk", "propose"))
    two = bench.clerk.cases.accept(bench.dt_company(), DATONG, DT)
    page = bench.clerk.cases.page
    assert {row.id for row in page().rows} == {one, two}
    assert [row.id for row in page("星河").rows] == [one]
    assert [row.id for row in page(step="review").rows] == [one]
    assert [row.id for row in page(sort="amount").rows] == [one, two]
    assert page("xk-2023").rows[0].amount == Money.parse(780_000)
    assert page(status="withdrawn").total == 0


def test_the_checklist_rows_are_laid_out_at_acceptance(bench: CaseBench) -> None:
    case_id = bench.clerk.cases.accept(bench.dt_company(), DATONG, DT)
    with bench.clerk.file.read() as session:
        laid = set(session.scalars(select(CasePaper.paper).where(CasePaper.case_id == case_id)))
    assert laid == {paper.id for paper in bench.clerk.packs[DATONG].clauses[DT].papers}
