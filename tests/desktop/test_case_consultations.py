"""The 协查 page of a case: an inquiry drafted, sent and answered by keyboard; a review on paper; what is wrong said."""

from __future__ import annotations

from pathlib import Path

import pytest
from desktop.desk_bench import Office, OpenWindow, Settle, take_in
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from caseworker.desktop.screens.case import CaseScreen
from caseworker.desktop.screens.consultation import ConsultationScreen
from caseworker.desktop.screens.consultation_entry import InquiryEntryScreen
from caseworker.desktop.screens.document import DocumentScreen
from caseworker.desktop.screens.review_entry import ReviewEntryScreen
from caseworker.desktop.window import Window
from caseworker.services import Desk, Role
from caseworker.services.consultation_views import ConsultationLineView, InquiryForm


@pytest.fixture
def window(open_window: OpenWindow) -> Window:
    return open_window(Role.CASEWORKER)


def desk_of(window: Window) -> Desk:
    assert window.context is not None
    return window.context.desk


@pytest.fixture
def case(window: Window, office: Office, tmp_path: Path) -> int:
    """Before the proposal, with five people on the roster."""
    desk = desk_of(window)
    lines = ["姓名,证件类型,证件号码,入职日期,合同开始,合同结束"]
    lines += [f"林远{n},护照,E1234567{n},2022-06-01,2022-06-01,2025-05-31" for n in range(5)]
    roster = tmp_path / "花名册.csv"
    roster.write_text("\n".join(lines) + "\n", encoding="utf-8")
    party = office.party("xinglian")
    desk.imports.take("roster", roster, party, good_rows_only=True)
    return take_in(desk, party, to="proposal")


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "回函.png"
    Image.new("RGB", (20, 20), (1, 10, 200)).save(path)
    return path


def go(window: Window, settle: Settle, kind: str, key: int | str):  # type: ignore[no-untyped-def]
    assert window.shell is not None
    window.shell.go((kind, key))
    settle(window.runner)
    return window.shell.current


def here(window: Window, settle: Settle):  # type: ignore[no-untyped-def]
    settle(window.runner)
    assert window.shell is not None
    return window.shell.current


def sent(desk: Desk, case: int) -> int:
    key = desk.consultations.draft(
        InquiryForm(case, "labour", "演示县人力资源和社会保障局", facts=("seats",), questions=("有无欠费", "有无处罚"))
    )
    desk.consultations.issue(key, desk.consultations.get(key).row.version)
    return key


def lines_of(screen: ConsultationScreen) -> list[ConsultationLineView]:
    model = screen.lines.model
    rows = [model.row(number) for number in range(model.rowCount())]
    return [row for row in rows if isinstance(row, ConsultationLineView)]


def test_an_inquiry_is_drafted_and_sent(window: Window, case: int, qtbot: QtBot, settle: Settle) -> None:
    screen = go(window, settle, "case", case)
    assert isinstance(screen, CaseScreen)
    screen.tabs.setCurrentWidget(screen.consultations)
    screen.consultations.list.setFocus()
    settle(window.runner)
    qtbot.keyClick(screen.consultations, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    entry = here(window, settle)
    if not isinstance(entry, InquiryEntryScreen):  # offscreen the shortcut may not fire
        screen.consultations.ask_bureau()
        entry = here(window, settle)
    assert isinstance(entry, InquiryEntryScreen)
    assert entry.form is not None
    assert entry.form.values()["bureau"] == "tax"
    assert entry.facts.chosen() == ("in_scope",)
    bureau = entry.form.fields["bureau"].editor
    qtbot.keyClick(bureau, Qt.Key.Key_Down)
    assert entry.form.values()["addressee"].endswith("人力资源和社会保障局")
    assert (entry.facts.chosen(), "contract_start" in entry.person_facts.chosen()) == ((), True)
    # space takes the chosen row out, and one of the party's facts in
    everybody = len(entry.people.chosen())
    entry.people.view.setCurrentIndex(entry.people.model.index(0, 0))
    qtbot.keyClick(entry.people.view, Qt.Key.Key_Space)
    assert len(entry.people.chosen()) == everybody - 1
    entry.facts.view.setCurrentIndex(entry.facts.model.index(4, 0))
    qtbot.keyClick(entry.facts.view, Qt.Key.Key_Space)
    assert entry.facts.chosen() == ("seats",)
    entry.main_act()
    draft = here(window, settle)
    assert isinstance(draft, ConsultationScreen)
    assert draft.detail is not None
    assert (draft.detail.row.state, len(lines_of(draft))) == ("draft", everybody)
    assert not draft.next_button.isHidden()
    assert draft.reply.isHidden()
    draft.main_act()
    letter = here(window, settle)
    assert isinstance(letter, DocumentScreen)
    assert letter.row is not None
    assert letter.row.kind == "inquiry"
    (row,) = desk_of(window).consultations.of_case(case)
    assert (row.state, row.letter_id) == ("asked", letter.row.id)
    again = go(window, settle, "case", case)
    assert any("协查（待回复 1）" in again.tabs.tabText(place) for place in range(again.tabs.count()))
    assert "还没有回复协查函" in again.hint.text()


def test_what_is_wrong_stands_beside_what_it_is_about(window: Window, case: int, settle: Settle) -> None:
    entry = go(window, settle, "inquiry-entry", case)
    assert entry.form is not None
    entry.form.fields["addressee"].set_value("")
    entry.facts.choose(())
    entry.person_facts.choose(())
    entry.main_act()
    settle(window.runner)
    assert entry.form.problems_shown() == {"addressee": "请填写单位全称"}
    assert entry.facts.error.text() == "请至少选择或填写一项要核实的事项。"
    assert desk_of(window).consultations.of_case(case) == ()
    entry.form.fields["addressee"].set_value("县住建局")
    entry.form.fields["questions"].set_value("有无住房")
    entry.main_act()
    saved = here(window, settle)
    assert isinstance(saved, ConsultationScreen)
    assert [line.asked for line in lines_of(saved)] == ["有无住房"]


def test_what_was_typed_waits_for_the_page_to_be_opened_again(window: Window, case: int, settle: Settle) -> None:
    entry = go(window, settle, "inquiry-entry", case)
    entry.form.fields["questions"].set_value("有无欠费")
    entry.facts.choose(("seats",))
    go(window, settle, "case", case)
    back = go(window, settle, "inquiry-entry", case)
    assert back.form.values()["questions"] == "有无欠费"
    assert back.facts.chosen() == ("seats",)


def test_a_reply_is_marked_line_by_line_and_brings_up_what_differs(
    window: Window, case: int, qtbot: QtBot, settle: Settle, scan: Path
) -> None:
    desk = desk_of(window)
    screen = go(window, settle, "consultation", sent(desk, case))
    assert isinstance(screen, ConsultationScreen)
    assert not screen.reply.isHidden()
    screen.main_act()
    settle(window.runner)
    assert screen.reply.form.problems_shown()["answered_on"]
    assert screen.reply.error.text() == "请附上回函的扫描件。"
    assert "还有 3 项没有核实结果" in screen.message.text()
    table = screen.lines.table
    table.setFocus()
    table.selectRow(1)
    qtbot.keyClick(table, Qt.Key.Key_3)
    settle(window.runner)
    assert screen.words.isVisible()
    screen.words.line.setText("欠缴两个月")
    qtbot.keyClick(screen.words.line, Qt.Key.Key_Return)
    settle(window.runner)
    assert [(line.outcome_name, line.words) for line in lines_of(screen)] == [
        ("", ""),
        ("有出入", "欠缴两个月"),
        ("", ""),
    ]
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_1)
    settle(window.runner)
    screen.reply.all_confirmed.emit()
    settle(window.runner)
    assert [line.outcome for line in lines_of(screen)] == ["confirmed", "differs", "confirmed"]
    screen.reply.form.fields["answered_on"].set_value(desk.clock.today())
    screen.reply.papers.add([scan])
    screen.main_act()
    settle(window.runner)
    assert screen.detail is not None
    assert (screen.detail.row.state, screen.detail.row.against) == ("answered", 1)
    assert "核查发现" in screen.message.text()
    assert screen.reply.isHidden()
    assert not screen.back_button.isHidden()
    again = go(window, settle, "case", case)
    assert "核查（1）" in [again.tabs.tabText(place) for place in range(again.tabs.count())]
    again.tabs.setCurrentWidget(again.findings)
    settle(window.runner)
    again.findings.evidence.opened.emit(again.findings.evidence.model.row(0))
    assert isinstance(here(window, settle), ConsultationScreen)


def test_a_reply_half_typed_is_kept(window: Window, case: int, qtbot: QtBot, settle: Settle) -> None:
    key = sent(desk_of(window), case)
    screen = go(window, settle, "consultation", key)
    screen.reply.form.fields["number"].set_value("人社函 7 号")
    table = screen.lines.table
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_1)
    settle(window.runner)
    go(window, settle, "case", case)
    back = go(window, settle, "consultation", key)
    assert back.reply.form.values()["number"] == "人社函 7 号"
    assert lines_of(back)[0].outcome == "confirmed"


def test_a_review_is_entered_with_its_scan(window: Window, case: int, settle: Settle, scan: Path) -> None:
    entry = go(window, settle, "review-entry", case)
    assert isinstance(entry, ReviewEntryScreen)
    entry.main_act()
    settle(window.runner)
    assert set(entry.form.problems_shown()) == {"stage", "opinion", "bureau", "given_on", "words"}
    assert entry.papers_error.text() == "请附上意见原件的扫描件。"
    today = desk_of(window).clock.today()
    for name, value in (("stage", "finance"), ("opinion", "reserved"), ("bureau", "县财政局"), ("given_on", today)):
        entry.form.fields[name].set_value(value)
    entry.form.fields["words"].set_value("请分两年安排")
    entry.papers.add([scan])
    entry.main_act()
    shown = here(window, settle)
    assert isinstance(shown, ConsultationScreen)
    assert shown.detail is not None
    assert (shown.detail.row.kind_name, shown.detail.row.outcome) == ("财政复核", "reserved")
    assert shown.pages.currentIndex() == 1
    assert shown.viewer.page_count == 1
    shown.reason.line.setText("登错")
    shown._ask_void()
    shown.reason.submit()
    settle(window.runner)
    assert shown.detail.row.state == "voided"


def test_who_does_no_casework_only_looks(open_window: OpenWindow, office: Office, settle: Settle) -> None:
    desk = office.open(Role.CASEWORKER)
    case = take_in(desk, office.party("xinglian"))
    key = sent(desk, case)
    desk.close()
    window = open_window(Role.REVIEWER)
    screen = go(window, settle, "case", case)
    screen.tabs.setCurrentWidget(screen.consultations)
    settle(window.runner)
    assert screen.consultations.list.model.rowCount() == 1
    assert not screen.consultations.list._buttons
    shown = go(window, settle, "consultation", key)
    assert all(one.isHidden() for one in (shown.void_button, shown.back_button, shown.next_button, shown.reply))
    assert not shown.letter_button.isHidden()
