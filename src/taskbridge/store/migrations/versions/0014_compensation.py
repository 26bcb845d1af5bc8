"""Which completed subprocess a subscription of compensation is about.

Written out by hand, so that it stays what it was when ``tables.py`` moves on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event_subscription", sa.Column("scope_id", sa.BigInteger()))
