"""Findings of a case over two and more companies' real imports: found, answered for, opened again, kept on file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pdfplumber
import pytest
from PIL import Image
from services.case_bench import DATONG, DT, XUNWU, XW, CaseBench, make_bench
from sqlalchemy import select

from caseworker.errors import Cancelled, InvalidInput, Refusal
from caseworker.services.case_calculation import thaw
from caseworker.services.finding_views import FindingRow
from caseworker.services.views import PartyForm
from caseworker.store.models import Person, PriorGrant, Proposal
from caseworker.values.id_number import check_character
from caseworker.values.money import Money

HALF_YEAR = ("2022-12", "2023-01", "2023-02", "2023-03", "2023-04", "2023-05")
Worker = tuple[str, str]  # name, ID number


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, date(2023, 6, 1))
    yield made
    made.clerk.close()


def number(birth: str = "19900101", sequence: int = 1) -> str:
    body = f"140213{birth}{sequence:03d}"
    return body + check_character(body)


ZHANG: Worker = ("张三", number("19900101", 1))
LI: Worker = ("李四", number("19910202", 2))
WANG: Worker = ("王五", number("19920303", 3))


class HandIns:
    """Writes workbooks as companies hand them in, and takes them in through the services."""

    def __init__(self, bench: CaseBench, folder: Path) -> None:
        self._bench = bench
        self._folder = folder
        self._count = 0

    def take(self, kind: str, party: int, lines: Sequence[str]) -> int:
        self._count += 1
        path = self._folder / f"{kind}-{self._count}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return self._bench.clerk.imports.take(kind, path, party, good_rows_only=False).id

    def roster(self, party: int, people: Sequence[Worker], start: str = "2022-12-01", end: str = "") -> int:
        lines = ["姓名,身份证号,入职日期,离职日期,合同开始日期,合同结束日期"]
        lines += [f"{name},{key},{start},{end},{start},2026-11-30" for name, key in people]
        return self.take("roster", party, lines)

    def wages(self, party: int, people: Sequence[Worker], months: Sequence[str]) -> int:
        lines = ["姓名,身份证号,月份,应发工资"]
        return self.take("wages", party, lines + [f"{n},{key},{m},4000" for n, key in people for m in months])

    def insurance(self, party: int, people: Sequence[Worker], months: Sequence[str]) -> int:
        lines = ["姓名,身份证号,月份"]
        return self.take("insurance", party, lines + [f"{n},{key},{m}" for n, key in people for m in months])

    def company(self, name: str, people: Sequence[Worker], months: Sequence[str] = HALF_YEAR) -> int:
        """Fulfils the conditions of 坐席补贴, with its people's roster, wages and insurance."""
        party = self._bench.dt_company(0, name=name)
        self.roster(party, people)
        if months:
            self.wages(party, people, months)
            self.insurance(party, people, months)
        return party


@pytest.fixture
def hand_ins(bench: CaseBench, tmp_path: Path) -> HandIns:
    return HandIns(bench, tmp_path)


def found(bench: CaseBench, case_id: int, kind: str = "") -> list[FindingRow]:
    rows = bench.clerk.findings.of_case(case_id).rows
    return [row for row in rows if not kind or row.kind == kind]


def kinds(bench: CaseBench, case_id: int) -> list[str]:
    return [row.kind for row in found(bench, case_id)]


def to_proposal(bench: CaseBench, party: int, policy: str = DATONG, clause: str = DT) -> int:
    """Up to the proposal with nothing answered for."""
    case_id = bench.clerk.cases.accept(party, policy, clause)
    bench.tick_all(case_id)
    bench.go(case_id, ("clerk", "verify"), ("clerk", "papers-complete"), ("clerk", "calculated"))
    return case_id


# ---- one person, two companies ---------------------------------------------------------------


def test_a_person_of_two_companies_is_found_with_months_and_the_others_case(
    bench: CaseBench, hand_ins: HandIns
) -> None:
    mine = hand_ins.company("大同市甲标注有限公司", [ZHANG, LI])
    theirs = hand_ins.company("大同市乙标注有限公司", [ZHANG, WANG], ("2023-03", "2023-04"))
    case_id = bench.clerk.cases.accept(mine, DATONG, DT)
    (row,) = found(bench, case_id)
    assert row.kind == "two-employers"
    # on the other's roster from the first day on, paid there in two months
    assert "张三（140213********" in row.sentence
    assert "2022-12 至 2023-05（6 个月）" in row.sentence
    assert "“大同市乙标注有限公司”（没有办件）有工资、社保记录" in row.sentence
    assert ZHANG[1] not in row.sentence
    evidence = bench.clerk.findings.evidence(case_id, row.digest)
    assert [one.subject for one in evidence] == list(HALF_YEAR)
    assert evidence[0].detail == "对方：在花名册上；本单位：工资 4,000.00 元、社保、在花名册上"
    assert evidence[3].target == ("party", theirs)
    other = bench.clerk.cases.accept(theirs, DATONG, DT)
    assert kinds(bench, case_id) == ["two-employers", "claimed-elsewhere"]
    assert bench.clerk.cases.get(other).number in found(bench, case_id)[0].sentence


def test_an_undone_import_of_the_other_company_ends_the_finding(bench: CaseBench, hand_ins: HandIns) -> None:
    case_id = bench.clerk.cases.accept(hand_ins.company("大同市甲标注有限公司", [ZHANG]), DATONG, DT)
    theirs = bench.company("大同市乙标注有限公司")
    taken = hand_ins.wages(theirs, [ZHANG], ("2023-01",))
    assert "2023-01（1 个月）" in found(bench, case_id)[0].sentence
    bench.clerk.imports.undo(taken, "交错了表")
    assert found(bench, case_id) == []


def test_months_already_used_up_here_are_no_evidence(bench: CaseBench, hand_ins: HandIns) -> None:
    """The next instalment counts the months after the one before; what overlapped then was answered for then."""
    mine = hand_ins.company("大同市甲标注有限公司", [ZHANG])
    first = bench.to_payment(mine, DATONG, DT)
    bench.pay(first)
    theirs = bench.company("大同市乙标注有限公司")
    hand_ins.wages(theirs, [ZHANG], ("2023-05",))
    bench.clock.set_day(date(2023, 12, 1))
    later = ("2023-06", "2023-07", "2023-08", "2023-09", "2023-10", "2023-11")
    hand_ins.wages(mine, [ZHANG], later)
    hand_ins.insurance(mine, [ZHANG], later)
    second = bench.clerk.cases.accept(mine, DATONG, DT)
    assert kinds(bench, second) == []
    hand_ins.insurance(theirs, [ZHANG], ("2023-06",))
    (row,) = found(bench, second)
    assert "2023-06（1 个月）" in row.sentence


def test_a_clause_without_people_finds_no_people(bench: CaseBench, hand_ins: HandIns) -> None:
    mine = bench.company("寻乌县星河客服有限公司")
    hand_ins.roster(mine, [ZHANG])
    other = bench.company("寻乌县明灯呼叫服务有限公司")
    hand_ins.roster(other, [ZHANG, LI])
    assert kinds(bench, bench.clerk.cases.accept(mine, XUNWU, "xw-4-revenue")) == []


# ---- before a proposal can pass --------------------------------------------------------------


def test_a_proposal_waits_for_an_answer_and_keeps_it(bench: CaseBench, hand_ins: HandIns) -> None:
    mine = hand_ins.company("大同市甲标注有限公司", [ZHANG, LI])
    hand_ins.wages(bench.company("大同市乙标注有限公司"), [ZHANG, LI], ("2023-03",))
    case_id = to_proposal(bench, mine)
    detail = bench.clerk.cases.get(case_id)
    assert detail.open_findings == 2
    why = next(move.why_not for move in detail.moves if move.id == "propose")
    assert why is not None
    assert "还有 2 项核查发现没有处理结论" in why
    with pytest.raises(Refusal, match="2 项核查发现"):
        bench.go(case_id, ("clerk", "propose"))
    one, two = (row.digest for row in found(bench, case_id))
    assert bench.clerk.findings.settle(case_id, [one], "no-effect", "三月为补发奖金，单位已说明") == 1
    with pytest.raises(Refusal, match="1 项核查发现"):
        bench.go(case_id, ("clerk", "propose"))
    bench["second"].findings.settle(case_id, [two], "corrected", "对方已更正工资表")
    rows = found(bench, case_id)
    assert [(row.state, row.conclusion, row.settled_by) for row in rows] == [
        ("settled", "属实不影响", "经一"),
        ("settled", "已更正", "经二"),
    ]
    assert rows[0].reason == "三月为补发奖金，单位已说明"
    bench.go(case_id, ("clerk", "propose"), ("reviewer", "review-pass"))
    with bench.clerk.file.read() as session:
        frozen = thaw(session.scalars(select(Proposal)).one())
    assert [row["reason"] for row in frozen["findings"]["found"]] == [
        "属实不影响：三月为补发奖金，单位已说明",
        "已更正：对方已更正工资表",
    ]
    assert bench.clerk.cases.verify_proposal(case_id)[0]


def test_a_case_without_findings_freezes_as_before(bench: CaseBench) -> None:
    case_id = bench.to_proposal(bench.xw_company(), XUNWU, XW)
    bench.go(case_id, ("clerk", "propose"))
    with bench.clerk.file.read() as session:
        assert "findings" not in thaw(session.scalars(select(Proposal)).one())
    assert bench.clerk.cases.verify_proposal(case_id)[0]


def test_a_refusal_needs_no_answers(bench: CaseBench, hand_ins: HandIns) -> None:
    mine = hand_ins.company("大同市甲标注有限公司", [ZHANG])
    hand_ins.wages(bench.company("大同市乙标注有限公司"), [ZHANG], ("2023-03",))
    case_id = to_proposal(bench, mine)
    bench.go(
        case_id,
        ("clerk", "propose-refusal", "同一人员在两处领薪"),
        ("reviewer", "review-pass"),
        ("head", "decide-refuse", "同意"),
    )
    view = bench.clerk.findings.of_case(case_id)
    assert view.decided
    assert [(row.kind, row.state) for row in view.rows] == [("two-employers", "unanswered")]
    with pytest.raises(Refusal, match="已作出决定"):
        bench.clerk.findings.settle(case_id, [view.rows[0].digest], "other", "迟了")


def test_more_found_later_opens_it_again_and_says_what_was_concluded(bench: CaseBench, hand_ins: HandIns) -> None:
    mine = hand_ins.company("大同市甲标注有限公司", [ZHANG])
    theirs = bench.company("大同市乙标注有限公司")
    hand_ins.wages(theirs, [ZHANG], ("2023-03",))
    case_id = to_proposal(bench, mine)
    seen = found(bench, case_id)[0].digest
    bench.clerk.findings.settle(case_id, [seen], "no-effect", "三月为补发")
    bench.go(case_id, ("clerk", "propose"))
    hand_ins.wages(theirs, [ZHANG], ("2023-04",))  # while the reviewer has it
    (row,) = found(bench, case_id)
    assert row.state == "open"
    assert "2023-03 至 2023-04" in row.sentence
    assert "属实不影响：三月为补发" in row.changed
    with pytest.raises(Refusal, match="1 项核查发现"):
        bench.go(case_id, ("reviewer", "review-pass"))
    with pytest.raises(Refusal, match="已有变化"):
        bench.clerk.findings.settle(case_id, [seen[:16] + "0" * 48], "no-effect", "三月为补发")
    with pytest.raises(Refusal, match="由经办人、负责人办理"):
        bench["reviewer"].findings.settle(case_id, [row.digest], "no-effect", "我来")
    bench.clerk.findings.settle(case_id, [row.digest], "other", "两月均为补发，已附说明")
    bench.go(case_id, ("reviewer", "review-pass"))
    # a third company is another matter
    hand_ins.insurance(bench.company("大同市丙标注有限公司"), [ZHANG], ("2023-04",))
    assert [row.state for row in found(bench, case_id)] == ["open", "settled"]
    notice = bench.clerk.notices.publish([case_id])
    bench.clock.set_day(notice.last_day)
    bench.clerk.notices.close(notice.id)
    bench.go(case_id, ("clerk", "notice-done"))
    with pytest.raises(Refusal, match="1 项核查发现"):
        bench.go(case_id, ("head", "decide-grant"))
    bench.settle_findings(case_id)
    bench.go(case_id, ("head", "decide-grant"))
    view = bench["head"].findings.of_case(case_id)
    assert view.decided
    assert [(row.state, row.conclusion) for row in view.rows] == [
        ("settled", "属实不影响"),  # as it was proposed
        ("settled", "其他"),
        ("settled", "属实不影响"),
    ]
    hand_ins.insurance(bench.company("大同市丁标注有限公司"), [ZHANG], ("2023-04",))
    assert len(found(bench, case_id)) == 3  # what was decided on stays


def test_a_conclusion_is_taken_back_with_a_reason(bench: CaseBench, hand_ins: HandIns) -> None:
    mine = hand_ins.company("大同市甲标注有限公司", [ZHANG])
    hand_ins.wages(bench.company("大同市乙标注有限公司"), [ZHANG], ("2023-03",))
    case_id = bench.clerk.cases.accept(mine, DATONG, DT)
    digest = found(bench, case_id)[0].digest
    for conclusion, reason in (("no-effect", "  "), ("fine", "好")):
        with pytest.raises(InvalidInput):
            bench.clerk.findings.settle(case_id, [digest], conclusion, reason)
    bench.clerk.findings.settle(case_id, [digest], "no-effect", "已核实")
    with pytest.raises(Refusal, match="已有处理结论"):
        bench.clerk.findings.settle(case_id, [digest], "other", "再写一次")
    key = found(bench, case_id)[0].settlement_id
    assert key is not None
    with pytest.raises(InvalidInput, match="作废结论的原因"):
        bench.clerk.findings.void(key, " ")
    bench.clerk.findings.void(key, "单位改口")
    assert found(bench, case_id)[0].state == "open"
    with pytest.raises(Refusal, match="已经作废"):
        bench.clerk.findings.void(key, "再作废")
    bench.clerk.findings.settle(case_id, [digest], "other", "单位书面说明")
    assert found(bench, case_id)[0].conclusion == "其他"
    assert [row.action for row in bench.clerk.audit.page().rows[:3]] == ["处理核查发现", "作废核查结论", "处理核查发现"]


def test_looking_for_findings_can_be_given_up(bench: CaseBench, hand_ins: HandIns) -> None:
    case_id = bench.clerk.cases.accept(hand_ins.company("大同市甲标注有限公司", [ZHANG]), DATONG, DT)
    steps: list[tuple[int, int]] = []
    with pytest.raises(Cancelled):
        bench.clerk.findings.of_case(case_id, cancelled=lambda: True)
    bench.clerk.findings.of_case(case_id, progress=lambda done, total: steps.append((done, total)))
    assert steps
    assert steps[-1][0] == steps[-1][1]


# ---- caps and claims under way ---------------------------------------------------------------


def prior(bench: CaseBench, party: int, worker: Worker, amount: str) -> None:
    """A grant from before this program, confirmed by a second person."""
    with bench.clerk.file.write(bench.clerk.actor, "test.prior") as work:
        person = work.session.scalars(select(Person).where(Person.id_number == worker[1])).one()
        work.session.add(
            PriorGrant(
                party_id=party,
                person_id=person.id,
                policy=DATONG,
                clause=DT,
                granted_on=date(2023, 1, 10),
                amount=Money.parse(amount),
                facts={},
                evidence="拨款凭证",
                entered_by=bench.clerk.user.id,
                confirmed_by=bench["second"].user.id,
            )
        )
        work.subject("party", party)


@pytest.mark.parametrize(("before", "kinds_found"), [("5000", []), ("5000.01", ["over-cap"])])
def test_two_cases_at_once_that_pass_the_cap_together(
    bench: CaseBench, hand_ins: HandIns, before: str, kinds_found: list[str]
) -> None:
    mine = hand_ins.company("大同市甲标注有限公司", [ZHANG, LI])
    theirs = hand_ins.company("大同市乙标注有限公司", [ZHANG], ())
    prior(bench, theirs, ZHANG, before)
    case_id = bench.clerk.cases.accept(mine, DATONG, DT)
    assert not [row for row in found(bench, case_id) if row.kind == "over-cap"]
    bench.clerk.cases.accept(theirs, DATONG, DT)
    rows = [row for row in found(bench, case_id) if row.kind == "over-cap"]
    assert [row.kind for row in rows] == kinds_found
    for row in rows:
        assert "合计 10,000.01 元，超过每人 10,000.00 元的上限" in row.sentence
        evidence = bench.clerk.findings.evidence(case_id, row.digest)
        assert [one.subject for one in evidence] == ["已兑现", "本件", "在办"]


def test_a_person_granted_above_the_cap_before(bench: CaseBench, hand_ins: HandIns) -> None:
    mine = hand_ins.company("大同市甲标注有限公司", [ZHANG])
    other = bench.company("大同市乙标注有限公司")
    prior(bench, other, ZHANG, "10000.00")
    case_id = bench.clerk.cases.accept(mine, DATONG, DT)
    assert kinds(bench, case_id) == []
    prior(bench, other, ZHANG, "0.01")
    assert kinds(bench, case_id) == ["over-cap"]


def test_a_person_claimed_in_two_open_cases_until_one_is_decided(bench: CaseBench, hand_ins: HandIns) -> None:
    mine = hand_ins.company("大同市甲标注有限公司", [ZHANG], HALF_YEAR[:3])
    theirs = bench.dt_company(0, name="大同市乙标注有限公司")
    hand_ins.roster(theirs, [ZHANG], start="2023-03-01")
    case_id = bench.clerk.cases.accept(mine, DATONG, DT)
    other = bench.clerk.cases.accept(theirs, DATONG, DT)
    (row,) = [row for row in found(bench, case_id) if row.kind == "claimed-elsewhere"]
    number_there = bench.clerk.cases.get(other).number
    assert number_there in row.sentence
    assert bench.clerk.findings.evidence(case_id, row.digest)[0].target == ("case", other)
    bench.go(other, ("clerk", "withdraw", "企业撤回"))
    assert "claimed-elsewhere" not in kinds(bench, case_id)


# ---- parties and files -----------------------------------------------------------------------


def party(bench: CaseBench, name: str, **fields: str) -> int:
    key = bench.company(name)
    detail = bench.clerk.dossiers.get(key)
    form = detail.form
    changed = PartyForm(**{field: getattr(form, field) for field in form.__slots__} | fields)
    bench.clerk.dossiers.update(key, detail.version, changed)
    return key


def a_case(bench: CaseBench, party_id: int) -> int:
    return bench.clerk.cases.accept(party_id, XUNWU, "xw-4-revenue")


def test_a_telephone_of_two_parties_however_it_is_written(bench: CaseBench) -> None:
    case_id = a_case(bench, party(bench, "甲公司", phone="0797-2831234、13800001111"))
    assert kinds(bench, case_id) == []
    party(bench, "乙公司", phone="+86 13800001111")
    party(bench, "丙公司", phone="0797 2831235")
    party(bench, "丁公司", phone="(0797)2831234转 802")
    rows = found(bench, case_id)
    assert [row.kind for row in rows] == ["shared-phone"] * 2
    assert sorted(row.sentence for row in rows) == [
        "联系电话 079****1234 也登记在“丁公司”的档案中。",
        "联系电话 138****1111 也登记在“乙公司”的档案中。",
    ]


def test_an_address_of_three_parties_is_many(bench: CaseBench) -> None:
    case_id = a_case(bench, party(bench, "甲公司", registered_address="寻乌县文峰乡园区一路 8 号"))
    party(bench, "乙公司", registered_address="寻乌县文峰乡园区一路8号")
    assert kinds(bench, case_id) == []
    party(bench, "丙公司", registered_address="寻乌县文峰乡园区一路８号")
    (row,) = found(bench, case_id)
    assert "共有 3 户档案" in row.sentence
    assert len(bench.clerk.findings.evidence(case_id, row.digest)) == 2


def test_an_account_that_another_party_was_paid_to(bench: CaseBench) -> None:
    first = bench.xw_company(name="寻乌县旧公司", account_number="1000556677889900")
    bench.pay(bench.to_payment(first, XUNWU, XW))
    detail = bench.clerk.dossiers.get(first)
    form = detail.form
    moved = PartyForm(**{f: getattr(form, f) for f in form.__slots__} | {"account_number": "1000556677880011"})
    bench.clerk.dossiers.update(first, detail.version, moved)
    case_id = a_case(bench, bench.company("寻乌县新公司", account_number="1000556677889900"))
    (row,) = found(bench, case_id)
    assert row.kind == "shared-account"
    assert "“寻乌县旧公司”" in row.sentence
    assert "1000556677889900" not in row.sentence
    assert "曾以此账号拨付" in bench.clerk.findings.evidence(case_id, row.digest)[0].detail


def test_one_scan_in_two_cases(bench: CaseBench, tmp_path: Path) -> None:
    scan = tmp_path / "执照.png"
    Image.new("L", (40, 60), 200).save(scan)
    mine, other = a_case(bench, bench.company("甲公司")), a_case(bench, bench.company("乙公司"))
    paper = bench.clerk.cases.get(mine).papers[0]
    bench.clerk.cases.attach(mine, paper.id, scan)
    assert kinds(bench, mine) == []
    view = bench.clerk.cases.attach(other, paper.id, scan)
    (row,) = found(bench, mine)
    assert row.kind == "shared-scan"
    assert f"“乙公司”的办件 {bench.clerk.cases.get(other).number}" in row.sentence
    assert bench.clerk.findings.evidence(mine, row.digest)[0].target == ("case", other)
    assert kinds(bench, other) == ["shared-scan"]
    attachment = next(one.attachment_id for one in view.scans)
    bench.clerk.cases.detach(other, paper.id, attachment, "附错")
    assert kinds(bench, mine) == []


def test_one_workbook_for_two_parties(bench: CaseBench, hand_ins: HandIns, tmp_path: Path) -> None:
    path = tmp_path / "花名册.csv"
    path.write_text(f"姓名,身份证号,入职日期\n{ZHANG[0]},{ZHANG[1]},2022-12-01\n", encoding="utf-8")
    mine, theirs = bench.company("甲公司"), bench.company("乙公司")
    bench.clerk.imports.take("roster", path, mine, good_rows_only=False)
    case_id = a_case(bench, mine)
    assert kinds(bench, case_id) == []
    taken = bench.clerk.imports.take("roster", path, theirs, good_rows_only=False)
    (row,) = found(bench, case_id)
    assert row.sentence == "“乙公司”导入了与本单位相同的表格：花名册.csv。"
    bench.clerk.imports.undo(taken.id, "交错")
    assert kinds(bench, case_id) == []


# ---- ages and numbers ------------------------------------------------------------------------


@pytest.mark.parametrize(("birth", "young"), [("20061201", False), ("20061202", True)])
def test_under_sixteen_at_hire(bench: CaseBench, hand_ins: HandIns, birth: str, young: bool) -> None:
    mine = hand_ins.company("大同市甲标注有限公司", [("陈晨", number(birth))])  # hired on 2022-12-01
    case_id = bench.clerk.cases.accept(mine, DATONG, DT)
    assert kinds(bench, case_id) == (["age-at-hire"] if young else [])


def test_one_person_with_two_numbers_here_and_elsewhere(bench: CaseBench, hand_ins: HandIns) -> None:
    twin = ("张三", number("19900101", 8))
    mine = hand_ins.company("大同市甲标注有限公司", [ZHANG, twin])
    case_id = bench.clerk.cases.accept(mine, DATONG, DT)
    assert kinds(bench, case_id) == ["id-alike", "namesakes"]
    assert bench.clerk.cases.get(case_id).open_findings == 1  # that two have one name need not be answered for
    elsewhere = bench.company("大同市乙标注有限公司")
    taken = hand_ins.roster(elsewhere, [("李四", number("19910202", 5)), ("张三", number("19850711", 5))])
    hand_ins.roster(mine, [LI])
    rows = found(bench, case_id, "id-alike")
    assert len(rows) == 2
    assert "大同市乙标注有限公司" in "".join(row.sentence for row in rows)
    bench.clerk.imports.undo(taken, "交错")
    assert len(found(bench, case_id, "id-alike")) == 1


def test_an_accepted_number_is_answered_for(bench: CaseBench, hand_ins: HandIns) -> None:
    mine = hand_ins.company("大同市甲标注有限公司", [ZHANG])
    with bench.clerk.file.write(bench.clerk.actor, "test.accept") as work:
        person = work.session.scalars(select(Person)).one()
        person.id_number = person.id_number[:17] + ("1" if person.id_number[17] != "1" else "2")
        person.id_accepted_reason = "已核对原件"
        work.subject("person", person.id)
    case_id = bench.clerk.cases.accept(mine, DATONG, DT)
    (row,) = found(bench, case_id)
    assert row.kind == "id-accepted"
    assert "校验位不符" in row.sentence
    assert "已核对原件" in row.sentence


# ---- kept between looks ----------------------------------------------------------------------


def test_an_answer_is_kept_only_while_nothing_is_written(
    bench: CaseBench, hand_ins: HandIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    from caseworker.services import findings_standing

    looks: list[int] = []
    real: Callable[..., object] = findings_standing._find
    monkeypatch.setattr(findings_standing, "_find", lambda *a: looks.append(1) or real(*a))
    case_id = bench.clerk.cases.accept(hand_ins.company("大同市甲标注有限公司", [ZHANG]), DATONG, DT)
    for _ in range(3):
        bench.clerk.findings.of_case(case_id)
    bench.clerk.cases.get(case_id)
    assert len(looks) == 1
    bench.company("大同市乙标注有限公司")
    bench.clerk.findings.of_case(case_id)
    assert len(looks) == 2
    bench.clerk.cases.page()
    bench.clerk.home.overview()
    assert len(looks) == 2  # lists look for nothing


def test_the_calculation_sheet_lists_findings_with_their_answers(
    bench: CaseBench, hand_ins: HandIns, tmp_path: Path
) -> None:
    mine = hand_ins.company("大同市甲标注有限公司", [ZHANG])
    hand_ins.wages(bench.company("大同市乙标注有限公司"), [ZHANG], ("2023-03",))
    case_id = to_proposal(bench, mine)
    (row,) = found(bench, case_id)

    def printed() -> str:
        made = bench.clerk.documents.make("calculation", case_id=case_id)
        path = bench.clerk.documents.export(made.id, tmp_path / f"{made.id}.pdf")
        with pdfplumber.open(path) as pdf:
            return "".join(char["text"] for page in pdf.pages for char in page.chars)

    assert "待处理" in printed()
    bench.clerk.findings.settle(case_id, [row.digest], "no-effect", "三月为补发奖金")
    bench.go(case_id, ("clerk", "propose"))
    text = printed()
    assert "核查发现及处理" in text
    assert "同时在“大同市乙标注有限公司”" in text
    assert "属实不影响：三月为补发奖金（经一）" in text


def test_a_cases_file_keeps_its_findings(bench: CaseBench, hand_ins: HandIns, tmp_path: Path) -> None:
    mine = hand_ins.company("大同市甲标注有限公司", [ZHANG])
    hand_ins.wages(bench.company("大同市乙标注有限公司"), [ZHANG], ("2023-03",))
    case_id = bench.to_proposal(mine, DATONG, DT)
    bench.go(case_id, ("clerk", "propose"))
    made = bench.clerk.filing.export(case_id, tmp_path)
    text = (made.path / "4 办理经过" / "核查发现.txt").read_text("utf-8-sig")
    assert "同时在“大同市乙标注有限公司”" in text
    assert "属实不影响：已向两单位核实（经一 2023-06-01）" in text
    alone = bench.to_proposal(bench.xw_company(), XUNWU, XW)
    other = bench.clerk.filing.export(alone, tmp_path)
    assert not (other.path / "4 办理经过" / "核查发现.txt").exists()
