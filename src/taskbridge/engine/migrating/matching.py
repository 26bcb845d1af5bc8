"""A plan that was found to be valid, as it is asked when instances are migrated."""

from collections.abc import Sequence

from taskbridge.engine.graph import Node, Process
from taskbridge.engine.migrating.plan import Instruction
from taskbridge.engine.migrating.shapes import Shape, compensates
from taskbridge.engine.state import Done


class Matching:
    """Which activity of one process becomes which of another."""

    def __init__(self, source: Process, target: Process, instructions: Sequence[Instruction]) -> None:
        self.source = Shape(source)
        self.target = Shape(target)
        self._by_source = {one.source: one for one in instructions}

    def instruction(self, node_id: str | None) -> Instruction | None:
        """What is to become of the instances of an activity; None where nothing says so."""
        return self._by_source.get(node_id)

    def goal(self, node_id: str | None) -> str | None:
        """The activity that it becomes."""
        found = self.instruction(node_id)
        return None if found is None else found.target

    def updates(self, node_id: str) -> bool:
        """Whether what it waits for is made anew."""
        found = self.instruction(node_id)
        return found is not None and found.updates

    # what can be compensated

    def catcher(self, done: Done, completed: str | None) -> Node | None:
        """The event by which something that was done is compensated; ``completed`` is the subprocess that it is.

        None for a subprocess that is compensated by what was done in it.
        """
        if completed == done.node_id:
            return None
        if completed is not None:
            inside = self.source.inside(done.node_id)
            return next((one for one in inside if one.behaviour.is_start), None)
        return next(
            (one for one in self.source.nodes.values() if self._handler(self.source, one) == done.node_id), None
        )

    def handler(self, catcher: Node) -> str | None:
        """What compensates by the event that another one becomes."""
        goal = self.goal(catcher.id)
        if goal is None:
            return None
        event = self.target.nodes[goal]
        return self._handler(self.target, event) if event.behaviour.is_boundary else event.scope

    @staticmethod
    def _handler(shape: Shape, event: Node) -> str | None:
        """What compensates by an event at the edge of an activity, or of the body that it has."""
        if not (event.behaviour.is_boundary and compensates(event)):
            return None
        return shape.nodes[shape.hosts[event.id] or ""].compensation
