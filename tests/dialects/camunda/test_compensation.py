"""Compensation over HTTP: what is shown of it, and what is written and taken away with it, on both databases."""

from pathlib import Path
from typing import Any

import pytest

from tests.client import CamundaClient

pytestmark = pytest.mark.anyio
_MODELS = Path(__file__).resolve().parents[2] / "models" / "events"


async def _started(camunda: CamundaClient, key: str, *done: str) -> str:
    """An instance of one of the recorded models, its tasks completed one after the other."""
    await camunda.deploy((f"{key}.bpmn", (_MODELS / f"{key}.bpmn").read_bytes()))
    instance = await camunda.start(key, {"variables": {"amount": {"value": 150}}})
    await _complete(camunda, instance, *done)
    return instance


async def _complete(camunda: CamundaClient, instance: str, *done: str) -> None:
    for name in done:
        (task,) = (await camunda.get(f"/task?processInstanceId={instance}&taskDefinitionKey={name}")).json()
        assert (await camunda.post(f"/task/{task['id']}/complete", {})).status_code == 204


async def _subscriptions(camunda: CamundaClient, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await camunda.get(f"/event-subscription?eventType=compensate{query}")).json()
    return found


async def _tasks(camunda: CamundaClient, instance: str) -> list[str]:
    return sorted(one["taskDefinitionKey"] for one in (await camunda.get(f"/task?processInstanceId={instance}")).json())


async def test_what_can_be_compensated_is_a_subscription_of_its_scope(camunda: CamundaClient) -> None:
    instance = await _started(camunda, "compensate-throw", "work")
    (shown,) = await _subscriptions(camunda, "&activityId=undo-work")
    assert shown == {
        "id": shown["id"],
        "eventType": "compensate",
        "eventName": None,
        "executionId": instance,
        "processInstanceId": instance,
        "activityId": "undo-work",
        "createdDate": shown["createdDate"],
        "tenantId": None,
    }
    await _complete(camunda, instance, "more")
    assert await _subscriptions(camunda) == []
    assert await _tasks(camunda, instance) == ["undo-more", "undo-work"]


async def test_a_completed_subprocess_keeps_what_was_done_in_it(camunda: CamundaClient) -> None:
    instance = await _started(camunda, "compensate-scope", "work")
    inner, outer = sorted(await _subscriptions(camunda), key=lambda one: one["activityId"] == "scope")
    assert (inner["activityId"], outer["activityId"]) == ("undo-work", "scope")
    assert outer["executionId"] == instance != inner["executionId"]
    await _complete(camunda, instance, "more")
    assert await _subscriptions(camunda) == []
    assert await _tasks(camunda, instance) == ["undo-more", "undo-work"]
    tree = (await camunda.get(f"/process-instance/{instance}/activity-instances")).json()
    beside = {one["activityId"]: one for one in tree["childActivityInstances"]}
    assert beside.keys() == {"thrown", "undo-more", "scope"}
    assert [one["activityId"] for one in beside["scope"]["childActivityInstances"]] == ["undo-work"]


async def test_a_completed_subprocess_is_no_execution_and_its_variables_are_not_listed(camunda: CamundaClient) -> None:
    local = "<extensionElements><camunda:inputOutput><camunda:inputParameter name='local'>${amount}"
    local += "</camunda:inputParameter></camunda:inputOutput></extensionElements>"
    file = (
        (_MODELS / "compensate-scope.bpmn")
        .read_text()
        .replace('<subProcess id="scope">', f'<subProcess id="scope">{local}')
    )
    await camunda.deploy(("kept.bpmn", file.encode()))
    instance = await camunda.start("compensate-scope", {"variables": {"amount": {"value": 150}}})
    await _complete(camunda, instance, "work")
    listed = (await camunda.get(f"/variable-instance?processInstanceIdIn={instance}")).json()
    assert sorted(one["name"] for one in listed) == ["amount"]
    (outer,) = await _subscriptions(camunda, "&activityId=undo-work")
    assert (await camunda.get(f"/execution/{outer['executionId']}")).status_code == 404
    await _complete(camunda, instance, "more")
    listed = (await camunda.get(f"/variable-instance?processInstanceIdIn={instance}&variableName=local")).json()
    assert [(one["value"], one["activityInstanceId"].partition(":")[0]) for one in listed] == [(150, "scope")]


@pytest.mark.parametrize("model", ["compensate-scope", "compensate-scope-nested"])
async def test_nothing_is_left_of_an_instance_that_is_deleted(camunda: CamundaClient, model: str) -> None:
    tasks = ["work"] if model == "compensate-scope" else ["deep", "last", "work"]
    instance = await _started(camunda, model, *tasks)
    assert len(await _subscriptions(camunda)) > 1
    assert (await camunda.delete(f"/process-instance/{instance}")).status_code == 204
    assert await _subscriptions(camunda) == []


async def test_nothing_is_left_of_an_instance_that_is_over(camunda: CamundaClient) -> None:
    instance = await _started(camunda, "compensate-throw-before", "work", "undo-work", "more")
    assert [one["activityId"] for one in await _subscriptions(camunda)] == ["undo-more"]
    await _complete(camunda, instance, "after")
    assert (await camunda.get(f"/process-instance/{instance}")).status_code == 404
    assert await _subscriptions(camunda) == []


async def test_an_interrupted_scope_forgets_what_was_done_in_it(camunda: CamundaClient) -> None:
    await _started(camunda, "compensate-scope-interrupted", "work")
    assert [one["activityId"] for one in await _subscriptions(camunda)] == ["undo-work"]
    assert (await camunda.post("/message", {"messageName": "news"})).status_code == 204
    assert await _subscriptions(camunda) == []


async def test_an_event_that_waits_goes_while_what_was_done_stays(camunda: CamundaClient) -> None:
    instance = await _started(camunda, "compensate-completed-guarded-scope-beside")
    listed = (await camunda.get("/event-subscription")).json()
    assert [(one["eventType"], one["activityId"]) for one in listed] == [("message", "guard")]
    await _complete(camunda, instance, "work")
    assert (await camunda.get("/event-subscription")).json() == []
    assert await _tasks(camunda, instance) == ["undo-work"]


async def test_a_transaction_that_nothing_catches_cannot_be_cancelled(camunda: CamundaClient) -> None:
    instance = await _started(camunda, "cancel-end-uncaught-compensates", "work")
    (task,) = (await camunda.get(f"/task?processInstanceId={instance}")).json()
    refused = await camunda.post(f"/task/{task['id']}/complete", {})
    words = "Could not find cancel boundary event for cancel end event Activity(cancel): cancelBoundaryEvent is null"
    assert (refused.status_code, refused.json()["message"]) == (500, f"Cannot complete task {task['id']}: {words}")
    assert await _tasks(camunda, instance) == ["decide"]
    assert [one["activityId"] for one in await _subscriptions(camunda)] == ["undo-work"]
