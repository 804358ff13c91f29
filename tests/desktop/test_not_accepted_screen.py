"""拟不予受理 on the case page by keyboard: a ground is chosen, the facts are written, Enter proposes."""

from __future__ import annotations

from desktop.desk_bench import Office, OpenWindow, Settle, take_in
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from caseworker.desktop.screens.case import CaseScreen
from caseworker.services import Role


def test_a_ground_is_chosen_before_the_facts(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    case_id = take_in(window.context.desk, office.party("xinglian"), to="verification")
    assert window.shell is not None
    window.shell.go(("case", case_id))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, CaseScreen)
    assert screen.detail is not None
    move = next(one for one in screen.detail.moves if one.id == "propose-not-accept")
    screen.take(move)
    strip = screen.reason
    qtbot.waitUntil(strip.ground.hasFocus)
    qtbot.keyClick(strip.ground, Qt.Key.Key_Down)
    qtbot.keyClick(strip.ground, Qt.Key.Key_Down)
    assert strip.ground.currentText() == "不属于本单位办理"
    qtbot.keyClick(strip.ground, Qt.Key.Key_Return)
    qtbot.waitUntil(strip.line.hasFocus)
    qtbot.keyClick(strip.line, Qt.Key.Key_Return)
    settle(window.runner)
    assert screen.detail.step == "verification", "a ground alone tells the applicant nothing"
    strip.line.setText("企业在外县注册")
    qtbot.keyClick(strip.line, Qt.Key.Key_Return)
    settle(window.runner)
    assert screen.detail.step == "review"
    assert screen.detail.log[-1].reason == "不属于本单位办理：企业在外县注册"
    withdraw = next(one for one in screen.detail.moves if one.id == "withdraw")
    screen.take(withdraw)
    assert not strip.ground.isVisible()
    assert strip.line.hasFocus()
