"""The tree of what is active."""

from tests.engine.bpmn_snippets import complete, load, parallel, path, run_process, start, subprocess, user

from taskbridge.engine.state import Instance, Tokens
from taskbridge.engine.tree import TreeKind, TreeNode, activity_tree


def outline(node: TreeNode) -> object:
    return {node.node_id: [outline(child) for child in node.children]} if node.children else node.node_id


def test_scopes_hold_what_is_active_in_them_and_joins_are_leaves() -> None:
    inner = subprocess(
        "sub",
        start("s"),
        parallel("f"),
        user("a", name="Ask"),
        user("b"),
        parallel("j"),
        path("s", "f", "a", "j"),
        path("f", "b", "j"),
    )
    process = load(start(), parallel("fork"), inner, user("c"), path("start", "fork", "sub"), path("fork", "c"))
    instance = run_process(process)
    complete(instance, "b")
    state = Instance(instance.id, 0, tokens=Tokens(instance.stored.tokens))
    root = activity_tree(process, state, instance.open_activities())
    assert outline(root) == {"p": [{"sub": ["a", "j"]}, "c"]}
    [sub, task] = root.children
    assert (root.kind, sub.kind, task.kind) == (TreeKind.INSTANCE, TreeKind.SCOPE, TreeKind.TASK)
    [ask, join] = sub.children
    assert (ask.type, ask.name, ask.children) == ("userTask", "Ask", [])
    assert (join.kind, join.type) == (TreeKind.JOIN, "parallelGateway")
    assert root.id == instance.id


def test_an_instance_with_nothing_active_is_a_root_alone() -> None:
    process = load(start(), user("a"), path("start", "a"))
    assert activity_tree(process, Instance(5, 0), []).children == []
