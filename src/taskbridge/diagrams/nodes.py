"""Nodes: events, gateways, activities and data, each drawn into the bounds of its shape.

``painter`` finds the function for a kind of node; called by ``picture``.
"""

from collections.abc import Callable, Iterator

from taskbridge.diagrams import icons
from taskbridge.diagrams.canvas import Canvas
from taskbridge.diagrams.style import (
    DASHED,
    DOTTED,
    GROUND,
    INK,
    MEDIUM,
    NAME_TEXT,
    SOFT,
    TASK,
    TASK_TEXT,
    TEXT,
    THICK,
    THIN,
    USUAL,
    Look,
)
from taskbridge.engine.bpmn_diagram import Bounds, Point, Shape

Painter = Callable[[Canvas, Shape, Look], None]

_ROUND = 9.0
_ICON = 15.0
_SIGN = 11.0
_SPACE = 5.0
_HALF_TURN = 180
_MOST_LINES = 8
#: Containers have room for their name in one line at the top.
CONTAINERS = ("subProcess", "transaction", "adHocSubProcess")


def painter(shape: Shape) -> Painter:
    """What draws a shape; a plain box with a name for what is not known here."""
    found = _PAINTERS.get(shape.element)
    if found is not None:
        return found
    for ending, one in (("Event", _event), ("Gateway", _gateway)):
        if shape.element.endswith(ending):
            return one
    return _activity


def opened(shape: Shape) -> bool:
    """Whether other nodes may stand within it."""
    return shape.element in CONTAINERS and shape.expanded


def middle(bounds: Bounds, side: float) -> Bounds:
    """A square in the middle of a rectangle."""
    return Bounds(bounds.center.x - side / 2, bounds.center.y - side / 2, side, side)


# events


def _event(canvas: Canvas, shape: Shape, look: Look) -> None:
    side = min(shape.bounds.width, shape.bounds.height)
    radius = side / 2
    end, inner = shape.element == "endEvent", shape.element not in ("startEvent", "endEvent")
    dash = None if shape.interrupting else (4.0, 3.0)
    center = shape.bounds.center
    canvas.circle(center, radius, look.fill)
    for one in (radius, radius - 3.2) if inner else (radius,):
        _ring(canvas, center, one, look, THICK if end else THIN, dash)
    icon = icons.EVENTS.get(shape.event or "")
    if icon is not None:
        square = middle(shape.bounds, side * (0.56 if shape.event == "terminate" else 0.5))
        filled = shape.throwing or shape.event == "terminate"
        icons.put(canvas, icon, square, look.line, look.fill, THIN, filled=filled)


def _ring(
    canvas: Canvas, center: Point, radius: float, look: Look, width: float, dash: tuple[float, float] | None
) -> None:
    if dash is None:
        canvas.circle(center, radius, None, look.line, look.width(width))
        return
    around = Bounds(center.x - radius, center.y - radius, 2 * radius, 2 * radius)
    for start in range(0, 360, 30):
        canvas.arc(around, start, start + 19, look.line, look.width(width))


# gateways


def _gateway(canvas: Canvas, shape: Shape, look: Look) -> None:
    x, y, width, height = shape.bounds
    center = shape.bounds.center
    corners = [(center.x, y), (x + width, center.y), (center.x, y + height), (x, center.y)]
    canvas.polygon(corners, look.fill, look.line, look.width(THIN))
    icon = icons.GATEWAYS.get(shape.element)
    if icon is not None and shape.marked:
        square = middle(shape.bounds, min(width, height) * 0.44)
        thin = shape.element == "eventBasedGateway"
        icons.put(canvas, icon, square, look.line, look.fill, THIN if thin else 2.6, filled=False)


# activities


def _activity(canvas: Canvas, shape: Shape, look: Look) -> None:
    calls = shape.element in ("callActivity", "globalTask")
    fill = TASK if look is USUAL else look.fill
    canvas.box(shape.bounds, fill, look.line, look.width(THICK if calls else THIN), _ROUND)
    icon = icons.TASKS.get(shape.element)
    room = shape.bounds
    if icon is not None and min(room.width, room.height) > 2 * _ICON:
        square = Bounds(room.x + _SPACE + 1, room.y + _SPACE + 1, _ICON, _ICON)
        icons.put(canvas, icon, square, look.line, fill, 1.0, filled=shape.element == "sendTask")
    signs = list(_signs(shape))
    _put_signs(canvas, shape.bounds, signs, look, fill)
    _name_within(canvas, shape, icon is not None, bool(signs))


def _name_within(canvas: Canvas, shape: Shape, icon: bool, signs: bool) -> None:
    room = shape.bounds
    step = canvas.line_height(TASK_TEXT)
    usable = room.height - (_SIGN + _SPACE if signs else 0)
    lines = canvas.wrapped(shape.name, room.width - 2 * _SPACE, TASK_TEXT, min(_MOST_LINES, int(usable // step)))
    center = Point(room.center.x, room.y + usable / 2)
    # What would run into the icon moves down as far as there is room.
    top = center.y - step * len(lines) / 2
    below = room.y + _ICON + _SPACE
    if icon and top < below:
        center = Point(center.x, center.y + min(below - top, max(0.0, (usable - step * len(lines)) / 2 - 1)))
    canvas.text(lines, center, TASK_TEXT, TEXT)


def _subprocess(canvas: Canvas, shape: Shape, look: Look) -> None:
    if not shape.expanded:
        _activity(canvas, shape, look)
        return
    room = shape.bounds
    fill = GROUND if look is USUAL else look.fill
    if shape.by_event:
        canvas.box(room, fill, None, radius=_ROUND)
        corners = [(room.x, room.y), (room.right, room.y), (room.right, room.bottom), (room.x, room.bottom)]
        canvas.line([*corners, corners[0]], look.line, look.width(THIN), DOTTED)
    else:
        canvas.box(room, fill, look.line, look.width(THIN), _ROUND)
    if shape.element == "transaction":
        inner = Bounds(room.x + 3, room.y + 3, room.width - 6, room.height - 6)
        canvas.box(inner, None, look.line, look.width(THIN), _ROUND - 2)
    _put_signs(canvas, room, list(_signs(shape)), look, fill)
    lines = canvas.wrapped(shape.name, room.width - 2 * _ROUND, TASK_TEXT, 1)
    canvas.text(lines, Point(room.center.x, room.y + _SPACE + TASK_TEXT / 2 + 2), TASK_TEXT, TEXT)


def _signs(shape: Shape) -> Iterator[icons.Icon]:
    if shape.repeats is not None:
        yield icons.SIGNS[shape.repeats]
    if shape.element == "adHocSubProcess":
        yield icons.SIGNS["adHoc"]
    if shape.element in CONTAINERS and not shape.expanded:
        yield icons.SIGNS["collapsed"]


def _put_signs(canvas: Canvas, room: Bounds, signs: list[icons.Icon], look: Look, fill: tuple[int, int, int]) -> None:
    left = room.center.x - (len(signs) * (_SIGN + _SPACE) - _SPACE) / 2
    for number, sign in enumerate(signs):
        square = Bounds(left + number * (_SIGN + _SPACE), room.bottom - _SIGN - 4, _SIGN, _SIGN)
        icons.put(canvas, sign, square, look.line, fill, 1.3, filled=False)


# data and notes


def _sheet(canvas: Canvas, shape: Shape, look: Look) -> None:
    x, y, width, height = shape.bounds
    fold = min(12.0, width / 3, height / 3)
    right, bottom = x + width, y + height
    outline = [(x, y), (right - fold, y), (right, y + fold), (right, bottom), (x, bottom)]
    canvas.polygon(outline, look.fill, look.line, THIN)
    canvas.line([(right - fold, y), (right - fold, y + fold), (right, y + fold)], look.line, THIN)


def _store(canvas: Canvas, shape: Shape, look: Look) -> None:
    x, y, width, height = shape.bounds
    cap = min(height / 3, 14.0)
    canvas.ellipse(Bounds(x, y + height - cap, width, cap), look.fill, look.line, THIN)
    canvas.box(Bounds(x, y + cap / 2, width, height - cap), look.fill)
    for side in (x, x + width):
        canvas.line([(side, y + cap / 2), (side, y + height - cap / 2)], look.line, THIN)
    canvas.ellipse(Bounds(x, y, width, cap), look.fill, look.line, THIN)
    canvas.arc(Bounds(x, y + cap / 2, width, cap), 0, _HALF_TURN, look.line, THIN)


def _note(canvas: Canvas, shape: Shape, _look: Look) -> None:
    room = shape.bounds
    bracket = min(10.0, room.width / 3)
    left = [(room.x + bracket, room.y), (room.x, room.y), (room.x, room.bottom), (room.x + bracket, room.bottom)]
    canvas.line(left, INK, THIN)
    most = int(room.height // canvas.line_height(NAME_TEXT)) or 1
    canvas.text(canvas.wrapped(shape.name, room.width - 2 * _SPACE, NAME_TEXT, most), room.center, NAME_TEXT, TEXT)


def _group(canvas: Canvas, shape: Shape, _look: Look) -> None:
    room = shape.bounds
    corners = [(room.x, room.y), (room.right, room.y), (room.right, room.bottom), (room.x, room.bottom)]
    canvas.line([*corners, corners[0]], SOFT, MEDIUM, DASHED)
    lines = canvas.wrapped(shape.name, room.width - 2 * _SPACE, NAME_TEXT, 1)
    canvas.text(lines, Point(room.center.x, room.y + NAME_TEXT), NAME_TEXT, SOFT)


_PAINTERS: dict[str, Painter] = {
    **dict.fromkeys(CONTAINERS, _subprocess),
    "dataObjectReference": _sheet,
    "dataObject": _sheet,
    "dataInput": _sheet,
    "dataOutput": _sheet,
    "dataStoreReference": _store,
    "dataStore": _store,
    "textAnnotation": _note,
    "group": _group,
}
