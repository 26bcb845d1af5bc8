"""A message, a completion, a timer and a cancellation that meet at one instance: one after the other, each once.

Two nodes on one PostgreSQL database. The first request stops before its COMMIT; the second, which the other node gets,
waits for it, and finds what it has left.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from taskbridge.service.unit import Services
from taskbridge.store.instances import INSTANCE
from taskbridge.store.jobs import JOB
from taskbridge.store.subscriptions import SUBSCRIPTION
from tests.bpmn import model
from tests.client import CamundaClient, jobs_done
from tests.service.held import LIMIT, held_request, until_one_waits
from tests.serving import Served, serving

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("database_for", ["postgresql"], indirect=True, scope="session"),
]

HOUR = 3_600_000
_NO_RECEIVER = "Cannot correlate message '{}': No process definition or execution matches the parameters"
_NO_SUBSCRIPTION = "does not have a subscription to a message event with name 'hello'"
#: Which of its transactions moves the instance, where it is not the first: a job is read in one of its own.
_TRANSACTIONS = {"timer": 2}


@pytest.fixture(scope="module")
async def nodes(database_for: Callable[[str], str], anyio_backend: str) -> AsyncIterator[tuple[Served, Served]]:
    """Two applications on one database."""
    url = database_for("of_meetings")
    async with serving(url) as one, serving(url) as another:
        yield one, another


@pytest.fixture
async def node(nodes: tuple[Served, Served]) -> Served:
    await nodes[0].empty()
    return nodes[0]


@pytest.fixture
def other(nodes: tuple[Served, Served]) -> Served:
    return nodes[1]


class Meeting:
    """An instance of the model, and what can happen to it."""

    def __init__(self, client: CamundaClient, instance: str, task: str, job: str, execution: str) -> None:
        self._client = client
        self._instance = instance
        self._task = task
        self._job = job
        self._execution = execution

    def does(self, what: str, client: CamundaClient) -> Coroutine[Any, Any, httpx.Response]:
        """The request that makes something happen: a message by its name, or another name of this method."""
        if what == "complete":
            return client.post(f"/task/{self._task}/complete", {})
        if what == "timer":
            return client.post(f"/job/{self._job}/execute")
        if what == "trigger":
            return client.post(f"/execution/{self._execution}/messageSubscriptions/hello/trigger", {})
        if what == "signal":
            return client.post(f"/execution/{self._execution}/signal", {})
        if what == "cancel":
            return client.delete(f"/process-instance/{self._instance}")
        return client.post("/message", {"messageName": what, "businessKey": "k"})

    async def tasks(self) -> list[str]:
        """The tasks that are there now."""
        found = (await self._client.get("/task")).json()
        return sorted(task["taskDefinitionKey"] for task in found)

    async def finish(self) -> None:
        """Do everything that is left to be done."""
        while tasks := (await self._client.get("/task")).json():
            for task in tasks:
                assert (await self._client.post(f"/task/{task['id']}/complete", {})).status_code == 204


@pytest.fixture
async def here(node: Served) -> AsyncIterator[CamundaClient]:
    client = CamundaClient(node.app)
    yield client
    await client.close()


@pytest.fixture
async def there(other: Served) -> AsyncIterator[CamundaClient]:
    client = CamundaClient(other.app)
    yield client
    await client.close()


@pytest.fixture
async def meeting(here: CamundaClient) -> Meeting:
    await here.deploy(model("Meeting"))
    instance = await here.start("Meeting", {"businessKey": "k"})
    (task,), (job,) = (await here.get("/task")).json(), (await here.get("/job")).json()
    (execution,) = await executions_at(here, instance, "hear")
    return Meeting(here, instance, task["id"], job["id"], execution)


async def left(services: Services) -> tuple[int, int, int]:
    """How many instances live, and how many subscriptions and jobs there are."""
    alive = select(func.count()).select_from(INSTANCE).where(INSTANCE.c.ended_at.is_(None))
    counted = [alive, *(select(func.count()).select_from(table) for table in (SUBSCRIPTION, JOB))]
    numbers = await services.run(lambda unit: [unit.tx.select(query)[0][0] for query in counted])
    return numbers[0], numbers[1], numbers[2]


#: Two requests and the answer to the second; then the tasks, and what ``left`` counts once these are done.
_MEETINGS = [
    ("hello", "hello", 400, _NO_RECEIVER.format("hello"), ["decide"], (0, 0, 0)),
    ("hello", "trigger", 500, _NO_SUBSCRIPTION, ["decide"], (0, 0, 0)),
    ("trigger", "hello", 400, _NO_RECEIVER.format("hello"), ["decide"], (0, 0, 0)),
    ("hello", "signal", 500, "doesn't exist: execution is null", ["decide"], (0, 0, 0)),
    ("signal", "hello", 400, _NO_RECEIVER.format("hello"), ["decide"], (0, 0, 0)),
    ("timer", "trigger", 500, _NO_SUBSCRIPTION, ["decide", "overslept"], (1, 0, 0)),
    ("recall", "recall", 400, _NO_RECEIVER.format("recall"), ["recalled"], (1, 1, 1)),
    ("hello", "timer", 404, "No job found with id", ["decide"], (0, 0, 0)),
    ("timer", "hello", 400, _NO_RECEIVER.format("hello"), ["decide", "overslept"], (1, 0, 0)),
    ("timer", "timer", 404, "No job found with id", ["decide", "overslept"], (1, 0, 0)),
    ("recall", "complete", 500, "Cannot find task with id", ["recalled"], (1, 1, 1)),
    ("complete", "recall", 400, _NO_RECEIVER.format("recall"), [], (1, 1, 1)),
    ("complete", "complete", 500, "Cannot find task with id", [], (1, 1, 1)),
    ("cancel", "hello", 400, _NO_RECEIVER.format("hello"), [], (0, 0, 0)),
    ("cancel", "complete", 500, "Cannot find task with id", [], (0, 0, 0)),
    ("cancel", "timer", 404, "No job found with id", [], (0, 0, 0)),
    ("hello", "complete", 204, "", ["both"], (0, 0, 0)),
    ("complete", "hello", 204, "", ["both"], (0, 0, 0)),
    ("timer", "complete", 204, "", ["overslept"], (1, 0, 0)),
    ("complete", "timer", 204, "", ["overslept"], (1, 0, 0)),
    ("recall", "hello", 204, "", ["recalled"], (1, 0, 0)),
    ("hello", "cancel", 204, "", [], (0, 0, 0)),
    ("timer", "cancel", 204, "", [], (0, 0, 0)),
]


@pytest.mark.parametrize(("first", "second", "status", "told", "tasks", "at_the_end"), _MEETINGS)
async def test_what_comes_second_waits_and_finds_what_the_first_has_left(
    node: Served,
    other: Served,
    meeting: Meeting,
    here: CamundaClient,
    there: CamundaClient,
    first: str,
    second: str,
    status: int,
    told: str,
    tasks: list[str],
    at_the_end: tuple[int, int, int],
) -> None:
    transaction = _TRANSACTIONS.get(first, 1)
    async with held_request(node.services, meeting.does(first, here), transaction=transaction) as winner:
        waiting = asyncio.ensure_future(meeting.does(second, there))
        await until_one_waits(other.services, waiting, winner)
    answers = winner.result(), await asyncio.wait_for(waiting, LIMIT)
    assert [answer.status_code for answer in answers] == [204, status], [answer.text for answer in answers]
    assert told in (answers[1].json()["message"] if status >= 400 else "")
    assert await meeting.tasks() == tasks
    await meeting.finish()
    assert await left(node.services) == at_the_end


async def test_a_timer_that_is_due_while_a_message_takes_its_place_happens_never(
    node: Served, other: Served, meeting: Meeting, here: CamundaClient
) -> None:
    """The runner passes over an instance that another transaction holds."""
    async with held_request(node.services, meeting.does("hello", here)) as message:
        other.clock.advance(2 * HOUR)
        for _ in range(50):
            await other.services.run(lambda unit: None)
            await asyncio.sleep(0)
        assert not message.done()
    await jobs_done(other.services)
    assert message.result().status_code == 204
    assert await meeting.tasks() == ["decide"]


@pytest.mark.parametrize(
    "named",
    [
        {"businessKey": "k"},
        {"correlationKeys": {"number": {"value": 7, "type": "Integer"}}},
        {"localCorrelationKeys": {"own": {"value": "yes", "type": "String"}}},
    ],
)
async def test_two_nodes_that_correlate_one_message_give_it_to_one_instance_once(
    node: Served, other: Served, here: CamundaClient, there: CamundaClient, named: dict[str, Any]
) -> None:
    await here.deploy(model("Meeting"))
    variables = {"number": {"value": 7, "type": "Integer"}}
    instance = await here.start("Meeting", {"businessKey": "k", "variables": variables})
    await here.start("Meeting", {"businessKey": "another"})
    (execution,) = await executions_at(here, instance, "hear")
    await here.post(f"/execution/{execution}/localVariables", {"modifications": {"own": {"value": "yes"}}})
    body = {"messageName": "hello", **named, "resultEnabled": True}
    async with held_request(node.services, here.post("/message", body)) as winner:
        waiting = asyncio.ensure_future(there.post("/message", body))
        await until_one_waits(other.services, waiting, winner)
    answers = winner.result(), await asyncio.wait_for(waiting, LIMIT)
    assert [answer.status_code for answer in answers] == [200, 400]
    assert [one["execution"]["processInstanceId"] for one in answers[0].json()] == [instance]
    assert _NO_RECEIVER.format("hello") in answers[1].json()["message"]
    assert await left(node.services) == (2, 3, 1)


async def test_a_message_to_all_passes_over_what_was_cancelled_meanwhile(
    node: Served, other: Served, here: CamundaClient, there: CamundaClient
) -> None:
    await here.deploy(model("Meeting"))
    instances = [await here.start("Meeting") for _ in range(3)]
    async with held_request(node.services, here.delete(f"/process-instance/{instances[1]}")) as winner:
        body = {"messageName": "hello", "all": True, "resultEnabled": True}
        waiting = asyncio.ensure_future(there.post("/message", body))
        await until_one_waits(other.services, waiting, winner)
    answer = await asyncio.wait_for(waiting, LIMIT)
    assert winner.result().status_code == 204
    assert [one["execution"]["processInstanceId"] for one in answer.json()] == [instances[0], instances[2]]
    assert await left(node.services) == (2, 2, 0)


async def executions_at(client: CamundaClient, instance: str, activity: str) -> list[str]:
    """The executions of an instance that are at an activity."""
    tree = (await client.get(f"/process-instance/{instance}/activity-instances")).json()
    return [one["executionIds"][0] for one in tree["childActivityInstances"] if one["activityId"] == activity]
