"""Lists of executions over HTTP: filters, orders, pages, and what is refused."""

from typing import Any

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.models import deploy_process

pytestmark = pytest.mark.anyio

_PROCESS = """<process id="{}" isExecutable="true"><startEvent id="start"/>
<sequenceFlow id="f1" sourceRef="start" targetRef="fork"/><parallelGateway id="fork"/>
<sequenceFlow id="f2" sourceRef="fork" targetRef="work"/><sequenceFlow id="f3" sourceRef="fork" targetRef="part"/>
<userTask id="work"/>
<subProcess id="part"><startEvent id="inner"/><sequenceFlow id="f4" sourceRef="inner" targetRef="ship"/>
<serviceTask id="ship" camunda:type="external" camunda:topic="ship"><extensionElements><camunda:inputOutput>
<camunda:inputParameter name="weight">${{7}}</camunda:inputParameter>
</camunda:inputOutput></extensionElements></serviceTask></subProcess></process>"""


@pytest.fixture
async def definition(camunda: CamundaClient) -> str:
    """The id of a definition with a task at the top, and one within a subprocess."""
    return await deploy_process(camunda, _PROCESS.format("order"))


@pytest.fixture
async def instance(camunda: CamundaClient, definition: str) -> str:
    """The id of an instance with variables and a business key."""
    return await camunda.start(
        "order", {"businessKey": "b-1", "variables": {"n": {"value": 5}, "t": {"value": "Five"}}}
    )


@pytest.fixture
async def executions(camunda: CamundaClient, instance: str) -> dict[str, str]:
    """The ids of its executions: its own, and one for each activity instance."""
    tree = (await camunda.get(f"/process-instance/{instance}/activity-instances")).json()
    found = {"instance": instance}

    def walk(node: dict[str, Any]) -> None:
        for child in node["childActivityInstances"]:
            (found[child["activityId"]],) = child["executionIds"]
            walk(child)

    walk(tree)
    return found


ALL = ["instance", "work", "part", "ship"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ALL),
        ("processDefinitionKey=order", ALL),
        ("processDefinitionKey=Order", []),
        ("processDefinitionId=order", []),
        ("businessKey=b-1", ALL),
        ("businessKey=B-1", []),
        ("businessKey=", []),
        ("processInstanceId=", []),
        ("processInstanceId=x", []),
        ("activityId=work", ["work"]),
        ("activityId=ship", ["ship"]),
        ("activityId=part", []),  # a subprocess is at no activity itself
        ("active=true", ALL),
        ("active=false", ALL),
        ("suspended=true", []),
        ("active=true&suspended=true", []),
        ("incidentId=x", []),
        ("incidentType=", []),
        ("incidentMessageLike=%25", []),
        ("tenantIdIn=", ALL),
        ("tenantIdIn=a,b", []),
        ("variables=t_eq_Five", ["instance"]),
        ("variables=T_eq_FIVE", []),
        ("variables=T_eq_FIVE&variableNamesIgnoreCase=true&variableValuesIgnoreCase=true", ["instance"]),
        ("variables=t_like_F%25", ["instance"]),
        ("variables=weight_neq_1", ["ship"]),
        ("processVariables=t_eq_Five", ALL),
        ("processVariables=t_neq_Five", []),
        ("processVariables=weight_neq_1", ALL),
        ("maxResults=0", []),
        ("firstResult=1&maxResults=2", ["work", "part"]),
        ("firstResult=3", ["ship"]),
        ("sortBy=instanceId&sortOrder=desc", ALL[::-1]),
        ("sortBy=definitionKey&sortOrder=asc&maxResults=1", ["instance"]),
    ],
)
async def test_query_parameters_narrow(
    camunda: CamundaClient, executions: dict[str, str], query: str, expected: list[str]
) -> None:
    listed = (await camunda.get(f"/execution?{query}")).json()
    assert [one["id"] for one in listed] == [executions[name] for name in expected]
    if "Result" not in query:
        assert (await camunda.get(f"/execution/count?{query}")).json() == {"count": len(expected)}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ALL),
        ({"variables": [{"name": "n", "operator": "gteq", "value": 5.0}]}, ["instance"]),
        ({"variables": [{"name": "weight", "operator": "eq", "value": 7}]}, ["ship"]),
        ({"processVariables": [{"name": "n", "operator": "eq", "value": 5}]}, ALL),
        ({"processVariables": [{"name": "n", "operator": "neq", "value": None}]}, ALL),
        ({"tenantIdIn": []}, ALL),
        ({"tenantIdIn": [""]}, []),
        ({"active": "", "activityId": "work"}, ["work"]),
        (
            {"sorting": [{"sortBy": "tenantId", "sortOrder": "asc"}, {"sortBy": "instanceId", "sortOrder": "desc"}]},
            ALL[::-1],
        ),
        ({"sorting": [{}]}, ALL),
    ],
)
async def test_a_body_narrows(
    camunda: CamundaClient, executions: dict[str, str], body: dict[str, Any], expected: list[str]
) -> None:
    listed = (await camunda.post("/execution", body)).json()
    assert [one["id"] for one in listed] == [executions[name] for name in expected]
    assert (await camunda.post("/execution/count", body)).json() == {"count": len(expected)}


async def test_an_execution_is_listed_as_it_is_shown_alone(camunda: CamundaClient, executions: dict[str, str]) -> None:
    listed = (await camunda.get("/execution")).json()
    for one in listed:
        assert (await camunda.get(f"/execution/{one['id']}")).json() == one
    assert {one["processInstanceId"] for one in listed} == {executions["instance"]}
    assert {(one["ended"], one["tenantId"]) for one in listed} == {(False, None)}


async def test_instances_stand_together_and_in_order(camunda: CamundaClient, instance: str) -> None:
    second = await camunda.start("order", {})
    listed = (await camunda.get("/execution")).json()
    assert [one["processInstanceId"] for one in listed] == [instance] * 4 + [second] * 4
    assert [one["id"] for one in listed[::4]] == [instance, second]
    page = (await camunda.get("/execution?firstResult=3&maxResults=2")).json()
    assert page == listed[3:5]


async def test_suspended_executions_are_found(camunda: CamundaClient, executions: dict[str, str]) -> None:
    path = f"/process-instance/{executions['instance']}/suspended"
    assert (await camunda.put(path, {"suspended": True})).status_code == 204
    assert (await camunda.get("/execution/count?suspended=true")).json() == {"count": 4}
    assert (await camunda.get("/execution/count?active=true")).json() == {"count": 0}


async def test_what_has_ended_is_no_execution(camunda: CamundaClient, executions: dict[str, str]) -> None:
    (task,) = (await camunda.get("/task")).json()
    assert (await camunda.post(f"/task/{task['id']}/complete", {})).status_code == 204
    listed = (await camunda.get("/execution")).json()
    assert [one["id"] for one in listed] == [executions[name] for name in ("instance", "part", "ship")]
    assert (await camunda.delete(f"/process-instance/{executions['instance']}")).status_code == 204
    assert (await camunda.get("/execution")).json() == []


async def test_the_execution_with_an_incident_is_found(camunda: CamundaClient, executions: dict[str, str]) -> None:
    (task,) = await camunda.fetch(maxTasks=1, topics=[{"topicName": "ship", "lockDuration": 1000}])
    failure = {"workerId": "w", "errorMessage": "no ship", "retries": 0}
    assert (await camunda.post(f"/external-task/{task['id']}/failure", failure)).status_code == 204
    (incident,) = (await camunda.get("/incident")).json()
    for query in (
        f"incidentId={incident['id']}",
        "incidentType=failedExternalTask",
        "incidentMessage=no ship",
        "incidentMessageLike=%25ship",
    ):
        listed = (await camunda.get(f"/execution?{query}")).json()
        assert [one["id"] for one in listed] == [executions["ship"]], query
    assert (await camunda.get(f"/execution?incidentId={incident['id']}&incidentType=other")).json() == []


async def test_executions_of_tenants_and_definitions_are_sorted(camunda: CamundaClient) -> None:
    await deploy_process(camunda, _PROCESS.format("b"))
    await deploy_process(camunda, _PROCESS.format("a"))
    instances = {key: await camunda.start(key, {}) for key in ("b", "a")}
    for order, keys in (("asc", "ab"), ("desc", "ba")):
        listed = (await camunda.get(f"/execution?sortBy=definitionKey&sortOrder={order}")).json()
        assert [one["processInstanceId"] for one in listed] == [instances[key] for key in keys for _ in range(4)]
        page = (
            await camunda.get(f"/execution?sortBy=definitionKey&sortOrder={order}&firstResult=3&maxResults=2")
        ).json()
        assert page == listed[3:5]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("sortBy=instanceId", "Only a single sorting parameter specified. sortBy and sortOrder required"),
        ("sortBy=businessKey&sortOrder=asc", "Cannot set query parameter 'sortBy' to value 'businessKey'"),
        ("sortBy=instanceId&sortOrder=ASC", "Cannot set query parameter 'sortOrder' to value 'ASC'"),
        ("processVariables=n_gt_1", "Invalid process variable comparator specified: gt"),
        ("processVariables=n_like_1", "Invalid process variable comparator specified: like"),
        ("variables=n_notLike_1", "Invalid variable comparator specified: notLike"),
        (
            "processVariables=n",
            "Cannot set query parameter 'processVariables' to value 'n': variable query parameter has to have format "
            "KEY_OPERATOR_VALUE.",
        ),
        (
            "active=x",
            "Cannot set query parameter 'active' to value 'x': Cannot convert value x to java type java.lang.Boolean",
        ),
    ],
)
async def test_a_query_that_cannot_be_read_is_refused(camunda: CamundaClient, query: str, message: str) -> None:
    for path in ("/execution", "/execution/count"):
        answer = await camunda.get(f"{path}?{query}")
        assert answer.status_code == 400
        assert answer.json() == {"type": "InvalidRequestException", "message": message, "code": None}


@pytest.mark.parametrize(
    ("body", "status", "type_"),
    [
        (None, 500, "NullPointerException"),
        ([], 400, "InvalidRequestException"),
        ({"variables": [None]}, 500, "NullPointerException"),
        ({"processVariables": [{"name": "n", "operator": "gt", "value": 1}]}, 400, "InvalidRequestException"),
        ({"processVariables": [{"operator": "eq", "value": 1}]}, 400, "NotValidException"),
        ({"variables": [{"name": "n", "operator": "eq", "value": []}]}, 500, "ProcessEngineException"),
        ({"sorting": [{"sortBy": "instanceId"}]}, 400, "NotValidException"),
        ({"sorting": [{"sortBy": "businessKey", "sortOrder": "asc"}]}, 400, "NotValidException"),
        ({"sorting": [None]}, 500, "NullPointerException"),
        ({"sortBy": "instanceId"}, 400, "InvalidRequestException"),
        ({"sortBy": "businessKey", "sortOrder": "asc"}, 400, "InvalidRequestException"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    camunda: CamundaClient, body: object, status: int, type_: str
) -> None:
    for path in ("/execution", "/execution/count"):
        answer = await camunda.post(path, body)
        assert (answer.status_code, answer.json()["type"]) == (status, type_), answer.text
