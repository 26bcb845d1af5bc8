"""Projects and project groups (contract 6). Called by the spec layer."""

from collections.abc import Callable
from typing import Any, NamedTuple

from taskbridge.dialects.worldserver.bulk import (
    NOTHING_MORE,
    Element,
    Outcome,
    act_on,
    elements_of,
    required_id,
    text,
)
from taskbridge.dialects.worldserver.errors import BODY_MISSING, INVALID_JSON, bad_request
from taskbridge.dialects.worldserver.files import document_number
from taskbridge.dialects.worldserver.listing import one_of, page_of, path_id
from taskbridge.dialects.worldserver.searches import GROUP_FIELDS, PROJECT_FIELDS, read_search
from taskbridge.dialects.worldserver.sources import GROUP_SOURCE, ONE_PROJECT, PROJECT_SOURCE
from taskbridge.dialects.worldserver.values import parse_date
from taskbridge.engine.variables import Variable, from_python
from taskbridge.service import access, projects
from taskbridge.service.projects import Order, Target
from taskbridge.service.rights import Doer
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store.project_lists import GroupFilter, ProjectFilter


async def worldserver_list_projects(call: Call) -> Answer:
    """Projects by their ids and target locale, on request only those at work."""
    query = call.query
    criteria = ProjectFilter(
        ids=query.get("resourceIds"),
        target_locale_id=query.get("localeId"),
        only_active=query.get("onlyActive", False),
        network=access.network(call.user),
    )
    return await page_of(call, PROJECT_SOURCE, criteria)


async def worldserver_get_project(call: Call) -> Answer:
    """One project with its tasks."""
    number = path_id(call, "projectId")
    return await one_of(
        call, ONE_PROJECT, ProjectFilter(ids=[number], network=access.network(call.user)), "PROJECT", number
    )


async def worldserver_search_projects(call: Call) -> Answer:
    """Projects that meet the filters of a body."""
    search = read_search(call.body, PROJECT_FIELDS)
    return await page_of(call, PROJECT_SOURCE, ProjectFilter(search=search, network=access.network(call.user)))


# complete, cancel, redo


class _Command(NamedTuple):
    project_id: int
    transition: int = 0
    comment: str = ""


def _project_id(element: Element) -> int:
    return required_id(element, "id", "Project Id is not valid")


def _completion(element: Element) -> _Command:
    number = _project_id(element)
    return _Command(number, required_id(element, "transitionId", "Transition Id is not valid"))


def _cancellation(element: Element) -> _Command:
    number, comment = _project_id(element), text(element, "comment")
    if comment is None:
        raise bad_request("Field comment not sent")
    return _Command(number, comment=comment)


async def _in_background(
    call: Call, parse: Callable[[Element], _Command], begin: Callable[[Unit, Doer, _Command], int]
) -> Answer:
    """Begin a job per element; the answer names it on v2 only (contract 1)."""
    named = not call.info.base_path.endswith("/v1")

    def act(unit: Unit, doer: Doer, command: _Command) -> Outcome:
        job = begin(unit, doer, command)
        return command.project_id, {"backgroundTaskId": job} if named else NOTHING_MORE

    answer = await act_on(call, elements_of(call), parse, act)
    return _with_job(answer)


def _with_job(answer: Answer) -> Answer:
    """The job also stands beside the entries, where there is just one."""
    body: Any = answer.body
    jobs = [entry["backgroundTaskId"] for entry in body["response"] if "backgroundTaskId" in entry]
    return Answer(answer.status, {**body, "backgroundTaskId": jobs[0]}) if len(jobs) == 1 else answer


async def worldserver_complete_projects(call: Call) -> Answer:
    """Have the tasks of projects leave their steps by transitions."""
    return await _in_background(
        call,
        _completion,
        lambda unit, doer, command: projects.complete(unit, doer, command.project_id, command.transition),
    )


async def worldserver_cancel_projects(call: Call) -> Answer:
    """Have the tasks of projects cancelled."""
    return await _in_background(
        call,
        _cancellation,
        lambda unit, doer, command: projects.cancel(unit, doer, command.project_id, command.comment),
    )


def _redone(element: Element) -> int:
    return required_id(element, "id", "Could not read document [the id of a project must be a number]")


async def worldserver_redo_projects(call: Call) -> Answer:
    """Have the failed steps of projects done again."""

    def act(unit: Unit, doer: Doer, number: int) -> Outcome:
        projects.redo(unit, doer, number)
        return number, NOTHING_MORE

    elements = elements_of(call, "Could not read document [a list of objects is expected]")
    if not elements:
        raise bad_request(BODY_MISSING)
    return await act_on(call, elements, _redone, act)


# groups


async def worldserver_list_project_groups(call: Call) -> Answer:
    """Project groups, by their ids."""
    return await page_of(
        call, GROUP_SOURCE, GroupFilter(ids=call.query.get("resourceIds"), network=access.network(call.user))
    )


async def worldserver_get_project_group(call: Call) -> Answer:
    """One project group with its projects."""
    number = path_id(call, "groupId")
    return await one_of(
        call, GROUP_SOURCE, GroupFilter(ids=[number], network=access.network(call.user)), "PROJECT_GROUP", number
    )


async def worldserver_search_project_groups(call: Call) -> Answer:
    """Project groups that meet the filters of a body."""
    search = read_search(call.body, GROUP_FIELDS)
    return await page_of(call, GROUP_SOURCE, GroupFilter(search=search, network=access.network(call.user)))


async def worldserver_create_project_groups(call: Call) -> Answer:
    """Make project groups."""

    def act(unit: Unit, doer: Doer, order: Order) -> Outcome:
        return projects.create(unit, doer, order), NOTHING_MORE

    return await act_on(call, elements_of(call, INVALID_JSON), _order, act)


def _order(element: Element) -> Order:
    name = text(element, "name")
    if name is None:
        raise bad_request("Field name not set")
    return Order(
        name=name,
        description=text(element, "description"),
        client_id=required_id(element, "clientId", "Client Id is not valid"),
        project_type_id=required_id(element, "projectTypeId", "Project type Id is not valid"),
        document_ids=_documents(element.get("systemFiles")),
        targets=_targets(element.get("locales")),
        attributes=_attributes(element.get("attributes")),
        expand_zip=element.get("expandZip") is True,
    )


def _documents(given: object) -> list[int]:
    if not isinstance(given, list) or not given:
        raise bad_request("Field systemFiles not set")
    found: list[int] = []
    for name in given:
        number = document_number(name) if isinstance(name, str) else None
        if number is None:
            raise bad_request(f"System file ({name}) is not valid")
        found.append(number)
    return list(dict.fromkeys(found))


def _targets(given: object) -> list[Target]:
    if not isinstance(given, list) or not given:
        raise bad_request("Field locales not set")
    found: dict[int, Target] = {}
    for entry in given:
        number = required_id(entry if isinstance(entry, dict) else {}, "id", "Locale Id is not valid")
        found[number] = Target(number, _due(entry.get("dueDate")))
    return list(found.values())


def _due(given: object) -> int | None:
    if given is None:
        return None
    try:
        return parse_date(str(given))
    except ValueError as error:
        raise bad_request("Due date is not valid") from error


def _attributes(given: object) -> dict[str, Variable]:
    """Attributes by their names; a null in their place says nothing, as a real client sends it."""
    if given is None:
        return {}
    entries = [entry for entry in given if entry is not None] if isinstance(given, list) else [given]
    found: dict[str, Variable] = {}
    for entry in entries:
        told: Element = entry if isinstance(entry, dict) else {}
        attribute = told.get("attribute")
        name = text(attribute, "name") if isinstance(attribute, dict) else None
        if name is None:
            raise bad_request("Attribute is not valid")
        found[name] = from_python(told.get("value"))
    return found
