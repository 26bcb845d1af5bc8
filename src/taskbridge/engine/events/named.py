"""What messages and signals have in common: they are waited for by their name, which may be an expression."""

from dataclasses import dataclass
from typing import ClassVar

from taskbridge.engine import names
from taskbridge.engine.errors import NameTooLong
from taskbridge.engine.events.base import Definition, Event
from taskbridge.engine.expressions import Expression, Resolver
from taskbridge.engine.graph import Node
from taskbridge.engine.movement import Movement, around
from taskbridge.engine.state import Activity, ForEvent
from taskbridge.engine.value_texts import text

#: So many characters a name may have, as in the vendor's tables; PostgreSQL cannot index texts of any length.
_LONGEST = 255


@dataclass(frozen=True, slots=True)
class Named:
    """What is waited for, or thrown."""

    name: Expression | None


class NamedDefinition(Definition):
    """A definition whose catching events wait for a name."""

    waits = True
    subscribes = True
    subscription: ClassVar[str]  # the type of its subscriptions, as the vendor's API names it

    def arm(self, movement: Movement, host: Activity | None, node: Node) -> None:
        """Let an activity, or the instance, wait for the name. Raises ExpressionError, NameTooLong."""
        # As at the vendor's: before the input parameters of what waits, and as the expression of that.
        waiting, place = (
            (node, None) if host is None else (movement.process.nodes[host.node_id], around(movement, host))
        )
        name = _name(node, movement.resolver(waiting, place))
        movement.subscribe(host, node, ForEvent(self.subscription, name))

    def awaited_to_start(self, node: Node) -> ForEvent | None:
        """The name, in which no variables can stand. Raises ExpressionError, NameTooLong."""
        if named_of(node) is None:
            return None
        return ForEvent(self.subscription, _name(node, names.unknown))


def subscription_of(node: Node) -> str:
    """The type of the subscriptions at a node that waits by name: that of its event, or a message of a receive task."""
    definition = node.settings.definition if isinstance(node.settings, Event) else None
    return definition.subscription if isinstance(definition, NamedDefinition) else "message"


def named_of(node: Node) -> Named | None:
    """What an event waits for by name; None for any other node."""
    settings = node.settings.settings if isinstance(node.settings, Event) else node.settings
    return settings if isinstance(settings, Named) else None


def _name(node: Node, resolve: Resolver) -> str | None:
    named = named_of(node)
    name = None if named is None else text(named.name, resolve)
    if name is not None and len(name) > _LONGEST:
        raise NameTooLong(node.id, _LONGEST)
    return name
