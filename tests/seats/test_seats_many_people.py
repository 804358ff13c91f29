"""Ten thousand people with broken records: within one per cent of the proven bound."""

from __future__ import annotations

import random

import pytest
from benchmarks.seats_people import make_people

from caseworker.seats import Rule, recognise


@pytest.mark.long
@pytest.mark.parametrize("kind", ["spells", "short-spells", "scattered-20"])
def test_ten_thousand_people(trying, kind):
    people = make_people(kind, 10_000, 2_000)
    answer = recognise(people, 12)
    trying.check(people, 12, 3, Rule.DISTINCT, answer)
    assert answer.count >= 0.99 * answer.upper_bound
    # a bound that anybody can check: every seat has twelve months from all people's, and alone or two people at least
    alone = sum(len(person.months) >= 12 for person in people)
    shared = [len(person.months) for person in people if len(person.months) < 12]
    assert answer.count <= alone + min(sum(shared) // 12, len(shared) // 2)
    random.Random(0).shuffle(people)
    assert recognise(people, 12) == answer


@pytest.mark.long
def test_ten_thousand_people_summed(trying):
    people = make_people("spells", 10_000, 2_000)
    answer = recognise(people, 12, rule=Rule.SUMMED)
    trying.check(people, 12, 3, Rule.SUMMED, answer)
    assert answer.optimal


@pytest.mark.long
def test_more_patterns_than_are_looked_at_together(trying):
    people = make_people("scattered-30", 5_000, 100_000)
    answer = recognise(people, 12)
    trying.check(people, 12, 3, Rule.DISTINCT, answer)
    assert answer.count >= 0.97 * answer.upper_bound
