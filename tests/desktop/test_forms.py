"""Forms: problems in words beside the field, the keyboard's way through, nothing typed ever lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from caseworker.desktop.fields import DateEdit, Field
from caseworker.desktop.forms import Form
from caseworker.errors import Problem

FIELDS = (
    Field("name", "名称", required=True),
    Field("day", "成立日期", "date"),
    Field("kind", "类型", "choice", options=(("company", "企业"), ("school", "院校"))),
    Field("seats", "座席数", "number", unit="席"),
    Field("note", "备注", "long"),
)


class Asked:
    """The services' check, answered when the test says so."""

    def __init__(self) -> None:
        self.values: list[dict[str, Any]] = []
        self.answers: list[Callable[[tuple[Problem, ...]], None]] = []

    def __call__(self, values: dict[str, Any], answer: Callable[[tuple[Problem, ...]], None]) -> None:
        self.values.append(values)
        self.answers.append(answer)


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def form(qtbot: QtBot, asked: Asked) -> Iterator[Form]:
    window = QWidget()
    made = Form(FIELDS, check=asked, parent=window)
    QVBoxLayout(window).addWidget(made)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    yield made
    window.close()  # and so the window lives as long as the test


def line(form: Form, name: str) -> QLineEdit:
    editor = form.fields[name].editor
    assert isinstance(editor, QLineEdit)
    return editor


def test_values_come_out_typed(form: Form) -> None:
    line(form, "name").setText("  星联客服 ")
    line(form, "day").setText("2022年4月22日")
    line(form, "seats").setText("１，２６０")
    assert form.values() == {
        "name": "星联客服",
        "day": date(2022, 4, 22),
        "kind": "company",
        "seats": "1260",
        "note": "",
    }


def test_nothing_is_called_wrong_before_it_is_touched(form: Form) -> None:
    assert form.problems_shown() == {}


def test_a_problem_shows_as_it_is_typed_after_a_pause(form: Form, qtbot: QtBot, asked: Asked) -> None:
    qtbot.keyClicks(line(form, "name"), "x")
    qtbot.waitUntil(lambda: len(asked.values) == 1, timeout=3000)
    asked.answers[0]((Problem("name", "名称太短。"), Problem("seats", "请填写座席数。")))
    assert form.problems_shown() == {"name": "名称太短。"}  # seats was not touched yet
    assert line(form, "name").property("wrong")


def test_an_answer_to_older_text_is_dropped(form: Form, qtbot: QtBot, asked: Asked) -> None:
    line(form, "name").setText("甲")
    form.check_now()
    line(form, "name").setText("甲公司")
    form.check_now()
    asked.answers[1](())
    asked.answers[0]((Problem("name", "名称太短。"),))
    assert form.problems_shown() == {}


def test_a_date_that_is_none_is_said_in_words(form: Form, qtbot: QtBot) -> None:
    line(form, "day").setText("2023-02-29")
    form.check_now()
    assert form.problems_shown() == {"day": "日期请写成 2023-06-01 这样"}


def test_submitting_focuses_the_first_wrong_field_and_does_not_send(form: Form, qtbot: QtBot) -> None:
    sent: list[None] = []
    form.submitted.connect(lambda: sent.append(None))
    line(form, "seats").setFocus()
    form.submit()
    assert sent == []
    assert form.problems_shown() == {"name": "请填写名称"}
    qtbot.waitUntil(line(form, "name").hasFocus)


def test_problems_of_saving_show_untouched_fields_too(form: Form, qtbot: QtBot) -> None:
    line(form, "name").setText("甲公司")
    form.show_problems((Problem("seats", "座席数应为整数。"), Problem("other", "已有同名档案。")))
    assert form.problems_shown() == {"seats": "座席数应为整数。"}
    qtbot.waitUntil(line(form, "seats").hasFocus)
    assert not form._general.isHidden()
    assert form._general.text() == "已有同名档案。"
    line(form, "seats").setText("260")
    assert form.problem("seats") is None


def test_enter_goes_on_and_ctrl_enter_sends(form: Form, qtbot: QtBot) -> None:
    sent: list[None] = []
    form.submitted.connect(lambda: sent.append(None))
    line(form, "name").setFocus()
    qtbot.waitUntil(line(form, "name").hasFocus)
    qtbot.keyClicks(line(form, "name"), "abc")
    qtbot.keyClick(line(form, "name"), Qt.Key.Key_Return)
    qtbot.waitUntil(line(form, "day").hasFocus)
    assert sent == []
    qtbot.keyClick(line(form, "day"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(sent) == 1


def test_text_under_composition_is_kept_when_the_focus_moves(form: Form, qtbot: QtBot) -> None:
    edit = line(form, "name")
    edit.setFocus()
    qtbot.waitUntil(edit.hasFocus)
    QApplication.sendEvent(edit, QInputMethodEvent("xing", []))
    assert edit.text() == ""
    line(form, "day").setFocus()
    qtbot.waitUntil(line(form, "day").hasFocus)
    assert edit.text() == "xing"


def test_text_under_composition_is_sent_with_the_form(form: Form, qtbot: QtBot) -> None:
    edit = line(form, "name")
    edit.setFocus()
    QApplication.sendEvent(edit, QInputMethodEvent("星联", []))
    sent: list[dict[str, Any]] = []
    form.submitted.connect(lambda: sent.append(form.values()))
    form.submit()
    assert sent[0]["name"] == "星联"


def test_composition_that_ended_is_not_doubled(form: Form, qtbot: QtBot) -> None:
    edit = line(form, "name")
    edit.setFocus()
    QApplication.sendEvent(edit, QInputMethodEvent("xinglian", []))
    done = QInputMethodEvent()
    done.setCommitString("星联")
    QApplication.sendEvent(edit, done)
    line(form, "day").setFocus()
    assert edit.text() == "星联"


def test_a_draft_comes_back_as_typed_even_where_it_is_wrong(form: Form, qtbot: QtBot) -> None:
    line(form, "name").setText("甲")
    line(form, "day").setText("不是日期")
    kept = form.typed()
    form.set_values({"name": "保存过的", "day": None})
    assert not form.dirty
    form.restore(kept)
    assert form.dirty
    assert line(form, "day").text() == "不是日期"
    assert form.problems_shown()["day"] == "日期请写成 2023-06-01 这样"


def test_filling_a_form_makes_nothing_dirty(form: Form) -> None:
    form.set_values({"name": "甲公司", "day": date(2022, 4, 22), "kind": "school", "note": "两行\n文字"})
    assert not form.dirty
    assert form.values()["kind"] == "school"
    assert form.values()["note"] == "两行\n文字"
    line(form, "name").setText("乙公司")
    assert form.dirty


def test_dates_are_tidied_when_left(form: Form, qtbot: QtBot) -> None:
    edit = line(form, "day")
    assert isinstance(edit, DateEdit)
    edit.setText("2023/6/1")
    edit.editingFinished.emit()
    assert edit.text() == "2023-06-01"


def test_a_password_is_never_kept_in_a_draft(qtbot: QtBot) -> None:
    made = Form((Field("login", "登录名"), Field("password", "密码", "password")))
    qtbot.addWidget(made)
    line(made, "password").setText("秘密")
    assert made.typed() == {"login": ""}
