"""Signals that come back to the instance that threw one: another instance answers within the same transaction."""

from typing import Any

import pytest

from taskbridge.service import uuids
from taskbridge.service.tasks import advance, hold
from taskbridge.service.uuids import Kind
from tests.client import CamundaClient
from tests.dialects.camunda.signal_models import (
    boundary,
    catch,
    deployed,
    done,
    event_subprocess,
    process,
    tasks,
    throw,
)
from tests.dialects.camunda.test_conditions import conditional, given
from tests.engine.bpmn_snippets import element, end, parallel, path, start, subprocess, user
from tests.serving import Served

pytestmark = pytest.mark.anyio

#: Answers the one signal with the other, and says so.
_ANSWERS = process(
    "answers",
    start(),
    catch("c"),
    throw("t2", "s2", inner='<camunda:in sourceExpression="${1}" target="answered"/>'),
    end(),
    path("start", "c", "t2", "end"),
)
#: Asks beside a task, whose boundary event hears the answer.
_ASKS = (
    throw("t")
    + user("kept")
    + user("waits")
    + boundary("b", "waits", "s2")
    + user("behind")
    + path("t", "kept")
    + path("b", "behind")
)


def _asks_when_x(key: str) -> str:
    """A task with a boundary event for the answer; a condition beside it begins what asks."""
    begins = element(
        "startEvent", "esStart", conditional("${x == 1}", 'camunda:variableName="x"'), isInterrupting="false"
    )
    beside = element(
        "subProcess", "es", begins + throw("t") + user("k") + path("esStart", "t", "k"), triggeredByEvent="true"
    )
    border = boundary("b", "go", "s2", interrupting=False) + user("heard") + path("b", "heard")
    return process(key, start(), user("go"), border, path("start", "go"), beside)


async def test_variables_that_are_set_and_removed_at_once_meet_what_has_come_back(camunda: CamundaClient) -> None:
    await deployed(camunda, _ANSWERS, _asks_when_x("asks"))
    await camunda.start("answers")
    instance = await camunda.start("asks", {"variables": given(x=0, y=1)})
    change = {"modifications": given(x=1), "deletions": ["y"]}
    assert (await camunda.post(f"/process-instance/{instance}/variables", change)).status_code == 204
    assert await tasks(camunda) == ["go", "heard", "k"]
    left = (await camunda.get(f"/process-instance/{instance}/variables")).json()
    assert {name: one["value"] for name, one in left.items()} == {"x": 1, "answered": 1}
    for task in ("go", "heard"):
        assert await done(camunda, task) == 204
        assert (await camunda.get(f"/process-instance/{instance}")).status_code == 200
    assert await done(camunda, "k") == 204
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}


async def test_a_removal_comes_too_late_for_an_instance_that_the_answer_has_ended(
    camunda: CamundaClient, served: Served
) -> None:
    begins = element(
        "startEvent", "esStart", conditional("${x == 1}", 'camunda:variableName="x"'), isInterrupting="false"
    )
    beside = element(
        "subProcess", "es", begins + throw("t") + user("k") + path("esStart", "t", "k"), triggeredByEvent="true"
    )
    stops = element("endEvent", "stop", "<terminateEventDefinition/>")
    border = boundary("b", "go", "s2") + stops + path("b", "stop")
    await deployed(camunda, _ANSWERS, process("asks", start(), user("go"), border, path("start", "go"), beside))
    await camunda.start("answers")
    instance = await camunda.start("asks", {"variables": given(x=0, y=1)})
    change = {"modifications": given(x=1), "deletions": ["y"]}
    assert (await camunda.post(f"/process-instance/{instance}/variables", change)).status_code == 204
    assert await tasks(camunda) == []
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}
    dump = await served.dump()
    assert dump["event_subscription"] == []


@pytest.fixture
async def asks(camunda: CamundaClient) -> None:
    """A process that asks when its task is done, when it gets a message, or as it begins; and one that answers."""
    message = element("startEvent", "byMessage", '<messageEventDefinition messageRef="m"/>')
    merge = element("exclusiveGateway", "merge") + path("merge", "fork", "t")
    branches = merge + parallel("fork") + _ASKS + path("fork", "waits")
    model = process(
        "asks", start(), user("go"), message, branches, path("start", "go", "merge"), path("byMessage", "merge")
    )
    await deployed(camunda, _ANSWERS, '<message id="m" name="Ask"/>' + model)
    await camunda.start("answers")


def _values(variables: dict[str, Any]) -> dict[str, Any]:
    return {name: one["value"] for name, one in variables.items()}


@pytest.mark.usefixtures("asks")
async def test_a_completion_shows_the_variables_that_the_answer_has_brought(camunda: CamundaClient) -> None:
    await camunda.start("asks")
    (task,) = (await camunda.get("/task?taskDefinitionKey=go")).json()
    answer = await camunda.post(f"/task/{task['id']}/complete", {"withVariablesInReturn": True})
    assert await tasks(camunda) == ["behind", "kept"]
    assert _values(answer.json()) == {"answered": 1}


@pytest.mark.usefixtures("asks")
async def test_a_message_shows_the_variables_that_the_answer_has_brought(camunda: CamundaClient) -> None:
    body = {"messageName": "Ask", "resultEnabled": True, "variablesInResultEnabled": True}
    (result,) = (await camunda.post("/message", body)).json()
    assert await tasks(camunda) == ["behind", "kept"]
    assert _values(result["variables"]) == {"answered": 1}


async def test_a_start_shows_what_the_answer_has_made_of_the_instance(camunda: CamundaClient) -> None:
    fork = parallel("fork") + path("start", "fork", "t", "end") + path("fork", "waits", "end")
    await deployed(camunda, _ANSWERS, process("asks", start(), fork, throw("t"), catch("waits", "s2"), end()))
    await camunda.start("answers")
    answer = await camunda.post("/process-definition/key/asks/start", {"withVariablesInReturn": True})
    assert (answer.json()["ended"], _values(answer.json()["variables"])) == (True, {"answered": 1})


@pytest.mark.usefixtures("asks")
async def test_the_tasks_that_the_answer_has_made_follow_a_completion(camunda: CamundaClient, served: Served) -> None:
    await camunda.start("asks")
    (task,) = (await camunda.get("/task?taskDefinitionKey=go")).json()
    number = uuids.decode(task["id"], Kind.TASK)
    advanced = await served.services.run(lambda unit: advance(unit, hold(unit, number)))
    assert sorted(one.node.id for one in advanced.tasks) == ["behind", "kept"]


# a message to all, whose receivers throw signals

_HEARS = '<message id="m" name="M"/>'
_MESSAGE = '<messageEventDefinition messageRef="m"/>'
_STOPS = _HEARS + process(
    "stops",
    start(),
    element("intermediateCatchEvent", "hear", _MESSAGE),
    throw("t"),
    end(),
    path("start", "hear", "t", "end"),
)
_TASK = process(
    "loses", start(), element("receiveTask", "hear", messageRef="m") + boundary("b", "hear"), user("got"),
    user("stopped"), path("start", "hear", "got"), path("b", "stopped"),
)  # fmt: skip
_SCOPE = process(
    "loses", start(), subprocess("sub", start("s1") + user("w") + path("s1", "w") + event_subprocess("es")),
    user("got"), element("boundaryEvent", "b", _MESSAGE, attachedToRef="sub"), path("start", "sub"), path("b", "got"),
)  # fmt: skip


@pytest.mark.parametrize("model", [pytest.param(_TASK, id="ended"), pytest.param(_SCOPE, id="alive")])
async def test_a_message_to_all_is_for_nobody_where_one_receiver_takes_away_what_another_waits_for(
    camunda: CamundaClient, served: Served, model: str
) -> None:
    await deployed(camunda, _STOPS, _HEARS + model)
    await camunda.start("stops")
    await camunda.start("loses")
    before = await served.dump()
    refused = await camunda.post("/message", {"messageName": "M", "all": True})
    assert refused.status_code == 500
    assert "does not have a subscription to a message event with name 'M'" in refused.json()["message"]
    assert await served.dump() == before


async def test_a_message_to_all_shows_what_its_last_receiver_has_left_of_the_first(camunda: CamundaClient) -> None:
    border = element("boundaryEvent", "b", _MESSAGE, attachedToRef="kept", cancelActivity="false") + user("heard")
    first = process(
        "first", start(), parallel("fork"), user("kept"), border, catch("c"),
        element("endEvent", "end", "<terminateEventDefinition/>"),
        path("start", "fork", "kept"), path("fork", "c", "end"), path("b", "heard"),
    )  # fmt: skip
    await deployed(camunda, _HEARS + first, _STOPS)
    await camunda.start("first")
    await camunda.start("stops")
    body = {"messageName": "M", "all": True, "resultEnabled": True}
    results = (await camunda.post("/message", body)).json()
    assert [one["execution"]["ended"] for one in results] == [True, True]


async def test_conditions_that_start_several_show_what_the_last_has_left_of_the_first(camunda: CamundaClient) -> None:
    begins = element("startEvent", "start", conditional("${x == 1}"))
    first = process("first", begins, catch("c"), end(), path("start", "c", "end"))
    last = process("last", begins, throw("t"), end(), path("start", "t", "end"))
    await deployed(camunda, first, last)
    begun = (await camunda.post("/condition", {"variables": given(x=1)})).json()
    assert [(one["definitionId"].partition(":")[0], one["ended"]) for one in begun] == [("first", True), ("last", True)]
