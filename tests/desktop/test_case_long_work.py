"""A case whose facts take long to work out: the clerk sees it run, and may give it up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from desktop.desk_bench import Office, OpenWindow, Settle, take_in
from pytestqt.qtbot import QtBot

from caseworker.desktop.progress import ProgressLine
from caseworker.desktop.screens.case import CaseScreen
from caseworker.desktop.window import Window
from caseworker.errors import Cancelled
from caseworker.services import Role

Opened = tuple[Window, CaseScreen]


@pytest.fixture
def opened(open_window: OpenWindow, office: Office, settle: Settle) -> Opened:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    assert window.shell is not None
    case_id = take_in(window.context.desk, office.party("xinglian"), to="proposal")
    window.shell.go(("case", case_id))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, CaseScreen)
    return window, screen


def endless(*_args: Any, progress: Callable[[int, int], None], cancelled: Callable[[], bool], **_more: Any) -> Any:
    """Stands for the recognition of ten thousand people."""
    while not cancelled():
        progress(3, 10)
    raise Cancelled


def test_giving_up_ends_everything_that_waits_for_it(opened: Opened, qtbot: QtBot, settle: Settle) -> None:
    window, screen = opened
    assert window.shell is not None
    cases = screen.context.desk.cases
    shown = screen.hint.text(), screen.status.text()
    before = screen.calculation.steps.isHidden()
    cases.get = cases.calculation = endless  # type: ignore[method-assign]
    screen.refresh()
    assert screen.calculation.running is not None
    reading = screen._reading
    assert reading is not None
    qtbot.waitUntil(lambda: reading.steps == (3, 10))
    line = window.findChild(ProgressLine)
    qtbot.waitUntil(lambda: not line.isHidden())  # announced, with its 取消
    assert not line.cancel.isHidden()
    line.cancel.click()
    settle(window.runner)
    assert (screen._reading, screen.calculation.running) == (None, None)
    assert "F5" in window.shell.message.text()
    assert (screen.hint.text(), screen.status.text()) == shown
    assert screen.calculation.steps.isHidden() == before


def test_a_move_given_up_moves_nothing_and_can_be_tried_again(opened: Opened, qtbot: QtBot, settle: Settle) -> None:
    window, screen = opened
    cases = screen.context.desk.cases
    real = cases.move
    cases.move = endless  # type: ignore[method-assign]
    version = screen.detail.version if screen.detail is not None else 0
    screen.main_act()
    screen.main_act()  # a second press while it runs asks for nothing
    (running,) = window.runner._under_way.values()
    qtbot.waitUntil(lambda: running.steps == (3, 10))
    running.cancel()
    settle(window.runner)
    assert screen.detail is not None
    assert (screen.detail.version, screen.detail.step) == (version, "proposal")
    cases.move = real  # type: ignore[method-assign]
    assert all(button.isEnabled() for button in screen._move_buttons if button.objectName() == "move-propose")
    screen.main_act()
    settle(window.runner)
    assert screen.detail.proposer != ""
