"""有效坐席认定 among the seats of a dossier: worked out in place, closed with Esc."""

from __future__ import annotations

from datetime import date

from desktop.desk_bench import Office, OpenWindow, Settle
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from services.case_bench import CaseBench

from caseworker.desktop.parts import Button
from caseworker.desktop.screens.dossier import DossierScreen
from caseworker.desktop.screens.dossier_seats import DossierSeatRecords, in_words, spans
from caseworker.desktop.window import Window
from caseworker.services import Role
from caseworker.services.seats import SeatsView
from caseworker.values.clock import SetClock

YEAR = (*range(202206, 202213), *range(202301, 202306))


def seats_part(window: Window, party_id: int, settle: Settle) -> DossierSeatRecords:
    assert window.shell is not None
    window.shell.go(("party", party_id))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, DossierScreen)
    part = screen.parts["seats"]
    assert isinstance(part, DossierSeatRecords)
    assert screen.tabs.show_key("seats")
    settle(window.runner)
    return part


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
    part = seats_part(window, party, settle)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    (begin,) = (one for one in part.records.findChildren(Button) if one.text() == "有效坐席认定")
    qtbot.mouseClick(begin, Qt.MouseButton.LeftButton)
    settle(window.runner)
    view = window.context.desk.seats.recognise(party)
    assert (view.count, view.unused) == (2, 0)
    assert part.seats.count.text() == f"有效坐席 {view.count} 席"
    assert part.seats.sure.text() == in_words(view)
    assert not part.records.isVisible()
    assert part.seats.list.isVisible()
    assert part.seats.back.text() == "返回座席"
    model = part.seats.model
    assert model.rowCount() == view.count
    assert model.index(0, 0).data() == "、".join(view.seats[0].people)
    assert model.index(0, 3).data() == spans(view.seats[0].month_list)
    qtmodeltester.check(model)
    qtbot.waitUntil(part.seats.list.table.hasFocus)
    qtbot.keyClick(part.seats.list.table, Qt.Key.Key_Escape)
    assert not part.seats.isVisible()
    assert part.records.isVisible()


def test_closing_while_it_runs_gives_it_up(open_window: OpenWindow, office: Office, settle: Settle) -> None:
    window = open_window(Role.CASEWORKER)
    part = seats_part(window, office.party("hengyu"), settle)
    part.recognise_seats()
    assert part.seats.back.text() == "取消"
    part.seats.close_seats()
    settle(window.runner)
    assert not part.seats.isVisible()
    assert part.records.isVisible()
    assert part.seats.model.rowCount() == 0


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
