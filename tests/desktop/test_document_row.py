"""What a record bears stands on its screen: made by a button, opened by a link, the record again from the document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desktop.desk_bench import Office, OpenWindow, Settle, take_in, user_of
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from caseworker.desktop.screens.case import CaseScreen
from caseworker.desktop.screens.document import DocumentScreen
from caseworker.desktop.screens.documents import DocumentsScreen
from caseworker.desktop.screens.oversight_act import ActScreen
from caseworker.desktop.window import Window
from caseworker.services import Desk, Role
from caseworker.services.oversight_views import ActForm


def go(window: Window, place: tuple[str, Any], settle: Settle) -> Any:
    assert window.shell is not None
    window.shell.go(place)
    settle(window.runner)
    return window.shell.current


def criticism(desk: Desk, party: int) -> int:
    desk = desk.switch(user_of(Role.HEAD).login, user_of(Role.HEAD).password)
    form = ActForm(
        "criticism", desk.clock.today(), "资金检查", "挪用资金。", party, data={"ground": "misuse", "scope": "各企业"}
    )
    return desk.oversight.enter(form).id


def test_a_letter_is_made_where_its_act_stands_and_leads_back(
    open_window: OpenWindow, office: Office, settle: Settle
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    assert window.shell is not None
    party = office.party("xinglian")
    take_in(window.context.desk, party, to="acceptance")
    act_id = criticism(window.context.desk, party)
    screen = go(window, ("oversight", act_id), settle)
    assert isinstance(screen, ActScreen)
    assert set(screen.letters.buttons) == {"criticism"}
    screen.letters.buttons["criticism"].click()
    settle(window.runner)
    document = window.shell.current
    assert isinstance(document, DocumentScreen)
    assert document.row is not None
    assert document.preview.document.pageCount() >= 1
    assert document.record_link.text() == "所属监管事项"
    assert set(document.letters.buttons) == {"delivery-receipt"}
    document.record_link.click()
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, ActScreen)
    assert screen.letters.buttons == {}, "issued once"
    assert screen.letters.isVisible()


def test_a_letter_is_voided_and_made_anew_from_its_screen(
    open_window: OpenWindow, office: Office, settle: Settle
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    assert window.shell is not None
    case_id = take_in(window.context.desk, office.party("xinglian"), to="proposal")
    first = window.context.desk.documents.make("acceptance", case_id=case_id)
    screen = go(window, ("document", first.id), settle)
    assert screen.anew_button.isVisible()
    screen.anew_button.click()
    screen.reason.line.setText("联系人有误")
    screen.reason.line.returnPressed.emit()
    settle(window.runner)
    again = window.shell.current
    assert isinstance(again, DocumentScreen)
    assert again.row is not None
    assert again.row.replaces_id == first.id
    assert again.before_link.isVisible()
    again.before_link.click()
    settle(window.runner)
    old = window.shell.current
    assert isinstance(old, DocumentScreen)
    assert old.state.text() == "已作废"
    assert "联系人有误" in old.why_void.text()
    assert not old.anew_button.isVisible()


def test_a_case_offers_what_it_bears(open_window: OpenWindow, office: Office, settle: Settle) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    case_id = take_in(window.context.desk, office.party("xinglian"), to="acceptance")
    screen = go(window, ("case", case_id), settle)
    assert isinstance(screen, CaseScreen)
    screen.tabs.setCurrentWidget(screen.documents.parentWidget() or screen.documents)
    screen.documents.refresh()
    settle(window.runner)
    kinds = set(screen.documents.offers.buttons)
    assert kinds == {"application-form", "acceptance", "supplement", "estimate", "calculation", "file-contents"}


def test_blank_forms_and_the_seal_register_beside_the_register(
    open_window: OpenWindow, settle: Settle, tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    screen = go(window, ("screen", "documents"), settle)
    assert isinstance(screen, DocumentsScreen)
    screen.blank_button.click()
    assert screen.papers.blank_strip.isVisible()
    screen.papers.form.choose("delivery-receipt")
    assert not screen.papers.policy.isVisible()
    out = tmp_path / "blank.pdf"
    screen.papers.save_blank(out)
    settle(window.runner)
    assert out.read_bytes().startswith(b"%PDF-")
    assert not screen.papers.isVisible()
    screen.seals_button.click()
    assert screen.papers.seal_strip.isVisible()
    screen.papers.first_day.setText("昨天")
    qtbot.keyClick(screen.papers.first_day, Qt.Key.Key_Return)
    settle(window.runner)
    assert isinstance(window.shell.current, DocumentsScreen)
    screen.papers.first_day.setText("2023-01-01")
    screen.papers.last_day.setText("2023-12-31")
    qtbot.keyClick(screen.papers.last_day, Qt.Key.Key_Return)
    settle(window.runner)
    made = window.shell.current
    assert isinstance(made, DocumentScreen)
    assert made.row is not None
    assert made.row.kind == "seal-register"
