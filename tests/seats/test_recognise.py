"""The most valid seats, and for them the fewest people: against every possible answer."""

from __future__ import annotations

import random
import subprocess
import sys
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseworker.errors import Cancelled
from caseworker.seats import Person, Rule, recognise
from caseworker.values.spans import Month

RULES = [Rule.DISTINCT, Rule.SUMMED]


def keys_of(answer):
    return [[one.key for one in seat.people] for seat in answer.seats]


@pytest.mark.parametrize("months", [11, 12, 13])
@pytest.mark.parametrize("rule", RULES)
def test_alone_around_twelve_months(trying, months, rule):
    answer = recognise([trying.person("a", range(months))], 12, rule=rule)
    assert answer.count == (months >= 12)
    assert answer.unused == (() if months >= 12 else ("a",))
    assert answer.optimal
    assert answer.fewest_people


@pytest.mark.parametrize("second", [4, 5, 6])
@pytest.mark.parametrize("rule", RULES)
def test_two_around_twelve_months(trying, second, rule):
    people = [trying.person("a", range(7)), trying.person("b", range(12, 12 + second))]
    answer = recognise(people, 12, rule=rule)
    assert [seat.months for seat in answer.seats] == ([7 + second] if second >= 5 else [])


@pytest.mark.parametrize("third", [1, 2, 3])
@pytest.mark.parametrize("rule", RULES)
def test_three_around_twelve_months(trying, third, rule):
    people = [trying.person("a", range(5)), trying.person("b", range(5, 10)), trying.person("c", range(10, 10 + third))]
    assert recognise(people, 12, rule=rule).count == (third >= 2)
    assert recognise(people, 12, 2, rule).count == 0


def test_four_people_never_make_a_seat(trying):
    people = [trying.person(f"{n}", range(3 * n, 3 * n + 3)) for n in range(4)]
    assert recognise(people, 12).count == 0
    assert recognise(people, 9).count == 1


def test_a_month_of_two_people_counts_once_or_twice(trying):
    people = [trying.person("a", range(7)), trying.person("b", range(5, 11))]
    assert recognise(people, 12, rule=Rule.DISTINCT).count == 0
    answer = recognise(people, 12, rule=Rule.SUMMED)
    assert [seat.months for seat in answer.seats] == [13]
    assert len(answer.seats[0].calendar_months) == 11


def test_whose_months_is_in_both_lists():
    months = [Month(2023, number) for number in range(1, 13)]
    assert Person.of("a", months[:7], months[4:]).months == frozenset(months[4:7])


def test_the_seat_names_the_months_of_each_person(trying):
    (seat,) = recognise([trying.person("b", [3, 2]), trying.person("a", [0, 1, 2])], 4).seats
    assert [(one.key, [str(month) for month in one.months]) for one in seat.people] == [
        ("a", ["2023-01", "2023-02", "2023-03"]),
        ("b", ["2023-03", "2023-04"]),
    ]
    assert [str(month) for month in seat.calendar_months] == ["2023-01", "2023-02", "2023-03", "2023-04"]


def test_greedy_pairs_would_lose_a_seat(trying):
    # the two largest together leave the other two short; each with a small one makes two seats
    people = [trying.person(key, months) for key, months in
              (("a", range(7)), ("b", range(5, 12)), ("c", range(7, 12)), ("d", range(5)))]  # fmt: skip
    answer = recognise(people, 12)
    assert keys_of(answer) == [["a", "c"], ["b", "d"]]


def test_fewest_people_among_as_many_seats(trying):
    # a, b and c fill a seat, and so do a and d
    people = [trying.person(key, months) for key, months in
              (("a", range(6)), ("b", range(6, 9)), ("c", range(9, 12)), ("d", range(6, 12)))]  # fmt: skip
    answer = recognise(people, 12)
    assert keys_of(answer) == [["a", "d"]]
    assert answer.unused == ("b", "c")


def test_more_seats_come_before_fewer_people(trying):
    people = [trying.person(key, months) for key, months in
              (("a", range(6)), ("b", range(6, 12)), ("c", range(6, 9)), ("d", range(9, 12)),
               ("e", range(4)), ("f", range(4, 6)))]  # fmt: skip
    answer = recognise(people, 12)
    assert answer.count == 2
    assert trying.used(answer) == 6


def test_nobody_nothing_and_everybody_alone(trying):
    assert recognise([], 12).as_json() == {
        "count": 0, "upper_bound": 0, "optimal": True, "seats": [], "unused": []}  # fmt: skip
    assert recognise([trying.person("a", [])], 1).unused == ("a",)
    everybody = [trying.person(f"{n}", [n]) for n in range(5)]
    answer = recognise(everybody, 1)
    assert keys_of(answer) == [["0"], ["1"], ["2"], ["3"], ["4"]]


def test_months_far_apart_and_many(trying):
    people = [
        trying.person("a", [0, 1000, 2000]),
        trying.person("b", [500, 1500]),
        trying.person("c", range(0, 900, 9)),
    ]
    assert recognise(people, 105).count == 0
    answer = recognise(people, 104)
    assert keys_of(answer) == [["a", "b", "c"]]


@pytest.mark.parametrize("rule", RULES)
def test_more_months_required_than_there_are(trying, rule):
    assert recognise([trying.person("a", range(12)), trying.person("b", range(12))], 10**29, rule=rule).count == 0


@pytest.mark.parametrize(("rule", "seats"), [(Rule.DISTINCT, 0), (Rule.SUMMED, 3)])
def test_all_alike(trying, rule, seats):
    people = [trying.person(f"{n}", range(6)) for n in range(7)]
    answer = recognise(people, 12, rule=rule)
    assert answer.count == seats
    assert answer.optimal
    assert trying.used(answer) == 2 * seats


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize("required", [2, 3, 4])
def test_every_small_case(trying, rule, most, required):
    """Every list of up to four people over three months (four people: every list of 35 kinds)."""
    for size in range(1, 5):
        for masks in combinations_with_replacement(range(1, 8), size):
            people = trying.people_of(masks)
            answer = recognise(people, required, most, rule)
            trying.check(people, required, most, rule, answer)
            assert (answer.count, trying.used(answer)) == trying.best(people, required, most, rule), masks
            assert answer.optimal
            assert answer.fewest_people


small_cases = st.tuples(
    st.lists(st.integers(0, 2**8 - 1), min_size=4, max_size=8),
    st.integers(1, 9),
    st.integers(1, 3),
    st.sampled_from(RULES),
)


@given(small_cases)
def test_small_cases(trying, case):
    masks, required, most, rule = case
    people = trying.people_of(masks)
    answer = recognise(people, required, most, rule)
    trying.check(people, required, most, rule, answer)
    assert (answer.count, trying.used(answer)) == trying.best(people, required, most, rule)
    assert answer.optimal
    assert answer.fewest_people


@given(small_cases, st.randoms(use_true_random=False))
def test_order_does_not_matter(trying, case, shuffler):
    masks, required, most, rule = case
    people = trying.people_of(masks)
    other = people.copy()
    shuffler.shuffle(other)
    assert recognise(other, required, most, rule) == recognise(people, required, most, rule)


@pytest.mark.parametrize("prime", [5, 13])
def test_triangles_of_pairs_are_not_halved(trying, prime):
    """Any two of three fill a seat: half a seat each in fractions, one seat in truth, prime + 1 times over.

    Months are points of a plane of lines; each misses the months of one line. Two miss none between them where their
    lines are parallel, and three lines are taken of each direction.
    """
    points = {(x, y): x * prime + y for x in range(prime) for y in range(prime)}
    people = []
    for slope in range(prime + 1):
        for turn in range(3):
            missed = [x == turn if slope == prime else (y - slope * x) % prime == turn for x, y in points]
            months = [place for place, gone in zip(points.values(), missed, strict=True) if not gone]
            people.append(trying.person(f"{slope:02d}-{turn}", months))
    answer = recognise(people, prime * prime, 2)
    assert (answer.count, answer.upper_bound) == (prime + 1, prime + 1)
    answer = recognise(people, prime * prime)
    assert answer.optimal
    trying.check(people, prime * prime, 3, Rule.DISTINCT, answer)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rule", RULES)
def test_two_hundred_people_are_proven(trying, seed, rule):
    chance = random.Random(seed)
    density = (0.12, 0.2, 0.25, 0.3, 0.35, 0.45)[seed]
    masks = [sum((chance.random() < density) << place for place in range(24)) for _ in range(200)]
    people = trying.people_of(masks)
    answer = recognise(people, 12, rule=rule)
    trying.check(people, 12, 3, rule, answer)
    assert answer.optimal
    assert answer.fewest_people
    shuffled = people.copy()
    chance.shuffle(shuffled)
    assert recognise(shuffled, 12, rule=rule) == answer


def planted(chance: random.Random, seats: int) -> list[int]:
    """Seats of two and three without a month to spare: all of them, and nobody else, can be found again."""
    masks = []
    for number in range(seats):
        months = chance.sample(range(24), 12)
        cut = sorted(chance.sample(range(2, 11), 1 + number % 2))
        for start, end in zip([0, *cut], [*cut, 12], strict=True):
            masks.append(sum(1 << month for month in months[start:end]))
    return masks


@pytest.mark.parametrize("seed", range(3))
def test_seats_cut_to_pieces_are_found_again(trying, seed):
    masks = planted(random.Random(seed), 80)
    people = trying.people_of(masks)
    answer = recognise(people, 12)
    trying.check(people, 12, 3, Rule.DISTINCT, answer)
    assert (answer.count, answer.upper_bound) == (80, 80)
    assert answer.fewest_people


@pytest.mark.parametrize("rule", RULES)
def test_beyond_two_hundred_people(trying, rule):
    chance = random.Random(7)
    masks = planted(chance, 300) + [sum(1 << month for month in chance.sample(range(24), 2)) for _ in range(50)]
    people = trying.people_of(masks)
    answer = recognise(people, 12, rule=rule)
    trying.check(people, 12, 3, rule, answer)
    assert answer.count >= 0.99 * answer.upper_bound
    assert answer.upper_bound >= 300
    chance.shuffle(people)
    assert recognise(people, 12, rule=rule) == answer


def test_what_is_refused(trying):
    one = trying.person("a", [1])
    for required, most in ((0, 3), (12, 0), (12, 4)):
        with pytest.raises(ValueError, match="is"):
            recognise([one], required, most)
    with pytest.raises(ValueError, match="twice"):
        recognise([one, one], 12)


def test_progress_and_cancel(trying):
    people = trying.people_of([0b111111, 0b111111000000, 0b1])
    seen = []
    recognise(people, 12, progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 3)
    assert seen[-1] == (3, 3)
    calls = iter([False, False])
    with pytest.raises(Cancelled):
        recognise(people, 12, cancelled=lambda: next(calls, True))


def test_the_solver_is_not_imported_before_it_is_needed():
    code = "import sys, caseworker.seats; sys.exit(any(n in sys.modules for n in ('numpy', 'highspy')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
