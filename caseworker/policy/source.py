"""One TOML file of a pack: typed reading, with the line that every complaint is about."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from caseworker.policy.model import PackError

_HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.\-]+)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([\w\-]+)\s*=")


class Source:
    """A parsed file. Blocks are named by header and position, e.g. ("parameter", 2) for the third [[parameter]]."""

    def __init__(self, path: Path, shown: str) -> None:
        self.shown = shown  # the name in messages: pack folder and file
        try:
            text = path.read_bytes().decode("utf-8")
        except OSError as fault:
            raise PackError(shown, 0, f"无法读取：{fault.strerror}") from None
        except UnicodeDecodeError:
            raise PackError(shown, 0, "不是 UTF-8 文本") from None
        try:
            self.data: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as bad:
            found = re.search(r"at line (\d+)", str(bad))
            raise PackError(shown, int(found[1]) if found else 0, f"不是有效的 TOML：{bad}") from None
        self.text = text
        self._lines: dict[tuple[str, int, str], int] = {}
        self._index(text)

    def _index(self, text: str) -> None:
        block, counts = ("", 0), dict[str, int]()
        for number, line in enumerate(text.splitlines(), start=1):
            header = _HEADER.match(line)
            if header is not None:
                name = header[2]
                block = (name, counts.get(name, 0))
                counts[name] = block[1] + 1
                self._lines.setdefault((*block, ""), number)
                continue
            key = _KEY.match(line)
            if key is not None:
                self._lines.setdefault((*block, key[1]), number)

    def line(self, header: str, position: int = 0, key: str = "") -> int:
        """The line of a key in a block, else of the block, else 1."""
        return self._lines.get((header, position, key)) or self._lines.get((header, position, "")) or 1

    def blocks(self, header: str) -> list[Block]:
        """Every [[header]] of the file, in order."""
        found = self.data.get(header, [])
        if not isinstance(found, list):
            raise PackError(self.shown, self.line(header), f"{header} 应写作 [[{header}]]")
        return [Block(self, header, number, values) for number, values in enumerate(found)]

    def block(self, header: str) -> Block | None:
        """The one [header] of the file."""
        found = self.data.get(header)
        if found is None:
            return None
        if not isinstance(found, dict):
            raise PackError(self.shown, self.line(header), f"{header} 应写作 [{header}]")
        return Block(self, header, 0, found)

    def top(self, sections: tuple[str, ...]) -> Block:
        """The keys before the first header; any section that is not named is refused."""
        plain = {}
        for name, value in self.data.items():
            records = value if isinstance(value, list) else [value]
            if not any(isinstance(record, dict) for record in records):
                plain[name] = value
            elif name not in sections:
                raise PackError(self.shown, self.line(name), f"没有 {name} 这种段落")
        return Block(self, "", 0, plain)


class Block:
    """The keys of one block, each taken once with its type; what was not taken by the end is unknown."""

    def __init__(self, source: Source, header: str, position: int, values: Mapping[str, Any]) -> None:
        self.source = source
        self.header = header
        self.position = position
        self.values = values
        self._taken: set[str] = set()

    def error(self, message: str, key: str = "") -> PackError:
        return PackError(self.source.shown, self.source.line(self.header, self.position, key), message)

    def where(self, key: str = "") -> str:
        return f"{self.source.shown}:{self.source.line(self.header, self.position, key)}"

    def has(self, key: str) -> bool:
        return key in self.values

    def _take(self, key: str, kind: type, what: str, default: Any) -> Any:
        self._taken.add(key)
        if key not in self.values:
            if default is ...:
                raise self.error(f"缺少 {key}")
            return default
        value = self.values[key]
        if type(value) is not kind:
            raise self.error(f"{key} 应为{what}", key)
        return value

    def text(self, key: str, default: Any = ...) -> str:
        value: str = self._take(key, str, "文本", default)
        if key in self.values and not value.strip() and key != "unit":
            raise self.error(f"{key} 不能为空", key)
        return value

    def text_or_none(self, key: str) -> str | None:
        return self.text(key) if self.has(key) else None

    def flag(self, key: str, default: bool = False) -> bool:
        value: bool = self._take(key, bool, " true 或 false", default)
        return value

    def whole(self, key: str, default: Any = ...) -> int:
        value: int = self._take(key, int, "整数", default)
        return value

    def day(self, key: str) -> date:
        value: date = self._take(key, date, "日期", ...)
        return value

    def day_or_none(self, key: str) -> date | None:
        return self.day(key) if self.has(key) else None

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        found = self._take(key, list, "文本列表", None)
        if found is None:
            return default
        if not all(type(item) is str for item in found):
            raise self.error(f"{key} 应为文本列表", key)
        return tuple(found)

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """An inline table of texts, in its order."""
        found = self._take(key, dict, "键值表", None)
        if found is None:
            return ()
        if not all(type(value) is str for value in found.values()):
            raise self.error(f"{key} 的每个值应为文本", key)
        return tuple(found.items())

    def raw(self, key: str) -> Any:
        self._taken.add(key)
        return self.values.get(key)

    def rest(self) -> dict[str, str]:
        """What is left, as the named arguments of a kind: texts, flags and lists of texts."""
        args: dict[str, str] = {}
        for key, value in self.values.items():
            if key in self._taken:
                continue
            self._taken.add(key)
            if type(value) is bool:
                args[key] = "true" if value else "false"
            elif type(value) is str:
                args[key] = value
            elif isinstance(value, list) and all(type(item) is str for item in value):
                args[key] = ",".join(value)
            else:
                raise self.error(f"{key} 应为文本、列表或 true/false", key)
        return args

    def done(self) -> None:
        for key in self.values:
            if key not in self._taken:
                raise self.error(f"没有 {key} 这一项", key)
