"""Reads the facts of a request by the clause's schema: exact values out, every problem at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from caseworker.errors import Problem
from caseworker.policy.model import FactField
from caseworker.values.money import Money
from caseworker.values.spans import Month, parse_date

Record = dict[str, object]

_AMOUNT = re.compile(r"(-?)(\d+)(?:\.(\d{1,2}))?", re.ASCII)
_PERCENT = re.compile(r"(-?)\d+(?:\.\d+)?", re.ASCII)
# Longer numbers are slips of the keyboard, and would cost more to print than any fund holds
_LONGEST = 30
_LARGEST = 10**_LONGEST


class JsonObject(dict[str, object]):
    """A JSON object that remembers which of its names were given more than once."""

    __slots__ = ("repeated",)

    def __init__(self, pairs: Iterable[tuple[str, object]] = ()) -> None:
        super().__init__()
        self.repeated: set[str] = set()
        for name, value in pairs:
            if name in self:
                self.repeated.add(name)
            self[name] = value


class NotExact:
    """A JSON number that cannot be taken exactly: a float, NaN, Infinity, or far too many digits."""

    __slots__ = ("written",)

    def __init__(self, written: str) -> None:
        self.written = written


class Bad(Exception):
    """One value that cannot be taken; the message is for the clerk."""


def _number_kind(value: object) -> None:
    if isinstance(value, float | NotExact):
        raise Bad('数字不能带小数点直接书写或超出范围；金额、面积、百分比请用引号括起的文本，例如 "1234.50"')


def read_int(value: object, minimum: int = 0) -> int:
    _number_kind(value)
    if type(value) is not int:
        raise Bad("应为整数")
    if value < 0:
        raise Bad("不能为负数")
    if value < minimum:
        raise Bad(f"不能小于{minimum}")
    if value >= _LARGEST:
        raise Bad("数字过大")
    return value


def read_money(value: object, what: str = "金额", unit: str = "元") -> Money:
    _number_kind(value)
    if type(value) is int:
        return Money(read_int(value) * 100)
    if type(value) is not str:
        raise Bad(f"{what}应为文本或整数（{unit}）")
    if len(value) > _LONGEST:
        raise Bad(f"{what}的位数过多")
    found = _AMOUNT.fullmatch(value)
    if found is None:
        raise Bad(f"{what}应为数字（{unit}），最多两位小数，不含空格、逗号和单位")
    fen = int(found[2]) * 100 + int((found[3] or "0").ljust(2, "0"))
    if found[1] and fen:
        raise Bad("不能为负数")
    return Money(fen)


def _percent(value: object) -> Decimal:
    _number_kind(value)
    if type(value) is int:
        return Decimal(read_int(value))
    if type(value) is not str or len(value) > _LONGEST or _PERCENT.fullmatch(value) is None:
        raise Bad('百分比应为数字文本或整数，例如 "85.5" 表示 85.5%')
    number = Decimal(value)
    if number < 0:
        raise Bad("不能为负数")
    return number.copy_abs()  # abs() would round to the context's precision


def _date(value: object) -> object:
    if type(value) is not str:
        raise Bad("日期应为文本，写作 YYYY-MM-DD")
    try:
        return parse_date(value)
    except ValueError:
        raise Bad("不是有效的日期，应写作 YYYY-MM-DD") from None


def _month(value: object) -> Month:
    if type(value) is not str:
        raise Bad("月份应为文本，写作 YYYY-MM")
    try:
        return Month.parse(value)
    except ValueError:
        raise Bad("不是有效的月份，应写作 YYYY-MM") from None


def _choice(value: object, field: FactField) -> str:
    if type(value) is str and any(option.id == value for option in field.options):
        return value
    known = "、".join(f"{option.id}（{option.label}）" for option in field.options)
    raise Bad(f"应为下列之一：{known}")


def _plain(field: FactField, value: object) -> object:
    """A value that is neither a list nor a record."""
    match field.type:
        case "bool":
            if type(value) is not bool:
                raise Bad("应为 true 或 false")
            return value
        case "int":
            return read_int(value, field.minimum)
        case "money":
            return read_money(value)
        case "usd":
            return read_money(value, unit="美元")
        case "area":
            # hundredths of a square metre, read as fen are
            return Decimal(str(read_money(value, "面积", "平方米")))
        case "percent":
            return _percent(value)
        case "date":
            return _date(value)
        case "month":
            return _month(value)
        case "choice":
            return _choice(value, field)
        case "text" | "key":
            if type(value) is not str:
                raise Bad("应为文本")
            return value
    raise AssertionError(f"the lint lets no fact type {field.type} through")


def _list_of(field: FactField, value: object, path: str, problems: list[Problem]) -> tuple[object, ...] | None:
    """A list of months, choices or records; None when any item is wrong, or it is no list."""
    if not isinstance(value, list | tuple):
        problems.append(Problem(path, "应为列表"))
        return None
    if field.filled and not value:
        problems.append(Problem(path, "不能为空"))
        return None
    items: list[object] = []
    before = len(problems)
    seen: set[object] = set()
    for number, item in enumerate(value):
        if field.type == "list":
            here = f"{path}.{number}"
            record = read_record(field.items, field.pairs, item, here, problems)
            items.append(record)
            key = record.get("key")
            if key is not None and key in seen:
                problems.append(Problem(f"{here}.key", "与前面的记录重复"))
            seen.add(key)
            continue
        try:
            items.append(_month(item) if field.type == "months" else _choice(item, field))
        except Bad as bad:
            problems.append(Problem(f"{path}.{number}", str(bad)))
    if field.type != "list" and len(problems) > before:
        return None
    return tuple(items)


def read_record(
    fields: tuple[FactField, ...],
    pairs: tuple[tuple[str, str], ...],
    raw: object,
    path: str,
    problems: list[Problem],
) -> Record:
    """The good values of one record, by name; what is wrong is added to `problems` and left out of the record.

    A nullable field that is absent is None, an optional one False.
    """
    record: Record = {}
    if not isinstance(raw, Mapping):
        problems.append(Problem(path, "应为对象（由字段组成）"))
        return record
    repeated = raw.repeated if isinstance(raw, JsonObject) else ()
    for field in fields:
        name = field.name
        here = f"{path}.{name}"
        if name in repeated:
            problems.append(Problem(here, "同一字段出现了多次"))
            continue
        if name not in raw:
            if field.nullable:
                record[name] = None
            elif field.optional:
                record[name] = False
            else:
                problems.append(Problem(here, f"缺少“{field.label}”"))
            continue
        value = raw[name]
        if value is None and field.nullable:
            record[name] = None
        elif field.type in ("list", "months", "choices"):
            items = _list_of(field, value, here, problems)
            if items is not None:
                record[name] = frozenset(items) if field.type == "months" else items
        else:
            try:
                record[name] = _plain(field, value)
            except Bad as bad:
                problems.append(Problem(here, f"“{field.label}”{bad}"))
    known = {field.name for field in fields}
    problems.extend(Problem(f"{path}.{name}", "没有这个字段") for name in raw if name not in known)
    for earlier, later in pairs:
        first, last = record.get(earlier), record.get(later)
        if first is not None and last is not None and last < first:  # type: ignore[operator]
            problems.append(Problem(f"{path}.{later}", "早于开始日期"))
            del record[later]
    return record
