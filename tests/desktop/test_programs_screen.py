"""台账 on the screen: fund, targets, special approvals, services without money, over a real office."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from desktop.desk_bench import Office, OpenWindow, Settle
from desktop.test_documents_screen import as_role, decided
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from caseworker.desktop.chart import ticks
from caseworker.desktop.screens.case import CaseScreen
from caseworker.desktop.screens.programs import APPROVALS, FUND, SERVICES, TARGETS, ProgramsScreen
from caseworker.desktop.screens.programs_chart import NOTHING, FundChart, point_words, shares
from caseworker.desktop.screens.programs_lines import FundLinesScreen
from caseworker.desktop.screens.programs_parts import Picker
from caseworker.desktop.screens.service_record import ServiceScreen
from caseworker.desktop.theme import LIGHT, Mode
from caseworker.desktop.window import Window
from caseworker.services import Role
from caseworker.services.programs import FundPoint
from caseworker.values.money import Money

XUNWU = "xunwu-2022-59"


def programs(window: Window, settle: Settle, tab: int) -> ProgramsScreen:
    assert window.shell is not None
    window.shell.go(("screen", "programs"))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, ProgramsScreen)
    assert screen.pack.choose(XUNWU)
    screen.tabs.setCurrentIndex(tab)
    settle(window.runner)
    return screen


def pick(picker: Picker, text: str, window: Window, settle: Settle) -> None:
    """As a clerk does: some of the name, then Enter for the first entry below."""
    picker.line.setText(text)
    picker.line.textEdited.emit(text)  # a test types no Chinese
    picker.look_up()
    settle(window.runner)
    assert not picker.hits.isHidden()
    QTest.keyClick(picker.line, Qt.Key.Key_Return)
    assert picker.key is not None
    assert picker.hits.isHidden()


def company(window: Window, office: Office) -> str:
    assert window.context is not None
    return window.context.desk.dossiers.get(office.party("xinglian")).form.name


# ---- the fund ------------------------------------------------------------------------------


def test_the_head_sets_a_budget_and_the_change_is_on_record(
    open_window: OpenWindow, settle: Settle, qtbot: QtBot, qtmodeltester: ModelTester
) -> None:
    window = open_window(Role.HEAD)
    page = programs(window, settle, FUND).fund
    assert page.figures["budget"].text() == "30,000,000.00"
    page.open_form()
    form = page.card.form
    form.fields["amount"].set_value("32000000.50")
    form.fields["source"].set_value("演财预〔2023〕8号")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(form.fields["source"].editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    assert page.card.isHidden()
    assert page.figures["budget"].text() == "32,000,000.50"
    assert page.figures["left"].text() == "32,000,000.50"
    shown = [page.list.model.index(0, column).data() for column in range(4)]
    assert shown == ["2023-06-01", "30,000,000.00", "32,000,000.50", "演财预〔2023〕8号"]
    qtmodeltester.check(page.list.model)


def test_wrong_figures_say_so_beside_their_field(open_window: OpenWindow, settle: Settle) -> None:
    window = open_window(Role.HEAD)
    page = programs(window, settle, FUND).fund
    page.open_form()
    form = page.card.form
    for name, value, wanted in (("year", "23", "四位数"), ("year", "1999", "2000"), ("amount", "三千万", "金额")):
        form.set_values({"year": "2023", "amount": "1000", "source": "甲"})
        form.fields[name].set_value(value)
        form.submit()
        settle(window.runner)
        assert wanted in form.problems_shown()[name]
    assert not page.card.isHidden()
    assert page.list.model.rowCount() == 0


def test_the_caseworker_sees_the_fund_and_is_told_who_sets_it(open_window: OpenWindow, settle: Settle) -> None:
    page = programs(open_window(Role.CASEWORKER), settle, FUND).fund
    assert page.list._buttons == []
    assert "负责人" in page.list._empty
    assert "依据" in page.source.text()


def test_the_course_of_the_fund_is_drawn_against_its_budget(
    open_window: OpenWindow, office: Office, settle: Settle, qtbot: QtBot
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    window.context.desk, case_id = decided(window.context.desk, office.party("xinglian"))
    desk = window.context.desk
    page = programs(window, settle, FUND).fund
    view = desk.programs.fund.year(XUNWU, 2023)
    assert view is not None
    assert view.committed > Money.zero()
    assert page.figures["committed"].text() == view.committed.shown()
    assert page.figures["left"].text() == (view.budget - view.committed).shown()
    assert page.chart._points[11].committed == view.committed
    assert page.level.isHidden()
    # what a month is made of reaches the budget's line, neither less nor more
    for point in page.chart._points:
        assert sum(share for _name, share in shares(point)) * 100 == point.budget.fen
    area, top = page.chart._area(), page.chart._top()
    foot = QPointF(page.chart._column(area, 11).center().x(), area.bottom() - 2)
    scale = page.chart.devicePixelRatioF()
    image = page.chart.grab().toImage()
    assert image.pixelColor(int(foot.x() * scale), int(foot.y() * scale)).name() == LIGHT.accent.lower()
    empty = page.chart._column(area, 0).center().x()
    assert image.pixelColor(int(empty * scale), int(foot.y() * scale)).name() != LIGHT.accent.lower()
    line = page.chart._height(area, top, Decimal(view.budget.fen) / 100)
    seen = {
        image.pixelColor(int((area.left() + x) * scale), int(line * scale)).name() for x in range(4, 200)
    }  # dashes: somewhere along it there is ink
    assert LIGHT.text.lower() in seen
    # the figure opens the cases behind it, and Enter the case
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page.figures["committed"].setFocus()
    qtbot.keyClick(page.figures["committed"], Qt.Key.Key_Return)
    settle(window.runner)
    assert window.shell is not None
    lines = window.shell.current
    assert isinstance(lines, FundLinesScreen)
    assert lines.list.model.rowCount() == 1
    assert view.committed.shown() in lines.about.text()
    qtbot.keyClick(lines.list.table, Qt.Key.Key_Return)
    settle(window.runner)
    assert isinstance(window.shell.current, CaseScreen)
    assert window.shell.current.case_id == case_id


def test_a_fund_at_ninety_per_cent_says_so(open_window: OpenWindow, office: Office, settle: Settle) -> None:
    window = open_window(Role.HEAD)
    assert window.context is not None
    desk = window.context.desk
    decided(as_role(desk, Role.CASEWORKER), office.party("xinglian"))
    view = desk.programs.fund.year(XUNWU, 2023)
    assert view is not None
    desk.programs.fund.set_budget(XUNWU, 2023, view.committed, "财预〔2023〕1号")
    page = programs(window, settle, FUND).fund
    assert page.level.isVisible()
    assert page.level.text() == "已用到预算的 90% 以上"


def test_the_sentence_of_an_empty_fund_stands_clear_of_the_grid(qtbot: QtBot) -> None:
    chart = FundChart()
    qtbot.addWidget(chart)
    zero, budget = Money.zero(), Money.parse(30_000_000)
    chart.show_course(2023, tuple(FundPoint(n, budget, zero, zero, zero) for n in range(1, 13)))
    assert chart.empty
    line = chart.fontMetrics().height()
    for height in (240, 300, 377):
        chart.resize(600, height)
        area, top = chart._area(), chart._top()
        room = chart.room_for_words(area, top)
        assert room.height() >= line, height
        middle = room.center().y()
        lines = [chart._height(area, top, mark) for mark in ticks(Decimal(0), top, 4)]
        assert all(abs(at - middle) > line / 2 for at in lines), height
        assert abs(chart._height(area, top, Decimal(30_000_000)) - middle) > line / 2  # nor the budget's own
        image = chart.grab().toImage()
        scale = chart.devicePixelRatioF()
        wide = chart.fontMetrics().horizontalAdvance(NOTHING)
        inked = {
            image.pixelColor(int((area.center().x() - wide / 2 + x) * scale), int(middle * scale)).name()
            for x in range(wide)
        }
        assert len(inked) > 1, "the words are there"


def test_the_arrow_keys_read_out_the_months(qtbot: QtBot) -> None:
    chart = FundChart()
    qtbot.addWidget(chart)
    zero = Money.zero()
    points = tuple(FundPoint(n, Money.parse(100), zero, Money.parse(n), Money.parse(2)) for n in range(1, 13))
    chart.show_course(2023, points)
    chart.resize(600, 300)
    chart.show()
    assert chart.words == ""
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.words == point_words(2023, points[0])
    for _ in range(15):
        QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.words == ("2023 年 12 月底：预算 100.00，已拨付 12.00，已承诺 0.00，预计 2.00，剩余 88.00（元）")
    assert chart.accessibleDescription() == chart.words


def test_the_party_picker_runs_by_keys_and_says_what_it_does_not_find(
    open_window: OpenWindow, office: Office, settle: Settle
) -> None:
    window = open_window(Role.CASEWORKER)
    picker = programs(window, settle, APPROVALS).approvals.party
    picked: list[int | None] = []
    picker.picked.connect(lambda: picked.append(picker.key))
    picker.line.setText("公司")
    picker.look_up()
    settle(window.runner)
    assert picker.hits.count() >= 2
    second = picker.hits.item(1).text()
    QTest.keyClick(picker.line, Qt.Key.Key_Down)
    QTest.keyClick(picker.line, Qt.Key.Key_Return)
    assert picker.line.text() == second
    assert picked == [picker.key]
    QTest.keyClicks(picker.line, "x")
    assert picker.key is None  # other words are no longer that party
    picker.line.setText("没有这家")
    picker.look_up()
    settle(window.runner)
    assert picker.error.text() == "没有找到这个单位"
    assert picker.hits.isHidden()


# ---- targets -------------------------------------------------------------------------------


def test_a_figure_entered_moves_the_target_and_a_voided_one_moves_it_back(
    open_window: OpenWindow, office: Office, settle: Settle, qtmodeltester: ModelTester
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    page = programs(window, settle, TARGETS).targets
    assert len(page.bars._views) == 5
    page.open_form()
    form = page.card.form
    form.submit()
    settle(window.runner)
    assert set(form.problems_shown()) == {"amount", "source"}
    for name, value in {"year": "2023", "amount": "1,200,000", "source": "年度报表"}.items():
        form.fields[name].set_value(value)
    form.submit()
    assert page.party.error.text() == "请选择一个单位"
    pick(page.party, company(window, office)[:4], window, settle)
    form.submit()
    settle(window.runner)
    assert page.card.isHidden()
    model = page.list.model
    assert [model.index(0, column).data() for column in (0, 1, 3, 4)] == [
        "2023",
        company(window, office),
        "1,200,000.00",
        "年度报表",
    ]
    qtmodeltester.check(model)
    page.list.table.selectRow(0)
    page._void()
    page.reason.line.setText("登记错年度")
    page.reason._give()
    settle(window.runner)
    assert model.index(0, 7).data() == "已作废：登记错年度"


# ---- special approvals ---------------------------------------------------------------------


def test_an_approval_is_entered_with_its_scan_and_voided(
    open_window: OpenWindow, office: Office, settle: Settle, tmp_path: Path, qtmodeltester: ModelTester
) -> None:
    window = open_window(Role.CASEWORKER)
    page = programs(window, settle, APPROVALS).approvals
    assert page.list._stack.currentIndex() == 1  # says what belongs here
    page.open_form()
    pick(page.party, company(window, office)[:4], window, settle)
    scan = tmp_path / "批复.pdf"
    scan.write_bytes(b"%PDF-1.4\n%%EOF\n")
    page.attach(scan)
    form = page.card.form
    for name, value in {"reference": "演府纪要〔2023〕9号", "amount": "0", "matter": "自建职场补助"}.items():
        form.fields[name].set_value(value)
    form.submit()
    settle(window.runner)
    assert form.problems_shown() == {"amount": "批准金额应大于 0。"}
    form.fields["amount"].set_value("800000")
    form.submit()
    settle(window.runner)
    assert page.card.isHidden()
    model = page.list.model
    assert [model.index(0, column).data() for column in (0, 1, 4, 6, 7)] == [
        "2023-06-01",
        "演府纪要〔2023〕9号",
        "800,000.00",
        "有",
        "未使用",
    ]
    qtmodeltester.check(model)
    page.list.table.selectRow(0)
    page._void()
    page.reason.line.setText("重复登记")
    page.reason._give()
    settle(window.runner)
    assert model.index(0, 7).data() == "已作废：重复登记"


# ---- services ------------------------------------------------------------------------------


def test_a_service_for_a_person_is_asked_for_and_handled(
    open_window: OpenWindow, office: Office, settle: Settle, qtmodeltester: ModelTester
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    desk, party = window.context.desk, office.party("xinglian")
    desk.imports.take("roster", office.hand_in("xinglian", "花名册.xlsx"), party, good_rows_only=True)
    page = programs(window, settle, SERVICES).services
    page.open_form()
    kinds = {kind.kind: kind for kind in page._kinds.values() if kind.policy == XUNWU}
    free_bus = kinds["free-bus"]
    assert free_bus.for_person
    page.card.form.fields["kind"].set_value((XUNWU, free_bus.clause, "free-bus"))
    assert not page.person.isHidden()
    page.card.form.fields["request"].set_value("自6月起免费乘车")
    pick(page.party, company(window, office)[:4], window, settle)
    page.card.form.submit()
    assert page.person.error.text() == "请选择享受这项服务的人员"
    person = window.context.desk.dossiers.people(office.party("xinglian"), limit=1).rows[0]
    pick(page.person, person.name, window, settle)
    page.card.form.submit()
    settle(window.runner)
    assert page.card.isHidden()
    model = page.list.model
    assert [model.index(0, column).data() for column in (2, 6)] == [free_bus.label, "待办理"]
    page.list.table.selectRow(0)
    page.open_handling()
    page.handling.form.submit()
    assert set(page.handling.form.problems_shown()) == {"handling"}
    page.handling.form.fields["handling"].set_value("已发乘车证")
    page.handling.form.submit()
    settle(window.runner)
    assert [model.index(0, column).data() for column in (6, 7, 8)] == ["已办理", "已发乘车证", "2023-06-01"]
    qtmodeltester.check(model)
    assert page.state.choose("open")
    settle(window.runner)
    assert model.rowCount() == 0


def test_a_service_for_a_company_takes_no_person(open_window: OpenWindow, settle: Settle) -> None:
    page = programs(open_window(Role.CASEWORKER), settle, SERVICES).services
    page.open_form()
    for key, kind in page._kinds.items():
        page.card.form.fields["kind"].set_value(key)
        assert page.person.isHidden() == (not kind.for_person)


# ---- all of them ---------------------------------------------------------------------------


def test_a_request_is_looked_at_put_right_and_its_scan_kept(
    open_window: OpenWindow, office: Office, settle: Settle, qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    assert window.shell is not None
    desk = window.context.desk
    key = desk.programs.services.request(
        "datong-2022",
        "dt-5-services",
        "land",
        office.party("xinglian"),
        requested_on=date(2023, 5, 30),
        request="二十亩",
    )
    screen = programs(window, settle, SERVICES)
    assert screen.pack.choose("datong-2022")
    settle(window.runner)
    screen.services.open_record()
    settle(window.runner)
    record = window.shell.current
    assert isinstance(record, ServiceScreen)
    assert record.record_id == key
    said = " ".join(one.text() for one in record.findChildren(QLabel))
    assert "第四条2" in said
    assert "土地供应" in said
    image = QImage(120, 160, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    assert image.save(str(tmp_path / "申请.png"))
    record.attach([tmp_path / "申请.png"])
    settle(window.runner)
    assert record.papers.currentText() == "申请.png"
    record.open_correction()
    form = record.card.form
    form.fields["request"].editor.setPlainText("十二亩")
    form.fields["reason"].editor.setText("数量写错")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(form.fields["reason"].editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    assert record.card.isHidden()
    assert record.detail is not None
    assert (record.detail.row.request, record.detail.row.papers) == ("十二亩", 1)
    said = " ".join(one.text() for one in record.findChildren(QLabel))
    assert "由“二十亩”改为“十二亩”" in said


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.HEAD, Role.SEAL_KEEPER, Role.ADMINISTRATOR])
def test_others_than_the_caseworker_only_read_the_records(open_window: OpenWindow, settle: Settle, role: Role) -> None:
    screen = programs(open_window(role), settle, TARGETS)
    for page in (screen.targets, screen.approvals, screen.services):
        assert page.list._buttons == []
        assert page.card.isHidden()


def test_unsaved_typing_is_there_again(open_window: OpenWindow, settle: Settle) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    page = programs(window, settle, APPROVALS).approvals
    page.open_form()
    QTest.keyClicks(page.card.form.fields["reference"].editor, "2023-9")
    window.shell.go(("screen", "home"))
    window.shell.user_changed()
    settle(window.runner)
    page = programs(window, settle, APPROVALS).approvals
    assert not page.card.isHidden()
    assert page.card.form.values()["reference"] == "2023-9"
    assert page.card.form.values()["approved_on"] == date(2023, 6, 1)


def test_nothing_is_cut_off_in_a_narrow_window(open_window: OpenWindow, settle: Settle) -> None:
    """1366×768 at 150 % leaves 911×512."""
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    screen = programs(window, settle, FUND)
    window.resize(911, 512)
    for part in (screen.targets, screen.approvals, screen.services):
        part.open_form()
    for mode in (Mode.LIGHT, Mode.DARK):
        window.context.theme.set_mode(mode)
        for tab in range(screen.tabs.count()):
            screen.tabs.setCurrentIndex(tab)
            settle(window.runner)
            page = screen.tabs.currentWidget()
            assert isinstance(page, QWidget)
            assert window.width() == 911
            assert screen.minimumSizeHint().height() <= 400  # the title and status lines want the rest
            assert page.mapTo(window, page.rect().bottomRight()).x() <= window.width()


# ---- on paper ------------------------------------------------------------------------------


def test_the_programs_are_printed_and_left_by_keyboard(
    open_window: OpenWindow, settle: Settle, qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window(Role.CASEWORKER)
    screen = programs(window, settle, FUND)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(screen, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: screen.stack.currentWidget() is screen.paper)  # a button's keys press it for a moment
    settle(window.runner)
    assert screen.stack.currentWidget() is screen.paper
    assert screen.print_button.isHidden()
    assert screen.paper.back_button.text() == "返回台账"
    assert "2023 年" in screen.paper.title.text()
    assert screen.paper.data.startswith(b"%PDF-")
    assert screen.paper.preview.document.pageCount() >= 1
    screen.paper.save_to(tmp_path / "执行情况.pdf")
    settle(window.runner)
    assert (tmp_path / "执行情况.pdf").read_bytes() == screen.paper.data
    qtbot.keyClick(screen.paper.preview, Qt.Key.Key_Escape)
    assert screen.stack.currentWidget() is screen.tabs
    assert screen.print_button.hasFocus()
    assert not screen.pack.isHidden()


def test_a_policy_with_nothing_to_print_says_so(open_window: OpenWindow, settle: Settle) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    screen = programs(window, settle, FUND)
    assert screen.pack.choose("datong-2022")  # its text names neither a fund nor targets
    settle(window.runner)
    screen.print_out()
    settle(window.runner)
    assert "无可打印" in window.shell.message.text()
    assert screen.stack.currentWidget() is screen.tabs
