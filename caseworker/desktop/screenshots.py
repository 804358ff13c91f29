"""Pictures of the main screens, without a display: what `caseworker demo` hands out and what a reviewer looks at."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from caseworker.desktop.context import PracticeHint, Target
    from caseworker.desktop.shell import Shell
    from caseworker.services.desk import Desk

WIDTH, HEIGHT = 1366, 768
WAIT_S = 30.0


def take(
    desk: Desk,
    path: Path,
    out_dir: Path,
    *,
    dark: bool = False,
    hint: PracticeHint = (),
    size: tuple[int, int] | None = None,
) -> list[Path]:
    """Grabs the main screens of an open office into PNGs, and leaves the desk open.

    `path`: the office file. `hint`: the sample office's users, for the login screen. Needs no display.
    """
    if "PySide6.QtWidgets" not in sys.modules and sys.platform.startswith("linux"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import Qt, qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    before = qInstallMessageHandler(_worth_saying)
    from caseworker.desktop.__main__ import make_application
    from caseworker.desktop.theme import Mode, Theme

    application = make_application()
    theme = Theme(application, Mode.DARK if dark else Mode.LIGHT)
    out_dir.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    from caseworker.desktop.window import Window

    window = Window(theme, path, hint)
    window.setWindowState(Qt.WindowState.WindowNoState)  # the size asked for, whatever the screen
    window.resize(*(size or (WIDTH, HEIGHT)))
    window.show()

    def grab(name: str) -> None:
        QApplication.processEvents()
        target = out_dir / f"{len(made) + 1:02d}-{name}.png"
        window.grab().save(str(target))
        made.append(target)

    try:
        _settle(lambda: window.runner.busy)
        grab("登录")
        window.use(desk, path)
        assert window.shell is not None
        shell = window.shell
        for name, target, prepare in _tour(desk):
            shell.go(target)
            _settle(lambda: window.runner.busy)
            if prepare is not None:
                prepare(shell)
                _settle(lambda: window.runner.busy)
            grab(name)
    finally:
        window.let_go()
        window.close()
        window.deleteLater()
        QApplication.processEvents()
        qInstallMessageHandler(before)
    return made


def _worth_saying(_kind: Any, _place: Any, text: str) -> None:
    """Qt's words but for what the offscreen platform says of having no window manager, once a window."""
    if not text.startswith("This plugin does not support"):
        print(text, file=sys.stderr)


_DOSSIER = (
    ("particulars", "档案"),
    ("needs", "档案-还缺什么"),
    ("facts", "档案-事实"),
    ("seats", "档案-座席"),
    ("premises", "档案-场所"),
    ("benefits", "档案-其他补助"),
    ("people", "档案-人员"),
    ("imports", "档案-导入"),
    ("cases", "档案-办件"),
    ("history", "档案-变更记录"),
)


def _tour(desk: Desk) -> list[tuple[str, Target, Callable[[Shell], None] | None]]:
    """The screens worth a picture, as far as the office has something to show on them."""
    tour: list[tuple[str, Target, Callable[[Shell], None] | None]] = [
        ("工作台", ("screen", "home"), None),
        ("企业档案", ("screen", "dossiers"), None),
    ]
    parties = desk.dossiers.page(limit=1, sort="people", descending=True).rows
    for party in parties:
        for part, name in _DOSSIER:
            tour.append((name, ("party", party.id), partial(_part, part)))
        for person in desk.dossiers.people(party.id, limit=1).rows:
            tour.append(("人员", ("person", f"{party.id}/{person.id}"), partial(_part, "months")))
        tour.append(("导入", ("import", party.id), None))
    tour.append(("办件", ("screen", "cases"), None))
    cases = desk.cases.page(limit=2, sort="number", descending=False).rows
    for case in cases:
        for name in ("材料核验", "测算", "核查", "协查", "文书", "办理经过"):
            tour.append((f"办件-{case.number}-{name}", ("case", case.id), partial(_tab, name)))
    tour.append(("政策计算器", ("screen", "calculator"), None))
    tour.append(("公示", ("screen", "notices"), None))
    for notice in desk.notices.page(limit=1).rows:
        tour.append(("公示批次", ("notice", notice.id), None))
    tour.append(("拨付", ("screen", "payments"), None))
    for name in ("事项", "抽查", "追回"):
        tour.append((f"监管-{name}", ("screen", "oversight"), partial(_tab, name)))
    tour.append(("文书", ("screen", "documents"), None))
    for document in desk.documents.page(kind="decision", limit=1).rows:
        tour.append(("决定书", ("document", document.id), None))
    for name in ("条款", "口径", "引文核对", "政策包"):
        tour.append((f"政策库-{name}", ("screen", "policies"), partial(_tab, name)))
    for name in ("专项资金", "目标完成", "一事一议", "服务事项", "历史补录", "报表"):
        tour.append((f"台账-{name}", ("screen", "programs"), partial(_tab, name)))
    for name in ("本机构", "印章", "文书用语", "节假日"):
        tour.append((f"设置-{name}", ("screen", "settings"), partial(_tab, name)))
    return tour


def _part(key: str, shell: Shell) -> None:
    sections = getattr(shell.current, "tabs", None)
    if sections is not None:
        sections.show_key(key)


def _tab(name: str, shell: Shell) -> None:
    """Turns to the tab of that name; one that is not there is a bug of the tour, not a picture of another page."""
    tabs = getattr(shell.current, "tabs", None)
    if tabs is None:
        raise LookupError(name)
    tabs.setCurrentIndex(next(place for place in range(tabs.count()) if tabs.tabText(place).startswith(name)))


def _settle(busy: Callable[[], bool]) -> None:
    """Lets the window work until nothing is under way, twice in a row: an answer may ask the next question."""
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    end = time.monotonic() + WAIT_S
    quiet = 0
    while quiet < 3 and time.monotonic() < end:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        quiet = 0 if busy() else quiet + 1
        time.sleep(0.01)
