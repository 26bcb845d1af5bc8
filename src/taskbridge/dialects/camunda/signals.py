"""Signals that clients throw (contract 4.5). Called by the spec layer."""

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import bad_user_request, invalid_request, translate
from taskbridge.dialects.camunda.executions import KINDS
from taskbridge.dialects.camunda.models import Signal
from taskbridge.dialects.camunda.variables import read_variables
from taskbridge.dialects.camunda.wordings import SIGNAL_TO_EXECUTION
from taskbridge.engine.variables import Variable
from taskbridge.service import signals
from taskbridge.service.errors import NotFound, SignalNotAwaited, Suspended
from taskbridge.spec import Answer, Call


async def camunda_throw_signal(call: Call) -> Answer:
    """Give a signal to one execution, or to everything that waits for it."""
    body = call.body_as(Signal)
    if body.name is None:
        raise invalid_request("No signal name given")
    given = read_variables(call.body.get("variables"))
    if body.executionId is None:
        tenants = None if body.tenantId is None and not body.withoutTenantId else [body.tenantId]
        name = body.name
        await call.services.run(lambda unit: signals.broadcast(unit, name, given, tenants), call.user)
        return Answer(204)
    if body.tenantId is not None or body.withoutTenantId:
        raise bad_user_request("ENGINE-13027 Cannot specify a tenant-id when deliver a signal to a single execution.")
    await _to_execution(call, body.executionId, body.name, given)
    return Answer(204)


async def _to_execution(call: Call, shown: str, name: str, given: dict[str, Variable]) -> None:
    execution_id = ids.decode(shown, *KINDS)
    try:
        await call.services.run(lambda unit: signals.send(unit, execution_id, name, given), call.user)
    except (NotFound, SignalNotAwaited, Suspended) as error:
        raise translate(error, {"id": shown}, SIGNAL_TO_EXECUTION) from error
