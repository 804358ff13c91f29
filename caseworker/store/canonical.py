"""Canonical JSON: one value has exactly one form in bytes, so that its hash can be computed again for ever."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

from caseworker.values.money import Money


def plain(value: object) -> Any:
    """The JSON form of a stored value. Floats and unknown types raise TypeError: they have no exact form.

    Money becomes integer fen, an instant UTC with a Z, bytes {"hex": ...}.
    """
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Money):
        return value.fen
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | Fraction):
        return str(value)
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("the keys of a JSON object are text")
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    raise TypeError(f"no exact JSON form for {type(value).__name__}")


def instant(value: datetime) -> str:
    """2023-11-23T02:15:00.000000Z"""
    if value.tzinfo is None:
        raise TypeError("an instant needs its time zone")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def canonical_text(value: object) -> str:
    """Sorted keys, no spaces, characters as themselves."""
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical(value: object) -> bytes:
    return canonical_text(value).encode("utf-8")
