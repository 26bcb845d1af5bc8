"""Starting process instances by conditions.

Called by the spec layer.
"""

from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import invalid_request
from taskbridge.dialects.camunda.variables import read_variables
from taskbridge.dialects.camunda.views.process_definitions import definition_id
from taskbridge.dialects.camunda.views.process_instances import started_instance
from taskbridge.service import condition_starts
from taskbridge.service.condition_starts import Evaluation
from taskbridge.service.errors import NotFound
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store import definitions
from taskbridge.store.definitions import DefinitionRow


async def camunda_evaluate_condition(call: Call) -> Answer:
    """Start an instance at every conditional start event that holds."""
    body = call.body
    tenant, without_tenant = body.get("tenantId"), bool(body.get("withoutTenantId"))
    if tenant is not None and without_tenant:
        raise invalid_request("Parameter 'tenantId' cannot be used together with parameter 'withoutTenantId'.")
    wanted = Evaluation(read_variables(body.get("variables")), body.get("businessKey"), tenant, without_tenant)
    named = body.get("processDefinitionId")

    def work(unit: Unit) -> list[dict[str, Any]]:
        if named is None:
            started = condition_starts.evaluate(unit, wanted)
        else:
            started = condition_starts.evaluate_definition(unit, _definition(unit, named), wanted)
        return [started_instance(one, None, None) for one in started]

    return Answer(200, await call.services.run(work, call.user))


def _definition(unit: Unit, shown: str) -> DefinitionRow:
    row = definitions.get(unit.tx, ids.decode_definition(shown))
    if row is None or definition_id(row) != shown:
        raise NotFound("process definition", shown)
    return row
