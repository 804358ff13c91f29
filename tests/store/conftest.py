"""A real office file on disk for each test, made with the fast key cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from caseworker.store import keys
from caseworker.store.engine import raw_connection
from caseworker.store.models import Party, Person
from caseworker.store.office_file import FAST_COST, Actor, OfficeFile, create_office_file, open_office_file
from caseworker.store.paths import OfficePaths
from caseworker.values.clock import SetClock

LOGIN, PASSWORD = "wang", "落日-horse-battery"


@dataclass
class Bench:
    """An office on disk and what a test does to it."""

    paths: OfficePaths
    clock: SetClock
    recovery_key: str
    actor: Actor = field(default_factory=lambda: Actor(7, LOGIN, frozenset({"caseworker", "head"})))

    def open(self, **options: Any) -> OfficeFile:
        return open_office_file(
            self.paths.database, LOGIN, PASSWORD, clock=self.clock, **{"host": "PC-1", "cost": FAST_COST, **options}
        )

    def raw(self) -> Any:
        """A keyed connection past all of the program, in autocommit. Close it (it is a context manager here)."""
        key = keys.unlock(self.paths.keys, LOGIN, PASSWORD)
        return closing(raw_connection(self.paths.database, key.derive("database")))

    def sql(self, *statements: str) -> None:
        """Tampers: runs SQL with the append-only triggers and references out of the way."""
        with self.raw() as connection:
            connection.execute("PRAGMA foreign_keys = OFF")
            triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in triggers:
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(statement)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(date(2023, 11, 20))


@pytest.fixture
def bench(tmp_path: Path, clock: SetClock) -> Bench:
    path = tmp_path / "desk" / "office.caseworker"
    path.parent.mkdir()
    recovery = create_office_file(path, office_id="office-1", logins={LOGIN: PASSWORD}, clock=clock, cost=FAST_COST)
    return Bench(OfficePaths(path), clock, recovery)


@pytest.fixture
def office(bench: Bench) -> Iterator[OfficeFile]:
    opened = bench.open()
    yield opened
    opened.close()


def party(name: str = "晨光数据标注有限公司", **values: Any) -> Party:
    return Party(kind="company", name=name, initials="cgsjbz", **values)


def person(name: str, id_number: str) -> Person:
    return Person(name=name, initials="x", id_kind="resident", id_number=id_number)


@pytest.fixture
def add_party(bench: Bench) -> Callable[[OfficeFile, str], int]:
    def add(office: OfficeFile, name: str) -> int:
        with office.write(bench.actor, "dossier.create", reason="登记") as work:
            record = party(name)
            work.session.add(record)
            work.session.flush()
            work.subject("party", record.id)
            return int(record.id)

    return add
