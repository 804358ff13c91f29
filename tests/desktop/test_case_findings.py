"""The 核查 page of a case: what is found is answered for by keyboard, and the case's own page leads there."""

from __future__ import annotations

from pathlib import Path

import pytest
from desktop.desk_bench import Office, OpenWindow, Settle, take_in
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from caseworker.desktop.screens.case import CaseScreen
from caseworker.desktop.window import Window
from caseworker.services import Desk, Role
from caseworker.services.finding_views import FindingRow
from caseworker.values.id_number import check_character


def share(desk: Desk, office: Office, folder: Path, count: int) -> None:
    """`count` people of 星联's roster stand on another company's as well."""
    lines = ["姓名,身份证号,入职日期"]
    for place in range(count):
        body = f"360734199{place}0101001"
        lines.append(f"林远{'一二三四五六七八'[place]},{body + check_character(body)},2022-06-01")
    for place, company in enumerate(("xinglian", "yingshan")):
        path = folder / f"花名册-{place}.csv"
        path.write_text("\n".join(lines) + "\n" * (place + 1), encoding="utf-8")  # not one file for two parties
        desk.imports.take("roster", path, office.party(company), good_rows_only=False)


@pytest.fixture
def waiting(open_window: OpenWindow, office: Office, settle: Settle, tmp_path: Path) -> tuple[Window, CaseScreen]:
    """A case before its proposal, with three people to be answered for."""
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    desk = window.context.desk
    share(desk, office, tmp_path, 3)
    case_id = take_in(desk, office.party("xinglian"), to="proposal")
    assert window.shell is not None
    window.shell.go(("case", case_id))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, CaseScreen)
    return window, screen


def rows_of(screen: CaseScreen) -> list[FindingRow]:
    model = screen.findings.list.model
    rows = [model.row(number) for number in range(model.rowCount())]
    return [row for row in rows if isinstance(row, FindingRow)]


def propose(screen: CaseScreen) -> QPushButton:
    found = screen.findChild(QPushButton, "move-propose")
    assert isinstance(found, QPushButton)
    return found


def test_a_blocked_proposal_leads_to_the_findings_and_answers_free_it(
    waiting: tuple[Window, CaseScreen], qtbot: QtBot, settle: Settle
) -> None:
    window, screen = waiting
    page = screen.findings
    assert "核查（3）" in [screen.tabs.tabText(place) for place in range(screen.tabs.count())]
    assert not propose(screen).isEnabled()
    assert "3 项核查发现" in screen.hint.text()
    assert screen.to_findings.isVisible()
    qtbot.keyClick(screen, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    if screen.tabs.currentWidget() is not page:
        screen.main_act()  # what the window's Ctrl+Enter calls
    settle(window.runner)
    assert screen.tabs.currentWidget() is page
    assert not screen.to_findings.isVisible()
    assert page.show_only.currentData() == "open"
    assert [row.state for row in rows_of(screen)] == ["open"] * 3
    table = page.list.table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Home)
    settle(window.runner)
    first = rows_of(screen)[0]
    assert page.sentence.text() == first.sentence
    assert page.evidence.model.rowCount() > 0

    # one with ↓ to another conclusion
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert page.strip.isVisible()
    assert page.strip.line.hasFocus()
    assert not page.strip.yes.isEnabled()
    qtbot.keyClick(page.strip.line, Qt.Key.Key_Return)  # nothing is settled without a reason
    settle(window.runner)
    assert len(rows_of(screen)) == 3
    qtbot.keyClick(page.strip.line, Qt.Key.Key_Down)
    qtbot.keyClicks(page.strip.line, "yi geng zheng")
    qtbot.keyClick(page.strip.line, Qt.Key.Key_Return)
    settle(window.runner)
    assert not page.strip.isVisible()
    assert len(rows_of(screen)) == 2
    assert len(table.chosen()) == 1
    assert page.sentence.text() == rows_of(screen)[0].sentence
    assert "核查（2）" in [screen.tabs.tabText(place) for place in range(screen.tabs.count())]

    # the other two at once
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert page.strip.question.text() == "2 项的结论："
    qtbot.keyClicks(page.strip.line, "he shi")
    qtbot.keyClick(page.strip.line, Qt.Key.Key_Return)
    settle(window.runner)
    assert rows_of(screen) == []
    assert propose(screen).isEnabled()
    page.show_only.choose("settled")
    settle(window.runner)
    concluded = [row.conclusion for row in rows_of(screen)]
    assert (concluded.count("属实不影响"), concluded.count("已更正")) == (2, 1)
    assert {row.settled_by for row in rows_of(screen)} == {"张经办"}


def test_enter_on_a_settled_finding_takes_its_conclusion_back(
    waiting: tuple[Window, CaseScreen], qtbot: QtBot, settle: Settle
) -> None:
    window, screen = waiting
    assert window.context is not None
    desk, page = window.context.desk, screen.findings
    digests = [row.digest for row in desk.findings.of_case(screen.case_id).rows]
    desk.findings.settle(screen.case_id, digests, "no-effect", "已核实")
    screen.tabs.setCurrentWidget(page)
    settle(window.runner)
    assert page.show_only.currentData() == ""  # nothing is open: all are shown
    table = page.list.table
    table.selectRow(1)
    settle(window.runner)
    assert "已核实" in page.conclusion.text()
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert page.void_strip.isVisible()
    qtbot.keyClicks(page.void_strip.line, "gai kou")
    qtbot.keyClick(page.void_strip.line, Qt.Key.Key_Return)
    settle(window.runner)
    assert not page.void_strip.isVisible()
    assert [row.state for row in rows_of(screen)] == ["open", "settled", "settled"]
    assert not propose(screen).isEnabled()


def test_what_shows_it_can_be_opened(waiting: tuple[Window, CaseScreen], office: Office, settle: Settle) -> None:
    window, screen = waiting
    page = screen.findings
    screen.tabs.setCurrentWidget(page)
    settle(window.runner)
    page.list.table.selectRow(0)
    settle(window.runner)
    page.evidence.opened.emit(page.evidence.model.row(0))
    settle(window.runner)
    assert window.shell is not None
    assert getattr(window.shell.current, "party_id", None) == office.party("yingshan")


def test_escape_keeps_what_was_typed_and_a_reviewer_only_reads(
    waiting: tuple[Window, CaseScreen], qtbot: QtBot, settle: Settle, office: Office
) -> None:
    window, screen = waiting
    page = screen.findings
    screen.tabs.setCurrentWidget(page)
    settle(window.runner)
    page.list.table.selectRow(0)
    qtbot.keyClick(page.list.table, Qt.Key.Key_Return)
    qtbot.keyClicks(page.strip.line, "he shi")
    qtbot.keyClick(page.strip.line, Qt.Key.Key_Escape)
    assert not page.strip.isVisible()
    qtbot.keyClick(page.list.table, Qt.Key.Key_Return)
    assert page.strip.line.text() == "he shi"
    assert window.context is not None
    window.use(window.context.desk.switch("li", "yanshi-li-2023"), office.path)
    settle(window.runner)
    assert window.shell is not None
    window.shell.go(("case", screen.case_id))
    settle(window.runner)
    read_only = window.shell.current
    assert isinstance(read_only, CaseScreen)
    read_only.tabs.setCurrentWidget(read_only.findings)
    settle(window.runner)
    assert len(rows_of(read_only)) == 3
    read_only.findings.list.table.selectRow(0)
    qtbot.keyClick(read_only.findings.list.table, Qt.Key.Key_Return)
    assert not read_only.findings.strip.isVisible()
