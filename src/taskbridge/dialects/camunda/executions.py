"""Executions: the places where a process instance stands, each with variables of its own (contract 4.4).

Called by the spec layer. An instance is an execution, and so is each of its living activity instances.
"""

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import invalid_request, prefixed
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.variables import read_variables
from taskbridge.dialects.camunda.views.event_subscriptions import event_subscription
from taskbridge.dialects.camunda.views.executions import execution
from taskbridge.dialects.camunda.views.incidents import incident
from taskbridge.service import executions, incidents, variables
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call

#: What an execution's id can be the id of.
KINDS = (Kind.PROCESS_INSTANCE, Kind.EXECUTION)


def _id(call: Call) -> int:
    return ids.decode(call.path["id"], *KINDS)


async def camunda_get_execution(call: Call) -> Answer:
    """One living execution."""
    id_ = _id(call)
    place = await call.services.run(lambda unit: variables.execution(unit, id_, to_change=False), call.user)
    return Answer(200, execution(id_, place.instance_id, place.running.tenant))


async def camunda_signal_execution(call: Call) -> Answer:
    """Let the activity end that an execution is at."""
    shown, body = call.path["id"], call.body

    def work(unit: Unit) -> None:
        with prefixed(f"Cannot signal execution {shown}", id=shown):
            executions.signal(unit, _id(call), read_variables(body.get("variables")))

    await call.services.run(work, call.user)
    return Answer(204)


async def camunda_get_message_event_subscription(call: Call) -> Answer:
    """What an execution waits for under the name of a message."""
    name = call.path["messageName"]
    row = await call.services.run(lambda unit: executions.message_subscription(unit, _id(call), name), call.user)
    if row is None:
        raise invalid_request(
            f"Message event subscription for execution {call.path['id']} named {name} does not exist", 404
        )
    return Answer(200, event_subscription(row))


async def camunda_trigger_message_event_subscription(call: Call) -> Answer:
    """Let an execution receive the message that it waits for."""
    shown, name, body = call.path["id"], call.path["messageName"], call.body

    def work(unit: Unit) -> None:
        with prefixed(f"Cannot trigger message {name} for execution {shown}", id=shown):
            executions.receive_message(unit, _id(call), name, read_variables(body.get("variables")))

    await call.services.run(work, call.user)
    return Answer(204)


async def camunda_create_incident(call: Call) -> Answer:
    """Open an incident at the activity that an execution is at."""
    body = call.body
    type_, configuration, message = body.get("incidentType"), body.get("configuration"), body.get("message")
    if type_ is None:
        raise invalid_request("incidentType is null")
    row = await call.services.run(
        lambda unit: incidents.raise_at(unit, _id(call), type_, configuration=configuration, message=message), call.user
    )
    return Answer(200, incident(row))
