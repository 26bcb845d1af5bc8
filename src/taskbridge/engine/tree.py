"""The tree of what is active in a process instance: scopes, waiting tasks and events, and tokens that wait at joins.

Pure; called by services that show it (activity instances of the vendor's API).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import Enum

from taskbridge.engine.graph import Process
from taskbridge.engine.state import Activity, Instance
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

    ``leaving`` are the ids of tasks that an error has left, which go on later.
    """
    root = TreeNode(instance.id, process.key, "process", process.name, TreeKind.INSTANCE)
    entries = {activity.id: _of_activity(process, activity, leaving) for activity in open_activities}
    around = {instance.id: root} | entries
    placed = [(entries[activity.id], activity.scope_id) for activity in open_activities]
    for join in instance.tokens.joins():
        for index in range(join.number):
            token_id = join.first_id if index == 0 else _token_id(join.first_id, index)
            placed.append((_of_node(process, token_id, join.node_id, TreeKind.JOIN), join.scope_id))
    for entry, scope_id in sorted(placed, key=lambda one: one[0].id):
        parent = around[scope_id]
        (parent.transitions if entry.kind is TreeKind.TRANSITION else parent.children).append(entry)
    return root


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
