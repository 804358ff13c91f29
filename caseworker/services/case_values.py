"""The single values that a clause asks for: what was stated of a party, by day or by year, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseworker.policy import FactField, Packs
from caseworker.policy.model import BY_YEAR
from caseworker.services import case_lists
from caseworker.services.approval_facts import KIND as BY_APPROVAL
from caseworker.services.approval_facts import approval_facts
from caseworker.services.award_years import NAME as AWARD_YEAR
from caseworker.services.award_years import AwardYear, award_year_of, goes_by_year
from caseworker.services.case_awards import PartyGrants, party_grants
from caseworker.services.case_claims import Claim, granted_claims, text_key
from caseworker.services.case_lists import Gap, Listed
from caseworker.services.employment import active_months, current_employments
from caseworker.services.fact_values import DERIVED, FAIRS, INTERNS, PEOPLE
from caseworker.services.record_facts import Given, Records, feeding_kinds, given, records_on
from caseworker.services.seats import FACT as VALID_SEATS
from caseworker.services.seats import Cancel, Progress, law_of, recognised_fact
from caseworker.services.views import PointView
from caseworker.store.models import (
    Case,
    CaseFact,
    Import,
    InsuranceMonth,
    Party,
    PartyFact,
    Person,
    PersonFact,
    WageMonth,
)

PARTS = frozenset({"first_paid", "second_paid", "third_paid"})  # of a clause that pays a claim's year in parts


@dataclass(frozen=True, slots=True)
class Found:
    value: Any
    source: str
    origin: str  # dossier, people, case
    reason: str = ""


class Reader:
    """One dossier on one day under one clause; each part of it is read once, and only where it is asked for."""

    def __init__(
        self, session: Session, case: Case, packs: Packs, progress: Progress, cancelled: Cancel, recognise: bool
    ) -> None:
        self.session = session
        self.case = case
        self.pack = packs[case.policy]
        self.clause = self.pack.clauses[case.clause]
        self.progress = progress
        self.cancelled = cancelled
        self.recognise = recognise
        self.points: tuple[PointView, ...] = ()
        rows = session.scalars(select(CaseFact).where(CaseFact.case_id == case.id, CaseFact.withdrawn.is_(False)))
        self.own = {row.name: row for row in rows}
        self.approved = approval_facts(session, case, self.clause)

    @cached_property
    def dossier(self) -> dict[str, PartyFact]:
        return dossier_facts(self.session, self.case.party_id, self.case.as_of)

    @cached_property
    def yearly(self) -> dict[str, dict[int, PartyFact]]:
        return yearly_figures(self.session, self.case.party_id)

    @cached_property
    def records(self) -> Records:
        return records_on(self.session, self.case.party_id, self.case.as_of)

    @cached_property
    def grants(self) -> PartyGrants:
        return party_grants(self.session, self.case.party_id, self.case.policy, self.case.clause, self.case.id)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        return granted_claims(self.session, self.case.party_id, self.case.policy, self.clause, self.case.id)

    @cached_property
    def own_person(self) -> tuple[bool, int | None]:
        """Whether the dossier is about one person, and the id of that person."""
        party = self.session.get(Party, self.case.party_id)
        if party is None or party.kind != "person":
            return False, None
        return True, self.session.scalar(select(Person.id).where(Person.id_number == party.code))

    @cached_property
    def employer(self) -> Party | None:
        """Where the person whom the dossier is about works, or last worked, by the imports of companies."""
        is_person, person = self.own_person
        if not is_person or person is None:
            return None
        rows = current_employments()
        key = self.session.scalar(
            select(rows.c.party_id)
            .where(rows.c.person_id == person, rows.c.employed_from <= self.case.as_of)
            .order_by(rows.c.employed_from.desc(), rows.c.id.desc())
            .limit(1)
        )
        return None if key is None else self.session.get(Party, key)

    @cached_property
    def award_year(self) -> AwardYear | None:
        """The year that the claim is for; None where the clause does not go by years."""
        if not goes_by_year(self.clause):
            return None
        own = self.own.get(AWARD_YEAR)
        typed = None if own is None else (own.value["value"], own.reason)
        return award_year_of(self.case, typed, self._known_years(), self.pack.in_force.start.year)

    @property
    def year(self) -> int:
        return self.case.as_of.year if self.award_year is None else self.award_year.year

    def _known_years(self) -> set[int]:
        """Those of which every figure that the clause takes of the claimed year is on record."""
        names = [fact.kept_name for fact in self.clause.facts if fact.by_year == "as_of"]
        known = [set(self.yearly.get(name, ())) for name in names]
        of_people = [item.name for fact in self.clause.facts for item in fact.items if item.by_year == "as_of"]
        if of_people:
            days = self.session.scalars(
                select(PersonFact.valid_from)
                .where(PersonFact.party_id == self.case.party_id, PersonFact.name.in_(of_people))
                .where(PersonFact.valid_from <= self.case.as_of, PersonFact.voided_reason.is_(None))
                .distinct()
            )
            # an award of a person is the year's one and only; of a company's the year may have room left
            known.append({day.year for day in days} - {row[3] for row in self.grants.rows})
        return set.intersection(*known) if known else set()

    # ---- lists -----------------------------------------------------------------------------

    def listed(self, fact: FactField, found: Mapping[str, Found | None]) -> Listed:
        if fact.name == PEOPLE:
            is_person, own = self.own_person
            return case_lists.people(
                self.session,
                self.case,
                self.clause,
                fact,
                own,
                is_person,
                year=self.year,
                without_months=not self.recognise,
            )
        if fact.name == INTERNS:
            year = found.get("year")
            if year is None and self.clause.fact("year") is not None:
                years = Gap(f"{fact.label}（请先登记实习名单）", INTERNS, "请导入或登记实习生名单。")
                return Listed(None, "", (years,))
            return case_lists.interns(
                self.session, self.case, self.clause, fact, None if year is None else int(year.value)
            )
        if fact.name == FAIRS:
            return case_lists.fairs(self.case, self.clause, fact, self.records, self.claims)
        return case_lists.requests(fact, self.records)

    # ---- single values ---------------------------------------------------------------------

    def scalar(self, fact: FactField, found: Mapping[str, Found | None]) -> Found | None:
        if fact.name in DERIVED:
            return _derived(fact.name, self.year, self.grants)
        if fact.name in PARTS:
            return self._part(fact, found)
        if fact.name in self.own:
            row = self.own[fact.name]
            return Found(row.value["value"], "本办件手工填写", "case", row.reason)
        if fact.name in self.approved:
            value, source = self.approved[fact.name]
            return Found(value, source, "dossier")
        return (
            self._of_year(fact, self.year_of(fact, found))
            or self._stated(fact)
            or self._of_any_year(fact)
            or self._of_employer(fact)
            or (self._valid_seats() if fact.name == VALID_SEATS else None)
            or self._claimed_year(fact, found)
            or _default(fact)
        )

    def year_of(self, fact: FactField, found: Mapping[str, Found | None]) -> int | None:
        """The calendar year whose figure a fact is, where the clause says which."""
        if fact.by_year == "as_of":
            return self.year
        named = found.get(fact.by_year) if fact.by_year and fact.by_year not in BY_YEAR else None
        if named is None:
            return None
        if isinstance(named.value, str):
            return date.fromisoformat(named.value).year
        if not fact.year_one:
            return int(named.value)
        first = found.get(fact.year_one)
        return None if first is None else date.fromisoformat(first.value).year + int(named.value) - 1

    def _of_year(self, fact: FactField, year: int | None) -> Found | None:
        row = None if year is None else self.yearly.get(fact.kept_name, {}).get(year)
        return None if row is None or year is None else _yearly(row, year)

    def _stated(self, fact: FactField) -> Found | None:
        """The dated fact or the dated record, whichever is of a later day; of one day the fact."""
        row: PartyFact | None = self.dossier.get(fact.kept_name)
        record: Given | None = given(self.records, fact.name, self.clause.id, self.case.as_of)
        last = self._last_grant(fact)
        if last is not None:
            row = None if row is None or row.valid_from <= last else row
            record = None if record is None or record.valid_from <= last else record
        if row is not None and (record is None or row.valid_from >= record.valid_from):
            return Found(row.value["value"], f"{row.source}（自 {row.valid_from} 起）", "dossier")
        return None if record is None else Found(record.value, record.source, "dossier")

    def _last_grant(self, fact: FactField) -> date | None:
        """The day of the last grant for what the fact counts, by this clause or one that pays for the same."""
        if not fact.fresh:
            return None
        case = self.case
        days = [row[2] for row in self.grants.rows]
        for clause in fact.fresh_also:
            days += [row[2] for row in party_grants(self.session, case.party_id, case.policy, clause, case.id).rows]
        return max(days, default=None)

    def _of_any_year(self, fact: FactField) -> Found | None:
        """The latest figure up to the claim's year, or the earliest; of several such facts all of one year."""
        if fact.by_year not in ("latest", "earliest"):
            return None
        beside = [one.kept_name for one in self.clause.facts if one.by_year == fact.by_year]
        figures = [self.yearly[name] for name in beside if name in self.yearly]
        own = self.yearly.get(fact.kept_name, {})
        years = [year for year in own if year <= self.case.as_of.year and all(year in known for known in figures)]
        last = self._last_grant(fact)
        if last is not None:
            years = [year for year in years if year >= last.year]
        if not years:
            return None
        year = max(years) if fact.by_year == "latest" else min(years)
        return _yearly(own[year], year)

    def _of_employer(self, fact: FactField) -> Found | None:
        """What a clause asks of the employer of the person whom the dossier is about."""
        if self.employer is None:
            return None
        row = dossier_facts(self.session, self.employer.id, self.case.as_of).get(fact.kept_name)
        if row is None:
            return None
        words = f"任职单位“{self.employer.name}”的档案：{row.source}（自 {row.valid_from} 起）"
        return Found(row.value["value"], words, "dossier")

    def _valid_seats(self) -> Found | None:
        """第二条: as the imports show it, where nobody states the number by hand."""
        law = law_of(self.pack, self.clause)
        if law is None:
            return None
        party, day = self.case.party_id, self.case.as_of
        if not self.recognise:
            tables = (WageMonth, InsuranceMonth)
            there = all(
                self.session.execute(active_months(table).where(table.party_id == party).limit(1)).first()
                for table in tables
            )
            return Found(0, "有效坐席按导入认定", "people") if there else None
        seats = recognised_fact(self.session, party, day, law, progress=self.progress, cancelled=self.cancelled)
        if seats is None:
            return None
        self.points = (seats.point,)
        return Found(seats.count, seats.source, "people")

    def _part(self, fact: FactField, found: Mapping[str, Found | None]) -> Found | None:
        """Whether a part of this year's award was granted already."""
        year = found.get("year")
        if year is None:
            return Found(False, "决定记录和历史兑现补录中均无本条款兑现", "dossier")
        part = fact.name.removesuffix("_paid")
        by = [
            claim.words
            for claim in self.claims
            if part in claim.parts and text_key(claim.facts.get("year")) == text_key(year.value)
        ]
        return Found(bool(by), f"已由{'、'.join(by)}兑现" if by else f"{year.value} 年的这一部分尚未兑现", "dossier")

    def _claimed_year(self, fact: FactField, found: Mapping[str, Found | None]) -> Found | None:
        """Which year is claimed, where nobody says: the first that was not granted and whose figures are there."""
        if fact.type != "int":
            return None
        if fact.name == "year" and self.clause.fact(INTERNS) is not None:
            years = case_lists.intern_years(self.session, self.case.party_id, self.case.as_of)
            return Found(years[-1], "实习名单中最近一个年度", "people") if years else None
        if fact.name not in self.clause.repeat:
            return None
        granted = {text_key(claim.facts.get(fact.name)): claim for claim in self.claims if fact.name in claim.facts}
        if fact.name == "subsidy_year":
            return self._next_year(fact, granted)
        figures = [one for one in self.clause.facts if one.by_year == fact.name and one.kept_name in self.yearly]
        if not figures:
            return None
        known = set.intersection(*(set(self.yearly[one.kept_name]) for one in figures))
        first = found.get(figures[0].year_one) if figures[0].year_one else None
        if figures[0].year_one and first is None:
            return None
        offset = 0 if first is None else date.fromisoformat(first.value).year - 1
        numbers = sorted(
            year - offset for year in known if year <= self.case.as_of.year and year - offset >= max(fact.minimum, 1)
        )
        open_ones = [number for number in numbers if text_key(number) not in granted]
        if not numbers:
            return None
        number = open_ones[0] if open_ones else numbers[-1]
        return Found(number, f"{number + offset} 年有年度数据，是最早一个尚未兑现的", "dossier")

    def _next_year(self, fact: FactField, granted: Mapping[str, Claim]) -> Found | None:
        """补贴第几年: one after the last that was granted, at the earliest in the next calendar year."""
        if not granted:
            return Found(1, "决定记录和历史兑现补录中均无本条款兑现，为第 1 年", "dossier")
        numbered = [(int(key), claim) for key, claim in granted.items() if key.isdecimal()]
        if not numbered:
            return None
        number, claim = max(numbered, key=lambda pair: pair[0])
        if claim.day.year >= self.case.as_of.year:
            return Found(number, f"本年度已由{claim.words}兑现第 {number} 年", "dossier")
        return Found(number + 1, f"{claim.words}已兑现第 {number} 年（{claim.day}）", "dossier")

    # ---- what is missing -------------------------------------------------------------------

    def gap(self, fact: FactField, found: Mapping[str, Found | None]) -> Gap:
        """Where a fact that nothing gives is filled in."""
        label = fact.label
        if self.clause.kind == BY_APPROVAL and fact.name in (
            self.clause.formula["amount"],
            self.clause.formula["reference"],
        ):
            return Gap(label, "case", f"请先在“台账”中登记一事一议的批准（{label}）。")
        if fact.name == VALID_SEATS:
            return Gap(label, PEOPLE, "请导入花名册、工资流水和社保记录，由程序认定；或登记“有效席位”。")
        if fact.name == "year":
            return Gap(label, INTERNS, "请导入或登记实习生名单（年度按实习起日），或在办件中填写年度。")
        kinds = feeding_kinds(fact.name, self.clause.id)
        year = self.year_of(fact, found)
        if kinds:
            return Gap(
                label, f"record:{kinds[0].id}", f"请在“{kinds[0].label}”中登记（{label}），或登记事实“{label}”。"
            )
        if fact.by_year and year is not None:
            return Gap(label, f"fact:{fact.kept_name}", f"请登记 {year} 年的“{label}”。")
        if fact.by_year:
            return Gap(label, f"fact:{fact.kept_name}", f"请登记“{label}”，并写明是哪一年的。")
        return Gap(label, f"fact:{fact.kept_name}", f"请登记事实“{label}”。")


def dossier_facts(session: Session, party_id: int, day: date) -> dict[str, PartyFact]:
    """The dossier's facts valid on a day: of each name the entry with the latest start, the newest of those.

    Figures of a year are not among them: they are that year's and no other's.
    """
    rows = session.scalars(
        active_facts(party_id)
        .where(PartyFact.valid_from <= day, PartyFact.year.is_(None))
        .order_by(PartyFact.valid_from, PartyFact.id)
    )
    return {row.name: row for row in rows}


def yearly_figures(session: Session, party_id: int) -> dict[str, dict[int, PartyFact]]:
    """name -> year -> the figure of that year, whenever it was entered; the latest entry counts."""
    found: dict[str, dict[int, PartyFact]] = {}
    rows = active_facts(party_id).where(PartyFact.year.is_not(None)).order_by(PartyFact.valid_from, PartyFact.id)
    for row in session.scalars(rows):
        if row.year is not None:
            found.setdefault(row.name, {})[row.year] = row
    return found


def active_facts(party_id: int) -> Any:
    """Facts that were not voided, nor came from an import that was undone."""
    return (
        select(PartyFact)
        .outerjoin(Import, Import.id == PartyFact.import_id)
        .where(PartyFact.party_id == party_id, PartyFact.voided_reason.is_(None))
        .where(or_(PartyFact.import_id.is_(None), Import.state == "active"))
    )


def _yearly(row: PartyFact, year: int) -> Found:
    return Found(row.value["value"], f"{year} 年数据：{row.source}", "dossier")


def _derived(name: str, year: int, grants: PartyGrants) -> Found:
    value: Any
    words = grants.words
    match name:
        case "already_granted":
            value = str(grants.total)
        case "granted_this_year":
            value, words = str(grants.total_in(year)), f"{year} 年度：{grants.words_in(year)}"
        case "first_application":
            value = not grants.rows
        case "continuing":
            value = bool(grants.rows)
        case _:
            raise AssertionError(f"no rule derives {name}")
    return Found(value, words, "dossier")


def _default(field: FactField) -> Found | None:
    if field.nullable:
        return Found(None, "未填写（可以为空）", "dossier")
    if field.optional:
        return Found(False, "未填写（按“否”）", "dossier")
    return None
