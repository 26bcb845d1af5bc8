"""Statements on documents and their places in process instances."""

from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from taskbridge.store.database import Transaction
from taskbridge.store.statements import Statement, insert_into
from taskbridge.store.tables import Attachment, Document, table_of

DOCUMENT = table_of(Document)
ATTACHMENT = table_of(Attachment)


class DocumentRow(NamedTuple):
    """A document without its content. Sizes in bytes."""

    id: int
    name: str
    title: str | None
    description: str | None
    mime_type: str | None
    size: int
    tenant: str | None
    created_by: str | None
    created_at: int
    modified_by: str | None
    modified_at: int


class AttachedRow(NamedTuple):
    """A document's place in a process instance."""

    instance_id: int
    document_id: int
    role: str


_COLUMNS = tuple(DOCUMENT.c[name] for name in DocumentRow._fields)
_BY_ID = Statement(select(*_COLUMNS).where(DOCUMENT.c.id == bindparam("id")), DocumentRow)
_CONTENT = Statement(select(DOCUMENT.c.content).where(DOCUMENT.c.id == bindparam("id")))
_INSERT = Statement(insert_into(Document))
_OF_INSTANCE = Statement(
    select(*_COLUMNS)
    .select_from(DOCUMENT.join(ATTACHMENT, ATTACHMENT.c.document_id == DOCUMENT.c.id))
    .where(ATTACHMENT.c.instance_id == bindparam("instance"), ATTACHMENT.c.role == bindparam("role"))
    .order_by(ATTACHMENT.c.id),
    DocumentRow,
)
_PLACES = Statement(
    select(ATTACHMENT.c.instance_id, ATTACHMENT.c.document_id, ATTACHMENT.c.role)
    .where(ATTACHMENT.c.instance_id.in_(bindparam("instances", expanding=True)))
    .order_by(ATTACHMENT.c.id),
    AttachedRow,
)
_ATTACH = Statement(insert_into(Attachment))
_DETACH = Statement(
    delete(ATTACHMENT).where(
        ATTACHMENT.c.instance_id == bindparam("instance"),
        ATTACHMENT.c.document_id == bindparam("document"),
        ATTACHMENT.c.role == bindparam("role"),
    )
)


def get(tx: Transaction, document_id: int) -> DocumentRow | None:
    """One document."""
    return tx.one(_BY_ID, {"id": document_id})


def content(tx: Transaction, document_id: int) -> bytes | None:
    """What a document holds."""
    row = tx.one(_CONTENT, {"id": document_id})
    return None if row is None else bytes(row[0])


def insert(tx: Transaction, row: DocumentRow, held: bytes) -> None:
    """Keep a document."""
    tx.write(_INSERT, row._asdict() | {"content": held})


def of_instance(tx: Transaction, instance_id: int, role: str) -> list[DocumentRow]:
    """The documents of an instance in a role, in the order they came."""
    return tx.rows(_OF_INSTANCE, {"instance": instance_id, "role": role})


def places(tx: Transaction, instance_ids: list[int]) -> list[AttachedRow]:
    """Which documents lie in which of some instances, in the order they came."""
    return tx.rows(_PLACES, {"instances": instance_ids})


def attach(tx: Transaction, attachment_id: int, row: AttachedRow) -> None:
    """Put a document into an instance where it is not yet."""
    tx.write(_ATTACH, {"id": attachment_id} | row._asdict())


def detach(tx: Transaction, row: AttachedRow) -> bool:
    """Take a document out of an instance; tells whether it was there."""
    return tx.write(_DETACH, {"instance": row.instance_id, "document": row.document_id, "role": row.role}) > 0
