"""Modifications and restarts in the background: batches with a job for each process instance."""

from collections.abc import Mapping, Sequence
from typing import Any

from taskbridge.engine.instructions import Cancel, Instruction, Named, Omissions, Place, Start, What
from taskbridge.service import batches, modifications, processes
from taskbridge.service.unit import Unit
from taskbridge.store.batches import BatchRow
from taskbridge.store.definitions import DefinitionRow

#: The vendor's types of such batches.
MODIFY, RESTART = "instance-modification", "instance-restart"


def modify_one(
    unit: Unit, instance_id: int, shown: str, instructions: Sequence[Instruction], omitted: Omissions
) -> BatchRow:
    """Modify an instance in the background. Raises NotModifiable."""
    modifications.check_living(unit, instance_id, shown)
    return _begin(unit, MODIFY, {shown: instance_id}, instructions, omitted, {})


def modify_several(
    unit: Unit,
    definition: DefinitionRow,
    chosen: Mapping[str, int],
    instructions: Sequence[Instruction],
    omitted: Omissions,
) -> BatchRow:
    """Modify several instances in the background; see ``modifications.modify_all``."""
    return _begin(unit, MODIFY, chosen, instructions, omitted, {"definition": definition.id})


def restart(
    unit: Unit,
    definition: DefinitionRow,
    chosen: Mapping[str, int],
    instructions: Sequence[Start],
    omitted: Omissions,
    *,
    with_business_key: bool,
) -> BatchRow:
    """Restart several instances in the background; see ``modifications.restart_all``."""
    more = {"definition": definition.id, "business_key": with_business_key}
    return _begin(unit, RESTART, chosen, instructions, omitted, more)


def _begin(
    unit: Unit,
    type_: str,
    chosen: Mapping[str, int],
    instructions: Sequence[Instruction],
    omitted: Omissions,
    more: Mapping[str, object],
) -> BatchRow:
    common: dict[str, object] = {
        "instructions": [_written(one) for one in instructions],
        "omitted": [omitted.listeners, omitted.mappings],
        **more,
    }
    payloads = [common | {"instance": number, "shown": shown} for shown, number in chosen.items()]
    return batches.begin(unit, type_, payloads)


def carry_out_modification(unit: Unit, payload: Mapping[str, Any]) -> None:
    """One job of such a batch. Raises what ``modify`` and ``modify_all`` raise, and NotFound."""
    instructions = [_read(one) for one in payload["instructions"]]
    omitted = Omissions(*payload["omitted"])
    number, shown = payload["instance"], payload["shown"]
    if "definition" in payload:
        definition = processes.definition(unit, payload["definition"])
        modifications.modify_all(unit, definition, {shown: number}, instructions, omitted)
    else:
        modifications.modify(unit, number, shown, instructions, omitted)


def carry_out_restart(unit: Unit, payload: Mapping[str, Any]) -> None:
    """One job of such a batch. Raises what ``restart_all`` raises, and NotFound."""
    instructions = [one for one in map(_read, payload["instructions"]) if isinstance(one, Start)]
    modifications.restart_all(
        unit,
        processes.definition(unit, payload["definition"]),
        {payload["shown"]: payload["instance"]},
        instructions,
        Omissions(*payload["omitted"]),
        with_business_key=payload["business_key"],
    )


def _written(instruction: Instruction) -> dict[str, object]:
    """An instruction without its variables, which do not go into a batch at the vendor's either."""
    if isinstance(instruction, Start):
        ancestor = None if instruction.ancestor is None else list(instruction.ancestor)
        return {"start": instruction.place.name, "at": instruction.element_id, "in": ancestor}
    return {"cancel": instruction.what.name, "named": list(instruction.named), "current": instruction.current}


def _read(document: Mapping[str, Any]) -> Instruction:
    if "start" in document:
        ancestor = document["in"]
        return Start(Place[document["start"]], document["at"], None if ancestor is None else Named(*ancestor))
    return Cancel(What[document["cancel"]], Named(*document["named"]), current=document["current"])


#: Type of job -> what carries it out.
WORK = {MODIFY: carry_out_modification, RESTART: carry_out_restart}
