"""The cache of compiled processes: bounded by size, read from the stored files, large files off the event loop."""

import threading

import pytest

from taskbridge.clock import ManualClock
from taskbridge.engine.graph import Process
from taskbridge.service.graphs import LARGE_FILE, Graphs
from taskbridge.service.unit import Services, Unit
from taskbridge.store.database import Database
from tests.engine.bpmn_snippets import end, model, parallel, path, start, user
from tests.service.deploying import deployed

pytestmark = pytest.mark.anyio


@pytest.fixture
def shared(database: Database, clock: ManualClock) -> Services:
    return Services(database, clock)


def wide(flows: int, comment: str = "") -> tuple[str, bytes]:
    """A file with a process of so many flows from a fork to its join, beside a task."""
    ways = "".join(f'<sequenceFlow id="f{n}" sourceRef="fork" targetRef="join"/>' for n in range(flows))
    parts = (start(), parallel("fork"), user("a"), parallel("join"), end())
    return "wide.bpmn", model(*parts, path("start", "fork", "a", "join", "end"), ways, f"<!-- {comment} -->")


async def test_the_processes_together_are_bounded_by_their_size(shared: Services) -> None:
    rows = [await deployed(shared, wide(number)) for number in (10, 20, 30)]
    graphs = Graphs(capacity=8 * (len(wide(20)[1]) + len(wide(30)[1])))

    async def loaded() -> list[Process]:
        return [await shared.run(lambda unit, row=row: graphs.get(unit.tx, row.id)) for row in rows]  # type: ignore[misc]

    first, second = await loaded(), await loaded()
    assert first[0] is not second[0]  # the oldest had to go, and so did each when the next came round
    assert [len(one.flows) for one in second] == [14, 24, 34]
    kept = await shared.run(lambda unit: graphs.get(unit.tx, rows[2].id))
    assert kept is second[2]


async def test_the_least_recently_used_process_goes_first(shared: Services) -> None:
    rows = [await deployed(shared, wide(number)) for number in (20, 21, 22)]
    graphs = Graphs(capacity=8 * (len(wide(22)[1]) * 2 + 100))

    async def loaded(number: int) -> Process:
        return await shared.run(lambda unit: graphs.get(unit.tx, rows[number].id))

    first, second = await loaded(0), await loaded(1)
    assert await loaded(0) is first
    await loaded(2)
    assert await loaded(0) is first
    assert await loaded(1) is not second


async def test_one_process_that_is_larger_than_all_together_may_be_is_still_kept(shared: Services) -> None:
    row = await deployed(shared, wide(10))
    graphs = Graphs(capacity=1)
    once, again = [await shared.run(lambda unit: graphs.get(unit.tx, row.id)) for _ in range(2)]
    assert once is again


@pytest.mark.parametrize(
    ("file", "large"),
    [
        (wide(10), False),
        (wide(1_000), False),
        (wide(10, "x" * LARGE_FILE), True),
    ],
    ids=["small", "many flows", "large file"],
)
async def test_a_work_that_reads_a_large_file_runs_off_the_event_loop(
    shared: Services, database: Database, file: tuple[str, bytes], large: bool
) -> None:
    row = await deployed(shared, file)

    def work(unit: Unit) -> bool:
        unit.process(row.id)
        return threading.current_thread() is not threading.main_thread()

    in_thread = await shared.run(work)
    assert in_thread is (large or database.dialect == "postgresql")
