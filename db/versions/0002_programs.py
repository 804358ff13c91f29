"""Programs of record: changes of the fund, yearly figures, special approvals, services, official texts.

Choices at interpretation points know who made them, and a wrong one can be voided and made again for the same day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fund_change",
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=True),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["user.id"], name=op.f("fk_fund_change_changed_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_change")),
    )
    op.create_index("ix_fund_change_year", "fund_change", ["policy", "year"])
    op.create_table(
        "party_year",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("voided_reason", sa.String(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entered_by"], ["user.id"], name=op.f("fk_party_year_entered_by_user")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_year_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_year")),
    )
    op.create_index("ix_party_year_year", "party_year", ["kind", "year", "party_id"])
    op.create_table(
        "special_approval",
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("voided_reason", sa.String(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_special_approval_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["user.id"], name=op.f("fk_special_approval_entered_by_user")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_special_approval_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_special_approval")),
    )
    op.create_index(op.f("ix_special_approval_party_id"), "special_approval", ["party_id"])
    op.create_table(
        "service_record",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("handling", sa.String(), nullable=False),
        sa.Column("handled_on", sa.Date(), nullable=True),
        sa.Column("handled_by", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entered_by"], ["user.id"], name=op.f("fk_service_record_entered_by_user")),
        sa.ForeignKeyConstraint(["handled_by"], ["user.id"], name=op.f("fk_service_record_handled_by_user")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_service_record_party_id_party")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_service_record_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_record")),
        sa.UniqueConstraint("number", name=op.f("uq_service_record_number")),
    )
    op.create_index(op.f("ix_service_record_party_id"), "service_record", ["party_id"])
    op.create_index(op.f("ix_service_record_person_id"), "service_record", ["person_id"])
    op.create_index(op.f("ix_service_record_state"), "service_record", ["state"])
    op.create_table(
        "policy_text",
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(), nullable=False),
        sa.Column("loaded_by", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_policy_text_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(["loaded_by"], ["user.id"], name=op.f("fk_policy_text_loaded_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_text")),
    )
    op.create_index(op.f("ix_policy_text_policy"), "policy_text", ["policy"])
    with op.batch_alter_table("policy_point") as batch:
        batch.drop_constraint(op.f("uq_policy_point_point_valid_from"), type_="unique")
        batch.add_column(sa.Column("chosen_by", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("chosen_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("voided_reason", sa.String(), nullable=True))
        batch.create_foreign_key(op.f("fk_policy_point_chosen_by_user"), "user", ["chosen_by"], ["id"])
        batch.create_index("ix_policy_point_point", ["policy", "point", "valid_from"])
