"""The first schema: definitions, runs, tasks, background work, people, ids.

Written out by hand, so that it stays what it was when ``tables.py`` moves on.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_FIRST_ID = 1001
_BLOCK = 1000
_FETCHABLE = "kind = 2 AND state = 0 AND (retries IS NULL OR retries > 0)"


def upgrade() -> None:
    _definitions()
    _instances()
    _activities()
    _candidates_and_incidents()
    _background()
    _people()
    _ids()
    if op.get_context().dialect.name == "postgresql":
        _tune_postgresql()


def _definitions() -> None:
    op.create_table(
        "deployment", _key(), _text("name"), _text("source"), _text("tenant"), _number("created_at", needed=True)
    )
    op.create_index("ix_deployment_name", "deployment", ["name", "id"])
    op.create_table(
        "resource", _key(), _number("deployment_id", needed=True), _text("name", needed=True), _bytes("content")
    )
    op.create_index("ix_resource_deployment_id", "resource", ["deployment_id"])
    op.create_table(
        "process_definition",
        _key(),
        _text("key", needed=True),
        _number("version", needed=True),
        _text("tenant", needed=True),
        _text("name"),
        _text("description"),
        _text("category"),
        _text("version_tag"),
        _number("history_time_to_live"),
        _small("startable_in_tasklist", needed=True),
        _small("suspended", needed=True),
        _number("deployment_id", needed=True),
        _number("resource_id", needed=True),
        _text("resource_name", needed=True),
        sa.UniqueConstraint("key", "tenant", "version", name="uq_process_definition_version"),
    )
    op.create_index("ix_process_definition_deployment_id", "process_definition", ["deployment_id"])


def _instances() -> None:
    op.create_table(
        "process_instance",
        _key(),
        _number("root_id", needed=True),
        _number("parent_activity_id"),
        _number("definition_id", needed=True),
        _text("business_key"),
        _text("tenant"),
        _small("state", needed=True),
        _text("variables"),
        _text("tokens"),
        _text("trail"),
        _text("started_by"),
        _number("started_at", needed=True),
        _number("ended_at"),
        _text("end_reason"),
    )
    _partial("ix_process_instance_alive", "process_instance", ["definition_id", "id"], "state < 2")
    _partial("ix_process_instance_business_key", "process_instance", ["business_key", "id"], "state < 2")
    op.create_index("ix_process_instance_root", "process_instance", ["root_id"])
    op.create_index("ix_process_instance_definition", "process_instance", ["definition_id"])


def _activities() -> None:
    op.create_table(
        "activity_instance",
        _key(),
        _number("root_id", needed=True),
        _number("instance_id", needed=True),
        _number("definition_id", needed=True),
        _number("scope_id", needed=True),
        _text("node_id", needed=True),
        _small("kind", needed=True),
        _small("state", needed=True),
        _text("tenant"),
        _number("priority", needed=True),
        _text("variables"),
        _text("trail"),
        _number("created_at", needed=True),
        _number("ended_at"),
        _text("topic"),
        _text("worker"),
        _number("lock_until"),
        _number("retries"),
        _text("error_message"),
        _text("error_details"),
        _text("name"),
        _text("description"),
        _text("assignee"),
        _text("owner"),
        _small("delegation"),
        _number("due_at"),
        _number("follow_up_at"),
        _text("form_key"),
        _number("updated_at"),
    )
    free, locked = f"{_FETCHABLE} AND lock_until IS NULL", f"{_FETCHABLE} AND lock_until IS NOT NULL"
    by_priority = ["topic", sa.text("priority DESC"), "created_at", "id"]
    for name, columns, where in (
        ("ix_activity_instance_alive", ["instance_id", "id"], "state < 2"),
        ("ix_external_task_free_by_priority", by_priority, free),
        ("ix_external_task_free", ["topic", "created_at", "id"], free),
        ("ix_external_task_locked", ["topic", "lock_until"], locked),
        ("ix_external_task_alive", ["id"], "kind = 2 AND state < 2"),
        ("ix_user_task_alive", ["id"], "kind = 1 AND state < 2"),
        ("ix_user_task_assignee", ["assignee", "id"], "kind = 1 AND state < 2"),
    ):
        _partial(name, "activity_instance", columns, where)
    op.create_index("ix_activity_instance_instance", "activity_instance", ["instance_id", "id"])


def _candidates_and_incidents() -> None:
    op.create_table(
        "candidate",
        _key(),
        _number("activity_id", needed=True),
        _text("type", needed=True),
        _text("user_id"),
        _text("group_id"),
    )
    op.create_index("ix_candidate_activity_id", "candidate", ["activity_id"])
    _partial("ix_candidate_user", "candidate", ["user_id", "activity_id"], "user_id IS NOT NULL")
    _partial("ix_candidate_group", "candidate", ["group_id", "activity_id"], "group_id IS NOT NULL")
    op.create_table(
        "incident",
        _key(),
        _number("instance_id", needed=True),
        _number("definition_id", needed=True),
        _number("activity_id", needed=True),
        _text("node_id", needed=True),
        _text("type", needed=True),
        _text("message"),
        _text("tenant"),
        _number("created_at", needed=True),
        _number("ended_at"),
        _small("resolved", needed=True),
    )
    op.create_index("ix_incident_instance_id", "incident", ["instance_id"])
    op.create_index("ix_incident_activity_id", "incident", ["activity_id"])
    _partial("ix_incident_open", "incident", ["id"], "ended_at IS NULL")
    op.create_table("blob", _key(), _number("instance_id"), _bytes("content"))
    op.create_index("ix_blob_instance_id", "blob", ["instance_id"])


def _background() -> None:
    op.create_table(
        "batch",
        _key(),
        _text("type", needed=True),
        _number("total_jobs", needed=True),
        _number("failed_jobs", needed=True),
        _number("completed_jobs", needed=True),
        _text("tenant"),
        _text("created_by"),
        _number("created_at", needed=True),
        _number("ended_at"),
    )
    _partial("ix_batch_open", "batch", ["id"], "ended_at IS NULL")
    op.create_table(
        "job",
        _key(),
        _text("type", needed=True),
        _number("batch_id"),
        _number("instance_id"),
        _text("payload", needed=True),
        _number("due_at", needed=True),
        _number("retries", needed=True),
        _text("error"),
    )
    op.create_index("ix_job_batch_id", "job", ["batch_id"])
    op.create_index("ix_job_instance_id", "job", ["instance_id"])
    _partial("ix_job_due", "job", ["due_at", "id"], "retries > 0")


def _people() -> None:
    op.create_table(
        "user_account",
        _text("name", needed=True, key=True),
        _text("first_name"),
        _text("last_name"),
        _text("email"),
        _text("password_hash"),
        _small("admin", needed=True),
        _small("demo", needed=True),
        _number("created_at", needed=True),
    )
    op.create_table("user_group", _text("name", needed=True, key=True), _text("label"), _text("type"))
    op.create_table("membership", _text("user_name", needed=True, key=True), _text("group_name", needed=True, key=True))
    op.create_index("ix_membership_group_name", "membership", ["group_name"])


def _ids() -> None:
    block = op.create_table("id_block", _text("name", needed=True, key=True), _number("next_id", needed=True))
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"CREATE SEQUENCE taskbridge_id START WITH {_FIRST_ID} INCREMENT BY {_BLOCK}")
    else:
        op.bulk_insert(block, [{"name": "id", "next_id": _FIRST_ID}])


def _tune_postgresql() -> None:
    # Every step rewrites its instance: with room on the page the new row stays there and no index is touched.
    op.execute("ALTER TABLE process_instance SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)")
    op.execute("ALTER TABLE activity_instance SET (autovacuum_vacuum_scale_factor = 0.02)")


def _key() -> sa.Column[Any]:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("id", number, primary_key=True, autoincrement=False)


def _number(name: str, *, needed: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=not needed)


def _small(name: str, *, needed: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.SmallInteger(), nullable=not needed)


def _text(name: str, *, needed: bool = False, key: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=not needed, primary_key=key)


def _bytes(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _partial(name: str, table: str, columns: list[Any], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
