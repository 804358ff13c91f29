"""登录, 锁定, 切换用户: with a real office file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from desktop.desk_bench import WAIT_MS, Office, OpenWindow, Settle, user_of
from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from caseworker.desktop.idle import IdleWatch
from caseworker.desktop.memory import last_user, recent_offices, remember_user
from caseworker.desktop.screens.dossier import DossierScreen
from caseworker.desktop.theme import Theme
from caseworker.desktop.window import FIRST_SIZE, Window, fitting, is_small
from caseworker.services import Role


@pytest.fixture
def login_window(office: Office, theme: Theme, qtbot: QtBot, settle: Settle) -> Iterator[Window]:
    window = Window(theme, office.path, office.hint)
    qtbot.addWidget(window, before_close_func=Window.shut)
    window.show()
    settle(window.runner)
    yield window
    window.shut()


def test_the_login_screen_lists_who_may_sign_in(login_window: Window) -> None:
    login = login_window.login
    assert {login.user.itemText(n) for n in range(login.user.count())} == {"admin", "li", "wang", "zhang", "zhao"}


def test_a_wrong_password_is_a_sentence_and_nothing_opens(login_window: Window, qtbot: QtBot, settle: Settle) -> None:
    login = login_window.login
    login.user.setCurrentText("zhang")
    qtbot.keyClicks(login.password, "falsches-wort")
    qtbot.keyClick(login.password, Qt.Key.Key_Return)
    settle(login_window.runner)
    assert login_window.shell is None
    assert "密码" in login.message.text()
    assert login.enter.isEnabled()
    assert login.password.text() == "falsches-wort"  # to be corrected, not to be typed anew


def test_the_right_password_opens_the_desk_and_remembers_the_office(
    login_window: Window, office: Office, qtbot: QtBot, settle: Settle
) -> None:
    user = user_of(Role.CASEWORKER)
    login = login_window.login
    login.user.setCurrentText(user.login)
    qtbot.keyClicks(login.password, user.password)
    qtbot.keyClick(login.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: login_window.shell is not None, timeout=WAIT_MS)
    settle(login_window.runner)
    assert login_window.shell is not None
    assert login_window.shell.place == ("screen", "home")
    assert recent_offices()[0] == office.path
    assert last_user(office.path) == user.login
    assert "演示" in login_window.windowTitle()
    assert login.password.text() == ""


def test_the_sample_offices_users_sign_in_with_one_click(login_window: Window, qtbot: QtBot) -> None:
    offers = [button for button in login_window.login.findChildren(QPushButton) if "密码" in button.accessibleName()]
    assert len(offers) == 5
    next(button for button in offers if "李复核" in button.accessibleName()).click()
    qtbot.waitUntil(lambda: login_window.context is not None, timeout=WAIT_MS)
    assert login_window.context is not None
    assert login_window.context.desk.user.login == "li"


def test_no_passwords_are_shown_for_an_office_that_is_not_the_sample(
    office: Office, theme: Theme, qtbot: QtBot, settle: Settle
) -> None:
    window = Window(theme, office.path)
    qtbot.addWidget(window, before_close_func=Window.shut)
    settle(window.runner)
    assert not [button for button in window.login.findChildren(QPushButton) if "密码" in button.accessibleName()]
    window.shut()


def test_an_office_held_by_another_desk_is_told_in_a_sentence(
    login_window: Window, office: Office, qtbot: QtBot, settle: Settle
) -> None:
    held = office.open(Role.REVIEWER)
    try:
        user = user_of(Role.CASEWORKER)
        login_window.login._picked(user.login, user.password)
        settle(login_window.runner)
        assert login_window.shell is None
        assert login_window.login.message.text().endswith("。")
    finally:
        held.close()


def test_switching_user_keeps_the_place(open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    assert window.context is not None
    window.shell.go(("party", office.party("xinglian")))
    settle(window.runner)
    window.switch_user()
    settle(window.runner)
    assert window.lock_page is not None
    head = user_of(Role.HEAD)
    window.lock_page.user.setCurrentText(head.login)
    qtbot.keyClicks(window.lock_page.password, head.password)
    qtbot.keyClick(window.lock_page.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.lock_page is None, timeout=WAIT_MS)
    settle(window.runner)
    assert window.context.desk.user.login == head.login
    assert window.shell.place == ("party", office.party("xinglian"))
    assert window.pages.currentWidget() is window.shell
    assert head.name in window.shell.title.user.text()


def test_a_lock_hides_the_desk_until_the_password_is_right(
    open_window: OpenWindow, qtbot: QtBot, settle: Settle
) -> None:
    window = open_window(Role.CASEWORKER)
    window.idle.idle.emit()
    lock = window.lock_page
    assert lock is not None
    assert window.pages.currentWidget() is lock
    assert "已锁定" in window.windowTitle()
    assert window.shell is not None
    assert not window.shell.isVisible()
    qtbot.keyClicks(lock.password, "nein-nein-nein")
    qtbot.keyClick(lock.password, Qt.Key.Key_Return)
    settle(window.runner)
    assert window.lock_page is lock
    assert "密码" in lock.message.text()
    lock.password.clear()
    qtbot.keyClicks(lock.password, user_of(Role.CASEWORKER).password)
    qtbot.keyClick(lock.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.lock_page is None, timeout=WAIT_MS)
    assert window.shell.isVisible()


def test_the_idle_count_starts_again_with_every_key(qapp: QApplication, qtbot: QtBot) -> None:
    watch = IdleWatch()
    watch.start(60_000)
    watch._timer.setInterval(50_000)  # as if some time had gone by
    watch.eventFilter(watch, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier))
    assert watch._timer.remainingTime() > 49_000
    with qtbot.waitSignal(watch.idle, timeout=WAIT_MS):
        watch.start(1)
    watch.start(0)
    assert not watch.counting


def test_the_practice_date_moves_forward_from_the_title_line(open_window: OpenWindow, settle: Settle) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    assert window.context is not None
    title = window.shell.title
    assert title.practice.text() == "练习日期 2023-06-01"
    assert title.sample.isVisible()
    title.advance(date(2023, 6, 9))
    settle(window.runner)
    assert title.practice.text() == "练习日期 2023-06-09"
    assert window.context.desk.office().today == date(2023, 6, 9)
    title.advance(date(2023, 6, 1))
    settle(window.runner)
    assert title.practice.text() == "练习日期 2023-06-09"
    assert "向后" in window.shell.message.text()


def test_the_search_box_finds_and_opens_by_keyboard(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    box = window.shell.title.search
    qtbot.keyClicks(box, "xlkf")
    qtbot.waitUntil(box.results.isVisible, timeout=WAIT_MS)
    assert "星联客服" in box.list.item(0).text()
    qtbot.keyClick(box, Qt.Key.Key_Return)
    settle(window.runner)
    assert window.shell.place == ("party", office.party("xinglian"))
    assert not box.results.isVisible()
    assert box.text() == ""


def test_closing_with_unsaved_typing_asks_once(
    open_window: OpenWindow, office: Office, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    asked: list[bool] = []
    answer = False

    def leave() -> bool:
        asked.append(answer)
        return answer

    monkeypatch.setattr(window, "leave_drafts", leave)
    window.shell.go(("party", office.party("xinglian")))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, DossierScreen)
    editor = screen.form.fields["contact"].editor
    assert isinstance(editor, QLineEdit)
    editor.setText("新联系人")
    assert not window.close()
    assert window.context is not None  # still here, and so is what was typed
    assert editor.text() == "新联系人"
    answer = True
    assert window.close()
    assert asked == [False, True]
    assert window.context is None


def test_closing_lets_the_next_desk_in(open_window: OpenWindow, office: Office) -> None:
    window = open_window(Role.CASEWORKER)
    window.close()
    office.open(Role.REVIEWER).close()


@pytest.mark.parametrize(("words", "leaves"), [("退出", True), ("返回保存", False)])
def test_the_question_before_leaving_is_answered_by_its_words(
    open_window: OpenWindow, words: str, leaves: bool
) -> None:
    window = open_window(Role.CASEWORKER)

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(button for button in box.buttons() if button.text() == words).click()

    QTimer.singleShot(0, answer)
    assert window.leave_drafts() is leaves


def test_the_sample_office_offers_its_caseworker_and_then_whoever_came_last(
    login_window: Window, office: Office, theme: Theme, qtbot: QtBot, settle: Settle
) -> None:
    assert login_window.login.user.currentText() == "zhang"
    remember_user(office.path, "wang")
    again = Window(theme, office.path, office.hint)
    qtbot.addWidget(again, before_close_func=Window.shut)
    settle(again.runner)
    assert again.login.user.currentText() == "wang"
    remember_user(office.path, "nobody-here-any-more")
    again.login._office_chosen()
    settle(again.runner)
    assert again.login.user.currentText() == "zhang"
    again.shut()


def test_typing_another_name_replaces_the_old_one(open_window: OpenWindow, qtbot: QtBot, settle: Settle) -> None:
    window = open_window(Role.CASEWORKER)
    window.switch_user()
    settle(window.runner)
    lock = window.lock_page
    assert lock is not None
    line = lock.user.lineEdit()
    assert line is not None
    qtbot.waitUntil(lambda: line.hasFocus() and line.selectedText() == "zhang", timeout=WAIT_MS)
    qtbot.keyClicks(line, "li")
    assert lock.user.currentText() == "li"
    lock.password.setFocus()
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: line.selectedText() == "li", timeout=WAIT_MS)


def test_a_draft_stays_with_whoever_typed_it(open_window: OpenWindow, office: Office, settle: Settle) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    context = window.context
    assert context is not None
    key = office.party("xinglian")

    def sit_down(role: Role) -> None:
        window.switch_user()
        settle(window.runner)
        assert window.lock_page is not None
        window.lock_page._picked(user_of(role).login, user_of(role).password)
        settle(window.runner)
        assert window.lock_page is None

    window.shell.go(("party", key))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, DossierScreen)
    screen.form.fields["contact"].editor.setText("新联系人")  # type: ignore[attr-defined]
    sit_down(Role.REVIEWER)
    assert context.draft(f"party/{key}") is None
    assert window.shell.place == ("party", key)
    sit_down(Role.CASEWORKER)
    screen = window.shell.current
    assert isinstance(screen, DossierScreen)
    assert screen.form.fields["contact"].value() == "新联系人"
    screen.main_act()
    settle(window.runner)
    window.shell.keep()
    assert context.desk.dossiers.get(key).form.contact == "新联系人"
    assert not context.has_drafts


def test_a_backup_of_the_sample_office_is_as_old_as_the_practice_date_says(
    open_window: OpenWindow, settle: Settle
) -> None:
    window = open_window(Role.ADMINISTRATOR)
    assert window.shell is not None
    title = window.shell.title
    title._back_up()
    settle(window.runner)
    assert title.backup.text() == "今日已备份"
    title.advance(date(2023, 6, 4))
    settle(window.runner)
    assert title.backup.text() == "3 天前备份"


def test_the_window_with_its_frame_fits_the_screen(login_window: Window) -> None:
    assert is_small(QSize(1366, 768))
    assert is_small(QSize(1920, 768))
    assert is_small(QSize(1280, 1024))
    assert not is_small(QSize(1367, 769))
    frame = QSize(16, 39)
    assert fitting(FIRST_SIZE, frame, QSize(1920, 1040)) == FIRST_SIZE
    assert fitting(FIRST_SIZE, frame, QSize(1382, 807)) == FIRST_SIZE
    assert fitting(FIRST_SIZE, frame, QSize(1440, 806)) == QSize(1366, 767)
    small = is_small(login_window.screen().size())
    assert login_window.isMaximized() == small
