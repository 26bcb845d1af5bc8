"""How much is asked of the database: a bounded number of statements whatever the page, and plans from indexes."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from taskbridge.service.unit import Services
from taskbridge.store import activities, project_lists, project_task_lists, projects
from taskbridge.store.lists import Page, Sorting
from taskbridge.store.project_lists import ProjectFilter
from taskbridge.store.project_tables import Project, ProjectGroup, ProjectTask, ProjectType
from taskbridge.store.project_task_lists import Involvement, TaskFilter
from taskbridge.store.statements import Statement, insert_into
from taskbridge.store.tables import ActivityInstance, Candidate, ProcessDefinition, ProcessInstance
from taskbridge.store.transaction import Transaction
from tests.conformance.test_statement_plans import Explaining, blank
from tests.worldserver import Office, WorldServerClient

pytestmark = pytest.mark.anyio

_ASKING = ("rows", "select", "write", "write_many", "execute", "send")
ALL = "id,project(id,name,targetLocale(id,name),client(name)),workflow(steps(id,name)),steps(workflowStep(id)),comment"
#: What is asked for -> how many statements it may take, the three for the session included.
REQUESTS = {
    "/tasks?fields=id": 5,
    "/tasks?fields=id,name,status": 5,
    "/tasks?fields=id,project(id,name)": 6,
    "/tasks?fields=id,project(id,name,targetLocale(id,name)),workflow(steps(id,name))": 9,
    "/tasks?fields=" + ALL: 13,
    "/tasks": 21,
    "/projects?fields=id,name": 5,
    "/projects": 15,
    "/projects?fields=id,tasks(id,status)": 6,
    "/projectGroups": 15,
    "/projectGroups?fields=id,name,projects(id,name,tasks(id,steps(id)))": 9,
    "/users": 13,
}


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that any transaction runs from now on, by the method it is run with."""
    seen: list[str] = []

    def counted(name: str) -> Callable[..., Any]:
        run = getattr(Transaction, name)

        def asked(self: Transaction, *args: Any, **more: Any) -> Any:  # noqa: ANN401 - passed on
            seen.append(name)
            return run(self, *args, **more)

        return asked

    for name in _ASKING:
        monkeypatch.setattr(Transaction, name, counted(name))
    return seen


@pytest.mark.parametrize("path", REQUESTS)
async def test_a_list_takes_as_many_statements_for_forty_as_for_one(
    office: Office, mona: WorldServerClient, statements: list[str], path: str
) -> None:
    numbers: list[int] = []
    for group in range(6):
        numbers += await office.order(*(f"{place}.txt" for place in range(7)), group=f"Group {group}")
    for number in numbers[::5]:
        await mona.post("/tasks/claim", [{"id": number}])
    await mona.get(path)  # the graph of the process is known from now on
    taken = []
    mark = "&" if "?" in path else "?"
    for limit in (1, 3, 40):
        statements.clear()
        answer = await mona.get(f"{path}{mark}limit={limit}")
        assert answer.status_code == 200
        taken.append(len(statements))
    assert taken[1] == taken[2] >= taken[0], taken
    assert taken[2] <= REQUESTS[path], statements


async def test_what_is_not_shown_is_not_read(office: Office, mona: WorldServerClient, statements: list[str]) -> None:
    await office.order()
    await mona.get("/tasks")
    taken = {}
    for query in ("", "?excludedFields=project,steps,currentTaskStep,assignees", "?fields=id"):
        statements.clear()
        await mona.get(f"/tasks{query}")
        taken[query] = len(statements)
    assert list(taken.values()) == sorted(taken.values(), reverse=True)
    assert len(set(taken.values())) == 3


PAGE = Page(0, 30)
ME = Involvement("u7", ("g7",), assigned=True, claimed=True)
#: What is done -> the index that its query must go through.
USED: dict[str, tuple[Callable[[Transaction], object], str]] = {
    "a list by name": (
        lambda tx: project_task_lists.find(tx, TaskFilter(), [Sorting("name")], PAGE),
        "ix_process_instance_name",
    ),
    "a list by name, backwards": (
        lambda tx: project_task_lists.find(tx, TaskFilter(), [Sorting("name", descending=True)], PAGE),
        "ix_process_instance_name",
    ),
    "a list by date": (
        lambda tx: project_task_lists.find(tx, TaskFilter(), [Sorting("started_at")], PAGE),
        "ix_process_instance_listed",
    ),
    "the tasks of a project": (
        lambda tx: project_task_lists.find(tx, TaskFilter(project_ids=[5]), (), PAGE),
        "ix_project_task_project",
    ),
    "the number of tasks of a project": (
        lambda tx: project_task_lists.number(tx, TaskFilter(project_ids=[5])),
        "ix_project_task_project",
    ),
    "the tasks that are somebody's": (
        lambda tx: project_task_lists.find(tx, TaskFilter(involving=ME), (), PAGE),
        "ix_candidate_group",
    ),
    "the visits of tasks": (lambda tx: projects.steps(tx, [5, 6, 7]), "ix_activity_instance_instance"),
    "the current steps": (lambda tx: projects.steps(tx, [5, 6, 7], alive=True), "ix_activity_instance_alive"),
    "the counts of projects": (lambda tx: project_lists.counts(tx, [5, 6]), "ix_project_task_project"),
    "projects by name": (
        lambda tx: project_lists.find(tx, ProjectFilter(), [Sorting("name")], PAGE),
        "ix_project_name",
    ),
}


@pytest.mark.parametrize("name", USED)
async def test_a_query_goes_through_its_index(services: Services, name: str) -> None:
    query, index = USED[name]
    for plan in await explained(services, query):
        assert index in plan, plan
        if not name.startswith("the"):
            assert "TEMP B-TREE" not in plan, plan
            assert "Sort" not in plan, plan


async def test_a_page_by_id_is_not_sorted(services: Services) -> None:
    (page,) = await explained(services, lambda tx: project_task_lists.find(tx, TaskFilter(), (), PAGE))
    assert "TEMP B-TREE" not in page
    assert "Sort" not in page


async def test_the_number_of_all_tasks_can_be_read_from_an_index_alone(services: Services) -> None:
    def count(tx: Transaction) -> object:
        if tx.dialect == "postgresql":  # which reads a fresh table sooner than its index: no row is known to be settled
            tx.execute(text("SET LOCAL enable_seqscan = off"))
            tx.execute(text("SET LOCAL enable_bitmapscan = off"))
        return project_task_lists.number(tx, TaskFilter())

    plan = (await explained(services, count))[-1]
    assert "ix_process_instance_" in plan
    assert "COVERING INDEX" in plan or "Index Only Scan" in plan, plan


class _Explained(Exception):
    """Carries the plans out of the transaction, which is rolled back with all the rows that were made up for it."""

    def __init__(self, plans: list[str]) -> None:
        super().__init__("\n\n".join(plans))
        self.plans = plans


async def explained(services: Services, query: Callable[[Transaction], object]) -> list[str]:
    """The plans of the queries, in a database with some thousand tasks in hundreds of projects."""

    def work(tx: Transaction) -> None:
        _fill(tx)
        if tx.dialect == "postgresql":  # SQLite is never asked to gather statistics, PostgreSQL does it by itself
            tx.execute(text("ANALYZE"))
        explaining = Explaining(tx)
        query(explaining)  # type: ignore[arg-type] # it stands in for a transaction
        raise _Explained(explaining.plans)

    with pytest.raises(_Explained) as caught:
        await services.run(lambda unit: work(unit.tx))
    return caught.value.plans


def _fill(tx: Transaction) -> None:
    tx.write(_INSERT[ProcessDefinition], blank(ProcessDefinition) | {"id": 1, "key": "P"})
    tx.write(_INSERT[ProjectType], blank(ProjectType) | {"id": 1, "name": "T"})
    tx.write(_INSERT[ProjectGroup], blank(ProjectGroup) | {"id": 1, "name": "G", "project_type_id": 1})
    numbers = range(1, 6_001)
    rows = [blank(Project) | {"id": n, "group_id": 1, "name": f"p{n % 97}"} for n in range(1, 2_001)]
    tx.write_many(_INSERT[Project], rows)
    tx.write_many(_INSERT[ProcessInstance], [_instance(n) for n in numbers])
    tasks = [blank(ProjectTask) | {"instance_id": n, "project_id": n % 300, "ancestor_id": n} for n in numbers]
    tx.write_many(_INSERT[ProjectTask], tasks)
    activities.insert(tx, [_activity(n) for n in numbers])
    offers = [
        blank(Candidate) | {"id": n, "activity_id": n + 10_000, "type": "candidate", "group_id": f"g{n % 200}"}
        for n in numbers
    ]
    tx.write_many(_INSERT[Candidate], offers)


def _instance(number: int) -> dict[str, object]:
    told = {"id": number, "root_id": number, "definition_id": 1, "name": f"n{number % 991}", "started_at": number}
    return blank(ProcessInstance) | told


def _activity(number: int) -> dict[str, object]:
    told = {"id": number + 10_000, "instance_id": number, "root_id": number, "scope_id": number, "definition_id": 1}
    return blank(ActivityInstance) | told | {"kind": 1, "assignee": f"u{number % 200}", "created_at": number}


_INSERT = {
    model: Statement(insert_into(model))
    for model in (ProcessDefinition, ProjectType, ProjectGroup, Project, ProcessInstance, ProjectTask, Candidate)
}
