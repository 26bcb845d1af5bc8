"""The diagram of a process: what its file says about where everything is drawn, as plain values.

``read_diagram`` is the door; services call it when somebody wants to see a process. What makes no sense on paper (no
size, no end of a line, a place beyond all reason) is left out, for a drawing must not keep a process from running.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from taskbridge.engine.bpmn_xml import BPMN, MAX_BYTES, Element, child, children, namespace, parse, tag, text
from taskbridge.engine.errors import DiagramTooLarge

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
_WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
#: Places farther out than this are no places.
FARTHEST = 1_000_000.0
MOST_ELEMENTS = 3_000
MOST_POINTS = 30_000
MOST_LETTERS = 100_000
_LONGEST_TEXT = 300
_EVENTS = "EventDefinition"
_FALSE = ("false", "0")
_THROWING = ("endEvent", "intermediateThrowEvent")
_DECIDING = "Gateway"


class Point(NamedTuple):
    """A place on the plane."""

    x: float
    y: float


class Bounds(NamedTuple):
    """A rectangle on the plane."""

    x: float
    y: float
    width: float
    height: float

    @property
    def center(self) -> Point:
        """The point in the middle."""
        return Point(self.x + self.width / 2, self.y + self.height / 2)

    @property
    def right(self) -> float:
        """Where it ends on the right."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Where it ends below."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Shape:
    """A drawn node. ``element`` is the BPMN name: "userTask", "participant", "textAnnotation" ..."""

    id: str
    element: str
    name: str
    bounds: Bounds
    label: Bounds | None = None  # where the name stands, when it does not stand where it usually would
    horizontal: bool = True  # pools and lanes
    expanded: bool = True  # subprocesses
    marked: bool = True  # exclusive gateways: with their cross
    event: str | None = None  # what an event waits for or tells: "timer", "message" ...; "multiple" for several
    throwing: bool = False
    interrupting: bool = True
    by_event: bool = False  # a subprocess that an event starts
    repeats: str | None = None  # "parallel", "sequential" or "loop"


@dataclass(frozen=True, slots=True)
class Edge:
    """A drawn connection, from the first to the last of at least two points."""

    id: str
    element: str  # "sequenceFlow", "messageFlow", "association" ...
    name: str
    points: tuple[Point, ...]
    label: Bounds | None = None
    conditional: bool = False  # has a condition, at an activity
    default: bool = False
    arrow: bool = True


@dataclass(frozen=True, slots=True)
class Diagram:
    """Everything that is drawn of a process, in document order."""

    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]


def read_diagram(resource_name: str, content: bytes, key: str, *, max_bytes: int = MAX_BYTES) -> Diagram | None:
    """The diagram of one process of a file; None when the file draws nothing of it.

    Where a process is a pool among others, all of them are shown. Raises BpmnError, and DiagramTooLarge.
    """
    root = parse(resource_name, content, max_bytes)
    elements = {str(one.get("id")): one for one in root.iter(f"{{{BPMN}}}*") if one.get("id")}
    process = next((one for one in children(root, "process") if one.get("id") == key), None)
    plane = None if process is None else _plane_of(root, process, elements)
    if plane is None:
        return None
    _check_size(plane)
    defaults = {str(one.get("default")) for one in elements.values() if one.get("default")}
    shapes = (_shape(one, elements) for one in plane.iterchildren(f"{_DI}BPMNShape"))
    edges = (_edge(one, elements, defaults) for one in plane.iterchildren(f"{_DI}BPMNEdge"))
    found = Diagram(tuple(filter(None, shapes)), tuple(filter(None, edges)))
    _check_names(found)
    return found if found.shapes else None


def _plane_of(root: Element, process: Element, elements: Mapping[str, Element]) -> Element | None:
    """The plane that names the process or a collaboration with it, else the first that shows anything of it."""
    planes = list(root.iter(f"{_DI}BPMNPlane"))
    shown = {process.get("id"), *_collaborations(root, str(process.get("id")))}
    named = next((one for one in planes if one.get("bpmnElement") in shown), None)
    if named is not None:
        return named
    own = {one.get("id") for one in process.iter(f"{{{BPMN}}}*")}
    return next((one for one in planes if _shows(one, own) and not _is_inner(one, elements)), None)


def _collaborations(root: Element, key: str) -> Iterator[str]:
    for collaboration in children(root, "collaboration"):
        if any(str(one.get("processRef")).rpartition(":")[2] == key for one in children(collaboration, "participant")):
            yield str(collaboration.get("id"))


def _shows(plane: Element, own: set[str | None]) -> bool:
    return any(shape.get("bpmnElement") in own for shape in plane.iterchildren(f"{_DI}BPMNShape"))


def _is_inner(plane: Element, elements: Mapping[str, Element]) -> bool:
    """Whether it shows the inside of a collapsed subprocess."""
    shown = elements.get(plane.get("bpmnElement") or "")
    return shown is not None and tag(shown) not in ("process", "collaboration")


def _check_size(plane: Element) -> None:
    drawn = sum(1 for _ in plane.iterchildren(f"{_DI}BPMNShape", f"{_DI}BPMNEdge"))
    if drawn > MOST_ELEMENTS:
        raise DiagramTooLarge(f"{drawn} shapes and edges are more than {MOST_ELEMENTS}")
    points = sum(1 for _ in plane.iter(_WAYPOINT))
    if points > MOST_POINTS:
        raise DiagramTooLarge(f"{points} points of edges are more than {MOST_POINTS}")


def _check_names(diagram: Diagram) -> None:
    names = [shape.name for shape in diagram.shapes] + [edge.name for edge in diagram.edges]
    letters = sum(map(len, names))
    if letters > MOST_LETTERS:
        raise DiagramTooLarge(f"{letters} letters of names are more than {MOST_LETTERS}")


def _shape(drawn: Element, elements: Mapping[str, Element]) -> Shape | None:
    element = elements.get(drawn.get("bpmnElement") or "")
    bounds = _bounds(drawn.find(_BOUNDS))
    if element is None or bounds is None:
        return None
    kind = tag(element)
    pool = kind in ("participant", "lane")
    return Shape(
        id=str(element.get("id")),
        element=kind,
        name=_name(element, elements),
        bounds=bounds,
        label=_label(drawn),
        horizontal=_said(drawn, "isHorizontal", default=not pool or bounds.width >= bounds.height),
        expanded=_said(drawn, "isExpanded", default=True),
        marked=_said(drawn, "isMarkerVisible", default=True),
        event=_event(element),
        throwing=kind in _THROWING,
        interrupting=_said(element, "isInterrupting", default=True) and _said(element, "cancelActivity", default=True),
        by_event=_said(element, "triggeredByEvent", default=False),
        repeats=_repeats(element),
    )


def _edge(drawn: Element, elements: Mapping[str, Element], defaults: set[str]) -> Edge | None:
    element = elements.get(drawn.get("bpmnElement") or "")
    points = tuple(point for one in drawn.iterchildren(_WAYPOINT) if (point := _point(one)) is not None)
    if element is None or len(points) < 2:
        return None
    kind, identifier = tag(element), str(element.get("id"))
    source = elements.get(element.get("sourceRef") or "")
    return Edge(
        id=identifier,
        element=kind,
        name=_name(element, elements),
        points=points,
        label=_label(drawn),
        conditional=child(element, "conditionExpression") is not None
        and source is not None
        and not tag(source).endswith(_DECIDING),
        default=identifier in defaults,
        arrow=kind != "association" or element.get("associationDirection") in ("One", "Both"),
    )


def _name(element: Element, elements: Mapping[str, Element]) -> str:
    """What is written at an element; white space is one blank, and novels are cut."""
    written = element.get("name") or ""
    if tag(element) == "textAnnotation":
        written = text(child(element, "text"))
    elif tag(element) == "group":
        category = elements.get(element.get("categoryValueRef") or "")
        written = "" if category is None else category.get("value") or ""
    shown = " ".join(written.split())
    return shown if len(shown) <= _LONGEST_TEXT else shown[: _LONGEST_TEXT - 1] + "…"


def _event(element: Element) -> str | None:
    kinds = [
        tag(one).removesuffix(_EVENTS)
        for one in element
        if namespace(str(one.tag)) == BPMN and tag(one).endswith(_EVENTS)
    ]
    return "multiple" if len(kinds) > 1 else kinds[0] if kinds else None


def _repeats(element: Element) -> str | None:
    if child(element, "standardLoopCharacteristics") is not None:
        return "loop"
    several = child(element, "multiInstanceLoopCharacteristics")
    if several is None:
        return None
    return "sequential" if _said(several, "isSequential", default=False) else "parallel"


def _said(element: Element, name: str, *, default: bool) -> bool:
    value = element.get(name)
    return default if value is None else value.strip().lower() not in _FALSE


def _label(drawn: Element) -> Bounds | None:
    return _bounds(drawn.find(f"{_DI}BPMNLabel/{_BOUNDS}"))


def _bounds(element: Element | None) -> Bounds | None:
    corner = None if element is None else _point(element)
    if element is None or corner is None:
        return None
    width, height = _number(element.get("width")), _number(element.get("height"))
    if width is None or height is None or width <= 0 or height <= 0:
        return None
    return Bounds(corner.x, corner.y, width, height)


def _point(element: Element) -> Point | None:
    x, y = _number(element.get("x")), _number(element.get("y"))
    return None if x is None or y is None else Point(x, y)


def _number(written: str | None) -> float | None:
    """A coordinate; None for what is no number, or not of this world."""
    try:
        value = float(written or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= FARTHEST else None
