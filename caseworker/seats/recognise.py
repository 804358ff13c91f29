"""From people to seats: who fills one alone, who is alike, and afterwards who exactly sits on which."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from caseworker.errors import Cancelled
from caseworker.seats.model import OnSeat, Person, Recognition, Rule, Seat
from caseworker.values.spans import Month

PROVEN_UP_TO = 200  # people
MOST_PEOPLE = 3  # 第二条: 3名以下


def recognise(
    people: Iterable[Person],
    months_required: int,
    max_people: int = MOST_PEOPLE,
    rule: Rule = Rule.DISTINCT,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Recognition:
    """The largest possible number of valid seats, and with it the fewest people.

    months_required: at least 1; max_people on a seat: 1 to 3. Both are proven up to 200 people; beyond, the best found
    with a proven upper bound. Equal people get an equal answer in whatever order they come. ValueError for numbers out
    of range or a key given twice; errors.Cancelled.
    """
    everybody = sorted(people, key=lambda person: person.key)
    if months_required < 1:
        raise ValueError(f"months_required is at least 1, not {months_required}")
    if not 1 <= max_people <= MOST_PEOPLE:
        raise ValueError(f"max_people is 1 to {MOST_PEOPLE}, not {max_people}")
    if len({person.key for person in everybody}) < len(everybody):
        raise ValueError("a key is given twice")
    if cancelled is not None and cancelled():
        raise Cancelled
    if progress is not None:
        progress(0, len(everybody))

    # Whoever has the months alone gets a seat alone: any answer can be changed to that without losing a seat or
    # taking one person more.
    seated = [[person] for person in everybody if len(person.months) >= months_required]
    others = [person for person in everybody if 0 < len(person.months) < months_required]
    bound, fewest = len(seated), True
    if max_people > 1 and len(others) > 1:
        shared, most, fewest = _share(
            others, months_required, max_people, rule, len(everybody) <= PROVEN_UP_TO, progress, cancelled
        )
        seated += shared
        bound += most
    if progress is not None:
        progress(len(everybody), len(everybody))

    seats = tuple(sorted((_seat(one, rule) for one in seated), key=lambda seat: seat.people[0].key))
    taken = {person.key for seat in seats for person in seat.people}
    unused = tuple(person.key for person in everybody if person.key not in taken)
    return Recognition(seats, unused, bound, fewest)


def _share(
    people: Sequence[Person],
    required: int,
    max_people: int,
    rule: Rule,
    prove: bool,
    progress: Callable[[int, int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> tuple[list[list[Person]], int, bool]:
    """The people of each shared seat, the bound on such seats, and whether fewer people are proven impossible."""
    most_months = sorted((len(person.months) for person in people), reverse=True)[:max_people]
    if sum(most_months) < required:
        return [], 0, True
    # Many small products are worked out, by threads of our own: the library's would wait for one another
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Here and not above: the solver takes 0.14 s to import, and most commands never need it
    from caseworker.seats import exact, groups, large

    alike: defaultdict[int, list[Person]] = defaultdict(list)
    if rule is Rule.SUMMED:
        for person in people:
            alike[len(person.months)].append(person)
        sizes = sorted(alike, reverse=True)
        members = [len(alike[size]) for size in sizes]
        kinds, grouped = sizes, groups.Groups.of_sizes(sizes, members, required, max_people)
    else:
        bits = {month: place for place, month in enumerate(sorted({m for person in people for m in person.months}))}
        for person in people:
            alike[sum(1 << bits[month] for month in person.months)].append(person)
        kinds = sorted(alike, key=lambda mask: (-mask.bit_count(), mask))
        members = [len(alike[mask]) for mask in kinds]
        grouped = groups.Groups.of_masks(kinds, members, required, max_people)
    answer = exact.solve(grouped, None, cancelled) if prove else large.solve_large(grouped, progress, cancelled)
    waiting = [iter(alike[kind]) for kind in kinds]
    return list(_named(answer.columns.tolist(), answer.times.tolist(), waiting)), answer.bound, answer.fewest


def _named(columns: list[list[int]], times: list[int], waiting: list[Iterator[Person]]) -> Iterator[list[Person]]:
    """People of each group are called in the order of their keys, columns in the order of their groups."""
    for column, often in sorted(zip(columns, times, strict=True)):
        for _ in range(often):
            yield [next(waiting[group]) for group in column if group >= 0]


def _seat(people: Sequence[Person], rule: Rule) -> Seat:
    on_seat = tuple(
        OnSeat(person.key, tuple(sorted(person.months))) for person in sorted(people, key=lambda person: person.key)
    )
    return Seat(on_seat, counted_months([person.months for person in people], rule))


def counted_months(months: Sequence[frozenset[Month]], rule: Rule) -> int:
    """The months of a seat as the rule counts them."""
    if rule is Rule.SUMMED:
        return sum(len(one) for one in months)
    return len(frozenset().union(*months))
