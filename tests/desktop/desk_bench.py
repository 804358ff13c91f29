"""One test's own copy of the sample office, and how to wait for a window to be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from caseworker.desktop.context import PracticeHint
from caseworker.desktop.operations import Runner
from caseworker.desktop.window import Window
from caseworker.services import Desk, Role, open_desk
from caseworker.services.sample import SAMPLE_USERS, MadeSample, SampleUser

WAIT_MS = 20_000
Settle = Callable[[Runner], None]
OpenWindow = Callable[[Role], Window]


def user_of(role: Role) -> SampleUser:
    return next(user for user in SAMPLE_USERS if role in user.roles)


@dataclass(frozen=True)
class Office:
    path: Path
    made: MadeSample

    def party(self, key: str) -> int:
        return self.made.parties[key]

    def hand_in(self, company: str, name: str) -> Path:
        return self.path.parent / self.made.folders[company].relative_to(self.made.path.parent) / name

    def open(self, role: Role) -> Desk:
        user = user_of(role)
        return open_desk(self.path, user.login, user.password)

    @property
    def hint(self) -> PracticeHint:
        return tuple((user.login, user.name, user.role_names(), user.password) for user in SAMPLE_USERS)


def tick_everything(desk: Desk, case_id: int) -> None:
    """Every paper that the case wants, with every mark it wants."""
    for paper in desk.cases.get(case_id).papers:
        if paper.applies:
            desk.cases.tick(
                case_id,
                paper.id,
                version=paper.version,
                original=paper.wants_original or None,
                copy=paper.wants_copy or None,
                seal=paper.wants_seal or None,
            )


def take_in(desk: Desk, company: int, *, to: str = "acceptance") -> int:
    """A case of 寻乌's seat award, taken in and moved to a step of the caseworker's own."""
    case_id = desk.cases.accept(company, "xunwu-2022-59", "xw-1-new")
    for move in ("verify", "papers-complete", "calculated"):
        detail = desk.cases.get(case_id)
        if detail.step == to:
            break
        if move == "papers-complete":
            tick_everything(desk, case_id)
        detail = desk.cases.get(case_id)
        desk.cases.move(case_id, move, version=detail.version)
    assert desk.cases.get(case_id).step == to
    return case_id
