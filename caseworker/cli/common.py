"""What the commands share: opening an office, plain JSON of service data, aligned lists."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import getpass
import json
import locale
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from caseworker.errors import InvalidInput
from caseworker.services import Desk, open_desk
from caseworker.values.money import Money

Commands = Any  # argparse's own type for subparsers is private


def a_day(text: str) -> date:
    """The type of an option that is a date."""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2023-06-01 这样。")


def a_number(text: str) -> int:
    """The type of an option that is a whole number: an id, a year, a count."""
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise argparse.ArgumentTypeError(f"“{text}”不是整数。")
    return int(text)


def add_office(parser: argparse.ArgumentParser) -> None:
    """The options of every command that opens an office."""
    parser.add_argument("--office", required=True, type=Path, metavar="FILE", help="机构文件")
    parser.add_argument("--user", required=True, metavar="NAME", help="登录名")
    parser.add_argument("--password-stdin", action="store_true", help="从标准输入读取密码（第一行）")


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def add_act(acts: Commands, name: str, text: str, run: Any) -> argparse.ArgumentParser:
    """One act below a command, or a command of its own, that opens an office."""
    parser: argparse.ArgumentParser = acts.add_parser(name, help=text)
    add_office(parser)
    add_json(parser)
    parser.set_defaults(run=run)
    return parser


def read_password(prompt: str, from_stdin: bool) -> str:
    """One line of standard input, or a prompt that does not show it."""
    if from_stdin:
        line = sys.stdin.readline()
        if not line:
            raise InvalidInput("标准输入中没有密码。")
        return _typed(line.rstrip("\r\n"))
    return getpass.getpass(prompt)


def _typed(line: str) -> str:
    """Bytes that were no UTF-8 arrive as lone surrogates: a Chinese Windows pipes in its own code page."""
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        with contextlib.suppress(UnicodeDecodeError):
            return line.encode("utf-8", "surrogateescape").decode(locale.getencoding())
        raise InvalidInput("标准输入中的密码不是可以识别的文字，请以 UTF-8 编码输入。") from None
    return line


@contextmanager
def desk_of(options: argparse.Namespace) -> Iterator[Desk]:
    """The signed-in desk, closed at the end whatever happens."""
    password = read_password(f"{options.user} 的密码：", options.password_stdin)
    desk = open_desk(options.office, options.user, password)
    try:
        yield desk
    finally:
        desk.close()


def plain(value: Any) -> Any:
    """Service data as JSON values: money as yuan text, dates as ISO text."""
    if value is None or (isinstance(value, bool | int | str) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, frozenset | set):
        return sorted(plain(item) for item in value)
    return str(value)


def yuan(text: str) -> Money:
    """An amount typed as an option, in yuan."""
    try:
        return Money.parse(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是以元计、至多两位小数的金额") from None


def print_json(value: Any) -> None:
    print(json.dumps(plain(value), ensure_ascii=False, indent=2))


def show(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Money):
        return value.shown()
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def print_list(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """An aligned list; Chinese characters count two columns."""
    shown = [[show(cell) for cell in row] for row in rows]
    widths = [max(_width(text) for text in column) for column in zip(headers, *shown, strict=True)]
    for line in (headers, *shown):
        print("  ".join(text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=True)).rstrip())
    if not rows:
        print("（没有记录）")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
