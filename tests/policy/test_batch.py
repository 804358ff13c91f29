"""One line in, one line out, whatever the line is."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from caseworker.errors import Cancelled
from caseworker.policy import calculate, calculate_json, dump_json
from caseworker.policy.batch import calculate_lines

if TYPE_CHECKING:
    from policy.conftest import Asker


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


BAD = (b"", b"not json", b"{", b"\xff\xfe", b"null", b"[]", b'{"policy": "no-such"}', b'{"policy": 1.5, "clause": {}}')
MANY = 100_000


def _mixed(ask: Asker) -> list[bytes]:
    """A line of every clause, some with other benefits or unmet conditions, and bad ones between them."""
    requests = [ask.request(clause) for clause in ask.clauses]
    requests += [ask.request(clause, as_of="2021-01-01") for clause in ask.clauses]
    requests += [ask.request(clause, benefits=[{"title": "省级", "amount": "1"}]) for clause in ask.clauses]
    requests += [ask.request("xw-1-new", seats=-1), ask.request("xw-1-new", seats="many")]
    lines = [json.dumps(request, ensure_ascii=False).encode() for request in requests]
    for number, bad in enumerate(BAD):
        lines.insert(number * 9, bad)
    return lines


def _at(number: int, count: int) -> int:
    """Which of the lines stands at this place: every one equally often, in no order of their own."""
    return number * 7919 % count


@pytest.mark.long
def test_a_hundred_thousand_mixed_lines_are_answered_in_order(ask, packs):
    lines = _mixed(ask)
    expected = [dump_json(calculate_json(line, packs)) for line in lines]
    assert sum("error" in json.loads(answer) for answer in expected) == len(BAD) + 2
    asked = (lines[_at(number, len(lines))] + b"\n" for number in range(MANY))
    count = 0
    for number, answer in enumerate(calculate_lines(asked, packs)):
        assert answer == expected[_at(number, len(lines))], number
        count += 1
    assert count == MANY


# Run in a process of its own: how much it has ever taken, early and late. The file is read as the command reads it.
_MEASURE = r"""
import resource, sys
from caseworker.policy.batch import calculate_lines
from caseworker.services import bundled_packs

early = 0
with open(sys.argv[1], "rb") as lines, open(sys.argv[2], "w", encoding="utf-8", newline="\n") as answers:
    for number, answer in enumerate(calculate_lines(lines, bundled_packs())):
        answers.write(answer + "\n")
        if number == 5_000:
            early = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(early, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.long
def test_a_file_of_a_hundred_thousand_lines_takes_no_more_memory_than_a_short_one(ask, tmp_path):
    pytest.importorskip("resource", reason="only POSIX tells the most memory a process has taken")
    lines = _mixed(ask)
    source, target = tmp_path / "requests.jsonl", tmp_path / "answers.jsonl"
    with source.open("wb") as out:
        for number in range(MANY):
            out.write(lines[_at(number, len(lines))] + b"\n")
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(source), str(target)],
        capture_output=True,
        text=True,
        check=True,
    )
    early, late = map(int, done.stdout.split())  # KiB on Linux
    assert early > 0
    assert (late - early) * 1024 < 8_000_000
    with target.open("rb") as answers:
        assert sum(1 for _ in answers) == MANY
