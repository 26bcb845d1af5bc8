"""The contents of File and Bytes variables."""

from sqlalchemy import bindparam, func, select

from taskbridge.store.database import Transaction
from taskbridge.store.statements import Statement, insert_into
from taskbridge.store.tables import Blob, table_of

BLOB = table_of(Blob)
_INSERT = Statement(insert_into(Blob))
_CONTENT = Statement(select(BLOB.c.content).where(BLOB.c.id == bindparam("id")))
_SIZE = Statement(select(func.length(BLOB.c.content)).where(BLOB.c.id == bindparam("id")))


def insert(tx: Transaction, instance_id: int | None, content: bytes) -> int:
    """Keep a content; returns its id."""
    blob_id = tx.new_id()
    tx.write(_INSERT, {"id": blob_id, "instance_id": instance_id, "content": content})
    return blob_id


def content(tx: Transaction, blob_id: int) -> bytes:
    """The bytes that were kept under an id."""
    row = tx.one(_CONTENT, {"id": blob_id})
    if row is None:
        raise LookupError(f"blob {blob_id} is gone")
    return bytes(row[0])


def size(tx: Transaction, blob_id: int) -> int:
    """How many bytes were kept under an id; they are not read."""
    row = tx.one(_SIZE, {"id": blob_id})
    if row is None:
        raise LookupError(f"blob {blob_id} is gone")
    return int(row[0])
