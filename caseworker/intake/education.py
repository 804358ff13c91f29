"""学历 as the clauses tell it apart: 中职 and its like, or 高职 and above."""

from __future__ import annotations

import re

from caseworker.intake import cells
from caseworker.intake.cells import Cell, CellProblem

SECONDARY, HIGHER = "secondary", "higher"
_HIGHER = (
    "大专", "高职", "专科", "本科", "学士", "研究生", "硕士", "博士", "大学", "高等职业", "专升本", "高专",
)  # fmt: skip
_SECONDARY = (
    "中专", "中职", "中技", "职高", "技校", "高中", "中等职业", "中等专业", "中等技术", "职业中学", "职专", "职中",
    "技工",
)  # fmt: skip
_VAGUE = re.compile("以下|以上|或|/|、")  # 高中及以下, 高中以上: who is meant stays open


def education(cell: Cell) -> str:
    """`secondary` or `higher`. Raises missing-value for a blank, and for a word that leaves it open."""
    try:
        plain = "".join(cells.text(cell).split())
        cells.name(cell)  # a broken formula is no blank
    except CellProblem as problem:
        raise CellProblem("missing-value", problem.reason) from None
    if not plain or plain.strip("-—–－/\\") == "":
        raise CellProblem("missing-value", "没有填写学历")
    if any(word in plain for word in _HIGHER):
        plain = re.sub("及?以上$", "", plain)
    rest = re.sub("|".join(_HIGHER), " ", plain)  # 高职高专 holds no 职高
    higher = rest != plain
    secondary = any(word in rest for word in _SECONDARY)
    if higher == secondary or _VAGUE.search(plain):
        raise CellProblem(
            "missing-value", f"“{plain}”看不出是中职（中专、技校、高中）还是高职以上（大专、本科），请写明一种"
        )
    return HIGHER if higher else SECONDARY
