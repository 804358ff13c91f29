"""受理 on the screen: the day it was handed in, why it is entered later, and the days of the 补正告知书."""

from __future__ import annotations

from datetime import timedelta

from desktop.desk_bench import Office, OpenWindow, Settle

from caseworker.desktop.screens.case import CaseScreen
from caseworker.desktop.screens.dossier import DossierScreen
from caseworker.desktop.screens.dossier_cases import DossierCases
from caseworker.desktop.window import Window
from caseworker.services.views import Role


def opened(window: Window, party: int, settle: Settle) -> DossierCases:
    window.context.go("party", party)
    settle(window.context.runner)
    (screen,) = window.findChildren(DossierScreen)
    (cases,) = screen.findChildren(DossierCases)
    for place in range(screen.tabs.count()):
        if screen.tabs.widget(place) is cases or cases in screen.tabs.widget(place).findChildren(DossierCases):
            screen.tabs.setCurrentIndex(place)
    cases.choose_clause()
    settle(window.context.runner)
    return cases


def test_an_earlier_day_asks_why_and_is_kept(office: Office, open_window: OpenWindow, settle: Settle) -> None:
    window = open_window(Role.CASEWORKER)
    cases = opened(window, office.party("xinglian"), settle)
    today = window.context.office.today
    assert cases.day.value() == today
    assert cases.earlier.isHidden()
    assert cases.clause.choose(("xunwu-2022-59", "xw-1-new"))
    cases.day.set_value(today - timedelta(days=6))
    assert not cases.earlier.isHidden()
    cases.take_in()
    settle(window.context.runner)
    assert "请写明原因" in cases.missing.text()
    assert cases.reason.property("wrong")
    cases.reason.setText("节前收件")
    assert cases.missing.isHidden()
    cases.take_in()
    settle(window.context.runner)
    (screen,) = window.findChildren(CaseScreen)
    assert screen.detail is not None
    assert screen.detail.as_of == today - timedelta(days=6)
    assert "逾期 1 天" in screen.papers.asked.text()
    assert screen.papers.asked.property("role") == "due"
    assert not screen.papers.asked.isHidden()


def test_a_day_that_cannot_be_is_said_at_the_field(office: Office, open_window: OpenWindow, settle: Settle) -> None:
    window = open_window(Role.CASEWORKER)
    cases = opened(window, office.party("xinglian"), settle)
    assert cases.clause.choose(("xunwu-2022-59", "xw-1-new"))
    cases.day.setText("去年")
    cases.take_in()
    assert "2023-06-01 这样" in cases.missing.text()
    cases.day.set_value(window.context.office.today + timedelta(days=1))
    cases.take_in()
    settle(window.context.runner)
    assert "晚于今天" in cases.missing.text()
    assert cases.day.property("wrong")
    assert window.context.desk.cases.page(party_id=office.party("xinglian")).total == 0
