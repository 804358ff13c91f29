"""新建机构 and 忘记密码 from the sign-in page, by keyboard; 本机构 in the settings."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pdfplumber
import pytest
from desktop.desk_bench import WAIT_MS, OpenWindow, Settle
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from caseworker.desktop.memory import recent_offices, settings
from caseworker.desktop.screens.founding import FoundingScreen
from caseworker.desktop.screens.settings import SettingsScreen
from caseworker.desktop.theme import Theme
from caseworker.desktop.window import Window
from caseworker.services import NewOffice, NewUser, Role, create_office, open_desk

PASSWORD, NEW = "erstes-passwort", "zweites-passwort"
XUNWU = "xunwu-2022-59"
TYPED = {
    "name": "某县客服产业办公室",
    "letter_name": "某客办字",
    "region": "某县",
    "reconsider_by": "某县人民政府",
    "contact": "经一",
    "phone": "0797-0000000",
    "address": "某路1号",
}


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, settle: Settle) -> Iterator[Window]:
    settings().remove("recent_offices")  # a desk that has opened no office yet
    made = Window(theme)
    qtbot.addWidget(made, before_close_func=Window.shut)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    settle(made.runner)
    yield made
    made.shut()


def put(qtbot: QtBot, edit: QWidget, words: str) -> None:
    """Typed key by key; Chinese comes in as from an input method, since no key has it."""
    assert isinstance(edit, QLineEdit)
    if words.isascii():
        qtbot.keyClicks(edit, words)
    else:
        edit.insert(words)


def page_of(window: Window) -> FoundingScreen:
    assert window.founding is not None
    return window.founding


def tab_to(qtbot: QtBot, window: Window, target: QWidget) -> None:
    """With Tab alone, as without a mouse; fails when the page cannot be walked through."""
    for _ in range(80):
        here = window.focusWidget()
        if here is target:
            return
        assert here is not None
        qtbot.keyClick(here, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab never came to {target}")


def press(qtbot: QtBot, window: Window, target: QWidget) -> None:
    tab_to(qtbot, window, target)
    qtbot.keyClick(target, Qt.Key.Key_Space)


def type_office(qtbot: QtBot, window: Window, path: Path) -> None:
    """Fills the page: Enter from field to field, Tab between the parts, Space for ticks."""
    page = page_of(window)
    for name, words in TYPED.items():
        here = page.form.fields[name].editor
        assert window.focusWidget() is here
        put(qtbot, here, words)
        qtbot.keyClick(here, Qt.Key.Key_Return)
    file = page.file_form.fields["file"].editor
    tab_to(qtbot, window, file)
    assert isinstance(file, QLineEdit)
    assert file.text().endswith("某县客服产业办公室.caseworker")  # it follows the name until somebody chooses
    file.selectAll()
    put(qtbot, file, str(path))
    press(qtbot, window, page.policies[XUNWU])


def type_users(qtbot: QtBot, window: Window, logins: tuple[str, ...]) -> None:
    page = page_of(window)
    tab_to(qtbot, window, page.users.rows[0].login)
    for row, login in zip(page.users.rows, logins, strict=False):
        for edit, words in ((row.login, login), (row.name, "某人"), (row.password, PASSWORD)):
            assert window.focusWidget() is edit
            put(qtbot, edit, words)
            qtbot.keyClick(edit, Qt.Key.Key_Return)


def test_an_office_is_founded_by_keyboard_and_its_key_kept_before_going_on(
    window: Window, tmp_path: Path, qtbot: QtBot, settle: Settle
) -> None:
    path = tmp_path / "某县.caseworker"
    press(qtbot, window, window.login.found)
    type_office(qtbot, window, path)
    type_users(qtbot, window, ("admin", "jing", "fu", "tou"))
    qtbot.keyClick(page_of(window).users.rows[3].password, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page_of(window).key is not None, timeout=WAIT_MS)
    settle(window.runner)
    page = page_of(window)
    key = page.key
    assert key is not None
    assert page.users.rows[0].password.text() == ""
    assert window.focusWidget() is key.print
    assert not key.enter.isEnabled()
    key.save_to(tmp_path / "密钥.pdf")
    settle(window.runner)
    assert "已保存" in key.message.text()
    with pdfplumber.open(BytesIO((tmp_path / "密钥.pdf").read_bytes())) as pdf:
        text = pdf.pages[0].extract_text().replace(" ", "").replace("\n", "")
    recovery_key = key._key
    assert all(group in text for group in recovery_key.split("-"))
    assert TYPED["name"] in text
    press(qtbot, window, key.kept)
    press(qtbot, window, key.enter)
    settle(window.runner)
    assert window.founding is None
    assert window.pages.currentWidget() is window.login
    assert recent_offices()[0] == path
    assert (window.login.path, window.login.user.currentText()) == (path, "admin")
    assert "已建立" in window.login.message.text()
    assert window.focusWidget() is window.login.password
    put(qtbot, window.login.password, PASSWORD)
    qtbot.keyClick(window.login.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.context is not None, timeout=WAIT_MS)
    settle(window.runner)
    assert window.context is not None
    assert window.context.office.name == TYPED["name"]
    assert [(user.login, sorted(user.roles)) for user in window.context.desk.users.page()] == [
        ("admin", ["administrator"]),
        ("fu", ["reviewer"]),
        ("jing", ["caseworker"]),
        ("tou", ["head"]),
    ]


def test_an_empty_page_says_everything_that_is_missing_and_founds_nothing(
    window: Window, tmp_path: Path, settle: Settle
) -> None:
    window.login.found.click()
    page = page_of(window)
    page.choose(tmp_path / "无此文件夹" / "x")
    page.found()
    settle(window.runner)
    assert set(page.form.problems_shown()) == set(TYPED)
    assert "不存在" in page.file_form.problems_shown()["file"]
    assert "政策" in page._policy_error.text()
    row = page.users.rows[0]
    assert all(words in row.error.text() for words in ("登录名", "姓名", "密码"))
    assert row.error.isVisible()
    assert "11 处" in page.message.text() or "12 处" in page.message.text()
    assert page.key is None
    assert window.focusWidget() is page.form.fields["name"].editor
    assert not page.key_unsafe
    page.back.click()
    assert window.founding is None
    assert window.pages.currentWidget() is window.login


def test_too_few_people_are_warned_of_once_then_the_office_is_founded(
    window: Window, tmp_path: Path, qtbot: QtBot, settle: Settle
) -> None:
    path = tmp_path / "x.caseworker"
    press(qtbot, window, window.login.found)
    type_office(qtbot, window, path)
    type_users(qtbot, window, ("admin",))
    page = page_of(window)
    press(qtbot, window, page.enter)
    settle(window.runner)
    assert "还没有经办人、复核人、负责人" in page.message.text()
    assert not path.exists()
    press(qtbot, window, page.enter)
    qtbot.waitUntil(lambda: page.key is not None, timeout=WAIT_MS)
    settle(window.runner)
    assert path.exists()


def test_the_window_asks_before_an_unseen_key_is_lost(
    window: Window, tmp_path: Path, qtbot: QtBot, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def stay() -> bool:
        asked.append(True)
        return False

    monkeypatch.setattr(window, "leave_key", stay)
    press(qtbot, window, window.login.found)
    type_office(qtbot, window, tmp_path / "x.caseworker")
    type_users(qtbot, window, ("admin", "jing", "fu", "tou"))
    page = page_of(window)
    page.found()
    assert not page.back.isEnabled()  # while it is being made
    qtbot.waitUntil(lambda: page.key is not None, timeout=WAIT_MS)
    settle(window.runner)
    assert not window.close()
    assert asked == [True]
    assert page.key is not None
    page.key.kept.setChecked(True)
    assert window.close()
    assert asked == [True]


# ---- forgotten passwords -------------------------------------------------------------------


@pytest.fixture
def founded(tmp_path: Path) -> tuple[Path, str]:
    path = tmp_path / "机构.caseworker"
    users = [NewUser("admin", "管一", frozenset({Role.ADMINISTRATOR}), PASSWORD)]
    office = NewOffice(**TYPED, policies=(XUNWU,))
    return path, create_office(path, office, users, cheap_keys=True)


def test_a_forgotten_password_is_set_anew_by_keyboard(
    window: Window, founded: tuple[Path, str], qtbot: QtBot, settle: Settle
) -> None:
    path, key = founded
    window.login.choose(path)
    settle(window.runner)
    press(qtbot, window, window.login.forgot)
    page = window.recovering
    assert page is not None
    assert page.form.values()["login"] == "admin"
    wrong = ("A" if key[0] != "A" else "B") + key[1:]
    for name, words in (("recovery_key", wrong), ("new_password", NEW), ("again", NEW)):
        here = page.form.fields[name].editor
        assert window.focusWidget() is here
        put(qtbot, here, words)
        qtbot.keyClick(here, Qt.Key.Key_Return)
    settle(window.runner)
    assert "校验组不符" in page.form.problems_shown()["recovery_key"]
    editor = window.focusWidget()
    assert editor is page.form.fields["recovery_key"].editor
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    put(qtbot, editor, key.lower())
    qtbot.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.recovering is None, timeout=WAIT_MS)
    settle(window.runner)
    assert "管一的密码已重设" in window.login.message.text()
    put(qtbot, window.login.password, NEW)
    qtbot.keyClick(window.login.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.context is not None, timeout=WAIT_MS)
    settle(window.runner)
    assert window.context is not None
    assert window.context.desk.audit.page().rows[0].action == "用恢复密钥重设密码"


def test_another_offices_key_a_held_office_and_unequal_passwords(
    window: Window, founded: tuple[Path, str], tmp_path: Path, settle: Settle
) -> None:
    path, key = founded
    other = create_office(
        tmp_path / "乙.caseworker",
        NewOffice(**TYPED, policies=(XUNWU,)),
        [NewUser("admin", "管一", frozenset({Role.ADMINISTRATOR}), PASSWORD)],
        cheap_keys=True,
    )
    window.login.forgot.click()
    assert window.recovering is None  # no office chosen yet
    assert "选择机构文件" in window.login.message.text()
    window.login.choose(path)
    settle(window.runner)
    window.login.forgot.click()
    page = window.recovering
    assert page is not None
    page.form.set_values({"recovery_key": other, "new_password": NEW, "again": NEW + "x"})
    page.form.submit()
    settle(window.runner)
    assert page.form.problems_shown() == {"again": "两次输入的新密码不一致。"}
    page.form.set_values({"again": NEW})
    page.form.submit()
    settle(window.runner)
    assert "不符" in page.form.problems_shown()["recovery_key"]
    held = open_desk(path, "admin", PASSWORD)
    page.form.set_values({"recovery_key": key})
    page.form.submit()
    settle(window.runner)
    assert "“admin”" in page.message.text()
    held.close()
    page.gave_up.emit()
    assert window.pages.currentWidget() is window.login
    open_desk(path, "admin", PASSWORD).close()


# ---- settings ------------------------------------------------------------------------------


def settings_of(window: Window, settle: Settle) -> SettingsScreen:
    assert window.shell is not None
    window.shell.go(("screen", "settings"))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, SettingsScreen)
    return screen


def test_the_administrator_changes_the_office_in_the_settings(
    open_window: OpenWindow, qtbot: QtBot, settle: Settle
) -> None:
    window = open_window(Role.ADMINISTRATOR)
    page = settings_of(window, settle).office
    assert page.form is not None
    assert window.context is not None
    name, days = page.form.fields["name"].editor, page.form.fields["notice_days"].editor
    mode = page.form.fields["two_person_mode"].editor
    assert isinstance(name, QLineEdit)
    assert isinstance(days, QLineEdit)
    assert isinstance(mode, QComboBox)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    name.setFocus()
    name.selectAll()
    put(qtbot, name, "改名办公室")
    qtbot.keyClick(mode, Qt.Key.Key_Down)
    days.setFocus()
    put(qtbot, days, "1.5")
    qtbot.keyClick(days, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert page.form.problems_shown() == {"notice_days": "请填写整数。"}
    assert window.focusWidget() is days
    days.selectAll()
    put(qtbot, days, "366")
    qtbot.keyClick(days, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    assert "0 至 365" in page.form.problems_shown()["notice_days"]
    days.selectAll()
    put(qtbot, days, "5")
    qtbot.keyClick(days, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    office = window.context.desk.office()
    assert (office.name, office.two_person_mode, office.notice_days) == ("改名办公室", True, 5)
    assert "改名办公室" in window.windowTitle()
    assert not page.form.dirty


def test_a_change_meanwhile_is_shown_and_saved_only_on_the_second_asking(
    open_window: OpenWindow, settle: Settle
) -> None:
    window = open_window(Role.ADMINISTRATOR)
    page = settings_of(window, settle).office
    assert page.form is not None
    assert window.context is not None
    desk = window.context.desk
    with desk.file.write(desk.actor, "office.update") as work:
        from caseworker.store.models import Office

        row = work.session.get(Office, 1)
        assert row is not None
        row.contact = "王五"
        work.subject("office", 1)
    editor = page.form.fields["contact"].editor
    assert isinstance(editor, QLineEdit)
    editor.setText("赵六")
    page.form.submit()
    settle(window.runner)
    assert "联系人：王五" in page.message.text()
    assert desk.office().contact == "王五"
    page.form.submit()
    settle(window.runner)
    assert desk.office().contact == "赵六"


def test_others_read_the_office_and_change_nothing(open_window: OpenWindow, settle: Settle) -> None:
    page = settings_of(open_window(Role.CASEWORKER), settle).office
    assert page.form is None
    shown = [page._grid.itemAt(place).widget() for place in range(page._grid.count())]
    words = [widget.text() for widget in shown]  # type: ignore[attr-defined]
    assert "演示县人民政府" in words
