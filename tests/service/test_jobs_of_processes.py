"""The runner and jobs of processes: woken in time, one at a time in an instance, and held up by none of another."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from taskbridge.clock import ManualClock
from taskbridge.service import job_execution, jobs, processes, queue
from taskbridge.service.background import repeating
from taskbridge.service.job_runner import Runner
from taskbridge.service.unit import Services, Unit
from taskbridge.store import instances
from taskbridge.store.database import Database
from taskbridge.store.jobs import JobRow
from tests import patience
from tests.service.held import held
from tests.service.process_jobs import TYPE, World, a_world

pytestmark = pytest.mark.anyio

HOUR = 3_600_000
#: Of PostgreSQL; long enough for another job to begin meanwhile.
PAUSE = text("SELECT 1 FROM pg_sleep(0.02)")


@pytest.fixture
def services(database: Database, clock: ManualClock) -> Services:
    return Services(database, clock)


@pytest.fixture
async def world(services: Services, monkeypatch: pytest.MonkeyPatch) -> World:
    return await a_world(services, monkeypatch)


@contextlib.asynccontextmanager
async def a_runner(services: Services) -> AsyncIterator[None]:
    async with repeating("the job runner", services.clock, Runner(services).run_and_wait):
        yield


async def until_done(world: World, *job_ids: int) -> None:
    """Return once these jobs have been done."""
    async with asyncio.timeout(patience.SECONDS):
        while not set(job_ids) <= set(world.work.done):
            await world.services.run(lambda unit: None)
            await asyncio.sleep(0)


async def idle(services: Services) -> None:
    """Give a runner time to look and to wait again."""
    for _ in range(50):
        await services.run(lambda unit: None)
        await asyncio.sleep(0)


async def test_a_timer_is_done_at_its_moment_and_not_before(
    services: Services, world: World, clock: ManualClock
) -> None:
    job = await world.job(await world.instance(), HOUR)
    async with a_runner(services):
        await idle(services)
        clock.advance(HOUR - 1)
        await idle(services)
        assert world.work.done == []
        clock.advance(1)
        await until_done(world, job)


async def test_an_earlier_job_wakes_a_runner_that_waits_for_a_later_one(
    services: Services, world: World, clock: ManualClock
) -> None:
    instance = await world.instance()
    later = await world.job(instance, HOUR)
    async with a_runner(services):
        await idle(services)
        sooner, now = await world.job(instance, 5), await world.job(instance)
        await until_done(world, now)
        await idle(services)
        clock.advance(5)
        await until_done(world, sooner)
    assert await world.is_there(later)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_job_wakes_the_runners_of_other_nodes(
    services: Services, world: World, database_url: str, clock: ManualClock
) -> None:
    other = await Database.open(database_url, clock)
    async with a_runner(Services(other, clock)):
        await idle(services)
        await until_done(world, await world.job(await world.instance()))
    await other.close()


async def test_jobs_that_are_activated_are_done_at_once(services: Services, world: World) -> None:
    instance = await world.instance()
    job, alone = await world.job(instance, 0), await world.job(await world.instance(), 0)
    await services.run(lambda unit: processes.set_suspended(unit, [instance], suspended=True))
    await services.run(lambda unit: jobs.set_suspended(unit, [alone], suspended=True))
    async with a_runner(services):
        await idle(services)
        assert world.work.done == []
        await services.run(lambda unit: processes.set_suspended(unit, [instance], suspended=False))
        await until_done(world, job)
        await services.run(lambda unit: jobs.set_suspended(unit, [alone], suspended=False))
        await until_done(world, alone)


async def test_what_gives_a_job_a_reason_to_run_wakes_a_runner(services: Services, world: World) -> None:
    instance = await world.instance()
    given_up, postponed = await world.job(instance, 0), await world.job(instance, HOUR)
    await services.run(lambda unit: jobs.set_retries(unit, [given_up], 0))
    async with a_runner(services):
        await idle(services)
        await services.run(lambda unit: jobs.set_retries(unit, [given_up], 1))
        await until_done(world, given_up)
        await services.run(lambda unit: job_execution.set_due_date(unit, postponed, None))
        await until_done(world, postponed)


# On PostgreSQL several are under way at the same time.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_of_jobs_that_are_due_those_of_a_higher_priority_are_done_first(services: Services, world: World) -> None:
    made = [await world.job(await world.instance(), -5, priority=priority) for priority in (0, 7, -1, 7, 3)]
    await Runner(services).run_due()
    assert [made.index(job) for job in world.work.done] == [1, 3, 4, 0, 2]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_jobs_of_an_instance_that_is_held_wait_and_keep_no_others_waiting(
    services: Services, world: World, clock: ManualClock
) -> None:
    busy, other = await world.instance(), await world.instance()
    waiting = [await world.job(busy, -60) for _ in range(120)]
    free = await world.job(other, -1)
    async with held(services, lambda unit: instances.lock(unit.tx, busy)):
        async with a_runner(services):
            await until_done(world, free)
            assert world.work.done == [free]
        assert all([(await world.row(job)).retries == 3 for job in waiting[:3]])
    async with a_runner(services):
        await idle(services)
        clock.advance(1_000)
        await until_done(world, *waiting)
    assert sorted(world.work.done) == sorted([*waiting, free])


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_jobs_of_one_instance_never_run_at_the_same_time(
    services: Services, world: World, database_url: str, clock: ManualClock
) -> None:
    """Two nodes work off jobs of two instances."""
    guard, inside, overlaps, together = threading.Lock(), set[int](), list[int](), list[int]()

    def work(unit: Unit, job: JobRow) -> None:
        assert job.root_id is not None
        with guard:
            if job.root_id in inside:
                overlaps.append(job.id)
            inside.add(job.root_id)
            together.append(len(inside))
        try:
            unit.tx.select(PAUSE)
        finally:
            with guard:
                inside.discard(job.root_id)

    world.work.then = work
    made = []
    for instance in [await world.instance(), await world.instance()]:
        made += [await world.job(instance) for _ in range(10)]
    other = await Database.open(database_url, clock)
    async with a_runner(services), a_runner(Services(other, clock)), asyncio.timeout(patience.SECONDS):
        while len(world.work.done) < len(made):
            await idle(services)
            clock.advance(1_000)
    await other.close()
    assert overlaps == []
    assert max(together) == 2
    assert sorted(world.work.done) == sorted(made)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_jobs_that_are_due_together_share_commits_on_sqlite(services: Services, world: World) -> None:
    made = [await world.job(await world.instance()) for _ in range(60)]
    before = services.database.statistics().commits
    await Runner(services).run_due()
    assert sorted(world.work.done) == sorted(made)
    assert services.database.statistics().commits - before < len(made) / 5


async def test_a_job_that_failed_has_another_turn_while_new_jobs_keep_coming(
    services: Services, world: World, clock: ManualClock
) -> None:
    instance = await world.instance()
    failing, first = await world.job(instance), await world.job(instance)
    seen: list[int] = []
    tried: list[int] = []

    def work(unit: Unit, job: JobRow) -> None:
        if job.id == failing:
            tried.append(len(seen))
            raise ValueError("not yet")
        seen.append(job.id)
        clock.advance(200)
        if len(seen) < 60:
            queue.schedule(
                unit,
                TYPE,
                definition_id=world.definition.id,
                node_id="a",
                instance_id=job.instance_id,
                root_id=job.root_id,
            )

    world.work.then = work
    await Runner(services).run_due()
    assert first in seen
    assert len(set(tried)) == 3


async def test_a_job_that_fails_among_others_costs_them_nothing(services: Services, world: World) -> None:
    made = [await world.job(await world.instance()) for _ in range(12)]

    def work(unit: Unit, job: JobRow) -> None:
        if job.id == made[5]:
            raise ValueError("this one")

    world.work.then = work
    await Runner(services).run_due()
    assert sorted(world.work.done) == [job for job in made if job != made[5]]
    assert (await world.row(made[5])).error == "this one"
