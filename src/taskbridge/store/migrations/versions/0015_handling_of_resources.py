"""How a file of a deployment is read: with delegates as workers, without listeners in Java.

Written out by hand, so that it stays what it was when ``tables.py`` moves on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("resource", sa.Column("handling", sa.SmallInteger(), nullable=False, server_default=sa.text("0")))
