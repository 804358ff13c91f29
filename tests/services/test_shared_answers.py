"""Answers worked out once for all who ask, and again after a failure."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from caseworker.errors import Cancelled
from caseworker.services.shared_answers import SharedAnswers

LONG = 30  # seconds; only a broken test waits so long


def test_the_latest_answers_are_kept() -> None:
    answers: SharedAnswers[str, int] = SharedAnswers(2)
    worked: list[str] = []

    def ask(key: str) -> int:
        return answers.get(key, lambda: len(worked.append(key) or worked))

    assert [ask("a"), ask("b"), ask("a")] == [1, 2, 1]
    ask("c")  # b is the one not asked for the longest
    assert [ask("a"), ask("b")] == [1, 4]
    assert worked == ["a", "b", "c", "b"]


def test_two_who_ask_at_once_share_one_answer() -> None:
    answers: SharedAnswers[str, object] = SharedAnswers(2)
    begun, go_on = threading.Event(), threading.Event()
    times: list[int] = []

    def work() -> object:
        times.append(1)
        begun.set()
        assert go_on.wait(LONG)
        return object()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(answers.get, "a", work)
        assert begun.wait(LONG)
        waiting = threading.Event()
        second = pool.submit(answers.get, "a", work, lambda: waiting.set() or False)
        assert waiting.wait(LONG)  # it looked whether it was given up: it waits, and does not work
        go_on.set()
        assert first.result(LONG) is second.result(LONG)
    assert times == [1]


def test_who_waits_may_give_up_and_who_stays_takes_over_from_one_that_failed() -> None:
    answers: SharedAnswers[str, int] = SharedAnswers(2)
    begun, go_on = threading.Event(), threading.Event()

    def given_up() -> int:
        begun.set()
        assert go_on.wait(LONG)
        raise Cancelled

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(answers.get, "a", given_up)
        assert begun.wait(LONG)
        with pytest.raises(Cancelled):
            answers.get("a", lambda: 2, lambda: True)
        waiting = threading.Event()
        third = pool.submit(answers.get, "a", lambda: 3, lambda: waiting.set() or False)
        assert waiting.wait(LONG)
        go_on.set()
        with pytest.raises(Cancelled):
            first.result(LONG)
        assert third.result(LONG) == 3
