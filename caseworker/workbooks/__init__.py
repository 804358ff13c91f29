"""Excel out for the finance bureau. Plain data in, .xlsx bytes out."""

from caseworker.workbooks.payments import PaymentLine, PaymentList, payment_list
from caseworker.workbooks.people import PeopleList, PersonLine, people_list
from caseworker.workbooks.sheet import Column, ColumnKind
from caseworker.workbooks.tables import table_workbook

__all__ = [
    "Column",
    "ColumnKind",
    "PaymentLine",
    "PaymentList",
    "PeopleList",
    "PersonLine",
    "payment_list",
    "people_list",
    "table_workbook",
]
