"""What a condition says: the figure that failed and what would have met it; met ones never read as unmet."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest

from caseworker.policy.lacks import LACKS, decimal_text

UNMET = [
    ("xw-1-new", {"seats": 88}, "seats-at-least-100", "座席规模不少于 100 席，现为 88 席，还差 12 席"),
    ("xw-1-new", {"seats": 99}, "seats-at-least-100", "座席规模不少于 100 席，现为 99 席，还差 1 席"),
    (
        "xw-1-new",
        {"as_of": "2023-05-19"},
        "operated-one-year",
        "自 2022-05-20 起运营，至 2023-05-19 未满 12 个月，满于 2023-05-20",
    ),
    (
        "xw-1-new",
        {"operation_start": "2024-02-29", "as_of": "2025-02-27"},
        "operated-one-year",
        "自 2024-02-29 起运营，至 2025-02-27 未满 12 个月，满于 2025-02-28",
    ),
    ("xw-1-new", {"new_establishment": False}, "new-establishment", "新设立的企业：否"),
    (
        "xw-1-new",
        {"already_granted": "0.01"},
        "not-granted-before",
        "一次性补贴，此前已发放 0.01 元，不再发放",
    ),
    ("xw-1-new", {"as_of": "2022-05-03"}, "policy-in-force", "2022-05-03 早于政策施行首日 2022-05-04"),
    (
        "xw-2-rent",
        {"occupancy_percent": "79.95"},
        "occupancy-at-least-80",
        "席位入座率不低于 80%，现为 79.95%，还差 0.05 个百分点",
    ),
    (
        "xw-2-rent",
        {"operation_year": 12},
        "operation-year-1-to-10",
        "只奖补运营前 10 年，现为第 12 年，超出 2 年",
    ),
    (
        "xw-3-tax",
        {"tax_year": 2025},
        "within-three-years",
        "只奖励自 2022 年起的 3 年，2025 年不在 2022 年至 2024 年之内",
    ),
    (
        "xw-4-revenue",
        {"first_year_revenue": "9999999.99"},
        "revenue-at-least-10000000",
        "首年营业收入不少于 10000000 元，现为 9999999.99 元，还差 0.01 元",
    ),
    (
        "xw-7-school-interns",
        {"interns": []},
        "interns-at-least-100",
        "实习满 3 个月的实习生不少于 100 人，现为 0 人，还差 100 人",
    ),
    (
        "xw-7-school-interns",
        {"interns": []},
        "retained-30-percent-1-year",
        "留用满 12 个月的比例不低于 30%，现为 0/0，没有可计算的人数",
    ),
    (
        "xw-7-school-interns",
        {},
        "retained-30-percent-1-year",
        "留用满 12 个月的比例不低于 30%，现为 0/100，至少须 30 人，还差 30 人",
    ),
    (
        "xw-14-service-trade",
        {"recognized_usd": "999999.99"},
        "usd-at-least-1000000",
        "经认可的年服务贸易额不少于 1000000 美元，现为 999999.99 美元，还差 0.01 美元",
    ),
    ("xw-16-special", {"approval_reference": " "}, "approval-on-record", "没有登记批准文号"),
    (
        "dt-4-lease",
        {"lease_end": "2027-12-30"},
        "lease-at-least-5-years",
        "租赁合同（2023-01-01 至 2027-12-30）不足 60 个月，止日应不早于 2027-12-31",
    ),
    ("dt-4-lease", {"subsidy_year": 6}, "subsidy-year-1-to-5", "只补贴前 5 年，现为第 6 年，超出 1 年"),
    (
        "dt-6-school-interns",
        {"points": {"dt-6.threshold": "exceed"}},
        "retained-half",
        "连续就业 6 个月的留用就业率超过 50%，现为 25/50，至少须 26 人，还差 1 人",
    ),
    (
        "dt-14-special",
        {"seats": 499},
        "scale-reached",
        "世界500强企业的职场规模不少于 500 席，现为 499 席，还差 1 席",
    ),
    (
        "dt-9-use-of-funds",
        {"education_spending": "19999.99"},
        "education-at-least-20-percent",
        "员工教育经费不少于坐席补贴 100000 元的 20%，现为 19999.99 元，应不少于 20000 元，还差 0.01 元",
    ),
    ("dt-9-use-of-funds", {"other_spending": "5"}, "nothing-off-purpose", "规定范围以外的支出应为 0，现为 5 元"),
    ("dt-3-seat", {"as_of": "2024-01-05"}, "policy-in-force", "2024-01-05 已过政策施行期（2022-12-23 至 2023-12-22）"),
    (
        "dt-4-lease",
        {"as_of": "2024-01-05", "continuing": True, "points": {"dt.after-trial": "stop"}},
        "policy-in-force",
        "2024-01-05 已过政策施行期（2022-12-23 至 2023-12-22），按所采用的口径不再后续兑现",
    ),
]
UNMET_LINES = [
    (
        "xw-6-hiring",
        {"employed_from": "2023-01-01"},
        "employed-at-least-6-months",
        "连续就业（2023-01-01 起，无止日）至 2023-06-01 未满 6 个月，满于 2023-07-01",
    ),
    (
        "xw-6-hiring",
        {"employed_from": "2022-06-01", "employed_to": "2022-11-29"},
        "employed-at-least-6-months",
        "连续就业（2022-06-01 至 2022-11-29）已于 2022-11-29 结束，未满 6 个月（应至 2022-11-30）",
    ),
    (
        "xw-6-hiring",
        {"contract_end": "2023-05-30"},
        "contract-at-least-1-year",
        "劳动合同（2022-06-01 至 2023-05-30）不足 12 个月，止日应不早于 2023-05-31",
    ),
    ("xw-8-job-fair", {"organizer": "other"}, "undergraduate-or-junior-college", None),
    (
        "xw-8-job-fair",
        {"held_on": "2022-05-03"},
        "held-while-in-force",
        "应在政策施行后、申请日前举办，2022-05-03 早于政策施行首日 2022-05-04",
    ),
    (
        "xw-8-job-fair",
        {"held_on": "2023-06-02"},
        "held-while-in-force",
        "应在政策施行后、申请日前举办，2023-06-02 晚于 2023-06-01",
    ),
    (
        "xw-9-internship",
        {"lowest_monthly_stipend": "1849.5"},
        "stipend-at-least-minimum-wage",
        "每月基本生活费不低于最低工资标准 1850 元，最低一个月为 1849.50 元，还差 0.50 元",
    ),
    (
        "xw-9-internship",
        {"kind": "graduate", "graduated_on": "2020-12-31"},
        "student-or-recent-graduate",
        "应为在校生，或毕业 24 个月内未就业的高校毕业生；见习起日 2023-01-01，毕业 24 个月止于 2022-12-31",
    ),
    (
        "xw-9-internship",
        {"kind": "graduate"},
        "student-or-recent-graduate",
        "应为在校生，或毕业 24 个月内未就业的高校毕业生；没有毕业日期",
    ),
    (
        "xw-10-skills",
        {"certified_on": "2021-11-29"},
        "applied-within-12-months",
        "应在证书核发（2021-11-29）起 12 个月内申领，期限止于 2022-11-29，2022-12-01 已超过 2 天",
    ),
    (
        "xw-10-skills",
        {"certified_on": "2022-12-02"},
        "applied-within-12-months",
        "应在证书核发（2022-12-02）起 12 个月内申领，2022-12-01 早于 2022-12-02",
    ),
    (
        "xw-11-services",
        {"has_employee_card": False},
        "has-service",
        "未持有员工证，也不是引进的技能型人才",
    ),
    ("xw-12-housing-rent", {"owns_home_in_county_town": True}, "no-home-in-county-town", "在寻乌县城已购房"),
    (
        "dt-6-school-interns",
        {"hired_from": None},
        "retained-6-months",
        "没有留用就业记录，须连续就业 6 个月",
    ),
    ("dt-6-school-interns", {"already_paid": True}, "not-paid-before", "该人员奖励此前已发放，不再发放"),
    (
        "dt-3-seat",
        {"first_paid_on": "2021-07-14"},
        "within-two-years",
        "首次兑现（2021-07-14）起的 24 个月期限止于 2023-07-14，2023-07-15 已超过 1 天",
    ),
]


def _named(conditions: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(condition for condition in conditions if condition["id"] == name)


@pytest.mark.parametrize(("clause", "changes", "name", "text"), UNMET)
def test_an_unmet_condition_says_what_failed(ask, clause, changes, name, text):
    condition = _named(ask(clause, **changes)["conditions"], name)
    assert (condition["met"], condition["text"]) == (False, text)


@pytest.mark.parametrize(("clause", "record", "name", "text"), UNMET_LINES)
def test_an_unmet_condition_of_a_person_says_what_failed(ask, clause, record, name, text):
    condition = _named(ask(clause, record=record)["lines"][0]["conditions"], name)
    assert condition["met"] is False
    assert text is None or condition["text"] == text


MET = [
    ("xw-1-new", {}, "operated-one-year", "自 2022-05-20 起运营满 12 个月"),
    ("xw-1-new", {}, "seats-at-least-100", "座席规模不少于 100 席，现为 260 席"),
    ("xw-1-new", {}, "not-granted-before", "一次性补贴，此前未发放"),
    ("dt-4-lease", {}, "policy-in-force", "2023-07-15 在政策试行期内（2022-12-23 至 2023-12-22）"),
    (
        "dt-4-lease",
        {"as_of": "2024-01-05", "continuing": True},
        "policy-in-force",
        "2024-01-05 已过政策施行期（2022-12-23 至 2023-12-22），属施行期内首次兑现后的后续兑现",
    ),
    ("dt-14-special", {}, "scale-reached", "世界500强企业的职场规模不少于 500 席，现为 500 席"),
]


@pytest.mark.parametrize(("clause", "changes", "name", "text"), MET)
def test_a_met_condition_says_what_is(ask, clause, changes, name, text):
    condition = _named(ask(clause, **changes)["conditions"], name)
    assert (condition["met"], condition["text"]) == (True, text)


def test_a_met_condition_never_reads_as_unmet(ask):
    bad = re.compile("还差|未满(?!足)|不足|超出|超过 |不再|早于|晚于|：否|没有登记|应为")
    for name in ask.clauses:
        result = ask(name)
        lines = [condition for line in result["lines"] if line["eligible"] for condition in line["conditions"]]
        for condition in [*result["conditions"], *lines]:
            if condition["met"]:
                assert not bad.search(condition["text"]), (name, condition)


def test_every_kind_of_condition_says_what_it_lacks():
    from caseworker.policy.conditions import CONDITION_KINDS

    assert set(LACKS) == set(CONDITION_KINDS)


def test_what_a_point_waives_is_said(ask):
    changes = {"record": {"retained": False}, "points": {"xw-9.award-base": "all-trainees"}}
    condition = _named(ask("xw-9-internship", **changes)["lines"][0]["conditions"], "retained")
    assert (condition["met"], condition["text"]) == (True, "见习后留用：否（按所采用的口径不作要求）")


def test_a_period_that_has_not_begun_is_met_and_says_so(ask):
    condition = _named(ask("dt-3-seat")["lines"][0]["conditions"], "within-two-years")
    assert (condition["met"], condition["text"]) == (True, "该席位尚未兑现过，24 个月期限未起算")


def test_benefits_from_elsewhere_in_figures(ask):
    def said(**changes: Any) -> tuple[bool, str]:
        condition = ask("xw-1-new", **changes)["conditions"][-1]
        assert condition["id"] == "not-duplicated"
        return condition["met"], condition["text"]

    some, more = [{"title": "省级", "amount": "50000"}], [{"title": "省级", "amount": "780000"}]
    assert said(benefits=some) == (
        True,
        "扣除其他渠道已享受的同一事项补助后仍有应发金额（780000元 − 50000元 = 730000元）",
    )
    assert said(benefits=more) == (
        False,
        "应发780000元，其他渠道已享受同一事项补助780000元，扣除后没有应发金额",
    )
    assert said(benefits=some, seats=1) == (
        False,
        "已享受其他渠道补助；其他条件未满足，没有应发金额可供扣除",
    )


def test_the_refusing_step_says_what_failed(ask):
    step = ask("xw-1-new", seats=88)["trace"][-1]
    assert step["label"] == "不予兑现"
    assert step["value"] == "0.00"
    assert "还差 12 席" in step["expression"]


@pytest.mark.parametrize(
    ("number", "text"),
    [(Fraction(12), "12"), (Fraction(1, 20), "0.05"), (Fraction(5, 2), "2.5"), (Fraction(-1, 4), "-0.25"),
     (Fraction(10**29 + 1, 10**28), "10.0000000000000000000000000001")],
)  # fmt: skip
def test_differences_are_written_exactly(number, text):
    assert decimal_text(number) == text


# ---- the trace, with a pocket calculator -----------------------------------------------------

_NUMBER = r"\d+(?:\.\d+)?"


def _reckon(expression: str) -> Fraction | None:
    """What a clerk gets who types the expression's figures and signs; None for a step that only names a figure."""
    if "取低" in expression and "与" in expression:
        return min(Fraction(found) for found in re.findall(_NUMBER, re.sub(r"（[^）]*）", "", expression)))
    floor = "（不低于0" in expression
    text = re.sub(r"（[^）]*）", "", expression)
    text = text.rpartition("，")[2] if "×" in text.rpartition("，")[2] else text
    if not re.search(r"[×−+]", text):
        return None
    text = re.sub(rf"({_NUMBER})%", r"\1÷100", text)
    text = re.sub(r"个100万美元|/100万美元", "", text)
    text = re.sub(r"前\d+年合计", "", text)
    tokens = re.findall(rf"{_NUMBER}|[×−+÷()]", text)
    value = eval("".join({"×": "*", "−": "-", "÷": "/"}.get(t, t) if not t[0].isdigit() else f"Fraction('{t}')"
                         for t in tokens))  # fmt: skip
    return max(value, Fraction(0)) if floor else value


CHANGES: dict[str, list[dict[str, Any]]] = {
    "xw-1-new": [{"seats": 1200}, {"benefits": [{"title": "省级", "amount": "0.35"}]}],
    "xw-1-expansion": [{"seats_added": 1400, "already_granted": "150000.55"}],
    "xw-2-purchase": [{"area_m2": "333.33"}],
    "xw-2-rent": [{"operation_year": 7, "rent_paid": "100.01"}],
    "xw-3-tax": [{"tax_paid": "3000000", "county_retained": "1234.57"}],
    "xw-14-service-trade": [{"recognized_usd": "7999999.99", "granted_this_year": "20000"}],
    "dt-4-purchase": [{"area_m2": "4999.99", "subsidy_year": 5}],
    "dt-3-seat": [{"record": {"paid_total": "8000"}}],
}


def test_every_step_can_be_reckoned_with_a_pocket_calculator(ask):
    reckoned = 0
    for clause in ask.clauses:
        for changes in ({}, *CHANGES.get(clause, [])):
            result = ask(clause, **changes)
            for step in result["trace"]:
                found = _reckon(step["expression"])
                if found is None or not re.fullmatch(_NUMBER, step["value"]):
                    continue
                reckoned += 1
                fen = (found * 100 + Fraction(1, 2)).__floor__()
                assert Fraction(fen, 100) == Fraction(step["value"]), (clause, step)
    assert reckoned > 60


@pytest.mark.parametrize(
    ("clause", "changes", "states"),
    [
        (
            "xw-1-new",
            {"benefits": [{"title": "省级", "amount": "50000"}]},
            "数量：座席数 适用标准 应发金额：座席数×标准 最高限额 扣除其他渠道已享受 兑现金额",
        ),
        (
            "xw-1-expansion",
            {"already_granted": "1"},
            "数量：当年新增座席数 适用标准 应发金额：当年新增座席数×标准 剩余限额 不超过剩余限额 兑现金额",
        ),
        (
            "xw-14-service-trade",
            {},
            "数量：经认可的年服务贸易额 整数倍 适用标准 应发金额：经认可的年服务贸易额×标准 最高限额 "
            "扣除本年已发放 兑现金额",
        ),
        ("xw-3-tax", {}, "数量：县本级实得部分 适用比例 应发金额：县本级实得部分×比例 兑现金额"),
        ("xw-4-revenue", {}, "应发金额 兑现金额"),
    ],
)
def test_the_trace_walks_through_named_states(ask, clause, changes, states):
    result = ask(clause, **changes)
    assert [step["label"] for step in result["trace"]] == states.split()
    assert result["trace"][-1]["value"] == result["amount"]
