"""Lines of Chinese text: measuring, breaking with 避头尾, and spreading a line to both margins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from caseworker.documents.faces import Face, FaceSet, visible

# 避头: never first on a line; 避尾: never last on a line.
NO_START = frozenset("，。、；：？！）〕》〉】」』”’…—％‰℃·,.;:?!)]}%")
NO_END = frozenset("（〔《〈【「『“‘([{¥￥")
_WORD = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,/:@_-+*#&=×")
_UNITS = frozenset("元席年月日号期人㎡％%万")
# A line is drawn in or out by no more than this for each character, in points at 16 pt; beyond it stays ragged.
_MOST_SQUEEZE = 0.25
_MOST_STRETCH = 3.0


@dataclass(frozen=True, slots=True)
class Span:
    text: str
    face: Face = Face.FANG


@dataclass(frozen=True, slots=True)
class Line:
    """One set line: its spans, its indent and the space added after each character, in points."""

    spans: tuple[Span, ...]
    indent: float
    tracking: float
    width: float  # of the text as set, without the indent

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


def may_break(before: str, after: str) -> bool:
    """Whether a line may end between these two characters."""
    if after in NO_START or before in NO_END or after == " ":
        return False
    if before in _WORD and after in _WORD:
        return False
    return not (before.isdigit() and after in _UNITS)


def break_lines(
    spans: Sequence[Span],
    faces: FaceSet,
    size: float,
    width: float,
    *,
    tracking: float = 0.0,
    indent: float = 0.0,
    hanging: float = 0.0,
    justify: bool = True,
) -> list[Line]:
    """Set a paragraph into lines of `width` points; the first is indented by `indent`, the others by `hanging`."""
    chars = [(c, span.face) for span in spans for c in visible(span.text)]
    widths = [faces.width(c, face, size) for c, face in chars]
    lines: list[Line] = []
    start = 0
    while start < len(chars):
        room = width - (hanging if lines else indent)
        end = _line_end(chars, widths, start, room, tracking, size)
        shown = end
        while shown > start + 1 and chars[shown - 1][0] == " ":
            shown -= 1
        natural = sum(widths[start:shown]) + tracking * (shown - start)
        gaps = max(shown - start - 1, 1)
        # the last character's own tracking stands outside the line
        spare = (room - (natural - tracking)) / gaps
        last = end == len(chars)
        spread = 0.0
        if spare < 0 or (justify and not last and spare <= _MOST_STRETCH * size / 16):
            spread = spare
        lines.append(
            Line(
                _merge(chars[start:shown]),
                hanging if lines else indent,
                tracking + spread,
                natural - tracking + spread * gaps,
            )
        )
        start = end
        while start < len(chars) and chars[start][0] == " ":
            start += 1
    return lines


def splits_a_word(lines: Sequence[str]) -> bool:
    """Whether a number or a word goes on from one line to the next: then smaller letters are better."""
    return any(a[-1:] in _WORD and b[:1] in _WORD for a, b in pairwise(lines))


def _line_end(
    chars: list[tuple[str, Face]], widths: list[float], start: int, room: float, tracking: float, size: float
) -> int:
    """The index after the line's last character: the furthest allowed break that fits."""
    total = 0.0
    best = start
    squeezed = start
    end = start
    while end < len(chars):
        total += widths[end] + (tracking if end > start else 0.0)
        allowed = _MOST_SQUEEZE * size / 16 * (end - start)
        if total > room + allowed + 1e-6:
            break
        end += 1
        if end == len(chars) or may_break(chars[end - 1][0], chars[end][0]):
            if total <= room + 1e-6:
                best = end
            squeezed = end
    if squeezed > best:
        # drawing the line in by a hair beats leaving a hole, unless the line is full anyway
        over = sum(widths[start:squeezed]) + tracking * (squeezed - start - 1) - room
        under = room - sum(widths[start:best]) - tracking * (best - start - 1)
        if best == start or over < under:
            return squeezed
    if best == start:  # one word longer than the line: cut it where the line ends
        return max(start + 1, min(end, len(chars)))
    return best


def _merge(chars: list[tuple[str, Face]]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for character, face in chars:
        if spans and spans[-1].face is face:
            spans[-1] = Span(spans[-1].text + character, face)
        else:
            spans.append(Span(character, face))
    return tuple(spans)
