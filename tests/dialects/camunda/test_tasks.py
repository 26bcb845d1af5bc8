"""User tasks over HTTP: what a user does with one."""

from typing import Any

import pytest

from taskbridge.clock import ManualClock
from tests.client import CamundaClient
from tests.dialects.camunda.models import deploy_model, deploy_process

pytestmark = pytest.mark.anyio


@pytest.fixture
async def task(camunda: CamundaClient) -> str:
    """The id of a task offered to the group clerks."""
    await deploy_model(camunda, "UserTask")
    await camunda.start("UserTask", {"variables": {"n": {"value": 1}}})
    found: str = (await camunda.get("/task")).json()[0]["id"]
    return found


async def _get(camunda: CamundaClient, task: str) -> Any:  # noqa: ANN401 - JSON
    return (await camunda.get(f"/task/{task}")).json()


async def test_a_new_task_has_never_been_updated(camunda: CamundaClient, task: str) -> None:
    shown = await _get(camunda, task)
    assert (shown["name"], shown["taskDefinitionKey"], shown["formKey"]) == ("Some work", "work", "a-form")
    assert (shown["assignee"], shown["lastUpdated"], shown["taskState"]) == (None, None, "Created")


async def test_claiming_makes_the_assignee(camunda: CamundaClient, clock: ManualClock, task: str) -> None:
    clock.advance(1000)
    assert (await camunda.post(f"/task/{task}/claim", {"userId": "ann"})).status_code == 204
    assert (await camunda.post(f"/task/{task}/claim", {"userId": "ann"})).status_code == 204
    shown = await _get(camunda, task)
    assert (shown["assignee"], shown["taskState"]) == ("ann", "Updated")
    assert shown["lastUpdated"] > shown["created"]


async def test_claiming_anothers_task_changes_nothing(camunda: CamundaClient, task: str) -> None:
    await camunda.post(f"/task/{task}/claim", {"userId": "ann"})
    answer = await camunda.post(f"/task/{task}/claim", {"userId": "bob"})
    assert answer.status_code == 500
    assert answer.json() == {
        "type": "TaskAlreadyClaimedException",
        "message": f"Task '{task}' is already claimed by someone else.",
        "code": 0,
    }
    assert (await _get(camunda, task))["assignee"] == "ann"


async def test_an_assignee_is_replaced_and_removed(camunda: CamundaClient, task: str) -> None:
    await camunda.post(f"/task/{task}/claim", {"userId": "ann"})
    await camunda.post(f"/task/{task}/assignee", {"userId": "bob"})
    assert (await _get(camunda, task))["assignee"] == "bob"
    await camunda.post(f"/task/{task}/unclaim")
    assert (await _get(camunda, task))["assignee"] is None


async def test_a_delegated_task_is_resolved_by_who_has_it(camunda: CamundaClient, task: str) -> None:
    await camunda.post(f"/task/{task}/claim", {"userId": "ann"})
    await camunda.post(f"/task/{task}/delegate", {"userId": "bob"})
    shown = await _get(camunda, task)
    assert (shown["owner"], shown["assignee"], shown["delegationState"]) == ("ann", "bob", "PENDING")
    await camunda.post(f"/task/{task}/resolve", {"variables": {"answer": {"value": "yes"}}})
    shown = await _get(camunda, task)
    assert (shown["assignee"], shown["delegationState"]) == ("ann", "RESOLVED")
    assert (await camunda.get(f"/task/{task}/variables/answer")).json()["value"] == "yes"


async def test_completing_leads_to_the_next_task(camunda: CamundaClient, task: str) -> None:
    answer = await camunda.post(f"/task/{task}/complete", {"variables": {"n": {"value": 2}}})
    assert (answer.status_code, answer.content) == (204, b"")
    (following,) = (await camunda.get("/task")).json()
    assert following["taskDefinitionKey"] == "after"
    variable = await camunda.get(f"/process-instance/{following['processInstanceId']}/variables/n")
    assert variable.json()["value"] == 2


@pytest.mark.parametrize("action", ["complete", "submit-form"])
async def test_a_completion_can_answer_with_the_variables(camunda: CamundaClient, task: str, action: str) -> None:
    body = {"variables": {"x": {"value": [1]}}, "withVariablesInReturn": True}
    left = (await camunda.post(f"/task/{task}/{action}", body)).json()
    assert {name: entry["value"] for name, entry in left.items()} == {"n": 1, "x": "[1]"}


@pytest.mark.parametrize(
    ("action", "refusal"), [("complete", "Cannot complete task"), ("submit-form", "Cannot submit task form")]
)
async def test_a_completion_that_fails_tells_which_task(
    camunda: CamundaClient, task: str, action: str, refusal: str
) -> None:
    value = await camunda.post(f"/task/{task}/{action}", {"variables": {"n": {"value": 1, "type": "Colour"}}})
    assert value.json() == {
        "type": "InvalidRequestException",
        "message": f"{refusal} {task}: Unsupported value type 'Colour'",
        "code": None,
    }
    unknown = await camunda.post(f"/task/nope/{action}", {})
    assert (unknown.status_code, unknown.json()["type"]) == (500, "RestException")
    assert unknown.json()["message"] == f"{refusal} nope: Cannot find task with id nope: task is null"


async def test_a_failing_continuation_changes_nothing(camunda: CamundaClient) -> None:
    await deploy_model(camunda, "UserDecision")
    instance = await camunda.start("UserDecision")
    (task,) = (await camunda.get("/task")).json()
    answer = await camunda.post(f"/task/{task['id']}/complete", {"variables": {"score": {"value": 1}}})
    assert (answer.status_code, answer.json()["code"]) == (500, 0)
    assert "ENGINE-02004 No outgoing sequence flow for the element with id 'decide'" in answer.json()["message"]
    assert (await camunda.get(f"/process-instance/{instance}/variables")).json() == {}
    assert len((await camunda.get("/task")).json()) == 1


async def test_a_suspended_task_is_left_alone(camunda: CamundaClient, task: str) -> None:
    await camunda.put("/process-instance/suspended", {"suspended": True, "processDefinitionKey": "UserTask"})
    text = f"ENGINE-03043 task with id '{task}' is suspended."
    claimed = await camunda.post(f"/task/{task}/claim", {"userId": "ann"})
    assert (claimed.status_code, claimed.json()["message"]) == (400, text)
    completed = await camunda.post(f"/task/{task}/complete", {})
    assert (completed.status_code, completed.json()["message"]) == (500, f"Cannot complete task {task}: {text}")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "type_"),
    [
        ("GET", "", None, 404, "InvalidRequestException"),
        ("POST", "/claim", {"userId": "ann"}, 500, "NullValueException"),
        ("POST", "/unclaim", None, 400, "NotFoundException"),
        ("POST", "/assignee", {}, 400, "NotFoundException"),
        ("POST", "/delegate", {}, 500, "NullValueException"),
        ("POST", "/resolve", {}, 500, "NullValueException"),
        ("GET", "/identity-links", None, 500, "NullValueException"),
        ("POST", "/identity-links", {"userId": "a", "type": "candidate"}, 500, "NullValueException"),
    ],
)
async def test_an_unknown_task_is_an_error_of_each_operations_own(
    camunda: CamundaClient, method: str, path: str, body: object, status: int, type_: str
) -> None:
    more = {} if body is None else {"json": body}
    answer = await camunda.request(method, f"/task/nope{path}", **more)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["type"]) == (status, type_)


async def test_links_come_and_go(camunda: CamundaClient, task: str) -> None:
    path = f"/task/{task}/identity-links"
    for body in ({"userId": "ann", "type": "assignee"}, {"userId": "bob", "type": "owner"}):
        assert (await camunda.post(path, body)).status_code == 204
    await camunda.post(path, {"groupId": "auditors", "type": "reader"})
    await camunda.post(path, {"groupId": "auditors", "type": "reader"})
    links = {(one["type"], one["userId"], one["groupId"]) for one in (await camunda.get(path)).json()}
    assert links == {
        ("assignee", "ann", None),
        ("owner", "bob", None),
        ("candidate", None, "clerks"),
        ("reader", None, "auditors"),
    }
    readers = (await camunda.get(f"{path}?type=reader")).json()
    assert readers == [{"userId": None, "groupId": "auditors", "type": "reader"}] * 2
    await camunda.post(f"{path}/delete", {"groupId": "auditors", "type": "reader"})
    await camunda.post(f"{path}/delete", {"userId": "ann", "type": "assignee"})
    assert {one["type"] for one in (await camunda.get(path)).json()} == {"owner", "candidate"}


async def test_one_who_is_named_twice_is_linked_twice_and_offered_the_task_once(camunda: CamundaClient) -> None:
    await deploy_process(camunda, _NAMED_TWICE)
    await camunda.start("p")
    for query in ("candidateUser=kermit", "candidateGroup=clerks", "withCandidateUsers=true", "involvedUser=kermit"):
        listed = (await camunda.get(f"/task?{query}")).json()
        assert [one["taskDefinitionKey"] for one in listed] == ["work"], query
        assert (await camunda.get(f"/task/count?{query}")).json() == {"count": 1}, query
    path = f"/task/{listed[0]['id']}/identity-links"
    named = [(one["userId"], one["groupId"]) for one in (await camunda.get(path)).json()]
    assert named == [("kermit", None), ("kermit", None), (None, "clerks"), (None, "clerks")]
    await camunda.post(f"{path}/delete", {"userId": "kermit", "type": "candidate"})
    assert [one["groupId"] for one in (await camunda.get(path)).json()] == ["clerks", "clerks"]


async def test_a_reference_to_a_form_is_not_evaluated(camunda: CamundaClient) -> None:
    await deploy_process(camunda, _WITH_FORM)
    await camunda.start("p")
    (task,) = (await camunda.get("/task")).json()
    assert (task["taskDefinitionKey"], task["formKey"], task["camundaFormRef"]) == ("work", None, None)
    assert (await camunda.get(f"/task/{task['id']}")).json() == task


_WITH_FORM = """<process id="p" isExecutable="true"><startEvent id="s"/>
<userTask id="work" camunda:formRef="form" camunda:formRefBinding="version" camunda:formRefVersion="${nowhere}"/>
<sequenceFlow id="f" sourceRef="s" targetRef="work"/></process>"""
_NAMED_TWICE = """<process id="p" isExecutable="true"><startEvent id="s"/>
<userTask id="work" camunda:candidateUsers="kermit, ${'kermit'}" camunda:candidateGroups="clerks,clerks"/>
<sequenceFlow id="f" sourceRef="s" targetRef="work"/></process>"""


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"type": "candidate"}, 400, "Identity Link requires userId or groupId."),
        (
            {"type": "candidate", "userId": "a", "groupId": "g"},
            400,
            "Identity Link requires userId or groupId, but not both.",
        ),
        ({"userId": "a"}, 500, "type is required when adding a new task identity link: type is null"),
        (
            {"type": "assignee", "groupId": "g"},
            500,
            "Incompatible usage: cannot use ASSIGNEE together with a groupId",
        ),
    ],
)
async def test_a_link_that_is_none_is_refused(
    camunda: CamundaClient, task: str, body: object, status: int, message: str
) -> None:
    answer = await camunda.post(f"/task/{task}/identity-links", body)
    assert (answer.status_code, answer.json()["message"]) == (status, message)


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200),
        ("*/*", 200),
        ("application/hal+json, application/json;q=0.5", 200),
        ("application/hal+json", 406),
        ("text/html", 406),
    ],
)
async def test_only_json_is_spoken(camunda: CamundaClient, task: str, accept: str, status: int) -> None:
    for path in ("/task", f"/task/{task}"):
        assert (await camunda.get(path, headers={"Accept": accept})).status_code == status
