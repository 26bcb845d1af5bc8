"""Pictures of diagrams: what the files of others draw, what is marked, and what hostile files may not cost."""

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from taskbridge.diagrams import png
from taskbridge.diagrams.frame import frame_of
from taskbridge.engine.bpmn_diagram import Bounds, Diagram, Edge, Point, Shape, read_diagram
from taskbridge.engine.errors import DiagramTooLarge
from taskbridge.service import bundled
from taskbridge.service.deployments import Source

MODELS = Path(__file__).parents[3] / "shared" / "models" / "camunda"
_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"'
    ' xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:dd="http://www.omg.org/spec/DD/20100524/DI"><process id="p"><userTask id="a" name="A task"/>'
    '<userTask id="b"/><sequenceFlow id="f" name="on" sourceRef="a" targetRef="b"/></process>'
)


def _file(*drawn: str) -> bytes:
    plane = f'<di:BPMNDiagram><di:BPMNPlane bpmnElement="p">{"".join(drawn)}</di:BPMNPlane></di:BPMNDiagram>'
    return f"{_HEAD}{plane}</definitions>".encode()


def _shape(identifier: str, x: object, y: object, width: object = 100, height: object = 80) -> str:
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
    return f'<di:BPMNShape bpmnElement="{identifier}">{bounds}</di:BPMNShape>'


def _edge(*points: tuple[object, object]) -> str:
    ways = "".join(f'<dd:waypoint x="{x}" y="{y}"/>' for x, y in points)
    return f'<di:BPMNEdge bpmnElement="f">{ways}</di:BPMNEdge>'


def _reddish(picture: bytes) -> int:
    image = Image.open(BytesIO(picture)).convert("RGB")
    return sum(
        number
        for number, color in image.getcolors(image.width * image.height) or []
        if isinstance(color, tuple) and color[0] > 150 and color[1] < 110 and color[2] < 110
    )


@pytest.mark.parametrize("source", bundled.read(), ids=lambda source: source.name)
def test_what_is_active_is_marked_in_red(source: Source) -> None:
    (process,) = source.processes
    diagram = read_diagram(source.name, source.content, process.key)
    assert diagram is not None
    plain, marked = png(diagram), png(diagram, {next(one.id for one in diagram.shapes if one.element == "userTask")})
    assert plain == png(diagram)
    assert _reddish(plain) == 0
    assert _reddish(marked) > 200


def _part(diagram: Diagram, room: Bounds) -> Image.Image:
    """A part of a picture, in grey."""
    corner = frame_of(diagram).corner
    picture = Image.open(BytesIO(png(diagram))).convert("L")
    left, top = room.x - corner.x, room.y - corner.y
    return picture.crop((round(left), round(top), round(left + room.width), round(top + room.height)))


def test_a_flow_is_not_crossed_by_the_name_of_the_gateway_that_it_leaves_downwards() -> None:
    gateway = Shape("g", "exclusiveGateway", "Good enough?", Bounds(100, 100, 50, 50))
    diagram = Diagram((gateway,), (Edge("f", "sequenceFlow", "", (Point(125, 150), Point(125, 250))),))
    below = _part(diagram, Bounds(120, 155, 10, 80))
    width = below.width
    grey = below.tobytes()
    assert max(min(grey[row : row + width]) for row in range(0, len(grey), width)) < 160
    above = _part(diagram, Bounds(90, 80, 70, 18))
    assert min(above.tobytes()) < 100


def test_the_name_of_a_default_flow_leaves_its_mark_alone() -> None:
    ends = (Point(155, 100), Point(220, 100))
    plain, named = (
        Diagram(
            (Shape("a", "task", "", Bounds(55, 60, 100, 80)),), (Edge("f", "sequenceFlow", name, ends, default=True),)
        )
        for name in ("", "Complete")
    )
    mark = Bounds(160, 92, 11, 16)
    assert _part(plain, mark).tobytes() == _part(named, mark).tobytes()


def test_every_diagram_of_other_peoples_models_can_be_drawn() -> None:
    """Also of models that cannot be run here: a diagram may show anything."""
    if not MODELS.exists():
        pytest.skip("the models are not beside this checkout")
    drawn = 0
    for file in sorted(MODELS.glob("*.bpmn*")):
        content = file.read_bytes()
        for key in re.findall(rb'<(?:\w+:)?process\b[^>]*?\bid="([^"]+)"', content):
            diagram = read_diagram(file.name, content, key.decode())
            if diagram is not None:
                assert png(diagram, {diagram.shapes[0].id}).startswith(b"\x89PNG")
                drawn += 1
    assert drawn > 100


@pytest.mark.parametrize(
    "drawn",
    [
        (_shape("a", 0, 0), _shape("b", 1e6, 1e6)),
        (_shape("a", 0, 0, 1e6, 1e6),),
        (_shape("a", -5e5, 3, 1, 1e6), _edge((0, 0), (1e6, 1e6))),
        (_shape("a", 0, 0), _edge(*[((-1) ** n * 1e6, n) for n in range(2_000)])),
        tuple(_shape("a", 0, 0, 9e5, 9e5) for _ in range(500)),
    ],
    ids=["far apart", "huge", "a line across", "to and fro", "many huge ones"],
)
def test_a_picture_has_bounds_whatever_is_drawn(drawn: tuple[str, ...]) -> None:
    diagram = read_diagram("p.bpmn", _file(*drawn), "p")
    assert diagram is not None
    image = Image.open(BytesIO(png(diagram)))
    assert image.width * image.height <= 4_100_000
    assert max(image.size) <= 5_000


@pytest.mark.parametrize(("x", "width"), [("NaN", 100), ("Infinity", 100), (1e300, 100), (0, -5), (0, 0), ("x", 100)])
def test_what_makes_no_sense_on_paper_is_left_out(x: object, width: object) -> None:
    assert read_diagram("p.bpmn", _file(_shape("a", x, 0, width)), "p") is None
    diagram = read_diagram("p.bpmn", _file(_shape("a", x, 0, width), _shape("b", 0, 0), _edge((x, 0), (5, 5))), "p")
    assert diagram is not None
    assert [one.id for one in diagram.shapes] == ["b"]


def test_a_diagram_beyond_measure_is_refused() -> None:
    with pytest.raises(DiagramTooLarge):
        read_diagram("p.bpmn", _file(*[_shape("a", 0, 0)] * 3_001), "p")
    with pytest.raises(DiagramTooLarge):
        read_diagram("p.bpmn", _file(_shape("a", 0, 0), _edge(*[(0, 0)] * 30_001)), "p")


def test_a_file_that_draws_nothing_has_no_diagram() -> None:
    assert read_diagram("p.bpmn", f"{_HEAD}</definitions>".encode(), "p") is None


KINDS = ("startEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "endEvent")
EVENTS = ("", "message", "timer", "error", "signal", "escalation", "conditional", "link", "compensate", "cancel")
TASKS = ("task", "userTask", "serviceTask", "scriptTask", "manualTask", "sendTask", "receiveTask", "businessRuleTask")
OTHERS = (
    *("callActivity", "subProcess", "transaction", "adHocSubProcess", "exclusiveGateway", "parallelGateway"),
    *("inclusiveGateway", "complexGateway", "eventBasedGateway", "dataObjectReference", "dataStoreReference"),
    *("textAnnotation", "group", "choreographyTask"),
)


def _shapes() -> Iterator[Shape]:
    room = Bounds(0, 0, 120, 90)
    for kind in KINDS:
        for event in (*EVENTS, "terminate", "multiple"):
            for interrupting in (True, False):
                yield Shape("a", kind, "Name", room, None, event=event or None, interrupting=interrupting)
    for kind in (*TASKS, *OTHERS):
        for repeats in (None, "parallel", "sequential", "loop"):
            yield Shape("a", kind, "A name that is long enough for lines", room, expanded=False, repeats=repeats)
            yield Shape("a", kind, "", room, Bounds(0, 100, 9, 9), repeats=repeats, by_event=True)
    for kind in ("participant", "lane"):
        for horizontal in (True, False):
            yield Shape("a", kind, "Name", room, horizontal=horizontal)
            yield Shape("a", kind, "Name", Bounds(0, 0, 300, 300), horizontal=horizontal)


@pytest.mark.parametrize("size", [(120, 90), (36, 36), (3, 2), (0.01, 0.01)])
def test_everything_that_bpmn_knows_can_be_drawn_at_any_size(size: tuple[float, float]) -> None:
    for shape in _shapes():
        small = replace(shape, bounds=Bounds(0, 0, *size))
        assert png(Diagram((small,), ()), {"a"}).startswith(b"\x89PNG"), small


@pytest.mark.parametrize("kind", ["sequenceFlow", "messageFlow", "association", "dataInputAssociation"])
@pytest.mark.parametrize("points", [((0, 0), (90, 40), (90, 80)), ((5, 5), (5, 5)), ((0, 0), (0, 0.1))])
def test_every_kind_of_edge_can_be_drawn(kind: str, points: tuple[tuple[float, float], ...]) -> None:
    edge = Edge("f", kind, "on", tuple(Point(*one) for one in points), conditional=True, default=True)
    node = Shape("a", "userTask", "", Bounds(0, 0, 10, 10))
    assert png(Diagram((node,), (edge,))) != png(Diagram((node,), ()))


def test_letters_of_europe_can_be_read() -> None:
    """A letter that the font does not have is an empty box, the same for all of them."""

    def of(name: str) -> bytes:
        return png(Diagram((Shape("a", "userTask", name, Bounds(0, 0, 100, 80)),), ()))

    shown = {of(letter) for letter in "ÄßçñøłğΩЖ€"}
    assert len(shown) == 10
    assert of("\ue000") not in shown
