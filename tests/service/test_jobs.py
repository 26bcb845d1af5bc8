"""Jobs that several runners take up at the same moment."""

import pytest

from taskbridge.clock import ManualClock
from taskbridge.service import jobs
from taskbridge.service.unit import Services
from taskbridge.store import jobs as store
from taskbridge.store.database import Database

pytestmark = pytest.mark.anyio


async def test_a_job_that_two_runners_saw_fail_has_failed_once(database: Database, clock: ManualClock) -> None:
    nodes = Services(database, clock), Services(database, clock)
    batch = await nodes[0].run(lambda unit: jobs.set_retries_later(unit, [None], 1))
    for _ in range(3):
        taken = [await node.run(lambda unit: store.due(unit.tx, 10)) for node in nodes]
        assert len(taken[0]) == len(taken[1]) == 1
        for node, (job,) in zip(nodes, taken, strict=True):
            await jobs.Runner(node).carry_out(job)
        clock.advance(10_000)
    found = await nodes[0].run(lambda unit: jobs.get_batch(unit, batch.id))
    assert (found.completed_jobs, found.failed_jobs) == (0, 1)
    assert await nodes[0].run(lambda unit: store.due(unit.tx, 10)) == []
