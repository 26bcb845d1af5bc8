"""Executions: the places where a process instance stands, each with variables of its own (contract 4.4).

Called by the spec layer. An instance is an execution, and so is each of its living activity instances.
"""

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.service import variables
from taskbridge.spec import Answer, Call

#: What an execution's id can be the id of.
KINDS = (Kind.PROCESS_INSTANCE, Kind.EXECUTION)


async def camunda_get_execution(call: Call) -> Answer:
    """One living execution."""
    id_ = ids.decode(call.path["id"], *KINDS)
    place = await call.services.run(lambda unit: variables.execution(unit, id_, to_change=False), call.user)
    view = {
        "id": call.path["id"],
        "processInstanceId": ids.encode(Kind.PROCESS_INSTANCE, place.instance_id),
        "ended": False,
        "tenantId": place.running.tenant,
    }
    return Answer(200, view)
