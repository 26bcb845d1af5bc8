"""Signals that clients throw (contract 4.5). Called by the spec layer."""

from collections.abc import Mapping
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import bad_user_request, invalid_request, translate
from taskbridge.dialects.camunda.executions import KINDS
from taskbridge.dialects.camunda.variables import read_variables
from taskbridge.dialects.camunda.wordings import SIGNAL_TO_EXECUTION
from taskbridge.engine.variables import Variable
from taskbridge.service import signals
from taskbridge.service.errors import NotFound, SignalNotAwaited, Suspended
from taskbridge.spec import Answer, Call


async def camunda_throw_signal(call: Call) -> Answer:
    """Give a signal to one execution, or to everything that waits for it."""
    body: Mapping[str, Any] = call.body or {}
    name, execution, tenant = body.get("name"), body.get("executionId"), body.get("tenantId")
    if name is None:
        raise invalid_request("No signal name given")
    given = read_variables(body.get("variables"))
    of_tenant = tenant is not None or bool(body.get("withoutTenantId"))
    if execution is None:
        tenants = [tenant] if of_tenant else None
        await call.services.run(lambda unit: signals.broadcast(unit, name, given, tenants), call.user)
        return Answer(204)
    if of_tenant:
        raise bad_user_request("ENGINE-13027 Cannot specify a tenant-id when deliver a signal to a single execution.")
    await _to_execution(call, execution, name, given)
    return Answer(204)


async def _to_execution(call: Call, shown: str, name: str, given: dict[str, Variable]) -> None:
    execution_id = ids.decode(shown, *KINDS)
    try:
        await call.services.run(lambda unit: signals.send(unit, execution_id, name, given), call.user)
    except (NotFound, SignalNotAwaited, Suspended) as error:
        raise translate(error, {"id": shown}, SIGNAL_TO_EXECUTION) from error
