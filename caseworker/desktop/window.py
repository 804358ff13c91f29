"""The one window: signing in, then the desk; locked after idle minutes; another user without closing the office."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMainWindow,
    QMessageBox,
    QScrollArea,
    QStackedWidget,
    QStyle,
    QWidget,
)

from caseworker.desktop import memory
from caseworker.desktop.context import Context, PracticeHint
from caseworker.desktop.idle import IdleWatch
from caseworker.desktop.manual import Manual
from caseworker.desktop.operations import Runner, log, trouble_of
from caseworker.desktop.progress import ProgressLine
from caseworker.desktop.screens.founding import FoundingScreen
from caseworker.desktop.screens.lock import LockScreen
from caseworker.desktop.screens.login import LoginScreen
from caseworker.desktop.screens.recover import RecoverScreen
from caseworker.desktop.shell import Shell
from caseworker.desktop.theme import Theme
from caseworker.errors import CaseworkerError
from caseworker.services.desk import Desk
from caseworker.services.views import UserView

SAID_FOR_MS = 8000
DAY_LOOK_MS = 60_000
FIRST_SIZE = QSize(1366, 768)


def is_small(screen: QSize) -> bool:
    """A screen, in logical pixels, on which the window takes all the room there is."""
    return screen.width() <= FIRST_SIZE.width() or screen.height() <= FIRST_SIZE.height()


def fitting(wanted: QSize, frame: QSize, available: QSize) -> QSize:
    """The window's inner size: no greater than wanted, and with its frame within the available screen."""
    return wanted.boundedTo(available - frame)


def is_stop(widget: QWidget) -> bool:
    """Whether the tab key stops here: not at a frame whose keys go to a part of it, which is a stop of its own."""
    if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus or not widget.isVisible() or not widget.isEnabled():
        return False
    taker = widget.focusProxy()
    return taker is None or not (widget.isAncestorOf(taker) or taker.isAncestorOf(widget))


def bring_in_sight(widget: QWidget) -> None:
    """Scrolls every area around a widget so far that it shows."""
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(widget, 0, 8)
        around = around.parentWidget()


class Window(QMainWindow):
    def __init__(self, theme: Theme, office: Path | None = None, practice_hint: PracticeHint = ()) -> None:
        super().__init__()
        self.setWindowTitle("兑现台")
        self._theme = theme
        self._hint = practice_hint
        self.runner = Runner(self)
        self.context: Context | None = None
        self.shell: Shell | None = None
        self._manual: Manual | None = None
        self.idle = IdleWatch(self)
        self.idle.idle.connect(self.lock)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self.idle)

        self._midnight = QTimer(self)
        self._midnight.setInterval(DAY_LOOK_MS)
        self._midnight.timeout.connect(self._look_at_the_day)

        self.pages = QStackedWidget()
        self.setCentralWidget(self.pages)
        self.login = LoginScreen(self.runner, office, practice_hint)
        self.login.opened.connect(self._opened)
        self.login.found_wanted.connect(self._found)
        self.login.recover_wanted.connect(self._recover)
        self.founding: FoundingScreen | None = None
        self.recovering: RecoverScreen | None = None
        self.pages.addWidget(self.login)
        self.lock_page: LockScreen | None = None
        self._keys = QLabel("F1 手册　　Ctrl+K 搜索　　Alt+← 返回　　Ctrl+1…9 换页　　Ctrl+L 锁定")
        self._keys.setProperty("role", "quiet")
        self._keys.setContentsMargins(12, 0, 0, 0)
        self.statusBar().addWidget(self._keys)
        self.statusBar().setSizeGripEnabled(False)
        # Qt brings the words back under a message whenever the line is laid out anew
        self.statusBar().messageChanged.connect(lambda text: self._keys.setVisible(not text))
        progress = ProgressLine(self.runner)
        self.statusBar().addPermanentWidget(progress)
        # as high with progress in it as without: the page above does not jump
        self.statusBar().setMinimumHeight(progress.sizeHint().height() + 4)
        self.statusBar().hide()
        self._first_size: QSize | None = None
        self._size()

    def _size(self) -> None:
        geometry = memory.window_geometry()
        if geometry is not None and self.restoreGeometry(geometry):
            return
        screen = QApplication.primaryScreen()
        title = self.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
        size = fitting(FIRST_SIZE, QSize(0, title), screen.availableSize())
        self.resize(size)  # also what it goes back to, or keeps where nothing maximises windows
        if is_small(screen.size()):
            self.setWindowState(Qt.WindowState.WindowMaximized)
        else:
            self._first_size = size

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stops at every part in turn. Qt would go from a page straight to the part that takes its keys,

        past the buttons of its heading, its tabs and its filters.
        """
        here = self.focusWidget() or self
        found = here.nextInFocusChain() if forward else here.previousInFocusChain()
        while found is not None and found is not here:
            if is_stop(found) and found.window() is self:
                reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
                found.setFocus(reason)
                bring_in_sight(found)
                return True
            found = found.nextInFocusChain() if forward else found.previousInFocusChain()
        return super().focusNextPrevChild(forward)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._fit_frame)  # the frame is known once the window stands

    def _fit_frame(self) -> None:
        if self._first_size is not None and self.size() == self._first_size:
            frame = self.frameGeometry().size() - self.size()
            self.resize(fitting(self.size(), frame, self.screen().availableSize()))
        self._first_size = None

    # ---- signing in ----------------------------------------------------------------------

    def _opened(self, desk: Desk, path: Path) -> None:
        memory.remember_office(path)
        memory.remember_user(path, desk.user.login)
        self.use(desk, path)

    def _found(self) -> None:
        page = self.founding = FoundingScreen(self.runner)
        page.gave_up.connect(self._back_to_login)
        page.founded.connect(self._founded)
        self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)
        page.start()

    def _founded(self, path: Path, login: str) -> None:
        memory.remember_office(path)
        self._back_to_login()
        self.login.welcome(path, login, "机构已建立。请用刚才设的密码登录。")

    def _recover(self, path: Path, login: str) -> None:
        page = self.recovering = RecoverScreen(self.runner, path, login)
        page.gave_up.connect(self._back_to_login)
        page.recovered.connect(lambda user: self._recovered(path, user))
        self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)
        page.start()

    def _recovered(self, path: Path, user: UserView) -> None:
        self._back_to_login()
        self.login.welcome(path, user.login, f"{user.name}的密码已重设，请登录。恢复密钥请重新密封。")

    def _back_to_login(self) -> None:
        self.pages.setCurrentWidget(self.login)
        for page in (self.founding, self.recovering):
            if page is not None:
                self.pages.removeWidget(page)
                page.deleteLater()
        self.founding = self.recovering = None

    def use(self, desk: Desk, path: Path) -> None:
        """Shows the desk of an office that has been opened."""
        self.context = Context(desk, path, self.runner, self._theme, self)
        self.context.said.connect(lambda text: self.statusBar().showMessage(text, SAID_FOR_MS))
        self.context.office_changed.connect(self._retitle)
        self.context.office_changed.connect(self._count_idle)
        self.shell = Shell(self.context)
        self.shell.lock_wanted.connect(self.lock)
        self.shell.switch_wanted.connect(self.switch_user)
        self.shell.manual_wanted.connect(self.show_manual)
        self.pages.addWidget(self.shell)
        self.pages.setCurrentWidget(self.shell)
        self.statusBar().show()
        self._retitle()
        self._count_idle()
        self._midnight.start()
        self.shell.go(("screen", "home"))

    def _retitle(self) -> None:
        if self.context is not None:
            office = self.context.office
            sample = "（演示数据）" if office.is_sample else ""
            self.setWindowTitle(f"{office.name}{sample} - 兑现台")

    def _count_idle(self) -> None:
        if self.context is not None:
            self.idle.start(self.context.office.idle_lock_minutes * 60_000)

    def _look_at_the_day(self) -> None:
        """A window left open over night: what became due with the new day is not asked for by yesterday's date."""
        if self.context is not None and self.context.desk.office().today != self.context.office.today:
            self.context.refresh_office()

    # ---- locking and switching -----------------------------------------------------------

    def lock(self) -> None:
        self._ask_who(switching=False)

    def switch_user(self) -> None:
        self._ask_who(switching=True)

    def _ask_who(self, switching: bool) -> None:
        if self.context is None or self.shell is None or self.lock_page is not None:
            return
        self.idle.stop()
        self.shell.keep()
        self.statusBar().clearMessage()  # it may name a case or a person
        if self._manual is not None:
            self._manual.close()
        for popup in QApplication.topLevelWidgets():
            if popup is not self and popup.isVisible() and popup.parent() is not None:
                popup.close()  # nothing of the office stays on the screen beside the lock
        self.lock_page = LockScreen(self.context, self._hint, switching)
        self.lock_page.signed_in.connect(self._signed_in)
        self.lock_page.gave_up.connect(self._unlocked)
        self.pages.addWidget(self.lock_page)
        self.pages.setCurrentWidget(self.lock_page)
        self.lock_page.begin()
        if not switching:
            self.setWindowTitle("已锁定 - 兑现台")

    def _signed_in(self, desk: Desk) -> None:
        assert self.context is not None
        assert self.shell is not None
        another = desk.user.login != self.context.desk.user.login
        if another:
            self.shell.leave_user()  # while the drafts still go by the old login
        self.context.desk = desk
        self._unlocked()
        if another:
            memory.remember_user(self.context.path, desk.user.login)
            self.shell.user_changed()
            self.context.say(f"现在由 {desk.user.name}（{desk.user.role_names()}）操作")

    def _unlocked(self) -> None:
        if self.lock_page is not None and self.shell is not None:
            self.pages.setCurrentWidget(self.shell)
            self.pages.removeWidget(self.lock_page)
            self.lock_page.deleteLater()
            self.lock_page = None
            self._retitle()
            self._count_idle()
            if self.shell.current is not None:
                self.shell.current.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- manual and the end --------------------------------------------------------------

    def show_manual(self, page: str = "index") -> None:
        if self._manual is None:
            self._manual = Manual(self)
        self._manual.open_at(page)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.shell is not None:
            self.shell.keep()
        if self.context is not None and self.context.has_drafts and not self.leave_drafts():
            event.ignore()
            return
        if self.founding is not None and self.founding.key_unsafe and not self.leave_key():
            event.ignore()
            return
        self.shut()
        event.accept()

    def leave_drafts(self) -> bool:
        """One short question before typing that was not saved is lost."""
        return self._leave("有填写的内容还没有保存，退出后不再保留。", "返回保存")

    def leave_key(self) -> bool:
        """One short question before the only sight of a recovery key is lost."""
        return self._leave("恢复密钥只显示这一次。还没有打印保管，退出后再也看不到。", "返回打印")

    def _leave(self, text: str, back: str) -> bool:
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("兑现台")
        box.setText(text)
        stay = box.addButton(back, QMessageBox.ButtonRole.RejectRole)
        leave = box.addButton("退出", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(stay)
        box.exec()
        return box.clickedButton() is leave

    def shut(self) -> None:
        """Ends what is under way, remembers the window, lets go of the office."""
        self.idle.stop()
        self._midnight.stop()
        self.founding = None  # whatever it showed has been asked about
        memory.remember_window(self.saveGeometry())
        if self._manual is not None:
            self._manual.close()
        self.runner.close()
        if self.context is not None:
            try:
                self.context.desk.close()
            except CaseworkerError as error:  # nothing is lost: the next opening finishes what closing could not
                log.warning("closing the office: %s", error.code)
            self.context = None

    def bug(self, error: BaseException) -> None:
        """What broke outside of any operation: logged, and told in one sentence."""
        trouble = trouble_of(error)
        if self.shell is not None and self.context is not None:
            self.shell.show_trouble(trouble)
        else:
            self.login.message.tell(trouble.message, "red")

    def let_go(self) -> None:
        """Leaves the office to whoever opened it: closing the window does not close it."""
        self._midnight.stop()
        self.runner.close()
        self.context = None
