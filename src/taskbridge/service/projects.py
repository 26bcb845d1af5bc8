"""Project groups, projects and the tasks in them: made of files and locales, completed and cancelled as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from taskbridge.engine.variables import Variable
from taskbridge.kinds import InstanceState
from taskbridge.service import (
    access,
    archives,
    documents,
    external_tasks,
    processes,
    project_jobs,
    project_tasks,
    workflows,
)
from taskbridge.service.archives import BrokenArchive
from taskbridge.service.errors import NotFound
from taskbridge.service.identity import Person
from taskbridge.service.project_errors import Inactive, NoSuchTransition, NothingFailed, Unfit
from taskbridge.service.rights import PROJECT, PROJECT_GROUP, TASK, Doer
from taskbridge.service.unit import Unit
from taskbridge.store import project_lists, projects
from taskbridge.store.catalogue import CLIENTS, LOCALES, PROJECT_TYPES, Criteria, LocaleRow, ProjectTypeRow
from taskbridge.store.definitions import DefinitionRow
from taskbridge.store.documents import DocumentRow
from taskbridge.store.project_lists import GroupFilter, GroupRow, ProjectFilter, ProjectRow

#: The variable of a task's process that holds its translated file.
TARGET_ASSET = "targetAsset"


@dataclass(frozen=True, slots=True)
class Target:
    """A target locale, and when its tasks are due (epoch milliseconds)."""

    locale_id: int
    due_at: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A project group that somebody wants: names, ids and values as they were told."""

    name: str
    description: str | None
    client_id: int
    project_type_id: int
    document_ids: Sequence[int]
    targets: Sequence[Target]
    attributes: Mapping[str, Variable] = field(default_factory=dict)
    expand_zip: bool = False


@dataclass(frozen=True, slots=True)
class _Plan:
    """An order whose parts have been found."""

    order: Order
    client: str
    type: ProjectTypeRow
    definition: DefinitionRow
    source: LocaleRow | None
    locales: Mapping[int, LocaleRow]
    files: list[tuple[DocumentRow, int]]  # with the number of their words
    doer: Doer

    @property
    def tenant(self) -> str | None:
        """The network that all of it will belong to."""
        return self.doer.person.tenant


def create(unit: Unit, doer: Doer, order: Order) -> int:
    """Make a project group: a project for each locale, in it a task for each file, started at once; the group's id.

    All of it belongs to the network of the user. Raises Refused, EngineError, and Unfit of "client", "project type",
    "file", "zip", "locale" or "due date".
    """
    doer.require("CREATE", PROJECT_GROUP)
    plan = _plan(unit, doer, order)
    unit.expect_commands(len(plan.files) * len(order.targets))
    group_id = unit.tx.new_id()
    projects.insert_group(
        unit.tx,
        id=group_id,
        tenant=plan.tenant,
        name=order.name,
        description=order.description,
        client_id=order.client_id,
        project_type_id=order.project_type_id,
        created_by=unit.user,
        created_at=unit.tx.now,
    )
    for target in order.targets:
        _create_project(unit, plan, group_id, target)
    return group_id


def _plan(unit: Unit, doer: Doer, order: Order) -> _Plan:
    clients = CLIENTS.find(unit.tx, Criteria(ids=[order.client_id]))
    if not clients:
        raise Unfit("client", order.client_id)
    types = PROJECT_TYPES.find(unit.tx, Criteria(ids=[order.project_type_id], client_id=order.client_id))
    if not types:
        raise Unfit("project type", order.project_type_id)
    files = _files(unit, order, doer.person)
    wanted = {target.locale_id for target in order.targets}
    locales = {row.id: row for row in LOCALES.find(unit.tx, Criteria(ids=sorted(wanted)))}
    if missing := wanted - set(locales):
        raise Unfit("locale", min(missing))
    if types[0].due_date_required and any(target.due_at is None for target in order.targets):
        raise Unfit("due date")
    source = LOCALES.find(unit.tx, Criteria(ids=[types[0].source_locale_id])) if types[0].source_locale_id else []
    definition = _definition(unit, types[0])
    return _Plan(order, clients[0].name, types[0], definition, next(iter(source), None), locales, files, doer)


def _definition(unit: Unit, type_: ProjectTypeRow) -> DefinitionRow:
    try:
        return processes.latest_definition(unit, type_.process_key)
    except NotFound as error:
        raise Unfit("project type", type_.id) from error


def _files(unit: Unit, order: Order, person: Person) -> list[tuple[DocumentRow, int]]:
    """The files of an order."""
    found: list[tuple[DocumentRow, int]] = []
    for document_id in order.document_ids:
        try:
            row = access.document(unit, person, document_id)
            content = documents.content(unit, document_id)
        except NotFound as error:
            raise Unfit("file", document_id) from error
        if row.size > documents.LARGE_FILE:
            unit.tx.expect_long_work()
        if order.expand_zip and archives.is_zip(content):
            unit.tx.expect_long_work()  # it may hold a thousand times its size
            for name, held in _entries(row, content):
                found.append((documents.add(unit, name, held, tenant=row.tenant), count_words(held)))
        else:
            found.append((row, count_words(content)))
    return found


def _entries(row: DocumentRow, content: bytes) -> list[tuple[str, bytes]]:
    try:
        return archives.entries(content)
    except BrokenArchive as error:
        raise Unfit("zip", row.name) from error


def count_words(content: bytes) -> int:
    """The words of a text, separated by blanks; none in what is no text."""
    return 0 if b"\0" in content else len(content.split())


def _create_project(unit: Unit, plan: _Plan, group_id: int, target: Target) -> None:
    order, project_id = plan.order, unit.tx.new_id()
    projects.insert_project(
        unit.tx,
        id=project_id,
        group_id=group_id,
        name=order.name,
        description=order.description,
        target_locale_id=target.locale_id,
        due_at=target.due_at,
        created_by=unit.user,
        created_at=unit.tx.now,
    )
    facts = _facts(plan, group_id, project_id, target)
    for number, (file, words) in enumerate(plan.files, start=1):
        _start(
            unit,
            plan.doer,
            plan.definition,
            file,
            facts,
            project_id=project_id,
            number=number,
            words=words,
            due_at=target.due_at,
            tenant=plan.tenant,
        )


def _facts(plan: _Plan, group_id: int, project_id: int, target: Target) -> dict[str, Variable]:
    """What the workers and expressions of the workflow are told."""
    facts = {
        "projectGroupId": Variable("Long", group_id),
        "projectId": Variable("Long", project_id),
        "client": Variable("String", plan.client),
        "projectType": Variable("String", plan.type.name),
        "targetLocale": Variable("String", plan.locales[target.locale_id].name),
    }
    if plan.source is not None:
        facts["sourceLocale"] = Variable("String", plan.source.name)
    return {**plan.order.attributes, **facts}


def _start(
    unit: Unit,
    doer: Doer,
    definition: DefinitionRow,
    file: DocumentRow,
    facts: Mapping[str, Variable],
    *,
    project_id: int | None,
    number: int | None,
    words: int,
    due_at: int | None,
    tenant: str | None,
    ancestor_id: int | None = None,
) -> int:
    asset = {"asset": Variable("String", file.name), "assetId": Variable("Long", file.id)}
    started = processes.start(unit, definition, {**facts, **asset}, name=file.name, tenant=tenant)
    projects.insert_task(
        unit.tx,
        started.id,
        project_id=project_id,
        number=number,
        document_id=file.id,
        words=words,
        due_at=due_at,
        ancestor_id=ancestor_id,
    )
    documents.attach(unit, doer.person, started.id, file.id)
    return started.id


def replace_source(unit: Unit, doer: Doer, task_id: int, name: str, content: bytes) -> int:
    """Start a task again with another source; the id of the one that takes its place, with its rank and cost.

    What came of the former source is left behind.
    Raises NotFound, Refused, Inactive, EngineError.
    """
    row = project_tasks.find(unit, doer, task_id)
    doer.require("UPDATE", TASK, task_id)
    if row.state >= InstanceState.COMPLETED:
        raise Inactive("task", task_id)
    facts = processes.variables_of(unit, task_id)
    facts.pop(TARGET_ASSET, None)
    project_tasks.end(unit, row, "")
    projects.set_outdated(unit.tx, task_id)
    former = processes.definition(unit, row.definition_id)
    made = _start(
        unit,
        doer,
        processes.latest_definition(unit, former.key, former.tenant),
        documents.add(unit, name, content, tenant=row.tenant),
        facts,
        project_id=row.project_id,
        number=row.number,
        words=count_words(content),
        due_at=row.due_at,
        tenant=row.tenant,
        ancestor_id=row.ancestor_id,
    )
    kept = {"priority": row.priority, "expected_duration": row.expected_duration}
    projects.change_task(unit.tx, made, **kept, include_in_cost=int(row.include_in_cost))
    return made


def get(unit: Unit, doer: Doer, project_id: int) -> ProjectRow:
    """One project; raises NotFound, also where it belongs to another network than the user."""
    found = project_lists.find(unit.tx, ProjectFilter(ids=[project_id], network=access.network(doer.person)))
    if not found:
        raise NotFound(PROJECT, project_id)
    return found[0]


def get_group(unit: Unit, doer: Doer, group_id: int) -> GroupRow:
    """One project group; raises NotFound, also where it belongs to another network than the user."""
    found = project_lists.find_groups(unit.tx, GroupFilter(ids=[group_id], network=access.network(doer.person)))
    if not found:
        raise NotFound(PROJECT_GROUP, group_id)
    return found[0]


def complete(unit: Unit, doer: Doer, project_id: int, transition: int) -> int:
    """Have every task of a project that has this transition leave its step by it; the id of the job that does it.

    Raises NotFound, Refused, NoSuchTransition when no task has it.
    """
    get(unit, doer, project_id)
    doer.require("COMPLETE", PROJECT, project_id)
    places = projects.distinct_steps(unit.tx, project_id)
    flows = {place.definition_id: workflows.of_definition(unit, place.definition_id) for place in places}
    if not any(flows[place.definition_id].way(place.node_id, transition) for place in places):
        raise NoSuchTransition("project", transition)
    return project_jobs.begin(unit, doer.person, project_jobs.COMPLETE_PROJECT, project_id, transition=transition)


def cancel(unit: Unit, doer: Doer, project_id: int, comment: str) -> int:
    """Have all active tasks of a project cancelled; the id of the job. Raises NotFound, Refused, Inactive."""
    get(unit, doer, project_id)
    doer.require("CANCEL", PROJECT, project_id)
    if not projects.active_steps(unit.tx, project_id, 0, 1):
        raise Inactive("project", project_id)
    return project_jobs.begin(unit, doer.person, project_jobs.CANCEL_PROJECT, project_id, comment=comment)


def redo(unit: Unit, doer: Doer, project_id: int) -> None:
    """Have all failed automatic steps of a project done again. Raises NotFound, Refused, NothingFailed."""
    get(unit, doer, project_id)
    doer.require("COMPLETE", PROJECT, project_id)
    failed = projects.failed_steps(unit.tx, project_id)
    if not failed:
        raise NothingFailed("project", project_id)
    external_tasks.set_retries(unit, failed, 1)
