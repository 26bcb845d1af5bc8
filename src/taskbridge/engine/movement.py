"""A movement: what one command has at hand while tokens move through one instance, and what it has changed so far.

Used by every part of the interpreter; it also is the environment in which they look for scopes, new ones included.
"""

from collections.abc import Sequence
from typing import NamedTuple

from taskbridge.engine import names, scopes
from taskbridge.engine.expressions import Resolver
from taskbridge.engine.graph import Flow, Node, Process
from taskbridge.engine.state import (
    Activity,
    ActivityKind,
    ActivityState,
    Arrival,
    Changes,
    Environment,
    Instance,
    InstanceState,
    Tokens,
)


class Token(NamedTuple):
    """A token about to enter a node; ``flow`` is the way it came, None where it starts."""

    node: Node
    scope_id: int
    flow: Flow | None


class Movement:
    """The state of one command. ``work`` holds the tokens that still move, the next one last."""

    __slots__ = ("_created", "_ended", "_environment", "_scopes", "_stored", "changes", "instance", "process", "work")

    def __init__(self, process: Process, instance: Instance, environment: Environment) -> None:
        self.process = process
        self.instance = instance
        self.changes = Changes()
        self.work: list[Token] = []
        self._environment = environment
        self._scopes: dict[int, Activity] = {}
        self._created: set[int] = set()
        self._ended: set[int] = set()
        self._stored: list[Activity] | None = None

    # what the parts of the interpreter ask for

    @property
    def now(self) -> int:
        """The moment of the command, epoch milliseconds."""
        return self._environment.now

    @property
    def user(self) -> str | None:
        """Who acts."""
        return self._environment.user

    @property
    def tokens(self) -> Tokens:
        """The tokens of the instance."""
        return self.instance.tokens

    def new_id(self) -> int:
        """A fresh id."""
        return self._environment.new_id()

    def scope(self, activity_id: int) -> Activity:
        """A living scope of the instance, stored or made by this command."""
        found = self._scopes.get(activity_id)
        if found is None:
            found = self._scopes[activity_id] = self._environment.scope(activity_id)
        return found

    def open_activities(self) -> list[Activity]:
        """All activities that are alive at this point of the command, in the order of their making."""
        if self._stored is None:
            self._stored = self._environment.open_activities()
        stored = [one for one in self._stored if one.id not in self._ended and one.id not in self._created]
        return stored + [one for one in self.changes.created if one.id not in self._ended]

    def place(self, scope_id: int) -> Activity | None:
        """The activity that a scope id means; None for the process instance."""
        return None if scope_id == self.instance.id else self.scope(scope_id)

    def resolver(self, node: Node, place: Activity | None) -> Resolver:
        """What names mean to an expression of the node at the place."""
        return names.resolver(self.process, self.instance, place, self, node)

    # activities

    def create(self, activity: Activity) -> None:
        """Let an activity begin."""
        self.changes.created.append(activity)
        self._created.add(activity.id)
        if activity.kind is ActivityKind.SCOPE:
            self._scopes[activity.id] = activity

    def end(self, activity: Activity, state: ActivityState) -> None:
        """Let an activity end: DONE or CANCELLED."""
        activity.state = state
        self._ended.add(activity.id)
        if activity.id not in self._created:
            (self.changes.ended if state is ActivityState.DONE else self.changes.cancelled).append(activity)

    def passed(self, node_id: str, scope_id: int, *, cancelled: bool = False) -> None:
        """Note that a node without an activity row was visited."""
        visit = node_id if scope_id == self.instance.id else f"{node_id}@{scope_id}"
        self.changes.trail.append(f"{visit}!" if cancelled else visit)

    # tokens

    def take(self, flows: Sequence[Flow], scope_id: int) -> None:
        """Send one token of the scope on: over every flow one, the first in document order first."""
        nodes = self.process.nodes
        if len(flows) > 1:
            self.tokens.add(scope_id, len(flows) - 1)
        for flow in reversed(flows):
            self.work.append(Token(nodes[flow.target], scope_id, flow))

    def park(self, token: Token) -> None:
        """Let a token wait at a join."""
        flow_id = token.flow.id if token.flow is not None else ""
        self.tokens.arrivals.append(Arrival(self.new_id(), token.node.id, token.scope_id, flow_id))
        self.tokens.changed = True

    def unpark(self, node_id: str, scope_id: int) -> None:
        """Take every token that waits at a join in a scope away from it; they were visits of the node."""
        tokens = self.tokens
        for arrival in tokens.arrivals:
            if arrival.node_id == node_id and arrival.scope_id == scope_id:
                self.passed(node_id, scope_id)
        tokens.arrivals = [one for one in tokens.arrivals if (one.node_id, one.scope_id) != (node_id, scope_id)]
        tokens.changed = True

    def complete_instance(self) -> None:
        """The last token is gone."""
        self.instance.state = InstanceState.COMPLETED
        self.tokens.forget(self.instance.id)

    def finished(self) -> Changes:
        """The changes, once everything has moved."""
        return self.changes


def around(movement: Movement, activity: Activity) -> Activity | None:
    """The scope an activity stands in; None for the process instance."""
    return scopes.around(movement.instance, activity, movement)
