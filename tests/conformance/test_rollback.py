"""A request that fails has changed nothing: the whole database is the same before and after (contract 1.7, 3.6)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

import pytest

from tests.bpmn import model
from tests.client import CamundaClient

pytestmark = pytest.mark.anyio

Dump = Callable[[], Awaitable[object]]


class Failing(NamedTuple):
    """A call on a task that worker w holds, in an instance of a model, that ends with an error."""

    name: str
    model: str
    action: str
    body: Mapping[str, object]
    status: int


V: dict[str, object] = {
    "v": {"value": 1},
    "file": {"type": "File", "value": "aGVsbG8=", "valueInfo": {"filename": "f"}},
}
WRITES: dict[str, object] = {"workerId": "w", "variables": V, "localVariables": V}
CALLS = [
    Failing("a gateway asks for an unknown name", "NoWayOut", "complete", WRITES, 500),
    Failing(
        "no way leads on from a gateway",
        "NoWayOut",
        "complete",
        {"workerId": "w", "variables": {"score": {"value": 5}} | V},
        500,
    ),
    Failing("the next topic is unknown", "BadTopicNext", "complete", WRITES, 500),
    Failing(
        "the next priority is no number",
        "BadPriorityNext",
        "complete",
        {"workerId": "w", "variables": {"rank": {"value": "high"}} | V},
        500,
    ),
    Failing("an output mapping fails", "Outputs", "complete", WRITES, 500),
    Failing(
        "an output mapping fails on an error",
        "Outputs",
        "bpmnError",
        {"workerId": "w", "errorCode": "E", "variables": V},
        500,
    ),
    Failing("an error event definition fails", "ErrorDefinition", "complete", WRITES, 500),
    Failing(
        "the second of two variables cannot be kept",
        "P2",
        "complete",
        {"workerId": "w", "variables": V | {"x": {"type": "Object", "value": "1", "valueInfo": {}}}},
        500,
    ),
    Failing("another worker completes", "P2", "complete", WRITES | {"workerId": "x"}, 400),
    Failing("another worker fails", "P2", "failure", WRITES | {"workerId": "x"}, 400),
    Failing(
        "another worker reports an error", "P2", "bpmnError", {"workerId": "x", "errorCode": "E", "variables": V}, 400
    ),
    Failing("another worker locks", "P2", "lock", {"workerId": "x", "lockDuration": 1}, 400),
    Failing("another worker extends", "P2", "extendLock", {"workerId": "x", "newDuration": 1}, 400),
    Failing("a failure with fewer than no retries", "P2", "failure", WRITES | {"retries": -1}, 500),
    Failing("an error without code", "P2", "bpmnError", WRITES | {"errorCode": " "}, 500),
]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
async def test_a_call_that_fails_leaves_every_row_as_it_was(camunda: CamundaClient, dump: Dump, call: Failing) -> None:
    await camunda.deploy(model(call.model))
    await camunda.start(call.model, {"variables": {"before": {"value": 1}}})
    (task,) = await camunda.fetch()
    before = await dump()
    answer = await camunda.post(f"/external-task/{task['id']}/{call.action}", call.body)
    assert answer.status_code == call.status, answer.text
    assert await dump() == before


@pytest.mark.parametrize("action", ["complete", "failure", "bpmnError", "extendLock"])
async def test_a_suspended_task_stays_as_it_is(camunda: CamundaClient, dump: Dump, action: str) -> None:
    await camunda.deploy(model("P2"))
    instance = await camunda.start("P2")
    (task,) = await camunda.fetch()
    await camunda.put(f"/process-instance/{instance}/suspended", {"suspended": True})
    before = await dump()
    body = {"workerId": "w", "errorCode": "E", "newDuration": 5}
    assert (await camunda.post(f"/external-task/{task['id']}/{action}", body)).status_code == 400
    assert await dump() == before


async def test_a_start_that_fails_leaves_nothing_behind(camunda: CamundaClient, dump: Dump) -> None:
    await camunda.deploy(model("AnyTopic"))
    before = await dump()
    answer = await camunda.post("/process-definition/key/AnyTopic/start", {"variables": V})
    assert answer.status_code == 500
    assert await dump() == before


async def test_bulk_retries_with_one_unknown_task_change_none(camunda: CamundaClient, dump: Dump) -> None:
    await camunda.deploy(model("P1"))
    for _ in range(3):
        await camunda.start("P1")
    ids = [task["id"] for task in await camunda.fetch()]
    before = await dump()
    body = {"retries": 0, "externalTaskIds": [*ids, "unknown"], "externalTaskQuery": {}}
    assert (await camunda.put("/external-task/retries", body)).status_code == 404
    assert await dump() == before


async def test_a_deployment_that_running_instances_hold_is_left_whole(camunda: CamundaClient, dump: Dump) -> None:
    made = await camunda.deploy(model("Q1"), model("P1"))
    await camunda.start("P1")
    before = await dump()
    assert (await camunda.delete(f"/deployment/{made['id']}")).status_code == 500
    assert await dump() == before


async def test_an_instance_that_ends_takes_its_incidents_but_not_other_instances(
    camunda: CamundaClient, dump: Dump
) -> None:
    await camunda.deploy(model("P1"))
    doomed, spared = await camunda.start("P1"), await camunda.start("P1")
    for task in await camunda.fetch():
        await camunda.post(f"/external-task/{task['id']}/failure", {"workerId": "w", "retries": 0})
    assert (await camunda.delete(f"/process-instance/{doomed}")).status_code == 204
    (left,) = (await camunda.get("/incident")).json()
    assert left["processInstanceId"] == spared
    (task,) = (await camunda.get("/external-task")).json()
    assert (task["processInstanceId"], task["retries"]) == (spared, 0)
