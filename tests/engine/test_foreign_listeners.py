"""Listeners in Java: refused with what would help, or left out, each with a note."""

from typing import NamedTuple

import pytest
from tests.engine.bpmn_snippets import HEAD, element, end, flow, model, path, start, user

from taskbridge.engine.bpmn import Model, read_model, read_stored
from taskbridge.engine.errors import BpmnError, Problem
from taskbridge.engine.notes import Note
from taskbridge.engine.problem_kinds import Kind
from taskbridge.kinds import Handling

NAME = "f.bpmn"


def extension(inner: str) -> str:
    return f"<extensionElements>{inner}</extensionElements>"


def listener(kind: str = "executionListener", inner: str = "", event: str = "start", **attributes: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<camunda:{kind} event="{event}"{written}>{inner}</camunda:{kind}>'


GROOVY = '<camunda:script scriptFormat="groovy">1</camunda:script>'
FIELD = '<camunda:field name="a" stringValue="b"/>'
FOREIGN = {
    "class": (listener(**{"class": "org.acme.L"}), "executionListener for start of userTask 'a': class 'org.acme.L'"),
    "class with fields": (
        listener("taskListener", FIELD, "create", **{"class": "org.acme.L"}),
        "taskListener for create of userTask 'a': class 'org.acme.L'",
    ),
    "delegate expression": (
        listener("taskListener", event="assignment", delegateExpression="${bean}"),
        "taskListener for assignment of userTask 'a': delegateExpression '${bean}'",
    ),
    "bean": (
        listener(event="end", expression="${bean.noted(execution)}"),
        "executionListener for end of userTask 'a': expression '${bean.noted(execution)}'",
    ),
    "JavaScript that is not deployed": (
        listener(inner='<camunda:script scriptFormat="javascript" resource="a.js"/>'),
        "executionListener for start of userTask 'a': script in 'javascript'",
    ),
    "Groovy": (
        listener("taskListener", GROOVY, "complete"),
        "taskListener for complete of userTask 'a': script in 'groovy'",
    ),
}
PLAIN = model(start(), user("a"), end(), path("start", "a", "end"))


def content(held: str) -> bytes:
    return model(start(), user("a", extension(held)), end(), path("start", "a", "end"))


def read(held: str) -> Model:
    return read_model(NAME, content(held), handling=Handling.WITHOUT_JAVA_LISTENERS)


def problems(source: bytes, handling: Handling = Handling.PLAIN) -> list[Problem]:
    with pytest.raises(BpmnError) as raised:
        read_model(NAME, source, handling=handling)
    return raised.value.problems


class Outcome(NamedTuple):
    """What came of reading a model: what was left out, or what is wrong with it."""

    left_out: tuple[Note, ...]
    problems: tuple[Problem, ...]


def outcome(held: str, handling: Handling) -> Outcome:
    try:
        return Outcome(tuple(read_model(NAME, content(held), handling=handling).left_out), ())
    except BpmnError as error:
        return Outcome((), tuple(error.problems))


@pytest.mark.parametrize(("held", "_said"), FOREIGN.values(), ids=FOREIGN.keys())
def test_a_listener_in_java_is_refused_and_the_problem_knows_what_would_help(held: str, _said: str) -> None:
    for handling in (Handling.PLAIN, Handling.WORKERS):
        [problem] = problems(content(held), handling)
        assert (problem.kind, problem.remedy) == (Kind.LISTENER, Handling.WITHOUT_JAVA_LISTENERS)
        assert (problem.element_id, problem.message.endswith(" in userTask 'a'")) == ("a", True)


@pytest.mark.parametrize(("held", "said"), FOREIGN.values(), ids=FOREIGN.keys())
def test_a_listener_in_java_is_left_out_where_that_is_asked_for(held: str, said: str) -> None:
    found = read(held)
    assert found.processes == read_model(NAME, PLAIN).processes
    assert (found.used, found.workers) == (Handling.WITHOUT_JAVA_LISTENERS, [])
    [note] = found.left_out
    assert (note.message, note.element_id, note.line) == (f"Left out {said}", "a", 1)
    assert read_stored(NAME, content(held), "p", Handling.WITHOUT_JAVA_LISTENERS) == found.processes[0]


def test_listeners_are_left_out_wherever_they_stand() -> None:
    held = extension(listener(**{"class": "org.acme.L"}))
    several = f"""{HEAD}
<process id="p" isExecutable="true">{held}
  <startEvent id="start">{held}</startEvent>
  {flow("start", "a").replace("</sequenceFlow>", f"{held}</sequenceFlow>")}
  {user("a", held)}
  {element("serviceTask", "b", held, camunda_class="org.acme.Pay")}
  {element("endEvent", "end", held)}
  {path("a", "b", "end")}
</process></definitions>""".encode()
    both = Handling.WITHOUT_JAVA_LISTENERS | Handling.WORKERS
    found = read_model(NAME, several, handling=both)
    assert [note.element_id for note in found.left_out] == ["p", "start", "start-a", "a", "b", "end"]
    assert [note.line for note in found.left_out] == [2, 3, 4, 5, 6, 7]
    assert (found.used, len(found.workers)) == (both, 1)
    assert len(problems(several)) == 7


def test_a_listener_that_asks_nothing_of_java_is_not_left_out() -> None:
    """Whether or not it can be carried out here, no setting changes anything about it."""
    held = listener(expression="${execution.setVariable('a', 1)}")
    plain, found = outcome(held, Handling.PLAIN), outcome(held, Handling.WITHOUT_JAVA_LISTENERS)
    assert found == plain
    assert found.left_out == ()
    assert {problem.remedy for problem in found.problems} <= {Handling.PLAIN}


def test_a_listener_in_javascript_stays_left_out_where_workers_do_what_is_in_it() -> None:
    held = listener(inner='<camunda:script scriptFormat="javascript">1</camunda:script>')
    both = Handling.WITHOUT_JAVA_LISTENERS | Handling.WORKERS
    found = read_model(NAME, content(held), handling=both)
    assert len(found.left_out) == 1
    assert read_stored(NAME, content(held), "p", found.used) == found.processes[0]
    runs = read_model(NAME, content(held), handling=both | Handling.JAVASCRIPT)
    assert (runs.used, runs.left_out) == (Handling.JAVASCRIPT, [])
    assert read_stored(NAME, content(held), "p", runs.used) == runs.processes[0]
