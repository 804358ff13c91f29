"""Operations: run elsewhere, answered here, cancelled, failed in words, and safe when the window goes."""

from __future__ import annotations

import gc
import logging
import threading

import pytest
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from caseworker.desktop import operations
from caseworker.desktop.operations import Operation, Runner, Trouble, trouble_of
from caseworker.desktop.progress import ProgressLine
from caseworker.errors import Cancelled, EnvironmentFault, FaultKind, InvalidInput, Problem, Refusal

WAIT = 5_000


def test_works_elsewhere_and_answers_in_the_gui_thread(runner: Runner, qtbot: QtBot, qapp: QApplication) -> None:
    threads: dict[str, object] = {}
    owner = QObject()

    def work() -> int:
        threads["work"] = QThread.currentThread()
        return 42

    def success(value: int) -> None:
        threads["answer"] = QThread.currentThread()
        threads["value"] = value

    with qtbot.waitSignal(runner.finished, timeout=WAIT):
        runner.ask("正在读取…", work, owner, success)
    assert threads["value"] == 42
    assert threads["answer"] == qapp.thread()
    assert threads["work"] != qapp.thread()
    assert not runner.busy


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Refusal("no-right", "您没有这一角色。"), "refusal"),
        (InvalidInput("资料有误。", (Problem("name", "请填写名称。"),)), "input"),
        (EnvironmentFault(FaultKind.DISK_FULL, "磁盘已满。"), "environment"),
        (Cancelled(), "cancelled"),
    ],
)
def test_expected_failures_keep_their_sentence(runner: Runner, qtbot: QtBot, error: Exception, kind: str) -> None:
    found: list[Trouble] = []

    def fail() -> None:
        raise error

    runner.troubled.connect(found.append)
    with qtbot.waitSignal(runner.finished, timeout=WAIT):
        runner.ask("…", fail, None)
    assert [(trouble.kind, trouble.message) for trouble in found] == [(kind, error.message)]  # type: ignore[attr-defined]


def test_a_handled_failure_is_told_once(runner: Runner, qtbot: QtBot) -> None:
    told: list[Trouble] = []
    runner.troubled.connect(told.append)
    ended: list[None] = []

    def fail() -> None:
        raise Refusal("x", "不行。")

    with qtbot.waitSignal(runner.finished, timeout=WAIT):
        runner.ask("…", fail, None, failure=lambda _t: True, finished=lambda: ended.append(None))
    assert told == []
    assert len(ended) == 1


def test_a_bug_is_one_sentence_and_its_log_has_no_personal_data(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="caseworker.desktop"):
        try:
            raise ValueError("郭某 360734199001011234")
        except ValueError as error:
            trouble = trouble_of(error)
    assert trouble.kind == "bug"
    assert "郭某" not in trouble.message
    assert "360734199001011234" not in caplog.text
    assert "ValueError" in caplog.text
    assert "test_operations.py" in caplog.text
    number = trouble.message.split("编号 ")[1][:6]
    assert number in caplog.text


def test_cancelling_reaches_the_work(runner: Runner, qtbot: QtBot) -> None:
    begun = threading.Event()
    found: list[Trouble] = []

    def work(progress: operations.Progress, cancelled: operations.IsCancelled) -> None:
        progress(3, 10)
        begun.set()
        gate = threading.Event()
        while not cancelled():
            gate.wait(0.01)
        raise Cancelled

    runner.troubled.connect(found.append)
    running = runner.run(Operation("正在导入", work), None)
    assert begun.wait(5)
    assert running.steps == (3, 10)
    with qtbot.waitSignal(runner.finished, timeout=WAIT):
        running.cancel()
    assert found[0].message == "已取消，未保存任何内容。"


def test_progress_line_shows_after_the_wait_and_cancels(
    runner: Runner, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "ANNOUNCE_AFTER_MS", 1)
    line = ProgressLine(runner)
    qtbot.addWidget(line)
    line.show()
    line.hide()

    def work(progress: operations.Progress, cancelled: operations.IsCancelled) -> None:
        gate = threading.Event()
        progress(1, 4)
        while not cancelled():
            gate.wait(0.01)
        raise Cancelled

    runner.run(Operation("正在导入花名册", work), None, failure=lambda _t: True)
    qtbot.waitUntil(line.isVisible, timeout=WAIT)
    qtbot.waitUntil(lambda: "1 / 4" in line._label.text(), timeout=WAIT)
    assert line.cancel.isVisible()
    with qtbot.waitSignal(runner.finished, timeout=WAIT):
        line.cancel.click()
    assert not line.isVisible()


def test_short_work_is_not_announced(runner: Runner, qtbot: QtBot) -> None:
    announced: list[object] = []
    runner.announced.connect(announced.append)
    with qtbot.waitSignal(runner.finished, timeout=WAIT):
        runner.ask("…", lambda: 1, None)
    assert announced == []


def test_a_screen_that_is_gone_is_not_called_back(runner: Runner, qtbot: QtBot) -> None:
    gate = threading.Event()
    called: list[object] = []
    owner = QWidget()
    runner.ask("…", gate.wait, owner, called.append)
    owner.deleteLater()
    qtbot.wait(1)
    with qtbot.waitSignal(runner.finished, timeout=WAIT):
        gate.set()
    assert called == []


def test_closing_cancels_waits_and_starts_nothing_more(qapp: QApplication) -> None:
    runner = Runner()
    begun, ended = threading.Event(), threading.Event()

    def work(_progress: operations.Progress, cancelled: operations.IsCancelled) -> None:
        begun.set()
        gate = threading.Event()
        while not cancelled():
            gate.wait(0.01)
        ended.set()

    called: list[object] = []
    runner.run(Operation("…", work), None, called.append)
    assert begun.wait(5)
    assert runner.close()
    assert ended.is_set()
    runner.ask("…", lambda: called.append("after"), None)
    qapp.processEvents()
    assert called == []


def test_garbage_is_collected_in_the_gui_thread_only(runner: Runner, qtbot: QtBot) -> None:
    seen: list[bool] = []
    gate = threading.Event()
    with qtbot.waitSignal(runner.finished, timeout=WAIT):
        runner.ask("…", lambda: seen.append(gc.isenabled()), None)
    runner.ask("…", gate.wait, None)
    with qtbot.waitSignal(runner.finished, timeout=WAIT):
        runner.ask("…", lambda: None, None)
    assert not gc.isenabled()  # one is still at work
    with qtbot.waitSignal(runner.finished, timeout=WAIT):
        gate.set()
    assert seen == [False]
    assert gc.isenabled()
