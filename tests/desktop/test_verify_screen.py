"""核验文书 in the window: an own file, a changed one, a stranger's, a voided letter, the text of a QR code."""

from __future__ import annotations

from pathlib import Path

from desktop.desk_bench import Office, OpenWindow, Settle
from desktop.test_documents_screen import decided
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from caseworker.desktop.screens.document import DocumentScreen
from caseworker.desktop.screens.verify import VerifyScreen
from caseworker.services import Role


def test_files_and_codes_are_told_apart(
    open_window: OpenWindow, office: Office, settle: Settle, qtbot: QtBot, tmp_path: Path
) -> None:
    made, case_id = decided(office.open(Role.CASEWORKER), office.party("xinglian"))
    made.close()
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    assert window.context is not None
    desk = window.context.desk
    letter = desk.documents.make("decision", case_id=case_id)
    own = desk.documents.export(letter.id, tmp_path / "own.pdf")
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(own.read_bytes() + b"\n")
    window.shell.go(("screen", "documents"))
    settle(window.runner)
    window.shell.go(("verify", 0))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, VerifyScreen)
    seen = {}
    for path in (own, changed):
        screen.verify_file(path)
        settle(window.runner)
        assert screen.found is not None
        seen[path.name] = screen.found.verdict
        assert screen.message.text() == screen.found.message
    stranger = tmp_path / "stranger.pdf"
    stranger.write_bytes(b"%PDF-1.4 of somebody else")
    screen.verify_file(stranger)
    settle(window.runner)
    assert screen.found is not None
    assert seen | {"stranger.pdf": screen.found.verdict} == {
        "own.pdf": "unchanged",
        "changed.pdf": "changed",
        "stranger.pdf": "unknown",
    }
    assert screen.link.isHidden()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    screen.code.setFocus()
    screen.code.setText("别处的二维码")
    QTest.keyClick(screen.code, Qt.Key.Key_Return)
    settle(window.runner)
    assert screen.found is not None
    assert (screen.found.verdict, screen.verdict.text()) == ("unknown", "登记簿中没有")
    desk.documents.void(letter.id, "写错了")
    screen.verify_file(own)
    settle(window.runner)
    assert screen.found.verdict == "voided"
    assert "写错了" in screen.message.text()
    QTest.keyClick(screen.link, Qt.Key.Key_Return)
    settle(window.runner)
    assert isinstance(window.shell.current, DocumentScreen)
    screen.verify_file(tmp_path / "nothing.pdf")
    settle(window.runner)
    assert "nothing.pdf" in window.shell.message.text()
