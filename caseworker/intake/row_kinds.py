"""Rows that are nobody's: blank, totals, notes, the heading again on the next page."""

from __future__ import annotations

import re

from caseworker.intake import cells
from caseworker.intake.cells import Cell
from caseworker.intake.layout import Layout
from caseworker.intake.units import of_text

_TOTAL = re.compile(
    r"^(?:本页|本表|部门|全部|以上|金额)?(?:合计|总计|小计|共计|累计|总额|总人数|总数|总金额|total|subtotal|sum)"
    r"|(?:合计|总计|小计|共计)$"
)
_NOTE = re.compile(
    r"^(?:注|备注|说明|附注|填表|填报|制表|编制|复核|审核|审批|经办|(?:单位|企业|部门|分管)?负责人|法定代表人|法人|财务|"
    r"人事|会计|出纳|主管|总经理|联系人|联系电话|日期|打印|导出|盖章|签字|签名|单位盖章|单位\(|公章|以上|以下空白|以下无|"
    r"此页|本页|第\d+页|共\d+[页人]|\*|※)"
)
_BAND = re.compile(r"^(?:以上|以下|本表|说明)|[,，。;；:：!]|(?:部|组|科|室|班|中心|公司|部门|项目|人员|名单)$")


def not_data(row: list[Cell], place: Layout, used: frozenset[int]) -> str | None:
    """blank-row, total-row, note-row, or None for a row that is (or should have been) a record's.

    `used`: the columns that records are made from.
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
    if texts and len(texts) == len(filled) and all(of_text(t.strip("()")) is not None for t in texts):
        return "note-row"  # (元) below the headings
    lead = texts[0] if texts else ""
    if _NOTE.match(lead) and (":" in lead or not _has_person(row, place, filled)):
        return "note-row"
    if len(filled) == 1 and isinstance(filled[0][1], str):
        at, cell = filled[0]
        if at not in used or len(cells.text(cell)) > 20 or _BAND.search(lead):
            return "note-row"
    return None


def _has_person(row: list[Cell], place: Layout, filled: list[tuple[int, Cell]]) -> bool:
    """Whether a name or number stands behind the first words: 财务部 | 张三 is a person without an ID number."""
    return any(
        place.columns.get(name, -1) > filled[0][0] and not cells.is_blank(row[place.columns[name]])
        for name in ("name", "id_number")
    )


def _is_count(cell: Cell) -> bool:
    plain = cells.text(cell)
    return plain.isdigit() and len(plain) <= 6
