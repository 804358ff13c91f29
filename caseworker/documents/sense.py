"""Titles and long office names broken by sense: no word cut, the lines balanced, never one character alone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise

# A bar in a title template marks where it may be broken; it is never printed.
BREAK = "｜"

# Words after which the name of an office may be broken.
_ENDINGS = ("县", "市", "区", "省", "人民政府", "产业", "发展", "领导小组", "委员会", "中心", "局", "工作", "服务")


def plain(title: str) -> str:
    return title.replace(BREAK, "")


def name_parts(name: str) -> list[str]:
    """An office's name in parts that stay whole."""
    parts = [""]
    index = 0
    while index < len(name):
        parts[-1] += name[index]
        index += 1
        rest = len(name) - index
        # never leave one or two characters (室, 公室) to begin a line
        if rest > 2 and any(parts[-1].endswith(ending) for ending in _ENDINGS):
            parts.append("")
    return [part for part in parts if part]


def break_title(parts: list[str], measure: Callable[[str], float], width: float) -> list[str]:
    """The parts joined into as few lines as fit, the most even division of them.

    A part too long for a line by itself is cut by the character.
    """
    whole = [piece for part in parts for piece in _cut(part, measure, width)]
    for count in range(1, len(whole) + 1):
        best: tuple[float, list[str]] | None = None
        for cuts in combinations(range(1, len(whole)), count - 1):
            edges = (0, *cuts, len(whole))
            lines = ["".join(whole[a:b]) for a, b in pairwise(edges)]
            widths = [measure(line) for line in lines]
            if max(widths) > width:
                continue
            # a last line much shorter than the others looks worst
            score = max(widths) - min(widths)
            if best is None or score < best[0]:
                best = (score, lines)
        if best is not None:
            return best[1]
    return whole


def _cut(part: str, measure: Callable[[str], float], width: float) -> list[str]:
    if measure(part) <= width or len(part) < 2:
        return [part]
    half = (len(part) + 1) // 2
    return _cut(part[:half], measure, width) + _cut(part[half:], measure, width)
