"""Listeners of call activities and of the processes that they call, over HTTP: when they are evaluated, and when not.

In which order they are is compared with the real server by the models of ``tests/models/listeners``.
"""

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.signal_models import deployed, done, process, tasks, variables
from tests.dialects.camunda.test_called_processes import call, called_by, keys
from tests.dialects.camunda.test_listeners import listeners
from tests.engine.bpmn_snippets import boundary, element, end, path, start, user

pytestmark = pytest.mark.anyio

_FAILS = "${nope}"
_BOTH = '<camunda:in variables="all"/><camunda:out variables="all"/>'


def note(name: str) -> str:
    """An expression that writes down that it was evaluated."""
    return f"${{execution.setVariable('log', log.concat(' {name}'))}}"


def inside(*pairs: tuple[str, str]) -> str:
    """Listeners to stand among other extension elements."""
    return listeners(*pairs).removeprefix("<extensionElements>").removesuffix("</extensionElements>")


def calling(*more: str) -> str:
    """A process that calls another one and goes on with a task; ``more`` stands in the call activity's extensions."""
    return process(
        "main", start(), call("call", "called", *more), user("after"), end(), path("start", "call", "after", "end")
    )


def called(*pairs: tuple[str, str]) -> str:
    """A process that waits, with listeners at the task."""
    work = element("userTask", "work", listeners(*pairs) if pairs else "")
    return process("called", start(), work, end(), path("start", "work", "end"))


async def test_a_listener_that_fails_in_a_called_instance_keeps_the_tree(camunda: CamundaClient) -> None:
    await deployed(camunda, called(("end", _FAILS)), calling())
    main = await camunda.start("main")
    assert (await camunda.delete(f"/process-instance/{main}")).status_code == 500
    assert await keys(camunda) == ["called", "main"]
    assert (await camunda.delete(f"/process-instance/{main}?skipCustomListeners=true")).status_code == 204
    assert await keys(camunda) == []


async def test_a_listener_that_fails_at_a_call_keeps_what_it_called(camunda: CamundaClient) -> None:
    await deployed(camunda, called(), calling(inside(("end", _FAILS))))
    inner = await called_by(camunda, await camunda.start("main"))
    assert (await camunda.delete(f"/process-instance/{inner}")).status_code == 500
    assert await keys(camunda) == ["called", "main"]
    assert (await camunda.delete(f"/process-instance/{inner}?skipCustomListeners=true")).status_code == 204
    assert await keys(camunda) == []


async def test_what_outlives_its_caller_has_not_ended(camunda: CamundaClient) -> None:
    await deployed(camunda, called(("end", _FAILS)), calling())
    main = await camunda.start("main")
    assert (await camunda.delete(f"/process-instance/{main}?skipSubprocesses=true")).status_code == 204
    assert await keys(camunda) == ["called"]


async def test_a_call_is_left_with_what_the_last_listener_of_its_process_has_set(camunda: CamundaClient) -> None:
    over = process("called", listeners(("end", note("over"))), start(), end(), path("start", "end"))
    await deployed(camunda, over, calling(_BOTH, inside(("start", note("start")), ("end", note("end")))))
    main = await camunda.start("main", {"variables": {"log": {"value": ""}}})
    assert await variables(camunda, main) == {"log": " start over end"}


async def test_an_error_hands_back_what_was_there_when_it_was_thrown(camunda: CamundaClient) -> None:
    """The end event and the process end after that."""
    ends = listeners(("end", note("late")))
    thrower = end("end", f'{ends}<errorEventDefinition errorRef="broken"/>')
    inner = process("called", ends, start(), user("work"), thrower, path("start", "work", "end"))
    guard = boundary("guard", "call", "broken") + path("guard", "after")
    main = process("main", start(), call("call", "called", _BOTH), user("after"), guard, path("start", "call", "after"))
    await deployed(camunda, inner, main)
    instance = await camunda.start("main", {"variables": {"log": {"value": "kept"}}})
    assert await done(camunda, "work") == 204
    assert await tasks(camunda) == ["after"]
    assert await variables(camunda, instance) == {"log": "kept"}
