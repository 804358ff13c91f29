"""The proven answer for small cases: the most seats, and among those the fewest people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from caseworker.seats.groups import Floats, Groups, Ints
from caseworker.seats.pricing import all_columns
from caseworker.seats.programs import best_whole
from caseworker.seats.relaxation import (
    UNIT,
    Bounded,
    Cancel,
    check,
    greedy,
    most_seats,
    most_twos,
    seats_of_two,
)

_FIRST_TRY = 200  # nodes spent among the columns already found, before all are listed


_LONG_LIST = 20_000  # seats: too many to look through where no proof is asked for


@dataclass(frozen=True, slots=True)
class Answer:
    """Seats over groups: a row of `columns` is one kind of seat, made `times` often. `bound` is proven."""

    columns: Ints
    times: Ints
    bound: int
    fewest: bool  # no answer with as many seats takes fewer people: proven

    @property
    def count(self) -> int:
        return int(self.times.sum())

    @property
    def twos(self) -> int:
        """Seats of two: of two answers with as many seats, the one with more of these takes fewer people."""
        return int(seats_of_two(self.columns) @ self.times)


def solve(groups: Groups, nodes: int | None = None, cancelled: Cancel = None) -> Answer:
    """The best answer; `nodes` None proves it, otherwise the search in each step ends after so many."""
    columns, times = greedy(groups, cancelled)
    if not len(columns):
        return Answer(columns, times, 0, True)
    relaxed = most_seats(groups, columns, small=True, rounds=None, cancelled=cancelled)
    columns, times, bound = _best(groups, relaxed, (columns, times), None, nodes, cancelled)
    count = int(times.sum())
    if groups.max_people < 3:
        return Answer(columns, times, bound, bound == count)
    start = np.concatenate([relaxed.columns, columns])
    relaxed = most_twos(groups, count, start, small=True, rounds=None, cancelled=cancelled)
    columns, times, twos = _best(groups, relaxed, (columns, times), count, nodes, cancelled)
    return Answer(columns, times, bound, bound == count and twos == int(seats_of_two(columns) @ times))


def _best(
    groups: Groups,
    relaxed: Bounded,
    known: tuple[Ints, Ints],
    seats: int | None,
    nodes: int | None,
    cancelled: Cancel,
) -> tuple[Ints, Ints, int]:
    """Columns, times and the bound: of the seats, or of the seats of two where the number of `seats` is fixed.

    First among the columns at hand. If that leaves a gap, among all that a better answer could have: in it nobody's
    price is wasted by more than the gap, so that whatever costs more is left out.
    """
    columns, times = known
    bound = relaxed.bound
    reached = int(_values(columns, seats) @ times)
    steps = ((True, min(nodes or _FIRST_TRY, _FIRST_TRY)), (False, nodes))
    for at_hand, limit in steps:
        if reached >= bound:
            break
        check(cancelled)
        pool = relaxed.columns if at_hand else _within(groups, relaxed, reached, seats)
        pool, start = _with_known(pool, columns, times)
        if nodes is not None and len(pool) > _LONG_LIST:
            break
        values = _values(pool, seats)
        found = best_whole(
            groups.members, pool, values, exactly=seats, start=start, nodes=limit, enough=bound, cancelled=cancelled
        )
        if found is not None and values @ found.times > reached:
            made = found.times > 0
            columns, times = pool[made], found.times[made]
            reached = int(_values(columns, seats) @ times)
        if found is not None and found.proven and not at_hand:
            bound = reached
    check(cancelled)
    return columns, times, bound


def _values(columns: Ints, seats: int | None) -> Floats:
    return np.ones(len(columns)) if seats is None else seats_of_two(columns)


def _within(groups: Groups, relaxed: Bounded, reached: int, seats: int | None) -> Ints:
    """Every seat that an answer better than `reached` can have, by the prices of the proof."""
    everybody = int(groups.members @ relaxed.prices)
    if seats is None:
        return all_columns(groups, relaxed.prices, everybody - reached * relaxed.least)
    others = (seats - 1) * relaxed.least
    return all_columns(groups, relaxed.prices, everybody - (reached + 1) * UNIT - others, bonus=UNIT)


def _with_known(pool: Ints, columns: Ints, times: Ints) -> tuple[Ints, Ints]:
    """The pool with the known answer's columns, and that answer as times of each."""
    joined = np.concatenate([pool, columns])
    unique, at = np.unique(joined, axis=0, return_inverse=True)
    start = np.zeros(len(unique), np.int64)
    np.add.at(start, at.reshape(-1)[len(pool) :], times)
    return unique, start
