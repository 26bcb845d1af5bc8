"""Events of one scope that would catch the same: which of them may not stand side by side, in the vendor's words.

Called by the reader of flows, which ties events to what they hang on.
"""

from collections.abc import Iterator, Sequence

from taskbridge.engine.events.base import Event
from taskbridge.engine.events.escalation import EscalationHandler
from taskbridge.engine.events.named import name_waited_for
from taskbridge.engine.graph import Node

_KINDS = {True: ("event subprocess", "event subprocesses"), False: ("boundary event", "boundary events")}


def faults(host: Node, behind: Sequence[Node]) -> Iterator[tuple[Node, str]]:
    """What is wrong with what catches at an activity: the node, and the text. ``behind`` stands behind a gateway."""
    yield from names(host.id, [host, *host.event_starts, *host.boundaries, *behind])
    yield from escalations(host.event_starts)
    yield from escalations(host.boundaries)


def names(scope: str, nodes: Sequence[Node]) -> Iterator[tuple[Node, str]]:
    """Messages and signals of one name that one scope would wait for twice; ``scope`` is its id, or ``null``."""
    seen = set()
    for node in nodes:
        wanted = name_waited_for(node)
        if wanted in seen and wanted is not None:
            kind, name = wanted
            yield node, f"Cannot have more than one {kind} event subscription with name '{name}' for scope '{scope}'"
        seen.add(wanted)


def escalations(nodes: Sequence[Node]) -> Iterator[tuple[Node, str]]:
    """Escalations of one code that are caught twice, or beside one without a code, which catches everything."""
    codes: set[str | None] = set()
    for node in nodes:
        handler = node.settings.settings if isinstance(node.settings, Event) else None
        if not isinstance(handler, EscalationHandler):
            continue
        one, several = _KINDS[node.behaviour.is_start]
        if handler.code in codes and handler.code is not None:
            yield (
                node,
                f"multiple escalation {several} with the same escalationCode '{handler.code}' "
                "are not supported on same scope",
            )
        elif handler.code is None and None in codes:
            yield (
                node,
                f"The same scope can not contains more than one escalation {one} without escalation code. "
                f"An escalation {one} without escalation code catch all escalation events.",
            )
        elif codes and None in (*codes, handler.code):
            yield (
                node,
                (
                    f"The same scope can not contains an escalation {one} without escalation code and another one with "
                    f"escalation code. The escalation {one} without escalation code catch all escalation events."
                ),
            )
        codes.add(handler.code)
