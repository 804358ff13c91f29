"""How a letter goes to paper: as the finished page, on paper with a printed red head (套打), or as an editable draft.

Whoever renders says so once around the call; the modules of the letters know nothing of it. The bytes that the office
registers and signs are always those of the finished page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

MOST_OFFSET_MM = 20.0


@dataclass(frozen=True, slots=True)
class Press:
    """`head` False leaves out what is printed on the paper already: the issuer's name and the red rule.

    `right_mm` and `down_mm` move everything, for a printer that does not put the page where it should.
    """

    head: bool = True
    right_mm: float = 0.0
    down_mm: float = 0.0
    draft: bool = False  # .docx instead of PDF

    def __post_init__(self) -> None:
        if max(abs(self.right_mm), abs(self.down_mm)) > MOST_OFFSET_MM:
            raise ValueError("a page is moved by 20 mm at most")


PAGE = Press()
_press: ContextVar[Press] = ContextVar("press", default=PAGE)


def current() -> Press:
    return _press.get()


@contextmanager
def pressed(press: Press) -> Iterator[None]:
    """Letters that are rendered inside go to paper in this way."""
    token = _press.set(press)
    try:
        yield
    finally:
        _press.reset(token)
