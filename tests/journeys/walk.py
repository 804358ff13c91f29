"""One case from the door to the archive on the services, each step looked at before the next; for any clause."""

from __future__ import annotations

import csv
import json
import shutil
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from services.case_bench import DATONG, PASSWORD, ROLES, XUNWU, CaseBench, make_bench
from services.clause_dossiers import policy_of

from caseworker.errors import Refusal
from caseworker.services.desk import open_desk
from caseworker.services.filing import check
from caseworker.services.fund_program import FundYearView
from caseworker.services.views import InstalmentView, NoticeView
from caseworker.values.clock import SetClock
from caseworker.values.money import Money

START = date(2023, 6, 1)
HEAD = ("收款人户名", "收款人账号", "交易金额", "处理状态", "失败原因", "交易日期")


def yuan(text: str) -> Money:
    return Money.parse(text)


def make_template(folder: Path) -> Path:
    """An office as founded, closed again: every journey works on its own copy."""
    made = make_bench(folder, START)
    for year in range(2023, 2028):
        made["head"].programs.fund.set_budget(DATONG, year, yuan("20000000"), f"同财预〔{year}〕1号")
    made.clerk.close()
    return folder


def open_copy(template: Path, folder: Path, day: date = START, *, copy: bool = True) -> CaseBench:
    """Every user's desk over a copy of the template; `copy` false: over the office that lies in the folder already."""
    if copy:
        shutil.copytree(template, folder, dirs_exist_ok=True)
    clock = SetClock(day)
    first = open_desk(folder / "office.caseworker", "admin", PASSWORD, clock=clock)
    desks = {"admin": first} | {login: first.switch(login, PASSWORD) for login in ROLES if login != "admin"}
    return CaseBench(desks, clock)


def picture() -> bytes:
    """A scan of one grey pixel, as png."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")


@dataclass(frozen=True)
class Filed:
    """A case that came to its end: what it paid, when, and the folder it lies in."""

    case: int
    number: str
    amount: Money
    decided_on: date
    paid_on: date | None
    folder: Path
    instalments: tuple[InstalmentView, ...]

    @property
    def files(self) -> list[str]:
        """Every file but the manifest, by its path in the folder."""
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file())

    @property
    def manifest(self) -> dict[str, object]:
        found = json.loads((self.folder / "清单.json").read_text(encoding="utf-8"))
        assert isinstance(found, dict)
        return found

    def holds(self, *words: str) -> None:
        """For each of the words one file that has it in its path."""
        for word in words:
            assert [path for path in self.files if word in path], (word, self.files)


class Walk:
    """Takes cases of one office through their steps; `folder` takes scans, return files and filed cases."""

    def __init__(self, bench: CaseBench, folder: Path) -> None:
        self.bench = bench
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.scan = folder / "扫描件.png"
        self.scan.write_bytes(picture())
        self._files = 0
        self._tried: set[str] = set()

    def first(self, what: str) -> bool:
        """Whether it is the office's first time: a way that is shut is tried once an office, not every time."""
        new = what not in self._tried
        self._tried.add(what)
        return new

    @property
    def today(self) -> date:
        return self.bench.clock.today()

    def on(self, day: date) -> None:
        """The office comes to a later day."""
        assert day >= self.today
        self.bench.clock.set_day(day)

    def fund(self, policy: str, year: int | None = None) -> tuple[Money, Money]:
        """(committed, paid) of a year, this one where none is given."""
        view = self.year(policy, year)
        return view.committed, view.paid

    def year(self, policy: str, year: int | None = None) -> FundYearView:
        view = self.bench.clerk.programs.fund.year(policy, year or self.today.year)
        assert view is not None
        assert view.left == view.budget - view.committed - view.paid
        return view

    def instalments(self, case: int) -> list[tuple[int, str, str, str]]:
        """(number, amount, day, state) of every one that a decision made."""
        rows = self.bench.clerk.cases.get(case).instalments
        return [(row.number, str(row.amount), str(row.due_on), row.state) for row in rows]

    # ---- the steps -------------------------------------------------------------------------

    def taken_in(self, party: int, clause: str) -> int:
        case = self.bench.clerk.cases.accept(party, policy_of(clause), clause)
        detail = self.bench.clerk.cases.get(case)
        assert (detail.step, detail.status, detail.as_of) == ("acceptance", "open", self.today)
        assert detail.number.startswith(f"{'XK' if clause.startswith('xw') else 'DT'}-{self.today.year}-")
        return case

    def verified(self, case: int) -> None:
        """Without its papers it goes no further; with every original seen and the first scanned it does."""
        self.bench.go(case, ("clerk", "verify"))
        if self.first("no papers"):
            with pytest.raises(Refusal, match="材料“"):
                self.bench.go(case, ("clerk", "papers-complete"))
        self.bench.tick_all(case)
        paper = self.bench.clerk.cases.get(case).papers[0]
        self.bench.clerk.cases.attach(case, paper.id, self.scan)
        assert self.bench.go(case, ("clerk", "papers-complete")).step == "calculation"

    def calculated(self, case: int, amount: str) -> None:
        view = self.bench.clerk.cases.calculation(case)
        assert view.missing == ()
        assert view.result is not None
        assert (str(view.amount), view.result["eligible"]) == (amount, True), view.result["conditions"]
        self.bench.go(case, ("clerk", "calculated"))
        self.bench.settle_findings(case)

    def reviewed(self, case: int, reviewer: str = "reviewer") -> str:
        """Proposed and reviewed; the step that it comes to (notice, or decision where the office holds none)."""
        self.bench.go(case, ("clerk", "propose"))
        for login in ("clerk", "head") if self.first("review by the wrong one") else ():
            with pytest.raises(Refusal):
                self.bench.go(case, (login, "review-pass"))
        detail = self.bench.go(case, (reviewer, "review-pass"))
        assert (detail.proposer, detail.reviewer) == ("经一", self.bench[reviewer].user.name)
        return detail.step

    def shown(self, *cases: int) -> NoticeView:
        """Published today, over on D + 7 (公示期不少于 7 天; 寻乌's offices keep the same by default), printed."""
        return self.shown_for(7, *cases)

    def shown_for(self, days: int, *cases: int) -> NoticeView:
        notice = self.bench.clerk.notices.publish(cases)
        assert (notice.first_day, notice.last_day) == (self.today, self.today + timedelta(days=days))
        self.bench.clerk.documents.make("public-notice", notice_id=notice.id)
        return notice

    def over(self, notice: NoticeView) -> None:
        """Not a day before its last."""
        if self.first("notice closed early"):
            self.on(notice.last_day - timedelta(days=1))
            with pytest.raises(Refusal, match="公示"):
                self.bench.clerk.notices.close(notice.id)
        self.on(notice.last_day)
        assert self.bench.clerk.notices.close(notice.id, "无异议").state == "closed"

    def granted(self, case: int, amount: str, login: str = "head") -> InstalmentView:
        """Decided by the head; from now on the fund is bound by the amount, and by it alone."""
        detail = self.bench.clerk.cases.get(case)
        committed, paid = self.fund(detail.policy)
        self.bench.settle_findings(case)  # what came up since, such as another company's case
        detail = self.bench.go(case, (login, "decide-grant"))
        assert (detail.step, detail.head) == ("payment", self.bench[login].user.name)
        (due,) = (one for one in detail.instalments if one.state == "due")
        assert (str(due.amount), due.due_on) == (amount, self.today)
        assert all(one.state == "planned" for one in detail.instalments if one.id != due.id)
        assert self.fund(detail.policy) == (committed + due.amount, paid)
        return due

    def ordered(self, case: int, due: InstalmentView) -> int:
        """Letter and calculation sheet made, the seal used, the finance bureau's list made; gives the batch."""
        desk = self.bench.clerk
        policy = desk.cases.get(case).policy
        if self.first("paid without a seal"):
            with pytest.raises(Refusal, match="尚未用印"):
                desk.payments.order(policy, [due.id])
            for kind in ("application-form", "calculation"):
                desk.documents.make(kind, case_id=case)
        self.bench.seal_letter(case)
        batch = desk.payments.order(policy, [due.id])
        assert (batch.lines, batch.total, batch.made_on) == (1, due.amount, self.today)
        if self.first("ordered twice"):
            with pytest.raises(Refusal, match="已经报拨款"):
                desk.payments.order(policy, [due.id])
        listed = desk.documents.make("payment-list", payment_batch_id=batch.id)
        path = desk.documents.export(listed.id, self.folder / f"拨付{batch.id}.xlsx")
        rows = load_workbook(path).worksheets[0].iter_rows(values_only=True)
        cells = {str(cell).removesuffix(".0") for row in rows for cell in row if cell}
        (line,) = desk.returns.lines(batch.id)
        figure = str(due.amount).removesuffix("0").removesuffix(".0")
        assert {line.payee, line.account_number} <= cells
        assert figure in cells, (figure, cells)
        return batch.id

    def return_file(self, batch: int, outcome: str = "成功", reason: str = "") -> Path:
        """What the bank sends back on every payment of a batch, of this day."""
        self._files += 1
        path = self.folder / f"回盘{self._files}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(HEAD)
            for line in self.bench.clerk.returns.lines(batch):
                rows.writerow((line.payee, line.account_number, str(line.amount), outcome, reason, self.today))
        return path

    def paid(self, case: int, due: InstalmentView, batch: int) -> None:
        """The bank's file is read in and agrees: what was bound is paid now, of the year it fell due in."""
        detail = self.bench.clerk.cases.get(case)
        assert due.due_on is not None
        committed, paid = self.fund(detail.policy, due.due_on.year)
        taken = self.bench.clerk.returns.take(batch, self.return_file(batch))
        assert [(row.match, row.settled_as) for row in taken.rows] == [("matched", "paid")]
        assert self.fund(detail.policy, due.due_on.year) == (committed - due.amount, paid + due.amount)
        assert self.bench.clerk.payments.get(batch).state == "settled"
        with pytest.raises(Refusal):
            self.bench.clerk.payments.order(detail.policy, [due.id])

    def archived(self, case: int) -> Filed:
        """Filed where it ended, and its whole file written to a folder that is sound."""
        detail = self.bench.go(case, ("clerk", "archive"))
        assert detail.step == "archive"
        filed = self.bench.clerk.filing.export(case, self.folder / "卷宗")
        assert check(filed.path) == ()
        decided = [row.office_date for row in detail.log if row.move.startswith("决定")]
        payed = [row.due_on for row in detail.instalments if row.state == "paid"]
        made = Filed(
            case,
            detail.number,
            sum((row.amount for row in detail.instalments if row.state == "paid"), Money.zero()),
            decided[-1] if decided else detail.as_of,
            payed[0] if payed else None,
            filed.path,
            detail.instalments,
        )
        assert filed.files == len(made.files)
        assert (made.manifest["case"], made.manifest["party"]) == (detail.number, detail.party)
        made.holds("0 档案卷宗目录.pdf", "清单.json", "清单.sha256", "4 办理经过/办理经过.txt")
        return made

    # ---- the whole way ---------------------------------------------------------------------

    def to_payment(self, party: int, clause: str, amount: str) -> tuple[int, InstalmentView]:
        """From the door to the head's decision."""
        policy = policy_of(clause)
        before = self.fund(policy)
        case = self.taken_in(party, clause)
        self.verified(case)
        self.calculated(case, amount)
        if self.reviewed(case) == "notice":
            self.over(self.shown(case))
            self.bench.go(case, ("clerk", "notice-done"))
        assert self.fund(policy) == before, "nothing is bound before the head decides"
        return case, self.granted(case, amount)

    def whole(self, party: int, clause: str, amount: str) -> Filed:
        """From the door to the archive, paid."""
        printed = ("申请表", "测算表") if "paid without a seal" not in self._tried else ()
        case, due = self.to_payment(party, clause, amount)
        self.paid(case, due, self.ordered(case, due))
        filed = self.archived(case)
        assert (str(filed.amount), filed.paid_on) == (amount, self.today)
        filed.holds(*(*printed, "决定书", "拨付明细表", "2 申报材料/01-1", "3 测算/初审意见1（封存的测算）.json"))
        with_notice = policy_of(clause) == DATONG or self.bench.clerk.office().notice_days != 0
        assert with_notice == any("公示" in path for path in filed.files)
        return filed

    def refused(self, party: int, clause: str) -> str:
        """A claim that comes to nothing: the sentence that stops it. It is withdrawn and filed."""
        case = self.taken_in(party, clause)
        self.verified(case)
        try:
            self.bench.go(case, ("clerk", "calculated"))  # refused where the facts of another claim are missing
        except Refusal as refused:
            why = refused.message
        else:
            self.bench.settle_findings(case)
            with pytest.raises(Refusal) as stopped:
                self.bench.go(case, ("clerk", "propose"))
            why = stopped.value.message
        self.bench.go(case, ("clerk", "withdraw", "不符合条件，申请人撤回"))
        detail = self.bench.go(case, ("clerk", "archive"))
        assert (detail.step, detail.status, detail.instalments) == ("archive", "withdrawn", ())
        return why

    def end(self) -> None:
        """The log is whole, and nothing of the office waits for money."""
        ok, words = self.bench.clerk.audit.verify()
        assert ok, words
        for policy in (XUNWU, DATONG):
            for view in self.bench.clerk.programs.fund.years(policy):
                assert view.committed == Money.zero(), view
        assert not self.bench.clerk.payments.due()


def told(rows: tuple[InstalmentView, ...]) -> list[tuple[int, str, str, str]]:
    return [(row.number, str(row.amount), str(row.due_on), row.state) for row in rows]


def yearly(walk: Walk, party: int, year: int, figures: Mapping[str, object]) -> None:
    """A year's figures come in, with the paper they stand on."""
    for name, value in figures.items():
        walk.bench.clerk.dossiers.set_fact(party, name, value, walk.today, "年度报表", year=year)
