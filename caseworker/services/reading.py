"""Reading a workbook without any office: what `caseworker read` prints."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from caseworker.errors import EnvironmentFault, InvalidInput
from caseworker.intake import ColumnMapping, Kind, read_workbook


def read_file(
    kind: str, path: Path, *, sheet: str | None = None, mapping: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The sheet as plain JSON values: rows, rejected, skipped.

    InvalidInput when the file cannot be read at all, also where it is missing or held by another program.
    """
    try:
        wanted = Kind(kind)
    except ValueError:
        raise InvalidInput(f"没有“{kind}”这种导入。", code="unknown-kind") from None
    chosen = None if mapping is None else ColumnMapping.from_json(wanted, mapping)
    try:
        return read_workbook(wanted, path, mapping=chosen, sheet=sheet).to_json()
    except EnvironmentFault as fault:
        raise InvalidInput(fault.message, code=fault.code) from None
