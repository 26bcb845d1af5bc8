"""A new password, a lock and a removal end credentials of every kind on every node, from the next second on."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from taskbridge.app import application
from taskbridge.clock import ManualClock
from taskbridge.service import identity, people, tokens
from taskbridge.service.people import Changes
from taskbridge.service.unit import Services, Unit
from taskbridge.settings import Auth, Settings
from tests import patience
from tests.bpmn import model
from tests.client import CamundaClient, Client, fetch_body
from tests.conformance.logins import LOGINS, TOKENS, Login, basic
from tests.passwords import hashed

pytestmark = pytest.mark.anyio

OLD, NEW = "Sesame-1", "Sesame-2"
SECOND = 1_000
_ALFRESCO = "/alfresco/api/-default-/public"
_NAMES = (f"user {number}" for number in itertools.count(1))


@dataclass(frozen=True)
class Asked:
    """A request that carries a credential, and the status of its refusal."""

    method: str
    path: str
    content: dict[str, Any] = field(default_factory=dict)
    refused: int = 401


@dataclass(frozen=True)
class Node:
    """A running application."""

    app: ASGIApp
    services: Services

    async def send(self, asked: Asked) -> httpx.Response:
        """Send a request from a client without a memory."""
        client = Client(self.app, "")
        try:
            return await client.request(asked.method, asked.path, **asked.content)
        finally:
            await client.close()


@dataclass(frozen=True)
class World:
    """Two nodes of one database, and the clock of both."""

    nodes: tuple[Node, Node]
    clock: ManualClock

    async def add(self, **more: Any) -> str:  # noqa: ANN401 - passed on
        """A new user with the old password; his name."""
        name = next(_NAMES)
        work = partial(identity.add_user, name=name, password_hash=hashed(OLD), **more)
        await self.nodes[0].services.run(work)
        return name

    async def run(self, work: Callable[[Unit], object]) -> None:
        """Do something as the command does it: by services of a node, of which dialects know nothing."""
        await self.nodes[0].services.run(work)

    async def accepted(self, asked: Asked) -> list[bool]:
        """Whether each node accepts a request; every other answer than the wanted refusal fails the test."""
        answers = [await node.send(asked) for node in self.nodes]
        for answer in answers:
            assert answer.status_code < 300 or answer.status_code == asked.refused, answer.text
        return [answer.status_code < 300 for answer in answers]


@pytest.fixture(scope="module")
async def running_world(database_for: Callable[[str], str], anyio_backend: str) -> AsyncIterator[World]:
    clock = ManualClock()
    settings = Settings(database_url=database_for("credentials"), camunda_auth=Auth.BASIC, access_log=False)
    async with AsyncExitStack() as stack:
        first, second = [Node(*await stack.enter_async_context(application(settings, clock))) for _ in range(2)]
        yield World((first, second), clock)


@pytest.fixture
def world(running_world: World) -> World:
    for node in running_world.nodes:
        node.services.guesses.forget()
    return running_world


# kinds of credentials


def _password(login: Login, password: str = OLD) -> "Begin":
    async def begin(node: Node, name: str) -> Asked:
        return Asked(login.method, login.path, login.content(name, password), login.refused)

    return begin


async def _signed_in(node: Node, login: str, name: str, password: str = OLD) -> Any:  # noqa: ANN401 - JSON
    way = LOGINS[login]
    answer = await node.send(Asked(way.method, way.path, way.content(name, password)))
    assert answer.is_success, answer.text
    return answer.json()


async def _ticket(node: Node, name: str) -> str:
    ticket: str = (await _signed_in(node, "alfresco-ticket", name))["entry"]["id"]
    return ticket.removeprefix("TICKET_")


async def _session(node: Node, name: str) -> str:
    session: str = (await _signed_in(node, "worldserver", name))["sessionId"]
    return session


async def _download(node: Node, name: str) -> Asked:
    """The link of a file that a user uploaded, in the hands of another user."""
    other = next(_NAMES)
    await node.services.run(lambda unit: identity.add_user(unit, other, hashed(OLD)))
    own, others = await _session(node, name), await _session(node, other)
    upload = {"headers": {"token": own}, "files": [("file", ("a.txt", b"a text"))]}
    uploaded = (await node.send(Asked("POST", "/ws-api/v2/files", upload))).json()
    return Asked("GET", httpx.URL(uploaded["url"]).raw_path.decode(), {"headers": {"token": others}}, refused=400)


async def _office_cookies(node: Node, name: str, *, keep: bool = False) -> dict[str, str]:
    body = {"UserName": name, "Password": OLD, "RememberMe": keep}
    answer = await node.send(Asked("POST", "/api/auth/credentials", {"json": body}))
    assert answer.is_success, answer.text
    return dict(answer.cookies)


async def _key(node: Node, name: str) -> str:
    return await node.services.run(lambda unit: tokens.issue(unit, tokens.API_KEYS, name, None))


def _carried(kind: str, token: Callable[[Node, str], Awaitable[str]]) -> "Begin":
    path, headers = TOKENS[kind]

    async def begin(node: Node, name: str) -> Asked:
        return Asked("GET", path, {"headers": headers(await token(node, name))})

    return begin


async def _ticket_in_query(node: Node, name: str) -> Asked:
    return Asked("GET", f"{TOKENS['alfresco'][0]}?alf_ticket=TICKET_{await _ticket(node, name)}")


async def _ticket_looked_at(node: Node, name: str) -> Asked:
    headers = TOKENS["alfresco"][1](await _ticket(node, name))
    return Asked("GET", f"{_ALFRESCO}/authentication/versions/1/tickets/-me-", {"headers": headers}, refused=404)


async def _session_in_query(node: Node, name: str) -> Asked:
    return Asked("GET", f"/ws-api/v2/tasks?token={await _session(node, name)}")


async def _session_checked(node: Node, name: str) -> Asked:
    return Asked("POST", f"/ws-api/v2/login/checkToken?token={await _session(node, name)}")


async def _office_cookie(node: Node, name: str) -> Asked:
    cookies = await _office_cookies(node, name)
    return Asked("GET", "/api/workflowtasks", {"headers": {"Cookie": f"ss-id={cookies['ss-id']}"}})


async def _office_kept(node: Node, name: str) -> Asked:
    cookies = await _office_cookies(node, name, keep=True)
    return Asked("GET", "/api/workflowtasks", {"headers": {"Cookie": f"ss-pid={cookies['ss-pid']}; ss-opt=perm"}})


async def _office_session(node: Node, name: str) -> str:
    return (await _office_cookies(node, name))["ss-id"]


async def _key_as_name(node: Node, name: str) -> Asked:
    return Asked("GET", "/api/workflowtasks", {"headers": basic(await _key(node, name), "")})


Begin = Callable[[Node, str], Awaitable[Asked]]
SESSIONS: dict[str, Begin] = {
    "ticket": _carried("alfresco", _ticket),
    "ticket in the query": _ticket_in_query,
    "ticket looked at": _ticket_looked_at,
    "session": _carried("worldserver", _session),
    "session in the query": _session_in_query,
    "session checked": _session_checked,
    "download token": _download,
    "office session": _carried("digioffice-session", _office_session),
    "office cookie": _office_cookie,
    "office cookie that is kept": _office_kept,
}
PASSWORDS: dict[str, Begin] = {f"{name} password": _password(login) for name, login in LOGINS.items()}
KEYS: dict[str, Begin] = {"key": _carried("digioffice-key", _key), "key as a name": _key_as_name}
KINDS = PASSWORDS | SESSIONS | KEYS

#: One of each nature.
FEW = ("camunda password", "ticket", "session", "office cookie", "key")

ENDS: dict[str, Callable[[Unit, str], None]] = {
    "new password": lambda unit, name: people.change(unit, name, Changes(hashed(NEW))),
    "lock": people.lock,
    "removal": people.remove,
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_second_later_no_node_accepts_it(world: World, kind: str, end: str) -> None:
    name = await world.add()
    asked = await KINDS[kind](world.nodes[0], name)
    for _ in range(2):
        assert await world.accepted(asked) == [True, True]
    await world.run(lambda unit: ENDS[end](unit, name))
    world.clock.advance(SECOND)
    survives = kind in KEYS and end == "new password"
    assert await world.accepted(asked) == [survives, survives]


@pytest.mark.parametrize("login", LOGINS)
async def test_a_new_password_is_accepted_at_once(world: World, login: str) -> None:
    name = await world.add()
    assert await world.accepted(await _password(LOGINS[login])(world.nodes[0], name)) == [True, True]
    await world.run(lambda unit: people.change(unit, name, Changes(hashed(NEW))))
    assert await world.accepted(await _password(LOGINS[login], NEW)(world.nodes[0], name)) == [True, True]


@pytest.mark.parametrize("kind", [kind for kind in SESSIONS if kind != "download token"])  # which needs a good session
async def test_a_session_begun_with_a_remembered_old_password_ends_too(world: World, kind: str) -> None:
    """A node may take the old password for a moment; what it gives for it must not live on."""
    name = await world.add()
    for login in ("alfresco-ticket", "worldserver", "digioffice"):
        await _signed_in(world.nodes[1], login, name)
    await world.run(lambda unit: people.change(unit, name, Changes(hashed(NEW))))
    asked = await SESSIONS[kind](world.nodes[1], name)
    world.clock.advance(SECOND)
    assert await world.accepted(asked) == [False, False]


@pytest.mark.parametrize("kind", FEW)
async def test_unlocking_brings_the_password_and_the_keys_back_and_no_session(world: World, kind: str) -> None:
    name = await world.add()
    asked = await KINDS[kind](world.nodes[0], name)
    await world.run(lambda unit: people.lock(unit, name))
    world.clock.advance(SECOND)
    assert await world.accepted(asked) == [False, False]
    await world.run(lambda unit: people.unlock(unit, name))
    for node in world.nodes:
        node.services.guesses.forget()
    survives = kind not in SESSIONS
    assert await world.accepted(asked) == [survives, survives]


@pytest.mark.parametrize("kind", FEW)
async def test_a_new_user_of_a_name_inherits_no_credential(world: World, kind: str) -> None:
    name = await world.add()
    asked = await KINDS[kind](world.nodes[0], name)
    await world.run(lambda unit: people.remove(unit, name))
    await world.run(lambda unit: people.add(unit, name, hashed(NEW), Changes()))
    world.clock.advance(SECOND)
    assert await world.accepted(asked) == [False, False]


async def test_groups_rank_and_network_are_seen_a_second_later(world: World) -> None:
    name = await world.add(groups=["clerks"])
    asked = Asked("GET", "/api/auth", {"headers": basic(name, OLD)})
    abroad = Asked("GET", "/north/public/workflow/versions/1/tasks", {"headers": basic(name, OLD)})
    for node in world.nodes:
        assert (await node.send(asked)).json()["Roles"] == ["clerks"]
    assert await world.accepted(abroad) == [False, False]
    changes = Changes(admin=True, tenant="north", groups=("chiefs",), not_groups=("clerks",))
    await world.run(lambda unit: people.change(unit, name, changes))
    world.clock.advance(SECOND)
    for node in world.nodes:
        assert (await node.send(asked)).json()["Roles"] == ["chiefs", "Admin"]
    assert await world.accepted(abroad) == [True, True]


@pytest.mark.parametrize("login", LOGINS)
async def test_an_empty_password_of_an_older_version_signs_nobody_in(world: World, login: str) -> None:
    name = next(_NAMES)
    await world.run(partial(identity.add_user, name=name, password_hash=hashed("")))
    way = LOGINS[login]
    for node in world.nodes:
        answer = await node.send(Asked(way.method, way.path, way.content(name, "")))
        assert answer.status_code in (400, 401, 403)


async def test_a_worker_who_was_locked_while_he_waited_is_handed_nothing(world: World) -> None:
    name, other = await world.add(), await world.add()
    node = world.nodes[1]
    camunda = CamundaClient(node.app)
    headers = basic(other, OLD)
    deployed = await camunda.request("POST", "/deployment/create", files=[("file", model("P1"))], headers=headers)
    assert deployed.status_code == 200
    waits = {"json": fetch_body(asyncResponseTimeout=60 * SECOND), "headers": basic(name, OLD)}
    poll = asyncio.create_task(node.send(Asked("POST", "/engine-rest/external-task/fetchAndLock", waits)))
    async with asyncio.timeout(patience.SECONDS):
        while not node.services.waiting:
            await asyncio.sleep(0)
    await world.run(lambda unit: people.lock(unit, name))
    world.clock.advance(SECOND)
    started = await camunda.post("/process-definition/key/P1/start", {}, headers=headers)
    assert started.status_code == 200
    async with asyncio.timeout(patience.SECONDS):
        answer = await poll
    assert (answer.status_code, answer.content) == (401, b"")
    (task,) = (await camunda.get("/external-task", headers=headers)).json()
    assert task["workerId"] is None
    await camunda.close()
