"""Jobs of processes for tests: of a type that only notes or fails what it is given, on instances of a real process."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import pytest

from taskbridge.service import job_handlers, processes, queue
from taskbridge.service.unit import Services, Unit
from taskbridge.store import activities, comments, due_jobs, incidents, job_definitions, jobs
from taskbridge.store.comments import CommentRow
from taskbridge.store.definitions import DefinitionRow
from taskbridge.store.incidents import IncidentFilter, IncidentRow
from taskbridge.store.job_definitions import JobDefinitionRow
from taskbridge.store.jobs import JobRow
from tests.bpmn import model
from tests.service.deploying import deployed

TYPE = "of a test"
NODE = "a"


@dataclass
class Work:
    """What jobs of the type do: they note themselves, then do what they are told."""

    done: list[int] = field(default_factory=list)
    then: Callable[[Unit, JobRow], None] = lambda unit, job: None

    def __call__(self, unit: Unit, job: JobRow) -> None:
        """The handler."""
        self.then(unit, job)
        unit.tx.after_commit(lambda: self.done.append(job.id))

    def fail_with(self, error: Exception) -> None:
        """Let all jobs fail from now on."""

        def fail(unit: Unit, job: JobRow) -> None:
            raise error

        self.then = fail

    def succeed(self) -> None:
        """Let no job fail from now on."""
        self.then = lambda unit, job: None


@dataclass
class World:
    """A process definition that is deployed, and what its jobs do."""

    services: Services
    definition: DefinitionRow
    work: Work

    async def instance(self) -> int:
        """A new instance that waits for a worker."""
        started = await self.services.run(lambda unit: processes.start(unit, self.definition))
        return started.id

    async def declared(self, node_id: str = NODE, **values: object) -> JobDefinitionRow:
        """A job definition."""

        def work(unit: Unit) -> JobDefinitionRow:
            plain = JobDefinitionRow(unit.tx.new_id(), self.definition.id, node_id, TYPE, None, 0, None, None)
            row = plain._replace(**values)  # type: ignore[arg-type] # of the row's columns
            job_definitions.insert(unit.tx, [row])
            return row

        return await self.services.run(work)

    async def job(
        self, instance: int | None = None, due_in: int | None = None, *, node_id: str = NODE, priority: int = 0
    ) -> int:
        """A job of an instance, or one that would start instances; due at once or in so many milliseconds."""

        def work(unit: Unit) -> int:
            hangs_on = None if instance is None else activities.open_of_instance(unit.tx, instance)[0].id
            return queue.schedule(
                unit,
                TYPE,
                definition_id=self.definition.id,
                node_id=node_id,
                due_at=None if due_in is None else unit.tx.now + due_in,
                instance_id=instance,
                root_id=instance,
                activity_id=hangs_on,
                priority=priority,
            )

        return await self.services.run(work)

    async def row(self, job_id: int) -> JobRow:
        """A job that is there."""
        found = await self.services.run(lambda unit: jobs.get(unit.tx, job_id))
        assert found is not None
        return found

    async def is_there(self, job_id: int) -> bool:
        """Whether a job is there."""
        return await self.services.run(lambda unit: jobs.get(unit.tx, job_id)) is not None

    async def incidents(self) -> list[IncidentRow]:
        """The open incidents."""
        return await self.services.run(lambda unit: incidents.find(unit.tx, IncidentFilter()))

    async def due(self) -> list[int]:
        """The jobs that a runner would take up now."""
        found = await self.services.run(lambda unit: due_jobs.look(unit.tx, (TYPE,), 1_000, pause=10_000))
        return [candidate.id for candidate in found.candidates]


async def a_world(services: Services, monkeypatch: pytest.MonkeyPatch) -> World:
    """A process whose jobs only note themselves."""
    work = Work()
    monkeypatch.setitem(job_handlers.WORK, TYPE, work)
    return World(services, await deployed(services, model("P1")), work)


async def start_many(services: Services, definition: DefinitionRow, number: int) -> list[int]:
    """So many new instances."""

    def work(unit: Unit, some: int) -> list[int]:
        unit.tx.expect_long_work()
        return [processes.start(unit, definition).id for _ in range(some)]

    found: list[int] = []
    while len(found) < number:
        found += await services.run(partial(work, some=min(number - len(found), 500)))
    return found


async def schedule(services: Services, definition: DefinitionRow, instances: Sequence[int], due_at: int) -> None:
    """A job of the type for each of some instances."""

    def work(unit: Unit, some: Sequence[int]) -> None:
        unit.tx.expect_long_work()
        for one in some:
            queue.schedule(
                unit, TYPE, definition_id=definition.id, node_id=NODE, instance_id=one, root_id=one, due_at=due_at
            )

    for start in range(0, len(instances), 500):
        await services.run(partial(work, some=instances[start : start + 500]))


def note(unit: Unit, job: JobRow) -> None:
    """A handler that leaves a comment on the instance of the job each time."""
    assert job.instance_id is not None
    comments.insert(unit.tx, CommentRow(unit.tx.new_id(), job.instance_id, None, TYPE, None, str(job.id), unit.tx.now))
