"""The 补录 workbook without any office: the empty one, and a filled one read back."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path
from typing import Any

from caseworker.intake.prior import read_prior
from caseworker.intake.prior_template import prior_template
from caseworker.policy import Packs
from caseworker.services.prior_terms import prior_terms
from caseworker.values.money import Money


def empty_workbook(packs: Packs) -> bytes:
    """The template for all clauses of these packs."""
    return prior_template(prior_terms(packs))


def read_workbook_file(path: Path, packs: Packs) -> dict[str, Any]:
    """What stands in a filled workbook as plain JSON values. InvalidInput where it is not this workbook at all."""
    read = read_prior(path, prior_terms(packs))
    return {
        "grants": [_plain(row) for row in read.grants],
        "fund": [_plain(row) for row in read.funds],
        "numbers": [_plain(row) for row in read.numbers],
        "problems": [_plain(row) for row in read.problems],
        "skipped": [_plain(row) for row in read.skipped],
    }


def _plain(row: Any) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for field in dataclasses.fields(row):
        value = getattr(row, field.name)
        if isinstance(value, Money):
            value = str(value)
        elif isinstance(value, date):
            value = value.isoformat()
        shown[field.name] = value
    return shown
