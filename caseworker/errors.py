"""The three families of expected failure, each a Chinese sentence a clerk can act on.

Whatever is not one of these is a bug: it goes to the log, never to the clerk as a traceback.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was handed in: where (dotted path or field name) and what (Chinese)."""

    path: str
    message: str


class CaseworkerError(Exception):
    """An expected failure. `code` is stable English for machines, `message` Chinese for clerks."""

    exit_status = 1

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Refusal(CaseworkerError):
    """The program's rules forbid the act: wrong role, wrong step, four eyes, notice not over."""

    exit_status = 1


class EditConflict(Refusal):
    """The record changed since it was read. `mine` and `theirs` map field to shown value."""

    def __init__(self, message: str, mine: dict[str, str], theirs: dict[str, str]) -> None:
        super().__init__("edit-conflict", message)
        self.mine = mine
        self.theirs = theirs


class InvalidInput(CaseworkerError):
    """What was handed in cannot be used. `problems` names every one of them at once."""

    exit_status = 2

    def __init__(self, message: str, problems: tuple[Problem, ...] = (), code: str = "invalid-input") -> None:
        super().__init__(code, message)
        self.problems = problems


class Cancelled(CaseworkerError):
    """The clerk cancelled long work; nothing of it was kept."""

    def __init__(self) -> None:
        super().__init__("cancelled", "已取消，未保存任何内容。")


class FaultKind(StrEnum):
    DISK_FULL = "disk-full"
    READ_ONLY = "read-only"
    LOCKED = "locked"  # the database is busy in another process
    HELD = "held"  # another desk holds the office: the message names host, user and time
    CORRUPT = "corrupt"
    NOT_A_DATABASE = "not-a-database"
    WRONG_PASSWORD = "wrong-password"
    NEWER_FILE = "newer-file"
    MISSING = "missing"
    IN_USE = "in-use"  # a file is open in Excel, WPS or a viewer
    TOO_LONG = "path-too-long"
    OTHER = "io"


class EnvironmentFault(CaseworkerError):
    """The machine, the disk, the file or the key is at fault, not the clerk's input and not our code."""

    exit_status = 3

    def __init__(self, kind: FaultKind, message: str) -> None:
        super().__init__(kind.value, message)
        self.kind = kind
