"""Where everything that is alive in an instance stands after its migration.

Scopes without an instruction vanish, and what is in them moves outwards. Where the model has a scope around an activity
that is not there yet, one emerges: one for all that stand in the same place, as at the vendor's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from taskbridge.engine.elements.multi_instance import MULTI_INSTANCE
from taskbridge.engine.migrating.matching import Matching
from taskbridge.engine.migrating.migrant import Migrant
from taskbridge.engine.state import Activity, Done, Tokens, Waiting
from taskbridge.kinds import ActivityKind


class Place(NamedTuple):
    """Something that is alive, or was done, with the node that it belongs to and the scope that it is in."""

    id: int
    node_id: str
    scope_id: int


@dataclass(slots=True)
class Moves:
    """What changes of the tree. ``emerging`` has every scope before what is in it.

    ``vanishing`` are scopes, and what is left of instances whose body vanishes. ``completed`` are completed
    subprocesses that can be compensated; ``emerging_completed`` are around what was done elsewhere.
    """

    activities: list[Place] = field(default_factory=list)
    emerging: list[Place] = field(default_factory=list)
    vanishing: list[Activity] = field(default_factory=list)
    joins: list[tuple[Waiting, str, int]] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    completed: list[Place] = field(default_factory=list)
    emerging_completed: list[Place] = field(default_factory=list)
    forgotten: list[int] = field(default_factory=list)


class _Tree:
    """The tree while it is put together."""

    def __init__(self, matching: Matching, migrant: Migrant, new_id: Callable[[], int]) -> None:
        self.matching = matching
        self.migrant = migrant
        self.new_id = new_id
        self.goals: dict[int, str | None] = {migrant.instance.id: None}  # node of each living scope after it
        self.outwards: dict[int, int] = {}  # scope -> the one around it, before
        for one in migrant.activities:
            if one.kind is ActivityKind.SCOPE:
                self.outwards[one.id] = one.scope_id
                if (goal := matching.goal(one.node_id)) is not None:
                    self.goals[one.id] = goal

    def put(self, scope_id: int, goal: str, made: dict[tuple[int, str], Place]) -> int:
        """The scope for what stands in one now and becomes ``goal``; ``made`` are those that had to emerge."""
        while scope_id not in self.goals:
            scope_id = self.outwards[scope_id]
        stop = self.goals[scope_id]
        missing = []
        for scope in self.matching.target.scopes_around(goal):
            if scope == stop:
                break
            missing.append(scope)
        around = scope_id
        for scope in reversed(missing):
            place = made.get((scope_id, scope))
            if place is None:
                place = made[scope_id, scope] = Place(self.new_id(), scope, around)
            around = place.id
        return around


def moves(matching: Matching, migrant: Migrant, new_id: Callable[[], int]) -> Moves:
    """Where everything stands after the migration of an instance that has no faults (``checking``)."""
    found = Moves()
    tree = _Tree(matching, migrant, new_id)
    emerging: dict[tuple[int, str], Place] = {}
    for activity in migrant.activities:
        goal = matching.goal(activity.node_id)
        if goal is None or (activity.kind is ActivityKind.ENDED and activity.scope_id not in tree.goals):
            found.vanishing.append(activity)
        else:
            found.activities.append(Place(activity.id, goal, tree.put(activity.scope_id, goal, emerging)))
    for join in migrant.instance.tokens.joins():
        goal = matching.goal(join.node_id)
        if goal is not None:
            found.joins.append((join, goal, tree.put(join.scope_id, goal, emerging)))
    found.emerging = list(emerging.values())
    if migrant.done:
        _remember(tree, found)
    return found


def _remember(tree: _Tree, found: Moves) -> None:
    """What was done is taken along, with the completed subprocesses that it was done in."""
    matching, migrant = tree.matching, tree.migrant
    for one in migrant.done:
        if one.scope_id is not None:
            tree.outwards[one.scope_id] = one.host_id
            if (goal := matching.goal(migrant.completed[one.scope_id])) is not None:
                tree.goals[one.scope_id] = goal
    emerging: dict[tuple[int, str], Place] = {}
    for one in migrant.done:
        completed = None if one.scope_id is None else migrant.completed[one.scope_id]
        catcher = matching.catcher(one, completed)
        handler = matching.goal(completed) if catcher is None else matching.handler(catcher)
        if handler is None:
            found.forgotten.append(one.id)
            continue
        inner = handler if catcher is None or one.scope_id is None else matching.goal(completed) or handler
        host_id = tree.put(one.host_id, inner, emerging)
        found.done.append(Done(one.id, host_id, handler, one.scope_id))
        if one.scope_id is not None:
            found.completed.append(Place(one.scope_id, inner, host_id))
    found.emerging_completed = list(emerging.values())


def tokens(matching: Matching, migrant: Migrant, found: Moves) -> Tokens:
    """How many tokens there are in each scope then."""
    kinds = {one.id: one.kind for one in migrant.activities}
    counts: dict[int, int] = {}
    for place in (*found.activities, *found.emerging):
        if kinds.get(place.id) is not ActivityKind.ENDED:
            counts[place.scope_id] = counts.get(place.scope_id, 0) + 1
    after = Tokens()
    for join, node_id, scope_id in found.joins:
        counts[scope_id] = counts.get(scope_id, 0) + join.number
        after.wait(Waiting(node_id, scope_id, join.number, join.first_id))
    bodies = {
        place.id
        for place in (*found.activities, *found.emerging)
        if matching.target.nodes[place.node_id].behaviour is MULTI_INSTANCE and kinds.get(place.id) is not _ENDED
    }
    for scope_id, count in counts.items():
        if count > 1 and scope_id not in bodies:  # a body counts its instances itself
            after.add(scope_id, count - 1)
    return after


_ENDED = ActivityKind.ENDED
