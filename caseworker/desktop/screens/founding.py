"""新建机构: one page with all that an office is founded with, then its recovery key, shown once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from caseworker.desktop.fields import Field
from caseworker.desktop.forms import Form
from caseworker.desktop.operations import Runner, Trouble
from caseworker.desktop.parts import Message, button, card, label, rule, scrolled
from caseworker.desktop.screens.founding_key import KeyPage
from caseworker.desktop.screens.founding_users import UserRows
from caseworker.errors import InvalidInput, Problem
from caseworker.services import (
    OFFICE_SUFFIX,
    FoundingCheck,
    NewOffice,
    NewUser,
    bundled_packs,
    check_founding,
    create_office,
)

FIELDS = (
    Field("name", "机构名称", required=True, hint="发文机关全称，印在文书抬头", width=26),
    Field("letter_name", "机关代字", required=True, hint="文号用，如 寻客办字", width=16),
    Field("region", "行政区域", required=True, hint="如 江西省寻乌县", width=26),
    Field("reconsider_by", "复议机关", required=True, hint="受理行政复议，如 寻乌县人民政府", width=26),
    Field("contact", "联系人", required=True, hint="印在通知书上", width=16),
    Field("phone", "联系电话", required=True, hint="如 0797-2831234", width=16),
    Field("address", "地址", required=True, hint="收取材料的地址", width=26),
)
FILE_FIELD = (Field("file", "机构文件", required=True, width=60),)


class FoundingScreen(QWidget):
    """`founded` comes with the file and the administrator's login, once the key is said to be safe."""

    founded = Signal(object, str)  # Path, login
    gave_up = Signal()

    def __init__(self, runner: Runner) -> None:
        super().__init__()
        self.setObjectName("screen")
        self._runner = runner
        self._busy = False
        self._read: tuple[str, ...] = ()  # the warnings that the clerk has seen
        self.key: KeyPage | None = None
        self.form = Form(FIELDS, columns=2)
        self.form.submitted.connect(self.found)
        self.form.changed.connect(self._name_file)
        self.file_form = Form(FILE_FIELD)
        self.file_form.submitted.connect(self.found)
        self.policies: dict[str, QCheckBox] = {}
        self.two_persons = QCheckBox("两人办理：复核与决定由同一人办，文书和日志会写明（人手不足时才用）")
        self.users = UserRows()
        self.users.submitted.connect(self.found)
        self.message = Message(closable=False)
        self.enter = button("建立机构", self.found, role="primary")
        self._policy_error = label("", "error")
        self._policy_error.hide()
        self._pages = QStackedWidget()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)
        self._scroll = scrolled(self._page())
        self._pages.addWidget(self._whole())
        self.setFocusProxy(self.form.fields["name"].editor)
        documents = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        self._folder = documents if documents.is_dir() else Path.home()
        self._own_file = False  # the clerk chose a file; until then it follows the office's name
        self.file_form.changed.connect(self._file_typed)
        self._name_file()

    # ---- the page ------------------------------------------------------------------------

    def _page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(32, 20, 32, 20)
        column.setSpacing(12)
        column.addWidget(label("新建机构", "page"))
        column.addWidget(label("由管理员办一次。带 * 的必填；资料以后可在“设置—本机构”里修改。", "quiet", wrap=True))

        frame, inner = card()
        inner.addWidget(label("一、机构资料", "section"))
        inner.addWidget(self.form)
        row = QHBoxLayout()
        row.addWidget(self.file_form, 1)
        row.addWidget(button("选择…", self._choose), 0, Qt.AlignmentFlag.AlignTop)
        inner.addLayout(row)
        column.addWidget(frame)

        frame, inner = card()
        inner.addWidget(label("二、办理哪些政策", "section"))
        for pack in bundled_packs():
            box = QCheckBox(f"{pack.title}（{pack.document_number}）")
            self.policies[pack.id] = box
            inner.addWidget(box)
        inner.addWidget(self._policy_error)
        column.addWidget(frame)

        frame, inner = card()
        inner.addWidget(label("三、首批用户", "section"))
        inner.addWidget(
            label("第一行是管理员。提出、复核、决定要由不同的人办。空行不算，以后可以再添加。", "quiet", wrap=True)
        )
        inner.addWidget(self.users)
        inner.addWidget(self.two_persons)
        column.addWidget(frame)

        column.addStretch(1)
        return page

    def _whole(self) -> QWidget:
        """The page with what is to be done below it, always in sight."""
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scroll, 1)
        column.addWidget(rule())
        foot = QVBoxLayout()
        foot.setContentsMargins(32, 12, 32, 12)
        foot.setSpacing(8)
        foot.addWidget(self.message)
        row = QHBoxLayout()
        row.addWidget(self.enter)
        self.back = button("返回登录", self.gave_up.emit)
        row.addWidget(self.back)
        row.addStretch(1)
        foot.addLayout(row)
        column.addLayout(foot)
        return whole

    def _name_file(self) -> None:
        if not self._own_file:
            name = str(self.form.values()["name"]) or "机构"
            clean = "".join(letter for letter in name if letter not in '\\/:*?"<>|')
            self.file_form.set_values({"file": str(self._folder / f"{clean}{OFFICE_SUFFIX}")})

    def _file_typed(self) -> None:
        self._own_file = True

    def _choose(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self,
            "机构文件放在哪里",
            str(self.file_form.values()["file"]),
            f"机构文件 (*{OFFICE_SUFFIX})",
            options=QFileDialog.Option.DontConfirmOverwrite,  # an existing file is refused, never written over
        )
        if name:
            self.choose(Path(name))

    def choose(self, path: Path) -> None:
        if path.suffix != OFFICE_SUFFIX:
            path = path.with_name(path.name + OFFICE_SUFFIX)
        self._own_file = True
        self.file_form.set_values({"file": str(path)})

    # ---- founding ------------------------------------------------------------------------

    def _office(self) -> NewOffice:
        values: dict[str, Any] = self.form.values()
        chosen = tuple(policy for policy, box in self.policies.items() if box.isChecked())
        return NewOffice(**values, policies=chosen, two_person_mode=self.two_persons.isChecked())

    def found(self) -> None:
        """Checks everything; founds when nothing is wrong and its warnings were read once."""
        if self._busy or self.key is not None:
            return
        self.form.settle()
        self.file_form.settle()
        path, office, users = Path(self.file_form.values()["file"]), self._office(), self.users.users()
        self._begin("正在核对…")
        self._runner.ask(
            "正在核对机构资料…",
            lambda: check_founding(path, office, users),
            self,
            lambda found: self._checked(found, path, office, users),
            self._trouble,
        )

    def _checked(self, found: FoundingCheck, path: Path, office: NewOffice, users: list[NewUser]) -> None:
        self._show_problems(found.problems)
        if found.problems:
            self._end()
            self.message.tell(f"还有 {len(found.problems)} 处要改，见各处的红字。机构文件还没有建立。", "amber")
            return
        if found.warnings and found.warnings != self._read:
            self._read = found.warnings
            self._end()
            again = "如确认这样建立，请再点一次“建立机构”。"
            self.message.tell("\n".join((*found.warnings, again)), "amber")
            return
        self._begin("正在建立…")
        self._runner.ask(
            "正在建立机构文件…",
            lambda: create_office(path, office, users),
            self,
            lambda key: self._made(key, path, office, users[0]),
            self._trouble,
        )

    def _made(self, key: str, path: Path, office: NewOffice, founder: NewUser) -> None:
        self._end()
        self.users.forget()
        self.key = KeyPage(self._runner, office.name.strip(), path, key)
        self.key.safe.connect(lambda: self.founded.emit(path, founder.login))
        self._pages.addWidget(scrolled(self.key))
        self._pages.setCurrentIndex(1)
        self.key.begin()

    @property
    def key_unsafe(self) -> bool:
        """The office is founded or being founded, and nobody has said yet that its key is on paper."""
        return self._busy if self.key is None else not self.key.kept.isChecked()

    def _show_problems(self, problems: tuple[Problem, ...]) -> None:
        wrong = [problem.message for problem in problems if problem.path == "policies"]
        self._policy_error.setText("\n".join(wrong))
        self._policy_error.setVisible(bool(wrong))
        # from the foot upwards, since each takes the focus to its first wrong field
        self.users.show_problems(tuple(problem for problem in problems if problem.path.startswith("users.")))
        self.file_form.show_problems(tuple(problem for problem in problems if problem.path == "file"))
        self.form.show_problems(tuple(problem for problem in problems if problem.path in self.form.fields))
        focused = self.focusWidget()
        if problems and focused is not None:
            self._scroll.ensureWidgetVisible(focused)

    def _trouble(self, trouble: Trouble) -> bool:
        self._end()
        if isinstance(trouble.error, InvalidInput):
            self._show_problems(trouble.problems)
        self.message.tell(trouble.message, "red" if trouble.kind in ("environment", "bug") else "amber")
        return True

    def _begin(self, words: str) -> None:
        self._busy = True
        self.message.hide()
        self.enter.setEnabled(False)
        self.back.setEnabled(False)  # nobody walks away from an office being made: its key would never be shown
        self.enter.setText(words)

    def _end(self) -> None:
        self._busy = False
        self.enter.setEnabled(True)
        self.back.setEnabled(True)
        self.enter.setText("建立机构")

    def start(self) -> None:
        editor = self.form.fields["name"].editor
        assert isinstance(editor, QLineEdit)
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
