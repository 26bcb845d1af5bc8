"""Where scripts may stand, and what they throw: script tasks, conditions, parameters, events, files of a deployment."""

from typing import Any
from xml.sax.saxutils import escape

import pytest
from tests.client import CamundaClient
from tests.dialects.camunda.models import framed
from tests.dialects.camunda.scripts.scripted import (
    around,
    error_of,
    flow,
    process,
    ran,
    refused,
    result_of,
    script,
    started,
)

pytestmark = pytest.mark.anyio

_BPMN_ERROR = "throw new org.camunda.bpm.engine.delegate.BpmnError"
_JAVASCRIPT = 'scriptFormat="javascript"'


def mapping(inner: str, way: str = "input") -> str:
    parameter = f'<camunda:{way}Parameter name="{way}">{inner}</camunda:{way}Parameter>'
    return f"<extensionElements><camunda:inputOutput>{parameter}</camunda:inputOutput></extensionElements>"


def scripted(text: str, more: str = _JAVASCRIPT) -> str:
    return f"<camunda:script {more}>{escape(text)}</camunda:script>"


def deciding(condition: str, attributes: str = 'language="javascript"') -> bytes:
    """A process that waits at ``yes`` where a condition holds, else at ``no``."""
    inside = f"<conditionExpression {attributes}>{escape(condition)}</conditionExpression>"
    return process(
        '<exclusiveGateway id="g" default="g-no"/><userTask id="yes"/><userTask id="no"/>',
        flow("s", "g"),
        flow("g", "yes", inside),
        flow("g", "no"),
    )


async def waiting(camunda: CamundaClient) -> list[str]:
    return sorted(task["taskDefinitionKey"] for task in (await camunda.get("/task")).json())


async def test_a_condition_may_be_a_script(camunda: CamundaClient) -> None:
    await ran(camunda, deciding("var limit = 3; x > limit;"), x={"value": 5})
    assert await waiting(camunda) == ["yes"]
    await ran(camunda, deciding("var limit = 3; x > limit;"), x={"value": 1})
    assert await waiting(camunda) == ["no", "yes"]


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ("1", "condition script returns non-Boolean: result has class java.lang.Integer and not java.lang.Boolean"),
        ("'true'", "condition script returns non-Boolean: result has class java.lang.String and not java.lang.Boolean"),
        ("null", "condition script returns null: result is null"),
        ("", "condition script returns null: result is null"),
    ],
)
async def test_a_condition_that_is_no_boolean_is_an_error(camunda: CamundaClient, condition: str, text: str) -> None:
    answer = await started(camunda, deciding(condition))
    assert answer.status_code == 500
    assert answer.json()["message"].endswith(text)


async def test_a_condition_without_a_language_is_refused(camunda: CamundaClient) -> None:
    text = await refused(camunda, deciding("true", 'language=""'))
    assert "Unable to process condition expression:Script language is empty" in text


async def test_parameters_may_be_scripts_lists_and_maps_of_them(camunda: CamundaClient) -> None:
    parts = f"<camunda:list><camunda:value>a</camunda:value>{scripted('x + 1')}</camunda:list>"
    found = await ran(
        camunda, process(f'<userTask id="wait">{mapping(parts)}</userTask>', flow("s", "wait")), x={"value": 1}
    )
    assert found["input"]["value"] == '["a",2]'
    parts = f'<camunda:map><camunda:entry key="k">{scripted("[x]")}</camunda:entry></camunda:map>'
    found = await ran(
        camunda, process(f'<userTask id="wait">{mapping(parts)}</userTask>', flow("s", "wait")), x={"value": 1}
    )
    assert found["input"]["value"] == '{"k":[1]}'
    found = await ran(
        camunda, process(f'<userTask id="wait">{mapping(scripted("null"))}</userTask>', flow("s", "wait"))
    )
    assert found["input"]["type"] == "Null"


async def test_an_output_parameter_sees_the_activity_and_an_input_what_is_around_it(camunda: CamundaClient) -> None:
    task = f'<task id="it">{mapping(scripted("execution.getCurrentActivityId()"), "output")}</task>'
    assert (await ran(camunda, around(task)))["output"]["value"] == "it"
    task = f'<userTask id="wait">{mapping(scripted("execution.getCurrentActivityId()"))}</userTask>'
    assert (await ran(camunda, process(task, flow("s", "wait"))))["input"]["type"] == "Null"


async def test_an_error_in_an_input_parameter_names_no_activity(camunda: CamundaClient) -> None:
    task = f'<userTask id="wait">{mapping(scripted("nothing"))}</userTask>'
    answer = await started(camunda, process(task, flow("s", "wait")))
    text = "Unable to evaluate script:org.graalvm.polyglot.PolyglotException: ReferenceError: nothing is not defined"
    assert answer.status_code == 500
    assert answer.json()["message"].endswith(f": {text}")


async def test_mappings_of_a_script_task_are_around_its_script(camunda: CamundaClient) -> None:
    both = (
        "<extensionElements><camunda:inputOutput>"
        '<camunda:inputParameter name="v">1</camunda:inputParameter>'
        '<camunda:outputParameter name="w">${v}</camunda:outputParameter>'
        "</camunda:inputOutput></extensionElements>"
    )
    found = await ran(camunda, around(script("v + '!'", result="v", inside=both)))
    assert {name: one["value"] for name, one in found.items()} == {"w": "1!"}


async def test_a_conditional_event_may_be_a_script(camunda: CamundaClient) -> None:
    condition = '<condition language="javascript">typeof x !== "undefined" &amp;&amp; x === 7</condition>'
    event = f'<intermediateCatchEvent id="it"><conditionalEventDefinition>{condition}</conditionalEventDefinition>'
    answer = await started(camunda, around(f"{event}</intermediateCatchEvent>"))
    instance = answer.json()["id"]
    assert await waiting(camunda) == []
    for value, expected in ((6, []), (7, ["wait"])):
        await camunda.put(f"/process-instance/{instance}/variables/x", {"value": value})
        assert await waiting(camunda) == expected


async def test_a_name_that_a_conditional_event_does_not_find_is_an_error(camunda: CamundaClient) -> None:
    event = (
        '<conditionalEventDefinition><condition language="javascript">x === 7</condition></conditionalEventDefinition>'
    )
    answer = await started(camunda, around(f'<intermediateCatchEvent id="it">{event}</intermediateCatchEvent>'))
    assert answer.status_code == 500
    assert answer.json()["message"].endswith("ReferenceError: x is not defined")


async def test_a_conditional_start_event_may_be_a_script(camunda: CamundaClient) -> None:
    event = (
        '<conditionalEventDefinition><condition language="javascript">x &gt; 3</condition></conditionalEventDefinition>'
    )
    starts = f'<process id="p" isExecutable="true"><startEvent id="s">{event}</startEvent><userTask id="wait"/>'
    await camunda.deploy(("model.bpmn", framed(f"{starts}{flow('s', 'wait')}</process>")))
    for value, number in ((2, 0), (5, 1)):
        answer = await camunda.post("/condition", {"variables": {"x": {"value": value}}})
        assert (answer.status_code, len(answer.json())) == (200, number)


async def test_a_script_may_stand_in_a_file_of_the_deployment(camunda: CamundaClient) -> None:
    task = f'<scriptTask id="it" {_JAVASCRIPT} camunda:resource="deployment://lib/it.js" camunda:resultVariable="r"/>'
    await camunda.deploy(("model.bpmn", around(task)), ("lib/it.js", b"x * 2 // \xc3\xa4"))
    answer = await camunda.post("/process-definition/key/p/start", {"variables": {"x": {"value": 4}}})
    path = f"/process-instance/{answer.json()['id']}/variables/r"
    assert (await camunda.get(path)).json()["value"] == 8


async def test_a_file_that_was_not_deployed_is_an_error_when_it_is_needed(camunda: CamundaClient) -> None:
    task = f'<scriptTask id="it" {_JAVASCRIPT} camunda:resource="deployment://it.js"/>'
    answer = await started(camunda, around(task))
    assert answer.status_code == 500
    assert answer.json()["message"].endswith("ENGINE-09024 Unable to find resource at path deployment://it.js")


@pytest.mark.parametrize("resource", ["classpath://it.js", "it.js", "${resource}"])
async def test_a_script_is_read_from_nowhere_else(camunda: CamundaClient, resource: str) -> None:
    task = f'<scriptTask id="it" {_JAVASCRIPT} camunda:resource="{resource}"/>'
    assert f"Unsupported resource '{resource}' of a script" in await refused(camunda, around(task))


async def test_the_source_of_a_script_may_be_an_expression(camunda: CamundaClient) -> None:
    assert await result_of(camunda, "${source}", source={"value": "1 + 1"}) == ("Integer", 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("${1 + 1}", ("Long", 2)), ("text", ("String", "text")), (" ${1} ", ("String", " 1 ")), ("${null}", None)],
)
@pytest.mark.parametrize("language", ["juel", "JUEL", None])
async def test_a_script_in_juel_is_an_expression(
    camunda: CamundaClient, language: str | None, text: str, expected: tuple[str, Any] | None
) -> None:
    found = (await ran(camunda, around(script(text, language=language)))).get("result")
    assert (None if found is None else (found["type"], found["value"])) == expected


@pytest.mark.parametrize("language", ["JavaScript", "Javascript", "js", "JS", "ecmascript", "ECMAScript", "Graal.js"])
async def test_javascript_has_several_names(camunda: CamundaClient, language: str) -> None:
    assert (await ran(camunda, around(script("1", language=language))))["result"]["value"] == 1


@pytest.mark.parametrize("language", ["groovy", "python", "ruby", "feel", "nashorn"])
async def test_other_languages_are_refused_by_name(camunda: CamundaClient, language: str) -> None:
    text = await refused(camunda, around(script("1", language=language)))
    assert f"Unsupported script format '{language}' of scriptTask 'it'" in text


# errors


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nothing", "ReferenceError: nothing is not defined"),
        ("throw new Error('boom')", "Error: boom"),
        ("throw 'boom'", "boom"),
        ("throw null", "null"),
        ("new Array(-1)", "RangeError: invalid array length"),
        ("(function f() { f() })()", "RangeError: Maximum call stack size exceeded"),
    ],
)
async def test_an_error_of_a_script_has_the_text_of_the_real_server(
    camunda: CamundaClient, text: str, said: str
) -> None:
    status, kind, message = await error_of(camunda, text)
    (definition,) = (await camunda.get("/process-definition?latestVersion=true")).json()
    where = f"while executing activity 'it' in the process definition with id '{definition['id']}'"
    assert (status, kind) == (500, "RestException")
    assert message == (
        f"Cannot instantiate process definition {definition['id']}: "
        f"Unable to evaluate script {where}:org.graalvm.polyglot.PolyglotException: {said}"
    )
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}


async def test_a_script_that_cannot_be_compiled_fails_when_it_runs(camunda: CamundaClient) -> None:
    _, _, message = await error_of(camunda, "this is no script")
    assert ":org.graalvm.polyglot.PolyglotException: SyntaxError: " in message


@pytest.mark.parametrize(
    "text", ["new java.util.Date()", "java.lang.Math.max(1, 2)", "Java.type('java.util.ArrayList')", "javax.x.Y()"]
)
async def test_classes_of_java_are_refused_by_name(camunda: CamundaClient, text: str) -> None:
    _, _, message = await error_of(camunda, text)
    assert message.endswith("of Java is not available to scripts")
    assert "java.util" in message or "java.lang" in message or "javax.x" in message


async def test_the_error_of_a_completion_names_its_class(camunda: CamundaClient) -> None:
    work = '<serviceTask id="work" camunda:type="external" camunda:topic="T"/>'
    content = process(work, script("throw new Error('x')"), flow("s", "work"), flow("work", "it"))
    await started(camunda, content)
    (task,) = await camunda.fetch()
    answer = await camunda.post(f"/external-task/{task['id']}/complete", {"workerId": "w"})
    assert (answer.status_code, answer.json()["type"]) == (500, "ScriptEvaluationException")
    assert answer.json()["message"].endswith(":org.graalvm.polyglot.PolyglotException: Error: x")
    assert (await camunda.get("/external-task/count")).json() == {"count": 1}


async def test_a_job_that_fails_by_a_script_shows_its_error(camunda: CamundaClient) -> None:
    task = script("throw new Error('x')").replace("<scriptTask", '<scriptTask camunda:asyncBefore="true"')
    answer = await started(camunda, around(task))
    (job,) = (await camunda.get(f"/job?processInstanceId={answer.json()['id']}")).json()
    await camunda.post(f"/job/{job['id']}/execute", {})
    (job,) = (await camunda.get(f"/job?processInstanceId={answer.json()['id']}")).json()
    assert job["exceptionMessage"].endswith(":org.graalvm.polyglot.PolyglotException: Error: x")
    trace = (await camunda.get(f"/job/{job['id']}/stacktrace")).text
    assert trace.startswith("org.camunda.bpm.engine.ScriptEvaluationException: Unable to evaluate script")


def caught(text: str, error: str = 'errorRef="E"', inside: str = "") -> bytes:
    """A process with a script task at whose boundary an error is caught."""
    names = 'camunda:errorCodeVariable="code" camunda:errorMessageVariable="message"'
    event = f'<boundaryEvent id="b" attachedToRef="it"><errorEventDefinition {error} {names}/></boundaryEvent>'
    parts = (event, '<userTask id="caught"/>', flow("b", "caught"))
    content = around(script(text, inside=inside), *parts)
    return content.replace(b"<process", b'<error id="E" errorCode="code"/><process', 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{_BPMN_ERROR}('code', 'why')", "why"),
        (f"{_BPMN_ERROR}('code')", None),
        ("const E = Java.type('org.camunda.bpm.engine.delegate.BpmnError'); throw new E('code', 'why')", "why"),
        (f"try {{ {_BPMN_ERROR}('code', 'why') }} catch (e) {{ if (e.getErrorCode() === 'code') throw e }}", "why"),
    ],
)
@pytest.mark.parametrize("error", ['errorRef="E"', ""])
async def test_a_bpmn_error_is_caught_at_the_boundary(
    camunda: CamundaClient, error: str, text: str, message: str | None
) -> None:
    found = await ran(camunda, caught(f"execution.setVariable('v', 1); {text}", error))
    assert await waiting(camunda) == ["caught"]
    assert {name: one["value"] for name, one in found.items()} == {"v": 1, "code": "code", "message": message}


async def test_a_bpmn_error_runs_the_outputs_of_its_task(camunda: CamundaClient) -> None:
    both = (
        "<extensionElements><camunda:inputOutput>"
        '<camunda:inputParameter name="in">1</camunda:inputParameter>'
        '<camunda:outputParameter name="out">${in}</camunda:outputParameter>'
        "</camunda:inputOutput></extensionElements>"
    )
    found = await ran(camunda, caught(f"{_BPMN_ERROR}('code')", inside=both))
    assert found["out"]["value"] == "1"


async def test_a_bpmn_error_that_nothing_catches_ends_the_path(camunda: CamundaClient) -> None:
    answer = await started(camunda, caught(f"{_BPMN_ERROR}('other')"))
    assert (answer.status_code, answer.json()["ended"]) == (200, True)


async def test_a_bpmn_error_in_a_subprocess_is_caught_around_it(camunda: CamundaClient) -> None:
    inner = f'<startEvent id="t"/>{script(_BPMN_ERROR + "(1)")}{flow("t", "it")}'
    event = '<boundaryEvent id="b" attachedToRef="sub"><errorEventDefinition/></boundaryEvent><userTask id="caught"/>'
    content = process(f'<subProcess id="sub">{inner}</subProcess>', event, flow("s", "sub"), flow("b", "caught"))
    await ran(camunda, content)
    assert await waiting(camunda) == ["caught"]


@pytest.mark.parametrize("way", ["input", "output"])
async def test_a_bpmn_error_in_a_parameter_is_an_error(camunda: CamundaClient, way: str) -> None:
    task = f'<task id="it">{mapping(scripted(_BPMN_ERROR + "(1)"), way)}</task>'
    answer = await started(camunda, around(task))
    assert answer.status_code == 500
    assert answer.json()["message"].endswith(": null")


def listening(event: str, text: str, kind: str = "executionListener", more: str = _JAVASCRIPT) -> str:
    return f'<camunda:{kind} event="{event}">{scripted(text, more)}</camunda:{kind}>'


def task_with(*listeners: str) -> bytes:
    """A process that passes a user task ``it`` with listeners."""
    return around(f'<userTask id="it"><extensionElements>{"".join(listeners)}</extensionElements></userTask>')


async def test_a_listener_may_be_a_script(camunda: CamundaClient) -> None:
    noted = "execution.setVariable('started', execution.eventName + ' ' + execution.getCurrentActivityId())"
    named = "task.setName('by script'); execution.setVariable('created', task.eventName + ' ' + started)"
    juel = "${execution.setVariable('juel', started)}"
    found = await ran(
        camunda,
        task_with(
            listening("start", noted),
            listening("start", juel, more='scriptFormat="juel"'),
            listening("create", named, "taskListener"),
        ),
    )
    assert {name: one["value"] for name, one in found.items()} == {
        "started": "start it",
        "juel": "start it",
        "created": "create start it",
    }
    (task,) = (await camunda.get("/task")).json()
    assert task["name"] == "by script"


@pytest.mark.parametrize("kind", ["executionListener", "taskListener"])
async def test_a_bpmn_error_of_a_listener_is_not_caught(camunda: CamundaClient, kind: str) -> None:
    event = "start" if kind == "executionListener" else "create"
    answer = await started(camunda, task_with(listening(event, f"{_BPMN_ERROR}('broken')", kind)))
    assert answer.status_code == 500
    assert "a listener cannot throw the BPMN error 'broken' here" in answer.json()["message"]
    assert await waiting(camunda) == []
