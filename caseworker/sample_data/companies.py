"""Invented companies with their staff: employment, contracts, wages and insurance by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from caseworker.sample_data import numbers
from caseworker.sample_data.people import Person, make_people
from caseworker.values.money import Money

FIRST_MONTH, LAST_MONTH = "2022-05", "2023-12"

_POSITIONS = ("客服专员", "客服专员", "客服专员", "客服专员", "话务员", "质检员", "班组长", "数据标注员", "培训师")
_PLACES = {
    "寻乌": ("360734", "江西省赣州市寻乌县", ("长宁镇新城大道", "文峰乡园区一路", "澄江镇创业路"), "寻乌星河村镇银行"),
    "大同": ("140213", "山西省大同市", ("平城区数据街", "云冈区呼叫路", "平城区御东一路"), "大同云杉商业银行"),
}


@dataclass(frozen=True, slots=True)
class Employment:
    """One person's time at one company. `wages` and `insured` are by month ("2023-03")."""

    person: Person
    employed_from: date
    employed_to: date | None
    contract_start: date
    contract_end: date | None
    position: str
    wages: tuple[tuple[str, Money], ...]
    insured: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Company:
    key: str
    name: str
    code: str  # 统一社会信用代码
    place: str  # 寻乌 or 大同
    address: str
    legal_representative: str
    legal_representative_id: str
    contact: str
    phone: str
    registered_on: date
    registered_capital: Money
    operation_start: date
    seats: int
    bank: str
    account: str
    bank_code: str
    staff: tuple[Employment, ...]

    @property
    def account_name(self) -> str:
        """The account's name must equal the company's."""
        return self.name


@dataclass(frozen=True, slots=True)
class School:
    key: str
    name: str
    code: str
    place: str
    address: str
    contact: str
    phone: str
    education: str  # secondary or higher


def make_company(
    key: str,
    name: str,
    place: str,
    people: Sequence[Person],
    rng: Random,
    *,
    operation_start: date,
    seats: int,
    hired: tuple[date, date],
    leavers: int = 0,
) -> Company:
    """A company with `people` on its staff, each hired between the two dates, the last `leavers` of them gone again.

    Whoever stays is paid and insured in every month from the hiring month through 2023-12.
    """
    region, area, streets, bank = _PLACES[place]
    (head, contact) = make_people(11, rng)[-2:]  # the first nine have the rare names
    staff = tuple(
        _employ(person, hired, rng, leaves=index >= len(people) - leavers) for index, person in enumerate(people)
    )
    return Company(
        key=key,
        name=name,
        code=numbers.uscc(rng, region),
        place=place,
        address=f"{area}{rng.choice(streets)}{rng.randrange(1, 199)}号",
        legal_representative=head.name,
        legal_representative_id=head.id_number,
        contact=contact.name,
        phone=numbers.phone(rng),
        registered_on=operation_start - timedelta(days=rng.randrange(20, 60)),
        registered_capital=Money.parse(rng.choice((5_000_000, 8_000_000, 10_000_000))),
        operation_start=operation_start,
        seats=seats,
        bank=f"{bank}{rng.choice(('营业部', '城东支行', '园区支行'))}",
        account=numbers.account(rng),
        bank_code=numbers.bank_code(rng),
        staff=staff,
    )


def make_school(key: str, name: str, place: str, education: str, rng: Random) -> School:
    region, area, streets, _ = _PLACES[place]
    return School(
        key=key,
        name=name,
        code=numbers.uscc(rng, region, "12"),
        place=place,
        address=f"{area}{rng.choice(streets)}{rng.randrange(200, 399)}号",
        contact=make_people(10, rng)[-1].name,
        phone=numbers.phone(rng),
        education=education,
    )


def months_between(first: str, last: str) -> list[str]:
    """All months from `first` through `last`."""
    year, month = int(first[:4]), int(first[5:])
    out = []
    while (text := f"{year:04d}-{month:02d}") <= last:
        out.append(text)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return out


def _employ(person: Person, hired: tuple[date, date], rng: Random, *, leaves: bool) -> Employment:
    start = hired[0] + timedelta(days=rng.randrange((hired[1] - hired[0]).days + 1))
    end = start + timedelta(days=rng.randrange(95, 170)) if leaves else None
    years = rng.choice((2, 3, 3, 3, 5, None))
    contract_end = None if years is None else _years_later(start, years) - timedelta(days=1)
    last = f"{end:%Y-%m}" if end is not None else LAST_MONTH
    months = months_between(max(f"{start:%Y-%m}", FIRST_MONTH), min(last, LAST_MONTH))
    base = rng.randrange(280_000, 620_000, 5_000)  # fen
    wages = tuple((month, Money(base + rng.randrange(0, 60_000))) for month in months)
    return Employment(person, start, end, start, contract_end, rng.choice(_POSITIONS), wages, tuple(months))


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)
