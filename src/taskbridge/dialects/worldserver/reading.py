"""What is read from the database for one answer: the rows that it shows, and beside them only what its members need.

Every part is read at most once per answer, for all rows together, so the number of statements does not depend on how
many rows there are. ``PARTS`` is their order: a part stands behind those whose rows it looks at.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from taskbridge.engine.variables import Variable, Variables
from taskbridge.service import comments, elements, workflows
from taskbridge.service.project_tasks import current_of, visits_of
from taskbridge.service.projects import TARGET_ASSET
from taskbridge.service.unit import Unit
from taskbridge.service.workflows import Workflow
from taskbridge.store import catalogue, definitions, project_lists, projects
from taskbridge.store import project_task_lists as task_lists
from taskbridge.store.catalogue import (
    CLIENTS,
    GROUPS,
    LOCALES,
    PROJECT_TYPES,
    USERS,
    ClientRow,
    Criteria,
    LocaleRow,
    ProfileRow,
    ProjectTypeRow,
)
from taskbridge.store.comments import CommentRow
from taskbridge.store.definitions import DefinitionFilter, DefinitionRow
from taskbridge.store.identity import GroupRow, UserRow
from taskbridge.store.project_lists import Counts, ProjectFilter, ProjectRow
from taskbridge.store.project_lists import GroupRow as ProjectGroupRow
from taskbridge.store.project_task_lists import TaskFilter, TaskRow
from taskbridge.store.projects import AssetRow, OfferRow, StepRow


@dataclass(slots=True)
class Loaded:
    """The rows of one answer, by id or name."""

    unit: Unit
    tasks: dict[int, TaskRow] = field(default_factory=dict)
    projects: dict[int, ProjectRow] = field(default_factory=dict)
    groups: dict[int, ProjectGroupRow] = field(default_factory=dict)
    tasks_of: dict[int, list[TaskRow]] = field(default_factory=dict)
    projects_of: dict[int, list[ProjectRow]] = field(default_factory=dict)
    users: dict[str, UserRow] = field(default_factory=dict)
    steps: dict[int, list[StepRow]] = field(default_factory=dict)
    current: dict[int, StepRow] = field(default_factory=dict)
    offers: dict[int, list[OfferRow]] = field(default_factory=dict)
    comments: dict[int, list[CommentRow]] = field(default_factory=dict)
    assets: dict[int, AssetRow] = field(default_factory=dict)
    targets: dict[int, Variable] = field(default_factory=dict)
    counts: dict[int, Counts] = field(default_factory=dict)
    definitions: dict[int, DefinitionRow] = field(default_factory=dict)
    workflows: dict[int, Workflow] = field(default_factory=dict)
    workflow_of_project: dict[int, int] = field(default_factory=dict)
    workflow_of_key: dict[str, DefinitionRow] = field(default_factory=dict)
    locales: dict[int, LocaleRow] = field(default_factory=dict)
    clients: dict[int, ClientRow] = field(default_factory=dict)
    types: dict[int, ProjectTypeRow] = field(default_factory=dict)
    roles: dict[str, GroupRow] = field(default_factory=dict)
    profiles: dict[str, ProfileRow] = field(default_factory=dict)
    locales_of_user: dict[str, list[int]] = field(default_factory=dict)
    clients_of_user: dict[str, list[int]] = field(default_factory=dict)
    groups_of_user: dict[str, list[GroupRow]] = field(default_factory=dict)

    @property
    def made(self) -> list[ProjectRow | ProjectGroupRow]:
        """Projects and groups: both have a client, a type, a creator, and a workgroup and a source locale or none."""
        return [*self.projects.values(), *self.groups.values()]

    def types_of(self, client_id: int) -> list[ProjectTypeRow]:
        """The project types for a client that were read."""
        return [row for row in self.types.values() if row.client_id in (None, client_id)]


Part = Callable[[Loaded], None]


def read(loaded: Loaded, wanted: Iterable[Part]) -> None:
    """Read the parts, each once and in their order."""
    chosen = set(wanted)
    for part in PARTS:
        if part in chosen:
            part(loaded)


def _given(values: Iterable[int | None]) -> list[int]:
    return sorted({value for value in values if value is not None})


def _named(values: Iterable[str | None]) -> list[str]:
    return sorted({value for value in values if value is not None})


def projects_of_groups(loaded: Loaded) -> None:
    """The projects of the groups."""
    if loaded.groups:
        for row in project_lists.find(loaded.unit.tx, ProjectFilter(group_ids=list(loaded.groups))):
            loaded.projects[row.id] = row
            loaded.projects_of.setdefault(row.group_id, []).append(row)


def tasks_of_projects(loaded: Loaded) -> None:
    """The tasks of the projects."""
    if loaded.projects:
        for row in task_lists.find(loaded.unit.tx, TaskFilter(project_ids=list(loaded.projects))):
            loaded.tasks[row.id] = row
            loaded.tasks_of.setdefault(row.project_id or 0, []).append(row)


def projects_of_tasks(loaded: Loaded) -> None:
    """The projects of the tasks."""
    wanted = _given(row.project_id for row in loaded.tasks.values() if row.project_id not in loaded.projects)
    if wanted:
        loaded.projects |= {row.id: row for row in project_lists.find(loaded.unit.tx, ProjectFilter(ids=wanted))}


def counts(loaded: Loaded) -> None:
    """How far the projects are."""
    loaded.counts = project_lists.counts(loaded.unit.tx, list(loaded.projects))


def steps(loaded: Loaded) -> None:
    """All visits of the tasks to steps, and which of them are the current ones."""
    for step in visits_of(loaded.unit, list(loaded.tasks)) if loaded.tasks else ():
        loaded.steps.setdefault(step.instance_id, []).append(step)
    for task_id, visits in loaded.steps.items():
        _set_current(loaded, task_id, [visit for visit in visits if visit.ended_at is None])


def current_steps(loaded: Loaded) -> None:
    """The steps at which the tasks stand, where not all visits have been read."""
    if loaded.steps or not loaded.tasks:
        return
    alive: dict[int, list[StepRow]] = {}
    for step in projects.steps(loaded.unit.tx, list(loaded.tasks), alive=True):
        alive.setdefault(step.instance_id, []).append(step)
    for task_id, visits in alive.items():
        _set_current(loaded, task_id, visits)


def _set_current(loaded: Loaded, task_id: int, alive: list[StepRow]) -> None:
    step = current_of(alive)
    if step is not None:
        loaded.current[task_id] = step


def assignees(loaded: Loaded) -> None:
    """Whom the current steps are offered to, with their accounts."""
    current = list(loaded.current.values())
    for offer in projects.offers(loaded.unit.tx, [step.id for step in current]) if current else ():
        loaded.offers.setdefault(offer.activity_id, []).append(offer)
    offers = [offer for found in loaded.offers.values() for offer in found]
    _load_users(loaded, [*(offer.user_id for offer in offers), *(step.assignee for step in current)])
    names = _named(offer.group_id for offer in offers)
    if names:
        loaded.roles |= {row.name: row for row in GROUPS.find(loaded.unit.tx, Criteria(names=names))}


def comments_on_tasks(loaded: Loaded) -> None:
    """What was said about the tasks."""
    loaded.comments = comments.of_instances(loaded.unit, list(loaded.tasks))


def source_assets(loaded: Loaded) -> None:
    """The documents that the tasks began with."""
    wanted = _given(row.document_id for row in loaded.tasks.values())
    if wanted:
        loaded.assets = {row.id: row for row in projects.assets(loaded.unit.tx, wanted)}


def target_assets(loaded: Loaded) -> None:
    """The files that the tasks have led to: a variable of their processes."""
    for row in projects.variables(loaded.unit.tx, list(loaded.tasks)) if loaded.tasks else ():
        held = Variables(row.variables).get(TARGET_ASSET)
        if held is not None and held.type == "File":
            loaded.targets[row.instance_id] = held


def project_definitions(loaded: Loaded) -> None:
    """Which definitions the projects run on."""
    found = projects.definitions_of(loaded.unit.tx, list(loaded.projects)) if loaded.projects else []
    loaded.workflow_of_project = {row.project_id: row.definition_id for row in found}


def project_types(loaded: Loaded) -> None:
    """The project types of projects and groups."""
    wanted = _given(row.project_type_id for row in loaded.made)
    if wanted:
        loaded.types |= {row.id: row for row in PROJECT_TYPES.find(loaded.unit.tx, Criteria(ids=wanted))}


def types_of_clients(loaded: Loaded) -> None:
    """All project types: every client may have any of those that are nobody's."""
    if loaded.clients:
        loaded.types |= {row.id: row for row in PROJECT_TYPES.find(loaded.unit.tx, Criteria())}


def default_workflows(loaded: Loaded) -> None:
    """The latest definitions of the project types."""
    keys = _named(row.process_key for row in loaded.types.values())
    criteria = DefinitionFilter(keys=keys, latest=True, without_tenant=True)
    for row in definitions.find(loaded.unit.tx, criteria) if keys else ():
        loaded.workflow_of_key[row.key] = row


def definition_rows(loaded: Loaded) -> None:
    """The definitions of tasks and projects."""
    wanted = _given([*(row.definition_id for row in loaded.tasks.values()), *loaded.workflow_of_project.values()])
    if wanted:
        loaded.definitions |= {row.id: row for row in definitions.find(loaded.unit.tx, DefinitionFilter(ids=wanted))}


def steps_of_workflows(loaded: Loaded) -> None:
    """The definitions of tasks and of their steps, and those that are shown themselves, as workflows."""
    known = [*loaded.definitions, *(row.id for row in loaded.workflow_of_key.values())]
    visits = [*(step for visits in loaded.steps.values() for step in visits), *loaded.current.values()]
    known += [*(row.definition_id for row in loaded.tasks.values()), *(step.definition_id for step in visits)]
    wanted = _given(known)
    if wanted:
        ids = elements.of_definitions(loaded.unit, wanted)
        loaded.workflows = {number: workflows.workflow(loaded.unit.process(number), ids[number]) for number in wanted}


def locales(loaded: Loaded) -> None:
    """The locales of projects, groups, project types and users."""
    wanted = [row.target_locale_id for row in loaded.projects.values()]
    wanted += _given(row.source_locale_id for row in loaded.made)
    wanted += _given(row.source_locale_id for row in loaded.types.values())
    wanted += [number for found in loaded.locales_of_user.values() for number in found]
    if wanted:
        loaded.locales |= {row.id: row for row in LOCALES.find(loaded.unit.tx, Criteria(ids=_given(wanted)))}


def clients(loaded: Loaded) -> None:
    """The clients of projects, groups and users."""
    wanted = [row.client_id for row in loaded.made]
    wanted += [number for found in loaded.clients_of_user.values() for number in found]
    if wanted:
        loaded.clients |= {row.id: row for row in CLIENTS.find(loaded.unit.tx, Criteria(ids=_given(wanted)))}


def workgroups(loaded: Loaded) -> None:
    """The workgroups of projects and groups."""
    names = _named(row.workgroup for row in loaded.made)
    if names:
        loaded.roles |= {row.name: row for row in GROUPS.find(loaded.unit.tx, Criteria(names=names))}


def creators(loaded: Loaded) -> None:
    """Who made the tasks, projects and groups."""
    starters = [row.started_by for row in loaded.tasks.values()]
    _load_users(loaded, starters + [row.created_by for row in loaded.made])


def _load_users(loaded: Loaded, names: Iterable[str | None]) -> None:
    wanted = [name for name in _named(names) if name not in loaded.users]
    if wanted:
        loaded.users |= {row.name: row for row in USERS.find(loaded.unit.tx, Criteria(names=wanted))}


def user_types(loaded: Loaded) -> None:
    """The types of the users."""
    if loaded.users:
        loaded.profiles = {row.user_name: row for row in catalogue.profiles(loaded.unit.tx, list(loaded.users))}


def user_locales(loaded: Loaded) -> None:
    """The locales of the users."""
    for link in catalogue.locales_of(loaded.unit.tx, list(loaded.users)) if loaded.users else ():
        loaded.locales_of_user.setdefault(link.user_name, []).append(link.number)


def user_clients(loaded: Loaded) -> None:
    """The clients of the users."""
    for link in catalogue.clients_of(loaded.unit.tx, list(loaded.users)) if loaded.users else ():
        loaded.clients_of_user.setdefault(link.user_name, []).append(link.number)


def user_groups(loaded: Loaded) -> None:
    """The roles and workgroups of the users."""
    for name, row in catalogue.memberships(loaded.unit.tx, list(loaded.users)) if loaded.users else ():
        loaded.groups_of_user.setdefault(name, []).append(row)


PARTS: tuple[Part, ...] = (
    projects_of_groups,
    tasks_of_projects,
    projects_of_tasks,
    counts,
    steps,
    current_steps,
    assignees,
    comments_on_tasks,
    source_assets,
    target_assets,
    project_definitions,
    user_types,
    user_locales,
    user_clients,
    user_groups,
    clients,
    types_of_clients,
    project_types,
    default_workflows,
    definition_rows,
    steps_of_workflows,
    locales,
    workgroups,
    creators,
)
