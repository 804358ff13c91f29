"""A person's name as two systems may write it, brought to one spelling for comparing and keeping."""

from __future__ import annotations

import re

from caseworker.values.text import half_width

MIDDLE_DOT = "·"  # U+00B7, as on the identity card
_DOTS = re.compile("[·•‧∙⋅・･᛫●．]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")


def normalise(name: str) -> str:
    """White space and dots in one form: none inside a Chinese name, single blanks in a Latin one.

    A full stop or hyphen between Chinese characters is a middle dot that was typed so. Han characters stay as they are:
    folding variants would turn one person's rare character into another's.
    """
    name = _DOTS.sub(MIDDLE_DOT, name)  # before half-width, which would make ．a full stop
    name = half_width(name).strip()
    if _LATIN.search(name):
        name = re.sub(r"\s+", " ", name)
        return re.sub(rf"\s*{MIDDLE_DOT}\s*", MIDDLE_DOT, name)
    name = "".join(name.split())
    return re.sub(r"(?<=[^\W\d_])[.\-](?=[^\W\d_])", MIDDLE_DOT, name)


def same(one: str, other: str) -> bool:
    """Whether two spellings are one name; upper and lower case are not told apart."""
    return normalise(one).casefold() == normalise(other).casefold()
