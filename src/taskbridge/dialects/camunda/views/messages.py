"""What a message came to, as Camunda shows it (contract 4.5)."""

from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.variables import write_variables
from taskbridge.dialects.camunda.views.process_instances import started_instance
from taskbridge.service.correlation import Correlated
from taskbridge.service.unit import Unit


def correlated(unit: Unit, result: Correlated, *, with_variables: bool) -> dict[str, Any]:
    """An execution that went on, or an instance that was started; on request with the variables of the instance."""
    view: dict[str, Any] = {
        "resultType": "Execution" if result.started is None else "ProcessDefinition",
        "execution": _execution(result) if result.started is None else None,
        # There is no link to itself here.
        "processInstance": None
        if result.started is None
        else {**started_instance(result.started, "", None), "links": []},
    }
    if with_variables:
        view["variables"] = write_variables(unit, dict(result.variables.items()), deserialize=False)
    return view


def _execution(result: Correlated) -> dict[str, Any]:
    instance = ids.encode(Kind.PROCESS_INSTANCE, result.instance_id)
    waited = result.activity_id
    return {
        "id": instance if waited is None else ids.encode(Kind.EXECUTION, waited),
        "processInstanceId": instance,
        "ended": result.over,
        "tenantId": result.tenant,
    }
