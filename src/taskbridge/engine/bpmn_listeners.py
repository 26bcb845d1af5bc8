"""Listeners in a file: what is evaluated when something begins, ends or changes.

Called by the readers of processes, nodes and flows. The rules and their words are those of the vendor's parser.
"""

from collections import defaultdict
from collections.abc import Mapping

from taskbridge.engine.bpmn_values import expression
from taskbridge.engine.bpmn_xml import Element, Source, extensions, tag, vendor_children
from taskbridge.engine.foreign_listeners import foreign_code, refuse_listener
from taskbridge.engine.graph import Listeners
from taskbridge.engine.scripts.reading import read_element
from taskbridge.engine.scripts.script import Computed
from taskbridge.engine.vocabulary import described, ignore

START, END = "start", "end"
_NO_EVENT = "Attribute 'event' is mandatory on listener"
_OTHER_EVENT = "Attribute 'event' must be one of {start|end}"


def listeners(source: Source, element: Element) -> Listeners | None:
    """The execution listeners of a process or node; None where it has none."""
    found = _by_event(source, element, "executionListener", (START, END))
    return Listeners(found.get(START, ()), found.get(END, ())) if found else None


def take_listeners(source: Source, element: Element) -> tuple[Computed, ...]:
    """The execution listeners of a sequence flow, which has one event only, whatever they name."""
    bodies = (listener_body(source, one, element) for one in extensions(element, "executionListener"))
    return tuple(body for body in bodies if body is not None)


def _by_event(
    source: Source, element: Element, kind: str, events: tuple[str, ...]
) -> Mapping[str, tuple[Computed, ...]]:
    found: dict[str, tuple[Computed, ...]] = defaultdict(tuple)
    for one in extensions(element, kind):
        event = one.get("event")
        body = listener_body(source, one, element)
        if event not in events:
            source.refuse(one, _OTHER_EVENT if event else _NO_EVENT)
        elif body is not None:
            found[event] += (body,)
    return found


def listener_body(source: Source, listener: Element, holder: Element) -> Computed | None:
    """What a listener evaluates; None where it cannot be read. The one place that knows the kinds of bodies."""
    if foreign_code(source, listener) is not None:
        refuse_listener(source, listener, described(holder))
        return None
    if (text := listener.get("expression")) is not None:
        for field in vendor_children(listener, "field"):
            ignore(source, field, "element 'camunda:field' of a listener", holder)
        return expression(source, listener, text)
    script = next(vendor_children(listener, "script"), None)
    if script is not None:
        return read_element(source, script, f"camunda:{tag(listener)} of {described(holder)}")
    mandatory = "Element 'class', 'expression', 'delegateExpression' or 'script' is mandatory on"
    source.refuse(listener, f"{mandatory} {tag(listener)}")
    return None
