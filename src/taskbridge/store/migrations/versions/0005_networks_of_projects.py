"""Whose a project group is: the network of who made it.

Written out by hand, so that it stays what it was when ``project_tables.py`` moves on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("project_group", sa.Column("tenant", sa.Text()))
