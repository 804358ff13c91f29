"""The one place where intake asks whether an identity number is valid."""

from __future__ import annotations

from caseworker.values.id_number import normalise, read


def check(text: str) -> tuple[str, str | None]:
    """The number as it is kept, and a Chinese sentence on what is wrong with it (None where valid).

    Papers other than the 居民身份证 (港澳台居民居住证, 永久居留证, 护照) pass when they are right in themselves.
    """
    return normalise(text), read(text).problem
