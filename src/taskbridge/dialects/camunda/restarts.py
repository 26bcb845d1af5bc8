"""Restarts: process instances that have ended are started again, where instructions say (contract 4.3).

The handlers of these six operations are one table, as in ``process_definitions``. Called by the spec layer.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from taskbridge.dialects.camunda import instructions
from taskbridge.dialects.camunda.bulk import as_bulk, chosen_instances, definition_of
from taskbridge.dialects.camunda.errors import invalid_request, null_pointer
from taskbridge.dialects.camunda.models import RestartProcessInstances
from taskbridge.dialects.camunda.process_definitions import BY_ID, SELECTORS, Selector
from taskbridge.dialects.camunda.selections import past_selections, refuse_unknown_members
from taskbridge.dialects.camunda.views.batches import batch
from taskbridge.engine.instructions import Start
from taskbridge.service import modification_batches, modifications
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call, Handler
from taskbridge.store.definitions import DefinitionRow

_NO_INSTRUCTIONS = "Restart instructions cannot be empty: instructions is empty"
_NO_INSTANCES = "processInstanceIds is empty"
_NO_INITIAL_VARIABLES = "The restart cannot be honoured: 'initialVariables' is not supported"


async def _restart(selector: Selector, call: Call) -> Answer:
    body: Mapping[str, Any] = call.body
    found, selections = _instructions(body), past_selections(body)
    omitted, with_key = instructions.omissions(body), not body.get("withoutBusinessKey")

    def work(unit: Unit) -> None:
        row = _of_key(unit, selector, call)
        chosen = chosen_instances(unit, body, selections, _NO_INSTANCES)
        row = row or definition_of(unit, call.path["id"])
        with as_bulk(row):
            modifications.restart_all(unit, row, chosen, found, omitted, with_business_key=with_key)

    await call.services.run(work, call.user)
    return Answer(204)


async def _restart_async(selector: Selector, call: Call) -> Answer:
    body: Mapping[str, Any] = call.body
    found, selections = _instructions(body), past_selections(body)
    omitted, with_key = instructions.omissions(body), not body.get("withoutBusinessKey")

    def work(unit: Unit) -> dict[str, Any]:
        row = _of_key(unit, selector, call)
        chosen = chosen_instances(unit, body, selections, _NO_INSTANCES)
        row = row or definition_of(unit, call.path["id"])
        return batch(modification_batches.restart(unit, row, chosen, found, omitted, with_business_key=with_key))

    return Answer(200, await call.services.run(work, call.user))


def _of_key(unit: Unit, selector: Selector, call: Call) -> DefinitionRow | None:
    """The definition that a key means: an unknown key is a wrong path. An id is looked at later."""
    return None if selector is BY_ID else selector.find(unit, call.path)


def _instructions(body: Mapping[str, Any]) -> list[Start]:
    refuse_unknown_members(body, RestartProcessInstances)
    if body.get("instructions") is None:
        raise null_pointer()
    found = instructions.of_new_instance(body["instructions"], bare=True)
    if not found:
        raise invalid_request(_NO_INSTRUCTIONS)
    if body.get("initialVariables"):
        raise invalid_request(_NO_INITIAL_VARIABLES)
    return found


_ACTIONS: Mapping[str, Callable[[Selector, Call], Awaitable[Answer]]] = {
    "restart_process_instances": _restart,
    "restart_process_instances_async": _restart_async,
}
#: The operations on the instances of one definition.
HANDLERS: Mapping[str, Handler] = {
    f"camunda_{name}{selector.suffix}": partial(action, selector)
    for name, action in _ACTIONS.items()
    for selector in SELECTORS
}
