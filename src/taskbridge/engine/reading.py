"""What the readers of all elements of one process share: the file, its declarations, and the draft of a node."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from taskbridge.engine.bpmn_listeners import listeners
from taskbridge.engine.bpmn_parameters import parameters
from taskbridge.engine.bpmn_values import assignments, attribute, expression, priority
from taskbridge.engine.bpmn_xml import Element, Source, child, children, extensions, tag, text, vendor, vendor_children
from taskbridge.engine.expressions import Expression
from taskbridge.engine.foreign_work import foreign_parameters
from taskbridge.engine.graph import JobSettings, Node, Parameter
from taskbridge.engine.vocabulary import LISTENERS, Vocabulary, check, check_id, ignore

if TYPE_CHECKING:
    from taskbridge.engine.elements.base import Behaviour


class DeclaredError(NamedTuple):
    """An ``error`` element at the root of the file."""

    code: str | None
    message: Expression | None


class Declarations(NamedTuple):
    """What a file declares at its root for the events in its processes, by id.

    Messages and signals have their names, escalations their codes; None where they have none.
    """

    errors: Mapping[str, DeclaredError]
    messages: Mapping[str, Expression | None]
    signals: Mapping[str, Expression | None]
    escalations: Mapping[str, str | None]
    links: dict[str, Element]  # the catching link events by name, filled while processes are read


@dataclass(frozen=True, slots=True)
class Reading:
    """What the readers of one process share."""

    source: Source
    declared: Declarations
    priority: Expression | None  # of the process, for external tasks without their own
    readable: tuple[str, ...]  # the elements that may stand in a scope


def declarations(source: Source) -> Declarations:
    """What a file declares. An empty code is no code."""
    return Declarations(
        {
            element.get("id") or "": DeclaredError(
                element.get("errorCode") or None, attribute(source, element, "errorMessage")
            )
            for element in children(source.root, "error")
        },
        _names(source, "message"),
        _signals(source),
        {
            element.get("id") or "": element.get("escalationCode") or None
            for element in children(source.root, "escalation")
        },
        {},
    )


def _signals(source: Source) -> dict[str, Expression | None]:
    """The signals of a file; each has an id and a name of its own."""
    found: dict[str, Expression | None] = {}
    names: set[str] = set()
    for element in children(source.root, "signal"):
        identifier, name = element.get("id"), element.get("name")
        if identifier is None:
            source.refuse(element, "signal must have an id")
        elif name is None:
            source.refuse(element, f"signal with id '{identifier}' has no name")
        else:
            if name in names:
                source.refuse(element, f"duplicate signal name '{name}'.")
            names.add(name)
            found[identifier] = expression(source, element, name)
    return found


def _names(source: Source, kind: str) -> dict[str, Expression | None]:
    return {
        element.get("id") or "": expression(source, element, element.get("name"))
        for element in children(source.root, kind)
    }


def reference(source: Source, element: Element, name: str) -> str | None:
    """The id that an attribute refers to: a name that may be qualified by the namespace of the file itself."""
    value = element.get(name)
    prefix, _, local = (value or "").rpartition(":")
    own = prefix and element.nsmap.get(prefix) == source.root.get("targetNamespace")
    return local if own else value


def draft(
    reading: Reading,
    element: Element,
    scope: str | None,
    behaviour: "Behaviour",
    vocabulary: Vocabulary,
    *readable: str,
) -> Node:
    """A node with what all nodes have; ``readable`` names children that the caller reads itself."""
    source = reading.source
    check(source, element, vocabulary, *readable, extensions=LISTENERS)
    check_id(source, element)
    mappings = list(extensions(element, "inputOutput"))
    if len(mappings) > 1:
        source.refuse(mappings[1], "multiple elements with tag name inputOutput found.")
    foreign = foreign_parameters(source, element) if mappings else []
    undoes = (element.get("isForCompensation") or "").strip() == "true"
    outputs = _parameters(source, mappings, "outputParameter", foreign)
    if undoes and outputs:  # as at the vendor: nothing is left of what compensates
        ignore(source, mappings[0], "output parameters", element)
        outputs = ()
    return Node(
        element.get("id") or "",
        behaviour,
        tag(element),
        element.get("name"),
        scope,
        inputs=_parameters(source, mappings, "inputParameter", foreign),
        outputs=outputs,
        job=job_settings(source, element),
        for_compensation=undoes,
        listeners=listeners(source, element),
    )


def _parameters(
    source: Source, mappings: list[Element], name: str, foreign: Collection[Element]
) -> tuple[Parameter, ...]:
    return tuple(one for holder in mappings for one in parameters(source, holder, name, lambda it: it not in foreign))


def properties(element: Element) -> dict[str, str]:
    """The extension properties of an element, by name."""
    entries = (entry for holder in extensions(element, "properties") for entry in vendor_children(holder, "property"))
    return {entry.get("name") or entry.get("id") or "": entry.get("value") or "" for entry in entries}


def resource_assignment(element: Element) -> str:
    """The text of a performer's ``resourceAssignmentExpression``; empty when it has none."""
    holder = child(element, "resourceAssignmentExpression")
    return text(child(holder, "formalExpression")) if holder is not None else ""


def assigned(element: Element, name: str) -> tuple[list[str], list[str]]:
    """The users and groups that the performers of that name stand for."""
    both = [assignments(resource_assignment(performer)) for performer in children(element, name)]
    return [user for users, _ in both for user in users], [group for _, groups in both for group in groups]


def job_settings(source: Source, element: Element) -> JobSettings | None:
    """How the activity that an element describes, or its instances, use jobs; None where the element says nothing."""
    # The vendor reads nothing but the text true.
    before = "true" in (vendor(element, "asyncBefore"), vendor(element, "async"))
    after = vendor(element, "asyncAfter") == "true"
    number = priority(source, element, "jobPriority")
    # The vendor reads no retry cycle at a manual task.
    cycles = [] if tag(element) == "manualTask" else list(extensions(element, "failedJobRetryTimeCycle"))
    if len(cycles) > 1 and (before or after):
        source.refuse(cycles[1], "multiple elements with tag name failedJobRetryTimeCycle found.")
    cycle = next(iter(cycles), None)
    retry_cycle = None if cycle is None else expression(source, cycle, text(cycle) or None)
    if not before and not after and number is None and retry_cycle is None:
        return None
    return JobSettings(before, after, number, retry_cycle)
