"""Modification of process instances, and starts at other places than a start event, instruction by instruction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from taskbridge.engine import modification
from taskbridge.engine.instructions import Cancel, Instruction, Omissions, Start
from taskbridge.engine.movement import check_work
from taskbridge.engine.variables import Variable, Variables
from taskbridge.kinds import InstanceState
from taskbridge.service import processes, variables
from taskbridge.service.errors import NotEnded, NotFound, NothingToRestart, NotModifiable, OtherDefinition, Suspended
from taskbridge.service.processes import Started
from taskbridge.service.running import Running
from taskbridge.service.unit import Unit
from taskbridge.store import instances
from taskbridge.store.definitions import DefinitionRow
from taskbridge.store.instances import InstanceRow

_NOTHING = Omissions()


def modify(
    unit: Unit, instance_id: int, shown: str, instructions: Sequence[Instruction], omitted: Omissions = _NOTHING
) -> None:
    """Carry instructions out, in their order. ``shown`` is the id as the client wrote it.

    Raises NotModifiable, Suspended, EngineError.

    The instance ends where nothing is alive in it after the last one: as if it were deleted where that was cancelled.
    """
    _modify(unit, _locked(unit, instance_id, shown), instructions, omitted)


def modify_all(
    unit: Unit,
    definition: DefinitionRow,
    chosen: Mapping[str, int],
    instructions: Sequence[Instruction],
    omitted: Omissions = _NOTHING,
) -> None:
    """Carry the same instructions out in several instances of a definition, which are given by the ids clients know.

    Raises NotModifiable, OtherDefinition, Suspended, EngineError.
    """
    unit.expect_commands(len(chosen) * len(instructions))
    for shown, instance_id in sorted(chosen.items(), key=lambda one: one[1]):  # as all who lock several trees
        row = _locked(unit, instance_id, shown)
        if row.definition_id != definition.id:
            raise OtherDefinition("modification", shown, _named(row), _of(definition))
        _modify(unit, row, instructions, omitted)


def restart_all(
    unit: Unit,
    definition: DefinitionRow,
    chosen: Mapping[str, int],
    instructions: Sequence[Start],
    omitted: Omissions = _NOTHING,
    *,
    with_business_key: bool = True,
) -> None:
    """Start an instance for each of several that have ended, with the variables that it had at its end.

    Raises NothingToRestart, NotEnded, OtherDefinition, Suspended, EngineError.
    """
    unit.expect_commands(len(chosen) * (len(instructions) + 1))
    for shown, instance_id in chosen.items():
        row = instances.get(unit.tx, instance_id)
        if row is None:
            raise NothingToRestart(shown)
        if row.ended_at is None:
            raise NotEnded(shown)
        if row.definition_id != definition.id:
            raise OtherDefinition("restart", shown, _named(row), _of(definition))
        given = {name: variables.with_content(unit, one) for name, one in Variables(row.variables).items()}
        start(unit, definition, instructions, given, row.business_key if with_business_key else None, omitted)


def check_living(unit: Unit, instance_id: int, shown: str) -> None:
    """Raises NotModifiable where no living instance has the id."""
    row = instances.get(unit.tx, instance_id)
    if row is None or row.ended_at is not None:
        raise NotModifiable(shown)


def _locked(unit: Unit, instance_id: int, shown: str) -> InstanceRow:
    row = instances.lock(unit.tx, instance_id)
    if row is None or row.ended_at is not None:
        raise NotModifiable(shown)
    return row


def _modify(unit: Unit, row: InstanceRow, instructions: Sequence[Instruction], omitted: Omissions) -> None:
    if row.state == InstanceState.SUSPENDED:
        raise Suspended("process instance", row.id)
    running = Running.of_instance(unit, row)
    running.instance.held = True
    _carry_out(running, instructions, omitted)


def _named(row: InstanceRow) -> str:
    return f"{row.definition_key}:{row.definition_version}:{row.definition_id}"


def _of(definition: DefinitionRow) -> str:
    return f"{definition.key}:{definition.version}:{definition.id}"


def start(
    unit: Unit,
    row: DefinitionRow,
    instructions: Sequence[Start],
    given: dict[str, Variable],
    business_key: str | None = None,
    omitted: Omissions = _NOTHING,
) -> Started:
    """Start an instance where instructions say; there is one at least. Raises Suspended, EngineError."""
    process = processes.startable(unit, row)
    running = processes.fresh(unit, row, process, given, business_key)
    instance, first = running.instance, instructions[0]
    running.begin(lambda: modification.create(process, instance, running, first, omitted))
    _carry_out(running, instructions, omitted)
    return processes.as_started(running, row)


def _carry_out(running: Running, instructions: Sequence[Instruction], omitted: Omissions) -> None:
    process, instance = running.process, running.instance
    running.silently = omitted.listeners
    running.unit.expect_commands(len(instructions))
    before, work = None, 0
    if any(isinstance(one, Cancel) and one.current for one in instructions):
        before = modification.alive_in(instance, running)
    for instruction in instructions:
        if instance.state >= InstanceState.COMPLETED:
            raise NotFound("process instance", instance.id)
        kept = _kept(running, instruction, before)
        changes = running.move(partial(modification.carry_out, process, instance, running, kept, omitted), None)
        work += changes.work
        check_work(work)
    if instance.state >= InstanceState.COMPLETED or instance.tokens.count(instance.id):
        instance.held = False
    elif instance.cancelled:
        instance.held = False
        processes.end(running, silently=omitted.listeners)
    else:
        running.move(lambda: modification.let_go(process, instance, running, omitted), None)


def _kept(running: Running, instruction: Instruction, before: frozenset[int] | None) -> Instruction:
    """The instruction with the contents of its variables stored, or with what it may cancel."""
    if isinstance(instruction, Cancel):
        return replace(instruction, among=before) if instruction.current else instruction
    if not (instruction.variables or instruction.local):
        return instruction
    unit, number = running.unit, running.instance.id
    return replace(
        instruction,
        variables=running.in_order(variables.kept(unit, number, instruction.variables)),
        local=running.in_order(variables.kept(unit, number, instruction.local)),
    )
