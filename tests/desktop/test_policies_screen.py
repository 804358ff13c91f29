"""政策库 on the screen: the rules of a clause, the official text, every quote found in place or listed as missing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from desktop.desk_bench import Office, OpenWindow, Settle
from PySide6.QtCore import QEvent, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from third_pack import ID as THIRD
from third_pack import write_pack

from caseworker.desktop.screens.policies import CLAUSES, PACKS, POINTS, QUOTES, PoliciesScreen
from caseworker.desktop.screens.policies_rules import Rule, clause_rules, general_rules, since
from caseworker.desktop.screens.policies_text import document_positions
from caseworker.desktop.theme import Mode
from caseworker.desktop.window import Window
from caseworker.services import Role
from caseworker.services.packs import bundled_packs, pack_folder_beside

XUNWU = "xunwu-2022-59"


def policies(window: Window, settle: Settle, policy: str = XUNWU) -> PoliciesScreen:
    assert window.shell is not None
    window.shell.go(("screen", "policies"))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, PoliciesScreen)
    assert screen.pack.choose(policy)
    settle(window.runner)
    return screen


def quotes_of(policy: str = XUNWU) -> list[str]:
    return list(dict.fromkeys(quote for quote, _where in bundled_packs()[policy].quotes))


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    """Every quote of the policy, a line each, so that each stands at a place a test knows."""
    path = tmp_path / "正式文本.txt"
    path.write_text("关于支持客服产业发展若干政策措施\n" + "。\n".join(quotes_of()) + "。\n", encoding="utf-8")
    return path


def test_every_quote_of_a_pack_is_seen_on_some_clause() -> None:
    for pack in bundled_packs():
        day = pack.in_force.start
        shown = {rule.quote for clause in pack.clauses.values() for rule in clause_rules(pack, clause, day)}
        shown |= {rule.quote for rule in general_rules(pack)}
        unseen = {quote for quote, _where in pack.quotes} - shown
        assert not unseen, pack.id


def test_conditions_read_as_rules_without_placeholders() -> None:
    for pack in bundled_packs():
        for clause in pack.clauses.values():
            rules = clause_rules(pack, clause, pack.in_force.start)
            texts = [rule.text for rule in rules]
            assert not [text for text in texts if "{" in text or "}" in text], clause.id
            assert not [text for text in texts if not text.strip("…：，（）“” ")], clause.id
    xunwu = bundled_packs()[XUNWU]
    rules = clause_rules(xunwu, xunwu.clauses["xw-1-new"], xunwu.in_force.start)
    assert "座席规模不少于 100 席" in [rule.text for rule in rules if rule.kind == "条件"]
    tiers = [(rule.text, rule.value) for rule in rules if rule.kind == "分档"]
    assert ("座席补贴标准：100-200席", "2,000.00 元/席") in tiers


def test_a_rule_says_the_days_it_holds_for_and_whether_that_is_now() -> None:
    first, last = date(2022, 5, 4), date(2023, 5, 31)
    rule = Rule("参数", "补贴标准", "500 元", first, last, "引文")
    assert since(rule, last) == "2022-05-04 至 2023-05-31"
    assert since(rule, date(2023, 6, 1)) == "2022-05-04 至 2023-05-31（非现行）"
    assert since(rule, date(2022, 5, 3)) == "2022-05-04 至 2023-05-31（非现行）"
    assert since(Rule("参数", "补贴标准", "500 元", first, None, "引文"), first) == "2022-05-04 起"
    assert since(Rule("条件", "企业", "", None, None, "引文"), first) == ""


def test_without_a_text_the_screen_says_what_belongs_there(open_window: OpenWindow, settle: Settle) -> None:
    screen = policies(open_window(Role.CASEWORKER), settle)
    assert screen.state.text() == "未加载政策文本"
    assert screen.clauses.pane._stack.currentIndex() == 0
    assert "尚未核对" in screen.quotes.verdict.text()
    assert not screen.load_button.isHidden()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SEAL_KEEPER])
def test_who_may_not_load_a_text_is_not_offered_it(open_window: OpenWindow, settle: Settle, role: Role) -> None:
    assert policies(open_window(role), settle).load_button.isHidden()


def test_a_rule_shows_its_quote_in_place(
    open_window: OpenWindow, settle: Settle, text_file: Path, qtmodeltester: ModelTester
) -> None:
    window = open_window(Role.CASEWORKER)
    screen = policies(window, settle)
    screen.load(text_file)
    settle(window.runner)
    assert screen.state.text() == "引文全部核对"
    rules, pane = screen.clauses.rules, screen.clauses.pane
    for place in range(rules.model.rowCount()):
        rule = rules.model.row(place)
        assert isinstance(rule, Rule)
        rules.table.selectRow(place)
        chosen = [one for one in pane.text.extraSelections() if one.format.fontUnderline()]
        if not rule.quote:
            assert chosen == []
            assert rules.model.index(place, 4).data() == "原文未列"
            continue
        assert chosen
        assert {one.cursor.selectedText() for one in chosen} == {rule.quote}
        assert pane.text.textCursor().position() == chosen[0].cursor.selectionStart()
        visible = pane.text.cursorRect()
        assert pane.text.viewport().rect().contains(visible.center())
        assert rules.model.index(place, 4).data() == "已核对"
    qtmodeltester.check(rules.model)


def test_arrow_keys_walk_the_rules_and_enter_goes_to_the_point(
    open_window: OpenWindow, settle: Settle, qtbot: QtBot, text_file: Path
) -> None:
    window = open_window(Role.CASEWORKER)
    screen = policies(window, settle)
    screen.load(text_file)
    settle(window.runner)
    table = screen.clauses.rules.table
    table.setFocus()
    before = screen.clauses.pane.words.text()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert screen.clauses.pane.words.text() != before
    model = screen.clauses.rules.model
    place = next(number for number in range(model.rowCount()) if model.row(number).point)
    wanted = model.row(place).point
    table.selectRow(place)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    settle(window.runner)
    assert screen.tabs.currentIndex() == POINTS
    assert screen.points.current is not None
    assert screen.points.current.id == wanted


def test_missing_quotes_are_listed_and_lead_back_to_their_clause(
    open_window: OpenWindow, settle: Settle, text_file: Path, qtmodeltester: ModelTester
) -> None:
    gone = "奖励期限为三年"
    assert gone in quotes_of()
    text_file.write_text(text_file.read_text(encoding="utf-8").replace(gone, "奖励期限为五年"), encoding="utf-8")
    window = open_window(Role.HEAD)
    screen = policies(window, settle)
    screen.load(text_file)
    settle(window.runner)
    assert screen.state.text() == "1 条引文未找到"
    assert screen.tabs.tabText(QUOTES) == "引文核对（1 条未找到）"
    screen.quotes.only_missing.setChecked(True)
    settle(window.runner)
    model = screen.quotes.list.model
    assert model.rowCount() == 1
    row = model.row(0)
    assert row is not None
    assert (row.quote, row.found) == (gone, 0)
    qtmodeltester.check(model)
    screen.quotes.list.opened.emit(row)
    settle(window.runner)
    assert screen.tabs.currentIndex() == CLAUSES
    rule = screen.clauses.rules.current()
    assert isinstance(rule, Rule)
    assert rule.quote == gone
    assert screen.clauses.pane.state.text() == "原文中没有找到"
    screen.quotes.only_missing.setChecked(False)
    settle(window.runner)
    assert model.rowCount() == len(quotes_of())
    assert model.row(0).quote == gone  # the missing ones first


def test_another_policys_text_is_refused_in_one_sentence(
    open_window: OpenWindow, settle: Settle, tmp_path: Path
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    screen = policies(window, settle)
    wrong = tmp_path / "别的文件.txt"
    wrong.write_text("关于做好防汛工作的通知", encoding="utf-8")
    screen.load(wrong)
    settle(window.runner)
    assert "别的文件.txt" in window.shell.message.text()
    assert screen.state.text() == "未加载政策文本"
    assert screen.load_button.isEnabled()
    assert screen.cancel_button.isHidden()


def test_the_text_is_there_again_in_the_next_window_and_belongs_to_its_policy(
    open_window: OpenWindow, settle: Settle, text_file: Path
) -> None:
    window = open_window(Role.CASEWORKER)
    screen = policies(window, settle)
    screen.load(text_file)
    settle(window.runner)
    window.shut()
    window = open_window(Role.REVIEWER)
    screen = policies(window, settle)
    assert screen.state.text() == "引文全部核对"
    assert "正式文本.txt" in screen.clauses.pane.file.text()
    if screen.pack.choose("datong-2022"):
        settle(window.runner)
        assert screen.state.text() == "未加载政策文本"
        assert screen.clauses.pane.text.toPlainText() == ""


def test_the_marks_follow_the_theme(open_window: OpenWindow, settle: Settle, text_file: Path) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    screen = policies(window, settle)
    screen.load(text_file)
    settle(window.runner)
    light = screen.clauses.pane.text.extraSelections()
    window.context.theme.set_mode(Mode.DARK)
    dark = screen.clauses.pane.text.extraSelections()
    assert light[0].format.background().color() != dark[0].format.background().color()


def test_a_pack_with_a_slip_is_told_with_file_and_line(open_window: OpenWindow, office: Office, settle: Settle) -> None:
    window = open_window(Role.CASEWORKER)
    screen = policies(window, settle)
    assert screen.trouble.text() == ""
    window.shut()
    folder = pack_folder_beside(office.path) / "yixian-2024"
    folder.mkdir(parents=True)
    (folder / "pack.toml").write_text('id = "yixian-2024"\n', encoding="utf-8")
    screen = policies(open_window(Role.CASEWORKER), settle)
    assert "yixian-2024" in screen.trouble.text()
    assert "pack.toml" in screen.trouble.text()


def test_places_behind_rare_characters_are_counted_as_the_text_widget_counts() -> None:
    assert document_positions("𠮷野家 五百元", ((0, 1), (4, 7))) == ((0, 2), (5, 8))
    assert document_positions("五百元", ((0, 3),)) == ((0, 3),)


def test_long_entries_of_the_clause_list_are_not_cut(open_window: OpenWindow, settle: Settle) -> None:
    screen = policies(open_window(Role.CASEWORKER), settle)
    clauses = screen.clauses.clauses
    short, long = (
        min(range(clauses.count()), key=lambda place: len(clauses.item(place).text())),
        max(range(clauses.count()), key=lambda place: len(clauses.item(place).text())),
    )
    clauses.resize(clauses.fontMetrics().horizontalAdvance("汉") * 10, clauses.height())
    clauses.event(QEvent(QEvent.Type.LayoutRequest))
    heights = [clauses.visualItemRect(clauses.item(place)).height() for place in (short, long)]
    assert heights[1] > heights[0]


# ---- an office's own packs -------------------------------------------------------------------


@pytest.fixture
def third(office: Office) -> str:
    """An own pack beside the office's file, loaded and not in use."""
    write_pack(pack_folder_beside(office.path))
    return THIRD


def states(screen: PoliciesScreen) -> dict[str, str]:
    model = screen.packs.list.model
    return {model.row(place).id: str(model.index(place, 6).data()) for place in range(model.rowCount())}


def row_of(screen: PoliciesScreen, policy: str) -> int:
    return list(states(screen)).index(policy)


def test_the_head_switches_an_own_policy_on_by_keyboard(
    open_window: OpenWindow, settle: Settle, third: str, qtbot: QtBot, qtmodeltester: ModelTester
) -> None:
    window = open_window(Role.HEAD)
    assert window.context is not None
    screen = policies(window, settle)
    assert not screen.pack.choose(third)  # not the office's yet
    screen.tabs.setCurrentIndex(PACKS)
    assert states(screen) == {XUNWU: "已启用", "datong-2022": "已启用", third: "未启用"}
    qtmodeltester.check(screen.packs.list.model)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    table = screen.packs.list.table
    table.setFocus()
    table.selectRow(row_of(screen, third))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert "不能停用" in screen.packs.question.text()
    qtbot.keyClick(screen.packs.yes, Qt.Key.Key_Escape)
    assert screen.packs.strip.isHidden()
    assert table.hasFocus()
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert screen.packs.yes.hasFocus()
    qtbot.keyClick(screen.packs.yes, Qt.Key.Key_Return)
    settle(window.runner)
    assert screen.packs.strip.isHidden()
    assert states(screen)[third] == "已启用"
    assert screen.policy == third
    assert "云府发〔2024〕7号" in screen.about.text()
    assert third in window.context.office.policies
    assert third in window.context.desk.office().policies
    table.selectRow(row_of(screen, XUNWU))
    screen.packs.list.table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Return)  # one in use is shown, not asked about
    assert (screen.policy, screen.tabs.currentIndex()) == (XUNWU, CLAUSES)


def test_a_caseworker_sees_the_packs_and_who_may_switch_them_on(
    open_window: OpenWindow, settle: Settle, third: str
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    screen = policies(window, settle)
    screen.tabs.setCurrentIndex(PACKS)
    assert screen.packs.list._buttons == []
    assert "负责人或管理员" in screen.packs.place.text()
    model = screen.packs.list.model
    screen.packs.list.opened.emit(model.row(row_of(screen, third)))
    assert screen.packs.strip.isHidden()
    assert "还没有启用" in window.shell.message.text()


def test_a_policy_switched_on_meanwhile_is_told_and_read_again(
    open_window: OpenWindow, settle: Settle, third: str
) -> None:
    window = open_window(Role.HEAD)
    assert window.context is not None
    assert window.shell is not None
    screen = policies(window, settle)
    screen.packs.list.table.selectRow(row_of(screen, third))
    screen.packs._ask_chosen()
    window.context.desk.policies.use(third)
    screen.packs.yes.click()
    settle(window.runner)
    assert "已启用" in window.shell.message.text()
    assert screen.packs.strip.isHidden()
    assert screen.packs.yes.isEnabled()
    assert states(screen)[third] == "已启用"
