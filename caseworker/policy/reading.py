"""Reads the pieces that pack files and clause files share: facts, conditions, values of parameters."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from caseworker.policy.model import FACT_TYPES, PARAMETER_FAMILY, Condition, FactField, Option, Scalar
from caseworker.policy.source import Block
from caseworker.values.money import Money


def parse_value(kind: str, raw: Any, block: Block, key: str = "value") -> Scalar:
    """A parameter's value: whole numbers for counts, text or whole numbers for amounts; a float is refused."""
    try:
        match PARAMETER_FAMILY[kind]:
            case "count":
                if type(raw) is int and raw >= 0:
                    return raw
            case "money" | "usd":
                amount = Money.parse(raw)
                if amount >= Money.zero():
                    return amount
            case _:
                if type(raw) in (int, str):
                    number = Decimal(raw)
                    if number.is_finite() and number >= 0:
                        return number
    except (TypeError, ValueError, InvalidOperation):
        pass
    raise block.error(f"{key} 不是 {kind} 类型的数值", key)


def read_fact(block: Block) -> FactField:
    block.raw("of")
    kind = block.text("type")
    if kind not in FACT_TYPES:
        raise block.error(f"没有 {kind} 这种事实类型", "type")
    field = FactField(
        name=block.text("name"),
        type=kind,
        label=block.text("label"),
        unit=block.text("unit", ""),
        nullable=block.flag("nullable"),
        optional=block.flag("optional"),
        minimum=block.whole("minimum", 0),
        filled=block.flag("filled"),
        options=tuple(Option(name, label) for name, label in block.pairs("options")),
        hint=block.text("hint", ""),
        kept_as=block.text("kept_as", ""),
        by_year=block.text("by_year", ""),
        year_one=block.text("year_one", ""),
        fresh=block.flag("fresh"),
        fresh_also=tuple(name.strip() for name in block.text("fresh_also", "").split(",") if name.strip()),
    )
    block.done()
    if (kind in ("choice", "choices")) != bool(field.options):
        raise block.error("只有选择类事实才有 options，且必须有")
    if field.optional and kind != "bool":
        raise block.error("只有 bool 可以写 optional", "optional")
    return field


def with_items(field: FactField, items: list[FactField]) -> FactField:
    return replace(field, items=tuple(items), pairs=ordered_pairs(items))


def ordered_pairs(fields: list[FactField]) -> tuple[tuple[str, str], ...]:
    """x_from with x_to and x_start with x_end: never out of order."""
    names = {field.name for field in fields if field.type == "date"}
    found = []
    for first, last in (("_from", "_to"), ("_start", "_end")):
        found += [
            (name, name.removesuffix(first) + last)
            for name in sorted(names)
            if name.endswith(first) and name.removesuffix(first) + last in names
        ]
    return tuple(found)


def read_condition(block: Block) -> Condition:
    choices: dict[str, tuple[str, str] | None] = {}
    for key in ("only_if", "waived_if"):
        value = block.text_or_none(key)
        point, colon, option = (value or "").partition(":")
        if value is not None and not colon:
            raise block.error(f"{key} 应写作 口径:选项", key)
        choices[key] = (point, option) if value else None
    condition_id, kind, text = block.text("id"), block.text("kind"), block.text("text")
    quote, decides = block.text_or_none("quote"), block.flag("decides", True)
    unmet, absent = block.text_or_none("unmet"), block.text_or_none("absent")
    return Condition(
        condition_id, kind, text, quote, block.rest(), decides, choices["only_if"], choices["waived_if"], unmet, absent
    )
