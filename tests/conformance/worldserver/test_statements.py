"""How much is asked of the database: a bounded number of statements whatever the page, and plans from indexes."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from taskbridge.service.unit import Services
from taskbridge.store import project_lists, project_task_lists, projects
from taskbridge.store.field_conditions import FieldCondition, Search
from taskbridge.store.lists import Network, Page, Sorting
from taskbridge.store.project_lists import ProjectFilter
from taskbridge.store.project_task_lists import Involvement, TaskFilter
from taskbridge.store.transaction import Transaction
from taskbridge.store.viewers import Viewer
from tests.conformance.plans import explained
from tests.conformance.worldserver.many_tasks import FIRST, PROJECT, fill
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
BY_NAME, BACKWARDS = [Sorting("name")], [Sorting("name", descending=True)]
MINE = TaskFilter(involving=Involvement("p7", ("g7",), assigned=True, claimed=True))
OF_PROJECT = TaskFilter(project_ids=[PROJECT + 5])
FOUND = TaskFilter(search=Search((FieldCondition("project_id", "eq", PROJECT + 5), FieldCondition("state", "lt", 2))))
#: What an administrator of the default network sees, and what somebody does.
NETWORK = TaskFilter(network=Network(None))
SEEN = TaskFilter(network=Network(None), visible_to=Viewer("p7", ("g7",)))
SOME = [FIRST + number for number in range(1, 31)]


def tasks(criteria: TaskFilter, *sorting: Sorting) -> Callable[[Transaction], object]:
    return lambda tx: project_task_lists.find(tx, criteria, sorting, PAGE)


def count(tx: Transaction) -> object:
    if tx.dialect == "postgresql":  # which knows of no row in a fresh table that it is settled, and would read them all
        tx.execute(text("SET LOCAL enable_seqscan = off"))
        tx.execute(text("SET LOCAL enable_bitmapscan = off"))
    return project_task_lists.number(tx, NETWORK)


#: What is done -> the query, and the index that it must go through.
USED: dict[str, tuple[Callable[[Transaction], object], str]] = {
    "a page by name": (tasks(TaskFilter(), *BY_NAME), "ix_process_instance_name"),
    "a page by name, backwards": (tasks(TaskFilter(), *BACKWARDS), "ix_process_instance_name"),
    "a page by date": (tasks(TaskFilter(), Sorting("started_at")), "ix_process_instance_listed"),
    "a page of projects by name": (
        lambda tx: project_lists.find(tx, ProjectFilter(), BY_NAME, PAGE),
        "ix_project_name",
    ),
    "the tasks of a project": (tasks(OF_PROJECT), "ix_project_task_project"),
    "the tasks of a project, by name": (tasks(OF_PROJECT, *BY_NAME), "ix_project_task_project"),
    "the number of tasks of a project": (
        lambda tx: project_task_lists.number(tx, OF_PROJECT),
        "ix_project_task_project",
    ),
    "what a search for the active tasks of a project finds": (tasks(FOUND), "ix_project_task_project"),
    "the tasks that are somebody's": (tasks(MINE), "ix_candidate_group"),
    "the tasks that somebody has claimed": (tasks(MINE), "ix_user_task_assignee"),
    "the visits of tasks": (lambda tx: projects.steps(tx, SOME), "ix_activity_instance_instance"),
    "the current steps": (lambda tx: projects.steps(tx, SOME, alive=True), "ix_activity_instance_alive"),
    "the counts of projects": (
        lambda tx: project_lists.counts(tx, [PROJECT + 1, PROJECT + 2]),
        "ix_project_task_project",
    ),
    "a page by name of a network": (tasks(NETWORK, *BY_NAME), "ix_process_instance_name"),
    "what somebody sees, by name": (tasks(SEEN, *BY_NAME), "ix_process_instance_name"),
    "the tasks that somebody has to do with": (tasks(SEEN), "ix_candidate_group"),
    "the number of what somebody sees": (lambda tx: project_task_lists.number(tx, SEEN), "ix_candidate_group"),
    "the number of all tasks": (count, "ix_process_instance_"),
}


async def test_lists_of_two_hundred_thousand_tasks_go_through_their_indexes(office: Office, services: Services) -> None:
    def made(tx: Transaction) -> None:
        fill(tx, kind=office.types["Web pages"], client=office.clients["Acme"], locale=office.locales["German"])

    queries = {**{name: query for name, (query, _) in USED.items()}, "a page by id": tasks(TaskFilter())}
    queries |= {"a page by id of a network": tasks(NETWORK), "what somebody sees, by id": tasks(SEEN)}
    queries["the projects at work"] = lambda tx: project_lists.find(tx, ProjectFilter(only_active=True), (), PAGE)
    told = await explained(services, made, queries)
    for name, (_, index) in USED.items():
        assert all(index in plan for plan in told[name].plans), (name, told[name].plans)
    for name in told:
        print(f"{name}: {told[name].milliseconds:.1f} ms")
        if name.startswith("a page"):
            assert not any(word in plan for plan in told[name].plans for word in ("TEMP B-TREE", "Sort")), name
    if await services.run(lambda unit: unit.tx.dialect) == "sqlite":  # PostgreSQL chooses by what it knows of the rows
        (plan,) = told["the projects at work"].plans
        assert "ix_process_instance_alive" in plan, plan
    (plan,) = told["the number of all tasks"].plans
    assert "COVERING INDEX" in plan or "Index Only Scan" in plan, plan
