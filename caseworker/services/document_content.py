"""A document's data to JSON and back, so that a letter sealed later says exactly what was issued."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from caseworker.values.money import Money

D = TypeVar("D")

# Put on at rendering, never part of what a letter says
NOT_CONTENT = ("seal", "practice")


def as_content(document: Any) -> dict[str, Any]:
    """The fields of a document dataclass as JSON values, without the pictures put on at rendering."""
    return {
        field.name: _plain(getattr(document, field.name))
        for field in dataclasses.fields(document)
        if field.name not in NOT_CONTENT
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if value is None or isinstance(value, str | int | bool):
        return value
    raise TypeError(f"a document holds plain data, not {type(value).__name__}")


def restored(kind: type[D], content: Mapping[str, Any], **rendering: Any) -> D:
    """The dataclass that `as_content` wrote, with `seal` and `practice` as given."""
    hints = get_type_hints(kind)
    values = {name: _value(hints[name], value) for name, value in content.items()}
    return kind(**values, **rendering)


def _value(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return _value(next(arm for arm in get_args(hint) if arm is not type(None)), value)
    if origin is tuple:
        arms = get_args(hint)
        if len(arms) == 2 and arms[1] is Ellipsis:
            return tuple(_value(arms[0], item) for item in value)
        return tuple(_value(arm, item) for arm, item in zip(arms, value, strict=True))
    if hint is Money:
        return Money.parse(value)
    if hint is date:
        return date.fromisoformat(value)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(**{name: _value(hints[name], item) for name, item in value.items()})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value
