"""Escalations: thrown by intermediate and end events and by people, caught by boundary events and event subprocesses.

Looked for as errors are, from the inside outwards. A catching event need not interrupt: the thrower goes on then, and
where nothing catches the escalation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from taskbridge.engine import scopes
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import tag, vendor
from taskbridge.engine.catchers import Caught, Choice, find, find_above
from taskbridge.engine.events.base import Definition, Position, event_of
from taskbridge.engine.events.escaping import escape
from taskbridge.engine.graph import Node
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.reading import Reading
from taskbridge.engine.state import Activity, Escaped
from taskbridge.engine.variables import Variable
from taskbridge.engine.vocabulary import NOTES, Vocabulary

#: What an event that throws is called where it has no code.
_THROWERS = {"intermediateThrowEvent": "throwing escalation event", "endEvent": "escalation end event"}


@dataclass(frozen=True, slots=True)
class EscalationHandler:
    """What an event catches. ``code`` None catches everything."""

    code: str | None
    code_variable: str | None


@dataclass(frozen=True, slots=True)
class EscalationThrown:
    """What an event throws."""

    code: str


class Escalation(Definition):
    """An escalation, by its code."""

    name = "escalationEventDefinition"
    vocabulary = Vocabulary(
        frozenset({"id", "escalationRef"}), NOTES, frozenset({"escalationCodeVariable"}), refused=frozenset()
    )
    types: ClassVar[Mapping[Position, str]] = {
        Position.EVENT_SUBPROCESS_START: "escalationStartEvent",
        Position.THROW: "intermediateEscalationThrowEvent",
        Position.BOUNDARY: "boundaryEscalation",
        Position.END: "escalationEndEvent",
    }

    def read(self, reading: Reading, definition: XmlElement, event: XmlElement) -> object:
        """What is thrown, or caught."""
        thrower = _THROWERS.get(tag(event))
        code = _code(reading, definition, thrower)
        if thrower is None:
            return EscalationHandler(code, vendor(definition, "escalationCodeVariable"))
        return EscalationThrown(code or "")

    def cannot_hang_on(self, host: Node) -> str | None:
        """Only on what may escalate."""
        if host.behaviour.escalates(host):
            return None
        return "An escalation boundary event should only be attached to a subprocess, a call activity or an user task"

    def throw(self, movement: Movement, token: Token, _place: Activity) -> bool:
        """Throw at an event; whether the token that throws goes on."""
        node, thrown = token.node, event_of(token.node).settings
        if not isinstance(thrown, EscalationThrown):
            raise TypeError(f"{node.id} throws no escalation")
        found = find(movement, movement.place(token.scope_id), _chooser(thrown.code))
        if found is None:
            found = find_above(movement, _chooser(thrown.code))
            escape(movement, Escaped(thrown.code), found)
            return found is None or not event_of(found.catcher).interrupting
        return not _catch(movement, found, thrown.code)


ESCALATION = Escalation()


def throw_from_activity(movement: Movement, activity: Activity, code: str) -> bool:
    """Somebody escalates from an activity, which goes on unless the catching event interrupts. Whether one catches."""
    if catch_from(movement, activity, code):
        return True
    found = find_above(movement, _chooser(code))
    escape(movement, Escaped(code), found)
    return found is not None


def catch_from(movement: Movement, activity: Activity, code: str) -> bool:
    """An escalation comes from an activity, or out of what it has called; whether it is caught in this instance."""
    found = find(movement, activity, _chooser(code))
    if found is not None:
        _catch(movement, found, code)
    return found is not None


def _code(reading: Reading, definition: XmlElement, thrower: str | None) -> str | None:
    reference = definition.get("escalationRef")
    if not reference:
        if thrower is not None:
            text = "escalationEventDefinition does not have required attribute 'escalationRef'"
            reading.source.complain(definition, text)
        return None
    codes = reading.declared.escalations
    if reference not in codes:
        reading.source.complain(definition, f"could not find escalation with id '{reference}'")
        return None
    if codes[reference] is None and thrower is not None:
        reading.source.complain(definition, f"{thrower} must have an 'escalationCode'")
    return codes[reference]


def _chooser(code: str) -> Choice:
    def choose(catchers: Sequence[Node]) -> Node | None:
        handlers = [(one, _handler(one)) for one in catchers]
        return next((one for one, handler in handlers if handler is not None and handler.code in (None, code)), None)

    return choose


def _handler(catcher: Node) -> EscalationHandler | None:
    settings = event_of(catcher).settings
    return settings if isinstance(settings, EscalationHandler) else None


def _catch(movement: Movement, caught: Caught, code: str) -> bool:
    """Trigger what catches; whether it interrupts."""
    host, catcher = caught
    handler = _handler(catcher)
    if handler is not None and handler.code_variable is not None:
        thrown = Variable("String", code)
        scopes.set_by_process(movement.process, movement.instance, host, movement, handler.code_variable, thrown)
    catcher.behaviour.triggered(movement, host, catcher)
    return event_of(catcher).interrupting
