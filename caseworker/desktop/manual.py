"""F1: the manual's pages (`resources/manual/*.md`) beside the work, opened at the page of the screen in front."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QTextBrowser, QWidget

from caseworker import resources

PAGES: tuple[tuple[str, str], ...] = (
    ("index", "开始"),
    ("sign-in", "登录与切换用户"),
    ("dossiers", "企业档案"),
    ("imports", "导入"),
    ("cases", "办件"),
    ("calculator", "政策计算器"),
    ("notices-payments", "公示与拨付"),
    ("oversight", "监管"),
    ("programs", "台账"),
    ("prior", "历史补录"),
    ("documents", "文书与用印"),
    ("policies", "政策库"),
    ("points", "口径"),
    ("backup", "备份与恢复密钥"),
)


class Manual(QDialog):
    """Not modal: it stays beside the work while the clerk tries what it says."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("使用手册")
        self.setModal(False)
        self.list = QListWidget()
        for page, title in PAGES:
            item = QListWidgetItem(title)
            item.setData(Qt.ItemDataRole.UserRole, page)
            self.list.addItem(item)
        self.list.setSpacing(4)
        self.list.setFixedWidth(self.fontMetrics().horizontalAdvance("汉") * 12)
        self.browser = QTextBrowser()
        self.browser.setOpenLinks(False)
        self.browser.anchorClicked.connect(self._follow)
        row = QHBoxLayout(self)
        row.addWidget(self.list)
        row.addWidget(self.browser, 1)
        self.resize(self.fontMetrics().horizontalAdvance("汉") * 64, self.fontMetrics().height() * 40)
        self.list.currentItemChanged.connect(lambda item, _old: self._show(item.data(Qt.ItemDataRole.UserRole)))
        QShortcut(QKeySequence(Qt.Key.Key_F1), self).activated.connect(self.close)

    def open_at(self, page: str) -> None:
        pages = [name for name, _title in PAGES]
        self.list.setCurrentRow(pages.index(page) if page in pages else 0)
        self.show()
        self.raise_()
        self.activateWindow()

    def _show(self, page: str) -> None:
        text = resources.path("manual", f"{page}.md").read_text(encoding="utf-8")
        self.browser.setMarkdown(text)

    def _follow(self, link: QUrl) -> None:
        name = link.fileName().removesuffix(".md")
        if link.isRelative() and name in [page for page, _title in PAGES]:
            self.open_at(name)
        elif link.scheme() == "file":
            QDesktopServices.openUrl(link)
