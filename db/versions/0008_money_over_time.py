"""Money over time: the year an award is for, earlier grants recovered, why a payment went to the same account."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case") as batch:
        batch.add_column(sa.Column("award_year", sa.Integer(), nullable=True))
    with op.batch_alter_table("payment_line") as batch:
        batch.add_column(sa.Column("reorder_reason", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("recovery", recreate="always") as batch:
        batch.alter_column("instalment_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("prior_grant_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("prior", sa.JSON(), nullable=False, server_default="{}"))
        batch.create_foreign_key(
            op.f("fk_recovery_prior_grant_id_prior_grant"), "prior_grant", ["prior_grant_id"], ["id"]
        )
        batch.create_check_constraint("of_one_grant", "(instalment_id IS NULL) <> (prior_grant_id IS NULL)")
    op.create_index(op.f("ix_recovery_prior_grant_id"), "recovery", ["prior_grant_id"])
