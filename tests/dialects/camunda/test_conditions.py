"""Conditional events over HTTP: every way to change variables is judged, and `/condition` starts instances.

When exactly conditions are judged is the affair of tests/engine/test_conditions.py. What is expected was seen at the
real engine.
"""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.client import CamundaClient, jobs_done
from tests.dialects.camunda.models import deploy_process, framed
from tests.serving import Served

pytestmark = pytest.mark.anyio

X = "${x == 1}"
Variables = dict[str, dict[str, Any]]


def given(**values: object) -> Variables:
    """Variables as the API takes them."""
    return {name: {"value": value} for name, value in values.items()}


def conditional(condition: str, attributes: str = "") -> str:
    """A conditional event definition."""
    return f"<conditionalEventDefinition {attributes}><condition>{condition}</condition></conditionalEventDefinition>"


def flows(*ways: tuple[str, str]) -> str:
    """Sequence flows."""
    return "".join(f'<sequenceFlow id="{a}-{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in ways)


def process(key: str, inner: str) -> str:
    """A process."""
    return f'<process id="{key}" isExecutable="true">{inner}</process>'


def boundary(host: str, condition: str = X, *, cancels: bool = False) -> str:
    """A boundary event, with the task `seen` behind it."""
    return (
        f'<boundaryEvent id="b" attachedToRef="{host}" cancelActivity="{str(cancels).lower()}">'
        f'{conditional(condition)}</boundaryEvent><userTask id="seen"/>' + flows(("b", "seen"))
    )


def aside(condition: str = X) -> str:
    """An event subprocess of the process that does not interrupt it, with the task `aside`."""
    return (
        f'<subProcess id="es" triggeredByEvent="true"><startEvent id="esS" isInterrupting="false">'
        f'{conditional(condition)}</startEvent><userTask id="aside"/>{flows(("esS", "aside"))}</subProcess>'
    )


def one_task(*more: str) -> str:
    """A process `p` of a task `do`, which is followed by a task `next`."""
    tasks = '<startEvent id="s"/><userTask id="do"/><userTask id="next"/>'
    return process("p", tasks + flows(("s", "do"), ("do", "next")) + "".join(more))


async def begun(camunda: CamundaClient, model: str, **variables: object) -> str:
    """A started instance of a model whose process is `p`."""
    await deploy_process(camunda, model)
    return await camunda.start("p", {"variables": given(**variables)})


async def at(camunda: CamundaClient, instance: str) -> list[str]:
    """The user tasks that wait in an instance."""
    found = (await camunda.get(f"/task?processInstanceId={instance}")).json()
    return sorted(task["taskDefinitionKey"] for task in found)


async def task_at(camunda: CamundaClient, instance: str, key: str = "do") -> str:
    """The id of the task at a node."""
    found = (await camunda.get(f"/task?processInstanceId={instance}&taskDefinitionKey={key}")).json()
    return str(found[0]["id"])


# every way to change variables


Change = Callable[[str, str], tuple[str, str, object]]
CHANGES: dict[str, Change] = {
    "one of the instance": lambda p, _: ("PUT", f"/process-instance/{p}/variables/x", {"value": 1}),
    "some of the instance": lambda p, _: ("POST", f"/process-instance/{p}/variables", {"modifications": given(x=1)}),
    "one of its execution": lambda p, _: ("PUT", f"/execution/{p}/localVariables/x", {"value": 1}),
    "some of its execution": lambda p, _: ("POST", f"/execution/{p}/localVariables", {"modifications": given(x=1)}),
    "one of the task": lambda _, t: ("PUT", f"/task/{t}/variables/x", {"value": 1}),
    "some of the task": lambda _, t: ("POST", f"/task/{t}/variables", {"modifications": given(x=1)}),
}


@pytest.mark.parametrize("way", CHANGES)
async def test_a_change_lets_a_condition_take_effect_at_once(camunda: CamundaClient, way: str) -> None:
    instance = await begun(camunda, one_task(boundary("do", cancels=True), aside()))
    method, path, body = CHANGES[way](instance, await task_at(camunda, instance))
    assert (await camunda.request(method, path, body)).status_code == 204
    assert await at(camunda, instance) == ["aside", "seen"]


async def test_what_is_local_to_a_task_is_nothing_to_its_process(camunda: CamundaClient) -> None:
    instance = await begun(camunda, one_task(boundary("do"), aside()))
    task = await task_at(camunda, instance)
    await camunda.put(f"/task/{task}/localVariables/x", {"value": 1})
    shown = (await camunda.get(f"/task/{task}")).json()
    await camunda.put(f"/execution/{shown['executionId']}/localVariables/x", {"value": 1})
    await camunda.put(f"/task/{task}/variables/x", {"value": 1})
    await camunda.post(f"/task/{task}/resolve", {"variables": given(y=1)})
    assert await at(camunda, instance) == ["do"]


async def test_a_resolved_task_and_a_failure_set_variables_that_nothing_judges(camunda: CamundaClient) -> None:
    instance = await begun(camunda, one_task(boundary("do")))
    await camunda.post(f"/task/{await task_at(camunda, instance)}/resolve", {"variables": given(x=1)})
    assert await at(camunda, instance) == ["do"]
    await camunda.put(f"/process-instance/{instance}/variables/other", {"value": 1})
    assert await at(camunda, instance) == ["do", "seen"]


async def test_deletions_are_judged_after_what_is_set_with_them(camunda: CamundaClient) -> None:
    instance = await begun(camunda, one_task(boundary("do"), aside("${execution.hasVariable('y') and not z}")), z=True)
    body = {"modifications": given(x=1, y=1), "deletions": ["x", "y"]}
    assert (await camunda.post(f"/process-instance/{instance}/variables", body)).status_code == 204
    assert await at(camunda, instance) == ["do", "seen", "seen"]
    await camunda.delete(f"/process-instance/{instance}/variables/z")
    await camunda.delete(f"/process-instance/{instance}/variables/z")
    assert await at(camunda, instance) == ["do", "seen", "seen"]


async def test_a_deletion_is_an_occasion(camunda: CamundaClient) -> None:
    instance = await begun(camunda, one_task(aside("${not execution.hasVariable('x')}")), x=1)
    assert await at(camunda, instance) == ["do"]
    assert (await camunda.delete(f"/process-instance/{instance}/variables/x")).status_code == 204
    assert await at(camunda, instance) == ["aside", "do"]


async def test_variables_set_together_are_judged_in_the_order_of_their_hashes(camunda: CamundaClient) -> None:
    by_a = '<boundaryEvent id="b" attachedToRef="do">' + conditional("${a == 1}", 'camunda:variableName="a"')
    by_b = '<subProcess id="es" triggeredByEvent="true"><startEvent id="esS" isInterrupting="false">'
    by_b += conditional("${b == 1}", 'camunda:variableName="b"') + '</startEvent><userTask id="aside"/>'
    model = one_task(by_a, '</boundaryEvent><userTask id="seen"/>', by_b, flows(("esS", "aside")), "</subProcess>")
    instance = await begun(camunda, model.replace("</process>", flows(("b", "seen")) + "</process>"))
    await camunda.post(f"/process-instance/{instance}/variables", {"modifications": given(b=1, a=1)})
    assert await at(camunda, instance) == ["seen"]  # b comes after a, and then another activity stands there


async def test_a_transient_variable_is_judged_and_gone(camunda: CamundaClient) -> None:
    instance = await begun(camunda, one_task(boundary("do")))
    transient = {"value": 1, "type": "Integer", "valueInfo": {"transient": True}}
    body = {"variables": {"x": transient}}
    task = await task_at(camunda, instance)
    assert (await camunda.post(f"/task/{task}/complete", body)).status_code == 204
    assert await at(camunda, instance) == ["next", "seen"]
    assert (await camunda.get(f"/process-instance/{instance}/variables")).json() == {}


# work that is done


@pytest.mark.parametrize("operation", ["complete", "submit-form"])
async def test_a_completion_that_makes_a_condition_true_is_none(camunda: CamundaClient, operation: str) -> None:
    instance = await begun(camunda, one_task(boundary("do", cancels=True)))
    task = await task_at(camunda, instance)
    assert (await camunda.post(f"/task/{task}/{operation}", {"variables": given(x=1)})).status_code == 204
    assert await at(camunda, instance) == ["seen"]
    assert (await camunda.get(f"/task/{task}")).status_code == 404


async def test_a_worker_may_end_its_own_task_by_a_condition(camunda: CamundaClient) -> None:
    work = '<startEvent id="s"/><serviceTask id="work" camunda:type="external" camunda:topic="T"/><userTask id="next"/>'
    inner = work + flows(("s", "work"), ("work", "next")) + boundary("work", cancels=True) + aside("${y == 1}")
    await deploy_process(camunda, process("p", inner))
    reports: list[tuple[str, dict[str, object], list[str]]] = [
        ("complete", {"variables": given(x=1)}, ["seen"]),
        ("complete", {"localVariables": given(x=1)}, ["seen"]),
        ("complete", {"variables": given(y=1)}, ["aside", "next"]),
        ("bpmnError", {"errorCode": "E", "variables": given(x=1, y=1)}, ["aside", "aside"]),
        ("failure", {"retries": 0, "variables": given(x=1, y=1)}, []),
    ]
    for report, body, left in reports:
        instance = await camunda.start("p")
        (task,) = await camunda.fetch()
        answer = await camunda.post(f"/external-task/{task['id']}/{report}", {"workerId": "w", **body})
        assert answer.status_code == 204
        assert await at(camunda, instance) == left, (report, body)


async def test_a_message_brings_variables_that_are_judged(camunda: CamundaClient) -> None:
    receive = '<startEvent id="s"/><receiveTask id="wait" messageRef="m"/><userTask id="next"/>'
    inner = receive + flows(("s", "wait"), ("wait", "next")) + boundary("wait", cancels=True) + aside("${y == 1}")
    model = framed('<message id="m" name="call"/>' + process("p", inner))
    await camunda.deploy(("model.bpmn", model))
    for variables, left in ((given(x=1), ["seen"]), (given(y=1), ["aside", "next"])):
        instance = await camunda.start("p")
        body = {"messageName": "call", "processInstanceId": instance, "processVariables": variables}
        assert (await camunda.post("/message", body)).status_code == 204
        assert await at(camunda, instance) == left


async def test_a_job_goes_on_with_the_conditions_that_hold(camunda: CamundaClient, served: Served) -> None:
    model = one_task(boundary("do", cancels=True)).replace(
        '<userTask id="do"/>', '<userTask id="do" camunda:asyncBefore="true"/>'
    )
    instance = await begun(camunda, model, x=1)
    await jobs_done(served.services)
    assert await at(camunda, instance) == ["seen"]


# what is seen of it


async def test_trees_call_conditional_events_what_the_vendor_does(camunda: CamundaClient) -> None:
    inner = (
        '<startEvent id="s"/><parallelGateway id="g"/><eventBasedGateway id="e"/>'
        f'<intermediateCatchEvent id="c">{conditional(X)}</intermediateCatchEvent>'
        f'<intermediateCatchEvent id="c1">{conditional(X)}</intermediateCatchEvent>'
        f'<intermediateCatchEvent id="c2">{conditional("${y == 1}")}</intermediateCatchEvent><userTask id="next"/>'
    )
    ways = flows(("s", "g"), ("g", "c"), ("g", "e"), ("e", "c1"), ("e", "c2"), ("c", "next"), ("c2", "next"))
    instance = await begun(camunda, process("p", inner + ways))
    tree = (await camunda.get(f"/process-instance/{instance}/activity-instances")).json()
    types = {one["activityId"]: one["activityType"] for one in tree["childActivityInstances"]}
    assert types == {"c": "intermediateConditional", "e": "eventBasedGateway"}
    await camunda.post(f"/process-instance/{instance}/variables", {"modifications": given(y=1)})
    assert await at(camunda, instance) == ["next"]
    await camunda.put(f"/process-instance/{instance}/variables/x", {"value": 1})
    assert await at(camunda, instance) == ["next", "next"]


# what goes wrong


ERROR = "condition expression returns non-Boolean: result has class java.lang.Integer and not java.lang.Boolean"


async def test_a_condition_that_fails_undoes_the_change(camunda: CamundaClient) -> None:
    instance = await begun(camunda, one_task(boundary("do", "${x}")))
    task = await task_at(camunda, instance)
    for method, path, body, prefix in (
        ("PUT", f"/process-instance/{instance}/variables/x", {"value": 1}, "Cannot put process instance variable x"),
        (
            "POST",
            f"/process-instance/{instance}/variables",
            {"modifications": given(x=1)},
            f"Cannot modify variables for process instance {instance}",
        ),
        ("PUT", f"/task/{task}/variables/x", {"value": 1}, "Cannot put task variable x"),
        ("POST", f"/task/{task}/complete", {"variables": given(x=1)}, f"Cannot complete task {task}"),
    ):
        answer = await camunda.request(method, path, body)
        assert (answer.status_code, answer.json()) == (
            500,
            {"type": "RestException", "message": f"{prefix}: {ERROR}", "code": 0},
        )
    assert (await camunda.get(f"/process-instance/{instance}/variables")).json() == {}
    assert await at(camunda, instance) == ["do"]


async def test_a_suspended_instance_may_change_as_long_as_nothing_moves(camunda: CamundaClient) -> None:
    instance = await begun(camunda, one_task(boundary("do")))
    await camunda.put(f"/process-instance/{instance}/suspended", {"suspended": True})
    assert (await camunda.put(f"/process-instance/{instance}/variables/x", {"value": 2})).status_code == 204
    answer = await camunda.put(f"/process-instance/{instance}/variables/x", {"value": 1})
    message = f"ENGINE-03043 Execution with id '{instance}' is suspended."
    assert (answer.status_code, answer.json()["message"]) == (
        500,
        f"Cannot put process instance variable x: {message}",
    )
    await camunda.put(f"/process-instance/{instance}/suspended", {"suspended": False})
    assert (await camunda.get(f"/process-instance/{instance}/variables/x")).json()["value"] == 2
    assert await at(camunda, instance) == ["do"]


# instances that are started by conditions


def starting(key: str, condition: str, attributes: str = "", more: str = "") -> str:
    """A process that a condition starts."""
    event = f'<startEvent id="s">{conditional(condition, attributes)}</startEvent><userTask id="t"/>'
    return process(key, event + flows(("s", "t")) + more)


async def deployed(camunda: CamundaClient, model: str, tenant: str | None = None) -> str:
    """Deploy a version of a process; the id of its definition."""
    parts: list[tuple[str, tuple[str | None, bytes]]] = [("data", ("model.bpmn", framed(model)))]
    parts += [] if tenant is None else [("tenant-id", (None, tenant.encode()))]
    answer = await camunda.request("POST", "/deployment/create", files=parts)
    assert answer.status_code == 200, answer.text
    (definition,) = answer.json()["deployedProcessDefinitions"]
    return str(definition)


async def evaluated(camunda: CamundaClient, **body: object) -> list[tuple[str, str | None, str | None]]:
    """The instances that an evaluation starts: key, business key and tenant."""
    answer = await camunda.post("/condition", body)
    assert answer.status_code == 200, answer.text
    return [(one["definitionKey"], one["businessKey"], one["tenantId"]) for one in answer.json()]


async def test_conditions_start_instances_with_what_they_were_given(camunda: CamundaClient) -> None:
    await deployed(camunda, starting("warm", "${t &gt; 20}"))
    answer = await camunda.post("/condition", {"variables": given(t=24), "businessKey": "room"})
    ((instance),) = answer.json()
    assert instance | {"id": "", "definitionId": ""} == {
        "links": [],
        "id": "",
        "definitionId": "",
        "definitionKey": "warm",
        "businessKey": "room",
        "caseInstanceId": None,
        "ended": False,
        "suspended": False,
        "tenantId": None,
    }
    variables = (await camunda.get(f"/process-instance/{instance['id']}/variables")).json()
    assert variables == {"t": {"type": "Integer", "value": 24, "valueInfo": {}}}
    assert await at(camunda, instance["id"]) == ["t"]
    for nothing in ({"variables": given(t=20)}, {"variables": given(other=1)}, {}, {"variables": None}):
        assert await evaluated(camunda, **nothing) == []
    assert (await camunda.post("/condition", content=b"", headers={"Content-Type": "application/json"})).json() == []
    assert (await camunda.post("/process-definition/key/warm/start", {})).status_code == 200


async def test_a_name_must_be_given_and_kinds_of_changes_do_not_count(camunda: CamundaClient) -> None:
    await deployed(camunda, starting("named", "${t == 1}", 'camunda:variableName="u"'))
    await deployed(camunda, starting("kinds", "${v == 1}", 'camunda:variableEvents="delete"'))
    assert await evaluated(camunda, variables=given(t=1)) == []
    assert await evaluated(camunda, variables=given(t=1, u=None)) == [("named", None, None)]
    assert await evaluated(camunda, variables=given(v=1)) == [("kinds", None, None)]


async def test_every_start_event_that_holds_starts_an_instance(camunda: CamundaClient) -> None:
    both = f'<startEvent id="s2">{conditional("${t == 1}")}</startEvent>' + flows(("s2", "t"))
    await deployed(camunda, starting("two", "${t &lt; 2}", more=both + aside("${t == 1}")))
    instances = (await camunda.post("/condition", {"variables": given(t=1)})).json()
    assert [one["definitionKey"] for one in instances] == ["two", "two"]
    for one in instances:  # conditions inside are judged by the start, and by its variable
        assert await at(camunda, one["id"]) == ["aside", "aside", "t"]
    answer = await camunda.post("/process-definition/key/two/start", {})
    assert (answer.status_code, "has no default start activity" in answer.json()["message"]) == (500, True)


async def test_the_latest_version_starts_unless_another_one_is_named(camunda: CamundaClient) -> None:
    first = await deployed(camunda, starting("v", "${t == 1}"))
    second = await deployed(camunda, starting("v", "${t == 2}"))
    assert await evaluated(camunda, variables=given(t=1)) == []
    assert await evaluated(camunda, variables=given(t=2)) == [("v", None, None)]
    assert await evaluated(camunda, variables=given(t=1), processDefinitionId=first) == [("v", None, None)]
    await camunda.put(f"/process-definition/{second}/suspended", {"suspended": True})
    assert await evaluated(camunda, variables=given(t=2)) == []
    assert await evaluated(camunda, variables=given(t=2), processDefinitionId=second) == []
    await camunda.delete(f"/process-definition/{second}?cascade=true")
    assert await evaluated(camunda, variables=given(t=1)) == [("v", None, None)]


async def test_tenants_narrow_down_what_is_evaluated(camunda: CamundaClient) -> None:
    await deployed(camunda, starting("mine", "${t == 1}"), "me")
    await deployed(camunda, starting("free", "${t == 1}"))
    asked = given(t=1)
    assert await evaluated(camunda, variables=asked) == [("mine", None, "me"), ("free", None, None)]
    assert await evaluated(camunda, variables=asked, tenantId="me") == [("mine", None, "me")]
    assert await evaluated(camunda, variables=asked, withoutTenantId=True) == [("free", None, None)]
    answer = await camunda.post("/condition", {"variables": asked, "tenantId": "you"})
    assert answer.json() == {
        "type": "ProcessEngineException",
        "message": "ENGINE-13043 No subscriptions were found during evaluation of the conditional start events.",
        "code": 0,
    }


async def test_evaluations_that_make_no_sense_are_refused(camunda: CamundaClient) -> None:
    plain = await deployed(camunda, one_task())
    await deployed(camunda, starting("number", "${t}", 'camunda:variableName="t"'))
    unknown = "no deployed process definition found with id '{}': processDefinition is null"
    both = "Parameter 'tenantId' cannot be used together with parameter 'withoutTenantId'."
    refused: list[tuple[dict[str, object], int, str, str, int | None]] = [
        ({"tenantId": "t", "withoutTenantId": True}, 400, "InvalidRequestException", both, None),
        ({"processDefinitionId": "nope"}, 400, "NotFoundException", unknown.format("nope"), 0),
        ({"processDefinitionId": ""}, 400, "NotFoundException", unknown.format(""), 0),
        (
            {"processDefinitionId": plain},
            500,
            "ProcessEngineException",
            f"ENGINE-13042 Process definition with id '{plain}' does not declare conditional start event.",
            0,
        ),
        ({"variables": given(t=1)}, 500, "ProcessEngineException", ERROR, 0),
        (
            {"variables": {"t": {"value": "a", "type": "Integer"}}},
            400,
            "InvalidRequestException",
            "Cannot convert value 'a' of type 'Integer' to java type java.lang.Integer",
            None,
        ),
    ]
    for body, status, type_, message, code in refused:
        answer: httpx.Response = await camunda.post("/condition", body)
        assert (answer.status_code, answer.json()) == (status, {"type": type_, "message": message, "code": code}), body
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}


async def test_what_a_removal_sets_off_meets_what_a_change_before_it_did(camunda: CamundaClient) -> None:
    inner = (
        '<startEvent id="s"/><userTask id="first"/><userTask id="second"/>'
        '<boundaryEvent id="b" attachedToRef="first">'
        + conditional(X, 'camunda:variableName="x"')
        + "</boundaryEvent>"
        + flows(("s", "first"), ("b", "second"))
        + '<subProcess id="es" triggeredByEvent="true"><startEvent id="esS">'
        + conditional(X, 'camunda:variableName="y" camunda:variableEvents="delete"')
        + '</startEvent><userTask id="alone"/>'
        + flows(("esS", "alone"))
        + "</subProcess>"
    )
    await deploy_process(camunda, process("p", inner))
    started = await camunda.post("/process-definition/key/p/start", {"variables": given(x=0, y=1)})
    instance = started.json()["id"]
    both = {"modifications": given(x=1), "deletions": ["y"]}
    assert (await camunda.post(f"/process-instance/{instance}/variables", both)).status_code == 204
    tasks = (await camunda.get(f"/task?processInstanceId={instance}")).json()
    assert [task["taskDefinitionKey"] for task in tasks] == ["alone"]


@pytest.mark.parametrize(
    ("step", "judged"),
    [
        ('<userTask id="r"/>', False),
        ('<receiveTask id="r"/>', False),
        ('<receiveTask id="r" messageRef="m"/>', True),
        ('<serviceTask id="r" camunda:type="external" camunda:topic="t"/>', True),
    ],
)
async def test_changes_are_dropped_once_a_step_shares_the_execution_of_their_scope(
    camunda: CamundaClient, step: str, *, judged: bool
) -> None:
    """As recorded from the vendor's server: x lets the catch event go on, and y is judged after that, or not."""
    inner = (
        '<startEvent id="s"/><intermediateCatchEvent id="c">'
        + conditional(X, 'camunda:variableName="x"')
        + f"</intermediateCatchEvent>{step}"
        + flows(("s", "c"), ("c", "r"))
        + aside("${y == 1}").replace(
            "<conditionalEventDefinition ", '<conditionalEventDefinition camunda:variableName="y" '
        )
    )
    content = process("p", inner).replace("<process ", '<message id="m" name="M"/><process ', 1)
    await deploy_process(camunda, content)
    started = await camunda.post("/process-definition/key/p/start", {"variables": given(x=0, y=0)})
    instance = started.json()["id"]
    both = {"modifications": given(x=1, y=1)}
    assert (await camunda.post(f"/process-instance/{instance}/variables", both)).status_code == 204
    assert ("aside" in await at(camunda, instance)) == judged
