"""Numbers for people and groups, access tokens, ids of steps and transitions, comments and documents.

Written out by hand, so that it stays what it was when ``tables.py`` moves on.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BLOCK = 1000


def upgrade() -> None:
    op.add_column("activity_instance", _text("ended_by"))
    _people()
    _steps()
    _comments_and_documents()


def _people() -> None:
    op.add_column("user_account", _text("tenant"))
    for table in ("user_account", "user_group"):
        op.add_column(table, _number("number"))
        _fill_numbers(table)
        op.create_index(f"ix_{table}_number", table, ["number"], unique=True)
    op.create_table(
        "access_token",
        sa.Column("hash", sa.Text(), primary_key=True, nullable=False),
        _text("kind", needed=True),
        _text("user_name", needed=True),
        _number("created_at", needed=True),
        _number("expires_at"),
    )
    op.create_index("ix_access_token_user_name", "access_token", ["user_name"])
    op.create_index("ix_access_token_expires_at", "access_token", ["expires_at"])


def _fill_numbers(table: str) -> None:
    """Number the rows that are there already, out of the one id space."""
    connection = op.get_bind()
    names = connection.execute(sa.text(f"SELECT name FROM {table} ORDER BY name")).scalars().all()
    for first in range(0, len(names), _BLOCK):
        start = _next_block(connection)
        for place, name in enumerate(names[first : first + _BLOCK]):
            connection.execute(
                sa.text(f"UPDATE {table} SET number = :number WHERE name = :name"),
                {"number": start + place, "name": name},
            )


def _next_block(connection: sa.Connection) -> int:
    if op.get_context().dialect.name == "postgresql":
        return int(connection.execute(sa.text("SELECT nextval('taskbridge_id')")).scalar_one())
    taken = int(connection.execute(sa.text("SELECT next_id FROM id_block WHERE name = 'id'")).scalar_one())
    connection.execute(sa.text("UPDATE id_block SET next_id = :next WHERE name = 'id'"), {"next": taken + _BLOCK})
    return taken


def _steps() -> None:
    op.create_table(
        "definition_element",
        _key(),
        _number("definition_id", needed=True),
        _text("element_id", needed=True),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
    )
    op.create_index(
        "ix_definition_element_definition", "definition_element", ["definition_id", "element_id"], unique=True
    )


def _comments_and_documents() -> None:
    op.create_table(
        "comment",
        _key(),
        _number("instance_id", needed=True),
        _number("activity_id"),
        _text("kind", needed=True),
        _text("author"),
        _text("text", needed=True),
        _number("created_at", needed=True),
    )
    op.create_index("ix_comment_instance_id", "comment", ["instance_id"])
    op.create_index("ix_comment_activity_id", "comment", ["activity_id"])
    op.create_table(
        "document",
        _key(),
        _text("name", needed=True),
        _text("title"),
        _text("description"),
        _text("mime_type"),
        _number("size", needed=True),
        _text("tenant"),
        _text("created_by"),
        _number("created_at", needed=True),
        _text("modified_by"),
        _number("modified_at", needed=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "attachment",
        _key(),
        _number("instance_id", needed=True),
        _number("document_id", needed=True),
        _text("role", needed=True),
    )
    op.create_index("ix_attachment_document_id", "attachment", ["document_id"])
    op.create_index("ix_attachment_instance", "attachment", ["instance_id", "document_id", "role"], unique=True)


def _key() -> sa.Column[Any]:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("id", number, primary_key=True, autoincrement=False)


def _number(name: str, *, needed: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=not needed)


def _text(name: str, *, needed: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=not needed)
