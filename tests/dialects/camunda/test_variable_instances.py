"""Lists of variables over HTTP."""

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.models import deploy_model, deploy_process

pytestmark = pytest.mark.anyio


@pytest.fixture
async def places(camunda: CamundaClient) -> dict[str, str]:
    """An instance with n, map and file, whose task has n and own of its own; beside it an instance with n."""
    definition = await deploy_model(camunda, "UserTask")
    instance = await camunda.start("UserTask", {"variables": {"n": {"value": 5}, "map": {"value": {"a": 1}}}})
    (task,) = (await camunda.get("/task")).json()
    await camunda.start("UserTask", {"variables": {"n": {"value": "five"}}})
    local = {"modifications": {"n": {"value": 6}, "own": {"value": "x"}}}
    await camunda.post(f"/task/{task['id']}/localVariables", local)
    files = [("data", ("a.txt", b"content")), ("valueType", (None, b"File"))]
    await camunda.post(f"/process-instance/{instance}/variables/file/data", files=files)
    return {
        "definition": definition,
        "instance": instance,
        "task": task["id"],
        "execution": task["executionId"],
        "activity": f"work:{task['id'].replace('-0003-', '-0005-')}",
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("processInstanceIdIn={instance}", [("n", 5), ("map", {"a": 1}), ("file", None), ("n", 6), ("own", "x")]),
        ("executionIdIn={instance}&variableName=n", [("n", 5)]),
        ("executionIdIn={instance},{execution}&variableName=n", [("n", 5), ("n", 6)]),
        ("taskIdIn={task}", [("n", 6), ("own", "x")]),
        ("activityInstanceIdIn={activity}", [("n", 6), ("own", "x")]),
        ("activityInstanceIdIn={instance}&variableName=n", [("n", 5)]),
        ("variableScopeIdIn={execution}&taskIdIn={task}&variableName=n", [("n", 6)]),
        ("taskIdIn={instance}", []),
        ("variableNameLike=%25a%25", [("map", {"a": 1})]),
        ("variableName=map&deserializeValues=false", [("map", '{"a":1}')]),
        ("variableValues=n_eq_five", [("n", "five")]),
        ("tenantIdIn=north", []),
        ("variableName=n&sortBy=variableType&sortOrder=desc&maxResults=1", [("n", "five")]),
    ],
)
async def test_query_parameters_narrow(
    camunda: CamundaClient, places: dict[str, str], query: str, expected: list[tuple[str, object]]
) -> None:
    listed = (await camunda.get(f"/variable-instance?{query.format(**places)}")).json()
    assert sorted((one["name"], str(one["value"])) for one in listed) == sorted(
        (name, str(value)) for name, value in expected
    )


async def test_a_body_narrows_by_typed_values(camunda: CamundaClient, places: dict[str, str]) -> None:
    body = {
        "processInstanceIdIn": [places["instance"]],
        "variableValues": [{"name": "n", "operator": "gteq", "value": 5}],
        "sorting": [{"sortBy": "activityInstanceId", "sortOrder": "desc"}],
    }
    listed = (await camunda.post("/variable-instance?firstResult=0&maxResults=2", body)).json()
    assert [one["value"] for one in listed] == [6, 5]


async def test_a_variable_tells_where_it_lives(camunda: CamundaClient, places: dict[str, str]) -> None:
    (own,) = (await camunda.get("/variable-instance?variableName=own")).json()
    assert (own["processInstanceId"], own["processDefinitionId"]) == (places["instance"], places["definition"])
    assert (own["executionId"], own["taskId"]) == (places["execution"], places["task"])
    assert own["activityInstanceId"] == places["activity"]
    (outer,) = (await camunda.get("/variable-instance?variableName=map")).json()
    assert (outer["executionId"], outer["activityInstanceId"]) == (places["instance"], places["instance"])
    assert outer["taskId"] is None


async def test_the_id_leads_to_the_content(camunda: CamundaClient, places: dict[str, str]) -> None:
    (file,) = (await camunda.get("/variable-instance?variableName=file")).json()
    assert (await camunda.get(f"/variable-instance/{file['id']}/data")).content == b"content"
    (own,) = (await camunda.get("/variable-instance?variableName=own")).json()
    answer = await camunda.get(f"/variable-instance/{own['id']}/data")
    assert answer.json()["message"] == f"Value of variable with id {own['id']} is not a binary value."
    await camunda.delete(f"/process-instance/{places['instance']}")
    gone = await camunda.get(f"/variable-instance/{file['id']}/data")
    text = f"Variable instance with Id '{file['id']}' does not exist."
    assert (gone.status_code, gone.json()["message"]) == (404, text)


async def test_input_parameters_of_a_user_task_are_variables_of_its_execution(camunda: CamundaClient) -> None:
    await deploy_process(camunda, _WITH_INPUT)
    await camunda.start("p", {"variables": {"outer": {"value": 1}}})
    (task,) = (await camunda.get("/task")).json()
    await camunda.put(f"/task/{task['id']}/localVariables/own", {"value": 2})
    listed = (await camunda.get("/variable-instance")).json()
    assert {one["name"]: one["taskId"] for one in listed} == {"given": None, "outer": None, "own": task["id"]}
    given = next(one for one in listed if one["name"] == "given")
    assert (given["executionId"], given["activityInstanceId"][:5]) == (task["executionId"], "work:")
    of_task = f"taskIdIn={task['id']}"
    assert [one["name"] for one in (await camunda.get(f"/variable-instance?{of_task}")).json()] == ["own"]
    assert (await camunda.get(f"/variable-instance/count?{of_task}")).json() == {"count": 1}
    assert (await camunda.post("/variable-instance/count", {"taskIdIn": [task["id"]]})).json() == {"count": 1}
    of_execution = (await camunda.get(f"/variable-instance?executionIdIn={task['executionId']}")).json()
    assert sorted(one["name"] for one in of_execution) == ["given", "own"]


_WITH_INPUT = """<process id="p" isExecutable="true"><startEvent id="s"/>
<userTask id="work"><extensionElements><camunda:inputOutput>
<camunda:inputParameter name="given">G</camunda:inputParameter>
</camunda:inputOutput></extensionElements></userTask>
<sequenceFlow id="f" sourceRef="s" targetRef="work"/></process>"""
