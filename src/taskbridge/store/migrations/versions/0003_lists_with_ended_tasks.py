"""Indexes for lists of tasks and process instances that show ended ones too, by person and in the usual orders.

Written out by hand, so that it stays what it was when ``tables.py`` moves on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_process_instance_starter", "process_instance", ["started_by", "id"], "started_by IS NOT NULL"),
    # Of indexes that serve alike SQLite takes the one that was made last: that of the living ones is smaller.
    ("ix_process_instance_started", "process_instance", ["tenant", "started_at", "id"], None),
    ("ix_process_instance_alive_started", "process_instance", ["tenant", "started_at", "id"], "state < 2"),
    ("ix_user_task_due", "activity_instance", ["tenant", "due_at", "id"], "kind = 1 AND state < 2"),
    ("ix_user_task_priority", "activity_instance", ["tenant", "priority", "id"], "kind = 1 AND state < 2"),
    ("ix_user_task_any_due", "activity_instance", ["tenant", "due_at", "id"], "kind < 2"),
    ("ix_user_task_any_started", "activity_instance", ["tenant", "created_at", "id"], "kind < 2"),
    ("ix_user_task_any_assignee", "activity_instance", ["assignee", "id"], "kind < 2"),
    ("ix_user_task_any_owner", "activity_instance", ["owner", "id"], "kind < 2 AND owner IS NOT NULL"),
    ("ix_user_task_ended", "activity_instance", ["tenant", "ended_at", "id"], "kind = 1 AND state >= 2"),
)


def upgrade() -> None:
    for name, table, columns, where in _INDEXES:
        condition = None if where is None else sa.text(where)
        op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
