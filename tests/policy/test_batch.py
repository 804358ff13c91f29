"""One line in, one line out, whatever the line is."""

from __future__ import annotations

import json
import tracemalloc

import pytest

from caseworker.errors import Cancelled
from caseworker.policy import calculate
from caseworker.policy.batch import calculate_lines


def test_lines_answer_lines_in_order(ask, packs):
    good = json.dumps(ask.request("xw-1-new"), ensure_ascii=False).encode()
    lines = [
        good + b"\n", b"\n", b"not json\r\n", b"\xff\xfe\n", good + b"\r\n", b"[" * 50_000 + b"\n",
        json.dumps(ask.request("dt-3-seat")).encode(),
    ]  # fmt: skip
    answers = [json.loads(line) for line in calculate_lines(lines, packs)]
    assert len(answers) == len(lines)
    assert ["error" in answer for answer in answers] == [False, True, True, True, False, True, False]
    assert answers[0] == answers[4] == calculate(ask.request("xw-1-new"), packs)
    assert answers[6]["amount"] == "2500.00"


def test_an_answer_is_one_line_even_with_odd_characters(ask, packs):
    people = ask.request("xw-13-housing-security")["facts"]["people"]
    request = ask.request("xw-13-housing-security", people=[people[0] | {"key": "a\u2028\u0085\n\r"}])
    (line,) = calculate_lines([json.dumps(request).encode()], packs)
    assert "\n" not in line
    assert "\r" not in line
    assert json.loads(line)["lines"][0]["key"] == "a\u2028\u0085\n\r"


def test_nothing_is_read_ahead(ask, packs):
    read = []

    def lines():
        for number in range(3):
            read.append(number)
            yield b"{}"

    answers = calculate_lines(lines(), packs)
    next(answers)
    assert read == [0]


def test_memory_stays_flat(ask, packs):
    line = json.dumps(ask.request("xw-1-new")).encode()
    answers = calculate_lines((line for _ in range(400)), packs)
    for _ in range(100):
        next(answers)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        assert sum(1 for _ in answers) == 300
        assert tracemalloc.get_traced_memory()[0] - before < 100_000
    finally:
        tracemalloc.stop()


def test_cancelling(packs):
    answers = calculate_lines([b"{}", b"{}"], packs, cancelled=iter([False, True]).__next__)
    next(answers)
    with pytest.raises(Cancelled):
        next(answers)


@pytest.mark.long
def test_a_hundred_thousand_lines(ask, packs):
    good = json.dumps(ask.request("dt-3-seat")).encode()
    lines = (b"not json" if number % 1000 == 0 else good for number in range(100_000))
    errors = [number for number, line in enumerate(calculate_lines(lines, packs)) if line.startswith('{"error"')]
    assert errors == list(range(0, 100_000, 1000))
