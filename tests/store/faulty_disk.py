"""Run in a process of its own by test_store_faults.py: does one thing on a small or read-only disk, says what came.

Prints one line of JSON: {"kind": ..., "message": ...} of the EnvironmentFault, or {"kind": null}.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path

from caseworker.errors import EnvironmentFault
from caseworker.store.models import Party
from caseworker.store.office_file import FAST_COST, Actor, OfficeFile, open_office_file
from caseworker.values.clock import SetClock

ACTOR = Actor(7, "wang", frozenset({"caseworker"}))


def opened(folder: Path) -> OfficeFile:
    clock = SetClock(date(2023, 11, 20))
    return open_office_file(folder / "office.caseworker", "wang", sys.argv[3], clock=clock, host="PC-1", cost=FAST_COST)


def fill(folder: Path) -> None:
    """Leaves no byte of the disk free."""
    with (folder / "filler").open("wb", buffering=0) as filler:
        for size in (1 << 16, 1 << 10, 1):
            try:
                while filler.write(b"\0" * size) == size:
                    pass
            except OSError:
                continue


def limit(folder: Path) -> None:
    """No file may grow past the largest there is: what RLIMIT_FSIZE does to a write at COMMIT."""
    import resource

    size = max(path.stat().st_size for path in folder.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def write(office: OfficeFile, rows: int) -> None:
    with office.write(ACTOR, "dossier.create") as work:
        for number in range(rows):
            work.session.add(Party(kind="company", name=f"公司{number}" * 100, initials="x"))


def act(what: str, folder: Path) -> None:
    if what == "open":
        opened(folder).close()
        return
    office = opened(folder)
    try:
        if what == "insert":
            fill(folder)
            write(office, 3000)
        elif what == "commit":
            fill(folder)
            write(office, 1)
        elif what == "commit-limited":
            limit(folder)
            write(office, 2000)
        elif what == "attachment":
            fill(folder)
            office.attachments.put(os.urandom(200_000))
        elif what == "backup":
            fill(folder)
            office.backup_now()
        elif what == "password":
            fill(folder)
            office.set_password("wang", "another one")
        else:
            raise ValueError(what)
    finally:
        (folder / "filler").unlink(missing_ok=True)
        if what != "commit-limited":
            write(office, 1)  # works again once there is room
            if not office.verify_audit().ok:
                raise RuntimeError("the chain is broken")
        office.close()


try:
    act(sys.argv[1], Path(sys.argv[2]))
except EnvironmentFault as fault:
    print(json.dumps({"kind": fault.kind, "message": fault.message}))
else:
    print(json.dumps({"kind": None, "message": ""}))
