"""送达: recorded once sealed, corrected with a reason; the days to object; the receipt in the case's folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from services.case_bench import PASSWORD, XUNWU, XW, CaseBench, make_bench, picture

from caseworker.casework.calendar import WorkCalendar
from caseworker.errors import InvalidInput, Refusal
from caseworker.services.deliveries import WAYS, DeliveryForm, last_days


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CaseBench]:
    """One office for all: every test has a company of its own."""
    made = make_bench(tmp_path_factory.mktemp("delivered"), date(2023, 6, 1))
    yield made
    made.clerk.close()


def refused(bench: CaseBench, name: str) -> tuple[int, int]:
    """(case, its 不予受理决定书, not sealed)"""
    case_id = bench.clerk.cases.accept(bench.xw_company(name=name), XUNWU, XW)
    bench.go(
        case_id,
        ("clerk", "propose-not-accept", "不属于本单位办理：企业在外县注册"),
        ("reviewer", "review-pass"),
        ("head", "decide-not-accept", "同意"),
    )
    return case_id, bench.clerk.documents.make("refusal", case_id=case_id).id


def test_a_sealed_letter_is_delivered_and_the_days_to_object_run(bench: CaseBench, tmp_path: Path) -> None:
    case_id, letter = refused(bench, "寻乌县送达有限公司")
    today = bench.clock.today()
    form = DeliveryForm(today, "direct", "王收件", "前台")
    with pytest.raises(Refusal, match="还没有用印"):
        bench.clerk.deliveries.enter(letter, form)
    bench["keeper"].documents.record_wet_seal(letter, "公章", PASSWORD)
    assert bench.clerk.deliveries.get(letter) is None
    view = bench.clerk.deliveries.enter(letter, form, picture(tmp_path / "回证.png"))
    assert view == bench.clerk.deliveries.get(letter)
    assert (view.way_name, view.receiver, view.scan_name) == ("直接送达", "王收件", "回证.png")
    assert view.reconsider_until is not None
    assert view.reconsider_until >= today + timedelta(days=60)
    assert f"行政复议申请期限至 {view.reconsider_until}" in view.sentence
    assert bench.clerk.deliveries.scan(letter)[0] == "回证.png"
    (row,) = [one for one in bench.clerk.documents.page(case_id=case_id).rows if one.id == letter]
    assert row.delivered_on == today
    with pytest.raises(InvalidInput) as caught:
        bench.clerk.deliveries.enter(letter, DeliveryForm(today, "left", "李见证"))
    assert [one.path for one in caught.value.problems] == ["reason"]
    again = bench.clerk.deliveries.enter(letter, DeliveryForm(today, "left", "李见证"), reason="对方拒签，登记有误")
    assert (again.way_name, again.scan_name) == ("留置送达", "回证.png"), "the receipt stays"
    bench.go(case_id, ("clerk", "archive"))
    filed = bench.clerk.filing.export(case_id, tmp_path / "out")
    (scan,) = filed.path.rglob("*回证.png")
    assert scan.read_bytes() == (tmp_path / "回证.png").read_bytes()
    assert bench.clerk.audit.verify()[0]


def test_all_that_is_wrong_is_named_at_once(bench: CaseBench) -> None:
    _, letter = refused(bench, "寻乌县错填有限公司")
    bench["keeper"].documents.record_wet_seal(letter, "公章", PASSWORD)
    today = bench.clock.today()
    for day in (None, today + timedelta(days=1), today - timedelta(days=1)):
        with pytest.raises(InvalidInput) as caught:
            bench.clerk.deliveries.enter(letter, DeliveryForm(day, "pigeon", " "))
        assert {one.path for one in caught.value.problems} == {"delivered_on", "way", "receiver"}
    bench.clerk.documents.void(letter, "写错")
    with pytest.raises(Refusal, match="已经作废"):
        bench.clerk.deliveries.enter(letter, DeliveryForm(today, "post", "王收件"))


def test_what_is_no_letter_is_not_delivered(bench: CaseBench) -> None:
    case_id = bench.clerk.cases.accept(bench.xw_company(name="寻乌县无函有限公司"), XUNWU, XW)
    sheet = bench.clerk.documents.make("application-form", case_id=case_id).id
    with pytest.raises(Refusal, match="不是送达的公文"):
        bench.clerk.deliveries.enter(sheet, DeliveryForm(bench.clock.today(), "direct", "王收件"))


def test_the_day_of_delivery_is_not_counted_and_a_last_day_off_moves_on() -> None:
    plain = WorkCalendar({})
    assert last_days(date(2023, 6, 1), plain) == (date(2023, 7, 31), date(2023, 12, 1))
    assert last_days(date(2023, 6, 6), plain)[0] == date(2023, 8, 7), "5 August is a Saturday"
    assert last_days(date(2023, 8, 31), plain)[1] == date(2024, 2, 29)
    holiday = WorkCalendar({date(2023, 7, 31): False, date(2023, 8, 1): False})
    assert last_days(date(2023, 6, 1), holiday)[0] == date(2023, 8, 2)


def test_the_ways_are_those_of_the_form() -> None:
    import tomllib

    from caseworker import resources

    words = tomllib.loads(resources.path("wording", "delivery-receipt.toml").read_text(encoding="utf-8"))
    assert list(WAYS.values()) == words["ways"]
