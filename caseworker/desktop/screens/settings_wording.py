"""文书用语: every sentence of a kind of letter; the head or the administrator says one otherwise, with a reason."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import ChoiceEdit, Field
from caseworker.desktop.forms import Form
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Asking, ReasonStrip, button, label
from caseworker.desktop.tables import Column, PagedTableModel, listed
from caseworker.services.own_wording import Sentence
from caseworker.services.views import Role

COLUMNS: tuple[Column[Sentence], ...] = (
    Column("用语", lambda row: " ".join((row.own or row.program).split("\n")), "text", width=30, stretch=True),
    Column("政策", lambda row: row.policy, "policy", width=8),
    Column(
        "来源",
        lambda row: "本机构（程序已改，请核对）" if row.stale else ("本机构" if row.own else "程序"),
        "own",
        width=7,
        tone=lambda row: "amber" if row.stale else ("accent" if row.own else "quiet"),
    ),
    Column("代号", lambda row: row.field.rpartition(".")[2], "field", width=9),  # what the command line calls it
)
NOTE = "改过的句子只用于以后制作的文书，程序升级后仍然保留；已制作的文书不变。"


class _Editor(Asking):
    """One sentence under the list, with what the program says. Escape closes it; Ctrl+Enter saves."""

    def __init__(self, page: WordingPage) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._page = page
        self.program = label("", "quiet", wrap=True, selectable=True)
        self.holders = label("", "quiet", wrap=True)
        self.form = Form(
            (
                Field("text", "本机构的用语", "long", required=True, width=50),
                Field("reason", "修改的原因", required=True, width=40),
            )
        )
        self.form.submitted.connect(page.save)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button("取消", self.hide))
        row.addWidget(button("保存  Ctrl+Enter", page.save, role="primary"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 10)
        for part in (self.program, self.holders, self.form):
            column.addWidget(part)
        column.addLayout(row)
        self.hide()

    def submit(self) -> None:
        self._page.save()


class WordingPage(QWidget):
    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._editing: Sentence | None = None
        may = context.may(Role.HEAD, Role.ADMINISTRATOR)
        self.kind = ChoiceEdit(context.desk.wording.kinds())
        self.kind.setAccessibleName("文书种类")
        self.kind.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToContents)
        self.kind.currentIndexChanged.connect(lambda _i: self.refresh())
        acts = (
            Act("修改…", self.edit, button=True, primary=True, keys=""),
            Act("恢复程序的用语…", self._ask_restore, button=True),
        )
        self.list = ListView(
            PagedTableModel(COLUMNS, listed((), COLUMNS), context.ask, self),
            "wording",
            empty="这种文书没有可以修改的用语。",
            acts=acts if may else (),
            filter_hint="筛选用语…",
            filters=(self.kind,),
        )
        if may:
            self.list.opened.connect(lambda _row: self.edit())
        self.editor = _Editor(self)
        self.reason = ReasonStrip()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(NOTE, "quiet", wrap=True))
        column.addWidget(self.list, 1)
        column.addWidget(self.reason)
        column.addWidget(self.editor)
        self.setFocusProxy(self.kind)

    def refresh(self) -> None:
        desk, kind = self._context.desk, self.kind.currentData()
        self._context.ask(
            "正在读取用语…",
            lambda: desk.wording.sentences(kind),
            self,
            lambda rows: self.list.model.set_provider(listed(rows, COLUMNS)),
        )

    def edit(self) -> None:
        row = self.list.current()
        if not isinstance(row, Sentence):
            return
        self._editing = row
        self.editor.program.setText(f"程序的用语：{row.program or '（这一版程序已没有这一句）'}")
        can = "、".join(f"{{{name}}}" for name in row.holders)
        self.editor.holders.setText(
            f"花括号里的由程序填写，这一句可以用：{can}。" if can else "这一句没有由程序填写的内容。"
        )
        self.editor.form.set_values({"text": row.own or row.program, "reason": ""})
        self.editor.show()
        self.editor.form.fields["text"].editor.setFocus()

    def save(self) -> None:
        row, desk = self._editing, self._context.desk
        if row is None or self.editor.isHidden():
            return
        values = self.editor.form.values()
        text, reason = str(values["text"] or ""), str(values["reason"] or "")
        self._context.ask(
            "正在保存用语…",
            lambda: desk.wording.say(row.kind, row.field, text, reason),
            self,
            lambda _n: self._saved("已保存，用于以后制作的文书。"),
            self._refused,
        )

    def _saved(self, words: str) -> None:
        self._editing = None
        self.editor.hide()
        self._context.say(words)
        self.list.setFocus()
        self.refresh()

    def _refused(self, trouble: Trouble) -> bool:
        if trouble.kind != "input":
            return False
        self.editor.form.show_problems(trouble.problems)
        return True

    def _ask_restore(self) -> None:
        row, desk = self.list.current(), self._context.desk
        if not isinstance(row, Sentence):
            return

        def restored(_n: None) -> None:
            self.reason.done()
            self._saved("已恢复程序的用语。")

        def restore(reason: str) -> None:
            self._context.ask("正在恢复…", lambda: desk.wording.restore(row.kind, row.field, reason), self, restored)

        self.reason.ask("恢复程序用语的原因：", restore, "恢复")
