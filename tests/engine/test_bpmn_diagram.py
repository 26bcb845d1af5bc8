"""What the reader makes of the diagrams in files."""

import pytest

from taskbridge.engine.bpmn_diagram import Bounds, Diagram, Edge, Point, Shape, read_diagram
from taskbridge.engine.errors import BpmnError, DiagramTooLarge

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" xmlns:t="t"'
    ' xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:dd="http://www.omg.org/spec/DD/20100524/DI">'
)


def shape(element: str, inner: str = "", /, **attributes: str) -> str:
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    bounds = '<dc:Bounds x="1" y="2" width="30" height="40"/>'
    return f'<di:BPMNShape bpmnElement="{element}"{given}>{bounds}{inner}</di:BPMNShape>'


def edge(element: str, inner: str = "", points: tuple[tuple[float, float], ...] = ((0, 0), (5, 6))) -> str:
    ways = "".join(f'<dd:waypoint x="{x}" y="{y}"/>' for x, y in points)
    return f'<di:BPMNEdge bpmnElement="{element}">{ways}{inner}</di:BPMNEdge>'


def plane(shown: str, *drawn: str) -> str:
    return f'<di:BPMNDiagram><di:BPMNPlane bpmnElement="{shown}">{"".join(drawn)}</di:BPMNPlane></di:BPMNDiagram>'


def read(*parts: str, key: str = "p") -> Diagram | None:
    return read_diagram("p.bpmn", f"{_HEAD}{''.join(parts)}</definitions>".encode(), key)


def of_process(inner: str, *drawn: str) -> Diagram:
    found = read(f'<process id="p">{inner}</process>', plane("p", *drawn))
    assert found is not None
    return found


def only_shape(inner: str, drawn: str) -> Shape:
    (found,) = of_process(inner, drawn).shapes
    return found


def test_a_shape_has_its_place_and_its_name() -> None:
    label = '<di:BPMNLabel><dc:Bounds x="5" y="6" width="7" height="8"/></di:BPMNLabel>'
    assert only_shape('<userTask id="a" name="Look\n  here"/>', shape("a", label)) == Shape(
        "a", "userTask", "Look here", Bounds(1, 2, 30, 40), label=Bounds(5, 6, 7, 8)
    )


def test_a_rectangle_knows_its_edges_and_middle() -> None:
    bounds = Bounds(1, 2, 30, 40)
    assert (bounds.right, bounds.bottom, bounds.center) == (31, 42, Point(16, 22))


def test_a_long_name_is_cut() -> None:
    name = only_shape(f'<userTask id="a" name="{"x" * 400}"/>', shape("a")).name
    assert (len(name), name[-1]) == (300, "…")


@pytest.mark.parametrize(
    ("element", "event", "throwing"),
    [
        ('<startEvent id="a"/>', None, False),
        ('<startEvent id="a"><timerEventDefinition/></startEvent>', "timer", False),
        ('<endEvent id="a"><errorEventDefinition/></endEvent>', "error", True),
        ('<intermediateThrowEvent id="a"><messageEventDefinition/></intermediateThrowEvent>', "message", True),
        ('<intermediateCatchEvent id="a"><signalEventDefinition/></intermediateCatchEvent>', "signal", False),
        ('<startEvent id="a"><timerEventDefinition/><signalEventDefinition/></startEvent>', "multiple", False),
    ],
)
def test_an_event_tells_what_it_is_about(element: str, event: str | None, throwing: bool) -> None:
    found = only_shape(element, shape("a"))
    assert (found.event, found.throwing, found.interrupting) == (event, throwing, True)


@pytest.mark.parametrize("element", ["startEvent isInterrupting", "boundaryEvent cancelActivity"])
def test_an_event_may_interrupt_nothing(element: str) -> None:
    assert not only_shape(f'<{element}="false" id="a"/>', shape("a")).interrupting


@pytest.mark.parametrize(
    ("inner", "repeats"),
    [
        ("", None),
        ("<standardLoopCharacteristics/>", "loop"),
        ("<multiInstanceLoopCharacteristics/>", "parallel"),
        ('<multiInstanceLoopCharacteristics isSequential="true"/>', "sequential"),
    ],
)
def test_an_activity_may_be_repeated(inner: str, repeats: str | None) -> None:
    assert only_shape(f'<userTask id="a">{inner}</userTask>', shape("a")).repeats == repeats


def test_subprocesses_may_be_closed_and_gateways_without_their_mark() -> None:
    assert not only_shape('<subProcess id="a"/>', shape("a", isExpanded="false")).expanded
    assert only_shape('<subProcess id="a" triggeredByEvent="true"/>', shape("a")).by_event
    assert not only_shape('<exclusiveGateway id="a"/>', shape("a", isMarkerVisible="false")).marked


def test_notes_and_groups_have_their_texts_elsewhere() -> None:
    note = only_shape('<textAnnotation id="a"><text>Mind this</text></textAnnotation>', shape("a"))
    found = read(
        '<category id="c"><categoryValue id="v" value="Together"/></category>',
        '<process id="p"><group id="a" categoryValueRef="v"/></process>',
        plane("p", shape("a")),
    )
    assert note.name == "Mind this"
    assert found is not None
    assert found.shapes[0].name == "Together"


def test_an_edge_has_its_points_and_what_stands_at_its_ends() -> None:
    inner = (
        '<userTask id="a" default="f2"/><exclusiveGateway id="g"/><userTask id="b"/>'
        '<sequenceFlow id="f1" name="on" sourceRef="a" targetRef="b"><conditionExpression/></sequenceFlow>'
        '<sequenceFlow id="f2" sourceRef="a" targetRef="b"/>'
        '<sequenceFlow id="f3" sourceRef="g" targetRef="b"><conditionExpression/></sequenceFlow>'
        '<association id="s1" sourceRef="a" targetRef="b"/>'
        '<association id="s2" associationDirection="One" sourceRef="a" targetRef="b"/>'
    )
    ways = (Point(0, 0), Point(5, 6))
    found = of_process(inner, shape("a"), *(edge(one) for one in ("f1", "f2", "f3", "s1", "s2")))
    assert found.edges == (
        Edge("f1", "sequenceFlow", "on", ways, conditional=True),
        Edge("f2", "sequenceFlow", "", ways, default=True),
        Edge("f3", "sequenceFlow", "", ways),
        Edge("s1", "association", "", ways, arrow=False),
        Edge("s2", "association", "", ways),
    )


def test_an_edge_without_two_ends_is_left_out() -> None:
    inner = '<userTask id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="a"/>'
    assert of_process(inner, shape("a"), edge("f", points=((0, 0),)), edge("unknown")).edges == ()


def test_a_pool_is_shown_with_the_others() -> None:
    collaboration = (
        '<collaboration id="c"><participant id="P" name="Us" processRef="t:p"/><participant id="Q"/></collaboration>'
    )
    found = read(
        collaboration,
        '<process id="p"><userTask id="a"/></process>',
        plane("c", shape("P"), shape("Q", isHorizontal="true"), shape("a")),
    )
    assert found is not None
    assert [(one.id, one.horizontal) for one in found.shapes] == [("P", False), ("Q", True), ("a", True)]


def test_of_several_planes_the_one_of_the_process_is_shown() -> None:
    both = '<process id="p"><userTask id="a"/></process><process id="q"><userTask id="b"/></process>'
    planes = plane("q", shape("b")), plane("p", shape("a"))
    for key, shown in (("p", "a"), ("q", "b")):
        found = read(both, *planes, key=key)
        assert found is not None
        assert [one.id for one in found.shapes] == [shown]
    assert read(both, *planes, key="r") is None


def test_a_plane_that_names_nothing_is_known_by_what_it_shows() -> None:
    both = '<process id="p"><userTask id="a"/></process><process id="q"><userTask id="b"/></process>'
    found = read(both, plane("gone", shape("a")))
    assert found is not None
    assert read(both, plane("gone", shape("a")), key="q") is None


def test_the_inside_of_a_closed_subprocess_is_not_the_diagram() -> None:
    inner = '<process id="p"><subProcess id="s"><userTask id="a"/></subProcess></process>'
    assert read(inner, plane("s", shape("a"))) is None


def test_names_beyond_measure_are_refused() -> None:
    inner = f'<userTask id="a" name="{"x" * 300}"/>'
    with pytest.raises(DiagramTooLarge, match="letters"):
        of_process(inner, *[shape("a")] * 334)
    assert len(of_process(inner, *[shape("a")] * 333).shapes) == 333


def test_a_file_that_is_no_xml_has_no_diagram_to_read() -> None:
    with pytest.raises(BpmnError):
        read_diagram("p.bpmn", b"<definitions", "p")
