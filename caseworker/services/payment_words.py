"""How batches and their payments are named wherever a clerk reads of them."""

from __future__ import annotations

from caseworker.store.models import PaymentBatch

BATCH_NAMES = {"ordered": "已报拨款", "settled": "已办结", "voided": "已作废"}
LINE_NAMES = {"ordered": "已报拨款", "paid": "已拨付", "returned": "退回"}


def shown_number(batch: PaymentBatch) -> str:
    return f"{batch.year}年第{batch.number}批"
