"""Small parts that every screen is built of: headings, chips, messages, a strip that asks for a reason."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from caseworker.desktop import theme
from caseworker.desktop.fields import ChoiceEdit, LineEdit
from caseworker.desktop.icons import icon
from caseworker.desktop.spoken import NamedByPlace
from caseworker.desktop.table import draw_chip


def label(text: str = "", role: str | None = None, *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """Plain text; `role` as in the style sheet (page, section, strong, quiet, quote, error, due, amount)."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    made.setWordWrap(wrap)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


LEAST_BUTTON = 78  # so that 确定 and 取消 are of a size


class Button(QPushButton):
    """Enter presses it as the space bar does; Ctrl+Enter stays the page's main act. Never narrower than its words."""

    def sizeHint(self) -> QSize:
        framed = self.property("role") in (None, "primary")
        return super().sizeHint().expandedTo(QSize(LEAST_BUTTON if framed else 0, 0))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.click()
        else:
            super().keyPressEvent(event)


def button(text: str, act: Callable[[], object], *, role: str | None = None, picture: str | None = None) -> Button:
    made = Button(text)
    if role:
        made.setProperty("role", role)
    if picture:
        made.setIcon(icon(picture, "on_accent" if role == "primary" else "text_quiet"))
    made.clicked.connect(lambda _checked=False: act())
    return made


def rule() -> QFrame:
    line = QFrame()
    line.setProperty("role", "line")
    return line


def card(*, margins: int = 16, spacing: int = 8) -> tuple[QFrame, QVBoxLayout]:
    """A framed surface and the layout to fill."""
    frame = QFrame()
    frame.setProperty("role", "card")
    inner = QVBoxLayout(frame)
    inner.setContentsMargins(margins, margins - 4, margins, margins - 4)
    inner.setSpacing(spacing)
    return frame, inner


def tab_widget() -> QTabWidget:
    """Tabs without a frame of their own."""
    tabs = QTabWidget()
    tabs.setDocumentMode(True)
    tabs.tabBar().setDrawBase(False)
    tabs.tabBar().setExpanding(False)
    return tabs


class ToolButton(QToolButton):
    """Enter presses it as the space bar does."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.menu() is not None:
                self.showMenu()
            elif not event.isAutoRepeat():
                self.click()
        else:
            super().keyPressEvent(event)


def scrolled(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    NamedByPlace(area, "")
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    content.setObjectName("scrolled")
    area.setWidget(content)
    return area


class Tall(QScrollArea):
    """As wide as what is in it; scrolls where the window is too low for all of it."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content.setObjectName("scrolled")
        self.setWidget(content)
        self._content = content
        content.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        bar = self.verticalScrollBar().sizeHint().width()  # it may come, and then stands beside what is in it
        return QSize(self._content.minimumSizeHint().width() + bar, 80)


def in_the_middle(page: QWidget, frame: QWidget) -> None:
    """A card in the middle of a page that has nothing else, a little above its half."""
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.addStretch(2)
    across = QHBoxLayout()
    across.addStretch(1)
    across.addWidget(frame, 2)
    across.addStretch(1)
    column.addLayout(across)
    column.addStretch(3)
    column.setContentsMargins(9, 4, 9, 4)
    whole = QVBoxLayout(page)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.addWidget(Tall(inside))


def clear(layout: QLayout) -> None:
    """Takes everything out of a layout; its widgets go when the event loop comes round."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


class ElidedLabel(QLabel):
    """One line that is cut with … when the room is short, whole in the tool tip."""

    def __init__(self, text: str = "", role: str | None = None) -> None:
        super().__init__(text)
        if role:
            self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("汉") * 4, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        cut = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(self.text() if cut != self.text() else "")
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), cut)


class Chip(QWidget):
    """A state: a dot and a word, in a tone (accent, green, amber, red, quiet)."""

    def __init__(self, text: str = "", tone: str = "quiet", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self._tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set(self, text: str, tone: str) -> None:
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        return self._text

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text) + 32, metrics.height() + 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = "band" if self._tone == "quiet" else f"{self._tone}_soft"
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(ground))
        painter.drawRoundedRect(self.rect(), self.height() / 2, self.height() / 2)
        rect = QRect(self.rect()).adjusted(8, 0, -4, 0)
        draw_chip(painter, rect, self._text, self._tone, self.fontMetrics())
        painter.end()


class Message(QFrame):
    """A strip above the work: a sentence in a tone, closed by the clerk or by the next success."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None, closable: bool = True) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self._words = label(wrap=True, selectable=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(self._words, 1)
        if closable:
            close = ToolButton()
            close.setProperty("role", "plain")
            close.setIcon(icon("close"))
            close.setToolTip("关闭提示")
            close.setAccessibleName("关闭提示")
            close.clicked.connect(self.dismiss)
            row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def tell(self, text: str, tone: str = "accent") -> None:
        self._words.setText(text)
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()

    def text(self) -> str:
        return self._words.text() if not self.isHidden() else ""

    def dismiss(self) -> None:
        self.hide()
        self.closed.emit()


class Asking(QFrame):
    """A question asked in place: Ctrl+Enter answers it and does not do the page's own act, Escape gives it up.

    The keys go back to where they were when it came up, or to the page where that is gone meanwhile.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self.setProperty("tone", "accent")
        self._before: QWidget | None = None

    def submit(self) -> None:
        raise NotImplementedError

    def give_up(self) -> None:
        self.hide()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.KeyPress:
                self.give_up()
            event.accept()  # also before a page makes a shortcut of it
            return True
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        here = QApplication.focusWidget()
        if not event.spontaneous() and here is not None and not self.isAncestorOf(here):
            self._before = here

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        here, around = QApplication.focusWidget(), self.parentWidget()
        if here is None or around is None or not self.isAncestorOf(here) or not around.isVisible():
            return
        back = self._before
        if back is None or not isValid(back) or not back.isVisible() or not back.isEnabled():
            back = around
            while back.focusProxy() is None and (further := back.parentWidget()) is not None:
                back = further
        back.setFocus(Qt.FocusReason.OtherFocusReason)


class Strip(Asking):
    """A row of fields of a screen's own: `answer` is what Ctrl+Enter does, `leave` what giving up does besides."""

    def __init__(self, answer: Callable[[], None], leave: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._answer = answer
        self._leave = leave

    def submit(self) -> None:
        self._answer()

    def give_up(self) -> None:
        super().give_up()
        if self._leave is not None:
            self._leave()


class ReasonStrip(Asking):
    """Asks for one reason, in place. Escape gives up; the text stays for next time.

    Where the reason begins with one of some grounds, these are chosen before the line.
    """

    given = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._needed = True
        self._act: Callable[[str], None] | None = None
        self._question = label()
        self.line = LineEdit()
        self.ground = ChoiceEdit(())
        self.ground.setAccessibleName("情形")
        self.ground.entered.connect(self.line.setFocus)
        self.ground.hide()
        self._yes = button("确定", self._give, role="primary")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(self._question)
        row.addWidget(self.ground)
        row.addWidget(self.line, 1)
        row.addWidget(self._yes)
        row.addWidget(button("取消", self.hide))
        self.line.returnPressed.connect(self._give)
        self.line.textChanged.connect(lambda text: self._yes.setEnabled(bool(text.strip()) or not self._needed))
        self.hide()

    def ask(
        self,
        question: str,
        act: Callable[[str], None],
        yes: str = "确定",
        needed: bool = True,
        grounds: tuple[str, ...] = (),
    ) -> None:
        self._question.setText(question)
        self.ground.clear()
        self.ground.setVisible(bool(grounds))
        for ground in grounds:
            self.ground.addItem(ground, ground)
        needed = needed and not grounds  # a ground is a reason; whether it says enough is for the rules
        self.line.setAccessibleName(question.rstrip("：:"))
        self._act = act
        self._needed = needed
        self._yes.setText(yes)
        self._yes.setEnabled(bool(self.line.text().strip()) or not needed)
        self.line.setPlaceholderText("请写明原因" if needed else "查明的事实" if grounds else "可以写一句说明")
        self.show()
        (self.ground if grounds else self.line).setFocus()

    def submit(self) -> None:
        self._give()

    def _give(self) -> None:
        self.line.settle()
        reason = self.line.text().strip()
        if self.ground.count():
            reason = f"{self.ground.currentText()}：{reason}".rstrip("：")
        if (reason or not self._needed) and self._act is not None:
            self.given.emit(reason)
            self._act(reason)

    def done(self) -> None:
        """The act succeeded: the text is no longer needed."""
        self.line.clear()
        self.hide()
