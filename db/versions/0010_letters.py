"""Letters of oversight, of money ordered back, and receipts for letters know the record that they were made from."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None

_LINKS = (("act_id", "oversight_act"), ("recovery_id", "recovery"), ("about_id", "document"))


def upgrade() -> None:
    with op.batch_alter_table("document") as batch:
        for column, table in _LINKS:
            batch.add_column(sa.Column(column, sa.Integer(), nullable=True))
            batch.create_foreign_key(op.f(f"fk_document_{column}_{table}"), table, [column], ["id"])
            batch.create_index(op.f(f"ix_document_{column}"), [column])
