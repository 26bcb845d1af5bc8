"""Modifications of several process instances, and those that batches carry out; errors are the real server's."""

from typing import Any

import pytest

from tests.client import CamundaClient, jobs_done
from tests.dialects.camunda.models import deploy_process
from tests.dialects.camunda.modifications.models import ends, flows, users
from tests.dialects.camunda.modifications.table import after, before, cancel, local, values
from tests.serving import Served

pytestmark = pytest.mark.anyio

EXECUTE, LATER = "/modification/execute", "/modification/executeAsync"
UNKNOWN = "7a5cb21d-0001-8000-8000-0000000000ff"
_NOWHERE = "Cannot perform instruction: Start before activity 'nowhere'; Element 'nowhere' does not exist in process "
Refusal = tuple[int, str, str]


def line(key: str = "line") -> str:
    content = ends("e") + users("A B") + flows("s>A A>B B>e")
    return f'<process id="{key}" isExecutable="true">{content}</process>'


async def at(camunda: CamundaClient, instance: str) -> list[str]:
    """The tasks of an instance."""
    return sorted(one["taskDefinitionKey"] for one in (await camunda.get(f"/task?processInstanceId={instance}")).json())


@pytest.fixture
async def definition(camunda: CamundaClient) -> str:
    return await deploy_process(camunda, line())


@pytest.fixture
async def two(camunda: CamundaClient, definition: str) -> list[str]:
    """Two instances of it."""
    return [await camunda.start("line", {"businessKey": key}) for key in ("one", "two")]


async def refusal(camunda: CamundaClient, path: str, body: dict[str, Any]) -> Refusal:
    answer = await camunda.post(path, body)
    assert answer.status_code >= 400, answer.text
    told = answer.json()
    return answer.status_code, told["type"], told["message"]


async def test_several_instances_are_modified(camunda: CamundaClient, definition: str, two: list[str]) -> None:
    more = {"variables": values(a=1), "ancestorActivityInstanceId": "nothing"}  # neither counts here
    body = {
        "processDefinitionId": definition,
        "processInstanceIds": [two[0], two[0]],
        "processInstanceQuery": {"businessKey": "two"},
        "historicProcessInstanceQuery": {"processInstanceBusinessKey": "two"},
        "instructions": [before("B", **more), cancel("A")],
        "annotation": "because",
    }
    assert (await camunda.post(EXECUTE, body)).status_code == 204
    assert [await at(camunda, one) for one in two] == [["B"], ["B"]]
    assert (await camunda.get("/variable-instance/count")).json() == {"count": 0}


@pytest.mark.parametrize(("current", "left"), [(True, ["A"]), (False, [])])
async def test_what_is_there_already_may_be_cancelled_alone(
    camunda: CamundaClient, definition: str, two: list[str], current: bool, left: list[str]
) -> None:
    instructions = [before("A"), cancel("A", cancelCurrentActiveActivityInstances=current)]
    body = {"processDefinitionId": definition, "processInstanceIds": two, "instructions": instructions}
    assert (await camunda.post(EXECUTE, body)).status_code == 204
    assert [await at(camunda, one) for one in two] == [left, left]


_REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no definition": ({"processDefinitionId": None}, "processDefinitionId is null"),
    "no instructions": ({"instructions": None}, "Modification instructions cannot be empty is empty"),
    "empty instructions": ({"instructions": []}, "Modification instructions cannot be empty is empty"),
    "no instances": (
        {"processInstanceIds": None},
        "Process instance ids cannot be empty: Process instance ids is empty",
    ),
    "nothing found": (
        {"processInstanceIds": [], "processInstanceQuery": {"businessKey": "three"}},
        "Process instance ids cannot be empty: Process instance ids is empty",
    ),
    "null": (
        {"processInstanceIds": [None]},
        "Process instance ids cannot be null: Process instance ids contains null value",
    ),
    "another definition": (
        {"processDefinitionId": "x"},
        "no deployed process definition found with id 'x': processDefinition is null",
    ),
    "incomplete cancel": (
        {"instructions": [{"type": "cancel", "activityInstanceId": "A"}]},
        "For instruction type 'cancel': 'activityId' must be set",
    ),
    "incomplete start": (
        {"instructions": [{"type": "startTransition"}]},
        "For instruction type 'startTransition': 'transitionId' must be set",
    ),
    "unknown member": ({"cancel": True}, "The selection cannot be honoured: 'cancel' is unknown"),
}


@pytest.mark.parametrize("path", [EXECUTE, LATER])
@pytest.mark.parametrize("case", _REFUSED)
async def test_incomplete_bodies_are_refused(
    camunda: CamundaClient, definition: str, two: list[str], path: str, case: str
) -> None:
    change, message = _REFUSED[case]
    body = {"processDefinitionId": definition, "processInstanceIds": two, "instructions": [before("B")], **change}
    assert await refusal(camunda, path, body) == (400, "InvalidRequestException", message)
    assert [await at(camunda, one) for one in two] == [["A"], ["A"]]
    assert (await camunda.get("/batch/count")).json() == {"count": 0}


@pytest.mark.parametrize("path", [EXECUTE, LATER])
async def test_a_null_among_instructions_is_an_error_of_java(
    camunda: CamundaClient, definition: str, two: list[str], path: str
) -> None:
    body = {"processDefinitionId": definition, "processInstanceIds": two, "instructions": [None]}
    answer = await camunda.post(path, body)
    assert (answer.status_code, answer.json()["type"]) == (500, "NullPointerException")


async def test_one_that_fails_undoes_the_others(camunda: CamundaClient, definition: str, two: list[str]) -> None:
    other = await deploy_process(camunda, line("other"))
    stranger = await camunda.start("other")
    body = {"processDefinitionId": definition, "instructions": [before("B")]}
    assert await refusal(camunda, EXECUTE, {**body, "processInstanceIds": [*two, UNKNOWN]}) == (
        500,
        "ProcessEngineException",
        f"ENGINE-13036 Process instance '{UNKNOWN}' cannot be modified. The process instance does not exist",
    )
    assert await refusal(camunda, EXECUTE, {**body, "processInstanceIds": [*two, stranger]}) == (
        500,
        "ProcessEngineException",
        f"ENGINE-13037 Process instance '{stranger}' cannot be modified. Its process definition '{other}' does not "
        f"match given process definition '{definition}'",
    )
    nowhere = {**body, "instructions": [before("B"), before("nowhere")], "processInstanceIds": two}
    assert await refusal(camunda, EXECUTE, nowhere) == (
        400,
        "InvalidRequestException",
        f"{_NOWHERE}'{definition}': element is null",
    )
    await camunda.put(f"/process-instance/{two[1]}/suspended", {"suspended": True})
    assert await refusal(camunda, EXECUTE, {**body, "processInstanceIds": two}) == (
        400,
        "InvalidRequestException",
        f"ENGINE-03043 Execution with id '{two[1]}' is suspended.",
    )
    assert [await at(camunda, one) for one in [*two, stranger]] == [["A"], ["A"], ["A"]]


async def test_a_batch_modifies_several_instances(
    camunda: CamundaClient, served: Served, definition: str, two: list[str]
) -> None:
    instructions = [before("A"), after("A"), cancel("A", cancelCurrentActiveActivityInstances=True)]
    body = {"processDefinitionId": definition, "processInstanceIds": [*two, two[0]], "instructions": instructions}
    answer = await camunda.post(LATER, body)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["type"], shown["totalJobs"], shown["invocationsPerBatchJob"]) == ("instance-modification", 2, 1)
    await jobs_done(served.services)
    assert [await at(camunda, one) for one in two] == [["A", "B"], ["A", "B"]]
    assert (await camunda.get("/batch/count")).json() == {"count": 0}


async def test_a_job_of_a_batch_fails_by_itself(
    camunda: CamundaClient, served: Served, definition: str, two: list[str]
) -> None:
    body = {"processDefinitionId": definition, "processInstanceIds": [two[0], UNKNOWN], "instructions": [before("B")]}
    assert (await camunda.post(LATER, body)).json()["totalJobs"] == 2
    await jobs_done(served.services)
    assert await at(camunda, two[0]) == ["A", "B"]
    (job,) = (await camunda.get("/job")).json()
    assert job["exceptionMessage"] == (
        f"ENGINE-13036 Process instance '{UNKNOWN}' cannot be modified. The process instance does not exist"
    )


async def test_a_batch_modifies_one_instance(
    camunda: CamundaClient, served: Served, definition: str, two: list[str]
) -> None:
    start = before("B", variables=values(a=1) | local(b=2), ancestorActivityInstanceId=two[0])  # no variable is set
    body = {"instructions": [start, cancel("A")], "skipCustomListeners": True, "annotation": "because"}
    answer = await camunda.post(f"/process-instance/{two[0]}/modification-async", body)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["type"], answer.json()["totalJobs"]) == ("instance-modification", 1)
    await jobs_done(served.services)
    assert [await at(camunda, one) for one in two] == [["B"], ["A"]]
    assert (await camunda.get("/variable-instance/count")).json() == {"count": 0}


@pytest.mark.parametrize(
    ("instructions", "refused"),
    [
        ([], (400, "InvalidRequestException", "The provided instuctions are invalid.")),
        (None, (400, "InvalidRequestException", "The provided instuctions are invalid.")),
        (
            [cancel()],
            (
                400,
                "InvalidRequestException",
                "For instruction type 'cancel': exactly one, 'activityId', 'activityInstanceId', or "
                "'transitionInstanceId', is required",
            ),
        ),
        (
            [before("B")],
            (
                500,
                "ProcessEngineException",
                "ENGINE-13036 Process instance 'nope' cannot be modified. The process instance does not exist",
            ),
        ),
    ],
)
async def test_a_batch_for_one_instance_is_refused(camunda: CamundaClient, instructions: Any, refused: Refusal) -> None:  # noqa: ANN401 - JSON
    body = {"instructions": instructions}
    assert await refusal(camunda, "/process-instance/nope/modification-async", body) == refused


async def test_an_unknown_instance_is_not_modified(camunda: CamundaClient, definition: str, two: list[str]) -> None:
    path = "/process-instance/nope/modification"
    assert await refusal(camunda, path, {"instructions": [before("B")]}) == (
        500,
        "ProcessEngineException",
        "ENGINE-13036 Process instance 'nope' cannot be modified. The process instance does not exist",
    )
    assert (await camunda.post(path, {"instructions": []})).status_code == 204  # nothing is looked for, then


async def test_a_suspended_instance_is_not_modified(camunda: CamundaClient, definition: str, two: list[str]) -> None:
    await camunda.put(f"/process-instance/{two[0]}/suspended", {"suspended": True})
    body = {"instructions": [cancel("A"), before("B")]}
    assert await refusal(camunda, f"/process-instance/{two[0]}/modification", body) == (
        400,
        "SuspendedEntityInteractionException",
        f"ENGINE-03043 Execution with id '{two[0]}' is suspended.",
    )
    assert await at(camunda, two[0]) == ["A"]


async def test_hundreds_of_instructions_are_carried_out(camunda: CamundaClient, definition: str) -> None:
    instance = await camunda.start("line")
    many = [before("B")] * 300  # a long work, off the event loop
    body = {"instructions": [*many, cancel("A")]}
    assert (await camunda.post(f"/process-instance/{instance}/modification", body)).status_code == 204
    assert await at(camunda, instance) == ["B"] * 300


async def test_what_instructions_do_together_is_bounded(camunda: CamundaClient, definition: str) -> None:
    instance = await camunda.start("line")
    body = {
        "instructions": [*[before("B")] * 300, *[cancel("nowhere")] * 2_000]
    }  # each looks through all that is there
    answer = await camunda.post(f"/process-instance/{instance}/modification", body)
    assert (answer.status_code, answer.json()["type"]) == (500, "ProcessEngineException")
    assert "100000" in answer.json()["message"]
    assert await at(camunda, instance) == ["A"]
