"""Which flows a token takes."""

import pytest
from tests.engine.bpmn_snippets import (
    complete,
    element,
    end,
    exclusive,
    flow,
    inclusive,
    model,
    parallel,
    path,
    problems_of,
    run,
    start,
    user,
)

from taskbridge.engine.errors import NoOutgoingFlow, TooManySteps
from taskbridge.engine.expressions import ExpressionError
from taskbridge.kinds import InstanceState

TASKS = user("a") + user("b") + user("c") + end() + path("a", "end") + path("b", "end") + path("c", "end")


def test_an_exclusive_gateway_takes_the_first_flow_that_holds_in_document_order() -> None:
    gateway = exclusive("x") + flow("x", "b", "${n > 5}") + flow("x", "a", "${n > 1}") + flow("x", "c", "${n > 0}")
    assert run(start(), gateway, path("start", "x"), TASKS, n=3).waiting() == ["a"]


@pytest.mark.parametrize(("n", "expected"), [(1, "c"), (7, "a")])
def test_the_default_flow_is_taken_when_no_other_holds(n: int, expected: str) -> None:
    gateway = exclusive("x", default="x-c") + flow("x", "c") + flow("x", "a", "${n > 5}")
    assert run(start(), gateway, path("start", "x"), TASKS, n=n).waiting() == [expected]


def test_a_flow_without_condition_is_taken_where_there_is_no_default() -> None:
    gateway = exclusive("x") + flow("x", "a", "${n > 5}") + flow("x", "b") + flow("x", "c", "${n > 0}")
    assert run(start(), gateway, path("start", "x"), TASKS, n=1).waiting() == ["b"]


def test_a_gateway_without_a_way_out_fails_and_changes_nothing() -> None:
    gateway = exclusive("x") + flow("x", "b", "${n > 5}") + flow("x", "c", "${n > 7}")
    instance = run(start(), user("first"), gateway, path("start", "first", "x"), TASKS, n=1)
    with pytest.raises(NoOutgoingFlow) as caught:
        complete(instance, "first")
    assert caught.value.node_id == "x"
    assert instance.waiting() == ["first"]
    complete(instance, "first", n=6)
    assert instance.waiting() == ["b"]


def test_an_unknown_variable_in_a_condition_fails_and_changes_nothing() -> None:
    gateway = exclusive("x") + flow("x", "b", "${unknown}") + flow("x", "c", "${n > 7}")
    instance = run(start(), user("first"), gateway, path("start", "first", "x"), TASKS)
    with pytest.raises(ExpressionError, match="Unknown property used in expression"):
        complete(instance, "first")
    assert instance.waiting() == ["first"]


def test_a_condition_that_is_no_boolean_is_an_error() -> None:
    gateway = exclusive("x") + flow("x", "b", "${n}") + flow("x", "c", "${n > 7}")
    with pytest.raises(ExpressionError, match="non-Boolean"):
        run(start(), gateway, path("start", "x"), TASKS, n=1)


@pytest.mark.parametrize(("n", "expected"), [(1, ["c"]), (3, ["b", "c"]), (9, ["a", "b", "c"])])
def test_an_inclusive_gateway_takes_every_flow_that_holds(n: int, expected: list[str]) -> None:
    gateway = inclusive("o") + flow("o", "a", "${n > 5}") + flow("o", "b", "${n > 2}") + flow("o", "c")
    assert run(start(), gateway, path("start", "o"), TASKS, n=n).waiting() == expected


@pytest.mark.parametrize(("n", "expected"), [(1, ["c"]), (3, ["b"])])
def test_an_inclusive_default_is_taken_only_when_nothing_else_is(n: int, expected: list[str]) -> None:
    gateway = inclusive("o", default="o-c") + flow("o", "a", "${n > 5}") + flow("o", "b", "${n > 2}") + flow("o", "c")
    assert run(start(), gateway, path("start", "o"), TASKS, n=n).waiting() == expected


def test_an_inclusive_gateway_without_a_way_out_fails() -> None:
    gateway = inclusive("o") + flow("o", "a", "${n > 5}")
    with pytest.raises(NoOutgoingFlow):
        run(start(), gateway, path("start", "o"), TASKS, n=1)


def test_a_parallel_gateway_reads_no_conditions() -> None:
    gateway = parallel("g") + flow("g", "a", "${unknown}") + flow("g", "b", "${false}")
    assert run(start(), gateway, path("start", "g"), TASKS).waiting() == ["a", "b"]


def test_a_task_forks_over_every_flow_that_holds() -> None:
    ways = user("first") + flow("first", "a", "${n > 5}") + flow("first", "b", "${n > 2}") + flow("first", "c")
    instance = run(start(), ways, path("start", "first"), TASKS, n=3)
    complete(instance, "first")
    assert instance.waiting() == ["b", "c"]


def test_a_task_none_of_whose_flows_holds_takes_its_default() -> None:
    ways = user("first", default="first-c") + flow("first", "a", "${false}") + flow("first", "c")
    instance = run(start(), ways, path("start", "first"), TASKS)
    complete(instance, "first")
    assert instance.waiting() == ["c"]


def test_a_task_with_conditions_that_all_fail_is_an_error() -> None:
    instance = run(start(), user("first"), flow("first", "a", "${false}"), path("start", "first"), TASKS)
    with pytest.raises(NoOutgoingFlow):
        complete(instance, "first")


def test_a_task_without_flows_ends_its_token() -> None:
    instance = run(start(), user("only"), path("start", "only"))
    complete(instance, "only")
    assert instance.state is InstanceState.COMPLETED


def test_every_token_passes_a_node_with_several_incoming_flows_by_itself() -> None:
    instance = run(
        start(),
        parallel("g"),
        user("a"),
        end(),
        flow("g", "a"),
        element("task", "t"),
        path("g", "t", "a", "end"),
        path("start", "g"),
    )
    assert instance.waiting() == ["a", "a"]
    complete(instance, "a", "a")
    assert instance.state is InstanceState.COMPLETED
    assert instance.visited() == ["a", "a", "end", "end", "g", "start", "t"]


def test_a_loop_of_tasks_runs_as_often_as_its_condition_says() -> None:
    loop = user("a") + exclusive("x", default="x-end") + flow("x", "a", "${again}") + flow("x", "end") + end()
    instance = run(start(), loop, path("start", "a", "x"))
    complete(instance, "a", "a", again=True)
    complete(instance, "a", again=False)
    assert instance.state is InstanceState.COMPLETED
    assert instance.visited().count("a") == 3


def test_automatic_nodes_that_run_in_a_circle_are_stopped() -> None:
    circle = (
        exclusive("x", default="x-end") + element("task", "t") + flow("x", "t", "${true}") + flow("x", "end") + end()
    )
    instance = run(start(), user("first"), circle, path("start", "first", "x"), path("t", "x"))
    with pytest.raises(TooManySteps):
        complete(instance, "first")
    assert instance.waiting() == ["first"]


def test_a_long_chain_of_automatic_nodes_needs_no_stack() -> None:
    names = [f"t{number}" for number in range(3000)]
    chain = "".join(element("task", name) for name in names)
    assert run(start(), chain, end(), path("start", *names, "end")).state is InstanceState.COMPLETED


def test_flows_branch_in_document_order_and_depth_first() -> None:
    instance = run(
        start(),
        parallel("g"),
        *(element("task", name) for name in ("l1", "l2", "r1", "r2")),
        end(),
        path("start", "g"),
        path("g", "r1", "r2", "end"),
        path("g", "l1", "l2", "end"),
    )
    assert instance.trail == ["start", "g", "r1", "r2", "end", "l1", "l2", "end"]


@pytest.mark.parametrize(
    "condition",
    [
        '<conditionExpression language="groovy">x</conditionExpression>',
        "<conditionExpression>${1 +}</conditionExpression>",
    ],
)
def test_a_condition_that_cannot_be_read_is_not_taken_for_none(condition: str) -> None:
    conditional = element("sequenceFlow", "f", condition, sourceRef="g", targetRef="a")
    flows = path("start", "g") + flow("g", "a") + conditional
    content = model(start(), element("exclusiveGateway", "g", default="g-a"), user("a"), flows)
    assert [problem.element_id for problem in problems_of(content)] == ["f"]
