"""Call activities with several instances: what is theirs, what the counters around them are, and what ends alone."""

from typing import Any

import pytest

from taskbridge.store import activities
from tests.client import CamundaClient
from tests.dialects.camunda.signal_models import deployed, process, tasks
from tests.dialects.camunda.test_called_processes import BOTH, WORK, called_by, keys
from tests.engine.bpmn_snippets import element, path, start, user

pytestmark = pytest.mark.anyio

LOCALLY = '<camunda:out source="result" target="result" local="true"/>'
HAS_BAD = "${execution.hasVariable('result') and result == 'bad'}"


def several(instances: int, *extensions: str, sequential: bool = False, until: str | None = None) -> str:
    """A process that calls another one several times, and goes on with a task."""
    condition = "" if until is None else f"<completionCondition>{until}</completionCondition>"
    inner = f"<loopCardinality>{instances}</loopCardinality>{condition}"
    loop = element("multiInstanceLoopCharacteristics", "loop", inner, isSequential=str(sequential).lower())
    held = f"<extensionElements>{''.join(extensions)}</extensionElements>" if extensions else ""
    calls = element("callActivity", "call", held + loop, calledElement="called")
    return process("main", start(), calls, user("after"), path("start", "call", "after"))


async def done(camunda: CamundaClient, **variables: object) -> None:
    """Complete the first task of a called instance."""
    task, *_ = (await camunda.get("/task?taskDefinitionKey=work")).json()
    body = {"variables": {name: {"value": value} for name, value in variables.items()}}
    assert (await camunda.post(f"/task/{task['id']}/complete", body)).status_code == 204


async def values(camunda: CamundaClient, instance: str, names: str) -> list[Any]:
    """The values of the variables of a name in an instance, which may be LIKE a pattern."""
    query = f"processInstanceIdIn={instance}&variableNameLike={names.replace('%', '%25')}"
    return sorted(one["value"] for one in (await camunda.get(f"/variable-instance?{query}")).json())


# what is handed over


@pytest.mark.parametrize("sequential", [False, True])
async def test_counters_are_not_handed_back(camunda: CamundaClient, *, sequential: bool) -> None:
    """Each called instance has a copy of them from its own beginning."""
    until = "${nrOfCompletedInstances == 2}"
    await deployed(camunda, WORK, several(3, BOTH, sequential=sequential, until=until))
    await camunda.start("main")
    await done(camunda)
    await done(camunda)
    assert await tasks(camunda) == ["after"]


@pytest.mark.parametrize("sequential", [False, True])
async def test_a_local_result_is_seen_by_the_completion_condition(camunda: CamundaClient, *, sequential: bool) -> None:
    """It stays until the body ends."""
    await deployed(camunda, WORK, several(3, LOCALLY, sequential=sequential, until=HAS_BAD))
    instance = await camunda.start("main")
    await done(camunda, result="good")
    assert await values(camunda, instance, "result") == ["good"]
    await done(camunda, result="bad")
    assert await tasks(camunda) == ["after"]
    assert await values(camunda, instance, "result") == []


@pytest.mark.parametrize(("sequential", "seen"), [(False, ["1", "1", "1"]), (True, ["1"])])
async def test_input_parameters_are_those_of_the_instance_or_of_the_sequence(
    camunda: CamundaClient, *, sequential: bool, seen: list[str]
) -> None:
    """They see no loop variables. They stay with an instance that has ended; a sequence has them in its body."""
    parameter = (
        '<camunda:inputOutput><camunda:inputParameter name="given">{}</camunda:inputParameter></camunda:inputOutput>'
    )
    await deployed(camunda, WORK, several(3, parameter.format("1"), sequential=sequential))
    instance = await camunda.start("main")
    await done(camunda)
    assert await values(camunda, instance, "given") == seen
    await deployed(camunda, several(3, parameter.format("${loopCounter}"), sequential=sequential))
    answer = await camunda.post("/process-definition/key/main/start", {})
    assert (answer.status_code, "Cannot resolve identifier 'loopCounter'" in answer.json()["message"]) == (500, True)


# what ends alone


async def test_one_of_several_calls_goes_alone_with_the_instance_that_it_called(camunda: CamundaClient) -> None:
    """Not counted as active any more, it is not waited for."""
    await deployed(camunda, WORK, several(3))
    instance = await camunda.start("main")
    first, *_ = (await camunda.get(f"/process-instance?superProcessInstance={instance}")).json()
    assert (await camunda.delete(f"/process-instance/{first['id']}")).status_code == 204
    assert await keys(camunda) == ["called", "called", "main"]
    assert await values(camunda, instance, "nrOf%") == [0, 2, 3]
    await done(camunda)
    await done(camunda)
    assert await tasks(camunda) == ["after"]


@pytest.mark.parametrize(("instances", "sequential"), [(1, False), (2, True)])
async def test_the_only_one_of_several_calls_goes_with_all_around_it(
    camunda: CamundaClient, instances: int, *, sequential: bool
) -> None:
    await deployed(camunda, WORK, several(instances, sequential=sequential))
    instance = await camunda.start("main")
    assert (await camunda.delete(f"/process-instance/{await called_by(camunda, instance)}")).status_code == 204
    assert await keys(camunda) == []


# what it costs


async def test_what_a_call_costs_does_not_grow_with_their_number(
    camunda: CamundaClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part of such a command writes what has changed since the one before, and nothing else."""
    written: list[int] = []
    monkeypatch.setattr(activities, "set_variables", lambda _tx, activity_id, _document: written.append(activity_id))
    await deployed(camunda, WORK, several(30))
    instance = await camunda.start("main")
    assert len(await keys(camunda)) == 31
    assert written == []
    assert (await camunda.delete(f"/process-instance/{instance}")).status_code == 204
    assert await keys(camunda) == []
