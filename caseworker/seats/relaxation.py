"""Column generation: the linear relaxation over all seats there could be, and what its prices prove.

For any prices of people at which every possible seat costs at least `least`, no more seats can be made than all people
cost, divided by `least`. The solver only proposes prices; the proof is `pricing.cheapest`, in whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import numpy as np

from caseworker.errors import Cancelled
from caseworker.seats.groups import NOBODY, Floats, Groups, Ints
from caseworker.seats.pricing import cheapest
from caseworker.seats.programs import Master

UNIT = 2520 * 10**6  # the price of a seat: divides by every small number, so that usual prices are exact
_ROUNDING = 1e-6  # of the solver's values
_DEAREST = 100  # keeps the sums of prices within 64 bits
_CROWD = 12  # columns a group, from which on the dear ones are dropped
_DEAR = 8  # dear by this part of a seat's price
_STALLED = 1e-4  # a round that improves by less than this share: the solver's own prices are asked for

Cancel = Callable[[], bool] | None


@dataclass(frozen=True, slots=True)
class Bounded:
    """`bound`: proven, whole. `prices` prove it, where a seat costs at least `least`. `columns`: seats worth using."""

    bound: int
    prices: Ints
    least: int
    columns: Ints


def check(cancelled: Cancel) -> None:
    if cancelled is not None and cancelled():
        raise Cancelled


def seats_of_two(columns: Ints) -> Floats:
    two: Floats = (columns[:, 2] == NOBODY).astype(np.float64)
    return two


def prices_by_months(groups: Groups) -> Ints:
    """Every seat costs at least UNIT, since its people have at least the months required between them."""
    return -(-groups.sizes * UNIT // groups.required)


def whole(prices: Floats) -> Ints:
    """The solver's prices in whole numbers; some may come out a hair below zero."""
    exact: Ints = np.rint(np.clip(prices, 0, _DEAREST) * UNIT).astype(np.int64)
    return exact


def greedy(groups: Groups, cancelled: Cancel = None, passes: int | None = None) -> tuple[Ints, Ints]:
    """Columns and times. Seats that waste few months first, as often as their people last, until none can be made.

    `passes`: give up after so many looks at all people.
    """
    left = groups.members.copy()
    prices = prices_by_months(groups)
    everything = int(prices.max(initial=0)) * 3 + 1
    columns: list[Ints] = []
    times: list[int] = []
    for _ in count() if passes is None else range(passes):
        check(cancelled)
        part, places = groups.part(left)
        found = cheapest(part, prices[places], everything).columns
        if not len(found):
            break
        for column in np.append(places, NOBODY)[found]:
            people, needed = np.unique(column[column != NOBODY], return_counts=True)
            often = int((left[people] // needed).min())
            if often > 0:
                left[people] -= often * needed
                columns.append(column)
                times.append(often)
    return np.array(columns, np.int64).reshape(-1, 3), np.array(times, np.int64)


def most_seats(groups: Groups, start: Ints, *, small: bool, rounds: int | None, cancelled: Cancel) -> Bounded:
    """The bound on the number of seats. `start`: columns that make some seats; `rounds`: give up after so many."""
    master = Master(groups.members)
    master.add(start, np.ones(len(start)))
    prices = best = prices_by_months(groups)
    cost, reached, done = int(groups.members @ best), 0.0, 0
    mixed = False
    # Seats that waste no month or hardly one are what the last answers are made of
    thrifty = cheapest(groups, best, UNIT + UNIT // groups.required + 1).columns
    master.add(thrifty, np.ones(len(thrifty)))
    while True:
        check(cancelled)
        priced = cheapest(groups, prices, UNIT)
        value = int(groups.members @ prices)
        if priced.least > 0 and value * UNIT < cost * priced.least:
            best = -(-prices * UNIT // priced.least)  # a seat costs at least UNIT again
            cost = int(groups.members @ best)
        added = master.add(priced.columns, np.ones(len(priced.columns)))
        relaxed = master.solve(interior=not small)
        assert relaxed is not None, "making no seat is always possible"
        done += 1
        bound, before, reached = cost // UNIT, reached, relaxed.value
        finished = not added and not mixed and done > 1
        if finished or bound <= int(reached + _ROUNDING) or done == rounds:
            return Bounded(bound, best, UNIT, master.columns)
        # Prices halfway to the best proof come to rest sooner; the solver's own end the matter
        mixed = bool(added) and reached > before * (1 + _STALLED)
        proposed = whole(relaxed.prices)
        if not small and mixed and len(master.columns) > _CROWD * len(groups):
            master = _weeded(groups, master, proposed, relaxed.times)
        prices = (proposed + best) // 2 if mixed else proposed


def _weeded(groups: Groups, master: Master, prices: Ints, times: Floats) -> Master:
    """Without the columns that are too dear by far: they only cost the solver time, and may come back."""
    columns = master.columns
    cost = np.append(prices, 0)[columns].sum(axis=1)
    useful = columns[(times > _ROUNDING) | (cost < UNIT + UNIT // _DEAR)]
    weeded = Master(groups.members)
    weeded.add(useful, np.ones(len(useful)))
    return weeded


def most_twos(
    groups: Groups, seats: int, start: Ints, *, small: bool, rounds: int | None, cancelled: Cancel
) -> Bounded:
    """The bound on the number of seats of two among exactly `seats`. `start`: columns that can make so many."""
    master = Master(groups.members, exactly=seats)
    master.add(start, seats_of_two(start))
    best, least = np.zeros(len(groups), np.int64), -UNIT
    cost, done = seats * UNIT, 0
    while True:
        check(cancelled)
        relaxed = master.solve(interior=not small)
        assert relaxed is not None, "the start makes so many seats"
        done += 1
        if cost // UNIT <= int(relaxed.value + _ROUNDING) or done == rounds:
            break
        proposed, threshold = whole(relaxed.prices), -round(relaxed.price_of_count * UNIT)
        priced = cheapest(groups, proposed, threshold, UNIT)
        value = int(groups.members @ proposed) - priced.least * seats
        if value < cost:
            cost, best, least = value, proposed, priced.least
        if not master.add(priced.columns, seats_of_two(priced.columns)):
            break
    return Bounded(cost // UNIT, best, least, master.columns)
