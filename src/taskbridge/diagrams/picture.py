"""The picture of a diagram: what is drawn first and what on top, and the names beside things."""

from collections.abc import Collection

from taskbridge.diagrams.canvas import WHITE, Canvas
from taskbridge.diagrams.edges import edge, place_of_name
from taskbridge.diagrams.frame import Docks, docks_of, frame_of, named_above, named_outside
from taskbridge.diagrams.nodes import opened, painter
from taskbridge.diagrams.pools import POOLS, pool
from taskbridge.diagrams.style import NAME_TEXT, TEXT, look
from taskbridge.engine.bpmn_diagram import Bounds, Diagram, Edge, Point, Shape

#: Names beside things: how wide they get at least, and how many lines they have at most.
_WIDTH = 90.0
_LINES = 4
_GAP = 4.0


def png(diagram: Diagram, active: Collection[str] = ()) -> bytes:
    """A diagram as a PNG file; the nodes whose ids are ``active`` are marked in red."""
    canvas = Canvas(frame_of(diagram))
    below, above = _layers(diagram)
    for shape in below:
        _paint(canvas, shape, active)
    for one in diagram.edges:
        edge(canvas, one)
    for shape in above:
        _paint(canvas, shape, active)
    docks = docks_of(diagram)
    for shape in diagram.shapes:
        _name_of_shape(canvas, shape, docks)
    for one in diagram.edges:
        _name_of_edge(canvas, one)
    return canvas.png()


def _layers(diagram: Diagram) -> tuple[list[Shape], list[Shape]]:
    """What edges run over, the larger first; and what stands on their ends, boundary events last."""
    below = [one for one in diagram.shapes if one.element in POOLS or opened(one)]
    above = [one for one in diagram.shapes if one.element not in POOLS and not opened(one)]
    below.sort(key=lambda one: (one.element not in POOLS, -one.bounds.width * one.bounds.height))
    above.sort(key=lambda one: one.element == "boundaryEvent")
    return below, above


def _paint(canvas: Canvas, shape: Shape, active: Collection[str]) -> None:
    paint = pool if shape.element in POOLS else painter(shape)
    paint(canvas, shape, look(shape.id in active))


def _name_of_shape(canvas: Canvas, shape: Shape, docks: Docks) -> None:
    if not shape.name or not named_outside(shape):
        return
    if shape.label is not None:
        _write(canvas, shape.name, shape.label)
        return
    center, top, bottom = shape.bounds.center.x, shape.bounds.y, shape.bounds.bottom
    if named_above(shape, docks):
        lines = canvas.wrapped(shape.name, _WIDTH, NAME_TEXT, _LINES)
        _write(canvas, shape.name, Bounds(center, top - _GAP - canvas.line_height(NAME_TEXT) * len(lines), 0, 0))
    else:
        _write(canvas, shape.name, Bounds(center, bottom + _GAP, 0, 0))


def _name_of_edge(canvas: Canvas, drawn: Edge) -> None:
    if not drawn.name:
        return
    if drawn.label is not None:
        _write(canvas, drawn.name, drawn.label)
        return
    lines = canvas.wrapped(drawn.name, _WIDTH, NAME_TEXT, _LINES)
    middle = place_of_name(drawn)
    canvas.text(lines, Point(middle.x, middle.y - NAME_TEXT * 0.8 * len(lines)), NAME_TEXT, TEXT, WHITE)


def _write(canvas: Canvas, text: str, room: Bounds) -> None:
    """A name with its top at that of its room, in the middle of it."""
    lines = canvas.wrapped(text, max(_WIDTH, room.width), NAME_TEXT, _LINES)
    top = room.y + canvas.line_height(NAME_TEXT) * len(lines) / 2
    canvas.text(lines, Point(room.center.x, top), NAME_TEXT, TEXT, WHITE)
