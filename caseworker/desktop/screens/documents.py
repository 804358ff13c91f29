"""文书: the register of everything made, numbered or not."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit
from caseworker.desktop.listview import ListView
from caseworker.desktop.operations import Operation, Trouble
from caseworker.desktop.parts import button
from caseworker.desktop.screen import Screen
from caseworker.desktop.screens.register_papers import RegisterPapers
from caseworker.desktop.tables import Column, PagedTableModel, Provider
from caseworker.services.document_kinds import KINDS
from caseworker.services.views import DocumentRow, Page


def state_of(row: DocumentRow) -> tuple[str, str]:
    if row.state == "voided":
        return "已作废", "red"
    if row.sealed:
        return "已用印", "green"
    return ("已制作", "accent") if row.state == "issued" else ("草稿", "quiet")


COLUMNS: tuple[Column[DocumentRow], ...] = (
    Column("文号", lambda row: row.shown_number, "shown_number", width=13),
    Column("文书", lambda row: row.kind_name, "kind_name", width=11),
    Column("标题", lambda row: row.title, width=20, stretch=True),
    Column("单位", lambda row: row.party, "party", width=14),
    Column("办件编号", lambda row: row.case_number, width=9),
    Column("日期", lambda row: row.dated, "dated", width=7),
    Column("送达", lambda row: row.delivered_on, width=7),
    Column("状态", lambda row: state_of(row)[0], width=6, tone=lambda row: state_of(row)[1]),
)


class DocumentsScreen(Screen):
    title = "文书"
    manual = "documents"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.papers = RegisterPapers(context)
        self.blank_button = button("空白表格…", self.papers.ask_blank, picture="documents")
        self.seals_button = button("用印登记表…", self.papers.ask_seals, picture="seal")
        self.seals_button.setVisible(context.may(*KINDS["seal-register"].makers))
        self.batch_button = button("成批打印…", self._choose_batch, picture="print")
        self.batch_button.setToolTip("所选的文书合为一个 PDF，按单位排序")
        self.verify_button = button("核验文书…", lambda: context.go("verify", 0))
        self.verify_button.setToolTip("收到的文件或二维码，是不是本机构发出的、有没有改动")
        self.heading(self.title, self.verify_button, self.batch_button, self.blank_button, self.seals_button)
        self.body.addWidget(self.papers)
        self.kind = ChoiceEdit(((None, "全部文书"),))
        self.kind.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToContents)
        self.kind.setAccessibleName("文书类别")
        model = PagedTableModel(COLUMNS, self._provider(None), context.ask, self)
        self.list = ListView(
            model,
            "documents",
            empty="还没有文书。文书在办件、公示和拨付中制作，制作后都登记在这里。",
            filter_hint="按文号、标题、单位或办件编号筛选",
            filters=(self.kind,),
        )
        self.kind.currentIndexChanged.connect(
            lambda _i: self.list.model.set_provider(self._provider(self.kind.currentData()))
        )
        self.list.opened.connect(lambda row: context.go("document", row.id))
        self.list.chosen_changed.connect(self._show_batch)
        self.body.addWidget(self.list, 1)
        self._show_batch()
        self.setFocusProxy(self.list)

    # ---- 成批打印 --------------------------------------------------------------------------

    def chosen(self) -> list[DocumentRow]:
        return [row for row in self.list.chosen() if isinstance(row, DocumentRow)]

    def _show_batch(self) -> None:
        count = len(self.chosen())
        self.batch_button.setEnabled(count > 0)
        self.batch_button.setText(f"成批打印 {count} 份…" if count > 1 else "成批打印…")

    def _choose_batch(self) -> None:
        name = f"文书{len(self.chosen())}份.pdf"
        chosen, _ = QFileDialog.getSaveFileName(self, "成批打印：合为一个 PDF", name, "PDF (*.pdf)")
        if chosen:
            self.print_batch(Path(chosen if chosen.lower().endswith(".pdf") else f"{chosen}.pdf"))

    def print_batch(self, path: Path) -> None:
        """The chosen rows as one PDF in payee order, then opened for the print dialog."""
        desk, keys = self.context.desk, [row.id for row in self.chosen()]
        operation = Operation(
            "正在合并文书…",
            lambda progress, cancelled: desk.documents.print_batch(keys, path, progress=progress, cancelled=cancelled),
        )

        def written(count: int) -> None:
            self.context.tell(f"{count} 份文书已按单位排序，合为一个文件：{path}。", "green")
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

        self.context.run(operation, self, written, self._refused)

    def _refused(self, trouble: Trouble) -> bool:
        if trouble.kind not in ("refusal", "input"):
            return False
        self.context.tell(trouble.message, "amber")
        return True

    def _provider(self, kind: str | None) -> Provider[DocumentRow]:
        context = self.context

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[DocumentRow]:
            return context.desk.documents.page(
                search,
                kind,
                None,
                offset=offset,
                limit=limit,
                sort=sort or "id",
                descending=descending if sort else True,
            )

        return fetch

    def refresh(self) -> None:
        desk = self.context.desk
        if self.kind.count() == 1:
            self.context.ask("正在读取…", desk.documents.kinds, self, self._kinds)
        self.list.refresh()

    def _kinds(self, kinds: tuple[tuple[str, str], ...]) -> None:
        if self.kind.count() == 1:
            for kind, name in kinds:
                self.kind.addItem(name, kind)
