"""Fetches of several workers at the same moment: what one looks at and leaves is free for the other at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest

from taskbridge.service import external_tasks, processes
from taskbridge.service.expiries import EXTERNAL_TASKS
from taskbridge.service.external_tasks import FetchRequest, TopicRequest
from taskbridge.service.unit import Unit
from taskbridge.store.activities import ActivityRow
from taskbridge.store.external_tasks import TopicCriteria
from tests.bpmn import around, model
from tests.client import CamundaClient
from tests.service.deploying import deployed
from tests.service.held import LIMIT, held
from tests.serving import Served, serving

pytestmark = pytest.mark.anyio


@pytest.fixture
async def node(postgresql_url: str) -> AsyncIterator[Served]:
    """An application on PostgreSQL, where several transactions are open at once."""
    async with serving(postgresql_url) as served:
        yield served


async def _start(node: Served, content: bytes, times: int = 1) -> None:
    definition = await deployed(node.services, ("model.bpmn", content))

    def start(unit: Unit) -> None:
        for _ in range(times):
            processes.start(unit, definition)

    await node.services.run(start)


def _request(*topics: TopicCriteria, most: int = 1, worker: str = "a") -> FetchRequest:
    return FetchRequest(worker, most, tuple(TopicRequest(topic, 10_000) for topic in topics))


async def _fetched(node: Served, *topics: TopicCriteria, most: int = 1, worker: str = "b") -> list[ActivityRow]:
    request = _request(*topics, most=most, worker=worker)
    return await node.services.run(lambda unit: external_tasks.fetch_and_lock(unit, request))


@pytest.mark.parametrize(
    "more", [{}, {"business_key": "b"}, {"tenants": ("t",)}], ids=["plain", "by business key", "by tenant"]
)
async def test_a_poll_gets_the_task_that_a_fetch_of_several_topics_leaves(
    node: Served, more: dict[str, object]
) -> None:
    definition = await deployed(node.services, model("ThreeTopics"))
    await node.services.run(lambda unit: processes.start(unit, definition, business_key="b", tenant="t"))
    topics = [TopicCriteria(name, **more) for name in ("A", "B")]  # type: ignore[arg-type] # any of its fields
    camunda = CamundaClient(node.app)
    async with held(node.services, lambda unit: external_tasks.fetch_and_lock(unit, _request(*topics))) as first:
        # The clock stands still: a poll that finds nothing would wait for ever.
        poll = camunda.fetch("b", topics=[{"topicName": "B", "lockDuration": 1}], asyncResponseTimeout=1_000)
        (task,) = await asyncio.wait_for(poll, LIMIT)
        assert (task["topicName"], first.done()) == ("B", False)
    assert [row.topic for row in await first] == ["A"]
    await camunda.close()


async def test_a_fetch_gets_the_expired_task_that_another_leaves(node: Served) -> None:
    await _start(node, around('<serviceTask id="step" camunda:type="external" camunda:topic="T"/>'))
    assert len(await _fetched(node, TopicCriteria("T"), worker="gone")) == 1
    node.clock.advance(20_000)
    await _start(node, around('<serviceTask id="step" camunda:type="external" camunda:topic="T"/>', "Q"))
    request = _request(TopicCriteria("T"))
    async with held(node.services, lambda unit: external_tasks.fetch_and_lock(unit, request)) as first:
        (second,) = await asyncio.wait_for(_fetched(node, TopicCriteria("T")), LIMIT)
    assert second.id not in [row.id for row in await first]


async def test_tasks_beyond_those_that_many_others_hold_are_found(node: Served) -> None:
    tasks = around('<serviceTask id="step" camunda:type="external" camunda:topic="T"/>')
    await _start(node, tasks, times=50)
    topics = (TopicCriteria("T"), TopicCriteria("U"))
    request = _request(*topics, most=45)
    async with held(node.services, lambda unit: external_tasks.fetch_and_lock(unit, request)) as first:
        rest = await asyncio.wait_for(_fetched(node, *topics, most=10), LIMIT)
    ids = [row.id for row in rest]
    assert len(ids) == 5
    assert not {row.id for row in await first} & set(ids)


async def test_a_task_that_two_entries_of_a_fetch_mean_is_handed_out_once(node: Served) -> None:
    await _start(node, around('<serviceTask id="step" camunda:type="external" camunda:topic="T"/>'))
    both = (TopicCriteria("T"), TopicCriteria("T", without_tenant=True))
    assert len(await _fetched(node, *both, most=10)) == 1


@asynccontextmanager
async def _polling(node: Served, **topic: object) -> AsyncIterator["asyncio.Task[list[dict[str, object]]]"]:
    """A poll that has found nothing yet and waits, for far longer than the test lets pass."""
    camunda = CamundaClient(node.app)
    topics = [{"topicName": "T", "lockDuration": 10_000, **topic}]
    poll = asyncio.create_task(camunda.fetch("b", topics=topics, asyncResponseTimeout=1_000_000))
    async with asyncio.timeout(LIMIT):
        while not node.services.database.signals.awaited(EXTERNAL_TASKS, "T"):
            await asyncio.sleep(0)
    await _settled(node)
    assert not poll.done()
    yield poll
    poll.cancel()
    await asyncio.gather(poll, return_exceptions=True)
    await camunda.close()


async def _settled(node: Served) -> None:
    """Give what was set off time to happen."""
    for _ in range(50):
        await node.services.run(lambda unit: None)
        await asyncio.sleep(0)


@pytest.mark.parametrize("expired", [False, True], ids=["free", "expired"])
async def test_a_poll_gets_a_task_that_a_fetch_had_locked_when_it_was_rolled_back(
    node: Served, postgresql_url: str, *, expired: bool
) -> None:
    """Nothing signals a transaction that is rolled back, nor one whose node was killed."""
    await _start(node, around('<serviceTask id="step" camunda:type="external" camunda:topic="T"/>'))
    if expired:
        await _fetched(node, TopicCriteria("T"))
        node.clock.advance(60_000)
    with psycopg.connect(postgresql_url.replace("+psycopg", "")) as other:
        other.execute("SELECT id FROM activity_instance WHERE topic = 'T' FOR UPDATE")
        async with _polling(node) as poll:
            for _ in range(5):  # who waits is woken meanwhile, and finds nothing
                node.clock.advance(1_000)
                await _settled(node)
            assert not poll.done()
            other.rollback()
            for _ in range(2):
                node.clock.advance(1_000)
                await _settled(node)
            (task,) = await asyncio.wait_for(poll, LIMIT)
            assert task["workerId"] == "b"


async def test_a_poll_that_may_not_have_the_free_task_looks_once_a_sweep_at_most(
    node: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _start(node, around('<serviceTask id="step" camunda:type="external" camunda:topic="T"/>'))
    looks: list[int] = []
    fetch = external_tasks.fetch_and_lock

    def counted(unit: Unit, request: FetchRequest) -> list[ActivityRow]:
        looks.append(node.clock.elapsed())
        return fetch(unit, request)

    monkeypatch.setattr(external_tasks, "fetch_and_lock", counted)
    async with _polling(node, businessKey="another") as poll:
        for _ in range(5):
            node.clock.advance(1_000)
            await _settled(node)
        assert not poll.done()
    assert 1 < len(looks) <= 6
