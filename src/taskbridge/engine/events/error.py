"""BPMN errors: thrown by end events and by workers, caught by boundary events and event subprocesses (contract 3.7).

Whoever throws looks at its own boundary first, then at the scopes around it, in each at event subprocesses before
boundary events; at one place a handler for the code goes before one that catches everything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from taskbridge.engine import conditions, scopes, standing, task_listening
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import tag, vendor
from taskbridge.engine.catchers import Caught, Choice, find, find_above
from taskbridge.engine.events.base import Definition, Position, event_of
from taskbridge.engine.events.escaping import escape
from taskbridge.engine.expressions import Expression
from taskbridge.engine.graph import Node
from taskbridge.engine.leaving import end_token, finish
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.reading import Reading
from taskbridge.engine.state import Activity, Escaped, ForContinuation
from taskbridge.engine.variables import Variable
from taskbridge.engine.vocabulary import NOTES, Vocabulary

_MISSING_CODE = (
    "'errorCode' is mandatory on errors referenced by throwing error event definitions, "
    "but the error '{}' does not define one."
)


@dataclass(frozen=True, slots=True)
class ErrorHandler:
    """What a boundary event, or the start event of an event subprocess, catches. ``code`` None catches everything."""

    code: str | None
    code_variable: str | None = None
    message_variable: str | None = None


@dataclass(frozen=True, slots=True)
class ErrorThrown:
    """What an end event throws."""

    code: str
    message: Expression | None


class Error(Definition):
    """An error, by its code."""

    name = "errorEventDefinition"
    vocabulary = Vocabulary(
        frozenset({"id", "errorRef"}),
        NOTES,
        frozenset({"errorCodeVariable", "errorMessageVariable"}),
        refused=frozenset(),
    )
    types: ClassVar[Mapping[Position, str]] = {
        Position.EVENT_SUBPROCESS_START: "errorStartEvent",
        Position.BOUNDARY: "boundaryError",
        Position.END: "errorEndEvent",
    }
    only_interrupts = True

    def read(self, reading: Reading, definition: XmlElement, event: XmlElement) -> object:
        """What is thrown, or caught."""
        declared = reading.declared.errors.get(definition.get("errorRef") or "")
        if tag(event) == "endEvent":
            message = declared.message if declared is not None else None
            return ErrorThrown(thrown_code(reading, definition) or "", message)
        return ErrorHandler(
            declared.code if declared is not None else definition.get("errorRef") or None,
            vendor(definition, "errorCodeVariable"),
            vendor(definition, "errorMessageVariable"),
        )

    def throw(self, movement: Movement, token: Token, place: Activity) -> bool:
        """Throw at an end event.

        Where nothing catches it, the token ends as at a none end event. It does so too where what catches it does not
        interrupt: at the vendor's the scope would never end.
        """
        node, thrown = token.node, event_of(token.node).settings
        if not isinstance(thrown, ErrorThrown):
            raise TypeError(f"{node.id} throws no error")
        message = None if thrown.message is None else thrown.message.evaluate(movement.resolver(node, place))
        text = None if message is None else str(message)
        found = _catcher(movement, movement.place(token.scope_id), thrown.code)
        if found is None:
            found = find_above(movement, _chooser(thrown.code))
            escape(movement, Escaped(thrown.code, text, is_error=True), found)
            if found is None:
                movement.changes.uncaught.append(thrown.code)
                return True
        else:
            _catch(movement, found, thrown.code, text)
        return not event_of(found.catcher).interrupting


ERROR = Error()


def throw_from_activity(movement: Movement, activity: Activity, code: str, message: str | None) -> None:
    """An activity breaks with an error. Where nothing catches it, the activity ends as if its path ended there.

    One that has an asynchronous continuation after it stays open until then, as at the vendor's: it may be completed.
    """
    found = _catcher(movement, activity, code)
    if found is not None:
        _catch(movement, found, code, message)
        return
    above = find_above(movement, _chooser(code))
    escape(movement, Escaped(code, message, is_error=True), above)
    if above is not None:
        return
    movement.changes.uncaught.append(code)
    node = movement.process.nodes[activity.node_id]
    if node.task_listeners is not None and not node.waits_after:
        _end_listened(movement, node, activity)
    elif not node.waits_after:
        finish(movement, activity, node)
        if not movement.process.conditional or conditions.goes_on(movement, activity.scope_id):
            end_token(movement, activity.scope_id, node)  # nothing was completed that could be compensated
    elif not movement.process.conditional or conditions.goes_on(movement, activity.scope_id):
        movement.arm(activity, node, ForContinuation(after=True, flow_id=None), movement.place(activity.scope_id))


def _end_listened(movement: Movement, node: Node, activity: Activity) -> None:
    """End a task that has listeners: it is deleted with its execution, which may be that of the scope around."""

    def delete() -> None:
        task_listening.deleted(movement, node, activity)

    shares = standing.shares_scope(movement.process, movement.tokens, activity, movement.inside(activity.scope_id))
    finish(movement, activity, node)
    if not shares and not node.loop_variables:  # else the execution stays until the body ends
        delete()
    if not movement.process.conditional or conditions.goes_on(movement, activity.scope_id):
        end_token(movement, activity.scope_id, node, delete if shares else None)


def thrown_code(reading: Reading, definition: XmlElement) -> str | None:
    """The code that a throwing definition names."""
    reference = definition.get("errorRef")
    if not reference:
        reading.source.complain(definition, "'errorRef' attribute is mandatory on error end event")
        return None
    declared = reading.declared.errors.get(reference)
    if declared is not None and declared.code is None:
        reading.source.complain(definition, _MISSING_CODE.format(reference))
    return declared.code if declared is not None else reference


def catch_from(movement: Movement, activity: Activity, code: str, message: str | None) -> bool:
    """An error comes out of what an activity has called; whether it is caught in this instance."""
    found = _catcher(movement, activity, code)
    if found is not None:
        _catch(movement, found, code, message)
    return found is not None


def _catcher(movement: Movement, activity: Activity | None, code: str) -> Caught | None:
    return find(movement, activity, _chooser(code))


def _chooser(code: str) -> Choice:
    def choose(catchers: Sequence[Node]) -> Node | None:
        handlers = [(one, _handler(one)) for one in catchers]
        for wanted in (code, None):
            for catcher, handler in handlers:
                if handler is not None and handler.code == wanted:
                    return catcher
        return None

    return choose


def _handler(catcher: Node) -> ErrorHandler | None:
    settings = event_of(catcher).settings
    return settings if isinstance(settings, ErrorHandler) else None


def _catch(movement: Movement, caught: Caught, code: str, message: str | None) -> None:
    host, catcher = caught
    handler = _handler(catcher)
    texts = {} if handler is None else {handler.code_variable: code, handler.message_variable: message}
    for name, value in texts.items():
        if name is not None:
            variable = Variable("Null", None) if value is None else Variable("String", value)
            scopes.set_by_process(movement.process, movement.instance, host, movement, name, variable)
    catcher.behaviour.triggered(movement, host, catcher)
