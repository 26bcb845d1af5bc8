"""The server's own work: several runners share it, and no job can end, block or delay what comes after it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from taskbridge.clock import ManualClock
from taskbridge.engine import bpmn
from taskbridge.service import batches, job_handlers, job_runner, queue
from taskbridge.service.background import repeating
from taskbridge.service.delayed_suspensions import SET_DEFINITIONS_SUSPENDED
from taskbridge.service.unit import Services, Unit
from taskbridge.store import batches as store_of_batches
from taskbridge.store import due_jobs, incidents
from taskbridge.store import jobs as store
from taskbridge.store.database import Database
from taskbridge.store.due_jobs import Candidate, Look
from taskbridge.store.errors import (
    Conflict,
    DatabaseUnavailable,
    Duplicate,
    LockTimeout,
    ReadTimeout,
    StatementFailed,
    WriteTimeout,
)
from taskbridge.store.incidents import IncidentFilter
from taskbridge.store.jobs import JobRow
from tests.service.held import held

pytestmark = pytest.mark.anyio

PAUSE = 10_000
#: Far less than the hours by which a clock is set, and more than the runner needs on a machine that is busy.
SOON = 600_000
Work = Callable[[Unit, JobRow], None]


@pytest.fixture
def services(database: Database, clock: ManualClock) -> Services:
    return Services(database, clock)


@contextlib.asynccontextmanager
async def a_runner(services: Services) -> AsyncIterator[None]:
    """The runner, as the application has it."""
    async with repeating("the job runner", services.clock, job_runner.Runner(services).run_and_wait):
        yield


async def until(services: Services, condition: Callable[[Unit], bool]) -> None:
    """Return once something is so in the database."""
    async with asyncio.timeout(180):
        while not await services.run(condition):
            await asyncio.sleep(0)


async def a_batch(services: Services) -> int:
    """A batch that succeeds: it has nothing to do."""
    return (await services.run(lambda unit: batches.set_external_task_retries(unit, [], 1))).id


def marked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Make "mark" a type of job; the numbers that such jobs were given."""
    seen: list[object] = []

    def mark(unit: Unit, job: JobRow) -> None:
        seen.append(orjson.loads(job.payload)["number"])

    monkeypatch.setitem(job_handlers.WORK, SET_DEFINITIONS_SUSPENDED, mark)
    return seen


def mark(unit: Unit, number: int, due_at: int | None = None) -> None:
    queue.later(unit, SET_DEFINITIONS_SUSPENDED, {"number": number}, due_at)


async def until_seen(services: Services, seen: list[object], number: int) -> None:
    """Return once the job of that number has been done."""
    await until(services, lambda unit: number in seen)


def due(unit: Unit) -> list[Candidate]:
    """The jobs that are due."""
    return due_jobs.look(unit.tx, tuple(job_handlers.WORK), 10, pause=PAUSE).candidates


def failing_with(monkeypatch: pytest.MonkeyPatch, work: Work) -> None:
    monkeypatch.setitem(job_handlers.WORK, batches.SET_EXTERNAL_TASK_RETRIES, work)


async def waited(services: Services) -> None:
    """Give a runner time for whatever it may do."""
    for _ in range(50):
        await services.run(lambda unit: None)
        await asyncio.sleep(0)


async def test_a_job_that_two_runners_saw_fail_has_failed_once(database: Database, clock: ManualClock) -> None:
    nodes = Services(database, clock), Services(database, clock)
    batch = await nodes[0].run(lambda unit: batches.set_external_task_retries(unit, [None], 1))
    for _ in range(3):
        taken = [await node.run(due) for node in nodes]
        assert len(taken[0]) == len(taken[1]) == 1
        for node, (job,) in zip(nodes, taken, strict=True):
            await job_runner.Runner(node).carry_out(job)
        clock.advance(PAUSE)
    found = await nodes[0].run(lambda unit: batches.get(unit, batch.id))
    assert (found.completed_jobs, found.failed_jobs) == (0, 1)
    assert await nodes[0].run(due) == []


async def test_a_job_of_an_unknown_type_stays_for_other_nodes_and_holds_up_nothing(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = marked(monkeypatch)

    def work(unit: Unit) -> None:
        unknown = [queue.job_row(unit, "of a newer version", {}, 1) for _ in range(200)]
        store.insert(unit.tx, unknown)
        mark(unit, 1)

    await services.run(work)
    async with a_runner(services):
        await until(services, lambda unit: seen == [1])
        await waited(services)
    left = await services.run(lambda unit: due_jobs.look(unit.tx, ["of a newer version"], 500, pause=PAUSE).candidates)
    assert [job.retries for job in left] == [store.TRIES] * 200


def unreadable(unit: Unit, job: JobRow) -> None:
    bpmn.read_bpmn("broken.bpmn", b"<not a model>")


def raising(error: Exception) -> Work:
    def work(unit: Unit, job: JobRow) -> None:
        raise error

    return work


def duplicate(unit: Unit, job: JobRow) -> None:
    row = queue.job_row(unit, "twice", {})
    for _ in range(2):
        store.insert(unit.tx, [row])


def sleep_long(unit: Unit, job: JobRow) -> None:
    unit.tx.select(text("SELECT 1 FROM pg_sleep(300)"))


FAILURES: dict[str, tuple[Work, bool]] = {
    "an unforeseen error": (raising(RuntimeError("no such luck")), True),
    "an error without a text": (raising(ZeroDivisionError()), True),
    "an error with a text that PostgreSQL cannot store": (raising(RuntimeError("nul \0")), True),
    "an error with a text that no database can store": (raising(ValueError("half a pair \ud800")), False),
    "the end of an iterator": (raising(StopIteration()), True),
    "a model that cannot be read": (unreadable, True),
    "a key that exists": (duplicate, False),
    "a key that exists, as the store says it": (raising(Duplicate("there")), False),
    "a conflict that does not end": (raising(Conflict("again")), False),
    "a lock that is never free": (raising(LockTimeout("held")), False),
    "a statement that takes too long": (raising(WriteTimeout("slow")), False),
    "a query that takes too long": (raising(ReadTimeout("slow")), False),
    "a statement that the database refuses": (raising(StatementFailed("wrong")), False),
    "a value that is refused": (raising(ValueError("negative")), False),
}


@pytest.mark.parametrize(("work", "traceback"), FAILURES.values(), ids=FAILURES)
async def test_a_job_that_fails_is_counted_and_becomes_an_incident_and_the_queue_goes_on(
    services: Services,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    work: Work,
    traceback: bool,
) -> None:
    seen = marked(monkeypatch)
    failing_with(monkeypatch, work)
    await services.run(lambda unit: batches.set_external_task_retries(unit, [None], 1))
    async with a_runner(services):
        for number in range(store.TRIES):
            await services.run(partial(mark, number=number))
            await until_seen(services, seen, number)
            await waited(services)
            clock.advance(PAUSE)
        await until(services, lambda unit: bool(incidents.find(unit.tx, IncidentFilter())))
    (incident,) = await services.run(lambda unit: incidents.find(unit.tx, IncidentFilter()))
    assert incident.type == incidents.FAILED_JOB
    assert incident.message
    failures = [record for record in caplog.records if record.name == "taskbridge.jobs"]
    assert [bool(record.exc_info) for record in failures] == [traceback] * store.TRIES
    assert await services.run(due) == []
    async with a_runner(services):  # as after a restart
        await services.run(partial(mark, number=99))
        await until_seen(services, seen, 99)
    assert len([record for record in caplog.records if record.name == "taskbridge.jobs"]) == store.TRIES


async def test_a_database_that_is_away_costs_no_retries(
    services: Services, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: set[int] = set()

    def work(unit: Unit, job: JobRow) -> None:
        tried.add(clock.elapsed())
        if len(tried) <= 2 * store.TRIES:
            raise DatabaseUnavailable("away")

    failing_with(monkeypatch, work)
    batch = await services.run(lambda unit: batches.set_external_task_retries(unit, [None], 1))
    async with a_runner(services), asyncio.timeout(180):
        while await services.run(lambda unit: store_of_batches.get(unit.tx, batch.id)):
            await waited(services)
            clock.advance(1_000)
    assert len(tried) == 2 * store.TRIES + 1


async def test_a_job_in_which_the_database_goes_away_each_time_keeps_no_other_job_waiting(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = marked(monkeypatch)
    failing_with(monkeypatch, raising(DatabaseUnavailable("away")))
    await services.run(lambda unit: batches.set_external_task_retries(unit, [None], 1))
    await services.run(partial(mark, number=1))
    with pytest.raises(DatabaseUnavailable):
        await job_runner.Runner(services).run_due()
    assert seen == [1]
    (left,) = await services.run(due)
    assert left.retries == store.TRIES


async def test_a_job_that_cannot_be_put_back_keeps_no_other_job_waiting(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def locked(*_: object, **__: object) -> bool:
        raise LockTimeout("held")

    seen = marked(monkeypatch)
    failing_with(monkeypatch, raising(RuntimeError("no such luck")))
    await services.run(lambda unit: batches.set_external_task_retries(unit, [None], 1))
    await services.run(partial(mark, number=1))
    monkeypatch.setattr(store, "count_down", locked)
    with pytest.raises(LockTimeout):
        await job_runner.Runner(services).run_due()
    assert seen == [1]
    assert "could not be put back: held" in caplog.text


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_job_that_runs_into_the_time_limit_of_statements_becomes_an_incident(
    database_url: str, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await Database.open(database_url, clock, write_timeout=0.2)
    services = Services(database, clock)
    seen = marked(monkeypatch)
    failing_with(monkeypatch, sleep_long)
    await services.run(lambda unit: batches.set_external_task_retries(unit, [None], 1))
    await services.run(partial(mark, number=1))
    for _ in range(store.TRIES):
        assert await job_runner.Runner(services).run_due()
        assert seen == [1]
        clock.advance(PAUSE)
    (incident,) = await services.run(lambda unit: incidents.find(unit.tx, IncidentFilter()))
    assert incident.type == incidents.FAILED_JOB
    await database.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_runner_looks_once_a_second_while_another_node_has_the_job_that_is_due(
    services: Services, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = marked(monkeypatch)
    await services.run(partial(mark, number=1))
    looks: list[int] = []
    look = due_jobs.look

    def counted(*arguments: Any, **more: Any) -> Look:  # noqa: ANN401 - whatever it is given
        looks.append(clock.elapsed())
        return look(*arguments, **more)

    def taken(unit: Unit) -> None:
        assert due_jobs.take(unit.tx, due(unit)[0])
        unit.tx.after_commit(lambda: seen.append("by another"))

    async with held(services, taken):
        monkeypatch.setattr(due_jobs, "look", counted)
        async with a_runner(services):
            for _ in range(10):
                await waited(services)
                clock.advance(1_000)
            await waited(services)
    assert seen == ["by another"]
    assert 5 <= len(looks) <= 2 * 13  # a busy machine may miss some


@pytest.mark.parametrize("jump", [-4 * 3_600_000, -500, 500, 4 * 3_600_000])
async def test_a_job_that_waits_for_its_next_try_is_tried_soon_though_the_clock_is_set(
    services: Services, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, jump: int
) -> None:
    tried: set[int] = set()  # SQLite's backend may run a work that fails twice

    def work(unit: Unit, job: JobRow) -> None:
        tried.add(clock.elapsed())
        if clock.elapsed() == 0:
            raise RuntimeError("once")

    failing_with(monkeypatch, work)
    await services.run(lambda unit: batches.set_external_task_retries(unit, [None], 1))
    async with a_runner(services):
        await until(services, lambda unit: len(tried) == 1)
        await waited(services)
        clock.set(clock.now() + jump)
        while len(tried) < 2 and clock.elapsed() < SOON:
            clock.advance(1_000)
            await waited(services)
    assert len(tried) == 2


async def test_a_job_for_at_once_does_not_mind_a_clock_that_is_set_back(
    services: Services, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = marked(monkeypatch)
    await services.run(lambda unit: mark(unit, 1))
    clock.set(clock.now() - 3_600_000)
    async with a_runner(services):
        await until(services, lambda unit: seen == [1])


async def test_a_job_for_a_moment_is_done_soon_after_the_clock_was_set_beyond_it(
    services: Services, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = marked(monkeypatch)
    moment = clock.now() + 3_600_000
    await services.run(lambda unit: mark(unit, 1, moment))
    async with a_runner(services):
        await waited(services)
        clock.set(moment)
        clock.advance(999)
        await waited(services)
        assert seen == []
        clock.advance(1)
        await until(services, lambda unit: seen == [1])


async def test_jobs_for_at_once_do_not_starve_those_for_a_moment(
    services: Services, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = marked(monkeypatch)

    def work(unit: Unit) -> None:
        for number in range(200):
            mark(unit, number)
        mark(unit, -1, clock.now() - 5)

    await services.run(work)
    async with a_runner(services):
        await until(services, lambda unit: len(seen) == 201)
    assert seen.index(-1) <= 50


async def test_a_job_that_falls_due_right_after_a_look_is_not_taken_for_one_that_is_held(
    services: Services, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = marked(monkeypatch)
    await services.run(partial(mark, number=1, due_at=clock.now() + 60_000))
    look = due_jobs.look

    def looked_too_early(*arguments: Any, **more: Any) -> Look:  # noqa: ANN401 - whatever it is given
        monkeypatch.setattr(due_jobs, "look", look)
        found = look(*arguments, **more)
        clock.advance(60_000)
        return found

    monkeypatch.setattr(due_jobs, "look", looked_too_early)
    async with a_runner(services):
        await until_seen(services, seen, 1)
