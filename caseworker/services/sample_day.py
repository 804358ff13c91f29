"""The sample office's day: two companies' papers from the door to the finance bureau's workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from caseworker.sample_data import SampleCase
from caseworker.services.desk import Desk
from caseworker.services.sample import MadeSample, make_sample
from caseworker.services.views import DocumentRow, Role
from caseworker.values.clock import Clock

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SampleDay:
    """What the day left behind: the office, its cases, the files written."""

    sample: MadeSample
    case_ids: tuple[int, ...]
    files: tuple[Path, ...]

    @contextmanager
    def desk(self, role: Role = Role.CASEWORKER) -> Iterator[Desk]:
        desk = self.sample.open(role)
        try:
            yield desk
        finally:
            desk.close()


def run_day(
    out: Path, *, people: int = 600, seed: int = 1, say: Say = lambda _: None, clock: Clock | None = None
) -> SampleDay:
    """Makes the sample office below `out` and carries its two cases through; the documents are written to `out`."""
    out.mkdir(parents=True, exist_ok=True)
    sample = make_sample(out / "演示机构", people, seed, clock)
    say(f"{sample.path.relative_to(out)}：演示机构（加密），用户和密码见 {sample.readme.relative_to(out)}")
    day = _Day(sample, out, say, clock)
    try:
        case_ids = tuple(day.take_in(case) for case in sample.cases)
        day.review(case_ids)
        day.publish_and_wait(case_ids)
        day.decide(case_ids)
        day.seal()
        day.pay()
    finally:
        day.close()
    return SampleDay(sample, case_ids, tuple(day.files))


class _Day:
    """One open office, handed from user to user."""

    def __init__(self, sample: MadeSample, out: Path, say: Say, clock: Clock | None) -> None:
        self._sample = sample
        self._out = out
        self._say = say
        self._desk = sample.open(Role.CASEWORKER, clock)
        self.files: list[Path] = []

    def close(self) -> None:
        self._desk.close()

    def _as(self, role: Role) -> Desk:
        user = self._sample.user(role)
        if self._desk.user.login != user.login:
            self._desk = self._desk.switch(user.login, user.password)
        return self._desk

    def take_in(self, case: SampleCase) -> int:
        """The clerk's morning: workbooks in, case accepted, papers sighted, calculated, proposed."""
        desk = self._as(Role.CASEWORKER)
        party_id, folder = self._sample.parties[case.company], self._sample.folders[case.company]
        for kind, name in desk.imports.kinds():
            file = folder / f"{name}.xlsx"
            if not file.is_file():  # not every company hands in every kind
                continue
            taken = desk.imports.take(kind, file, party_id, good_rows_only=False)
            self._say(f"导入{name} {taken.rows_taken} 行：{folder.name}")
        case_id = desk.cases.accept(party_id, case.policy, case.clause)
        self._move(case_id, "verify")
        for paper in desk.cases.get(case_id).papers:
            scan = folder / "扫描件" / f"{paper.id}.png"
            if scan.is_file():
                desk.cases.attach(case_id, paper.id, scan)
        for paper in desk.cases.get(case_id).papers:
            if paper.applies:
                desk.cases.tick(case_id, paper.id, version=paper.version, original=True, copy=True, seal=True)
        self._move(case_id, "papers-complete")
        detail = desk.cases.get(case_id)
        view = desk.cases.calculation(case_id)
        amount = "未完成" if view.amount is None else f"{view.amount.shown()} 元"
        self._say(f"{detail.number} {detail.party} {detail.clause_title}：测算 {amount}")
        self._move(case_id, "calculated")
        self._move(case_id, "propose")
        return case_id

    def review(self, case_ids: tuple[int, ...]) -> None:
        self._as(Role.REVIEWER)
        for case_id in case_ids:
            self._move(case_id, "review-pass")

    def publish_and_wait(self, case_ids: tuple[int, ...]) -> None:
        """A notice a policy; then the practice date goes on to the end of the last of them."""
        desk = self._as(Role.CASEWORKER)
        policies = {desk.cases.get(case_id).policy for case_id in case_ids}
        notices = []
        for policy in sorted(policies):
            waiting = [row.id for row in desk.notices.waiting(policy)]
            notices.append(desk.notices.publish(waiting))
        for notice in notices:
            self._save(desk, desk.documents.make("public-notice", notice_id=notice.id))
        desk.set_practice_date(max(notice.last_day for notice in notices))
        for notice in notices:
            desk.notices.close(notice.id, note="公示期内无异议。")
        for case_id in case_ids:
            self._move(case_id, "notice-done")

    def decide(self, case_ids: tuple[int, ...]) -> None:
        desk = self._as(Role.HEAD)
        desk.set_practice_date(desk.clock.today() + timedelta(days=1))
        for case_id in case_ids:
            self._move(case_id, "decide-grant")
        desk = self._as(Role.CASEWORKER)
        for case_id in case_ids:
            for kind in ("application-form", "calculation"):
                self._save(desk, desk.documents.make(kind, case_id=case_id))
            desk.documents.make("decision", case_id=case_id)

    def seal(self) -> None:
        desk = self._as(Role.SEAL_KEEPER)
        password = self._sample.user(Role.SEAL_KEEPER).password
        seal = desk.documents.seals()[0]
        for letter in desk.documents.page(kind="decision", limit=1000).rows:
            if not letter.sealed:
                self._save(desk, desk.documents.seal(letter.id, seal.id, password))

    def pay(self) -> None:
        desk = self._as(Role.CASEWORKER)
        by_policy: dict[str, list[int]] = {}
        for instalment, case in desk.payments.due():
            by_policy.setdefault(case.policy, []).append(instalment.id)
        for policy, instalments in sorted(by_policy.items()):
            batch = desk.payments.order(policy, instalments)
            self._save(desk, desk.documents.make("payment-list", payment_batch_id=batch.id))
        whole, words = desk.audit.verify()
        self._say(words if whole else f"日志核对不通过：{words}")

    def _move(self, case_id: int, move: str) -> None:
        self._desk.cases.move(case_id, move, version=self._desk.cases.get(case_id).version)

    def _save(self, desk: Desk, row: DocumentRow) -> None:
        name, _, _ = desk.documents.data(row.id)
        path = desk.documents.export(row.id, self._out / name)
        self.files.append(path)
        what = f"{row.kind_name}，{row.party}" if row.party else row.kind_name
        self._say(f"{path.name}：{what}{'（已用印）' if row.sealed else ''}")
