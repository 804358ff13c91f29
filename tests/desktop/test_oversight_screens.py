"""监管 on the screen: acts by keyboard, a suspension and its lifting, a draw with its visits, money ordered back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from desktop.desk_bench import Settle
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from services.case_bench import DATONG, DT, PASSWORD, XUNWU, XW, make_bench

from caseworker.desktop.screens.dossier import DossierScreen
from caseworker.desktop.screens.oversight import OversightScreen
from caseworker.desktop.screens.oversight_act import ActScreen
from caseworker.desktop.screens.oversight_draw import DrawEntryScreen, DrawScreen
from caseworker.desktop.screens.oversight_entry import ActEntryScreen
from caseworker.desktop.screens.oversight_recovery import RecoveryEntryScreen, RecoveryScreen
from caseworker.desktop.screens.payments import PaymentsScreen
from caseworker.desktop.theme import Theme
from caseworker.desktop.window import Window
from caseworker.services.desk import open_desk
from caseworker.services.oversight_views import ActForm
from caseworker.values.clock import SetClock

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


@dataclass(frozen=True)
class Made:
    folder: Path
    day: date
    paid: int  # a company with 780,000 yuan paid
    due: int  # one with 300,000 yuan that could be ordered
    seats: int  # one with 7,500 yuan paid for three people


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Not to be written to."""
    folder = tmp_path_factory.mktemp("oversight")
    bench = make_bench(folder, date(2023, 6, 1))
    paid, due = bench.xw_company(260, "寻乌县甲木客服有限公司"), bench.xw_company(150, "寻乌县乙水客服有限公司")
    seats = bench.dt_company(people=3, months=[202212, 202301, 202302, 202303, 202304, 202305])
    bench.pay(bench.to_payment(paid, XUNWU, XW))
    bench.pay(bench.to_payment(seats, DATONG, DT))
    bench.seal_letter(bench.to_payment(due, XUNWU, XW))
    bench.clerk.close()
    return Made(folder, bench.clock.today(), paid, due, seats)


OpenAs = Callable[[str], Window]


@pytest.fixture
def open_as(made: Made, tmp_path: Path, theme: Theme, qtbot: QtBot, settle: Settle) -> Iterator[OpenAs]:
    """Opens a copy of that office in a window as a user."""
    path = tmp_path / "office" / "office.caseworker"
    shutil.copytree(made.folder, path.parent)
    windows: list[Window] = []

    def opened(login: str) -> Window:
        window = Window(theme, path, ())
        qtbot.addWidget(window, before_close_func=Window.shut)
        windows.append(window)
        window.use(open_desk(path, login, PASSWORD, clock=SetClock(made.day)), path)
        window.show()
        qtbot.waitExposed(window)
        settle(window.runner)
        return window

    yield opened
    for window in windows:
        window.shut()


def at(window: Window, settle: Settle, place: tuple[str, int | str], kind: type[Any]) -> Any:
    assert window.shell is not None
    window.shell.go(place)
    settle(window.runner)
    return current(window, kind)


def current(window: Window, kind: type[Any]) -> Any:
    assert window.shell is not None
    assert isinstance(window.shell.current, kind), window.shell.current
    return window.shell.current


def press(window: Window, qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window.focusWidget() or window, key, modifiers)


def type_into(screen: Any, **typed: str) -> None:
    """As if typed and left, field by field."""
    for name, words in typed.items():
        editor = screen.form.fields[name].editor
        editor.setFocus()
        if hasattr(editor, "setPlainText"):
            editor.setPlainText(words)
        elif hasattr(editor, "choose"):
            assert editor.choose(words)
        else:
            editor.setText(words)


def a_photo(folder: Path) -> Path:
    image = QImage(200, 280, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    path = folder / "现场.png"
    assert image.save(str(path))
    return path


def desk_of(window: Window) -> Any:
    assert window.context is not None
    return window.context.desk


def test_a_visit_by_keyboard_with_a_photo_and_the_order_to_mend_after_it(
    open_as: OpenAs, made: Made, settle: Settle, qtbot: QtBot, tmp_path: Path, qtmodeltester: ModelTester
) -> None:
    window = open_as("deputy")
    screen = at(window, settle, ("screen", "oversight"), OversightScreen)
    press(window, qtbot, Qt.Key.Key_N, CTRL)
    shell = window.shell
    assert shell is not None
    qtbot.waitUntil(lambda: isinstance(shell.current, ActEntryScreen))  # a button's keys press it for a moment
    settle(window.runner)
    entry = current(window, ActEntryScreen)
    QTest.keyClicks(entry.party.line, "jmkf")
    qtbot.waitUntil(lambda: not entry.party.hits.isHidden())
    press(window, qtbot, Qt.Key.Key_Return)
    settle(window.runner)
    assert entry.party.key == made.paid
    assert entry.case.count() == 2  # 不限, and the party's one case
    press(window, qtbot, Qt.Key.Key_Return, CTRL)  # nothing is filled in: the form says what is missing
    settle(window.runner)
    assert set(entry.form.problems_shown()) >= {"title", "words", "visitors"}
    type_into(entry, title="专项资金使用", words="发现部分补贴用于股东借款", visitors="经一、经二", conclusion="mend")
    entry.papers.add([a_photo(tmp_path)])
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    act = current(window, ActScreen)
    assert act.detail is not None
    assert (act.detail.row.kind_name, act.detail.row.papers) == ("检查", 1)
    assert act.scan.page_count == 1
    act.mend_button.click()
    settle(window.runner)
    follow = current(window, ActEntryScreen)
    assert (follow.chosen.id, follow.party.key) == ("rectification", made.paid)
    type_into(
        follow, title="归还借款", words="用于股东借款", measures="十日内归还", ground="misuse", due_on="2023-13-01"
    )
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    assert "due_on" in follow.form.problems_shown()
    type_into(follow, due_on=(made.day + timedelta(days=10)).isoformat())
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    order = current(window, ActScreen)
    assert order.detail.follows.kind == "visit"
    # closing it: the form opens with Ctrl+Enter and goes with Ctrl+Enter
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    assert order.close_card.isVisible()
    order.close_card.form.fields["outcome"].set_value("mended")
    order.close_card.form.fields["words"].editor.setPlainText("凭证已核")
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    assert order.state.text() == "已办结"
    screen = at(window, settle, ("screen", "oversight"), OversightScreen)
    qtmodeltester.check(screen.acts.model)
    assert screen.acts.model.rowCount() == 2
    screen.state.choose("overdue")
    settle(window.runner)
    assert screen.acts.model.rowCount() == 0


def test_a_suspension_is_seen_in_the_dossier_and_among_the_payments_until_it_is_lifted(
    open_as: OpenAs, made: Made, settle: Settle, qtbot: QtBot
) -> None:
    window = open_as("deputy")
    entry = at(window, settle, ("oversight-entry", f"suspension/{made.due}/0/0/0"), ActEntryScreen)
    assert "立即停止拨付" in entry.basis.text()
    type_into(entry, title="挪用专项资金", words="见检查记录", ground="misuse")
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    act = current(window, ActScreen)
    dossier = at(window, settle, ("party", made.due), DossierScreen)
    dossier.tabs.show_key("oversight")
    settle(window.runner)
    part = dossier.parts["oversight"]
    assert "暂停拨付：挪用专项资金" in part.stopped.text()
    assert part.list.model.rowCount() == 1
    payments = at(window, settle, ("screen", "payments"), PaymentsScreen)
    row = payments.due.model.row(0)
    assert row[0].state_name == "暂停拨付"
    at(window, settle, ("oversight", act.act_id), ActScreen)
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    assert act.reason.isVisible()
    act.reason.line.setText("已归还")
    press(window, qtbot, Qt.Key.Key_Return)
    settle(window.runner)
    assert current(window, ActScreen).detail.row.kind == "lifting"
    at(window, settle, ("party", made.due), DossierScreen)
    settle(window.runner)
    assert part.stopped.isHidden()


def test_what_was_already_ordered_is_told_across_the_screen(
    open_as: OpenAs, made: Made, settle: Settle, qtbot: QtBot
) -> None:
    window = open_as("deputy")
    desk = desk_of(window)
    ((due, _),) = desk.payments.due()
    desk.payments.order(XUNWU, [due.id])
    entry = at(window, settle, ("oversight-entry", f"suspension/{made.due}/0/0/0"), ActEntryScreen)
    type_into(entry, title="挪用专项资金", words="见检查记录", ground="misuse")
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    assert window.shell is not None
    assert "300,000.00 元已报拨款" in window.shell.message.text()


def test_a_draw_by_keyboard_and_the_visit_from_its_list(
    open_as: OpenAs, made: Made, settle: Settle, qtbot: QtBot, qtmodeltester: ModelTester
) -> None:
    window = open_as("deputy")
    entry = at(window, settle, ("spot-draw", 0), DrawEntryScreen)
    assert entry.count.text() == "共 1 件，将抽取 1 件"
    type_into(entry, percent="百", bounds="1、x")
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    assert set(entry.form.problems_shown()) == {"percent", "bounds"}
    type_into(entry, percent="10", bounds="100000、500000", seed="第7号")
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    draw = current(window, DrawScreen)
    qtmodeltester.check(draw.list.model)
    assert draw.list.model.rowCount() == 1
    assert "随机种子 第7号（人工填写）" in draw.about.text()
    assert draw.close_button.isHidden()
    draw.verify()
    settle(window.runner)
    assert "完全一致" in draw.message.text()
    draw.list.table.setFocus()
    press(window, qtbot, Qt.Key.Key_Return)
    settle(window.runner)
    visit = current(window, ActEntryScreen)
    assert (visit.chosen.id, visit.party.key, visit.case.currentText()[:7]) == ("visit", made.paid, "XK-2023")
    type_into(visit, title="专项资金", words="查账", visitors="经一、经二", conclusion="none")
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    draw = current(window, DrawScreen)
    assert draw.list.model.row(0).state_name == "已检查"
    assert not draw.close_button.isHidden()
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    assert draw.state.text() == "已办结"


def test_money_is_ordered_back_from_people_and_received(
    open_as: OpenAs, made: Made, settle: Settle, qtbot: QtBot
) -> None:
    window = open_as("deputy")
    entry = at(window, settle, ("recovery-entry", made.seats), RecoveryEntryScreen)
    assert len(entry.people) == 3
    type_into(entry, amount="2,500", reason="人员不实", due_on=(made.day + timedelta(days=15)).isoformat())
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    assert "应与追回金额 2,500.00 元一致" in entry.people_error.text()
    first = next(iter(entry.people.values()))
    QTest.keyClicks(first, "2600")
    assert "已填 1 人，合计 2,600.00 元" in entry.named.text()
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    assert "最多还可追回 2,500.00 元" in entry.people_error.text()
    first.clear()
    QTest.keyClicks(first, "2500")
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    recovery = current(window, RecoveryScreen)
    assert recovery.row.amount.shown() == "2,500.00"
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    assert recovery.card.isVisible()
    press(window, qtbot, Qt.Key.Key_Return, CTRL)  # the whole, today, is what the form offers
    settle(window.runner)
    assert recovery.state.text() == "已收回"
    money = at(window, settle, ("screen", "oversight"), OversightScreen)
    money.tabs.setCurrentIndex(2)
    settle(window.runner)
    assert money.money.model.row(0).received.shown() == "2,500.00"


def test_all_of_an_instalment_at_once_and_one_person_among_many(open_as: OpenAs, made: Made, settle: Settle) -> None:
    window = open_as("deputy")
    entry = at(window, settle, ("recovery-entry", made.seats), RecoveryEntryScreen)
    entry.whole_button.click()
    assert entry.form.values()["amount"] == "7500.00"
    assert "已填 3 人，合计 7,500.00 元" in entry.named.text()
    names = [share.name for share in entry.chosen.people]
    for edit in entry.people.values():
        edit.clear()
    entry.filter.setText(names[1])
    assert [share.name for share in entry.chosen.people if share.person_id in entry.people] == [names[1]]


def test_the_figures_of_a_report_are_worked_out_and_shown(
    open_as: OpenAs, made: Made, settle: Settle, qtbot: QtBot
) -> None:
    window = open_as("deputy")
    act = (
        desk_of(window)
        .oversight.enter(
            ActForm(
                "funds-report",
                made.day,
                "第 1 期",
                "请报送",
                made.seats,
                made.day + timedelta(days=5),
                {"period": "第 1 期"},
            )
        )
        .id
    )
    screen = at(window, settle, ("oversight", act), ActScreen)
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    form = screen.funds_card.form
    for name, words in (
        ("seat_subsidy_received", "7,500"),
        ("education_spending", "1499.999"),
        ("other_permitted_spending", "6000"),
        ("other_spending", "0"),
    ):
        form.fields[name].editor.setText(words)
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    assert set(form.problems_shown()) == {"education_spending"}
    form.fields["education_spending"].editor.setText("1499.99")
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    assert (screen.state.text(), screen.detail.row.outcome_name) == ("已报送", "不符合规定")
    assert not screen.mend_button.isHidden()
    assert not any(label == "不予兑现" for label, _, _ in screen.detail.trace)


def test_who_only_looks_is_offered_nothing(open_as: OpenAs, made: Made, settle: Settle) -> None:
    window = open_as("deputy")
    act = desk_of(window).oversight.suspend(
        ActForm("suspension", made.day, "挪用", "见记录", made.due, None, {"ground": "misuse"})
    )
    window.shut()
    window = open_as("keeper")
    screen = at(window, settle, ("screen", "oversight"), OversightScreen)
    assert screen.acts._buttons == screen.draws._buttons == screen.money._buttons == []
    detail = at(window, settle, ("oversight", act.id), ActScreen)
    for one in (detail.void_button, detail.attach_button, detail.mend_button, detail.next_button):
        assert one.isHidden()
    entry = at(window, settle, ("oversight-entry", 0), ActEntryScreen)
    assert entry.form is None
    entry.main_act()


def test_a_refused_entry_keeps_what_was_typed(open_as: OpenAs, made: Made, settle: Settle, qtbot: QtBot) -> None:
    window = open_as("deputy")
    desk_of(window).oversight.suspend(
        ActForm("suspension", made.day, "挪用", "见记录", made.due, None, {"ground": "misuse"})
    )
    entry = at(window, settle, ("oversight-entry", f"suspension/{made.due}/0/0/0"), ActEntryScreen)
    type_into(entry, title="再停一次", words="又发现", ground="other")
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    assert "不需要重复暂停" in entry.message.text()
    assert entry.form.values()["title"] == "再停一次"


def test_what_was_typed_waits_when_the_page_was_thrown_away(
    open_as: OpenAs, made: Made, settle: Settle, qtbot: QtBot
) -> None:
    window = open_as("deputy")
    place = ("oversight-entry", 0)
    entry = at(window, settle, place, ActEntryScreen)
    entry.kind.choose("criticism")
    entry.party.set((made.paid, "寻乌县甲木客服有限公司"))
    type_into(entry, title="通报", words="写到一半", ground="misuse")
    shell = window.shell
    assert shell is not None
    shell.go(("screen", "home"))
    settle(window.runner)
    shell._throw_away(place)
    again = at(window, settle, place, ActEntryScreen)
    assert again is not entry
    values = again.form.values()
    assert (again.chosen.id, again.party.key, values["title"], values["words"]) == (
        "criticism",
        made.paid,
        "通报",
        "写到一半",
    )
    assert "已恢复" in again.message.text()
    type_into(again, scope="全县")
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    current(window, ActScreen)
    assert window.context is not None
    assert not window.context.has_drafts


def test_a_review_by_keyboard_with_its_criteria_and_a_correction_after_it(
    open_as: OpenAs, made: Made, settle: Settle, qtbot: QtBot
) -> None:
    window = open_as("deputy")
    entry = at(window, settle, ("oversight-entry", f"performance/{made.paid}/0/0/0"), ActEntryScreen)
    assert entry.party.key == made.paid
    type_into(entry, title="2022 年度专项资金", words="总体良好", year="2022", grade="good", assessor="县财政局")
    criteria = entry.form.fields["criteria"].editor
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    criteria.lines[0][0].setFocus()
    for typed in ("zj", "40", "38.5", "jy", "60", "61"):
        QTest.keyClicks(window.focusWidget(), typed)
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)  # on to the next box
    assert criteria.sum.text() == "合计 99.5 / 100 分"
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    assert "第 2 项：得分不能高于满分 60" in entry.form.problems_shown()["criteria"]
    criteria.lines[1][2].setText("49.75")
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    act = current(window, ActScreen)
    assert ("得分", "88.25 分（满分 100 分）") in act.detail.said
    assert "绩效评价报告" in window.shell.message.text()  # none was handed in with it
    act.open_correction()
    card = act.correct_card
    assert card is not None
    assert card.form.values()["criteria"] == [
        {"name": "zj", "full": "40", "points": "38.5"},
        {"name": "jy", "full": "60", "points": "49.75"},
    ]
    card.form.fields["title"].editor.setText("2022 年度坐席补贴")
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    assert "reason" in card.form.problems_shown()
    card.form.fields["reason"].editor.setText("名称写错")
    press(window, qtbot, Qt.Key.Key_Return, CTRL)
    settle(window.runner)
    assert card.isHidden()
    assert act.detail.row.title == "2022 年度坐席补贴"
    said = " ".join(one.text() for one in act.findChildren(QLabel))
    assert "更正监管事项，原因：名称写错" in said
    assert "由“2022 年度专项资金”改为“2022 年度坐席补贴”" in said


def test_the_article_shown_is_that_of_the_case_s_policy(open_as: OpenAs, made: Made, settle: Settle) -> None:
    window = open_as("deputy")
    entry = at(window, settle, ("oversight-entry", f"visit/{made.paid}/0/0/0"), ActEntryScreen)
    assert "没有专门规定" in entry.basis.text(), "its only case is under 寻乌"
    entry = at(window, settle, ("oversight-entry", f"visit/{made.seats}/0/0/0"), ActEntryScreen)
    assert entry.basis.text() == "依据：大同数据呼叫（标注）产业政策第十条。"
    room = entry.case.minimumSizeHint().width()
    assert entry.case.width() >= room  # （不限办件） whole
    assert entry.case.minimumWidth() > entry.fontMetrics().horizontalAdvance("（不限办件）")


def test_one_visitor_alone_is_said_when_it_is_kept(open_as: OpenAs, made: Made, settle: Settle) -> None:
    window = open_as("deputy")
    entry = at(window, settle, ("oversight-entry", f"visit/{made.paid}/0/0/0"), ActEntryScreen)
    type_into(entry, title="核查", words="现场点数", visitors="经一", conclusion="none")
    entry.main_act()
    settle(window.runner)
    current(window, ActScreen)
    assert "两人以上" in window.shell.message.text()


def test_the_register_is_printed_and_left_by_keyboard(
    open_as: OpenAs, made: Made, settle: Settle, qtbot: QtBot
) -> None:
    window = open_as("deputy")
    desk = desk_of(window)
    desk.oversight.enter(ActForm("resolution", made.day, "联席会议", "议定事项", data={"reference": "2023 年第 1 次"}))
    screen = at(window, settle, ("screen", "oversight"), OversightScreen)
    assert screen.kind.choose("resolution")
    settle(window.runner)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(screen, Qt.Key.Key_P, CTRL)
    qtbot.waitUntil(lambda: screen.stack.currentWidget() is screen.paper)  # a button's keys press it for a moment
    settle(window.runner)
    assert screen.paper.title.text() == "监管事项登记簿"
    assert screen.paper.data.startswith(b"%PDF-")
    qtbot.keyClick(screen.paper.preview, Qt.Key.Key_Escape)
    assert screen.stack.currentWidget() is screen.tabs
