"""Projects with their clients, locales and kinds; what users may do; work in the background; names of instances.

Written out by hand, so that it stays what it was when ``tables.py`` and ``project_tables.py`` move on.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_LISTED = "parent_activity_id IS NULL AND outdated = 0"


def upgrade() -> None:
    _instances()
    _reference_data()
    _projects()
    _people()
    _background()


def _instances() -> None:
    op.add_column("process_instance", _text("name"))
    outdated = sa.Column("outdated", sa.SmallInteger(), nullable=False, server_default=sa.text("0"))
    op.add_column("process_instance", outdated)
    definition = "SELECT COALESCE(d.name, d.key) FROM process_definition d WHERE d.id = definition_id"
    op.execute(f"UPDATE process_instance SET name = COALESCE(business_key, ({definition}))")
    where = sa.text(_LISTED)
    for name, columns in (
        ("ix_process_instance_name", ["name", "id"]),
        ("ix_process_instance_listed", ["started_at", "id", "parent_activity_id", "outdated"]),
    ):
        op.create_index(name, "process_instance", columns, sqlite_where=where, postgresql_where=where)


def _reference_data() -> None:
    op.create_table(
        "locale",
        _key(),
        _unique("name"),
        _number("language_id", needed=True),
        _text("language_code", needed=True),
        _text("country_code"),
        _text("language_name", needed=True),
        _text("encoding", needed=True),
    )
    op.create_table("client", _key(), _unique("name"), _text("description"))
    op.create_table(
        "project_type",
        _key(),
        _unique("name"),
        _text("description"),
        _number("client_id"),
        _text("process_key", needed=True),
        _number("source_locale_id"),
        _text("workgroup"),
        sa.Column("due_date_required", sa.SmallInteger(), nullable=False),
    )
    op.create_index("ix_project_type_client_id", "project_type", ["client_id"])


def _projects() -> None:
    op.create_table(
        "project_group",
        _key(),
        _text("name", needed=True),
        _text("description"),
        _number("client_id", needed=True),
        _number("project_type_id", needed=True),
        _text("created_by"),
        _number("created_at", needed=True),
    )
    op.create_index("ix_project_group_name", "project_group", ["name", "id"])
    op.create_index("ix_project_group_client_id", "project_group", ["client_id"])
    op.create_index("ix_project_group_project_type_id", "project_group", ["project_type_id"])
    op.create_table(
        "project",
        _key(),
        _number("group_id", needed=True),
        _text("name", needed=True),
        _text("description"),
        _number("target_locale_id", needed=True),
        _number("due_at"),
        _text("created_by"),
        _number("created_at", needed=True),
    )
    op.create_index("ix_project_name", "project", ["name", "id"])
    op.create_index("ix_project_group_id", "project", ["group_id"])
    op.create_index("ix_project_target_locale_id", "project", ["target_locale_id"])
    op.create_table(
        "project_task",
        _key("instance_id"),
        _number("project_id"),
        _number("number"),
        _number("document_id"),
        _number("words", needed=True),
        _number("priority", needed=True),
        _number("due_at"),
        _number("expected_duration", needed=True),
        sa.Column("include_in_cost", sa.SmallInteger(), nullable=False),
        _number("ancestor_id", needed=True),
    )
    op.create_index("ix_project_task_project", "project_task", ["project_id", "instance_id"])


def _people() -> None:
    op.create_table("user_type", _key(), _unique("name"))
    op.create_table(
        "user_type_right",
        _part("user_type_id", sa.BigInteger()),
        _part("resource_type", sa.Text()),
        _part("action", sa.Text()),
    )
    op.create_table("user_profile", _part("user_name", sa.Text()), _number("user_type_id"))
    op.create_table("user_locale", _part("user_name", sa.Text()), _part("locale_id", sa.BigInteger()))
    op.create_index("ix_user_locale_locale_id", "user_locale", ["locale_id"])
    op.create_table("user_client", _part("user_name", sa.Text()), _part("client_id", sa.BigInteger()))


def _background() -> None:
    op.create_table(
        "background_job",
        _key(),
        _text("type", needed=True),
        _text("name", needed=True),
        _text("status", needed=True),
        _text("created_by"),
        _number("created_at", needed=True),
        _number("started_at"),
        _number("changed_at", needed=True),
        _number("ended_at"),
    )
    op.create_table(
        "background_message",
        _key(),
        _number("job_id", needed=True),
        _number("said_at", needed=True),
        _text("text", needed=True),
    )
    op.create_index("ix_background_message_job", "background_message", ["job_id", "said_at", "id"])


def _key(name: str = "id") -> sa.Column[Any]:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, number, primary_key=True, autoincrement=False)


def _part(name: str, type_: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    """A column of a key of several."""
    return sa.Column(name, type_, primary_key=True, autoincrement=False, nullable=False)


def _number(name: str, *, needed: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=not needed)


def _text(name: str, *, needed: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=not needed)


def _unique(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False, unique=True)
