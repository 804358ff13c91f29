"""One eligible request for every clause; a test changes what it is about and leaves the rest."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from caseworker import resources
from caseworker.policy import Packs, calculate, load_packs

Json = dict[str, Any]


def months(first: int, last: int, year: int = 2023) -> list[str]:
    return [f"{year}-{month:02d}" for month in range(first, last + 1)]


def _interns(count: int, hired: int, hired_from: str, **more: Any) -> list[Json]:
    return [
        {"key": f"i{n:03d}", "hired_from": hired_from if n < hired else None, "hired_to": None, **more}
        for n in range(count)
    ]


_PERSON_6 = {
    "key": "a", "newly_hired": True, "contract_start": "2022-06-01", "contract_end": "2023-05-31",
    "employed_from": "2022-06-01", "employed_to": None, "first_paid": False, "second_paid": False,
}  # fmt: skip
_PERSON_9 = {
    "key": "a", "kind": "student", "graduated_on": None, "employed_elsewhere": False, "trainee_from": "2023-01-01",
    "trainee_to": "2023-04-30", "lowest_monthly_stipend": "1850", "retained": True,
}  # fmt: skip
_PERSON_10 = {
    "key": "a", "insured_months": 12, "insured_since": "2021-01-01", "certificate_level": "junior",
    "certified_on": "2022-08-01", "applied_on": "2022-12-01",
}  # fmt: skip
_PERSON_12 = {
    "key": "a", "formal_contract": True, "social_insurance": True, "owns_home_in_county_town": False,
    "employed_from": "2022-06-01", "employed_to": None, "months_paid": 0,
}  # fmt: skip
_PERSON_DT3 = {
    "key": "a", "wage_months": months(1, 6), "insurance_months": months(1, 6), "contract_start": "2023-01-01",
    "contract_end": "2023-12-31", "claimed_through": None, "first_paid_on": None, "paid_total": "0",
}  # fmt: skip

XW = "xunwu-2022-59"
DT = "datong-2022"
# clause: (policy, as_of, facts); every one of them is eligible
ELIGIBLE: dict[str, tuple[str, str, Json]] = {
    "xw-1-new": (XW, "2023-06-01", {
        "in_scope": True, "new_establishment": True, "self_invested": True, "operation_start": "2022-05-20",
        "seats": 260, "approved_rate": None, "already_granted": "0"}),
    "xw-1-expansion": (XW, "2023-06-01", {
        "in_scope": True, "established_before": True, "formerly_self_invested": True, "self_invested": True,
        "seats_added": 100, "already_granted": "0"}),
    "xw-1-late-investment": (XW, "2023-06-01", {
        "in_scope": True, "established_before": True, "formerly_not_self_invested": True, "self_invested": True,
        "seats_added": 100, "approved_rate": None, "already_granted": "0"}),
    "xw-2-rent": (XW, "2023-06-01", {
        "in_scope": True, "new_establishment": True, "seats": 100, "operation_start": "2022-05-20",
        "occupancy_percent": "80", "operation_year": 1, "monthly_rent": "10000", "rent_paid": "120000",
        "approved_months": None}),
    "xw-2-purchase": (XW, "2023-06-01", {
        "in_scope": True, "own_use": True, "area_m2": "1000", "already_granted": "0", "new_establishment": False,
        "seats": 1}),
    "xw-3-tax": (XW, "2023-06-01", {
        "in_scope": True, "new_establishment": True, "seats": 100, "first_tax_year": 2022, "tax_year": 2022,
        "tax_paid": "1000000", "county_retained": "300000"}),
    "xw-4-revenue": (XW, "2023-06-01", {
        "in_scope": True, "first_year_revenue": "10000000", "already_granted": "0"}),
    "xw-5-talent-tax": (XW, "2023-06-01", {"in_scope": True, "people": [{
        "key": "a", "is_high_level_talent": True, "award_year": 1, "wage_tax_retained": "1000",
        "equity_tax_retained": "0.05"}]}),
    "xw-6-hiring": (XW, "2023-06-01", {"in_scope": True, "seats": 100, "people": [_PERSON_6]}),
    "xw-7-school-interns": (XW, "2023-12-31", {
        "year": 2023, "interns": _interns(100, 0, "", intern_from="2023-01-01", intern_to="2023-06-30"),
        "first_paid": False, "second_paid": False, "third_paid": False}),
    "xw-8-job-fair": (XW, "2023-06-01", {"fairs": [
        {"key": "a", "held_on": "2023-05-01", "organizer": "undergraduate"}]}),
    "xw-9-internship": (XW, "2023-06-01", {"in_scope": True, "minimum_wage": "1850", "people": [_PERSON_9]}),
    "xw-10-skills": (XW, "2023-06-01", {"people": [_PERSON_10]}),
    "xw-11-services": (XW, "2023-06-01", {"in_scope": True, "people": [
        {"key": "a", "has_employee_card": True, "has_professional_title": False}]}),
    "xw-12-housing-rent": (XW, "2023-06-01", {"in_scope": True, "newly_introduced": True, "people": [_PERSON_12]}),
    "xw-13-housing-security": (XW, "2023-06-01", {"in_scope": True, "people": [{"key": "a", "is_specialist": True}]}),
    "xw-14-service-trade": (XW, "2023-06-01", {
        "in_scope": True, "recognized_usd": "1000000", "granted_this_year": "0"}),
    "xw-15-offshore": (XW, "2023-06-01", {"in_scope": True, "recognized_usd": "1000000", "granted_this_year": "0"}),
    "xw-16-special": (XW, "2023-06-01", {
        "in_scope": True, "approved_amount": "123456.78", "approval_reference": "县政府常务会议纪要〔2023〕5号"}),
    "dt-3-seat": (DT, "2023-07-15", {
        "operating_normally": True, "enterprise_seats": 200, "first_application": False, "people": [_PERSON_DT3]}),
    "dt-4-lease": (DT, "2023-07-15", {
        "operating_normally": True, "own_use": True, "good_credit": True, "lease_start": "2023-01-01",
        "lease_end": "2027-12-31", "valid_seats": 10, "subsidy_year": 1}),
    "dt-4-renovation": (DT, "2023-07-15", {
        "operating_normally": True, "good_credit": True, "old_stock_or_area": True, "own_use_or_park": True,
        "completed": True, "audited_investment": "1000000.05", "already_granted": "0"}),
    "dt-4-purchase": (DT, "2023-07-15", {
        "operating_normally": True, "own_use": True, "good_credit": True, "in_designated_area": True,
        "area_m2": "1000", "subsidy_year": 1}),
    "dt-5-services": (DT, "2023-07-15", {"requests": ["power", "land"]}),
    "dt-6-school-interns": (DT, "2023-07-15", {
        "year": 2023, "has_agreement": True,
        "interns": _interns(50, 25, "2023-01-01", education="secondary", already_paid=False)}),
    "dt-14-special": (DT, "2023-07-15", {
        "ground": "world-500", "qualifying_site": True, "seats": 500, "approved_amount": "1000000",
        "approval_reference": "市长办公会议纪要〔2023〕3号"}),
    "dt-9-use-of-funds": (DT, "2023-07-15", {
        "seat_subsidy_received": "100000", "education_spending": "20000", "other_permitted_spending": "80000",
        "other_spending": "0"}),
}  # fmt: skip


@pytest.fixture(scope="session")
def packs() -> Packs:
    return load_packs(resources.path("policies"))


class Asker:
    """Builds and works out requests. `facts` change the eligible ones; `record` changes the first of their list."""

    def __init__(self, packs: Packs) -> None:
        self.packs = packs
        self.clauses = tuple(ELIGIBLE)

    def request(
        self,
        clause: str,
        *,
        as_of: str | None = None,
        points: Json | None = None,
        benefits: list[Json] | None = None,
        record: Json | None = None,
        **facts: Any,
    ) -> Json:
        policy, day, base = ELIGIBLE[clause]
        values = copy.deepcopy(base)
        if record is not None:
            name = next(name for name, value in values.items() if isinstance(value, list))
            values[name][0] |= record
        request: Json = {"policy": policy, "clause": clause, "as_of": as_of or day, "facts": values | facts}
        if points is not None:
            request["interpretations"] = points
        if benefits is not None:
            request["other_benefits"] = benefits
        return request

    def __call__(self, clause: str, **changes: Any) -> Json:
        result = calculate(self.request(clause, **changes), self.packs)
        assert "error" not in result, result
        return result

    def amount(self, clause: str, **changes: Any) -> str:
        """The amount where eligible, else the ids of the unmet deciding conditions, joined by blanks."""
        result = self(clause, **changes)
        if result["eligible"]:
            return str(result["amount"])
        assert result["amount"] == "0.00"
        assert result["schedule"] == []
        return " ".join(c["id"] for c in result["conditions"] if c["decides"] and not c["met"])

    def line(self, clause: str, **changes: Any) -> str:
        """The first line's amount where eligible, else the ids of its unmet conditions."""
        line = self(clause, **changes)["lines"][0]
        if line["eligible"]:
            return str(line["amount"])
        assert line["amount"] == "0.00"
        return " ".join(c["id"] for c in line["conditions"] if not c["met"])

    def paths(self, clause: str, **changes: Any) -> list[str]:
        """The paths of the problems of a bad request."""
        return self.paths_of(self.request(clause, **changes))

    def paths_of(self, request: object) -> list[str]:
        result = calculate(request, self.packs)
        assert set(result) == {"error"}, result
        error: Any = result["error"]
        assert error["code"] == "invalid-request"
        assert all(set(problem) == {"path", "message"} and problem["message"] for problem in error["problems"])
        return [problem["path"] for problem in error["problems"]]


@pytest.fixture(scope="session")
def ask(packs: Packs) -> Asker:
    return Asker(packs)


@pytest.fixture
def month_list() -> Callable[..., list[str]]:
    return months
