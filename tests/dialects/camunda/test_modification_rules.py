"""Where modifications are carried out otherwise than by the real server, see `docs/fidelity.md`."""

from typing import Any

import pytest

from tests.bpmn import definitions
from tests.client import CamundaClient
from tests.dialects.camunda.models import deploy
from tests.dialects.camunda.modifications.models import MODELS
from tests.dialects.camunda.modifications.table import before, cancel, local
from tests.dialects.camunda.test_bulk_modifications import at

pytestmark = pytest.mark.anyio


async def started(camunda: CamundaClient, model: str) -> str:
    await deploy(camunda, definitions(MODELS[model]))
    return await camunda.start(model)


async def modified(camunda: CamundaClient, instance: str, *instructions: object) -> int:
    body = {"instructions": list(instructions)}
    return (await camunda.post(f"/process-instance/{instance}/modification", body)).status_code


async def complete(camunda: CamundaClient, instance: str, activity: str) -> None:
    query = f"processInstanceId={instance}&taskDefinitionKey={activity}"
    task = (await camunda.get(f"/task?{query}")).json()[0]
    assert (await camunda.post(f"/task/{task['id']}/complete", {})).status_code == 204


async def variables(camunda: CamundaClient, instance: str) -> list[Any]:
    found: list[Any] = (await camunda.get(f"/variable-instance?processInstanceIdIn={instance}")).json()
    return [(one["name"], one["activityInstanceId"].rpartition(":")[0], one["value"]) for one in found]


async def test_local_variables_of_a_token_beside_others_are_those_of_its_activity(camunda: CamundaClient) -> None:
    instance = await started(camunda, "line")
    assert await modified(camunda, instance, before("A", variables=local(a=1))) == 204
    assert await variables(camunda, instance) == [("a", "A", 1)]
    await complete(camunda, instance, "A")
    await complete(camunda, instance, "A")
    assert await at(camunda, instance) == ["B", "B"]
    assert await variables(camunda, instance) == []
    chosen = await started(camunda, "choosy")
    assert await modified(camunda, chosen, before("x", variables=local(v=1))) == 500  # conditions ask for v


async def test_an_inclusive_join_goes_on_once_nothing_can_reach_it_any_more(camunda: CamundaClient) -> None:
    instance = await started(camunda, "inclusive")
    await complete(camunda, instance, "A")
    assert await modified(camunda, instance, cancel("B")) == 204
    assert await at(camunda, instance) == []
    assert await modified(camunda, instance, before("C")) == 204
    assert await at(camunda, instance) == ["C", "C"]


async def test_a_handler_that_was_started_is_shown(camunda: CamundaClient) -> None:
    instance = await started(camunda, "undone")
    assert await modified(camunda, instance, cancel("A"), before("U")) == 204
    tree = (await camunda.get(f"/process-instance/{instance}/activity-instances")).json()
    (scope,) = tree["childActivityInstances"]
    assert [one["activityId"] for one in (scope, *scope["childActivityInstances"])] == ["P", "U"]
    await complete(camunda, instance, "U")
    assert await at(camunda, instance) == ["B"]
