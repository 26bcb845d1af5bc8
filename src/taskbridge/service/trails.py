"""The trail of a command that is written in parts, because other instances of its tree move in between.

Used by ``running``; what a trail is, is told by ``engine.state.Changes``.
"""

from dataclasses import dataclass

from taskbridge.engine.state import Changes
from taskbridge.store import activities, instances
from taskbridge.store.transaction import Transaction


@dataclass(slots=True)
class Trail:
    """What a command has passed, where it is written in parts: in the row of an activity, or in the instance's own."""

    activity_id: int | None
    visits: list[str]

    def add(self, tx: Transaction, instance_id: int, changes: Changes) -> None:
        """Add what further changes have passed."""
        if not changes.trail:
            return
        self.visits += changes.trail
        changes.trail = []
        if self.activity_id is None:
            instances.set_trail(tx, instance_id, " ".join(self.visits))
        else:
            activities.set_trail(tx, self.activity_id, " ".join(self.visits))
