"""Thousands of people: nearly always as many seats as the proven bound, by rounding the relaxation step by step.

Everything stops after counts of rounds and nodes, never by a clock, so that equal people get equal seats anywhere.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from caseworker.seats.exact import Answer, solve
from caseworker.seats.groups import NOBODY, Floats, Groups, Ints, used_by
from caseworker.seats.pricing import cheapest
from caseworker.seats.programs import Master, Relaxed, best_whole
from caseworker.seats.relaxation import (
    UNIT,
    Cancel,
    check,
    greedy,
    most_seats,
    prices_by_months,
    seats_of_two,
    whole,
)

Progress = Callable[[int, int], None] | None

TOGETHER = 3000  # groups whose combinations are all looked at; more are taken in parts
_FEW_GROUPS = 200  # groups for whom the way of the small cases serves, however many people they have
_NODES = 500
_PASSES = 3  # of the greedy search that gives the relaxation its start
_ROUNDS = 40  # of column generation
_SHARE = 3  # of what the relaxation leaves open, one part in so many is settled in a step
_CORNERS = 600  # people from whom on the relaxation is solved to a corner, mostly whole
_REST = 150  # people whose seats are settled at once
_TWOS_FIRST = 1e-4  # what makes a seat of two better than one of three, without costing a seat
_WINDOWS = 24  # parts that are worked over for one more seat
_TIDYING = 4  # parts that are worked over for fewer people
_WINDOW = 20  # seats of a part
_SPARE = 20  # people without a seat who join a part


def solve_large(groups: Groups, progress: Progress = None, cancelled: Cancel = None) -> Answer:
    """Many seats and the proven bound; few people as far as found."""
    if len(groups) <= _FEW_GROUPS:
        return solve(groups, _NODES, cancelled)
    if len(groups) > TOGETHER:
        columns, times, bound = _in_parts(groups, progress, cancelled)
    else:
        columns, times = greedy(groups, cancelled, _PASSES)
        if not len(columns):
            return Answer(columns, times, 0, True)
        relaxed = most_seats(groups, columns, small=False, rounds=_ROUNDS, cancelled=cancelled)
        bound = relaxed.bound
        rounded = _round(groups, relaxed.columns, bound, progress, cancelled)
        if rounded[1].sum() >= times.sum():
            columns, times = rounded
    columns, times = _work_over(groups, columns, times, bound, cancelled)
    return Answer(columns, times, bound, False)


def _in_parts(groups: Groups, progress: Progress, cancelled: Cancel) -> tuple[Ints, Ints, int]:
    """Too many groups to look at every three of them: in parts, and the bound by numbers of months alone."""
    sizes = np.unique(groups.sizes)[::-1]
    members = np.array([groups.members[groups.sizes == size].sum() for size in sizes])
    by_size = Groups.of_sizes(sizes.tolist(), members.tolist(), groups.required, groups.max_people)
    start, _ = greedy(by_size, cancelled)
    bound = most_seats(by_size, start, small=True, rounds=None, cancelled=cancelled).bound
    count = -(-len(groups) // TOGETHER)
    columns, times = [np.zeros((0, 3), np.int64)], [np.zeros(0, np.int64)]
    left = groups.members.copy()
    for number in range(count + 1):
        # at last, those whom the parts left over
        mine = left.copy()
        if number < count:
            mine[np.arange(len(groups)) % count != number] = 0
        part, places = groups.part(mine)
        if len(part) > TOGETHER:
            break
        answer = solve_large(part, progress, cancelled)
        columns.append(np.append(places, NOBODY)[answer.columns])
        times.append(answer.times)
        left -= used_by(columns[-1], times[-1], len(groups))
    return np.concatenate(columns), np.concatenate(times), bound


def _round(groups: Groups, pool: Ints, bound: int, progress: Progress, cancelled: Cancel) -> tuple[Ints, Ints]:
    """Whole seats from the relaxation: take its whole part and its largest fractions, solve what is left, again."""
    left = groups.members.copy()
    columns, times = [np.zeros((0, 3), np.int64)], [np.zeros(0, np.int64)]
    done, people = 0, int(left.sum())
    while True:
        check(cancelled)
        part, places = groups.part(left)
        pool, relaxed = _relaxed_rest(part, _renamed(pool, places, len(groups)), bound - done)
        if relaxed is None:
            break
        if part.members.sum() <= _REST:
            found = best_whole(part.members, pool, _worth(pool), nodes=_NODES)
            made = np.zeros(len(pool), np.int64) if found is None else found.times
        else:
            made = _largest(part, pool, relaxed.times)
        pool = np.append(places, NOBODY)[pool]
        columns.append(pool[made > 0])
        times.append(made[made > 0])
        done += int(made.sum())
        left -= used_by(columns[-1], times[-1], len(groups))
        if progress is not None:
            progress(people - int(left.sum()), people)
        if not made.any() or part.members.sum() <= _REST:
            break
    return np.concatenate(columns), np.concatenate(times)


def _renamed(pool: Ints, places: Ints, groups: int) -> Ints:
    """Columns of the whole as columns of a part; those that need a group without people left are dropped."""
    gone = -2
    names = np.full(groups + 1, gone, np.int64)
    names[places] = np.arange(len(places))
    names[NOBODY] = NOBODY
    columns = names[pool]
    kept: Ints = columns[(columns != gone).all(axis=1)]
    return kept


def _relaxed_rest(part: Groups, pool: Ints, wanted: int) -> tuple[Ints, Relaxed | None]:
    """The relaxation of what is left, with some more columns where those at hand do not reach the seats wanted."""
    interior = int(part.members.sum()) > _CORNERS
    master = Master(part.members)
    master.add(pool, _worth(pool))
    relaxed = master.solve(interior) if len(pool) else None
    for _ in range(4):
        if relaxed is not None and relaxed.value >= wanted:
            break
        prices = prices_by_months(part) if relaxed is None else whole(relaxed.prices)
        more = cheapest(part, prices, UNIT if relaxed is not None else 4 * UNIT).columns
        if not master.add(more, _worth(more)):
            break
        relaxed = master.solve(interior)
    return master.columns, relaxed


def _worth(columns: Ints) -> Floats:
    worth: Floats = 1 + _TWOS_FIRST * seats_of_two(columns)
    return worth


def _largest(part: Groups, pool: Ints, mixture: Floats) -> Ints:
    """The whole part of the mixture and, while people last, its largest fractions: a share of them only."""
    times: Ints = np.floor(mixture + 1e-6).astype(np.int64)
    left = part.members - used_by(pool, times, len(part))
    fractions = np.round(mixture - times, 6)
    most = max(_REST // 3, int(left.sum()) // (3 * _SHARE))
    for place in np.argsort(-fractions, kind="stable"):
        if most == 0 or fractions[place] <= 0:
            break
        people, needed = np.unique(pool[place][pool[place] != NOBODY], return_counts=True)
        if (left[people] >= needed).all():
            left[people] -= needed
            times[place] += 1
            most -= 1
    return times


def _work_over(groups: Groups, columns: Ints, times: Ints, bound: int, cancelled: Cancel) -> tuple[Ints, Ints]:
    """Some seats and the people without one, solved anew: first for one more seat, then for fewer people."""
    for number in range(_WINDOWS + _TIDYING):
        check(cancelled)
        count = int(times.sum())
        if number < _WINDOWS and count == bound:
            continue
        seats = np.repeat(columns, times, axis=0)
        step = max(1, len(seats) // _WINDOW)
        taken = np.zeros(len(seats), bool)
        taken[number % step :: step] = True
        spare = groups.members - used_by(columns, times, len(groups))
        within = np.cumsum(spare)
        spare = np.minimum(spare, np.maximum(0, _SPARE - (within - spare)))
        once = np.ones(int(taken.sum()), np.int64)
        part, places = groups.part(spare + used_by(seats[taken], once, len(groups)))
        better = solve(part, _NODES // 10, cancelled)
        twos = int(seats_of_two(seats[taken]).sum())
        if (better.count, better.twos) > (len(once), twos):
            anew = np.repeat(np.append(places, NOBODY)[better.columns], better.times, axis=0)
            seats = np.concatenate([seats[~taken], anew])
            columns, times = np.unique(seats, axis=0, return_counts=True)
    return columns, times
