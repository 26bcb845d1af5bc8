"""What can be set of jobs and job definitions, and what follows: incidents, suspended jobs, withdrawn ones."""

import pytest
from sqlalchemy import select

from taskbridge.clock import ManualClock
from taskbridge.service import (
    batches,
    delayed_suspensions,
    deployments,
    incidents,
    job_definitions,
    job_execution,
    job_handlers,
    job_runner,
    jobs,
    processes,
)
from taskbridge.service.errors import NotATimer, NotFound
from taskbridge.service.unit import Services, Unit
from taskbridge.store import job_definitions as stored_definitions
from taskbridge.store import jobs as stored_jobs
from taskbridge.store.database import Database
from tests.service.process_jobs import World, a_world

pytestmark = pytest.mark.anyio

MINUTE = 60_000
BATCH_JOBS = select(stored_jobs.JOB.c.id).order_by(stored_jobs.JOB.c.id)


@pytest.fixture
def services(database: Database, clock: ManualClock) -> Services:
    return Services(database, clock)


@pytest.fixture
async def world(services: Services, monkeypatch: pytest.MonkeyPatch) -> World:
    return await a_world(services, monkeypatch)


async def test_a_job_without_retries_is_an_incident_until_it_has_some(
    services: Services, world: World, clock: ManualClock
) -> None:
    declared = await world.declared()
    job = await world.job(await world.instance())
    await services.run(lambda unit: jobs.set_retries(unit, [job], 0))
    await services.run(lambda unit: jobs.set_retries(unit, [job], 0))
    (incident,) = await world.incidents()
    assert (incident.type, incident.job_id, incident.node_id) == ("failedJob", job, "a")
    assert (incident.job_definition_id, incident.created_at) == (declared.id, clock.now())
    assert (incident.message, incident.failed_node_id) == (None, None)
    assert await world.due() == []
    await services.run(lambda unit: jobs.set_retries(unit, [job], 2))
    assert await world.incidents() == []
    assert await world.due() == [job]
    assert (await world.row(job)).retries == 2


async def test_retries_come_with_a_due_date_or_leave_it_or_take_it_away(
    services: Services, world: World, clock: ManualClock
) -> None:
    job = await world.job(await world.instance(), MINUTE)
    await services.run(lambda unit: jobs.set_retries(unit, [job], 1))
    assert (await world.row(job)).due_at == clock.now() + MINUTE
    await services.run(lambda unit: jobs.set_retries(unit, [job], 1, clock.now() + 5))
    assert (await world.row(job)).due_at == clock.now() + 5
    await services.run(lambda unit: jobs.set_retries(unit, [job], 1, None))
    assert (await world.row(job)).due_at == 0


async def test_a_job_that_would_start_instances_is_an_incident_of_its_definition(
    services: Services, world: World
) -> None:
    job = await world.job()
    await services.run(lambda unit: jobs.set_retries(unit, [job], 0))
    (incident,) = await world.incidents()
    assert (incident.instance_id, incident.activity_id, incident.definition_id) == (None, None, world.definition.id)
    await services.run(lambda unit: processes.delete_definition(unit, world.definition, cascade=True))
    assert await world.incidents() == []
    assert not await world.is_there(job)


async def test_the_incident_of_a_job_does_not_end_with_that_of_its_activity(services: Services, world: World) -> None:
    job = await world.job(await world.instance())
    await services.run(lambda unit: jobs.set_retries(unit, [job], 0))
    (incident,) = await world.incidents()
    activity = incident.activity_id
    assert activity is not None
    await services.run(lambda unit: incidents.resolve_of_activity(unit, activity))
    assert await world.incidents() == [incident]


async def test_a_job_that_is_deleted_takes_its_incident_along(services: Services, world: World) -> None:
    job = await world.job(await world.instance())
    await services.run(lambda unit: jobs.set_retries(unit, [job], 0))
    await services.run(lambda unit: jobs.delete(unit, job))
    assert await world.incidents() == []
    with pytest.raises(NotFound):
        await services.run(lambda unit: jobs.delete(unit, job))


async def test_retries_of_a_job_definition_are_for_jobs_that_have_none(services: Services, world: World) -> None:
    declared, other = await world.declared(), await world.declared("b")
    instance = await world.instance()
    given_up, tried, of_other = [await world.job(instance, node_id=node) for node in ("a", "a", "b")]
    await services.run(lambda unit: jobs.set_retries(unit, [given_up, of_other], 0))
    await services.run(lambda unit: job_definitions.set_retries(unit, declared.id, 7))
    assert [(await world.row(job)).retries for job in (given_up, tried, of_other)] == [7, 3, 0]
    assert [incident.job_id for incident in await world.incidents()] == [of_other]
    await services.run(lambda unit: job_definitions.set_retries(unit, other.id, 1))
    assert await world.incidents() == []
    with pytest.raises(NotFound):
        await services.run(lambda unit: job_definitions.set_retries(unit, 1, 1))


async def test_a_priority_is_overridden_for_jobs_to_come_and_on_request_for_others(
    services: Services, world: World
) -> None:
    declared, instance = await world.declared(), await world.instance()
    first = await world.job(instance, priority=1)
    await services.run(lambda unit: job_definitions.set_priority(unit, declared.id, 5, with_jobs=False))
    second = await world.job(instance, priority=1)
    assert [(await world.row(job)).priority for job in (first, second)] == [1, 5]
    await services.run(lambda unit: job_definitions.set_priority(unit, declared.id, 6, with_jobs=True))
    assert [(await world.row(job)).priority for job in (first, second)] == [6, 6]
    await services.run(lambda unit: job_definitions.set_priority(unit, declared.id, None, with_jobs=False))
    third = await world.job(instance, priority=1)
    await services.run(lambda unit: jobs.set_priority(unit, first, 9))
    assert [(await world.row(job)).priority for job in (first, second, third)] == [9, 6, 1]


async def suspended(world: World, *job_ids: int) -> list[int]:
    return [(await world.row(job)).suspended for job in job_ids]


async def test_jobs_of_an_instance_are_suspended_with_it(services: Services, world: World) -> None:
    instance, other = await world.instance(), await world.instance()
    job, of_other = await world.job(instance), await world.job(other)
    await services.run(lambda unit: processes.set_suspended(unit, [instance], suspended=True))
    assert await suspended(world, job, of_other) == [1, 0]
    assert await world.due() == [of_other]
    await services.run(lambda unit: jobs.set_suspended(unit, [job], suspended=False))
    assert await world.due() == [of_other]  # the instance itself is still suspended
    await services.run(lambda unit: processes.set_suspended(unit, [instance, other], suspended=True))
    await services.run(lambda unit: processes.set_suspended(unit, [instance], suspended=False))
    assert await suspended(world, job, of_other) == [0, 1]


@pytest.mark.parametrize("with_instances", [False, True])
async def test_a_definition_that_is_suspended_suspends_its_job_definitions_and_what_starts_instances(
    services: Services, world: World, with_instances: bool
) -> None:
    declared, instance = await world.declared(), await world.instance()
    starting, job = await world.job(), await world.job(instance)
    definitions = [world.definition.id]
    for state in (True, False):

        def work(unit: Unit, state: bool = state) -> int:
            processes.set_definitions_suspended(unit, definitions, suspended=state, with_instances=with_instances)
            found = stored_definitions.get(unit.tx, declared.id)
            assert found is not None
            return found.suspended

        assert await services.run(work) == state
        assert await suspended(world, starting, job) == [state, state and with_instances]


async def test_jobs_of_a_job_definition_are_suspended_on_request_and_new_ones_are_born_so(
    services: Services, world: World
) -> None:
    declared, instance = await world.declared(), await world.instance()
    job = await world.job(instance)
    await services.run(lambda unit: job_definitions.set_suspended(unit, [declared.id], suspended=True, with_jobs=False))
    born = await world.job(instance)
    assert await suspended(world, job, born) == [0, 1]
    await services.run(lambda unit: job_definitions.set_suspended(unit, [declared.id], suspended=True, with_jobs=True))
    assert await suspended(world, job, born) == [1, 1]
    await services.run(lambda unit: jobs.set_suspended_of_definitions(unit, [world.definition.id], suspended=False))
    assert await suspended(world, job, born) == [0, 0]
    await services.run(lambda unit: jobs.set_suspended_of_job_definitions(unit, [declared.id], suspended=True))
    assert await suspended(world, job, born) == [1, 1]


async def test_job_definitions_are_suspended_later(services: Services, world: World, clock: ManualClock) -> None:
    declared, job = await world.declared(), await world.job(await world.instance(), MINUTE)
    moment = clock.now() + 1_000
    await services.run(
        lambda unit: delayed_suspensions.set_job_definitions_suspended(
            unit, [declared.id], suspended=True, with_jobs=True, moment=moment
        )
    )
    assert await suspended(world, job) == [0]
    clock.advance(1_000)
    assert await job_runner.Runner(services).run_due()
    assert await suspended(world, job) == [1]


async def test_a_batch_sets_the_retries_of_jobs(services: Services, world: World, clock: ManualClock) -> None:
    instance = await world.instance()
    first, second = await world.job(instance, MINUTE), await world.job(instance, MINUTE)
    begun = await services.run(lambda unit: batches.set_job_retries(unit, [first, second, first], 5, None))
    assert begun.total_jobs == 2
    await job_runner.Runner(services).run_due()
    rows = [await world.row(job) for job in (first, second)]
    assert [(row.retries, row.due_at) for row in rows] == [(5, 0), (5, 0)]
    with pytest.raises(NotFound):
        await services.run(lambda unit: batches.get(unit, begun.id))


async def test_jobs_of_a_batch_keep_its_counts_right_when_retries_are_set(services: Services, world: World) -> None:
    begun = await services.run(lambda unit: batches.set_external_task_retries(unit, [None, 1], 1))
    ids = await services.run(lambda unit: unit.tx.select(BATCH_JOBS))
    first, second = (row[0] for row in ids)
    await services.run(lambda unit: jobs.set_retries(unit, [first, second], 0))
    assert (await services.run(lambda unit: batches.get(unit, begun.id))).failed_jobs == 2
    assert {incident.id for incident in await world.incidents()} == {first, second}
    await services.run(lambda unit: jobs.set_retries(unit, [first], 3))
    await services.run(lambda unit: jobs.delete(unit, second))
    counts = await services.run(lambda unit: batches.get(unit, begun.id))
    assert (counts.completed_jobs, counts.failed_jobs) == (1, 0)
    assert await world.incidents() == []


async def test_a_due_date_is_set_and_taken_away(services: Services, world: World, clock: ManualClock) -> None:
    job = await world.job(await world.instance())
    moment = clock.now() + MINUTE
    await services.run(lambda unit: job_execution.set_due_date(unit, job, moment))
    assert await world.due() == []
    await services.run(lambda unit: job_execution.set_due_date(unit, job, None))
    assert await world.due() == [job]


async def test_a_timer_says_anew_when_it_is_due(
    services: Services, world: World, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, made = await world.job(await world.instance()), clock.now()
    clock.advance(1_000)
    with pytest.raises(NotATimer):
        await services.run(lambda unit: job_execution.recalculate_due_date(unit, job, from_creation=False))
    monkeypatch.setitem(job_handlers.RECALCULATE, "of a test", lambda unit, row, moment: moment + 5)
    await services.run(lambda unit: job_execution.recalculate_due_date(unit, job, from_creation=False))
    assert (await world.row(job)).due_at == made + 1_005
    await services.run(lambda unit: job_execution.recalculate_due_date(unit, job, from_creation=True))
    assert (await world.row(job)).due_at == made + 5


async def test_jobs_and_job_definitions_go_with_their_deployment(services: Services, world: World) -> None:
    declared, job = await world.declared(), await world.job(await world.instance())
    deployment = world.definition.deployment_id
    await services.run(lambda unit: deployments.delete(unit, deployment, cascade=True))
    assert not await world.is_there(job)
    assert await services.run(lambda unit: stored_definitions.get(unit.tx, declared.id)) is None
