"""Process instances that have ended are started again; answers are the real server's."""

from typing import Any

import pytest

from tests.client import CamundaClient, jobs_done
from tests.dialects.camunda.models import deploy_process, framed
from tests.dialects.camunda.modifications.table import before, cancel, take, values
from tests.dialects.camunda.test_bulk_modifications import UNKNOWN, Refusal, at, line, refusal
from tests.serving import Served

pytestmark = pytest.mark.anyio

_KEY = "/process-definition/key/line"


@pytest.fixture
async def definition(camunda: CamundaClient) -> str:
    return await deploy_process(camunda, line())


@pytest.fixture
async def over(camunda: CamundaClient, definition: str) -> str:
    """An instance that is over, with a variable that has changed, and a content."""
    content = {"f": {"type": "File", "value": "aGVsbG8=", "valueInfo": {"filename": "f.txt"}}}
    body = {"businessKey": "k", "variables": values(v=1) | content}
    instance = await camunda.start("line", body)
    await camunda.put(f"/process-instance/{instance}/variables/v", {"value": 2})
    await camunda.delete(f"/process-instance/{instance}")
    return instance


async def restarted(camunda: CamundaClient) -> list[dict[str, Any]]:
    """All instances, with their tasks and variables."""
    found = (await camunda.get("/process-instance?sortBy=instanceId&sortOrder=asc")).json()
    for one in found:
        one["tasks"] = await at(camunda, one["id"])
        one["variables"] = (await camunda.get(f"/process-instance/{one['id']}/variables")).json()
    return list(found)


@pytest.mark.parametrize("path", ["id", _KEY])
async def test_an_instance_begins_with_what_another_one_has_left(
    camunda: CamundaClient, definition: str, over: str, path: str
) -> None:
    instructions = [before("B", variables=values(a=1)), take("A_B"), cancel("A")]  # only where it starts counts
    body = {"processInstanceIds": [over, over], "instructions": instructions}
    address = f"/process-definition/{definition}" if path == "id" else path
    assert (await camunda.post(f"{address}/restart", body)).status_code == 204
    (found,) = await restarted(camunda)
    assert (found["businessKey"], found["tasks"]) == ("k", ["B", "B"])
    assert {name: one["value"] for name, one in found["variables"].items()} == {"v": 2, "f": None}
    content = await camunda.get(f"/process-instance/{found['id']}/variables/f/data", documented=False)
    assert content.content == b"hello"


async def test_a_business_key_may_be_left_out(camunda: CamundaClient, definition: str, over: str) -> None:
    body = {"processInstanceIds": [over], "instructions": [before("A")], "withoutBusinessKey": True}
    assert (await camunda.post(f"{_KEY}/restart", body)).status_code == 204
    assert [one["businessKey"] for one in await restarted(camunda)] == [None]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({"processInstanceBusinessKey": "k"}, 2),
        ({"finished": True}, 2),
        ({"externallyTerminated": True}, 1),
        ({"completed": True}, 1),
        ({"internallyTerminated": True}, 0),
        ({"finishedBefore": "2000-01-01T00:00:00.000+0000"}, 0),
        ({"finishedAfter": "2000-01-01T00:00:00.000+0000"}, 2),
        ({"orQueries": [{"completed": True, "externallyTerminated": True}]}, 2),
    ],
)
async def test_a_query_finds_what_has_ended(
    camunda: CamundaClient, definition: str, over: str, query: dict[str, Any], number: int
) -> None:
    await camunda.start("line", {"businessKey": "k", "startInstructions": [before("e")]})
    body = {"historicProcessInstanceQuery": query, "instructions": [before("A")]}
    answer = await camunda.post(f"/process-definition/{definition}/restart", body)
    assert answer.status_code == (204 if number else 400)
    assert len(await restarted(camunda)) == number


async def test_batches_restart_instances(camunda: CamundaClient, served: Served, definition: str, over: str) -> None:
    body = {"processInstanceIds": [over, over, UNKNOWN], "instructions": [before("B", variables=values(a=1))]}
    for path in (f"/process-definition/{definition}", _KEY):
        answer = await camunda.post(f"{path}/restart-async", body)
        assert answer.status_code == 200, answer.text
        assert (answer.json()["type"], answer.json()["totalJobs"]) == ("instance-restart", 2)
    await jobs_done(served.services)
    assert [one["tasks"] for one in await restarted(camunda)] == [["B"], ["B"]]
    failed = {one["exceptionMessage"] for one in (await camunda.get("/job")).json()}
    assert failed == {"Historic process instance cannot be found: historicProcessInstanceId is null"}


async def test_a_tenant_restarts_its_own(camunda: CamundaClient, served: Served) -> None:
    parts = [("tenant-id", (None, b"north")), ("data", ("line.bpmn", framed(line())))]
    assert (await camunda.request("POST", "/deployment/create", files=parts)).status_code == 200
    path = "/process-definition/key/line/tenant-id/north"
    instance = (await camunda.post(f"{path}/start", {})).json()["id"]
    await camunda.delete(f"/process-instance/{instance}")
    body = {"processInstanceIds": [instance], "instructions": [before("B")]}
    assert (await camunda.post(f"{path}/restart", body)).status_code == 204
    assert (await camunda.post(f"{path}/restart-async", body)).status_code == 200
    await jobs_done(served.services)
    assert [(one["tenantId"], one["tasks"]) for one in await restarted(camunda)] == [("north", ["B"])] * 2
    for suffix in ("restart", "restart-async"):
        for key, told in (("line", "no tenant-id"), ("line/tenant-id/south", "tenant-id: south")):
            assert await refusal(camunda, f"/process-definition/key/{key}/{suffix}", body) == (
                404,
                "RestException",
                f"No matching process definition with key: line and {told}",
            )


_REFUSED: dict[str, tuple[dict[str, Any], Refusal]] = {
    "empty": (
        {"instructions": []},
        (400, "InvalidRequestException", "Restart instructions cannot be empty: instructions is empty"),
    ),
    "only to cancel": (
        {"instructions": [cancel("A")]},
        (400, "InvalidRequestException", "Restart instructions cannot be empty: instructions is empty"),
    ),
    "no instances": (
        {"processInstanceIds": []},
        (400, "InvalidRequestException", "processInstanceIds is empty"),
    ),
    "null": (
        {"processInstanceIds": [None]},
        (
            400,
            "InvalidRequestException",
            "Process instance ids cannot be null: Process instance ids contains null value",
        ),
    ),
    "incomplete": (
        {"instructions": [{"type": "startBeforeActivity"}]},
        (400, "InvalidRequestException", "For instruction type 'startBeforeActivity': 'activityId' must be set"),
    ),
    "initial variables": (
        {"initialVariables": True},
        (
            400,
            "InvalidRequestException",
            "The restart cannot be honoured: 'initialVariables' is not supported",
        ),
    ),
    "unknown member": (
        {"businessKey": "k"},
        (400, "InvalidRequestException", "The selection cannot be honoured: 'businessKey' is unknown"),
    ),
}


@pytest.mark.parametrize("suffix", ["restart", "restart-async"])
@pytest.mark.parametrize("case", _REFUSED)
async def test_incomplete_bodies_are_refused(
    camunda: CamundaClient, definition: str, over: str, case: str, suffix: str
) -> None:
    change, refused = _REFUSED[case]
    body = {"processInstanceIds": [over], "instructions": [before("B")], **change}
    assert await refusal(camunda, f"/process-definition/{definition}/{suffix}", body) == refused
    assert await restarted(camunda) == []
    missing = {"processInstanceIds": [over]}
    answer = await camunda.post(f"/process-definition/{definition}/{suffix}", missing)
    assert (answer.status_code, answer.json()["type"]) == (500, "NullPointerException")


async def test_what_cannot_be_restarted_is_refused(camunda: CamundaClient, definition: str, over: str) -> None:
    path = f"/process-definition/{definition}/restart"
    body = {"instructions": [before("B")]}
    alive = await camunda.start("line")
    assert await refusal(camunda, path, {**body, "processInstanceIds": [over, alive]}) == (
        500,
        "ProcessEngineException",
        f"ENGINE-13040 Historic process instance '{alive}' cannot be restarted. It is not completed or terminated.",
    )
    assert await refusal(camunda, path, {**body, "processInstanceIds": [over, UNKNOWN]}) == (
        400,
        "InvalidRequestException",
        "Historic process instance cannot be found: historicProcessInstanceId is null",
    )
    other = await deploy_process(camunda, line("other"))
    assert await refusal(camunda, f"/process-definition/{other}/restart", {**body, "processInstanceIds": [over]}) == (
        500,
        "ProcessEngineException",
        f"ENGINE-13039 Historic process instance '{over}' cannot be restarted. Its process definition '{definition}' "
        f"does not match given process definition '{other}'",
    )
    assert await refusal(camunda, "/process-definition/nope/restart", {**body, "processInstanceIds": [over]}) == (
        400,
        "InvalidRequestException",
        "no deployed process definition found with id 'nope': processDefinition is null",
    )
    nowhere = {"instructions": [before("nowhere")], "processInstanceIds": [over]}
    assert await refusal(camunda, path, nowhere) == (
        400,
        "InvalidRequestException",
        f"Element 'nowhere' does not exist in process {definition}: targetElement is null",
    )
    await camunda.put(f"/process-definition/{definition}/suspended", {"suspended": True})
    assert await refusal(camunda, path, {**body, "processInstanceIds": [over]}) == (
        400,
        "InvalidRequestException",
        f"ENGINE-03043 Process Definition with id '{definition}' is suspended.",
    )
    assert [one["id"] for one in await restarted(camunda)] == [alive]
