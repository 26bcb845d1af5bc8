"""Pools and lanes: boxes with a strip for their name. Called by ``picture``."""

from taskbridge.diagrams.canvas import WHITE, Canvas
from taskbridge.diagrams.style import INK, POOL, TASK_TEXT, TEXT, THIN, Look
from taskbridge.engine.bpmn_diagram import Bounds, Point, Shape

POOLS = ("participant", "lane")
_STRIP = 30.0
_SLIM = 100.0


def pool(canvas: Canvas, shape: Shape, _look: Look) -> None:
    """A pool or lane; a slim pool is one whose process is not shown, with its name in the middle."""
    room = shape.bounds
    canvas.box(room, WHITE, INK, THIN)
    across = room.height if shape.horizontal else room.width
    if shape.element == "participant" and across < _SLIM:
        lines = canvas.wrapped(shape.name, room.width - 8, TASK_TEXT, 2)
        canvas.text(lines, room.center, TASK_TEXT, TEXT)
        return
    strip = (
        Bounds(room.x, room.y, min(_STRIP, room.width), room.height)
        if shape.horizontal
        else Bounds(room.x, room.y, room.width, min(_STRIP, room.height))
    )
    if shape.element == "participant":
        canvas.box(strip, POOL, INK, THIN)
    if shape.horizontal:
        canvas.upward_text(shape.name, Bounds(strip.x, strip.y + 4, strip.width, strip.height - 8), TASK_TEXT, TEXT)
    else:
        canvas.text(canvas.wrapped(shape.name, strip.width - 8, TASK_TEXT, 1), Point(*strip.center), TASK_TEXT, TEXT)
