"""The tree of what is active in a process instance: scopes, waiting tasks and events, and tokens that wait at joins.

Pure; called by services that show it (activity instances of the vendor's API).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum

from taskbridge.engine.events.base import Event
from taskbridge.engine.graph import Process
from taskbridge.engine.state import Activity, Instance, Waiting
from taskbridge.kinds import ActivityKind


class TreeKind(Enum):
    """What an entry of the tree is."""

    INSTANCE = "instance"
    SCOPE = "scope"
    TASK = "task"
    JOIN = "join"
    TRANSITION = "transition"  # a token between two transactions; no activity instance


@dataclass(slots=True)
class TreeNode:
    """One active thing. ``node_id`` is the process key for the root, ``element`` what the vendor's API calls it."""

    id: int
    node_id: str
    type: str
    name: str | None
    kind: TreeKind
    children: list["TreeNode"] = field(default_factory=list)
    transitions: list["TreeNode"] = field(default_factory=list)


def activity_tree(
    process: Process, instance: Instance, open_activities: list[Activity], leaving: Collection[int] = ()
) -> TreeNode:
    """The tree of an instance; children stand in the order of their making.

    ``leaving`` are the ids of tasks that an error has left, which go on later. As at the vendor's, all instances of one
    scope that compensate by one event, or in one completed scope, are one entry.
    """
    root = TreeNode(instance.id, process.key, "process", process.name, TreeKind.INSTANCE)
    scopes = {activity.id: activity for activity in open_activities}
    entries: dict[int, TreeNode] = {}
    placed: list[tuple[TreeNode, int]] = []
    merged: dict[tuple[int, str], TreeNode] = {}
    for activity in open_activities:
        entry = _of_activity(process, activity, leaving)
        compensates = activity.scope_id in instance.tokens.again or _compensates(process, scopes, activity)
        if compensates and activity.kind is ActivityKind.SCOPE:
            entries[activity.id] = merged.setdefault((activity.scope_id, activity.node_id), entry)
        else:
            entries[activity.id] = entry
        if entries[activity.id] is entry:
            placed.append((entry, _around(process, scopes, activity)))
    around = {instance.id: root} | entries
    for join in instance.tokens.joins():
        for token_id in token_ids(join):
            placed.append((_of_node(process, token_id, join.node_id, TreeKind.JOIN), join.scope_id))
    for entry, scope_id in sorted(placed, key=lambda one: one[0].id):
        parent = around[scope_id]
        (parent.transitions if entry.kind is TreeKind.TRANSITION else parent.children).append(entry)
    return root


def _around(process: Process, scopes: Mapping[int, Activity], activity: Activity) -> int:
    """The scope that an activity stands in. What runs inside of an event, for it compensates, stands beside that."""
    if not _compensates(process, scopes, activity):
        return activity.scope_id
    wanted = process.nodes[activity.node_id].scope
    scope_id = activity.scope_id
    while scope_id in scopes and scopes[scope_id].node_id != wanted:
        scope_id = scopes[scope_id].scope_id
    return activity.scope_id if wanted is not None and scope_id not in scopes else scope_id


def _compensates(process: Process, scopes: Mapping[int, Activity], activity: Activity) -> bool:
    """Whether it runs directly inside of an event that throws compensation."""
    scope = scopes.get(activity.scope_id)
    return scope is not None and isinstance(process.nodes[scope.node_id].settings, Event)


def token_ids(join: Waiting) -> list[int]:
    """The ids by which the tokens are known that wait at a join."""
    return [join.first_id, *(_token_id(join.first_id, index) for index in range(1, join.number))]


def _token_id(first_id: int, index: int) -> int:
    """An id for a token that waits at a join, made of the first one's; no row has it."""
    return (first_id << 20 | index) % (1 << 60)


_KINDS = {
    ActivityKind.SCOPE: TreeKind.SCOPE,
    ActivityKind.CONTINUATION: TreeKind.TRANSITION,
    ActivityKind.ENDED: TreeKind.TRANSITION,
}


def _of_activity(process: Process, activity: Activity, leaving: Collection[int]) -> TreeNode:
    kind = TreeKind.TRANSITION if activity.id in leaving else _KINDS.get(activity.kind, TreeKind.TASK)
    return _of_node(process, activity.id, activity.node_id, kind)


def _of_node(process: Process, identifier: int, node_id: str, kind: TreeKind) -> TreeNode:
    node = process.nodes[node_id]
    return TreeNode(identifier, node_id, node.behaviour.type_of(node), node.name, kind)
