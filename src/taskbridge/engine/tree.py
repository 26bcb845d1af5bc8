"""The tree of what is active in a process instance: scopes, waiting tasks, and tokens that wait at joins.

Pure; called by services that show it (activity instances of the vendor's API).
"""

from dataclasses import dataclass, field
from enum import Enum

from taskbridge.engine.graph import Process
from taskbridge.engine.state import Activity, ActivityKind, Instance


class TreeKind(Enum):
    """What an entry of the tree is."""

    INSTANCE = "instance"
    SCOPE = "scope"
    TASK = "task"
    JOIN = "join"


@dataclass(slots=True)
class TreeNode:
    """One active thing. ``node_id`` is the process key for the root, ``element`` the BPMN element's name."""

    id: int
    node_id: str
    element: str
    name: str | None
    kind: TreeKind
    children: list["TreeNode"] = field(default_factory=list)

    @property
    def is_leaf(self) -> bool:
        """Whether nothing can be active inside of it."""
        return self.kind in (TreeKind.TASK, TreeKind.JOIN)


def activity_tree(process: Process, instance: Instance, open_activities: list[Activity]) -> TreeNode:
    """The tree of an instance; children stand in the order of their making."""
    root = TreeNode(instance.id, process.key, "process", process.name, TreeKind.INSTANCE)
    entries = {activity.id: _of_activity(process, activity) for activity in open_activities}
    around = {instance.id: root} | entries
    placed = [(entries[activity.id], activity.scope_id) for activity in open_activities]
    placed += [
        (_of_node(process, arrival.id, arrival.node_id, TreeKind.JOIN), arrival.scope_id)
        for arrival in instance.tokens.arrivals
    ]
    for entry, scope_id in sorted(placed, key=lambda one: one[0].id):
        around[scope_id].children.append(entry)
    return root


def _of_activity(process: Process, activity: Activity) -> TreeNode:
    kind = TreeKind.SCOPE if activity.kind is ActivityKind.SCOPE else TreeKind.TASK
    return _of_node(process, activity.id, activity.node_id, kind)


def _of_node(process: Process, identifier: int, node_id: str, kind: TreeKind) -> TreeNode:
    node = process.nodes[node_id]
    return TreeNode(identifier, node_id, node.element, node.name, kind)
