"""Services asked for keep their papers, as acts of oversight do."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0010"  # numbers were given out before the order was known
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "service_scan",
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("detached_reason", sa.String(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_scan")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service_record.id"], name=op.f("fk_service_scan_service_id_service_record")
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_service_scan_attachment_id_attachment")
        ),
        sa.UniqueConstraint("service_id", "attachment_id", name=op.f("uq_service_scan_service_id_attachment_id")),
    )
    op.create_index(op.f("ix_service_scan_attachment_id"), "service_scan", ["attachment_id"])
