"""台账打印件: one policy's fund of a year, month by month, and its targets, with the same charts as on the screen.

A working paper of the office: no number, no seal, not registered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from caseworker.documents import wording
from caseworker.documents.closing import chinese_date, draw_title, title_lines
from caseworker.documents.faces import Face, FaceSet, faces
from caseworker.documents.grid import GIVES, LEFT, TOP, TYPE_WIDTH, Block, Note, Piece, Pitch, compose, draw_layout
from caseworker.documents.sheet import GREY, Sheet
from caseworker.documents.tables import Column, Row, Table
from caseworker.documents.units import MM, WU_HAO, XIAO_ER, XIAO_SI, XIAO_WU
from caseworker.values.money import Money

_FIELDS: dict[str, tuple[str, ...]] = wording.plain_fields(
    "heading_fund budget committed paid left forecast no_fund heading_months month sum heading_targets target wanted "
    "actual share reached on"
)
_FIELDS |= {
    "title": ("policy", "year"),
    "standing": ("office", "day", "name"),
    "source": ("text",),
    "heading_chart": ("unit",),
    "month_name": ("number",),
    "target_name": ("year", "label"),
    "percent": ("number",),
    "figure": ("number", "unit"),
    "target_note": ("parties",),
}
_PARTS = ("paid", "committed", "forecast")
_GREY = {"paid": 0.25, "committed": 0.62}  # forecast is hatched: told apart on a black-and-white printer too
_CHART, _BARS = 52 * MM, 6 * MM
_LINES = 4  # about so many lines across a chart
_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
_TEN_THOUSAND = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class FundFigures:
    budget: Money
    committed: Money
    paid: Money
    left: Money
    forecast: Money
    source: str


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A month's own sums, not cumulated."""

    month: int
    paid: Money
    committed: Money
    forecast: Money

    @property
    def total(self) -> Money:
        return self.paid + self.committed + self.forecast


@dataclass(frozen=True, slots=True)
class TargetFigures:
    year: int
    label: str
    unit: str
    target: Decimal
    actual: Decimal
    percent: int
    reached: bool
    on: date


@dataclass(frozen=True, slots=True)
class ProgramSheet:
    """`fund` None: no budget for the year. `parties`: how many companies the targets are counted from."""

    policy: str
    year: int
    office: str
    day: date
    made_by: str
    fund: FundFigures | None
    months: tuple[MonthFigures, ...]
    targets: tuple[TargetFigures, ...]
    parties: int
    practice: bool = False


def render(sheet: ProgramSheet, faces_used: FaceSet | None = None) -> bytes:
    """The sheet as PDF; equal sheets give equal bytes. Raises InvalidInput for characters that no face has."""
    used = faces_used or faces()
    source = "" if sheet.fund is None else sheet.fund.source
    used.require([sheet.policy, sheet.office, sheet.made_by, source, *(t.label + t.unit for t in sheet.targets)])
    words = wording.load("program-sheet", _FIELDS)
    title = words.say("title", policy=sheet.policy, year=str(sheet.year))
    paper = Sheet(used, title, sheet.office, sheet.day, practice=sheet.practice)
    paper.new_page()
    top = draw_title(paper, TOP, title_lines([title], used, XIAO_ER), XIAO_ER) - 0.5 * GIVES[0].line
    draw_layout(paper, compose(_blocks(sheet, words), used, top, None), None, new_first=False)
    return paper.finish()


def _blocks(sheet: ProgramSheet, words: wording.Wording) -> list[Block]:
    standing = words.say("standing", office=sheet.office, day=chinese_date(sheet.day), name=sheet.made_by)
    blocks: list[Block] = [Note(standing, size=WU_HAO)]
    blocks.append(_heading(words["heading_fund"]))
    if sheet.fund is None:
        blocks.append(Note(words["no_fund"], size=WU_HAO))
    else:
        blocks += [_fund(sheet.fund, words), Note(words.say("source", text=sheet.fund.source), size=WU_HAO, gap=0)]
        if any(month.total for month in sheet.months):
            scale, unit = _scale(max(_yuan(month.total) for month in sheet.months))
            blocks += [_heading(words.say("heading_chart", unit=unit)), MonthBars(sheet.months, scale, words)]
        blocks += [_heading(words["heading_months"]), _months(sheet.months, words)]
    if sheet.targets:
        note = words.say("target_note", parties=str(sheet.parties))
        blocks += [_heading(words["heading_targets"]), _targets(sheet.targets, words), TargetBars(sheet.targets, words)]
        blocks.append(Note(note, size=WU_HAO))
    return blocks


def _heading(text: str) -> Note:
    return Note(text, Face.HEI, XIAO_SI, keep_next=True, gap=3 * MM)


def _fund(fund: FundFigures, words: wording.Wording) -> Table:
    names = ("budget", "committed", "paid", "left", "forecast")
    columns = tuple(Column(words[name], 1, "right") for name in names)
    return Table(columns, (Row(tuple(getattr(fund, name).shown() for name in names)),), WU_HAO, gap_after=1 * MM)


def _months(months: tuple[MonthFigures, ...], words: wording.Wording) -> Table:
    columns = (Column(words["month"], 0.7, "centre"), *(Column(words[name], 1, "right") for name in _PARTS))
    columns = (*columns, Column(words["sum"], 1, "right"))
    rows = [
        Row((words.say("month_name", number=str(m.month)), m.paid.shown(), m.committed.shown(), m.forecast.shown(),
             m.total.shown()))
        for m in months
    ]  # fmt: skip
    sums = [sum((getattr(month, name) for month in months), Money.zero()).shown() for name in (*_PARTS, "total")]
    rows.append(Row((words["sum"], *sums), face=Face.HEI, with_previous=True))
    return Table(columns, tuple(rows), WU_HAO, gap_after=1 * MM)


def _targets(targets: tuple[TargetFigures, ...], words: wording.Wording) -> Table:
    columns = (
        Column(words["target"], 1.8),
        Column(words["wanted"], 1.6, "right"),
        Column(words["actual"], 1.8, "right"),
        Column(words["share"], 0.9, "right"),
        Column(words["on"], 1.5, "centre"),
    )
    rows = tuple(
        Row(
            (
                words.say("target_name", year=str(one.year), label=one.label),
                words.say("figure", number=f"{one.target:,f}", unit=one.unit),
                words.say("figure", number=f"{one.actual:,f}", unit=one.unit),
                words["reached"] if one.reached else words.say("percent", number=str(one.percent)),
                chinese_date(one.on),
            ),
            with_previous=True,  # a handful of lines, read together
        )
        for one in targets
    )
    return Table(columns, rows, WU_HAO, gap_after=1 * MM)


# ---- charts --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MonthBars:
    """Twelve stacked bars: paid dark, committed grey, forecast hatched, with their legend above."""

    months: tuple[MonthFigures, ...]
    scale: Decimal
    words: wording.Wording

    def pieces(self, faces: FaceSet, pitch: Pitch) -> list[Piece]:
        return [Piece(_CHART + 2 * MM, _CHART, self._draw, "table")]

    def _draw(self, sheet: Sheet, top: float) -> None:
        x = LEFT + 14 * MM
        for name in _PARTS:
            _bar(sheet, name, x, top + 0.5 * MM, 3 * MM, 3 * MM)
            sheet.text(x + 4 * MM, top + 0.3 * MM, self.words[name], WU_HAO)
            x += 24 * MM
        marks = ticks(max(_yuan(month.total) for month in self.months) / self.scale)
        left, width = LEFT + 14 * MM, TYPE_WIDTH - 14 * MM
        head, foot = top + 7 * MM, top + _CHART - 5 * MM
        tall = foot - head
        for mark in marks:
            y = foot - float(mark / marks[-1]) * tall
            sheet.rule(left, y, left + width, y, 0.1, GREY)
            sheet.right(left - 1.5 * MM, y - XIAO_WU / 2, f"{mark:,f}", XIAO_WU)
        step = width / len(self.months)
        for place, month in enumerate(self.months):
            middle, y = left + (place + 0.5) * step, foot
            for name in _PARTS:
                height = float(_yuan(getattr(month, name)) / self.scale / marks[-1]) * tall
                if height > 0:
                    y -= height
                    _bar(sheet, name, middle - step * 0.3, y, step * 0.6, height)
            shown = self.words.say("month_name", number=str(month.month))
            sheet.centred(middle, foot + 1 * MM, shown, XIAO_WU)


@dataclass(frozen=True, slots=True)
class TargetBars:
    """A bar a target, filled as far as it is reached."""

    targets: tuple[TargetFigures, ...]
    words: wording.Wording

    def pieces(self, faces: FaceSet, pitch: Pitch) -> list[Piece]:
        height = len(self.targets) * _BARS
        return [Piece(height + 2 * MM, height, self._draw, "table")]

    def _draw(self, sheet: Sheet, top: float) -> None:
        names = [self.words.say("target_name", year=str(one.year), label=one.label) for one in self.targets]
        left = LEFT + max(sheet.measure(name, WU_HAO) for name in names) + 3 * MM
        width = LEFT + TYPE_WIDTH - left - 16 * MM
        for name, one in zip(names, self.targets, strict=True):
            sheet.text(LEFT, top + 1 * MM, name, WU_HAO)
            share = min(Decimal(1), one.actual / one.target) if one.target else Decimal(1)
            if share > 0:
                sheet.fill(left, top + 1.2 * MM, width * float(share), 3.4 * MM, 0.45)
            sheet.box(left, top + 1.2 * MM, width, 3.4 * MM, 0.15)
            shown = self.words["reached"] if one.reached else self.words.say("percent", number=str(one.percent))
            sheet.text(left + width + 2 * MM, top + 1 * MM, shown, WU_HAO)
            top += _BARS


def _bar(sheet: Sheet, name: str, x: float, top: float, width: float, height: float) -> None:
    if name in _GREY:
        sheet.fill(x, top, width, height, _GREY[name])
    else:
        _hatch(sheet, x, top, width, height)
    sheet.box(x, top, width, height, 0.1)


def _hatch(sheet: Sheet, x: float, top: float, width: float, height: float) -> None:
    """Lines that rise to the right, cut at the sides of the box."""
    foot, offset = top + height, -height
    while offset < width:
        first, last = max(0.0, offset), min(width, offset + height)
        if last > first:
            sheet.rule(x + first, foot - (first - offset), x + last, foot - (last - offset), 0.1)
        offset += 1.2 * MM


def ticks(highest: Decimal) -> list[Decimal]:
    """Round marks from 0 to at least `highest`, about four of them: 0, 20, 40, 60, 80."""
    if highest <= 0:
        return [Decimal(0), Decimal(1)]
    rough = highest / _LINES
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * one for one in _STEPS if power * one >= rough)
    count = int((highest / step).to_integral_value(ROUND_CEILING))
    return [(step * place).normalize() for place in range(count + 1)]


def _scale(highest: Decimal) -> tuple[Decimal, str]:
    return (_TEN_THOUSAND, "万元") if highest >= _TEN_THOUSAND else (Decimal(1), "元")


def _yuan(amount: Money) -> Decimal:
    return Decimal(amount.fen) / 100
