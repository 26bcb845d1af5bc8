"""Which process trees a transaction knows that it holds, and how it comes to hold more: PostgreSQL only."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from taskbridge.service import correlation, processes, variables
from taskbridge.service.correlation import Message
from taskbridge.service.unit import Unit
from taskbridge.store import instances
from taskbridge.store.correlation import Criteria
from tests.bpmn import around
from tests.service.deploying import deployed
from tests.service.held import LIMIT, held, until_one_waits
from tests.serving import Served, serving

pytestmark = pytest.mark.anyio
_MODEL = around('<receiveTask id="step" messageRef="m"/>').replace(
    b"<process ", b'<message id="m" name="M"/><process ', 1
)


@pytest.fixture
async def node(postgresql_url: str) -> AsyncIterator[Served]:
    """An application on PostgreSQL, where several transactions are open at once."""
    async with serving(postgresql_url) as served:
        yield served


async def _waiting(node: Served, number: int) -> list[int]:
    """Instances that wait for a message, in the order of their ids."""
    definition = await deployed(node.services, ("model.bpmn", _MODEL))
    return await node.services.run(lambda unit: [processes.start(unit, definition).id for _ in range(number)])


async def _is_free(node: Served, root: int) -> bool:
    return await node.services.run(lambda unit: instances.try_lock_root(unit.tx, root))


async def test_what_a_failed_part_has_locked_is_locked_anew(node: Served) -> None:
    (root,) = await _waiting(node, 1)

    def fail(unit: Unit) -> None:
        with unit.tx.part():
            instances.lock_further_roots(unit.tx, {root})
            raise LookupError

    def work(unit: Unit) -> None:
        with pytest.raises(LookupError):
            fail(unit)
        instances.lock_further_roots(unit.tx, {root})

    async with held(node.services, work):
        assert not await _is_free(node, root)
    assert await _is_free(node, root)


async def test_what_a_part_has_locked_stays_locked_behind_it(node: Served) -> None:
    before, within = await _waiting(node, 2)

    def work(unit: Unit) -> set[int]:
        instances.lock_roots(unit.tx, [before])
        with unit.tx.part():
            instances.lock_further_roots(unit.tx, {within})
        return unit.tx.roots

    async with held(node.services, work) as holding:
        assert not await _is_free(node, before)
        assert not await _is_free(node, within)
    assert await holding == {before, within}


async def test_what_is_only_read_does_not_count_as_held(node: Served) -> None:
    (root,) = await _waiting(node, 1)

    def work(unit: Unit) -> None:
        variables.execution(unit, root, to_change=False)
        instances.lock_further_roots(unit.tx, {root})

    async with held(node.services, work):
        assert not await _is_free(node, root)


async def test_who_holds_a_tree_does_not_wait_for_one_with_a_smaller_id(node: Served) -> None:
    first, second, third = await _waiting(node, 3)
    attempts: list[set[int]] = []

    def work(unit: Unit) -> int:
        attempts.append(set(unit.tx.roots))
        instances.lock_roots(unit.tx, [second])
        return len(correlation.correlate_all(unit, Message(Criteria("M"))))

    async with held(node.services, lambda unit: instances.lock_roots(unit.tx, [first])):
        message = asyncio.ensure_future(node.services.run(work))
        await until_one_waits(node.services, message)
        assert await _is_free(node, second)
    assert await asyncio.wait_for(message, LIMIT) == 3
    assert attempts == [set(), {first, second, third}]
