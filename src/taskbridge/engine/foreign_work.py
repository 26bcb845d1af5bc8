"""Work that a model leaves to something inside of the vendor's Java engine: which, its name, and what is said of it.

Where workers do it instead (``Handling.WORKERS``) the name is their topic. What they have to know are properties of the
task, named as in the model after ``delegate.``, and variables of the task where the values can be computed here.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from taskbridge.engine.bpmn_parameters import parameters
from taskbridge.engine.bpmn_values import expression
from taskbridge.engine.bpmn_xml import Element, Source, extensions, tag, text, vendor, vendor_children
from taskbridge.engine.expressions import Expression, literal
from taskbridge.engine.foreign_code import OFFERED, asks_beans, is_foreign_script, missing_members
from taskbridge.engine.graph import Parameter
from taskbridge.engine.problem_kinds import Kind
from taskbridge.kinds import Handling

#: Attributes that hand the work to something in Java, the first one wins (the vendor's order).
_DELEGATES: Mapping[str, Kind] = {
    "class": Kind.JAVA_CLASS,
    "delegateExpression": Kind.DELEGATE_EXPRESSION,
    "expression": Kind.BEAN_EXPRESSION,
}
#: Elements whose work workers may do.
WORKED: tuple[str, ...] = ("serviceTask", "sendTask", "businessRuleTask")
#: Types of service tasks that the vendor's engine carries out.
_BUILT_IN = ("mail", "shell")
#: Attributes that say how the work is done, beside the one that names it.
_ATTRIBUTES = (
    *("decisionRefBinding", "decisionRefVersion", "decisionRefVersionTag", "decisionRefTenantId"),
    *("mapDecisionResult", "resultVariable", "resource"),
)
_PREFIX = "delegate."
#: What is called in an expression: names with their members, as far as the first call.
_CALLED = re.compile(r"(?<![\w.])[^\W\d]\w*(?:\.\w+)*(?=\s*\()")


class ForeignWork(NamedTuple):
    """Work of an element: what kind, the name by which the model has it, and the attribute or element that says so."""

    kind: Kind
    by: str
    topic: str


class Description(NamedTuple):
    """What workers learn of foreign work: properties, and parameters of the task that are computed."""

    properties: Mapping[str, str]
    fields: tuple[Parameter, ...]
    inputs: tuple[Parameter, ...]
    outputs: tuple[Parameter, ...]


def foreign_work(source: Source, element: Element) -> ForeignWork | None:
    """The work that an element leaves to something in Java; None where it leaves none, or gives it no name."""
    found = _named_work(source, element)
    return found if found is not None and found.topic else None


def _named_work(source: Source, element: Element) -> ForeignWork | None:
    for connector in extensions(element, "connector"):
        return ForeignWork(Kind.CONNECTOR, "connector", _connector_id(connector))
    if tag(element) == "businessRuleTask" and (decision := vendor(element, "decisionRef")) is not None:
        return ForeignWork(Kind.DECISION, "decisionRef", decision.strip())
    if (kind := vendor(element, "type")) is not None:
        name = kind.lower()
        return ForeignWork(Kind.BUILT_IN_TASK, "type", name) if name in _BUILT_IN else None
    for by, kind_ in _DELEGATES.items():
        value = vendor(element, by)
        if value is not None and (by != "class" or value.strip()):  # a blank class is none at the vendor's
            is_here = by == "expression" and not asks_beans(source, value)
            return None if is_here else ForeignWork(kind_, by, _topic(by, value))
    return None


def _topic(by: str, value: str) -> str:
    called = _CALLED.findall(value) if by == "expression" else []
    if called:  # what is asked of the engine is in the way of the bean: ${execution.setVariable('x', bean.load())}
        return str(next((name for name in called if name.partition(".")[0] not in OFFERED), called[0]))
    name = value.strip()
    if by != "class" and name[:2] in ("${", "#{") and name.endswith("}"):
        name = name[2:-1].strip()
    return name.partition("(")[0].strip() if by == "expression" else name


def _connector_id(connector: Element) -> str:
    return next((text(one) for one in vendor_children(connector, "connectorId")), "")


def foreign_parameters(source: Source, element: Element) -> list[Element]:
    """The input and output parameters of a task of workers that cannot be computed here, as far as can be seen.

    Workers see to them where that is asked for. Else each has problems, unless it may be computed all the same.
    """
    found = [
        parameter
        for mapping in extensions(element, "inputOutput")
        for parameter in vendor_children(mapping, "inputParameter", "outputParameter")
        if not _is_computable(source, parameter)
    ]
    if not found or not _is_done_by_workers(source, element):
        return []
    return found if source.handles(Handling.WORKERS) else [one for one in found if _refused(source, one)]


def _refused(source: Source, parameter: Element) -> bool:
    """Whether a parameter has problems; they are complained about, with what would help."""
    faults = [
        (Kind.BEAN_EXPRESSION, f"{fault} in expression '{text(one)}'")
        for one in parameter.iter("*")
        if tag(one) != "script"
        for fault in missing_members(text(one))
    ]
    if _has_foreign_script(source, parameter):
        faults.append((Kind.SCRIPT, "Unsupported element 'script' in a parameter"))
    for kind, fault in faults:
        source.complain(parameter, fault, kind, Handling.WORKERS)
    return bool(faults)


def _is_done_by_workers(source: Source, element: Element) -> bool:
    external = (vendor(element, "type") or "").lower() == "external"
    return tag(element) in WORKED and (external or foreign_work(source, element) is not None)


def parameter_properties(source: Source, element: Element) -> dict[str, str]:
    """Parameters that workers see to, as properties of the task."""
    if Handling.WORKERS not in source.handling:
        return {}
    return {_PREFIX + name: value for name, value in map(_said, foreign_parameters(source, element))}


def described_work(source: Source, element: Element, work: ForeignWork, more: Mapping[str, str]) -> Description:
    """What workers learn of the work of an element, ``more`` included."""
    said = {name: vendor(element, name) for name in (work.by, *_ATTRIBUTES)}
    properties = {"by": work.by, **more} | {name: value for name, value in said.items() if value is not None}
    if work.kind is Kind.CONNECTOR:
        properties["connectorId"] = work.topic
    fields: list[Parameter] = []
    for name, (written, value) in _fields(source, element):
        properties[f"field.{name}"] = written
        fields += [] if value is None else [Parameter(name, value)]
    inputs: list[Parameter] = []
    outputs: list[Parameter] = []
    for holder in _connector_mappings(element):
        for kind, found in (("inputParameter", inputs), ("outputParameter", outputs)):
            properties |= dict(map(_said, vendor_children(holder, kind)))
            found.extend(parameters(source, holder, kind, lambda one: _is_computable(source, one)))
    properties |= dict(map(_said, foreign_parameters(source, element)))
    named = {_PREFIX + name: value for name, value in properties.items()}
    return Description(named, tuple(fields), tuple(inputs), tuple(outputs))


def _fields(source: Source, element: Element) -> Iterator[tuple[str, tuple[str, Expression | None]]]:
    """The injected fields by name: what is written there, and its value where it can be computed here."""
    for field in extensions(element, "field"):
        name = field.get("name") or ""
        inner = {tag(one): text(one) for one in vendor_children(field, "string", "expression")}
        constant = field.get("stringValue", inner.get("string"))
        written = field.get("expression", inner.get("expression"))
        if name and constant is not None:
            yield name, (constant, literal(constant))
        elif name and written is not None:
            yield name, (written, None if asks_beans(source, written) else expression(source, field, written))


def _connector_mappings(element: Element) -> Iterator[Element]:
    for connector in extensions(element, "connector"):
        yield from vendor_children(connector, "inputOutput")


def _said(parameter: Element) -> tuple[str, str]:
    """What the property of a parameter is called, and what is written there."""
    value = _plain(parameter)
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"{tag(parameter).removesuffix('Parameter')}.{parameter.get('name')}", written


def _plain(holder: Element) -> object:
    """What is written in a parameter or an entry: a text, or lists and maps of such."""
    return _value(next(iter(holder), holder))


def _value(written: Element) -> object:
    match tag(written):
        case "list":
            return [_value(item) for item in written]
        case "map":
            return {entry.get("key") or "": _plain(entry) for entry in written}
        case "script":
            return text(written) or written.get("resource") or ""
        case _:
            return text(written)


def _is_computable(source: Source, parameter: Element) -> bool:
    """Whether the value of a parameter can be computed here, as far as can be seen."""
    if _has_foreign_script(source, parameter):
        return False
    return not any(asks_beans(source, text(one)) for one in parameter.iter("*") if tag(one) != "script")


def _has_foreign_script(source: Source, parameter: Element) -> bool:
    scripts = (one for one in parameter.iter("*") if tag(one) == "script")
    return any(is_foreign_script(source, one.get("scriptFormat"), one.get("resource")) for one in scripts)
