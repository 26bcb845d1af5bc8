"""User tasks: one task, what a user does with it, and who is linked to it (contract 4.6). Called by the spec layer."""

from collections.abc import Callable, Mapping
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import (
    NOT_PROPAGATED,
    CamundaError,
    invalid_request,
    null_value,
    prefixed,
    process_engine_exception,
    rest_exception,
)
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.models import IdentityLinkChange, TaskUser
from taskbridge.dialects.camunda.variables import read_variables, write_variables
from taskbridge.dialects.camunda.views.tasks import identity_link, task
from taskbridge.engine.variables import Variable
from taskbridge.service import tasks
from taskbridge.service.tasks import Given
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call


def require_json(call: Call) -> None:
    """Refuse a caller who wants anything but JSON; the vendor's other form, HAL, is not spoken here."""
    accepted = [
        entry.partition(";")[0].strip().lower() for entry in ",".join(call.headers.get_all("accept")).split(",")
    ]
    if accepted != [""] and not {"application/json", "application/*", "*/*"} & set(accepted):
        raise invalid_request("No acceptable content-type found", 406)


def _id(call: Call) -> int:
    return ids.decode(call.path["id"], Kind.TASK)


async def camunda_get_task(call: Call) -> Answer:
    """One living task."""
    require_json(call)
    row = await call.services.run(lambda unit: tasks.get(unit, _id(call)), call.user)
    return Answer(200, task(row))


async def camunda_claim_task(call: Call) -> Answer:
    """Make a user the assignee, unless somebody else is."""
    return await _give(call, tasks.claim, call.body_as(TaskUser).userId)


async def camunda_unclaim_task(call: Call) -> Answer:
    """Set a task free, whoever has it."""
    return await _give(call, tasks.assign, None)


async def camunda_set_task_assignee(call: Call) -> Answer:
    """Make a user the assignee, whoever was."""
    return await _give(call, tasks.assign, call.body_as(TaskUser).userId)


async def camunda_delegate_task(call: Call) -> Answer:
    """Hand a task to a user who will resolve it."""
    return await _give(call, tasks.delegate, call.body_as(TaskUser).userId)


async def _give(call: Call, give: Callable[[Unit, int, str | None], None], user: str | None) -> Answer:
    await call.services.run(lambda unit: give(unit, _id(call), user), call.user)
    return Answer(204)


async def camunda_resolve_task(call: Call) -> Answer:
    """Give a delegated task back to its owner. Only refused variables are prefixed, as the vendor has it."""

    def work(unit: Unit) -> None:
        with prefixed(f"Cannot resolve task {call.path['id']}", id=call.path["id"]):
            given = read_variables(call.body.get("variables"))
        tasks.resolve(unit, _id(call), Given(past_task=given))

    await call.services.run(work, call.user)
    return Answer(204)


async def camunda_complete_task(call: Call) -> Answer:
    """Complete a task, a delegated one too. Variables go past those of the task itself."""
    return await _complete(call, "Cannot complete task", _complete_task)


async def camunda_submit_task_form(call: Call) -> Answer:
    """Complete a task by its form; one whose delegation is pending is resolved, as the vendor does."""
    return await _complete(call, "Cannot submit task form", tasks.submit_form)


def _complete_task(unit: Unit, task_id: int, given: dict[str, Variable]) -> dict[str, Variable]:
    return tasks.complete(unit, task_id, Given(past_task=given), delegated_too=True)


_Completion = Callable[[Unit, int, dict[str, Variable]], dict[str, Variable]]


async def _complete(call: Call, refusal: str, complete: _Completion) -> Answer:
    body, shown = call.body, call.path["id"]
    wants_variables = bool(body.get("withVariablesInReturn"))

    def work(unit: Unit) -> dict[str, dict[str, Any]] | None:
        with prefixed(f"{refusal} {shown}", id=shown):
            left = complete(unit, _id(call), read_variables(body.get("variables")))
        return write_variables(unit, left, deserialize=False) if wants_variables else None

    view = await call.services.run(work, call.user)
    return Answer(204) if view is None else Answer(200, view)


# errors and escalations


async def camunda_throw_task_bpmn_error(call: Call) -> Answer:
    """Break a task with a BPMN error. Where nothing catches it, its path ends silently."""
    body = call.body
    refused: CamundaError | None = None
    given: dict[str, Variable] = {}
    try:
        given = read_variables(body.get("variables"))
    except CamundaError as error:
        if error.code is None:
            raise
        refused = error  # by the vendor's engine, once it throws
    code, message = _code(body, "errorCode"), body.get("errorMessage")

    def work(unit: Unit) -> None:
        if refused is not None or (message is not None and not message.strip()):
            tasks.hold(unit, _id(call))
            raise process_engine_exception(
                "Error Message is empty" if refused is None else _NOT_PROPAGATED.format(code)
            ) from refused
        try:
            tasks.throw_error(unit, _id(call), code=code, message=message, given=Given(past_task=given))
        except NOT_PROPAGATED as error:
            raise process_engine_exception(_NOT_PROPAGATED.format(code)) from error

    await call.services.run(work, call.user)
    return Answer(204)


async def camunda_throw_task_bpmn_escalation(call: Call) -> Answer:
    """Escalate from a task. The escalation has to be caught."""
    given = Given(past_task=read_variables(call.body.get("variables")))
    code = _code(call.body, "escalationCode")
    await call.services.run(lambda unit: tasks.escalate(unit, _id(call), code=code, given=given), call.user)
    return Answer(204)


_NOT_PROPAGATED = "ENGINE-13033 Propagation of bpmn error {} failed. "


def _code(body: Mapping[str, Any], member: str) -> str:
    code: str | None = body.get(member)
    if code is None or not code.strip():
        raise rest_exception(f"{member} is {'null' if code is None else 'empty'}", 400)
    return code


# identity links


async def camunda_list_task_identity_links(call: Call) -> Answer:
    """The users and groups linked to a task, of one type or of all."""
    found = await call.services.read(lambda unit: tasks.links(unit, _id(call)), call.user)
    type_ = call.query.get("type")
    return Answer(200, [identity_link(link) for link in found if type_ in (None, link.type)])


async def camunda_add_task_identity_link(call: Call) -> Answer:
    """Link a user or a group to a task."""
    return await _link(call, tasks.add_link, "Incompatible usage: cannot use ASSIGNEE together with a groupId")


async def camunda_delete_task_identity_link(call: Call) -> Answer:
    """Undo a link."""
    refusal = "Incompatible usage: cannot use type 'assignee' together with a groupId"
    return await _link(call, tasks.remove_link, refusal)


_Link = Callable[[Unit, int, str, str | None, str | None], None]


async def _link(call: Call, change: _Link, refusal: str) -> Answer:
    link = call.body_as(IdentityLinkChange)
    type_ = _checked_type(link, refusal)
    await call.services.run(lambda unit: change(unit, _id(call), type_, link.userId, link.groupId), call.user)
    return Answer(204)


def _checked_type(link: IdentityLinkChange, refusal: str) -> str:
    if link.userId is not None and link.groupId is not None:
        raise invalid_request("Identity Link requires userId or groupId, but not both.")
    if link.userId is None and link.groupId is None:
        raise invalid_request("Identity Link requires userId or groupId.")
    if link.type is None:
        raise null_value("type is required when adding a new task identity link: type is null")
    if link.type == "assignee" and link.groupId is not None:
        raise process_engine_exception(refusal)
    return link.type
