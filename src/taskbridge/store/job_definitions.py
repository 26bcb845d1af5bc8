"""Statements on job definitions: what may make jobs in a process definition."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, update

from taskbridge.store.database import Transaction
from taskbridge.store.lists import one_of
from taskbridge.store.statements import Statement, columns_of, insert_into
from taskbridge.store.tables import JobDefinition, table_of

JOB_DEFINITION = table_of(JobDefinition)


class JobDefinitionRow(NamedTuple):
    """A job definition. ``suspended`` is 0 or 1; ``priority`` is None where it does not override the model's."""

    id: int
    definition_id: int
    node_id: str
    type: str
    configuration: str | None
    suspended: int
    priority: int | None
    tenant: str | None


COLUMNS = columns_of(JobDefinitionRow, JOB_DEFINITION)
_BY_ID = Statement(select(*COLUMNS).where(JOB_DEFINITION.c.id == bindparam("id")), JobDefinitionRow)
_OF_DEFINITIONS = Statement(
    select(*COLUMNS)
    .where(JOB_DEFINITION.c.definition_id.in_(bindparam("definitions", expanding=True)))
    .order_by(JOB_DEFINITION.c.id),
    JobDefinitionRow,
)
_INSERT = Statement(insert_into(JobDefinition))
_REMOVE = Statement(delete(JOB_DEFINITION).where(JOB_DEFINITION.c.definition_id == bindparam("definition")))


def insert(tx: Transaction, rows: Sequence[JobDefinitionRow]) -> None:
    """Write the job definitions of a process definition, which must have been written before."""
    tx.write_many(_INSERT, [row._asdict() for row in rows])


def get(tx: Transaction, job_definition_id: int) -> JobDefinitionRow | None:
    """One job definition."""
    return tx.one(_BY_ID, {"id": job_definition_id})


def of_definitions(tx: Transaction, definition_ids: Sequence[int]) -> list[JobDefinitionRow]:
    """The job definitions of process definitions, by id."""
    return tx.rows(_OF_DEFINITIONS, {"definitions": list(definition_ids)}) if definition_ids else []


def change(tx: Transaction, job_definition_ids: Sequence[int], **values: object) -> None:
    """Set columns of job definitions."""
    tx.execute(update(JOB_DEFINITION).where(one_of(JOB_DEFINITION.c.id, job_definition_ids)).values(**values))


def change_of_definitions(tx: Transaction, definition_ids: Sequence[int], **values: object) -> None:
    """Set columns of the job definitions of process definitions."""
    tx.execute(update(JOB_DEFINITION).where(one_of(JOB_DEFINITION.c.definition_id, definition_ids)).values(**values))


def remove(tx: Transaction, definition_id: int) -> None:
    """Take away the job definitions of a process definition; its jobs must be gone."""
    tx.write(_REMOVE, {"definition": definition_id})
