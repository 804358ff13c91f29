"""Every problem of a request at once, by its path, and never a traceback."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseworker.policy import calculate, calculate_json, dump_json


@pytest.mark.parametrize("request_", [None, [], "x", 1, 1.5, True, [{}]])
def test_not_an_object(ask, request_):
    assert ask.paths_of(request_) == [""]


def test_everything_missing(ask):
    assert ask.paths_of({}) == ["policy", "clause", "as_of", "facts"]


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"policy": "nowhere", "as_of": "x", "extra": 1}, ["policy"]),
        ({"clause": "xw-99", "as_of": "x", "facts": 3}, ["clause"]),
        ({"clause": "dt-3-seat"}, ["clause"]),
        ({"policy": 5}, ["policy"]),
        ({"policy": ["xunwu-2022-59"]}, ["policy"]),
        ({"clause": {}}, ["clause"]),
        ({"as_of": None}, ["as_of"]),
        ({"as_of": 20230601}, ["as_of"]),
        ({"as_of": "2023-02-30"}, ["as_of"]),
        ({"as_of": "2023-6-1"}, ["as_of"]),
        ({"as_of": " 2023-06-01"}, ["as_of"]),
        ({"as_of": "2023-06-01\n"}, ["as_of"]),
        ({"as_of": "20230601"}, ["as_of"]),
        ({"as_of": "２０２３-06-01"}, ["as_of"]),
        ({"as_of": "0000-01-01"}, ["as_of"]),
        ({"facts": None}, ["facts"]),
        ({"facts": []}, ["facts"]),
        ({"interpretations": None}, ["interpretations"]),
        ({"interpretations": []}, ["interpretations"]),
        ({"interpretations": {"xw-1.seats-300": "middle"}}, ["interpretations.xw-1.seats-300"]),
        ({"interpretations": {"xw-1.seats-300": ["higher"]}}, ["interpretations.xw-1.seats-300"]),
        ({"interpretations": {"no.such": "x", "nonduplication": None}},
         ["interpretations.no.such", "interpretations.nonduplication"]),
        ({"note": "x", "as_of": "2023-13-01"}, ["as_of", "note"]),
    ],
)  # fmt: skip
def test_the_envelope(ask, changes, paths):
    assert ask.paths_of(ask.request("xw-1-new") | changes) == paths


@pytest.mark.parametrize("name", ["policy", "clause", "as_of", "facts"])
def test_each_part_is_required(ask, name):
    request = ask.request("xw-1-new")
    del request[name]
    assert ask.paths_of(request) == [name]


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("seats", v) for v in (True, "260", 260.0, -1, None, [], {}, Decimal(260), 10**30)
    ] + [
        ("in_scope", v) for v in (1, 0, "true", None, [])
    ] + [
        ("already_granted", v)
        for v in (0.0, "1.234", "1,000", "1 000", " 1", "1 ", "", "１", "+1", "-1", -1, "1e3", "NaN", True, None, "5元",
                  "1.", ".5", "0x1", "1_000", [], "9" * 31, float("nan"), float("inf"))
    ] + [
        ("operation_start", v) for v in ("2023-02-29", "2023/01/01", "2023-01", 20230101, None, "", "2023-00-10", [])
    ] + [
        ("approved_rate", v) for v in (4000.5, "abc", "-0.01", False)
    ],
)  # fmt: skip
def test_a_wrong_fact(ask, fact, value):
    assert ask.paths("xw-1-new", **{fact: value, "seats": value if fact == "seats" else 260}) == [f"facts.{fact}"]


@pytest.mark.parametrize("value", ["0", 0, "0.0", "0.00", "000", "-0"])
def test_ways_to_write_nothing(ask, value):
    assert ask.amount("xw-1-new", already_granted=value) == "780000.00"


def test_every_problem_at_once(ask):
    request = ask.request("dt-3-seat", enterprise_seats="200", surprise=1)
    del request["facts"]["first_application"]
    person = request["facts"]["people"][0]
    request["facts"]["people"] = [
        person | {"contract_end": "2022-12-31", "wage_months": ["2023-01", "2023-13", 5]},
        person | {"paid_total": 1.5, "note": "x"},
        "nobody",
        person | {"key": 7, "claimed_through": "2023-1"},
    ]
    request["as_of"] = "tomorrow"
    request["interpretations"] = {"dt-3.months": "some"}
    request["other_benefits"] = [{"title": "t", "amount": "x"}]
    assert sorted(ask.paths_of(request)) == sorted(
        [
            "as_of",
            "interpretations.dt-3.months",
            "other_benefits.0.amount",
            "facts.enterprise_seats",
            "facts.first_application",
            "facts.surprise",
            "facts.people.0.contract_end",
            "facts.people.0.wage_months.1",
            "facts.people.0.wage_months.2",
            "facts.people.1.key",
            "facts.people.1.paid_total",
            "facts.people.1.note",
            "facts.people.2",
            "facts.people.3.key",
            "facts.people.3.claimed_through",
        ]
    )


@pytest.mark.parametrize(
    ("clause", "record", "path"),
    [
        ("xw-6-hiring", {"employed_from": "2023-01-02", "employed_to": "2023-01-01"}, "facts.people.0.employed_to"),
        ("xw-6-hiring", {"contract_start": "2023-01-02", "contract_end": "2023-01-01"}, "facts.people.0.contract_end"),
        ("xw-7-school-interns", {"hired_from": "2023-07-02", "hired_to": "2023-07-01"}, "facts.interns.0.hired_to"),
        ("xw-9-internship", {"trainee_from": "2023-05-01"}, "facts.people.0.trainee_to"),
    ],
)
def test_pairs_out_of_order(ask, clause, record, path):
    assert ask.paths(clause, record=record) == [path]


def test_pairs_that_may_stand(ask):
    ask("xw-6-hiring", record={"employed_from": "2023-01-01", "employed_to": "2023-01-01"})
    ask("xw-7-school-interns", record={"hired_from": None, "hired_to": "2023-01-01"})
    assert ask.paths("dt-4-lease", lease_start="2028-01-01") == ["facts.lease_end"]
    assert ask.paths("dt-4-lease", lease_end=None) == ["facts.lease_end"]


@pytest.mark.parametrize(
    ("clause", "optional"),
    [
        ("xw-1-new", ["approved_rate"]),
        ("xw-2-rent", ["approved_months"]),
        ("dt-4-lease", ["continuing"]),
    ],
)
def test_what_may_be_absent(ask, clause, optional):
    full = ask.request(clause)
    for name in list(full["facts"]):
        request = ask.request(clause)
        del request["facts"][name]
        if name in optional:
            assert "error" not in calculate(request, ask.packs)
        else:
            assert ask.paths_of(request) == [f"facts.{name}"]
    # a flag that may be left out may still not be null
    if "continuing" in optional:
        assert ask.paths(clause, continuing=None) == ["facts.continuing"]


def test_repeated_keys(ask):
    person = ask.request("dt-3-seat")["facts"]["people"][0]
    people = [person | {"key": key} for key in ("a", "b", "a", "a")]
    assert ask.paths("dt-3-seat", people=people) == ["facts.people.2.key", "facts.people.3.key"]


@pytest.mark.parametrize(("fact", "clause"), [("operation_year", "xw-2-rent"), ("subsidy_year", "dt-4-purchase")])
def test_years_count_from_one(ask, fact, clause):
    assert ask.paths(clause, **{fact: 0}) == [f"facts.{fact}"]


def test_json_that_is_none(packs):
    for text in ("", "{", "nul", '{"policy": }', "\x00", b"\xff\xfe{", "[" * 100_000, '{"a": 1} 2'):
        result = calculate_json(text, packs)
        assert [problem["path"] for problem in result["error"]["problems"]] == [""], text


def test_json_numbers_are_never_rounded(ask, packs):
    text = json.dumps(ask.request("xw-1-new"))
    for bad in ("260.0", "2.6e2", "NaN", "Infinity", "-Infinity", "1" * 5000, "-" + "1" * 5000, "1e999999"):
        result = calculate_json(text.replace("260", bad), packs)
        assert [problem["path"] for problem in result["error"]["problems"]] == ["facts.seats"], bad
    assert calculate_json(text.replace("260", str(10**29)), packs)["amount"] == "5000000.00"


def test_json_names_given_twice(ask, packs):
    text = json.dumps(ask.request("xw-1-new"))
    twice = text.replace('"seats": 260', '"seats": 260, "seats": 100').replace(
        '"as_of"', '"as_of": "2023-01-01", "as_of"'
    )
    result = calculate_json(twice, packs)
    assert [problem["path"] for problem in result["error"]["problems"]] == ["as_of", "facts.seats"]


def test_a_byte_order_mark_is_no_problem(ask, packs):
    text = "\ufeff" + json.dumps(ask.request("xw-1-new"), ensure_ascii=False)
    assert calculate_json(text.encode("utf-8"), packs)["amount"] == "780000.00"


def test_a_lone_surrogate_can_be_written_out(ask, packs):
    result = calculate_json('{"policy": "\\ud800"}', packs)
    assert dump_json(result).encode("utf-8")
    people = ask.request("xw-13-housing-security")["facts"]["people"]
    result = ask("xw-13-housing-security", people=[people[0] | {"key": "\ud800"}])
    assert json.loads(dump_json(result).encode("utf-8")) == result


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["2023-06-01", "2023-06", "a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(data=st.data())
def test_whatever_stands_in_a_field_is_a_result_or_a_problem(ask, data):
    clause = data.draw(st.sampled_from(ask.clauses))
    request = ask.request(clause)
    request["interpretations"] = {}
    request["other_benefits"] = [{"title": "t", "amount": "1"}]
    for _ in range(data.draw(st.integers(1, 3))):
        target = request
        while True:
            keys = list(target) if isinstance(target, dict) else list(range(len(target)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            if isinstance(target[key], dict | list) and target[key] and data.draw(st.booleans()):
                target = target[key]
                continue
            target[key] = data.draw(JSON)
            break
    result = calculate(request, ask.packs)
    assert ("error" in result) != ("amount" in result)
    if "error" in result:
        paths = [problem["path"] for problem in result["error"]["problems"]]
        assert paths
        assert len(set(paths)) == len(paths)
    dump_json(result).encode("utf-8")


@given(request=JSON)
def test_anything_at_all_is_answered(packs, request):
    assert "error" in calculate(request, packs)
