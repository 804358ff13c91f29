"""People for the tests of valid seats, and the answer by trying everything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import combinations

import pytest

from caseworker.seats import Person, Recognition, Rule
from caseworker.values.spans import Month

FIRST = Month(2023, 1)


def person(key: str, places: Iterable[int]) -> Person:
    """Months by their distance from the first."""
    return Person(key, frozenset(FIRST + place for place in places))


def people_of(masks: Sequence[int]) -> list[Person]:
    """One a mask, a bit a month."""
    return [person(f"p{n:05d}", (i for i in range(mask.bit_length()) if mask >> i & 1)) for n, mask in enumerate(masks)]


def by_trying(people: Sequence[Person], required: int, most: int, rule: Rule) -> tuple[int, int]:
    """The most seats and the fewest people for them: every way to split the people is tried."""

    def serves(group: tuple[int, ...]) -> bool:
        if rule is Rule.SUMMED:
            return sum(len(people[one].months) for one in group) >= required
        return len(set().union(*(people[one].months for one in group))) >= required

    everybody = range(len(people))
    seats = [frozenset(g) for size in range(1, most + 1) for g in combinations(everybody, size) if serves(g)]

    @cache
    def best(left: frozenset[int]) -> tuple[int, int]:
        if not left:
            return 0, 0
        first = min(left)
        answers = [best(left - {first})]
        for seat in seats:
            if first in seat and seat <= left:
                count, minus = best(left - seat)
                answers.append((count + 1, minus - len(seat)))
        return max(answers)

    count, minus = best(frozenset(everybody))
    return count, -minus


def check_answer(people: Sequence[Person], required: int, most: int, rule: Rule, answer: Recognition) -> None:
    """Every seat is valid, nobody sits twice, nobody is lost, and the order is the interface's."""
    months = {one.key: one.months for one in people}
    seated = []
    for seat in answer.seats:
        keys = [one.key for one in seat.people]
        assert keys == sorted(keys)
        assert 1 <= len(keys) <= most
        for one in seat.people:
            assert one.months == tuple(sorted(months[one.key]))
        if rule is Rule.SUMMED:
            assert seat.months == sum(len(months[key]) for key in keys)
        else:
            assert seat.months == len(set().union(*(months[key] for key in keys)))
        assert seat.calendar_months == tuple(sorted(set().union(*(months[key] for key in keys))))
        assert seat.months >= required
        seated += keys
    assert len(seated) == len(set(seated))
    assert sorted([*seated, *answer.unused]) == sorted(months)
    assert list(answer.unused) == sorted(answer.unused)
    firsts = [seat.people[0].key for seat in answer.seats]
    assert firsts == sorted(firsts)
    assert answer.upper_bound >= answer.count
    assert answer.optimal is (answer.upper_bound == answer.count)


def used(answer: Recognition) -> int:
    return sum(len(seat.people) for seat in answer.seats)


class Trying:
    people_of = staticmethod(people_of)
    person = staticmethod(person)
    best = staticmethod(by_trying)
    check = staticmethod(check_answer)
    used = staticmethod(used)


@pytest.fixture(scope="session")
def trying() -> type[Trying]:
    return Trying
