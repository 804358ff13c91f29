"""Money over time on the screen: the same account again wants a reason; the year of an award; what the head settles."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from desktop.desk_bench import Settle
from openpyxl import Workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from services.case_bench import DATONG, DT, PASSWORD, XUNWU, XW, CaseBench, make_bench
from services.clause_dossiers import CLAUSES

from caseworker.desktop.screens.batch import BatchScreen
from caseworker.desktop.screens.case import CaseScreen
from caseworker.desktop.screens.payments import PaymentsScreen
from caseworker.desktop.theme import Theme
from caseworker.desktop.window import Window
from caseworker.services.award_years import NAME
from caseworker.services.desk import open_desk
from caseworker.store.models import PriorGrant
from caseworker.values.clock import SetClock
from caseworker.values.money import Money


@pytest.fixture
def bench(tmp_path: Path) -> CaseBench:
    return make_bench(tmp_path, date(2023, 6, 1))


def opened(bench: CaseBench, login: str, folder: Path, theme: Theme, qtbot: QtBot, settle: Settle) -> Window:
    bench.clerk.close()
    path = folder / "office.caseworker"
    window = Window(theme, path, ())
    qtbot.addWidget(window, before_close_func=Window.shut)
    window.use(open_desk(path, login, PASSWORD, clock=SetClock(bench.clock.today())), path)
    window.show()
    qtbot.waitExposed(window)
    settle(window.runner)
    return window


def picture(window: Window, name: str) -> None:
    """For whoever wants to look: into the folder that CASEWORKER_PICTURES names."""
    folder = os.environ.get("CASEWORKER_PICTURES")
    if folder:
        assert window.grab().save(str(Path(folder) / f"{name}.png"))


def test_the_same_account_again_asks_in_place(
    bench: CaseBench, tmp_path: Path, theme: Theme, qtbot: QtBot, settle: Settle
) -> None:
    case = bench.to_payment(bench.xw_company(), XUNWU, XW)
    bench.seal_letter(case)
    (due,) = bench.clerk.cases.get(case).instalments
    batch = bench.clerk.payments.order(XUNWU, [due.id])
    (line,) = bench.clerk.returns.lines(batch.id)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["收款人户名", "收款人账号", "交易金额", "处理状态", "失败原因", "交易日期"])
    today = bench.clock.today().isoformat()
    sheet.append([line.payee, line.account_number, str(line.amount), "退票", "账号户名不符", today])
    book.save(tmp_path / "回盘.xlsx")
    bench.clerk.returns.take(batch.id, tmp_path / "回盘.xlsx")
    window = opened(bench, "clerk", tmp_path, theme, qtbot, settle)
    assert window.shell is not None
    window.shell.go(("screen", "payments"))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, PaymentsScreen)
    screen.due.table.selectRow(0)
    screen.order()
    settle(window.runner)
    assert window.shell.current is screen, "nothing was ordered"
    assert "账号户名不符" in screen.warned.text()
    assert screen.reason.isVisible()
    picture(window, "same-account")
    screen.reason.line.setText("已电话核对账户无误")
    QTest.keyClick(screen.reason.line, Qt.Key.Key_Return)
    settle(window.runner)
    shown = window.shell.current
    assert isinstance(shown, BatchScreen)
    row = shown.lines.model.row(0)
    assert row.reorder_reason == "已电话核对账户无误"  # type: ignore[attr-defined]
    picture(window, "same-account-batch")


def test_the_year_of_an_award_is_shown_first_and_changed_in_place(
    bench: CaseBench, tmp_path: Path, theme: Theme, qtbot: QtBot, settle: Settle
) -> None:
    made = CLAUSES["xw-14-service-trade"][0](bench)
    bench.clock.set_day(date(2024, 1, 10))
    case = bench.clerk.cases.accept(made.party, XUNWU, "xw-14-service-trade")
    window = opened(bench, "clerk", tmp_path, theme, qtbot, settle)
    assert window.shell is not None
    window.shell.go(("case", case))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, CaseScreen)
    page = screen.calculation
    screen.tabs.setCurrentWidget(page)
    settle(window.runner)
    assert next(iter(page._edit_buttons)) == NAME
    picture(window, "award-year")
    page._edit_buttons[NAME].click()
    page.value.set_value(2024)
    page.reason.setText("按本年度累计申报")
    page.keep_button.click()
    settle(window.runner)
    assert window.context is not None
    (view,) = (one for one in window.context.desk.cases.calculation(case).facts if one.name == NAME)
    assert (view.value, view.reason) == (2024, "按本年度累计申报")


def test_what_only_the_head_settles_is_not_the_caseworker_s(
    bench: CaseBench, tmp_path: Path, theme: Theme, qtbot: QtBot, settle: Settle
) -> None:
    party = bench.dt_company(people=3, months=[202212, 202301, 202302, 202303, 202304, 202305])
    with bench.clerk.file.write(bench.clerk.actor, "test.prior") as work:
        grant = PriorGrant(
            party_id=party,
            policy=DATONG,
            clause=DT,
            granted_on=date(2023, 1, 10),
            amount=Money.parse(2_200_000),
            facts={"instalment": 1},
            evidence="凭证",
            entered_by=bench.clerk.user.id,
            confirmed_by=bench["head"].user.id,
        )
        work.session.add(grant)
        work.subject("party", party)
    case = bench.clerk.cases.accept(party, DATONG, DT)
    window = opened(bench, "clerk", tmp_path, theme, qtbot, settle)
    assert window.shell is not None
    window.shell.go(("case", case))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, CaseScreen)
    page = screen.findings
    screen.tabs.setCurrentWidget(page)
    settle(window.runner)
    page.list.table.selectRow(0)
    QTest.keyClick(page.list.table, Qt.Key.Key_Return)
    assert not page.strip.isVisible()
    assert "“超单位总额”由负责人处理" in window.shell.message.text()
    assert "待负责人填写" in page.conclusion.text()
    picture(window, "head-settles")
