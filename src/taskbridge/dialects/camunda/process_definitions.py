"""Process definitions and the starting of instances (contract 4.3).

What can be done with one definition can be done by its id, by its key and by its key and tenant: the handlers of these
eighteen operations are one table of actions times ways to find the definition. Called by the spec layer.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

from taskbridge.dialects.camunda import ids, instructions
from taskbridge.dialects.camunda.errors import invalid_request, prefixed, process_engine_exception
from taskbridge.dialects.camunda.filters import (
    Field,
    Fields,
    id_of,
    narrowed,
    off,
    on,
    one,
    only_definition,
    some,
    without_empty_lists,
)
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.models import ProcessDefinitionsSuspension
from taskbridge.dialects.camunda.queries import count_answer, page, sorting_from_query
from taskbridge.dialects.camunda.query_rules import check_definitions
from taskbridge.dialects.camunda.selections import refuse_unknown_members
from taskbridge.dialects.camunda.values import EARLIEST, LATEST, parse_date
from taskbridge.dialects.camunda.variables import read_variables, write_variables
from taskbridge.dialects.camunda.views.process_definitions import definition_id, process_definition
from taskbridge.dialects.camunda.views.process_instances import started_instance
from taskbridge.service import delayed_suspensions, modifications, processes
from taskbridge.service.errors import NotFound
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call, Handler
from taskbridge.store import definitions, identity
from taskbridge.store.definitions import DefinitionFilter, DefinitionRow

#: An ISO 8601 date and time; the time, and its last parts, may be missing.
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d(:\d\d(:\d\d([.,]\d{1,6})?)?)?(Z|[+-]\d\d:?\d\d)?)?")
_FILTERS: Fields = {
    "processDefinitionId": Field("ids", only_definition),
    "processDefinitionIdIn": Field("ids", lambda texts: [ids.decode_definition(text) for text in texts] or None),
    "name": Field("name"),
    "nameLike": Field("name_like"),
    "deploymentId": Field("deployment_id", id_of(Kind.DEPLOYMENT)),
    "deployedAfter": Field("deployed_after"),
    "deployedAt": Field("deployed_at"),
    "key": Field("keys", one),
    "keysIn": Field("keys", some),
    "keyLike": Field("key_like"),
    "category": Field("category"),
    "categoryLike": Field("category_like"),
    "version": Field("version"),
    "latestVersion": Field("latest", on),
    "resourceName": Field("resource_name"),
    "resourceNameLike": Field("resource_name_like"),
    "startableBy": Field("startable_by"),
    "active": Field("active", on),
    "suspended": Field("suspended", on),
    "incidentId": Field("incident_id", id_of(Kind.INCIDENT)),
    "incidentType": Field("incident_type"),
    "incidentMessage": Field("incident_message"),
    "incidentMessageLike": Field("incident_message_like"),
    "tenantIdIn": Field("tenants", some),
    "withoutTenantId": Field("without_tenant", on),
    "includeProcessDefinitionsWithoutTenantId": Field("or_without_tenant", on),
    "versionTag": Field("version_tag"),
    "versionTagLike": Field("version_tag_like"),
    "withoutVersionTag": Field("without_version_tag", on),
    "startableInTasklist": Field("startable_in_tasklist", on),
    "notStartableInTasklist": Field("startable_in_tasklist", off),
    # "startablePermissionCheck" leaves out what a user may not start where authorizations are used: here, and there by
    # default, they are not.
}
_ORDERS = {
    "category": "category",
    "key": "key",
    "id": "id",
    "name": "name",
    "version": "version",
    "deploymentId": "deployment_id",
    "deployTime": "deployed_at",
    "tenantId": "tenant",
    "versionTag": "version_tag",
}


async def camunda_list_process_definitions(call: Call) -> Answer:
    """The definitions that match the query parameters."""
    criteria, sorting, part = _filter(call), sorting_from_query(call, _ORDERS), page(call)

    def work(unit: Unit) -> list[dict[str, Any]]:
        found = definitions.find(unit.tx, _with_groups(unit, criteria), sorting, part)
        return [process_definition(row) for row in found]

    return Answer(200, await call.services.read(work, call.user))


async def camunda_count_process_definitions(call: Call) -> Answer:
    """How many definitions match the query parameters."""
    sorting_from_query(call, _ORDERS)
    criteria = _filter(call)
    return count_answer(
        await call.services.read(lambda unit: definitions.number(unit.tx, _with_groups(unit, criteria)), call.user)
    )


def _filter(call: Call) -> DefinitionFilter:
    given = without_empty_lists(call.query, "processDefinitionIdIn", "keysIn", "tenantIdIn")
    check_definitions(given)
    return DefinitionFilter(**narrowed(_FILTERS, given))


def _with_groups(unit: Unit, criteria: DefinitionFilter) -> DefinitionFilter:
    """A user may start a process also through his groups."""
    if criteria.startable_by is None:
        return criteria
    return replace(criteria, startable_by_groups=identity.groups_of(unit.tx, criteria.startable_by))


async def camunda_set_process_definitions_suspension(call: Call) -> Answer:
    """Suspend or activate every version of a key."""
    body = call.body
    refuse_unknown_members(body, ProcessDefinitionsSuspension)
    if body.get("processDefinitionId") is not None:
        raise invalid_request("Only processDefinitionKey can be set to update the suspension state.")
    key = body.get("processDefinitionKey")
    if key is None:
        raise invalid_request(
            "Either processDefinitionId or processDefinitionKey should be set to update the suspension state."
        )
    moment = execution_date(body, "Could not update the suspension state of Process Definitions")
    await call.services.run(lambda unit: _suspend(unit, _versions(unit, key), body, moment), call.user)
    return Answer(204)


async def camunda_delete_all_process_definitions_by_key(call: Call) -> Answer:
    """Remove every version of a key, whatever its tenant."""
    return await _delete_all(call, None)


async def camunda_delete_all_process_definitions_by_key_and_tenant(call: Call) -> Answer:
    """Remove every version of a tenant's key."""
    return await _delete_all(call, [call.path["tenantId"]])


async def _delete_all(call: Call, tenants: list[str] | None) -> Answer:
    def work(unit: Unit) -> None:
        _check_texts(call.path)
        found = definitions.find(unit.tx, DefinitionFilter(keys=[call.path["key"]], tenants=tenants))
        if not found:
            raise NotFound("process definition key", call.path["key"])
        for row in found:
            processes.delete_definition(unit, row, cascade=call.query.get("cascade", False))

    await call.services.run(work, call.user)
    return Answer(204)


def _versions(unit: Unit, key: str) -> list[int]:
    return [row.id for row in definitions.find(unit.tx, DefinitionFilter(keys=[key]))]


def execution_date(body: Mapping[str, Any], refusal: str) -> int | None:
    """When a suspension is to be carried out, in milliseconds; None for now. ``refusal`` begins the error's text."""
    text = body.get("executionDate")
    if not text:
        return None
    try:
        return _iso_date(text) if _ISO_DATE.fullmatch(text) else parse_date(text)
    except ValueError as error:
        raise invalid_request(f'{refusal} due to: Invalid format: "{text}"') from error


def _iso_date(text: str) -> int:
    """A date of ISO 8601, which the vendor takes here only; without an offset it is in UTC, as all dates shown."""
    moment = datetime.fromisoformat(text)
    number = round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1_000)
    if not EARLIEST <= number <= LATEST:
        raise ValueError(text)
    return number


def _suspend(unit: Unit, definition_ids: list[int], body: Mapping[str, Any], moment: int | None) -> None:
    suspended, with_instances = bool(body.get("suspended")), bool(body.get("includeProcessInstances"))
    if moment is not None and moment > unit.tx.now:
        delayed_suspensions.set_definitions_suspended(
            unit, definition_ids, suspended=suspended, with_instances=with_instances, moment=moment
        )
    else:
        processes.set_definitions_suspended(unit, definition_ids, suspended=suspended, with_instances=with_instances)


# one definition


class Selector(NamedTuple):
    """A way to say which definition is meant. ``find`` gets the path parameters; raises NotFound."""

    suffix: str
    find: Callable[[Unit, Mapping[str, str]], DefinitionRow]


def _by_id(unit: Unit, path: Mapping[str, str]) -> DefinitionRow:
    row = processes.definition(unit, ids.decode_definition(path["id"]))
    if definition_id(row) != path["id"]:
        raise NotFound("process definition", path["id"])
    return row


def _by_key(unit: Unit, path: Mapping[str, str]) -> DefinitionRow:
    _check_texts(path)
    return processes.latest_definition(unit, path["key"])


def _by_key_and_tenant(unit: Unit, path: Mapping[str, str]) -> DefinitionRow:
    _check_texts(path)
    return processes.latest_definition(unit, path["key"], path["tenantId"])


def _check_texts(path: Mapping[str, str]) -> None:
    # No tenant at all is stored as an empty text, which names none; NUL is what a database cannot look for.
    if any(not text or "\0" in text for text in path.values()):
        raise NotFound("process definition key", path["key"])


BY_ID = Selector("", _by_id)
SELECTORS = (BY_ID, Selector("_by_key", _by_key), Selector("_by_key_and_tenant", _by_key_and_tenant))


async def _get(selector: Selector, call: Call) -> Answer:
    row = await call.services.run(lambda unit: selector.find(unit, call.path), call.user)
    return Answer(200, process_definition(row))


async def _xml(selector: Selector, call: Call) -> Answer:
    def work(unit: Unit) -> tuple[DefinitionRow, bytes]:
        row = selector.find(unit, call.path)
        return row, processes.bpmn_of(unit, row)

    row, content = await call.services.read(work, call.user)
    return Answer(200, {"id": definition_id(row), "bpmn20Xml": content.decode("utf-8", "replace")})


async def _diagram(selector: Selector, call: Call) -> Answer:
    await call.services.run(lambda unit: selector.find(unit, call.path), call.user)
    return Answer(204)


async def _delete(selector: Selector, call: Call) -> Answer:
    cascade = call.query.get("cascade", False)
    await call.services.run(
        lambda unit: processes.delete_definition(unit, selector.find(unit, call.path), cascade=cascade), call.user
    )
    return Answer(200)


async def _set_suspension(selector: Selector, call: Call) -> Answer:
    def work(unit: Unit) -> None:
        try:
            row = selector.find(unit, call.path)
            chosen, shown = [row.id], definition_id(row)
        except NotFound:
            if selector is not BY_ID:
                raise
            chosen, shown = [], call.path["id"]  # the vendor updates what has the id, be it nothing
        if call.body.get("processDefinitionKey") is not None:
            raise invalid_request(
                "Only one of processDefinitionId or processDefinitionKey should be set to update the suspension state."
            )
        refusal = f"The suspension state of Process Definition with id {shown} could not be updated"
        _suspend(unit, chosen, call.body, execution_date(call.body, refusal))

    await call.services.run(work, call.user)
    return Answer(204)


_SKIPS_AT_DEFAULT = (
    "ENGINE-13024 Cannot skip custom listeners or input/output mappings when start a process instance at default start "
    "activity."
)


async def _start(selector: Selector, call: Call) -> Answer:
    return Answer(200, await call.services.run(lambda unit: _started(unit, selector, call), call.user))


def _started(unit: Unit, selector: Selector, call: Call) -> dict[str, Any]:
    body = call.body
    # An unknown key is a wrong path; an unknown id is an engine failure, found after the variables are read.
    row = None if selector is BY_ID else selector.find(unit, call.path)
    shown = call.path["id"] if row is None else definition_id(row)
    with prefixed(f"Cannot instantiate process definition {shown}", id=shown):
        given = read_variables(body.get("variables"))
        where = instructions.of_new_instance(body.get("startInstructions"))
        omitted = instructions.omissions(body)
        row = row or selector.find(unit, call.path)
        if where:
            started = modifications.start(unit, row, where, given, body.get("businessKey"), omitted)
        elif omitted.listeners or omitted.mappings:
            raise process_engine_exception(_SKIPS_AT_DEFAULT)
        else:
            started = processes.start(unit, row, given, body.get("businessKey"))
    view = started_instance(started, call.base_url, body.get("caseInstanceId"))
    if body.get("withVariablesInReturn"):
        view["variables"] = write_variables(unit, dict(started.variables.items()), deserialize=False)
    return view


_ACTIONS: Mapping[str, Callable[[Selector, Call], Awaitable[Answer]]] = {
    "get_process_definition": _get,
    "get_process_definition_xml": _xml,
    "get_process_definition_diagram": _diagram,
    "delete_process_definition": _delete,
    "set_process_definition_suspension": _set_suspension,
    "start_process_instance": _start,
}

#: The operations on one definition.
HANDLERS: Mapping[str, Handler] = {
    f"camunda_{name}{selector.suffix}": partial(action, selector)
    for name, action in _ACTIONS.items()
    for selector in SELECTORS
}
