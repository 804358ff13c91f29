"""Alembic's environment. The program hands in an open connection in a transaction; there is no other way to run."""

from alembic import context

from caseworker.store import audit_tables, models  # noqa: F401  registers every table
from caseworker.store.base import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=True,
)
context.run_migrations()
