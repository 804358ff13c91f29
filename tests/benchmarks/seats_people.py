"""Made-up people with broken records, for the benchmark and the long test of valid seats."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from caseworker.seats import Person
from caseworker.values.spans import Month

FIRST = Month(2022, 1)
MONTHS = 24


def spells(chance: random.Random) -> int:
    """One or two spells of work, some months of which lack wages or insurance."""
    mask = 0
    for _ in range(chance.choice((1, 1, 2))):
        start, length = chance.randrange(-2, MONTHS), chance.randint(3, 11)
        for place in range(max(start, 0), min(MONTHS, start + length)):
            mask |= 1 << place
    for place in range(MONTHS):
        if chance.random() < 0.15:
            mask &= ~(1 << place)
    return mask


def short_spells(chance: random.Random) -> int:
    """Up to two short spells: nobody has many months."""
    mask = 0
    for _ in range(chance.choice((1, 1, 2))):
        start, length = chance.randrange(MONTHS), chance.randint(2, 5)
        for place in range(start, min(MONTHS, start + length)):
            if chance.random() > 0.1:
                mask |= 1 << place
    return mask


def scattered(density: float) -> Callable[[random.Random], int]:
    """Any month with the same chance: the hardest to fit together."""
    return lambda chance: sum((chance.random() < density) << place for place in range(MONTHS))


KINDS: dict[str, Callable[[random.Random], int]] = {
    "spells": spells,
    "short-spells": short_spells,
    "scattered-30": scattered(0.30),
    "scattered-20": scattered(0.20),
    "scattered-15": scattered(0.15),
}


def make_people(kind: str, people: int, patterns: int, seed: int = 1) -> list[Person]:
    """`people` with about as many different lists of months as `patterns` says."""
    chance = random.Random(seed)
    found: set[int] = set()
    for _ in range(100 * patterns):  # short spells know fewer patterns
        if len(found) == patterns:
            break
        found.add(KINDS[kind](chance) or 1)
    masks = sorted(found)
    months = [frozenset(FIRST + place for place in range(MONTHS) if mask >> place & 1) for mask in masks]
    return [Person(f"p{number:05d}", chance.choice(months)) for number in range(people)]


def plain_greedy(people: Sequence[Person], required: int) -> int:
    """Seats found by taking the person with most months, and the best partners for them one after the other."""
    left = sorted(people, key=lambda person: (-len(person.months), person.key))
    seats = 0
    while left:
        months = left.pop(0).months
        taken: list[int] = []
        while len(months) < required and len(taken) < 2 and len(left) > len(taken):
            gains = [-1 if n in taken else min(len(months | one.months), required) for n, one in enumerate(left)]
            best = max(range(len(left)), key=gains.__getitem__)
            taken.append(best)
            months = months | left[best].months
        if len(months) >= required:
            seats += 1
            for place in sorted(taken, reverse=True):
                del left[place]
    return seats
