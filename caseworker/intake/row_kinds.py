"""Rows that are nobody's: blank, totals, notes, the heading again on the next page."""

from __future__ import annotations

import re

from caseworker.intake import cells
from caseworker.intake.cells import Cell
from caseworker.intake.layout import Layout

_TOTAL = re.compile(
    r"^(?:本页|本表|部门|全部|以上|金额)?(?:合计|总计|小计|共计|累计|总额|total|subtotal|sum)"
    r"|(?:合计|总计|小计|共计)$"
)
_NOTE = re.compile(
    r"^(?:注|备注|说明|附注|填表|填报|制表|编制|复核|审核|审批|经办|负责人|单位负责人|法定代表人|法人|财务|人事|"
    r"联系人|联系电话|日期|打印|导出|盖章|单位盖章|单位\(|公章|以下空白|以下无|此页|本页|第\d+页|共\d+[页人]|\*|※)"
)


def not_data(row: list[Cell], place: Layout, used: frozenset[int], key: int | None) -> str | None:
    """blank-row, total-row, note-row, or None for a row that is (or should have been) a record's.

    `used`: the columns that records are made from; `key`: the one that a record cannot be without.
    """
    filled = [(i, cell) for i, cell in enumerate(row) if not cells.is_blank(cell)]
    running = place.running_number
    if not filled or all(i == running and _is_count(cell) for i, cell in filled):
        return "blank-row"
    texts = [re.sub(r"\s+", "", cells.text(c)).lower() for _, c in filled if isinstance(c, str)]
    if any(_TOTAL.search(t) and len(t) <= 12 for t in texts[:2]):
        return "total-row"
    if sum(1 for t in texts if t.strip("*:;、") in place.repeated) >= 2:
        return "note-row"  # the heading again, at the top of a printed page
    lead = texts[0] if texts else ""
    if _NOTE.match(lead) and (key is None or not any(ch.isdigit() for ch in cells.text(row[key]))):
        return "note-row"
    if len(filled) == 1 and isinstance(filled[0][1], str):
        at, cell = filled[0]
        if at not in used or len(cells.text(cell)) > 20:
            return "note-row"
    return None


def _is_count(cell: Cell) -> bool:
    plain = cells.text(cell)
    return plain.isdigit() and len(plain) <= 6
