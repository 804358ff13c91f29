"""Six clauses from the door to the archive in the real window, by keyboard alone.

What the walked steps need beforehand (dossiers, approvals) stands in the office; what they came to is asserted at the
end on the services. Clerk, reviewer, head and seal keeper take turns at one window.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from journeys.hands import Hands
from journeys.office_life import Life, chosen_files
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from services.case_bench import PASSWORD, CaseBench, make_bench
from services.clause_dossiers import CLAUSES, Filled, id_of

from caseworker.desktop import memory
from caseworker.desktop.theme import Mode, Theme
from caseworker.desktop.window import Window
from caseworker.services import open_desk
from caseworker.services.desk import Desk
from caseworker.services.views import PartyForm
from caseworker.values.clock import SetClock

DAY = date(2023, 6, 1)
NAMES = {
    "xw-1-new": "星河客服有限公司",
    "xw-5-talent-tax": "钟一",
    "xw-16-special": "云桥客服有限公司",
    "dt-3-seat": "云州标注有限公司",
    "dt-4-purchase": "平城标注有限公司",
    "dt-6-school-interns": "云州职业学校",
}
CODES = {name: f"1100556600{place:04d}" for place, name in enumerate(NAMES)}


def talent(bench: CaseBench) -> Filled:
    """One taxpayer; the number is nobody's among the interns."""
    party = bench.clerk.dossiers.create(PartyForm(kind="person", name=NAMES["xw-5-talent-tax"], code=id_of(200)))
    own = bench.clerk.records.own_person(party)
    assert own is not None
    made = Filled(bench, party, [own])
    made.facts(in_scope=True)
    made.of(own, is_high_level_talent=True, wage_tax_retained="12345.67", equity_tax_retained="1000")
    return made


def fill(bench: CaseBench, clause: str) -> None:
    """A dossier that fulfils the clause, with its own name and an account to be paid to."""
    made = talent(bench) if clause == "xw-5-talent-tax" else CLAUSES[clause][0](bench)
    dossiers = bench.clerk.dossiers
    detail = dossiers.get(made.party)
    name = NAMES[clause]
    form = dataclasses.replace(
        detail.form, name=name, account_name=name, bank_name="县农商银行营业部", account_number=CODES[clause]
    )
    dossiers.update(made.party, detail.version, form)
    if clause == "dt-3-seat":  # the half year after the first award, for the second
        bench.months(made.party, [202307 + month for month in range(6)])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    bench = make_bench(folder, DAY)
    for clause in NAMES:
        fill(bench, clause)
    bench.clerk.close()
    return folder


@pytest.fixture
def life(
    made: Path, tmp_path: Path, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Life]:
    folder = tmp_path / "office"
    shutil.copytree(made, folder)
    memory.settings().clear()
    path, clock = folder / "office.caseworker", SetClock(DAY)
    window = Window(Theme(qapp, Mode.LIGHT), path)
    qtbot.addWidget(window, before_close_func=Window.shut)
    window.use(open_desk(path, "clerk", PASSWORD, clock=clock), path)
    window.resize(1366, 768)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    hands = Hands(window, clock, qtbot)
    hands.wait()
    yield Life(hands, tmp_path, chosen_files(monkeypatch))
    assert hands.stray.seen == []
    window.shut()


def desk_of(life: Life) -> Desk:
    context = life.hands.window.context
    assert context is not None
    return context.desk


def to_the_money(life: Life, amount: str) -> None:
    life.check_papers()
    life.calculate(amount)
    life.propose()
    life.review()
    life.hold_notice()
    life.decide()
    life.seal_letter()


def paid(life: Life, clause: str, amount: str) -> None:
    """By the bank's file, to the account of the dossier."""
    batch = life.order_money()
    today = life.hands.clock.today()
    life.read_return(batch, NAMES[clause], CODES[clause], amount, today)
    (line,) = desk_of(life).returns.lines(batch.batch_id)
    assert (line.payee, line.account_number, str(line.amount)) == (NAMES[clause], CODES[clause], amount)
    assert (line.state, line.paid_on) == ("paid", today)


def states(life: Life) -> list[tuple[int, str, str]]:
    return [(part.number, str(part.amount), part.state) for part in life.detail.instalments]


def test_a_company_new_in_the_county(life: Life) -> None:
    amount = "780000.00"  # 260 × 3,000
    life.take_in("星河", "新设立企业座席")
    to_the_money(life, amount)
    paid(life, "xw-1-new", amount)
    life.archive()
    assert states(life) == [(1, amount, "paid")]
    folder = life.file()
    assert len([one for one in folder.rglob("*") if one.is_file()]) > 3
    life.whole_chain()


def test_a_school_for_interns_who_stayed(life: Life) -> None:
    amount = "23000.00"  # 10 × 800 + 15 × 1,000
    life.take_in("云州职业", "实习就业")
    to_the_money(life, amount)
    paid(life, "dt-6-school-interns", amount)
    life.archive()
    assert states(life) == [(1, amount, "paid")]
    life.file()
    life.whole_chain()


def test_a_person_paid_directly(life: Life) -> None:
    amount = "12011.10"  # 13,345.67 × 90 % = 12,011.103
    life.take_in("钟一", "个人所得税")
    to_the_money(life, amount)
    life.pay_by_hand(life.order_money(), life.hands.clock.today())
    life.archive()
    assert states(life) == [(1, amount, "paid")]
    life.file()
    life.whole_chain()


def test_seats_paid_twice_each_after_its_own_notice(life: Life) -> None:
    amount = "5000.00"  # 2 × 2,500
    life.take_in("云州标注", "坐席补贴")
    to_the_money(life, amount)
    paid(life, "dt-3-seat", amount)
    first = life.number
    assert states(life)[:2] == [(1, amount, "paid"), (2, amount, "planned")]
    due = life.detail.instalments[1].due_on
    assert due is not None

    # half a year later: the calendar names the instalment, its case leads to the dossier, the claim is taken in
    life.hands.press("Ctrl+6")
    life.next_day(due)
    life.hands.tab_page("期次日历")
    life.hands.tab_to("期次日历列表")
    life.hands.press("Return")
    assert life.detail.number == first
    life.hands.push("企业档案")
    assert life.hands.place[0] == "party"
    life.accept("坐席补贴")
    to_the_money(life, amount)
    paid(life, "dt-3-seat", amount)
    assert life.number != first
    assert states(life)[:2] == [(2, amount, "paid"), (3, amount, "planned")]
    life.whole_chain()
    notices = desk_of(life).notices.page(None, None, offset=0, limit=10).rows
    assert [[case[1] for case in notice.cases] for notice in notices] == [[life.number], [first]]
    life.archive()
    life.file()


def test_a_purchase_over_five_years(life: Life) -> None:
    amount = "750000.00"  # 500 × 5,000 × 30 %
    life.take_in("平城标注", "购买")
    to_the_money(life, amount)
    paid(life, "dt-4-purchase", amount)
    assert [row[1] for row in states(life)] == ["750000.00", "625000.00", "375000.00", "375000.00", "375000.00"]
    assert [row[2] for row in states(life)] == ["paid", *["planned"] * 4]
    life.archive()
    life.file()
    life.whole_chain()


def test_a_matter_decided_by_resolution(life: Life) -> None:
    amount = "88.00"
    life.take_in("云桥", "一事一议")
    to_the_money(life, amount)
    paid(life, "xw-16-special", amount)
    life.archive()
    assert states(life) == [(1, amount, "paid")]
    life.file()
    life.whole_chain()
