"""What the driver reads of a file: how its processes are started, and which errors it declares."""

from pathlib import Path

import pytest

from model_driver.conditions import Setting
from model_driver.models import Entry, Start, find, read
from tests.engine.bpmn_snippets import HEAD


def entries(*starts: str) -> list[Entry]:
    process = f'<process id="p">{"".join(starts)}</process>'
    declared = '<message id="m" name="go"/><signal id="s" name="stop"/><error id="e" errorCode="E"/><error id="n"/>'
    model = read("m.bpmn", f"{HEAD}{process}{declared}</definitions>".encode())
    assert model.error_codes == ("E",)
    return model.entries["p"]


PLAIN = Entry("p", Start.NONE)


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ("", []),
        ("<timerEventDefinition/>", [Entry("p", Start.TIMER, "x")]),
        ('<!-- --><messageEventDefinition messageRef="m"/>', [Entry("p", Start.MESSAGE, "x", "go")]),
        ('<signalEventDefinition signalRef="s"/>', [Entry("p", Start.SIGNAL, "x", "stop")]),
        ("<conditionalEventDefinition/>", [Entry("p", Start.CONDITIONAL, "x")]),
        ("<linkEventDefinition/>", []),
    ],
)
def test_a_process_is_started_plainly_and_by_each_event(definition: str, expected: list[Entry]) -> None:
    assert entries(f'<startEvent id="x">{definition}</startEvent>') == [PLAIN, *expected]


def test_what_makes_conditions_true_and_what_can_be_thrown_is_read() -> None:
    condition = "<conditionalEventDefinition><condition>${ready}</condition></conditionalEventDefinition>"
    events = f'<startEvent id="x">{condition}</startEvent><boundaryEvent id="y">{condition}</boundaryEvent>'
    other = '<endEvent id="z"><escalationEventDefinition/></endEvent>'
    model = read("m.bpmn", f'{HEAD}<process id="p">{events}{other}</process></definitions>'.encode())
    ready = Setting("ready", "Boolean", True)
    assert model.settings == {"x": ready, "y": ready}
    assert model.entries["p"] == [PLAIN, Entry("p", Start.CONDITIONAL, "x", setting=ready)]
    assert (model.error_codes, model.escalation_codes) == ((), ("escalation",))


def test_only_the_start_events_of_the_process_itself_count() -> None:
    inner = '<subProcess id="sub"><startEvent id="y"><timerEventDefinition/></startEvent></subProcess>'
    assert entries(inner) == [PLAIN]


def test_what_is_not_xml_has_no_processes() -> None:
    assert read("m.bpmn", b"<definitions").entries == {}


def test_models_are_found_in_folders_and_named_from_there(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    for name in ("b.bpmn", "inner/a.bpmn20.xml", "c.txt", "d.xml"):
        (tmp_path / name).touch()
    assert [name for name, _ in find([tmp_path])] == ["b.bpmn", "inner/a.bpmn20.xml"]
    assert find([tmp_path / "d.xml"]) == [("d.xml", tmp_path / "d.xml")]
    with pytest.raises(FileNotFoundError):
        find([tmp_path / "none"])
