"""Two hundred thousand tasks in two thousand projects, made by the database itself: what lists are to be fast on.

Half of the tasks are over. Used by the tests of plans and by the script that prints how long lists take.
"""

from sqlalchemy import text

from taskbridge.store.transaction import Transaction

NUMBER, PROJECTS, GROUPS = 200_000, 2_000, 200
FIRST = 10_000_000
#: Ids of the first project, group and document; the tasks are counted from FIRST, their steps from twice that.
PROJECT, GROUP, DOCUMENT = 4_000_000, 5_000_000, 6_000_000

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})"
_TASKS, _PROJECTS, _GROUPS = (_NUMBERS.format(number) for number in (NUMBER, PROJECTS, GROUPS))
_NODE = "CASE WHEN i % 4 = 0 THEN 'review' ELSE 'translate' END"


def _rows(definition: int, locale: int, client: int, kind: int) -> tuple[str, ...]:
    """The statements, on the definition, locale, client and project type of these ids."""
    return (
        "INSERT INTO process_definition (id, key, version, tenant, startable_in_tasklist, suspended, deployment_id,"
        f" resource_id, resource_name) SELECT {definition}, 'many', 1, '', 1, 0, 1, 1, 'many.bpmn'"
        f" WHERE NOT EXISTS (SELECT 1 FROM process_definition WHERE id = {definition})",
        f"INSERT INTO project_group (id, name, client_id, project_type_id, created_by, created_at) {_GROUPS}"
        f" SELECT {GROUP} + i, 'Group ' || (i * 7919 % 1009), {client}, {kind}, 'mona', 1000 * i FROM n",
        f"INSERT INTO project (id, group_id, name, target_locale_id, created_by, created_at) {_PROJECTS}"
        f" SELECT {PROJECT} + i, {GROUP} + 1 + i % {GROUPS}, 'Project ' || (i * 7919 % 2003), {locale}, 'mona',"
        " 1000 * i FROM n",
        "INSERT INTO document (id, name, size, created_by, created_at, modified_at, content)"
        f" VALUES ({DOCUMENT}, 'page.html', 4, 'mona', 0, 0, 'text')",
        "INSERT INTO process_instance (id, root_id, definition_id, name, state, outdated, variables, started_by,"
        f" started_at, ended_at) {_TASKS} SELECT {FIRST} + i, {FIRST} + i, {definition},"
        " 'page ' || (i * 7919 % 200003), i % 2 * 2, 0, '{\"asset\":[\"String\",\"page.html\"]}', 'mona', 1000 * i,"
        " CASE WHEN i % 2 = 1 THEN 1000 * i + 500 END FROM n",
        "INSERT INTO project_task (instance_id, project_id, number, document_id, words, priority, expected_duration,"
        f" include_in_cost, ancestor_id) {_TASKS} SELECT {FIRST} + i, {PROJECT} + 1 + i % {PROJECTS}, i / {PROJECTS},"
        f" {DOCUMENT}, i % 500, i % 7, 0, 1, {FIRST} + i FROM n",
        "INSERT INTO activity_instance (id, root_id, instance_id, definition_id, scope_id, node_id, kind, state,"
        f" priority, created_at, ended_at, name, assignee) {_TASKS} SELECT 2 * {FIRST} + i, {FIRST} + i, {FIRST} + i,"
        f" {definition}, {FIRST} + i, {_NODE}, 1, i % 2 * 2, 50, 1000 * i, CASE WHEN i % 2 = 1 THEN 1000 * i + 500 END,"
        " 'Translate', CASE WHEN i % 10 = 0 THEN 'p' || (i / 10 % 500) END FROM n",
        f"INSERT INTO candidate (id, activity_id, type, group_id) {_TASKS}"
        f" SELECT 3 * {FIRST} + i, 2 * {FIRST} + i, 'candidate', 'g' || (i % 1000) FROM n",
    )


def fill(tx: Transaction, definition: int = 1, locale: int = 1, client: int = 1, kind: int = 1) -> None:
    """Write the rows."""
    if tx.dialect == "postgresql":
        # Foreign keys are checked row by row, with a plan from when the tables were empty: that would take for ever.
        tx.execute(text("SET LOCAL session_replication_role = replica"))
    for statement in _rows(definition, locale, client, kind):
        tx.execute(text(statement.replace(":", r"\:")))
