"""实习见习: interns and trainees of a school or a company, from its lists or typed one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import Field
from caseworker.desktop.listview import Act
from caseworker.desktop.screens.dossier_entry import Entry, Values
from caseworker.desktop.screens.dossier_register import Register, Void
from caseworker.desktop.tables import Column, PagedTableModel
from caseworker.errors import Problem
from caseworker.services.record_views import InternForm, InternRow
from caseworker.services.views import Page, Role

EDUCATIONS = (("", "（不填）"), ("secondary", "中等职业学校"), ("higher", "高等院校"))

COLUMNS: tuple[Column[InternRow], ...] = (
    Column("姓名", lambda row: row.name, "name", width=6),
    Column("证件号码", lambda row: row.id_masked, width=12),
    Column("院校", lambda row: row.school, "school", width=10, stretch=True),
    Column("学历层次", lambda row: row.education_name, width=6),
    Column("实习起", lambda row: row.intern_from, "intern_from", width=7),
    Column("实习止", lambda row: row.intern_to, "intern_to", width=7),
    Column("留用自", lambda row: row.hired_from, "hired_from", width=7),
    Column("留用至", lambda row: row.hired_to, "hired_to", width=7),
    Column("来自", lambda row: "手工登记" if row.import_id is None else "导入名单", width=5),
)
FIELDS = (
    Field("name", "姓名", required=True, width=12),
    Field("id_number", "证件号码", required=True, width=18),
    Field("school", "院校", width=30),
    Field("education", "学历层次", "choice", options=EDUCATIONS, width=12),
    Field("intern_from", "实习起", "date", width=12),
    Field("intern_to", "实习止", "date", width=12, hint="仍在实习的不填"),
    Field("hired_from", "留用自", "date", width=12, hint="未留用的不填"),
    Field("hired_to", "留用至", "date", width=12, hint="仍在职的不填"),
    Field("id_accepted_reason", "号码说明", width=30, hint="校验位不符仍予采用的原因"),
)
PAIRS = (
    ("intern_from", "intern_to", "实习止日早于实习起日。"),
    ("hired_from", "hired_to", "留用止日早于留用起日。"),
)


class DossierInterns(QWidget):
    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__()
        self._context = context
        self._party_id = party_id

        def fetch(offset: int, limit: int, sort: str | None, descending: bool, search: str) -> Page[InternRow]:
            return context.desk.records.internships(
                party_id, search, offset, limit, sort=sort or "name", descending=descending
            )

        may = context.may(Role.CASEWORKER)
        self.entry = (
            Entry(
                context, f"party/{party_id}/intern", "登记一名实习（见习）人员", FIELDS, self._save, check=check,
                start=lambda: {"education": ""}, note="成批的名单从“导入”读入，不必逐个登记。",
            )
            if may
            else None
        )  # fmt: skip
        bring = Act("导入实习名单…", lambda: context.go("import", party_id), "import", needs_row=False, button=True)
        desk = context.desk
        self.register = Register(
            context,
            party_id,
            PagedTableModel(COLUMNS, fetch, context.ask, self, sort="name"),
            "dossier-interns",
            empty="还没有实习见习人员。院校或企业交来的名单从“导入”读入，个别的可以在这里登记。",
            entry=self.entry,
            add="登记实习人员",
            void=Void(
                lambda row: f"{row.name}的实习", lambda row, why: lambda: desk.records.void_internship(row.id, why)
            )
            if may
            else None,
            filter_hint="按姓名、拼音首字母、院校或证件号码筛选",
            acts=(bring,) if may else (),
        )
        self.register.changed.connect(self.refresh)
        self.register.list.opened.connect(lambda row: context.go("person", f"{party_id}/{row.person_id}"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.register)
        self.setFocusProxy(self.register)

    def refresh(self) -> None:
        self.register.list.refresh()

    def _save(self, values: Values) -> Callable[[], Any]:
        desk, key = self._context.desk, self._party_id
        form = InternForm(**{**values, "education": values["education"] or ""})
        return lambda: desk.records.add_internship(key, form)

    def main_act(self) -> None:
        self.register.main_act()

    def keep(self) -> None:
        self.register.keep()


def check(values: Values) -> tuple[Problem, ...]:
    """What is wrong between fields; the number itself the services check."""
    return tuple(
        Problem(later, words)
        for earlier, later, words in PAIRS
        if values[earlier] is not None and values[later] is not None and values[later] < values[earlier]
    )
