"""协查函 and reviews by other bureaus: what each was asked, its answer line by line, and the scans of the replies."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
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
    with op.batch_alter_table("case_consultation") as batch:  # nothing was ever written to it
        batch.drop_constraint("fk_case_consultation_attachment_id_attachment", type_="foreignkey")
        batch.drop_column("attachment_id")  # a reply may be scanned in several files: consultation_scan
        batch.add_column(sa.Column("form", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("reply_number", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("answered_by", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_case_consultation_answered_by_user"), "user", ["answered_by"], ["id"])
    op.create_table(
        "consultation_line",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        *_record("consultation_line"),
        _to("consultation_line", "consultation_id", "case_consultation"),
        _to("consultation_line", "document_id", "document"),
        _to("consultation_line", "person_id", "person"),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_consultation_line_document_id_number")),
    )
    op.create_index(op.f("ix_consultation_line_consultation_id"), "consultation_line", ["consultation_id"])
    op.create_index(op.f("ix_consultation_line_person_id"), "consultation_line", ["person_id"])
    op.create_table(
        "consultation_scan",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("detached_reason", sa.String(), nullable=True),
        *_record("consultation_scan"),
        _to("consultation_scan", "consultation_id", "case_consultation"),
        _to("consultation_scan", "attachment_id", "attachment"),
    )
    op.create_index(op.f("ix_consultation_scan_consultation_id"), "consultation_scan", ["consultation_id"])
    op.create_index(op.f("ix_consultation_scan_attachment_id"), "consultation_scan", ["attachment_id"])
