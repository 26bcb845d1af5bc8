"""Plans of migrations and what is wrong with them, as Camunda shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.values import java_text
from taskbridge.engine.migrating.checking import Fault, Standing
from taskbridge.engine.migrating.plan import Instruction
from taskbridge.service.errors import CannotMigrate, InvalidPlan


def instruction(one: Instruction) -> dict[str, Any]:
    """An instruction."""
    return {"sourceActivityIds": [one.source], "targetActivityIds": [one.target], "updateEventTrigger": one.updates}


def plan_report(error: InvalidPlan, variables: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What is wrong with a plan; ``variables`` are those of the request as they are shown."""
    return {
        "instructionReports": [
            {"instruction": instruction(one), "failures": list(texts)} for one, texts in error.failures
        ],
        "variableReports": {
            name: {**variables[name], "failures": list(texts)} for name, texts in error.variables.items()
        },
    }


def plan_text(error: InvalidPlan) -> str:
    """The same as the text of an error."""
    source, target = error.names
    lines = [f"ENGINE-23001 Migration plan for process definition '{source}' to '{target}' is not valid:"]
    for one, texts in error.failures:
        shown = f"sourceActivityId='{java_text(one.source)}', targetActivityId='{java_text(one.target)}'"
        update = java_text(one.updates)
        lines.append(
            f"\t Migration instruction MigrationInstructionImpl{{{shown}, updateEventTrigger='{update}'}} is not valid:"
        )
        lines += [f"\t\t{text}" for text in texts]
    for name, texts in error.variables.items():
        lines.append(f"\t Migration variable {name} is not valid:")
        lines += [f"\t\t{text}" for text in texts]
    return "\n".join([*lines, ""])


def instance_report(error: CannotMigrate) -> dict[str, Any]:
    """What is in the way in an instance."""
    return {
        "processInstanceId": ids.encode(Kind.PROCESS_INSTANCE, error.instance_id),
        "failures": [],
        "activityInstanceValidationReports": [
            _place(error, one) | {"activityInstanceId": _shown(error, one)} for one in _of(error, Standing.ACTIVITY)
        ],
        "transitionInstanceValidationReports": [
            _place(error, one) | {"transitionInstanceId": _shown(error, one)} for one in _of(error, Standing.TRANSITION)
        ],
    }


def _of(error: CannotMigrate, standing: Standing) -> Sequence[Fault]:
    return [one for one in error.faults if one.standing is standing]


def _place(error: CannotMigrate, fault: Fault) -> dict[str, Any]:
    return {
        "migrationInstruction": None if fault.instruction is None else instruction(fault.instruction),
        "sourceScopeId": fault.node_id or error.definition,
        "failures": list(fault.failures),
    }


def _shown(error: CannotMigrate, fault: Fault) -> str:
    if fault.standing is Standing.TRANSITION:
        return ids.encode(Kind.EXECUTION, fault.id)
    if fault.node_id is None:
        return ids.encode(Kind.PROCESS_INSTANCE, fault.id)
    return ids.activity_instance(fault.node_id, fault.id)


def instance_text(error: CannotMigrate) -> str:
    """The same as the text of an error."""
    instance = ids.encode(Kind.PROCESS_INSTANCE, error.instance_id)
    lines = [f"ENGINE-23004 Cannot migrate process instance '{instance}':"]
    for standing in Standing:
        for one in _of(error, standing):
            lines.append(f"\tCannot migrate {standing.value} instance '{_shown(error, one)}':")
            lines += [f"\t\t{text}" for text in one.failures]
    return "\n".join([*lines, ""])
