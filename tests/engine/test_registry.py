"""Every element and event definition has what it needs: vocabulary, behaviour, icon, a recorded run, documentation."""

import json
from pathlib import Path

import pytest
from lxml import etree

from taskbridge.diagrams import icons, nodes
from taskbridge.engine.bpmn_diagram import Bounds, Shape
from taskbridge.engine.bpmn_xml import BPMN, tag
from taskbridge.engine.elements import registry
from taskbridge.engine.elements.base import Behaviour
from taskbridge.engine.events.base import Definition, Position, definition_elements
from taskbridge.engine.events.definitions import DEFINITIONS
from taskbridge.engine.events.message import MESSAGE
from taskbridge.engine.events.position import EventElement
from taskbridge.engine.events.start import EVENT_SUBPROCESS_START

ROOT = Path(__file__).resolve().parents[2]
NAMED = [definition for definition in DEFINITIONS.values() if definition.name]
#: Tasks that are drawn without a sign of their own.
PLAIN = ("task", "subProcess", "transaction", "callActivity")
#: Work that the vendor engine does itself, and workers do here: a run there is none to compare with.
UNLIKE = {"scriptTask"}


@pytest.mark.parametrize("name", registry.ELEMENTS)
def test_an_element_has_a_vocabulary_and_a_behaviour(name: str) -> None:
    element = registry.ELEMENTS[name]
    assert {"id", "name"} <= element.vocabulary.attributes
    assert "extensionElements" in element.vocabulary.children
    assert type(element).enter is not Behaviour.enter


@pytest.mark.parametrize("definition", NAMED, ids=lambda one: one.name)
def test_a_definition_has_a_vocabulary_and_a_behaviour_at_each_of_its_positions(definition: Definition) -> None:
    assert "id" in definition.vocabulary.attributes
    kind = type(definition)
    assert definition.types
    if Position.END in definition.types and definition is not MESSAGE:  # a message is sent by a worker, or passed
        assert kind.throw is not Definition.throw or kind.begins is not Definition.begins
    if Position.CATCH in definition.types and definition.waits:
        assert kind.arm is not Definition.arm
    if Position.BOUNDARY in definition.types and definition.waits:
        assert kind.arm is not Definition.arm


def test_every_position_is_an_element() -> None:
    elements = {one.position for one in registry.ELEMENTS.values() if isinstance(one, EventElement)}
    elements.add(EVENT_SUBPROCESS_START.position)
    assert elements == {position for definition in DEFINITIONS.values() for position in definition.types}


@pytest.mark.parametrize("name", registry.ELEMENTS)
def test_an_element_can_be_drawn(name: str) -> None:
    element = registry.ELEMENTS[name]
    if isinstance(element, EventElement) or name in PLAIN:
        shape = Shape(name, name, "", Bounds(0, 0, 36, 36))
        assert nodes.painter(shape) is not None
    else:
        assert name in icons.TASKS or name in icons.GATEWAYS


@pytest.mark.parametrize("definition", NAMED, ids=lambda one: one.name)
def test_a_definition_has_an_icon(definition: Definition) -> None:
    assert definition.name.removesuffix("EventDefinition") in icons.EVENTS


@pytest.mark.parametrize("name", [*registry.ELEMENTS, *(one.name for one in NAMED)])
def test_the_documentation_names_it(name: str) -> None:
    table = (ROOT / "docs" / "explanation" / "engine.md").read_text()
    assert f"`{name}`" in table


Event = tuple[str, Position]


@pytest.fixture(scope="module")
def recorded() -> list[etree._Element]:
    """The BPMN elements of the models that ran on the real server; ``test_own_models`` compares with these runs."""
    folder = ROOT / "tests" / "models"
    lines = (folder / "recorded.jsonl").read_text(encoding="utf-8").splitlines()
    ran = {record["model"] for record in map(json.loads, lines) if any(run["steps"] for run in record.get("runs", ()))}
    return [one for name in sorted(ran) for one in etree.parse(folder / name).iter(f"{{{BPMN}}}*")]


@pytest.mark.parametrize("name", [one for one in registry.ELEMENTS if one not in UNLIKE])
def test_a_recorded_model_has_the_element(name: str, recorded: list[etree._Element]) -> None:
    assert name in {tag(one) for one in recorded}


@pytest.mark.parametrize(
    "event",
    [(definition.name, position) for definition in DEFINITIONS.values() for position in definition.types],
    ids=lambda event: f"{event[0] or 'none'} {event[1].value}",
)
def test_a_recorded_model_has_the_event(event: Event, recorded: list[etree._Element]) -> None:
    events = [(one, position) for one in recorded if (position := position_of(one)) is not None]
    found = {(name, position) for one, position in events for name in [*map(tag, definition_elements(one))] or [""]}
    assert event in found


def position_of(element: etree._Element) -> Position | None:
    """Where an event stands; None for what is no event."""
    known = registry.ELEMENTS.get(tag(element))
    if not isinstance(known, EventElement):
        return None
    around = element.getparent()
    if known.position is Position.START and around is not None and around.get("triggeredByEvent") == "true":
        return Position.EVENT_SUBPROCESS_START
    return known.position
