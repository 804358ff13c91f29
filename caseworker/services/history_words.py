"""How the history of what a dossier keeps reads: the name of the thing, with its values as the dossier shows them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.policy import FactField, Packs
from caseworker.services import recovery_rows
from caseworker.services.fact_values import fact_schema, person_schema, show_value
from caseworker.services.oversight_kinds import BY_ID as ACT_KINDS
from caseworker.services.oversight_kinds import ActKind, state_name
from caseworker.services.record_kinds import BY_ID
from caseworker.services.record_people import EDUCATION_NAMES
from caseworker.services.service_records import STATES as SERVICE_STATES
from caseworker.store.models import (
    Internship,
    OtherBenefit,
    OversightAct,
    PartyFact,
    PartyRecord,
    Person,
    PersonFact,
    Recovery,
    ServiceRecord,
)
from caseworker.values.masking import mask_id_number
from caseworker.values.money import Money

Kept = PartyFact | PartyRecord | PersonFact | Internship | OtherBenefit | OversightAct | Recovery | ServiceRecord
KEPT: tuple[Any, ...] = (
    PartyFact,
    PartyRecord,
    PersonFact,
    Internship,
    OtherBenefit,
    OversightAct,
    Recovery,
    ServiceRecord,
)
_SOME = 900  # keys a query
_COMMON = {"valid_from": "起始日期", "year": "年度", "source": "证明材料", "voided_reason": "作废原因"}
_INTERN = {
    "school": "院校", "education": "学历层次", "intern_from": "实习起", "intern_to": "实习止",
    "hired_from": "留用自", "hired_to": "留用至", "voided_reason": "作废原因",
}  # fmt: skip
_BENEFIT = {
    "title": "其他渠道补助", "amount": "金额", "granted_on": "发放日期", "source": "证明材料",
    "voided_reason": "作废原因",
}  # fmt: skip
_RECOVERY = {
    "amount": "追回金额", "reason": "追回理由", "due_on": "缴回期限", "received": "实收", "received_on": "收到日期",
    "state": "追回状态", "voided_reason": "作废原因",
}  # fmt: skip


class HistoryWords:
    """Words for rows of one dossier; the names of people are read at once."""

    def __init__(self, session: Session, packs: Packs, rows: Sequence[Kept]) -> None:
        self._facts = fact_schema(packs)
        self._person_facts = person_schema(packs)
        people = sorted({row.person_id for row in rows if isinstance(row, PersonFact | Internship)})
        self._names: dict[int, str] = {}
        self._accepted: dict[int, str] = {}  # numbers taken in spite of a doubt, with the reason
        for start in range(0, len(people), _SOME):
            some = people[start : start + _SOME]
            columns = (Person.id, Person.name, Person.id_number, Person.id_accepted_reason)
            for key, name, number, accepted in session.execute(select(*columns).where(Person.id.in_(some))):
                self._names[key] = name
                if accepted:
                    self._accepted[key] = f"（{mask_id_number(number)}，号码说明：{accepted}）"

    def main_column(self, row: Kept) -> str:
        """The column that says what the row is."""
        match row:
            case PartyRecord():
                return "data"
            case Internship():
                return "person_id"
            case OtherBenefit() | OversightAct():
                return "title"
            case Recovery():
                return "amount"
            case ServiceRecord():
                return "request"
        return "value"

    def of(self, row: Kept) -> tuple[dict[str, str], Callable[[str, Any], str]]:
        """The columns that are shown, by name, and how each value reads."""
        match row:
            case PartyFact():
                return self._fact(self._facts.get(row.name), row.name)
            case PersonFact():
                field = self._person_facts.get(row.name)
                label = row.name if field is None else field.label
                return self._fact(field, f"{self._names.get(row.person_id, '')}的{label}")
            case PartyRecord():
                return self._record(row.kind)
            case Internship():
                return {"person_id": "实习", **_INTERN}, self._intern
            case OversightAct():
                return self._act(ACT_KINDS[row.kind])
            case Recovery():
                return _RECOVERY, _recovery
            case ServiceRecord():
                return self._service(row)
        return _BENEFIT, lambda name, value: f"{Money(value).shown()} 元" if _fen(name, value) else plain_words(value)

    @staticmethod
    def _fact(field: FactField | None, label: str) -> tuple[dict[str, str], Callable[[str, Any], str]]:
        if field is not None and label == field.name:
            label = field.label

        def show(name: str, value: Any) -> str:
            if name == "value" and isinstance(value, dict) and set(value) == {"value"}:
                return show_value(field, value["value"])
            return plain_words(value)

        return {"value": label, **_COMMON}, show

    @staticmethod
    def _record(kind: str) -> tuple[dict[str, str], Callable[[str, Any], str]]:
        known = BY_ID.get(kind)

        def show(name: str, value: Any) -> str:
            if name != "data" or not isinstance(value, dict) or known is None:
                return plain_words(value)
            said = [(field, value[field.name]) for field in known.fields if value.get(field.name) is not None]
            return "，".join(f"{field.label} {show_value(field, one)}" for field, one in said)

        return {"data": kind if known is None else known.label, **_COMMON}, show

    @staticmethod
    def _act(kind: ActKind) -> tuple[dict[str, str], Callable[[str, Any], str]]:
        labels = {
            "title": kind.name, "words": kind.words, "happened_on": kind.day, "due_on": kind.due_name or "期限",
            "data": "其他内容",
            "state": "状态", "closing_words": "办理结果", "closed_on": "办结日期", "voided_reason": "作废原因",
        }  # fmt: skip

        def show(name: str, value: Any) -> str:
            if name == "data":
                return act_data_words(kind, value)
            return state_name(kind, value) if name == "state" and value else plain_words(value)

        return labels, show

    @staticmethod
    def _service(row: ServiceRecord) -> tuple[dict[str, str], Callable[[str, Any], str]]:
        labels = {
            "request": f"服务事项 {row.number}", "requested_on": "申请日期", "handling": "办理情况",
            "handled_on": "办理日期", "state": "状态",
        }  # fmt: skip
        return labels, lambda name, value: SERVICE_STATES.get(value, "") if name == "state" else plain_words(value)

    def _intern(self, name: str, value: Any) -> str:
        if name == "person_id" and isinstance(value, int):
            return self._names.get(value, str(value)) + self._accepted.get(value, "")
        return EDUCATION_NAMES.get(value, plain_words(value)) if name == "education" else plain_words(value)


def act_data_words(kind: ActKind, value: Any) -> str:
    """What an act says besides its words: its fields, and of a review its criteria."""
    if not isinstance(value, dict):
        return plain_words(value)
    said = [
        f"{field.label} {show_value(field, value[field.name])}"
        for field in kind.fields
        if value.get(field.name) not in (None, "")
    ]
    said += [f"{one['name']} {one['points']}/{one['full']}" for one in value.get("criteria") or ()]
    return "，".join(said) or "（空）"


def _recovery(name: str, value: Any) -> str:
    if name in ("amount", "received") and isinstance(value, int):
        return f"{Money(value).shown()} 元"
    return recovery_rows.STATES.get(value, plain_words(value)) if name == "state" else plain_words(value)


def _fen(name: str, value: Any) -> bool:
    return name == "amount" and isinstance(value, int)


def plain_words(value: Any) -> str:
    """A value that no fact's type explains."""
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Money):
        return f"{value.shown()} 元"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict) and set(value) == {"value"}:
        return plain_words(value["value"])
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
