"""Signals and links in a model: what is wrong with a file, and in which order things go on."""

import pytest
from tests.engine.bpmn_snippets import (
    HEAD,
    complete,
    element,
    end,
    exclusive,
    external,
    flow,
    load,
    mapping,
    parallel,
    path,
    problems_of,
    run,
    start,
    subprocess,
    typed,
    user,
    values,
)
from tests.engine.memory import MemoryInstance

from taskbridge.engine.bpmn import read_bpmn
from taskbridge.engine.state import Armed

_DECLARED = '<signal id="s" name="stop"/><signal id="s2" name="${x}"/>'


def signal(reference: str = "s", inner: str = "") -> str:
    extensions = f"<extensionElements>{inner}</extensionElements>" if inner else ""
    return f'<signalEventDefinition signalRef="{reference}">{extensions}</signalEventDefinition>'


def link(name: str) -> str:
    return f'<linkEventDefinition name="{name}"/>'


def catch(identifier: str, definition: str, inner: str = "") -> str:
    return element("intermediateCatchEvent", identifier, inner + definition)


def throw(identifier: str, definition: str, inner: str = "", **attributes: str) -> str:
    return element("intermediateThrowEvent", identifier, inner + definition, **attributes)


def boundary(identifier: str, host: str, definition: str) -> str:
    return element("boundaryEvent", identifier, definition, attachedToRef=host)


def event_subprocess(identifier: str) -> str:
    begin = f"{identifier}Start"
    return element("subProcess", identifier, element("startEvent", begin, signal()), triggeredByEvent="true")


def wrong(*parts: str, declared: str = _DECLARED) -> list[tuple[str, str | None]]:
    """What is wrong with a file of one process."""
    content = f"{HEAD}{declared}{element('process', 'p', ''.join(parts), isExecutable='true')}</definitions>"
    return [(one.message, one.element_id) for one in problems_of(content)]


def signalled(*parts: str) -> MemoryInstance:
    """A started instance of a process with signals."""
    content = f"{HEAD}{_DECLARED}{element('process', 'p', ''.join(parts), isExecutable='true')}</definitions>"
    (process,) = read_bpmn("test.bpmn", content.encode())
    instance = MemoryInstance(process)
    instance.start()
    return instance


_AROUND = (start(), end(), path("start", "c", "end"))


@pytest.mark.parametrize(
    ("declared", "definition", "expected"),
    [
        ("", "<signalEventDefinition/>", [("signalEventDefinition does not have required property 'signalRef'", "c")]),
        ("", signal("none"), [("Could not find signal with id 'none'", "c")]),
        (
            '<signal id="s"/>',
            signal(),
            [("signal with id 's' has no name", "s"), ("Could not find signal with id 's'", "c")],
        ),
        (
            '<signal name="n"/>',
            signal(),
            [("signal must have an id", None), ("Could not find signal with id 's'", "c")],
        ),
        ('<signal id="s" name="n"/><signal id="t" name="n"/>', signal(), [("duplicate signal name 'n'.", "t")]),
        ('<signal id="s" name=""/>', signal(), []),
    ],
)
def test_a_signal_must_be_declared(declared: str, definition: str, expected: list[tuple[str, str | None]]) -> None:
    for event in (catch("c", definition), throw("c", definition)):
        assert wrong(*_AROUND, event, declared=declared) == expected


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("", ["Missing parameter 'source' or 'sourceExpression' when passing variables",
              "Missing attribute 'target' when attribute 'source' or 'sourceExpression' is set"]),
        ('variables="some" target="t"', ["Missing parameter 'source' or 'sourceExpression' when passing variables"]),
        ('source="" target="t"', ["Empty attribute 'source' when passing variables"]),
        ('sourceExpression="" target=""',
         ["Empty attribute 'sourceExpression' when passing variables",
          "Empty attribute 'target' when attribute 'source' or 'sourceExpression' is set"]),
        ('variables="all"', []),
        ('businessKey="${k}"', []),
        ('source="a" target="b" foo="c"', []),
    ],
)  # fmt: skip
def test_what_a_thrown_signal_brings_must_be_complete(inner: str, expected: list[str]) -> None:
    brings = signal(inner=f"<camunda:in {inner}/>")
    assert [message for message, _ in wrong(*_AROUND, throw("c", brings))] == expected
    assert wrong(*_AROUND, catch("c", brings)) == []


_DOING = start() + user("u") + end() + path("start", "u", "end")


@pytest.mark.parametrize(
    ("parts", "host", "second"),
    [
        ([_DOING, boundary("b", "u", signal()), boundary("b2", "u", signal())], "u", "b2"),
        ([_DOING, event_subprocess("es"), event_subprocess("fs")], "null", "fsStart"),
        (
            [element("startEvent", "start", signal()), element("startEvent", "other", signal()), end(),
             path("start", "end"), path("other", "end")],
            "null", "other",
        ),
        (
            [start(), subprocess("sub", start("s1"), event_subprocess("es")), boundary("b", "sub", signal()), end(),
             path("start", "sub", "end")],
            "sub", "b",
        ),
        (
            [start(), element("eventBasedGateway", "g"), catch("c", signal()), catch("d", signal()), end(),
             path("start", "g", "c", "end"), path("g", "d", "end")],
            "g", "d",
        ),
    ],
)  # fmt: skip
def test_nothing_waits_twice_for_one_signal(parts: list[str], host: str, second: str) -> None:
    message = f"Cannot have more than one signal event subscription with name 'stop' for scope '{host}'"
    assert wrong(*parts) == [(message, second)]


def test_receivers_go_on_after_the_thrower_and_the_last_one_first() -> None:
    instance = signalled(
        start(), parallel("fork"), user("go"), throw("t", signal()), throw("t1", ""), end("te"),
        path("start", "fork", "go", "t", "t1", "te"), catch("a", signal()), throw("a1", ""), end("ae"),
        path("fork", "a", "a1", "ae"), catch("b", signal()), throw("b1", ""), end("be"), path("fork", "b", "b1", "be"),
    )  # fmt: skip
    complete(instance, "go")
    assert instance.trail[-6:] == ["t1", "te", "b1", "be", "a1", "ae"]


# links


_NO_TARGET = (
    "sequence flow points to link event source with name '{}' but no event target with that name exists. "
    "Most probably your link events are not configured correctly."
)
_SOURCE = start() + throw("out", link("A")) + path("start", "out")
_TARGET = catch("in", link("A")) + end() + path("in", "end")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([_SOURCE, _TARGET], []),
        ([_SOURCE, catch("in", link("B"))], [(_NO_TARGET.format("A"), "start-out")]),
        (
            [_SOURCE, _TARGET, catch("again", link("A"))],
            [("Multiple Intermediate Catch Events with the same link event name ('A') are not allowed.", "again")],
        ),
        ([_SOURCE, _TARGET, path("out", "end")], [("Invalid source 'out' of sequence flow 'out-end'", "out-end")]),
        (
            [start(), subprocess("sub", start("s1"), throw("out", link("A")), path("s1", "out")), _TARGET,
             path("start", "sub", "end")],
            [(_NO_TARGET.format("A"), "s1-out")],
        ),
        (
            [_SOURCE, subprocess("sub", start("s1"), catch("in", link("A")), path("s1", "in"))],
            [("Invalid destination 'in' of sequence flow 'start-out'", "start-out")],
        ),
        (
            [start(), element("eventBasedGateway", "g"), catch("in", link("A")), path("start", "g", "in")],
            [("IntermediateCatchLinkEvent is not allowed after an EventBasedGateway.", "in")],
        ),
        ([start(), throw("out", link("A")), end(), path("start", "end")], []),
    ],
)  # fmt: skip
def test_a_link_leads_to_the_one_of_its_name_in_its_scope(
    parts: list[str], expected: list[tuple[str, str | None]]
) -> None:
    assert wrong(*parts) == expected


def test_a_link_is_one_in_a_file() -> None:
    catching = start("{0}") + catch("{0}in", link("A")) + end("{0}end") + path("{0}", "{0}in", "{0}end")
    both = "".join(element("process", name, catching.format(f"{name}s"), isExecutable="true") for name in ("p", "q"))
    (problem,) = problems_of(f"{HEAD}{both}</definitions>")
    assert (problem.message[:30], problem.element_id) == ("Multiple Intermediate Catch Ev", "qsin")


def test_a_link_leaves_no_trace_and_only_its_catching_event_has_mappings() -> None:
    instance = run(
        start(), throw("out", link("A"), mapping(outputs={"o": "1"}), camunda_asyncBefore="true"),
        catch("in", link("A"), mapping({"i": "2"}, {"p": "${i}"})), external("work"), path("start", "out"),
        path("in", "work"),
    )  # fmt: skip
    assert instance.trail == ["start"]
    assert [one.node_id for one in instance.tasks()] == ["work"]
    assert values(instance) == {"p": "2"}


def test_a_link_leads_back() -> None:
    instance = run(
        start(), catch("in", link("A")), external("work"), exclusive("decide", default="decide-end"),
        throw("out", link("A")), end(), path("start", "in", "work", "decide", "end"),
        flow("decide", "out", "${again}"),
    )  # fmt: skip
    complete(instance, "work", again=True)
    complete(instance, "work", again=False)
    assert instance.tasks() == []


def test_a_flow_to_a_link_keeps_its_own_name() -> None:
    process = load(_SOURCE, _TARGET)
    assert (process.flows["start-out"].target, "out" in process.nodes) == ("in", False)


class Counting(MemoryInstance):
    """Counts how often the subscriptions of the store are asked for."""

    asked = 0

    def subscriptions(self) -> list[Armed]:
        """What is armed by events."""
        self.asked += 1
        return super().subscriptions()


def test_a_loop_of_throws_looks_through_what_waits_once() -> None:
    content = f"{HEAD}{_DECLARED}{element('process', 'p', ''.join(_LOOP), isExecutable='true')}</definitions>"
    (process,) = read_bpmn("test.bpmn", content.encode())
    instance = Counting(process)
    instance.start(typed(left=50, x="other"))
    complete(instance, "go")
    assert instance.waiting() == ["c", "on"]
    assert values(instance)["left"] == 0
    assert instance.asked == 1


_LOOP = (
    *(start(), parallel("fork"), catch("c", signal("s2")), user("go"), exclusive("again", default="again-on")),
    element("intermediateThrowEvent", "t", mapping(outputs={"left": "${left - 1}"}) + signal()),
    *(user("on"), path("start", "fork", "go", "again"), path("fork", "c"), flow("again", "t", "${left > 0}")),
    *(flow("t", "again"), flow("again", "on")),
)
