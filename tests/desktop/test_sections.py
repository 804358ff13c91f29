"""Pages named down the left, pickers, source with its scan, and fields for whoever only reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desktop.test_theme import contrast
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from caseworker.desktop.fields import DateEdit, Field
from caseworker.desktop.forms import Form
from caseworker.desktop.picks import Answer, PickEdit, SourceEdit, narrowed
from caseworker.desktop.sections import Sections
from caseworker.desktop.theme import Mode, Theme

CTRL = Qt.KeyboardModifier.ControlModifier
CHOICES = (("a", "纳税额"), ("b", "实缴资本"), ("c", "纳税年度"))


@pytest.fixture
def sections(qtbot: QtBot) -> Sections:
    made = Sections()
    for key, title, group in (
        ("form", "基本资料", ""),
        ("facts", "事实", "登记"),
        ("seats", "座席", "登记"),
        ("people", "人员", "人员"),
    ):
        page = QWidget()
        line = QLineEdit(page)
        line.setObjectName(key)
        page.setFocusProxy(line)
        made.addTab(page, title, key, group)
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_ctrl_tab_goes_round_past_what_is_not_offered(sections: Sections, qtbot: QtBot) -> None:
    sections.offer("seats", False)
    page = sections.currentWidget()
    assert page is not None
    page.setFocus()
    seen = []
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab, CTRL)
        seen.append(sections.key())
        focus = QApplication.focusWidget()
        assert focus is not None
        assert focus.objectName() == sections.key()
    assert seen == ["facts", "people", "form", "facts"]


def test_arrows_stay_on_the_names_and_enter_goes_in(sections: Sections, qtbot: QtBot) -> None:
    sections._pages[0].tool.setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert sections.key() == "seats"
    assert QApplication.focusWidget() is sections._pages[2].tool
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.objectName() == "seats"


def test_a_group_without_pages_has_no_words(sections: Sections) -> None:
    caption = sections._pages[1].caption
    assert caption is not None
    assert caption.isVisible()
    sections.offer("facts", False)
    assert caption.isVisible()
    sections.offer("seats", False)
    assert not caption.isVisible()
    assert not sections.show_key("seats")
    assert sections.key() == "form"
    sections.offer("seats", True)
    assert sections.show_key("seats")


def test_a_count_stands_behind_the_name(sections: Sections) -> None:
    sections.set_count("people", 3)
    assert sections._pages[3].tool.text() == "人员　3"
    assert sections.tabText(3) == "人员"
    sections.set_count("people", 0)
    assert sections._pages[3].tool.text() == "人员"


# ---- pickers ---------------------------------------------------------------------------------


@pytest.fixture
def picker(qtbot: QtBot) -> Iterator[PickEdit]:
    def look(text: str, answer: Answer) -> None:
        answer(tuple(one for one in CHOICES if text in one[1]))

    window = QWidget()
    made = PickEdit(look, missing="请选择。")
    QVBoxLayout(window).addWidget(made)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    made.setFocus()
    yield made
    window.close()


def test_only_what_was_chosen_has_a_value(picker: PickEdit) -> None:
    picker.line.setText("纳税")
    picker.line.textEdited.emit("纳税")
    assert picker.value() is None
    assert picker.problem() == "请选择。"
    assert picker.typed() == [None, "纳税"]
    picker.set_value(("c", "纳税年度"))
    assert (picker.value(), picker.problem()) == ("c", None)
    picker.set_value(picker.typed())  # as a draft brings it back
    assert picker.value() == "c"
    picker.set_value(None)
    assert (picker.value(), picker.typed(), picker.problem()) == (None, None, None)


def test_enter_takes_the_only_one_and_goes_on(picker: PickEdit, qtbot: QtBot) -> None:
    picker.line.setText("实缴")
    picker.line.textEdited.emit("实缴")
    qtbot.waitUntil(lambda: picker._model.rowCount() == 1, timeout=5000)
    popup = picker.completer.popup()
    assert popup is not None
    popup.hide()
    with qtbot.waitSignal(picker.entered, timeout=5000):
        qtbot.keyClick(picker.line, Qt.Key.Key_Return)
    assert picker.value() == "b"
    qtbot.waitUntil(lambda: picker.line.text() == "实缴资本", timeout=5000)


def test_typing_on_after_a_choice_takes_it_back(picker: PickEdit, qtbot: QtBot) -> None:
    picker.set_value(("b", "实缴资本"))
    picker.line.setCursorPosition(99)
    qtbot.keyClicks(picker.line, "x")
    assert picker.value() is None
    assert picker.problem() == "请选择。"


def test_a_source_takes_its_name_from_the_scan_only_where_there_is_none(qtbot: QtBot) -> None:
    source = SourceEdit()
    qtbot.addWidget(source)
    assert source.problem()
    source.take(Path("租赁合同.pdf"))
    assert source.value() == ("租赁合同", Path("租赁合同.pdf"))
    assert source.problem() is None
    source.take(Path("另一份.pdf"))
    assert source.value() == ("租赁合同", Path("另一份.pdf"))
    source.take(None)
    assert source.value() == ("租赁合同", None)
    source.set_value(["营业执照", "执照.jpg"])
    assert source.value() == ("营业执照", Path("执照.jpg"))


# ---- forms -----------------------------------------------------------------------------------

FIELDS = (
    Field("name", "名称", required=True),
    Field("kind", "类型", "choice", options=(("company", "企业"),)),
    Field("day", "成立日期", "date"),
    Field("year", "年度", "number", "年", required=True, over="day"),
    Field("note", "备注", "long"),
)


def test_a_field_out_of_sight_is_never_wrong_and_enter_goes_past_it(qtbot: QtBot) -> None:
    form = Form(FIELDS)
    qtbot.addWidget(form)
    form.show_field("year", False)
    form.fields["name"].set_value("甲")
    with qtbot.waitSignal(form.submitted, timeout=1000):
        form.submit()
    form.show_field("day", False)
    form.show_field("year", True)
    form.submit()
    assert list(form.problems_shown()) == ["year"]
    form.show()
    qtbot.waitExposed(form)
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    form.fields["kind"].editor.setFocus()
    qtbot.keyClick(form.fields["kind"].editor, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is form.fields["year"].editor


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
def test_what_may_only_be_read_is_as_readable_as_anything(theme: Theme, qtbot: QtBot, mode: Mode) -> None:
    theme.set_mode(mode)
    try:
        form = Form(FIELDS)
        qtbot.addWidget(form)
        form.set_values({"name": "寻" * 12, "kind": "company", "note": "墨" * 12})
        form.set_read_only()
        form.resize(800, 400)
        form.show()
        qtbot.waitExposed(form)
        for name in ("name", "kind", "note"):
            image = form.fields[name].editor.grab().toImage()
            ink, ground = darkest_and_ground(image, mode)
            assert contrast(ink, ground) >= 7, name
        line, day = form.fields["name"].editor, form.fields["day"].editor
        assert isinstance(line, QLineEdit)
        assert isinstance(day, DateEdit)
        assert line.isReadOnly()
        line.selectAll()
        assert line.selectedText() == "寻" * 12  # can be copied
        assert day.placeholderText() == ""  # nothing that looks like a date
        note = form.fields["note"].editor
        assert isinstance(note, QPlainTextEdit)
        assert note.isReadOnly()
        assert all("*" not in label.text() for label in form._labels.values())
    finally:
        theme.set_mode(Mode.LIGHT)


def darkest_and_ground(image: QImage, mode: Mode) -> tuple[str, str]:
    """The strongest ink in the middle of a field, and the commonest colour there."""
    counts: dict[str, int] = {}
    for x in range(4, image.width() - 4):
        for y in range(4, image.height() - 4):
            name = image.pixelColor(x, y).name()
            counts[name] = counts.get(name, 0) + 1
    ground = max(counts, key=lambda name: counts[name])
    light = (QColor(name).lightness() for name in counts)
    wanted = max(light) if mode is Mode.DARK else min(light)
    return next(name for name in counts if QColor(name).lightness() == wanted), ground


def test_choices_are_found_by_their_words_or_their_initials() -> None:
    assert narrowed(CHOICES, "纳税") == (("a", "纳税额"), ("c", "纳税年度"))
    assert narrowed(CHOICES, "sjzb") == (("b", "实缴资本"),)
    assert narrowed(CHOICES, "NSE") == (("a", "纳税额"),)
    assert narrowed(CHOICES, "") == CHOICES
    assert narrowed(CHOICES, "租金") == ()
