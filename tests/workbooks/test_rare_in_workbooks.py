"""The nine rare characters in a name, in every workbook: read from the cells as they were written."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from caseworker.values.money import Money
from caseworker.workbooks import (
    Column,
    PaymentLine,
    PaymentList,
    PeopleList,
    PersonLine,
    payment_list,
    people_list,
    table_workbook,
)
from caseworker.workbooks.book import write
from caseworker.workbooks.ledgers import About, FundRow, LedgerLine, fund_tables, ledger_table, summary_tables
from caseworker.workbooks.ledgers import SummaryLine as Summary

NAME = "张䶮㛃𬭚𠅤𡈼㼆䲜𫖯𬍛"
DAY = date(2023, 9, 5)
ZERO = Money.zero()
ABOUT = About(NAME, DAY, NAME, NAME)


def written(*tables: object) -> bytes:
    out = io.BytesIO()
    write(tables, out)  # type: ignore[arg-type]
    return out.getvalue()


BOOKS = {
    "payment-list": lambda: payment_list(
        PaymentList(NAME, NAME, DAY, (PaymentLine(NAME, "x", "x", "x", "1", "1", Money(1), NAME, "x", "1", "1"),))
    ),
    "people": lambda: people_list(PeopleList(NAME, NAME, DAY, NAME, (PersonLine(NAME, "140202198501011234"),))),
    "table": lambda: table_workbook(NAME, [Column("姓名")], [[NAME]]),
    "summary": lambda: written(*summary_tables(ABOUT, 2023, [Summary("二", NAME, "x", (ZERO,) * 4, ZERO, ZERO, 1)])),
    "fund": lambda: written(*fund_tables(ABOUT, [FundRow(2023, Money(9), Money(1), ZERO, ZERO, NAME)])),
    "ledger": lambda: written(
        ledger_table(
            ABOUT,
            NAME,
            [LedgerLine("1", NAME, "x", "x", "x", DAY, "x", "x", NAME, None, "x", None, ZERO, None)],
        )
    ),
}


@pytest.mark.parametrize("kind", BOOKS)
def test_a_rare_name_stands_in_the_cell_as_it_was_written(kind: str) -> None:
    book = load_workbook(io.BytesIO(BOOKS[kind]()))
    values = [cell.value for sheet in book for row in sheet for cell in row if isinstance(cell.value, str)]
    assert NAME in values
    assert not [value for value in values if "\ufffd" in value or "_x" in value]
