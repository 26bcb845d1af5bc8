"""Foreign keys: instances belong to definitions and roots, and what hangs on an instance belongs to it.

Rows that belong to nothing are removed first; no API could show or remove them. Written out by hand, so that it stays
what it was when ``tables.py`` moves on.
"""

from taskbridge.store.migrations.foreign_keys import Key, add, remove_orphans, run

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

#: Parents before their children, so that what hangs on a row that is removed is removed after it.
_KEYS = (
    Key("definition_element", "definition_id", "process_definition"),
    Key("process_instance", "definition_id", "process_definition"),
    Key("process_instance", "root_id", "process_instance"),
    Key("activity_instance", "instance_id", "process_instance"),
    Key("incident", "instance_id", "process_instance"),
    Key("incident", "activity_id", "activity_instance"),
    Key("comment", "instance_id", "process_instance"),
    Key("comment", "activity_id", "activity_instance", needed=False),
    Key("attachment", "instance_id", "process_instance"),
    Key("attachment", "document_id", "document"),
    Key("project_task", "instance_id", "process_instance"),
    Key("job", "batch_id", "batch"),
    Key("job", "instance_id", "process_instance"),
)


def upgrade() -> None:
    remove_orphans(_KEYS)
    _remove_loose_contents()
    add(_KEYS)


def _remove_loose_contents() -> None:
    """What has no foreign key, because its parent is one of several, or is written after it."""
    run(
        "DELETE FROM blob WHERE instance_id IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM process_instance WHERE process_instance.id = blob.instance_id)",
        "removed %d rows of %s without %s",
        "blob",
        "process_instance",
    )
    parents = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {parent} WHERE {parent}.id = candidate.activity_id)"
        for parent in ("activity_instance", "process_instance", "process_definition")
    )
    run(f"DELETE FROM candidate WHERE {parents}", "removed %d rows of %s without %s", "candidate", "what they are of")
