"""The input and output parameters of an activity in a file: expressions, scripts, and lists and maps of them.

Called by the other ``bpmn`` modules. A bad value becomes a problem of the source and a harmless stand-in is given back.
"""

from collections.abc import Callable

from taskbridge.engine.bpmn_values import expression
from taskbridge.engine.bpmn_xml import Element, Source, tag, text, vendor_children
from taskbridge.engine.graph import Parameter, ParameterValue
from taskbridge.engine.problem_kinds import of_element
from taskbridge.engine.scripts.reading import read_element

_MAX_NESTING = 50


def _any(_element: Element) -> bool:
    return True


def parameters(
    source: Source, holder: Element, name: str, wanted: Callable[[Element], bool] = _any
) -> tuple[Parameter, ...]:
    """The input or output parameters of an ``inputOutput`` element, those that are wanted."""
    found = []
    for element in filter(wanted, vendor_children(holder, name)):
        parameter = element.get("name")
        if not parameter:
            source.complain(element, f"Missing attribute 'name' for {name}")
        else:
            found.append(Parameter(parameter, _nested(source, element, 0)))
    return tuple(found)


def _nested(source: Source, element: Element, depth: int) -> ParameterValue:
    inner = list(element)
    if len(inner) > 1:
        source.complain(element, "Nested parameter can at most have one child element")
        return None
    return _value(source, inner[0] if inner else element, depth + 1)


def _value(source: Source, element: Element, depth: int) -> ParameterValue:
    if depth > _MAX_NESTING:
        source.complain(element, f"parameters are nested deeper than {_MAX_NESTING} levels")
        return None
    match tag(element):
        case "list":
            return tuple(_value(source, item, depth + 1) for item in element)
        case "map":
            return {key: value for entry in element for key, value in _entry(source, entry, depth)}
        case "inputParameter" | "outputParameter" | "entry" | "value":
            return expression(source, element, text(element) or None)
        case "script":
            return read_element(source, element, "a parameter")
        case other:
            source.complain(element, f"Unsupported element '{other}' in a parameter", of_element(other))
            return None


def _entry(source: Source, entry: Element, depth: int) -> list[tuple[str, ParameterValue]]:
    key = entry.get("key")
    if not key:
        source.complain(entry, "Missing attribute 'key' for 'entry' element")
        return []
    return [(key, _nested(source, entry, depth))]
