"""口径 on the screen: what is open, the head's choice, its history, what the readings come to, who used which."""

from __future__ import annotations

from datetime import date

import pytest
from desktop.desk_bench import Office, OpenWindow, Settle, take_in
from desktop.test_documents_screen import decided
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from caseworker.desktop.screens.points import PointsPage
from caseworker.desktop.screens.points_choice import READ_ONLY
from caseworker.desktop.screens.points_effects import difference
from caseworker.desktop.screens.policies import POINTS, PoliciesScreen
from caseworker.desktop.window import Window
from caseworker.services import Role
from caseworker.services.point_effects import EffectRow, Reading
from caseworker.values.money import Money

XUNWU, SEATS_300 = "xunwu-2022-59", "xw-1.seats-300"


def points_page(window: Window, settle: Settle) -> PointsPage:
    assert window.shell is not None
    window.shell.go(("screen", "policies"))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, PoliciesScreen)
    assert screen.pack.choose(XUNWU)
    screen.tabs.setCurrentIndex(POINTS)
    settle(window.runner)
    screen.points.select(SEATS_300)
    settle(window.runner)
    return screen.points


def words_of(page: PointsPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if not label.isHidden())


def fill(page: PointsPage, **more: object) -> None:
    form = page.choice.form
    assert form is not None
    values = {"option": "lower", "decision_number": "演客办纪要〔2023〕2号", "reason": "与财政局商定", **more}
    for name, value in values.items():
        form.fields[name].set_value(value)


def test_a_point_shows_its_quotes_both_readings_and_the_default(open_window: OpenWindow, settle: Settle) -> None:
    page = points_page(open_window(Role.CASEWORKER), settle)
    text = words_of(page)
    assert "“座席规模200-300席（含300席）的给予一次性3000元/席的座席补贴”" in text
    assert "按300席及以上一档" in text
    assert "按200-300席一档（3000元/席）" in text
    assert "默认“按300席及以上一档”的理由" in text
    assert "程序默认" in page.points.currentItem().text()
    assert page.history._stack.currentIndex() == 1  # no choice yet: words instead of an empty table


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.REVIEWER, Role.SEAL_KEEPER, Role.ADMINISTRATOR])
def test_others_than_the_head_read_why_they_cannot_choose(open_window: OpenWindow, settle: Settle, role: Role) -> None:
    page = points_page(open_window(role), settle)
    assert page.choice.open_button.isHidden()
    assert page.choice.why.text() == READ_ONLY
    assert not page.choice.why.isHidden()
    page.choice.open()
    assert page.choice.form is None
    assert page.history._buttons == []


def test_the_head_chooses_by_keyboard_and_the_history_keeps_it(
    open_window: OpenWindow, settle: Settle, qtbot: QtBot, qtmodeltester: ModelTester
) -> None:
    window = open_window(Role.HEAD)
    page = points_page(window, settle)
    assert page.choice.why.isHidden()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page.choice.open_button.click()
    fill(page)
    form = page.choice.form
    assert form is not None
    qtbot.keyClick(form.fields["decision_number"].editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window.runner)
    assert page.choice.form is None
    assert page.choice.frame.isHidden()
    row = page.current
    assert row is not None
    assert (row.id, row.option, row.decision) == (SEATS_300, "lower", "演客办纪要〔2023〕2号")
    assert page.inner.tabText(1) == "选择记录（1）"
    shown = [page.history.model.index(0, column).data() for column in range(7)]
    assert shown[1:5] == ["按200-300席一档（3000元/席）", "演客办纪要〔2023〕2号", "2023-06-01", "与财政局商定"]
    assert shown[6] == "现行"
    qtmodeltester.check(page.history.model)


def test_wrong_fields_say_so_beside_themselves_and_typing_is_kept(open_window: OpenWindow, settle: Settle) -> None:
    window = open_window(Role.HEAD)
    assert window.shell is not None
    page = points_page(window, settle)
    page.choice.open()
    fill(page, option=None, decision_number="", valid_from="2022-05-03")
    form = page.choice.form
    assert form is not None
    form.submit()
    assert set(form.problems_shown()) == {"option", "decision_number"}
    fill(page, valid_from="2022-05-03", decided_on="2023-06-02")
    form.submit()
    settle(window.runner)
    assert set(form.problems_shown()) == {"valid_from", "decided_on"}
    assert "2022-05-04" in form.problems_shown()["valid_from"]
    window.shell.go(("screen", "home"))
    window.shell.go(("screen", "policies"))
    settle(window.runner)
    assert page.choice.form is form
    page.points.setCurrentRow(1)
    settle(window.runner)
    assert page.choice.form is None  # another point has no draft
    page.select(SEATS_300)
    settle(window.runner)
    assert page.choice.form is not None
    assert page.choice.form.values()["decision_number"] == "演客办纪要〔2023〕2号"
    page.choice._give_up()
    page.points.setCurrentRow(1)
    page.select(SEATS_300)
    assert page.choice.form is None


def test_a_wrong_choice_is_voided_with_a_reason(open_window: OpenWindow, settle: Settle) -> None:
    window = open_window(Role.HEAD)
    assert window.context is not None
    day = date(2023, 6, 1)
    window.context.desk.points.choose(
        XUNWU, SEATS_300, "lower", decision_number="甲", decided_on=day, valid_from=day
    )  # fmt: skip
    page = points_page(window, settle)
    page.inner.setCurrentIndex(1)
    page.history.table.selectRow(0)
    page._void()
    assert not page.reason.isHidden()
    page.reason.line.setText("录错了")
    page.reason._give()
    settle(window.runner)
    assert page.current is not None
    assert page.current.option == "higher"
    assert page.history.model.index(0, 6).data() == "已作废：录错了"


def test_the_effects_of_both_readings_on_open_cases(
    open_window: OpenWindow, office: Office, settle: Settle, qtmodeltester: ModelTester
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    assert window.shell is not None
    case_id = take_in(window.context.desk, office.party("xinglian"), to="proposal")
    page = points_page(window, settle)
    page.inner.setCurrentIndex(2)
    effects = page.effects
    effects.work_out()
    assert effects.go.isHidden()
    assert not effects.cancel.isHidden()
    settle(window.runner)
    assert not effects.go.isHidden()
    assert effects.cancel.isHidden()
    assert effects.list is not None
    model = effects.list.model
    assert model.rowCount() == 1
    expected = window.context.desk.points.effects(XUNWU, SEATS_300)[0]
    assert model.row(0) == expected
    first, second = (reading.amount for reading in expected.readings)
    assert first is not None
    assert second is not None
    assert first.shown() in effects.total.text()
    assert second.shown() in effects.total.text()
    assert model.index(0, 5).data() == (max(first, second) - min(first, second)).shown()
    qtmodeltester.check(model)
    effects.opened.emit(expected.case_id)
    assert window.shell.place == ("case", case_id)


def test_working_out_the_effects_can_be_cancelled(open_window: OpenWindow, settle: Settle) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    page = points_page(window, settle)
    effects = page.effects
    desk = window.context.desk if window.context is not None else None
    assert desk is not None

    def endless(policy: str, point: str, *, progress: object, cancelled: object) -> tuple[EffectRow, ...]:
        from caseworker.errors import Cancelled

        while not cancelled():  # type: ignore[operator]
            progress(1, 5)  # type: ignore[operator]
        raise Cancelled

    desk.points.effects = endless  # type: ignore[method-assign]
    effects.work_out()
    effects.cancel.click()
    settle(window.runner)
    assert "已取消" in effects._said.text()
    assert not effects.go.isHidden()
    assert window.shell.message.text() == ""


def test_the_difference_is_only_told_when_every_reading_is_known() -> None:
    def row(*amounts: Money | None) -> EffectRow:
        readings = tuple(Reading(str(place), "", amount, True, "") for place, amount in enumerate(amounts))
        return EffectRow(1, "XK-1", "甲", "c", "条", date(2023, 6, 1), "0", readings)

    assert difference(row(Money.parse("3.00"), Money.parse("5.00"))) == Money.parse("2.00")
    assert difference(row(Money.parse("5.00"), Money.parse("5.00"))) == Money.zero()
    assert difference(row(None, Money.parse("5.00"))) is None
    assert difference(row(None, None)) is None


def test_seats_counted_under_each_reading_stand_beside_the_amounts(
    open_window: OpenWindow, settle: Settle, qtmodeltester: ModelTester
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    page = points_page(window, settle)
    assert window.shell is not None
    screen = window.shell.current
    assert isinstance(screen, PoliciesScreen)
    assert screen.pack.choose("datong-2022")
    settle(window.runner)
    page.select("dt-2.rule")
    settle(window.runner)
    row = page.current
    assert row is not None
    assert [clause for clause, _number, _title in row.clauses] == ["dt-4-lease"]

    def effect(
        number: str, seats: tuple[int | None, int | None], amounts: tuple[int, int], note: str = ""
    ) -> EffectRow:
        readings = tuple(
            Reading(option.id, option.label, Money.parse(amount), True, "", count)
            for option, count, amount in zip(row.options, seats, amounts, strict=True)
        )
        return EffectRow(1, number, "甲", "dt-4-lease", "条", date(2023, 6, 1), "distinct", readings, note)

    found = (
        effect("DT-1", (1, 2), (2500, 5000)),
        effect("DT-2", (None, None), (17500, 17500), "手工登记"),
    )
    window.context.desk.points.effects = lambda *_a, **_k: found  # type: ignore[method-assign, assignment]
    page.inner.setCurrentIndex(2)
    page.effects.work_out()
    settle(window.runner)
    assert page.effects.list is not None
    model = page.effects.list.model
    assert model.headerData(3, Qt.Orientation.Horizontal) == "认定席数"
    shown = [[model.index(place, column).data() for column in range(3, 8)] for place in range(2)]
    assert shown == [
        ["1 / 2", "2,500.00", "5,000.00", "2,500.00", "有影响"],
        ["", "17,500.00", "17,500.00", "0.00", "无影响：手工登记"],
    ]
    qtmodeltester.check(model)


def test_past_decisions_are_listed_by_reading(
    open_window: OpenWindow, office: Office, settle: Settle, qtmodeltester: ModelTester
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    window.context.desk, _case = decided(window.context.desk, office.party("xinglian"))
    page = points_page(window, settle)
    assert page.inner.tabText(3) == "以往决定（1）"
    uses = page.uses
    assert uses.list.model.rowCount() == 1
    assert uses.list.model.index(0, 2).data() == "按300席及以上一档"
    assert uses.list.model.index(0, 4).data() == "准予"
    amount = uses.list.model.index(0, 5).data()
    assert uses.summary.text().splitlines() == [
        f"按300席及以上一档：1 件，准予 {amount} 元",
        "按200-300席一档（3000元/席）：0 件，准予 0.00 元",
    ]
    qtmodeltester.check(uses.list.model)
