"""Statements on the ids of flow nodes and sequence flows."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from taskbridge.store.database import Transaction
from taskbridge.store.statements import Statement, insert_into
from taskbridge.store.tables import DefinitionElement, table_of

ELEMENT = table_of(DefinitionElement)
NODE, FLOW = 1, 2


class ElementRow(NamedTuple):
    """The id of one flow node or sequence flow of a definition."""

    id: int
    definition_id: int
    element_id: str
    kind: int


_OF_DEFINITIONS = Statement(
    select(*(ELEMENT.c[name] for name in ElementRow._fields))
    .where(ELEMENT.c.definition_id.in_(bindparam("definitions", expanding=True)))
    .order_by(ELEMENT.c.id),
    ElementRow,
)
_BY_ID = Statement(
    select(*(ELEMENT.c[name] for name in ElementRow._fields)).where(ELEMENT.c.id == bindparam("id")), ElementRow
)
_INSERT = Statement(insert_into(DefinitionElement))


def of_definitions(tx: Transaction, definition_ids: Sequence[int]) -> list[ElementRow]:
    """The elements of some definitions."""
    return tx.rows(_OF_DEFINITIONS, {"definitions": list(definition_ids)})


def get(tx: Transaction, element_id: int) -> ElementRow | None:
    """One element by its id."""
    return tx.one(_BY_ID, {"id": element_id})


def insert(tx: Transaction, rows: Sequence[ElementRow]) -> None:
    """Write the elements of a new definition."""
    tx.write_many(_INSERT, [row._asdict() for row in rows])


def remove(tx: Transaction, definition_id: int) -> None:
    """Forget the elements of a definition."""
    tx.execute(delete(ELEMENT).where(ELEMENT.c.definition_id == definition_id))
