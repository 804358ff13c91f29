"""登记送达 on the page of a letter, by keyboard; the last day to object is shown; a correction asks why."""

from __future__ import annotations

from desktop.desk_bench import Office, OpenWindow, Settle, take_in, user_of
from desktop.test_documents_screen import as_role
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from caseworker.desktop.screens.document import DocumentScreen
from caseworker.services import Role


def test_a_delivery_is_recorded_and_corrected(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    assert window.shell is not None
    desk = window.context.desk
    case_id = take_in(desk, office.party("xinglian"), to="verification")
    for role, move, reason in (
        (Role.CASEWORKER, "propose-not-accept", "不属于本单位办理：企业在外县注册"),
        (Role.REVIEWER, "review-pass", ""),
        (Role.HEAD, "decide-not-accept", "同意"),
    ):
        desk = as_role(desk, role)
        desk.cases.move(case_id, move, version=desk.cases.get(case_id).version, reason=reason)
    desk = as_role(desk, Role.CASEWORKER)
    row = desk.documents.make("refusal", case_id=case_id)
    desk = as_role(desk, Role.SEAL_KEEPER)
    desk.documents.seal(row.id, desk.documents.seals()[0].id, user_of(Role.SEAL_KEEPER).password)
    window.context.desk = desk = as_role(desk, Role.CASEWORKER)
    window.shell.go(("document", row.id))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, DocumentScreen)
    assert screen.deliver_button.isVisible()
    screen.deliver_button.click()
    strip = screen.delivery_strip
    day = strip.form.fields["delivered_on"].editor
    qtbot.waitUntil(day.hasFocus)
    today = desk.clock.today()
    strip.form.set_values({"delivered_on": today})
    qtbot.keyClick(day, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    assert strip.isVisible(), "nobody signed"
    assert desk.deliveries.get(row.id) is None
    strip.form.set_values(strip.form.values() | {"receiver": "王收件"})
    qtbot.keyClick(strip.form.fields["receiver"].editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    view = desk.deliveries.get(row.id)
    assert view is not None
    assert (view.delivered_on, view.way, view.receiver) == (today, "direct", "王收件")
    assert not strip.isVisible()
    assert f"行政复议申请期限至 {view.reconsider_until}" in screen.delivered.text()
    assert screen.deliver_button.text() == "更正送达…"
    screen.deliver_button.click()
    strip.form.set_values(strip.form.values() | {"way": "post"})
    strip.send()
    settle(window.runner)
    assert strip.isVisible(), "a correction says why"
    strip.form.set_values(strip.form.values() | {"reason": "方式登错"})
    strip.send()
    settle(window.runner)
    assert "邮寄送达" in screen.delivered.text()
