"""A job of a process that fails, by itself or by hand: its retries, its next try, its texts, its incident."""

from collections.abc import Awaitable, Callable

import pytest

from taskbridge.clock import ManualClock
from taskbridge.dialects.camunda.job_failures import text_of_failure
from taskbridge.engine.errors import NoOutgoingFlow
from taskbridge.engine.expressions import compile_expression
from taskbridge.engine.variables import Variable
from taskbridge.service import job_execution, job_handlers, jobs, processes, queue, retry_cycles
from taskbridge.service.errors import NotFound, Suspended
from taskbridge.service.job_runner import Runner
from taskbridge.service.unit import Services, Unit
from taskbridge.service.uuids import Kind, encode
from taskbridge.store.database import Database
from taskbridge.store.errors import DatabaseUnavailable
from taskbridge.store.jobs import JobRow
from tests.service.process_jobs import NODE, TYPE, World, a_world

pytestmark = pytest.mark.anyio

MINUTE = 60_000
Tried = Callable[[int], Awaitable[None]]


@pytest.fixture
def services(database: Database, clock: ManualClock) -> Services:
    return Services(database, clock, text_of_failure=text_of_failure)


@pytest.fixture
async def world(services: Services, monkeypatch: pytest.MonkeyPatch) -> World:
    return await a_world(services, monkeypatch)


@pytest.fixture(params=["by itself", "by hand"])
def tried(request: pytest.FixtureRequest, services: Services) -> Tried:
    """Tries a job once."""

    async def by_itself(job: int) -> None:
        await Runner(services).run_due()

    async def by_hand(job: int) -> None:
        with pytest.raises(NoOutgoingFlow):
            await job_execution.execute(services, job)

    return by_itself if request.param == "by itself" else by_hand


async def tries(world: World, job: int, number: int, tried: Tried) -> list[tuple[int, int | None]]:
    """The retries and the time until the next try (milliseconds) after each of so many tries."""
    clock, seen = world.services.clock, []
    assert isinstance(clock, ManualClock)
    for _ in range(number):
        await tried(job)
        row = await world.row(job)
        seen.append((row.retries, row.due_at - clock.now() if row.due_at else None))
        clock.advance(max(0, row.due_at - clock.now()))
    return seen


async def test_a_job_without_a_retry_cycle_is_tried_three_times_at_once(world: World, tried: Tried) -> None:
    declared, job = await world.declared(), await world.job(await world.instance())
    world.work.fail_with(NoOutgoingFlow("g"))
    assert await tries(world, job, 2, tried) == [(2, None), (1, None)]
    assert await world.incidents() == []
    assert await tries(world, job, 1, tried) == [(0, None)]
    (incident,) = await world.incidents()
    text = (
        "ENGINE-02004 No outgoing sequence flow for the element with id 'g' could be "
        "selected for continuing the process."
    )
    assert (incident.message, incident.node_id, incident.failed_node_id) == (text, NODE, "g")
    assert (incident.job_id, incident.job_definition_id) == (job, declared.id)
    row = await world.row(job)
    assert (row.error, row.failed_node_id) == (text, "g")
    assert row.error_details == f"org.camunda.bpm.engine.ProcessEngineException: {text}\n"
    assert world.work.done == []


#: The text of a cycle -> retries left and pause after each failure, as seen on the real engine.
CYCLES: dict[str, list[tuple[int, int | None]]] = {
    "R5/PT10M": [(4, 600_000), (3, 600_000), (2, 600_000), (1, 600_000), (0, 600_000)],
    "PT1M,PT5M,PT1H": [(3, 60_000), (2, 300_000), (1, 3_600_000), (0, 3_600_000)],
    "R3/PT10M, R2/PT5M": [(2, 600_000), (1, 300_000), (0, 300_000)],
    "PT5M": [(1, 300_000), (0, 300_000)],
    "R1/PT5M": [(0, 300_000)],
    "R0/PT5M": [(0, 0)],
    ",": [(0, 0)],
}


@pytest.mark.parametrize("text", CYCLES)
async def test_a_job_is_tried_again_as_its_retry_cycle_says(
    world: World, tried: Tried, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    expected = CYCLES[text]
    monkeypatch.setattr(retry_cycles, "cycle_of", lambda node: compile_expression(text))
    job = await world.job(await world.instance(), node_id="externalTask")
    world.work.fail_with(NoOutgoingFlow("g"))
    assert await tries(world, job, len(expected), tried) == expected
    assert len(await world.incidents()) == 1


@pytest.mark.parametrize(
    ("text", "retries"), [("${cycle}", 4), ("${missing}", 2), ("nonsense", 2), ("${null}", 2), ("${number}", 2)]
)
async def test_a_retry_cycle_is_evaluated_and_left_out_when_it_cannot_be(
    services: Services, world: World, monkeypatch: pytest.MonkeyPatch, text: str, retries: int
) -> None:
    monkeypatch.setattr(retry_cycles, "cycle_of", lambda node: compile_expression(text))
    given = {"cycle": Variable("String", "R5/PT1M"), "number": Variable("Integer", 3)}
    started = await services.run(lambda unit: processes.start(unit, world.definition, given))
    job = await world.job(started.id, node_id="externalTask")
    world.work.fail_with(NoOutgoingFlow("g"))
    await Runner(services).run_due()
    assert (await world.row(job)).retries == retries


async def test_an_error_that_was_not_foreseen_shows_where_it_came_from(services: Services, world: World) -> None:
    job = await world.job(await world.instance())
    world.work.fail_with(RuntimeError("no such luck" + 1_000 * "!"))
    await Runner(services).run_due()
    row = await world.row(job)
    assert (row.error or "").startswith("no such luck!")
    assert len(row.error or "") == 666
    assert (row.error_details or "").startswith("Traceback (most recent call last):")
    assert "RuntimeError: no such luck!" in (row.error_details or "")
    assert await services.run(lambda unit: jobs.stacktrace(unit, job)) == row.error_details


@pytest.mark.parametrize(
    ("error", "begins"),
    [
        (NoOutgoingFlow(200_000 * "g"), "org.camunda.bpm.engine.ProcessEngineException: ENGINE-02004 No"),
        (ValueError(200_000 * "g"), "ValueError: ggg"),
    ],
)
async def test_long_texts_of_errors_are_cut(services: Services, world: World, error: Exception, begins: str) -> None:
    job = await world.job(await world.instance())
    world.work.fail_with(error)
    await Runner(services).run_due()
    row = await world.row(job)
    assert len(row.error or "") == 666
    assert (row.error_details or "").startswith(begins)
    assert len(row.error_details or "") == 100_000


async def test_a_job_that_starts_instances_fails_at_no_activity(services: Services, world: World) -> None:
    job = await world.job()
    world.work.fail_with(NoOutgoingFlow("g"))
    for _ in range(3):
        await Runner(services).run_due()
    (incident,) = await world.incidents()
    assert (incident.node_id, incident.failed_node_id) == (NODE, None)
    assert (await world.row(job)).failed_node_id is None


async def test_what_a_failing_job_did_is_undone(services: Services, world: World) -> None:
    instance = await world.instance()
    job = await world.job(instance)

    def half(unit: Unit, row: JobRow) -> None:
        queue.schedule(unit, TYPE, definition_id=world.definition.id, node_id="b", instance_id=instance)
        raise NoOutgoingFlow("g")

    world.work.then = half
    await Runner(services).run_due()
    assert await world.due() == [job]


async def test_a_job_that_succeeds_by_hand_resolves_its_incident(services: Services, world: World) -> None:
    job = await world.job(await world.instance(), MINUTE)
    await services.run(lambda unit: jobs.set_retries(unit, [job], 0))
    world.work.fail_with(NoOutgoingFlow("g"))
    with pytest.raises(NoOutgoingFlow):
        await job_execution.execute(services, job)
    assert len(await world.incidents()) == 1
    assert (await world.row(job)).retries == 0
    world.work.succeed()
    await job_execution.execute(services, job)
    assert await world.incidents() == []
    assert world.work.done == [job]
    with pytest.raises(NotFound):
        await job_execution.execute(services, job)


async def test_a_suspended_job_is_carried_out_by_hand(services: Services, world: World) -> None:
    job = await world.job(await world.instance())
    await services.run(lambda unit: jobs.set_suspended(unit, [job], suspended=True))
    assert not await Runner(services).run_due()
    await job_execution.execute(services, job)
    assert world.work.done == [job]


async def test_a_database_that_is_away_counts_nothing_down(services: Services, world: World) -> None:
    job = await world.job(await world.instance())
    world.work.fail_with(DatabaseUnavailable("away"))
    with pytest.raises(DatabaseUnavailable):
        await job_execution.execute(services, job)
    assert (await world.row(job)).retries == 3


async def test_an_instance_that_is_suspended_counts_a_job_down_and_names_no_activity(
    services: Services, world: World
) -> None:
    instance = await world.instance()
    job = await world.job(instance)
    world.work.fail_with(Suspended("execution", instance))
    with pytest.raises(Suspended):
        await job_execution.execute(services, job)
    row = await world.row(job)
    assert (row.retries, row.failed_node_id) == (2, None)
    shown = encode(Kind.EXECUTION, instance)
    assert row.error == f"ENGINE-03043 Execution with id '{shown}' is suspended."


async def test_a_failure_counts_though_a_timer_cannot_go_on(
    services: Services, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(unit: Unit, row: JobRow) -> None:
        raise ValueError("no such date")

    job = await world.job(await world.instance())
    monkeypatch.setitem(job_handlers.AT_FIRST_FAILURE, TYPE, unreadable)
    world.work.fail_with(NoOutgoingFlow("g"))
    await Runner(services).run_due()
    assert (await world.row(job)).retries == 2


async def test_a_timer_that_repeats_goes_on_after_its_first_failure_only(
    services: Services, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[JobRow] = []
    job = await world.job(await world.instance())
    monkeypatch.setitem(job_handlers.AT_FIRST_FAILURE, TYPE, lambda unit, row: seen.append(row))
    world.work.fail_with(NoOutgoingFlow("g"))
    for _ in range(3):
        await Runner(services).run_due()
    assert [(row.id, row.retries, row.error) for row in seen] == [(job, 3, None)]
