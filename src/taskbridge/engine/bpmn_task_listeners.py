"""Task listeners of user tasks in a file. The rules and their words are those of the vendor's parser."""

from collections import defaultdict

from taskbridge.engine.bpmn_listeners import listener_body
from taskbridge.engine.bpmn_xml import Element, child, extensions
from taskbridge.engine.events.timer import TIMER
from taskbridge.engine.graph import TaskListeners, Timeout
from taskbridge.engine.reading import Reading
from taskbridge.engine.scripts.script import Computed
from taskbridge.engine.task_listening import EVENTS, TIMEOUT

_NO_EVENT = "Attribute 'event' is mandatory on taskListener"
_OTHER_EVENT = "Attribute 'event' must be one of {create|assignment|complete|update|delete|timeout}"
_NO_TIMER = "Element 'timerEventDefinition' is mandatory on taskListener of type 'timeout'"
_NO_ID = "Element 'id' is mandatory on taskListener of type 'timeout'"


def task_listeners(reading: Reading, element: Element) -> TaskListeners | None:
    """The task listeners of a user task; None where it has none."""
    found: dict[str, tuple[Computed, ...]] = defaultdict(tuple)
    timeouts: list[Timeout] = []
    source = reading.source
    for listener in extensions(element, "taskListener"):
        event = listener.get("event")
        if event is None:
            source.refuse(element, _NO_EVENT)
        elif event not in EVENTS:
            source.refuse(element, _OTHER_EVENT)
        else:
            body = listener_body(source, listener, element)
            if event == TIMEOUT:
                timeouts += _timeout(reading, element, listener, body)
            elif body is not None:
                found[event] += (body,)
    return TaskListeners(dict(found), tuple(timeouts)) if found or timeouts else None


def _timeout(reading: Reading, element: Element, listener: Element, body: Computed | None) -> list[Timeout]:
    identifier, definition = listener.get("id"), child(listener, "timerEventDefinition")
    if not identifier:
        reading.source.refuse(listener, _NO_ID)
    if definition is None:
        reading.source.refuse(listener, _NO_TIMER)
        return []
    timer = TIMER.read(reading, definition, element)
    return [] if timer is None or body is None or not identifier else [Timeout(identifier, timer, body)]
