"""The checklist with its pane: files dropped, the scanner's folder, what stands on a paper, all by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from desktop.desk_bench import Office, OpenWindow, Settle, take_in, tick_everything
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from caseworker.desktop import memory
from caseworker.desktop.checklist import NAME, NOTE, STATE, scans_of, state_of
from caseworker.desktop.screens.case import CaseScreen
from caseworker.desktop.screens.case_papers import CasePapers
from caseworker.desktop.screens.document import DocumentScreen
from caseworker.desktop.theme import Theme
from caseworker.desktop.window import Window
from caseworker.services import Role
from caseworker.services.views import PaperView, ScanRow

LOGIN = "zhang"


def picture(path: Path, pages: int = 1, shade: int = 90) -> Path:
    images = [Image.new("L", (120, 160), shade + page) for page in range(pages)]
    images[0].save(path, save_all=True, append_images=images[1:]) if pages > 1 else images[0].save(path)
    return path


@pytest.fixture
def folder(tmp_path: Path, theme: Theme) -> Iterator[Path]:
    """The scanner's folder of the user at the desk; after `theme`, which forgets what was remembered."""
    made = tmp_path / "扫描仪"
    made.mkdir()
    memory.remember_scan_folder(LOGIN, made)
    yield made
    memory.remember_scan_folder(LOGIN, None)
    memory.forget_ignored_scans(LOGIN)
    memory.remember_scan_days(LOGIN, 1)


class Desk:
    """The case page at its checklist, and what a person does at it: press keys, type, look."""

    def __init__(self, window: Window, screen: CaseScreen, qtbot: QtBot, settle: Settle) -> None:
        self.window, self.screen, self._qtbot, self._settle = window, screen, qtbot, settle

    @property
    def papers(self) -> CasePapers:
        return self.screen.papers

    @property
    def rows(self) -> tuple[PaperView, ...]:
        return self.papers.table.papers_model.papers

    @property
    def row(self) -> PaperView:
        found = self.papers.table.current()
        assert found is not None
        return found

    def paper(self, name: str) -> PaperView:
        return next(one for one in self.rows if one.id == name)

    def go_to(self, name: str) -> None:
        """By the arrows, as a person does."""
        self.papers.table.setFocus()
        self.press(Qt.Key.Key_Home)
        for _ in range([one.id for one in self.rows].index(name)):
            self.press(Qt.Key.Key_Down)
        assert self.row.id == name

    def focused(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self._qtbot.keyClick(self.focused(), key, held)

    def type_in(self, text: str) -> None:
        self._qtbot.keyClicks(self.focused(), text)

    def settle(self) -> None:
        self._settle(self.window.runner)

    def look(self, times: int = 2) -> None:
        """What the timer does; a file counts as whole at the second look."""
        for _ in range(times):
            self.papers.pane.scans.watch.look()
            self.settle()

    @property
    def listed(self) -> list[str]:
        table = self.papers.pane.scans.table
        return [table.item(row, 0).text() for row in range(table.rowCount())]  # type: ignore[union-attr]

    @property
    def message(self) -> str:
        assert self.window.shell is not None
        return self.window.shell.message.text()

    def drop(self, name: str, *files: Path) -> None:
        table = self.papers.table
        row = [one.id for one in self.rows].index(name)
        at = QPointF(table.visualRect(table.papers_model.index(row, NAME)).center())
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
        buttons, none, copy = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
        entering = QDragEnterEvent(at, copy, mime, buttons, none)
        QApplication.sendEvent(table.viewport(), entering)
        assert entering.isAccepted()
        QApplication.sendEvent(table.viewport(), QDropEvent(at, copy, mime, buttons, none))
        self.settle()


@pytest.fixture
def desk(open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle) -> Desk:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    assert window.shell is not None
    assert window.context.desk.user.login == LOGIN
    window.resize(1366, 768)
    case_id = take_in(window.context.desk, office.party("xinglian"), to="verification")
    window.shell.go(("case", case_id))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, CaseScreen)
    screen.papers.table.setFocus()
    return Desk(window, screen, qtbot, settle)


# ---- keys ----------------------------------------------------------------------------------


def test_home_end_and_pages_run_down_the_list(desk: Desk) -> None:
    last = len(desk.rows) - 1
    table = desk.papers.table

    def place() -> int:
        return table.currentIndex().row()

    desk.press(Qt.Key.Key_End)
    assert place() == last
    desk.press(Qt.Key.Key_Home)
    assert place() == 0
    desk.press(Qt.Key.Key_PageDown)
    assert place() > 1
    desk.press(Qt.Key.Key_PageUp)
    assert place() == 0


def test_a_day_for_what_may_be_missing_is_for_tolerable_papers_only(desk: Desk) -> None:
    desk.go_to("business-licence")
    desk.press(Qt.Key.Key_R)
    assert "不是可容缺的材料" in desk.message
    assert not desk.papers.note_strip.isVisible()


def test_what_a_line_says_of_a_day_that_is_over_and_of_notes() -> None:
    import datetime

    from desktop.test_case_screen import paper

    day = datetime.date(2023, 6, 10)
    lacking = paper(need="tolerable", tolerated_until=day, lacking=("加盖公章",))
    assert state_of(lacking) == ("容缺至 2023-06-10", "amber")
    assert state_of(replace(lacking, holds_up=True)) == ("容缺逾期 2023-06-10", "red")
    assert state_of(paper(lacking=("查验原件",))) == ("缺原件", "red")
    assert state_of(paper(lacking=("查验原件", "留存复印件"))) == ("缺", "red")
    assert state_of(paper(complete=True, warnings=("名称不一致。",))) == ("齐备 · 有提示", "amber")
    assert state_of(paper(lacking=("查验原件",), warnings=("名称不一致。",))) == ("缺原件 · 有提示", "red")


def test_pages_are_counted_where_they_are_known() -> None:
    from desktop.test_case_screen import paper

    one, two, old = ScanRow(1, "a", 1, 3), ScanRow(2, "b", 1, 1), ScanRow(3, "c", 1, None)
    assert scans_of(paper(scans=(one, two))) == "2 份 4 页"
    assert scans_of(paper(scans=(one, old))) == "2 份"
    assert scans_of(paper()) == ""


# ---- files dropped -------------------------------------------------------------------------


def test_several_files_dropped_on_a_row_hang_on_that_row(desk: Desk, tmp_path: Path) -> None:
    files = [picture(tmp_path / "执照.tif", 2), picture(tmp_path / "执照.jpg", shade=30)]
    desk.drop("business-licence", *files)
    assert [(scan.name, scan.pages) for scan in desk.paper("business-licence").scans] == [
        ("执照.tif", 2),
        ("执照.jpg", 1),
    ]
    assert not any(one.scans for one in desk.rows if one.id != "business-licence")


def test_a_wrong_file_among_those_dropped_keeps_all_out_and_says_which(desk: Desk, tmp_path: Path) -> None:
    wrong = tmp_path / "清单.xlsx"
    wrong.write_bytes(b"PK\x03\x04 a workbook")
    desk.drop("business-licence", picture(tmp_path / "好.png"), wrong)
    assert desk.paper("business-licence").scans == ()
    assert "一个也没有附" in desk.message
    assert "“清单.xlsx”不是扫描件" in desk.message
    desk.go_to("business-licence")
    desk.press(Qt.Key.Key_Y)  # the line is not stuck
    desk.settle()
    assert desk.paper("business-licence").original_sighted


def test_marks_typed_while_a_file_is_being_kept_are_not_lost(desk: Desk, tmp_path: Path) -> None:
    desk.go_to("legal-rep-id")
    desk.papers.table.attach_wanted.emit(desk.row, [picture(tmp_path / "证.png")])
    for key in (Qt.Key.Key_Y, Qt.Key.Key_F, Qt.Key.Key_Z):
        desk.press(key)
    desk.settle()
    line = desk.paper("legal-rep-id")
    assert line.complete
    assert len(line.scans) == 1
    assert desk.message == ""


# ---- the scanner's folder ------------------------------------------------------------------


def test_new_scans_are_assigned_by_keyboard_alone(folder: Path, desk: Desk) -> None:
    desk.look()
    assert desk.listed == []
    files = [picture(folder / "a.tif", 3), picture(folder / "b.png", shade=20)]
    desk.look()
    assert sorted(desk.listed) == ["a.tif", "b.png"]

    desk.go_to("legal-rep-id")
    desk.press(Qt.Key.Key_S)
    strip = desk.papers.pane.scans
    assert desk.focused() is strip.table
    desk.press(Qt.Key.Key_End)
    first = strip.current()
    assert first is not None
    desk.settle()
    assert desk.papers.pane.viewer.page_count == first.pages, "it is looked at before it is assigned"
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    assert [(scan.name, scan.pages) for scan in desk.paper("legal-rep-id").scans] == [(first.name, first.pages)]
    assert len(desk.listed) == 1
    assert all(file.exists() for file in files), "the originals stay where the scanner put them"

    desk.press(Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)  # the next paper, without leaving the strip
    assert desk.row.id != "legal-rep-id"
    target = desk.row.id
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    assert len(desk.paper(target).scans) == 1
    desk.look()
    assert desk.listed == [], "what is assigned does not come back"
    desk.press(Qt.Key.Key_Escape)
    assert desk.focused() is desk.papers.table


def test_what_was_taken_off_again_may_be_assigned_anew(folder: Path, desk: Desk) -> None:
    picture(folder / "a.png")
    desk.look()
    desk.go_to("business-licence")
    desk.press(Qt.Key.Key_S)
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    desk.look()
    assert desk.listed == []
    (scan,) = desk.paper("business-licence").scans
    desk.papers._detach(desk.row, scan.attachment_id, scan.name)
    desk.type_in("wrong paper")
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    desk.look()
    assert desk.listed == ["a.png"]


def test_an_ignored_scan_stays_ignored_until_it_is_called_back(folder: Path, desk: Desk) -> None:
    file = picture(folder / "a.png")
    desk.look()
    desk.press(Qt.Key.Key_S)
    desk.press(Qt.Key.Key_Delete)
    assert desk.listed == []
    desk.look()
    assert desk.listed == []
    assert file.exists()
    strip = desk.papers.pane.scans
    strip.use(folder)  # as when the program starts anew
    desk.look()
    assert desk.listed == []
    strip.recall()
    desk.look()
    assert desk.listed == ["a.png"]


def test_a_file_that_is_no_scan_says_so_and_is_not_assigned(folder: Path, desk: Desk) -> None:
    (folder / "坏.pdf").write_bytes(b"%PDF-1.7 cut off")
    desk.look()
    desk.go_to("business-licence")
    desk.press(Qt.Key.Key_S)
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    assert "已经损坏或不完整" in desk.message
    assert desk.paper("business-licence").scans == ()
    assert desk.listed == ["坏.pdf"]


def test_a_scan_still_being_written_is_said_to_be(folder: Path, desk: Desk) -> None:
    desk.look()
    words = desk.papers.pane.scans.words
    assert "还没有新扫描件" in words.text()
    desk.papers.pane.scans.watch.changed.emit((), 1)
    assert "1 份正在扫描" in words.text()


def test_a_folder_that_is_gone_is_told_in_the_strip_and_comes_back(folder: Path, desk: Desk) -> None:
    away = folder.with_name("away")
    folder.rename(away)
    desk.look()
    assert "找不到扫描仪文件夹" in desk.papers.pane.scans.words.text()
    assert desk.message == ""
    away.rename(folder)
    picture(folder / "a.png")
    desk.look()
    assert desk.listed == ["a.png"]


def test_a_new_file_wakes_the_strip_by_itself(folder: Path, desk: Desk, qtbot: QtBot) -> None:
    desk.look()
    picture(folder / "a.png")
    qtbot.waitUntil(lambda: desk.listed == ["a.png"], timeout=20_000)
    desk.settle()


def test_without_a_folder_the_strip_says_what_it_is_for(desk: Desk) -> None:
    strip = desk.papers.pane.scans
    assert "选好扫描仪存放文件的文件夹" in strip.words.text()
    assert not strip.table.isVisible()
    desk.press(Qt.Key.Key_S)
    assert desk.focused() is strip.choose


def test_a_reader_has_no_strip_and_no_letter(
    open_window: OpenWindow, office: Office, settle: Settle, folder: Path
) -> None:
    clerk = office.open(Role.CASEWORKER)
    case_id = take_in(clerk, office.party("xinglian"), to="verification")
    clerk.close()
    window = open_window(Role.HEAD)
    assert window.shell is not None
    window.resize(1366, 768)
    window.shell.go(("case", case_id))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, CaseScreen)
    screen.tabs.setCurrentIndex(0)
    assert screen.papers.pane.isVisible()
    assert not screen.papers.pane.scans.isVisible()
    assert not screen.papers.letter.isVisible()


# ---- the pane ------------------------------------------------------------------------------


def test_the_pane_stands_beside_the_list_where_there_is_room(desk: Desk) -> None:
    pane, table = desk.papers.pane, desk.papers.table
    assert pane.isVisible()
    assert table.columnWidth(NAME) >= table.fontMetrics().horizontalAdvance("汉") * 16
    desk.press(Qt.Key.Key_P)
    assert not pane.isVisible()
    desk.press(Qt.Key.Key_P)
    assert pane.isVisible()
    desk.window.resize(1280, 680)
    desk.settle()
    shown = sum(table.columnWidth(column) for column in range(NOTE + 1) if not table.isColumnHidden(column))
    assert shown <= table.viewport().width()


def test_the_preview_follows_the_line_and_turns_its_scans(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    desk.drop("business-licence", picture(tmp_path / "a.tif", 3), picture(tmp_path / "b.png", shade=20))
    pane = desk.papers.pane

    def shows(words: str, pages: int) -> None:
        qtbot.waitUntil(lambda: words in pane.heading.text() and pane.viewer.page_count == pages, timeout=10_000)

    desk.go_to("business-licence")
    desk.press(Qt.Key.Key_Left)
    shows("a.tif", 3)
    desk.press(Qt.Key.Key_Right)
    shows("b.png", 1)
    desk.press(Qt.Key.Key_Right)  # no further one: it stays
    shows("b.png", 1)
    desk.go_to("legal-rep-id")
    shows("法定代表人身份证", 0)
    desk.settle()


def test_the_history_of_a_line_is_one_key_away(desk: Desk, qtbot: QtBot) -> None:
    desk.go_to("legal-rep-id")
    desk.press(Qt.Key.Key_Y)
    desk.settle()
    desk.press(Qt.Key.Key_Y)
    desk.settle()
    desk.press(Qt.Key.Key_H)
    history = desk.papers.pane.history
    qtbot.waitUntil(lambda: "原件已查验：取消" in history.toPlainText(), timeout=10_000)
    assert "原件已查验：勾选" in history.toPlainText()
    assert "张经办" in history.toPlainText()
    assert desk.focused() is desk.papers.table
    desk.press(Qt.Key.Key_F)  # the history follows what is done
    qtbot.waitUntil(lambda: "复印件已留存：勾选" in history.toPlainText(), timeout=10_000)
    desk.settle()


# ---- what stands on a paper ----------------------------------------------------------------


def test_what_stands_on_a_paper_is_typed_and_compared(desk: Desk) -> None:
    desk.go_to("legal-rep-id")
    desk.press(Qt.Key.Key_D)
    form = desk.papers.details
    assert desk.focused() is form.lines["name"]
    desk.type_in("Somebody Else")
    desk.press(Qt.Key.Key_Return)
    desk.type_in("360734198001010011")
    desk.press(Qt.Key.Key_Return)
    assert desk.focused() is form.lines["valid_until"]
    desk.type_in("soon")
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    assert form.isVisible()
    assert "应为日期" in form._problems["valid_until"].text()
    assert form.lines["name"].text() == "Somebody Else", "typed text is not thrown away"
    assert desk.focused() is form.lines["valid_until"]
    form.lines["valid_until"].selectAll()
    desk.type_in("2021.5.31")
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    assert not form.isVisible()
    assert desk.focused() is desk.papers.table
    line = desk.paper("legal-rep-id")
    assert {field.key: field.shown for field in line.fields} == {
        "name": "Somebody Else",
        "number": "360734********0011",
        "valid_until": "2021-05-31",
    }
    assert len(line.warnings) == 3
    assert "有效期至2021年5月31日" in desk.papers.warning.text()
    row = desk.papers.table.currentIndex().row()
    assert "有提示" in desk.papers.table.papers_model.index(row, STATE).data()

    desk.press(Qt.Key.Key_D)
    assert form.lines["number"].text() == "", "a masked number is not put back into a field"
    desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_Return)
    form.lines["valid_until"].selectAll()
    desk.press(Qt.Key.Key_Delete)
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    shown = {field.key: field.shown for field in desk.paper("legal-rep-id").fields}
    assert shown == {"name": "Somebody Else", "number": "360734********0011", "valid_until": ""}


def test_esc_leaves_the_form_and_a_paper_without_fields_has_none(desk: Desk) -> None:
    desk.go_to("legal-rep-id")
    desk.press(Qt.Key.Key_D)
    desk.press(Qt.Key.Key_Escape)
    assert not desk.papers.details.isVisible()
    assert desk.focused() is desk.papers.table
    desk.go_to("roster")
    desk.press(Qt.Key.Key_D)
    assert not desk.papers.details.isVisible()
    assert "没有需要与档案比对的内容" in desk.message


def test_the_note_is_before_the_eyes_when_the_papers_are_done(desk: Desk) -> None:
    assert desk.window.context is not None
    services = desk.window.context.desk
    tick_everything(services, desk.screen.case_id)
    line = next(p for p in services.cases.get(desk.screen.case_id).papers if p.id == "legal-rep-id")
    services.cases.tick(desk.screen.case_id, line.id, version=line.version, on_paper={"valid_until": "2020-01-01"})
    desk.screen.refresh()
    desk.settle()
    assert "有提示——法定代表人身份证" in desk.screen.hint.text()
    assert not desk.papers.letter.isEnabled()


# ---- the letter ----------------------------------------------------------------------------


def test_the_letter_of_what_is_missing_is_made_from_the_list(desk: Desk) -> None:
    assert desk.papers.letter.isEnabled()
    desk.papers.letter.setFocus()
    desk.press(Qt.Key.Key_Space)
    desk.settle()
    assert desk.window.shell is not None
    assert isinstance(desk.window.shell.current, DocumentScreen)
    assert desk.window.context is not None
    (row,) = desk.window.context.desk.documents.page(kind="supplement").rows
    assert row.kind_name == "材料补正一次性告知书"
