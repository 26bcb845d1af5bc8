"""Jobs of processes: timers and asynchronous continuations are jobs as well, with job definitions and incidents.

Jobs that are there already belong to no process. Written out by hand, so that it stays what it was when ``tables.py``
moves on.
"""

import re
import time

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_RUNNABLE = sa.text("retries > 0 AND suspended = 0")
_OF_JOBS = sa.text("job_id IS NOT NULL")
#: A job that starts instances has neither.
_OPTIONAL = ("instance_id", "activity_id")


def upgrade() -> None:
    _make_job_definitions()
    _extend_jobs()
    _extend_incidents()


def _make_job_definitions() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    of_definition = sa.ForeignKey("process_definition.id", name="fk_job_definition_definition_id")
    op.create_table(
        "job_definition",
        sa.Column("id", number, primary_key=True, autoincrement=False),
        sa.Column("definition_id", sa.BigInteger(), of_definition, nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("configuration", sa.Text()),
        sa.Column("suspended", sa.SmallInteger(), nullable=False),
        sa.Column("priority", sa.BigInteger()),
        sa.Column("tenant", sa.Text()),
    )
    op.create_index("ix_job_definition_definition_id", "job_definition", ["definition_id"])


def _extend_jobs() -> None:
    zero = sa.text("0")
    for column in (
        sa.Column("root_id", sa.BigInteger()),
        sa.Column("activity_id", sa.BigInteger()),
        sa.Column("definition_id", sa.BigInteger()),
        sa.Column("node_id", sa.Text()),
        sa.Column("job_definition_id", sa.BigInteger()),
        sa.Column("tenant", sa.Text()),
        sa.Column("priority", sa.BigInteger(), nullable=False, server_default=zero),
        sa.Column("suspended", sa.SmallInteger(), nullable=False, server_default=zero),
        sa.Column("created_at", sa.BigInteger(), nullable=False, server_default=zero),
        sa.Column("failed_node_id", sa.Text()),
        sa.Column("error_details", sa.Text()),
    ):
        op.add_column("job", column)
    op.create_index("ix_job_activity_id", "job", ["activity_id"])
    op.create_index("ix_job_definition_id", "job", ["definition_id"])
    op.drop_index("ix_job_due", "job")
    op.create_index("ix_job_due", "job", ["due_at", "id"], sqlite_where=_RUNNABLE, postgresql_where=_RUNNABLE)
    # When jobs without a batch were made is not known; rather now than 1970.
    made = sa.text(
        "UPDATE job SET created_at = coalesce((SELECT batch.created_at FROM batch WHERE batch.id = job.batch_id), :now)"
    )
    op.get_bind().execute(made, {"now": time.time_ns() // 1_000_000})


def _extend_incidents() -> None:
    if op.get_context().dialect.name == "sqlite":
        _allow_nulls()
    else:
        for column in _OPTIONAL:
            op.alter_column("incident", column, nullable=True)
    op.add_column("incident", sa.Column("job_id", sa.BigInteger()))
    op.add_column("incident", sa.Column("failed_node_id", sa.Text()))
    op.create_index("ix_incident_job", "incident", ["job_id"], sqlite_where=_OF_JOBS, postgresql_where=_OF_JOBS)


def _allow_nulls() -> None:
    """Make the table of SQLite anew without the constraints: the database has no other way."""
    connection = op.get_bind()
    stored = sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = 'incident' AND sql IS NOT NULL")
    texts = connection.execute(stored).all()
    (definition,) = (text for kind, text in texts if kind == "table")
    columns = definition[definition.index("(") :]
    for column in _OPTIONAL:
        columns, replaced = re.subn(rf"(\b{column} BIGINT) NOT NULL", r"\1", columns)
        if replaced != 1:
            raise RuntimeError(f"the table incident is not as it was made: {definition}")
    connection.exec_driver_sql(f"CREATE TABLE new_incident {columns}")
    connection.exec_driver_sql("INSERT INTO new_incident SELECT * FROM incident")
    connection.exec_driver_sql("DROP TABLE incident")
    connection.exec_driver_sql("ALTER TABLE new_incident RENAME TO incident")
    for kind, text in texts:
        if kind == "index":
            connection.exec_driver_sql(text)
