"""核查发现 about people: in two companies in one month, above a cap, of no age to work, with a number not their own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from caseworker.casework.findings import MOST_NAMED, Evidence, Finding, Kind, Neighbour, digest_of, listed, runs
from caseworker.values.id_number import IdNumber
from caseworker.values.money import Money
from caseworker.values.spans import Month, Span

# Hired under 16: 劳动法 第十五条 forbids it. Over 65: past any working age, as often a number typed wrong.
# Full years (周岁): on the 16th birthday somebody is 16, on the day before the 66th still 65.
YOUNGEST, OLDEST = 16, 65


# ---- in two companies ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Human:
    """A person as a sentence names them: the number comes masked."""

    id: int
    name: str
    masked: str

    def __str__(self) -> str:
        return f"{self.name}（{self.masked}）"


@dataclass(frozen=True, slots=True)
class Presence:
    """What shows a person at one party: months with wages and with insurance, and days on the roster."""

    wages: Mapping[Month, Money]
    insurance: frozenset[Month]
    employed: tuple[Span, ...] = ()

    def paid(self) -> frozenset[Month]:
        return self.insurance | self.wages.keys()

    def shown_by(self, month: Month) -> str:
        parts = []
        if month in self.wages:
            parts.append(f"工资 {self.wages[month].shown()} 元")
        if month in self.insurance:
            parts.append("社保")
        if month in _months(self.employed, month):
            parts.append("在花名册上")
        return "、".join(parts) or "无记录"


@dataclass(frozen=True, slots=True)
class Other:
    """The other party, with the numbers of its cases."""

    id: int
    name: str
    cases: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return f"“{self.name}”（{'办件 ' + listed(self.cases, '件') if self.cases else '没有办件'}）"


def overlap(here: Presence, there: Presence, counted: frozenset[Month] | None, as_of: date) -> tuple[Month, ...]:
    """The months up to `as_of` that show the person at both parties.

    `counted`: the months that are evidence here, where the clause counts months; None: every month of wages,
    insurance or employment. Who left one company and joined the other within a month was at both in that month only
    when both paid it: two spans of employment overlap by the day.
    """
    last = Month.of(as_of)
    here_paid, there_paid = here.paid(), there.paid()
    here_days, there_days = _months(here.employed, last), _months(there.employed, last)
    mine = here_paid | here_days if counted is None else counted
    common = mine & (there_paid | there_days)
    same_days = _months(_days_in_common(here.employed, there.employed), last)
    found = {
        month
        for month in common
        if month <= last
        and ((month in here_paid and month in there_paid) or month in same_days or month not in here_days & there_days)
    }
    return tuple(sorted(found))


def two_employers(
    person: Human, here: Presence, there: Presence, other: Other, counted: frozenset[Month] | None, as_of: date
) -> Finding | None:
    months = overlap(here, there, counted, as_of)
    if not months:
        return None
    sources: tuple[tuple[str, Collection[Month]], ...] = (("工资", there.wages), ("社保", there.insurance))
    ways = "、".join(name for name, shown in sources if any(month in shown for month in months)) or "花名册"

    def rows() -> tuple[Evidence, ...]:
        return tuple(
            Evidence(
                str(month),
                other.name,
                f"对方：{there.shown_by(month)}；本单位：{here.shown_by(month)}",
                ("party", other.id),
            )
            for month in months
        )

    return Finding(
        Kind.TWO_EMPLOYERS,
        f"{person}{runs(months)}（{len(months)} 个月）同时在{other.words}有{ways}记录。",
        digest_of(Kind.TWO_EMPLOYERS, (person.id, other.id), [[str(month) for month in months], ways]),
        rows,
    )


def _months(spans: Iterable[Span], last: Month) -> frozenset[Month]:
    """The months up to `last` that a span has a day in."""
    found: set[Month] = set()
    for span in spans:
        if span.end is not None and span.end <= span.start:
            continue
        end = last if span.end is None else min(last, Month.of(span.end - timedelta(days=1)))
        first = Month.of(span.start)
        found.update(first + step for step in range(max(0, end - first + 1)))
    return frozenset(found)


def _days_in_common(one: Iterable[Span], other: Sequence[Span]) -> list[Span]:
    found = []
    for a in one:
        for b in other:
            ends = [end for end in (a.end, b.end) if end is not None]
            span = Span(max(a.start, b.start), min(ends) if ends else None)
            if span.end is None or span.start < span.end:
                found.append(span)
    return found


# ---- caps and claims ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Share:
    """A part of what a person was or may be granted: where, in which case, how much."""

    place: str
    number: str
    amount: Money
    case_id: int | None = None


def over_cap(
    person: Human, title: str, cap: Money, granted: Sequence[Share], line: Money, pending: Sequence[Share]
) -> Finding | None:
    """`granted` over all companies, `line` this case's, `pending` cases under way elsewhere: above the cap, not at."""
    had = sum((share.amount for share in granted), Money.zero())
    waiting = sum((share.amount for share in pending), Money.zero())
    total = had + line + waiting
    if total <= cap:
        return None
    parts = [f"已兑现 {had.shown()} 元", f"本件 {line.shown()} 元"]
    if pending:
        parts.append(f"其他在办 {waiting.shown()} 元（{listed([share.number for share in pending], '件')}）")

    def rows() -> tuple[Evidence, ...]:
        return (
            *(Evidence("已兑现", share.place, _share(share), _case(share)) for share in granted),
            Evidence("本件", "", f"{line.shown()} 元"),
            *(Evidence("在办", share.place, _share(share), _case(share)) for share in pending),
        )

    return Finding(
        Kind.OVER_CAP,
        f"{person}的{title}各单位合计 {total.shown()} 元，超过每人 {cap.shown()} 元的上限：{'，'.join(parts)}。",
        digest_of(
            Kind.OVER_CAP,
            (person.id,),
            [str(cap), str(had), str(line), sorted([share.number, str(share.amount)] for share in pending)],
        ),
        rows,
    )


def claimed_elsewhere(person: Human, title: str, other: Other, number: str, case_id: int) -> Finding:
    return Finding(
        Kind.CLAIMED_ELSEWHERE,
        f"{person}同时在“{other.name}”的在办办件 {number} 中申报{title}。",
        digest_of(Kind.CLAIMED_ELSEWHERE, (person.id, case_id), []),
        lambda: (Evidence(number, other.name, f"{title}，尚未决定", ("case", case_id)),),
    )


def months_paid(
    person: Human, other: Neighbour, paid_on: date, through: Month, counted: Collection[Month]
) -> Finding | None:
    """A grant from before this program at another company of which only the last month is on record: months of the
    evidence here that lie up to it may be the ones that were paid for there."""
    months = sorted(month for month in counted if month <= through)
    if not months:
        return None
    return Finding(
        Kind.MONTHS_PAID,
        f"{person}在“{other.name}”有历史兑现（{paid_on}，已用至 {through}，未记起用月份），"
        f"本件所凭的 {runs(months)}（{len(months)} 个月）可能已用于那笔兑现。",
        digest_of(
            Kind.MONTHS_PAID,
            (person.id, other.id, paid_on.isoformat()),
            [str(through), [str(month) for month in months]],
        ),
        lambda: tuple(
            Evidence(str(month), other.name, f"历史兑现补录 {paid_on}，已用至 {through}", ("party", other.id))
            for month in months
        ),
    )


def two_schools(person: Human, title: str, school: Neighbour, days: Sequence[date]) -> Finding:
    """`days`: the first days of the internships that another school lists in the year claimed."""
    since = "、".join(f"{day} 起" for day in days)
    return Finding(
        Kind.CLAIMED_ELSEWHERE,
        f"{person}同一年也在“{school.name}”的实习名单中（{since}），{title}不能两处计算。",
        digest_of(Kind.CLAIMED_ELSEWHERE, (person.id, "interns", school.id), [day.isoformat() for day in days]),
        lambda: (Evidence(str(person), school.name, f"实习名单，{since}", ("party", school.id)),),
    )


def _share(share: Share) -> str:
    return f"{share.number}　{share.amount.shown()} 元".strip()


def _case(share: Share) -> tuple[str, int] | None:
    return None if share.case_id is None else ("case", share.case_id)


# ---- ages and numbers ----------------------------------------------------------------------


def age_at_hire(person: Human, number: IdNumber, hired: Sequence[tuple[str, date]]) -> Finding | None:
    """`hired`: what happened on which day: (入职, 2023-01-01), (合同起始, 2023-02-01)."""
    wrong = []
    for what, day in sorted(set(hired), key=lambda pair: (pair[1], pair[0])):
        age = number.age_on(day)
        if age is not None and not YOUNGEST <= age <= OLDEST:
            wrong.append((what, day, age))
    if not wrong or number.birth is None:
        return None
    young = any(age < YOUNGEST for _, _, age in wrong)
    limit = f"未满 {YOUNGEST} 周岁" if young else f"超过 {OLDEST} 周岁"
    said = "，".join(f"{day.isoformat()} {what}时 {age} 周岁" for what, day, age in wrong)
    return Finding(
        Kind.AGE,
        f"{person}{said}，{limit}（出生 {number.birth.isoformat()}）。",
        digest_of(Kind.AGE, (person.id,), [[day.isoformat(), age] for _, day, age in wrong]),
        lambda: tuple(Evidence(day.isoformat(), what, f"{age} 周岁") for what, day, age in wrong),
    )


def may_be_out_of_age(number: str, day: date) -> bool:
    """A quick look at a number of 18 places: False where the year of birth alone says 16 to 65."""
    if len(number) != 18 or not number[6:10].isdecimal():
        return False
    years = day.year - int(number[6:10])
    return not YOUNGEST < years <= OLDEST


def id_accepted(person: Human, problem: str, reason: str) -> Finding:
    return Finding(
        Kind.ID_ACCEPTED,
        f"{person}的证件号码经采信录入：{(problem or '号码有疑问').rstrip('。')}；采信理由：{reason}。",
        digest_of(Kind.ID_ACCEPTED, (person.id,), [reason]),
        lambda: (Evidence(person.name, person.masked, problem),),
    )


def alike(one: str, other: str) -> bool:
    """Whether two different numbers may be one number written twice: one of the first 17 places differs, or two
    neighbours changed places, or both say the same day of birth. The check character follows from the others."""
    if len(one) != 18 or len(other) != 18 or one == other:
        return False
    if one[6:14] == other[6:14]:
        return True
    places = [place for place in range(17) if one[place] != other[place]]
    if len(places) <= 1:
        return True
    first, second = places[0], places[-1]
    return len(places) == 2 and second == first + 1 and one[first] == other[second] and one[second] == other[first]


@dataclass(frozen=True, slots=True)
class Double:
    """Somebody of the same name with another number: `places` are where they work."""

    person: Human
    number: str
    places: tuple[Neighbour, ...]


def id_alike(person: Human, number: str, others: Sequence[Double]) -> Finding | None:
    """`others`: of the same name, in the same party or in another. None of them alike is no finding."""
    found = [other for other in others if alike(number, other.number)]
    if not found:
        return None
    named = listed([f"{other.person.masked}（{_at(other)}）" for other in found], "人")
    same_day = all(number[6:14] == other.number[6:14] for other in found)
    why = "出生日期相同" if same_day else "号码只差一两位"
    return Finding(
        Kind.ID_ALIKE,
        f"{person}与同名的 {named}{why}，可能是一人两号。",
        digest_of(
            Kind.ID_ALIKE,
            (person.id,),
            sorted([other.person.id, sorted(place.id for place in other.places)] for other in found),
        ),
        lambda: tuple(
            Evidence(str(other.person), place.name, why, ("party", place.id))
            for other in found
            for place in other.places
        ),
    )


def namesakes(groups: Mapping[str, Sequence[tuple[Human, str]]]) -> Finding | None:
    """`groups`: name -> the people of the case who have it, with their numbers. Only names that several have count."""
    several = {name: sorted(group, key=lambda one: one[0].id) for name, group in groups.items() if len(group) > 1}
    if not several:
        return None
    people = sum(len(group) for group in several.values())
    return Finding(
        Kind.NAMESAKES,
        f"名单中有 {len(several)} 个姓名下各不止一人（共 {people} 人），请留意是否一人两号："
        f"{listed(sorted(several), '个姓名')}。",
        digest_of(Kind.NAMESAKES, (), sorted(human.id for group in several.values() for human, _ in group)),
        lambda: tuple(
            Evidence(
                name, human.masked, f"出生 {number[6:10]}-{number[10:12]}-{number[12:14]}" if len(number) == 18 else ""
            )
            for name, group in sorted(several.items())
            for human, number in group
        ),
    )


def _at(other: Double) -> str:
    return "、".join(place.name for place in other.places[:MOST_NAMED]) or "未在职"
