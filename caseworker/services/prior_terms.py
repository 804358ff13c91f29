"""What can be recorded of the time before this program: the packs' clauses with their facts, and the sequences."""

from __future__ import annotations

from collections.abc import Iterable

from caseworker.casework.instalments import Forecast
from caseworker.intake.prior_terms import PARTS, PriorClause, PriorField, PriorNumberKind, PriorTerms
from caseworker.policy import Clause, Pack, Packs
from caseworker.policy.model import FactField
from caseworker.services.award_years import LABEL, goes_by_year
from caseworker.services.award_years import NAME as AWARD_YEAR
from caseworker.services.document_kinds import KINDS
from caseworker.services.workflow import rules_of
from caseworker.values.money import Money

PERSON_LISTS = frozenset({"people", "interns"})  # a clause with such lines pays person by person
_TYPES = {"int": "int", "text": "text", "date": "date", "month": "month", "choice": "choice"}
# Facts beside those that a claim may not repeat which tell one grant from another, where the clause has them
_TELLING = ("year", "award_year", "held_on", "certificate_level", "months_paid")


def prior_terms(packs: Packs, policies: Iterable[str] | None = None) -> PriorTerms:
    """Every clause that the office pays, of `policies` (None: all packs), with the facts its earlier grants carry."""
    wanted = [pack for pack in packs if policies is None or pack.id in set(policies)]
    clauses = tuple(_clause(pack, clause) for pack in wanted for clause in pack.clauses.values() if clause.paid_here)
    return PriorTerms(clauses, tuple((pack.id, pack.short_title) for pack in wanted), _kinds(wanted))


def _clause(pack: Pack, clause: Clause) -> PriorClause:
    by_person = clause.lines in PERSON_LISTS
    cap, cap_per = _cap(clause)
    return PriorClause(
        policy=pack.id,
        clause=clause.id,
        title=clause.title,
        shown=f"{clause.number} {clause.title}（{pack.short_title}）",
        by_person=by_person,
        payee=clause.payee,
        fields=tuple(_fields(pack, clause, by_person, rules_of(pack).forecasts.get(clause.id))),
        cap=cap,
        cap_per=cap_per,
    )


def _cap(clause: Clause) -> tuple[Money | None, str]:
    """The clause's own cap, the highest that was ever in force, and whom it is counted for."""
    per_person = clause.formula.get("total")
    name = per_person or clause.formula.get("cap")
    if not isinstance(name, str):
        return None, "party"
    values = [dated.value for dated in clause.parameters[name].values if isinstance(dated.value, Money)]
    per = "person" if per_person else "year" if clause.formula.get("less") == "granted_this_year" else "party"
    return max(values, default=None), per


def _fields(pack: Pack, clause: Clause, by_person: bool, forecast: Forecast | None) -> Iterable[PriorField]:
    facts: dict[str, FactField] = {}
    for fact in (*clause.facts, *clause.line_facts):
        facts.setdefault(fact.name, fact)
    if forecast is not None:
        yield PriorField("instalment", "期次", "int", True, 1, forecast.count, hint="第几期")
    if by_person and "claimed_through" in facts:
        yield PriorField("claimed_through", "已用至月份", "month", hint="所凭工资社保的最后一个月，如 2022-11")
        hint = "所凭工资社保的第一个月；不清楚的不填，其他单位申报更早的月份时须逐人核查"
        yield PriorField("claimed_from", "起用月份", "month", False, hint=hint)
    if by_person and "first_paid_on" in facts:
        hint = "该席位第一次到账之日；第一次兑现的可不填"
        yield PriorField("first_paid_on", facts["first_paid_on"].label, "date", False, hint=hint)
    if goes_by_year(clause):
        first = pack.in_force.start.year
        yield PriorField(AWARD_YEAR, LABEL, "int", False, first, hint="哪一年的奖励；不填为兑现日期所在年度")
    parts = tuple((part, words) for part, words in PARTS.items() if f"{part}_paid" in facts)
    if parts:
        yield PriorField("parts", "已兑现部分", "parts", options=parts, hint="、".join(words for _, words in parts))
    for name in dict.fromkeys((*clause.repeat, *clause.line_repeat, *_TELLING)):
        found = facts.get(name)
        if found is None or found.type not in _TYPES:
            continue
        options = tuple((option.id, option.label) for option in found.options)
        minimum = 1 if name == "months_paid" else found.minimum
        label = "本次补贴月数" if name == "months_paid" else found.label
        most = _most(clause, name)
        yield PriorField(name, label, _TYPES[found.type], True, minimum, most, options)


def _most(clause: Clause, name: str) -> int | None:
    """The most that the clause itself allows of a fact, whatever the year."""
    for check in clause.checks:
        if check.kind == "at-most" and check.args.get("fact", "").split(".")[-1] == name:
            values = [dated.value for dated in clause.parameters[check.args["limit"]].values]
            return max((int(value) for value in values if isinstance(value, int)), default=None)
    return None


def _kinds(packs: Iterable[Pack]) -> tuple[PriorNumberKind, ...]:
    """The sequences that this program counts on."""
    letters = tuple(PriorNumberKind(kind.id, f"文书：{kind.title}") for kind in KINDS.values() if kind.numbered)
    prefixes = dict.fromkeys((rules_of(pack).prefix, pack.short_title) for pack in packs)
    cases = tuple(PriorNumberKind(f"case-{prefix}", f"办件编号 {prefix}（{title}）") for prefix, title in prefixes)
    return (
        *letters,
        PriorNumberKind("notice", "公示"),
        PriorNumberKind("payment-batch", "拨付批次"),
        *cases,
        PriorNumberKind("service", "服务事项 FW"),
        PriorNumberKind("seal-use", "用印登记（不分年度）", yearly=False),
    )
