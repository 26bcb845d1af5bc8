"""Processes that call others: called instances are found by what called them, and incidents have causes.

Written out by hand, so that it stays what it was when ``tables.py`` moves on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


_CALLED = sa.text("root_id <> instance_id")


def upgrade() -> None:
    op.create_index(
        "ix_activity_instance_called",
        "activity_instance",
        ["root_id", "id"],
        sqlite_where=_CALLED,
        postgresql_where=_CALLED,
    )
    for column in ("cause_id", "root_cause_id"):
        op.add_column("incident", sa.Column(column, sa.BigInteger()))
    for table, column in (("incident", "root_cause_id"), ("process_instance", "parent_activity_id")):
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_{table}_{column}", table, [column], sqlite_where=where, postgresql_where=where)
