"""抽查 (第十条): random draws of paid or granted cases, each repeatable from what is on record."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from caseworker.casework.spot_draw import (
    ALGORITHM,
    DrawCase,
    DrawPlan,
    Stratum,
    band_name,
    plan_problems,
    strata,
    thirds,
)
from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services.base import page_of, reason_of, record, text_problem
from caseworker.services.oversight_kinds import BY_ID, VISIT, VOIDED
from caseworker.services.oversight_pool import DrawPool, granted_cases, paid_cases
from caseworker.services.oversight_views import DrawDetail, DrawForm, DrawPreview, DrawRow, PickRow, StratumRow
from caseworker.services.rights import require, roles_now
from caseworker.services.views import Page, Role
from caseworker.store.models import (
    Case,
    OversightAct,
    Party,
    SpotCheck,
    SpotCheckPick,
    User,
)
from caseworker.store.sequences import next_number
from caseworker.values.money import Money

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

BASES = {"paid": "已拨付", "granted": "已决定兑现"}
STATES = {"drawn": "检查中", "closed": "已办结", "voided": "已作废"}
ALL_VISITED = "已查完，待办结"
MAX_SEED = 100
STAFF = (Role.CASEWORKER, Role.REVIEWER, Role.HEAD)


def new_seed() -> str:
    """Sixteen hexadecimal digits that nobody could know beforehand."""
    return secrets.token_hex(8)


class SpotCheckService:
    def __init__(self, desk: Desk, make_seed: Callable[[], str] = new_seed) -> None:
        self._desk = desk
        self._make_seed = make_seed

    def preview(self, form: DrawForm) -> DrawPreview:
        """How many cases there are in each stratum and how many a draw would take. InvalidInput by field."""
        with self._desk.file.read() as session:
            pool, plan = self._pool(session, form)
            found = strata(pool.cases, plan, "")
            return DrawPreview(self._strata_rows(form.policy, found, plan.bounds), plan.bounds)

    def draw(self, form: DrawForm, seed: str = "") -> DrawDetail:
        """Draws, and keeps everything that the draw was made from. Without a seed one is made that nobody knew.

        For caseworkers, reviewers and the head. Refusal where there is nothing to draw from.
        """
        require(self._desk, *STAFF)
        typed = seed.strip()
        trouble = text_problem(typed, MAX_SEED)
        if trouble:
            raise InvalidInput("随机种子有误。", (Problem("seed", trouble),))
        seed = typed or self._make_seed()
        today = self._desk.clock.today()
        with self._desk.file.write(self._desk.actor, "spot-check.draw") as work:
            session = work.session
            pool, plan = self._pool(session, form)
            if not pool.cases:
                raise Refusal("nothing-to-draw", f"这段时间内没有{BASES[form.basis]}的办件，无从抽查。")
            found = strata(pool.cases, plan, seed)
            check = SpotCheck(
                policy=form.policy,
                year=today.year,
                number=next_number(session, "spot-check", today.year),
                seed=seed,
                rule={
                    "algorithm": ALGORITHM,
                    "basis": form.basis,
                    "first_day": _iso(form.first_day),
                    "last_day": _iso(form.last_day),
                    "percent": plan.percent,
                    "least": plan.least,
                    "bounds": [str(bound) for bound in plan.bounds],
                    "seed_typed": bool(typed),
                    "cases": [[case.number, case.clause, str(case.amount)] for case in _sorted(pool.cases)],
                },
                drawn_on=today,
                drawn_by=self._desk.user.id,
                state="drawn",
            )
            session.add(check)
            session.flush()
            for stratum in found:
                drawn = {case.number for case in stratum.drawn}
                for case in stratum.members:
                    session.add(
                        SpotCheckPick(
                            spot_check_id=check.id,
                            case_id=pool.ids[case.number],
                            stratum=_stratum_key(stratum),
                            drawn=case.number in drawn,
                        )
                    )
            session.flush()
            work.subject("spot-check", check.id)
            work.detail(seed=seed, cases=len(pool.cases), drawn=sum(stratum.size for stratum in found))
            return self._detail(session, check)

    def page(
        self,
        policy: str | None = None,
        state: str | None = None,
        *,
        offset: int = 0,
        limit: int = 100,
        sort: str = "drawn_on",
        descending: bool = True,
    ) -> Page[DrawRow]:
        """`sort`: drawn_on, policy, state."""
        query = select(SpotCheck)
        if policy is not None:
            query = query.where(SpotCheck.policy == policy)
        if state is not None:
            query = query.where(SpotCheck.state == state)
        columns: dict[str, Any] = {"policy": SpotCheck.policy, "state": SpotCheck.state}
        with self._desk.file.read() as session:
            return page_of(
                session,
                query,
                lambda row: self._row(session, row[0]),
                offset=offset,
                limit=limit,
                order=(columns.get(sort, SpotCheck.id), SpotCheck.id),
                descending=descending,
            )

    def get(self, check_id: int) -> DrawDetail:
        with self._desk.file.read() as session:
            return self._detail(session, record(session, SpotCheck, check_id, "抽查"))

    def verify(self, check_id: int) -> tuple[bool, str]:
        """Draws again from what is on record, and says whether the same cases come out."""
        with self._desk.file.read() as session:
            check = record(session, SpotCheck, check_id, "抽查")
            number = _shown(check)
            if check.rule.get("algorithm") != ALGORITHM:
                return False, f"{number}所用的抽取方法“{check.rule.get('algorithm')}”本程序不认识，不能重抽核对。"
            try:
                again = strata(_kept_cases(check), _kept_plan(check), check.seed)
            except (ValueError, TypeError, KeyError):
                return False, f"{number}记录的抽取条件已损坏，不能重抽核对。请核对备份。"
            wanted = {
                case.number: (_stratum_key(stratum), place < stratum.size)
                for stratum in again
                for place, case in enumerate(stratum.members)
            }
            kept = {
                number: (stratum, drawn)
                for number, stratum, drawn in session.execute(
                    select(Case.number, SpotCheckPick.stratum, SpotCheckPick.drawn)
                    .join(SpotCheckPick, SpotCheckPick.case_id == Case.id)
                    .where(SpotCheckPick.spot_check_id == check.id)
                )
            }
            differing = sorted(name for name in wanted.keys() | kept.keys() if wanted.get(name) != kept.get(name))
            if differing:
                return (
                    False,
                    f"{number}重抽的结果与名单不符：{'、'.join(differing[:10])}。名单在程序之外被改动过，请核对备份。",
                )
            drawn = sum(1 for _, taken in kept.values() if taken)
            return True, f"{number}按种子 {check.seed} 重抽，{len(kept)} 件中抽出的 {drawn} 件与名单完全一致。"

    def close(self, check_id: int) -> DrawDetail:
        """Every case drawn was visited, or it is entered that this could not be done. For reviewers and the head."""
        require(self._desk, Role.REVIEWER, Role.HEAD)
        with self._desk.file.write(self._desk.actor, "spot-check.close") as work:
            check = self._standing(work.session, check_id)
            waiting = [pick.case_number for pick in self._picks(work.session, check) if not pick.visited]
            if waiting:
                listed = "、".join(waiting[:10]) + (f"等 {len(waiting)} 件" if len(waiting) > 10 else "")
                raise Refusal("not-visited", f"还有没有检查的：{listed}。未能检查的，也请登记原因。")
            check.state = "closed"
            work.subject("spot-check", check.id)
            work.session.flush()
            return self._detail(work.session, check)

    def void(self, check_id: int, reason: str) -> DrawDetail:
        """A draw made by mistake: by the head, with a reason. It stays on record with its seed and its list."""
        require(self._desk, Role.HEAD)
        reason = reason_of(reason, "请写明作废的原因。")
        with self._desk.file.write(self._desk.actor, "spot-check.void", reason=reason) as work:
            check = self._standing(work.session, check_id)
            if any(pick.visits for pick in self._picks(work.session, check)):
                raise Refusal("visited", "已经登记了检查，不能作废这次抽查。")
            check.state, check.voided_reason = "voided", reason
            work.subject("spot-check", check.id)
            work.session.flush()
            return self._detail(work.session, check)

    # ---- inside --------------------------------------------------------------------------------

    def _standing(self, session: Session, check_id: int) -> SpotCheck:
        check = record(session, SpotCheck, check_id, "抽查")
        if check.state != "drawn":
            raise Refusal("not-open", f"{_shown(check)}{STATES[check.state]}，不能再办理。")
        return check

    def _pool(self, session: Session, form: DrawForm) -> tuple[DrawPool, DrawPlan]:
        problems = []
        if self._desk.packs.get(form.policy) is None:
            problems.append(Problem("policy", "政策库中没有这项政策。"))
        if form.basis not in BASES:
            problems.append(Problem("basis", "请选择从已拨付还是已决定的办件中抽取。"))
        if form.first_day is None:
            problems.append(Problem("first_day", "请填写起日。"))
        if form.last_day is None:
            problems.append(Problem("last_day", "请填写止日。"))
        elif form.first_day is not None and form.last_day < form.first_day:
            problems.append(Problem("last_day", "止日早于起日。"))
        problems += plan_problems(DrawPlan(form.bounds or (), form.percent, form.least))
        if problems or form.first_day is None or form.last_day is None:
            raise InvalidInput("抽查条件有误。", tuple(problems))
        pool = paid_cases(session, form) if form.basis == "paid" else granted_cases(session, form)
        bounds = thirds(case.amount for case in pool.cases) if form.bounds is None else form.bounds
        return pool, DrawPlan(bounds, form.percent, form.least)

    def _strata_rows(
        self, policy: str, found: tuple[Stratum, ...], bounds: tuple[Money, ...]
    ) -> tuple[StratumRow, ...]:
        return tuple(
            StratumRow(
                stratum.clause,
                self._clause(policy, stratum.clause),
                band_name(stratum.band, bounds),
                len(stratum.members),
                stratum.size,
                sum((case.amount for case in stratum.members), Money.zero()),
            )
            for stratum in found
        )

    def _clause(self, policy: str, clause: str) -> str:
        pack = self._desk.packs.get(policy)
        known = None if pack is None else pack.clauses.get(clause)
        return clause if known is None else known.title

    def _row(self, session: Session, check: SpotCheck) -> DrawRow:
        drawn = select(SpotCheckPick.case_id).where(
            SpotCheckPick.spot_check_id == check.id, SpotCheckPick.drawn.is_(True)
        )
        visited = select(func.count(OversightAct.case_id.distinct())).where(
            OversightAct.spot_check_id == check.id,
            OversightAct.kind == VISIT,
            OversightAct.state != VOIDED,
            OversightAct.case_id.in_(drawn),
        )
        pack = self._desk.packs.get(check.policy)
        taken = session.scalar(select(func.count()).select_from(drawn.subquery())) or 0
        seen = session.scalar(visited) or 0
        whole = check.state == "drawn" and seen == taken
        return DrawRow(
            id=check.id,
            number=_shown(check),
            policy=check.policy,
            policy_title=check.policy if pack is None else pack.short_title,
            basis_name=BASES[check.rule["basis"]],
            first_day=date.fromisoformat(check.rule["first_day"]),
            last_day=date.fromisoformat(check.rule["last_day"]),
            cases=session.scalar(select(func.count(SpotCheckPick.id)).where(SpotCheckPick.spot_check_id == check.id))
            or 0,
            drawn=taken,
            visited=seen,
            seed=check.seed,
            seed_typed=bool(check.rule["seed_typed"]),
            drawn_on=check.drawn_on,
            drawn_by=session.get_one(User, check.drawn_by).name,
            state=check.state,
            state_name=ALL_VISITED if whole else STATES[check.state],
        )

    def _detail(self, session: Session, check: SpotCheck) -> DrawDetail:
        roles = roles_now(self._desk)
        picks = self._picks(session, check)
        standing, plan = check.state == "drawn", _kept_plan(check)
        return DrawDetail(
            row=self._row(session, check),
            strata=self._strata_rows(check.policy, strata(_kept_cases(check), plan, check.seed), plan.bounds),
            picks=picks,
            voided_reason=check.voided_reason,
            may_void=standing and Role.HEAD in roles and not any(pick.visits for pick in picks),
            may_close=standing and bool(roles & {Role.REVIEWER, Role.HEAD}) and all(pick.visited for pick in picks),
        )

    def _picks(self, session: Session, check: SpotCheck) -> tuple[PickRow, ...]:
        """Those drawn, by stratum and number."""
        bounds = _kept_plan(check).bounds
        amounts = {case.number: case.amount for case in _kept_cases(check)}
        visits: dict[int, list[OversightAct]] = {}
        for act in session.scalars(
            select(OversightAct)
            .where(OversightAct.spot_check_id == check.id, OversightAct.kind == VISIT, OversightAct.state != VOIDED)
            .order_by(OversightAct.happened_on, OversightAct.id)
        ):
            visits.setdefault(act.case_id or 0, []).append(act)
        conclusions = {option.id: option.label for field in BY_ID[VISIT].fields for option in field.options}
        rows = session.execute(
            select(SpotCheckPick.stratum, Case, Party.name)
            .join(Case, Case.id == SpotCheckPick.case_id)
            .join(Party, Party.id == Case.party_id)
            .where(SpotCheckPick.spot_check_id == check.id, SpotCheckPick.drawn.is_(True))
            .order_by(SpotCheckPick.stratum, Case.number)
        )
        found = []
        for stratum, case, party in rows:
            made = visits.get(case.id, [])
            last = made[-1] if made else None
            found.append(
                PickRow(
                    case_id=case.id,
                    case_number=case.number,
                    party_id=case.party_id,
                    party=party,
                    clause_title=self._clause(case.policy, case.clause),
                    band=band_name(int(stratum.rpartition("|")[2]), bounds),
                    amount=amounts.get(case.number, Money.zero()),
                    visited=last is not None,
                    state_name="待检查" if last is None else "已检查",
                    visits=tuple(act.id for act in made),
                    visited_on=None if last is None else last.happened_on,
                    conclusion="" if last is None else conclusions.get(str(last.data.get("conclusion")), ""),
                )
            )
        return tuple(found)


def _sorted(cases: tuple[DrawCase, ...]) -> list[DrawCase]:
    return sorted(cases, key=lambda case: case.number)


def _kept_cases(check: SpotCheck) -> tuple[DrawCase, ...]:
    return tuple(DrawCase(number, clause, Money.parse(amount)) for number, clause, amount in check.rule["cases"])


def _kept_plan(check: SpotCheck) -> DrawPlan:
    rule = check.rule
    return DrawPlan(tuple(Money.parse(bound) for bound in rule["bounds"]), rule["percent"], rule["least"])


def _stratum_key(stratum: Stratum) -> str:
    return f"{stratum.clause}|{stratum.band}"


def _shown(check: SpotCheck) -> str:
    return f"{check.year}年第{check.number}次抽查"


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def visits_open(session: Session) -> list[tuple[int, str, int]]:
    """Of every draw that stands and has cases waiting for their visit: (id, its name, how many wait)."""
    query = (
        select(SpotCheck, func.count(SpotCheckPick.id))
        .join(SpotCheckPick, SpotCheckPick.spot_check_id == SpotCheck.id)
        .where(SpotCheck.state == "drawn", SpotCheckPick.drawn.is_(True), ~_visited())
        .group_by(SpotCheck.id)
        .order_by(SpotCheck.id)
    )
    return [(check.id, _shown(check), waiting) for check, waiting in session.execute(query)]


def draws_done(session: Session) -> list[tuple[int, str]]:
    """Draws whose every case was visited, and that nobody has closed yet: (id, its name)."""
    waiting = (
        select(SpotCheckPick.id)
        .where(SpotCheckPick.spot_check_id == SpotCheck.id, SpotCheckPick.drawn.is_(True), ~_visited())
        .exists()
    )
    query = select(SpotCheck).where(SpotCheck.state == "drawn", ~waiting).order_by(SpotCheck.id)
    return [(check.id, _shown(check)) for check in session.scalars(query)]


def _visited() -> ColumnElement[bool]:
    """Whether somebody entered a visit to the case of a pick, for its draw."""
    return (
        select(OversightAct.id)
        .where(
            OversightAct.spot_check_id == SpotCheckPick.spot_check_id,
            OversightAct.case_id == SpotCheckPick.case_id,
            OversightAct.kind == VISIT,
            OversightAct.state != VOIDED,
        )
        .exists()
    )
