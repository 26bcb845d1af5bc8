"""Where the variables go that come with the end of a user task: what the running Camunda 7.24 does with each."""

from typing import Any

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.models import deploy_process

pytestmark = pytest.mark.anyio

_SCOPED = """<process id="p" isExecutable="true"><startEvent id="s"/>
<subProcess id="sub"><extensionElements><camunda:inputOutput><camunda:inputParameter name="of_scope">10
</camunda:inputParameter></camunda:inputOutput></extensionElements><startEvent id="s1"/>
<userTask id="work"><extensionElements><camunda:inputOutput>
<camunda:inputParameter name="of_work">20</camunda:inputParameter>
<camunda:outputParameter name="result">${of_work}</camunda:outputParameter>
</camunda:inputOutput></extensionElements></userTask><userTask id="next"/>
<sequenceFlow id="f1" sourceRef="s1" targetRef="work"/><sequenceFlow id="f2" sourceRef="work" targetRef="next"/>
</subProcess><sequenceFlow id="f3" sourceRef="s" targetRef="sub"/></process>"""

_READING = """<process id="p" isExecutable="true"><startEvent id="s"/>
<userTask id="work"><extensionElements><camunda:inputOutput><camunda:outputParameter name="result">${a}
</camunda:outputParameter></camunda:inputOutput></extensionElements></userTask><userTask id="one"/>
<userTask id="other"/><sequenceFlow id="f1" sourceRef="s" targetRef="work"/>
<sequenceFlow id="f2" sourceRef="work" targetRef="one">
<conditionExpression>${a == 1}</conditionExpression></sequenceFlow>
<sequenceFlow id="f3" sourceRef="work" targetRef="other">
<conditionExpression>${a != 1}</conditionExpression></sequenceFlow>
</process>"""


def _values(**values: int) -> dict[str, Any]:
    return {name: {"value": value, "type": "Integer"} for name, value in values.items()}


async def _work(camunda: CamundaClient, process: str, own: dict[str, Any], **outer: int) -> tuple[str, str]:
    """An instance of the process with a task that has variables of its own; their ids."""
    await deploy_process(camunda, process)
    instance = await camunda.start("p", {"variables": _values(**outer)})
    (task,) = (await camunda.get("/task")).json()
    changed = await camunda.post(f"/task/{task['id']}/localVariables", {"modifications": own})
    assert changed.status_code == 204
    return instance, task["id"]


async def _found(camunda: CamundaClient) -> dict[str, Any]:
    """Every variable there is outside of user tasks."""
    found = (await camunda.post("/variable-instance", {})).json()
    return {one["name"]: one["value"] for one in found if not one["activityInstanceId"].startswith("work:")}


async def _keys(camunda: CamundaClient) -> list[str]:
    return [task["taskDefinitionKey"] for task in (await camunda.get("/task")).json()]


async def test_variables_of_a_completion_go_past_those_of_the_task(camunda: CamundaClient) -> None:
    _, task = await _work(camunda, _SCOPED, _values(plain=1, of_scope=1, fresh=1))
    sent = _values(plain=2, of_scope=3, of_work=4, fresh=5)
    assert (await camunda.post(f"/task/{task}/complete", {"variables": sent})).status_code == 204
    assert await _found(camunda) == {"plain": 2, "of_scope": 3, "fresh": 5, "result": 4}


async def test_variables_of_a_form_go_where_the_task_sees_them(camunda: CamundaClient) -> None:
    _, task = await _work(camunda, _SCOPED, _values(plain=1))
    sent = _values(plain=2, of_scope=3, of_work=4, fresh=5)
    assert (await camunda.post(f"/task/{task}/submit-form", {"variables": sent})).status_code == 204
    assert await _found(camunda) == {"of_scope": 3, "fresh": 5, "result": 4}


async def test_variables_of_a_resolution_go_past_those_of_the_task(camunda: CamundaClient) -> None:
    instance, task = await _work(camunda, _SCOPED, _values(plain=1))
    await camunda.post(f"/task/{task}/delegate", {"userId": "ben"})
    sent = _values(plain=2, of_scope=3, fresh=5)
    assert (await camunda.post(f"/task/{task}/resolve", {"variables": sent})).status_code == 204
    assert await _found(camunda) == {"plain": 2, "of_scope": 3, "fresh": 5}
    assert (await camunda.get(f"/task/{task}/localVariables/plain")).json()["value"] == 1
    assert (await camunda.get(f"/process-instance/{instance}/variables/plain")).json()["value"] == 2


async def test_conditions_and_outputs_read_what_a_completion_sent(camunda: CamundaClient) -> None:
    _, task = await _work(camunda, _READING, _values(a=1))
    assert (await camunda.post(f"/task/{task}/complete", {"variables": _values(a=2)})).status_code == 204
    assert await _keys(camunda) == ["other"]
    assert await _found(camunda) == {"a": 2, "result": 2}


async def test_conditions_and_outputs_do_not_see_the_variables_of_a_task(camunda: CamundaClient) -> None:
    _, task = await _work(camunda, _READING, _values(a=1), a=7)
    assert (await camunda.post(f"/task/{task}/complete", {})).status_code == 204
    assert await _keys(camunda) == ["other"]
    assert await _found(camunda) == {"a": 7, "result": 7}


async def test_a_variable_that_only_the_task_has_is_unknown_to_conditions(camunda: CamundaClient) -> None:
    _, task = await _work(camunda, _READING, _values(a=1))
    answer = await camunda.post(f"/task/{task}/complete", {})
    assert (answer.status_code, await _keys(camunda)) == (500, ["work"])
    assert "Cannot resolve identifier 'a'" in answer.json()["message"]


async def test_a_transient_value_does_not_meet_a_stored_one_of_the_task(camunda: CamundaClient) -> None:
    _, task = await _work(camunda, _READING, _values(a=1))
    sent = {"a": {"value": 2, "type": "Integer", "valueInfo": {"transient": True}}}
    assert (await camunda.post(f"/task/{task}/complete", {"variables": sent})).status_code == 204
    assert await _found(camunda) == {"result": 2}
