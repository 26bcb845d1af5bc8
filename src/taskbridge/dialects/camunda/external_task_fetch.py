"""Handing tasks to workers: fetchAndLock with its long polling (contract 1.6)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import (
    invalid_request,
    not_valid,
    null_value,
    process_engine_exception,
)
from taskbridge.dialects.camunda.queries import bounded, exact_condition, present
from taskbridge.dialects.camunda.values import LONGEST, java_text
from taskbridge.dialects.camunda.variables import write_variables
from taskbridge.dialects.camunda.views.external_tasks import locked_task
from taskbridge.engine.elements import external_task
from taskbridge.service import external_tasks, long_poll
from taskbridge.service.external_tasks import FetchRequest, TopicRequest
from taskbridge.service.long_poll import Caller
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store.activities import ActivityRow
from taskbridge.store.external_tasks import FetchOrder, TopicCriteria
from taskbridge.store.lists import check_number_of_values

_LONGEST_POLL = 1_800_000
#: Each topic costs statements of its own.
_MOST_TOPICS = 5_000
#: Members of a topic that are lists, of which each value costs time.
_LISTS = ("processDefinitionIdIn", "processDefinitionKeyIn", "tenantIdIn")

Json = dict[str, Any]
View = Callable[[Unit, list[ActivityRow]], list[Json]]


class _Wish(NamedTuple):
    """What a worker wants to see of a topic's tasks; ``names`` None means every variable."""

    names: Sequence[str] | None
    local_only: bool
    deserialize: bool
    properties: bool


async def camunda_fetch_and_lock_external_tasks(call: Call) -> Answer:
    """Lock tasks for a worker; with ``asyncResponseTimeout`` wait that many milliseconds for the first one."""
    body = call.body
    timeout = body.get("asyncResponseTimeout")
    if timeout is not None and timeout > _LONGEST_POLL:
        raise invalid_request(
            f"The asynchronous response timeout cannot be set to a value greater than {_LONGEST_POLL} milliseconds"
        )
    request, view = _request(body)
    waits = timeout is not None and timeout > 0
    if waits and await call.disconnected():
        return Answer(200, [])
    rows, found = await call.services.run(lambda unit: _fetched(unit, request, view), call.user)
    if waits and not rows:
        caller = Caller(call.wait_disconnected, lambda: call.info.dialect.authenticate(call.info), call.user)
        found = await long_poll.fetch_and_lock(call.services, request, timeout, caller, view)
    elif waits and await call.disconnected():
        await long_poll.give_back(call.services, rows, call.user)
    return Answer(200, found or [])


def _fetched(unit: Unit, request: FetchRequest, view: View) -> tuple[list[ActivityRow], list[Json] | None]:
    rows = external_tasks.fetch_and_lock(unit, request)
    return rows, view(unit, rows)


def _request(body: Json) -> tuple[FetchRequest, View]:
    """What is asked for, and how to show it. The order of the checks is the vendor's."""
    order = FetchOrder(bool(body.get("usePriority")), _newest_first(body.get("sorting") or ()))
    # A topic that is named twice counts as its last entry says; the others are not even looked at.
    topics = {topic.get("topicName"): topic for topic in map(present, body.get("topics") or ())}
    worker, most = body.get("workerId"), body.get("maxTasks") or 0
    if worker is None:
        raise null_value("workerId is null")
    if most < 0:
        raise process_engine_exception("maxResults is not greater than or equal to 0")
    for topic in topics.values():
        _check(topic)
    bounded(len(topics), _MOST_TOPICS)
    bounded(sum(len(topic.get("processVariables") or ()) for topic in topics.values()))
    check_number_of_values(sum(len(topic.get(name) or ()) for topic in topics.values() for name in _LISTS))
    wishes = {name: _wish(topic) for name, topic in topics.items()}
    requests = tuple(TopicRequest(_criteria(topic), _duration(topic)) for topic in topics.values())
    request = FetchRequest(worker, most, requests, order)
    return request, lambda unit, rows: [_shown(unit, row, wishes[row.topic]) for row in rows]


def _newest_first(sorting: Sequence[Json | None]) -> bool:
    bounded(len(sorting))
    orders = [_direction(present(clause)) for clause in sorting]
    return orders[:1] == ["desc"]


def _direction(clause: Mapping[str, Any]) -> str:
    by, order = clause.get("sortBy"), clause.get("sortOrder")
    if by != "createTime":
        raise invalid_request(f"Cannot set query sortBy parameter to value {java_text(by)}")
    if order is None:
        raise not_valid("Invalid query: call asc() or desc() after using orderByXX(): direction is null")
    if order not in ("asc", "desc"):
        raise invalid_request(f"Cannot set query sortOrder parameter to value {order}")
    return str(order)


def _check(topic: Mapping[str, Any]) -> None:
    if topic.get("topicName") is None:
        raise null_value("topicName is null")
    if (topic.get("lockDuration") or 0) <= 0:
        raise process_engine_exception("lockTime is not greater than 0")


def _duration(topic: Mapping[str, Any]) -> int:
    duration: int = topic["lockDuration"]
    return min(duration, LONGEST)


def _wish(topic: Mapping[str, Any]) -> _Wish:
    return _Wish(
        topic.get("variables"),
        bool(topic.get("localVariables")),
        bool(topic.get("deserializeValues")),
        bool(topic.get("includeExtensionProperties")),
    )


#: Members of a topic that narrow what is fetched; a topic without any takes the short way.
_NARROWING = (
    "businessKey",
    "processDefinitionId",
    "processDefinitionIdIn",
    "processDefinitionKey",
    "processDefinitionKeyIn",
    "processDefinitionVersionTag",
    "withoutTenantId",
    "tenantIdIn",
    "processVariables",
)


_WIDE: tuple[object, ...] = (None, False, [], {})


def _criteria(topic: Mapping[str, Any]) -> TopicCriteria:
    if all(topic.get(name) in _WIDE for name in _NARROWING):
        return TopicCriteria(topic["topicName"])
    definitions = _both(topic.get("processDefinitionId"), topic.get("processDefinitionIdIn"))
    variables: Mapping[str, Any] = topic.get("processVariables") or {}
    return TopicCriteria(
        topic=topic["topicName"],
        business_key=topic.get("businessKey"),
        definition_ids=None if definitions is None else tuple(map(ids.decode_definition, definitions)),
        definition_keys=_both(topic.get("processDefinitionKey"), topic.get("processDefinitionKeyIn")),
        version_tag_like=topic.get("processDefinitionVersionTag"),
        without_tenant=bool(topic.get("withoutTenantId")),
        tenants=tuple(topic.get("tenantIdIn") or ()),
        any_variable=tuple(exact_condition(name, value) for name, value in variables.items()),
    )


def _both(one: str | None, several: Sequence[str] | None) -> tuple[str, ...] | None:
    """What fulfils ``= one`` and ``IN several``; an empty list does not narrow."""
    if one is None:
        return tuple(several) if several else None
    return (one,) if not several or one in several else ()


def _shown(unit: Unit, row: ActivityRow, wish: _Wish) -> Json:
    properties: Mapping[str, str] = {}
    if wish.properties and (settings := external_task.settings_of(unit.process(row.definition_id).nodes[row.node_id])):
        properties = settings.properties
    return locked_task(row, _variables(unit, row, wish), properties)


def _variables(unit: Unit, row: ActivityRow, wish: _Wish) -> dict[str, Json]:
    if wish.names is not None and not wish.names:
        return {}
    visible = external_tasks.visible_variables(unit, row, local_only=wish.local_only)
    if wish.names is not None:
        visible = {name: visible[name] for name in wish.names if name in visible}
    return write_variables(unit, visible, deserialize=wish.deserialize)
