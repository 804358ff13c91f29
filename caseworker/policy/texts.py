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


class QuotedText:
    """An official text in which quotes are looked up, white space aside."""

    def __init__(self, text: str) -> None:
        self._kept = [position for position, char in enumerate(text) if not char.isspace() and char != "\ufeff"]
        self._text = "".join(text[position] for position in self._kept)

    def places_of(self, quote: str) -> tuple[tuple[int, int], ...]:
        """Where a quote stands, as (start, end) of the text itself, so that a reader can be shown it."""
        wanted = squeezed(quote)
        found: list[tuple[int, int]] = []
        start = self._text.find(wanted) if wanted else -1
        while start >= 0:
            found.append((self._kept[start], self._kept[start + len(wanted) - 1] + 1))
            start = self._text.find(wanted, start + 1)
        return tuple(found)


def places_of(quote: str, official_text: str) -> tuple[tuple[int, int], ...]:
    """The places of one quote; see QuotedText for many."""
    return QuotedText(official_text).places_of(quote)
