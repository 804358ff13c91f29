"""The high-water file: how far the chain and the document numbers had come, kept outside the database.

A database whose tail was cut off, or that was replaced by an older one, is whole in itself; only something beside it
can tell. The file carries a MAC, so that it cannot be set back without the data key. A second copy of it, the own
mark, lies in the user's data folder: a backup put back with all that lies beside it brings its old file along.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from caseworker.store.atomic import publish, stage
from caseworker.store.audit import Head
from caseworker.store.canonical import canonical

_LIMIT = 1 << 20
_KINDS = {
    "decision": "决定书",
    "inquiry": "协查函",
    "notice": "公示",
    "payment-batch": "拨付批次",
    "seal-use": "用印登记",
    "service": "服务事项",
}
_CASE = "case-"  # and the policy's letters, as in XK-2023-0001
Numbers = Mapping[tuple[str, int], int]  # (document kind, year) -> last number given


@dataclass(frozen=True, slots=True)
class HighWater:
    office_id: str
    head: Head
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class NumberGap:
    """Numbers of one kind and year that were given, but that the opened database does not know."""

    kind: str
    year: int
    first: int
    last: int

    @property
    def words(self) -> str:
        """As the office calls them; the machine's name only for a kind of a newer program."""
        if self.kind.startswith(_CASE):
            kind = f"办件编号 {self.kind.removeprefix(_CASE)}"
        else:
            kind = _KINDS.get(self.kind, self.kind)
        span = f"{self.first}" if self.first == self.last else f"{self.first}–{self.last}"
        year = f" {self.year} 年" if self.year else ""  # what is counted through all years has none
        return f"{kind}{year} {span} 号"


@dataclass(frozen=True, slots=True)
class HighWaterGap:
    """The database lies behind, or beside, what was once committed.

    `problem`: behind (older or cut off), diverged (other entries at the same place), missing or damaged (the file).
    """

    problem: str
    recorded: HighWater | None
    present: Head
    numbers: tuple[NumberGap, ...]

    @property
    def message(self) -> str:
        if self.recorded is None:
            cause = "缺失" if self.problem == "missing" else "已损坏或不属于本单位"
            return f"旁边的高水位文件{cause}，无法判断数据文件是不是最新的一份。在负责人确认之前，文号暂停使用。"
        lost = self.recorded.head.count - self.present.count
        if self.problem == "behind":
            text = f"数据文件不是最新的一份：比最后一次保存少 {lost} 条操作记录（可能恢复了较早的备份）。"
        else:
            text = f"数据文件与最后一次保存的不是同一份：第 {self.recorded.head.count} 条操作记录的指纹不符。"
        listed = "；".join(gap.words for gap in self.numbers)
        numbers = f"已用过而本文件没有的编号：{listed}。" if listed else ""
        return f"{text}{numbers}在逐项核对并确认之前，文号暂停使用。"


def stage_high_water(path: Path, mac_key: bytes, mark: HighWater) -> Path:
    """Writes the mark under a temporary name, so that a full disk is found out before COMMIT. Raises OSError."""
    content = _content(mark)
    signed = {**content, "mac": _mac(mac_key, content)}
    return stage(path, json.dumps(signed, ensure_ascii=False, sort_keys=True, indent=1).encode("utf-8"))


def write_high_water(path: Path, mac_key: bytes, mark: HighWater) -> None:
    """Raises OSError."""
    publish(stage_high_water(path, mac_key, mark), path)


def write_own_mark(path: Path, mac_key: bytes, mark: HighWater) -> None:
    """Also makes the user's folder of marks. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_high_water(path, mac_key, mark)


def read_high_water(path: Path, mac_key: bytes, office_id: str) -> HighWater | None:
    """The mark, or None where the file is damaged, forged or another office's. Raises OSError, also where missing."""
    with path.open("rb") as source:
        data = source.read(_LIMIT)
    try:
        content = json.loads(data.decode("utf-8"))
        mac = content.pop("mac")
        if not hmac.compare_digest(mac, _mac(mac_key, content)) or content["office"] != office_id:
            return None
        numbers = {(str(kind), int(year)): int(last) for kind, year, last in content["numbers"]}
        return HighWater(office_id, Head(int(content["count"]), str(content["hash"])), numbers)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def higher(*marks: HighWater | None) -> HighWater | None:
    """The mark that reaches furthest, with the highest number of each kind of any of them; the first among equals."""
    there = [mark for mark in marks if mark is not None]
    if not there:
        return None
    furthest = max(there, key=lambda mark: mark.head.count)
    numbers: dict[tuple[str, int], int] = {}
    for mark in there:
        for key, last in mark.numbers.items():
            numbers[key] = max(last, numbers.get(key, 0))
    return HighWater(furthest.office_id, furthest.head, numbers)


def compare(recorded: HighWater, present: Head, hash_at_recorded: str | None, numbers: Numbers) -> HighWaterGap | None:
    """The gap between the mark and the opened database, or None.

    `hash_at_recorded` is the hash of the database's entry number `recorded.head.count`. A database ahead of the mark
    is well if it contains the mark's head: the machine stopped between COMMIT and the writing of the file.
    """
    behind = present.count < recorded.head.count
    if not behind and (recorded.head.count == 0 or hash_at_recorded == recorded.head.hash):
        return None
    gaps = tuple(
        NumberGap(kind, year, numbers.get((kind, year), 0) + 1, last)
        for (kind, year), last in sorted(recorded.numbers.items())
        if last > numbers.get((kind, year), 0)
    )
    return HighWaterGap("behind" if behind else "diverged", recorded, present, gaps)


def _content(mark: HighWater) -> dict[str, object]:
    return {
        "office": mark.office_id,
        "count": mark.head.count,
        "hash": mark.head.hash,
        "numbers": [[kind, year, last] for (kind, year), last in sorted(mark.numbers.items())],
    }


def _mac(key: bytes, content: Mapping[str, object]) -> str:
    return hmac.new(key, canonical(content), hashlib.sha256).hexdigest()
