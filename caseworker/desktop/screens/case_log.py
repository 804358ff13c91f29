"""办理经过: every move of the case, with its reason."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.files import save
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.operations import Operation
from caseworker.desktop.tables import Column, PagedTableModel, listed
from caseworker.services.filing import FiledCase
from caseworker.services.views import MoveRow, Role


def _way(row: MoveRow) -> str:
    if not row.from_step:
        return row.to_step
    return row.from_step if row.from_step == row.to_step else f"{row.from_step} → {row.to_step}"


COLUMNS: tuple[Column[MoveRow], ...] = (
    Column("办理日期", lambda row: row.office_date, width=7),
    Column("办理人", lambda row: row.user, width=7),
    Column("事项", lambda row: row.move, width=10),
    Column("步骤", _way, width=14),
    Column("原因", lambda row: row.reason, width=24, stretch=True),
    Column("记录时间", lambda row: row.moved_at, width=11),
)


class CaseLog(QWidget):
    def __init__(self, context: Context, case_id: int) -> None:
        super().__init__()
        self._context = context
        self._case_id = case_id
        acts: tuple[Act, ...] = ()
        if context.may(Role.CASEWORKER, Role.REVIEWER, Role.HEAD):
            acts = (
                Act("卷宗目录…", self._contents, "documents", needs_row=False, button=True),
                Act("导出卷宗…", self._choose, "save", needs_row=False, button=True),
            )
        model = PagedTableModel(COLUMNS, listed((), COLUMNS), context.ask, self)
        self.list = ListView(model, "case-log", empty="还没有办理记录。", acts=acts, filter_hint=None)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.list)
        self.setFocusProxy(self.list)

    def show_log(self, log: tuple[MoveRow, ...]) -> None:
        self.list.model.set_provider(listed(log, COLUMNS))

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "卷宗导出到哪个文件夹")
        if name:
            self.export_to(Path(name))

    def export_to(self, folder: Path) -> None:
        """The whole file of the case, with its list of contents and hashes, as one folder below this one."""
        desk, key = self._context.desk, self._case_id
        operation = Operation(
            "正在导出卷宗…",
            lambda progress, cancelled: desk.filing.export(key, folder, progress=progress, cancelled=cancelled),
        )
        self._context.run(operation, self, self._exported)

    def _exported(self, made: FiledCase) -> None:
        self._context.tell(f"卷宗已导出 {made.files} 个文件到 {made.path}。其中有个人信息，请妥善保管。", "green")

    def _contents(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "保存卷宗目录", "档案卷宗目录.pdf", "PDF (*.pdf)")
        if name:
            self.save_contents(Path(name))

    def save_contents(self, path: Path) -> None:
        desk, key = self._context.desk, self._case_id
        self._context.ask(
            "正在制作卷宗目录…",
            lambda: save(path, desk.filing.contents(key)),
            self,
            lambda _n: self._context.say(f"已保存到 {path}"),
        )
