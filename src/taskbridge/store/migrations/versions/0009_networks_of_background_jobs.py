"""Whose work in the background is: the network of who asked for it, which stands in its row from now on.

Written out by hand, so that it stays what it was when ``project_tables.py`` moves on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("background_job", sa.Column("tenant", sa.Text()))
    op.execute(
        "UPDATE background_job SET tenant ="
        " (SELECT user_account.tenant FROM user_account WHERE user_account.name = background_job.created_by)"
    )
    # Whose the others were is not known any more. They stay hidden, as they were: no network has an empty name.
    op.execute(
        "UPDATE background_job SET tenant = '' WHERE NOT EXISTS"
        " (SELECT 1 FROM user_account WHERE user_account.name = background_job.created_by)"
    )
