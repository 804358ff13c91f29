"""The case page over a real office: ticking by keyboard, moving by Ctrl+Enter, reasons in place."""

from __future__ import annotations

from pathlib import Path

import pytest
from desktop.desk_bench import Office, OpenWindow, Settle, take_in
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter, QPdfWriter
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from caseworker.desktop.checklist import NAME, ORIGINAL, SCANS, STATE, ChecklistModel, state_of
from caseworker.desktop.result_view import yuan
from caseworker.desktop.scan_viewer import UNREADABLE
from caseworker.desktop.screens.case import CaseScreen, one_line
from caseworker.desktop.tables import MARK_ROLE
from caseworker.desktop.window import Window
from caseworker.services import Role
from caseworker.services.views import PaperView


def paper(name: str = "licence", **changes: object) -> PaperView:
    values: dict[str, object] = {
        "id": name,
        "name": "营业执照",
        "need": "mandatory",
        "need_name": "必备",
        "applies": True,
        "wants_original": True,
        "wants_copy": True,
        "wants_seal": False,
        "original_sighted": False,
        "copy_kept": False,
        "seal_affixed": False,
        "complete": False,
        "checked_by": "",
        "checked_at": None,
        "tolerated_until": None,
        "note": "",
        "scans": (),
        "version": 1,
        "quote": "营业执照复印件",
    }
    return PaperView(**{**values, **changes})  # type: ignore[arg-type]


def test_checklist_model_is_sound_and_says_only_what_changed(qtmodeltester: ModelTester) -> None:
    model = ChecklistModel()
    qtmodeltester.check(model)
    model.show_papers((paper("a"), paper("b"), paper("c", applies=False)))
    qtmodeltester.check(model)
    resets: list[None] = []
    changed: list[int] = []
    model.modelReset.connect(lambda: resets.append(None))
    model.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    model.show_paper(paper("b", original_sighted=True, version=2))
    assert (resets, changed) == ([], [1])
    assert model.index(1, ORIGINAL).data(MARK_ROLE) is True
    assert model.index(0, ORIGINAL).data(MARK_ROLE) is False
    assert model.index(2, ORIGINAL).data(MARK_ROLE) is None
    assert model.index(2, ORIGINAL).data() == "—"
    assert model.index(2, STATE).data() == "本件不需要"


def test_what_a_line_says_of_itself() -> None:
    assert state_of(paper()) == ("缺", "red")
    assert state_of(paper(need="tolerable")) == ("缺", "amber")
    assert state_of(paper(complete=True)) == ("齐备", "green")


def case_screen(window: Window, case_id: int, settle: Settle) -> CaseScreen:
    assert window.shell is not None
    window.shell.go(("case", case_id))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, CaseScreen)
    return screen


def moves_of(screen: CaseScreen) -> dict[str, QPushButton]:
    found = screen.findChildren(QPushButton)
    return {made.objectName()[5:]: made for made in found if made.objectName().startswith("move-") and made.isVisible()}


@pytest.fixture
def verifying(open_window: OpenWindow, office: Office, settle: Settle) -> tuple[Window, CaseScreen]:
    """A case at its checklist, nothing ticked."""
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    case_id = take_in(window.context.desk, office.party("xinglian"), to="verification")
    return window, case_screen(window, case_id, settle)


def test_the_checklist_runs_by_keyboard_alone(
    verifying: tuple[Window, CaseScreen], qtbot: QtBot, settle: Settle
) -> None:
    window, screen = verifying
    table = screen.papers.table
    assert screen.tabs.currentIndex() == 0
    assert not moves_of(screen)["papers-complete"].isEnabled()
    assert "暂不能" in screen.hint.text()
    count = len(table.papers_model.papers)
    assert count > 5
    table.setFocus()
    for _ in range(count):
        qtbot.keyClick(table, Qt.Key.Key_Space)
        qtbot.keyClick(table, Qt.Key.Key_Down)
    settle(window.runner)
    assert [p.name for p in table.papers_model.papers if p.applies and not p.complete] == []
    assert moves_of(screen)["papers-complete"].isEnabled()
    assert "齐备" in screen.tabs.tabText(0)


def test_letters_tick_one_mark_and_space_takes_all_back(
    verifying: tuple[Window, CaseScreen], qtbot: QtBot, settle: Settle
) -> None:
    window, screen = verifying
    table = screen.papers.table
    place = next(n for n, p in enumerate(table.papers_model.papers) if p.wants_original and p.wants_copy and p.applies)
    table.selectRow(place)
    qtbot.keyClick(table, Qt.Key.Key_Y)
    settle(window.runner)
    line = table.papers_model.papers[place]
    assert (line.original_sighted, line.copy_kept) == (True, False)
    assert line.checked_by == "张经办"
    qtbot.keyClick(table, Qt.Key.Key_Y)
    settle(window.runner)
    assert not table.papers_model.papers[place].original_sighted
    for key in (Qt.Key.Key_Y, Qt.Key.Key_F, Qt.Key.Key_Z):  # faster than the answers come: none is lost
        qtbot.keyClick(table, key)
    settle(window.runner)
    line = table.papers_model.papers[place]
    assert line.complete
    assert line.seal_affixed == line.wants_seal
    qtbot.keyClick(table, Qt.Key.Key_Space)
    settle(window.runner)
    line = table.papers_model.papers[place]
    assert (line.original_sighted, line.copy_kept, line.seal_affixed) == (False, False, False)
    assert table.currentIndex().row() == place


def test_a_note_is_written_in_place(verifying: tuple[Window, CaseScreen], qtbot: QtBot, settle: Settle) -> None:
    window, screen = verifying
    table = screen.papers.table
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_B)
    strip = screen.papers.note_strip
    assert strip.isVisible()
    strip.line.setText("原件模糊，已请企业重印")
    qtbot.keyClick(strip.line, Qt.Key.Key_Return)
    settle(window.runner)
    assert table.papers_model.papers[0].note == "原件模糊，已请企业重印"
    assert not strip.isVisible()


def test_ctrl_enter_takes_the_straight_way(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    screen = case_screen(window, take_in(window.context.desk, office.party("xinglian"), to="proposal"), settle)
    assert screen.tabs.currentWidget() is screen.calculation
    qtbot.keyClick(screen, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    assert screen.detail is not None
    assert screen.detail.step == "review"
    assert screen.main_move is None  # the proposer does not review


def test_a_side_way_asks_for_a_reason_first(verifying: tuple[Window, CaseScreen], qtbot: QtBot, settle: Settle) -> None:
    window, screen = verifying
    moves_of(screen)["withdraw"].click()
    assert screen.reason.isVisible()
    qtbot.keyClick(screen.reason.line, Qt.Key.Key_Return)
    settle(window.runner)
    assert screen.detail is not None
    assert screen.detail.status == "open"  # no reason, no move
    screen.reason.line.setText("企业来函撤回申请")
    qtbot.keyClick(screen.reason.line, Qt.Key.Key_Return)
    settle(window.runner)
    assert screen.detail.status == "withdrawn"
    assert screen.detail.log[-1].reason == "企业来函撤回申请"
    assert screen.status.text() == "已撤回"


def test_ctrl_enter_answers_what_is_asked_and_does_not_move_the_case_on(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    screen = case_screen(window, take_in(window.context.desk, office.party("xinglian"), to="proposal"), settle)
    assert screen.main_move is not None  # the straight way is open
    moves_of(screen)["withdraw"].click()
    qtbot.keyClick(screen.reason.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    assert screen.detail is not None
    assert (screen.detail.step, screen.detail.status) == ("proposal", "open")
    screen.reason.line.setText("企业来函撤回申请")
    qtbot.keyClick(screen.reason.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    assert screen.detail.status == "withdrawn"


def test_a_message_stands_alone_in_the_line_below(verifying: tuple[Window, CaseScreen], settle: Settle) -> None:
    window, screen = verifying
    keys = next(found for found in window.statusBar().findChildren(QLabel) if "Ctrl+K" in found.text())
    assert screen.isVisible()
    assert keys.isVisible()
    window.statusBar().showMessage("已保存")
    assert not keys.isVisible()
    keys.setMinimumHeight(60)  # laid out anew, as when progress is shown beside it
    settle(window.runner)
    assert not keys.isVisible()
    window.statusBar().clearMessage()
    assert keys.isVisible()


def test_a_case_moved_by_somebody_else_meanwhile_is_told_and_read_again(
    verifying: tuple[Window, CaseScreen], settle: Settle
) -> None:
    window, screen = verifying
    assert window.context is not None
    assert screen.detail is not None
    desk = window.context.desk
    move = next(move for move in screen.detail.moves if move.id == "withdraw")
    desk.cases.move(screen.case_id, "withdraw", version=screen.detail.version, reason="企业来函")
    screen.take(move)
    screen.reason.line.setText("重复的撤回")
    screen.reason._give()
    settle(window.runner)
    assert window.shell is not None
    assert window.shell.message.text()
    assert screen.detail.status == "withdrawn"
    assert screen.reason.line.text() == "重复的撤回"  # typed text is not thrown away


def test_the_calculation_shows_amount_words_and_sources(
    open_window: OpenWindow, office: Office, settle: Settle
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    screen = case_screen(window, take_in(window.context.desk, office.party("xinglian"), to="proposal"), settle)
    words = [made.text() for made in screen.calculation.findChildren(QLabel) if not made.isHidden()]
    assert "780,000.00" in words
    assert "人民币柒拾捌万元整" in words
    assert "260席 × 3,000元/席" in words
    assert any(text.startswith("营业执照") for text in words)
    assert any("口径" in text for text in words)


def test_the_words_beside_the_sum_are_those_of_the_rate_applied(
    open_window: OpenWindow, office: Office, settle: Settle
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    screen = case_screen(window, take_in(window.context.desk, office.party("xinglian"), to="proposal"), settle)
    part = screen.calculation
    applied = "座席规模200-300席（含300席）的给予一次性3000元/席的座席补贴"
    beside = [made.text() for made in part.steps.findChildren(QLabel) if not made.isHidden()]
    assert f"依据：“{applied}”" in beside
    assert not [text for text in beside if "2000元/席" in text]
    clause = [made.text() for made in part.conditions.findChildren(QLabel) if not made.isHidden()]
    assert f"“{applied}”" in clause
    assert "260席" in beside
    assert "260" not in beside  # a count does not stand under 金额（元）


def test_figures_that_are_not_money_are_told_apart() -> None:
    def step(label: str, expression: str, value: str) -> dict[str, str]:
        return {"label": label, "expression": expression, "value": value, "quote": ""}

    assert yuan(step("适用标准", "3000元/席", "3000.00"))
    assert yuan(step("数量：实付租金", "1200元", "1200.00"))
    assert not yuan(step("数量：办公面积", "1200.50平方米", "1200.50"))
    assert not yuan(step("数量：座席数", "260席", "260"))
    assert not yuan(step("适用比例", "50%", "50%"))


def test_a_case_is_headed_by_number_party_and_clause(verifying: tuple[Window, CaseScreen]) -> None:
    _window, screen = verifying
    assert screen.detail is not None
    assert screen.detail.clause_title
    assert screen._head.text() == f"{screen.detail.number}　{screen.detail.party}　{screen.detail.clause_title}"


def test_a_fact_set_by_hand_wants_a_reason_and_is_marked(
    open_window: OpenWindow, office: Office, settle: Settle
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    screen = case_screen(window, take_in(window.context.desk, office.party("xinglian"), to="proposal"), settle)
    part = screen.calculation
    assert part._view is not None
    part._edit(next(fact for fact in part._view.facts if fact.name == "seats"))
    part.value.set_value(200)
    part._keep_fact()
    settle(window.runner)
    assert window.shell is not None
    assert "理由" in window.shell.message.text()
    assert part.strip.isVisible()
    part.reason.setText("现场复核为200席")
    part._keep_fact()
    settle(window.runner)
    assert not part.strip.isVisible()
    fact = next(fact for fact in part._view.facts if fact.name == "seats")
    assert (fact.value, fact.origin, fact.reason) == (200, "case", "现场复核为200席")
    assert str(part._view.amount) == "400000.00"


def test_a_fact_is_set_and_taken_back_by_keyboard_alone(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    screen = case_screen(window, take_in(window.context.desk, office.party("xinglian"), to="proposal"), settle)
    part = screen.calculation

    def focused() -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def press(key: Qt.Key) -> None:
        qtbot.keyClick(focused(), key)

    def type_in(text: str) -> None:
        qtbot.keyClicks(focused(), text)

    part._edit_buttons["seats"].setFocus()
    press(Qt.Key.Key_Space)
    editor = part.value.focusProxy()
    assert focused() is editor
    press(Qt.Key.Key_Escape)
    assert not part.strip.isVisible()
    assert focused() is part._edit_buttons["seats"]

    press(Qt.Key.Key_Space)
    editor = part.value.focusProxy()
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    type_in("200")
    press(Qt.Key.Key_Return)
    assert focused() is part.reason
    type_in("on site")
    assert (editor.text(), part.reason.text()) == ("200", "on site")
    press(Qt.Key.Key_Backtab)
    assert focused() is editor
    for place in (part.reason, part.keep_button):
        press(Qt.Key.Key_Tab)
        assert focused() is place
    press(Qt.Key.Key_Space)
    settle(window.runner)
    assert not part.strip.isVisible()
    assert part._view is not None
    fact = next(fact for fact in part._view.facts if fact.name == "seats")
    assert (fact.value, fact.reason) == (200, "on site")
    assert focused() is part._edit_buttons["seats"]

    press(Qt.Key.Key_Space)
    for _ in range(3):
        press(Qt.Key.Key_Tab)
    assert focused() is part.withdraw
    press(Qt.Key.Key_Space)
    settle(window.runner)
    assert next(fact for fact in part._view.facts if fact.name == "seats").value == 260
    assert focused() is part._edit_buttons["seats"]


def test_a_reason_typed_for_one_fact_is_not_left_for_another(
    open_window: OpenWindow, office: Office, settle: Settle
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    screen = case_screen(window, take_in(window.context.desk, office.party("xinglian"), to="proposal"), settle)
    part = screen.calculation
    first, second = list(part._edit_buttons)[:2]
    part._edit_buttons[first].click()
    part.reason.setText("只为这一项")
    part._edit_buttons[second].click()
    assert part.reason.text() == ""


def test_an_attached_scan_is_opened_and_left_by_keyboard(
    verifying: tuple[Window, CaseScreen], office: Office, tmp_path: Path, qtbot: QtBot, settle: Settle
) -> None:
    window, screen = verifying
    assert window.context is not None
    desk, part = window.context.desk, screen.papers
    table = part.table
    picture = QImage(900, 600, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    files = [tmp_path / "现场.png", tmp_path / "现场.jpg", tmp_path / "现场.tif", tmp_path / "营业执照.pdf"]
    for file in files[:3]:
        assert picture.save(str(file))
    writer = QPdfWriter(str(files[3]))
    painter = QPainter(writer)
    painter.drawRect(50, 50, 500, 500)
    writer.newPage()
    painter.end()
    for file in files:
        desk.cases.attach(screen.case_id, table.papers_model.papers[1].id, file)
    screen.refresh()
    settle(window.runner)

    table.setFocus()
    table.setCurrentIndex(table.papers_model.index(0, SCANS))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert not part.scan.isVisible()  # no scan: said so, nothing opened
    table.setCurrentIndex(table.papers_model.index(1, SCANS))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    settle(window.runner)
    scan = part.scan
    for place, file in enumerate(files[:3]):
        assert file.name in scan.heading.text()
        assert scan.viewer.stack.currentWidget() is scan.viewer.picture, file
        (shown,) = scan.viewer.picture._labels
        assert shown.pixmap().toImage().pixelColor(5, 5).red() > 240
        assert shown.pixmap().width() <= scan.viewer.picture.viewport().width()
        scan.after.click()
        settle(window.runner)
        assert scan._place == place + 1
    assert scan.viewer.stack.currentWidget() is scan.viewer.pdf
    assert scan.viewer.pdf.document.pageCount() == 2
    scan.viewer.open(lambda: b"kept before scans were looked at")
    settle(window.runner)
    assert scan.viewer.words.text() == UNREADABLE
    scan.before.click()
    settle(window.runner)

    for key, held in (
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier),
    ):
        focused = QApplication.focusWidget()
        assert focused is scan.viewer.pdf.view or focused is scan.viewer.picture
        qtbot.keyClick(focused, key, held)
        assert not scan.isVisible()
        assert QApplication.focusWidget() is table
        assert window.shell is not None
        assert window.shell.current is screen  # back to the list, not out of the case
        at = table.visualRect(table.papers_model.index(1, SCANS)).center()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
        qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
        settle(window.runner)
        assert scan.isVisible()


def test_names_of_papers_stay_readable_in_a_narrow_window(verifying: tuple[Window, CaseScreen], settle: Settle) -> None:
    window, screen = verifying
    window.resize(window.minimumSizeHint())
    settle(window.runner)
    table = screen.papers.table
    assert table.columnWidth(NAME) >= table.fontMetrics().horizontalAdvance("汉") * 16
    window.resize(1366, 768)
    settle(window.runner)
    shown = sum(table.columnWidth(column) for column in range(table.model().columnCount()))
    assert shown <= table.viewport().width()  # nothing lies beyond the edge at the smallest supported screen


def test_reasons_joined_into_a_line_lose_their_full_stops() -> None:
    assert one_line("缺营业执照。\n尚未测算。") == "缺营业执照；尚未测算"
