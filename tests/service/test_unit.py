"""What a unit of work says of itself beforehand: that it will take long, or that it has to write after all."""

import threading
from collections.abc import Callable

import pytest

from taskbridge.clock import ManualClock
from taskbridge.engine.variables import Variable
from taskbridge.service import batches, deployments, documents, elements, external_tasks, processes
from taskbridge.service.unit import MustWrite, Services, Unit
from taskbridge.store import elements as stored_elements
from taskbridge.store import external_task_lists, instance_lists
from taskbridge.store.database import Database
from taskbridge.store.external_task_lists import ExternalTaskFilter
from taskbridge.store.instance_lists import InstanceFilter
from taskbridge.store.transaction import Transaction
from tests.bpmn import model
from tests.service.deploying import deployed

pytestmark = pytest.mark.anyio
MANY = 201
FEW = 200


@pytest.fixture
def shared(database: Database, clock: ManualClock) -> Services:
    return Services(database, clock)


async def started(shared: Services, number: int) -> int:
    """So many instances of a process with a task for a worker; the id of its deployment."""
    row = await deployed(shared, model("P1"))
    given = {"text": Variable("String", "x")}
    await shared.run(lambda unit: [processes.start(unit, row, dict(given)) for _ in range(number)])
    return row.deployment_id


def instance_ids(unit: Unit) -> list[int]:
    return list(instance_lists.ids(unit.tx, InstanceFilter()))


def task_ids(unit: Unit) -> list[int]:
    return [row.id for row in external_task_lists.find(unit.tx, ExternalTaskFilter())]


def suspend(unit: Unit) -> None:
    processes.set_suspended(unit, instance_ids(unit), suspended=True)


def set_retries(unit: Unit) -> None:
    external_tasks.set_retries(unit, task_ids(unit), 3)


def set_retries_later(unit: Unit) -> None:
    batches.set_external_task_retries(unit, task_ids(unit), 3)


@pytest.mark.parametrize("command", [suspend, set_retries, set_retries_later])
@pytest.mark.parametrize(("number", "large"), [(FEW, False), (MANY, True)])
async def test_many_commands_at_once_run_off_the_event_loop_and_few_on_it(
    shared: Services, database: Database, command: Callable[[Unit], None], number: int, large: bool
) -> None:
    await started(shared, number)

    def work(unit: Unit) -> bool:
        command(unit)
        return threading.current_thread() is not threading.main_thread()

    assert await shared.run(work) is (large or database.dialect == "postgresql")


async def test_a_deployment_is_removed_off_the_event_loop(shared: Services) -> None:
    deployment_id = await started(shared, 1)

    def work(unit: Unit) -> bool:
        deployments.delete(unit, deployment_id, cascade=True)
        return threading.current_thread() is not threading.main_thread()

    assert await shared.run(work)
    assert await shared.read(instance_ids) == []


@pytest.mark.parametrize(("size", "large"), [(documents.LARGE_FILE, False), (documents.LARGE_FILE + 1, True)])
async def test_a_large_file_is_stored_off_the_event_loop(
    shared: Services, database: Database, size: int, large: bool
) -> None:
    def work(unit: Unit) -> bool:
        documents.add(unit, "file", b"x" * size)
        return threading.current_thread() is not threading.main_thread()

    assert await shared.run(work) is (large or database.dialect == "postgresql")


async def test_what_usually_reads_may_write_what_is_missing(shared: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    row = await deployed(shared, model("P1"))
    await shared.run(lambda unit: stored_elements.remove(unit.tx, row.id))
    numbered = await shared.read(lambda unit: elements.of_definition(unit, row.id))
    assert numbered.nodes
    monkeypatch.setattr(Transaction, "write", None)
    assert await shared.read(lambda unit: elements.of_definition(unit, row.id)) == numbered


async def test_only_what_says_so_may_write_in_a_read(shared: Services) -> None:
    with pytest.raises(MustWrite):
        Unit(None, shared, only_reads=True).require_writing()  # type: ignore[arg-type]
    Unit(None, shared).require_writing()  # type: ignore[arg-type]
