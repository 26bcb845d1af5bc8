"""Icons: what events wait for or tell, and what kind a task is, as strokes in a square of side 1.

Data, and ``put``, which draws it. A body is an area: outlined, or filled where the event throws; a detail is a line
that is drawn in the other colour then.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from taskbridge.diagrams.canvas import Canvas, Color
from taskbridge.engine.bpmn_diagram import Bounds, Point

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Body:
    """An area within straight lines."""

    points: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """A line."""

    points: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle: filled with an icon's bodies, or a line at all times."""

    center: Place
    radius: float
    body: bool = False


Stroke = Body | Detail | Ring
Icon = tuple[Stroke, ...]


def _around(count: int, *radii: float, turn: float = -90) -> tuple[Place, ...]:
    """Points on circles around the middle, the radii taking turns."""
    angles = (math.radians(turn + 360 * number / count) for number in range(count))
    return tuple(
        (0.5 + radii[number % len(radii)] * math.cos(angle), 0.5 + radii[number % len(radii)] * math.sin(angle))
        for number, angle in enumerate(angles)
    )


def _ticks(count: int, inner: float, outer: float) -> Icon:
    return tuple(Detail((near, far)) for near, far in zip(_around(count, inner), _around(count, outer), strict=True))


def _teeth(count: int, inner: float, outer: float) -> tuple[Place, ...]:
    """The edge of a cogwheel."""
    step = 360 / count
    return tuple(
        (0.5 + radius * math.cos(math.radians(angle)), 0.5 + radius * math.sin(math.radians(angle)))
        for tooth in range(count)
        for radius, angle in (
            (inner, tooth * step - step * 0.32),
            (outer, tooth * step - step * 0.18),
            (outer, tooth * step + step * 0.18),
            (inner, tooth * step + step * 0.32),
        )
    )


def _rectangle(left: float, top: float, right: float, bottom: float) -> tuple[Place, ...]:
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _lines(left: float, right: float, *heights: float) -> Icon:
    return tuple(Detail(((left, height), (right, height))) for height in heights)


_ENVELOPE: Icon = (Body(_rectangle(0.1, 0.22, 0.9, 0.78)), Detail(((0.1, 0.22), (0.5, 0.55), (0.9, 0.22))))
_CROSS = _around(4, 0.5, turn=-45)

EVENTS: Mapping[str, Icon] = {
    "message": _ENVELOPE,
    "timer": (Ring((0.5, 0.5), 0.46), *_ticks(12, 0.38, 0.46), Detail(((0.58, 0.16), (0.5, 0.5), (0.74, 0.56)))),
    "error": (Body(((0.1, 0.92), (0.33, 0.12), (0.6, 0.56), (0.9, 0.08), (0.67, 0.9), (0.4, 0.46))),),
    "signal": (Body(((0.5, 0.1), (0.92, 0.82), (0.08, 0.82))),),
    "escalation": (Body(((0.5, 0.06), (0.86, 0.92), (0.5, 0.56), (0.14, 0.92))),),
    "conditional": (Body(_rectangle(0.2, 0.08, 0.8, 0.92)), *_lines(0.28, 0.72, 0.22, 0.41, 0.6, 0.79)),
    "link": (Body(((0.08, 0.34), (0.56, 0.34), (0.56, 0.14), (0.94, 0.5), (0.56, 0.86), (0.56, 0.66), (0.08, 0.66))),),
    "compensate": (
        Body(((0.08, 0.5), (0.48, 0.2), (0.48, 0.8))),
        Body(((0.5, 0.5), (0.9, 0.2), (0.9, 0.8))),
    ),
    "cancel": (
        Body(
            (
                *((0.12, 0.26), (0.26, 0.12), (0.5, 0.36), (0.74, 0.12), (0.88, 0.26), (0.64, 0.5)),
                *((0.88, 0.74), (0.74, 0.88), (0.5, 0.64), (0.26, 0.88), (0.12, 0.74), (0.36, 0.5)),
            )
        ),
    ),
    "terminate": (Ring((0.5, 0.5), 0.5, body=True),),
    "multiple": (Body(_around(5, 0.48)),),
}

TASKS: Mapping[str, Icon] = {
    "userTask": (
        Body(((0.04, 0.96), (0.06, 0.74), (0.2, 0.58), (0.5, 0.52), (0.8, 0.58), (0.94, 0.74), (0.96, 0.96))),
        Ring((0.5, 0.3), 0.22, body=True),
    ),
    "serviceTask": (Body(_teeth(8, 0.34, 0.5)), Ring((0.5, 0.5), 0.16)),
    "scriptTask": (
        Body(
            (
                (0.28, 0.06),
                (0.92, 0.06),
                (0.74, 0.3),
                (0.9, 0.62),
                (0.72, 0.94),
                (0.08, 0.94),
                (0.26, 0.66),
                (0.12, 0.34),
            )
        ),
        *_lines(0.34, 0.7, 0.24, 0.42),
        *_lines(0.34, 0.76, 0.6, 0.78),
    ),
    "manualTask": (
        Body(
            (
                *((0.04, 0.5), (0.34, 0.14), (0.46, 0.14), (0.4, 0.32), (0.9, 0.32), (0.96, 0.38), (0.9, 0.45)),
                *((0.96, 0.52), (0.9, 0.6), (0.9, 0.7), (0.82, 0.75), (0.76, 0.86), (0.24, 0.86), (0.04, 0.74)),
            )
        ),
        *_lines(0.54, 0.9, 0.45, 0.6),
        *_lines(0.54, 0.82, 0.74),
    ),
    "sendTask": _ENVELOPE,
    "receiveTask": _ENVELOPE,
    "businessRuleTask": (
        Body(_rectangle(0.04, 0.14, 0.96, 0.86)),
        *_lines(0.04, 0.96, 0.36, 0.61),
        Detail(((0.34, 0.36), (0.34, 0.86))),
    ),
}

GATEWAYS: Mapping[str, Icon] = {
    "exclusiveGateway": (Detail(((0.2, 0.12), (0.8, 0.88))), Detail(((0.8, 0.12), (0.2, 0.88)))),
    "parallelGateway": (Detail(((0.5, 0.02), (0.5, 0.98))), Detail(((0.02, 0.5), (0.98, 0.5)))),
    "inclusiveGateway": (Ring((0.5, 0.5), 0.44),),
    "complexGateway": (
        Detail(((0.5, 0.02), (0.5, 0.98))),
        Detail(((0.02, 0.5), (0.98, 0.5))),
        Detail((_CROSS[0], _CROSS[2])),
        Detail((_CROSS[1], _CROSS[3])),
    ),
    "eventBasedGateway": (Ring((0.5, 0.5), 0.62), Ring((0.5, 0.5), 0.5), Body(_around(5, 0.34))),
}

#: Signs at the lower edge of an activity.
SIGNS: Mapping[str, Icon] = {
    "parallel": tuple(Detail(((x, 0.08), (x, 0.92))) for x in (0.2, 0.5, 0.8)),
    "sequential": _lines(0.08, 0.92, 0.2, 0.5, 0.8),
    "loop": (Ring((0.5, 0.5), 0.4), Body(((0.08, 0.96), (0.12, 0.56), (0.44, 0.8)))),
    "collapsed": (
        Body(_rectangle(0.0, 0.0, 1.0, 1.0)),
        Detail(((0.5, 0.18), (0.5, 0.82))),
        Detail(((0.18, 0.5), (0.82, 0.5))),
    ),
    "adHoc": (Detail(((0.04, 0.62), (0.22, 0.38), (0.38, 0.4), (0.62, 0.62), (0.78, 0.62), (0.96, 0.38))),),
}


def put(canvas: Canvas, icon: Icon, square: Bounds, ink: Color, ground: Color, width: float, *, filled: bool) -> None:
    """Draw an icon into a square."""
    detail = ground if filled else ink
    for stroke in icon:
        if isinstance(stroke, Ring):
            area = (ink if filled else ground) if stroke.body else None
            canvas.circle(
                Point(*_placed(stroke.center, square)),
                stroke.radius * square.width,
                area,
                ink if area != ink else None,
                width,
            )
            continue
        points = [_placed(point, square) for point in stroke.points]
        if isinstance(stroke, Body):
            canvas.polygon(points, ink if filled else ground, ink, width)
        else:
            canvas.line(points, detail, width)


def _placed(point: Place, square: Bounds) -> Place:
    return square.x + point[0] * square.width, square.y + point[1] * square.height
