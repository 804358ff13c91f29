"""What a dossier keeps beside its form, entered by keyboard alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from desktop.desk_bench import Office, OpenWindow, Settle
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from services.case_bench import CaseBench

from caseworker.desktop.picks import PickEdit, SourceEdit
from caseworker.desktop.screens.dossier import DossierScreen
from caseworker.desktop.screens.dossier_entry import Entry
from caseworker.desktop.screens.person import PersonScreen
from caseworker.desktop.table import Table
from caseworker.desktop.window import Window
from caseworker.services import Role
from caseworker.services.record_views import BenefitForm, InternForm
from caseworker.values.clock import SetClock
from caseworker.values.id_number import check_character

CTRL = Qt.KeyboardModifier.ControlModifier
Keys = Callable[..., None]


@pytest.fixture
def keys(qtbot: QtBot, settle: Settle) -> Keys:
    """Types into whatever has the focus: texts letter by letter, keys as they are, (modifier, key) together."""

    def press(window: Window, *what: str | Qt.Key | tuple[Qt.KeyboardModifier, Qt.Key]) -> None:
        for one in what:
            if not in_front(window):  # a list that closed over it may leave nobody active without a display
                window.activateWindow()
                qtbot.waitUntil(lambda: in_front(window))
            target: QWidget = QApplication.focusWidget() or window
            if isinstance(one, str) and not one.isascii():
                committed = QInputMethodEvent()  # as an input method hands it over
                committed.setCommitString(one)
                QApplication.sendEvent(target, committed)
            elif isinstance(one, str):
                qtbot.keyClicks(target, one)
            elif isinstance(one, tuple):
                qtbot.keyClick(target, one[1], one[0])
            else:
                qtbot.keyClick(target, one)
            settle(window.runner)

    return press


def in_front(window: Window) -> bool:
    return window.isActiveWindow() and QApplication.focusWindow() == window.windowHandle()


ENTER, DOWN, TAB, ESC = Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Tab, Qt.Key.Key_Escape
NEW = (CTRL, Qt.Key.Key_D)
SAVE = (CTRL, Qt.Key.Key_Return)


def opened(window: Window, party_id: int, settle: Settle, qtbot: QtBot) -> DossierScreen:
    assert window.shell is not None
    window.shell.go(("party", party_id))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, DossierScreen)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return screen


def walk_to(window: Window, screen: DossierScreen, key: str, keys: Keys) -> None:
    """Ctrl+Tab until the part is there."""
    for _ in range(screen.tabs.count()):
        if screen.tabs.key() == key:
            return
        keys(window, (CTRL, Qt.Key.Key_Tab))
    raise AssertionError(f"no part {key}")


def fields_of(entry: Entry) -> dict[str, str]:
    return entry.form.problems_shown()


def pick(window: Window, editor: QWidget, text: str, keys: Keys, qtbot: QtBot) -> None:
    """A few letters, arrow down, Enter in the list that came up."""
    assert isinstance(editor, PickEdit)
    keys(window, text)
    qtbot.waitUntil(lambda: editor.completer.popup().isVisible(), timeout=5000)
    popup = editor.completer.popup()
    qtbot.keyClick(popup, DOWN)
    qtbot.keyClick(popup, ENTER)
    qtbot.waitUntil(lambda: editor.value() is not None, timeout=5000)
    qtbot.waitUntil(lambda: not popup.isVisible(), timeout=5000)


def number_of(sequence: int) -> str:
    body = f"36073420020101{sequence:03d}"
    return body + check_character(body)


def test_seats_are_entered_by_keyboard_and_problems_stand_beside_the_field(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle, keys: Keys
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    desk, party = window.context.desk, office.party("hengyu")
    screen = opened(window, party, settle, qtbot)
    walk_to(window, screen, "seats", keys)
    seats = screen.parts["seats"].records.lists["seats"]
    assert not seats.entry.is_open
    keys(window, NEW)
    assert seats.entry.is_open
    assert QApplication.focusWidget() is seats.entry.form.fields["total"].editor
    keys(window, "２６０", ENTER, "300")
    qtbot.waitUntil(lambda: "occupied" in fields_of(seats.entry), timeout=5000)  # more in use than there are
    assert list(fields_of(seats.entry)) == ["occupied"]
    assert not desk.records.page(party, "seats")
    keys(window, SAVE)
    assert "source" in fields_of(seats.entry)
    assert not desk.records.page(party, "seats")
    assert QApplication.focusWidget() is not seats.list.table
    editor = seats.entry.form.fields["occupied"].editor
    editor.setFocus()
    editor.selectAll()
    keys(window, "241", ENTER, "250", ENTER, ENTER, ENTER)
    day = seats.entry.form.fields["valid_from"].editor
    assert QApplication.focusWidget() is day
    day.selectAll()
    keys(window, "2023年5月4日", ENTER, "现场核查记录", ENTER)  # Enter in the last field saves
    (row,) = desk.records.page(party, "seats")
    assert (row.data["total"], row.data["occupied"], row.data["self_invested"]) == (260, 241, 250)
    assert (row.valid_from, row.source) == (date(2023, 5, 4), "现场核查记录")
    assert not seats.entry.is_open
    assert seats.list.model.rowCount() == 1
    assert seats.about.isVisible()
    assert "260" in seats.about.text()
    assert QApplication.focusWidget() is seats.list.table


def test_a_lease_with_its_scan_which_opens_in_place(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle, keys: Keys, tmp_path: Path
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    desk, party = window.context.desk, office.party("xinglian")
    scan = tmp_path / "租赁合同.png"
    picture = QImage(60, 80, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    assert picture.save(str(scan))
    screen = opened(window, party, settle, qtbot)
    walk_to(window, screen, "premises", keys)
    keys(window, NEW, "长宁镇客服园 2 号楼", ENTER, "2022.5.1", ENTER, "20220430", ENTER)
    lease = screen.parts["premises"].lists["premises-lease"]
    qtbot.waitUntil(lambda: "lease_end" in fields_of(lease.entry), timeout=5000)
    end = lease.entry.form.fields["lease_end"].editor
    end.setFocus()
    end.selectAll()
    keys(window, "2027-04-30", ENTER, "86,000", ENTER)
    source = lease.entry.form.fields["source"].editor
    assert isinstance(source, SourceEdit)
    source.take(scan)
    assert source.line.text() == "租赁合同"
    keys(window, SAVE)
    (row,) = desk.records.page(party, "premises-lease")
    assert row.data["lease_start"] == "2022-05-01"
    assert row.data["monthly_rent"] == "86000"
    assert row.paper is not None
    assert row.paper[1] == "租赁合同.png"
    keys(window, ENTER)
    assert lease.paper.isVisible()
    assert lease.paper.viewer.stack.currentWidget() is lease.paper.viewer.picture
    keys(window, ESC)
    assert not lease.paper.isVisible()
    assert QApplication.focusWidget() is lease.list.table
    assert window.shell is not None
    assert window.shell.current is screen


def test_the_switch_between_kinds_runs_by_arrow_keys(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle, keys: Keys
) -> None:
    window = open_window(Role.CASEWORKER)
    screen = opened(window, office.party("xinglian"), settle, qtbot)
    walk_to(window, screen, "premises", keys)
    part = screen.parts["premises"]
    part._switches["premises-lease"].take_focus()
    keys(window, Qt.Key.Key_Right)
    assert part.current.kind.id == "premises-purchase"
    keys(window, Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert part.current.kind.id == "premises-lease"


def test_a_record_is_voided_with_a_reason(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle, keys: Keys
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    desk, party = window.context.desk, office.party("hengyu")
    data: dict[str, Any] = {"total": 90, "occupied": None, "self_invested": None, "added": None, "note": None}
    key = desk.records.add(party, "seats", data, date(2023, 1, 1), "核查记录")
    screen = opened(window, party, settle, qtbot)
    walk_to(window, screen, "seats", keys)
    seats = screen.parts["seats"].records.lists["seats"]
    qtbot.waitUntil(seats.list.table.hasFocus)
    keys(window, Qt.Key.Key_Delete)
    assert QApplication.focusWidget() is seats.reason.line
    keys(window, ENTER)  # no reason, nothing happens
    assert desk.records.page(party, "seats")
    keys(window, "登记到别的企业了", ENTER)
    assert not desk.records.page(party, "seats")
    assert seats.list.model.rowCount() == 0
    assert any("登记到别的企业了" in row.reason for row in desk.audit.history_of_party(party)) or key


def test_somebody_else_was_faster_with_voiding(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle, keys: Keys
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    assert window.shell is not None
    desk, party = window.context.desk, office.party("hengyu")
    data: dict[str, Any] = {"total": 90, "occupied": None, "self_invested": None, "added": None, "note": None}
    key = desk.records.add(party, "seats", data, date(2023, 1, 1), "核查记录")
    screen = opened(window, party, settle, qtbot)
    walk_to(window, screen, "seats", keys)
    seats = screen.parts["seats"].records.lists["seats"]
    desk.records.void(key, "别人先作废了")
    qtbot.waitUntil(seats.list.table.hasFocus)
    keys(window, Qt.Key.Key_Delete, "我也要作废", ENTER)
    assert "已经作废" in window.shell.message.text()
    assert seats.reason.line.text() == "我也要作废"


def test_a_draft_outlives_going_elsewhere_and_another_user(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle, keys: Keys
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    party = office.party("hengyu")
    screen = opened(window, party, settle, qtbot)
    walk_to(window, screen, "premises", keys)
    part = screen.parts["premises"]
    part.turn_to("premises-purchase")
    settle(window.runner)
    keys(window, NEW, "开发区标准厂房", ENTER, "12三")
    keys(window, ESC)  # folded away, not thrown away
    keys(window, NEW)
    entry = part.lists["premises-purchase"].entry
    assert entry.form.fields["area_m2"].typed() == "12三"
    window.shell.go(("screen", "home"))
    window.shell.user_changed()
    settle(window.runner)
    again = opened(window, party, settle, qtbot)
    assert again is not screen
    assert again.tabs.show_key("premises")
    settle(window.runner)
    made = again.parts["premises"].current
    assert made.kind.id == "premises-purchase"
    assert made.entry.is_open
    assert made.entry.form.fields["address"].typed() == "开发区标准厂房"
    assert made.entry.form.fields["area_m2"].typed() == "12三"
    assert "未保存" in made.entry.message.text()
    made.entry.clear()
    assert made.entry.form.fields["address"].typed() == ""
    window.shell.user_changed()
    settle(window.runner)
    last = opened(window, party, settle, qtbot)
    assert not last.parts["premises"].lists["premises-purchase"].entry.is_open


def test_a_benefit_of_one_person(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle, keys: Keys
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    desk, party = window.context.desk, office.party("hengyu")
    bench = CaseBench({"clerk": desk}, SetClock(date(2023, 6, 1)))
    someone, _other = bench.roster(party, 2)
    row = next(row for row in desk.dossiers.people(party).rows if row.id == someone)
    screen = opened(window, party, settle, qtbot)
    walk_to(window, screen, "benefits", keys)
    part = screen.parts["benefits"]
    form = part.entry.form
    keys(window, NEW, "一次性扩岗补助", ENTER)
    pick(window, form.fields["clause"].editor, "用工", keys, qtbot)
    assert QApplication.focusWidget() is form.fields["amount"].editor  # the choice made, Enter has gone on
    keys(window, "1500.555", ENTER)
    qtbot.waitUntil(lambda: "amount" in fields_of(part.entry), timeout=5000)
    amount = form.fields["amount"].editor
    amount.setFocus()
    amount.selectAll()
    keys(window, "1500", ENTER)
    pick(window, form.fields["person"].editor, row.name, keys, qtbot)
    keys(window, "2022-11-1", ENTER, "人社局发放名单", ENTER)
    (benefit,) = desk.records.benefits(party)
    assert (benefit.policy, benefit.clause, benefit.person_id) == ("xunwu-2022-59", "xw-6-hiring", someone)
    assert (str(benefit.amount), benefit.granted_on) == ("1500.00", date(2022, 11, 1))
    assert part.register.list.model.rowCount() == 1


def test_what_the_services_find_wrong_stands_beside_the_field(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle, keys: Keys
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    desk, party = window.context.desk, office.party("hengyu")
    screen = opened(window, party, settle, qtbot)
    walk_to(window, screen, "interns", keys)
    part = screen.parts["interns"]
    wrong = number_of(1)[:-1] + ("0" if number_of(1)[-1] != "0" else "1")
    keys(window, NEW, "陈见习", ENTER, wrong, SAVE)
    assert "校验" in fields_of(part.entry)["id_number"]
    assert part.entry.form.fields["name"].value() == "陈见习"  # nothing typed is lost
    assert QApplication.focusWidget() is part.entry.form.fields["id_number"].editor
    part.entry.form.fields["id_number"].editor.selectAll()
    keys(window, number_of(1), ENTER, "赣州职业技术学院", ENTER, ENTER, "2023/2/1", ENTER, "2023/1/1")
    qtbot.waitUntil(lambda: "intern_to" in fields_of(part.entry), timeout=5000)
    part.entry.form.fields["intern_to"].editor.selectAll()
    keys(window, "2023/5/31", SAVE)
    (row,) = desk.records.internships(party).rows
    assert (row.name, row.school) == ("陈见习", "赣州职业技术学院")
    assert (row.intern_from, row.intern_to) == (date(2023, 2, 1), date(2023, 5, 31))
    assert part.register.list.model.rowCount() == 1


def test_a_fact_of_a_person_and_the_months_of_two_parties(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle, keys: Keys
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    assert window.shell is not None
    desk, party = window.context.desk, office.party("hengyu")
    bench = CaseBench({"clerk": desk}, SetClock(date(2023, 6, 1)))
    (someone,) = bench.roster(party, 1)
    bench.months(party, range(202301, 202304), [someone])
    bench.months(office.party("wanyu"), (202303, 202305), [someone])
    screen = opened(window, party, settle, qtbot)
    walk_to(window, screen, "people", keys)
    qtbot.waitUntil(screen.parts["people"].list.table.hasFocus)
    keys(window, ENTER)
    assert window.shell.place == ("person", f"{party}/{someone}")
    person = window.shell.current
    assert isinstance(person, PersonScreen)
    keys(window, (CTRL, Qt.Key.Key_Tab))
    assert person.tabs.key() == "months"
    months = person.months.grid.months
    assert months.rowCount() == 1
    cells = {number: months.cell(months.index(0, number - 1)) for number in range(1, 13)}
    assert [number for number, cell in cells.items() if cell is not None and cell.gross is not None] == [1, 2, 3]
    march, may = cells[3], cells[5]
    assert march is not None
    assert may is not None
    assert march.insured
    assert march.elsewhere
    assert not may.insured
    assert "工资" in may.words()
    assert person.months.sentence.text().startswith("2023年5月")
    keys(window, Qt.Key.Key_Left, Qt.Key.Key_Left)
    assert person.months.sentence.text() == march.words()
    keys(window, (CTRL, Qt.Key.Key_Tab), NEW)
    entry = person.facts.entry
    assert entry is not None
    pick(window, entry.form.fields["name"].editor, "新招", keys, qtbot)
    keys(window, SAVE)
    assert set(fields_of(entry)) == {"value", "source"}
    keys(window, DOWN, ENTER)
    keys(window, ENTER, "劳动合同", ENTER)
    (fact,) = desk.records.person(party, someone).facts
    assert (fact.name, fact.value, fact.source) == ("newly_hired", True, "劳动合同")
    keys(window, NEW, ESC)
    assert not entry.is_open  # the form first
    keys(window, Qt.Key.Key_Delete, ESC)
    assert not person.facts.register.reason.isVisible()  # then the question
    assert window.shell.current is person
    person.facts.setFocus()
    keys(window, ESC)
    assert window.shell.current is screen


def test_one_fact_of_several_people_at_once(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle, keys: Keys
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    desk, party = window.context.desk, office.party("hengyu")
    bench = CaseBench({"clerk": desk}, SetClock(date(2023, 6, 1)))
    people = bench.roster(party, 3)
    screen = opened(window, party, settle, qtbot)
    screen.open_at("person-fact:newly_hired")
    settle(window.runner)
    part = screen.parts["people"]
    assert part.entry.is_open
    part.list.table.setFocus()
    keys(window, (CTRL, Qt.Key.Key_A))
    assert "3 人" in part.entry.title.text() or part.entry.title.text().count("、") == 2
    part.entry.form.fields["value"].set_value(True)
    part.entry.form.fields["source"].set_value(("招用名册", ""))
    part.entry.form.submit()
    settle(window.runner)
    for person in people:
        assert [fact.name for fact in desk.records.person(party, person).facts] == ["newly_hired"]


def test_every_table_of_a_dossier_and_of_a_person_has_a_sound_model(
    open_window: OpenWindow, office: Office, settle: Settle, qtbot: QtBot, qtmodeltester: ModelTester
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    assert window.shell is not None
    desk, party = window.context.desk, office.party("hengyu")
    bench = CaseBench({"clerk": desk}, SetClock(date(2023, 6, 1)))
    (someone,) = bench.roster(party, 1)
    bench.months(party, (202301, 202302), [someone])
    desk.records.add_internship(party, InternForm("林实习", number_of(7), intern_from=date(2023, 2, 1)))
    desk.records.add_benefit(party, BenefitForm("xunwu-2022-59", "xw-1-new", "省级奖励", "1", date(2022, 1, 1), "文件"))
    screen = opened(window, party, settle, qtbot)
    for place in range(screen.tabs.count()):
        screen.tabs.setCurrentIndex(place)
        settle(window.runner)
    window.shell.go(("person", f"{party}/{someone}"))
    settle(window.runner)
    person = window.shell.current
    assert isinstance(person, PersonScreen)
    models = [table.model() for one in (screen, person) for table in one.findChildren(Table)]
    assert len(models) >= 20
    for model in [*models, person.months.grid.months]:
        qtmodeltester.check(model)


def test_what_is_missing_leads_to_where_it_is_entered(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle, keys: Keys
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    party = office.party("hengyu")
    screen = opened(window, party, settle, qtbot)
    for where, key, entry in (
        ("record:premises-lease", "premises", lambda: screen.parts["premises"].lists["premises-lease"].entry),
        ("record:seats", "seats", lambda: screen.parts["seats"].records.lists["seats"].entry),
        ("fact:operation_start", "facts", lambda: screen.parts["facts"].entry),
        ("person-fact:newly_hired", "people", lambda: screen.parts["people"].entry),
    ):
        screen.open_at(where)
        settle(window.runner)
        assert screen.tabs.key() == key
        assert entry().is_open
        assert entry().isAncestorOf(QApplication.focusWidget())
    for where, key in (("people", "people"), ("interns", "interns"), ("case", "cases")):
        screen.open_at(where)
        settle(window.runner)
        assert screen.tabs.key() == key


def test_the_search_box_opens_a_person(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle, keys: Keys
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    assert window.shell is not None
    desk, party = window.context.desk, office.party("hengyu")
    bench = CaseBench({"clerk": desk}, SetClock(date(2023, 6, 1)))
    (someone,) = bench.roster(party, 1)
    name = desk.records.person(party, someone).name
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    keys(window, (CTRL, Qt.Key.Key_K), name, ENTER)
    box = window.shell.title.search
    qtbot.waitUntil(box.results.isVisible, timeout=5000)
    hits = [box.list.item(row).text() for row in range(box.list.count())]
    assert any(name in hit for hit in hits)
    keys(window, ENTER)
    assert window.shell.place == ("person", f"{party}/{someone}")


def test_a_reader_sees_everything_and_can_enter_nothing(
    open_window: OpenWindow, office: Office, settle: Settle, qtbot: QtBot
) -> None:
    window = open_window(Role.REVIEWER)
    screen = opened(window, office.party("hengyu"), settle, qtbot)
    for place in range(screen.tabs.count()):
        screen.tabs.setCurrentIndex(place)
        settle(window.runner)
        part = screen.tabs.currentWidget()
        assert part is not None
        assert not list(part.findChildren(Entry))


@pytest.mark.parametrize("kind", ["company", "school", "person", "service-body"])
def test_each_kind_of_party_has_the_parts_that_go_with_it(
    open_window: OpenWindow, office: Office, settle: Settle, qtbot: QtBot, kind: str
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    desk = window.context.desk
    page = desk.dossiers.page(kind=kind, limit=1).rows
    if page:
        party = page[0].id
    else:
        from caseworker.services.views import PartyForm

        code = number_of(33) if kind == "person" else "91360734MA35LX3R0C"
        party = desk.dossiers.create(PartyForm(kind=kind, name="某某", code=code))
    screen = opened(window, party, settle, qtbot)
    offered = {screen.tabs._pages[place].key for place in range(screen.tabs.count()) if screen.tabs.isTabVisible(place)}
    assert {"particulars", "needs", "facts", "benefits", "violations", "cases", "history"} <= offered
    assert ("seats" in offered) == (kind == "company")
    assert ("premises" in offered) == (kind == "company")
    assert ("fairs" in offered) == (kind == "school")
    assert ("people" in offered) == (kind != "person")
    assert ("own" in offered) == (kind == "person")


def test_a_yearly_figure_is_entered_with_its_year(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle, keys: Keys
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    desk, party = window.context.desk, office.party("hengyu")
    screen = opened(window, party, settle, qtbot)
    walk_to(window, screen, "facts", keys)
    part = screen.parts["facts"]
    form = part.entry.form
    keys(window, NEW)
    assert form.fields["valid_from"].isVisible()
    assert not form.fields["year"].isVisible()
    pick(window, form.fields["name"].editor, "nnse", keys, qtbot)  # 年纳税额 by its initials
    assert form.fields["name"].value() == "tax_paid"
    assert form.fields["year"].isVisible()
    assert not form.fields["valid_from"].isVisible()
    form.fields["value"].editor.setFocus()
    keys(window, "1,234,567.8", ENTER)
    form.fields["year"].editor.setFocus()
    keys(window, "23", ENTER, "完税证明", ENTER)
    assert list(fields_of(part.entry)) == ["year"]
    assert not [fact for fact in desk.dossiers.get(party).facts if fact.name == "tax_paid"]
    year = form.fields["year"].editor
    year.selectAll()
    keys(window, "2022", SAVE)
    (fact,) = (fact for fact in desk.dossiers.get(party).facts if fact.name == "tax_paid")
    assert (fact.value, fact.year, fact.source) == ("1234567.8", 2022, "完税证明")
    part.kind.choose("year")
    settle(window.runner)
    model = part.register.list.model
    assert [model.row(place).fact.id for place in range(model.rowCount())] == [
        fact.id for fact in desk.dossiers.get(party).facts if fact.year is not None
    ]
    part.kind.choose("date")
    settle(window.runner)
    assert all(model.row(place).fact.year is None for place in range(model.rowCount()))


def test_enter_runs_from_the_clause_to_what_it_lacks_to_where_that_is_entered(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle, keys: Keys
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    desk, party = window.context.desk, office.party("xinglian")
    screen = opened(window, party, settle, qtbot)
    walk_to(window, screen, "needs", keys)
    part = screen.parts["needs"]
    needed = desk.records.needs(party)
    assert {needs.policy for needs in needed if needs.elsewhere} == {"datong-2022"}  # another place's: not counted
    lacking = [needs for needs in needed if not needs.ready and not needs.elsewhere]
    place = screen.tabs.place("needs")
    assert screen.tabs._pages[place].tool.text().endswith(f"\u3000{len(lacking)}")
    part.only.setChecked(True)
    settle(window.runner)
    try:
        assert part.clauses.model.rowCount() == len(lacking)
        tax = next(number for number, needs in enumerate(lacking) if needs.clause == "xw-3-tax")
        part.clauses.table.setFocus()
        part.clauses.table.selectRow(tax)
        settle(window.runner)
        assert part.needs.model.rowCount() == len(lacking[tax].missing)
        keys(window, ENTER)
        assert QApplication.focusWidget() is part.needs.table
        wanted = next(number for number, need in enumerate(lacking[tax].missing) if need.where == "fact:tax_paid")
        part.needs.table.selectRow(wanted)
        keys(window, ENTER)
    finally:
        part.only.setChecked(False)
    assert screen.tabs.key() == "facts"
    entry = screen.parts["facts"].entry
    assert entry.is_open
    assert entry.form.fields["name"].value() == "tax_paid"
    assert entry.isAncestorOf(QApplication.focusWidget())


def test_one_field_over_time(open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    desk, party = window.context.desk, office.party("hengyu")
    for name in ("甲联系人", "乙联系人"):
        detail = desk.dossiers.get(party)
        desk.dossiers.update(party, detail.version, dataclasses.replace(detail.form, contact=name))
    screen = opened(window, party, settle, qtbot)
    screen.tabs.show_key("history")
    settle(window.runner)
    part = screen.parts["history"]
    whole = part.list.model.rowCount()
    part.show_field("联系人")
    settle(window.runner)
    rows = [part.list.model.row(place) for place in range(part.list.model.rowCount())]
    assert [row.after for row in rows][:2] == ["乙联系人", "甲联系人"]
    assert rows[0].before == "甲联系人"
    assert {row.field for row in rows} == {"联系人"}
    assert len(rows) < whole
    assert all(row.user for row in rows)


def test_the_number_of_an_opened_person_is_masked_and_showing_it_is_logged(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle, keys: Keys
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    assert window.shell is not None
    desk, party = window.context.desk, office.party("hengyu")
    desk.records.add_internship(party, InternForm("林实习", number_of(7), intern_from=date(2023, 2, 1)))
    (row,) = desk.records.internships(party).rows
    window.shell.go(("person", f"{party}/{row.person_id}"))
    settle(window.runner)
    person = window.shell.current
    assert isinstance(person, PersonScreen)
    assert number_of(7) not in person.about.text()
    assert "****" in person.about.text()
    before = desk.audit.page().total
    person.reveal_button.setFocus()
    keys(window, ENTER, "核对名单", ENTER)
    assert number_of(7) in window.shell.message.text()
    entry = desk.audit.page().rows[0]
    assert desk.audit.page().total == before + 1
    assert entry.reason == "核对名单"
    assert number_of(7) not in person.about.text()
