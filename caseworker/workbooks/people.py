"""人员名单: the persons behind a payment or a count, one row each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.values.daxie import in_words
from caseworker.values.masking import mask_id_number
from caseworker.values.money import Money
from caseworker.workbooks.book import build
from caseworker.workbooks.sheet import Column, ColumnKind, Frame, Table, Value, chinese_date


@dataclass(frozen=True, slots=True)
class PersonLine:
    name: str
    id_number: str
    item: str = ""  # what counted: months, level, seat
    amount: Money | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class PeopleList:
    """`masked` hides the middle of ID numbers (6 + 8 stars + 4), as whatever is posted or leaves the office needs."""

    title: str
    office: str
    day: date
    party: str
    people: tuple[PersonLine, ...]
    masked: bool = True
    with_amounts: bool = True
    prepared_by: str = ""
    reviewed_by: str = ""
    approved_by: str = ""
    sheet_name: str = "人员名单"


def people_list(listing: PeopleList) -> bytes:
    """The 人员名单 as .xlsx bytes."""
    table = people_table(listing)
    return build(table.frame, table.columns, table.rows)


def people_table(listing: PeopleList) -> Table:
    """The 人员名单 as a sheet; the amounts column (with live 合计 and 大写) only `with_amounts`."""
    columns = [Column("姓名"), Column("身份证号码"), Column("事项"), Column("备注")]
    if listing.with_amounts:
        columns.insert(3, Column("金额", ColumnKind.MONEY, total=True))
    rows: list[list[Value]] = []
    total = Money.zero()
    for person in listing.people:
        number = mask_id_number(person.id_number) if listing.masked else person.id_number
        row: list[Value] = [person.name, number, person.item, person.remark]
        if listing.with_amounts:
            row.insert(3, person.amount)
            total += person.amount if person.amount is not None else Money.zero()
        rows.append(row)
    frame = Frame(
        title=listing.title,
        unit_line=f"单位名称：{listing.party}",
        date_line=chinese_date(listing.day),
        measure="单位：元" if listing.with_amounts else f"共 {len(rows)} 人",
        words_line=f"合计（大写）：{in_words(total)}" if listing.with_amounts else "",
        signatures=(
            ("制表人", listing.prepared_by),
            ("复核人", listing.reviewed_by),
            ("审核人", listing.approved_by),
        ),
        sheet_name=listing.sheet_name,
    )
    return Table(frame, columns, rows)
