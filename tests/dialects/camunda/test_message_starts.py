"""Message start events: one process of each tenant begins by a message, in its latest version."""

from typing import Any

import httpx
import pytest

from tests.bpmn import definitions
from tests.client import CamundaClient

pytestmark = pytest.mark.anyio


def begun_by(key: str, message: str = "Ordered", more: str = "") -> bytes:
    """A process that a message starts."""
    return definitions(
        f'<message id="m-{key}" name="{message}"/><process id="{key}" isExecutable="true">{more}'
        f'<startEvent id="{key}-s"><messageEventDefinition messageRef="m-{key}"/></startEvent>'
        f'<sequenceFlow id="{key}-f" sourceRef="{key}-s" targetRef="{key}-do"/><userTask id="{key}-do"/></process>'
    )


async def deployed(camunda: CamundaClient, *files: tuple[str, bytes], tenant: str | None = None) -> httpx.Response:
    """The answer to a deployment."""
    parts: list[tuple[str, tuple[str | None, bytes]]] = [("deployment-name", (None, b"starts"))]
    parts += [] if tenant is None else [("tenant-id", (None, tenant.encode()))]
    parts += [(f"file{number}", file) for number, file in enumerate(files)]
    return await camunda.request("POST", "/deployment/create", files=parts)


async def deploy(camunda: CamundaClient, key: str, message: str = "Ordered", tenant: str | None = None) -> str:
    """Deploy a version of a process that a message starts; the id of the deployment."""
    answer = await deployed(camunda, (f"{key}.bpmn", begun_by(key, message)), tenant=tenant)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def assert_taken(answer: httpx.Response, file: str, message: str = "Ordered") -> None:
    """A message starts another process already."""
    text = (
        f"ENGINE-01011 Cannot deploy process definition '{file}': there already is a message event subscription "
        f"for the message with name '{message}'."
    )
    assert (answer.status_code, answer.json()) == (
        500,
        {"type": "ProcessEngineException", "message": text, "code": 0},
    )


async def started(camunda: CamundaClient, message: str = "Ordered", tenant: str | None = None) -> str | None:
    """The process that a message starts, with its version; None where it starts none."""
    of = {"withoutTenantId": True} if tenant is None else {"tenantId": tenant}
    answer = await camunda.post("/message", {"messageName": message, "resultEnabled": True} | of)
    if answer.status_code == 400:
        return None
    (result,) = answer.json()
    return str(result["processInstance"]["definitionId"].rpartition(":")[0])


async def keys(camunda: CamundaClient) -> list[str]:
    """The processes that are deployed, by key and version."""
    found: list[dict[str, Any]] = (await camunda.get("/process-definition")).json()
    return sorted(f"{one['key']}:{one['version']}" for one in found)


async def test_a_message_starts_one_process_only(camunda: CamundaClient) -> None:
    await deploy(camunda, "first")
    assert_taken(await deployed(camunda, ("second.bpmn", begun_by("second"))), "second.bpmn")
    assert (await keys(camunda), await started(camunda)) == (["first:1"], "first:1")


async def test_a_refused_deployment_leaves_nothing_of_its_other_files(camunda: CamundaClient) -> None:
    await deploy(camunda, "first")
    files = ("other.bpmn", begun_by("other", "Paid")), ("second.bpmn", begun_by("second")), ("note.txt", b"hello")
    assert_taken(await deployed(camunda, *files), "second.bpmn")
    assert (await keys(camunda), await started(camunda, "Paid")) == (["first:1"], None)
    assert (await camunda.get("/deployment/count")).json() == {"count": 1}


async def test_one_deployment_has_no_two_processes_of_a_message(camunda: CamundaClient) -> None:
    answer = await deployed(camunda, ("a.bpmn", begun_by("a")), ("b.bpmn", begun_by("b")))
    assert_taken(answer, "b.bpmn")
    assert await keys(camunda) == []


async def test_each_tenant_has_a_process_of_the_message(camunda: CamundaClient) -> None:
    await deploy(camunda, "first")
    await deploy(camunda, "second", tenant="north")
    assert_taken(await deployed(camunda, ("third.bpmn", begun_by("third")), tenant="north"), "third.bpmn")
    assert (await started(camunda), await started(camunda, tenant="north")) == ("first:1", "second:1")


async def test_a_new_version_takes_the_message_over_and_may_give_it_up(camunda: CamundaClient) -> None:
    await deploy(camunda, "first")
    await deploy(camunda, "first")
    assert await started(camunda) == "first:2"
    await deploy(camunda, "first", "Paid")
    assert (await started(camunda), await started(camunda, "Paid")) == (None, "first:3")
    await deploy(camunda, "second")
    assert await started(camunda) == "second:1"


async def test_the_version_before_starts_again_once_the_latest_is_removed(camunda: CamundaClient) -> None:
    first = await deploy(camunda, "first")
    second = await deploy(camunda, "first", "Paid")
    assert (await camunda.delete(f"/deployment/{second}")).status_code == 204
    assert (await started(camunda), await started(camunda, "Paid")) == ("first:1", None)
    assert (await camunda.delete(f"/deployment/{first}?cascade=true")).status_code == 204
    assert await started(camunda) is None
    await deploy(camunda, "second")
    assert await started(camunda) == "second:1"


async def test_removing_an_earlier_version_changes_nothing(camunda: CamundaClient) -> None:
    first = await deploy(camunda, "first")
    await deploy(camunda, "first", "Paid")
    assert (await camunda.delete(f"/deployment/{first}")).status_code == 204
    assert (await started(camunda), await started(camunda, "Paid")) == (None, "first:2")


async def test_removing_all_versions_frees_the_message(camunda: CamundaClient) -> None:
    await deploy(camunda, "first")
    await deploy(camunda, "first")
    assert (await camunda.delete("/process-definition/key/first/delete")).status_code == 204
    assert await started(camunda) is None
    await deploy(camunda, "second")


async def test_a_version_stays_whose_predecessor_lost_its_message_to_another_process(camunda: CamundaClient) -> None:
    await deploy(camunda, "first")
    second = await deploy(camunda, "first", "Paid")
    await deploy(camunda, "other")
    assert_taken(await camunda.delete(f"/deployment/{second}"), "first.bpmn")
    assert await keys(camunda) == ["first:1", "first:2", "other:1"]
    (definition,) = (await camunda.get("/process-definition?key=first&version=2")).json()
    assert_taken(await camunda.delete(f"/process-definition/{definition['id']}"), "first.bpmn")
    assert await started(camunda, "Paid") == "first:2"


async def test_all_versions_go_though_an_earlier_one_lost_its_message(camunda: CamundaClient) -> None:
    await deploy(camunda, "first")
    await deploy(camunda, "first", "Paid")
    await deploy(camunda, "other")
    assert (await camunda.delete("/process-definition/key/first/delete")).status_code == 204
    assert (await keys(camunda), await started(camunda)) == (["other:1"], "other:1")


async def test_a_suspended_process_keeps_its_message_and_is_not_started(camunda: CamundaClient) -> None:
    await deploy(camunda, "first")
    path = "/process-definition/key/first/suspended"
    assert (await camunda.put(path, {"suspended": True})).status_code == 204
    assert await started(camunda) is None
    assert_taken(await deployed(camunda, ("second.bpmn", begun_by("second"))), "second.bpmn")
    assert (await camunda.put(path, {"suspended": False})).status_code == 204
    assert await started(camunda) == "first:1"


async def test_a_process_may_begin_by_its_key_too(camunda: CamundaClient) -> None:
    more = '<startEvent id="plain"/>'
    for _ in range(2):
        answer = await deployed(camunda, ("first.bpmn", begun_by("first", more=more)))
        assert answer.status_code == 200
    assert await started(camunda) == "first:2"
    await camunda.start("first")
    assert (await camunda.get("/task/count")).json() == {"count": 1}
