"""Workbooks beside those of the register of documents: lists of people, the summary, the fund's course, the ledger.

They show the records of the moment and are not kept: they go where the clerk says, and the log says that they did.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services.ledger_rows import LedgerRows, fund_rows, people_sheets, summary_lines
from caseworker.services.rights import require
from caseworker.services.views import Role
from caseworker.store.atomic import PART, publish
from caseworker.store.faults import translated
from caseworker.workbooks import book, ledgers, people
from caseworker.workbooks.sheet import Column, ColumnKind, Frame, Table, Value, chinese_date

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

Progress = Callable[[int, int], None] | None
Cancel = Callable[[], bool] | None

__all__ = ["KINDS", "ColumnKind", "SavedWorkbook", "ShownColumn", "WorkbookService"]

KINDS = {
    "people": "人员名单",
    "summary": "资金汇总表",
    "fund": "预算执行表",
    "ledger": "办件台账",
}
_OF_POLICY = frozenset({"summary", "fund"})


@dataclass(frozen=True, slots=True)
class SavedWorkbook:
    """`rows` of all `sheets` together."""

    path: Path
    sheets: tuple[str, ...]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column of a list as the window shows it. `number`: whole numbers; `money`: amounts, added up."""

    title: str
    kind: ColumnKind = ColumnKind.TEXT


class WorkbookService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def kinds(self) -> tuple[tuple[str, str], ...]:
        return tuple(KINDS.items())

    def save(
        self,
        kind: str,
        path: Path,
        *,
        policy: str = "",
        year: int | None = None,
        batch_id: int | None = None,
        case_id: int | None = None,
        full_numbers: bool = False,
        progress: Progress = None,
        cancelled: Cancel = None,
    ) -> SavedWorkbook:
        """Writes a workbook, whole or not at all.

        people: of one payment batch or one case, a sheet for each case; ID numbers masked unless `full_numbers`, which
        the log names. summary, fund: of a policy and a year of its fund. ledger: every case, or those of a policy or
        taken in in a year. InvalidInput with every problem at once; Refusal where there is nothing to write.
        """
        require(self._desk, Role.CASEWORKER, Role.REVIEWER, Role.HEAD)
        self._check(kind, policy, year, batch_id, case_id)
        about: dict[str, Any] = {"kind": kind, "policy": policy, "year": year, "batch": batch_id, "case": case_id}
        if kind == "people":
            about["full_numbers"] = full_numbers
        with self._desk.file.read() as session:
            if kind == "people":
                sheets = people_sheets(self._desk, session, batch_id, case_id, full_numbers)
                tables = tuple(people.people_table(sheet) for sheet in sheets)
            elif kind == "summary":
                tables = ledgers.summary_tables(
                    self._about(policy), year or 0, summary_lines(session, self._desk.packs, policy, year or 0)
                )
            elif kind == "fund":
                tables = ledgers.fund_tables(self._about(policy), fund_rows(self._desk, policy, year))
            else:
                name = f"{self._title(policy)}办件台账" + ("" if year is None else f"（{year}年受理）")
                rows = LedgerRows(session, self._desk.packs, policy or None, year)
                tables = (ledgers.ledger_table(self._about(policy), name, rows),)
            return self._write(tables, path, about, progress, cancelled)

    def save_table(
        self,
        title: str,
        columns: Sequence[ShownColumn],
        rows: Iterable[Sequence[Value]],
        path: Path,
        *,
        progress: Progress = None,
        cancelled: Cancel = None,
    ) -> SavedWorkbook:
        """A list of the window as it is shown: its columns and rows, numbers masked as they are there."""
        require(self._desk, Role.CASEWORKER, Role.REVIEWER, Role.HEAD, Role.SEAL_KEEPER, Role.ADMINISTRATOR)
        office = self._desk.office()
        frame = Frame(title=title, unit_line=f"填报单位：{office.name}", date_line=chinese_date(office.today))
        made = [Column(column.title, column.kind, total=column.kind is ColumnKind.MONEY) for column in columns]
        table = Table(frame, made, list(rows))  # asked for by pages: held, so that both times they are the same
        return self._write((table,), path, {"kind": "table", "title": title}, progress, cancelled)

    # ---- inside ----------------------------------------------------------------------------

    def _check(self, kind: str, policy: str, year: int | None, batch_id: int | None, case_id: int | None) -> None:
        problems = []
        if kind not in KINDS:
            problems.append(Problem("kind", f"没有这种表，可选：{'、'.join(KINDS)}。"))
        if kind == "people" and (batch_id is None) == (case_id is None):
            problems.append(Problem("batch_id", "请指定一个拨付批次或一个办件。"))
        if policy and self._desk.packs.get(policy) is None:
            problems.append(Problem("policy", "政策库中没有这项政策。"))
        if kind in _OF_POLICY and not policy:
            problems.append(Problem("policy", "请选择政策。"))
        if kind in _OF_POLICY and year is None:
            problems.append(Problem("year", "请填写年度。"))
        if year is not None and not 2000 <= year <= 2100:
            problems.append(Problem("year", "年度应在 2000 至 2100 之间。"))
        if problems:
            raise InvalidInput("报表条件有误。", tuple(problems))

    def _title(self, policy: str) -> str:
        return self._desk.packs[policy].title if policy else ""

    def _about(self, policy: str) -> ledgers.About:
        office = self._desk.office()
        return ledgers.About(office.name, office.today, self._title(policy), self._desk.user.name)

    def _write(
        self, tables: Sequence[Table], path: Path, about: dict[str, Any], progress: Progress, cancelled: Cancel
    ) -> SavedWorkbook:
        part = path.with_name(path.name + PART)
        try:
            with translated(path):
                with part.open("wb") as out:
                    rows = book.write(tables, out, progress, cancelled)
                    out.flush()
                    os.fsync(out.fileno())
                with part.open("rb") as written:
                    digest = hashlib.file_digest(written, "sha256").hexdigest()
            if not rows:
                raise Refusal("nothing-there", "没有可以导出的内容。")
            with self._desk.file.write(self._desk.actor, "workbook.export") as work:
                work.subject("office", self._desk.file.office_id)
                work.detail(rows=rows, sha256=digest, **{key: value for key, value in about.items() if value})
                with translated(path):
                    publish(part, path)
        finally:
            with translated(path):
                part.unlink(missing_ok=True)
        return SavedWorkbook(path, tuple(table.frame.sheet_name or table.frame.title for table in tables), rows, digest)
