"""The collections of the dialect: how each is found, shown and ordered. Used by the handlers of lists and of gets."""

from collections.abc import Sequence

from taskbridge.dialects.worldserver.listing import Source
from taskbridge.dialects.worldserver.reading import Loaded
from taskbridge.dialects.worldserver.views.people import CLIENT, LOCALE, PROJECT_TYPE, ROLE, USER
from taskbridge.dialects.worldserver.views.tasks import GROUP, LISTED_PROJECT, PROJECT, TASK
from taskbridge.dialects.worldserver.views.workflows import SHORT_WORKFLOW, WORKFLOW
from taskbridge.store import definitions, project_lists, project_task_lists
from taskbridge.store.catalogue import CLIENTS, LOCALES, PROJECT_TYPES, ROLES, USERS, ClientRow, ProjectTypeRow
from taskbridge.store.definitions import DefinitionRow
from taskbridge.store.identity import UserRow
from taskbridge.store.project_lists import GroupRow, ProjectRow
from taskbridge.store.project_task_lists import TaskRow

_BY_NAME = {"id": "id", "name": "name"}


def _keep_tasks(loaded: Loaded, rows: Sequence[TaskRow]) -> None:
    loaded.tasks = {row.id: row for row in rows}


def _keep_projects(loaded: Loaded, rows: Sequence[ProjectRow]) -> None:
    loaded.projects = {row.id: row for row in rows}


def _keep_groups(loaded: Loaded, rows: Sequence[GroupRow]) -> None:
    loaded.groups = {row.id: row for row in rows}


def _keep_definitions(loaded: Loaded, rows: Sequence[DefinitionRow]) -> None:
    loaded.definitions = {row.id: row for row in rows}


def _keep_users(loaded: Loaded, rows: Sequence[UserRow]) -> None:
    loaded.users = {row.name: row for row in rows}


def _keep_clients(loaded: Loaded, rows: Sequence[ClientRow]) -> None:
    loaded.clients = {row.id: row for row in rows}


def _keep_types(loaded: Loaded, rows: Sequence[ProjectTypeRow]) -> None:
    loaded.types = {row.id: row for row in rows}


TASK_SOURCE = Source(
    project_task_lists.find,
    project_task_lists.number,
    TASK,
    {
        "id": "id",
        "name": "name",
        "creationDate": "started_at",
        "priority": "priority",
        "dueDate": "due_at",
        "totalWords": "words",
    },
    _keep_tasks,
)
_PROJECT_ORDERS = {"id": "id", "name": "name", "creationDate": "created_at", "dueDate": "due_at"}
PROJECT_SOURCE = Source(project_lists.find, project_lists.number, LISTED_PROJECT, _PROJECT_ORDERS, _keep_projects)
ONE_PROJECT = Source(project_lists.find, project_lists.number, PROJECT, _PROJECT_ORDERS, _keep_projects)
GROUP_SOURCE = Source(
    project_lists.find_groups,
    project_lists.number_of_groups,
    GROUP,
    {"id": "id", "name": "name", "creationDate": "created_at"},
    _keep_groups,
)
WORKFLOW_SOURCE = Source(definitions.find, definitions.number, SHORT_WORKFLOW, _BY_NAME, _keep_definitions)
ONE_WORKFLOW = Source(definitions.find, definitions.number, WORKFLOW, _BY_NAME, _keep_definitions)
ROLE_SOURCE = Source(ROLES.find, ROLES.number, ROLE, _BY_NAME)
USER_SOURCE = Source(USERS.find, USERS.number, USER, {"id": "id", "username": "name"}, _keep_users)
CLIENT_SOURCE = Source(CLIENTS.find, CLIENTS.number, CLIENT, {**_BY_NAME, "displayName": "name"}, _keep_clients)
LOCALE_SOURCE = Source(LOCALES.find, LOCALES.number, LOCALE, {**_BY_NAME, "displayName": "name"})
TYPE_SOURCE = Source(PROJECT_TYPES.find, PROJECT_TYPES.number, PROJECT_TYPE, _BY_NAME, _keep_types)
