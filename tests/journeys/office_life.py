"""The life of a case as people of an office lead it at the keyboard, one step a method, each seen on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from journeys.hands import Hands
from openpyxl import Workbook
from PySide6.QtWidgets import QFileDialog
from services.case_bench import NAMES, PASSWORD

from caseworker.desktop.screens.batch import BatchScreen
from caseworker.desktop.screens.case import CaseScreen
from caseworker.desktop.screens.notice import NoticeScreen
from caseworker.services.views import CaseDetail

HEAD = ("收款人户名", "收款人账号", "交易金额", "处理状态", "失败原因", "交易日期")
Answers = dict[str, list[str]]


def chosen_files(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """What the system's own dialogs will answer, by kind; they are no part of the program."""
    answers: Answers = {"open": [], "folder": []}
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a, **_k: (answers["open"].pop(0), ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a, **_k: answers["folder"].pop(0))
    return answers


@dataclass
class Life:
    hands: Hands
    folder: Path
    files: Answers
    number: str = ""

    # ---- what the screen shows -------------------------------------------------------------

    @property
    def screen(self) -> CaseScreen:
        shell = self.hands.window.shell
        assert shell is not None
        assert isinstance(shell.current, CaseScreen), shell.place
        return shell.current

    @property
    def detail(self) -> CaseDetail:
        found = self.screen.detail
        assert found is not None
        return found

    def at(self, step: str) -> None:
        assert self.detail.step == step, (self.detail.step, self.screen.hint.text(), self.hands.told)

    def open_case(self) -> None:
        self.hands.search(self.number)
        assert self.detail.number == self.number

    def next_day(self, day: date) -> None:
        """The window stood open over night; F5 reads the page again."""
        self.hands.clock.set_day(day)
        self.hands.press("F5")

    # ---- at the door -----------------------------------------------------------------------

    def take_in(self, party: str, clause: str) -> None:
        """From the search, or from where the party's dossier is open already."""
        hands = self.hands
        hands.sign_in("clerk", PASSWORD)
        hands.search(party)
        assert hands.place[0] == "party"
        self.accept(clause)

    def accept(self, clause: str) -> None:
        hands = self.hands
        hands.press("Ctrl+N")
        assert hands.stop() == "申请条款"
        hands.press("Escape")  # not yet: nothing is taken in, and the keys are not lost
        assert hands.place[0] == "party"
        hands.stop()
        hands.press("Ctrl+N")
        hands.choose(clause)
        hands.press("Return")
        assert hands.said == "已受理"
        self.number = self.detail.number
        self.at("acceptance")

    # ---- checking and the sum --------------------------------------------------------------

    def check_papers(self) -> None:
        hands = self.hands
        hands.press("Ctrl+Return")
        self.at("verification")
        assert hands.stop() == "材料清单"
        papers = self.detail.papers
        for _ in papers:
            hands.press("Space")
            hands.press("Down")
        assert [paper.name for paper in self.detail.papers if paper.applies and not paper.complete] == []
        assert {paper.checked_by for paper in self.detail.papers if paper.applies} == {NAMES["clerk"]}
        hands.press("Ctrl+Return")
        self.at("calculation")
        assert hands.stop() == "事实和测算过程"  # the keys went along to the page that shows now

    def calculate(self, amount: str) -> None:
        view = self.screen.calculation._view
        assert view is not None
        assert view.missing == ()
        assert str(view.amount) == amount
        self.hands.press("Ctrl+Return")
        self.at("proposal")

    def propose(self) -> None:
        self.hands.press("Ctrl+Return")
        if self.screen.tabs.currentWidget() is self.screen.findings:
            self.answer_findings()
            self.hands.press("Ctrl+Return")
        self.at("review")
        assert self.screen.main_move is None, "who proposed does not review"

    def answer_findings(self) -> None:
        """Ctrl+Enter led to what was found across parties: Enter answers each."""
        hands = self.hands
        for _ in range(self.detail.open_findings):
            hands.press("Return")
            assert hands.stop() == "理由"
            hands.compose("已向两单位核实")
            hands.press("Return")
        assert self.detail.open_findings == 0

    # ---- four eyes, notice, decision -------------------------------------------------------

    def review(self) -> None:
        hands = self.hands
        hands.sign_in("reviewer", PASSWORD)
        assert self.detail.number == self.number  # the place stays, seen by another
        hands.press("Ctrl+Return")
        self.at("notice")

    def hold_notice(self) -> None:
        """Published by the first to come, closed on the last day; too early is not possible."""
        hands = self.hands
        hands.sign_in("clerk", PASSWORD)
        hands.press("Ctrl+5")
        assert hands.stop() == "等待公示列表"
        hands.row(self.number)
        hands.press("Ctrl+Return")
        assert hands.place[0] == "notice"
        shell = hands.window.shell
        assert shell is not None
        screen = shell.current
        assert isinstance(screen, NoticeScreen)
        assert screen.notice is not None
        last = screen.notice.last_day
        assert (last - screen.notice.first_day).days >= 7
        hands.press("Ctrl+Return")
        assert screen.notice.state == "open"
        assert screen.reason.isHidden(), "the notice's days are not over"
        self.next_day(last)
        hands.press("Ctrl+Return")
        assert hands.stop().startswith("公示期间收到的情况")
        hands.compose("未收到异议")
        hands.press("Return")
        assert screen.notice.state == "closed"
        assert hands.stop() == "公示的办件列表"
        hands.press("Return")
        assert self.detail.number == self.number
        hands.press("Ctrl+Return")
        self.at("decision")

    def decide(self) -> None:
        self.hands.sign_in("head", PASSWORD)
        self.hands.press("Ctrl+Return")
        self.at("payment")

    # ---- letter and seal -------------------------------------------------------------------

    def seal_letter(self) -> None:
        hands = self.hands
        hands.sign_in("clerk", PASSWORD)
        hands.tab_page("文书")
        hands.push("制作兑现决定书")
        assert hands.place[0] == "document"
        hands.sign_in("keeper", PASSWORD)
        hands.press("Ctrl+Return")
        assert hands.stop() == "本人密码"
        hands.press("Escape")
        hands.stop()
        hands.press("Ctrl+Return")
        hands.type("not-my-password")
        hands.press("Return")
        assert "密码" in hands.told
        assert hands.stop() == "本人密码"
        hands.type(PASSWORD)
        hands.press("Return")
        assert "已登记手工用印" in hands.said  # this office has no picture of its seal: it stamps the paper
        assert hands.stop() == "文件内容"

    # ---- money -----------------------------------------------------------------------------

    def order_money(self) -> BatchScreen:
        hands = self.hands
        hands.sign_in("clerk", PASSWORD)
        hands.press("Ctrl+6")
        assert hands.stop() == "待拨付列表"
        hands.row(self.number)
        hands.press("Ctrl+N")
        assert hands.place[0] == "batch"
        assert hands.stop() == "款项列表"
        shell = hands.window.shell
        assert shell is not None
        assert isinstance(shell.current, BatchScreen)
        return shell.current

    def read_return(self, screen: BatchScreen, payee: str, account: str, amount: str, day: date) -> None:
        """The bank's file, chosen with Ctrl+I, checked, registered with Ctrl+Enter."""
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(list(HEAD))
        sheet.append([payee, account, f"{Decimal(amount):,.2f}", "成功", None, day.isoformat()])
        path = self.folder / f"回盘-{self.number}.xlsx"
        book.save(path)
        hands = self.hands
        self.files["open"].append(str(path))
        hands.press("Ctrl+I")
        assert screen.check.isVisible()
        hands.stop()
        hands.press("Ctrl+Return")
        assert hands.said == f"已登记 {path.name}"
        assert screen.batch is not None
        assert screen.batch.state == "settled"
        assert hands.stop() == "款项列表"
        hands.press("Return")
        assert self.detail.number == self.number

    def pay_by_hand(self, screen: BatchScreen, day: date) -> None:
        """An office whose bank sends no file: the whole batch on the day it was paid."""
        hands = self.hands
        hands.push("全部登记已拨付")
        assert hands.stop().startswith("没有回盘文件时按整批登记")
        hands.type(day.isoformat())
        hands.press("Return")
        assert screen.batch is not None
        assert screen.batch.state == "settled"
        hands.tab_to("款项列表")
        hands.press("Return")
        assert self.detail.number == self.number

    # ---- the end ---------------------------------------------------------------------------

    def archive(self) -> None:
        self.hands.press("Ctrl+Return")
        assert (self.detail.step, self.detail.status) == ("archive", "closed")

    def file(self) -> Path:
        """The whole file of the case in one folder, each of its files named with its hash."""
        hands = self.hands
        hands.tab_page("办理经过")
        place = self.folder / f"卷宗-{self.number}"
        place.mkdir()
        self.files["folder"].append(str(place))
        hands.push("导出卷宗")
        assert "卷宗已导出" in hands.told
        (made,) = place.iterdir()
        assert made.name.startswith(self.number)
        return made

    def whole_chain(self) -> None:
        """Nothing in the log was touched, and no two of the three were one."""
        context = self.hands.window.context
        assert context is not None
        ok, words = context.desk.audit.verify()[:2]
        assert ok, words
        detail = self.detail
        assert (detail.proposer, detail.reviewer, detail.head) == (NAMES["clerk"], NAMES["reviewer"], NAMES["head"])
