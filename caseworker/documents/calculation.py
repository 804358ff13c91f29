"""测算表: the sum a clerk can check with a pocket calculator, as a decision's annex or as a counter estimate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.documents import wording
from caseworker.documents.closing import chinese_date, draw_title, title_lines
from caseworker.documents.faces import Face, FaceSet, faces
from caseworker.documents.grid import GIVES, LEFT, RIGHT, TOP, Block, Note, compose, draw_layout
from caseworker.documents.parts import Instalment
from caseworker.documents.sheet import RED, Sheet
from caseworker.documents.tables import Cell, Column, Mark, Row, Table
from caseworker.documents.units import MM, SAN_HAO, SI_HAO, WU_HAO, XIAO_ER, XIAO_SI
from caseworker.values.daxie import in_words
from caseworker.values.money import Money

_FIELDS: dict[str, tuple[str, ...]] = wording.plain_fields(
    "label estimate_mark payee code case_number as_of clause policy_name heading_facts fact value source "
    "heading_conditions condition result quote met not_met heading_steps step_number step expression step_value "
    "heading_points point option decided_by heading_benefits benefit benefit_amount heading_lines person person_id "
    "person_note person_amount heading_schedule instalment due instalment_amount heading_result gross taken amount "
    "in_words not_eligible heading_findings finding finding_kind finding_answer"
)
_FIELDS |= {
    "title": ("clause_title",),
    "overridden": ("reason",),
    "warning": ("text",),
    "made_by": ("name",),
    "checked_by": ("name",),
    "made_on": ("date",),
    "version": ("version",),
}
_SIZE = WU_HAO


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact used, how it reads, and the paper that shows it. `reason` is given where the clerk set it by hand."""

    name: str
    value: str
    source: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    text: str
    met: bool
    quote: str


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    expression: str
    value: str
    quote: str


@dataclass(frozen=True, slots=True)
class Point:
    """An interpretation point used: the question, the option taken, and by which decision of the office."""

    question: str
    option: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class Benefit:
    title: str
    amount: Money


@dataclass(frozen=True, slots=True)
class FindingLine:
    """核查发现: what was found across companies, and what was concluded (empty: nothing yet)."""

    kind: str
    sentence: str
    answer: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person of a clause that pays by the person; the ID number comes masked."""

    name: str
    masked_id: str
    note: str
    eligible: bool
    amount: Money


@dataclass(frozen=True, slots=True)
class CalculationSheet:
    """A frozen calculation as it is printed. `attachment_label` ("附件", "附件1") heads an annex, "" a sheet by itself.

    `estimate` marks a counter estimate 仅供参考; it has no case number.
    """

    policy_title: str
    clause_number: str
    clause_title: str
    payee: str
    code: str
    as_of: date
    made_on: date
    facts: tuple[Fact, ...]
    conditions: tuple[Condition, ...]
    steps: tuple[Step, ...]
    eligible: bool
    gross: Money
    amount: Money
    case_number: str = ""
    points: tuple[Point, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    people: tuple[PersonLine, ...] = ()
    schedule: tuple[Instalment, ...] = ()
    warnings: tuple[str, ...] = ()
    made_by: str = ""
    checked_by: str = ""
    issuer: str = ""
    version: str = ""
    attachment_label: str = ""
    estimate: bool = False
    practice: bool = False
    findings: tuple[FindingLine, ...] = ()


def texts(sheet: CalculationSheet) -> list[str]:
    """What the sheet takes from outside the wording, for the check of missing characters."""
    return [
        sheet.policy_title,
        sheet.clause_number,
        sheet.clause_title,
        sheet.payee,
        sheet.code,
        sheet.case_number,
        sheet.made_by,
        sheet.checked_by,
        sheet.issuer,
        *sheet.warnings,
        *(text for fact in sheet.facts for text in (fact.name, fact.value, fact.source, fact.reason)),
        *(text for item in sheet.conditions for text in (item.text, item.quote)),
        *(text for step in sheet.steps for text in (step.label, step.expression, step.value, step.quote)),
        *(text for point in sheet.points for text in (point.question, point.option, point.decided_by)),
        *(benefit.title for benefit in sheet.benefits),
        *(text for line in sheet.findings for text in (line.kind, line.sentence, line.answer)),
        *(part.due for part in sheet.schedule),
        *(text for person in sheet.people for text in (person.name, person.masked_id, person.note)),
    ]


def render(calculation: CalculationSheet, faces_used: FaceSet | None = None) -> bytes:
    """The sheet as PDF; equal sheets give equal bytes. Raises InvalidInput for characters that no face has."""
    used = faces_used or faces()
    used.require(texts(calculation), {"人员明细": [(one.name, one.note) for one in calculation.people]})
    words = wording.load("calculation", _FIELDS)
    title = words.say("title", clause_title=calculation.clause_title)
    sheet = Sheet(used, title, calculation.issuer, calculation.made_on, practice=calculation.practice)
    sheet.new_page()
    line = GIVES[0].line
    top = TOP
    if calculation.attachment_label:
        sheet.text(LEFT, TOP, calculation.attachment_label, SAN_HAO, face=Face.HEI)
        top += 2 * line
    if calculation.estimate:
        sheet.right(RIGHT, TOP, words["estimate_mark"], SI_HAO, face=Face.HEI, colour=RED)
        top = max(top, TOP + line)
    top = draw_title(sheet, top, title_lines([title], used, XIAO_ER), XIAO_ER) - 0.5 * line
    draw_layout(sheet, compose(_blocks(calculation, words), used, top, None), None, new_first=False)
    return sheet.finish()


def _blocks(calculation: CalculationSheet, words: wording.Wording) -> list[Block]:
    blocks: list[Block] = [_identity(calculation, words)]
    if calculation.facts:
        blocks += [_heading(words["heading_facts"]), _facts(calculation, words)]
    if calculation.conditions:
        blocks += [_heading(words["heading_conditions"]), _conditions(calculation, words)]
    blocks += [_heading(words["heading_steps"]), _steps(calculation, words)]
    number = 3
    more = (
        ("heading_lines", calculation.people, _people),
        ("heading_benefits", calculation.benefits, _benefits),
        ("heading_points", calculation.points, _points),
        ("heading_findings", calculation.findings, _findings),
        ("heading_schedule", calculation.schedule if len(calculation.schedule) > 1 else (), _schedule),
    )
    for name, items, make in more:
        if items:
            number += 1
            blocks += [_heading(f"{_NUMERALS[number]}、{words[name]}"), make(calculation, words)]
    blocks += [_heading(f"{_NUMERALS[number + 1]}、{words['heading_result']}"), _result(calculation, words)]
    blocks += [Note(words.say("warning", text=text), size=_SIZE) for text in calculation.warnings]
    signers = [words.say("made_by", name=calculation.made_by or "　　　　　")]
    if not calculation.estimate:
        signers.append(words.say("checked_by", name=calculation.checked_by or "　　　　　"))
    signers.append(words.say("made_on", date=chinese_date(calculation.made_on)))
    if calculation.version:
        signers.append(words.say("version", version=calculation.version))
    blocks.append(Note("　　　".join(signers), size=XIAO_SI, gap=4 * MM))
    return blocks


_NUMERALS = "〇一二三四五六七八九十"


def _heading(text: str) -> Note:
    return Note(text, Face.HEI, XIAO_SI, keep_next=True, gap=3 * MM)


def _table(columns: tuple[Column, ...], rows: list[Row], header: bool = True) -> Table:
    return Table(columns, tuple(rows), _SIZE, header, gap_after=1 * MM)


def _identity(calculation: CalculationSheet, words: wording.Wording) -> Table:
    columns = (Column("", 1.1, "centre"), Column("", 3.2), Column("", 1.1, "centre"), Column("", 2.4))
    clause = f"{calculation.clause_number} {calculation.clause_title}".strip()
    rows = [
        Row((words["payee"], calculation.payee, words["code"], calculation.code)),
        Row((words["clause"], clause, words["as_of"], chinese_date(calculation.as_of))),
    ]
    if calculation.case_number:
        rows.append(
            Row((words["policy_name"], calculation.policy_title, words["case_number"], calculation.case_number))
        )
    else:
        rows.append(Row((words["policy_name"], calculation.policy_title), (1, 3)))
    return _table(columns, rows, header=False)


def _facts(calculation: CalculationSheet, words: wording.Wording) -> Table:
    columns = (Column(words["fact"], 3), Column(words["value"], 2.4, "centre"), Column(words["source"], 3.4))
    rows = []
    for fact in calculation.facts:
        source = fact.source + (words.say("overridden", reason=fact.reason) if fact.reason else "")
        rows.append(Row((fact.name, fact.value, source)))
    return _table(columns, rows)


def _conditions(calculation: CalculationSheet, words: wording.Wording) -> Table:
    columns = (Column(words["condition"], 3.4), Column(words["result"], 1.5), Column(words["quote"], 4.6))
    rows = []
    for item in calculation.conditions:
        mark = Mark.MET if item.met else Mark.NOT_MET
        rows.append(
            Row(
                (
                    item.text,
                    Cell(words["met" if item.met else "not_met"], "left", mark=mark),
                    Cell(_quoted(item.quote), face=Face.KAI),
                )
            )
        )
    return _table(columns, rows)


def _steps(calculation: CalculationSheet, words: wording.Wording) -> Table:
    columns = (
        Column(words["step_number"], 0.8, "centre"),
        Column(words["step"], 2.0),
        Column(words["expression"], 2.9),
        Column(words["step_value"], 1.7, "right"),
        Column(words["quote"], 3.1),
    )
    rows = [
        Row((str(number), step.label, step.expression, step.value, Cell(_quoted(step.quote), face=Face.KAI)))
        for number, step in enumerate(calculation.steps, 1)
    ]
    return _table(columns, rows)


def _quoted(quote: str) -> str:
    return f"“{quote}”" if quote else ""


def _people(calculation: CalculationSheet, words: wording.Wording) -> Table:
    columns = (
        Column(words["step_number"], 0.7, "centre"),
        Column(words["person"], 1.4),
        Column(words["person_id"], 2.4, "centre"),
        Column(words["result"], 1.3),
        Column(words["person_note"], 2.9),
        Column(words["person_amount"], 1.4, "right"),
    )
    rows = []
    for number, person in enumerate(calculation.people, 1):
        mark = Mark.MET if person.eligible else Mark.NOT_MET
        shown = words["met" if person.eligible else "not_met"]
        rows.append(
            Row(
                (
                    str(number),
                    person.name,
                    person.masked_id,
                    Cell(shown, "left", mark=mark),
                    person.note,
                    person.amount.shown(),
                )
            )
        )
    return _table(columns, rows)


def _benefits(calculation: CalculationSheet, words: wording.Wording) -> Table:
    columns = (Column(words["benefit"], 5), Column(words["benefit_amount"], 2, "right"))
    return _table(columns, [Row((benefit.title, benefit.amount.shown())) for benefit in calculation.benefits])


def _points(calculation: CalculationSheet, words: wording.Wording) -> Table:
    columns = (Column(words["point"], 4), Column(words["option"], 2.6), Column(words["decided_by"], 2.4))
    return _table(columns, [Row((point.question, point.option, point.decided_by)) for point in calculation.points])


def _findings(calculation: CalculationSheet, words: wording.Wording) -> Table:
    columns = (
        Column(words["finding_kind"], 1.3, "centre"),
        Column(words["finding"], 4.4),
        Column(words["finding_answer"], 2.8),
    )
    return _table(columns, [Row((line.kind, line.sentence, line.answer)) for line in calculation.findings])


def _schedule(calculation: CalculationSheet, words: wording.Wording) -> Table:
    columns = (
        Column(words["instalment"], 1, "centre"),
        Column(words["due"], 4),
        Column(words["instalment_amount"], 2, "right"),
    )
    return _table(columns, [Row((f"第{part.no}期", part.due, part.amount.shown())) for part in calculation.schedule])


def _result(calculation: CalculationSheet, words: wording.Wording) -> Table:
    columns = (
        Column("", 1.5, "centre"),
        Column("", 1.8, "right"),
        Column("", 1.2, "centre"),
        Column("", 1.8, "right"),
        Column("", 1.6, "centre"),
        Column("", 1.8, "right"),
    )
    rows = [
        Row(
            (
                words["gross"],
                calculation.gross.shown(),
                words["taken"],
                (calculation.gross - calculation.amount).shown(),
                words["amount"],
                Cell(calculation.amount.shown(), face=Face.HEI),
            )
        )
    ]
    if calculation.eligible:
        rows.append(Row((words["in_words"], Cell(in_words(calculation.amount), "left")), (1, 5), with_previous=True))
    else:
        rows.append(Row((Cell(words["not_eligible"], "left"),), (6,), with_previous=True))
    return _table(columns, rows, header=False)
