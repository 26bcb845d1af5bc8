"""Expressions as clients see them: ids, types, effects, texts and refusals, as the running Camunda 7.24 has them."""

from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.models import deploy_process
from tests.engine.expression_table import VARIABLES, Row, agrees, model, of_error, of_variable, recorded

pytestmark = pytest.mark.anyio

_FACTS = ("id", "processInstanceId", "processDefinitionId", "activityInstanceId", "parentId", "currentActivityId")


def _all(facts: tuple[str, ...] = _FACTS) -> str:
    return "|".join(f"${{execution.{fact}}}" for fact in facts)


def _mapping(*, inputs: str = "", outputs: str = "") -> str:
    both = (("input", inputs), ("output", outputs))
    parameters = [f'<camunda:{way}Parameter name="{way}">{escape(text)}</camunda:{way}Parameter>' for way, text in both]
    return f"<extensionElements><camunda:inputOutput>{''.join(parameters)}</camunda:inputOutput></extensionElements>"


def _process(*elements: str) -> str:
    return f'<process id="p" isExecutable="true"><startEvent id="s"/>{"".join(elements)}</process>'


def _flow(source: str, target: str, condition: str | None = None) -> str:
    inner = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


async def _variables(camunda: CamundaClient, instance: str) -> dict[str, Any]:
    path = f"/variable-instance?processInstanceIdIn={instance}&deserializeValues=false"
    return {one["name"]: one for one in (await camunda.get(path)).json()}


async def _task(camunda: CamundaClient) -> Any:  # noqa: ANN401 - JSON
    (task,) = (await camunda.get("/task")).json()
    return task


async def test_a_task_shows_the_ids_that_clients_are_shown(camunda: CamundaClient) -> None:
    work = f'<userTask id="work"><documentation>{_all()}</documentation></userTask>'
    definition = await deploy_process(camunda, _process(work, _flow("s", "work")))
    instance = await camunda.start("p")
    task = await _task(camunda)
    tree = (await camunda.get(f"/process-instance/{instance}/activity-instances")).json()
    activity = tree["childActivityInstances"][0]["id"]
    assert task["description"].split("|") == [task["executionId"], instance, definition, activity, instance, "work"]


async def test_input_parameters_are_computed_in_the_scope_around(camunda: CamundaClient) -> None:
    sub = (
        '<subProcess id="sub"><startEvent id="t"/><userTask id="work">'
        f'{_mapping(inputs=_all())}</userTask><sequenceFlow id="f" sourceRef="t" targetRef="work"/></subProcess>'
    )
    definition = await deploy_process(camunda, _process(sub, _flow("s", "sub")))
    instance = await camunda.start("p")
    tree = (await camunda.get(f"/process-instance/{instance}/activity-instances")).json()
    (scope,) = tree["childActivityInstances"]
    (execution,) = scope["executionIds"]
    shown = (await _variables(camunda, instance))["input"]["value"].split("|")
    assert shown == [execution, instance, definition, scope["id"], instance, ""]


async def test_output_parameters_are_computed_in_the_activity_that_is_over(camunda: CamundaClient) -> None:
    work = f'<userTask id="work">{_mapping(outputs=_all())}</userTask><userTask id="next"/>'
    definition = await deploy_process(camunda, _process(work, _flow("s", "work"), _flow("work", "next")))
    instance = await camunda.start("p")
    task = await _task(camunda)
    await camunda.post(f"/task/{task['id']}/complete", {})
    shown = (await _variables(camunda, instance))["output"]["value"].split("|")
    assert shown == [task["executionId"], instance, definition, instance, instance, "work"]


async def test_a_condition_reads_the_execution_of_the_node_that_is_left(camunda: CamundaClient) -> None:
    condition = "${execution.setVariable('seen', execution.currentActivityId.concat(execution.id)) == null}"
    gateway = f'<exclusiveGateway id="g" default="g-e"/><userTask id="work"/><endEvent id="e"/>{_flow("g", "e")}'
    gateway += _flow("g", "work", condition)
    await deploy_process(camunda, _process(gateway, _flow("s", "g")))
    instance = await camunda.start("p")
    assert (await _variables(camunda, instance))["seen"]["value"] == f"g{instance}"


@pytest.mark.parametrize(
    "fact",
    [
        *("id", "processInstanceId", "executionId", "processDefinitionId", "activityInstanceId", "activityId"),
        *("processDefinitionKey", "topicName", "workerId", "businessKey"),
    ],
)
async def test_an_external_task_shows_its_facts_to_its_error_definitions(camunda: CamundaClient, fact: str) -> None:
    task = (
        '<serviceTask id="work" camunda:type="external" camunda:topic="T"><extensionElements>'
        f'<camunda:errorEventDefinition id="x" errorRef="E" expression="${{externalTask.{fact} == wanted}}"/>'
        '</extensionElements></serviceTask><boundaryEvent id="b" attachedToRef="work"><errorEventDefinition/>'
        f'</boundaryEvent><userTask id="repair"/>{_flow("b", "repair")}'
    )
    await deploy_process(camunda, _process(task, _flow("s", "work")))
    instance = await camunda.start("p", {"businessKey": "case"})
    (fetched,) = await camunda.fetch()
    wanted = {"modifications": {"wanted": {"value": fetched[fact]}}}
    assert (await camunda.post(f"/process-instance/{instance}/variables", wanted)).status_code == 204
    failure = {"workerId": "w", "errorMessage": "m", "retries": 1}
    assert (await camunda.post(f"/external-task/{fetched['id']}/failure", failure)).status_code == 204
    assert (await _task(camunda))["taskDefinitionKey"] == "repair"


async def test_an_expression_may_change_variables(camunda: CamundaClient) -> None:
    changes = (
        "${execution.setVariable('made', long)}",
        "${execution.setVariableLocal('own', 'x')}",
        "${execution.removeVariable('gone')}",
    )
    work = f'<task id="work">{_mapping(outputs=" ".join(changes))}</task><userTask id="next"/>'
    await deploy_process(camunda, _process(work, _flow("s", "work"), _flow("work", "next")))
    given = {"long": {"value": 5, "type": "Long"}, "gone": {"value": 1}}
    found = await _variables(camunda, await camunda.start("p", {"variables": given}))
    assert found["made"]["type"] == "Long"
    assert found["made"]["value"] == 5
    assert sorted(found) == ["long", "made", "output"]


async def test_local_variables_are_those_of_the_execution_that_the_task_has(camunda: CamundaClient) -> None:
    local = "${execution.setVariableLocal('made', 1) == null ? execution.variableNamesLocal : 0}"
    plain = f'<userTask id="plain"><documentation>x ${{{local[2:-1]}}}</documentation></userTask>'
    mapped = f'<userTask id="mapped">{_mapping(inputs="x")}</userTask>'.replace(
        "<extensionElements>", f"<documentation>x {local}</documentation><extensionElements>"
    )
    await deploy_process(camunda, _process(plain, mapped, _flow("s", "plain"), _flow("plain", "mapped")))
    instance = await camunda.start("p", {"variables": {"given": {"value": 1}}})
    task = await _task(camunda)
    assert task["description"] == "x [given, made]"
    await camunda.post(f"/task/{task['id']}/complete", {})
    assert (await _task(camunda))["description"] == "x [input, made]"
    assert "made" in await _variables(camunda, instance)


async def test_what_a_condition_writes_is_read_by_the_output_parameters(camunda: CamundaClient) -> None:
    condition = "${execution.setVariable('input', 5) == null}"
    work = f'<userTask id="work">{_mapping(inputs="${1}", outputs="${input}")}</userTask><userTask id="next"/>'
    await deploy_process(camunda, _process(work, _flow("s", "work"), _flow("work", "next", condition)))
    instance = await camunda.start("p")
    await camunda.post(f"/task/{(await _task(camunda))['id']}/complete", {})
    found = await _variables(camunda, instance)
    assert (found["output"]["type"], found["output"]["value"]) == ("Long", 5)


async def test_results_over_the_api_agree_with_the_recorded_ones(camunda: CamundaClient) -> None:
    # What is refused here has tests of its own.
    rows = [row for row in recorded()[::40] if row.value not in ("deployment", "property", "method")]
    keys = {f"p{number:032x}": row for number, row in enumerate(rows)}
    await camunda.deploy(("table.bpmn", model({key: row.expression for key, row in keys.items()}).encode()))
    differing: list[tuple[Row, Row]] = []
    for key, theirs in keys.items():
        body = {"variables": VARIABLES, "withVariablesInReturn": True}
        answer = await camunda.post(f"/process-definition/key/{key}/start", body)
        if answer.status_code == 200:
            ours = of_variable(theirs.expression, answer.json()["variables"]["result"])
        else:
            ours = of_error(theirs.expression, answer.json()["message"])
        differing += [] if agrees(theirs, ours) else [(theirs, ours)]
    assert differing == []


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("${total.divideBy(2)}", "Unsupported method 'divideBy' with 1 parameter"),
        ("${s.substring(1, 2, 3)}", "Unsupported method 'substring' with 3 parameters"),
        ("${execution.nothing}", "Unsupported property 'nothing' of 'execution'"),
        ("${execution.engine().size()}", "Unsupported method 'engine' with 0 parameters of 'execution'"),
        ("${items.add(1)}", "Unsupported method 'add' with 1 parameter"),
        ("${total['divideBy'](2)}", "Unsupported method 'divideBy' with 1 parameter"),
        ("${execution['engine']()}", "Unsupported method 'engine' with 0 parameters of 'execution'"),
        ("${doc[s](1)}", "Unsupported call of a method whose name is computed"),
    ],
)
async def test_a_member_that_nothing_has_is_refused_at_deployment(
    camunda: CamundaClient, expression: str, problem: str
) -> None:
    work = f'<userTask id="work" camunda:assignee={quoteattr(expression)}/>'
    content = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        f'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">\n'
        f"{_process(work, _flow('s', 'work'))}</definitions>"
    )
    parts = [("deployment-name", (None, b"n")), ("data", ("model.bpmn", content.encode()))]
    answer = await camunda.request("POST", "/deployment/create", files=parts)
    assert answer.status_code == 400
    (found,) = answer.json()["details"]["model.bpmn"]["errors"]
    assert problem in found["message"]
    assert found["line"] == 2
    assert found["mainElementId"] == "work"


_CAST = "class {} cannot be cast to class java.lang.String"
_NO_NAMES = "Expression did not resolve to a string or collection of strings"
_LIST = "java.util.ArrayList"


@pytest.mark.parametrize(
    ("attribute", "expression", "message"),
    [
        ("camunda:assignee", "${list}", _CAST.format(_LIST)),
        ("camunda:assignee", "${map}", _CAST.format("java.util.LinkedHashMap")),
        ("camunda:assignee", "${dt}", _CAST.format("java.util.Date")),
        ("camunda:assignee", "${i}", _CAST.format("java.lang.Integer")),
        ("name", "${doc}", _CAST.format("org.camunda.spin.impl.json.jackson.JacksonJsonNode")),
        ("camunda:formKey", "${list}", _CAST.format(_LIST)),
        ("camunda:candidateGroups", "${map}", _NO_NAMES),
        ("camunda:candidateUsers", "${list}", _CAST.format("java.lang.Integer")),
        ("camunda:candidateUsers", "${nul}", _NO_NAMES),
    ],
)
async def test_a_value_that_is_no_text_is_not_made_one(
    camunda: CamundaClient, attribute: str, expression: str, message: str
) -> None:
    await deploy_process(camunda, _process(f'<userTask id="work" {attribute}="{expression}"/>', _flow("s", "work")))
    answer = await camunda.post("/process-definition/key/p/start", {"variables": VARIABLES})
    assert answer.status_code == 500
    assert message in answer.json()["message"]


@pytest.mark.parametrize(
    ("attribute", "expression", "shown"),
    [
        ("name", "x ${list} ${map.deep}", "x [p, q, 3] {e=[1, 2]}"),
        ("name", "${dt}!", "Thu Feb 29 12:34:56 UTC 2024!"),
        ("name", "${arr}!", '[1,2,{"k":"v"}]!'),
        ("camunda:priority", "${d}", 7),
        ("camunda:priority", "${n}", 42),
    ],
)
async def test_values_are_written_as_the_vendor_writes_them(
    camunda: CamundaClient, attribute: str, expression: str, shown: object
) -> None:
    await deploy_process(camunda, _process(f'<userTask id="work" {attribute}="{expression}"/>', _flow("s", "work")))
    await camunda.start("p", {"variables": VARIABLES})
    assert (await _task(camunda))[attribute.removeprefix("camunda:")] == shown


async def test_the_priority_of_an_external_task_that_cannot_be_computed_is_0(camunda: CamundaClient) -> None:
    attributes = 'camunda:type="external" camunda:topic="T" camunda:taskPriority="${unknown}"'
    await deploy_process(camunda, _process(f'<serviceTask id="work" {attributes}/>', _flow("s", "work")))
    await camunda.start("p")
    (fetched,) = await camunda.fetch()
    assert fetched["priority"] == 0


async def test_several_documentations_are_joined_by_an_empty_line(camunda: CamundaClient) -> None:
    texts = "<documentation>First.</documentation><documentation>Second.</documentation>"
    process = _process(f'<userTask id="work">{texts}</userTask>', _flow("s", "work"))
    definition = await deploy_process(camunda, process.replace("<startEvent", f"{texts}<startEvent", 1))
    await camunda.start("p")
    assert (await _task(camunda))["description"] == "First.\n\nSecond."
    assert (await camunda.get(f"/process-definition/{definition}")).json()["description"] == "First.\n\nSecond."


async def test_the_id_of_a_definition_with_a_long_key_is_the_uuid_alone(camunda: CamundaClient) -> None:
    key = "k" * 40
    process = _process(f'<userTask id="work"><documentation>{_all()}</documentation></userTask>', _flow("s", "work"))
    definition = await deploy_process(camunda, process.replace('id="p"', f'id="{key}"'))
    assert len(definition) == 36
    await camunda.start(key)
    assert (await _task(camunda))["description"].split("|")[2] == definition
    assert (await camunda.get(f"/process-definition/{definition}")).json()["key"] == key


JSON_TEXT = '{"o":{"b":2},"l":[1]}'
GROWN = '{"o":{"b":2},"l":[1],"x":1}'


def _computing(task: str, **inputs: str) -> str:
    parameters = "".join(
        f'<camunda:inputParameter name="{name}">{escape(text)}</camunda:inputParameter>'
        for name, text in inputs.items()
    )
    mapping = f"<extensionElements><camunda:inputOutput>{parameters}</camunda:inputOutput></extensionElements>"
    return f'<userTask id="{task}">{mapping}</userTask>'


@pytest.mark.parametrize(
    ("expression", "result", "seen_after"),
    [
        ("${j.prop('x', 1).toString()}", GROWN, GROWN),
        ("${S(j).deleteProp('o').toString()}", '{"l":[1]}', '{"l":[1]}'),
        ("${S('[]').append(j).elements().get(0).prop('x', 1).prop('x').toString()}", "1", GROWN),
        (
            "${S('{}').prop('k', j.prop('o')).prop('k').prop('x', 1).toString()}",
            '{"b":2,"x":1}',
            '{"o":{"b":2,"x":1},"l":[1]}',
        ),
        ("${S('{}').prop('k', j.prop('l')).prop('k').append(5).toString()}", "[1,5]", '{"o":{"b":2},"l":[1,5]}'),
        ("${execution.getVariable('j').prop('l').append(5).toString()}", "[1,5]", '{"o":{"b":2},"l":[1,5]}'),
        ("${S('[]').append(j).jsonPath('$[0].o').element().prop('x', 1).toString()}", '{"b":2,"x":1}', JSON_TEXT),
    ],
)
async def test_a_change_within_json_is_seen_until_the_command_ends_and_is_not_stored(
    camunda: CamundaClient, expression: str, result: str, seen_after: str
) -> None:
    first = _computing("first", result=expression, after="${j.toString()}")
    second = _computing("second", later="${j.toString()}")
    await deploy_process(camunda, _process(first, second, _flow("s", "first"), _flow("first", "second")))
    await camunda.start("p", {"variables": {"j": {"type": "Json", "value": JSON_TEXT}}})
    listed = (await camunda.get("/variable-instance?deserializeValues=false")).json()
    assert {one["name"]: one["value"] for one in listed} == {"j": JSON_TEXT, "result": result, "after": seen_after}
    task = await _task(camunda)
    assert (await camunda.post(f"/task/{task['id']}/complete", {})).status_code == 204
    (later,) = (await camunda.get("/variable-instance?variableName=later")).json()
    assert later["value"] == JSON_TEXT
