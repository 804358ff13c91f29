"""Two people at one case at the same moment: one wins, the other is told what happened."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from services.case_bench import XUNWU, XW, CaseBench, make_bench
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from caseworker.errors import EditConflict, Refusal
from caseworker.store.models import CaseMove, PaymentBatch, PaymentLine
from caseworker.values.money import Money


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, date(2023, 6, 1))
    yield made
    made.clerk.close()


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Runs the acts in threads that start together; gives each one's answer or what it raised."""
    barrier = threading.Barrier(len(acts))
    answers: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            answers[place] = act()
        except Exception as error:
            answers[place] = error

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_two_moves_of_one_case_one_wins(bench: CaseBench) -> None:
    case_id = bench.to_proposal(bench.xw_company(), XUNWU, XW)
    version = bench.go(case_id, ("clerk", "propose")).version
    reviewer, deputy = bench["reviewer"], bench["deputy"]
    answers = at_once(
        lambda: reviewer.cases.move(case_id, "review-pass", version=version),
        lambda: deputy.cases.move(case_id, "review-return", version=version, reason="座席须再核"),
    )
    errors = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(errors) == 1
    assert isinstance(errors[0], EditConflict)
    winner = "复一" if isinstance(answers[1], Exception) else "负二"
    assert f"已由{winner}办理" in errors[0].message
    assert "请刷新" in errors[0].message
    with bench.clerk.file.read() as session:
        moves = session.scalars(select(CaseMove.move).where(CaseMove.case_id == case_id)).all()
    assert len([move for move in moves if move.startswith("review")]) == 1


def test_a_stale_screen_is_told_who_moved_the_case(bench: CaseBench) -> None:
    case_id = bench.clerk.cases.accept(bench.xw_company(), XUNWU, XW)
    stale = bench.clerk.cases.get(case_id).version
    bench.go(case_id, ("second", "verify"))
    with pytest.raises(EditConflict) as caught:
        bench.clerk.cases.move(case_id, "withdraw", version=stale, reason="企业申请")
    assert caught.value.message == "本办件在您打开之后已由经二办理“开始核验”，现处于“资料核验”。请刷新后再办理。"
    assert caught.value.theirs == {"操作": "开始核验", "步骤": "资料核验"}


def test_a_screen_ahead_of_the_offices_day_is_refused_one_behind_is_not(bench: CaseBench) -> None:
    case_id = bench.clerk.cases.accept(bench.xw_company(), XUNWU, XW)
    version = bench.clerk.cases.get(case_id).version
    with pytest.raises(Refusal, match="请刷新后再办理"):
        bench.clerk.cases.move(case_id, "verify", version=version, today=date(2023, 6, 2))
    detail = bench.clerk.cases.move(case_id, "verify", version=version, today=date(2023, 5, 31))
    assert detail.log[-1].office_date == date(2023, 6, 1)


def test_two_desks_do_not_pay_one_instalment_twice(bench: CaseBench) -> None:
    case_id = bench.to_payment(bench.xw_company(), XUNWU, XW)
    bench.seal_letter(case_id)
    ((due, _),) = bench.clerk.payments.due()
    answers = at_once(
        lambda: bench.clerk.payments.order(XUNWU, [due.id]),
        lambda: bench["second"].payments.order(XUNWU, [due.id]),
    )
    errors = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(errors) == 1
    assert isinstance(errors[0], Refusal)
    assert "不能重复报" in errors[0].message
    with bench.clerk.file.read() as session:
        (line,) = session.scalars(select(PaymentLine))
        (batch,) = session.scalars(select(PaymentBatch))
    assert line.amount == batch.total == Money.parse(780_000)
    assert batch.number == 1


def test_the_database_itself_refuses_a_second_open_payment(bench: CaseBench) -> None:
    case_id = bench.to_payment(bench.xw_company(), XUNWU, XW)
    bench.seal_letter(case_id)
    ((due, _),) = bench.clerk.payments.due()
    bench.clerk.payments.order(XUNWU, [due.id])
    with (  # noqa: PT012 - the commit is what refuses
        pytest.raises(IntegrityError),
        bench.clerk.file.write(bench.clerk.actor, "test.twice") as work,
    ):
        line = work.session.scalars(select(PaymentLine)).one()
        columns = {column.key: getattr(line, column.key) for column in PaymentLine.__table__.columns}
        work.session.add(PaymentLine(**{k: v for k, v in columns.items() if k not in ("id", "version")}))
        work.session.flush()


def test_numbers_given_at_once_have_no_gap_and_no_twin(bench: CaseBench) -> None:
    parties = [bench.xw_company(name=f"寻乌县{name}客服有限公司") for name in ("甲木", "乙水", "丙火", "丁土")]
    desks = [bench.clerk, bench["second"], bench["deputy"], bench.clerk]
    ids = at_once(
        *(
            lambda party=party, desk=desk: desk.cases.accept(party, XUNWU, XW)
            for party, desk in zip(parties, desks, strict=True)
        )
    )
    assert all(isinstance(one, int) for one in ids), ids
    numbers = sorted(bench.clerk.cases.get(one).number for one in ids if isinstance(one, int))
    assert numbers == [f"XK-2023-{number:04d}" for number in range(1, 5)]
