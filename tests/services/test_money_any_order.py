"""Decide, pay, send back, order again, recover, undo, end: in whatever order, never above the cap and never twice."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from services.case_bench import DATONG, DT, XUNWU, CaseBench, make_bench
from services.clause_dossiers import CLAUSES
from sqlalchemy import func, select

from caseworker.errors import CaseworkerError, Refusal
from caseworker.services.case_awards import party_grants, person_grants
from caseworker.services.recoveries import RecoveryForm
from caseworker.store.models import Instalment, PaymentLine, Recovery
from caseworker.values.money import Money

TRADE = "xw-14-service-trade"
CAP = Money.parse(200_000)  # a year
ZERO = Money.zero()
HALF_YEAR = [202212, 202301, 202302, 202303, 202304, 202305]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, date(2023, 6, 1))
    yield made
    made.clerk.close()


OFTEN = {"do_claim": 4, "do_order": 6, "do_paid": 6, "do_receive": 4, "do_end": 1}  # others: 2


class Walk:
    """One company with 40 million dollars in 2023, and every act on its money that any user may try."""

    def __init__(self, bench: CaseBench, folder: Path, seed: int) -> None:
        self.bench, self.folder, self.chance = bench, folder, random.Random(seed)
        made = CLAUSES[TRADE][0](bench)
        made.year(2023, recognized_usd="40000000")
        self.party, self.files = made.party, 0
        self.done: Counter[str] = Counter()
        bench.settings(notice_days=0)

    def step(self) -> None:
        acts = [name for name in dir(self) if name.startswith("do_")]
        act = self.chance.choices(acts, [OFTEN.get(name, 2) for name in acts])[0]
        try:
            getattr(self, act)()
            self.done[act] += 1
        except CaseworkerError:
            pass  # refused: whatever was refused must have changed nothing that counts
        self.check()

    def one(self, state: str) -> Instalment:
        with self.bench.clerk.file.read() as session:
            found = session.scalars(select(Instalment).where(Instalment.state == state)).all()
        if not found:
            raise Refusal("none", "没有")
        return self.chance.choice(found)

    # ---- acts ------------------------------------------------------------------------------

    def do_claim(self) -> None:
        case = self.bench.to_proposal(self.party, XUNWU, TRADE)
        self.bench.go(case, ("clerk", "propose"), ("reviewer", "review-pass"), ("head", "decide-grant"))
        self.bench.seal_letter(case)

    def do_order(self) -> None:
        self.bench.clerk.payments.order(XUNWU, [self.one("due").id])

    def do_order_again(self) -> None:
        key = self.one("returned").id
        self.bench["second"].payments.order(XUNWU, [key], same_account_reason="已与企业核对")

    def do_order_what_is_out(self) -> None:
        self.bench.clerk.payments.order(XUNWU, [self.one(self.chance.choice(("ordered", "paid", "ended"))).id])

    def _file(self, outcome: str) -> int:
        with self.bench.clerk.file.read() as session:
            lines = session.scalars(select(PaymentLine).where(PaymentLine.state != "returned")).all()
            if not lines:
                raise Refusal("none", "没有")
            line = self.chance.choice(lines)
        self.files += 1
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = f"第{self.files}份"
        sheet.append(["收款人户名", "收款人账号", "交易金额", "处理状态", "失败原因", "交易日期"])
        today = self.bench.clock.today().isoformat()
        sheet.append([line.account_name, line.account_number, str(line.amount), outcome, "账号不符", today])
        path = self.folder / f"回盘-{self.files}.xlsx"
        book.save(path)
        return self.bench.clerk.returns.take(line.batch_id, path).id

    def do_paid(self) -> None:
        self._file("成功")

    def do_sent_back(self) -> None:
        self._file("退票")

    def do_take_a_file_back(self) -> None:
        self.bench.clerk.returns.void(self.chance.randint(1, max(1, self.files)), "读错了")

    def do_recover(self) -> None:
        paid = self.chance.choice(self.bench.clerk.recoveries.payable(self.party) or (None,))
        if paid is not None:
            amount = self.chance.choice((paid.left, Money.parse(1), paid.left + Money.parse("0.01")))
            due = self.bench.clock.today() + timedelta(days=9)
            self.bench["head"].recoveries.order(RecoveryForm(paid.instalment_id, amount, "多付", due))

    def do_receive(self) -> None:
        rows = self.bench.clerk.recoveries.page(state="ordered").rows
        if rows:
            row = self.chance.choice(rows)
            amount = self.chance.choice((row.left, Money.parse("0.01")))
            self.bench.clerk.recoveries.receive(row.id, amount, self.bench.clock.today())

    def do_undo_receipt(self) -> None:
        self.bench["head"].recoveries.undo_receipt(self.chance.randint(1, 6), "没有收到")

    def do_end(self) -> None:
        rows = self.bench.clerk.cases.page(status="open").rows
        if rows:
            self.bench.go(self.chance.choice(rows).id, ("head", "terminate", "企业放弃"))

    # ---- what must hold --------------------------------------------------------------------

    def check(self) -> None:
        with self.bench.clerk.file.read() as session:
            granted = party_grants(session, self.party, XUNWU, TRADE, None).total_in(2023)
            out = session.scalar(select(func.sum(PaymentLine.amount)).where(PaymentLine.state != "returned")) or ZERO
            back = session.scalar(select(func.sum(Recovery.received)).where(Recovery.state != "voided")) or ZERO
            open_lines = session.scalars(select(PaymentLine.instalment_id).where(PaymentLine.state != "returned")).all()
            states = session.execute(select(Instalment.state, func.sum(Instalment.amount)).group_by(Instalment.state))
            sums = {row[0]: row[1] for row in states}
        assert ZERO <= granted <= CAP
        assert out - back <= CAP, "money on its way or paid, less what came back"
        assert len(open_lines) == len(set(open_lines)), "one payment of an instalment at a time"
        fund = self.bench.clerk.programs.fund.year(XUNWU, 2023)
        assert fund is not None
        assert fund.committed == sum((sums.get(one, ZERO) for one in ("due", "ordered", "returned")), ZERO)
        assert fund.paid == sums.get("paid", ZERO) - back
        assert granted == fund.committed + fund.paid


@pytest.mark.parametrize("seed", [1, 5])
def test_a_random_walk_over_a_year_s_cap(bench: CaseBench, tmp_path: Path, seed: int) -> None:
    walk = Walk(bench, tmp_path, seed)
    for _ in range(50):
        walk.step()
    for act in ("do_claim", "do_order", "do_paid", "do_sent_back", "do_receive"):
        assert walk.done[act], f"{act} was always refused: the walk shows nothing"


def test_a_receipt_is_not_undone_from_under_what_was_granted_in_its_room(bench: CaseBench) -> None:
    party = bench.dt_company(people=1, months=HALF_YEAR)
    bench.pay(bench.to_payment(party, DATONG, DT))
    (paid,) = bench.clerk.recoveries.payable(party)
    (share,) = paid.people
    due = bench.clock.today() + timedelta(days=9)
    form = RecoveryForm(paid.instalment_id, paid.left, "材料不实", due, {share.person_id: share.amount})
    row = bench["head"].recoveries.order(form)
    bench.clerk.recoveries.receive(row.id, row.left, bench.clock.today())
    bench["head"].recoveries.undo_receipt(row.id, "对账有误")  # nothing was granted in between
    bench.clerk.recoveries.receive(row.id, row.left, bench.clock.today())
    # the same months of the same person are claimed anew, by another company
    other = bench.dt_company(people=0, name="大同市别家标注有限公司")
    bench.roster(other, 0, existing=[share.person_id])
    bench.months(other, HALF_YEAR)
    case = bench.to_payment(other, DATONG, DT)
    number = bench.clerk.cases.get(case).number
    with pytest.raises(Refusal, match=number) as refused:
        bench["head"].recoveries.undo_receipt(row.id, "对账有误")
    assert refused.value.code == "decisions-rest-on-it"

    def total() -> str:
        with bench.clerk.file.read() as session:
            found = person_grants(session, party, DATONG, DT, [share.person_id], None)
            return str(found[share.person_id].paid_total)

    assert total() == "2500.00"
    assert bench["head"].recoveries.undo_receipt(row.id, "款项确未到账", despite=True).state == "ordered"
    assert total() == "5000.00"
