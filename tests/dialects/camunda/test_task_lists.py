"""Lists of user tasks over HTTP: filters, alternatives, order."""

from collections.abc import Mapping
from typing import Any

import pytest

from taskbridge.clock import ManualClock
from taskbridge.service import identity
from taskbridge.service.unit import Services
from tests.client import CamundaClient
from tests.dialects.camunda.models import deploy_process

pytestmark = pytest.mark.anyio

PROCESS = """<process id="review" name="Review" isExecutable="true"><startEvent id="s"/>
<sequenceFlow id="f0" sourceRef="s" targetRef="fork"/><parallelGateway id="fork"/>
<sequenceFlow id="f1" sourceRef="fork" targetRef="read"/><sequenceFlow id="f2" sourceRef="fork" targetRef="write"/>
<sequenceFlow id="f3" sourceRef="fork" targetRef="sign"/>
<userTask id="read" name="Read it" camunda:candidateUsers="ann" camunda:priority="70">
<documentation>all of it</documentation></userTask>
<userTask id="write" name="write it" camunda:assignee="bob" camunda:dueDate="2030-01-01T00:00:00"
  camunda:candidateGroups="authors"/>
<userTask id="sign" camunda:followUpDate="2030-01-01T00:00:00" camunda:candidateGroups="chiefs"/>
</process>"""


@pytest.fixture
async def instance(camunda: CamundaClient) -> str:
    """An instance with three tasks: read for ann, write of bob, sign for chiefs."""
    await deploy_process(camunda, PROCESS)
    return await camunda.start("review", {"businessKey": "b-1", "variables": {"n": {"value": 5}}})


def _nodes(listed: list[Mapping[str, Any]]) -> list[str]:
    return [one["taskDefinitionKey"] for one in listed]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["read", "write", "sign"]),
        ("assignee=bob", ["write"]),
        ("assignee=bob&assigneeIn=ann", []),
        ("assigneeLike=b%25", ["write"]),
        ("assigneeNotIn=bob", []),
        ("assigned=true", ["write"]),
        ("unassigned=true", ["read", "sign"]),
        ("unassigned=false", ["read", "write", "sign"]),
        ("candidateUser=ann", ["read"]),
        ("candidateUser=eve", ["sign"]),
        ("candidateGroup=chiefs", ["sign"]),
        ("candidateGroups=chiefs,authors", ["sign"]),
        ("candidateGroups=chiefs,authors&includeAssignedTasks=true", ["write", "sign"]),
        ("withCandidateUsers=true", ["read"]),
        ("withoutCandidateUsers=true", ["sign"]),
        ("withoutCandidateUsers=true&includeAssignedTasks=true", ["write", "sign"]),
        ("withCandidateGroups=true", ["sign"]),
        ("withCandidateGroups=true&includeAssignedTasks=true", ["write", "sign"]),
        ("candidateGroupLike=%25h%25", ["sign"]),
        ("candidateGroupLike=%25h%25&includeAssignedTasks=true", ["write", "sign"]),
        ("candidateGroupLike=chief_&candidateUser=ann", ["read", "sign"]),
        ("withoutCandidateGroups=true", ["read"]),
        ("involvedUser=bob", ["write"]),
        ("name=Read+it", ["read"]),
        ("nameNotEqual=Read+it", ["write"]),
        ("nameLike=%25+it", ["read", "write"]),
        ("nameLike=read%25", []),
        ("nameNotLike=Read%25", ["write"]),
        ("nameLike=%5C", []),
        ("description=all+of+it", ["read"]),
        ("descriptionLike=all%25", ["read"]),
        ("taskDefinitionKey=sign", ["sign"]),
        ("taskDefinitionKeyIn=sign,read", ["read", "sign"]),
        ("taskDefinitionKeyNotIn=sign,read", ["write"]),
        ("taskDefinitionKeyLike=%25i%25", ["write", "sign"]),
        ("priority=50", ["write", "sign"]),
        ("minPriority=60", ["read"]),
        ("maxPriority=50", ["write", "sign"]),
        ("dueDate=2030-01-01T00:00:00.000%2B0000", ["write"]),
        ("dueBefore=2030-01-01T00:00:00.001%2B0000", ["write"]),
        ("dueAfter=2030-01-01T00:00:00.000%2B0000", []),
        ("withoutDueDate=true", ["read", "sign"]),
        ("followUpDate=2030-01-01T00:00:00.000%2B0000", ["sign"]),
        ("followUpAfter=2029-01-01T00:00:00.000%2B0000", ["sign"]),
        ("followUpBefore=2029-01-01T00:00:00.000%2B0000", []),
        ("followUpBeforeOrNotExistent=2029-01-01T00:00:00.000%2B0000", ["read", "write"]),
        ("createdBefore=2000-01-01T00:00:00.000%2B0000", []),
        ("createdAfter=2000-01-01T00:00:00.000%2B0000", ["read", "write", "sign"]),
        ("updatedAfter=2000-01-01T00:00:00.000%2B0000", []),
        ("delegationState=PENDING", []),
        ("parentTaskId=x", []),
        ("active=true&suspended=true", []),
        ("processInstanceBusinessKey=b-1", ["read", "write", "sign"]),
        ("processInstanceBusinessKeyIn=b-2", []),
        ("processInstanceBusinessKeyLike=b%25", ["read", "write", "sign"]),
        ("processDefinitionKey=review", ["read", "write", "sign"]),
        ("processDefinitionKeyIn=other", []),
        ("processDefinitionName=Review", ["read", "write", "sign"]),
        ("processDefinitionNameLike=R%25", ["read", "write", "sign"]),
        ("withoutTenantId=true", ["read", "write", "sign"]),
        ("tenantIdIn=north", []),
        ("taskId=nope", []),
        ("processVariables=n_eq_five", []),
        ("sortBy=nameCaseInsensitive&sortOrder=desc&nameLike=%25", ["write", "read"]),
        ("sortBy=priority&sortOrder=desc&maxResults=1", ["read"]),
        ("sortBy=caseInstanceId&sortOrder=desc&firstResult=2", ["sign"]),
    ],
)
async def test_query_parameters_narrow(
    camunda: CamundaClient, services: Services, instance: str, query: str, expected: list[str]
) -> None:
    await services.run(lambda unit: identity.add_user(unit, "eve", "no hash", groups=["chiefs"]))
    listed = (await camunda.get(f"/task?{query}")).json()
    assert _nodes(listed) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"taskVariables": [{"name": "own", "operator": "eq", "value": 1}]}, ["write"]),
        ({"processVariables": [{"name": "n", "operator": "gt", "value": 4}]}, ["read", "write", "sign"]),
        ({"processVariables": [{"name": "own", "operator": "eq", "value": 1}]}, []),
        ({"orQueries": [{"assignee": "bob", "taskDefinitionKey": "sign"}]}, ["write", "sign"]),
        ({"orQueries": [{"assignee": "bob", "priority": 70}, {"candidateUser": "ann"}]}, ["read"]),
        ({"assigneeIn": [], "taskIdIn": None}, ["read", "write", "sign"]),
        (
            {"sorting": [{"sortBy": "priority", "sortOrder": "asc"}, {"sortBy": "id", "sortOrder": "desc"}]},
            ["sign", "write", "read"],
        ),
    ],
)
async def test_a_body_narrows(
    camunda: CamundaClient, instance: str, body: Mapping[str, Any], expected: list[str]
) -> None:
    (mine,) = (await camunda.get("/task?assignee=bob")).json()
    await camunda.put(f"/task/{mine['id']}/localVariables/own", {"value": 1})
    assert _nodes((await camunda.post("/task", body)).json()) == expected
    assert (await camunda.post("/task/count", body)).json() == {"count": len(expected)}


async def test_ids_of_all_kinds_lead_to_a_task(camunda: CamundaClient, instance: str) -> None:
    (task,) = (await camunda.get("/task?assignee=bob")).json()
    tree = (await camunda.get(f"/process-instance/{instance}/activity-instances")).json()
    (activity,) = (one["id"] for one in tree["childActivityInstances"] if one["activityId"] == "write")
    for query in (f"taskId={task['id']}", f"executionId={task['executionId']}", f"activityInstanceIdIn={activity}"):
        assert _nodes((await camunda.get(f"/task?{query}")).json()) == ["write"]
        assert (await camunda.get(f"/task/count?{query}")).json() == {"count": 1}


async def test_a_changed_task_is_found_by_its_change(camunda: CamundaClient, clock: ManualClock, instance: str) -> None:
    (task,) = (await camunda.get("/task?assignee=bob")).json()
    clock.advance(1000)
    await camunda.post(f"/task/{task['id']}/delegate", {"userId": "eve"})
    body = {"updatedAfter": task["created"], "delegationState": "PENDING", "owner": "bob"}
    assert _nodes((await camunda.post("/task", body)).json()) == ["write"]


async def test_refusals_name_the_kind_of_variable(camunda: CamundaClient) -> None:
    for parameter, noun in (("taskVariables", "task variable"), ("processVariables", "process variable")):
        answer = await camunda.get(f"/task?{parameter}=n_is_5")
        assert (answer.status_code, answer.json()["message"]) == (400, f"Invalid {noun} comparator specified: is")
