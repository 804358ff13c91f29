"""Findings on plain data: which months overlap, at which amount, age and number one begins, what opens it again."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseworker.casework import guards
from caseworker.casework.checklist import Checklist
from caseworker.casework.finding_people import (
    Double,
    Human,
    Other,
    Presence,
    Share,
    age_at_hire,
    alike,
    claimed_elsewhere,
    id_accepted,
    id_alike,
    may_be_out_of_age,
    namesakes,
    over_cap,
    overlap,
    two_employers,
)
from caseworker.casework.findings import (
    Kind,
    Neighbour,
    runs,
    shared_account,
    shared_address,
    shared_phone,
    shared_scans,
    shared_workbooks,
    subject_of,
)
from caseworker.casework.situation import CalculationFacts, ProposalFacts, Situation
from caseworker.values.id_number import check_character
from caseworker.values.id_number import read as read_id_number
from caseworker.values.money import Money
from caseworker.values.spans import Month, Span

AS_OF = date(2023, 6, 20)
ZHANG = Human(7, "张三", "140213********1234")
LI = Human(8, "张三", "140213********5678")
OTHER = Other(3, "乙标注有限公司", ("DT-2023-0002",))
NOBODY = Presence({}, frozenset())


def m(*texts: str) -> frozenset[Month]:
    return frozenset(Month.parse(text) for text in texts)


def at(wages: str = "", insurance: str = "", *employed: tuple[str, str | None]) -> Presence:
    spans = tuple(
        Span.through(date.fromisoformat(start), None if end is None else date.fromisoformat(end))
        for start, end in employed
    )
    return Presence({month: Money.parse(3000) for month in m(*wages.split())}, m(*insurance.split()), spans)


# ---- in two companies ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("here", "there", "months"),
    [
        (at("2023-01 2023-02"), at("2023-02 2023-03"), "2023-02"),
        (at("2023-01"), at("2023-02"), ""),
        (at("2023-01"), at("", "2023-01"), "2023-01"),  # paid by one, insured by the other
        (at("", "", ("2023-01-01", "2023-03-31")), at("", "", ("2023-03-31", None)), "2023-03"),  # one day
        (at("", "", ("2023-01-01", "2023-03-30")), at("", "", ("2023-03-31", None)), ""),  # the next day
        # left one within the month and joined the other: at both only when both paid the month
        (at("2023-03", "", ("2023-01-01", "2023-03-14")), at("2023-04", "", ("2023-03-15", None)), ""),
        (at("2023-03", "", ("2023-01-01", "2023-03-14")), at("2023-03", "", ("2023-03-15", None)), "2023-03"),
        # wages after the last day here, while employed there
        (at("2023-04", "", ("2023-01-01", "2023-03-31")), at("", "", ("2023-04-01", None)), "2023-04"),
        (at("2023-05"), at("", "", ("2023-05-31", "2023-05-31")), "2023-05"),
        (at("2023-06 2023-07"), at("2023-06 2023-07"), "2023-06"),  # nothing after the claim's month
        (at("", "", ("2023-04-01", None)), at("", "", ("2023-05-15", None)), "2023-05 2023-06"),
        (NOBODY, at("2023-01"), ""),
    ],
)
def test_months_at_both_companies(here: Presence, there: Presence, months: str) -> None:
    assert overlap(here, there, None, AS_OF) == tuple(sorted(m(*months.split())))
    assert overlap(there, here, None, AS_OF) == tuple(sorted(m(*months.split())))


def test_only_months_that_are_evidence_count_where_the_clause_counts_months() -> None:
    here, there = at("2022-12 2023-01 2023-02", "", ("2022-01-01", None)), at("2022-11 2022-12 2023-01")
    assert overlap(here, there, m("2023-01", "2023-02"), AS_OF) == (Month(2023, 1),)
    assert overlap(here, there, frozenset(), AS_OF) == ()  # on both rosters, but nothing is claimed for it
    assert len(overlap(here, there, None, AS_OF)) == 3


def test_a_sentence_names_who_when_where_and_the_other_case() -> None:
    here, there = at("2023-01 2023-02 2023-03 2023-05"), at("2023-01 2023-02 2023-05", "2023-01")
    found = two_employers(ZHANG, here, there, OTHER, None, AS_OF)
    assert found is not None
    assert found.sentence == (
        "张三（140213********1234）2023-01 至 2023-02、2023-05（3 个月）"
        "同时在“乙标注有限公司”（办件 DT-2023-0002）有工资、社保记录。"
    )
    assert [(row.subject, row.target) for row in found.evidence] == [
        (month, ("party", 3)) for month in ("2023-01", "2023-02", "2023-05")
    ]
    assert found.evidence[0].detail == "对方：工资 3,000.00 元、社保；本单位：工资 3,000.00 元"
    none = two_employers(ZHANG, here, there, Other(3, "乙标注有限公司"), None, AS_OF)
    assert none is not None
    assert "（没有办件）" in none.sentence
    assert none.digest == found.digest  # a case of the other is another finding, not more of this one


def test_another_month_or_company_is_another_finding() -> None:
    here = at("2023-01 2023-02")
    one = two_employers(ZHANG, here, at("2023-01"), OTHER, None, AS_OF)
    more = two_employers(ZHANG, here, at("2023-01 2023-02"), OTHER, None, AS_OF)
    insured = two_employers(ZHANG, here, at("2023-01", "2023-01"), OTHER, None, AS_OF)
    elsewhere = two_employers(ZHANG, here, at("2023-01"), Other(4, "丙公司"), None, AS_OF)
    somebody = two_employers(LI, here, at("2023-01"), OTHER, None, AS_OF)
    found = [one, more, insured, elsewhere, somebody]
    assert len({item.digest for item in found if item}) == 5
    assert one
    assert more
    assert elsewhere
    assert somebody
    assert subject_of(one.digest) == subject_of(more.digest)
    assert subject_of(one.digest) != subject_of(elsewhere.digest)
    assert subject_of(one.digest) != subject_of(somebody.digest)


months = st.builds(Month, st.just(2023), st.integers(1, 8))
spans = st.tuples(st.dates(date(2022, 12, 1), date(2023, 8, 31)), st.none() | st.integers(0, 200)).map(
    lambda pair: Span.through(pair[0], None if pair[1] is None else date.fromordinal(pair[0].toordinal() + pair[1]))
)
presences = st.builds(
    lambda wages, insured, employed: Presence(dict.fromkeys(wages, Money.parse(1)), insured, tuple(employed)),
    st.frozensets(months),
    st.frozensets(months),
    st.lists(spans, max_size=2),
)


@given(presences, presences)
def test_overlap_by_the_day(here: Presence, there: Presence) -> None:
    """Against a slow reading of the rule, day by day."""

    def days(presence: Presence, month: Month) -> set[date]:
        first, last = month.first_day().toordinal(), month.last_day().toordinal()
        every = map(date.fromordinal, range(first, last + 1))
        return {d for d in every if any(s.start <= d and (s.end is None or d < s.end) for s in presence.employed)}

    expected = []
    for later in range(7):
        month = Month(2022, 12) + later
        paid = [month in presence.paid() for presence in (here, there)]
        worked = [days(presence, month) for presence in (here, there)]
        both = all(p or w for p, w in zip(paid, worked, strict=True))
        if both and (all(paid) or not all(worked) or worked[0] & worked[1]):
            expected.append(month)
    assert overlap(here, there, None, AS_OF) == tuple(expected)


def test_runs_of_months() -> None:
    assert runs(m("2022-12", "2023-01", "2023-03")) == "2022-12 至 2023-01、2023-03"
    assert runs(m("2023-05")) == "2023-05"


# ---- caps and claims -------------------------------------------------------------------------

CAP = Money.parse(10_000)


def shares(*amounts: str) -> list[Share]:
    return [Share("乙公司", f"DT-2023-{n:04d}", Money.parse(amount), n) for n, amount in enumerate(amounts, 2)]


@pytest.mark.parametrize(
    ("granted", "line", "pending", "over"),
    [
        (("7499.99",), "2500", (), False),
        (("7500",), "2500", (), False),  # at the cap
        (("7500",), "2500", ("0.01",), True),
        (("5000",), "2500", ("2500",), False),
        (("5000",), "2500", ("2500", "2500"), True),
        (("10000.01",), "0", (), True),  # granted beyond it before
        ((), "2500", (), False),
    ],
)
def test_above_the_cap_but_not_at_it(granted: tuple[str, ...], line: str, pending: tuple[str, ...], over: bool) -> None:
    found = over_cap(ZHANG, "坐席补贴", CAP, shares(*granted), Money.parse(line), shares(*pending))
    assert (found is not None) == over


def test_a_cap_sentence_adds_up_in_words() -> None:
    pending = [Share("丙公司", "DT-2023-0009", Money.parse("2500"), 9)]
    found = over_cap(ZHANG, "坐席补贴", CAP, shares("7500"), Money.parse("2500"), pending)
    assert found is not None
    assert found.sentence == (
        "张三（140213********1234）的坐席补贴各单位合计 12,500.00 元，超过每人 10,000.00 元的上限："
        "已兑现 7,500.00 元，本件 2,500.00 元，其他在办 2,500.00 元（DT-2023-0009）。"
    )
    assert [row.subject for row in found.evidence] == ["已兑现", "本件", "在办"]
    assert found.evidence[2].target == ("case", 9)
    less = over_cap(ZHANG, "坐席补贴", CAP, shares("7500"), Money.parse("2500"), shares("0.01"))
    assert less is not None
    assert subject_of(found.digest) == subject_of(less.digest)
    assert found.digest != less.digest


def test_a_claim_in_another_case_names_it() -> None:
    found = claimed_elsewhere(ZHANG, "坐席补贴", OTHER, "DT-2023-0002", 12)
    assert found.sentence == "张三（140213********1234）同时在“乙标注有限公司”的在办办件 DT-2023-0002 中申报坐席补贴。"
    assert found.digest != claimed_elsewhere(ZHANG, "坐席补贴", OTHER, "DT-2023-0003", 13).digest


# ---- what parties share ----------------------------------------------------------------------

TWO, THREE = Neighbour(2, "乙公司"), Neighbour(3, "丙公司")


def test_one_other_with_the_account_or_telephone_two_with_the_address() -> None:
    assert shared_account("1234567890", "******7890", []) is None
    account = shared_account("1234567890", "******7890", [TWO])
    assert account is not None
    assert account.sentence == "收款账号 ******7890 也是“乙公司”的账号。"
    assert shared_phone("13800000000", "138****0000", []) is None
    phone = shared_phone("13800000000", "138****0000", [TWO])
    assert phone is not None
    assert "“乙公司”" in phone.sentence
    assert shared_address("k", "园区1号", [TWO]) is None
    address = shared_address("k", "园区1号", [TWO, THREE])
    assert address is not None
    assert "共有 3 户" in address.sentence
    more = shared_address("k", "园区1号", [TWO, THREE, Neighbour(4, "丁公司")])
    assert more is not None
    assert subject_of(address.digest) == subject_of(more.digest)
    assert address.digest != more.digest


def test_a_file_in_two_cases_and_a_workbook_of_two_parties() -> None:
    files = [("ab" * 32, "执照.png", "营业执照", "营业执照")]
    other = shared_scans("DT-2023-0002", "乙公司", 2, False, files)
    own = shared_scans("DT-2023-0001", "甲公司", 1, True, files)
    assert "“乙公司”的办件 DT-2023-0002" in other.sentence
    assert "本单位的办件 DT-2023-0001" in own.sentence
    more = shared_scans("DT-2023-0002", "乙公司", 2, False, [*files, ("cd" * 32, "合同.pdf", "合同", "合同")])
    assert subject_of(other.digest) == subject_of(more.digest)
    assert other.digest != more.digest
    book = shared_workbooks(TWO, [("ab" * 32, "花名册.xlsx", "花名册", "花名册")])
    assert book.sentence == "“乙公司”导入了与本单位相同的表格：花名册.xlsx。"


# ---- ages and numbers ------------------------------------------------------------------------


def number(birth: str, sequence: str = "001", region: str = "140213") -> str:
    body = f"{region}{birth}{sequence}"
    return body + check_character(body)


@pytest.mark.parametrize(
    ("birth", "hired", "found"),
    [
        ("20070602", date(2023, 6, 1), True),  # the day before the 16th birthday
        ("20070601", date(2023, 6, 1), False),  # the 16th birthday itself
        ("20080229", date(2024, 2, 28), True),
        ("20080229", date(2024, 2, 29), False),
        ("20070228", date(2023, 2, 28), False),
        ("19570602", date(2023, 6, 1), False),  # 65 to the last day
        ("19570601", date(2023, 6, 1), True),  # 66
        ("19560229", date(2022, 2, 28), False),  # born on a leap day: 66 on 1 March of a common year
        ("19560229", date(2022, 3, 1), True),
        ("20230701", date(2023, 6, 1), False),  # not born yet: no age, and the number itself is a problem elsewhere
    ],
)
def test_age_on_the_day_of_hire(birth: str, hired: date, found: bool) -> None:
    text = number(birth)
    finding = age_at_hire(ZHANG, read_id_number(text), [("入职", hired)])
    assert (finding is not None) == found
    if found:
        assert may_be_out_of_age(text, hired)


@given(st.dates(date(1900, 1, 1), date(2023, 1, 1)), st.dates(date(2022, 1, 1), date(2026, 12, 31)))
def test_the_quick_look_at_an_age_misses_nobody(born: date, hired: date) -> None:
    text = number(f"{born:%Y%m%d}")
    if age_at_hire(ZHANG, read_id_number(text), [("入职", hired)]) is not None:
        assert may_be_out_of_age(text, hired)


def test_the_contracts_first_day_counts_as_well_and_a_passport_says_no_age() -> None:
    text = number("20070601")
    days = [("入职", date(2023, 6, 1)), ("合同起始", date(2023, 5, 31))]
    found = age_at_hire(ZHANG, read_id_number(text), days)
    assert found is not None
    assert found.sentence == (
        "张三（140213********1234）2023-05-31 合同起始时 15 周岁，未满 16 周岁（出生 2007-06-01）。"
    )
    assert age_at_hire(ZHANG, read_id_number("E12345678"), days) is None
    assert not may_be_out_of_age("E12345678", days[0][1])


def test_numbers_that_may_be_one() -> None:
    one = number("19900101", "123")
    assert alike(one, number("19900101", "987"))  # born on the same day
    assert alike(one, number("19900102", "123"))  # one place, and the check character that follows from it
    assert alike(one, number("19900101", "123", "140212"))
    assert alike(number("19900121"), number("19900112"))  # neighbours changed places
    assert alike(one, one[:17] + ("0" if one[17] != "0" else "1"))
    assert not alike(one, number("19910102", "123"))  # two places
    assert not alike(one, one)
    assert not alike(one, "E12345678")


def test_one_person_with_two_numbers_names_both_and_where() -> None:
    mine = number("19900101", "123")
    near = Double(LI, number("19900102", "123"), (TWO,))
    far = Double(Human(9, "张三", "x"), number("19850711", "555"), (THREE,))
    assert id_alike(ZHANG, mine, [far]) is None
    found = id_alike(ZHANG, mine, [near, far])
    assert found is not None
    assert "140213********5678（乙公司）" in found.sentence
    assert "丙公司" not in found.sentence


def test_namesakes_are_a_remark_and_an_accepted_number_is_not() -> None:
    assert namesakes({"张三": [(ZHANG, number("19900101"))], "李四": [(LI, number("19910101"))]}) is None
    found = namesakes({"张三": [(ZHANG, number("19900101")), (LI, number("19850711"))]})
    assert found is not None
    assert not found.must_settle
    assert len(found.evidence) == 2
    accepted = id_accepted(ZHANG, "居民身份证号码的校验位不符，请与证件原件核对。", "已核对原件")
    assert accepted.must_settle
    assert accepted.kind is Kind.ID_ACCEPTED
    assert "已核对原件" in accepted.sentence


# ---- the guard -------------------------------------------------------------------------------


def situation(open_findings: int, outcome: str | None) -> Situation:
    proposal = None if outcome is None else ProposalFacts(outcome, Money.parse(1), 1)
    return Situation(
        "proposal", "open", AS_OF, Checklist(()), CalculationFacts(), proposal, open_findings=open_findings
    )


@pytest.mark.parametrize("effect", ["propose-grant", "review", "decide-grant"])
def test_money_waits_for_the_findings(effect: str) -> None:
    assert guards.findings_settled((effect,), situation(0, None)) == ()
    (sentence,) = guards.findings_settled((effect,), situation(2, None))
    assert "2 项" in sentence
    assert "核查" in sentence
    assert guards.findings_settled((effect,), situation(2, "granted")) == (sentence,)
    assert guards.findings_settled((effect,), situation(2, "refused")) == ()


def test_a_refusal_and_a_return_do_not_wait() -> None:
    for effect in ("propose-refusal", "decide-refusal", "drop-proposal"):
        assert guards.findings_settled((effect,), situation(2, None)) == ()
