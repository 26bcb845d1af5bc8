"""Incidents that clients raise, what these are about, and remarks on incidents of all kinds.

Written out by hand, so that it stays what it was when ``tables.py`` moves on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (("incident", "raised"), ("process_instance", "raised_incidents")):
        op.add_column(table, sa.Column(column, sa.SmallInteger(), nullable=False, server_default=sa.text("0")))
    for column in ("configuration", "annotation"):
        op.add_column("incident", sa.Column(column, sa.Text()))
