"""有效坐席认定 on the 人员 tab: worked out in place, closed with Esc."""

from __future__ import annotations

from datetime import date

from desktop.desk_bench import Office, OpenWindow, Settle
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from services.case_bench import CaseBench

from caseworker.desktop.parts import Button
from caseworker.desktop.screens.dossier import DossierScreen
from caseworker.desktop.screens.dossier_people import DossierPeople
from caseworker.desktop.screens.dossier_seats import in_words, spans
from caseworker.desktop.window import Window
from caseworker.services import Role
from caseworker.services.seats import SeatsView
from caseworker.values.clock import SetClock

YEAR = (*range(202206, 202213), *range(202301, 202306))


def people_tab(window: Window, party_id: int, settle: Settle) -> DossierPeople:
    assert window.shell is not None
    window.shell.go(("party", party_id))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, DossierScreen)
    (people,) = screen.findChildren(DossierPeople)
    screen.tabs.setCurrentWidget(people)
    settle(window.runner)
    return people


def test_the_seats_show_in_place_and_esc_goes_back(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle, qtmodeltester: ModelTester
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    party = office.party("hengyu")
    bench = CaseBench({"clerk": window.context.desk}, SetClock(date(2023, 6, 1)))
    alone, one, other = bench.roster(party, 3)
    bench.months(party, YEAR, [alone])
    bench.months(party, YEAR[:5], [one])
    bench.months(party, YEAR[5:], [other])
    people = people_tab(window, party, settle)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    (begin,) = (one for one in people.list.findChildren(Button) if one.text() == "有效坐席认定")
    qtbot.mouseClick(begin, Qt.MouseButton.LeftButton)
    settle(window.runner)
    view = window.context.desk.seats.recognise(party)
    assert (view.count, view.unused) == (2, 0)
    assert people.seats.count.text() == f"有效坐席 {view.count} 席"
    assert people.seats.sure.text() == in_words(view)
    assert people.list.isHidden()
    assert people.seats.list.isVisible()
    assert people.seats.back.text() == "返回人员"
    model = people.seats.model
    assert model.rowCount() == view.count
    assert model.index(0, 0).data() == "、".join(view.seats[0].people)
    assert model.index(0, 3).data() == spans(view.seats[0].month_list)
    qtmodeltester.check(model)
    qtbot.waitUntil(people.seats.list.table.hasFocus)
    qtbot.keyClick(people.seats.list.table, Qt.Key.Key_Escape)
    assert people.seats.isHidden()
    assert people.list.isVisible()


def test_closing_while_it_runs_gives_it_up(open_window: OpenWindow, office: Office, settle: Settle) -> None:
    window = open_window(Role.CASEWORKER)
    people = people_tab(window, office.party("hengyu"), settle)
    people.recognise_seats()
    assert people.seats.back.text() == "取消"
    people.seats.close_seats()
    settle(window.runner)
    assert people.seats.isHidden()
    assert people.list.isVisible()
    assert people.seats.model.rowCount() == 0


def test_the_words_say_how_sure_the_number_is() -> None:
    day = date(2023, 12, 20)
    nobody = SeatsView(0, 0, True, "distinct", "同一月份只计一次", (), 0, day)
    assert in_words(nobody) == "花名册上还没有人员。截至 2023-12-20，口径：同一月份只计一次。"
    proven = SeatsView(3, 3, True, "distinct", "同一月份只计一次", (), 0, day)
    assert in_words(proven) == ("已证明是最多的席数；花名册上的人员全部计入。截至 2023-12-20，口径：同一月份只计一次。")
    open_end = SeatsView(3, 5, False, "summed", "各人月份相加", (), 2, day)
    assert in_words(open_end) == (
        "最多不会超过 5 席，尚未证明现有席数为最多；另有 2 人未计入坐席。截至 2023-12-20，口径：各人月份相加。"
    )
    assert spans(("2022-11", "2022-12", "2023-01", "2023-03")) == "2022-11 至 2023-01、2023-03"
