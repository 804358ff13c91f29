"""The record of a notice on its screen: an objection dated on the day it came, and how the notice ended."""

from __future__ import annotations

from datetime import timedelta

from desktop.desk_bench import Office, OpenWindow, Settle
from desktop.test_documents_screen import to_notice
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from caseworker.desktop.screens.notice import NoticeScreen
from caseworker.desktop.screens.notices import NoticesScreen
from caseworker.services.views import Role


def test_an_objection_of_yesterday_and_the_closing_record(
    office: Office, open_window: OpenWindow, settle: Settle
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    window.context.desk, case_id = to_notice(window.context.desk, office.party("xinglian"))
    desk = window.context.desk
    notice = desk.notices.publish([case_id])
    window.context.go("notice", notice.id)
    settle(window.runner)
    window.shell.title.advance(notice.first_day + timedelta(days=2))
    settle(window.runner)
    (screen,) = window.findChildren(NoticeScreen)
    assert screen.closing.isHidden()
    screen.cases.table.selectRow(0)
    screen._ask_objection()
    screen.received.setText("昨天")
    screen.who.setText("群众甲")
    screen.what.setText("座席数不实")
    screen._send_strip()
    settle(window.runner)
    assert desk.notices.objections(notice.id) == ()
    screen.received.set_value(notice.first_day + timedelta(days=1))
    screen._send_strip()
    settle(window.runner)
    (row,) = desk.notices.objections(notice.id)
    assert (row.received_on, row.objector) == (notice.first_day + timedelta(days=1), "群众甲")
    window.shell.title.advance(notice.last_day)
    settle(window.runner)
    screen._close("收到电话咨询一次")
    settle(window.runner)
    assert not screen.closing.isHidden()
    assert "收到异议 1 件" in screen.closing.text()
    assert "收到电话咨询一次" in screen.closing.text()


def test_a_wrong_notice_is_voided_by_keyboard(
    office: Office, open_window: OpenWindow, settle: Settle, qtbot: QtBot
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    window.context.desk, case_id = to_notice(window.context.desk, office.party("xinglian"))
    desk = window.context.desk
    notice = desk.notices.publish([case_id])
    window.context.go("notice", notice.id)
    settle(window.runner)
    (screen,) = window.findChildren(NoticeScreen)
    screen.void_button.setFocus()
    qtbot.keyClick(screen.void_button, Qt.Key.Key_Return)
    qtbot.waitUntil(screen.reason.line.hasFocus)
    qtbot.keyClick(screen.reason.line, Qt.Key.Key_Return)
    assert desk.notices.get(notice.id).state == "open"  # not without a reason
    screen.reason.line.setText("单位名称写错")
    qtbot.keyClick(screen.reason.line, Qt.Key.Key_Return)
    settle(window.runner)
    assert screen.state.text() == "已作废"
    assert "原因：单位名称写错" in screen.closing.text()
    assert (screen.void_button.isHidden(), screen.letter.isHidden(), screen.close_button.isHidden()) == (True,) * 3
    window.shell.go(("screen", "notices"))
    settle(window.runner)
    (listed,) = window.findChildren(NoticesScreen)
    assert listed.tabs.tabText(0) == "等待公示（1）"
