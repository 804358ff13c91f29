"""Dossiers keep all that clauses ask for: yearly facts, dated records, facts of persons, internships.

Findings across companies are settled with a reason, what was granted before this program comes in batches that a
second person confirms, and a paper of a case can say whose name it bears and how long it is good.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _record(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade() -> None:
    op.create_table(
        "party_record",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("voided_reason", sa.String(), nullable=True),
        *_record("party_record"),
        _reference("party_record", "party_id", "party"),
        _reference("party_record", "attachment_id", "attachment"),
    )
    op.create_index("ix_party_record_lookup", "party_record", ["party_id", "kind", "valid_from"])
    op.create_table(
        "person_fact",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("voided_reason", sa.String(), nullable=True),
        *_record("person_fact"),
        _reference("person_fact", "party_id", "party"),
        _reference("person_fact", "person_id", "person"),
        _reference("person_fact", "attachment_id", "attachment"),
    )
    op.create_index("ix_person_fact_lookup", "person_fact", ["party_id", "name", "person_id", "valid_from"])
    op.create_index("ix_person_fact_person", "person_fact", ["person_id"])
    op.create_table(
        "internship",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("school", sa.String(), nullable=False),
        sa.Column("education", sa.String(), nullable=True),
        sa.Column("intern_from", sa.Date(), nullable=True),
        sa.Column("intern_to", sa.Date(), nullable=True),
        sa.Column("hired_from", sa.Date(), nullable=True),
        sa.Column("hired_to", sa.Date(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("voided_reason", sa.String(), nullable=True),
        *_record("internship"),
        _reference("internship", "party_id", "party"),
        _reference("internship", "person_id", "person"),
        _reference("internship", "import_id", "import"),
    )
    op.create_index("ix_internship_party", "internship", ["party_id", "intern_from"])
    op.create_index("ix_internship_person", "internship", ["person_id"])
    op.create_index(op.f("ix_internship_import_id"), "internship", ["import_id"])
    op.create_table(
        "finding_settlement",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=False),
        sa.Column("voided_reason", sa.String(), nullable=True),
        *_record("finding_settlement"),
        _reference("finding_settlement", "case_id", "case"),
        _reference("finding_settlement", "settled_by", "user"),
    )
    op.create_index("ix_finding_settlement_case", "finding_settlement", ["case_id", "kind", "digest"])
    op.create_table(
        "prior_batch",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("workbook_id", sa.Integer(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("voided_reason", sa.String(), nullable=True),
        *_record("prior_batch"),
        _reference("prior_batch", "attachment_id", "attachment"),
        sa.ForeignKeyConstraint(["workbook_id"], ["attachment.id"], name=op.f("fk_prior_batch_workbook_id_attachment")),
        _reference("prior_batch", "entered_by", "user"),
        _reference("prior_batch", "confirmed_by", "user"),
    )
    op.create_index(op.f("ix_prior_batch_state"), "prior_batch", ["state"])
    op.create_table(
        "prior_fund_use",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("committed", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        *_record("prior_fund_use"),
        _reference("prior_fund_use", "batch_id", "prior_batch"),
    )
    op.create_index(op.f("ix_prior_fund_use_batch_id"), "prior_fund_use", ["batch_id"])
    op.create_table(
        "prior_number",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        *_record("prior_number"),
        _reference("prior_number", "batch_id", "prior_batch"),
    )
    op.create_index(op.f("ix_prior_number_batch_id"), "prior_number", ["batch_id"])
    with op.batch_alter_table("party_fact") as batch:
        batch.add_column(sa.Column("year", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("import_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_party_fact_import_id_import"), "import", ["import_id"], ["id"])
        batch.create_index(op.f("ix_party_fact_import_id"), ["import_id"])
    with op.batch_alter_table("party_year") as batch:
        batch.add_column(sa.Column("import_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_party_year_import_id_import"), "import", ["import_id"], ["id"])
        batch.create_index(op.f("ix_party_year_import_id"), ["import_id"])
    with op.batch_alter_table("other_benefit") as batch:
        batch.add_column(sa.Column("attachment_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_other_benefit_attachment_id_attachment"), "attachment", ["attachment_id"], ["id"]
        )
    with op.batch_alter_table("prior_grant") as batch:
        batch.add_column(sa.Column("batch_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("entered_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("confirmed_on", sa.Date(), nullable=True))
        batch.create_foreign_key(op.f("fk_prior_grant_batch_id_prior_batch"), "prior_batch", ["batch_id"], ["id"])
        batch.create_index(op.f("ix_prior_grant_batch_id"), ["batch_id"])
    with op.batch_alter_table("case_paper") as batch:
        batch.add_column(sa.Column("data", sa.JSON(), nullable=False, server_default="{}"))
