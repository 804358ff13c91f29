"""历史兑现补录 read back from its workbook: every problem by sheet, row and column. Knows no database.

The headings are found by their words, so columns may be moved, titles added and columns of the office's own stand
between them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from caseworker.errors import Cancelled
from caseworker.intake import cells, files
from caseworker.intake.cells import Cell, CellProblem
from caseworker.intake.grid import Grid, load, sheet_list
from caseworker.intake.headings import plain_heading
from caseworker.intake.layout import HEAD_ROWS
from caseworker.intake.prior_terms import (
    CHOICES,
    CLAUSE,
    CODE,
    COMMITTED,
    DATA_SHEETS,
    FUND,
    KIND,
    LAST,
    NEEDED,
    NOTE,
    NOTES,
    NUMBERS,
    PAID,
    PARTIES,
    PARTY,
    PEOPLE,
    POLICY,
    YEAR,
    FundRow,
    GrantRow,
    NumberRow,
    PriorProblem,
    PriorRead,
    PriorTerms,
)
from caseworker.intake.prior_values import Wrong, amount_of, code_of, read_grant, text_of, whole_of
from caseworker.values.money import Money
from caseworker.values.names import same
from caseworker.values.text import compact

FIRST_YEAR = 2000
LARGEST_NUMBER = 99_999  # of a document in a year; more is a slip of the keyboard
_TOTAL = re.compile(r"(本页|本表|总|以上)?(合计|总计|小计|共计)\W*")
_STEP = 500  # rows between two reports

Progress = Callable[[int, int], None] | None
Cancel = Callable[[], bool] | None


def read_prior(path: Path, terms: PriorTerms, *, progress: Progress = None, cancelled: Cancel = None) -> PriorRead:
    """Everything in the workbook, good rows and problems. InvalidInput where it is not this workbook at all."""
    if files.identify(path).format == "csv":
        raise files.refuse("not-prior-template", "历史补录请用程序给出的模板（.xlsx）填写。")
    sheets = sheet_list(path)
    read = PriorRead()
    names = {info.name.strip(): info.name for info in sheets}
    if not any(name in names for name in DATA_SHEETS):
        wanted = "、".join(DATA_SHEETS)
        raise files.refuse("not-prior-template", f"这不是历史补录的模板：没有名为{wanted}的工作表。")
    for info in sheets:
        if info.visible and info.name.strip() not in (*DATA_SHEETS, NOTES, CHOICES):
            _refuse_other(path, info.name, read)
    for sheet in DATA_SHEETS:
        if sheet in names:
            _read_sheet(load(path, names[sheet], HEAD_ROWS, cancelled), sheet, terms, read, progress, cancelled)
    _repeats(read, terms)
    order = {sheet: place for place, sheet in enumerate(DATA_SHEETS)}
    read.problems.sort(key=lambda one: (order.get(one.sheet, len(order)), one.row))
    return read


def _refuse_other(path: Path, sheet: str, read: PriorRead) -> None:
    """A sheet beside the four would be left out without a word: 兑现 (2), say."""
    if any(not cells.is_blank(cell) for row in load(path, sheet, HEAD_ROWS).head for cell in row):
        wanted = "、".join(DATA_SHEETS)
        reason = f"程序不读这张工作表。请把内容并入{wanted}，或删除这张表"
        read.problems.append(PriorProblem(sheet, 0, "", "unknown-sheet", reason))


def _read_sheet(
    grid: Grid, sheet: str, terms: PriorTerms, read: PriorRead, progress: Progress, cancelled: Cancel
) -> None:
    found = _headings(grid, sheet, terms, read)
    if found is None:
        return
    first, columns = found
    fill = frozenset(columns[heading] for heading in (CODE, PARTY, CLAUSE, POLICY) if heading in columns)
    for number, row in enumerate(grid.rows(fill), start=1):
        if number % _STEP == 0:
            if cancelled is not None and cancelled():
                raise Cancelled
            if progress is not None:
                progress(number, max(number, grid.total_rows))
        if number < first:
            continue
        given = {heading: row[place] if place < len(row) else "" for heading, place in columns.items()}
        own = [cell for heading, cell in given.items() if columns[heading] not in fill]
        if all(cells.is_blank(cell) for cell in own) and all(cells.is_blank(row[p]) for p in fill if p < len(row)):
            continue
        if any(_TOTAL.fullmatch(compact(cells.text(cell))) for cell in row if isinstance(cell, str)):
            read.skipped.append(PriorProblem(sheet, number, "", "total-row", "合计行，不读入"))
            continue
        _read_row(sheet, number, given, terms, read)


def _headings(grid: Grid, sheet: str, terms: PriorTerms, read: PriorRead) -> tuple[int, dict[str, int]] | None:
    """(first row below the headings, heading -> column), or None with the reason noted."""
    known = {plain_heading(heading): heading for heading in terms.columns(sheet)}
    best: tuple[int, int] | None = None
    for place, row in enumerate(grid.head):
        count = len({plain_heading(cell) for cell in row} & known.keys())
        if count >= 2 and (best is None or count > best[0]):
            best = (count, place)
    if best is None:
        if any(not cells.is_blank(cell) for row in grid.head for cell in row):
            reason = f"没有找到表头，应有{'、'.join(NEEDED[sheet])}等列，请用程序给出的模板填写"
            read.problems.append(PriorProblem(sheet, 0, "", "header-not-found", reason))
        return None
    at = best[1]
    columns: dict[str, int] = {}
    wrong = False
    for column, cell in enumerate(grid.head[at]):
        heading = known.get(plain_heading(cell))
        if heading is None:
            if not cells.is_blank(cell):
                reason = f"模板中没有“{cells.text(cell)}”这一列，不读入"
                read.skipped.append(PriorProblem(sheet, at + 1, cells.text(cell), "unknown-column", reason))
        elif heading in columns:
            read.problems.append(PriorProblem(sheet, at + 1, heading, "duplicate-column", f"有两列都叫“{heading}”"))
            wrong = True
        else:
            columns[heading] = column
    for heading in NEEDED[sheet]:
        if heading not in columns:
            read.problems.append(PriorProblem(sheet, at + 1, heading, "missing-column", f"缺少“{heading}”这一列"))
            wrong = True
    return None if wrong else (at + 2, columns)


def _read_row(sheet: str, number: int, given: dict[str, Cell], terms: PriorTerms, read: PriorRead) -> None:
    def wrong(heading: str, code: str, reason: str) -> None:
        read.problems.append(PriorProblem(sheet, number, heading, code, reason))

    if sheet in (PARTIES, PEOPLE):
        grant = read_grant(terms, sheet, number, given, wrong)
        if grant is not None:
            read.grants.append(grant)
        else:
            _, code = _value(lambda *_: None, CODE, lambda: code_of(given.get(CODE, "")))
            if code is not None:  # whether there is such a party is said together with what else is wrong
                read.wrong_rows.append((sheet, number, code))
    elif sheet == FUND:
        _fund(number, given, terms, read, wrong)
    else:
        _number(number, given, terms, read, wrong)


def _value(wrong: Wrong, heading: str, reader: Callable[[], Any]) -> tuple[bool, Any]:
    try:
        return True, reader()
    except CellProblem as problem:
        wrong(heading, problem.code, problem.reason)
        return False, None


def _fund(number: int, given: dict[str, Cell], terms: PriorTerms, read: PriorRead, wrong: Wrong) -> None:
    policy = _one_of(wrong, POLICY, given.get(POLICY, ""), terms.policies)
    _, year = _value(wrong, YEAR, lambda: _year(given.get(YEAR, "")))
    right_one, committed = _value(wrong, COMMITTED, lambda: amount_of(given.get(COMMITTED, "")))
    right_two, paid = _value(wrong, PAID, lambda: amount_of(given.get(PAID, "")))
    right_note, note = _value(wrong, NOTE, lambda: text_of(given.get(NOTE, "")))
    if right_one and right_two and committed is None and paid is None:
        wrong(PAID, "missing-value", "已承诺未拨付和已拨付至少填一项")
        return
    if policy is not None and year is not None and right_one and right_two and right_note:
        zero = Money.zero()
        read.funds.append(FundRow(number, policy, year, committed or zero, paid or zero, note or ""))


def _number(number: int, given: dict[str, Cell], terms: PriorTerms, read: PriorRead, wrong: Wrong) -> None:
    kind = _one_of(wrong, KIND, given.get(KIND, ""), [(one.kind, one.label) for one in terms.kinds])
    right, last = _value(wrong, LAST, lambda: whole_of(given.get(LAST, ""), 1, LARGEST_NUMBER))
    if right and last is None:
        wrong(LAST, "missing-value", "没有填写最后一个号码")
    year: int | None = 0
    if kind is not None:
        yearly = next(one.yearly for one in terms.kinds if one.kind == kind)
        if yearly:
            _, year = _value(wrong, YEAR, lambda: _year(given.get(YEAR, "")))
        elif not cells.is_blank(given.get(YEAR, "")):
            wrong(YEAR, "not-for-kind", "这一种不分年度编号，年度请留空")
            return
    if kind is not None and last is not None and year is not None:
        read.numbers.append(NumberRow(number, kind, year, last))


def _year(cell: Cell) -> int:
    found = whole_of(cell, FIRST_YEAR)
    if found is None:
        raise CellProblem("missing-value", "没有填写年度")
    if found > 9999:
        raise CellProblem("number-invalid", f"“{found}”不是年度，请写成四位数，如 2022")
    return found


def _one_of(wrong: Wrong, heading: str, cell: Cell, known: Sequence[tuple[str, str]]) -> str | None:
    """An entry of a drop-down list by its words or its id."""
    right, text = _value(wrong, heading, lambda: text_of(cell))
    if not right:
        return None
    if text is None:
        wrong(heading, "missing-value", f"没有填写{heading}")
        return None
    for key, words in known:
        if compact(text) in (compact(words), compact(key)):
            return key
    wrong(heading, "choice-invalid", f"没有“{text}”，请从下拉列表中选择")
    return None


# ---- rows against one another ------------------------------------------------------------------


def _repeats(read: PriorRead, terms: PriorTerms) -> None:
    """The later of two rows that cannot both be true is the wrong one."""
    read.grants = list(_once(read.grants, read, terms))
    names: dict[str, GrantRow] = {}
    for grant in read.grants:
        first = names.setdefault(grant.id_number, grant) if grant.id_number else grant
        if not same(first.name, grant.name):
            reason = f"与第 {first.row} 行证件号码相同，姓名却是“{first.name}”"
            read.problems.append(PriorProblem(grant.sheet, grant.row, "姓名", "same-id-different-name", reason))
    years: dict[tuple[str, int], int] = {}
    for fund in read.funds:
        at = years.setdefault((fund.policy, fund.year), fund.row)
        if at != fund.row:
            reason = f"第 {at} 行已有同一政策同一年度，请合并成一行"
            read.problems.append(PriorProblem(FUND, fund.row, YEAR, "duplicate-row", reason))
    lasts: dict[tuple[str, int], int] = {}
    for number in read.numbers:
        at = lasts.setdefault((number.kind, number.year), number.row)
        if at != number.row:
            reason = f"第 {at} 行已有同一种文书同一年度"
            read.problems.append(PriorProblem(NUMBERS, number.row, KIND, "duplicate-row", reason))


def _once(grants: Sequence[GrantRow], read: PriorRead, terms: PriorTerms) -> Iterator[GrantRow]:
    whole: dict[tuple[str, ...], int] = {}
    parts: dict[tuple[str, ...], int] = {}
    for grant in grants:
        who = (grant.code, grant.id_number, grant.policy, grant.clause)
        facts = json.dumps(grant.facts, ensure_ascii=False, sort_keys=True)
        key = (*who, grant.granted_on.isoformat(), str(grant.amount), facts)
        if key in whole:
            reason = f"与第 {whole[key]} 行完全相同"
            read.problems.append(PriorProblem(grant.sheet, grant.row, "", "duplicate-row", reason))
            continue
        whole[key] = grant.row
        clause = terms.clause(grant.policy, grant.clause)
        labels = {} if clause is None else {one.name: one.label for one in clause.fields}
        for name, word in once_marks(grant.facts):
            first = parts.setdefault((*who, name, word), grant.row)
            if first != grant.row:
                reason = f"第 {first} 行已登记同一{labels.get(name, name)}（{word}）"
                read.problems.append(
                    PriorProblem(grant.sheet, grant.row, labels.get(name, ""), f"{name}-twice", reason)
                )
        yield grant


def once_marks(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """What of a grant happens once: (instalment, 2), (parts, first)."""
    marks = [("instalment", str(facts["instalment"]))] if "instalment" in facts else []
    return marks + [("parts", part) for part in facts.get("parts", ())]
