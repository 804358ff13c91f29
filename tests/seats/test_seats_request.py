"""The request of `caseworker seats`: exact, strict, and every problem at once."""

from __future__ import annotations

import io
import json
import sys

import pytest

from caseworker.cli import main
from caseworker.seats import recognise_json


def months(first, last, year=2023):
    return [f"{year}-{month:02d}" for month in range(first, last + 1)]


def person(key, listed):
    return {"key": key, "wage_months": listed, "insurance_months": listed}


def example(**changes):
    people = [person("a", months(1, 7)), person("b", months(6, 12)), person("c", months(3, 5))]
    return {"months_required": 12, "max_people": 3, "rule": "distinct", "people": people} | changes


ANSWER = {
    "count": 1, "upper_bound": 1, "optimal": True, "seats": [{"people": ["a", "b"], "months": 12}], "unused": ["c"],
}  # fmt: skip


def paths(request):
    text = request if isinstance(request, str | bytes) else json.dumps(request)
    error = recognise_json(text)["error"]
    assert error["code"] == "invalid-request"
    assert all(problem["message"] for problem in error["problems"])
    return [problem["path"] for problem in error["problems"]]


def test_the_example():
    assert recognise_json(json.dumps(example())) == ANSWER
    assert list(recognise_json(json.dumps(example()))) == list(ANSWER)


def test_summed_counts_the_months_of_each():
    answer = recognise_json(json.dumps(example(rule="summed")))
    assert answer["seats"] == [{"people": ["a", "b"], "months": 14}]


def test_only_months_in_both_lists_and_each_once():
    first = {"key": "a", "wage_months": months(1, 12), "insurance_months": months(1, 6) * 2}
    answer = recognise_json(json.dumps(example(people=[first, person("b", months(7, 11))])))
    assert answer["count"] == 0
    answer = recognise_json(json.dumps(example(people=[first, person("b", months(7, 12))])))
    assert answer["seats"] == [{"people": ["a", "b"], "months": 12}]


def test_keys_are_sorted_as_text():
    people = [person(key, months(1, 12)) for key in ("10", "9", "b", "B", "张", "")]
    answer = recognise_json(json.dumps(example(people=people)))
    assert [seat["people"] for seat in answer["seats"]] == [[""], ["10"], ["9"], ["B"], ["b"], ["张"]]


def test_nobody():
    assert recognise_json(json.dumps(example(people=[])))["count"] == 0


@pytest.mark.parametrize("text", ["", "x", "[1,2", b"\xff\xfe", "[" * 100_000])
def test_not_json(text):
    assert paths(text) == [""]


@pytest.mark.parametrize("request_", [None, [], "x", 1, True])
def test_not_an_object(request_):
    assert paths(json.dumps(request_)) == [""]


def test_everything_missing():
    assert paths({}) == ["months_required", "max_people", "rule", "people"]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"months_required": 0}, ["months_required"]),
        ({"months_required": -1}, ["months_required"]),
        ({"months_required": True}, ["months_required"]),
        ({"months_required": "12"}, ["months_required"]),
        ({"months_required": 12.0}, ["months_required"]),
        ({"months_required": None}, ["months_required"]),
        ({"max_people": 0}, ["max_people"]),
        ({"max_people": 4}, ["max_people"]),
        ({"max_people": 3.0}, ["max_people"]),
        ({"max_people": False}, ["max_people"]),
        ({"rule": "both"}, ["rule"]),
        ({"rule": None}, ["rule"]),
        ({"rule": ["distinct"]}, ["rule"]),
        ({"people": None}, ["people"]),
        ({"people": {}}, ["people"]),
        ({"people": [None, 1]}, ["people.0", "people.1"]),
        ({"people": [{}]}, ["people.0.key", "people.0.wage_months", "people.0.insurance_months"]),
        ({"people": [person(1, [])]}, ["people.0.key"]),
        ({"people": [person("a", []), person("b", []), person("a", [])]}, ["people.2.key"]),
        ({"people": [person("a", ["2023-13"])]}, ["people.0.wage_months.0", "people.0.insurance_months.0"]),
        ({"people": [{"key": "a", "wage_months": ["2023-01", "2023-1", 202301], "insurance_months": None}]},
         ["people.0.wage_months.1", "people.0.wage_months.2", "people.0.insurance_months"]),
        ({"people": [person("a", []) | {"name": "x"}]}, ["people.0.name"]),
        ({"note": 1, "rule": "x", "max_people": 9}, ["rule", "note", "max_people"]),
    ],
)  # fmt: skip
def test_problems(changes, wrong):
    assert sorted(paths(example(**changes))) == sorted(wrong)


def test_a_repeated_field():
    text = json.dumps(example())
    assert paths(text[:-1] + ', "rule": "summed"}') == ["rule"]


@pytest.mark.parametrize("most", [1, 2, 3])
def test_most_people_that_are_taken(most):
    people = [person("a", months(1, 4)), person("b", months(5, 8)), person("c", months(9, 12))]
    assert recognise_json(json.dumps(example(people=people, max_people=most)))["count"] == (most == 3)


def test_the_command_prints_the_answer(tmp_path, capsys):
    file = tmp_path / "people.json"
    file.write_text(json.dumps(example()), encoding="utf-8")
    assert main(["seats", str(file)]) == 0
    assert json.loads(capsys.readouterr().out) == ANSWER


def test_the_command_reads_standard_input(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(example()).encode())))
    assert main(["seats", "-"]) == 0
    assert json.loads(capsys.readouterr().out) == ANSWER


def test_the_command_refuses_a_bad_request(tmp_path, capsys):
    file = tmp_path / "people.json"
    file.write_text(json.dumps(example(max_people=4, rule="x")), encoding="utf-8")
    assert main(["seats", str(file)]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert sorted(problem["path"] for problem in error["problems"]) == ["max_people", "rule"]


def test_the_command_without_its_file(tmp_path, capsys):
    assert main(["seats", str(tmp_path / "none.json")]) == 2
    assert "找不到文件" in capsys.readouterr().err
