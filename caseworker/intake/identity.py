"""The one place where intake asks whether an identity number is valid."""

from __future__ import annotations

from caseworker.values import id_number


def fault(text: str) -> str | None:
    """A Chinese sentence on what is wrong with a 居民身份证号 (already half-width and upper case), None where valid."""
    raise NotImplementedError
