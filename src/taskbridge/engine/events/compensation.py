"""Compensation: thrown by intermediate and end events, caught by what was completed (``compensation``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from taskbridge.engine import compensation
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import tag
from taskbridge.engine.elements.base import begin, begin_activity
from taskbridge.engine.events.base import Definition, Position, event_of
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.reading import Reading
from taskbridge.engine.vocabulary import NOTES, Vocabulary, ignore
from taskbridge.kinds import ActivityKind

_THROWS = ("intermediateThrowEvent", "endEvent")


#: So the vendor's parser says it.
_NOT_OF_PROCESS = (
    "event subprocess with compensation start event is only supported for embedded subprocess "
    "(since throwing compensation through a call activity-induced process hierarchy is not supported)"
)


@dataclass(frozen=True, slots=True)
class Compensating:
    """What an event throws: the compensation of one activity, or of all that was done in the scope (None)."""

    activity_id: str | None


class Compensation(Definition):
    """The compensation of what was done."""

    name = "compensateEventDefinition"
    vocabulary = Vocabulary(
        frozenset({"id", "activityRef", "waitForCompletion"}), NOTES, frozenset(), refused=frozenset()
    )
    types: ClassVar[Mapping[Position, str]] = {
        Position.EVENT_SUBPROCESS_START: "compensationStartEvent",
        Position.THROW: "intermediateCompensationThrowEvent",
        Position.BOUNDARY: "compensationBoundaryCatch",
        Position.END: "compensationEndEvent",
    }

    while_alive = False
    has_inside = True

    def read(self, reading: Reading, definition: XmlElement, event: XmlElement) -> Compensating | None:
        """What is thrown. Who throws always waits, and who catches names nothing, as at the vendor's."""
        throws = tag(event) in _THROWS
        if tag(event) == "startEvent" and not _in_subprocess(event):
            reading.source.complain(event, _NOT_OF_PROCESS)
        for name in ("waitForCompletion",) if throws else ("activityRef", "waitForCompletion"):
            value = definition.get(name)
            if value is not None and not (throws and value.strip() in ("true", "1")):
                ignore(reading.source, definition, f"attribute '{name}'", event)
        return Compensating(definition.get("activityRef")) if throws else None

    def begins(self, movement: Movement, token: Token) -> bool:
        """Let the handlers begin inside of the event; where there is nothing to compensate the event is passed."""
        thrown = event_of(token.node).settings
        activity_id = thrown.activity_id if isinstance(thrown, Compensating) else None
        done = compensation.found(movement, token.node, token.scope_id, activity_id)
        if not done:
            return False
        activity = begin_activity(movement, token, ActivityKind.SCOPE)
        if begin(movement, activity):
            compensation.compensate(movement, activity, done)
        return True


COMPENSATION = Compensation()


def _in_subprocess(start: XmlElement) -> bool:
    """Whether the event subprocess of a start event stands in a subprocess."""
    event_subprocess = start.getparent()
    around = None if event_subprocess is None else event_subprocess.getparent()
    return around is not None and tag(around) != "process"
