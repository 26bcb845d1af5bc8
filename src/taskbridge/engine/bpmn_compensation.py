"""What compensates what in a file: boundary events with their associations, and event subprocesses; and its rules.

Called by ``bpmn`` for each scope, and once a process is tied together. The rules and their words are
those of the vendor's parser.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from taskbridge.engine.bpmn_flows import ScopeDraft
from taskbridge.engine.bpmn_xml import BPMN, Element, Source, tag
from taskbridge.engine.events.base import Event, definition_elements, event_of
from taskbridge.engine.events.cancel import CANCEL
from taskbridge.engine.events.compensation import COMPENSATION, Compensating
from taskbridge.engine.graph import Node

_BOTH = (
    "compensation boundary event and event subprocess with compensation start event are not supported on the same scope"
)
_SEVERAL_INSIDE = "multiple event subprocesses with compensation start event are not supported on the same scope"
_SEVERAL = "multiple boundary events with compensateEventDefinition not supported on same activity"
_NO_HANDLER = "compensation boundary catch must be connected to element with isForCompensation=true"
_SEVERAL_CANCELS = "multiple boundary events with cancelEventDefinition not supported on same transaction subprocess"
_NO_ACTIVITY = "Invalid attribute value for 'activityRef': no activity with id '{}' in scope '{}'"


_ACTIVITIES = [
    f"{{{BPMN}}}{name}"
    for name in (
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "subProcess",
        "transaction",
        "callActivity",
    )
]


def compensates(node: Node) -> bool:
    """Whether a node is an event of compensation."""
    return isinstance(node.settings, Event) and node.settings.definition is COMPENSATION


def tie_handlers(
    source: Source, drafts: Mapping[str | None, ScopeDraft], scope: ScopeDraft, nodes: dict[str, Node]
) -> None:
    """Give the activities of a scope their handlers: event subprocesses in them, and what associations lead to."""
    for node in list(nodes.values()):
        own = [one for one in node.event_starts if compensates(one)]
        for another in own[1:]:
            source.complain(drafts[another.scope].elements[another.id], _SEVERAL_INSIDE)
        if own:
            nodes[node.id] = replace(node, compensation=own[0].scope)
    _tie_associated(source, scope, nodes)


def _tie_associated(source: Source, scope: ScopeDraft, nodes: dict[str, Node]) -> None:
    guarded: dict[str, str] = {}  # the host of each boundary event
    for node in nodes.values():
        if node.behaviour.is_boundary and compensates(node):
            host = event_of(node).attached_to or ""
            if host in guarded.values():
                source.complain(_definition(scope.elements[node.id]), _SEVERAL)
            guarded[node.id] = host
    for association in scope.associations:
        host_id = guarded.get(association.get("sourceRef") or "")
        if host_id is not None and host_id in nodes:
            _tie(source, association, nodes, host_id)


def _tie(source: Source, association: Element, nodes: dict[str, Node], host_id: str) -> None:
    host, target_id = nodes[host_id], association.get("targetRef") or ""
    target = nodes.get(target_id)
    if target is None:
        _check_elsewhere(source, association, target_id)
    elif not target.for_compensation:
        source.complain(association, _NO_HANDLER)
    elif host.compensation is not None and nodes.get(host.compensation) is None:
        source.complain(association, _BOTH)
    else:
        nodes[host_id] = replace(host, compensation=target_id)


def _check_elsewhere(source: Source, association: Element, target_id: str) -> None:
    """Complain about a handler in another scope. What is no activity compensates nothing, as at the vendor's."""
    if any(one.get("id") == target_id for one in source.root.iter(*_ACTIVITIES)):
        source.refuse(association, f"Unsupported: the handler '{target_id}' stands in another scope")


def check_associations(source: Source, scopes: Iterable[ScopeDraft]) -> None:
    """Complain about every association that leads from or to nothing in the file."""
    for scope in scopes:
        for association in scope.associations:
            for name in ("sourceRef", "targetRef"):
                wanted = association.get(name)
                if wanted is not None and not source.has(wanted):
                    source.refuse(association, f"Invalid reference {name} '{wanted}' of association element ")
                    break


def check_compensation(source: Source, drafts: Mapping[str | None, ScopeDraft], nodes: Mapping[str, Node]) -> None:
    """Complain about throwing events that name no activity of their scope, and about transactions with two ways out."""
    for scope in drafts.values():
        for node in [nodes[one] for one in scope.nodes if one in nodes]:
            settings = node.settings.settings if isinstance(node.settings, Event) else None
            if isinstance(settings, Compensating) and settings.activity_id is not None:
                _check_named(source, drafts, nodes, node, settings.activity_id)
            for another in [one for one in node.boundaries if event_of(one).definition is CANCEL][1:]:
                source.complain(_definition(scope.elements[another.id]), _SEVERAL_CANCELS)


def _check_named(
    source: Source, drafts: Mapping[str | None, ScopeDraft], nodes: Mapping[str, Node], thrower: Node, wanted: str
) -> None:
    scope = drafts[thrower.scope]
    around = nodes.get(scope.id or "")
    if wanted in scope.nodes:
        return
    if around is not None and around.behaviour.begins_by_event:
        outer = drafts[around.scope]
        if wanted in outer.nodes:
            return
        named = outer.id
    else:
        named = scope.id
    # The vendor's process has no id yet at this point.
    definition = _definition(drafts[thrower.scope].elements[thrower.id])
    source.complain(definition, _NO_ACTIVITY.format(wanted, named or "null"))


def _definition(event: Element) -> Element:
    """The definition that an event has of compensation, or of a cancellation."""
    names = (COMPENSATION.name, CANCEL.name)
    return next((one for one in definition_elements(event) if tag(one) in names), event)
