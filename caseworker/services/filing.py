"""归档: a case's whole file as one folder, with its list of contents and a manifest of hashes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from caseworker import __version__
from caseworker.documents.file_contents import FileContents, FiledItem, render
from caseworker.errors import Cancelled, InvalidInput, Refusal
from caseworker.services.base import record
from caseworker.services.filing_parts import FilePart, counted, parts_of, safe_name
from caseworker.services.rights import require
from caseworker.services.views import CaseDetail, Role
from caseworker.services.workflow import office_of
from caseworker.store.atomic import publish
from caseworker.store.faults import translated
from caseworker.store.models import Case

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

CONTENTS, MANIFEST, SUMS = "0 档案卷宗目录.pdf", "清单.json", "清单.sha256"
_UNFINISHED = ".未完成"

Progress = Callable[[int, int], None] | None
Cancel = Callable[[], bool] | None


@dataclass(frozen=True, slots=True)
class FiledCase:
    """Where the folder lies and what is in it."""

    path: Path
    files: int
    bytes: int
    manifest_sha256: str


class FilingService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def contents(self, case_id: int) -> bytes:
        """档案卷宗目录 as PDF: what lies in the case's file now."""
        with self._desk.file.read() as session:
            contents, _ = contents_of(self._desk, session, case_id)
            return render(replace(contents, practice=office_of(session).is_sample))

    def export(self, case_id: int, folder: Path, *, progress: Progress = None, cancelled: Cancel = None) -> FiledCase:
        """Writes the case's file below `folder`, whole or not at all; the log says that it left the office file.

        The folder holds people's data in clear: it goes where the clerk says and nowhere else. Refusal where one of
        that name is there already.
        """
        require(self._desk, Role.CASEWORKER, Role.REVIEWER, Role.HEAD)
        with self._desk.file.read() as session:
            case = record(session, Case, case_id, "办件")
            detail = self._desk.cases.get(case_id)
            parts = parts_of(self._desk, session, case, detail)
        _make_room(folder)
        target = folder / safe_name(f"{detail.number} {detail.party}")
        aside = target.with_name(f"{target.name}{_UNFINISHED}")
        with translated(target):
            if os.path.lexists(target):
                raise Refusal("already-there", f"“{target}”已经存在，没有覆盖。请另选一个文件夹，或先移走原来的。")
            if aside.is_dir() and not aside.is_symlink():
                shutil.rmtree(aside)
            elif os.path.lexists(aside):  # a file or a link: not what an export that was killed leaves
                raise Refusal("already-there", f"“{aside}”已经存在，又不是文件夹，没有动它。请先移走它再导出。")
            aside.mkdir()
            try:
                entries, items = self._write(aside, parts, progress, cancelled)
                self._put(aside / CONTENTS, self._contents(detail, items), CONTENTS, entries)
                manifest = self._manifest(detail, entries)
                self._put(aside / MANIFEST, manifest, MANIFEST, entries)
                sums = "".join(f"{entry['sha256']} *{entry['path']}\n" for entry in entries)
                (aside / SUMS).write_bytes(sums.encode("utf-8"))
                digest = hashlib.sha256(manifest).hexdigest()
                self._hand_out(case_id, aside, target, files=len(entries) + 1, sha256=digest)
            finally:
                shutil.rmtree(aside, ignore_errors=True)
        total = sum(entry["size"] for entry in entries) + len(sums.encode("utf-8"))
        return FiledCase(target, len(entries) + 1, total, digest)

    def _hand_out(self, case_id: int, aside: Path, target: Path, **words: Any) -> None:
        """The folder gets its name and the log its entry, both or neither."""
        try:
            with self._desk.file.write(self._desk.actor, "case.export") as work:
                work.subject("case", case_id)
                work.detail(**words)
                publish(aside, target)
        except BaseException:
            shutil.rmtree(target, ignore_errors=True)  # nothing was there before us
            raise

    def _write(
        self, aside: Path, parts: list[FilePart], progress: Progress, cancelled: Cancel
    ) -> tuple[list[dict[str, Any]], list[FiledItem]]:
        entries: list[dict[str, Any]] = []
        items: list[FiledItem] = []
        for done, part in enumerate(parts):
            if cancelled is not None and cancelled():
                raise Cancelled
            if progress is not None:
                progress(done, len(parts))
            data = part.data()
            (aside / part.folder).mkdir(exist_ok=True)
            self._put(aside / part.folder / part.name, data, f"{part.folder}/{part.name}", entries)
            items.append(counted(part, data))
        if progress is not None:
            progress(len(parts), len(parts))
        return entries, items

    @staticmethod
    def _put(path: Path, data: bytes, name: str, entries: list[dict[str, Any]]) -> None:
        path.write_bytes(data)
        entries.append({"path": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()})

    def _contents(self, detail: CaseDetail, items: list[FiledItem]) -> bytes:
        with self._desk.file.read() as session:
            practice = office_of(session).is_sample
            return render(replace(_listed(self._desk, session, detail, items), practice=practice))

    def _manifest(self, detail: CaseDetail, entries: list[dict[str, Any]]) -> bytes:
        """The head of the log beside the hashes: what was recorded of the case by then is fixed with it."""
        rows = self._desk.audit.page(limit=1)
        head = rows.rows[0].seq if rows.rows else 0
        words = {
            "case": detail.number,
            "party": detail.party,
            "policy": detail.policy,
            "clause": detail.clause,
            "made_at": self._desk.clock.now().isoformat(),
            "made_by": self._desk.user.name,
            "program": __version__,
            "log_entries": head,
            "files": entries,
        }
        return json.dumps(words, ensure_ascii=False, indent=1).encode("utf-8")


def contents_of(desk: Desk, session: Session, case_id: int) -> tuple[FileContents, Case]:
    """What lies in the case's file now, every file counted."""
    case = record(session, Case, case_id, "办件")
    detail = desk.cases.get(case_id)
    items = [counted(part, part.data()) for part in parts_of(desk, session, case, detail)]
    return _listed(desk, session, detail, items), case


def _listed(desk: Desk, session: Session, detail: CaseDetail, items: list[FiledItem]) -> FileContents:
    step = next((step.name for step in detail.steps if step.id == detail.step), detail.step)
    return FileContents(
        office=office_of(session).name,
        party=detail.party,
        case_number=detail.number,
        clause=f"{detail.clause_number} {detail.clause_title}",
        accepted=detail.as_of,
        status=f"{step}、{detail.status_name}",
        day=desk.clock.today(),
        made_by=desk.user.name,
        items=tuple(items),
    )


def _make_room(folder: Path) -> None:
    """The folder that the clerk named, made where it does not exist; what is wrong with it names it."""
    with translated(folder):
        if folder.exists() and not folder.is_dir():
            raise InvalidInput(f"“{folder}”是一个文件，不是文件夹。请另选一个文件夹。")
        folder.mkdir(parents=True, exist_ok=True)


def check(folder: Path) -> tuple[str, ...]:
    """What is wrong with an exported file: altered, missing or added files, in words; none means whole."""
    sums = folder / SUMS
    with translated(folder):
        if not sums.is_file():
            raise Refusal("no-manifest", f"“{folder}”中没有{SUMS}，不是导出的卷宗。")
        wanted = _sums(sums)
        found = {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path != sums
        }
    return tuple(
        [f"缺少文件：{name}" for name in wanted if name not in found]
        + [f"文件被改动：{name}" for name, digest in wanted.items() if found.get(name, digest) != digest]
        + [f"多出文件：{name}" for name in found if name not in wanted]
    )


def _sums(path: Path) -> dict[str, str]:
    """File -> digest. Refusal where it is no list of sums: it was altered itself, so that nothing can be said."""
    wanted: dict[str, str] = {}
    for line in path.read_bytes().decode("utf-8", errors="replace").splitlines():
        digest, _, name = line.partition(" *")
        if not re.fullmatch("[0-9a-f]{64}", digest) or not name:
            raise Refusal("no-manifest", f"“{path.name}”已被改动，读不出校验值，不能核对。这个卷宗不可信，请重新导出。")
        wanted[name] = digest
    if not wanted:
        raise Refusal("no-manifest", f"“{path.name}”是空的，不能核对。这个卷宗不可信，请重新导出。")
    return wanted
