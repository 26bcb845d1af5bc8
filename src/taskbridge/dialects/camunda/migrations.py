"""Migrations of process instances to another definition: plans, their checks, and carrying them out.

Called by the spec layer. The order of checks is the vendor's; the rules are the service's.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import (
    CamundaError,
    bad_user_request,
    invalid_request,
    null_pointer,
    translate,
)
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.models import MigrationExecution
from taskbridge.dialects.camunda.selections import instance_selections, refuse_unknown_members
from taskbridge.dialects.camunda.variables import JAVA_FORMAT, read_variable, write_variable
from taskbridge.dialects.camunda.views.batches import batch
from taskbridge.dialects.camunda.views.migrations import instruction, plan_report, plan_text
from taskbridge.engine.instructions import Omissions
from taskbridge.engine.migrating.plan import Instruction, Plan
from taskbridge.engine.variables import Variable
from taskbridge.service import batches, migrations
from taskbridge.service.errors import InvalidPlan, NothingToMigrate
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store import definitions, instance_lists
from taskbridge.store.lists import check_number_of_values

_Body = Mapping[str, Any]


async def camunda_generate_migration_plan(call: Call) -> Answer:
    """The plan that two definitions suggest."""
    body: _Body = call.body
    variables = _variables(body)

    def work(unit: Unit) -> dict[str, Any]:
        plan = _plan(unit, body, [], variables)
        try:
            found = migrations.proposed(unit, plan, update_triggers=bool(body.get("updateEventTriggers")))
        except InvalidPlan as error:
            raise invalid_request(plan_text(error), code=0) from error
        return {
            "sourceProcessDefinitionId": body["sourceProcessDefinitionId"],
            "targetProcessDefinitionId": body["targetProcessDefinitionId"],
            "instructions": [instruction(one) for one in found],
            "variables": None if body.get("variables") is None else _shown(unit, body, variables),
        }

    return Answer(200, await call.services.read(work, call.user))


async def camunda_validate_migration_plan(call: Call) -> Answer:
    """What is wrong with a plan."""
    body: _Body = call.body
    variables = _variables(body)
    instructions = _instructions(body)

    def work(unit: Unit) -> dict[str, Any]:
        plan = _plan(unit, body, instructions, variables)
        try:
            migrations.check(unit, plan)
        except InvalidPlan as error:
            return plan_report(error, _shown(unit, body, variables))
        return {"instructionReports": [], "variableReports": {}}

    return Answer(200, await call.services.read(work, call.user))


async def camunda_execute_migration_plan(call: Call) -> Answer:
    """Migrate instances, all of them or none."""
    execution = _Execution(call.body)

    def work(unit: Unit) -> None:
        plan = execution.plan(unit)
        instances = execution.instances(unit)
        try:
            migrations.migrate(unit, plan, list(instances), execution.omitted)
        except NothingToMigrate as error:
            text = instances[error.instance_id]
            raise translate(
                error, {"id": ids.encode(Kind.PROCESS_INSTANCE, error.instance_id) if text is None else text}
            ) from error

    await call.services.run(work, call.user)
    return Answer(204)


async def camunda_execute_migration_plan_async(call: Call) -> Answer:
    """Migrate instances in the background."""
    execution = _Execution(call.body)

    def work(unit: Unit) -> dict[str, Any]:
        plan = execution.plan(unit)
        instances = execution.instances(unit)
        for name, variable in plan.variables.items():
            if variable.transient:
                raise bad_user_request(
                    f"ENGINE-13044 Setting transient variable '{name}' asynchronously is currently not supported."
                )
        return batch(batches.migrate(unit, plan, list(instances), execution.omitted))

    return Answer(200, await call.services.run(work, call.user))


class _Execution:
    """The body of a request that carries a plan out. Raises CamundaError."""

    def __init__(self, body: _Body) -> None:
        refuse_unknown_members(body, MigrationExecution)
        plan = body.get("migrationPlan")
        if plan is None:
            raise null_pointer()
        self._body = body
        self._plan: _Body = plan
        self._variables = _variables(plan)
        self._instructions = _instructions(plan)
        self.omitted = Omissions(
            listeners=bool(body.get("skipCustomListeners")), mappings=bool(body.get("skipIoMappings"))
        )

    def plan(self, unit: Unit) -> Plan:
        """The plan, which is valid."""
        plan = _plan(unit, self._plan, self._instructions, self._variables)
        try:
            migrations.check(unit, plan)
        except InvalidPlan as error:
            report = plan_report(error, _shown(unit, self._plan, self._variables))
            type_ = "MigrationPlanValidationException"
            raise CamundaError(400, type_, plan_text(error), 0, validationReport=report) from error
        return plan

    def instances(self, unit: Unit) -> dict[int, str | None]:
        """The instances, each once, with the ids by which they are named."""
        texts: Sequence[str | None] = self._body.get("processInstanceIds") or ()
        selections = instance_selections({"processInstanceQuery": self._body.get("processInstanceQuery")})
        check_number_of_values(len(texts))
        found: dict[int, str | None] = {
            ids.decode(text, Kind.PROCESS_INSTANCE): text for text in texts if text is not None
        }
        for selection in selections:
            found |= {number: None for number in instance_lists.ids(unit.tx, selection) if number not in found}
        if None in texts:
            raise bad_user_request("Process instance ids cannot be null: process instance ids contains null value")
        if not found:
            raise bad_user_request("Process instance ids cannot empty: process instance ids is empty")
        return found


def _variables(body: _Body) -> dict[str, Variable]:
    """The variables of a plan. One that is serialized by Java makes the plan invalid, which is found later."""
    return {name: _variable(name, raw) for name, raw in (body.get("variables") or {}).items()}


def _variable(name: str, raw: _Body | None) -> Variable:
    info = (raw or {}).get("valueInfo") or {}
    if raw is not None and info.get("serializationDataFormat") == JAVA_FORMAT and raw.get("value") is not None:
        return Variable("Object", raw["value"], info)
    return read_variable(name, raw)


def _shown(unit: Unit, body: _Body, variables: Mapping[str, Variable]) -> dict[str, dict[str, Any]]:
    given = body.get("variables") or {}
    return {
        name: {"type": None, "value": given[name].get("value"), "valueInfo": None}
        if given[name].get("type") is None
        else write_variable(unit, one, deserialize=False)
        for name, one in variables.items()
    }


def _instructions(body: _Body) -> list[Instruction]:
    return [_instruction(one) for one in body.get("instructions") or ()]


def _instruction(raw: _Body | None) -> Instruction:
    if raw is None:
        raise null_pointer()
    return Instruction(
        _only(raw.get("sourceActivityIds")), _only(raw.get("targetActivityIds")), bool(raw.get("updateEventTrigger"))
    )


def _only(node_ids: Sequence[str | None] | None) -> str | None:
    """The first of the ids that an instruction has; the vendor looks at no other."""
    if node_ids is None:
        raise null_pointer()
    if not node_ids:
        raise CamundaError(500, "IndexOutOfBoundsException", "Index 0 out of bounds for length 0")
    return node_ids[0]


def _plan(unit: Unit, body: _Body, instructions: Sequence[Instruction], variables: Mapping[str, Variable]) -> Plan:
    texts = {name: body.get(f"{name}ProcessDefinitionId") for name in ("source", "target")}
    for name, text in texts.items():
        if text is None:
            raise invalid_request(f"{name.capitalize()} process definition id is null", code=0)
    source, target = (_definition(unit, name, text or "") for name, text in texts.items())
    return Plan(source, target, tuple(instructions), variables)


def _definition(unit: Unit, name: str, text: str) -> int:
    row = definitions.get(unit.tx, ids.decode_definition(text))
    if row is None or ids.definition(row.key, row.version, row.id) != text:
        shown = f"ENGINE-23008 {name.capitalize()} process definition with id '{text}' does not exist"
        raise invalid_request(shown, code=0)
    return row.id
