"""Tasks with their steps, and the projects around them, as WorldServer shows them (contract 4.1, 6)."""

from collections.abc import Callable, Mapping

from taskbridge.dialects.worldserver import reading
from taskbridge.dialects.worldserver.reading import Loaded
from taskbridge.dialects.worldserver.values import format_date
from taskbridge.dialects.worldserver.views.people import CREATOR, LOCALE, ROLE, SHORT_CLIENT, SHORT_PROJECT_TYPE
from taskbridge.dialects.worldserver.views.people import full_name as name_of
from taskbridge.dialects.worldserver.views.shapes import Member, Row, Shape, fixed, only, plain, unusual
from taskbridge.dialects.worldserver.views.workflows import AUTO, HUMAN, SHORT_WORKFLOW, TRANSITION, TYPE_NAMES, WAIT
from taskbridge.dialects.worldserver.views.workflows import kind_of as kind_in_workflow
from taskbridge.kinds import ActivityKind, InstanceState
from taskbridge.service.workflows import Step, Way
from taskbridge.store.definitions import DefinitionRow
from taskbridge.store.project_lists import Counts, ProjectRow
from taskbridge.store.project_lists import GroupRow as ProjectGroupRow
from taskbridge.store.project_task_lists import TaskRow
from taskbridge.store.projects import AssetRow, StepRow

ACTIVE, COMPLETED, CANCELED = "ACTIVE", "COMPLETED", "CANCELED"
_KINDS = {ActivityKind.USER: HUMAN, ActivityKind.EXTERNAL: AUTO, ActivityKind.EVENT: WAIT}
_DISPLAYED = {ACTIVE: "Active", COMPLETED: "Completed", CANCELED: "Canceled"}


def status_of(row: TaskRow) -> str:
    """Where a task stands, in a word."""
    if row.state < InstanceState.COMPLETED:
        return ACTIVE
    return COMPLETED if row.state == InstanceState.COMPLETED else CANCELED


def path_of(asset: AssetRow) -> str:
    """Where an uploaded file lies, as its users see it."""
    return f"/uploads/{asset.id}/{asset.name}"


def kind_of(step: StepRow) -> str:
    """Whether people do a step, a worker, or an event is waited for there."""
    return _KINDS[ActivityKind(step.kind)]


def date(read: Callable[[Row], int | None]) -> Member:
    """A member that is a date."""
    return Member(lambda row, loaded: format_date(read(row)))


# steps


def _in_workflow(step: StepRow, loaded: Loaded) -> Step:
    return loaded.workflows[step.definition_id].steps[step.node_id]


def _name(step: StepRow, loaded: Loaded) -> str:
    if step.name is not None:
        return step.name
    node = loaded.unit.process(step.definition_id).nodes[step.node_id]
    return node.name or node.id


def _ways_out(step: StepRow, loaded: Loaded) -> list[Way]:
    """What people can choose; of a step that they do not do, nothing."""
    return list(_in_workflow(step, loaded).outbound) if step.kind == ActivityKind.USER else []


_STEPS = (reading.steps, reading.steps_of_workflows)
_CURRENT = (reading.current_steps, reading.steps_of_workflows)
WORKFLOW_STEP: Shape = {
    "id": plain("id"),
    "type": Member(lambda step, loaded: kind_in_workflow(step)),
    "name": plain("name"),
    "idInWorkflow": plain("place"),
    "expectedDuration": fixed(0),
    "updatable": plain("human"),
}
TASK_STEP: Shape = {
    "id": plain("id"),
    "name": Member(_name),
    "displayName": Member(_name),
    "dueDate": date(lambda step: step.due_at),
    "startDate": date(lambda step: step.created_at),
    "expectedDuration": fixed(0),
    "type": Member(lambda step, loaded: kind_of(step)),
    "typeName": Member(lambda step, loaded: TYPE_NAMES[kind_of(step)]),
    "creationDate": date(lambda step: step.created_at),
    "workflowStep": Member(_in_workflow, _STEPS, WORKFLOW_STEP),
    "workflowTransitions": Member(_ways_out, _STEPS, TRANSITION),
}
CURRENT_STEP: Shape = {
    **only(TASK_STEP, "id", "name", "displayName", "expectedDuration", "type", "typeName", "creationDate"),
    "workflowTransitions": Member(_ways_out, _CURRENT, TRANSITION),
}


# tasks


def _assignees(row: TaskRow, loaded: Loaded) -> list[dict[str, object]]:
    """Whom the current step is offered to, and who has claimed it."""
    step = loaded.current.get(row.id)
    if step is None:
        return []
    offers = loaded.offers.get(step.id, [])
    users = dict.fromkeys(name for name in (*(offer.user_id for offer in offers), step.assignee) if name)
    roles = [offer.group_id for offer in offers if offer.group_id]
    return [*(_user(name, loaded) for name in users), *(_role(name, loaded) for name in roles)]


def _user(name: str, loaded: Loaded) -> dict[str, object]:
    known = loaded.users.get(name)
    shown = {"name": name} if known is None else {"id": known.number, "name": name_of(known)}
    return {**shown, "type": "USER", "disabled": known is not None and known.locked_at is not None}


def _role(name: str, loaded: Loaded) -> dict[str, object]:
    known = loaded.roles.get(name)
    number = {} if known is None else {"id": known.number}
    return {**number, "name": name, "type": "ROLE", "disabled": False}


def _assets(row: TaskRow, loaded: Loaded) -> list[str]:
    asset = loaded.assets.get(row.document_id or 0)
    return [path_of(asset)] if asset else []


def _targets(row: TaskRow, loaded: Loaded) -> list[str]:
    held = loaded.targets.get(row.id)
    name = (held.info or {}).get("filename") or row.name if held else None
    return [f"/targets/{row.id}/{name}"] if held else []


def _description(row: TaskRow, loaded: Loaded) -> str | None:
    project = loaded.projects.get(row.project_id or 0)
    return project.description if project else loaded.definitions[row.definition_id].description


def _target_locale(row: TaskRow, loaded: Loaded) -> object:
    project = loaded.projects.get(row.project_id or 0)
    return loaded.locales.get(project.target_locale_id) if project else None


def _last_comment(row: TaskRow, loaded: Loaded) -> str | None:
    said = loaded.comments.get(row.id)
    return said[-1].text if said else None


def _all_comments(row: TaskRow, loaded: Loaded) -> str | None:
    said = loaded.comments.get(row.id)
    return "\n".join(f"{one.author}: {one.text}" if one.author else one.text for one in said) if said else None


def _words(*statuses: str) -> Member:
    return Member(lambda row, loaded: row.words if status_of(row) in statuses else 0)


STATUS: Shape = {
    "status": Member(lambda row, loaded: status_of(row)),
    "displayText": Member(lambda row, loaded: _DISPLAYED[status_of(row)]),
}


def _item(name: str) -> Member:
    return Member(lambda row, loaded: row.get(name))


ASSIGNEE: Shape = {name: _item(name) for name in ("id", "name", "type", "disabled")}
#: The members of a task that stand apart from its project.
_OWN: Shape = {
    "id": plain("id"),
    "name": plain("name"),
    "description": Member(_description, (reading.projects_of_tasks, reading.definition_rows)),
    "assets": Member(_assets, (reading.source_assets,)),
    "targetAssets": Member(_targets, (reading.target_assets,)),
    "targetLocale": Member(_target_locale, (reading.projects_of_tasks, reading.locales), LOCALE),
    "taskNumInProject": Member(lambda row, loaded: None if row.number is None else str(row.number)),
    "oldestAncestorId": plain("ancestor_id"),
    "workflow": Member(
        lambda row, loaded: loaded.definitions[row.definition_id], (reading.definition_rows,), SHORT_WORKFLOW
    ),
    "creator": Member(lambda row, loaded: loaded.users.get(row.started_by), (reading.creators,), CREATOR),
    "priority": plain("priority"),
    "totalWords": plain("words"),
    "translatedWords": _words(COMPLETED),
    "pendingWords": _words(ACTIVE),
    "finishedWords": _words(COMPLETED),
    "expectedDuration": plain("expected_duration"),
    "updatePending": fixed(0),
    "completionStatus": Member(lambda row, loaded: 100 if status_of(row) == COMPLETED else 0),
    "creationDate": date(lambda row: row.started_at),
    "dueDate": date(lambda row: row.due_at),
    "currentTaskStep": Member(lambda row, loaded: loaded.current.get(row.id), (reading.current_steps,), CURRENT_STEP),
    "steps": Member(lambda row, loaded: loaded.steps.get(row.id, []), (reading.steps,), TASK_STEP),
    "status": Member(lambda row, loaded: row, shape=STATUS),
    "assignees": Member(_assignees, (reading.current_steps, reading.assignees), ASSIGNEE),
    "comment": Member(_last_comment, (reading.comments_on_tasks,)),
    "detailedComment": Member(_all_comments, (reading.comments_on_tasks,)),
    "includeInCost": Member(lambda row, loaded: bool(row.include_in_cost)),
}


# projects


def _count(name: str) -> Member:
    return Member(lambda row, loaded: getattr(loaded.counts[row.id], name), (reading.counts,))


def _computed(compute: Callable[[Counts], object]) -> Member:
    return Member(lambda row, loaded: compute(loaded.counts[row.id]), (reading.counts,))


def progress(words: int, finished: int) -> float:
    """The finished part of all words, in percent."""
    return round(100 * finished / words, 2) if words else 0.0


def project_status(counts: Counts) -> str:
    """Active while a task is; canceled when every task was; else completed."""
    if counts.active or not counts.total:
        return ACTIVE
    return CANCELED if counts.canceled == counts.total else COMPLETED


COUNTED: Mapping[str, Callable[[Counts], object]] = {
    "activeTasks": lambda counts: counts.active,
    "totalTasks": lambda counts: counts.total,
    "claimedTasks": lambda counts: counts.claimed,
    "unclaimedTasks": lambda counts: counts.active - counts.claimed,
    "assignedTasks": lambda counts: counts.assigned,
    "unassignedTasks": lambda counts: counts.active - counts.assigned,
    "pendingTasks": lambda counts: counts.active,
    "canceledTasks": lambda counts: counts.canceled,
    "completedTasks": lambda counts: counts.completed,
    "totalAutoErrorTasks": lambda counts: counts.failed,
    "errors": lambda counts: counts.failed,
    "totalWords": lambda counts: counts.words,
    "translatedWords": lambda counts: counts.finished_words,
    "pendingWords": lambda counts: counts.pending_words,
    "finishedWords": lambda counts: counts.finished_words,
    "translatedProgress": lambda counts: progress(counts.words, counts.finished_words),
    "finishedProgress": lambda counts: progress(counts.words, counts.finished_words),
    "status": project_status,
}


def _project_workflow(row: ProjectRow, loaded: Loaded) -> DefinitionRow | None:
    return loaded.definitions.get(loaded.workflow_of_project.get(row.id, 0))


def _ended(row: ProjectRow, loaded: Loaded) -> str | None:
    counts = loaded.counts[row.id]
    return None if counts.active else format_date(counts.ended_at)


_PROJECT: Shape = {
    "id": plain("id"),
    "projectGroupId": plain("group_id"),
    "name": plain("name"),
    "description": plain("description"),
    "creationDate": date(lambda row: row.created_at),
    "dueDate": date(lambda row: row.due_at),
    "completionDate": Member(_ended, (reading.counts,)),
    **{name: _computed(compute) for name, compute in COUNTED.items()},
    "sourceLocale": Member(lambda row, loaded: loaded.locales.get(row.source_locale_id), (reading.locales,), LOCALE),
    "targetLocale": Member(lambda row, loaded: loaded.locales.get(row.target_locale_id), (reading.locales,), LOCALE),
    "workgroup": Member(lambda row, loaded: loaded.roles.get(row.workgroup), (reading.workgroups,), ROLE),
    "workflow": Member(_project_workflow, (reading.project_definitions, reading.definition_rows), SHORT_WORKFLOW),
    "creator": Member(lambda row, loaded: loaded.users.get(row.created_by), (reading.creators,), CREATOR),
    "scopingMode": fixed("NONE"),
    "client": Member(lambda row, loaded: loaded.clients.get(row.client_id), (reading.clients,), SHORT_CLIENT),
    "projectType": Member(
        lambda row, loaded: loaded.types.get(row.project_type_id), (reading.project_types,), SHORT_PROJECT_TYPE
    ),
}
#: Within others, objects show less unless they are asked for more.
_AROUND_TASK = unusual(
    _PROJECT,
    *("dueDate", "completionDate", "sourceLocale", "targetLocale", "workgroup", "workflow", "creator", "scopingMode"),
    *("client", "projectType", "canceledTasks", "completedTasks", "totalAutoErrorTasks"),
    *("translatedProgress", "finishedProgress"),
)
_IN_PROJECT = unusual(_OWN, "steps", "assignees", "comment", "detailedComment", "targetAssets", "workflow", "creator")
TASK: Shape = {
    **_OWN,
    "project": Member(
        lambda row, loaded: loaded.projects.get(row.project_id), (reading.projects_of_tasks,), _AROUND_TASK
    ),
}
PROJECT: Shape = {
    **_PROJECT,
    "tasks": Member(lambda row, loaded: loaded.tasks_of.get(row.id, []), (reading.tasks_of_projects,), _IN_PROJECT),
}
#: In lists, the tasks of projects are shown only when they are asked for; so are those of projects within groups.
LISTED_PROJECT = unusual(PROJECT, "tasks")
_IN_GROUP = unusual(
    LISTED_PROJECT, "sourceLocale", "workgroup", "workflow", "creator", "client", "projectType", "scopingMode"
)


# groups


def _of_group(row: ProjectGroupRow, loaded: Loaded) -> Counts:
    counts = [loaded.counts[project.id] for project in loaded.projects_of.get(row.id, ())]
    numbers = [name for name in Counts._fields if name not in ("project_id", "ended_at")]
    return Counts(row.id, **{name: sum(getattr(one, name) for one in counts) for name in numbers})


_PROJECTS = (reading.projects_of_groups, reading.counts)


def _summed(compute: Callable[[Counts], object]) -> Member:
    return Member(lambda row, loaded: compute(_of_group(row, loaded)), _PROJECTS)


GROUP: Shape = {
    "id": plain("id"),
    "name": plain("name"),
    "description": plain("description"),
    "creationDate": date(lambda row: row.created_at),
    **{name: _summed(compute) for name, compute in COUNTED.items()},
    "totalProjects": Member(lambda row, loaded: len(loaded.projects_of.get(row.id, ())), (reading.projects_of_groups,)),
    "sourceLocale": _PROJECT["sourceLocale"],
    "workgroup": _PROJECT["workgroup"],
    "client": _PROJECT["client"],
    "projectType": _PROJECT["projectType"],
    "creator": _PROJECT["creator"],
    "projects": Member(
        lambda row, loaded: loaded.projects_of.get(row.id, []), (reading.projects_of_groups,), _IN_GROUP
    ),
}
