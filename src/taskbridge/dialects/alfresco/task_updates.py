"""``PUT /tasks/{id}``: properties, and the five transitions (seed "Update the state of a task", contract 7).

Called by the spec layer. What is allowed stands in ``transitions``; what happens is the service's affair.
"""

from collections.abc import Callable, Mapping
from typing import Any

from taskbridge.dialects.alfresco import bodies, ids, model, paging, parameters, transitions
from taskbridge.dialects.alfresco.errors import AlfrescoError, entity_not_found, invalid, literal, permission_denied
from taskbridge.dialects.alfresco.parameters import Parameters
from taskbridge.dialects.alfresco.transitions import TAKES_VARIABLES, UPDATE
from taskbridge.dialects.alfresco.variables import Scoped, read_task_variables
from taskbridge.dialects.alfresco.views.tasks import CLAIMED, COMPLETED, DELEGATED, RESOLVED, UNCLAIMED, task
from taskbridge.engine.variables import Variable, Variables
from taskbridge.kinds import ActivityState, InstanceState
from taskbridge.service import access, tasks
from taskbridge.service.errors import NotFound
from taskbridge.service.identity import Person
from taskbridge.service.processes import DELETED_BY_REST
from taskbridge.service.tasks import Given
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store import instances
from taskbridge.store.activities import ActivityRow

Body = Mapping[str, Any]

#: Members that can be set, and what they are called inside (contract 7.4).
_WRITABLE = {
    "name": "name",
    "description": "description",
    "dueAt": "due_at",
    "priority": "priority",
    "assignee": "assignee",
    "owner": "owner",
}
_READ_ONLY = frozenset(
    ("id", "processId", "processDefinitionId", "activityDefinitionId", "startedAt", "endedAt", "durationInMs")
) | {"formResourceKey"}
_CLEARED_PRIORITY = 0
_DONE = Variable("String", "Completed")


async def alfresco_update_task(call: Call) -> Answer:
    """Apply what ``select`` names: a transition where ``state`` is among it, else properties."""
    asked = parameters.read(call)
    body = await bodies.one(call, bodies.TASK)
    state = _state(asked, body)
    caller, identifier = call.user, call.path["taskId"]

    def work(unit: Unit) -> dict[str, Any]:
        row = open_task(unit, caller, identifier, state or UPDATE)
        if state is None:
            tasks.update(unit, row.id, _properties(asked, body))
        else:
            _Transition(unit, caller, row, asked, body).make(state)
        return task(tasks.find(unit, row.id))

    return paging.entry(asked, await call.services.run(work, caller.name))


def open_task(unit: Unit, caller: Person, identifier: str, action: str) -> ActivityRow:
    """An open task to which the caller may do that. Raises AlfrescoError 404, 405, 403, in this order (7.1).

    People of another network get 403 before 405.
    """
    try:
        _check(unit, caller, tasks.get(unit, ids.number(identifier)), action)
        row = tasks.hold(unit, ids.number(identifier))
    except NotFound:
        raise _not_open(unit, caller, identifier) from None
    _check(unit, caller, row, action)  # as it is now that it is locked
    return row


def _check(unit: Unit, caller: Person, row: ActivityRow, action: str) -> None:
    if not transitions.may(access.relations(unit, row, caller), row, action):
        raise permission_denied()


def _not_open(unit: Unit, caller: Person, identifier: str) -> AlfrescoError:
    """Why a task is not open: it has ended, maybe just now, or it is not known.

    People of another network get what they get for one that is open, and do not learn that it has ended.
    """
    try:
        row = tasks.find(unit, ids.number(identifier))
    except NotFound:
        return entity_not_found(identifier)
    if row.tenant != caller.tenant:
        return permission_denied()
    if _without_history(unit, row):
        return entity_not_found(identifier)
    return literal(405, f"Task with id: {identifier} cannot be updated, it's completed")


def _without_history(unit: Unit, row: ActivityRow) -> bool:
    """Whether the process was taken away through another door than this API, which leaves no history (contract 7.1)."""
    if row.state != ActivityState.CANCELLED:
        return False
    instance = instances.get(unit.tx, row.instance_id)
    if instance is None:
        return True
    return instance.state == InstanceState.EXTERNALLY_TERMINATED and instance.end_reason != DELETED_BY_REST


def _state(asked: Parameters, body: Body) -> str | None:
    """The state that is asked for; None where no transition is."""
    if asked.select is None or "state" not in asked.select:
        return None
    state = body.get("state")
    if state not in transitions.STATES:
        raise invalid(f"The task state property has an invalid value: {'null' if state is None else state}")
    return str(state)


def _properties(asked: Parameters, body: Body) -> dict[str, object]:
    """The selected properties with their new values; nothing is set when one of them cannot be."""
    chosen: dict[str, object] = {}
    for name in asked.select or ():
        if name in _READ_ONLY:
            raise invalid(f"The property selected for update is read-only: {name}")
        if name not in _WRITABLE:
            raise invalid(f"The property selected for update does not exist for this resource: {name}")
        chosen[_WRITABLE[name]] = body.get(name, _CLEARED_PRIORITY if name == "priority" else None)
    return chosen


class _Transition:
    """One transition that the caller may ask for; each of the five is a method of its own."""

    def __init__(self, unit: Unit, caller: Person, row: ActivityRow, asked: Parameters, body: Body) -> None:
        self.unit = unit
        self.caller = caller
        self.row = row
        self.selected = asked.select or ()
        self.body = body

    def make(self, state: str) -> None:
        """Check what the table says, and make it."""
        sent = self.body.get("variables", []) if "variables" in self.selected else []
        variables = read_task_variables(self.unit, self.row, sent)
        if sent and state not in TAKES_VARIABLES:
            raise invalid("Variables can only be set when a task is completed or resolved.")
        if state == DELEGATED:
            self._check_delegate()
        if refusal := transitions.refusal(self.row, self.caller.name, state):
            raise refusal
        _MAKE[state](self, variables)

    def claim(self, _variables: Scoped) -> None:
        tasks.claim(self.unit, self.row.id, self.caller.name)

    def unclaim(self, _variables: Scoped) -> None:
        tasks.assign(self.unit, self.row.id, None)

    def delegate(self, _variables: Scoped) -> None:
        tasks.delegate(self.unit, self.row.id, self.body["assignee"], owner=self.caller.name)

    def complete(self, variables: Scoped) -> None:
        decided = self._with_outcome(variables)
        decided.local["bpm_status"] = _DONE
        tasks.complete(self.unit, self.row.id, Given(local=decided.local, on_instance=decided.on_process))

    def resolve(self, variables: Scoped) -> None:
        decided = self._with_outcome(variables)
        tasks.resolve(self.unit, self.row.id, Given(local=decided.local, on_instance=decided.on_process))

    def _check_delegate(self) -> None:
        """Seed: the assignee must be different from the owner, who becomes the assignee again."""
        assignee = self.body.get("assignee") if "assignee" in self.selected else None
        if assignee is None:
            raise invalid("When delegating a task, assignee should be selected and provided in the request.")
        if assignee == (self.row.owner or self.caller.name):
            raise invalid("A task cannot be delegated to its owner.")

    def _with_outcome(self, variables: Scoped) -> Scoped:
        """The outcome of the task as the variables tell it, kept in the task and told to the process (contract 7.6)."""
        outcome, name = model.NEXT, model.outcome_property(self.row.form_key)
        if name is not None:
            outcome = self._told(variables, name) or model.default_outcome(self.row.form_key)
            variables.on_process[name] = outcome
        variables.local["bpm_outcome"] = outcome
        return variables

    def _told(self, variables: Scoped, name: str) -> Variable | None:
        """A variable with a value: as sent for the task, as the task has it, as sent for the process, as it has it."""
        places = (
            variables.local.get(name),
            Variables(self.row.variables).get(name),
            variables.on_process.get(name),
            Variables(self.row.instance_variables).get(name),
        )
        return next((one for one in places if one is not None and one.value is not None), None)


_MAKE: Mapping[str, Callable[[_Transition, Scoped], None]] = {
    CLAIMED: _Transition.claim,
    UNCLAIMED: _Transition.unclaim,
    COMPLETED: _Transition.complete,
    DELEGATED: _Transition.delegate,
    RESOLVED: _Transition.resolve,
}
