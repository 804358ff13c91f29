"""Whether a pack quotes its policy truly: every quote must stand in the official text, white space aside."""

from __future__ import annotations

from caseworker.policy.model import Pack


def squeezed(text: str) -> str:
    """The text without any white space (ideographic and no-break spaces, line ends, a byte order mark included)."""
    return "".join(text.replace("\ufeff", "").split())


def missing_quotes(pack: Pack, official_text: str) -> tuple[tuple[str, str], ...]:
    """The quotes of the pack that the text does not contain, each with where it stands in the pack (file:line)."""
    text = squeezed(official_text)
    return tuple((quote, where) for quote, where in pack.quotes if squeezed(quote) not in text)


def places_of(quote: str, official_text: str) -> tuple[tuple[int, int], ...]:
    """Where a quote stands in the text, as (start, end) of the text itself, so that a reader can be shown it."""
    kept = [position for position, char in enumerate(official_text) if not char.isspace() and char != "\ufeff"]
    text, wanted = "".join(official_text[position] for position in kept), squeezed(quote)
    found: list[tuple[int, int]] = []
    start = text.find(wanted) if wanted else -1
    while start >= 0:
        found.append((kept[start], kept[start + len(wanted) - 1] + 1))
        start = text.find(wanted, start + 1)
    return tuple(found)
