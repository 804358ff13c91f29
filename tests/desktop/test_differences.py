"""What changed since the proposal, before and after side by side, on the reviewer's screen."""

from __future__ import annotations

from desktop.desk_bench import Office, OpenWindow, Settle, take_in, user_of

from caseworker.desktop.screens.case import CaseScreen
from caseworker.services.views import Role


def test_a_reviewer_sees_before_and_after_side_by_side(office: Office, open_window: OpenWindow, settle: Settle) -> None:
    window = open_window(Role.REVIEWER)
    clerk = user_of(Role.CASEWORKER)
    desk = window.context.desk.switch(clerk.login, clerk.password)
    party = office.party("xinglian")
    case_id = take_in(desk, party, to="proposal")
    found = [row.digest for row in desk.findings.of_case(case_id).rows if row.state == "open"]
    if found:
        desk.findings.settle(case_id, found, "no-effect", "已核实")
    detail = desk.cases.get(case_id)
    desk.cases.move(case_id, "propose", version=detail.version)
    paper = next(one for one in desk.cases.get(case_id).papers if one.original_sighted and one.copy_kept)
    desk.cases.tick(case_id, paper.id, version=paper.version, original=False)

    window.context.go("case", case_id)
    settle(window.context.runner)
    (screen,) = window.findChildren(CaseScreen)
    screen.tabs.setCurrentWidget(screen.calculation)
    settle(window.context.runner)
    view = screen.calculation.differences
    assert not view.isHidden()
    (row,) = [row for row in view.rows if row[0] == f"材料：{paper.name}"]
    assert "原件" in row[1]
    assert "原件" not in row[2]
    assert "办理以它为准" in screen.calculation.message.text()
    height = view._scroll.height()
    assert height >= 2 * view.fontMetrics().lineSpacing()
    screen.refresh()  # read again while it is on the screen: as high as before, not squeezed to nothing
    settle(window.context.runner)
    assert view._scroll.height() >= height


def test_nothing_is_set_side_by_side_where_nothing_changed(
    office: Office, open_window: OpenWindow, settle: Settle
) -> None:
    window = open_window(Role.CASEWORKER)
    case_id = take_in(window.context.desk, office.party("xinglian"), to="proposal")
    window.context.go("case", case_id)
    settle(window.context.runner)
    (screen,) = window.findChildren(CaseScreen)
    assert screen.calculation.differences.isHidden()
