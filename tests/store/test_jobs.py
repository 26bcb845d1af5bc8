"""Jobs of processes in the database: written as their job definition has them, withdrawn with what they hang on."""

import pytest

from taskbridge.clock import ManualClock
from taskbridge.service import processes, queue
from taskbridge.service.unit import Services, Unit
from taskbridge.store import job_definitions, jobs
from taskbridge.store.database import Database
from taskbridge.store.definitions import DefinitionRow
from taskbridge.store.job_definitions import JobDefinitionRow
from taskbridge.store.jobs import JobRow
from tests.bpmn import model
from tests.service.deploying import deployed

pytestmark = pytest.mark.anyio

CONTINUATION = "async-continuation"


@pytest.fixture
def services(database: Database, clock: ManualClock) -> Services:
    return Services(database, clock)


@pytest.fixture
async def definition(services: Services) -> DefinitionRow:
    return await deployed(services, model("P1"))


async def declared(services: Services, row: JobDefinitionRow) -> JobDefinitionRow:
    """A job definition that is there."""

    def work(unit: Unit) -> JobDefinitionRow:
        made = row._replace(id=unit.tx.new_id())
        job_definitions.insert(unit.tx, [made])
        return made

    return await services.run(work)


async def scheduled(services: Services, definition: DefinitionRow, configuration: str | None = None) -> JobRow:
    """A job of an instance, as it is read back."""

    def work(unit: Unit) -> int:
        instance = processes.start(unit, definition)
        return queue.schedule(
            unit,
            CONTINUATION,
            definition_id=definition.id,
            node_id="a",
            instance_id=instance.id,
            root_id=instance.id,
            activity_id=7,
            priority=5,
            due_at=unit.tx.now + 1,
            configuration=configuration,
            payload={"with": "a payload"},
        )

    job_id = await services.run(work)
    job = await services.run(lambda unit: jobs.get(unit.tx, job_id))
    assert job is not None
    return job


async def test_a_job_without_a_job_definition_is_as_it_was_given(
    services: Services, definition: DefinitionRow, clock: ManualClock
) -> None:
    job = await scheduled(services, definition)
    assert (job.priority, job.suspended, job.job_definition_id) == (5, 0, None)
    assert (job.due_at, job.created_at, job.retries) == (clock.now() + 1, clock.now(), jobs.TRIES)
    assert (job.node_id, job.payload) == ("a", '{"with":"a payload"}')


async def test_a_job_is_as_its_job_definition_has_it(services: Services, definition: DefinitionRow) -> None:
    first = JobDefinitionRow(0, definition.id, "a", CONTINUATION, "async-before", 1, None, None)
    before = await declared(services, first)
    after = await declared(services, first._replace(configuration="async-after", suspended=0, priority=9))
    await declared(services, first._replace(node_id="b", priority=1))
    job = await scheduled(services, definition, "async-before")
    assert (job.priority, job.suspended, job.job_definition_id) == (5, 1, before.id)
    job = await scheduled(services, definition, "async-after")
    assert (job.priority, job.suspended, job.job_definition_id) == (9, 0, after.id)


async def test_jobs_are_withdrawn_by_what_they_hang_on(services: Services, definition: DefinitionRow) -> None:
    job = await scheduled(services, definition)
    await services.run(lambda unit: jobs.withdraw(unit.tx, [8, 9]))
    assert await services.run(lambda unit: jobs.get(unit.tx, job.id)) == job
    await services.run(lambda unit: jobs.withdraw(unit.tx, [6, 7]))
    assert await services.run(lambda unit: jobs.get(unit.tx, job.id)) is None


async def test_only_jobs_that_start_instances_are_withdrawn_by_their_definition(
    services: Services, definition: DefinitionRow
) -> None:
    job = await scheduled(services, definition)

    def start_timer(unit: Unit) -> int:
        return queue.schedule(unit, jobs.START_TIMER, definition_id=definition.id, node_id="start", due_at=1)

    start = await services.run(start_timer)
    await services.run(lambda unit: jobs.withdraw_starts(unit.tx, [definition.id]))
    assert await services.run(lambda unit: jobs.get(unit.tx, start)) is None
    assert await services.run(lambda unit: jobs.get(unit.tx, job.id)) == job
