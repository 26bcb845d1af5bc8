"""Compensation in memory: what is remembered and for how long, and what it costs. Recorded models show the rest."""

import pytest
from tests.engine.bpmn_snippets import (
    complete,
    element,
    end,
    exclusive,
    external,
    flow,
    mapping,
    model,
    path,
    problems_of,
    run,
    start,
    subprocess,
    timer,
    timer_boundary,
    user,
)
from tests.engine.bpmn_snippets import task as waiting_task
from tests.engine.memory import MemoryInstance

from taskbridge.engine.interpreter import transitions
from taskbridge.engine.variables import from_python
from taskbridge.kinds import ActivityKind, ActivityState, InstanceState

COMPENSATE = "<compensateEventDefinition/>"
THROW = element("intermediateThrowEvent", "thrown", COMPENSATE)


def undoable(identifier: str, made: str = "", undo: str = "") -> str:
    """A user task, or what is ``made``, with a handler."""
    guard = element("boundaryEvent", f"guard-{identifier}", COMPENSATE, attachedToRef=identifier)
    by = element("association", f"by-{identifier}", sourceRef=f"guard-{identifier}", targetRef=f"undo-{identifier}")
    return (made or user(identifier)) + guard + by + (undo or user(f"undo-{identifier}", isForCompensation="true"))


def scope(identifier: str, inner: str, *through: str) -> str:
    """A subprocess with a start and an end event around what is in it."""
    begin, done = f"{identifier}-begin", f"{identifier}-done"
    return subprocess(identifier, start(begin), inner, end(done), path(begin, *through, done))


def event_subprocess(identifier: str, definition: str, step: str, **attributes: str) -> str:
    """An event subprocess with one user task."""
    begin = element("startEvent", f"{identifier}-start", definition, **attributes)
    return subprocess(identifier, begin, user(step), path(f"{identifier}-start", step), triggeredByEvent="true")


def remembered(instance: MemoryInstance) -> list[str]:
    return [one.node_id for one in instance.undoable]


def test_what_is_done_is_remembered_until_it_is_compensated() -> None:
    instance = run(start(), undoable("a"), user("b"), THROW, user("c"), path("start", "a", "b", "thrown", "c"))
    assert remembered(instance) == []
    complete(instance, "a")
    assert remembered(instance) == ["undo-a"]
    complete(instance, "b")
    assert (remembered(instance), instance.waiting()) == ([], ["undo-a"])
    complete(instance, "undo-a")
    assert instance.waiting() == ["c"]


def test_what_is_cancelled_or_left_by_an_error_was_not_done() -> None:
    fork = element("parallelGateway", "f") + path("start", "f", "a") + path("f", "b", "thrown", "c")
    instance = run(start(), fork, undoable("a", external("a")), user("b"), THROW, user("c"))
    instance.throw_error(waiting_task(instance, "a").id, "E")
    assert remembered(instance) == []
    complete(instance, "b")
    assert instance.waiting() == ["c"]


def test_a_scope_that_is_cancelled_takes_along_what_was_done_in_it() -> None:
    stop = element("boundaryEvent", "stop", '<errorEventDefinition errorRef="E"/>', attachedToRef="s")
    inner = scope("deep", undoable("a"), "a") + external("b")
    instance = run(start(), scope("s", inner, "deep", "b"), stop, user("c"), path("start", "s"), path("stop", "c"))
    complete(instance, "a")
    assert remembered(instance) == ["undo-a", "deep"]
    instance.throw_error(waiting_task(instance, "b").id, "E")
    assert remembered(instance) == []


def test_a_completed_scope_has_the_variables_that_it_had_then() -> None:
    inner = mapping({"v": "${w}"}) + undoable("a")
    instance = run(start(), scope("s", inner, "a"), user("b"), THROW, path("start", "s", "b", "thrown"), w=1)
    complete(instance, "a")
    complete(instance, "b", w=2)
    (again,) = [row for row in instance.rows.values() if row.node_id == "s" and row.state is ActivityState.OPEN]
    assert (again.kind, again.variables.get("v")) == (ActivityKind.SCOPE, from_python(1))
    complete(instance, "undo-a")
    assert instance.state is InstanceState.COMPLETED


def test_nested_scopes_are_compensated_from_the_outside_in() -> None:
    inner = undoable("a")
    through = "a"
    for level in range(30):
        inner, through = scope(f"s{level}", inner, through), f"s{level}"
    instance = run(start(), inner, user("b"), THROW, user("c"), path("start", through, "b", "thrown", "c"))
    complete(instance, "a")
    assert len(instance.undoable) == 31
    complete(instance, "b")
    assert (instance.waiting(), remembered(instance)) == (["undo-a"], [])
    complete(instance, "undo-a")
    assert instance.waiting() == ["c"]


def test_what_was_done_many_times_is_compensated_as_often() -> None:
    inputs = mapping({"x": "${execution.setVariable('n', n + 1)}"})
    loop = [exclusive("g", default="g-thrown"), flow("g", "a", "${n < 500}"), flow("g", "thrown")]
    undo = element("task", "undo-a", inputs, isForCompensation="true")
    instance = run(
        *(start(), undoable("a", element("task", "a", inputs), undo), *loop, THROW, user("c")),
        *(path("start", "a", "g"), path("thrown", "c")),
        n=0,
    )
    assert (instance.waiting(), remembered(instance)) == (["c"], [])
    assert instance.variables["n"].python() == 1000


def test_an_error_of_a_handler_that_nothing_catches_ends_the_handler() -> None:
    parts = (start(), undoable("a", undo=external("undo-a", isForCompensation="true")), THROW, user("c"))
    instance = run(*parts, path("start", "a", "thrown", "c"))
    complete(instance, "a")
    instance.throw_error(waiting_task(instance, "undo-a").id, "E")
    assert (instance.uncaught, instance.waiting()) == (["E"], ["c"])


def test_a_scope_that_is_compensated_is_not_armed_again() -> None:
    guard = timer_boundary("late", "s", "PT1H", cancelActivity="false")
    inner = undoable("a") + event_subprocess("es", timer("timeDuration", "PT2H"), "rescue", isInterrupting="false")
    line = path("start", "s", "b", "thrown") + user("d") + path("late", "d")
    instance = run(start(), scope("s", inner, "a"), guard, user("b"), THROW, line)
    assert [one.node_id for one in instance.armed] == ["es-start", "late"]
    complete(instance, "a")
    assert instance.armed == []
    complete(instance, "b")
    assert (instance.armed, instance.waiting()) == ([], ["undo-a"])


def test_an_error_in_a_scope_that_is_compensated_is_caught_there() -> None:
    inner = undoable("a", undo=external("undo-a", isForCompensation="true"))
    inner += event_subprocess("es", '<errorEventDefinition errorRef="E"/>', "rescue")
    instance = run(start(), scope("s", inner, "a"), THROW, user("c"), path("start", "s", "thrown", "c"))
    complete(instance, "a")
    instance.throw_error(waiting_task(instance, "undo-a").id, "E")
    assert instance.waiting() == ["rescue"]
    complete(instance, "rescue")
    assert instance.waiting() == ["c"]


def test_a_handler_that_is_a_subprocess_compensates_beside_what_was_done_inside() -> None:
    undo = subprocess("undo-s", start("in"), user("x"), path("in", "x"), isForCompensation="true")
    host = undoable("s", scope("s", undoable("a"), "a"), undo)
    instance = run(start(), host, THROW, user("c"), path("start", "s", "thrown", "c"))
    complete(instance, "a")
    assert instance.waiting() == ["undo-a", "x"]
    complete(instance, "undo-a", "x")
    assert instance.waiting() == ["c"]


@pytest.mark.parametrize("interrupting", ["true", "false"])
def test_an_event_subprocess_for_compensation_begins_whatever_it_says_of_interrupting(interrupting: str) -> None:
    inner = user("a") + event_subprocess("es", COMPENSATE, "x", isInterrupting=interrupting)
    instance = run(start(), scope("s", inner, "a"), THROW, user("c"), path("start", "s", "thrown", "c"))
    complete(instance, "a")
    assert instance.waiting() == ["x"]
    complete(instance, "x")
    assert instance.waiting() == ["c"]


REFUSED = {
    "a handler in another scope": (
        scope("s", undoable("a", undo=" "), "a") + user("undo-a", isForCompensation="true"),
        "Unsupported: the handler 'undo-a' stands in another scope",
    ),
    "a handler in an inner scope": (
        undoable("a", undo=scope("s", user("undo-a", isForCompensation="true") + user("b"), "b")),
        "Unsupported: the handler 'undo-a' stands in another scope",
    ),
    "a transaction without a start event": (element("transaction", "t", user("a")), "must define a startEvent element"),
}


@pytest.mark.parametrize(("written", "named"), REFUSED.values(), ids=REFUSED.keys())
def test_what_the_vendor_deploys_and_cannot_run_well_is_refused(written: str, named: str) -> None:
    problems = problems_of(model(start(), user("first"), path("start", "first"), written))
    assert [problem for problem in problems if named in problem.message], problems


def test_ways_out_of_a_task_are_flows_and_no_associations() -> None:
    instance = run(start(), undoable("a"), user("b"), path("start", "a", "b"))
    assert [one.target for one in transitions(instance.process, "a")] == ["b"]


def test_input_parameters_of_an_instance_of_a_subprocess_are_computed_once() -> None:
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    inner = start("begin") + undoable("u") + end("done") + path("begin", "u", "done")
    scopes = subprocess("scopes", mapping({"own": "${loopCounter}"}), loop, inner)
    instance = run(start(), scopes, user("after"), path("start", "scopes", "after"))
    computed = [one.variables.get("own") for one in instance.open_activities() if one.node_id == "scopes"]
    assert [own and own.value for own in computed] == [0, 1]
    for _ in range(2):
        complete(instance, "u")
    assert instance.waiting() == ["after"]
