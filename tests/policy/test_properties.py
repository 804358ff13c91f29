"""What holds for every request of every clause, drawn from the clause's own schema around the pack's thresholds."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from caseworker import resources
from caseworker.policy import Clause, Condition, FactField, calculate, calculate_json, dump_json, load_packs
from caseworker.values.spans import add_months

Json = dict[str, Any]
PACKS = load_packs(resources.path("policies"))
CLAUSES = {clause.id: clause for pack in PACKS for clause in pack.clauses.values()}
every_clause = pytest.mark.parametrize("clause_id", CLAUSES)
# Each property runs once a clause, so each run takes a share of the profile's examples.
few = settings(max_examples=max(1, settings.default.max_examples // 5))


def pack_of(clause_id: str) -> Any:
    return next(pack for pack in PACKS if clause_id in pack.clauses)


def money(text: object) -> Decimal:
    return Decimal(str(text))


# Requests ---------------------------------------------------------------------------------------------------------

UNIT = {"int": 1, "money": Decimal("0.01"), "usd": Decimal("0.01"), "area": Decimal("0.01"), "percent": Decimal("0.1")}


def written(field: FactField, number: Decimal | int) -> Any:
    """A number as a request writes it."""
    return int(number) if field.type == "int" else str(number)


def thresholds(clause: Clause, field: FactField) -> list[Decimal]:
    """Numbers of the pack in the field's unit, and the edges of its tiers: where a result may jump."""
    types = {"int": ("count", "months", "years")}.get(field.type, (field.type,))
    found = {
        money(dated.value) for one in clause.parameters.values() if one.type in types for dated in one.values
    }  # fmt: skip
    for table in clause.tables.values():
        rows = [edge for row in table.rows for edge in (row.low, row.high) if edge is not None]
        found.update(edge for edge in rows if (edge < 1000) == (field.type == "int"))
    return sorted(found)


def numbers(clause: Clause, field: FactField, base: Any) -> st.SearchStrategy[Any]:
    unit = UNIT[field.type]
    edges = thresholds(clause, field) + ([money(base)] if base is not None else [])
    near = {edge + step for edge in edges for step in (-unit, 0, unit)} | {Decimal(0)}
    top = int(max(near) * 2) + 10
    # the second range is for the caps, which many times the threshold reach
    anywhere = (st.integers(field.minimum, top) | st.integers(top, top * 20)).map(Decimal)
    if field.type != "int":
        anywhere |= st.integers(0, top * 100).map(lambda hundredths: Decimal(hundredths) / 100)
    chosen = st.sampled_from(sorted(edge for edge in near if edge >= field.minimum)) | anywhere
    return chosen.map(lambda number: written(field, number))


def days(as_of: date, base: str | None) -> st.SearchStrategy[str]:
    """Days near the base's own, and whole months before as_of with the days beside."""
    around = [date.fromisoformat(base)] if base else []
    around += [add_months(as_of, -months) for months in (0, 3, 6, 12, 24)]
    at_an_edge = st.sampled_from(around).flatmap(
        lambda day: st.sampled_from([-1, 0, 1]).map(lambda step: str(day + timedelta(days=step)))
    )
    return at_an_edge | st.integers(-900, 400).map(lambda step: str(as_of + timedelta(days=step)))


def months_back(as_of: date) -> st.SearchStrategy[str]:
    return st.integers(-26, 2).map(lambda step: str(add_months(as_of, step))[:7])


def value(clause: Clause, field: FactField, base: Any, as_of: date) -> st.SearchStrategy[Any]:
    match field.type:
        case "bool":
            found: st.SearchStrategy[Any] = st.booleans()
        case "date":
            found = days(as_of, base)
        case "month":
            found = months_back(as_of)
        case "months":
            found = st.lists(months_back(as_of), max_size=9)
        case "choice":
            found = st.sampled_from([option.id for option in field.options])
        case "choices":
            found = st.lists(st.sampled_from([option.id for option in field.options]), min_size=1, max_size=4)
        case "text":
            found = st.sampled_from(["", "　", "会议纪要〔2023〕1号"])
        case _:
            found = numbers(clause, field, base)
    return st.none() | found if field.nullable else found


@st.composite
def records(draw: st.DrawFn, clause: Clause, fields: tuple[FactField, ...], base: Json, as_of: date, most: int) -> Json:
    """The base with some fields drawn anew, the pairs of dates in order."""
    varied = draw(st.lists(st.sampled_from([f.name for f in fields if f.name != "key"]), max_size=most, unique=True))
    record = copy.deepcopy(base)
    for field in fields:
        if field.name in varied and field.type != "list":
            record[field.name] = draw(value(clause, field, base.get(field.name), as_of))
    return record


def in_order(record: Json, pairs: tuple[tuple[str, str], ...]) -> None:
    for first, last in pairs:
        if record.get(first) and record.get(last) and record[last] < record[first]:
            record[last] = record[first]


@st.composite
def requests(draw: st.DrawFn, ask: Any, clause_id: str, *, varied: int = 4, benefits: bool = True) -> Json:
    """A good request, eligible about as often as not; with `varied` 1 mostly eligible, on the base's own day."""
    clause, pack = CLAUSES[clause_id], pack_of(clause_id)
    base = ask.request(clause_id)
    start, end = pack.in_force.start, pack.in_force.end or date(2024, 6, 1)
    plain = date.fromisoformat(base["as_of"])
    edges = [start - timedelta(days=1), start, end, end + timedelta(days=1), end + timedelta(days=200)]
    as_of = plain if varied == 1 else draw(st.just(plain) | st.just(plain) | st.sampled_from(edges))
    facts = draw(records(clause, clause.facts, base["facts"], as_of, varied))
    in_order(facts, clause.pairs)
    for field in clause.facts:
        if field.type == "list":
            first = base["facts"][field.name][-1] | {"key": "k"}
            one = records(clause, field.items, first, as_of, min(varied, 2))
            if len(base["facts"][field.name]) > 10:  # the clause counts heads: a few groups of people alike
                served = base["facts"][field.name][0] | {"key": "k"}
                one = records(clause, field.items, served, as_of, 1) | one
                edge = sorted({int(n + step) for n in thresholds(clause, UNITLESS) if n > 12 for step in (-1, 0, 1)})
                groups = draw(st.lists(st.tuples(one, st.sampled_from([1, *edge])), min_size=1, max_size=3))
                people = [copy.deepcopy(record) for record, copies in groups for _ in range(copies)]
            else:
                people = draw(st.lists(one, min_size=1, max_size=4))
            for number, record in enumerate(people):
                record["key"] = f"k{number}"
                in_order(record, field.pairs)
            facts[field.name] = people
    request: Json = {"policy": base["policy"], "clause": clause_id, "as_of": str(as_of), "facts": facts}
    if draw(st.booleans()):
        options = {point: [option.id for option in pack.points[point].options] for point in clause.points}
        request["interpretations"] = {point: draw(st.sampled_from(known)) for point, known in options.items()}
    if benefits and draw(st.booleans()):
        request["other_benefits"] = draw(st.lists(benefit(clause, facts), max_size=3))
    return repaired(request, base)


UNITLESS = FactField("count", "int", "人数")


def benefit(clause: Clause, facts: Json) -> st.SearchStrategy[Json]:
    amounts = st.sampled_from(["0", "0.01", "500", "2500.5", "10000"]) | st.integers(0, 10**6)
    entry = st.builds(lambda amount: {"title": "省级奖励", "amount": amount}, amounts)
    if clause.lines is None or not clause.pays:
        return entry
    keys = st.sampled_from([record["key"] for record in facts[clause.lines]][:5])
    return entry | st.builds(lambda one, key: one | {"key": key}, entry, keys)


def repaired(request: Json, base: Json) -> Json:
    """A field that the clause does not allow beside another (above a ceiling, out of its year) goes back to the base's.

    Where the two still do not go together, all facts do.
    """
    for _ in range(2):
        result = calculate(request, PACKS)
        if "error" not in result:
            return request
        for problem in result["error"]["problems"]:  # type: ignore[index]
            head, *rest = problem["path"].split(".")
            assert head == "facts", problem
            if len(rest) == 1:
                if rest[0] in base["facts"]:
                    request["facts"][rest[0]] = base["facts"][rest[0]]
                else:
                    del request["facts"][rest[0]]
            else:
                name, number, item = rest
                request["facts"][name][int(number)][item] = base["facts"][name][0][item]
    return {**request, "facts": base["facts"], "other_benefits": []}


def worked(request: Json) -> Json:
    result = calculate(request, PACKS)
    assert "error" not in result, result
    return result


def pays(request: Json) -> Decimal:
    return money(worked(request)["amount"])


# Caps -------------------------------------------------------------------------------------------------------------


class Numbers:
    """The pack's numbers for a clause on a request's day, and the request's facts."""

    def __init__(self, request: Json) -> None:
        self.clause = CLAUSES[request["clause"]]
        pack = pack_of(self.clause.id)
        self.day = max(date.fromisoformat(request["as_of"]), pack.in_force.start)
        self.facts = request["facts"]

    def __getitem__(self, name: str) -> Decimal:
        return money(self.clause.parameters[name].at(self.day).value)  # type: ignore[union-attr]

    def fact(self, name: str) -> Decimal:
        return money(self.facts[name])

    def highest(self, table: str) -> Decimal:
        return max(money(row.value) for row in self.clause.tables[table].rows_at(self.day))

    def heads(self, name: str = "people") -> int:
        return len(self.facts[name])


def nothing(n: Numbers) -> Decimal:
    return Decimal(0)


def left(n: Numbers, granted: str) -> Decimal:
    return max(Decimal(0), n["cap"] - n.fact(granted))


# The most that a clause can pay for these facts
MOST: dict[str, Callable[[Numbers], Decimal]] = {
    "xw-1-new": lambda n: min(n["cap"], n.highest("rate") * n.fact("seats")),
    "xw-1-expansion": lambda n: left(n, "already_granted"),
    "xw-1-late-investment": lambda n: min(n["cap"], n.highest("rate") * n.fact("seats_added")),
    "xw-2-rent": lambda n: min(n.fact("rent_paid"), n.highest("months") * n.fact("monthly_rent")),
    "xw-2-purchase": lambda n: n["cap"],
    "xw-3-tax": lambda n: n.fact("county_retained"),
    "xw-4-revenue": lambda n: n["award"],
    "xw-5-talent-tax": lambda n: sum(
        (money(p["wage_tax_retained"]) + money(p["equity_tax_retained"]) for p in n.facts["people"]), Decimal(0)
    ),
    "xw-6-hiring": lambda n: (n["first_award"] + n["second_award"]) * n.heads(),
    "xw-7-school-interns": lambda n: (n["rate_interns"] + n["rate_1"] + n["rate_2"]) * n.heads("interns"),
    "xw-8-job-fair": lambda n: n.highest("award") * n.heads("fairs"),
    "xw-9-internship": lambda n: n["rate"] * n["most_months"] * n.heads(),
    "xw-10-skills": lambda n: n.highest("award") * n.heads(),
    "xw-11-services": nothing,
    "xw-12-housing-rent": lambda n: sum(
        (n["rate"] * (n["most_months"] - p["months_paid"]) for p in n.facts["people"]), Decimal(0)
    ),
    "xw-13-housing-security": nothing,
    "xw-14-service-trade": lambda n: left(n, "granted_this_year"),
    "xw-15-offshore": lambda n: left(n, "granted_this_year"),
    "xw-16-special": lambda n: n.fact("approved_amount"),
    "dt-3-seat": lambda n: sum(
        (max(Decimal(0), min(n["instalment"], n["person_total"] - money(p["paid_total"]))) for p in n.facts["people"]),
        Decimal(0),
    ),
    "dt-4-lease": lambda n: n.highest("rate") * n.fact("valid_seats"),
    "dt-4-renovation": lambda n: n["cap"],
    "dt-4-purchase": lambda n: n["rate"] * n["most_area"] * n.highest("shares") / 100,
    "dt-5-services": nothing,
    "dt-6-school-interns": lambda n: n.highest("award") * n.heads("interns"),
    "dt-14-special": lambda n: n.fact("approved_amount"),
    "dt-9-use-of-funds": nothing,
}


def test_every_clause_has_its_cap_and_its_request(ask):
    assert set(MOST) == set(CLAUSES) == set(ask.clauses)


# Every result -----------------------------------------------------------------------------------------------------


def taken_of(request: Json, result: Json) -> Decimal:
    """What benefits from elsewhere take from the gross amount: a keyed sum from its line, then the unkeyed one."""
    keyed: dict[str, Decimal] = {}
    unkeyed = Decimal(0)
    for one in request.get("other_benefits", []):
        if "key" in one:
            keyed[one["key"]] = keyed.get(one["key"], Decimal(0)) + money(one["amount"])
        else:
            unkeyed += money(one["amount"])
    whole = result["interpretations"].get("nonduplication") == "either-or"
    gross = money(result["gross_amount"])
    taken = Decimal(0)
    for line in result["lines"]:
        got = keyed.get(line["key"], Decimal(0))
        if line["eligible"] and got:
            taken += money(line["amount"]) if whole else min(money(line["amount"]), got)
    return (gross if whole else taken + unkeyed) if unkeyed else taken


@every_clause
@few
@given(data=st.data())
def test_every_result(ask, clause_id, data):
    request = data.draw(requests(ask, clause_id))
    before = copy.deepcopy(request)
    result = worked(request)
    clause = CLAUSES[clause_id]
    amount, gross = money(result["amount"]), money(result["gross_amount"])

    # bounds
    assert 0 <= amount <= gross <= MOST[clause_id](Numbers(request))
    # what is due, less what was taken
    benefits = request.get("other_benefits", []) if clause.pays else []
    assert amount == max(Decimal(0), gross - (taken_of(request, result) if benefits else 0))
    without = worked({**request, "other_benefits": []})
    assert (without["amount"], without["gross_amount"]) == (result["gross_amount"], result["gross_amount"])
    assert without["lines"] == result["lines"]
    ids = [condition["id"] for condition in result["conditions"]]
    assert ids[0] == "policy-in-force"
    assert len(set(ids)) == len(ids)
    duplicated = sum(money(one["amount"]) for one in benefits) > 0
    assert ids[len(without["conditions"]) :] == (["not-duplicated"] if duplicated else [])
    # eligible is what the conditions say
    met = all(condition["met"] for condition in result["conditions"] if condition["decides"])
    if clause.lines and not clause.pays:
        met = met and any(line["eligible"] for line in result["lines"])
    assert result["eligible"] is met
    assert (amount > 0) is (met and clause.pays)
    if duplicated:
        assert result["conditions"][-1]["met"] is (amount > 0)
    # a line is paid when its own conditions and the clause's are met
    own = [c for c in result["conditions"] if c["decides"] and c["id"] not in ("something-to-pay", "not-duplicated")]
    own_met = all(condition["met"] for condition in own)
    for line in result["lines"]:
        line_met = all(condition["met"] for condition in line["conditions"])
        assert line["eligible"] is (own_met and line_met)
        assert (money(line["amount"]) > 0) is (line["eligible"] and clause.pays)
        assert line["eligible"] or line["amount"] == "0.00"
    if clause.lines:
        assert [line["key"] for line in result["lines"]] == [r["key"] for r in request["facts"][clause.lines]]
        assert gross == sum(money(line["amount"]) for line in result["lines"])
    # the schedule
    parts = [money(part["amount"]) for part in result["schedule"]]
    assert [part["no"] for part in result["schedule"]] == list(range(1, len(parts) + 1))
    if not result["eligible"] or not clause.pays:
        assert (parts, amount) == ([], 0)
    elif clause_id == "dt-4-purchase":
        n = Numbers(request)
        assert len(parts) == n["last_year"]
        assert sum(parts) == n["rate"] * min(n.fact("area_m2"), n["most_area"])
        assert parts[request["facts"]["subsidy_year"] - 1] == gross
    else:
        assert parts == [amount]
    assert result["trace"]
    assert all(step["quote"] for step in result["trace"])
    # the same again, from JSON and into it, and the request is left alone
    assert worked(request) == result
    assert calculate_json(dump_json(request), PACKS) == result
    assert json.loads(dump_json(result)) == result
    assert request == before


@every_clause
@few
@given(data=st.data())
def test_more_from_elsewhere_never_pays_more(ask, clause_id, data):
    request = data.draw(requests(ask, clause_id))
    more = copy.deepcopy(request)
    more.setdefault("other_benefits", []).append(data.draw(benefit(CLAUSES[clause_id], request["facts"])))
    assert pays(more) <= pays(request)


# What a cap holds down
CAPPED = {
    "xw-1-new": "seats",
    "xw-1-expansion": "seats_added",
    "xw-1-late-investment": "seats_added",
    "xw-2-rent": "monthly_rent",
    "xw-2-purchase": "area_m2",
    "xw-14-service-trade": "recognized_usd",
    "xw-15-offshore": "recognized_usd",
    "dt-4-renovation": "audited_investment",
    "dt-4-purchase": "area_m2",
}


@pytest.mark.parametrize("clause_id", CAPPED)
@few
@given(data=st.data())
def test_never_above_the_cap_however_much_is_asked(ask, clause_id, data):
    request = data.draw(requests(ask, clause_id, varied=1, benefits=False))
    request["facts"][CAPPED[clause_id]] = data.draw(st.integers(1, 10**5) | st.integers(10**5, 10**9))
    request = repaired(request, ask.request(clause_id))  # an approved rate may be above the tier's
    assert money(worked(request)["gross_amount"]) <= MOST[clause_id](Numbers(request))
    # the eligible request itself, at its cap
    whole = ask.request(clause_id, **{CAPPED[clause_id]: 10**9})
    assert money(worked(whole)["gross_amount"]) == MOST[clause_id](Numbers(whole))


# The order of people, and one more of them ------------------------------------------------------------------------

LISTS = {clause.id: field.name for clause in CLAUSES.values() for field in clause.facts if field.type == "list"}
# one more person changes a share of all, and may lose it
SHARES = {"xw-7-school-interns", "dt-6-school-interns"}


@pytest.mark.parametrize("clause_id", LISTS)
@few
@given(data=st.data())
def test_the_order_of_people_changes_nothing(ask, clause_id, data):
    request = data.draw(requests(ask, clause_id))
    people = request["facts"][LISTS[clause_id]]
    shuffled = data.draw(st.permutations(people) if len(people) < 10 else st.just(people[::-1]))
    first = worked(request)
    second = worked({**request, "facts": request["facts"] | {LISTS[clause_id]: shuffled}})
    names = ("amount", "gross_amount", "eligible", "schedule", "warnings")
    assert {name: first[name] for name in names} == {name: second[name] for name in names}
    assert sorted(first["lines"], key=lambda line: line["key"]) == sorted(second["lines"], key=lambda line: line["key"])
    told = [[(c["id"], c["met"]) for c in result["conditions"]] for result in (first, second)]
    assert told[0] == told[1]


@pytest.mark.parametrize("clause_id", [one for one in LISTS if one not in SHARES])
@few
@given(data=st.data())
def test_one_person_fewer_never_pays_more(ask, clause_id, data):
    request = data.draw(requests(ask, clause_id, varied=1, benefits=False))
    people = request["facts"][LISTS[clause_id]]
    gone = data.draw(st.integers(0, len(people) - 1))
    fewer = {**request, "facts": request["facts"] | {LISTS[clause_id]: people[:gone] + people[gone + 1 :]}}
    assert pays(fewer) <= pays(request)


# More of what is supported ----------------------------------------------------------------------------------------

# Facts of which more never pays less; seats of a tier have a test of their own
RISING = {
    "xw-1-expansion": ["seats_added"],
    "xw-2-rent": ["seats", "monthly_rent", "rent_paid", "occupancy_percent", "approved_months"],
    "xw-2-purchase": ["area_m2", "seats"],
    "xw-3-tax": ["seats", "tax_paid", "county_retained"],
    "xw-4-revenue": ["first_year_revenue"],
    "xw-5-talent-tax": ["people.wage_tax_retained", "people.equity_tax_retained"],
    "xw-6-hiring": ["seats", "people.contract_end", "people.employed_to"],
    "xw-9-internship": ["people.trainee_to", "people.lowest_monthly_stipend"],
    "xw-10-skills": ["people.insured_months"],
    "xw-12-housing-rent": ["people.employed_to"],
    "xw-14-service-trade": ["recognized_usd"],
    "xw-15-offshore": ["recognized_usd"],
    "xw-16-special": ["approved_amount"],
    "dt-3-seat": ["enterprise_seats", "people.contract_end", "people.wage_months", "people.insurance_months"],
    "dt-4-lease": ["valid_seats", "lease_end"],
    "dt-4-renovation": ["audited_investment"],
    "dt-4-purchase": ["area_m2"],
    "dt-14-special": ["seats", "approved_amount"],
}
# Facts of which more never pays more
FALLING = {
    "xw-1-new": ["already_granted"],
    "xw-1-expansion": ["already_granted"],
    "xw-1-late-investment": ["already_granted"],
    "xw-2-purchase": ["already_granted"],
    "xw-4-revenue": ["already_granted"],
    "xw-5-talent-tax": ["people.award_year"],
    "xw-9-internship": ["minimum_wage"],
    "xw-12-housing-rent": ["people.months_paid"],
    "xw-14-service-trade": ["granted_this_year"],
    "xw-15-offshore": ["granted_this_year"],
    "dt-3-seat": ["people.paid_total"],
    "dt-4-lease": ["subsidy_year"],
    "dt-4-renovation": ["already_granted"],
    "dt-4-purchase": ["subsidy_year"],
}
PATHS = [(clause, path, 1) for clause, paths in RISING.items() for path in paths]
PATHS += [(clause, path, -1) for clause, paths in FALLING.items() for path in paths]


def size(written_value: Any) -> Any:
    text = str(written_value)
    return text if text.count("-") == 2 else money(text)


def allowed(request: Json, clause: Clause, path: str, number: Any) -> Any:
    """The number held to what the clause's checks allow beside the request's other facts."""
    facts, limit = request["facts"], None
    for check in clause.checks:
        args = check.args
        if check.kind == "at-most-fact" and args["limit"] == path:
            return max(number, facts[args["fact"]], key=money)
        if args["fact"] != path:
            continue
        if check.kind == "at-most":
            limit = Numbers(request)[args["limit"]]
        elif check.kind == "at-most-fact":
            limit = money(facts[args["limit"]])
        elif check.kind == "approved":
            rows = [row for row in clause.tables[args["table"]].rows if row.covers(money(facts[args["by"]]))]
            if rows and rows[0].approval == "fixed":
                return rows[0].value
            limit = money(rows[0].value) if rows else None
    if limit is None or money(number) <= limit:
        return number
    return int(limit) if type(number) is int else str(limit)


@pytest.mark.parametrize(("clause_id", "path", "sign"), PATHS)
@few
@given(data=st.data())
def test_more_of_one_fact(ask, clause_id, path, sign, data):
    clause = CLAUSES[clause_id]
    less = data.draw(requests(ask, clause_id, varied=1))
    more = copy.deepcopy(less)
    list_name, _, name = path.rpartition(".")
    sides = [request["facts"][list_name][0] if list_name else request["facts"] for request in (less, more)]
    field = next(f for f in (clause.line_facts if list_name else clause.facts) if f.name == name)
    listed = clause.fact(list_name)
    pairs = listed.pairs if listed is not None else clause.pairs
    if field.type == "months":
        extra = data.draw(st.lists(months_back(date.fromisoformat(less["as_of"])), min_size=1, max_size=4))
        sides[1][name] = [*sides[1][name], *extra]
    else:
        drawn = value(clause, field, None, date.fromisoformat(less["as_of"])).filter(lambda one: one is not None)
        pair = (allowed(less, clause, path, data.draw(drawn)) for _ in sides)
        for side, one in zip(sides, sorted(pair, key=size), strict=True):
            side[name] = one
            start = next((first for first, last in pairs if last == name), None)
            if start is not None and side[start] > one:
                side[name] = side[start]
    results = [worked(request) for request in (less, more)]
    amounts = [money(result["amount"]) * sign for result in results]
    assert amounts[0] <= amounts[1]


@pytest.mark.parametrize(("clause_id", "seats"), [("xw-1-new", "seats"), ("xw-1-late-investment", "seats_added")])
@few
@given(data=st.data())
def test_more_seats_of_a_tier_never_pay_less(ask, clause_id, seats, data):
    request = data.draw(requests(ask, clause_id, varied=1))
    row = data.draw(st.sampled_from(CLAUSES[clause_id].tables["rate"].rows))
    rows = [one for one in CLAUSES[clause_id].tables["rate"].rows if one is not row]
    inside = st.integers(int(row.low), int(row.high or row.low * 8)).filter(
        lambda n: row.covers(Decimal(n)) and not any(one.covers(Decimal(n)) for one in rows)
    )
    few_seats, more_seats = sorted([data.draw(inside), data.draw(inside)])
    sides = [{**request, "facts": request["facts"] | {seats: n}} for n in (few_seats, more_seats)]
    assume("error" not in calculate(sides[0], PACKS))
    assert pays(sides[0]) <= pays(sides[1])


# One condition unmet ----------------------------------------------------------------------------------------------


def unmeet(request: Json, clause: Clause, condition: Condition, record: Json) -> None:
    """Changes the record (or the clause's facts) so that the condition fails."""
    args, facts, n = condition.args, request["facts"], Numbers(request)
    as_of = date.fromisoformat(request["as_of"])

    def home(name: str) -> Json:
        return record if name in record else facts

    def below(name: str, least: Decimal, step: int) -> None:
        field = next(f for f in (*clause.facts, *clause.line_facts) if f.name == name)
        home(name)[name] = written(field, least + step * UNIT[field.type])

    def day(name: str | None) -> date:
        return as_of if name is None else date.fromisoformat(home(name)[name])

    match condition.kind:
        case "flag":
            home(args["fact"])[args["fact"]] = args.get("expect", "true") != "true"
        case "at-least":
            below(args["fact"], n[args["threshold"]], -1)
        case "at-most":
            below(args["fact"], n[args["threshold"]], 1)
        case "at-least-fact":
            # never lowered: another person's stipend could then be enough
            needed = money(home(args["fact"])[args["fact"]]) + Decimal("0.01")
            home(args["other"])[args["other"]] = str(max(needed, money(home(args["other"])[args["other"]])))
        case "zero":
            below(args["fact"], Decimal(0), 1)
        case "elapsed":
            full = add_months(day(args.get("until")), -int(n[args["months"]]))
            home(args["since"])[args["since"]] = str(full + timedelta(days=5))
        case "served":
            home(args["start"])[args["start"]] = str(add_months(as_of, -int(n[args["months"]])) + timedelta(days=5))
            home(args["end"])[args["end"]] = None
        case "contract":
            last = add_months(day(args["start"]), int(n[args["months"]])) - timedelta(days=2)
            home(args["end"])[args["end"]] = str(last)
        case "year-window":
            home(args["year"])[args["year"]] = facts[args["first"]] + int(n[args["years"]])
        case "within-months":
            home(args["since"])[args["since"]] = str(
                add_months(day(args.get("until")), -int(n[args["months"]])) - timedelta(days=5)
            )
            if "first_application" in facts:
                facts["first_application"] = False
        case "in-table":
            home(args["fact"])[args["fact"]] = "other"
        case "at-least-by-choice":
            row = next(r for r in clause.tables[args["table"]].rows if r.choice == facts[args["choice"]])
            below(args["fact"], money(row.value), -1)
        case "while-in-force":
            home(args["day"])[args["day"]] = str(as_of + timedelta(days=1))
        case "any-flag":
            record.update(dict.fromkeys(args["facts"].split(","), False))
        case "filled":
            facts[args["fact"]] = " "
        case "count-at-least":
            del facts[LISTS[clause.id]][int(n[args["threshold"]]) - 1 :]
        case "count-share":
            for person in facts[LISTS[clause.id]]:
                person["hired_from"] = None
        case "share-at-least":
            facts[args["of"]], facts[args["fact"]] = "100", "0"
        case "student-or-graduate":
            record[args["category"]] = "other"
        case "months-evidenced":
            record[args["wages"]] = record[args["wages"]][:1]
        case _:
            raise AssertionError(f"no way to unmeet {condition.kind}")


DECIDING = [(c.id, condition.id, False) for c in CLAUSES.values() for condition in c.conditions if condition.decides]
DECIDING += [(clause.id, condition.id, True) for clause in CLAUSES.values() for condition in clause.line_conditions]


@pytest.mark.parametrize(("clause_id", "condition_id", "of_line"), DECIDING)
@few
@given(data=st.data())
def test_a_condition_unmet_never_pays_more(ask, clause_id, condition_id, of_line, data):
    clause = CLAUSES[clause_id]
    known = clause.line_conditions if of_line else clause.conditions
    condition = next(one for one in known if one.id == condition_id)
    request = data.draw(requests(ask, clause_id, varied=1))
    worse = copy.deepcopy(request)
    people = worse["facts"][clause.lines] if of_line and clause.lines else [{}]
    number = data.draw(st.integers(0, len(people) - 1))
    unmeet(worse, clause, condition, people[number])
    if condition.kind == "count-at-least":
        kept = {person["key"] for person in worse["facts"][LISTS[clause_id]]}
        worse["other_benefits"] = [b for b in worse.get("other_benefits", []) if b.get("key", "k0") in kept]
    result = worked(worse)
    found = result["lines"][number] if of_line else result
    told = {one["id"]: one["met"] for one in found["conditions"]}
    options = result["interpretations"]
    if condition.only_if and options[condition.only_if[0]] != condition.only_if[1]:
        assert condition_id not in told
        return
    waived = condition.waived_if is not None and options[condition.waived_if[0]] == condition.waived_if[1]
    assert told[condition_id] is waived
    if not waived:
        assert (found["eligible"], found["amount"]) == (False, "0.00")
    if condition.kind != "count-at-least":  # there the benefits were cut with the people
        assert money(result["amount"]) <= pays(request)


@every_clause
@few
@given(data=st.data())
def test_out_of_force_pays_nothing(ask, clause_id, data):
    request = data.draw(requests(ask, clause_id))
    day = pack_of(clause_id).in_force.start - timedelta(days=data.draw(st.integers(1, 400)))
    # what is only refused on that day is no result
    result = calculate({**request, "as_of": str(day)}, PACKS)
    assume("error" not in result)
    assert (result["eligible"], result["amount"], result["schedule"]) == (False, "0.00", [])
    assert all(line["amount"] == "0.00" for line in result["lines"])
