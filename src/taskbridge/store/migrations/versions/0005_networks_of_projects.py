"""Whose a project group is: the network of who made it, and so are the tasks of its projects.

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
    op.execute(
        "UPDATE project_group SET tenant ="
        " (SELECT user_account.tenant FROM user_account WHERE user_account.name = project_group.created_by)"
    )
    of_group = (
        "SELECT {} FROM project_task JOIN project ON project.id = project_task.project_id"
        " JOIN project_group ON project_group.id = project.group_id WHERE project_group.tenant IS NOT NULL"
    )
    for table, instance in (("process_instance", "id"), ("activity_instance", "instance_id")):
        whose = of_group.format("project_group.tenant") + f" AND project_task.instance_id = {table}.{instance}"
        theirs = of_group.format("project_task.instance_id")
        op.execute(f"UPDATE {table} SET tenant = ({whose}) WHERE tenant IS NULL AND {instance} IN ({theirs})")
