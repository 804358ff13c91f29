"""Sizes of paper and type. Inside the program everything is in points from the paper's top left corner."""

from __future__ import annotations

MM = 72 / 25.4
PAGE_WIDTH = 210 * MM
PAGE_HEIGHT = 297 * MM

# 字号, in points
ER_HAO = 22.0
XIAO_ER = 18.0
SAN_HAO = 16.0
XIAO_SAN = 15.0
SI_HAO = 14.0
XIAO_SI = 12.0
WU_HAO = 10.5
XIAO_WU = 9.0

# Where the em box of a Chinese face stands on the baseline: 0.88 above, 0.12 below.
ASCENT = 0.88
