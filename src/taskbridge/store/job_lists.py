"""Lists of jobs: filters, order and pages in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, or_, select

from taskbridge.store.database import Transaction
from taskbridge.store.jobs import AT_ONCE
from taskbridge.store.lists import (
    ALL,
    Page,
    Sorting,
    among,
    check_size,
    count,
    equals,
    not_among,
    of_executions,
    ordered,
    paged,
    tenancy,
)
from taskbridge.store.statements import columns_of
from taskbridge.store.tables import Job, ProcessDefinition, table_of

JOB = table_of(Job)
DEFINITION = table_of(ProcessDefinition)

ORDERS: dict[str, ColumnElement[Any]] = {
    "id": JOB.c.id,
    "activity_id": JOB.c.activity_id,
    "instance_id": JOB.c.instance_id,
    "definition_id": JOB.c.definition_id,
    "definition_key": DEFINITION.c.key,
    "priority": JOB.c.priority,
    "retries": JOB.c.retries,
    "due_at": JOB.c.due_at,
    "tenant": JOB.c.tenant,
}


class ListedJob(NamedTuple):
    """A job with what its views need of the process definition; times are milliseconds, ``due_at`` 0 is at once."""

    id: int
    type: str
    batch_id: int | None
    instance_id: int | None
    due_at: int
    retries: int
    error: str | None
    activity_id: int | None
    definition_id: int | None
    node_id: str | None
    job_definition_id: int | None
    tenant: str | None
    priority: int
    suspended: int
    created_at: int
    failed_node_id: str | None
    definition_key: str | None
    definition_version: int | None


@dataclass(frozen=True, slots=True)
class JobFilter:
    """What a list of jobs is narrowed to; None and False do not narrow. Combined with and.

    ``job_definition_ids`` are also ids of batches, which stand for the definitions of their jobs; ``execution_ids`` are
    ids of activity instances and of process instances.
    """

    ids: Sequence[int] | None = None
    types: Sequence[str] | None = None
    types_not: Sequence[str] | None = None
    job_definition_ids: Sequence[int] | None = None
    instance_ids: Sequence[int] | None = None
    execution_ids: Sequence[int] | None = None
    definition_ids: Sequence[int] | None = None
    definition_key: str | None = None
    node_id: str | None = None
    with_retries_left: bool = False
    no_retries_left: bool = False
    executable: bool = False
    due_after: int | None = None
    due_before: int | None = None
    created_after: int | None = None
    created_before: int | None = None
    failed: bool = False
    message: str | None = None
    failed_node_id: str | None = None
    active: bool = False
    suspended: bool = False
    least_priority: int | None = None
    greatest_priority: int | None = None
    tenants: Sequence[str] | None = None
    without_tenant: bool = False
    or_without_tenant: bool = False


_COLUMNS = columns_of(ListedJob, JOB, definition_key=DEFINITION.c.key, definition_version=DEFINITION.c.version)
_JOINED = JOB.outerjoin(DEFINITION, DEFINITION.c.id == JOB.c.definition_id)


def find(tx: Transaction, criteria: JobFilter, sorting: Sequence[Sorting] = (), page: Page = ALL) -> list[ListedJob]:
    """The matching jobs; by id where no order is given."""
    query = paged(ordered(_query(tx, criteria), ORDERS, sorting, JOB.c.id), page)
    return [ListedJob._make(row) for row in tx.select(query)]


def number(tx: Transaction, criteria: JobFilter) -> int:
    """How many jobs match."""
    return count(tx, _query(tx, criteria))


def ids(tx: Transaction, criteria: JobFilter) -> list[int]:
    """The ids of the matching jobs, in their order."""
    query = _query(tx, criteria).with_only_columns(JOB.c.id, maintain_column_froms=True).order_by(JOB.c.id)
    return [row[0] for row in tx.select(query)]


def _query(tx: Transaction, criteria: JobFilter) -> Select[Any]:
    check_size(criteria)
    query = select(*_COLUMNS).select_from(_JOINED)
    return query.where(*_where_and_what(criteria), *_times(criteria), *_standing(criteria, tx.now))


def _where_and_what(criteria: JobFilter) -> list[ColumnElement[bool]]:
    return [
        *among(JOB.c.id, criteria.ids),
        *among(JOB.c.type, criteria.types),
        *not_among(JOB.c.type, criteria.types_not),
        *_declared(criteria.job_definition_ids),
        *among(JOB.c.instance_id, criteria.instance_ids),
        *of_executions(JOB.c.activity_id, JOB.c.instance_id, criteria.execution_ids),
        *among(JOB.c.definition_id, criteria.definition_ids),
        *equals(DEFINITION.c.key, criteria.definition_key),
        *equals(JOB.c.node_id, criteria.node_id),
        *equals(JOB.c.error, criteria.message),
        *equals(JOB.c.failed_node_id, criteria.failed_node_id),
        *tenancy(
            JOB.c.tenant, criteria.tenants, without=criteria.without_tenant, or_without=criteria.or_without_tenant
        ),
    ]


def _declared(job_definition_ids: Sequence[int] | None) -> list[ColumnElement[bool]]:
    of_definitions = among(JOB.c.job_definition_id, job_definition_ids)
    return [or_(*of_definitions, *among(JOB.c.batch_id, job_definition_ids))] if of_definitions else []


def _times(criteria: JobFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if criteria.due_after is not None:
        found += [JOB.c.due_at > criteria.due_after, JOB.c.due_at != AT_ONCE]
    if criteria.due_before is not None:
        found += [JOB.c.due_at < criteria.due_before, JOB.c.due_at != AT_ONCE]
    if criteria.created_after is not None:
        found.append(JOB.c.created_at > criteria.created_after)
    if criteria.created_before is not None:
        found.append(JOB.c.created_at < criteria.created_before)
    return found


def _standing(criteria: JobFilter, now: int) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if criteria.with_retries_left:
        found.append(JOB.c.retries > 0)
    if criteria.no_retries_left:
        found.append(JOB.c.retries == 0)
    if criteria.executable:
        found += [JOB.c.retries > 0, JOB.c.suspended == 0, JOB.c.due_at <= now]
    if criteria.failed:
        found.append(JOB.c.error.is_not(None))
    if criteria.suspended:
        found.append(JOB.c.suspended == 1)
    elif criteria.active:
        found.append(JOB.c.suspended == 0)
    if criteria.least_priority is not None:
        found.append(JOB.c.priority >= criteria.least_priority)
    if criteria.greatest_priority is not None:
        found.append(JOB.c.priority <= criteria.greatest_priority)
    return found
