"""回盘: matched payments move, what differs waits for a clerk, nothing is paid twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from services.case_bench import XUNWU, XW, CaseBench, make_bench
from services.clause_dossiers import CLAUSES
from sqlalchemy import select

from caseworker.errors import InvalidInput, Refusal
from caseworker.intake.bank_return import ReturnedRow
from caseworker.services.return_match import match_rows
from caseworker.services.return_views import ReturnView
from caseworker.services.views import PaymentBatchRow
from caseworker.store.models import Instalment, PaymentLine, PersonAward
from caseworker.values.money import Money

HEAD = ("收款人户名", "收款人账号", "交易金额", "处理状态", "失败原因", "交易日期")
NAMES = ("寻乌县甲客服有限公司", "寻乌县乙客服有限公司", "寻乌县丙客服（集团）有限公司")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, date(2023, 6, 1))
    yield made
    made.clerk.close()


@pytest.fixture
def batch(bench: CaseBench) -> PaymentBatchRow:
    """Three companies in one batch, 260, 150 and 110 seats: 780,000, 300,000 and 220,000 yuan."""
    due = []
    for name, seats in zip(NAMES, (260, 150, 110), strict=True):
        case = bench.to_payment(bench.xw_company(seats, name), XUNWU, XW)
        bench.seal_letter(case)
        due += [one.id for one in bench.clerk.cases.get(case).instalments if one.state == "due"]
    return bench.clerk.payments.order(XUNWU, due)


def day(bench: CaseBench) -> str:
    """The office's day, on which the batch went out."""
    return bench.clock.today().isoformat()


def accounts(bench: CaseBench, batch: PaymentBatchRow) -> dict[str, str]:
    return {line.payee: line.account_number for line in bench.clerk.returns.lines(batch.id)}


def book(path: Path, rows: Sequence[Sequence[object]], head: Sequence[str] = HEAD) -> Path:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    made.save(path)
    return path


def states(bench: CaseBench, batch: PaymentBatchRow) -> list[tuple[str, str]]:
    """(state of the line, state of its instalment), in the list's order."""
    with bench.clerk.file.read() as session:
        query = (
            select(PaymentLine.state, Instalment.state)
            .join(Instalment, Instalment.id == PaymentLine.instalment_id)
            .where(PaymentLine.batch_id == batch.id)
            .order_by(PaymentLine.id)
        )
        return [(row[0], row[1]) for row in session.execute(query)]


def batch_state(bench: CaseBench) -> str:
    return bench.clerk.payments.page().rows[0].state


def test_paid_sent_back_and_not_named(bench: CaseBench, batch: PaymentBatchRow, tmp_path: Path) -> None:
    number = accounts(bench, batch)
    file = book(
        tmp_path / "回盘.xlsx",
        [
            (NAMES[0], number[NAMES[0]], "780,000.00", "成功", None, day(bench)),
            (NAMES[1], number[NAMES[1]], 300000, "退票", "账号户名不符", day(bench)),
        ],
    )
    preview = bench.clerk.returns.preview(batch.id, file)
    assert (preview.count("matched", "paid"), preview.count("matched", "returned")) == (1, 1)
    assert [line.payee for line in preview.missing] == [NAMES[2]]
    assert states(bench, batch) == [("ordered", "ordered")] * 3, "a preview writes nothing"
    taken = bench.clerk.returns.take(batch.id, file)
    assert taken.open == 0
    assert states(bench, batch) == [("paid", "paid"), ("returned", "returned"), ("ordered", "ordered")]
    assert batch_state(bench) == "ordered"
    assert bench.clerk.returns.lines(batch.id)[1].return_reason == "账号户名不符"
    # what came back is due again, the rest is not
    (again,) = bench.clerk.payments.due()
    assert again[1].party == NAMES[1]
    second = bench.clerk.payments.order(XUNWU, [again[0].id], same_account_reason="已与企业核对")
    with pytest.raises(Refusal):
        bench.clerk.payments.order(XUNWU, [again[0].id])
    # the third arrives in another file, whose first row says again what is on record
    rest = book(
        tmp_path / "回盘2.xlsx",
        [
            (NAMES[0], number[NAMES[0]], 780000, "成功", None, day(bench)),
            ("寻乌县丙客服(集团)有限公司", number[NAMES[2]], 220000, "成功", None, day(bench)),
        ],
    )
    taken = bench.clerk.returns.take(batch.id, rest)
    assert [row.match for row in taken.rows] == ["repeat", "matched"]
    assert batch_state_of(bench, batch) == "settled"
    assert batch_state_of(bench, second) == "ordered"
    assert bench.clerk.audit.verify()[0]


def batch_state_of(bench: CaseBench, batch: PaymentBatchRow) -> str:
    return next(row.state for row in bench.clerk.payments.page().rows if row.id == batch.id)


def three_differing(bench: CaseBench, batch: PaymentBatchRow, folder: Path) -> ReturnView:
    """Another account, another amount, another payee's name, and a payment of nobody in the batch."""
    number = accounts(bench, batch)
    file = book(
        folder / "回盘.xlsx",
        [
            (NAMES[0], "9" * 16, 780000, "成功", None, day(bench)),
            (NAMES[1], number[NAMES[1]], "299,999.99", "成功", None, day(bench)),
            ("寻乌县别家有限公司", number[NAMES[2]], 220000, "退回", "户名不符", day(bench)),
            ("某某", "123456789", 1, "成功", None, day(bench)),
        ],
    )
    return bench.clerk.returns.take(batch.id, file)


def test_what_differs_moves_no_money_until_a_clerk_settles_it(
    bench: CaseBench, batch: PaymentBatchRow, tmp_path: Path
) -> None:
    taken = three_differing(bench, batch, tmp_path)
    assert states(bench, batch) == [("ordered", "ordered")] * 3
    assert [(row.match, row.open) for row in taken.rows] == [("differing", True)] * 3 + [("unknown", True)]
    for row, words in zip(
        taken.rows, ("账号不同", "金额不同：本批为 300,000.00 元", "户名不同", "没有这笔"), strict=True
    ):
        assert words in row.words
    with pytest.raises(Refusal) as waits:
        bench.clerk.payments.record_paid(batch.id, bench.clock.today())
    assert waits.value.code == "rows-open"
    settle = bench.clerk.returns.settle
    with pytest.raises(InvalidInput):
        settle(taken.rows[0].id, "paid", "  ")
    settle(taken.rows[0].id, "paid", "银行回单显示已入新账户，企业来函确认")
    with pytest.raises(Refusal) as twice:
        settle(taken.rows[0].id, "paid", "再来一次")
    assert twice.value.code == "row-settled"
    with pytest.raises(Refusal) as other:
        settle(taken.rows[1].id, "paid", "就按这个登记")
    assert other.value.code == "amount-differs", "299,999.99 is not the instalment"
    settle(taken.rows[1].id, "ignored", "金额不符，向银行查询")
    settle(taken.rows[2].id, "returned", "户名少字，银行退回")
    with pytest.raises(InvalidInput) as which:
        settle(taken.rows[3].id, "paid", "不知是谁")
    assert which.value.problems[0].path == "line_id"
    lines = bench.clerk.returns.lines(batch.id)
    with pytest.raises(Refusal) as done:
        settle(taken.rows[3].id, "paid", "就是第一笔", line_id=lines[0].id)
    assert done.value.code == "line-settled"
    settled = settle(taken.rows[3].id, "ignored", "与本批无关")
    assert settled.open == 0
    assert states(bench, batch) == [("paid", "paid"), ("ordered", "ordered"), ("returned", "returned")]
    bench.clerk.payments.record_paid(batch.id, bench.clock.today())
    assert states(bench, batch)[1:] == [("paid", "paid"), ("returned", "returned")], "what came back stays so"
    assert batch_state(bench) == "settled"


def test_one_payment_named_twice_is_not_paid_twice(bench: CaseBench, batch: PaymentBatchRow, tmp_path: Path) -> None:
    number = accounts(bench, batch)
    row = (NAMES[0], number[NAMES[0]], 780000, "成功", None, day(bench))
    taken = bench.clerk.returns.take(batch.id, book(tmp_path / "r.xlsx", [row, row]))
    assert [one.match for one in taken.rows] == ["matched", "differing"]
    assert "不止一次" in taken.rows[1].words


def test_a_payment_sent_back_after_it_was_paid(bench: CaseBench, batch: PaymentBatchRow, tmp_path: Path) -> None:
    number = accounts(bench, batch)
    one = (NAMES[0], number[NAMES[0]], 780000)
    bench.clerk.returns.take(batch.id, book(tmp_path / "1.xlsx", [(*one, "成功", None, day(bench))]))
    late = bench.clerk.returns.take(batch.id, book(tmp_path / "2.xlsx", [(*one, "退票", "账户已销户", day(bench))]))
    assert late.rows[0].match == "matched"
    assert states(bench, batch)[0] == ("returned", "returned")
    # a wrong file is taken back: the payment stands as the file before had it
    bench.clerk.returns.void(late.id, "读错了文件")
    assert states(bench, batch)[0] == ("paid", "paid")
    with pytest.raises(Refusal):
        bench.clerk.returns.void(late.id, "再撤一次")
    # said to be paid after it came back: nobody believes that unasked
    bench.clerk.returns.take(batch.id, book(tmp_path / "3.xlsx", [(*one, "退票", "账户已销户", day(bench))]))
    odd = bench.clerk.returns.take(batch.id, book(tmp_path / "4.xlsx", [(*one, "成功", "补发", day(bench))]))
    assert odd.rows[0].match == "differing"
    assert states(bench, batch)[0] == ("returned", "returned")


def test_a_payment_registered_without_a_file_stands_again(
    bench: CaseBench, batch: PaymentBatchRow, tmp_path: Path
) -> None:
    bench.clerk.payments.record_paid(batch.id, bench.clock.today())
    number = accounts(bench, batch)
    rows = [(NAMES[0], number[NAMES[0]], 780000, "退票", "销户", day(bench))]
    taken = bench.clerk.returns.take(batch.id, book(tmp_path / "1.xlsx", rows))
    assert states(bench, batch)[0] == ("returned", "returned")
    bench.clerk.returns.void(taken.id, "读错了")
    assert states(bench, batch) == [("paid", "paid")] * 3
    assert bench.clerk.returns.lines(batch.id)[0].paid_on == bench.clock.today()
    assert batch_state(bench) == "settled"


def test_taking_a_file_back_is_refused_once_the_money_was_ordered_anew(
    bench: CaseBench, batch: PaymentBatchRow, tmp_path: Path
) -> None:
    number = accounts(bench, batch)
    file = book(tmp_path / "1.xlsx", [(NAMES[0], number[NAMES[0]], 780000, "退票", "销户", day(bench))])
    taken = bench.clerk.returns.take(batch.id, file)
    with pytest.raises(Refusal) as repeat:
        bench.clerk.returns.take(batch.id, file)
    assert repeat.value.code == "already-imported"
    (again,) = bench.clerk.payments.due()
    bench.clerk.payments.order(XUNWU, [again[0].id], same_account_reason="已与企业核对")
    with pytest.raises(Refusal) as ordered:
        bench.clerk.returns.void(taken.id, "读错了")
    assert ordered.value.code == "ordered-again"
    assert states(bench, batch)[0] == ("returned", "ordered")


def test_a_file_that_spoke_twice_of_one_payment_is_taken_back_to_its_first_word(
    bench: CaseBench, batch: PaymentBatchRow, tmp_path: Path
) -> None:
    number = accounts(bench, batch)
    rows = [
        (NAMES[0], number[NAMES[0]], 780000, "成功", None, day(bench)),
        (NAMES[0], "9" * 16, 780000, "退票", "账号有误", day(bench)),
    ]
    taken = bench.clerk.returns.take(batch.id, book(tmp_path / "1.xlsx", rows))
    first = bench.clerk.returns.lines(batch.id)[0]
    bench.clerk.returns.settle(taken.rows[1].id, "returned", "同一笔，后退回", line_id=first.id)
    assert states(bench, batch)[0] == ("returned", "returned")
    bench.clerk.returns.void(taken.id, "不是本批的文件")
    assert states(bench, batch) == [("ordered", "ordered")] * 3, "neither paid nor sent back"


def test_a_later_file_is_taken_back_from_under_a_word_of_the_clerk_s(
    bench: CaseBench, batch: PaymentBatchRow, tmp_path: Path
) -> None:
    number = accounts(bench, batch)
    one = (NAMES[0], number[NAMES[0]], 780000)
    open_row = [
        ("别家", "9" * 16, 780000, "退票", "账号有误", day(bench)),
        (NAMES[1], number[NAMES[1]], 300000, "成功", None, day(bench)),
    ]
    earlier = bench.clerk.returns.take(batch.id, book(tmp_path / "1.xlsx", open_row))
    later = bench.clerk.returns.take(batch.id, book(tmp_path / "2.xlsx", [(*one, "成功", None, day(bench))]))
    first = bench.clerk.returns.lines(batch.id)[0]
    bench.clerk.returns.settle(earlier.rows[0].id, "returned", "银行来电：已退", line_id=first.id)
    bench.clerk.returns.void(later.id, "读错了")
    assert states(bench, batch)[0] == ("returned", "returned"), "the clerk's word stands"
    bench.clerk.returns.void(earlier.id, "也读错了")
    assert states(bench, batch)[0] == ("ordered", "ordered")


def test_money_sent_back_of_a_case_that_was_ended_since_stays_ended(
    bench: CaseBench, batch: PaymentBatchRow, tmp_path: Path
) -> None:
    """What was awarded may be claimed anew by then: it must not become owed again behind that."""
    number = accounts(bench, batch)
    file = book(tmp_path / "1.xlsx", [(NAMES[0], number[NAMES[0]], 780000, "退票", "销户", day(bench))])
    taken = bench.clerk.returns.take(batch.id, file)
    bench.go(bench.clerk.returns.lines(batch.id)[0].case_id, ("head", "terminate", "企业放弃"))
    with pytest.raises(Refusal) as ended:
        bench.clerk.returns.void(taken.id, "读错了")
    assert ended.value.code == "case-ended"
    assert states(bench, batch)[0] == ("returned", "ended")


def test_money_sent_back_after_its_case_was_ended_is_owed_no_more(bench: CaseBench, tmp_path: Path) -> None:
    made = CLAUSES["xw-6-hiring"][0](bench)
    case = bench.to_payment(made.party, XUNWU, "xw-6-hiring")
    paid = bench.clerk.payments.get(bench.pay(case))
    bench.go(case, ("head", "terminate", "企业注销"))

    def awards() -> set[str]:
        with bench.clerk.file.read() as session:
            return set(session.scalars(select(PersonAward.state)))

    assert awards() == {"paid"}
    (only,) = bench.clerk.returns.lines(paid.id)
    row = (only.payee, only.account_number, str(only.amount), "退票", "销户", day(bench))
    taken = bench.clerk.returns.take(paid.id, book(tmp_path / "1.xlsx", [row]))
    assert (states(bench, paid), awards()) == ([("returned", "ended")], {"ended"})
    bench.clerk.returns.void(taken.id, "读错了")
    assert (states(bench, paid), awards()) == ([("paid", "paid")], {"paid"})


def test_money_sent_back_after_its_case_was_filed_can_be_ordered_again(
    bench: CaseBench, batch: PaymentBatchRow, tmp_path: Path
) -> None:
    bench.clerk.payments.record_paid(batch.id, bench.clock.today())
    case = bench.clerk.returns.lines(batch.id)[0].case_id
    bench.go(case, ("clerk", "archive"))
    number = accounts(bench, batch)
    rows = [(NAMES[0], number[NAMES[0]], 780000, "退票", "销户", day(bench))]
    taken = bench.clerk.returns.take(batch.id, book(tmp_path / "1.xlsx", rows))
    detail = bench.clerk.cases.get(case)
    assert (detail.step, detail.status) == ("payment", "open")
    assert "款项退回：销户" in {move.reason for move in detail.log}
    ((due, _),) = bench.clerk.payments.due()
    with pytest.raises(Refusal):
        bench.go(case, ("clerk", "archive"))
    again = bench.clerk.payments.order(XUNWU, [due.id], same_account_reason="已与企业核对")
    bench.clerk.payments.record_paid(again.id, bench.clock.today())
    bench.go(case, ("clerk", "archive"))
    with pytest.raises(Refusal) as anew:
        bench.clerk.returns.void(taken.id, "读错了")
    assert anew.value.code == "ordered-again"
    assert states(bench, again) == [("paid", "paid")]


def test_dates_are_asked_for_and_looked_at(bench: CaseBench, batch: PaymentBatchRow, tmp_path: Path) -> None:
    number = accounts(bench, batch)
    today = bench.clock.today()
    wrong_days = (today - timedelta(days=1), today + timedelta(days=1))
    head = HEAD[:4]
    row = (NAMES[0], number[NAMES[0]], 780000, "成功")
    file = book(tmp_path / "无日期.xlsx", [row], head)
    assert bench.clerk.returns.preview(batch.id, file).needs_date
    with pytest.raises(InvalidInput) as missing:
        bench.clerk.returns.take(batch.id, file)
    assert [problem.path for problem in missing.value.problems] == ["happened_on"]
    for wrong in wrong_days:
        with pytest.raises(InvalidInput):
            bench.clerk.returns.take(batch.id, file, happened_on=wrong)
        dated = book(tmp_path / f"{wrong}.xlsx", [(*row, None, wrong.isoformat())])
        with pytest.raises(InvalidInput) as refused:
            bench.clerk.returns.take(batch.id, dated)
        assert [problem.path for problem in refused.value.problems] == ["row.2"]
    assert states(bench, batch) == [("ordered", "ordered")] * 3
    bench.clerk.returns.take(batch.id, file, happened_on=today)
    assert bench.clerk.returns.lines(batch.id)[0].paid_on == today


def test_a_file_of_another_batch_is_refused(bench: CaseBench, batch: PaymentBatchRow, tmp_path: Path) -> None:
    file = book(tmp_path / "别的.xlsx", [("某某", "123456789", 1, "成功", None, day(bench))])
    with pytest.raises(Refusal) as other:
        bench.clerk.returns.take(batch.id, file)
    assert other.value.code == "other-batch"
    assert bench.clerk.returns.page(batch.id) == ()


def line(key: int, state: str = "ordered") -> PaymentLine:
    return PaymentLine(
        id=key, account_name="甲公司", account_number="622200001111", amount=Money.parse("300000"), state=state
    )


def returned(row: int, outcome: str) -> ReturnedRow:
    return ReturnedRow(row, "甲公司", "6222 0000 1111", Money.parse("300000"), outcome)


def test_alike_payments_go_one_by_one_and_with_different_results_are_not_guessed() -> None:
    """One company, two cases, the same amount."""
    lines = [line(1), line(2)]
    both = match_rows([returned(2, "paid"), returned(3, "paid"), returned(4, "paid")], lines)
    assert [(match.kind, match.line and match.line.id) for match in both] == [
        ("matched", 1),
        ("matched", 2),
        ("differing", 1),
    ]
    mixed = match_rows([returned(2, "paid"), returned(3, "returned")], lines)
    assert [(match.kind, match.line) for match in mixed] == [("differing", None), ("differing", None)]
    # one is on record already: the file's row means the one that waits
    (one,) = match_rows([returned(2, "paid")], [line(1, "paid"), line(2)])
    assert (one.kind, one.line and one.line.id) == ("matched", 2)
