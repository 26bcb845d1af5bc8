"""Messages: correlated at once, or to many instances in the background (contract 4.5). The rules are the service's.

Called by the spec layer. The order of checks is the vendor's.
"""

from collections.abc import Mapping
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.correlation_keys import conditions, read_keys, shown_keys
from taskbridge.dialects.camunda.errors import (
    bad_user_request,
    invalid_request,
    refusals_prefixed,
    rest_exception,
    translate,
)
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.models import CorrelationMessageAsync
from taskbridge.dialects.camunda.selections import each_id_in, instance_selections, refuse_unknown_members
from taskbridge.dialects.camunda.values import java_text
from taskbridge.dialects.camunda.variables import read_variables
from taskbridge.dialects.camunda.views.batches import batch
from taskbridge.dialects.camunda.views.messages import correlated
from taskbridge.engine.variables import Variable
from taskbridge.service import batches, correlation
from taskbridge.service.correlation import Message
from taskbridge.service.errors import AmbiguousMessage, NoReceiver
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store import instance_lists
from taskbridge.store.correlation import Criteria

_Keys = Mapping[str, Variable]
#: Where the vendor's layer of REST shows what the engine raised: the class of the error, then its text.
_MISMATCH = "org.camunda.bpm.engine.MismatchingMessageCorrelationException"


async def camunda_correlate_message(call: Call) -> Answer:
    """Give a message to the one receiver that it fits, or with ``all`` to every one."""
    body: Mapping[str, Any] = call.body
    _check(body)
    with refusals_prefixed("Cannot deliver message"):
        keys, local_keys = read_keys(body.get("correlationKeys")), read_keys(body.get("localCorrelationKeys"))
        given, local, triggered = (
            read_variables(body.get(name))
            for name in ("processVariables", "processVariablesLocal", "processVariablesToTriggeredScope")
        )
    message = Message(_criteria(body, keys, local_keys), given, local, triggered)
    shown = bool(body.get("resultEnabled"))
    with_variables = bool(body.get("variablesInResultEnabled"))

    def work(unit: Unit) -> list[dict[str, Any]]:
        if body.get("all"):
            results = correlation.correlate_all(unit, message)
        else:
            results = [_only(unit, message, body, keys, local_keys)]
        return [correlated(unit, one, with_variables=with_variables) for one in results] if shown else []

    results = await call.services.run(work, call.user)
    return Answer(200, results) if shown else Answer(204)


def _check(body: Mapping[str, Any]) -> None:
    if body.get("messageName") is None:
        raise invalid_request("No message name supplied")
    if body.get("tenantId") is not None and body.get("withoutTenantId"):
        raise invalid_request("Parameter 'tenantId' cannot be used together with parameter 'withoutTenantId'.")
    if body.get("variablesInResultEnabled") and not body.get("resultEnabled"):
        raise invalid_request(
            "Parameter 'variablesInResultEnabled' cannot be used without 'resultEnabled' set to true."
        )


def _criteria(body: Mapping[str, Any], keys: _Keys, local_keys: _Keys) -> Criteria:
    tenant, instance = body.get("tenantId"), body.get("processInstanceId")
    of_tenant = tenant is not None or bool(body.get("withoutTenantId"))
    if instance is not None and of_tenant:
        raise bad_user_request(
            "ENGINE-13028 Cannot specify a tenant-id when correlate a message to a single process instance."
        )
    return Criteria(
        name=body["messageName"],
        instance_id=None if instance is None else ids.decode(instance, Kind.PROCESS_INSTANCE),
        business_key=body.get("businessKey"),
        of_tenant=of_tenant,
        tenant=tenant,
        keys=conditions(keys),
        local_keys=conditions(local_keys),
    )


def _only(
    unit: Unit, message: Message, body: Mapping[str, Any], keys: _Keys, local_keys: _Keys
) -> correlation.Correlated:
    try:
        return correlation.correlate(unit, message)
    except (NoReceiver, AmbiguousMessage) as error:
        text = str(translate(error, {}).message)
        if isinstance(error, AmbiguousMessage):
            text += f": {_correlation_set(body, keys, local_keys)}"
        raise rest_exception(f"{_MISMATCH}: {text}", 400) from error


def _correlation_set(body: Mapping[str, Any], keys: _Keys, local_keys: _Keys) -> str:
    """What a message named, in the vendor's form: the text of one that fits too much."""
    given = {
        "businessKey": java_text(body.get("businessKey")),
        "processInstanceId": java_text(body.get("processInstanceId")),
        "processDefinitionId": "null",
        "correlationKeys": shown_keys(keys),
        "localCorrelationKeys": shown_keys(local_keys),
        "tenantId": java_text(body.get("tenantId")),
        "isTenantIdSet": java_text(body.get("tenantId") is not None or bool(body.get("withoutTenantId"))),
        "isExecutionsOnly": "false",
    }
    return f"CorrelationSet [{', '.join(f'{name}={text}' for name, text in given.items())}]"


async def camunda_correlate_message_async(call: Call) -> Answer:
    """Give a message to instances that are named or meet a query, in the background."""
    body: Mapping[str, Any] = call.body
    refuse_unknown_members(body, CorrelationMessageAsync)
    with refusals_prefixed("Cannot set variables"):
        given = read_variables(body.get("variables"))
    if all(body.get(name) is None for name in _SELECTIONS):
        raise invalid_request("No process instances found.")
    selections = instance_selections(body)

    def work(unit: Unit) -> dict[str, Any]:
        instances = each_id_in(body, "processInstanceIds", Kind.PROCESS_INSTANCE)
        for selection in selections:
            instances += instance_lists.ids(unit.tx, selection)
        if not instances:
            raise bad_user_request("Process instance ids cannot be empty: process instance ids is empty")
        for name, variable in given.items():
            if variable.transient:
                raise bad_user_request(
                    f"ENGINE-13044 Setting transient variable '{name}' asynchronously is currently not supported."
                )
        return batch(batches.correlate_message(unit, instances, body.get("messageName"), given))

    return Answer(200, await call.services.run(work, call.user))


_SELECTIONS = ("processInstanceIds", "processInstanceQuery", "historicProcessInstanceQuery")
