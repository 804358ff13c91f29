"""协查 and reviews by other bureaus: drafted, sent, answered line by line, frozen with the proposal, filed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from services.case_bench import DATONG, DT, XUNWU, XW, CaseBench, make_bench
from sqlalchemy import select

from caseworker.errors import CaseworkerError, EditConflict, EnvironmentFault, InvalidInput, Refusal
from caseworker.services.consultation_views import ConsultationDetail, InquiryForm, LineReply, ReplyForm, ReviewForm
from caseworker.store.models import ConsultationScan, Document, Proposal
from caseworker.values.masking import mask_id_number

DAY = date(2023, 6, 1)  # a Thursday; ten working days later there is no holiday but the weekends
LABOUR = "寻乌县人力资源和社会保障局"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CaseBench]:
    """One office for all the tests that stay on its day; each has a company of its own."""
    made = make_bench(tmp_path_factory.mktemp("office"), DAY)
    yield made
    made.clerk.close()


@pytest.fixture
def moving(tmp_path: Path) -> Iterator[CaseBench]:
    """An office of a test's own, whose day it moves."""
    made = make_bench(tmp_path, DAY)
    yield made
    made.clerk.close()


def before_proposal(bench: CaseBench) -> int:
    """寻乌's first clause before its proposal; three people on the company's roster."""
    party = bench.xw_company(name=f"寻乌县星河{bench.people}号客服有限公司")
    bench.roster(party, 3)
    bench.months(party, [202301, 202302, 202304])
    return bench.to_proposal(party, XUNWU, XW)


@pytest.fixture
def case(bench: CaseBench) -> int:
    return before_proposal(bench)


@pytest.fixture(scope="module")
def still(bench: CaseBench) -> int:
    """The case of all tests that leave it where it stands."""
    return before_proposal(bench)


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return a_scan(tmp_path / "回函.png", 1)


def a_scan(path: Path, shade: int) -> Path:
    """A small picture of its own content."""
    from PIL import Image

    Image.new("RGB", (20, 20), (shade, 10, 200)).save(path)
    return path


def asked(bench: CaseBench, case: int, **changes: object) -> int:
    given: dict[str, object] = {
        "bureau": "labour",
        "addressee": LABOUR,
        "facts": ("seats",),
        "person_facts": ("contract_start", "contract_end", "insurance_months"),
        "questions": ("该单位是否欠缴社会保险费",),
    }
    return bench.clerk.consultations.draft(InquiryForm(case, **(given | changes)))  # type: ignore[arg-type]


def sent(bench: CaseBench, case: int, **changes: object) -> ConsultationDetail:
    key = asked(bench, case, **changes)
    bench.clerk.consultations.issue(key, bench.clerk.consultations.get(key).row.version)
    return bench.clerk.consultations.get(key)


def answer(
    bench: CaseBench, inquiry: ConsultationDetail, scan: Path, lines: dict[int, LineReply] | None = None
) -> ConsultationDetail:
    form = ReplyForm(bench.clock.today(), "寻人社函1号", "", lines or {}, "confirmed")
    return bench.clerk.consultations.reply(inquiry.row.id, inquiry.row.version, form, [scan])


def problems(caught: pytest.ExceptionInfo[InvalidInput]) -> dict[str, str]:
    return {one.path: one.message for one in caught.value.problems}


def propose_view(bench: CaseBench, case: int):  # type: ignore[no-untyped-def]
    return next(move for move in bench.clerk.cases.get(case).moves if move.id == "propose")


# ---- what is proposed ------------------------------------------------------------------------


def test_each_bureau_is_offered_what_it_can_confirm(bench: CaseBench, still: int) -> None:
    choices = bench.clerk.consultations.choices(still)
    tax, labour, finance, other = choices.bureaus
    assert (tax.addressee, labour.addressee, finance.addressee, other.addressee) == (
        "国家税务总局寻乌县税务局",
        LABOUR,
        "寻乌县财政局",
        "",
    )
    assert tax.facts == ("in_scope",)
    assert labour.person_facts == ("employed_from", "employed_to", "contract_start", "contract_end", "insurance_months")
    assert finance.facts == ("already_granted",)
    assert not other.facts + other.person_facts
    assert {one.name: one.shown for one in choices.facts}["seats"] == "260 席"
    assert len(choices.people) == 3
    assert all("*" in one.id_masked for one in choices.people)
    assert (choices.working_days, choices.due_on) == (10, date(2023, 6, 15))


def test_a_clause_of_people_offers_its_own_list(bench: CaseBench) -> None:
    case = bench.clerk.cases.accept(bench.dt_company(people=2, months=[202301, 202302]), DATONG, DT)
    choices = bench.clerk.consultations.choices(case)
    labels = {one.name: one.label for one in choices.person_facts}
    assert labels["insurance_months"] == "社保缴纳月份"
    assert labels["paid_total"].startswith("该人员累计")
    assert next(one for one in choices.bureaus if one.id == "finance").person_facts == ("paid_total",)
    key = asked(bench, case, facts=(), questions=(), people=(choices.people[1].id,))
    (line,) = bench.clerk.consultations.get(key).lines
    assert line.subject == choices.people[1].name
    assert "社保缴纳月份：2023-01 至 2023-02" in line.asked


# ---- draft and letter ----------------------------------------------------------------------------


def test_a_draft_shows_what_it_would_ask_and_goes_nowhere(bench: CaseBench, case: int) -> None:
    key = asked(bench, case)
    detail = bench.clerk.consultations.get(key)
    assert (detail.row.state, detail.row.letter_id, detail.row.asked_on) == ("draft", None, None)
    assert [line.asked for line in detail.lines[:2]] == ["座席数：260 席", "该单位是否欠缴社会保险费"]
    assert detail.lines[2].asked == (
        "劳动合同起日：2022-12-01；劳动合同止日：2025-11-30；社保缴纳月份：2023-01 至 2023-02、2023-04"
    )
    assert len(detail.lines) == 5
    assert bench.clerk.documents.page(kind="inquiry", case_id=case).total == 0
    assert propose_view(bench, case).warning == ""
    waiting = [todo.target for todo in bench.clerk.home.overview().todos if "协查函待发出" in todo.text]
    assert ("consultation", key) in waiting


def test_a_draft_is_changed_by_whoever_saw_it_last(bench: CaseBench, still: int) -> None:
    service = bench.clerk.consultations
    key = asked(bench, still)
    version = service.get(key).row.version
    form = InquiryForm(still, "finance", "寻乌县财政局", facts=("already_granted",), due_on=date(2023, 6, 9))
    detail = service.change(key, version, form)
    assert (detail.row.bureau, [line.asked for line in detail.lines]) == (
        "寻乌县财政局",
        ["本条款已发放金额：0.00 元"],
    )
    with pytest.raises(EditConflict):
        service.change(key, version, form)
    with pytest.raises(EditConflict):
        service.issue(key, version)
    service.issue(key, detail.row.version)
    assert service.get(key).row.due_on == date(2023, 6, 9)
    with pytest.raises(Refusal, match="待回复"):
        service.change(key, service.get(key).row.version, form)


def test_a_letter_is_numbered_registered_and_sealed_like_others(bench: CaseBench, still: int, tmp_path: Path) -> None:
    key = asked(bench, still)
    letter = bench.clerk.consultations.issue(key, bench.clerk.consultations.get(key).row.version)
    assert re.fullmatch(r"寻客办协字〔2023〕\d+号", letter.shown_number)
    assert (letter.kind, letter.state) == ("inquiry", "issued")
    row = bench.clerk.consultations.get(key).row
    assert (row.state, row.asked_on, row.due_on, row.letter_id) == ("asked", DAY, date(2023, 6, 15), letter.id)
    _, media, data = bench.clerk.documents.data(letter.id)
    assert media == "application/pdf"
    assert bench.clerk.documents.verify(_written(tmp_path, data)).verdict == "unchanged"
    with bench.clerk.file.read() as session:
        digest = session.get_one(Document, letter.id).digest
    code = f"兑现台文书1|{letter.shown_number}|2023-06-01|{letter.party}|0.00|{digest}"
    assert bench.clerk.documents.verify(code).verdict == "unchanged"
    sealed = bench["keeper"].documents.record_wet_seal(letter.id, "公章", "correct-horse-9")
    assert sealed.sealed
    with bench.clerk.file.read() as session:
        people: Any = session.get_one(Document, letter.id).content["people"]
    masked = [line.id_masked for line in bench.clerk.consultations.get(key).lines if line.person_id is not None]
    assert [mask_id_number(one["id_number"]) for one in people] == masked
    assert not any("*" in one["id_number"] for one in people)  # the bureau looks a person up by the whole number
    entry = next(row for row in bench.clerk.audit.page().rows if row.action == "发出协查函")
    assert (entry.detail["people"], entry.detail["number"]) == (3, letter.shown_number)
    with pytest.raises(Refusal, match="协查"):
        bench.clerk.documents.make("inquiry", case_id=still)


def _written(folder: Path, data: bytes) -> Path:
    path = folder / "letter.pdf"
    path.write_bytes(data)
    return path


def test_what_was_asked_stays_as_the_letter_says(bench: CaseBench, case: int) -> None:
    inquiry = sent(bench, case)
    party = bench.clerk.cases.get(case).party_id
    bench.clerk.dossiers.set_fact(party, "seats", 250, date(2023, 5, 1), "更正")
    assert bench.clerk.consultations.get(inquiry.row.id).lines[0].asked == "座席数：260 席"
    again = sent(bench, case, person_facts=(), questions=())
    assert [line.asked for line in again.lines] == ["座席数：250 席"]


def test_a_voided_letter_is_issued_anew_with_new_lines(bench: CaseBench, still: int) -> None:
    inquiry = sent(bench, still)
    assert inquiry.row.letter_id is not None
    bench.clerk.documents.void(inquiry.row.letter_id, "抬头写错")
    detail = bench.clerk.consultations.get(inquiry.row.id)
    assert detail.row.state == "draft"
    letter = bench.clerk.consultations.issue(inquiry.row.id, detail.row.version)
    assert letter.shown_number != inquiry.row.letter_number
    assert bench.clerk.documents.get(inquiry.row.letter_id).state == "voided"
    assert len(bench.clerk.consultations.get(inquiry.row.id).lines) == 5


def test_all_that_is_wrong_with_an_inquiry_is_said_at_once(bench: CaseBench, still: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.consultations.draft(
            InquiryForm(
                still,
                "police",
                " ",
                due_on=DAY,
                facts=("tax_paid",),
                person_facts=("height",),
                people=(999,),
                questions=("问" * 201,),
            )
        )
    assert set(problems(caught)) == {"bureau", "addressee", "due_on", "facts", "person_facts", "people", "questions"}
    assert not [row for row in bench.clerk.consultations.of_case(still) if row.bureau.strip() == ""]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"facts": (), "person_facts": (), "questions": ("  ",)}, "facts"),
        ({"person_facts": ("contract_start",), "people": ()}, "people"),
        ({"person_facts": (), "people": "one"}, "person_facts"),
        ({"due_on": DAY}, "due_on"),
        ({"due_on": date(2022, 1, 1)}, "due_on"),
        ({"addressee": "局\x00"}, "addressee"),
        ({"questions": tuple(f"问{n}" for n in range(51))}, "questions"),
    ],
)
def test_each_mistake_has_its_field(bench: CaseBench, still: int, changes: dict[str, object], wrong: str) -> None:
    if changes.get("people") == "one":
        changes = changes | {"people": (bench.clerk.consultations.choices(still).people[0].id,)}
    with pytest.raises(InvalidInput) as caught:
        asked(bench, still, **changes)
    assert set(problems(caught)) == {wrong}
    asked(bench, still, due_on=DAY + timedelta(days=1))  # the first day that will do


def test_a_draft_whose_day_has_passed_is_not_sent(moving: CaseBench) -> None:
    bench, case = moving, before_proposal(moving)
    key = asked(bench, case, due_on=DAY + timedelta(days=1))
    bench.clock.set_day(DAY + timedelta(days=1))
    with pytest.raises(InvalidInput, match="有误"):
        bench.clerk.consultations.issue(key, bench.clerk.consultations.get(key).row.version)
    assert bench.clerk.documents.page(kind="inquiry").total == 0


# ---- waiting for the answer ---------------------------------------------------------------------------


def test_an_open_inquiry_is_seen_at_the_proposal_and_holds_nothing_up(moving: CaseBench) -> None:
    bench, case = moving, before_proposal(moving)
    inquiry = sent(bench, case)
    move = propose_view(bench, case)
    assert move.why_not is None
    assert f"{LABOUR}还没有回复协查函{inquiry.row.letter_number}（应于 2023-06-15 前回复）" in move.warning
    assert bench.clerk.cases.get(case).open_inquiries == 1
    bench.clock.set_day(date(2023, 6, 15))
    assert not [todo for todo in bench.clerk.home.overview().todos if "逾期未回复" in todo.text]
    bench.clock.set_day(date(2023, 6, 16))
    assert "已逾期" in propose_view(bench, case).warning
    assert bench.clerk.consultations.get(inquiry.row.id).row.overdue
    (todo,) = [todo for todo in bench.clerk.home.overview().todos if "逾期未回复" in todo.text]
    assert (todo.urgency, todo.target) == ("overdue", ("consultation", inquiry.row.id))
    assert not [todo for todo in bench["second"].home.overview().todos if "逾期未回复" in todo.text]  # not their case
    bench.go(case, ("clerk", "propose"))
    assert "还没有回复" in next(
        move.warning for move in bench["reviewer"].cases.get(case).moves if move.id == "review-pass"
    )


# ---- the answer -----------------------------------------------------------------------------------------


def test_a_reply_that_confirms_all_brings_nothing_up(bench: CaseBench, case: int, scan: Path) -> None:
    detail = answer(bench, sent(bench, case), scan)
    assert (detail.row.state, detail.row.outcome, detail.row.against) == ("answered", "confirmed", 0)
    assert (detail.reply_number, detail.answered_by) == ("寻人社函1号", "经一")
    assert {line.outcome_name for line in detail.lines} == {"属实"}
    (paper,) = detail.papers
    assert bench.clerk.consultations.scan(detail.row.id, paper.attachment_id) == (
        "回函.png",
        "image/png",
        scan.read_bytes(),
    )
    move = propose_view(bench, case)
    assert (move.why_not, move.warning) == (None, "")


@pytest.mark.parametrize("outcome", ["denied", "differs"])
def test_a_reply_against_the_claim_is_answered_for_before_the_proposal(
    bench: CaseBench, case: int, scan: Path, outcome: str
) -> None:
    inquiry = sent(bench, case)
    line = inquiry.lines[3]
    assert line.id is not None
    detail = answer(bench, inquiry, scan, {line.id: LineReply(outcome, "社保只缴到 2023-02")})
    assert (detail.row.outcome, detail.row.against) == (outcome, 1)
    (finding,) = bench.clerk.findings.of_case(case).rows
    assert (finding.kind, finding.state) == ("reply-differs", "open")
    assert line.subject in finding.sentence
    assert "社保只缴到 2023-02" in finding.sentence
    (row,) = bench.clerk.findings.evidence(case, finding.digest)
    assert row.target == ("consultation", inquiry.row.id)
    assert "1 项核查发现" in (propose_view(bench, case).why_not or "")
    bench.clerk.findings.settle(case, [finding.digest], "corrected", "已按对方的数据更正")
    assert propose_view(bench, case).why_not is None
    bench.go(case, ("clerk", "propose"))


def test_a_reply_that_changes_opens_the_finding_again(bench: CaseBench, case: int, scan: Path) -> None:
    inquiry = sent(bench, case)
    first, second = inquiry.lines[2].id, inquiry.lines[3].id
    assert first is not None
    assert second is not None
    answer(bench, inquiry, scan, {first: LineReply("differs", "三月离职")})
    bench.settle_findings(case)
    bench.clerk.consultations.take_back(inquiry.row.id, "漏登一页")
    assert bench.clerk.findings.of_case(case).rows == ()
    again = bench.clerk.consultations.get(inquiry.row.id)
    assert (again.row.state, again.papers, {line.outcome for line in again.lines}) == ("asked", (), {"open"})
    answer(bench, again, scan, {first: LineReply("differs", "三月离职"), second: LineReply("denied", "查无此人")})
    (finding,) = bench.clerk.findings.of_case(case).rows
    assert finding.state == "open"
    assert "此前的结论" in finding.changed
    with bench.clerk.file.read() as session:
        mine = select(ConsultationScan).where(ConsultationScan.consultation_id == inquiry.row.id)
        scans = session.scalars(mine.order_by(ConsultationScan.id)).all()
    assert [one.detached_reason for one in scans] == ["漏登一页", None]


def test_all_that_is_wrong_with_a_reply_is_said_at_once(bench: CaseBench, still: int, tmp_path: Path) -> None:
    inquiry = sent(bench, still)
    first, second, third = (line.id for line in inquiry.lines[:3])
    assert first is not None
    assert second is not None
    assert third is not None
    form = ReplyForm(
        DAY - timedelta(days=1),
        "号" * 61,
        "话\x07",
        {first: LineReply("denied"), second: LineReply("perhaps"), 9999: LineReply("confirmed")},
    )
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.consultations.reply(inquiry.row.id, inquiry.row.version, form, [])
    found = problems(caught)
    assert set(found) == {"answered_on", "number", "words", f"lines.{first}", f"lines.{second}", "lines", "papers"}
    messages = [one.message for one in caught.value.problems if one.path == "lines"]
    assert messages == ["回函中有这次协查没有问到的事项，请刷新后再登记。", "还有 3 项没有核实结果。"]
    for day in (None, DAY + timedelta(days=1)):
        with pytest.raises(InvalidInput) as caught:
            bench.clerk.consultations.reply(
                inquiry.row.id, inquiry.row.version, ReplyForm(day, others="confirmed"), [tmp_path / "没有.pdf"]
            )
        assert set(problems(caught)) == {"answered_on", "papers"}
    with pytest.raises(InvalidInput) as caught:  # whatever is denied is denied line by line, with the bureau's words
        bench.clerk.consultations.reply(
            inquiry.row.id, inquiry.row.version, ReplyForm(DAY, others="denied"), [a_scan(tmp_path / "a.png", 2)]
        )
    assert set(problems(caught)) == {"others"}
    assert bench.clerk.consultations.get(inquiry.row.id).row.state == "asked"


@pytest.mark.parametrize("content", [b"", b"not a scan", PDF[:9]])
def test_what_is_no_scan_is_not_kept_as_a_reply(bench: CaseBench, still: int, tmp_path: Path, content: bytes) -> None:
    inquiry = sent(bench, still)
    wrong = tmp_path / "回函.pdf"
    wrong.write_bytes(content)
    with pytest.raises((InvalidInput, EnvironmentFault)):
        answer(bench, inquiry, wrong)
    assert bench.clerk.consultations.get(inquiry.row.id).row.state == "asked"


def test_a_reply_is_entered_once(bench: CaseBench, still: int, scan: Path) -> None:
    inquiry = sent(bench, still)
    answer(bench, inquiry, scan)
    with pytest.raises(Refusal, match="已回复"):
        answer(bench, inquiry, scan)
    with pytest.raises(Refusal, match="先撤回"):
        bench.clerk.consultations.void(inquiry.row.id, "不要了")
    assert inquiry.row.letter_id is not None
    with pytest.raises(Refusal, match="已有回函"):
        bench.clerk.documents.void(inquiry.row.letter_id, "不要了")
    with pytest.raises(CaseworkerError, match="原因"):
        bench.clerk.consultations.take_back(inquiry.row.id, "  ")


# ---- reviews on paper --------------------------------------------------------------------------------------


def review(case: int, **changes: object) -> ReviewForm:
    given: dict[str, object] = {
        "stage": "finance",
        "bureau": "寻乌县财政局",
        "given_on": DAY,
        "opinion": "agreed",
        "number": "寻财函3号",
    }
    return ReviewForm(case, **(given | changes))  # type: ignore[arg-type]


def test_a_review_is_recorded_with_its_scan(bench: CaseBench, case: int, scan: Path) -> None:
    key = bench.clerk.consultations.review(review(case), [scan])
    detail = bench["reviewer"].consultations.get(key)
    row = detail.row
    assert (row.kind_name, row.bureau, row.state, row.outcome_name) == ("财政复核", "寻乌县财政局", "given", "同意")
    assert len(detail.papers) == 1
    assert propose_view(bench, case).why_not is None
    assert bench.clerk.audit.page().rows[0].action == "登记部门意见"


def test_a_review_that_does_not_agree_is_answered_for(bench: CaseBench, case: int, scan: Path) -> None:
    key = bench.clerk.consultations.review(review(case, opinion="reserved", words="座席数请再核实"), [scan])
    (finding,) = bench.clerk.findings.of_case(case).rows
    assert (finding.kind, finding.kind_name) == ("review-against", "部门意见")
    assert finding.sentence == "寻乌县财政局 2023-06-01 财政复核：有保留，“座席数请再核实”。"
    assert propose_view(bench, case).why_not is not None
    bench.clerk.consultations.void(key, "登错了办件")
    assert propose_view(bench, case).why_not is None
    assert bench.clerk.consultations.of_case(case)[0].state == "voided"
    with pytest.raises(Refusal, match="已经作废"):
        bench.clerk.consultations.void(key, "再来")


def test_all_that_is_wrong_with_a_review_is_said_at_once(bench: CaseBench, still: int) -> None:
    wrong = ReviewForm(still, "court", "", None, "maybe", "", "号" * 61)
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.consultations.review(wrong, [])
    assert set(problems(caught)) == {"stage", "bureau", "given_on", "opinion", "words", "number", "papers"}
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.consultations.review(
            review(still, given_on=DAY + timedelta(days=1), opinion="disagreed"), [Path("没有.png")]
        )
    assert set(problems(caught)) == {"given_on", "words", "papers"}


# ---- proposal, decision, file ------------------------------------------------------------------------------


def test_a_proposal_freezes_what_came_by_then_and_shows_what_came_later(
    bench: CaseBench, case: int, scan: Path, tmp_path: Path
) -> None:
    answered = answer(bench, sent(bench, case), scan)
    waiting = sent(bench, case, bureau="finance", addressee="寻乌县财政局", person_facts=(), questions=())
    agreed = bench.clerk.consultations.review(review(case), [a_scan(tmp_path / "意见.png", 7)])
    asked(bench, case)  # a draft is nobody's paper yet
    bench.go(case, ("clerk", "propose"))
    with bench.clerk.file.read() as session:
        frozen = json.loads(session.scalars(select(Proposal).where(Proposal.case_id == case)).one().frozen)
    first, second, third = frozen["consultations"]
    assert (first["id"], first["outcome"], len(first["lines"]), len(first["scans"])) == (
        answered.row.id,
        "confirmed",
        5,
        1,
    )
    assert (second["letter"], second["answered_on"]) == (waiting.row.letter_number, None)
    assert (third["kind"], third["outcome"], third["number"]) == ("review", "agreed", "寻财函3号")
    assert bench.clerk.cases.verify_proposal(case)[0]
    # what the proposal counts with is not changed under it
    for undo in (
        lambda: bench.clerk.consultations.take_back(answered.row.id, "改"),
        lambda: bench.clerk.consultations.void(agreed, "改"),
    ):
        with pytest.raises(Refusal, match="初审意见已经依据它提交"):
            undo()
    # a late answer is seen by whoever reviews; one against the claim holds it up
    line = waiting.lines[0].id
    assert line is not None
    answer(bench, waiting, a_scan(tmp_path / "b.png", 9), {line: LineReply("differs", "只有 200 席")})
    review_pass = next(move for move in bench["reviewer"].cases.get(case).moves if move.id == "review-pass")
    assert "提交初审后收到寻乌县财政局 2023-06-01 回函：有出入。" in review_pass.warning
    assert "核查发现" in (review_pass.why_not or "")
    bench.go(case, ("reviewer", "review-return", "回函不符"))
    bench.clerk.consultations.take_back(answered.row.id, "重新登记")


def test_nothing_is_asked_after_the_decision_but_answers_still_come_in(moving: CaseBench, scan: Path) -> None:
    bench, case = moving, before_proposal(moving)
    waiting = sent(bench, case)
    bench.clerk.consultations.review(review(case), [scan])
    bench.go(case, ("clerk", "propose"), ("reviewer", "review-pass"))
    notice = bench.clerk.notices.publish([case])
    bench.clock.set_day(notice.last_day)
    bench.clerk.notices.close(notice.id)
    bench.go(case, ("clerk", "notice-done"), ("head", "decide-grant"))
    with pytest.raises(Refusal, match="已作出决定"):
        asked(bench, case)
    with pytest.raises(Refusal, match="已作出决定"):
        bench.clerk.consultations.review(review(case), [scan])
    line = waiting.lines[0].id
    assert line is not None
    answer(bench, bench.clerk.consultations.get(waiting.row.id), scan, {line: LineReply("denied", "没有这些座席")})
    letter = bench.clerk.documents.make("decision", case_id=case)
    with bench.clerk.file.read() as session:
        assert session.get_one(Document, letter.id).content["reviews"] == ["寻乌县财政局于2023年6月1日"]
    (todo,) = [todo for todo in bench["head"].home.overview().todos if "决定后" in todo.text]
    assert todo.target == ("consultation", waiting.row.id)


def test_letters_replies_and_reviews_lie_in_the_file(bench: CaseBench, case: int, scan: Path, tmp_path: Path) -> None:
    inquiry = sent(bench, case)
    line = inquiry.lines[4].id
    assert line is not None
    answer(bench, inquiry, scan, {line: LineReply("denied", "查无此人")})
    bench.clerk.consultations.review(review(case), [a_scan(tmp_path / "意见.png", 7)])
    filed = bench.clerk.filing.export(case, tmp_path / "卷宗")
    names = sorted(path.name for path in (filed.path / "5 协查和部门意见").iterdir())
    assert [name.split(" ")[0] for name in names] == ["00", "01", "02"]
    assert names[1].endswith("回函.png")
    words = (filed.path / "5 协查和部门意见" / "00 协查和部门意见.txt").read_text(encoding="utf-8-sig")
    assert "不属实，查无此人" in words
    assert "财政复核" in words
    letters = [path.name for path in (filed.path / "1 文书").iterdir()]
    assert letters == [f"01 协查函 {inquiry.row.letter_number}.pdf"]


def test_voiding_an_inquiry_voids_its_letter_and_ends_the_wait(bench: CaseBench, case: int) -> None:
    inquiry = sent(bench, case)
    bench.clerk.consultations.void(inquiry.row.id, "对方已当面答复")
    assert inquiry.row.letter_id is not None
    assert bench.clerk.documents.get(inquiry.row.letter_id).state == "voided"
    assert bench.clerk.cases.get(case).open_inquiries == 0
    with pytest.raises(Refusal):
        bench.clerk.consultations.issue(inquiry.row.id, bench.clerk.consultations.get(inquiry.row.id).row.version)


def test_a_case_that_ended_is_left_alone(bench: CaseBench, case: int, scan: Path) -> None:
    waiting = sent(bench, case)
    bench.go(case, ("clerk", "withdraw", "企业撤回"))
    for act in (
        lambda: asked(bench, case),
        lambda: answer(bench, waiting, scan),
        lambda: bench.clerk.consultations.review(review(case), [scan]),
        lambda: bench.clerk.consultations.void(waiting.row.id, "x"),
    ):
        with pytest.raises(Refusal, match="已经结束"):
            act()


def test_a_scan_of_another_is_not_handed_out(bench: CaseBench, still: int, scan: Path, tmp_path: Path) -> None:
    first = answer(bench, sent(bench, still), scan)
    second = answer(bench, sent(bench, still), a_scan(tmp_path / "c.png", 12))
    with pytest.raises(Refusal, match="不在这次"):
        bench.clerk.consultations.scan(first.row.id, second.papers[0].attachment_id)
