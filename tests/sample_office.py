"""The sample office made once a test run and copied for every test that writes to it, with real workbooks and scans."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from caseworker.sample_data import Manifest
from caseworker.sample_data import make_sample as write_hand_ins
from caseworker.services.desk import Desk
from caseworker.services.sample import MadeSample, make_sample
from caseworker.services.sample_day import SampleDay, run_day
from caseworker.services.views import Role
from caseworker.values.clock import SetClock

PEOPLE, SEED = 500, 1
_kept: dict[str, object] = {}  # one for the whole run, whichever folder's tests ask first


@dataclasses.dataclass(frozen=True)
class Sample:
    """A test's own copy of the sample office. `clock` is the instant's clock; the law's date is the practice date."""

    made: MadeSample
    clock: SetClock

    @contextmanager
    def desk(self, role: Role = Role.CASEWORKER) -> Iterator[Desk]:
        desk = self.made.open(role, self.clock)
        try:
            yield desk
        finally:
            desk.close()

    def switched(self, desk: Desk, role: Role) -> Desk:
        user = self.made.user(role)
        return desk.switch(user.login, user.password)


def new_clock() -> SetClock:
    return SetClock(date(2023, 6, 1))


@pytest.fixture(scope="session")
def made_sample(tmp_path_factory: pytest.TempPathFactory) -> MadeSample:
    """Not to be written to: `sample` is."""
    if "made" not in _kept:
        _kept["made"] = make_sample(tmp_path_factory.mktemp("made") / "演示", PEOPLE, SEED, new_clock())
    made = _kept["made"]
    assert isinstance(made, MadeSample)
    return made


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """What stands in the hand-in workbooks, with paths of a folder of its own."""
    if "manifest" not in _kept:
        _kept["manifest"] = write_hand_ins(tmp_path_factory.mktemp("hand-ins"), PEOPLE, SEED)
    found = _kept["manifest"]
    assert isinstance(found, Manifest)
    return found


@pytest.fixture(scope="session")
def whole_day(tmp_path_factory: pytest.TempPathFactory) -> SampleDay:
    """The sample office after its day. Not to be written to: `after_day` is."""
    if "day" not in _kept:
        _kept["day"] = run_day(tmp_path_factory.mktemp("day"), people=PEOPLE, seed=SEED, clock=new_clock())
    day = _kept["day"]
    assert isinstance(day, SampleDay)
    return day


@pytest.fixture
def sample(made_sample: MadeSample, tmp_path: Path) -> Sample:
    return Sample(_copied(made_sample, tmp_path / "演示"), new_clock())


@pytest.fixture
def after_day(whole_day: SampleDay, tmp_path: Path) -> Sample:
    return Sample(_copied(whole_day.sample, tmp_path / "演示"), new_clock())


def _copied(made: MadeSample, to: Path) -> MadeSample:
    shutil.copytree(made.path.parent, to)

    def moved(path: Path) -> Path:
        return to / path.relative_to(made.path.parent)

    return dataclasses.replace(
        made,
        path=moved(made.path),
        hand_ins=moved(made.hand_ins),
        readme=moved(made.readme),
        folders={key: moved(folder) for key, folder in made.folders.items()},
    )
