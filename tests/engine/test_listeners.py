"""Execution listeners in the engine: what is evaluated where a doer chooses the way, and what costs nothing."""

from tests.engine.bpmn_snippets import element, end, exclusive, flow, load, path, run, start, task, user
from tests.engine.test_transitions import CHAIN


def _note(event: str, text: str) -> str:
    expression = f"${{execution.setVariable('log', log.concat(' {text}'))}}"
    return f'<camunda:executionListener event="{event}" expression="{expression}"/>'


def _listened(kind: str, identifier: str, **attributes: str) -> str:
    notes = "".join(_note(event, f"{event}:{identifier}") for event in ("start", "end"))
    return element(kind, identifier, f"<extensionElements>{notes}</extensionElements>", **attributes)


def _taken(source: str, target: str) -> str:
    note = f"<extensionElements>{_note('take', f'{source}-{target}')}</extensionElements>"
    return element("sequenceFlow", f"{source}-{target}", note, sourceRef=source, targetRef=target)


BEGIN = element(
    "startEvent",
    "start",
    "<extensionElements>" + _note("end", "begun").replace("log.concat", "''.concat") + "</extensionElements>",
)


def test_the_gateways_before_a_named_transition_have_their_listeners_evaluated() -> None:
    """They are passed once the task has ended."""
    instance = run(
        BEGIN,
        _listened("userTask", "a"),
        _listened("exclusiveGateway", "x1"),
        _listened("exclusiveGateway", "x2", default="x2-c"),
        *(user("b"), user("c"), end(), path("start", "a"), path("b", "end"), path("c", "end")),
        *(_taken("a", "x1"), _taken("x1", "x2"), flow("x2", "b", "${false}"), flow("x2", "c")),
    )
    instance.complete(task(instance, "a").id, transition="x2-b")
    assert instance.waiting() == ["b"]
    noted = "begun start:a end:a a-x1 start:x1 end:x1 x1-x2 start:x2 end:x2"
    assert str(instance.variables["log"].value).split() == noted.split()


def test_a_process_begins_when_its_start_event_does() -> None:
    """Before that its instance waits for a job."""
    begins = (
        "<extensionElements>" + _note("start", "begins").replace("log.concat", "''.concat") + "</extensionElements>"
    )
    instance = run(begins, start(camunda_asyncBefore="true"), user("a"), path("start", "a"))
    assert "log" not in instance.variables
    instance.go_on("start")
    assert instance.waiting() == ["a"]
    assert instance.variables["log"].value == " begins"


def test_a_process_without_listeners_is_known_as_such() -> None:
    assert not load(*CHAIN).listens
    assert not load(*CHAIN).has_task_listeners
    assert load(start(), exclusive("x"), end(), _taken("start", "x"), path("x", "end")).listens
