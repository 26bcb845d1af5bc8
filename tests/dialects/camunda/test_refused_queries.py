"""What a list cannot be asked for, in the words of the vendor's server; and what an empty text means (contract 4)."""

from typing import Any

import pytest

from taskbridge.service import comments
from taskbridge.service.unit import Services, Unit
from taskbridge.store import user_task_lists
from taskbridge.store.user_task_lists import UserTaskFilter
from tests.client import CamundaClient
from tests.dialects.camunda.models import deploy_model

pytestmark = pytest.mark.anyio

FAILED = (500, "ProcessEngineException")
DATE = "2013-01-23T14:42:45.000+0200"
ASSIGNED_ALONE = (
    "Invalid query usage: candidateUser, candidateGroup, candidateGroupLike, candidateGroupIn, withCandidateGroups, "
    "withoutCandidateGroups, withCandidateUsers, withoutCandidateUsers has to be called before 'includeAssignedTasks'."
)
NOT_BOTH = "Invalid query usage: cannot set both"
LATEST = (
    "Calling latest() can only be used in combination with key(String) and keyLike(String) "
    "or name(String) and nameLike(String)"
)
EXPRESSIONS = (
    "Expressions are forbidden in adhoc queries. This behavior can be toggled in the process engine configuration"
)


@pytest.fixture
async def world(camunda: CamundaClient) -> None:
    """An external task, a user task, and what belongs to them."""
    for name in ("P1", "UserTask"):
        await deploy_model(camunda, name)
        await camunda.start(name, {"businessKey": "b", "variables": {"n": {"value": 1}}})


async def refusal(camunda: CamundaClient, path: str, body: dict[str, Any]) -> tuple[int, str, str]:
    """The error that the list and the count answer alike."""
    answers = [await camunda.post(f"{path}{suffix}", body) for suffix in ("", "/count")]
    told = {(one.status_code, one.json()["type"], one.json()["message"]) for one in answers}
    assert len(told) == 1
    return told.pop()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"includeAssignedTasks": True}, ASSIGNED_ALONE),
        ({"includeAssignedTasks": True, "involvedUser": "a", "withCandidateGroups": False}, ASSIGNED_ALONE),
        ({"orQueries": [{"includeAssignedTasks": True}]}, ASSIGNED_ALONE),
        ({"candidateGroups": []}, "Candidate group list is empty"),
        ({"orQueries": [{"candidateGroups": []}]}, "Candidate group list is empty"),
        ({"candidateGroups": ["a"], "candidateUser": "b"}, f"{NOT_BOTH} candidateGroupIn and candidateUser"),
        ({"candidateGroup": "a", "candidateUser": "b"}, f"{NOT_BOTH} candidateUser and candidateGroup"),
        ({"tenantIdIn": ["a"], "withoutTenantId": True}, f"{NOT_BOTH} tenantIdIn and withoutTenantId filters."),
        *(
            (
                {"withoutDueDate": True, due: DATE},
                f"{NOT_BOTH} due date (equal to, before, or after) and withoutDueDate filters.",
            )
            for due in ("dueDate", "dueBefore", "dueAfter")
        ),
        *(
            ({"orQueries": [{name: True}]}, f"Invalid query usage: cannot set {name}() within 'or' query")
            for name in ("withCandidateGroups", "withoutCandidateGroups", "withCandidateUsers", "withoutCandidateUsers")
        ),
    ],
)
async def test_task_queries_that_the_vendor_refuses(camunda: CamundaClient, body: dict[str, Any], text: str) -> None:
    assert await refusal(camunda, "/task", body) == (*FAILED, text)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"processInstanceIds": []}, "Set of process instance ids is empty"),
        (
            {"rootProcessInstances": True, "superProcessInstance": "x"},
            f"{NOT_BOTH} rootProcessInstances and superProcessInstanceId",
        ),
        (
            {"leafProcessInstances": True, "subProcessInstance": "x"},
            f"{NOT_BOTH} leafProcessInstances and subProcessInstanceId",
        ),
    ],
)
async def test_instance_queries_that_the_vendor_refuses(
    camunda: CamundaClient, body: dict[str, Any], text: str
) -> None:
    assert await refusal(camunda, "/process-instance", body) == (*FAILED, text)
    assert await refusal(camunda, "/process-instance", {"orQueries": [body]}) == (*FAILED, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("latestVersion=true&deploymentId=x", LATEST),
        ("latestVersion=true&processDefinitionId=x", LATEST),
        ("latestVersion=true&version=1", LATEST),
        ("version=0", "version is not greater than 0"),
        ("version=-1", "version is not greater than 0"),
    ],
)
async def test_definition_queries_that_the_vendor_refuses(camunda: CamundaClient, query: str, text: str) -> None:
    for path in ("/process-definition", "/process-definition/count"):
        answer = await camunda.get(f"{path}?{query}")
        assert (answer.status_code, answer.json()["type"], answer.json()["message"]) == (*FAILED, text)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("path", "body", "number"),
    [
        ("/task", {"includeAssignedTasks": True, "candidateGroupLike": "none%"}, 0),
        ("/task", {"withoutDueDate": False, "dueAfter": DATE}, 0),
        ("/task", {"orQueries": [{"withoutDueDate": True, "dueBefore": DATE}]}, 1),
        ("/task", {"orQueries": [{"tenantIdIn": ["a"], "withoutTenantId": True}]}, 1),
        ("/task", {"orQueries": [{"candidateGroup": "a", "candidateUser": "b"}]}, 0),
        ("/task", {"orQueries": [{"caseInstanceId": "x", "priority": 50}]}, 1),
        ("/task", {"caseInstanceId": "x", "taskDefinitionKey": "work"}, 0),
        ("/task", {"caseInstanceVariables": []}, 1),
        ("/task", {"caseInstanceVariables": [{"name": "a", "operator": "neq", "value": 1}]}, 0),
        ("/process-instance", {"tenantIdIn": ["a"], "withoutTenantId": True}, 2),
        ("/process-instance", {"tenantIdIn": ["a"], "processDefinitionWithoutTenantId": True}, 0),
        ("/process-instance", {"rootProcessInstances": False, "superProcessInstance": "x"}, 0),
        ("/process-instance", {"superCaseInstance": "x"}, 0),
        ("/variable-instance", {"batchIdIn": []}, 0),
        ("/variable-instance", {"caseInstanceIdIn": ["x"]}, 0),
        ("/task", {"noSuchMember": 1}, 1),
        ("/task", {"dueAfter": ""}, 1),
        ("/task", {"tenantIdIn": [], "assigneeIn": [], "taskIdIn": []}, 1),
    ],
)
async def test_queries_that_look_alike_and_are_answered(
    camunda: CamundaClient, path: str, body: dict[str, Any], number: int
) -> None:
    assert (await camunda.post(f"{path}/count", body)).json() == {"count": number}


@pytest.mark.usefixtures("world")
async def test_expressions_are_refused_in_every_place(camunda: CamundaClient) -> None:
    for body in ({"assigneeExpression": "x"}, {"dueDateExpression": ""}, {"orQueries": [{"ownerExpression": "x"}]}):
        assert await refusal(camunda, "/task", body) == (400, "BadUserRequestException", EXPRESSIONS)
    assert (await camunda.post("/task/count", {"assigneeExpression": None})).json() == {"count": 1}
    answer = await camunda.get("/task?candidateUserExpression=x")
    assert (answer.status_code, answer.json()["message"]) == (400, EXPRESSIONS)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("path", "names", "number"),
    [
        ("/external-task", "activityIdIn processInstanceIdIn tenantIdIn lockExpirationBefore lockExpirationAfter", 1),
        ("/external-task", "processDefinitionKeyIn externalTaskIdIn", 0),
        ("/task", "dueDate dueAfter dueBefore followUpDate followUpBeforeOrNotExistent createdOn updatedAfter", 1),
        ("/task", "taskIdIn tenantIdIn assigneeIn assigneeNotIn processDefinitionKeyIn activityInstanceIdIn", 0),
        ("/task", "taskDefinitionKeyNotIn", 1),
        ("/process-instance", "processDefinitionKeyIn processDefinitionKeyNotIn activityIdIn tenantIdIn", 2),
        ("/process-instance", "processInstanceIds incidentId caseInstanceId superCaseInstance", 0),
        ("/process-definition", "processDefinitionIdIn keysIn tenantIdIn deployedAfter deployedAt", 2),
        ("/deployment", "tenantIdIn before after", 2),
        ("/variable-instance", "tenantIdIn", 2),
        ("/variable-instance", "processInstanceIdIn executionIdIn taskIdIn batchIdIn", 0),
    ],
)
async def test_an_empty_text_is_no_list_here_and_an_empty_value_there(
    camunda: CamundaClient, path: str, names: str, number: int
) -> None:
    for name in names.split():
        assert (await camunda.get(f"{path}/count?{name}=")).json() == {"count": number}, name
        assert len((await camunda.get(f"{path}?{name}=")).json()) == number, name


async def test_an_empty_text_is_no_list_of_incidents_or_batches_either(camunda: CamundaClient) -> None:
    await deploy_model(camunda, "P1")
    await camunda.start("P1")
    (task,) = await camunda.fetch()
    await camunda.post(f"/external-task/{task['id']}/failure", {"workerId": "w", "retries": 0})
    for name in ("tenantIdIn", "jobDefinitionIdIn", "incidentTimestampBefore", "incidentTimestampAfter"):
        assert (await camunda.get(f"/incident/count?{name}=")).json() == {"count": 1}
    assert (await camunda.get("/incident/count?processDefinitionKeyIn=")).json() == {"count": 0}
    never_done = {"retries": -1, "externalTaskIds": ["unknown"]}
    await camunda.post("/external-task/retries-async", never_done)
    assert (await camunda.get("/batch/count?tenantIdIn=")).json() == {"count": 1}
    assert (await camunda.get("/batch/count?tenantIdIn=x")).json() == {"count": 0}


async def test_an_empty_list_of_groups_is_refused_as_a_text_too(camunda: CamundaClient) -> None:
    answer = await camunda.get("/task?candidateGroups=")
    assert (answer.status_code, answer.json()["message"]) == (500, "Candidate group list is empty")


@pytest.mark.usefixtures("world")
async def test_tasks_are_shown_with_what_is_asked_for(camunda: CamundaClient, services: Services) -> None:
    (task,) = (await camunda.get("/task")).json()
    await camunda.put(f"/task/{task['id']}/localVariables/own", {"value": "x"})

    def comment(unit: Unit) -> None:
        for row in user_task_lists.find(unit.tx, UserTaskFilter()):
            comments.add_to_task(unit, row, "soon")

    (shown,) = (await camunda.get("/task?withCommentAttachmentInfo=true")).json()
    assert (shown["comment"], shown["attachment"]) == (False, False)
    await services.run(comment, "ann")
    flags = {"withCommentAttachmentInfo": True, "withTaskLocalVariablesInReturn": True}
    (shown,) = (await camunda.post("/task", flags)).json()
    assert (shown["comment"], shown["attachment"]) == (True, False)
    assert shown["variables"] == {"own": {"type": "String", "value": "x", "valueInfo": {}}}
    (shown,) = (await camunda.get("/task?withTaskVariablesInReturn=true")).json()
    assert set(shown["variables"]) == {"own", "n"}
    assert "comment" not in shown
    (shown,) = (await camunda.get("/task?withTaskVariablesInReturn=false")).json()
    assert "variables" not in shown
