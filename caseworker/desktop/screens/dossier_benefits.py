"""其他补助: what other policies already paid for the same matter, to the party or for one person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from caseworker.desktop.context import Context
from caseworker.desktop.fields import Field
from caseworker.desktop.picks import Answer, PickEdit, narrowed
from caseworker.desktop.screens.dossier_entry import SOURCE, Entry, Values, source_of
from caseworker.desktop.screens.dossier_register import Register, Void
from caseworker.desktop.tables import RIGHT, Column, PagedTableModel, listed
from caseworker.errors import Problem
from caseworker.services.record_views import BenefitForm, BenefitRow
from caseworker.services.views import Role
from caseworker.values.money import Money

MOST_NAMED = 12

COLUMNS: tuple[Column[BenefitRow], ...] = (
    Column("补助名称", lambda row: row.title, "title", width=12, stretch=True),
    Column("金额（元）", lambda row: row.amount, "amount", RIGHT, width=8),
    Column("发放日期", lambda row: row.granted_on, "granted_on", width=7),
    Column("与哪一事项同一内容", lambda row: row.clause_title, "clause_title", width=12, stretch=True),
    Column("人员", lambda row: row.person, "person", width=5),
    Column("依据材料", lambda row: row.source, "source", width=10, stretch=True),
    Column("扫描件", lambda row: row.paper[1] if row.paper else "", "paper", width=6),
)


class DossierBenefits(QWidget):
    def __init__(self, context: Context, party_id: int) -> None:
        super().__init__()
        self._context = context
        self._party_id = party_id
        self._clauses: tuple[tuple[tuple[str, str], str], ...] = ()
        may = context.may(Role.CASEWORKER)
        fields = (
            Field("title", "补助名称", required=True, width=30, hint="如 省级服务外包奖励"),
            Field("clause", "与哪一事项同一内容", "own", required=True, width=36, make=self._clause_picker),
            Field("amount", "金额", "number", "元", required=True, width=12),
            Field("person", "人员", "own", width=24, make=self._person_picker),
            Field("granted_on", "发放日期", "date", required=True, width=12),
            SOURCE,
        )
        self.entry = (
            Entry(
                context, f"party/{party_id}/benefit", "登记其他补助", fields, self._save, check=check,
                note="同一事项按“从新、从优、从高，不重复享受”扣减或不予；只属于某一人的，写明人员。",
            )
            if may
            else None
        )  # fmt: skip
        desk = context.desk
        self.register = Register(
            context,
            party_id,
            PagedTableModel(COLUMNS, listed((), COLUMNS), context.ask, self, sort="granted_on", descending=True),
            "dossier-benefits",
            empty="没有登记其他补助。别的政策已就同一事项给过的钱登记在这里，测算时自动扣减。",
            entry=self.entry,
            add="登记其他补助",
            void=Void(
                lambda row: f"{row.title} {row.amount.shown()} 元",
                lambda row, why: lambda: desk.records.void_benefit(row.id, why),
            )
            if may
            else None,
            paper=lambda row: row.paper,
        )
        self.register.changed.connect(self.refresh)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.register)
        self.setFocusProxy(self.register)

    def refresh(self) -> None:
        desk, key = self._context.desk, self._party_id
        self._context.ask(
            "正在读取…", lambda: (desk.records.benefits(key), desk.cases.clauses_for(key)), self, self._show
        )

    def _show(self, read: tuple[tuple[BenefitRow, ...], tuple[tuple[str, str, str, str, str], ...]]) -> None:
        rows, clauses = read
        self._clauses = tuple(
            ((policy, clause), f"{number} {title}（{policy_title}）")
            for policy, policy_title, clause, number, title in clauses
        )
        self.register.list.model.set_provider(listed(rows, COLUMNS))

    # ---- choosing ---------------------------------------------------------------------------

    def _clause_picker(self) -> PickEdit:
        def look(text: str, answer: Answer) -> None:
            answer(narrowed(self._clauses, text))

        return PickEdit(look, hint="输入几个字，↓ 列出全部", missing="请从列出的事项中选择。")

    def _person_picker(self) -> PickEdit:
        def look(text: str, answer: Answer) -> None:
            desk, key = self._context.desk, self._party_id

            def people() -> tuple[tuple[Any, str], ...]:
                rows = desk.dossiers.people(key, text, limit=MOST_NAMED).rows
                return tuple(dict.fromkeys((row.id, f"{row.name}　{row.id_masked}") for row in rows))

            self._context.ask("正在查找人员…", people, self, answer)

        return PickEdit(look, hint="可不填；姓名或拼音首字母", missing="请从列出的人员中选择，或清空。")

    # ---- saving -----------------------------------------------------------------------------

    def _save(self, values: Values) -> Callable[[], Any]:
        desk, key = self._context.desk, self._party_id
        (policy, clause), (source, paper) = values["clause"], source_of(values)
        form = BenefitForm(
            policy=policy, clause=clause, title=values["title"], amount=values["amount"],
            granted_on=values["granted_on"], source=source, person_id=values["person"],
        )  # fmt: skip
        return lambda: desk.records.add_benefit(key, form, paper=paper)

    def main_act(self) -> None:
        self.register.main_act()

    def keep(self) -> None:
        self.register.keep()


def check(values: Values) -> tuple[Problem, ...]:
    """Whether the amount is one."""
    text = values["amount"]
    if not text:
        return ()
    try:
        good = Money.parse(text).fen > 0
    except ValueError:
        good = False
    return () if good else (Problem("amount", "金额请写成大于零的数字，最多两位小数。"),)
