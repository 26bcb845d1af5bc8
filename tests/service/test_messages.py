"""Messages of several senders at the same moment: an instance gets each of them once, also on two nodes."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from taskbridge.service import correlation, processes
from taskbridge.service.correlation import Correlated, Message
from taskbridge.service.unit import Unit
from taskbridge.store.correlation import Criteria
from tests.bpmn import around
from tests.client import CamundaClient
from tests.service.deploying import deployed
from tests.service.held import LIMIT, held
from tests.serving import Served, serving

pytestmark = pytest.mark.anyio

_MODEL = around('<receiveTask id="step" messageRef="m"/>').replace(
    b"<process ", b'<message id="m" name="M"/><process ', 1
)
_PAID = {"messageName": "M"}


@pytest.fixture
async def node(postgresql_url: str) -> AsyncIterator[Served]:
    """An application on PostgreSQL, where several transactions are open at once."""
    async with serving(postgresql_url) as served:
        yield served


@pytest.fixture
async def camunda(node: Served) -> AsyncIterator[CamundaClient]:
    client = CamundaClient(node.app)
    yield client
    await client.close()


async def _waiting(node: Served, number: int) -> list[int]:
    """Instances that wait."""
    definition = await deployed(node.services, ("model.bpmn", _MODEL))

    def start(unit: Unit) -> list[int]:
        return [processes.start(unit, definition, business_key=str(one)).id for one in range(number)]

    return await node.services.run(start)


def _correlate(unit: Unit) -> Correlated:
    return correlation.correlate(unit, Message(Criteria("M")))


async def _behind_a_lock(node: Served) -> None:
    """Return once a statement waits for what another transaction holds."""
    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(LIMIT):
        while not await node.services.run(lambda unit: unit.tx.select(text(waits))[0][0]):
            await asyncio.sleep(0)


async def test_a_message_that_comes_second_finds_nobody_who_waits(node: Served, camunda: CamundaClient) -> None:
    await _waiting(node, 1)
    async with held(node.services, _correlate) as first:
        second = asyncio.ensure_future(camunda.post("/message", _PAID))
        await _behind_a_lock(node)
        assert not second.done()
    assert (await first).over
    answer = await asyncio.wait_for(second, LIMIT)
    assert answer.status_code == 400
    assert "No process definition or execution matches" in answer.json()["message"]


async def test_a_message_to_all_leaves_out_who_got_another_meanwhile(node: Served, camunda: CamundaClient) -> None:
    instances = await _waiting(node, 3)
    message = Message(Criteria("M", instance_id=instances[1]))
    async with held(node.services, lambda unit: correlation.correlate(unit, message)):
        second = asyncio.ensure_future(camunda.post("/message", _PAID | {"all": True, "resultEnabled": True}))
        await _behind_a_lock(node)
    assert len((await asyncio.wait_for(second, LIMIT)).json()) == 2
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}


async def test_two_nodes_give_every_message_to_one_instance_once(
    node: Served, camunda: CamundaClient, postgresql_url: str
) -> None:
    await _waiting(node, 12)
    async with serving(postgresql_url) as other:
        beside = CamundaClient(other.app)
        sent = [
            client.post("/message", _PAID | {"businessKey": str(one)})
            for one in range(12)
            for client in (camunda, beside, camunda, beside)
        ]
        answers = await asyncio.wait_for(asyncio.gather(*sent), LIMIT)
        await beside.close()
    assert sorted(answer.status_code for answer in answers) == [204] * 12 + [400] * 36
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}
