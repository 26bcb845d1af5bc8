"""fetchAndLock that waits (contract 1.6, numbers 1 to 9 of its long polling). The clock is moved by hand."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import pytest

from taskbridge.clock import ManualClock
from taskbridge.service import external_tasks
from taskbridge.service.expiries import EXTERNAL_TASKS
from taskbridge.service.external_tasks import FetchRequest
from taskbridge.service.unit import Services, Unit
from taskbridge.store.activities import ActivityRow
from tests.bpmn import model
from tests.client import BASE, CamundaClient, LeavingCaller, fetch_body

pytestmark = pytest.mark.anyio

FETCH = "/external-task/fetchAndLock"
HOUR = 3_600_000
Step = Callable[[CamundaClient, str], Awaitable[Any]]
#: More rounds of the event loop and the database than anything here needs.
ROUNDS = 4_000


async def let_the_server_work(services: Services, rounds: int = 20) -> None:
    """Give what was set off time to happen: as many round trips to the database."""
    for _ in range(rounds):
        await services.run(lambda unit: None)
        await asyncio.sleep(0)


async def until_somebody_waits(services: Services, topic: str = "T") -> None:
    """Return once a poll waits for the topic."""
    for _ in range(ROUNDS):
        if services.database.signals.awaited(EXTERNAL_TASKS, topic):
            await let_the_server_work(services)
            return
        await let_the_server_work(services, rounds=1)
    raise AssertionError("nobody waits")


@asynccontextmanager
async def a_poll(
    camunda: CamundaClient, services: Services, timeout: int = 30_000, **more: object
) -> AsyncIterator["asyncio.Task[httpx.Response]"]:
    """A fetch that is waiting; it is called off at the end if it still is."""
    body = fetch_body(**({"asyncResponseTimeout": timeout} | more))
    poll = asyncio.create_task(camunda.post(FETCH, body))
    try:
        await until_somebody_waits(services)
        assert not poll.done()
        yield poll
    finally:
        poll.cancel()
        await asyncio.gather(poll, return_exceptions=True)


async def answered(poll: "asyncio.Task[httpx.Response]", services: Services) -> Any:  # noqa: ANN401 - JSON
    """The tasks that the poll got; an error when it does not end without the clock being moved."""
    for _ in range(ROUNDS):
        if poll.done():
            response = poll.result()
            assert response.status_code == 200
            return response.json()
        await let_the_server_work(services, rounds=1)
    raise AssertionError("the poll still waits")


async def test_a_poll_that_finds_nothing_answers_at_its_deadline(
    camunda: CamundaClient, services: Services, clock: ManualClock
) -> None:
    """Contract 37."""
    async with a_poll(camunda, services, timeout=1_000) as poll:
        clock.advance(999)
        await let_the_server_work(services)
        assert not poll.done()
        clock.advance(1)
        assert await answered(poll, services) == []


async def test_a_new_task_wakes_the_poll(camunda: CamundaClient, services: Services) -> None:
    """Contract 38."""
    await camunda.deploy(model("P1"))
    async with a_poll(camunda, services) as poll:
        instance = await camunda.start("P1")
        assert [task["processInstanceId"] for task in await answered(poll, services)] == [instance]


async def test_a_task_that_is_there_is_handed_out_at_once(camunda: CamundaClient) -> None:
    """Contract 40."""
    await camunda.deploy(model("P1"))
    await camunda.start("P1")
    assert len(await camunda.fetch(asyncResponseTimeout=30_000)) == 1


@pytest.mark.parametrize("timeout", [0, -1])
async def test_a_timeout_of_nothing_is_over_at_once(camunda: CamundaClient, timeout: int) -> None:
    assert await camunda.fetch(asyncResponseTimeout=timeout) == []


async def test_the_longest_timeout_is_half_an_hour(
    camunda: CamundaClient, services: Services, clock: ManualClock
) -> None:
    refused = await camunda.post(FETCH, fetch_body(asyncResponseTimeout=1_800_001))
    assert (refused.status_code, refused.json()["type"]) == (400, "InvalidRequestException")
    async with a_poll(camunda, services, timeout=1_800_000) as poll:
        clock.advance(1_800_000)
        assert await answered(poll, services) == []


async def test_a_lock_wished_by_a_poll_begins_when_it_is_given(
    camunda: CamundaClient, services: Services, clock: ManualClock
) -> None:
    await camunda.deploy(model("P1"))
    async with a_poll(camunda, services) as poll:
        clock.advance(5_000)
        await camunda.start("P1")
        (task,) = await answered(poll, services)
        listed = (await camunda.get(f"/external-task/{task['id']}")).json()
        assert listed["lockExpirationTime"] == task["lockExpirationTime"]
        clock.advance(10_000)
        assert len(await camunda.fetch("x")) == 1


async def _unlock(camunda: CamundaClient, task: str) -> None:
    await camunda.post(f"/external-task/{task}/unlock")


async def _give_retries(camunda: CamundaClient, task: str) -> None:
    await camunda.put(f"/external-task/{task}/retries", {"retries": 0})
    await camunda.post(f"/external-task/{task}/unlock")
    await camunda.put(f"/external-task/{task}/retries", {"retries": 2})


async def _fail_for_now(camunda: CamundaClient, task: str) -> None:
    await camunda.post(f"/external-task/{task}/failure", {"workerId": "w", "retries": 2})


async def _suspend_and_resume(camunda: CamundaClient, task: str) -> None:
    instance = (await camunda.get(f"/external-task/{task}")).json()["processInstanceId"]
    await camunda.put(f"/process-instance/{instance}/suspended", {"suspended": True})
    await camunda.post(f"/external-task/{task}/unlock")
    await camunda.put(f"/process-instance/{instance}/suspended", {"suspended": False})


@pytest.mark.parametrize("step", [_unlock, _give_retries, _fail_for_now, _suspend_and_resume])
async def test_a_task_that_becomes_free_wakes_the_poll(camunda: CamundaClient, services: Services, step: Step) -> None:
    await camunda.deploy(model("P1"))
    await camunda.start("P1")
    (held,) = await camunda.fetch("w")
    async with a_poll(camunda, services, workerId="x") as poll:
        await step(camunda, held["id"])
        (task,) = await answered(poll, services)
        assert (task["id"], task["workerId"]) == (held["id"], "x")


async def test_a_lock_that_runs_out_wakes_the_poll(
    camunda: CamundaClient, services: Services, clock: ManualClock
) -> None:
    await camunda.deploy(model("P1"))
    await camunda.start("P1")
    await camunda.fetch("w")
    async with a_poll(camunda, services, workerId="x") as poll:
        clock.advance(9_999)
        await let_the_server_work(services)
        assert not poll.done()
        clock.advance(1)
        assert [task["workerId"] for task in await answered(poll, services)] == ["x"]


async def test_a_retry_time_that_is_over_wakes_the_poll(
    camunda: CamundaClient, services: Services, clock: ManualClock
) -> None:
    await camunda.deploy(model("P1"))
    await camunda.start("P1")
    (held,) = await camunda.fetch("w")
    async with a_poll(camunda, services, workerId="x") as poll:
        await camunda.post(
            f"/external-task/{held['id']}/failure", {"workerId": "w", "retries": 2, "retryTimeout": 3_000}
        )
        clock.advance(2_999)
        await let_the_server_work(services)
        assert not poll.done()
        clock.advance(1)
        (task,) = await answered(poll, services)
        assert (task["workerId"], task["retries"]) == ("x", 2)


async def test_a_lock_that_is_made_longer_does_not_wake_the_poll_early(
    camunda: CamundaClient, services: Services, clock: ManualClock
) -> None:
    await camunda.deploy(model("P1"))
    await camunda.start("P1")
    (held,) = await camunda.fetch("w")
    async with a_poll(camunda, services, workerId="x") as poll:
        await camunda.post(f"/external-task/{held['id']}/extendLock", {"workerId": "w", "newDuration": 20_000})
        clock.advance(10_000)
        await let_the_server_work(services)
        assert not poll.done()
        clock.advance(10_000)
        assert len(await answered(poll, services)) == 1


async def test_a_task_of_another_topic_wakes_nobody(camunda: CamundaClient, services: Services) -> None:
    await camunda.deploy(model("ThreeTopics"))
    async with a_poll(camunda, services) as poll:
        await camunda.start("ThreeTopics")
        await let_the_server_work(services)
        assert not poll.done()


async def test_a_poll_waits_on_when_its_filter_excludes_the_new_task(
    camunda: CamundaClient, services: Services
) -> None:
    await camunda.deploy(model("P1"))
    topics = [{"topicName": "T", "lockDuration": 1_000, "businessKey": "mine"}]
    async with a_poll(camunda, services, topics=topics) as poll:
        await camunda.start("P1", {"businessKey": "other"})
        await let_the_server_work(services)
        assert not poll.done()
        await camunda.start("P1", {"businessKey": "mine"})
        assert [task["businessKey"] for task in await answered(poll, services)] == ["mine"]


async def test_a_start_that_is_rolled_back_wakes_nobody(camunda: CamundaClient, services: Services) -> None:
    await camunda.deploy(model("BadTopicNext"))
    await camunda.start("BadTopicNext")
    (held,) = await camunda.fetch("w")
    async with a_poll(camunda, services, workerId="x") as poll:
        failed = await camunda.post(f"/external-task/{held['id']}/complete", {"workerId": "w"})
        assert failed.status_code == 500
        await let_the_server_work(services)
        assert not poll.done()


async def test_one_new_task_goes_to_one_of_several_polls(camunda: CamundaClient, services: Services) -> None:
    await camunda.deploy(model("P1"))
    async with (
        a_poll(camunda, services, workerId="a") as first,
        a_poll(camunda, services, workerId="b") as second,
        a_poll(camunda, services, workerId="c") as third,
    ):
        polls = [first, second, third]
        await camunda.start("P1")
        await asyncio.wait(polls, return_when=asyncio.FIRST_COMPLETED)
        await let_the_server_work(services)
        (winner,) = [poll for poll in polls if poll.done()]
        assert len(winner.result().json()) == 1


async def test_who_hung_up_while_waiting_gets_nothing_locked(camunda: CamundaClient, services: Services) -> None:
    await camunda.deploy(model("P1"))
    caller = LeavingCaller(orjson.dumps(fetch_body(workerId="gone", asyncResponseTimeout=30_000)))
    poll = asyncio.create_task(caller.post(camunda.app, BASE + FETCH))
    await until_somebody_waits(services)
    caller.gone.set()
    await asyncio.gather(poll, return_exceptions=True)
    await camunda.start("P1")
    (task,) = await camunda.fetch("here")
    assert task["workerId"] == "here"


async def test_who_hangs_up_while_a_task_is_made_gets_nothing_locked(
    camunda: CamundaClient, services: Services
) -> None:
    await camunda.deploy(model("P1"))
    caller = LeavingCaller(orjson.dumps(fetch_body(workerId="gone", asyncResponseTimeout=30_000)))
    poll = asyncio.create_task(caller.post(camunda.app, BASE + FETCH))
    await until_somebody_waits(services)
    starting = asyncio.create_task(camunda.start("P1"))
    caller.gone.set()
    await asyncio.gather(poll, starting, return_exceptions=True)
    (task,) = (await camunda.get("/external-task")).json()
    assert task["workerId"] is None


async def test_who_hung_up_before_the_answer_was_sought_gets_nothing_locked(camunda: CamundaClient) -> None:
    await camunda.deploy(model("P1"))
    await camunda.start("P1")
    caller = LeavingCaller(orjson.dumps(fetch_body(workerId="gone", asyncResponseTimeout=30_000)))
    caller.gone.set()
    await caller.post(camunda.app, BASE + FETCH)
    (task,) = (await camunda.get("/external-task")).json()
    assert task["workerId"] is None


def leaves_with_the_commit(monkeypatch: pytest.MonkeyPatch, caller: LeavingCaller) -> None:
    """Have the caller go right after the transaction in which tasks were locked."""
    fetch = external_tasks.fetch_and_lock

    def fetch_and_lock(unit: Unit, request: FetchRequest) -> list[ActivityRow]:
        rows = fetch(unit, request)
        if rows:
            unit.tx.after_commit(caller.gone.set)
        return rows

    monkeypatch.setattr(external_tasks, "fetch_and_lock", fetch_and_lock)


@pytest.mark.parametrize("started_first", [True, False], ids=["at once", "after waiting"])
async def test_who_hangs_up_after_the_commit_has_nothing_locked_and_another_poll_gets_it(
    camunda: CamundaClient, services: Services, monkeypatch: pytest.MonkeyPatch, started_first: bool
) -> None:
    await camunda.deploy(model("P1"))
    caller = LeavingCaller(orjson.dumps(fetch_body(workerId="gone", asyncResponseTimeout=30_000)))
    leaves_with_the_commit(monkeypatch, caller)
    if started_first:
        await camunda.start("P1")
        await caller.post(camunda.app, BASE + FETCH)
    else:
        poll = asyncio.create_task(caller.post(camunda.app, BASE + FETCH))
        await until_somebody_waits(services)
        await camunda.start("P1")
        await asyncio.gather(poll, return_exceptions=True)
    assert caller.gone.is_set()
    (task,) = (await camunda.get("/external-task")).json()
    assert (task["workerId"], task["lockExpirationTime"]) == (None, None)


async def test_what_is_given_back_wakes_others(
    camunda: CamundaClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    await camunda.deploy(model("P1"))
    caller = LeavingCaller(orjson.dumps(fetch_body(workerId="gone", asyncResponseTimeout=30_000)))
    leaving = asyncio.create_task(caller.post(camunda.app, BASE + FETCH))
    await until_somebody_waits(services)
    async with a_poll(camunda, services, workerId="here") as poll:
        leaves_with_the_commit(monkeypatch, caller)
        await camunda.start("P1")
        assert [task["workerId"] for task in await answered(poll, services)] == ["here"]
    await asyncio.gather(leaving, return_exceptions=True)


@pytest.mark.parametrize("jump", [-4 * HOUR, -500, 500, 4 * HOUR])
async def test_a_clock_that_is_set_does_not_move_the_deadline_of_a_poll(
    camunda: CamundaClient, services: Services, clock: ManualClock, jump: int
) -> None:
    async with a_poll(camunda, services, timeout=3_000) as poll:
        clock.advance(1_000)
        await let_the_server_work(services)
        clock.set(clock.now() + jump)
        clock.advance(1_999)
        await let_the_server_work(services)
        assert not poll.done()
        clock.advance(1)
        assert await answered(poll, services) == []


@pytest.mark.parametrize("jump", [-1_000, -500, -50])
async def test_a_clock_that_is_set_back_a_little_delays_nothing_else(
    camunda: CamundaClient, services: Services, clock: ManualClock, jump: int
) -> None:
    """A lock lasts until its moment; the poll gets the task at that moment, and not later."""
    await camunda.deploy(model("P1"))
    await camunda.start("P1")
    await camunda.fetch("w")
    async with a_poll(camunda, services, workerId="x") as poll:
        clock.set(clock.now() + jump)
        clock.advance(10_000)
        await let_the_server_work(services)
        assert not poll.done()
        clock.advance(-jump)
        assert [task["workerId"] for task in await answered(poll, services)] == ["x"]


async def test_a_clock_that_is_set_beyond_the_end_of_a_lock_wakes_the_poll(
    camunda: CamundaClient, services: Services, clock: ManualClock
) -> None:
    await camunda.deploy(model("P1"))
    await camunda.start("P1")
    await camunda.fetch("w")
    async with a_poll(camunda, services, workerId="x") as poll:
        clock.set(clock.now() + 4 * HOUR)
        for _ in range(10):  # the sweep looks at the clock each second; it may be at work at the first of them
            clock.advance(1_000)
            await let_the_server_work(services)
        assert [task["workerId"] for task in await answered(poll, services)] == ["x"]


async def test_only_so_many_polls_may_wait(
    camunda: CamundaClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "most_waiting", 1)
    async with a_poll(camunda, services) as poll:
        refused = await camunda.post(FETCH, fetch_body(workerId="x", asyncResponseTimeout=1_000))
        assert refused.status_code == 500
        assert refused.json() == {
            "type": "InvalidRequestException",
            "message": "At the moment the server has to handle too many requests at the same time. "
            "Please try again later.",
            "code": None,
        }
        assert await camunda.fetch("x") == []
        assert not poll.done()


async def test_a_server_that_stops_sends_the_waiting_away(
    camunda: CamundaClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "stopping", False)
    async with a_poll(camunda, services) as poll:
        services.stop_waiting()
        (answer,) = await asyncio.gather(poll)
        assert answer.status_code == 500
        assert answer.json() == {
            "type": "RestException",
            "message": "Request rejected due to shutdown of application server.",
            "code": None,
        }


async def test_a_thousand_polls_wait_and_one_task_goes_to_one_of_them(
    camunda: CamundaClient, services: Services, clock: ManualClock
) -> None:
    await camunda.deploy(model("P1"))
    topics = [{"topicName": "T", "lockDuration": 60_000}]
    bodies = [fetch_body(workerId=f"w{n}", asyncResponseTimeout=20_000, topics=topics) for n in range(1_000)]
    polls = [asyncio.create_task(camunda.post(FETCH, body)) for body in bodies]
    await until_somebody_waits(services)
    await camunda.start("P1")
    await asyncio.wait(polls, return_when=asyncio.FIRST_COMPLETED)
    clock.advance(20_000)
    answers = await asyncio.gather(*polls)
    assert sorted(len(answer.json()) for answer in answers) == [0] * 999 + [1]
