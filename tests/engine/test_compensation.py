"""Compensation in memory: what is remembered and for how long, and what it costs. Recorded models show the rest."""

from tests.engine.bpmn_snippets import (
    complete,
    element,
    end,
    exclusive,
    external,
    flow,
    mapping,
    path,
    run,
    start,
    subprocess,
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


def test_ways_out_of_a_task_are_flows_and_no_associations() -> None:
    instance = run(start(), undoable("a"), user("b"), path("start", "a", "b"))
    assert [one.target for one in transitions(instance.process, "a")] == ["b"]
