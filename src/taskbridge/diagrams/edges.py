"""Edges: lines with what is at their ends, and the place of their names. Called by ``picture``."""

import math
from itertools import pairwise

from taskbridge.diagrams.canvas import WHITE, Canvas, Points
from taskbridge.diagrams.frame import length
from taskbridge.diagrams.style import DASHED, DOTTED, INK, SOFT, THIN
from taskbridge.engine.bpmn_diagram import Edge, Point

_HEAD, _HALF = 10.0, 4.2
_DIAMOND = 7.0
_DEFAULT_AT, _DEFAULT_SIZE = 11.0, 5.0
_CIRCLE = 3.6
#: How far from its beginning an edge is free of the mark of a default or a condition.
_MARKED = 13.0


def edge(canvas: Canvas, drawn: Edge) -> None:
    """An edge of any kind."""
    _PAINTERS.get(drawn.element, _association)(canvas, drawn)


def place_of_name(drawn: Edge) -> Point:
    """Half of the way along an edge, behind what marks its beginning."""
    whole = length(drawn)
    marked = _MARKED if (drawn.default or drawn.conditional) and whole > 2 * _MARKED else 0.0
    left = marked + (whole - marked) / 2
    for one, other in pairwise(drawn.points):
        part = math.dist(one, other)
        if part >= left and part > 0:
            share = left / part
            return Point(one.x + (other.x - one.x) * share, one.y + (other.y - one.y) * share)
        left -= part
    return drawn.points[-1]


def _sequence(canvas: Canvas, drawn: Edge) -> None:
    ends = _directions(drawn)
    if ends is None:
        return
    start, end = ends
    canvas.line(_shortened(drawn, end), INK, THIN)
    _head(canvas, drawn.points[-1], end, filled=True)
    first = drawn.points[0]
    if drawn.conditional:
        along = [_moved(first, start, ahead, aside) for ahead, aside in _RHOMBUS]
        canvas.polygon(along, WHITE, INK, THIN)
    if drawn.default:
        middle = _moved(first, start, _DEFAULT_AT, 0)
        slant = [_moved(middle, start, sign * _DEFAULT_SIZE * 0.6, sign * _DEFAULT_SIZE) for sign in (-1, 1)]
        canvas.line(slant, INK, THIN)


def _message(canvas: Canvas, drawn: Edge) -> None:
    ends = _directions(drawn)
    if ends is None:
        return
    start, end = ends
    canvas.line(_shortened(drawn, end), SOFT, THIN, DASHED)
    canvas.circle(_moved(drawn.points[0], start, _CIRCLE, 0), _CIRCLE, WHITE, SOFT, THIN)
    _head(canvas, drawn.points[-1], end, filled=False)


def _association(canvas: Canvas, drawn: Edge) -> None:
    canvas.line(drawn.points, SOFT, THIN, DOTTED)
    ends = _directions(drawn)
    if drawn.arrow and ends is not None:
        tip = drawn.points[-1]
        sides = [_moved(tip, ends[1], -_HEAD * 0.8, sign * _HALF) for sign in (-1, 1)]
        canvas.line([sides[0], tip, sides[1]], SOFT, THIN)


def _head(canvas: Canvas, tip: Point, direction: Point, *, filled: bool) -> None:
    corners = [tip, _moved(tip, direction, -_HEAD, _HALF), _moved(tip, direction, -_HEAD, -_HALF)]
    canvas.polygon(corners, INK if filled else WHITE, INK if filled else SOFT, 0.6 if filled else THIN)


def _shortened(drawn: Edge, direction: Point) -> Points:
    """The line without its last bit, which lies under the head."""
    return [*drawn.points[:-1], _moved(drawn.points[-1], direction, -_HEAD / 2, 0)]


def _directions(drawn: Edge) -> tuple[Point, Point] | None:
    """Where the line goes to at its beginning and at its end, as steps of one; None for a line without length."""
    steps = [
        Point((other.x - one.x) / part, (other.y - one.y) / part)
        for one, other in pairwise(drawn.points)
        if (part := math.dist(one, other)) > 0
    ]
    return (steps[0], steps[-1]) if steps else None


def _moved(point: Point, direction: Point, ahead: float, aside: float) -> Point:
    return Point(
        point.x + direction.x * ahead - direction.y * aside,
        point.y + direction.y * ahead + direction.x * aside,
    )


_RHOMBUS = ((0.0, 0.0), (_DIAMOND, 4.0), (2 * _DIAMOND, 0.0), (_DIAMOND, -4.0))
_PAINTERS = {"sequenceFlow": _sequence, "messageFlow": _message, "conversationLink": _sequence}
