"""Statements and lists on deployments, resources and process definitions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, exists, func, or_, select, update

from taskbridge.kinds import Handling, InstanceState
from taskbridge.store.database import Transaction
from taskbridge.store.lists import ALL, Page, Sorting, among, count, equals, like, one_of, ordered, paged, tenancy
from taskbridge.store.statements import Statement, insert_into
from taskbridge.store.tables import (
    Candidate,
    Deployment,
    Incident,
    ProcessDefinition,
    ProcessInstance,
    Resource,
    table_of,
)

DEPLOYMENT = table_of(Deployment)
RESOURCE = table_of(Resource)
DEFINITION = table_of(ProcessDefinition)
INSTANCE = table_of(ProcessInstance)
INCIDENT = table_of(Incident)
CANDIDATE = table_of(Candidate)


class DeploymentRow(NamedTuple):
    """A deployment."""

    id: int
    name: str | None
    source: str | None
    tenant: str | None
    created_at: int


class ResourceRow(NamedTuple):
    """A file of a deployment, without its content."""

    id: int
    deployment_id: int
    name: str


class Model(NamedTuple):
    """What a file holds, and how it is read."""

    content: bytes
    handling: Handling


class DefinitionRow(NamedTuple):
    """A process definition. ``tenant`` is '' where there is none."""

    id: int
    key: str
    version: int
    tenant: str
    name: str | None
    description: str | None
    category: str | None
    version_tag: str | None
    history_time_to_live: int | None
    startable_in_tasklist: bool
    suspended: bool
    deployment_id: int
    resource_id: int
    resource_name: str


_DEFINITION_COLUMNS = [DEFINITION.c[name] for name in DefinitionRow._fields]
_HOLD = Statement(select(DEFINITION.c.id).where(DEFINITION.c.id == bindparam("id")).with_for_update())
_TRY_HOLD = Statement(
    select(DEFINITION.c.id)
    .where(DEFINITION.c.id == bindparam("id"))
    .with_for_update(key_share=True, skip_locked=True, of=DEFINITION)
)
_HOLD_TO_START = Statement(
    select(DEFINITION.c.id).where(DEFINITION.c.id == bindparam("id")).with_for_update(key_share=True, of=DEFINITION)
)
_HOLD_STARTS = Statement(
    select(DEFINITION.c.id)
    .where(DEFINITION.c.key == bindparam("key"), DEFINITION.c.tenant == bindparam("tenant"))
    .order_by(DEFINITION.c.id)
    .with_for_update(key_share=True, of=DEFINITION)
)
_HOLD_DEPLOYMENT = Statement(select(DEPLOYMENT.c.id).where(DEPLOYMENT.c.id == bindparam("id")).with_for_update())
_INSERT_DEPLOYMENT = Statement(insert_into(Deployment))
_INSERT_RESOURCE = Statement(insert_into(Resource))
_INSERT_DEFINITION = Statement(insert_into(ProcessDefinition))
_INSERT_STARTER = Statement(insert_into(Candidate))
_DEPLOYMENT = Statement(select(DEPLOYMENT).where(DEPLOYMENT.c.id == bindparam("id")), DeploymentRow)
_RESOURCES = Statement(
    select(RESOURCE.c.id, RESOURCE.c.deployment_id, RESOURCE.c.name)
    .where(RESOURCE.c.deployment_id == bindparam("deployment"))
    .order_by(RESOURCE.c.id),
    ResourceRow,
)
_CONTENT = Statement(select(RESOURCE.c.content).where(RESOURCE.c.id == bindparam("id")))
_MODEL = Statement(select(RESOURCE.c.content, RESOURCE.c.handling).where(RESOURCE.c.id == bindparam("id")))
_DEFINITION = Statement(select(*_DEFINITION_COLUMNS).where(DEFINITION.c.id == bindparam("id")), DefinitionRow)
_LATEST = Statement(
    select(*_DEFINITION_COLUMNS)
    .where(DEFINITION.c.key == bindparam("key"), DEFINITION.c.tenant == bindparam("tenant"))
    .order_by(DEFINITION.c.version.desc())
    .limit(1),
    DefinitionRow,
)

_OF_KEY = select(*_DEFINITION_COLUMNS).where(DEFINITION.c.key == bindparam("key"))
_OF_TENANT = _OF_KEY.where(DEFINITION.c.tenant == bindparam("tenant"))
_OF_VERSION = Statement(_OF_TENANT.where(DEFINITION.c.version == bindparam("number")), DefinitionRow)
_TAGGED = Statement(
    _OF_TENANT.where(DEFINITION.c.version_tag == bindparam("tag")).order_by(DEFINITION.c.version.desc()), DefinitionRow
)
_OF_DEPLOYMENT = Statement(_OF_KEY.where(DEFINITION.c.deployment_id == bindparam("deployment")), DefinitionRow)

_DEPLOYMENT_LOCK = 0x7A5CB21D

DEPLOYMENT_ORDERS: dict[str, ColumnElement[Any]] = {
    "id": DEPLOYMENT.c.id,
    "name": DEPLOYMENT.c.name,
    "created_at": DEPLOYMENT.c.created_at,
    "tenant": DEPLOYMENT.c.tenant,
}
ORDERS: dict[str, ColumnElement[Any]] = {
    "category": DEFINITION.c.category,
    "key": DEFINITION.c.key,
    "id": DEFINITION.c.id,
    "name": DEFINITION.c.name,
    "version": DEFINITION.c.version,
    "deployment_id": DEFINITION.c.deployment_id,
    "deployed_at": DEFINITION.c.deployment_id,
    "tenant": DEFINITION.c.tenant,
    "version_tag": DEFINITION.c.version_tag,
}


@dataclass(frozen=True, slots=True)
class DeploymentFilter:
    """What a list of deployments is narrowed to. Combined with and."""

    id: int | None = None
    name: str | None = None
    name_like: str | None = None
    source: str | None = None
    without_source: bool = False
    before: int | None = None
    after: int | None = None
    tenants: Sequence[str] | None = None
    without_tenant: bool = False
    or_without_tenant: bool = False


@dataclass(frozen=True, slots=True)
class DefinitionFilter:
    """What a list of process definitions is narrowed to. Combined with and."""

    ids: Sequence[int] | None = None
    keys: Sequence[str] | None = None
    key_like: str | None = None
    name: str | None = None
    name_like: str | None = None
    category: str | None = None
    category_like: str | None = None
    version: int | None = None
    latest: bool = False
    version_tag: str | None = None
    version_tag_like: str | None = None
    without_version_tag: bool = False
    deployment_id: int | None = None
    deployed_at: int | None = None
    deployed_after: int | None = None
    resource_name: str | None = None
    resource_name_like: str | None = None
    active: bool = False
    suspended: bool = False
    startable_in_tasklist: bool | None = None
    startable_by: str | None = None
    startable_by_groups: Sequence[str] = ()
    incident_id: int | None = None
    incident_type: str | None = None
    incident_message: str | None = None
    incident_message_like: str | None = None
    tenants: Sequence[str] | None = None
    without_tenant: bool = False
    or_without_tenant: bool = False


def serialise(tx: Transaction) -> None:
    """Let only one deployment at a time number its versions, until the end of the transaction."""
    if tx.dialect != "sqlite":
        tx.select(select(func.pg_advisory_xact_lock(_DEPLOYMENT_LOCK)))


def insert_deployment(tx: Transaction, row: dict[str, object], resources: Sequence[dict[str, object]]) -> None:
    """Write a deployment with its files; every row is complete."""
    tx.write(_INSERT_DEPLOYMENT, row)
    tx.write_many(_INSERT_RESOURCE, resources)


def insert(tx: Transaction, row: dict[str, object]) -> None:
    """Write one process definition; the row is complete."""
    tx.write(_INSERT_DEFINITION, row)


def add_starters(tx: Transaction, definition_id: int, starters: Sequence[tuple[str | None, str | None]]) -> None:
    """Name the users and groups (pairs, one of them None) that may start instances of a definition."""
    common = {"activity_id": definition_id, "type": "starter"}
    tx.write_many(
        _INSERT_STARTER,
        [common | {"id": tx.new_id(), "user_id": user, "group_id": group} for user, group in starters],
    )


def deployment(tx: Transaction, deployment_id: int) -> DeploymentRow | None:
    """One deployment."""
    return tx.one(_DEPLOYMENT, {"id": deployment_id})


def resources(tx: Transaction, deployment_id: int) -> list[ResourceRow]:
    """The files of a deployment, in the order they came."""
    return tx.rows(_RESOURCES, {"deployment": deployment_id})


def content(tx: Transaction, resource_id: int) -> bytes | None:
    """The bytes of one file."""
    row = tx.one(_CONTENT, {"id": resource_id})
    return None if row is None else bytes(row[0])


def file_of(tx: Transaction, deployment_id: int, name: str) -> bytes | None:
    """The bytes of the file of that name in a deployment; None where it has none."""
    found = next((row for row in resources(tx, deployment_id) if row.name == name), None)
    return None if found is None else content(tx, found.id)


def model(tx: Transaction, resource_id: int) -> Model | None:
    """One file that holds processes."""
    row = tx.one(_MODEL, {"id": resource_id})
    return None if row is None else Model(bytes(row[0]), Handling(row[1]))


def latest_model(tx: Transaction, resource_name: str, criteria: DeploymentFilter) -> Model | None:
    """The file of that name in the latest of the matching deployments that has one."""
    deployments = _deployments(criteria).with_only_columns(DEPLOYMENT.c.id)
    query = (
        select(RESOURCE.c.content, RESOURCE.c.handling)
        .where(RESOURCE.c.name == resource_name, RESOURCE.c.deployment_id.in_(deployments))
        .order_by(RESOURCE.c.deployment_id.desc())
        .limit(1)
    )
    rows: Sequence[Any] = tx.select(query)
    return next((Model(bytes(content), Handling(handling)) for content, handling in rows), None)


def get(tx: Transaction, definition_id: int) -> DefinitionRow | None:
    """One process definition."""
    return tx.one(_DEFINITION, {"id": definition_id})


def latest(tx: Transaction, key: str, tenant: str = "") -> DefinitionRow | None:
    """The highest version of a key within a tenant ('' for none)."""
    return tx.one(_LATEST, {"key": key, "tenant": tenant})


def of_version(tx: Transaction, key: str, tenant: str, version: int | None) -> DefinitionRow | None:
    """One version of a key within a tenant ('' for none)."""
    return tx.one(_OF_VERSION, {"key": key, "tenant": tenant, "number": version})


def tagged(tx: Transaction, key: str, tenant: str, version_tag: str | None) -> list[DefinitionRow]:
    """The versions of a key within a tenant ('' for none) that have a tag, the highest first."""
    return tx.rows(_TAGGED, {"key": key, "tenant": tenant, "tag": version_tag})


def of_deployment(tx: Transaction, key: str, deployment_id: int) -> DefinitionRow | None:
    """The version of a key that came with a deployment."""
    return tx.one(_OF_DEPLOYMENT, {"key": key, "deployment": deployment_id})


def find_deployments(
    tx: Transaction, criteria: DeploymentFilter, sorting: Sequence[Sorting] = (), page: Page = ALL
) -> list[DeploymentRow]:
    """The matching deployments; by id where no order is given."""
    query = paged(ordered(_deployments(criteria), DEPLOYMENT_ORDERS, sorting, DEPLOYMENT.c.id), page)
    return [DeploymentRow._make(row) for row in tx.select(query)]


def number_of_deployments(tx: Transaction, criteria: DeploymentFilter) -> int:
    """How many deployments match."""
    return count(tx, _deployments(criteria))


def _deployments(criteria: DeploymentFilter) -> Select[Any]:
    query = select(DEPLOYMENT).where(
        *equals(DEPLOYMENT.c.id, criteria.id),
        *equals(DEPLOYMENT.c.name, criteria.name),
        *like(DEPLOYMENT.c.name, criteria.name_like),
        *equals(DEPLOYMENT.c.source, criteria.source),
        *tenancy(
            DEPLOYMENT.c.tenant,
            criteria.tenants,
            without=criteria.without_tenant,
            or_without=criteria.or_without_tenant,
        ),
    )
    if criteria.without_source:
        query = query.where(DEPLOYMENT.c.source.is_(None))
    if criteria.before is not None:
        query = query.where(DEPLOYMENT.c.created_at < criteria.before)
    if criteria.after is not None:
        query = query.where(DEPLOYMENT.c.created_at > criteria.after)
    return query


def find(
    tx: Transaction, criteria: DefinitionFilter, sorting: Sequence[Sorting] = (), page: Page = ALL
) -> list[DefinitionRow]:
    """The matching definitions; by id where no order is given."""
    query = paged(ordered(_definitions(criteria), ORDERS, sorting, DEFINITION.c.id), page)
    return [DefinitionRow._make(row) for row in tx.select(query)]


def number(tx: Transaction, criteria: DefinitionFilter) -> int:
    """How many definitions match."""
    return count(tx, _definitions(criteria))


def _definitions(criteria: DefinitionFilter) -> Select[Any]:
    query = select(*_DEFINITION_COLUMNS).where(
        *among(DEFINITION.c.id, criteria.ids),
        *among(DEFINITION.c.key, criteria.keys),
        *like(DEFINITION.c.key, criteria.key_like),
        *equals(DEFINITION.c.name, criteria.name),
        *like(DEFINITION.c.name, criteria.name_like),
        *equals(DEFINITION.c.category, criteria.category),
        *like(DEFINITION.c.category, criteria.category_like),
        *equals(DEFINITION.c.version, criteria.version),
        *equals(DEFINITION.c.version_tag, criteria.version_tag),
        *like(DEFINITION.c.version_tag, criteria.version_tag_like),
        *equals(DEFINITION.c.deployment_id, criteria.deployment_id),
        *equals(DEFINITION.c.resource_name, criteria.resource_name),
        *like(DEFINITION.c.resource_name, criteria.resource_name_like),
        *tenancy(
            DEFINITION.c.tenant,
            criteria.tenants,
            without=criteria.without_tenant,
            or_without=criteria.or_without_tenant,
            none="",
        ),
    )
    return query.where(*_standing(criteria), *_in_trouble(criteria))


def _in_trouble(criteria: DefinitionFilter) -> list[ColumnElement[bool]]:
    about = [
        *equals(INCIDENT.c.id, criteria.incident_id),
        *equals(INCIDENT.c.type, criteria.incident_type),
        *equals(INCIDENT.c.message, criteria.incident_message),
        *like(INCIDENT.c.message, criteria.incident_message_like),
    ]
    incident = exists().where(INCIDENT.c.definition_id == DEFINITION.c.id, INCIDENT.c.ended_at.is_(None))
    return [incident.where(*about)] if about else []


def _standing(criteria: DefinitionFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if criteria.without_version_tag:
        found.append(DEFINITION.c.version_tag.is_(None))
    if criteria.suspended:
        found.append(DEFINITION.c.suspended == 1)
    elif criteria.active:
        found.append(DEFINITION.c.suspended == 0)
    if criteria.startable_in_tasklist is not None:
        found.append(DEFINITION.c.startable_in_tasklist == int(criteria.startable_in_tasklist))
    if criteria.latest:
        newer = DEFINITION.alias("newer")
        same = and_(newer.c.key == DEFINITION.c.key, newer.c.tenant == DEFINITION.c.tenant)
        found.append(~exists().where(same, newer.c.version > DEFINITION.c.version))
    if criteria.startable_by is not None:
        by_group = one_of(CANDIDATE.c.group_id, criteria.startable_by_groups)
        may_start = or_(CANDIDATE.c.user_id == criteria.startable_by, by_group)
        found.append(exists().where(CANDIDATE.c.activity_id == DEFINITION.c.id, may_start))
    deployed = exists().where(DEPLOYMENT.c.id == DEFINITION.c.deployment_id)
    if criteria.deployed_at is not None:
        found.append(deployed.where(DEPLOYMENT.c.created_at == criteria.deployed_at))
    if criteria.deployed_after is not None:
        found.append(deployed.where(DEPLOYMENT.c.created_at > criteria.deployed_after))
    return found


def running(tx: Transaction, definition_id: int) -> int:
    """How many instances of a definition are alive."""
    query = select(func.count()).where(
        INSTANCE.c.definition_id == definition_id, INSTANCE.c.state < InstanceState.COMPLETED
    )
    number: int = tx.select(query)[0][0]
    return number


def hold(tx: Transaction, definition_id: int) -> bool:
    """Lock a definition that is to be removed, so that nothing is started from it; tells whether it is still there."""
    return tx.one(_HOLD, {"id": definition_id}) is not None


def try_hold(tx: Transaction, definition_id: int) -> bool:
    """Lock a definition whose start timer fires; False, without waiting, when another transaction has it."""
    return tx.dialect == "sqlite" or tx.one(_TRY_HOLD, {"id": definition_id}) is not None


def hold_to_start(tx: Transaction, definition_id: int) -> None:
    """Lock a definition whose start timer is to fire; waits for the lock."""
    if tx.dialect != "sqlite":
        tx.one(_HOLD_TO_START, {"id": definition_id})


def hold_versions(tx: Transaction, key: str, tenant: str) -> list[int]:
    """Lock all versions of a key, so that none of their start timers fires meanwhile; gives their ids."""
    return [row[0] for row in tx.rows(_HOLD_STARTS, {"key": key, "tenant": tenant})]


def hold_deployment(tx: Transaction, deployment_id: int) -> bool:
    """Lock a deployment that is to be removed; tells whether it is still there."""
    return tx.one(_HOLD_DEPLOYMENT, {"id": deployment_id}) is not None


def set_suspended(tx: Transaction, definition_ids: Sequence[int], *, suspended: bool) -> None:
    """Suspend or activate definitions; their instances are another matter."""
    tx.execute(update(DEFINITION).where(one_of(DEFINITION.c.id, definition_ids)).values(suspended=int(suspended)))


def remove(tx: Transaction, definition_id: int) -> None:
    """Take one definition away; its instances must be gone."""
    tx.execute(delete(CANDIDATE).where(CANDIDATE.c.activity_id == definition_id))
    tx.execute(delete(DEFINITION).where(DEFINITION.c.id == definition_id))


def remove_deployment(tx: Transaction, deployment_id: int) -> None:
    """Take a deployment and its files away; its definitions must be gone."""
    tx.execute(delete(RESOURCE).where(RESOURCE.c.deployment_id == deployment_id))
    tx.execute(delete(DEPLOYMENT).where(DEPLOYMENT.c.id == deployment_id))
