"""What lies on disk for one office: the database and, beside it, what belongs to it."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from caseworker.errors import InvalidInput

SUFFIX = ".caseworker"


@dataclass(frozen=True, slots=True)
class OfficePaths:
    """Every path of the office whose database is `database` (`NAME.caseworker`)."""

    database: Path

    def __post_init__(self) -> None:
        if not self.database.name:  # "", ".", "/": nothing can lie beside it
            raise InvalidInput(f"请写明机构文件的名称（以 {SUFFIX} 结尾），不能只写文件夹。")

    def _beside(self, what: str) -> Path:
        return self.database.with_name(f"{self.database.name}-{what}")

    @property
    def keys(self) -> Path:
        return self._beside("keys")

    @property
    def lock(self) -> Path:
        return self._beside("lock")

    @property
    def high_water(self) -> Path:
        return self._beside("high")

    @property
    def attachments(self) -> Path:
        return self._beside("attachments")

    @property
    def backups(self) -> Path:
        return self._beside("backups")

    @property
    def policies(self) -> Path:
        """The office's own policy packs."""
        return self._beside("policies")


def default_marks() -> Path:
    """The user's own folder of high-water marks: %LOCALAPPDATA% on Windows, else XDG's data folder."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "Caseworker" / "marks"


def mark_of(marks: Path, office_id: str) -> Path:
    """The mark of one office: by its id, wherever its file lies and however it is called."""
    return marks / f"{hashlib.sha256(office_id.encode('utf-8')).hexdigest()[:32]}.json"
