"""印章: the seal keeper loads the office's own scanned seal. The program draws none."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import Field
from caseworker.desktop.forms import Form
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.operations import Trouble
from caseworker.desktop.parts import Message, ReasonStrip, button, label
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.services.document_sealing import Certificate
from caseworker.services.views import Role, SealView

COLUMNS: tuple[Column[SealView], ...] = (
    Column("印章", lambda seal: seal.name, "name", width=20, stretch=True),
    Column("签名证书", lambda seal: seal.certificate or "无", "certificate", width=16),
    Column("证书有效期至", lambda seal: seal.certificate_until, "certificate_until", width=8),
    Column("直径（毫米）", lambda seal: f"{seal.diameter_mm:.1f}", None, RIGHT, width=8),
)
FIELDS = (
    Field("name", "印章名称", required=True, width=24),
    Field("diameter", "直径", "number", unit="毫米", required=True, width=6),
)
NOTE = "印章图片由本单位扫描：底色透明的 PNG，只有印迹本身。图片加密保存在机构文件里，每次用印都要再输一次密码并登记。"


class SealsPage(QWidget):
    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._path: Path | None = None
        self.message = Message()
        model = PagedTableModel(COLUMNS, listed((), COLUMNS), context.ask, self)
        acts: tuple[Act, ...] = ()
        if context.may(Role.SEAL_KEEPER):
            acts = (
                Act("载入印章…", self._choose, "seal", needs_row=False, button=True, primary=True),
                Act("载入证书…", self._choose_certificate, button=True),
                Act("停用证书…", self._ask_remove),
            )
        self.list = ListView(model, "seals", empty="还没有登记印章。", acts=acts, filter_hint=None)
        self.frame = QFrame()
        self.frame.setProperty("role", "card")
        inner = QVBoxLayout(self.frame)
        self._file = label("", "quiet")
        inner.addWidget(self._file)
        self.form = Form(FIELDS, enter_submits=True)
        self.form.set_values({"diameter": "42.0"})
        self.form.submitted.connect(self._load)
        inner.addWidget(self.form)
        row = QHBoxLayout()
        row.addWidget(button("载入", self.form.submit, role="primary"))
        row.addWidget(button("取消", self.frame.hide))
        row.addStretch(1)
        inner.addLayout(row)
        self.frame.hide()
        self.certificate = ReasonStrip()
        self.certificate.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.reason = ReasonStrip()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(NOTE, "quiet", wrap=True))
        column.addWidget(self.message)
        column.addWidget(self.frame)
        column.addWidget(self.certificate)
        column.addWidget(self.reason)
        column.addWidget(self.list, 1)

    def refresh(self) -> None:
        desk = self._context.desk
        self._context.ask(
            "正在读取印章…",
            desk.documents.seals,
            self,
            lambda seals: self.list.model.set_provider(listed(seals, COLUMNS)),
        )

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "选择印章图片", "", "图片 (*.png)")
        if name:
            self.offer(Path(name))

    def offer(self, path: Path) -> None:
        """A picture was chosen: its name and diameter are asked for next."""
        self._path = path
        self._file.setText(f"图片：{path.name}")
        if not self.form.values()["name"]:
            self.form.set_values({"name": path.stem})
        self.frame.show()
        self.form.fields["name"].editor.setFocus()

    # ---- the certificate ---------------------------------------------------------------------

    def _choose_certificate(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "选择本单位的签名证书", "", "证书 (*.p12 *.pfx)")
        if name:
            self.offer_certificate(Path(name))

    def offer_certificate(self, path: Path) -> None:
        """A certificate was chosen for the seal in the list: its passphrase is asked for, and kept nowhere."""
        seal, desk = self.list.current(), self._context.desk
        if not isinstance(seal, SealView):
            return

        def load(passphrase: str) -> None:
            self._context.ask(
                "正在载入证书…",
                lambda: desk.documents.load_certificate(seal.id, path.read_bytes(), passphrase),
                self,
                loaded,
                self._refused,
            )

        def loaded(made: Certificate) -> None:
            self.certificate.done()
            self.message.hide()
            self._context.say(f"“{seal.name}”以后用印的 PDF 由“{made.subject}”的证书签名")
            self.refresh()

        self.certificate.line.clear()
        self.certificate.ask(f"证书“{path.name}”的密码：", load, "载入")
        self.certificate.line.setPlaceholderText("证书的密码，程序不保存")

    def _ask_remove(self) -> None:
        seal, desk = self.list.current(), self._context.desk
        if not isinstance(seal, SealView) or not seal.certificate:
            return

        def removed(_n: None) -> None:
            self.reason.done()
            self.refresh()

        def remove(reason: str) -> None:
            self._context.ask(
                "正在停用…", lambda: desk.documents.remove_certificate(seal.id, reason), self, removed, self._refused
            )

        self.reason.ask(f"停用“{seal.certificate}”证书的原因：", remove, "停用")

    def _refused(self, trouble: Trouble) -> bool:
        if isinstance(trouble.error, OSError):
            self.message.tell("文件读不出来，请检查后再试。", "amber")
            return True
        lines = [trouble.message, *[problem.message for problem in trouble.problems]]
        self.message.tell("\n".join(dict.fromkeys(lines)), "amber")
        return True

    def _load(self) -> None:
        path, values, desk = self._path, self.form.values(), self._context.desk
        if path is None:
            return

        def load() -> int:
            return desk.documents.load_seal(values["name"], path.read_bytes(), float(values["diameter"]))

        def loaded(_seal_id: int) -> None:
            self.frame.hide()
            self.message.hide()
            self.form.set_values({"name": ""})
            self._context.say("印章已载入")
            self.refresh()

        def refused(trouble: Trouble) -> bool:
            if isinstance(trouble.error, OSError | ValueError):
                self.message.tell("图片读不出来，或直径不是数字。请检查后再试。", "amber")
                return True
            lines = [trouble.message, *[problem.message for problem in trouble.problems]]
            self.message.tell("\n".join(dict.fromkeys(lines)), "amber")
            return True

        self._context.ask("正在载入印章…", load, self, loaded, refused)
