"""Pictures of diagrams: what the files of others draw, what is marked, and what hostile files may not cost."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from taskbridge.diagrams import png
from taskbridge.engine.bpmn import read_bpmn
from taskbridge.engine.bpmn_diagram import read_diagram
from taskbridge.engine.errors import BpmnError, DiagramTooLarge
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


def test_every_diagram_of_other_peoples_models_can_be_drawn() -> None:
    if not MODELS.exists():
        pytest.skip("the models are not beside this checkout")
    drawn = 0
    for file in sorted(MODELS.glob("*.bpmn*")):
        try:
            keys = [process.key for process in read_bpmn(file.name, file.read_bytes(), executable_by_default=True)]
        except BpmnError:
            continue
        for key in keys:
            diagram = read_diagram(file.name, file.read_bytes(), key)
            if diagram is not None:
                assert png(diagram, {diagram.shapes[0].id}).startswith(b"\x89PNG")
                drawn += 1
    assert drawn > 50


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
