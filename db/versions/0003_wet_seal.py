"""A seal without a picture: used by hand on the printed letter and entered in the seal register."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("seal") as batch:
        batch.alter_column("attachment_id", existing_type=sa.Integer(), nullable=True)
