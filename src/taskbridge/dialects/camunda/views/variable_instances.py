"""Variables as rows of a list, as Camunda shows them (contract 4.4).

A variable has no row of its own, so its id names its scope and its name: ``name:uuid``.
"""

from typing import Any

import orjson

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.variables import write_variable
from taskbridge.engine.variables import Variable
from taskbridge.kinds import WITHOUT_ACTIVITY, ActivityKind
from taskbridge.service.unit import Unit
from taskbridge.store.variable_lists import VariableRow


def variable_id(name: str, scope_id: int) -> str:
    """The id of a variable."""
    return f"{name}:{ids.encode(Kind.VARIABLE, scope_id)}"


def decode_variable_id(text: str) -> tuple[str, int]:
    """The name and the scope behind a variable's id; the scope is UNKNOWN for any other text."""
    name, _, scope = text.rpartition(":")
    return name, ids.decode(scope, Kind.VARIABLE)


def input_names(unit: Unit, definition_id: int, node_id: str | None) -> frozenset[str]:
    """The names of an activity's inputs and loop variables, which are those of its execution and not of its task."""
    node = unit.process(definition_id).nodes.get(node_id or "")
    return frozenset(node.own_names) if node is not None else frozenset()


def _activity_instance(unit: Unit, row: VariableRow) -> str | None:
    """The activity instance that a variable is shown in; None for one that waits before or behind its activity.

    Where the vendor gives an activity that is no scope an execution of its own, loop variables are those of one around.
    """
    if row.kind in WITHOUT_ACTIVITY:
        return None
    node = unit.process(row.definition_id).nodes.get(row.node_id or "")
    looped = node is not None and row.kind != ActivityKind.SCOPE and row.name in node.loop_variables
    if node is not None and looped and node.behaviour.has_execution(node):
        return ids.activity_instance(node.scope or "", row.around)
    return ids.activity_instance(row.node_id or "", row.scope_id)


def variable_instance(unit: Unit, row: VariableRow, *, deserialize: bool) -> dict[str, Any]:
    """A variable with the place it lives in."""
    instance = ids.encode(Kind.PROCESS_INSTANCE, row.instance_id)
    own = row.node_id is None
    of_task = row.kind == ActivityKind.USER and row.name not in input_names(unit, row.definition_id, row.node_id)
    return {
        **write_variable(unit, Variable(*orjson.loads(row.stored)), deserialize=deserialize),
        "id": variable_id(row.name, row.scope_id),
        "name": row.name,
        "processDefinitionId": ids.definition(row.definition_key, row.definition_version, row.definition_id),
        "processInstanceId": instance,
        "executionId": instance if own else ids.encode(Kind.EXECUTION, row.scope_id),
        "caseInstanceId": None,
        "caseExecutionId": None,
        "taskId": ids.encode(Kind.TASK, row.scope_id) if of_task else None,
        "batchId": None,
        "activityInstanceId": instance if own else _activity_instance(unit, row),
        "errorMessage": None,
        "tenantId": row.tenant,
    }
