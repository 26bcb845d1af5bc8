"""What tests of the WorldServer dialect share: a client, and a small translation office with people and tasks."""

from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import httpx
from starlette.types import ASGIApp

from taskbridge.dialects.worldserver.auth import LIFETIME, SESSION
from taskbridge.engine.variables import Variable
from taskbridge.service import (
    catalogue,
    deployments,
    documents,
    identity,
    processes,
    projects,
    rights,
    tokens,
    variables,
)
from taskbridge.service.projects import Order, Target
from taskbridge.service.unit import Services, Unit
from taskbridge.store import project_lists, project_task_lists
from taskbridge.store.catalogue import CLIENTS, LOCALES, PROJECT_TYPES, USERS, Criteria
from taskbridge.store.project_lists import ProjectFilter
from taskbridge.store.project_task_lists import TaskFilter
from tests.client import Client
from tests.passwords import hashed
from tests.serving import Served

#: Parts of a form: the name of each, the name of its file, and its content.
Files = list[tuple[str, tuple[str | None, bytes]]]
BASE = "/ws-api/v2"
OLD_BASE = "/ws-api/v1"
PASSWORD = "Sesame-1"
SETUP = """
locales:
  - {name: English (United States), language: en, country: US}
  - {name: German (Germany), language: de, country: DE}
  - {name: French (France), language: fr, country: FR}
clients:
  - {name: Acme, description: Tools}
  - {name: Bravo}
roles: [translators, reviewers]
workgroups: [berlin]
project_types:
  - {name: Web pages, process: translation, source_locale: English (United States)}
  - {name: Secrets, process: translation, client: Bravo, workgroup: berlin, due_date_required: true}
  - {name: Unfinished, process: not-deployed}
user_types:
  - name: Manager
    rights:
      TASK: [CLAIM, UNCLAIM, COMPLETE, CANCEL, ASSIGN, UPDATE, INCLUDE COST, EXCLUDE COST]
      PROJECT: [COMPLETE, CANCEL]
      PROJECT_GROUP: [CREATE]
  - name: Reader
users:
  - {name: mona, type: Manager, clients: [Acme], roles: [translators, reviewers], workgroups: [berlin]}
  - {name: tina, roles: [translators], locales: [German (Germany)]}
  - {name: tom, roles: [translators], workgroups: [berlin]}
  - {name: rita, roles: [reviewers]}
  - {name: reader, type: Reader, roles: [translators]}
"""
#: Name and whether an administrator.
PEOPLE = {"mona": False, "tina": False, "tom": False, "rita": False, "reader": False, "outsider": False, "root": True}


def nulls(value: object) -> bool:
    """Whether a null stands anywhere in a JSON value."""
    if isinstance(value, dict):
        return any(nulls(one) for one in value.values())
    return any(nulls(one) for one in value) if isinstance(value, list) else value is None


class WorldServerClient(Client):
    """Requests to the WorldServer dialect, by one user."""

    def __init__(self, app: ASGIApp, token: str | None = None, base: str = BASE) -> None:
        self.token = token
        super().__init__(app, base, headers={"token": token} if token else {})

    def at(self, base: str) -> "WorldServerClient":
        """The same user on another base path."""
        return WorldServerClient(self.app, self.token, base)

    def common_problems(self, method: str, response: httpx.Response) -> list[str]:
        """Every answer that is no success has errors, and no member is ever null (contract 1, 2.1)."""
        if method == "HEAD":
            return ["a HEAD has a body"] if response.content else []
        if response.headers.get("content-type") != "application/json":
            return [] if response.is_success else ["an error that is not JSON"]
        body = response.json()
        problems = ["there is a null"] if nulls(body) else []
        if not response.is_success and not (isinstance(body, dict) and body.get("errors")):
            problems.append("an error without errors")
        return problems

    async def patch(self, path: str, json: object, **more: Any) -> httpx.Response:  # noqa: ANN401 - passed on
        """PATCH a JSON value."""
        return await self.request("PATCH", path, json, **more)

    async def json(self, path: str, *, status: int = 200) -> Any:  # noqa: ANN401 - JSON
        """GET a path; the answer's body."""
        response = await self.get(path)
        assert response.status_code == status, response.text
        return response.json()

    async def task(self, number: int, fields: str | None = None) -> Any:  # noqa: ANN401 - JSON
        """One task."""
        return await self.json(f"/tasks/{number}" + (f"?fields={fields}" if fields else ""))

    async def transition(self, number: int, text: str = "Complete") -> int:
        """The id of a transition of a task's current step, by what it is called."""
        step = (await self.task(number, "currentTaskStep"))["currentTaskStep"]
        found: int = next(way["id"] for way in step["workflowTransitions"] if way["text"] == text)
        return found

    async def complete(self, number: int, text: str = "Complete") -> httpx.Response:
        """Leave a task's current step by a transition."""
        told = [{"id": number, "transitionId": await self.transition(number, text)}]
        return await self.post("/tasks/complete", told)

    async def step(self, number: int) -> str | None:
        """The name of the step that a task is at."""
        found: str | None = (await self.task(number, "currentTaskStep(name)")).get("currentTaskStep", {}).get("name")
        return found


def message(response: httpx.Response) -> str:
    """The first error of an answer."""
    text: str = response.json()["errors"][0]["message"]
    return text


@dataclass
class Office:
    """The office on a running application. Numbers are ids; names are those of SETUP."""

    served: Served
    locales: dict[str, int] = field(default_factory=dict)
    clients: dict[str, int] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)
    _signed_in: dict[str, WorldServerClient] = field(default_factory=dict)

    @property
    def services(self) -> Services:
        """What the application works with."""
        return self.served.services

    async def open(self) -> "Office":
        """People, locales, clients, kinds of projects, and the translation process."""
        model = files("taskbridge.demo").joinpath("translation.bpmn").read_bytes()
        sources = deployments.read([("translation.bpmn", model)])

        def work(unit: Unit) -> None:
            for name, admin in PEOPLE.items():
                identity.add_user(unit, name, hashed(PASSWORD), admin=admin)
            deployments.deploy(unit, sources)
            catalogue.apply(unit, catalogue.read(SETUP))
            self.locales = {row.name.partition(" ")[0]: row.id for row in LOCALES.find(unit.tx, Criteria())}
            self.clients = {row.name: row.id for row in CLIENTS.find(unit.tx, Criteria())}
            self.types = {row.name: row.id for row in PROJECT_TYPES.find(unit.tx, Criteria())}
            self.users = {row.name: row.number for row in USERS.find(unit.tx, Criteria())}

        await self.services.run(work)
        return self

    async def sign_in(self, name: str) -> WorldServerClient:
        """A client of a user; a session of his without the slow look at the password."""
        if name not in self._signed_in:
            token = await self.services.run(lambda unit: tokens.issue(unit, SESSION, name, LIFETIME))
            self._signed_in[name] = WorldServerClient(self.served.app, token)
        return self._signed_in[name]

    async def close(self) -> None:
        """Give all connections up."""
        for client in self._signed_in.values():
            await client.close()

    async def order(
        self,
        *names: str,
        locales: tuple[str, ...] = ("German",),
        kind: str = "Web pages",
        client: str = "Acme",
        group: str = "Catalogue",
        due_at: int | None = None,
    ) -> list[int]:
        """A project group of texts; the ids of its tasks, in the order of locales and texts."""

        def work(unit: Unit) -> list[int]:
            unit.user = "mona"
            mona = identity.person(unit, "mona")
            assert mona is not None
            texts = [documents.add(unit, name, f"The text of {name}".encode()).id for name in names or ("a.txt",)]
            targets = [Target(self.locales[name], due_at) for name in locales]
            order = Order(group, "All pages", self.clients[client], self.types[kind], texts, targets)
            group_id = projects.create(unit, rights.doer(unit, mona), order)
            made = [row.id for row in project_lists.find(unit.tx, ProjectFilter(group_ids=[group_id]))]
            return [row.id for row in project_task_lists.find(unit.tx, TaskFilter(project_ids=made))]

        return await self.services.run(work, "mona")

    async def start(self, key: str, **variables: object) -> int:
        """An instance that no project knows of, started by mona."""
        given = {name: Variable("String", value) for name, value in variables.items()}

        def work(unit: Unit) -> int:
            return processes.start(unit, processes.latest_definition(unit, key), given).id

        return await self.services.run(work, "mona")

    async def translate(self, number: int, name: str, content: bytes) -> None:
        """Let the process of a task hold its translated file."""

        def work(unit: Unit) -> None:
            place = variables.execution(unit, number)
            variables.change(unit, place, {"targetAsset": Variable("File", content, {"filename": name})})

        await self.services.run(work)

    async def deploy(self, *models: tuple[str, bytes]) -> None:
        """Further processes."""
        sources = deployments.read(list(models))
        await self.services.run(lambda unit: deployments.deploy(unit, sources))
