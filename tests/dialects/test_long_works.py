"""Large models, slow lists and unreadable models: whatever is asked, all other requests are answered meanwhile."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import Executable, update

from taskbridge.engine import movement
from taskbridge.engine.bpmn import read_stored
from taskbridge.engine.graph import Process
from taskbridge.service.graphs import Graphs
from taskbridge.store.tables import Resource, table_of
from taskbridge.store.transaction import Transaction
from tests.bpmn import model
from tests.client import CamundaClient
from tests.dialects.camunda.signal_models import multiplying
from tests.engine.bpmn_snippets import end, exclusive, external, flow, parallel, path, start, user
from tests.engine.bpmn_snippets import model as snippet
from tests.serving import Served

pytestmark = pytest.mark.anyio
#: Seconds within which what must happen surely does, also while other programs keep all cores busy.
_GENEROUS = 60
_UNKNOWN = "0192f7a0-0000-7000-8000-000000000021"
LISTS = [
    "/task",
    "/task/count",
    "/process-instance",
    "/external-task",
    "/variable-instance",
    "/incident",
    "/deployment",
    "/process-instance/{instance}/activity-instances",
]


@pytest.fixture
async def camunda(served: Served) -> AsyncIterator[CamundaClient]:
    client = CamundaClient(served.app)
    yield client
    await client.close()


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """The threads in which works went on that expect to take long."""
    found: list[threading.Thread] = []
    expect = Transaction.expect_long_work

    def expected(tx: Transaction) -> None:
        expect(tx)
        found.append(threading.current_thread())

    monkeypatch.setattr(Transaction, "expect_long_work", expected)
    return found


async def test_a_large_process_is_read_and_started_off_the_event_loop(
    served: Served, camunda: CamundaClient, threads: list[threading.Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    readers: list[threading.Thread] = []

    def reading(*given: Any, **more: Any) -> Process:  # noqa: ANN401 - passed on
        readers.append(threading.current_thread())
        return read_stored(*given, **more)

    ways = "".join(f'<sequenceFlow id="f{n}" sourceRef="fork" targetRef="join"/>' for n in range(2_000))
    parts = (start(), parallel("fork"), user("a"), parallel("join"), end())
    await camunda.deploy(("wide.bpmn", snippet(*parts, path("start", "fork", "a", "join", "end"), ways)))
    served.services.graphs = Graphs()
    threads.clear()
    monkeypatch.setattr("taskbridge.service.graphs.read_stored", reading)
    await camunda.start("p")
    assert readers
    assert threads
    assert threading.main_thread() not in {*readers, *threads}
    assert (await camunda.get("/task/count")).json() == {"count": 1}


async def test_a_task_of_a_large_process_is_completed_on_the_event_loop(
    camunda: CamundaClient, threads: list[threading.Thread]
) -> None:
    names = [f"t{one}" for one in range(600)]
    parts = (start(), external("first", camunda_topic="T"), *map(user, names), end())
    await camunda.deploy(("long.bpmn", snippet(*parts, path("start", "first", *names, "end"))))
    await camunda.start("p")
    threads.clear()
    (task,) = await camunda.fetch()
    assert (await camunda.post(f"/external-task/{task['id']}/complete", {"workerId": "w"})).status_code == 204
    assert (await camunda.get("/task/count")).json() == {"count": 1}
    assert threads == []


async def test_a_fetch_of_many_tasks_locks_them_off_the_event_loop(
    camunda: CamundaClient, threads: list[threading.Thread]
) -> None:
    names = [f"t{one}" for one in range(201)]
    parts = (start(), parallel("fork"), *(external(name, camunda_topic="T") for name in names))
    await camunda.deploy(("many.bpmn", snippet(*parts, path("start", "fork"), *(path("fork", name) for name in names))))
    await camunda.start("p")
    threads.clear()
    tasks = await camunda.fetch(maxTasks=300)
    assert len(tasks) == 201
    assert len(threads) == 1
    assert threading.main_thread() not in threads
    assert await camunda.fetch(maxTasks=300) == []


async def test_a_message_is_looked_for_among_many_off_the_event_loop(
    served: Served, camunda: CamundaClient, threads: list[threading.Thread]
) -> None:
    ways = range(201)
    branches = "".join(f'<receiveTask id="r{one}" messageRef="m"/>{path("fork", f"r{one}")}' for one in ways)
    content = snippet(start(), parallel("fork"), path("start", "fork"), branches)
    await camunda.deploy(("crowd.bpmn", content.replace(b"<process ", b'<message id="m" name="M"/><process ', 1)))
    await camunda.start("p", {"businessKey": "mine", "variables": {"n": {"value": 1}}})
    for narrowed in ({"businessKey": "other"}, {"processInstanceId": _UNKNOWN}):
        threads.clear()
        answer = await camunda.post(
            "/message", {"messageName": "M", **narrowed, "correlationKeys": {"n": {"value": 1}}}
        )
        assert answer.status_code == 400
        assert threads == []
    answer = await camunda.post("/message", {"messageName": "M", "correlationKeys": {"n": {"value": 1}}})
    assert "201 executions match" in answer.json()["message"]
    assert threading.main_thread() not in threads
    assert threads or served.services.database.dialect == "postgresql"  # whose transactions have threads anyway


async def test_signals_that_multiply_leave_the_event_loop(
    camunda: CamundaClient, threads: list[threading.Thread]
) -> None:
    await camunda.deploy(("multiplying.bpmn", multiplying(7)))
    threads.clear()
    assert (await camunda.post("/signal", {"name": "g0"})).status_code == 204
    assert threads
    assert threading.main_thread() not in threads


async def test_a_small_model_that_evaluates_much_does_so_off_the_event_loop(
    camunda: CamundaClient, threads: list[threading.Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(movement, "MAX_STEPS", 5_000)
    ways = "".join(flow("again", f"e{one}", "${n > 5 && n < 3}") for one in range(100))
    parts = (start(), exclusive("in"), exclusive("again", default="again-in"), *(end(f"e{one}") for one in range(100)))
    await camunda.deploy(("loop.bpmn", snippet(*parts, path("start", "in", "again", "in"), ways)))
    threads.clear()
    variables = {"n": {"value": 7, "type": "Integer"}}
    answer = await camunda.post("/process-definition/key/p/start", {"variables": variables})
    assert answer.status_code == 500
    assert "more than 5000 steps" in answer.json()["message"]
    assert threads
    assert threading.main_thread() not in threads
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}


@pytest.mark.parametrize("path", LISTS)
async def test_completions_go_on_beside_a_slow_list(
    camunda: CamundaClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, go_on = threading.Event(), threading.Event()
    select: Callable[[Transaction, Executable], list[Any]] = Transaction.select

    def slow(tx: Transaction, query: Executable) -> list[Any]:
        if not entered.is_set():
            entered.set()
            assert go_on.wait(_GENEROUS), "nothing else was done meanwhile"
        return select(tx, query)

    await camunda.deploy(model("P1"))
    instance = await camunda.start("P1")
    monkeypatch.setattr(Transaction, "select", slow)
    listing = asyncio.ensure_future(camunda.get(path.format(instance=instance)))
    assert await asyncio.to_thread(entered.wait, _GENEROUS)
    for _ in range(3):
        await camunda.start("P1")
        task, *_ = await camunda.fetch()
        assert (await camunda.post(f"/external-task/{task['id']}/complete", {"workerId": "w"})).status_code == 204
    assert not listing.done()
    go_on.set()
    assert (await asyncio.wait_for(listing, _GENEROUS)).status_code == 200


async def _replace(served: Served, content: bytes) -> None:
    """Put another content into the only file, as if a version with another reader had taken it."""
    await served.services.run(lambda unit: unit.tx.execute(update(table_of(Resource)).values(content=content)))
    served.services.graphs = Graphs()


async def test_a_stored_model_that_would_be_refused_by_now_still_runs(served: Served, camunda: CamundaClient) -> None:
    await camunda.deploy(("a.bpmn", snippet(start(), user("a"), end(), path("start", "a", "end"))))
    stricter = snippet(start(), user("a", tomorrow="yes"), end(), path("start", "a", "end"))
    await _replace(served, stricter)
    await camunda.start("p")
    assert (await camunda.get("/task/count")).json() == {"count": 1}


async def test_a_stored_model_that_cannot_be_read_is_an_error_of_the_engine(
    served: Served, camunda: CamundaClient, caplog: pytest.LogCaptureFixture
) -> None:
    await camunda.deploy(("a.bpmn", snippet(start(), user("a"), end(), path("start", "a", "end"))))
    await _replace(served, b"no XML")
    answer = await camunda.post("/process-definition/key/p/start", {})
    assert (answer.status_code, answer.json()["type"]) == (500, "RestException")
    assert answer.json()["message"].count("process 'p' of 'a.bpmn' cannot be read by this version") == 1
    assert caplog.records == []
