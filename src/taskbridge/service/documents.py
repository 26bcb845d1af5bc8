"""Documents that people work on: kept with their content, and put into process instances in some role."""

from taskbridge.service import access
from taskbridge.service.errors import AlreadyThere, NotFound
from taskbridge.service.identity import Person
from taskbridge.service.unit import Unit
from taskbridge.store import documents
from taskbridge.store.documents import AttachedRow, DocumentRow

#: A file of so many bytes takes some 10 ms to store.
LARGE_FILE = 1_000_000
#: Where nothing needs telling: a document that belongs to the package of an instance.
PLAIN = ""


def add(
    unit: Unit,
    name: str,
    content: bytes,
    *,
    mime_type: str | None = None,
    title: str | None = None,
    description: str | None = None,
    tenant: str | None = None,
) -> DocumentRow:
    """Keep a file."""
    if len(content) > LARGE_FILE:
        unit.tx.expect_long_work()
    row = DocumentRow(
        id=unit.tx.new_id(),
        name=name,
        title=title,
        description=description,
        mime_type=mime_type,
        size=len(content),
        tenant=tenant,
        created_by=unit.user,
        created_at=unit.tx.now,
        modified_by=unit.user,
        modified_at=unit.tx.now,
    )
    documents.insert(unit.tx, row, content)
    return row


def content(unit: Unit, document_id: int) -> bytes:
    """What a document holds; raises NotFound."""
    held = documents.content(unit.tx, document_id)
    if held is None:
        raise NotFound("document", document_id)
    return held


def attach(unit: Unit, person: Person, instance_id: int, document_id: int, role: str = PLAIN) -> DocumentRow:
    """Put a document of the person's network into an instance. Raises NotFound for the document, AlreadyThere."""
    row = access.document(unit, person, document_id)
    place = AttachedRow(instance_id, document_id, role)
    if place in documents.places(unit.tx, [instance_id]):
        raise AlreadyThere("document", document_id)
    documents.attach(unit.tx, unit.tx.new_id(), place)
    return row


def detach(unit: Unit, instance_id: int, document_id: int, role: str = PLAIN) -> None:
    """Take a document out of an instance; raises NotFound when it is not in it."""
    if not documents.detach(unit.tx, AttachedRow(instance_id, document_id, role)):
        raise NotFound("document", document_id)
