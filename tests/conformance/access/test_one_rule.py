"""The same task through several APIs: what one hides no other shows, and lists show what single reads do."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import insert

from taskbridge.dialects.worldserver.auth import LIFETIME, SESSION
from taskbridge.engine.variables import Variable
from taskbridge.service import bundled, comments, documents, identity, processes, tasks, tokens
from taskbridge.service.unit import Unit
from taskbridge.service.uuids import Kind, encode
from taskbridge.store import activities
from taskbridge.store.documents import ATTACHMENT
from tests.alfresco import AlfrescoClient, refusal
from tests.digioffice import TASKS, DigiOfficeClient, basic
from tests.passwords import hashed
from tests.serving import Served
from tests.worldserver import WorldServerClient

pytestmark = pytest.mark.anyio


@dataclass
class People:
    """People with a client of each API; the bundled processes are deployed."""

    served: Served
    _clients: list[Any] = field(default_factory=list)

    async def add(
        self, name: str, tenant: str | None = None, *, admin: bool = False, groups: tuple[str, ...] = ()
    ) -> "Somebody":
        def work(unit: Unit) -> str:
            identity.add_user(unit, name, hashed(name), admin=admin, tenant=tenant, groups=groups)
            return tokens.issue(unit, SESSION, name, LIFETIME)

        app, token = self.served.app, await self.served.services.run(work)
        found = Somebody(
            AlfrescoClient(app, name), DigiOfficeClient(app, basic(name, name)), WorldServerClient(app, token)
        )
        self._clients += [found.alfresco, found.digioffice, found.worldserver]
        return found

    async def close(self) -> None:
        for client in self._clients:
            await client.close()


@dataclass
class Somebody:
    """One person's clients."""

    alfresco: AlfrescoClient
    digioffice: DigiOfficeClient
    worldserver: WorldServerClient

    async def adhoc(self) -> tuple[int, int]:
        """An ad-hoc process with a task of this person's own: their numbers."""
        variables = {"bpm_assignee": self.alfresco.user}
        body = {"processDefinitionKey": "activitiAdhoc", "variables": variables}
        process = (await self.alfresco.post("/processes", body)).json()["entry"]["id"]
        (task,) = await self.alfresco.listed(f"/processes/{process}/tasks")
        return int(process), int(task["id"])

    async def listed(self) -> dict[str, list[int]]:
        """What each API lists: tasks, and to WorldServer processes."""
        alfresco = [int(one["id"]) for one in await self.alfresco.listed("/tasks", where="(status='any')")]
        digioffice = []
        for finished in (False, True):
            digioffice += [one["ID"] for one in (await self.digioffice.post(TASKS, {"Finished": finished})).json()]
        worldserver = await self.worldserver.json("/tasks?fields=id")
        assert worldserver["total"] == len(worldserver["items"])
        return {
            "alfresco": alfresco,
            "digioffice": digioffice,
            "worldserver": [one["id"] for one in worldserver["items"]],
        }

    async def read(self, process: int, task: int) -> dict[str, int]:
        """The status with which each API shows a task, and to WorldServer its process."""
        return {
            "alfresco": (await self.alfresco.get(f"/tasks/{task}")).status_code,
            "digioffice": (await self.digioffice.get(f"{TASKS}/{task}")).status_code,
            "worldserver": (await self.worldserver.get(f"/tasks/{process}")).status_code,
        }


@pytest.fixture
async def people(served: Served) -> AsyncIterator[People]:
    served.clock.advance(60_000)  # so that nobody of another test is remembered
    sources = bundled.read()
    await served.services.run(lambda unit: bundled.deploy(unit, sources))
    found = People(served)
    yield found
    await found.close()


NOTHING: dict[str, list[int]] = {"alfresco": [], "digioffice": [], "worldserver": []}


async def test_a_document_of_another_network_can_be_put_nowhere(people: People) -> None:
    ann, otto = await people.add("ann", "acme"), await people.add("otto", "other")
    sent = (await ann.worldserver.post("/files", files=[("file", ("salaries.txt", b"much"))])).json()
    document = encode(Kind.DOCUMENT, int(sent["internalName"].partition("/")[0]))
    body = {"processDefinitionKey": "activitiAdhoc", "variables": {"bpm_assignee": "otto"}, "items": [document]}
    unknown = body | {"items": [encode(Kind.DOCUMENT, 1)]}
    refused = [refusal(await otto.alfresco.post("/processes", one)) for one in (body, unknown)]
    assert [(status, key) for status, key, _ in refused] == [(500, "framework.exception.ApiDefault")] * 2
    process, task = await otto.adhoc()
    for place in (f"/processes/{process}", f"/tasks/{task}"):
        assert refusal(await otto.alfresco.post(f"{place}/items", {"id": document}))[0] == 404
        assert await otto.alfresco.listed(f"{place}/items") == []
    mine, _ = await ann.adhoc()
    assert (await ann.alfresco.post(f"/processes/{mine}/items", {"id": document})).status_code == 201


async def test_a_document_that_was_attached_across_networks_before_is_not_shown(people: People) -> None:
    await people.add("ann", "acme")
    otto = await people.add("otto", "other")
    process, task = await otto.adhoc()

    def attach(unit: Unit) -> int:
        document = documents.add(unit, "salaries.txt", b"much", tenant="acme").id
        row = {"id": unit.tx.new_id(), "instance_id": process, "document_id": document, "role": ""}
        unit.tx.execute(insert(ATTACHMENT).values(row))
        return document

    document = encode(Kind.DOCUMENT, await people.served.services.run(attach, "ann"))
    for place in (f"/processes/{process}", f"/tasks/{task}"):
        assert await otto.alfresco.listed(f"{place}/items") == []
        assert (await otto.alfresco.get(f"{place}/items/{document}")).status_code == 404


@pytest.mark.parametrize("networks", [("other", None), (None, "other"), ("acme", "other")], ids=str)
@pytest.mark.parametrize("admin", [False, True], ids=["person", "administrator"])
async def test_a_task_of_another_network_is_hidden_by_every_api(
    people: People, networks: tuple[str | None, str | None], admin: bool
) -> None:
    ann, otto = await people.add("ann", networks[0]), await people.add("otto", networks[1], admin=admin)
    process, task = await ann.adhoc()
    assert await ann.read(process, task) == {"alfresco": 200, "digioffice": 200, "worldserver": 200}
    assert await otto.read(process, task) == {"alfresco": 403, "digioffice": 404, "worldserver": 404}
    assert await otto.listed() == NOTHING
    before = await people.served.dump()
    put = await otto.alfresco.put(f"/tasks/{task}?select=state", {"state": "completed"})
    finish = await otto.digioffice.post(f"{TASKS}/finish", {"TaskIDs": [task]})
    claim = await otto.worldserver.post("/tasks/claim", [{"id": process}])
    assert (put.status_code, finish.status_code, claim.status_code) == (403, 404, 404)
    assert await people.served.dump() == before


async def test_what_a_task_holds_is_private_through_every_api(people: People) -> None:
    ann, otto = await people.add("ann"), await people.add("otto")
    process, task = await ann.adhoc()

    def say(unit: Unit) -> None:
        comments.add_to_task(unit, tasks.get(unit, task), "between us")

    await people.served.services.run(say, "ann")
    assert await otto.read(process, task) == {"alfresco": 403, "digioffice": 403, "worldserver": 404}
    assert await otto.listed() == NOTHING
    assert (await otto.digioffice.get(f"{TASKS}/{task}/comments")).status_code == 403
    assert (await otto.digioffice.post("/api/workflowmultitasks", {"TaskIDs": [task]})).status_code == 403
    assert (await otto.worldserver.get(f"/taskHistory?taskId={process}")).status_code == 404
    assert (await otto.worldserver.get(f"/files/asset?resourceId={process}")).status_code == 404
    (said,) = (await ann.digioffice.get(f"{TASKS}/{task}/comments")).json()
    assert said["Text"] == "between us"


async def test_nothing_is_said_of_a_suspended_or_ended_task_that_is_anothers(people: People) -> None:
    ann, ben, otto = await people.add("ann"), await people.add("ben"), await people.add("otto", "other")
    olga = await people.add("olga", "other", admin=True)
    (process, suspended), (_, ended) = await ann.adhoc(), await ann.adhoc()

    def work(unit: Unit) -> None:
        processes.set_suspended(unit, [process], suspended=True)
        tasks.complete(unit, ended)

    await people.served.services.run(work, "ann")
    for task, own in ((suspended, 409), (ended, 409)):
        body = {"TaskIDs": [task]}
        finished = [(await one.digioffice.post(f"{TASKS}/finish", body)).status_code for one in (ann, ben, otto)]
        assert finished == [own, 403, 404]
    variable: object = [{"scope": "local", "name": "x", "value": "1"}]
    for method, path, sent in (("POST", "/variables", variable), ("PUT", "?select=name", {"name": "x"})):
        answers = [await one.alfresco.request(method, f"/tasks/{suspended}{path}", sent) for one in (ann, ben, otto)]
        assert [one.status_code for one in answers] == [500, 403, 403]
    for select, sent in (("state", {"state": "completed"}), ("name", {"name": "x"})):
        path = f"/tasks/{ended}?select={select}"
        answers = [await one.alfresco.put(path, sent) for one in (ann, ben, otto, olga)]
        assert [one.status_code for one in answers] == [405, 405, 403, 403]


#: What ben is to a task of ann's -> which APIs show it to him, and which list it.
ALL = {"alfresco", "digioffice", "worldserver"}
RELATIONS: dict[str, tuple[set[str], set[str]]] = {
    "nothing": (set(), set()),
    "its assignee": (ALL, ALL),
    "its owner": (ALL, ALL),
    "a candidate": (ALL, ALL),
    "linked": (ALL, ALL),
    "in its group": (ALL, {"digioffice", "worldserver"}),
    "in the group of one that somebody has": (set(), set()),
    "who did it": (ALL, ALL),
    "nobody's": ({"digioffice"}, {"digioffice"}),
    "who started it": (ALL, ALL),
}


@pytest.mark.parametrize("relation", RELATIONS)
async def test_lists_show_what_single_reads_show(people: People, relation: str) -> None:
    await people.add("ann")
    ben = await people.add("ben", groups=("readers",))
    process, task = await people.served.services.run(lambda unit: _related(unit, relation), "ann")
    shown, listed = RELATIONS[relation]
    assert {name for name, status in (await ben.read(process, task)).items() if status == 200} == shown
    found = await ben.listed()
    assert {name for name, ids in found.items() if ids} == listed
    assert all(ids in ([], [process if name == "worldserver" else task]) for name, ids in found.items())


def _related(unit: Unit, relation: str) -> tuple[int, int]:
    unit.user = "ben" if relation == "who started it" else "ann"
    instance = processes.start(
        unit, processes.latest_definition(unit, "activitiAdhoc"), {"bpm_assignee": Variable("String", "ann")}
    ).id
    (row,) = activities.open_of_instance(unit.tx, instance)
    if relation in ("its assignee", "nobody's", "in its group"):
        tasks.assign(unit, row.id, "ben" if relation == "its assignee" else None)
    if relation == "its owner":
        tasks.update(unit, row.id, {"owner": "ben"})
    if relation in ("a candidate", "linked"):
        tasks.add_link(unit, row.id, tasks.CANDIDATE if relation == "a candidate" else "reader", "ben", None)
    if "group" in relation:
        tasks.add_link(unit, row.id, tasks.CANDIDATE, None, "readers")
    if relation == "who did it":
        unit.user = "ben"
        tasks.complete(unit, row.id)
    return instance, row.id
