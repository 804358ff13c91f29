"""The bureau's own workbooks, an office's own sentences, and the certificate that goes with a seal."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"
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
        "workbook_template",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("header_row", sa.Integer(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("retired_reason", sa.String(), nullable=False),
        *_record("workbook_template"),
        _to("workbook_template", "attachment_id", "attachment"),
        _to("workbook_template", "added_by", "user"),
    )
    op.create_table(
        "own_wording",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("instead_of", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        *_record("own_wording"),
        _to("own_wording", "set_by", "user"),
    )
    op.create_index(op.f("ix_own_wording_kind"), "own_wording", ["kind"])
    with op.batch_alter_table("document") as batch:
        batch.add_column(sa.Column("wording_id", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("seal") as batch:
        batch.add_column(sa.Column("certificate_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("certificate_name", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("certificate_until", sa.Date(), nullable=True))
        batch.create_foreign_key(op.f("fk_seal_certificate_id_attachment"), "attachment", ["certificate_id"], ["id"])
