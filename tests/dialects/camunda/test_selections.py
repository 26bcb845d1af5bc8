"""Bulk operations change what their selection names, and never more (contract 1.15, 4.4)."""

from typing import Any

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.models import deploy_model

pytestmark = pytest.mark.anyio

RETRIES = "/external-task/retries"
LATER = "/external-task/retries-async"
SUSPENDED = "/process-instance/suspended"
PAST = "historicProcessInstanceQuery"
NO_TASKS = (400, "InvalidRequestException", "externalTaskIds is empty")
NO_INSTANCES = (400, "BadUserRequestException", "No process instance ids given: Process Instance ids is empty")


@pytest.fixture
async def three(camunda: CamundaClient) -> list[str]:
    """Three instances that each wait at an external task."""
    await deploy_model(camunda, "P1")
    return [
        await camunda.start("P1", {"businessKey": f"b-{number}", "variables": {"n": {"value": number}}})
        for number in range(3)
    ]


async def changed(camunda: CamundaClient, selection: dict[str, Any]) -> int:
    """How many tasks have the new number of retries."""
    answer = await camunda.put(RETRIES, {"retries": 4, **selection})
    assert answer.status_code == 204, answer.text
    return [task["retries"] for task in (await camunda.get("/external-task")).json()].count(4)


async def refusal(camunda: CamundaClient, path: str, selection: dict[str, Any]) -> tuple[int, str, str]:
    """The error; nothing was changed."""
    body = {**({"retries": 4} if path in (RETRIES, LATER) else {"suspended": True}), **selection}
    answer = await (camunda.post(path, body) if path == LATER else camunda.put(path, body))
    assert answer.status_code >= 400, answer.text
    assert [task["retries"] for task in (await camunda.get("/external-task")).json()].count(4) == 0
    assert (await camunda.get("/process-instance/count?suspended=true")).json() == {"count": 0}
    assert (await camunda.get("/batch/count")).json() == {"count": 0}
    told = answer.json()
    return answer.status_code, told["type"], told["message"]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    "query",
    [
        {"tenantIdIn": ["nobody"]},
        {"startedBy": "nobody"},
        {"caseInstanceId": "x"},
        {"superProcessInstanceId": "x"},
        {"finishedAfter": "2013-01-23T14:42:45.000+0200"},
        {"completed": True},
        {"suspended": True},
        {"withIncidents": True},
        {"incidentStatus": "any"},
        {"processDefinitionKeyNotIn": ["P%"]},
        {"processInstanceBusinessKeyIn": ["nothing"]},
        {"variables": [{"name": "n", "operator": "eq", "value": 77}]},
        {"orQueries": [{"startedBy": "nobody", "processInstanceBusinessKey": "nothing"}]},
        {"unfinished": True, "finished": True},
    ],
    ids=str,
)
async def test_a_query_over_all_instances_that_finds_none_changes_none(
    camunda: CamundaClient, query: dict[str, Any]
) -> None:
    for path in (RETRIES, LATER):
        assert await refusal(camunda, path, {PAST: query}) == NO_TASKS
    assert await refusal(camunda, SUSPENDED, {PAST: query}) == NO_INSTANCES


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({}, 3),
        ({"unfinished": True}, 3),
        ({"active": True, "withoutTenantId": True, "tenantIdIn": ["ignored there, too"]}, 3),
        ({"rootProcessInstances": True, "finished": False}, 3),
        ({"startedAfter": "1970-01-01T00:00:00.000+0000", "processDefinitionName": "One external task"}, 3),
        ({"activityIdIn": ["externalTask"], "activeActivityIdIn": ["externalTask"]}, 3),
        ({"processDefinitionKeyNotIn": ["p%", "other"]}, 3),
        ({"processInstanceBusinessKeyLike": "b-%", "processDefinitionNameLike": "One%"}, 3),
        ({"processInstanceBusinessKeyIn": ["b-0", "b-2"]}, 2),
        ({"variables": [{"name": "n", "operator": "gteq", "value": 1}]}, 2),
        ({"variables": [{"name": "N", "operator": "eq", "value": 1}], "variableNamesIgnoreCase": True}, 1),
        ({"orQueries": [{"processInstanceBusinessKey": "b-1", "startedBy": "nobody"}]}, 1),
        ({"orQueries": [{"unfinished": True, "startedBy": "nobody"}]}, 3),
        ({"orQueries": [{"finished": True, "processInstanceBusinessKey": "b-1"}]}, 1),
        ({"sorting": [{"sortBy": "instanceId", "sortOrder": "asc"}]}, 3),
    ],
    ids=str,
)
async def test_a_query_over_all_instances_changes_what_it_finds(
    camunda: CamundaClient, three: list[str], query: dict[str, Any], number: int
) -> None:
    assert await changed(camunda, {PAST: query}) == number
    assert await changed(camunda, {"externalTaskIds": [], PAST: {"processInstanceIdNotIn": three[:1]}}) >= 2


@pytest.mark.usefixtures("three")
async def test_moments_of_the_start_are_within_their_bounds(camunda: CamundaClient) -> None:
    await camunda.put(RETRIES, {"retries": 1, "processInstanceQuery": {}})
    moment = (await camunda.get("/external-task?sortBy=createTime&sortOrder=desc")).json()[0]["createTime"]
    assert await changed(camunda, {PAST: {"startedBefore": moment, "startedAfter": moment}}) > 0


@pytest.mark.usefixtures("three")
async def test_incidents_of_the_past_count(camunda: CamundaClient) -> None:
    (task,) = await camunda.fetch(maxTasks=1)
    failure = {"workerId": "w", "errorMessage": "Boom", "retries": 0}
    await camunda.post(f"/external-task/{task['id']}/failure", failure)
    incident = (await camunda.get("/incident")).json()[0]["id"]
    assert await changed(camunda, {PAST: {"incidentStatus": "open"}}) == 1
    for query in (
        {"withIncidents": True, "withRootIncidents": True},
        {"incidentIdIn": [incident], "incidentStatus": "resolved"},
        {"incidentType": "failedExternalTask", "incidentMessage": "Boom", "incidentMessageLike": "B%"},
    ):
        await camunda.put(RETRIES, {"retries": 1, "processInstanceQuery": {}})
        assert await changed(camunda, {PAST: query}) == 1
    assert await refusal_of_open(camunda) == NO_TASKS


async def refusal_of_open(camunda: CamundaClient) -> tuple[int, str, str]:
    answer = await camunda.put(RETRIES, {"retries": 5, PAST: {"incidentStatus": "open"}})
    return answer.status_code, answer.json()["type"], answer.json()["message"]


TASKS, NOW = "externalTaskQuery", "processInstanceQuery"


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("query", "overlooked", "why"),
    [
        ({PAST: {"tenantIdIn": []}}, "tenantIdIn", "an empty list"),
        ({PAST: {"unfinished": True, "processDefinitionKeyIn": []}}, "processDefinitionKeyIn", "an empty list"),
        ({PAST: {"orQueries": []}}, "orQueries", "an empty list"),
        ({PAST: {"noSuchMember": 1}}, "noSuchMember", "unknown"),
        ({PAST: {"unfinished": True, "startedby": "nobody"}}, "startedby", "unknown"),
        ({PAST: {"processDefinitionKey": "P1", "tenantIdln": ["x"]}}, "tenantIdln", "unknown"),
        ({PAST: {"orQueries": [{"unfinished": True, "noSuchMember": 1}]}}, "orQueries.noSuchMember", "unknown"),
        (
            {PAST: {"orQueries": [{"unfinished": True, "orQueries": [{"startedBy": "nobody"}]}]}},
            *("orQueries.orQueries", "unknown"),
        ),
        ({NOW: {"activityIdIn": []}}, "activityIdIn", "an empty list"),
        ({NOW: {"active": True, "bussinessKey": "nix"}}, "bussinessKey", "unknown"),
        ({NOW: {"orQueries": [{"active": True, "tenantIdIn": []}]}}, "orQueries.tenantIdIn", "an empty list"),
        ({TASKS: {"externalTaskIdIn": []}}, "externalTaskIdIn", "an empty list"),
        ({TASKS: {"notLocked": True, "topicNme": "x"}}, "topicNme", "unknown"),
        ({TASKS: {"topicName": "T", "orQueries": [{"workerId": "x"}]}}, "orQueries", "unknown"),
    ],
    ids=str,
)
async def test_a_selection_refuses_every_member_that_it_would_overlook(
    camunda: CamundaClient, query: dict[str, Any], overlooked: str, why: str
) -> None:
    name = next(iter(query))
    text = f"The selection cannot be honoured: '{name}.{overlooked}' is {why}"
    for path in (RETRIES, LATER) if name == TASKS else (RETRIES, LATER, SUSPENDED):
        assert await refusal(camunda, path, query) == (400, "InvalidRequestException", text)


@pytest.mark.usefixtures("three")
async def test_null_in_a_selection_is_as_if_it_were_not_given(camunda: CamundaClient) -> None:
    nothing = {"noSuchMember": None, "tenantIdIn": None}
    for name in (TASKS, NOW, PAST):
        await camunda.put(RETRIES, {"retries": 1, NOW: {}})
        assert await changed(camunda, {name: {**nothing, "sorting": []}, "noSuchMember": None}) == 3


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("path", "body", "member"),
    [
        (SUSPENDED, {"processDefinitionKey": "P1", "processInstanceIdIn": ["x"]}, "processInstanceIdIn"),
        (SUSPENDED, {"processDefinitionKey": "P1", "processDefinitionTenantid": "x"}, "processDefinitionTenantid"),
        (RETRIES, {NOW: {}, "processInstanceIdIn": ["x"]}, "processInstanceIdIn"),
        (LATER, {NOW: {}, "externalTaskQueries": {}}, "externalTaskQueries"),
        (
            "/process-definition/suspended",
            {"processDefinitionKey": "P1", "includeProcessInstances": True, "processDefinitionTenantId": "x"},
            "processDefinitionTenantId",
        ),
    ],
    ids=str,
)
async def test_a_body_refuses_every_member_that_it_would_overlook(
    camunda: CamundaClient, path: str, body: dict[str, Any], member: str
) -> None:
    text = f"The selection cannot be honoured: '{member}' is unknown"
    assert await refusal(camunda, path, body) == (400, "InvalidRequestException", text)
    assert (await camunda.get("/process-definition/count?suspended=true")).json() == {"count": 0}


async def test_a_tenant_narrows_nothing_but_a_key(camunda: CamundaClient) -> None:
    definition = await deploy_model(camunda, "P1")
    await camunda.start("P1")
    ways: list[dict[str, Any]] = [{"processDefinitionId": definition}, {NOW: {}}, {PAST: {}}]
    for chosen in ways:
        for member, value in (("processDefinitionTenantId", "x"), ("processDefinitionWithoutTenantId", True)):
            text = f"The selection cannot be honoured: '{member}' is only for processDefinitionKey"
            found = await refusal(camunda, SUSPENDED, {**chosen, member: value})
            assert found == (400, "InvalidRequestException", text)
    absent = {"processDefinitionTenantId": None, "processDefinitionWithoutTenantId": False}
    body = {"suspended": True, "processDefinitionId": definition, **absent}
    assert (await camunda.put(SUSPENDED, body)).status_code == 204


@pytest.mark.usefixtures("three")
async def test_a_selection_of_too_many_ids_is_refused(camunda: CamundaClient) -> None:
    text = "Too many values in one query: 20001 is greater than 20000"
    for path, member in (
        *((path, "externalTaskIds") for path in (RETRIES, LATER)),
        *((path, "processInstanceIds") for path in (RETRIES, LATER, SUSPENDED)),
    ):
        found = await refusal(camunda, path, {member: ["x"] * 20_001})
        assert found == (400, "BadUserRequestException", text)


@pytest.mark.usefixtures("three")
async def test_what_cannot_be_honoured_is_refused_by_name(camunda: CamundaClient) -> None:
    for query, name in (
        ({"executedActivityIdIn": ["start"]}, "executedActivityIdIn"),
        ({"executedActivityAfter": "2013-01-23T14:42:45.000+0200"}, "executedActivityAfter"),
        ({"orQueries": [{"withIncidents": True, "startedBy": "x"}]}, "orQueries.withIncidents"),
    ):
        told = await refusal(camunda, RETRIES, {PAST: query})
        assert told == (400, "InvalidRequestException", f"The filter '{name}' is not supported")


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("selection", "status", "type_", "text"),
    [
        ({PAST: {"processInstanceIds": []}}, 500, "ProcessEngineException", "Set of process instance ids is empty"),
        (
            {"processInstanceQuery": {"processInstanceIds": []}},
            *(500, "ProcessEngineException", "Set of process instance ids is empty"),
        ),
        (
            {PAST: {"active": True, "completed": True}},
            *(400, "BadUserRequestException"),
            "Already querying for historic process instance with another state: ACTIVE is not empty",
        ),
        (
            {PAST: {"rootProcessInstances": True, "superProcessInstanceId": "x"}},
            *(400, "BadUserRequestException"),
            "Invalid query usage: cannot set both rootProcessInstances and superProcessInstanceId",
        ),
        (
            {PAST: {"processDefinitionKeyNotIn": [""]}},
            *(400, "NotValidException", "processDefinitionKeys contains empty string"),
        ),
        (
            {PAST: {"variables": [{"name": "n", "operator": "notLike", "value": "x"}]}},
            *(400, "InvalidRequestException", "Invalid variable comparator specified: notLike"),
        ),
    ],
)
async def test_what_the_vendor_refuses_of_a_selection_is_refused(
    camunda: CamundaClient, selection: dict[str, Any], status: int, type_: str, text: str
) -> None:
    for path in (RETRIES, LATER, SUSPENDED):
        assert await refusal(camunda, path, selection) == (status, type_, text)


@pytest.mark.usefixtures("three")
async def test_an_empty_list_of_keys_that_are_not_meant_is_refused(camunda: CamundaClient) -> None:
    status, type_, text = await refusal(camunda, RETRIES, {PAST: {"processDefinitionKeyNotIn": []}})
    assert (status, type_) == (500, "ProcessEnginePersistenceException")
    assert text.startswith("An exception occurred in the persistence layer.")


@pytest.mark.parametrize("path", ["/deployment/{}", "/process-definition/{}", "/process-definition/key/P1/delete"])
@pytest.mark.parametrize(
    ("cascade", "deletes_deployments", "deletes_definitions"),
    [
        ("true", True, True),
        ("TRUE", False, True),
        ("True", False, True),
        ("x", False, False),
        ("1", False, False),
        ("", False, False),
        ("%20true", False, False),
        ("false&cascade=true", False, False),
    ],
)
async def test_instances_are_deleted_only_where_the_vendor_reads_true(
    camunda: CamundaClient, path: str, cascade: str, deletes_deployments: bool, deletes_definitions: bool
) -> None:
    definition = await deploy_model(camunda, "P1")
    await camunda.start("P1")
    of_deployment = path.startswith("/deployment")
    deployment = (await camunda.get(f"/process-definition/{definition}")).json()["deploymentId"]
    named = path.format(deployment if of_deployment else definition)
    deletes = deletes_deployments if of_deployment else deletes_definitions
    answer = await camunda.delete(f"{named}?cascade={cascade}")
    assert answer.status_code in ((200, 204) if deletes else (500,))
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0 if deletes else 1}


async def test_an_unknown_instance_is_refused_unless_it_may_be_unknown(camunda: CamundaClient) -> None:
    for text, status in (("false", 204), ("FALSE", 204), ("x", 204), ("", 404), ("true", 404)):
        assert (await camunda.delete(f"/process-instance/none?failIfNotExists={text}")).status_code == status


async def test_a_key_beside_a_path_is_refused(camunda: CamundaClient) -> None:
    definition = await deploy_model(camunda, "P1")
    for path in (f"/process-definition/{definition}", "/process-definition/key/P1"):
        answer = await camunda.put(f"{path}/suspended", {"suspended": True, "processDefinitionKey": "P1"})
        text = "Only one of processDefinitionId or processDefinitionKey should be set to update the suspension state."
        assert (answer.status_code, answer.json()["message"]) == (400, text)
        assert (await camunda.get("/process-definition/count?suspended=true")).json() == {"count": 0}
        other = {"suspended": False, "processDefinitionId": "other"}
        assert (await camunda.put(f"{path}/suspended", other)).status_code == 204
