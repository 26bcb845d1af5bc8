"""Activities with several instances over Camunda's API: scopes of variables, trees, statistics, errors."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.client import CamundaClient, jobs_done
from tests.dialects.camunda.models import deploy_process, framed
from tests.serving import Served

pytestmark = pytest.mark.anyio

_THREE = "<loopCardinality>3</loopCardinality>"
_EACH = 'camunda:collection="all" camunda:elementVariable="item"'
_ALL = {"all": {"type": "Object", "value": '["a", "b"]', "valueInfo": {"objectTypeName": "java.util.ArrayList"}}}
_ALL["all"]["valueInfo"]["serializationDataFormat"] = "application/json"  # type: ignore[index]
_INPUT = """<extensionElements><camunda:inputOutput><camunda:inputParameter name="own">${1 + 1}</camunda:inputParameter>
</camunda:inputOutput></extensionElements>"""
_WORK = 'camunda:type="external" camunda:topic="T"'
#: What is repeated: its start tag, and what stands behind its loop characteristics.
KINDS = {
    "user": ('userTask id="x"', ""),
    "worker": (f'serviceTask id="x" {_WORK}', ""),
    "wait": ('receiveTask id="x"', ""),
    "scope": ('subProcess id="x"', '<startEvent id="s"/><sequenceFlow id="i" sourceRef="s" targetRef="in"/>'),
}
_INSIDE = '<userTask id="in"/>'
BODY = "x#multiInstanceBody"
#: Kind and whether in turn -> where the real server shows the input parameter and the loop variables.
PLACES = {
    ("user", False): ("x", "x"),
    ("user", True): (BODY, BODY),
    ("worker", False): ("x", BODY),
    ("worker", True): ("x", BODY),
    ("wait", False): ("x", "x"),
    ("wait", True): (BODY, BODY),
    ("scope", False): ("x", "x"),
    ("scope", True): ("x", BODY),
}


def several(inner: str = _THREE, attributes: str = "", *, in_turn: bool = False) -> str:
    order = ' isSequential="true"' if in_turn else ""
    tag = "multiInstanceLoopCharacteristics"
    return f"<{tag}{order} {attributes}>{inner}</{tag}>"


def process(loop: str, kind: str = "user", before: str = "", more: str = "") -> str:
    start, inside = KINDS[kind]
    content = before + loop + (inside + _INSIDE if inside else "")
    flows = (
        '<sequenceFlow id="f1" sourceRef="start" targetRef="x"/><sequenceFlow id="f2" sourceRef="x" targetRef="end"/>'
    )
    host = f"<{start}>{content}</{start.partition(' ')[0]}>"
    return (
        f'<process id="p" isExecutable="true"><startEvent id="start"/>{host}{flows}<endEvent id="end"/>{more}</process>'
    )


async def started(camunda: CamundaClient, content: str, **body: object) -> str:
    await deploy_process(camunda, content)
    return await camunda.start("p", body or {"variables": _ALL})


async def tree(camunda: CamundaClient, instance: str) -> dict[str, Any]:
    found: dict[str, Any] = (await camunda.get(f"/process-instance/{instance}/activity-instances")).json()
    return found


async def variables(camunda: CamundaClient, instance: str) -> list[tuple[str, str | None, Any]]:
    """Name, activity and value of every variable of the process, the collection left out."""
    listed = (
        await camunda.get(f"/variable-instance?processInstanceIdIn={instance}&sortBy=variableName&sortOrder=asc")
    ).json()
    shown = [one for one in listed if one["name"] != "all"]
    places = [one["activityInstanceId"] and one["activityInstanceId"].rpartition(":")[0] for one in shown]
    return [(one["name"], place, one["value"]) for one, place in zip(shown, places, strict=True)]


async def tasks(camunda: CamundaClient, **query: str) -> list[Any]:
    asked = "&".join(f"{name}={value}" for name, value in ({"sortBy": "created", "sortOrder": "asc"} | query).items())
    found: list[Any] = (await camunda.get(f"/task?{asked}")).json()
    return found


async def complete(camunda: CamundaClient, task: str, **variables_: object) -> Any:  # noqa: ANN401 - JSON
    given = {name: {"value": value} for name, value in variables_.items()}
    answer = await camunda.post(f"/task/{task}/complete", {"variables": given})
    return None if answer.status_code == 204 else answer.json()


@pytest.mark.parametrize(("kind", "in_turn"), PLACES)
async def test_variables_stand_where_the_real_server_has_them(camunda: CamundaClient, kind: str, in_turn: bool) -> None:
    instance = await started(camunda, process(several("", _EACH, in_turn=in_turn), kind, _INPUT))
    own, loop = PLACES[kind, in_turn]
    number = 1 if in_turn else 2
    assert await variables(camunda, instance) == [
        *(("item", loop, value) for value in ["a", "b"][:number]),
        *(("loopCounter", loop, value) for value in range(number)),
        ("nrOfActiveInstances", BODY, number),
        ("nrOfCompletedInstances", BODY, 0),
        ("nrOfInstances", BODY, 2),
        *(("own", own, 2) for _ in range(number)),
    ]
    (body,) = (await tree(camunda, instance))["childActivityInstances"]
    assert (body["activityId"], body["activityType"], body["activityName"]) == (BODY, "multiInstanceBody", None)
    assert [one["activityId"] for one in body["childActivityInstances"]] == ["x"] * number


async def test_an_instance_that_has_ended_is_shown_until_all_have(camunda: CamundaClient) -> None:
    instance = await started(camunda, process(several("", _EACH)))
    first, second = await tasks(camunda)
    assert await complete(camunda, first["id"], item="done", more=1) is None
    (body,) = (await tree(camunda, instance))["childActivityInstances"]
    assert [one["activityId"] for one in body["childActivityInstances"]] == ["x"]
    assert [(one["activityId"], one["activityType"]) for one in body["childTransitionInstances"]] == [("x", "userTask")]
    shown = [one for one in await variables(camunda, instance) if one[0] in ("item", "loopCounter", "more")]
    assert sorted(shown, key=str) == [
        ("item", "x", "b"),
        ("item", None, "done"),
        ("loopCounter", "x", 1),
        ("loopCounter", None, 0),
        ("more", "", 1),
    ]
    statistics = (await camunda.get("/process-definition/key/p/statistics")).json()
    assert [(one["id"], one["instances"]) for one in statistics] == [("x", 1)]
    assert (await camunda.get(f"/execution/count?processInstanceId={instance}")).json() == {"count": 4}
    assert await complete(camunda, second["id"]) is None
    assert (await camunda.get(f"/process-instance/{instance}")).status_code == 404


async def test_a_worker_sees_loop_variables_which_are_not_those_of_its_task(camunda: CamundaClient) -> None:
    await started(camunda, process(several("", _EACH), "worker", _INPUT))
    topic = {"topicName": "T", "lockDuration": 10_000}
    (first,) = await camunda.fetch(maxTasks=1, topics=[topic])
    seen = {name: one["value"] for name, one in first["variables"].items() if name != "all"}
    counters = {"nrOfInstances": 2, "nrOfActiveInstances": 2, "nrOfCompletedInstances": 0}
    assert seen == {"own": 2, "item": "a", "loopCounter": 0} | counters
    (second,) = await camunda.fetch(maxTasks=1, topics=[topic | {"localVariables": True}])
    assert second["variables"].keys() == {"own"}
    for one in (first, second):
        assert (await camunda.post(f"/external-task/{one['id']}/complete", {"workerId": "w"})).status_code == 204
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}


async def test_loop_variables_are_found_by_their_activity(camunda: CamundaClient) -> None:
    instance = await started(camunda, process(several(), "worker"))
    (body,) = (await tree(camunda, instance))["childActivityInstances"]
    first = body["childActivityInstances"][0]
    for activity, names in ((body, 3), (first, 1)):
        found = (await camunda.get(f"/variable-instance?activityInstanceIdIn={quote(activity['id'])}")).json()
        assert len(found) == names
        assert {one["activityInstanceId"] for one in found} == {body["id"]}


async def test_loop_variables_wait_with_their_instance(camunda: CamundaClient, served: Served) -> None:
    """A job that fails leaves the token where it is."""
    loop = several(attributes='camunda:asyncAfter="true"') + "\n"
    failing = loop.replace(_THREE, _THREE + "<completionCondition>${nobody}</completionCondition>")
    instance = await started(camunda, process(failing, "worker"))
    (first,) = await camunda.fetch(maxTasks=1)
    assert (await camunda.post(f"/external-task/{first['id']}/complete", {"workerId": "w"})).status_code == 204
    await jobs_done(served.services)
    shown = [one for one in await variables(camunda, instance) if one[0] == "loopCounter"]
    assert sorted(shown, key=str) == [("loopCounter", BODY, 1), ("loopCounter", BODY, 2), ("loopCounter", None, 0)]


async def test_a_sequence_reads_its_collection_anew_for_every_instance(camunda: CamundaClient) -> None:
    instance = await started(camunda, process(several("", _EACH, in_turn=True)))
    changed = _ALL["all"] | {"value": '["x", "y", "z"]'}
    assert (await camunda.put(f"/process-instance/{instance}/variables/all", changed)).status_code == 204
    for element in ("a", "y"):
        (task,) = await tasks(camunda)
        assert (await camunda.get(f"/task/{task['id']}/variables/item")).json()["value"] == element
        assert await complete(camunda, task["id"]) is None
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}


@pytest.mark.parametrize("in_turn", [False, True])
async def test_the_rest_is_cancelled_once_the_condition_holds(camunda: CamundaClient, in_turn: bool) -> None:
    condition = "<completionCondition>${loopCounter == 1}</completionCondition>"
    await started(camunda, process(several(_THREE + condition, in_turn=in_turn)))
    for _ in range(2):
        assert await complete(camunda, (await tasks(camunda))[0]["id"]) is None
    assert await tasks(camunda) == []
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("in_turn", [False, True])
async def test_no_instance_at_all(camunda: CamundaClient, kind: str, in_turn: bool) -> None:
    await started(camunda, process(several("<loopCardinality>0</loopCardinality>", in_turn=in_turn), kind))
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}


NOT_STARTED = {
    several("", 'camunda:collection="nope"'): "ENGINE-02025 Variable 'nope' is not of the expected type 'Collection'.",
    several(
        "", 'camunda:collection="${text}"'
    ): "ENGINE-02024 Expression '${text}' didn't resolve to type 'Collection'.",
    several("<loopCardinality>-1</loopCardinality>"): (
        "ENGINE-02023 Invalid number of 'instances': must be positive integer value or zero, but was '-1'."
    ),
    several("<loopCardinality>${true}</loopCardinality>"): (
        "ENGINE-02027 Could not resolve expression of type 'loopCardinality'. "
        "Expression '${true}' needs to be a number or number String."
    ),
}


@pytest.mark.parametrize("loop", NOT_STARTED)
async def test_what_says_nothing_about_how_many_there_are_is_an_error(camunda: CamundaClient, loop: str) -> None:
    definition = await deploy_process(camunda, process(loop))
    answer = await camunda.post("/process-definition/key/p/start", {"variables": {"text": {"value": "a"}}})
    prefix = f"Cannot instantiate process definition {definition}: "
    assert (answer.status_code, answer.json()["message"]) == (500, prefix + NOT_STARTED[loop])


@pytest.mark.parametrize(
    ("loop", "type_", "message"),
    [
        (several("<loopCardinality> 2 </loopCardinality>"), "NumberFormatException", 'For input string: " 2 "'),
        (several(_THREE, _EACH), "NoSuchElementException", None),
        (
            several(_THREE, 'camunda:collection="text" camunda:elementVariable="item"'),
            "ClassCastException",
            "class java.lang.String cannot be cast to class java.util.Collection",
        ),
    ],
)
async def test_some_faults_are_those_of_java(
    camunda: CamundaClient, loop: str, type_: str, message: str | None
) -> None:
    await deploy_process(camunda, process(loop))
    answer = await camunda.post("/process-definition/key/p/start", {"variables": _ALL | {"text": {"value": "a"}}})
    assert (answer.status_code, answer.json()) == (500, {"type": type_, "message": message, "code": None})


@pytest.mark.parametrize("in_turn", [False, True])
async def test_a_condition_that_is_no_boolean_lets_no_instance_end(camunda: CamundaClient, in_turn: bool) -> None:
    loop = several(_THREE + "<completionCondition>${1}</completionCondition>", in_turn=in_turn)
    instance = await started(camunda, process(loop))
    before = await tree(camunda, instance)
    error = await complete(camunda, (await tasks(camunda))[0]["id"])
    assert error["message"].endswith(
        "ENGINE-02028 Could not resolve expression of type 'completionCondition'. "
        "Expression '${1}' needs to evaluate to a boolean value."
    )
    assert await tree(camunda, instance) == before


async def test_counters_that_a_client_takes_away_are_missed(camunda: CamundaClient) -> None:
    instance = await started(camunda, process(several()))
    (body,) = (await tree(camunda, instance))["childActivityInstances"]
    (execution,) = body["executionIds"]
    assert (await camunda.delete(f"/execution/{execution}/localVariables/nrOfActiveInstances")).status_code == 204
    first, *_ = await tasks(camunda)
    error = await complete(camunda, first["id"])
    missing = f'The variable "nrOfActiveInstances" could not be found in execution with id {execution}: value is null'
    assert error["message"] == f"Cannot complete task {first['id']}: {missing}"


async def test_a_counter_that_a_client_lowers_ends_the_others(camunda: CamundaClient) -> None:
    instance = await started(camunda, process(several(), "worker"))
    (body,) = (await tree(camunda, instance))["childActivityInstances"]
    (execution,) = body["executionIds"]
    path = f"/execution/{execution}/localVariables/nrOfActiveInstances"
    assert (await camunda.put(path, {"value": 1, "type": "Integer"})).status_code == 204
    (first,) = await camunda.fetch(maxTasks=1)
    assert (await camunda.post(f"/external-task/{first['id']}/complete", {"workerId": "w"})).status_code == 204
    assert (await camunda.get("/external-task/count")).json() == {"count": 0}
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}


async def test_an_instance_with_some_that_have_ended_is_deleted(camunda: CamundaClient) -> None:
    instance = await started(camunda, process(several()))
    first, *_ = await tasks(camunda)
    assert await complete(camunda, first["id"]) is None
    assert (await camunda.delete(f"/process-instance/{instance}")).status_code == 204
    assert (await camunda.get("/execution/count")).json() == {"count": 0}


async def test_jobs_of_the_body_and_of_its_instances(camunda: CamundaClient, served: Served) -> None:
    content = process(several(_THREE, 'camunda:asyncBefore="true"')).replace(
        'userTask id="x"', 'userTask id="x" camunda:asyncBefore="true" camunda:jobPriority="5"', 1
    )
    await started(camunda, content)
    definitions = (await camunda.get("/job-definition?sortBy=activityId&sortOrder=asc")).json()
    assert [one["activityId"] for one in definitions] == ["x", BODY]
    await jobs_done(served.services)
    assert len(await tasks(camunda)) == 3


REFUSED = {
    several(""): "Either loopCardinality or loopDataInputRef/activiti:collection must be set",
    several("<loopCardinality></loopCardinality>"): (
        "loopCardinality must be defined for a multiInstanceLoopCharacteristics definition "
    ),
    several(_THREE, 'camunda:elementVariable="item"'): (
        "LoopDataInputRef/activiti:collection must be set when using inputDataItem or activiti:elementVariable"
    ),
}


async def problem_of(camunda: CamundaClient, content: str) -> str:
    """What is wrong with a model that is not deployed."""
    answer = await camunda.request("POST", "/deployment/create", files=[("file", ("p.bpmn", framed(content)))])
    assert answer.status_code == 400
    (problem,) = answer.json()["details"]["p.bpmn"]["errors"]
    return str(problem["message"])


@pytest.mark.parametrize("loop", REFUSED)
async def test_a_faulty_loop_is_refused_in_the_vendors_words(camunda: CamundaClient, loop: str) -> None:
    assert await problem_of(camunda, process(loop)) == REFUSED[loop]


async def test_output_parameters_of_instances_are_refused(camunda: CamundaClient) -> None:
    output = _INPUT.replace("inputParameter", "outputParameter")
    text = "camunda:outputParameter not allowed for multi-instance constructs"
    assert await problem_of(camunda, process(several(), before=output)) == text


async def test_a_default_flow_is_not_found_where_an_instance_ends(camunda: CamundaClient) -> None:
    instance = await started(camunda, process(several()).replace('userTask id="x"', 'userTask id="x" default="f2"', 1))
    first, *_ = await tasks(camunda)
    error = await complete(camunda, first["id"])
    text = "ENGINE-02005 Default sequence flow 'f2' for element with id 'x' could not be not found."
    assert error["message"] == f"Cannot complete task {first['id']}: {text}"
    assert len((await tree(camunda, instance))["childActivityInstances"][0]["childActivityInstances"]) == 3
