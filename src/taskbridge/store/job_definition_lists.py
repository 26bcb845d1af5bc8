"""Lists of job definitions: those of process definitions, and the batches at work, each of which stands for one.

The jobs of a batch are all made when it begins: what was set for all of them is what their definition says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, Text, case, cast, func, null, select, text, union_all

from taskbridge.store.database import Transaction
from taskbridge.store.lists import ALL, Page, Sorting, among, check_size, count, equals, ordered, paged, tenancy
from taskbridge.store.tables import Batch, Job, JobDefinition, ProcessDefinition, table_of

JOB_DEFINITION = table_of(JobDefinition)
BATCH = table_of(Batch)
JOB = table_of(Job)
DEFINITION = table_of(ProcessDefinition)


class ListedJobDefinition(NamedTuple):
    """A job definition with what its views need; one of a batch has the batch's id and no process definition."""

    id: int
    definition_id: int | None
    node_id: str | None
    type: str
    configuration: str | None
    suspended: int
    priority: int | None
    tenant: str | None
    definition_key: str | None
    definition_version: int | None


@dataclass(frozen=True, slots=True)
class JobDefinitionFilter:
    """What a list of job definitions is narrowed to; None and False do not narrow. Combined with and.

    ``batch_ids`` are batches whose definitions are meant by their configuration.
    """

    ids: Sequence[int] | None = None
    node_ids: Sequence[str] | None = None
    definition_ids: Sequence[int] | None = None
    definition_key: str | None = None
    type: str | None = None
    configuration: str | None = None
    batch_ids: Sequence[int] | None = None
    active: bool = False
    suspended: bool = False
    with_priority: bool = False
    tenants: Sequence[str] | None = None
    without_tenant: bool = False
    or_without_tenant: bool = False


def _of_jobs(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return select(value).where(JOB.c.batch_id == BATCH.c.id).correlate(BATCH).scalar_subquery()


_OF_PROCESSES = select(
    *(JOB_DEFINITION.c[name] for name in ListedJobDefinition._fields if name in JOB_DEFINITION.c),
    DEFINITION.c.key.label("definition_key"),
    DEFINITION.c.version.label("definition_version"),
).join_from(JOB_DEFINITION, DEFINITION, DEFINITION.c.id == JOB_DEFINITION.c.definition_id)
_OF_BATCHES = select(
    BATCH.c.id,
    cast(null(), BigInteger).label("definition_id"),
    cast(null(), Text).label("node_id"),
    BATCH.c.type,
    cast(null(), Text).label("configuration"),
    func.coalesce(_of_jobs(func.min(JOB.c.suspended)), 0).label("suspended"),
    _of_jobs(
        case((func.min(JOB.c.priority) == func.max(JOB.c.priority), func.nullif(func.min(JOB.c.priority), 0)))
    ).label("priority"),
    BATCH.c.tenant,
    cast(null(), Text).label("definition_key"),
    cast(null(), BigInteger).label("definition_version"),
).where(text("batch.ended_at IS NULL"))
_EVERY = union_all(_OF_PROCESSES, _OF_BATCHES).subquery("declared")
#: Names of orders: fields of a row.
ORDERS: dict[str, ColumnElement[Any]] = {name: _EVERY.c[name] for name in ListedJobDefinition._fields}


def find(
    tx: Transaction, criteria: JobDefinitionFilter, sorting: Sequence[Sorting] = (), page: Page = ALL
) -> list[ListedJobDefinition]:
    """The matching job definitions; by id where no order is given."""
    query = paged(ordered(_query(criteria), ORDERS, sorting, _EVERY.c.id), page)
    return [ListedJobDefinition._make(row) for row in tx.select(query)]


def number(tx: Transaction, criteria: JobDefinitionFilter) -> int:
    """How many job definitions match."""
    return count(tx, _query(criteria))


def _query(criteria: JobDefinitionFilter) -> Select[Any]:
    check_size(criteria)
    query = select(*(_EVERY.c[name] for name in ListedJobDefinition._fields)).where(
        *among(_EVERY.c.id, criteria.ids),
        *among(_EVERY.c.node_id, criteria.node_ids),
        *among(_EVERY.c.definition_id, criteria.definition_ids),
        *equals(_EVERY.c.definition_key, criteria.definition_key),
        *equals(_EVERY.c.type, criteria.type),
        *equals(_EVERY.c.configuration, criteria.configuration),
        *tenancy(
            _EVERY.c.tenant, criteria.tenants, without=criteria.without_tenant, or_without=criteria.or_without_tenant
        ),
    )
    if criteria.batch_ids is not None:
        query = query.where(_EVERY.c.definition_id.is_(None), *among(_EVERY.c.id, criteria.batch_ids))
    if criteria.suspended:
        query = query.where(_EVERY.c.suspended == 1)
    elif criteria.active:
        query = query.where(_EVERY.c.suspended == 0)
    if criteria.with_priority:
        query = query.where(_EVERY.c.priority.is_not(None))
    return query
