"""Listeners in a file: what is evaluated when something begins, ends or changes.

Called by the readers of processes, nodes and flows. The rules and their words are those of the vendor's parser.
"""

from collections import defaultdict
from collections.abc import Mapping

from taskbridge.engine.bpmn_values import expression
from taskbridge.engine.bpmn_xml import Element, Source, extensions, tag, vendor_children
from taskbridge.engine.expressions import Expression
from taskbridge.engine.graph import Listeners
from taskbridge.engine.vocabulary import described, ignore

START, END = "start", "end"
_NO_EVENT = "Attribute 'event' is mandatory on listener"
_OTHER_EVENT = "Attribute 'event' must be one of {start|end}"


def listeners(source: Source, element: Element) -> Listeners | None:
    """The execution listeners of a process or node; None where it has none."""
    found = _by_event(source, element, "executionListener", (START, END))
    return Listeners(found.get(START, ()), found.get(END, ())) if found else None


def take_listeners(source: Source, element: Element) -> tuple[Expression, ...]:
    """The execution listeners of a sequence flow, which has one event only, whatever they name."""
    bodies = (listener_body(source, one, element) for one in extensions(element, "executionListener"))
    return tuple(body for body in bodies if body is not None)


def _by_event(
    source: Source, element: Element, kind: str, events: tuple[str, ...]
) -> Mapping[str, tuple[Expression, ...]]:
    found: dict[str, tuple[Expression, ...]] = defaultdict(tuple)
    for one in extensions(element, kind):
        event = one.get("event")
        body = listener_body(source, one, element)
        if event not in events:
            source.refuse(one, _OTHER_EVENT if event else _NO_EVENT)
        elif body is not None:
            found[event] += (body,)
    return found


def listener_body(source: Source, listener: Element, holder: Element) -> Expression | None:
    """What a listener evaluates; None where it cannot be read. The one place that knows the kinds of bodies."""
    if listener.get("class") is not None:
        _refuse(source, listener, "class", holder)
    elif (text := listener.get("expression")) is not None:
        for field in vendor_children(listener, "field"):
            ignore(source, field, "element 'camunda:field' of a listener", holder)
        return expression(source, listener, text)
    elif listener.get("delegateExpression") is not None:
        _refuse(source, listener, "delegateExpression", holder)
    elif next(vendor_children(listener, "script"), None) is not None:
        _refuse(source, listener, "script", holder)
    else:
        mandatory = "Element 'class', 'expression', 'delegateExpression' or 'script' is mandatory on"
        source.refuse(listener, f"{mandatory} {tag(listener)}")
    return None


def _refuse(source: Source, listener: Element, what: str, holder: Element) -> None:
    source.refuse(listener, f"Unsupported '{what}' of camunda:{tag(listener)} in {described(holder)}")
