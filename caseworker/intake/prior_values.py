"""A row of the 补录 workbook into one earlier grant, each problem by its heading; the window's form likewise."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from caseworker.intake import cells, identity
from caseworker.intake.cells import Cell, CellProblem, FormulaFault
from caseworker.intake.prior_terms import (
    AMOUNT,
    CLAUSE,
    CODE,
    EVIDENCE,
    GRANTED_ON,
    ID_NUMBER,
    NAME,
    PARTS,
    PARTY,
    GrantRow,
    PriorClause,
    PriorField,
    PriorTerms,
)
from caseworker.values.money import Money
from caseworker.values.text import compact

Wrong = Callable[[str, str, str], None]  # heading, code, reason

MOST = Money.parse("100000000000")  # a slip of the keyboard beyond any county's fund
LONGEST = 200  # of a text in one cell
_WHOLE = re.compile(r"第?(\d{1,6})(?:年度?|期|次|号|个月)?", re.ASCII)
_DROPPED = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\xad"))
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def read_grant(terms: PriorTerms, sheet: str, number: int, given: Mapping[str, Cell], wrong: Wrong) -> GrantRow | None:
    """One grant from its cells by heading. None where something is wrong; `wrong` then heard of each."""
    found: list[str] = []

    def tell(heading: str, code: str, reason: str) -> None:
        found.append(code)
        wrong(heading, code, reason)

    def cell(heading: str) -> Cell:
        return given.get(heading, "")

    code = _read(tell, CODE, cell(CODE), code_of)
    clause = _clause(terms, sheet, cell(CLAUSE), tell)
    granted_on = _read(tell, GRANTED_ON, cell(GRANTED_ON), cells.day)
    amount = _read(tell, AMOUNT, cell(AMOUNT), amount_of)
    party = _read(tell, PARTY, cell(PARTY), text_of, needed=False) or ""
    evidence = _read(tell, EVIDENCE, cell(EVIDENCE), text_of, needed=False) or ""
    name = id_number = ""
    if clause is not None and clause.by_person:
        name = _read(tell, NAME, cell(NAME), cells.name) or ""
        id_number = _read(tell, ID_NUMBER, cell(ID_NUMBER), partial(_id_number, terms.accepted)) or ""
    facts = {} if clause is None else _facts(terms, sheet, clause, cell, tell)
    if granted_on is not None:
        _in_order(granted_on, facts, tell, clause)
    if found or clause is None or code is None or granted_on is None or amount is None:
        return None
    return GrantRow(
        sheet, number, code, party, clause.policy, clause.clause, granted_on, amount, facts, name, id_number, evidence
    )


def _read(tell: Wrong, heading: str, cell: Cell, reader: Callable[[Cell], Any], *, needed: bool = True) -> Any:
    try:
        value = reader(cell)
    except CellProblem as problem:
        tell(heading, problem.code, problem.reason)
        return None
    if value is None and needed:
        tell(heading, "missing-value", f"没有填写{heading}")
    return value


def text_of(cell: Cell) -> str | None:
    """A line of text; None where blank."""
    refuse_fault(cell)
    # As typed: a reference with full-width brackets is found again by the same characters
    typed = cell.translate(_DROPPED) if isinstance(cell, str) else cells.text(cell)
    found = " ".join(typed.split())
    if _UNSEEN.search(found):
        raise CellProblem("text-invalid", "含有看不见的控制字符，请重新填写")
    if len(found) > LONGEST:
        raise CellProblem("text-invalid", f"最多 {LONGEST} 个字")
    return found or None


def code_of(cell: Cell) -> str | None:
    """A party's code as the dossiers keep it."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= 10**15:
        raise CellProblem("id-number-precision-lost", "代码被存成了数字，末几位已丢失，请把该列设为文本后重新填写")
    found = text_of(cell)
    return None if found is None else compact(found.strip("'`‘’"))


def amount_of(cell: Cell) -> Money | None:
    found = cells.amount(cell)
    if found is not None and found > MOST:
        raise CellProblem("amount-invalid", f"金额 {found.shown()} 元大得不合理，请核对")
    return found


def whole_of(cell: Cell, minimum: int = 0, maximum: int | None = None) -> int | None:
    """A whole number, also as 第3期 or 2022年度; None where blank."""
    refuse_fault(cell)
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        if cell is None or cell == "":
            return None
        raise CellProblem("number-invalid", "这里应填整数")
    plain = compact(cells.text(cell))
    if not plain or plain in ("-", "—", "/"):
        return None
    match = _WHOLE.fullmatch(plain)
    if match is None:
        raise CellProblem("number-invalid", f"“{plain}”不是整数")
    number = int(match[1])
    if number < minimum:
        raise CellProblem("number-invalid", f"不能小于 {minimum}")
    if maximum is not None and number > maximum:
        raise CellProblem("number-invalid", f"最多为 {maximum}")
    return number


def refuse_fault(cell: Cell) -> None:
    if isinstance(cell, FormulaFault):
        raise CellProblem("formula-fault", cell.sentence)


def _id_number(accepted: frozenset[str], cell: Cell) -> str | None:
    found = cells.id_text(cell)
    if found is None:
        return None
    kept, problem = identity.check(found)
    if problem is not None and kept not in accepted:
        raise CellProblem("id-number-invalid", problem.rstrip("。"))
    return kept


def _clause(terms: PriorTerms, sheet: str, cell: Cell, tell: Wrong) -> PriorClause | None:
    wanted = _read(tell, CLAUSE, cell, text_of)
    if wanted is None:
        return None
    plain = compact(wanted)
    named = [one for one in terms.clauses if plain in (compact(one.shown), compact(one.clause))]
    named = named or [one for one in terms.clauses if plain == compact(one.title)]
    if not named:
        head = wanted.split()[0].upper()
        named = [one for one in terms.clauses if one.clause.upper() == head]
    if len(named) != 1:
        words = "有多项同名条款" if named else "没有这项发放资金的条款"
        tell(CLAUSE, "clause-unknown", f"“{wanted}”{words}，请从下拉列表中选择")
        return None
    (found,) = named
    if found.sheet != sheet:
        how = "逐人登记" if found.by_person else "按单位登记"
        tell(CLAUSE, "wrong-sheet", f"“{found.title}”{how}，请填在“{found.sheet}”表")
        return None
    return found


def _facts(
    terms: PriorTerms, sheet: str, clause: PriorClause, cell: Callable[[str], Cell], tell: Wrong
) -> dict[str, Any]:
    own = {one.name: one for one in clause.fields}
    facts: dict[str, Any] = {}
    for field in terms.fields(sheet):
        if field.name not in own:
            if not cells.is_blank(cell(field.label)):
                tell(field.label, "not-for-clause", f"“{clause.title}”没有“{field.label}”这一项，请清空")
            continue
        field = own[field.name]
        value = _read(tell, field.label, cell(field.label), partial(_fact, field), needed=False)
        if value is not None:
            facts[field.name] = value
        elif field.needed and cells.is_blank(cell(field.label)):
            tell(field.label, "missing-value", f"“{clause.title}”须填写{field.label}")
    return facts


def _fact(field: PriorField, cell: Cell) -> Any:
    match field.type:
        case "int":
            return whole_of(cell, field.minimum, field.maximum)
        case "date":
            day = cells.day(cell)
            return None if day is None else day.isoformat()
        case "month":
            return None if cells.is_blank(cell) else cells.month(cell)
        case "choice" | "parts":
            return _options(field, cell)
        case _:
            return text_of(cell)


def _options(field: PriorField, cell: Cell) -> Any:
    """A choice by its words or its id; of parts several: 第一次、第二次."""
    refuse_fault(cell)
    plain = cells.text(cell)
    if not plain:
        return None
    known: dict[str, str] = {}
    for place, (option, words) in enumerate(field.options, start=1):
        for spelling in (option, words, compact(words)):
            known[spelling.lower()] = option
        if field.type == "parts":
            known |= {str(place): option, "一二三四五"[place - 1]: option, f"第{place}次": option}
            if place == 1:
                known["首次"] = option
    pieces = re.split(r"[、,;，；\s和+]+", plain) if field.type == "parts" else [plain]
    found: list[str] = []
    for piece in filter(None, pieces):
        chosen = known.get(compact(piece).lower())
        if chosen is None:
            shown = "、".join(words for _, words in field.options)
            raise CellProblem("choice-invalid", f"“{piece}”应为：{shown}")
        if chosen not in found:
            found.append(chosen)
    if field.type == "choice":
        return found[0]
    return [part for part in PARTS if part in found]


def _in_order(granted_on: date, facts: Mapping[str, Any], tell: Wrong, clause: PriorClause | None) -> None:
    """What a grant paid for came before it."""
    labels = {} if clause is None else {one.name: one.label for one in clause.fields}
    first = facts.get("first_paid_on")
    if first is not None and first > granted_on.isoformat():
        tell(labels["first_paid_on"], "after-grant", f"{labels['first_paid_on']}不能晚于兑现日期 {granted_on}")
    month = facts.get("claimed_through")
    if month is not None and month > granted_on.isoformat()[:7]:
        tell(labels["claimed_through"], "after-grant", f"{labels['claimed_through']}不能晚于兑现的月份")
