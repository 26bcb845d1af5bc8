"""Two hundred thousand user tasks, made by the database itself: what lists are to be fast on.

Half of the tasks are over. Each has one of many people as its assignee, except every tenth, which is offered to a
group; every twentieth has an owner. Used by the tests of plans and by the script that prints how long lists take.
"""

from collections.abc import Callable
from functools import partial

from sqlalchemy import text

from taskbridge.service.identity import Person
from taskbridge.store import instance_lists, user_task_lists
from taskbridge.store.instance_lists import InstanceFilter
from taskbridge.store.lists import Network, Page, Sorting
from taskbridge.store.transaction import Transaction
from taskbridge.store.user_task_lists import Standing, UserTaskFilter
from taskbridge.store.variable_filters import VariableCondition
from taskbridge.store.viewers import Viewer

NUMBER = 200_000
PEOPLE = 500
FIRST = 1_000_000
PERSON = Person("p7", (), admin=False)
VIEWER = Viewer("p7")
#: One whose lists have what is offered to a group, and what is nobody's.
WORKER = Viewer("p7", ("g7",), Network(None))
_PAGE = Page(0, 100)
_DUE = (Sorting("tenant"), Sorting("due_at"))

_NUMBERS = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {NUMBER})"
_ROWS = (
    "INSERT INTO process_definition (id, key, version, tenant, name, startable_in_tasklist, suspended, deployment_id,"
    " resource_id, resource_name) VALUES (1, 'P', 1, '', 'Process', 1, 0, 1, 1, 'P.bpmn')",
    "INSERT INTO process_instance (id, root_id, definition_id, business_key, state, variables, started_by, started_at,"
    f" ended_at) {_NUMBERS} SELECT i, i, 1, 'b' || i, i % 2 * 2, '{{\"n\":[\"Integer\",' || (i % 100) || ']}}',"
    f" 'p' || (i / 3 % {PEOPLE}), 1000 * i, CASE WHEN i % 2 = 1 THEN 1000 * i + 500 END FROM n",
    "INSERT INTO activity_instance (id, root_id, instance_id, definition_id, scope_id, node_id, kind, state, priority,"
    f" created_at, ended_at, name, assignee, owner, due_at) {_NUMBERS} SELECT i + {FIRST}, i, i, 1, i, 'work', 1,"
    " i % 2 * 2, i % 97, 1000 * i, CASE WHEN i % 2 = 1 THEN 1000 * i + 500 END, 'Task ' || i,"
    f" CASE WHEN i % 10 <> 0 THEN 'p' || (i % {PEOPLE}) END, CASE WHEN i % 20 = 0 THEN 'p' || (i / 20 % {PEOPLE}) END,"
    " 2000 * (i * 7919 % 200003) FROM n",
    f"INSERT INTO candidate (id, activity_id, type, group_id) {_NUMBERS} SELECT i + 2 * {FIRST}, i + {FIRST},"
    " 'candidate', 'g' || (i / 10 % 200) FROM n WHERE i % 10 = 0",
    f"INSERT INTO candidate (id, activity_id, type, user_id) {_NUMBERS} SELECT i + 3 * {FIRST}, i + {FIRST},"
    f" 'candidate', 'p' || (i / 10 % {PEOPLE}) FROM n WHERE i % 50 = 0",
)


def fill(tx: Transaction) -> None:
    """Write the rows."""
    if tx.dialect == "postgresql":
        # Foreign keys are checked row by row, with a plan from when the tables were empty: that would take for ever.
        tx.execute(text("SET LOCAL session_replication_role = replica"))
    for statement in _ROWS:
        tx.execute(text(statement.replace(":", r"\:")))


def _tasks(criteria: UserTaskFilter, order: tuple[Sorting, ...], tx: Transaction) -> None:
    user_task_lists.find(tx, criteria, order, _PAGE)
    user_task_lists.number(tx, criteria)


def _instances(criteria: InstanceFilter, tx: Transaction) -> None:
    newest = (Sorting("tenant", descending=True), Sorting("started_at", descending=True))
    instance_lists.find(tx, criteria, newest, _PAGE)
    instance_lists.number(tx, criteria)


def _by(column: str, *, descending: bool = False) -> tuple[Sorting, ...]:
    return Sorting("tenant", descending), Sorting(column, descending)


_ALL = UserTaskFilter(without_tenant=True)
_PAST = UserTaskFilter(without_tenant=True, standing=Standing.ENDED)
_ANY = UserTaskFilter(without_tenant=True, standing=Standing.ANY)

#: What is asked for: a page of a hundred and the number of all.
LISTS: dict[str, Callable[[Transaction], None]] = {
    "all active tasks by due date": partial(_tasks, _ALL, _DUE),
    "all tasks by due date": partial(_tasks, _ANY, _DUE),
    "all tasks, newest first": partial(_tasks, _ANY, _by("created_at", descending=True)),
    "ended tasks, last ended first": partial(_tasks, _PAST, _by("ended_at", descending=True)),
    "urgent active tasks by priority": partial(
        _tasks, UserTaskFilter(without_tenant=True, least_priority=90), _by("priority", descending=True)
    ),
    "active tasks due soon": partial(_tasks, UserTaskFilter(without_tenant=True, due_before=1_000_000), _DUE),
    "active tasks of an assignee": partial(_tasks, UserTaskFilter(without_tenant=True, assignees=["p7"]), _DUE),
    "all tasks of an assignee": partial(
        _tasks, UserTaskFilter(without_tenant=True, standing=Standing.ANY, assignees=["p7"]), _DUE
    ),
    "tasks offered to a group": partial(_tasks, UserTaskFilter(without_tenant=True, candidate_groups=["g7"]), _DUE),
    "tasks of a process": partial(_tasks, UserTaskFilter(without_tenant=True, instance_ids=[8]), _DUE),
    "active tasks that somebody sees": partial(_tasks, UserTaskFilter(without_tenant=True, visible_to=VIEWER), _DUE),
    "all tasks that somebody sees": partial(
        _tasks, UserTaskFilter(without_tenant=True, standing=Standing.ANY, visible_to=VIEWER), _DUE
    ),
    "active tasks by a variable of their process": partial(
        _tasks,
        UserTaskFilter(
            without_tenant=True,
            visible_to=VIEWER,
            process_variables=(VariableCondition("n", "gt", 50, ("Integer",)),),
        ),
        _DUE,
    ),
    "all active processes, newest first": partial(_instances, InstanceFilter(without_tenant=True)),
    "all processes, newest first": partial(
        _instances, InstanceFilter(without_tenant=True, standing=instance_lists.Standing.ANY)
    ),
    "active tasks that somebody sees or may take": partial(
        _tasks, UserTaskFilter(without_tenant=True, visible_to=WORKER), ()
    ),
    "ended tasks that somebody sees": partial(
        _tasks, UserTaskFilter(without_tenant=True, standing=Standing.ENDED, visible_to=WORKER), ()
    ),
    "processes that somebody sees or may work on": partial(
        _instances, InstanceFilter(without_tenant=True, visible_to=WORKER)
    ),
    "processes that somebody sees": partial(_instances, InstanceFilter(without_tenant=True, visible_to=VIEWER)),
}
