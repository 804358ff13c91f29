"""The key file on disk: JSON with a checksum, so that damage is told apart from a wrong password."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caseworker.errors import EnvironmentFault, FaultKind
from caseworker.store.atomic import write_atomically
from caseworker.store.canonical import canonical
from caseworker.store.faults import translated

FORMAT = 1
_SIZE_LIMIT = 1 << 20
_MEMORY_LIMIT_KIB = 1 << 20  # a forged file must not make us take all memory


@dataclass(frozen=True, slots=True)
class Cost:
    """argon2id's parameters: passes over the memory, memory in KiB, lanes."""

    passes: int
    memory_kib: int
    lanes: int

    def as_json(self) -> dict[str, int]:
        return {"passes": self.passes, "memory_kib": self.memory_kib, "lanes": self.lanes}


@dataclass(frozen=True, slots=True)
class Wrap:
    """The data key sealed for one login; `cost` is None in the recovery wrap, whose login is empty."""

    login: str
    cost: Cost | None
    salt: bytes
    nonce: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class KeyFile:
    office_id: str
    recovery: Wrap
    wraps: tuple[Wrap, ...]

    def wrap_of(self, login: str) -> Wrap | None:
        return next((wrap for wrap in self.wraps if wrap.login == login), None)


def write_key_file(path: Path, file: KeyFile) -> None:
    content: dict[str, Any] = {
        "format": FORMAT,
        "office": file.office_id,
        "recovery": _wrap_json(file.recovery),
        "logins": [_wrap_json(wrap) for wrap in file.wraps],
    }
    content["sum"] = _sum(content)
    with translated(path):
        write_atomically(path, json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8"))


def read_key_file(path: Path) -> KeyFile:
    """EnvironmentFault MISSING, CORRUPT or NEWER_FILE where it cannot be read."""
    with translated(path), path.open("rb") as source:
        data = source.read(_SIZE_LIMIT + 1)
    try:
        content = json.loads(data.decode("utf-8"))
        form = content["format"]
        if type(form) is int and form > FORMAT:
            raise EnvironmentFault(
                FaultKind.NEWER_FILE,
                f"密钥文件“{path.name}”的格式是 {form}，本机程序只认识到 {FORMAT}。请先升级本机程序。",
            )
        if len(data) > _SIZE_LIMIT or form != FORMAT or content.pop("sum") != _sum(content):
            raise ValueError("checksum")
        wraps = tuple(_wrap(item) for item in content["logins"])
        return KeyFile(_text(content["office"]), _wrap(content["recovery"]), wraps)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EnvironmentFault(
            FaultKind.CORRUPT,
            f"密钥文件“{path.name}”已损坏，数据文件暂时打不开（不是密码错误）。请用备份里的同名密钥文件替换它，再打开。",
        ) from error


def _sum(content: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()


def _wrap_json(wrap: Wrap) -> dict[str, Any]:
    return {
        "login": wrap.login,
        "cost": None if wrap.cost is None else wrap.cost.as_json(),
        "salt": base64.b64encode(wrap.salt).decode(),
        "nonce": base64.b64encode(wrap.nonce).decode(),
        "key": base64.b64encode(wrap.sealed).decode(),
    }


def _wrap(item: Any) -> Wrap:
    cost = None if item["cost"] is None else _cost(item["cost"])
    salt, nonce, sealed = (base64.b64decode(item[name], validate=True) for name in ("salt", "nonce", "key"))
    if len(salt) != 16 or len(nonce) != 12 or len(sealed) != 48:
        raise ValueError("lengths")
    return Wrap(_text(item["login"]), cost, salt, nonce, sealed)


def _cost(item: Any) -> Cost:
    cost = Cost(item["passes"], item["memory_kib"], item["lanes"])
    if not all(type(part) is int for part in (cost.passes, cost.memory_kib, cost.lanes)):
        raise ValueError("cost")
    in_range = 1 <= cost.passes <= 64 and 1 <= cost.lanes <= 64
    if not in_range or not 8 * cost.lanes <= cost.memory_kib <= _MEMORY_LIMIT_KIB:
        raise ValueError("cost")
    return cost


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value
