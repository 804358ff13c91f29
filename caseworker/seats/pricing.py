"""The cheapest seats at given prices of people: every combination is looked at, exactly, in whole numbers.

Whether up to three people reach the months is decided by small whole numbers in a matrix product, which floats of 32
bits hold exactly; prices are 64-bit integers. So what is proved here is proved, whatever the solver's tolerance.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from caseworker.seats.groups import NOBODY, Groups, Ints

_FAR = np.int64(2**60)
_MANY = 400  # groups, from which on two threads are quicker than one
_FROM_FIRST = 3  # seats kept for each group as the first of a seat


@dataclass(frozen=True, slots=True)
class Priced:
    """`least`: no seat costs less (at most the threshold). `columns`: seats below it, cheapest first."""

    least: int
    columns: Ints


def cheapest(groups: Groups, prices: Ints, threshold: int, bonus: int = 0) -> Priced:
    """The least cost of a seat: its people's prices, less `bonus` for a seat of two.

    prices: non-negative, one a group. Seats kept are few but varied: the best with each group as first or second.
    """
    count = len(groups)
    best_cost = np.full(count, _FAR)
    best_column = np.full((count, 3), NOBODY, np.int64)
    kept: list[Ints] = []
    costs: list[Ints] = []
    least = threshold
    by_price = np.argsort(prices, kind="stable")
    for first, found in _looks(groups, prices, by_price, threshold, bonus):
        if found is None:
            continue
        second, third, cost = found
        least = min(least, int(cost.min()))
        column = np.stack([np.full(len(cost), first), second, third], axis=1)
        better = cost < best_cost[second]
        best_cost[second[better]] = cost[better]
        best_column[second[better]] = column[better]
        top = np.argsort(cost, kind="stable")[:_FROM_FIRST]
        kept.append(column[top])
        costs.append(cost[top])
    if not kept:
        return Priced(least, np.zeros((0, 3), np.int64))
    has = best_cost < _FAR
    columns = np.concatenate([*kept, best_column[has]])
    cost = np.concatenate([*costs, best_cost[has]])
    return Priced(least, tidy(columns, cost))


def _looks(
    groups: Groups, prices: Ints, by_price: Ints, threshold: int, bonus: int
) -> Iterator[tuple[int, tuple[Ints, Ints, Ints] | None]]:
    """The looks from each group in their order; many groups are looked from by two threads at once."""

    def look(first: int) -> tuple[Ints, Ints, Ints] | None:
        found = _with_first(groups, prices, first, by_price, threshold + bonus, bonus)
        if found is None:
            return None
        below = found[2] < threshold
        return (found[0][below], found[1][below], found[2][below]) if below.any() else None

    firsts = range(len(groups))
    if len(groups) < _MANY:
        yield from zip(firsts, map(look, firsts), strict=True)
        return
    with ThreadPoolExecutor(2) as threads:
        yield from zip(firsts, threads.map(look, firsts), strict=True)


def tidy(columns: Ints, cost: Ints | None = None) -> Ints:
    """Each column with its places in ascending order and nobody last, none twice, cheapest first."""
    columns = columns.copy()
    columns[columns == NOBODY] = np.iinfo(np.int64).max
    columns.sort(axis=1)
    columns[columns == np.iinfo(np.int64).max] = NOBODY
    unique, at = np.unique(columns, axis=0, return_index=True)
    if cost is None:
        return unique
    return unique[np.argsort(cost[at], kind="stable")]


def _with_first(
    groups: Groups, prices: Ints, first: int, by_price: Ints, ceiling: int, bonus: int
) -> tuple[Ints, Ints, Ints] | None:
    """For each second group not before `first`: the cheapest third (or nobody) and what the three cost."""
    others = by_price[by_price > first]
    if groups.repeats and groups.members[first] > 1:
        others = by_price[by_price >= first]
    others = others[prices[others] + prices[first] < ceiling]
    if groups.masks is not None and not groups.repeats:
        # Groups that add the same months to the first are alike here, and the cheapest stands for all
        added = groups.masks[others] & ~groups.masks[first]
        _, at = np.unique(added, return_index=True)
        others = others[np.sort(at)]
    bits = groups.bits[others] * (1 - groups.bits[first])
    gain = groups.sizes[others] - (groups.bits[others] @ groups.bits[first]).astype(np.int64)
    others, bits, gain = others[gain > 0], bits[gain > 0], gain[gain > 0]
    if not len(others):
        return None
    need = int(groups.required - groups.sizes[first])
    pair = gain >= need
    cost = np.where(pair, prices[others] - bonus, _FAR)
    third = np.full(len(others), NOBODY)
    if groups.max_people > 2:
        reach = _reach(groups, first, others, bits, gain, need)
        at = reach.argmax(axis=1)  # the cheapest, since `others` ascends in price
        has = reach[np.arange(len(others)), at]
        with_third = np.where(has, prices[others] + prices[others[at]], _FAR)
        third = np.where(with_third < cost, others[at], third)
        cost = np.minimum(cost, with_third)
    return others, third, np.where(cost < _FAR, cost + prices[first], _FAR)


def _reach(
    groups: Groups, first: int, others: Ints, bits: np.typing.NDArray[np.float32], gain: Ints, need: int
) -> np.typing.NDArray[np.bool_]:
    """Whether first, one other and another other have the months: one product, sum less what is in common."""
    size = gain.astype(np.float32)[:, None]
    one = np.ones_like(size)
    left = np.concatenate([bits, size, one], axis=1)
    right = np.concatenate([-bits, one, size], axis=1)
    reach: np.typing.NDArray[np.bool_] = left @ right.T >= need
    if groups.repeats:
        # Twice the same group needs two members, and three where it is the first group too
        wanted = np.where(others == first, 3, 2)
        places = np.arange(len(others))
        reach[places, places] &= groups.members[others] >= wanted
    return reach


def all_columns(groups: Groups, prices: Ints, ceiling: int, bonus: int = 0) -> Ints:
    """Every seat that costs at most `ceiling` (a seat of two: less `bonus`) and of whom nobody could be spared."""
    count = len(groups)
    ranks = np.arange(count)
    overlap = groups.bits @ groups.bits.T
    pair = (groups.sizes[:, None] + groups.sizes[None, :] - overlap) >= groups.required
    if groups.repeats:
        pair[ranks, ranks] &= groups.members > 1
    found: list[Ints] = []
    for first in range(count):
        others = ranks[first:] if groups.repeats and groups.members[first] > 1 else ranks[first + 1 :]
        gain = groups.sizes[others] - (groups.bits[others] @ groups.bits[first]).astype(np.int64)
        need = int(groups.required - groups.sizes[first])
        two = others[pair[first, others] & (prices[others] + prices[first] - bonus <= ceiling)]
        found.append(np.stack([np.full(len(two), first), two, np.full(len(two), NOBODY)], axis=1))
        if groups.max_people < 3:
            continue
        room = (gain > 0) & ~pair[first, others]
        others, gain = others[room], gain[room]
        bits = groups.bits[others] * (1 - groups.bits[first])
        reach = _reach(groups, first, others, bits, gain, need) & ~pair[np.ix_(others, others)]
        reach &= prices[others][:, None] + prices[others][None, :] + prices[first] <= ceiling
        second, third = np.nonzero(np.triu(reach))
        found.append(np.stack([np.full(len(second), first), others[second], others[third]], axis=1))
    return np.concatenate(found) if found else np.zeros((0, 3), np.int64)
