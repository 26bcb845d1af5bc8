"""Two instances of one tree that end at once: the lock of the root lets one end after the other, and neither is lost.

Two nodes on one PostgreSQL database. The first request stops before its COMMIT; the second, which the other node gets,
waits for it, and finds what it has left.
"""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.signal_models import deployed, process, tasks
from tests.engine.bpmn_snippets import element, end, parallel, path, start, user
from tests.service.held import LIMIT, held_request, until_one_waits
from tests.serving import Served, serving

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("database_for", ["postgresql"], indirect=True, scope="session"),
]

WORK = process("called", start(), user("work"), end(), path("start", "work", "end"))
_FLOWS = path("start", "fork", "one", "join", "after", "end") + path("fork", "two", "join")
#: Calls two instances beside each other, and goes on once both have ended.
BOTH = process(
    "main",
    *(start(), parallel("fork"), parallel("join"), user("after"), end()),
    *(element("callActivity", name, calledElement="called") for name in ("one", "two")),
    _FLOWS,
)


@pytest.fixture(scope="module")
async def nodes(database_for: Callable[[str], str], anyio_backend: str) -> AsyncIterator[tuple[Served, Served]]:
    """Two applications on one database."""
    url = database_for("of_trees")
    async with serving(url) as one, serving(url) as another:
        yield one, another


@pytest.fixture
async def clients(nodes: tuple[Served, Served]) -> AsyncIterator[tuple[CamundaClient, CamundaClient]]:
    """A client of each."""
    await nodes[0].empty()
    here, there = (CamundaClient(one.app) for one in nodes)
    await deployed(here, WORK, BOTH)
    await here.start("main")
    yield here, there
    await here.close()
    await there.close()


async def test_two_instances_of_a_tree_end_one_after_the_other(
    nodes: tuple[Served, Served], clients: tuple[CamundaClient, CamundaClient]
) -> None:
    here, there = clients
    one, other = (f"/task/{task['id']}/complete" for task in (await here.get("/task")).json())
    async with held_request(nodes[0].services, here.post(one, {})) as first:
        second = asyncio.ensure_future(there.post(other, {}))
        await until_one_waits(nodes[1].services, second, first)
    answers = first.result(), await asyncio.wait_for(second, LIMIT)
    assert [answer.status_code for answer in answers] == [204, 204]
    assert await tasks(here) == ["after"]


async def test_an_instance_that_ends_waits_for_the_deletion_of_its_caller(
    nodes: tuple[Served, Served], clients: tuple[CamundaClient, CamundaClient]
) -> None:
    here, there = clients
    (main,) = (await here.get("/process-instance?rootProcessInstances=true")).json()
    task = (await here.get("/task")).json()[0]["id"]
    async with held_request(nodes[0].services, here.delete(f"/process-instance/{main['id']}")) as first:
        second = asyncio.ensure_future(there.post(f"/task/{task}/complete", {}))
        await until_one_waits(nodes[1].services, second, first)
    answer = await asyncio.wait_for(second, LIMIT)
    assert (first.result().status_code, answer.status_code) == (204, 500)
    assert "Cannot find task with id" in answer.json()["message"]
    assert (await here.get("/process-instance/count")).json() == {"count": 0}
