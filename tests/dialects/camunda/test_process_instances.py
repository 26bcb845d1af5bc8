"""Process instances over HTTP: lists, what is active, suspension and deletion."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.models import deploy_model, deploy_process

pytestmark = pytest.mark.anyio


@pytest.fixture
async def definition(camunda: CamundaClient) -> str:
    """The id of a definition whose instances wait at a user task."""
    return await deploy_model(camunda, "UserTask")


@pytest.fixture
async def pair(camunda: CamundaClient, definition: str) -> tuple[str, str]:
    """Two instances: one with a number and a business key, one with a text."""
    first = await camunda.start("UserTask", {"businessKey": "b-1", "variables": {"n": {"value": 5}}})
    return first, await camunda.start("UserTask", {"variables": {"n": {"value": "five"}, "m": {"value": True}}})


async def _ids(camunda: CamundaClient, body: Mapping[str, Any]) -> list[str]:
    return [one["id"] for one in (await camunda.post("/process-instance", body)).json()]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [0, 1]),
        ("businessKey=b-1", [0]),
        ("businessKeyLike=b%25", [0]),
        ("processDefinitionKey=UserTask", [0, 1]),
        ("processDefinitionKeyIn=P1,UserTask", [0, 1]),
        ("processDefinitionKeyNotIn=UserTask", []),
        ("variables=m_eq_true", []),
        ("variables=n_eq_five", [1]),
        ("variables=N_eq_FIVE&variableNamesIgnoreCase=true&variableValuesIgnoreCase=true", [1]),
        ("active=true", [0, 1]),
        ("suspended=true", []),
        ("activityIdIn=work", [0, 1]),
        ("activityIdIn=after", []),
        ("withIncident=true", []),
        ("rootProcessInstances=true", [0, 1]),
        ("leafProcessInstances=true", [0, 1]),
        ("caseInstanceId=c", []),
        ("superProcessInstance=x", []),
        ("processInstanceIds=", []),
        ("sortBy=businessKey&sortOrder=asc&maxResults=1&businessKey=b-1", [0]),
        ("firstResult=1", [1]),
    ],
)
async def test_query_parameters_narrow(
    camunda: CamundaClient, pair: tuple[str, str], query: str, expected: list[int]
) -> None:
    listed = (await camunda.get(f"/process-instance?{query}")).json()
    assert [one["id"] for one in listed] == [pair[place] for place in expected]


async def test_a_body_narrows_by_typed_values(camunda: CamundaClient, pair: tuple[str, str]) -> None:
    number = {"variables": [{"name": "n", "operator": "gteq", "value": 5.0}]}
    assert await _ids(camunda, number) == [pair[0]]
    assert await _ids(camunda, {"variables": [{"name": "m", "operator": "eq", "value": True}]}) == [pair[1]]
    assert (await camunda.post("/process-instance/count", number)).json() == {"count": 1}


async def test_ids_and_order_of_a_body_count(camunda: CamundaClient, pair: tuple[str, str]) -> None:
    body = {"processInstanceIds": list(pair), "sorting": [{"sortBy": "instanceId", "sortOrder": "desc"}]}
    assert await _ids(camunda, body) == [pair[1], pair[0]]
    assert await _ids(camunda, {"processInstanceIds": ["nope"]}) == []


async def test_half_a_sorting_is_refused(camunda: CamundaClient) -> None:
    for path in ("/process-instance", "/process-instance/count"):
        answer = await camunda.get(f"{path}?sortBy=instanceId")
        text = "Only a single sorting parameter specified. sortBy and sortOrder required"
        assert (answer.status_code, answer.json()["message"]) == (400, text)


async def test_an_unknown_operator_is_refused(camunda: CamundaClient) -> None:
    answer = await camunda.get("/process-instance?variables=n_is_5")
    assert (answer.status_code, answer.json()["message"]) == (400, "Invalid variable comparator specified: is")


async def test_the_tree_shows_scopes_tasks_and_incidents(camunda: CamundaClient) -> None:
    await deploy_process(
        camunda,
        """<process id="nested" name="Nested" isExecutable="true"><startEvent id="s"/>
        <sequenceFlow id="f" sourceRef="s" targetRef="inner"/>
        <subProcess id="inner" name="Inside"><startEvent id="s2"/>
        <sequenceFlow id="f2" sourceRef="s2" targetRef="ask"/>
        <serviceTask id="ask" name="Ask" camunda:type="external" camunda:topic="T"/></subProcess></process>""",
    )
    instance = await camunda.start("nested")
    (task,) = await camunda.fetch()
    await camunda.post(f"/external-task/{task['id']}/failure", {"workerId": "w"})
    (incident,) = (await camunda.get("/incident")).json()
    root = (await camunda.get(f"/process-instance/{instance}/activity-instances")).json()
    (inner,) = root["childActivityInstances"]
    (leaf,) = inner["childActivityInstances"]
    assert (root["id"], root["activityType"], root["executionIds"]) == (instance, "processDefinition", [instance])
    assert (inner["activityId"], inner["activityType"], inner["parentActivityInstanceId"]) == (
        "inner",
        "subProcess",
        instance,
    )
    assert (leaf["id"], leaf["executionIds"]) == (task["activityInstanceId"], [task["executionId"]])
    assert (leaf["name"], leaf["parentActivityInstanceId"]) == ("Ask", inner["id"])
    assert leaf["incidents"] == [{"id": incident["id"], "activityId": "ask"}]
    assert (leaf["incidentIds"], root["incidentIds"]) == ([incident["id"]], [])


async def test_an_ended_instance_is_unknown(camunda: CamundaClient, pair: tuple[str, str]) -> None:
    path = f"/process-instance/{pair[0]}"
    assert (await camunda.delete(path)).status_code == 204
    for answer in (await camunda.get(path), await camunda.get(f"{path}/activity-instances")):
        text = f"Process instance with id {pair[0]} does not exist"
        assert (answer.status_code, answer.json()["message"]) == (404, text)
    again = await camunda.delete(path)
    assert again.json()["message"] == f"No process instance found for id '{pair[0]}': processInstance is null"
    assert (await camunda.delete(f"{path}?failIfNotExists=false")).status_code == 204
    assert await _ids(camunda, {}) == [pair[1]]


async def test_suspension_reaches_the_tasks(camunda: CamundaClient, pair: tuple[str, str]) -> None:
    path = f"/process-instance/{pair[0]}"
    assert (await camunda.put(f"{path}/suspended", {"suspended": True})).status_code == 204
    assert (await camunda.get(path)).json()["suspended"] is True
    assert (await camunda.get("/task/count?suspended=true")).json() == {"count": 1}
    await camunda.put(f"{path}/suspended", {"suspended": False})
    assert (await camunda.get("/task/count?suspended=true")).json() == {"count": 0}


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"processDefinitionKey": "UserTask"}, [0, 1]),
        ({"processDefinitionKey": "UserTask", "processDefinitionWithoutTenantId": True}, [0, 1]),
        ({"processDefinitionKey": "UserTask", "processDefinitionTenantId": "north"}, []),
        ({"processInstanceQuery": {"businessKey": "b-1"}}, [0]),
        ({"historicProcessInstanceQuery": {"processInstanceBusinessKey": "b-1"}}, [0]),
        ({"processInstanceIds": ["nope"], "processInstanceQuery": {}}, [0, 1]),
        ({"processInstanceIds": ["nope"]}, []),
    ],
)
async def test_many_are_suspended_at_once(
    camunda: CamundaClient, pair: tuple[str, str], choice: dict[str, object], expected: list[int]
) -> None:
    assert (await camunda.put("/process-instance/suspended", {"suspended": True} | choice)).status_code == 204
    assert await _ids(camunda, {"suspended": True}) == [pair[place] for place in expected]


async def test_the_instances_of_a_definition_are_suspended(
    camunda: CamundaClient, definition: str, pair: tuple[str, str]
) -> None:
    await camunda.put("/process-instance/suspended", {"suspended": True, "processDefinitionId": definition})
    assert await _ids(camunda, {"suspended": True}) == list(pair)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({}, "Either processDefinitionId or processDefinitionKey should be set"),
        ({"processDefinitionId": "x", "processDefinitionKey": "y"}, "Only one of processInstanceId"),
        ({"processDefinitionKey": "y", "processInstanceIds": []}, "Choose either a single processInstance"),
        ({"processInstanceIds": []}, "No process instance ids given: Process Instance ids is empty"),
        ({"historicProcessInstanceQuery": {"finished": True}}, "No process instance ids given"),
    ],
)
async def test_a_choice_that_is_none_is_refused(camunda: CamundaClient, choice: object, message: str) -> None:
    answer = await camunda.put("/process-instance/suspended", choice)
    assert answer.status_code == 400
    assert answer.json()["message"].startswith(message)


async def test_an_execution_is_an_instance_or_an_activity(camunda: CamundaClient, pair: tuple[str, str]) -> None:
    (task,) = (await camunda.get(f"/task?processInstanceId={pair[0]}")).json()
    for execution in (pair[0], task["executionId"]):
        shown = {"id": execution, "processInstanceId": pair[0], "ended": False, "tenantId": None}
        assert (await camunda.get(f"/execution/{execution}")).json() == shown
    await camunda.delete(f"/process-instance/{pair[0]}")
    answer = await camunda.get(f"/execution/{task['executionId']}")
    assert answer.json()["message"] == f"Execution with id {task['executionId']} does not exist"


@pytest.mark.parametrize("value", ["\0", "a\0b", 1 << 70, 1.5e300, -0.0, "%\\", [], {}])
@pytest.mark.parametrize("operator", ["eq", "neq", "lt", "like"])
async def test_no_value_breaks_a_query(
    camunda: CamundaClient, pair: tuple[str, str], operator: str, value: object
) -> None:
    body = {"variables": [{"name": "n", "operator": operator, "value": value}]}
    sent = json.dumps(body).encode()
    answer = await camunda.post("/process-instance", content=sent, headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 400, 500)
    assert answer.status_code == 200 or answer.json()["type"] != "RuntimeException"


@pytest.mark.parametrize(("name", "equal"), [("nothing", 1), ("typed", 1), ("empty", 0), ("number", 0), ("absent", 0)])
async def test_a_variable_without_a_value_equals_null_whatever_its_type(
    camunda: CamundaClient, name: str, equal: int
) -> None:
    await deploy_model(camunda, "UserTask")
    variables = {
        "nothing": {"value": None},
        "typed": {"value": None, "type": "String"},
        "empty": {"value": "", "type": "String"},
        "number": {"value": 0},
    }
    await camunda.start("UserTask", {"variables": variables})
    for operator, found in (("eq", equal), ("neq", 0 if name == "absent" else 1 - equal)):
        query = {"variables": [{"name": name, "operator": operator, "value": None}]}
        assert (await camunda.post("/process-instance/count", query)).json() == {"count": found}
