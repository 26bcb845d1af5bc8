"""A server on which scripts are switched off refuses models that have some, and says how they could be run."""

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.scripts.scripted import around, flow, process, refused, script

pytestmark = pytest.mark.anyio

_HINT = "(the setting scripts=javascript lets it run)"


async def test_a_script_task_is_refused_with_the_setting_that_helps(camunda: CamundaClient) -> None:
    text = await refused(camunda, around(script("1")))
    assert f"Unsupported script format 'javascript' of scriptTask 'it' {_HINT}" in text


async def test_a_condition_is_refused_with_the_setting_that_helps(camunda: CamundaClient) -> None:
    condition = '<conditionExpression language="javascript">true</conditionExpression>'
    text = await refused(camunda, process('<userTask id="wait"/>', flow("s", "wait", condition)))
    assert f"Unsupported language 'javascript' of a condition {_HINT}" in text


async def test_a_parameter_is_refused_with_the_setting_that_helps(camunda: CamundaClient) -> None:
    inside = '<camunda:script scriptFormat="javascript">1</camunda:script>'
    parameter = f'<camunda:inputParameter name="x">{inside}</camunda:inputParameter>'
    mapping = f"<extensionElements><camunda:inputOutput>{parameter}</camunda:inputOutput></extensionElements>"
    text = await refused(camunda, around(f'<task id="it">{mapping}</task>'))
    assert f"Unsupported script format 'javascript' of 'script' in a parameter {_HINT}" in text


async def test_scripts_in_juel_are_expressions_and_need_no_setting(camunda: CamundaClient) -> None:
    await camunda.deploy(("model.bpmn", around(script("${1 + 1}", language="juel"))))
    instance = await camunda.start("p")
    assert (await camunda.get(f"/process-instance/{instance}/variables/result")).json()["value"] == 2
