"""Workflows and the roles in them (contract 5). Called by the spec layer."""

from taskbridge.dialects.worldserver.errors import WorldServerError, incorrect_syntax
from taskbridge.dialects.worldserver.listing import one_of, page_of, path_id
from taskbridge.dialects.worldserver.sources import ONE_WORKFLOW, ROLE_SOURCE, WORKFLOW_SOURCE
from taskbridge.dialects.worldserver.values import parse_integer
from taskbridge.service import access, diagrams, project_tasks, rights
from taskbridge.service.diagrams import Sight
from taskbridge.service.errors import NotFound
from taskbridge.service.identity import Person
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store.catalogue import Criteria
from taskbridge.store.definitions import DefinitionFilter


async def worldserver_list_workflows(call: Call) -> Answer:
    """All versions of all workflows."""
    return await page_of(call, WORKFLOW_SOURCE, _known_to(call.user))


def _known_to(person: Person, number: int | None = None) -> DefinitionFilter:
    """All workflows that somebody may see, or that of a number."""
    return DefinitionFilter(ids=None if number is None else [number], **access.definitions_shown(person))


async def worldserver_get_workflow(call: Call) -> Answer:
    """One workflow with its steps."""
    number = path_id(call, "workflowId")
    return await one_of(call, ONE_WORKFLOW, _known_to(call.user, number), "WORKFLOW", number)


async def worldserver_list_workflow_roles(call: Call) -> Answer:
    """The roles that steps can be assigned to."""
    return await page_of(call, ROLE_SOURCE, Criteria())


async def worldserver_get_workflow_role(call: Call) -> Answer:
    """One role."""
    number = path_id(call, "roleId")
    return await one_of(call, ROLE_SOURCE, Criteria(ids=[number]), "WORKFLOW_ROLE", number)


async def worldserver_get_workflow_image(call: Call) -> Answer:
    """A workflow as a picture, on request with the steps that a task of it is at."""
    try:
        number = parse_integer(call.path["workflowId"])
    except ValueError as error:
        raise incorrect_syntax() from error
    task_id = call.query.get("taskId")

    def work(unit: Unit) -> Sight | None:
        row = access.definition(unit, call.user, number)
        if task_id is None:
            return diagrams.of_definition(unit, row)
        task = project_tasks.find(unit, rights.doer(unit, call.user), task_id)
        return diagrams.of_instance(unit, task.id, row) if task.definition_id == number else None

    try:
        seen = await call.services.read(work, call.user.name)
    except NotFound:
        seen = None
    picture = None if seen is None else await diagrams.drawn(seen)
    if picture is None:
        raise WorldServerError(500, "Resource not found")
    return Answer(200, picture, "image/png")
