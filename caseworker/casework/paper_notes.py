"""What a clerk is told of a paper: it differs from the dossier or from another paper, is out of date, runs too short.

A note never holds up a case: the clerk sees the paper and knows better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from caseworker.casework.calendar import day_words
from caseworker.policy.model import Clause, Condition, Paper
from caseworker.values.masking import mask_account, mask_id_number
from caseworker.values.spans import Span, parse_date
from caseworker.values.text import compact

NAME, NUMBER, VALID_UNTIL = "name", "number", "valid_until"
_MOST_NAMED = 3  # people named in a sentence before 等


@dataclass(frozen=True, slots=True)
class PaperField:
    """What a clerk may note of a paper. `kind`: text or date. `secret`: id, account or "" (shown as it is)."""

    key: str  # name, number, valid_until
    label: str
    kind: str = "text"
    secret: str = ""


@dataclass(frozen=True, slots=True)
class DossierWords:
    """What the dossier says of the applicant; empty where it says nothing."""

    name: str = ""
    code: str = ""
    representative: str = ""
    representative_id: str = ""
    account_name: str = ""
    account_number: str = ""
    person: bool = False  # the applicant is a person: its code is an ID number


def fields_of(paper: Paper, person: bool = False) -> tuple[PaperField, ...]:
    """The fields that stand on this paper, in the order of a form."""
    found: list[PaperField] = []
    for what in paper.carries:
        if what == "party-name":
            found.append(PaperField(NAME, "姓名" if person else "单位名称"))
        elif what == "representative-name":
            found.append(PaperField(NAME, "法定代表人姓名"))
        elif what == "account-name":
            found.append(PaperField(NAME, "户名"))
        elif what == "party-code":
            found.append(PaperField(NUMBER, "证件号码", secret="id") if person else PaperField(NUMBER, "信用代码"))
        elif what == "representative-id":
            found.append(PaperField(NUMBER, "证件号码", secret="id"))
        elif what == "account-number":
            found.append(PaperField(NUMBER, "账号", secret="account"))
        elif what == "valid-until":
            found.append(PaperField(VALID_UNTIL, "合同止日" if "term" in paper.carries else "有效期至", "date"))
    return tuple(found)


def shown(field: PaperField, value: str) -> str:
    """As it stands on a screen: ID and account numbers masked."""
    if field.secret == "id":
        return mask_id_number(value)
    return mask_account(value) if field.secret == "account" else value


def paper_notes(
    clause: Clause,
    noted: Mapping[str, Mapping[str, str]],
    dossier: DossierWords,
    facts: Mapping[str, object],
    as_of: date,
    name_of: Callable[[str], str] = str,
) -> dict[str, tuple[str, ...]]:
    """Paper id -> sentences. `noted`: paper id -> field key -> what stands on the paper (dates as YYYY-MM-DD).

    `facts` are the case's, as `calculate` takes them; `name_of` names a person by the key.
    """
    found: dict[str, tuple[str, ...]] = {}
    for paper in clause.papers:
        sentences = [
            *_against_dossier(paper, noted.get(paper.id, {}), dossier),
            *_against_papers(paper, clause.papers, noted),
            *_out_of_date(noted.get(paper.id, {}), as_of),
            *_too_short(paper, clause, noted.get(paper.id, {}), facts, as_of, name_of),
        ]
        if sentences:
            found[paper.id] = tuple(sentences)
    return found


def same(one: str, other: str) -> bool:
    """Equal but for width, brackets' form, case and blanks."""
    return compact(one) == compact(other)


def _known(what: str, dossier: DossierWords) -> str:
    return {
        "party-name": dossier.name,
        "party-code": dossier.code,
        "representative-name": dossier.representative,
        "representative-id": dossier.representative_id,
        "account-name": dossier.account_name,
        "account-number": dossier.account_number,
    }.get(what, "")


def _key(what: str) -> str:
    return NAME if what.endswith("-name") else NUMBER if what.endswith(("-code", "-id", "-number")) else ""


def _against_dossier(paper: Paper, noted: Mapping[str, str], dossier: DossierWords) -> Iterator[str]:
    labels = {field.key: field for field in fields_of(paper, dossier.person)}
    for what in paper.carries:
        key, known = _key(what), _known(what, dossier)
        on_paper = noted.get(key, "") if key else ""
        if on_paper and known and not same(on_paper, known):
            field = labels[key]
            yield f"材料上的{field.label}“{shown(field, on_paper)}”与档案的“{shown(field, known)}”不一致。"


def _against_papers(paper: Paper, papers: Sequence[Paper], noted: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Names only: of two papers that name the same one, both are told."""
    mine = noted.get(paper.id, {}).get(NAME, "")
    for what in paper.carries:
        if not mine or _key(what) != NAME:
            continue
        for other in papers:
            theirs = noted.get(other.id, {}).get(NAME, "")
            if other.id != paper.id and what in other.carries and theirs and not same(mine, theirs):
                yield f"材料上的“{mine}”与“{other.name}”上的“{theirs}”不一致。"


def _out_of_date(noted: Mapping[str, str], as_of: date) -> Iterator[str]:
    until = _day(noted.get(VALID_UNTIL))
    if until is not None and until < as_of:
        yield f"有效期至{day_words(until)}，在受理日（{day_words(as_of)}）已经过期。"


def _too_short(
    paper: Paper,
    clause: Clause,
    noted: Mapping[str, str],
    facts: Mapping[str, object],
    as_of: date,
    name_of: Callable[[str], str],
) -> Iterator[str]:
    if "term" not in paper.carries:
        return
    for condition in clause.conditions:
        months = _asked(clause, condition, as_of)
        if months is None:
            continue
        first, last = _day(facts.get(condition.args["start"])), _day(facts.get(condition.args["end"]))
        on_paper = _day(noted.get(VALID_UNTIL))
        if on_paper is not None and last is not None and on_paper != last:
            yield f"材料上的合同止日{day_words(on_paper)}与测算所用的{day_words(last)}不一致。"
        if first is not None and last is not None and not Span.through(first, last).at_least(months):
            yield f"合同期限（{first} 至 {last}）不足条款要求的 {months} 个月。"
    for condition in clause.line_conditions:
        months = _asked(clause, condition, as_of)
        if months is None:
            continue
        short = list(_short_ones(clause, condition, facts, months))
        if short:
            names = "、".join(name_of(key) for key in short[:_MOST_NAMED])
            names += f"等 {len(short)} 人" if len(short) > _MOST_NAMED else ""
            yield f"{names}的合同期限不足条款要求的 {months} 个月。"


def _asked(clause: Clause, condition: Condition, as_of: date) -> int | None:
    """The months a contract must run; None where the condition is another, or a point may do without it."""
    if condition.kind != "contract" or condition.only_if is not None or condition.waived_if is not None:
        return None
    parameter = clause.parameters.get(condition.args["months"])
    value = None if parameter is None else parameter.at(as_of)
    return value.value if value is not None and isinstance(value.value, int) else None


def _short_ones(clause: Clause, condition: Condition, facts: Mapping[str, object], months: int) -> Iterator[str]:
    start, end = condition.args["start"], condition.args["end"]
    for field in clause.facts:
        records = facts.get(field.name)
        if not {start, end} <= {item.name for item in field.items} or not isinstance(records, list | tuple):
            continue
        for record in records:
            first, last = _day(record.get(start)), _day(record.get(end))
            if first is not None and last is not None and not Span.through(first, last).at_least(months):
                yield str(record.get("key", ""))


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return parse_date(value) if isinstance(value, str) else None
    except ValueError:
        return None
