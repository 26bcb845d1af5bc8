"""Tokens that wait for one another."""

from tests.engine.bpmn_snippets import (
    boundary,
    complete,
    element,
    end,
    exclusive,
    external,
    flow,
    inclusive,
    parallel,
    path,
    run,
    start,
    subprocess,
    task,
    user,
)

from taskbridge.engine.state import Tokens
from taskbridge.kinds import InstanceState


def test_a_parallel_join_fires_once_when_all_have_come() -> None:
    instance = run(
        start(),
        parallel("fork"),
        user("a"),
        user("b"),
        user("c"),
        parallel("join"),
        user("after"),
        end(),
        path("start", "fork"),
        *(path("fork", name, "join") for name in "abc"),
        path("join", "after", "end"),
    )
    complete(instance, "b", "a")
    assert instance.waiting() == ["c", "join", "join"]
    complete(instance, "c")
    assert instance.waiting() == ["after"]
    complete(instance, "after")
    assert instance.state is InstanceState.COMPLETED
    assert instance.visited().count("join") == 3
    assert instance.stored.tokens is None


def test_a_parallel_join_counts_tokens_and_not_flows() -> None:
    instance = run(
        start(),
        parallel("fork"),
        user("a"),
        user("b"),
        element("task", "t"),
        parallel("join"),
        user("after"),
        path("start", "fork", "a", "t"),
        path("fork", "b", "t", "join"),
        flow("fork", "join"),
        path("join", "after"),
    )
    assert instance.waiting() == ["a", "b", "join"]
    complete(instance, "a")
    assert instance.waiting() == ["after", "b"]
    complete(instance, "b")
    assert instance.waiting() == ["after", "join"]


def test_a_parallel_join_that_never_fills_keeps_the_instance_waiting() -> None:
    instance = run(
        start(),
        exclusive("x", default="x-a"),
        user("a"),
        user("b"),
        parallel("join"),
        end(),
        path("start", "x"),
        flow("x", "a"),
        flow("x", "b", "${false}"),
        path("a", "join"),
        path("b", "join", "end"),
    )
    complete(instance, "a")
    assert instance.waiting() == ["join"]
    assert instance.state is InstanceState.ACTIVE


def test_unbalanced_joins_gather_three_branches_in_two_steps() -> None:
    instance = run(
        start(),
        parallel("fork"),
        user("a"),
        user("b"),
        user("c"),
        parallel("j1"),
        parallel("j2"),
        user("after"),
        end(),
        path("start", "fork", "a", "j1"),
        path("fork", "b", "j1", "j2"),
        path("fork", "c", "j2", "after", "end"),
    )
    complete(instance, "c", "a")
    assert instance.waiting() == ["b", "j1", "j2"]
    complete(instance, "b")
    assert instance.waiting() == ["after"]


def test_a_fork_within_a_fork_is_joined_in_order() -> None:
    instance = run(
        start(),
        parallel("f1"),
        parallel("f2"),
        user("a"),
        user("b"),
        user("c"),
        parallel("j2"),
        parallel("j1"),
        end(),
        path("start", "f1", "f2", "a", "j2"),
        path("f2", "b", "j2", "j1"),
        path("f1", "c", "j1", "end"),
    )
    complete(instance, "a", "b")
    assert instance.waiting() == ["c", "j1"]
    complete(instance, "c")
    assert instance.state is InstanceState.COMPLETED


def test_joins_of_two_runs_of_a_subprocess_do_not_mix() -> None:
    inner = subprocess(
        "sub",
        start("s"),
        parallel("f"),
        user("a"),
        user("b"),
        parallel("j"),
        end("e"),
        path("s", "f", "a", "j"),
        path("f", "b", "j", "e"),
    )
    instance = run(
        start(),
        parallel("twice"),
        inner,
        end(),
        path("start", "twice"),
        flow("twice", "sub"),
        element("task", "t"),
        path("twice", "t", "sub", "end"),
    )
    first, second = (one for one in instance.tasks() if one.node_id == "a")
    instance.complete(first.id)
    instance.complete(second.id)
    assert instance.waiting() == ["b", "b", "j", "j"]
    complete(instance, "b")
    assert instance.waiting() == ["b", "j"]
    complete(instance, "b")
    assert instance.state is InstanceState.COMPLETED


def inclusive_pair(*more: str) -> tuple[str, ...]:
    """Branches a, b, c (where n is large enough) between an inclusive fork and join."""
    return (
        start(),
        inclusive("fork"),
        user("a"),
        user("b"),
        user("c"),
        inclusive("join"),
        user("after"),
        end(),
        flow("fork", "a"),
        flow("fork", "b", "${n > 1}"),
        flow("fork", "c", "${n > 2}"),
        path("start", "fork"),
        *(path(name, "join") for name in "abc"),
        path("join", "after", "end"),
        *more,
    )


def test_an_inclusive_join_waits_for_the_branches_that_were_taken() -> None:
    instance = run(*inclusive_pair(), n=2)
    complete(instance, "b")
    assert instance.waiting() == ["a", "join"]
    complete(instance, "a")
    assert instance.waiting() == ["after"]


def test_an_inclusive_join_with_a_single_branch_goes_on_at_once() -> None:
    instance = run(*inclusive_pair(), n=0)
    complete(instance, "a")
    assert instance.waiting() == ["after"]


def test_an_inclusive_join_goes_on_when_the_awaited_token_goes_elsewhere() -> None:
    instance = run(
        start(),
        parallel("fork"),
        user("a"),
        user("b"),
        exclusive("x", default="x-join"),
        user("away"),
        inclusive("join"),
        user("after"),
        path("start", "fork", "a", "join", "after"),
        path("fork", "b", "x"),
        flow("x", "join"),
        flow("x", "away", "${leave}"),
        leave=True,
    )
    complete(instance, "a")
    assert instance.waiting() == ["b", "join"]
    complete(instance, "b")
    assert instance.waiting() == ["after", "away"]


def test_an_inclusive_join_goes_on_when_the_awaited_branch_ends() -> None:
    instance = run(
        start(),
        parallel("fork"),
        user("a"),
        user("b"),
        exclusive("x", default="x-join"),
        end("gone"),
        inclusive("join"),
        user("after"),
        path("start", "fork", "a", "join", "after"),
        path("fork", "b", "x"),
        flow("x", "join"),
        flow("x", "gone", "${true}"),
    )
    complete(instance, "a", "b")
    assert instance.waiting() == ["after"]
    complete(instance, "after")
    assert instance.state is InstanceState.COMPLETED


def test_an_inclusive_join_waits_for_a_token_inside_of_a_subprocess() -> None:
    instance = run(
        start(),
        parallel("fork"),
        user("a"),
        subprocess("sub", start("s"), user("b"), end("e"), path("s", "b", "e")),
        inclusive("join"),
        user("after"),
        path("start", "fork", "a", "join", "after"),
        path("fork", "sub", "join"),
    )
    complete(instance, "a")
    assert instance.waiting() == ["b", "join"]
    complete(instance, "b")
    assert instance.waiting() == ["after"]


def test_an_inclusive_join_does_not_wait_for_what_only_a_boundary_event_could_send() -> None:
    instance = run(
        start(),
        parallel("fork"),
        user("a"),
        external("b"),
        boundary("caught", "b"),
        end(),
        inclusive("join"),
        user("c"),
        user("after"),
        path("start", "fork", "a", "join", "after"),
        path("fork", "b", "end"),
        path("caught", "c", "join"),
    )
    complete(instance, "a")
    assert instance.waiting() == ["after", "b"]  # as the real server
    instance.throw_error(task(instance, "b").id, "any")
    complete(instance, "c")
    assert instance.waiting() == ["after", "after"]


def test_two_inclusive_joins_in_a_circle_do_not_wait_for_each_other_for_ever() -> None:
    instance = run(
        start(),
        parallel("fork"),
        user("a"),
        user("b"),
        inclusive("j1"),
        inclusive("j2"),
        exclusive("x", default="x-end"),
        end(),
        path("start", "fork", "a", "j1", "j2", "x"),
        path("fork", "b", "j2"),
        flow("x", "end"),
        flow("x", "j1", "${false}"),
    )
    complete(instance, "b")
    assert instance.waiting() == ["a", "j2"]
    complete(instance, "a")
    assert instance.state is InstanceState.COMPLETED


def test_an_inclusive_join_in_a_loop_goes_on_in_every_round() -> None:
    instance = run(
        start(),
        inclusive("join"),
        user("a"),
        exclusive("x", default="x-end"),
        end(),
        path("start", "join", "a", "x"),
        flow("x", "join", "${again}"),
        flow("x", "end"),
    )
    complete(instance, "a", "a", again=True)
    complete(instance, "a", again=False)
    assert instance.state is InstanceState.COMPLETED


def test_the_tokens_document_says_nothing_for_a_single_token() -> None:
    tokens = Tokens()
    tokens.add(1, 2)
    assert tokens.text() == '{"tokens":{"1":3}}'
    again = Tokens(tokens.text())
    again.add(1, -2)
    assert again.text() is None
