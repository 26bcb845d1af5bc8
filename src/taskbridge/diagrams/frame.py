"""The frame of a picture: which part of the plane it shows, and how large (pure numbers).

One unit of the plane is one pixel, unless that would cost too much to draw: then everything gets smaller.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from taskbridge.engine.bpmn_diagram import Bounds, Diagram, Edge, Point, Shape

_MARGIN = 12.0
#: Room for names that stand beside what they name: to the left and right, above or below.
_NAME_SIDE, _NAME_HEIGHT = 30.0, 36.0
_MOST_SIDE = 5_000
_MOST_PIXELS = 4_000_000
#: Bounds of the work: pixels that shapes fill, one over the other, and pixels along lines.
_MOST_FILLED = 40_000_000
_MOST_ALONG = 400_000
#: Pictures up to so many pixels are drawn so many times larger and then reduced, which smoothes lines.
_SAMPLING = ((1_000_000, 3), (2_500_000, 2))
Docks = frozenset[tuple[int, int]]
OUTSIDE = ("Event", "Gateway", "dataObjectReference", "dataStoreReference", "dataInput", "dataOutput")


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of the plane, and its size in pixels. ``sampling`` times as many are drawn."""

    corner: Point
    zoom: float
    width: int
    height: int
    sampling: int


def named_outside(shape: Shape) -> bool:
    """Whether the name of a shape stands below or above it."""
    return shape.element.endswith(OUTSIDE)


def docks_of(diagram: Diagram) -> Docks:
    """Where edges begin and end."""
    ends = (point for edge in diagram.edges for point in (edge.points[0], edge.points[-1]))
    return frozenset((round(point.x), round(point.y)) for point in ends)


def named_above(shape: Shape, docks: Docks) -> bool:
    """Whether the name of a shape stands above it: an edge is where it usually stands, and none is above."""
    x, top, bottom = round(shape.bounds.center.x), round(shape.bounds.y), round(shape.bounds.bottom)
    return (x, bottom) in docks and (x, top) not in docks


def frame_of(diagram: Diagram) -> Frame:
    """The frame that shows a whole diagram."""
    docks = docks_of(diagram)
    boxes = [box for shape in diagram.shapes for box in _boxes(shape, docks)]
    boxes += [box for edge in diagram.edges for box in _edge_boxes(edge)]
    left, top = min(box.x for box in boxes) - _MARGIN, min(box.y for box in boxes) - _MARGIN
    width = max(box.right for box in boxes) + _MARGIN - left
    height = max(box.bottom for box in boxes) + _MARGIN - top
    zoom = min(_zooms(diagram, width, height))
    size = max(1, round(width * zoom)), max(1, round(height * zoom))
    sampling = next((times for pixels, times in _SAMPLING if size[0] * size[1] <= pixels), 1)
    return Frame(Point(left, top), zoom, *size, sampling)


def _zooms(diagram: Diagram, width: float, height: float) -> Iterator[float]:
    yield 1.0
    yield _MOST_SIDE / max(width, height)
    yield math.sqrt(_MOST_PIXELS / (width * height))
    yield math.sqrt(_MOST_FILLED / (1 + sum(shape.bounds.width * shape.bounds.height for shape in diagram.shapes)))
    yield _MOST_ALONG / (1 + sum(length(edge) for edge in diagram.edges))


def length(edge: Edge) -> float:
    """How long an edge is."""
    return sum(math.dist(one, other) for one, other in pairwise(edge.points))


def _boxes(shape: Shape, docks: Docks) -> Iterator[Bounds]:
    yield shape.bounds
    if shape.label is not None and shape.name:
        yield shape.label
    elif shape.name and named_outside(shape):
        x, y, width, height = shape.bounds
        top = y - _NAME_HEIGHT if named_above(shape, docks) else y
        yield Bounds(x - _NAME_SIDE, top, width + 2 * _NAME_SIDE, height + _NAME_HEIGHT)


def _edge_boxes(edge: Edge) -> Iterator[Bounds]:
    for point in edge.points:
        yield Bounds(*point, 0, 0)
    if edge.label is not None and edge.name:
        yield edge.label
