"""A case to its end: what the bank sends back, oversight, money recovered, the register, reviews elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _record(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade() -> None:
    op.create_table(
        "bank_return",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=False),
        sa.Column("read_by", sa.Integer(), nullable=False),
        sa.Column("voided_reason", sa.String(), nullable=True),
        *_record("bank_return"),
        _to("bank_return", "batch_id", "payment_batch"),
        _to("bank_return", "attachment_id", "attachment"),
        _to("bank_return", "read_by", "user"),
    )
    op.create_index(op.f("ix_bank_return_batch_id"), "bank_return", ["batch_id"])
    op.create_table(
        "bank_return_row",
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("payee", sa.String(), nullable=False),
        sa.Column("account_number", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("match", sa.String(), nullable=False),
        sa.Column("was", sa.String(), nullable=False),
        sa.Column("was_on", sa.Date(), nullable=True),
        sa.Column("was_reason", sa.String(), nullable=False),
        sa.Column("settled_as", sa.String(), nullable=True),
        sa.Column("settled_reason", sa.String(), nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        *_record("bank_return_row"),
        _to("bank_return_row", "return_id", "bank_return"),
        _to("bank_return_row", "line_id", "payment_line"),
        _to("bank_return_row", "settled_by", "user"),
    )
    op.create_index(op.f("ix_bank_return_row_return_id"), "bank_return_row", ["return_id"])
    op.create_index(op.f("ix_bank_return_row_line_id"), "bank_return_row", ["line_id"])
    op.create_table(
        "recovery",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("instalment_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("ordered_by", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("voided_reason", sa.String(), nullable=True),
        *_record("recovery"),
        _to("recovery", "party_id", "party"),
        _to("recovery", "instalment_id", "instalment"),
        _to("recovery", "ordered_by", "user"),
    )
    op.create_index(op.f("ix_recovery_party_id"), "recovery", ["party_id"])
    op.create_index(op.f("ix_recovery_instalment_id"), "recovery", ["instalment_id"])
    op.create_table(
        "spot_check",
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.Column("drawn_by", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("voided_reason", sa.String(), nullable=True),
        *_record("spot_check"),
        _to("spot_check", "drawn_by", "user"),
        sa.UniqueConstraint("policy", "year", "number", name=op.f("uq_spot_check_policy_year_number")),
    )
    op.create_table(
        "spot_check_pick",
        sa.Column("spot_check_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.String(), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        *_record("spot_check_pick"),
        _to("spot_check_pick", "spot_check_id", "spot_check"),
        _to("spot_check_pick", "case_id", "case"),
        sa.UniqueConstraint("spot_check_id", "case_id", name=op.f("uq_spot_check_pick_spot_check_id_case_id")),
    )
    op.create_index(op.f("ix_spot_check_pick_case_id"), "spot_check_pick", ["case_id"])
    op.create_table(
        "oversight_act",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("spot_check_id", sa.Integer(), nullable=True),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closing_words", sa.String(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("voided_reason", sa.String(), nullable=True),
        *_record("oversight_act"),
        _to("oversight_act", "party_id", "party"),
        _to("oversight_act", "case_id", "case"),
        _to("oversight_act", "spot_check_id", "spot_check"),
        _to("oversight_act", "follows_id", "oversight_act"),
        _to("oversight_act", "closed_by", "user"),
        _to("oversight_act", "entered_by", "user"),
    )
    op.create_index("ix_oversight_act_party", "oversight_act", ["party_id", "kind", "state"])
    op.create_index(op.f("ix_oversight_act_case_id"), "oversight_act", ["case_id"])
    op.create_table(
        "oversight_scan",
        sa.Column("act_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("detached_reason", sa.String(), nullable=True),
        *_record("oversight_scan"),
        _to("oversight_scan", "act_id", "oversight_act"),
        _to("oversight_scan", "attachment_id", "attachment"),
        sa.UniqueConstraint("act_id", "attachment_id", name=op.f("uq_oversight_scan_act_id_attachment_id")),
    )
    op.create_index(op.f("ix_oversight_scan_attachment_id"), "oversight_scan", ["attachment_id"])
    op.create_table(
        "case_consultation",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("bureau", sa.String(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("voided_reason", sa.String(), nullable=True),
        *_record("case_consultation"),
        _to("case_consultation", "case_id", "case"),
        _to("case_consultation", "document_id", "document"),
        _to("case_consultation", "attachment_id", "attachment"),
        _to("case_consultation", "entered_by", "user"),
    )
    op.create_index(op.f("ix_case_consultation_case_id"), "case_consultation", ["case_id"])
