"""How long a notice lasts, and what it holds up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from caseworker.casework.notice import (
    NoticeFacts,
    NoticeState,
    earliest_last_day,
    notice_days,
    why_not_close,
    why_not_pass,
    why_not_publish,
    why_not_void,
)
from caseworker.policy.model import Notice

D = date(2023, 6, 1)
BY_LAW = Notice(7, True, True, "公示期不少于 7 天")
USUAL = Notice(7, False, False, "")


def test_an_office_lengthens_what_the_text_sets_but_never_shortens_it() -> None:
    assert [notice_days(BY_LAW, office) for office in (None, 0, 6, 7, 10)] == [7, 7, 7, 7, 10]


def test_where_the_text_sets_none_the_office_does() -> None:
    assert [notice_days(USUAL, office) for office in (None, 0, 5, 10)] == [7, 0, 5, 10]


@pytest.mark.parametrize(("after", "allowed"), [(6, False), (7, True), (8, True)])
def test_published_on_d_it_ends_no_earlier_than_d_plus_7(after: int, allowed: bool) -> None:
    last = earliest_last_day(D, 7)
    assert last == date(2023, 6, 8)
    today = D + timedelta(days=after)
    assert (why_not_close(NoticeState.OPEN, last, today) == ()) is allowed
    closed = NoticeFacts(NoticeState.CLOSED, D, last, 7)
    assert (why_not_pass(closed, 7, today) == ()) is allowed


def test_a_notice_that_was_shorter_than_is_asked_for_does_not_pass_early() -> None:
    short = NoticeFacts(NoticeState.CLOSED, D, D + timedelta(days=3), 3)
    assert why_not_pass(short, 7, D + timedelta(days=6)) != ()
    assert why_not_pass(short, 7, D + timedelta(days=7)) == ()


def test_no_notice_and_an_open_one_are_said_apart() -> None:
    assert "尚未公示" in why_not_pass(None, 7, D)[0]
    assert "尚未公示" in why_not_pass(NoticeFacts(NoticeState.VOIDED, D, D, 7), 7, D)[0]
    over = NoticeFacts(NoticeState.OPEN, D, D + timedelta(days=7), 7)
    assert "尚未结束公示" in why_not_pass(over, 7, D + timedelta(days=7))[0]


def test_objections_hold_up_the_case_and_all_reasons_come_at_once() -> None:
    facts = NoticeFacts(NoticeState.CLOSED, D, D + timedelta(days=7), 7, open_objections=2, upheld_objections=1)
    early = why_not_pass(facts, 7, D + timedelta(days=6))
    assert len(early) == 3
    assert "2 件异议" in early[1]
    assert "异议成立" in early[2]


def test_closing_twice_is_refused() -> None:
    assert why_not_close(NoticeState.CLOSED, D, D) == ("这次公示已经结束或作废，不能再次结束。",)


def test_a_notice_is_not_dated_back() -> None:
    assert why_not_publish(D, D) == ()
    assert why_not_publish(D + timedelta(days=1), D) == ()
    assert why_not_publish(D + timedelta(days=60), D) == ()
    assert "超过 60 天" in why_not_publish(D + timedelta(days=61), D)[0]
    assert "超过 60 天" in why_not_publish(date.max, D)[0]
    assert "不能倒签" in why_not_publish(D - timedelta(days=1), D)[0]


def test_a_notice_is_voided_once_and_never_under_a_decision() -> None:
    assert [why_not_void(state, ()) for state in (NoticeState.OPEN, NoticeState.CLOSED)] == [(), ()]
    assert why_not_void(NoticeState.VOIDED, ()) == ("这次公示已经作废。",)
    (words,) = why_not_void(NoticeState.CLOSED, ("XK-2023-0001", "XK-2023-0002"))
    assert words.startswith("XK-2023-0001、XK-2023-0002已经依据这次公示作出决定")
