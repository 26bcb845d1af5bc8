"""Modifications of process instances, of one and of several, at once and in the background (contract 4.4).

Called by the spec layer.
"""

from collections.abc import Mapping
from typing import Any

from taskbridge.dialects.camunda import ids, instructions
from taskbridge.dialects.camunda.bulk import as_bulk, chosen_instances, definition_of
from taskbridge.dialects.camunda.errors import invalid_request
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.models import Modification
from taskbridge.dialects.camunda.selections import instance_selections, refuse_unknown_members
from taskbridge.dialects.camunda.views.batches import batch
from taskbridge.engine.instructions import Instruction
from taskbridge.service import modification_batches, modifications
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call

_NO_INSTRUCTIONS = "Modification instructions cannot be empty is empty"
_NO_INSTANCES = "Process instance ids cannot be empty: Process instance ids is empty"


async def camunda_modify_process_instance(call: Call) -> Answer:
    """Carry instructions out in one instance. Nothing happens where there are none, not even where it is unknown."""
    found = instructions.of_one_instance(call.body.get("instructions"))
    omitted = instructions.omissions(call.body)
    if found:
        await call.services.run(
            lambda unit: modifications.modify(unit, _id(call), call.path["id"], found, omitted), call.user
        )
    return Answer(204)


async def camunda_modify_process_instance_async(call: Call) -> Answer:
    """Leave the same to a batch."""
    found = instructions.of_one_instance(call.body.get("instructions"))
    omitted = instructions.omissions(call.body)
    if not found:
        raise invalid_request("The provided instuctions are invalid.")  # the vendor's spelling

    def work(unit: Unit) -> dict[str, Any]:
        return batch(modification_batches.modify_one(unit, _id(call), call.path["id"], found, omitted))

    return Answer(200, await call.services.run(work, call.user))


async def camunda_modify_process_instances(call: Call) -> Answer:
    """Carry the same instructions out in several instances of a definition."""
    found = _of_several(call.body)
    selections = instance_selections(call.body)

    omitted = instructions.omissions(call.body)

    def work(unit: Unit) -> None:
        chosen = chosen_instances(unit, call.body, selections, _NO_INSTANCES)
        definition = definition_of(unit, call.body["processDefinitionId"])
        with as_bulk(definition):
            modifications.modify_all(unit, definition, chosen, found, omitted)

    await call.services.run(work, call.user)
    return Answer(204)


async def camunda_modify_process_instances_async(call: Call) -> Answer:
    """Leave the same to a batch."""
    found = _of_several(call.body)
    selections = instance_selections(call.body)

    omitted = instructions.omissions(call.body)

    def work(unit: Unit) -> dict[str, Any]:
        chosen = chosen_instances(unit, call.body, selections, _NO_INSTANCES)
        definition = definition_of(unit, call.body["processDefinitionId"])
        return batch(modification_batches.modify_several(unit, definition, chosen, found, omitted))

    return Answer(200, await call.services.run(work, call.user))


def _of_several(body: Mapping[str, Any]) -> list[Instruction]:
    refuse_unknown_members(body, Modification)
    if body.get("processDefinitionId") is None:
        raise invalid_request("processDefinitionId is null")
    found = instructions.of_several_instances(body.get("instructions"))
    if not found:
        raise invalid_request(_NO_INSTRUCTIONS)
    return found


def _id(call: Call) -> int:
    return ids.decode(call.path["id"], Kind.PROCESS_INSTANCE)
