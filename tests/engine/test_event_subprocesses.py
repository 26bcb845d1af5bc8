"""Event subprocesses: what interrupts whom, and what comes to them with an event."""

from tests.engine.bpmn_snippets import HEAD, complete, element, end, mapping, parallel, path, start, subprocess, user
from tests.engine.memory import MemoryInstance

from taskbridge.engine.bpmn import read_bpmn
from taskbridge.engine.variables import from_python
from taskbridge.kinds import InstanceState

_DECLARED = '<signal id="s" name="stop"/><message id="m" name="told"/><escalation id="e" escalationCode="E"/>'
MESSAGE = '<messageEventDefinition messageRef="m"/>'
SIGNAL = '<signalEventDefinition signalRef="s"/>'
ESCALATION = '<escalationEventDefinition escalationRef="e"/>'


def process_of(*parts: str) -> MemoryInstance:
    """An instance of a process of these parts, not started."""
    content = f"{HEAD}{_DECLARED}{element('process', 'p', ''.join(parts), isExecutable='true')}</definitions>"
    (process,) = read_bpmn("test.bpmn", content.encode())
    return MemoryInstance(process)


def event_subprocess(identifier: str, definition: str, step: str, *, interrupting: bool = True) -> str:
    """An event subprocess with one user task."""
    begin = element("startEvent", f"{identifier}Start", definition, isInterrupting=str(interrupting).lower())
    inner = begin + user(step) + path(f"{identifier}Start", step)
    return element("subProcess", identifier, inner, triggeredByEvent="true")


def test_what_interrupts_the_process_is_alone_in_it() -> None:
    instance = process_of(
        *(start(), parallel("fork"), user("a"), user("b"), parallel("join"), user("after")),
        *(path("start", "fork", "a", "join", "after"), path("fork", "b", "join")),
        event_subprocess("es", MESSAGE, "rescue"),
    )
    instance.start()
    complete(instance, "a")  # one token waits at the join
    instance.trigger("esStart")
    assert instance.waiting() == ["rescue"]
    assert instance.armed == []
    complete(instance, "rescue")
    assert instance.state is InstanceState.COMPLETED


def test_an_interrupted_scope_is_left_by_what_interrupted_it() -> None:
    inner = start("inside") + user("a") + path("inside", "a") + event_subprocess("es", MESSAGE, "rescue")
    instance = process_of(start(), subprocess("sub", inner), user("after"), path("start", "sub", "after"))
    instance.start()
    instance.trigger("esStart")
    assert instance.waiting() == ["rescue"]
    complete(instance, "rescue")
    assert instance.waiting() == ["after"]


def test_what_a_message_brings_stays_with_the_event_that_it_is_for() -> None:
    instance = process_of(
        *(start(), element("intermediateCatchEvent", "c", MESSAGE), element("intermediateThrowEvent", "t", ESCALATION)),
        *(user("after"), path("start", "c", "t", "after")),
        event_subprocess("es", ESCALATION, "beside", interrupting=False),
    )
    instance.start()
    instance.trigger("c", {"secret": from_python(1)})
    assert instance.waiting() == ["after", "beside"]
    (scope,) = [row for row in instance.rows.values() if row.node_id == "es"]
    assert "secret" not in scope.variables


def test_a_scope_that_two_receivers_of_its_own_signal_interrupt_ends_once() -> None:
    inside = (
        *(start("inside"), user("a"), element("intermediateThrowEvent", "t", SIGNAL), end("out")),
        *(path("inside", "a", "t", "out"), event_subprocess("es", SIGNAL, "never")),
    )
    holds = "<conditionalEventDefinition><condition>${v == 1}</condition></conditionalEventDefinition>"
    instance = process_of(
        *(start(), parallel("fork"), subprocess("sub", "".join(inside)), user("after"), user("got")),
        element("intermediateCatchEvent", "c", mapping(outputs={"v": "1"}) + SIGNAL),
        *(path("start", "fork", "sub", "after"), path("fork", "c", "got")),
        event_subprocess("rescue", holds, "rescued"),
    )
    instance.start({"v": from_python(0)})
    complete(instance, "a")
    assert instance.waiting() == ["rescued"]
    assert [row.state.name for row in instance.rows.values() if row.node_id == "sub"] == ["CANCELLED"]


def test_an_error_that_does_not_interrupt_ends_its_path() -> None:
    inner = (
        start("inside")
        + user("a")
        + end("failed", '<errorEventDefinition errorRef="failure"/>')
        + path("inside", "a", "failed")
    )
    beside = element("boundaryEvent", "b", "<errorEventDefinition/>", attachedToRef="sub", cancelActivity="false")
    instance = process_of(
        *(start(), subprocess("sub", inner), user("after"), beside, user("noted"), path("start", "sub", "after")),
        path("b", "noted"),
    )
    instance.start()
    complete(instance, "a")
    assert instance.waiting() == ["after", "noted"]
