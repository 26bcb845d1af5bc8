"""Links in a file: the flows that lead to a throwing link event lead to the catching one of its name.

Called by ``bpmn`` once all scopes of a process are read. The rules and their words are those of the vendor's parser.
"""

from collections.abc import Sequence
from dataclasses import replace

from taskbridge.engine.bpmn_flows import ScopeDraft
from taskbridge.engine.events.link import source_of
from taskbridge.engine.reading import Reading

_NO_TARGET = (
    "sequence flow points to link event source with name '{}' but no event target with that name exists. "
    "Most probably your link events are not configured correctly."
)


def join_links(reading: Reading, scopes: Sequence[ScopeDraft]) -> None:
    """Take the throwing links out of the scopes, and let the flows that lead to them lead on."""
    for scope in scopes:
        names = {node.id: name for node in scope.nodes.values() if (name := source_of(node)) is not None}
        if names:
            _join(reading, scope, names)


def _join(reading: Reading, scope: ScopeDraft, names: dict[str, str]) -> None:
    joined = []
    for flow, element in scope.flows:
        if flow.target not in names:
            joined.append((flow, element))
            continue
        name = names[flow.target]
        target = reading.declared.links.get(name)
        # The vendor's parser has not read the events of the scopes around this one when it comes to this one's flows.
        if target is None or target.getparent() in list(scope.element.iterancestors()):
            reading.source.complain(element, _NO_TARGET.format(name))
        else:
            joined.append((replace(flow, target=target.get("id") or ""), element))
    scope.flows[:] = joined
    for source_id in names:
        del scope.nodes[source_id]
