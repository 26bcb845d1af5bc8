"""Documents as entries (contract 4.9)."""

from typing import Any

from taskbridge.dialects.alfresco.models import Item
from taskbridge.dialects.alfresco.values import filled, format_date
from taskbridge.service import uuids
from taskbridge.service.uuids import Kind
from taskbridge.store.documents import DocumentRow


def item(row: DocumentRow) -> dict[str, Any]:
    """A document that is attached to a process."""
    return filled(
        Item(
            id=uuids.encode(Kind.DOCUMENT, row.id),
            name=row.name,
            title=row.title,
            description=row.description,
            mimeType=row.mime_type,
            createdBy=row.created_by,
            createdAt=format_date(row.created_at),
            modifiedBy=row.modified_by,
            modifiedAt=format_date(row.modified_at),
            size=row.size,
        )
    )
