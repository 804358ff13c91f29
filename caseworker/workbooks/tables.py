"""Any table of the desk, exported as it is shown."""

from __future__ import annotations

from collections.abc import Sequence

from caseworker.workbooks.book import build
from caseworker.workbooks.sheet import Column, Frame, Value


def table_workbook(
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Value]],
    *,
    unit_line: str = "",
    date_line: str = "",
    measure: str = "",
) -> bytes:
    """What a table shows as .xlsx bytes: a title, the columns with their types, live totals where a column asks.

    Values are str, int, date, Money or None, one a column; TypeError or ValueError where they do not fit.
    """
    frame = Frame(title=title, unit_line=unit_line, date_line=date_line, measure=measure)
    return build(frame, columns, rows)
