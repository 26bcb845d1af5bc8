"""Timers: a date, a duration or a cycle, at start, intermediate catch and boundary events, event subprocesses too.

When they fall due is the affair of ``schedules``; the vendor's forms of values and its errors stand there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from taskbridge.engine import schedules
from taskbridge.engine.bpmn_values import expression
from taskbridge.engine.bpmn_xml import BPMN, child, tag, text
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.errors import InvalidTimer
from taskbridge.engine.events.base import Definition, Position, event_of
from taskbridge.engine.expressions import Expression, Resolver
from taskbridge.engine.graph import JobDeclaration, Node
from taskbridge.engine.movement import Movement
from taskbridge.engine.reading import Reading
from taskbridge.engine.schedules import InvalidSchedule
from taskbridge.engine.state import Activity, ForTime
from taskbridge.engine.vocabulary import NOTES, Vocabulary

#: Types of jobs, as the vendor's API names them.
JOB_TYPES = {
    Position.START: "timer-start-event",
    Position.EVENT_SUBPROCESS_START: "timer-start-event-subprocess",
    Position.CATCH: "timer-intermediate-transition",
    Position.BOUNDARY: "timer-transition",
}

_UNCONFIGURED = "Timer needs configuration (either timeDate, timeCycle or timeDuration is needed)."
_NO_MORE = (
    "cvc-complex-type.2.4.d: Invalid content was found starting with element '{}'. "
    "No child element is expected at this point."
)


class TimerKind(Enum):
    """Which of its three children a timer has; the value is the child's name."""

    DATE = "timeDate"
    DURATION = "timeDuration"
    CYCLE = "timeCycle"


@dataclass(frozen=True, slots=True)
class TimerSettings:
    """When a timer falls due."""

    kind: TimerKind
    expression: Expression


class Timer(Definition):
    """Something that happens by itself at its time."""

    name = "timerEventDefinition"
    vocabulary = Vocabulary(
        frozenset({"id"}), NOTES | {kind.value for kind in TimerKind}, frozenset(), refused=frozenset()
    )
    types: ClassVar[Mapping[Position, str]] = {
        Position.START: "startTimerEvent",
        Position.EVENT_SUBPROCESS_START: "startTimerEvent",
        Position.CATCH: "intermediateTimer",
        Position.BOUNDARY: "boundaryTimer",
    }
    waits = True

    def read(self, reading: Reading, definition: XmlElement, event: XmlElement) -> TimerSettings | None:
        """The first of date, cycle and duration that the definition has; it may have one."""
        several = list(definition.iterchildren(*(f"{{{BPMN}}}{kind.value}" for kind in TimerKind)))
        if len(several) > 1:
            reading.source.complain(several[1], _NO_MORE.format(tag(several[1])))
        for kind in (TimerKind.DATE, TimerKind.CYCLE, TimerKind.DURATION):
            found = child(definition, kind.value)
            if found is not None:
                when = expression(reading.source, definition, text(found))
                return None if when is None else TimerSettings(kind, when)
        reading.source.complain(definition, _UNCONFIGURED)
        return None

    def arm(self, movement: Movement, host: Activity | None, node: Node) -> None:
        """Let an activity, or the instance, wait for the timer's time. Raises InvalidTimer, ExpressionError."""
        place = movement.process.key if host is None else host.node_id
        wait = due(node, movement.resolver(node, host), movement.now, place)
        if event_of(node).interrupting:  # it happens once, whatever its cycle says
            wait = ForTime(wait.due_at)
        movement.arm(host, node, wait, host)

    def declared(self, node: Node, position: Position) -> list[JobDeclaration]:
        """One kind of job."""
        settings = settings_of(node)
        if settings is None:
            return []
        configuration = f"{settings.kind.name}: {settings.expression.text}"
        return [JobDeclaration(node.id, JOB_TYPES[position], configuration)]


TIMER = Timer()


def settings_of(node: Node) -> TimerSettings | None:
    """The settings of a timer event; None where it could not be read."""
    settings = event_of(node).settings
    return settings if isinstance(settings, TimerSettings) else None


def due(node: Node, resolve: Resolver, now: int, activity: str = "") -> ForTime:
    """What a timer waits for from now on (epoch milliseconds).

    ``activity`` is the id of the activity that waits, which errors name; none for the start event of a process. Raises
    InvalidTimer, ExpressionError.
    """
    settings = settings_of(node)
    if settings is None:
        raise TypeError(f"{node.id} is no timer")
    return due_of(settings, node.id, resolve, now, activity)


def due_of(settings: TimerSettings, node_id: str, resolve: Resolver, now: int, activity: str = "") -> ForTime:
    """The same of a timer at a node, by its settings."""
    value = settings.expression.evaluate(resolve)
    try:
        match settings.kind:
            case TimerKind.DATE:
                return ForTime(schedules.due_of_date(value, now, activity=activity))
            case TimerKind.DURATION:
                return ForTime(schedules.due_of_duration(value, now, activity=activity))
            case TimerKind.CYCLE:
                cycle = schedules.cycle(value, now, activity=activity)
                return ForTime(cycle.due_at, cycle.text())
    except InvalidSchedule as error:
        raise InvalidTimer(node_id, str(error), error.exception) from error


def again(fired: ForTime, now: int, node_id: str) -> ForTime | None:
    """The next time of a timer that has fallen due; None when it has no more. Raises InvalidTimer."""
    if fired.cycle is None:
        return None
    try:
        following = schedules.Cycle.parse(fired.cycle).next(fired.due_at, now)
    except InvalidSchedule as error:
        raise InvalidTimer(node_id, str(error), error.exception) from error
    return None if following is None else ForTime(following.due_at, following.text())


def moved(wait: ForTime, by: int) -> ForTime:
    """The wait of a timer whose due time, and every further one, is so many milliseconds later."""
    if wait.cycle is None:
        return ForTime(wait.due_at + by)
    cycle = schedules.Cycle.parse(wait.cycle, wait.due_at).moved(wait.due_at + by)
    return ForTime(cycle.due_at, cycle.text())
