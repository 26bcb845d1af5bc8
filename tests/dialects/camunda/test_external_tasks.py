"""External tasks over HTTP: filters of topics, who may wait, and retries for many (contract 1.6, 1.15)."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from taskbridge.clock import ManualClock
from taskbridge.service.unit import Services
from tests import patience
from tests.bpmn import model
from tests.client import CamundaClient, fetch_body

pytestmark = pytest.mark.anyio

Selection = Callable[[list[str]], dict[str, Any]]
FETCH = "/external-task/fetchAndLock"


@pytest.fixture
async def instances(camunda: CamundaClient) -> list[str]:
    """Three instances with a task each, of which the second has the business key ``b``."""
    await camunda.deploy(model("P1"))
    return [await camunda.start("P1", {"businessKey": key}) for key in (None, "b", None)]


@pytest.mark.parametrize(
    ("narrowing", "found"),
    [
        ({}, 3),
        ({"businessKey": "b"}, 1),
        ({"businessKey": ""}, 0),
        ({"processDefinitionKey": "P1", "processDefinitionKeyIn": ["P1", "P2"]}, 3),
        ({"processDefinitionKey": "P1", "processDefinitionKeyIn": ["P2"]}, 0),
        ({"processDefinitionKeyIn": [], "processDefinitionIdIn": [], "tenantIdIn": []}, 3),
        ({"processDefinitionId": "P1:1:nobody"}, 0),
        ({"withoutTenantId": True}, 3),
        ({"withoutTenantId": True, "tenantIdIn": ["t"]}, 0),
        ({"processDefinitionVersionTag": "%"}, 0),
        ({"businessKey": None, "processVariables": None, "withoutTenantId": None, "variables": None}, 3),
    ],
)
@pytest.mark.usefixtures("instances")
async def test_a_topic_is_narrowed_by_all_that_it_names(
    camunda: CamundaClient, narrowing: dict[str, Any], found: int
) -> None:
    topic = {"topicName": "T", "lockDuration": 1000} | narrowing
    assert len(await camunda.fetch(topics=[topic])) == found


@pytest.mark.usefixtures("instances")
async def test_the_last_of_two_entries_for_a_topic_counts(camunda: CamundaClient) -> None:
    topics = [
        {"topicName": "T", "lockDuration": 1000, "businessKey": "nobody's"},
        {"topicName": "T", "lockDuration": 1000},
    ]
    assert len(await camunda.fetch(topics=topics)) == 3


@pytest.mark.usefixtures("instances")
async def test_a_lock_for_longer_than_time_can_tell_is_cut(camunda: CamundaClient) -> None:
    (task, *_) = await camunda.fetch(topics=[{"topicName": "T", "lockDuration": 2**63 - 1}])
    assert task["lockExpirationTime"].startswith("99")
    path = f"/external-task/{task['id']}"
    answer = await camunda.post(f"{path}/extendLock", {"workerId": "w", "newDuration": 2**63 - 1})
    assert answer.status_code == 204
    failure = {"workerId": "w", "retries": 1, "retryTimeout": 2**63 - 1}
    assert (await camunda.post(f"{path}/failure", failure)).status_code == 204


async def test_who_may_not_wait_any_more_is_sent_away_unless_there_is_a_task(
    camunda: CamundaClient, services: Services
) -> None:
    await camunda.deploy(model("P1"))
    services.most_waiting, usual = 0, services.most_waiting
    try:
        full = await camunda.post(FETCH, fetch_body(asyncResponseTimeout=30_000))
        await camunda.start("P1")
        served = await camunda.post(FETCH, fetch_body(asyncResponseTimeout=30_000))
    finally:
        services.most_waiting = usual
    assert (full.status_code, full.json()["type"]) == (500, "InvalidRequestException")
    assert full.json()["message"].startswith("At the moment the server has to handle too many requests")
    assert len(served.json()) == 1


async def test_who_stops_waiting_makes_room(camunda: CamundaClient, services: Services, clock: ManualClock) -> None:
    poll = asyncio.create_task(camunda.post(FETCH, fetch_body(asyncResponseTimeout=1000)))
    async with asyncio.timeout(patience.SECONDS):
        while services.waiting == 0:
            await services.run(lambda unit: None)
        clock.advance(1000)
        assert (await poll).json() == []
    assert services.waiting == 0


@pytest.mark.parametrize(
    ("selection", "changed"),
    [
        (lambda instances: {"processInstanceIds": [instances[0], instances[2]]}, [0, 2]),
        (lambda instances: {"externalTaskQuery": {"processInstanceId": instances[1]}}, [1]),
        (lambda instances: {"processInstanceQuery": {"businessKey": "b"}}, [1]),
        (lambda instances: {"processInstanceQuery": {}}, [0, 1, 2]),
        (lambda instances: {"historicProcessInstanceQuery": {"processInstanceBusinessKey": "b"}}, [1]),
        (lambda instances: {"historicProcessInstanceQuery": {"unfinished": True}}, [0, 1, 2]),
        (lambda instances: {"historicProcessInstanceQuery": {"startedAfter": "2000-01-01T00:00:00.000Z"}}, [0, 1, 2]),
        (
            lambda instances: {
                "processInstanceIds": [instances[0]],
                "processInstanceQuery": {"businessKey": "b"},
                "externalTaskQuery": {"processInstanceId": instances[0]},
            },
            [0, 1],
        ),
    ],
)
async def test_retries_are_set_for_all_that_is_selected(
    camunda: CamundaClient, instances: list[str], selection: Selection, changed: list[int]
) -> None:
    answer = await camunda.put("/external-task/retries", {"retries": 7} | selection(instances))
    assert answer.status_code == 204
    listed = await camunda.get("/external-task")
    retries = {task["processInstanceId"]: task["retries"] for task in listed.json()}
    assert retries == {instance: 7 if place in changed else None for place, instance in enumerate(instances)}


@pytest.mark.parametrize(
    "selection",
    [
        {},
        {"externalTaskIds": [], "processInstanceIds": []},
        {"externalTaskQuery": None, "processInstanceQuery": None},
        {"historicProcessInstanceQuery": {"finished": True}},
        {"historicProcessInstanceQuery": {"startedBefore": "2000-01-01T00:00:00.000Z"}},
        {"externalTaskQuery": {"externalTaskId": "a", "externalTaskIdIn": ["b"]}},
    ],
)
@pytest.mark.parametrize(("method", "path"), [("PUT", "retries"), ("POST", "retries-async")])
@pytest.mark.usefixtures("instances")
async def test_a_selection_without_tasks_is_refused(
    camunda: CamundaClient, method: str, path: str, selection: dict[str, Any]
) -> None:
    answer = await camunda.request(method, f"/external-task/{path}", {"retries": 7} | selection)
    assert (answer.status_code, answer.json()["message"]) == (400, "externalTaskIds is empty")


async def test_contradicting_filters_match_nothing(camunda: CamundaClient, instances: list[str]) -> None:
    (task,) = (await camunda.get(f"/external-task?processInstanceId={instances[0]}")).json()
    both = f"externalTaskId={task['id']}&externalTaskIdIn=other"
    assert (await camunda.get(f"/external-task?{both}")).json() == []
    assert (await camunda.get(f"/external-task?executionId={task['executionId']}")).json() == [task]
    assert (await camunda.get(f"/external-task?executionId={instances[0]}")).json() == []
