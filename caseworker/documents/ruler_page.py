"""打印位置测试页: rulers and the lines of GB/T 9704, printed on plain or red-headed paper and measured by hand."""

from __future__ import annotations

from datetime import date

from caseworker.documents.faces import FaceSet, faces
from caseworker.documents.grid import BOTTOM, LEFT, RIGHT, TOP, TYPE_WIDTH
from caseworker.documents.sheet import GREY, Sheet
from caseworker.documents.units import MM, PAGE_HEIGHT, PAGE_WIDTH, WU_HAO

TITLE = "打印位置测试页"
_NO_DAY = date(2000, 1, 1)  # the file's own date: it is nobody's document
_EDGE = 8 * MM  # printers leave the paper's edge blank


def render(right_mm: float, down_mm: float, faces_used: FaceSet | None = None) -> bytes:
    """One page moved as letters will be: a ruler down the left, one across the top, each from the paper's edge."""
    used = faces_used or faces()
    sheet = Sheet(used, TITLE, "", _NO_DAY, moved=(right_mm * MM, down_mm * MM))
    sheet.new_page()
    _ruler(sheet, across=True)
    _ruler(sheet, across=False)
    for x0, y0, x1, y1 in (
        (LEFT, TOP, RIGHT, TOP),
        (LEFT, BOTTOM, RIGHT, BOTTOM),
        (LEFT, TOP, LEFT, BOTTOM),
        (RIGHT, TOP, RIGHT, BOTTOM),
    ):
        sheet.rule(x0, y0, x1, y1, 0.1, GREY)
    name = TOP + 35 * MM
    sheet.rule(LEFT, name, RIGHT, name, 0.2)
    sheet.text(LEFT, name - WU_HAO - 1 * MM, "发文机关标志的上边应在这条线上（距纸上边 72 毫米）", WU_HAO)
    lines = (
        TITLE,
        f"已右移 {right_mm:g} 毫米、下移 {down_mm:g} 毫米（负数为左移、上移）。",
        "1. 打印时选“实际大小”或“100%”，不要缩放。",
        "2. 用尺量：左边刻度从纸的上边量起，上边刻度从纸的左边量起，数字是应有的毫米数。",
        "3. 量得的数比刻度大多少毫米，就把右移、下移减去多少，再印一张核对。",
        "4. 在印好红头的纸上再印一张，看横线是否正对发文机关名称的上边。",
    )
    top = TOP + 60 * MM
    for line in lines:
        sheet.text(LEFT + 4 * MM, top, line, WU_HAO)
        top += 8 * MM
    return sheet.finish()


def _ruler(sheet: Sheet, *, across: bool) -> None:
    """Every millimetre a stroke, every fifth longer, every tenth with its figure."""
    length = PAGE_WIDTH if across else PAGE_HEIGHT
    inner = TYPE_WIDTH / 2 + LEFT if across else 18 * MM
    at = 20 * MM if across else inner
    millimetre = 10
    while millimetre * MM < length - _EDGE:
        place = millimetre * MM
        stroke = (5 if millimetre % 10 == 0 else 3.5 if millimetre % 5 == 0 else 2) * MM
        if across:
            sheet.rule(place, at, place, at + stroke, 0.1)
        else:
            sheet.rule(at, place, at + stroke, place, 0.1)
        if millimetre % 10 == 0:
            if across:
                sheet.centred(place, at - 4 * MM, str(millimetre), 7)
            else:
                sheet.right(at - 1 * MM, place - 3.5, str(millimetre), 7)
        millimetre += 1
