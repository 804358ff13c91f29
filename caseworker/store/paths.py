"""What lies on disk for one office: the database and, beside it, what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SUFFIX = ".caseworker"


@dataclass(frozen=True, slots=True)
class OfficePaths:
    """Every path of the office whose database is `database` (`NAME.caseworker`)."""

    database: Path

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
