"""Who may do the steps of a task: users and roles named anew."""

from collections.abc import Sequence

from taskbridge.engine.elements.user_task import settings_of
from taskbridge.kinds import ActivityKind
from taskbridge.service import access, project_tasks, tasks
from taskbridge.service.identity import Person
from taskbridge.service.project_errors import Unfit
from taskbridge.service.project_tasks import Stand
from taskbridge.service.rights import TASK, Doer
from taskbridge.service.unit import Unit
from taskbridge.store import activities, catalogue, identity, project_lists
from taskbridge.store.catalogue import ROLES, Criteria
from taskbridge.store.identity import GroupRow, UserRow
from taskbridge.store.project_lists import ProjectFilter
from taskbridge.store.projects import StepRow


def change(
    unit: Unit,
    doer: Doer,
    task_id: int,
    users: Sequence[int],
    roles: Sequence[int],
    steps: Sequence[int] | None = None,
) -> None:
    """Offer steps of a task to these users and roles, and to nobody else; the current step where none is named.

    A claim of somebody who is not among them any more is undone. Raises NotFound, Refused, and Unfit of "user", "role",
    "step", "step type", "users' locale" or "users' workflow".
    """
    found = project_tasks.stand(unit, doer, task_id)
    doer.require("ASSIGN", TASK, task_id)
    chosen_users = _users(unit, users, doer.person)
    chosen_roles = _roles(unit, roles)
    chosen_steps = _steps(found, steps)
    _require_locale(unit, found, chosen_users)
    _require_workflow(unit, found, chosen_users)
    for step in chosen_steps:
        _offer(unit, step, chosen_users, chosen_roles)


def _users(unit: Unit, numbers: Sequence[int], person: Person) -> list[UserRow]:
    found = access.users_by_number(unit, person, numbers)
    if len(found) < len(set(numbers)):
        raise Unfit("user")
    return found


def _roles(unit: Unit, numbers: Sequence[int]) -> list[GroupRow]:
    found = ROLES.find(unit.tx, Criteria(ids=list(numbers))) if numbers else []
    if len(found) < len(set(numbers)):
        raise Unfit("role")
    return found


def _steps(found: Stand, numbers: Sequence[int] | None) -> list[StepRow]:
    if numbers is None:
        chosen = [found.current] if found.current else []
    else:
        known = {step.id: step for step in found.steps}
        if not set(numbers) <= set(known):
            raise Unfit("step")
        chosen = [known[number] for number in dict.fromkeys(numbers)]
    if not chosen:
        raise Unfit("step")
    if any(step.kind != ActivityKind.USER for step in chosen):
        raise Unfit("step type")
    return chosen


def _require_locale(unit: Unit, found: Stand, users: Sequence[UserRow]) -> None:
    """Who works with some locales cannot do a task for another; who has none works with all."""
    if found.task.project_id is None or not users:
        return
    project = project_lists.find(unit.tx, ProjectFilter(ids=[found.task.project_id]))[0]
    locales: dict[str, set[int]] = {}
    for link in catalogue.locales_of(unit.tx, [user.name for user in users]):
        locales.setdefault(link.user_name, set()).add(link.number)
    if any(project.target_locale_id not in own for own in locales.values()):
        raise Unfit("users' locale")


def _require_workflow(unit: Unit, found: Stand, users: Sequence[UserRow]) -> None:
    """Where the model names the people and roles of its steps, only they can do them."""
    named_users, named_roles = _named_in_model(unit, found.task.definition_id)
    if not named_users and not named_roles:
        return
    for user in users:
        if user.name not in named_users and not named_roles & set(identity.groups_of(unit.tx, user.name)):
            raise Unfit("users' workflow")


def _named_in_model(unit: Unit, definition_id: int) -> tuple[set[str], set[str]]:
    nodes = unit.process(definition_id).nodes.values()
    settings = [found for node in nodes if (found := settings_of(node)) is not None]
    users = [one for each in settings for one in (*each.candidate_users, *([each.assignee] if each.assignee else []))]
    roles = [one for each in settings for one in each.candidate_groups]
    return (
        {name.strip() for one in users if one.literal for name in one.text.split(",")},
        {name.strip() for one in roles if one.literal for name in one.text.split(",")},
    )


def _offer(unit: Unit, step: StepRow, users: Sequence[UserRow], roles: Sequence[GroupRow]) -> None:
    tasks.hold(unit, step.id)
    for link in activities.candidates(unit.tx, step.id):
        if link.type == tasks.CANDIDATE:
            tasks.remove_link(unit, step.id, tasks.CANDIDATE, link.user_id, link.group_id)
    for user in users:
        tasks.add_link(unit, step.id, tasks.CANDIDATE, user.name, None)
    for role in roles:
        tasks.add_link(unit, step.id, tasks.CANDIDATE, None, role.name)
    if step.assignee is not None and not _still_offered(unit, step.assignee, users, roles):
        tasks.assign(unit, step.id, None)


def _still_offered(unit: Unit, name: str, users: Sequence[UserRow], roles: Sequence[GroupRow]) -> bool:
    groups = set(identity.groups_of(unit.tx, name))
    return any(user.name == name for user in users) or any(role.name in groups for role in roles)
