"""Users can be locked, sessions end with the password they come from, and what belongs to a user cannot outlive him.

Memberships, tokens and the like of users that do not exist are removed first: they would come back to life with a new
user of the name. Written out by hand, so that it stays what it was when ``tables.py`` moves on.
"""

import sqlalchemy as sa
from alembic import op

from taskbridge.store.migrations.foreign_keys import Key, add, remove_orphans

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

#: The kind of token that an operator makes, and not a password.
_KEYS_OF_USERS = "digioffice key"
_KEYS = (
    Key("membership", "user_name", "user_account", parent_column="name"),
    Key("membership", "group_name", "user_group", parent_column="name"),
    Key("access_token", "user_name", "user_account", parent_column="name"),
    Key("user_profile", "user_name", "user_account", parent_column="name"),
    Key("user_locale", "user_name", "user_account", parent_column="name"),
    Key("user_client", "user_name", "user_account", parent_column="name"),
)


def upgrade() -> None:
    op.add_column("user_account", sa.Column("locked_at", sa.BigInteger()))
    version = sa.Column("credential_version", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    op.add_column("user_account", version)
    op.add_column("access_token", sa.Column("credential_version", sa.BigInteger()))
    op.execute(f"UPDATE access_token SET credential_version = 0 WHERE kind <> '{_KEYS_OF_USERS}'")
    remove_orphans(_KEYS)
    add(_KEYS)
