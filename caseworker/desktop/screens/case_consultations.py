"""协查: what other bureaus were asked about a case, what they answered, and the reviews they gave on paper."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.listview import Act, ListView
from caseworker.desktop.parts import label
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.services.consultation_views import ConsultationRow
from caseworker.services.views import Role

TONES = {"draft": "quiet", "asked": "amber", "answered": "green", "given": "green", "voided": "quiet"}
_AGAINST = {"denied", "differs", "disagreed", "reserved"}
_NONE = "本件还没有协查函和部门意见。需要税务、人社、财政等核实的，可以起草协查函。"
_KEYS = (
    "Ctrl+N 起草　Enter 打开：预览、发出、登记回函　与申报不符的回函和不同意的意见列在“核查”页，提交初审前须写明理由"
)


def state_words(row: ConsultationRow) -> str:
    return f"{row.state_name} 逾期" if row.overdue else row.state_name


def state_tone(row: ConsultationRow) -> str:
    return "red" if row.overdue else TONES[row.state]


def outcome_tone(row: ConsultationRow) -> str:
    if row.state == "voided" or not row.outcome_name:
        return "quiet"
    return "amber" if row.outcome in _AGAINST else "green"


def outcome_words(row: ConsultationRow) -> str:
    return f"{row.outcome_name} {row.against} 项" if row.against and row.state == "answered" else row.outcome_name


COLUMNS: tuple[Column[ConsultationRow], ...] = (
    Column("类型", lambda row: row.kind_name, "kind_name", width=7),
    Column("单位", lambda row: row.bureau, "bureau", width=13, stretch=True),
    Column("状态", state_words, "state", width=7, tone=state_tone),
    Column("结果", outcome_words, None, width=7, tone=outcome_tone),
    Column("期限", lambda row: row.due_on, "due_on", width=6),
    Column("收到", lambda row: row.answered_on, "answered_on", width=6),
    Column("文号", lambda row: row.letter_number, None, width=11),
    Column("发函", lambda row: row.asked_on, "asked_on", width=6),
    Column("扫描件", lambda row: row.papers or None, None, RIGHT, width=4),
)


class CaseConsultations(QWidget):
    def __init__(self, context: Context, case_id: int) -> None:
        super().__init__()
        self._context = context
        self._case_id = case_id
        acts = (
            (
                Act("起草协查函…", self.ask_bureau, "add", needs_row=False, button=True),
                Act("登记部门意见…", self.enter_review, needs_row=False, button=True),
            )
            if context.may(Role.CASEWORKER)
            else ()
        )
        model = PagedTableModel(COLUMNS, listed((), COLUMNS), context.ask, self)
        self.list = ListView(model, "case-consultations", empty=_NONE, acts=acts, filter_hint=None)
        self.list.opened.connect(lambda row: context.go("consultation", row.id))
        if acts:
            draft = QShortcut(QKeySequence("Ctrl+N"), self)
            draft.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            draft.activated.connect(self.ask_bureau)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.list, 1)
        column.addWidget(label(_KEYS, "quiet", wrap=True))
        self.setFocusProxy(self.list)

    def refresh(self) -> None:
        desk, key = self._context.desk, self._case_id
        self._context.ask("正在读取协查…", lambda: desk.consultations.of_case(key), self, self._show)

    def _show(self, rows: tuple[ConsultationRow, ...]) -> None:
        self.list.model.set_provider(listed(rows, COLUMNS))

    def ask_bureau(self) -> None:
        self._context.go("inquiry-entry", self._case_id)

    def enter_review(self) -> None:
        self._context.go("review-entry", self._case_id)
