"""Event subscriptions: messages, signals and conditions that instances wait for, or that start instances.

Written out by hand, so that it stays what it was when ``tables.py`` moves on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TABLE = "event_subscription"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        _TABLE,
        sa.Column("id", number, primary_key=True, autoincrement=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("instance_id", sa.BigInteger()),
        sa.Column("root_id", sa.BigInteger()),
        sa.Column("activity_id", sa.BigInteger()),
        sa.Column("definition_id", sa.BigInteger(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
    for column in ("instance_id", "activity_id", "definition_id"):
        op.create_index(f"ix_{_TABLE}_{column}", _TABLE, [column])
    op.create_index(f"ix_{_TABLE}_name", _TABLE, ["type", "name", "tenant", "id"])
