"""终止档案: a dossier ends with what is open told first, keeps everything, grants nothing, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from services.case_bench import XUNWU, XW, CaseBench, make_bench

from caseworker.errors import InvalidInput, Refusal
from caseworker.services.dossier_end import WAYS
from caseworker.services.oversight_views import ActForm
from caseworker.services.views import PartyForm

DAY = date(2023, 6, 1)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, DAY)
    yield made
    made.clerk.close()


def test_an_end_is_told_everywhere_and_taken_back(bench: CaseBench) -> None:
    party = bench.xw_company()
    dossiers = bench.clerk.dossiers
    assert dossiers.open_matters(party) == ()
    entries = bench.clerk.audit.page().total
    assert dossiers.end(party, DAY, "deregistered", " 县市监局 5 月 30 日核准 ") == ()
    assert bench.clerk.audit.page().total == entries + 1
    detail = dossiers.get(party)
    assert (detail.ended_on, detail.ended_reason) == (DAY, "注销：县市监局 5 月 30 日核准")
    (row,) = dossiers.page().rows
    assert row.ended_on == DAY
    entry = dossiers.history(party)[0]
    assert (entry.action, entry.reason) == ("终止企业档案", "注销：县市监局 5 月 30 日核准")
    assert entry.changes == (("终止日期", "（空）", "2023-06-01"),)
    with pytest.raises(Refusal, match="终止，不能受理"):
        bench.clerk.cases.accept(party, XUNWU, XW)
    with pytest.raises(Refusal, match="已于 2023-06-01 终止"):
        dossiers.end(party, DAY, "deregistered", "再一次")
    with pytest.raises(InvalidInput):
        dossiers.resume(party, " ")
    bench["head"].dossiers.resume(party, "登错了单位")
    detail = dossiers.get(party)
    assert (detail.ended_on, detail.ended_reason) == (None, "")
    entry = dossiers.history(party)[0]
    assert (entry.action, entry.reason) == ("恢复企业档案", "登错了单位")
    with pytest.raises(Refusal, match="没有终止"):
        dossiers.resume(party, "再恢复")
    assert bench.clerk.cases.accept(party, XUNWU, XW)
    dossiers.end(party, DAY, "moved", "迁往外县", despite_open=True)
    assert dossiers.get(party).ended_reason == "迁出：迁往外县"  # of the last end, not of an earlier one


def test_what_is_open_is_told_before_anything_is_ended(bench: CaseBench) -> None:
    party = bench.xw_company()
    case = bench.to_payment(party, XUNWU, XW)
    number = bench.clerk.cases.get(case).number
    bench["reviewer"].oversight.suspend(
        ActForm("suspension", bench.clock.today(), "账目不清", "查账", party_id=party, data={"ground": "misuse"})
    )
    today = bench.clock.today()
    with pytest.raises(Refusal) as caught:
        bench.clerk.dossiers.end(party, today, "deregistered", "清算")
    assert caught.value.code == "still-open"
    cases, due, acts = caught.value.message.splitlines()[1:]
    assert cases == f"在办办件 1 件：{number}。今后只能不予兑现或终止办理。"
    assert due == "待拨付 1 笔，共 780,000.00 元。今后不能拨付。"
    assert acts == "监管事项 1 件没有办结：账目不清。"
    assert bench.clerk.dossiers.get(party).ended_on is None
    told = bench.clerk.dossiers.end(party, today, "deregistered", "清算", despite_open=True)
    assert told == (cases, due, acts) == bench.clerk.dossiers.open_matters(party)
    assert bench.clerk.audit.page().rows[0].detail["still_open"] == list(told)
    assert bench.clerk.cases.get(case).status == "open"  # nothing of it ends by itself


def test_money_that_is_out_is_told_too(bench: CaseBench) -> None:
    party = bench.xw_company()
    case = bench.to_payment(party, XUNWU, XW)
    bench.seal_letter(case)
    bench.clerk.payments.order(XUNWU, [one.id for one in bench.clerk.cases.get(case).instalments])
    assert any("已报拨款，不会自动撤回" in words for words in bench.clerk.dossiers.open_matters(party))


@pytest.mark.parametrize(
    ("day", "wrong"),
    [
        (date(2022, 2, 28), "终止日期不能早于成立日期 2022-03-01。"),
        (date(2022, 3, 1), None),
        (DAY, None),
        (DAY + timedelta(days=1), "终止日期不能晚于今天。"),
    ],
)
def test_the_day_lies_between_registration_and_today(bench: CaseBench, day: date, wrong: str | None) -> None:
    form = PartyForm(name="寻乌县甲公司", code="91360734MA7K2L5T3C", registered_on=date(2022, 3, 1))
    party = bench.clerk.dossiers.create(form)
    if wrong is None:
        bench.clerk.dossiers.end(party, day, "other", "歇业")
        assert bench.clerk.dossiers.get(party).ended_on == day
        return
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.dossiers.end(party, day, "other", "歇业")
    assert [(one.path, one.message) for one in caught.value.problems] == [("day", wrong)]


def test_every_fault_is_told_at_once_and_ways_fit_the_kind(bench: CaseBench) -> None:
    party = bench.xw_company()
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.dossiers.end(party, DAY + timedelta(days=1), "died", " ")
    assert {one.path for one in caught.value.problems} == {"way", "day", "reason"}
    people = {way for way, _ in bench.clerk.dossiers.ways_to_end("person")}
    companies = {way for way, _ in bench.clerk.dossiers.ways_to_end("company")}
    assert (people | companies, people - companies) == (set(WAYS), {"died"})
    assert companies - people == {"deregistered", "revoked", "merged"}


def test_a_name_taken_meanwhile_keeps_a_dossier_ended(bench: CaseBench) -> None:
    first = bench.xw_company()
    name = bench.clerk.dossiers.get(first).form.name
    bench.clerk.dossiers.end(first, DAY, "duplicate", "另建")
    bench.company(name)
    with pytest.raises(Refusal, match="另有一份在用的档案") as caught:
        bench.clerk.dossiers.resume(first, "想恢复")
    assert caught.value.code == "name-taken"
    assert bench.clerk.dossiers.get(first).ended_on == DAY
