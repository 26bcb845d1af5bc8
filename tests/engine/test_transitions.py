"""The ways out of a task that its doer may choose."""

import pytest
from tests.engine.bpmn_snippets import element, end, exclusive, flow, load, parallel, path, run, start, task, user

from taskbridge.engine.errors import UnknownTransition
from taskbridge.engine.interpreter import transitions

CHAIN = (
    start(),
    user("a"),
    exclusive("x1"),
    exclusive("x2", default="x2-c"),
    user("b"),
    user("c"),
    end(),
    path("start", "a", "x1", "x2"),
    flow("x2", "b", "${false}"),
    flow("x2", "c"),
    path("b", "end"),
    path("c", "end"),
)


def names(*parts: str) -> list[str]:
    return [way.id for way in transitions(load(*parts), "a")]


def test_the_transitions_of_a_task_are_its_flows() -> None:
    assert names(start(), user("a"), user("b"), end(), path("start", "a", "b"), path("a", "end")) == ["a-b", "a-end"]


def test_a_task_without_flows_has_no_transitions() -> None:
    assert names(start(), user("a"), path("start", "a")) == []


def test_chained_exclusive_gateways_are_looked_through() -> None:
    assert names(*CHAIN) == ["x2-b", "x2-c"]


def test_other_gateways_are_not_looked_through() -> None:
    assert names(start(), user("a"), parallel("g"), end(), path("start", "a", "g", "end")) == ["a-g"]


def test_gateways_in_a_circle_end_the_search() -> None:
    circle = (start(), user("a"), exclusive("x1"), exclusive("x2"), path("start", "a", "x1", "x2", "x1"))
    assert names(*circle) == ["x2-x1"]


def test_a_named_transition_is_taken_whatever_its_condition_says() -> None:
    instance = run(*CHAIN)
    instance.complete(task(instance, "a").id, transition="x2-b")
    assert instance.waiting() == ["b"]
    assert instance.trail == ["start", "x1", "x2"]


def test_without_a_name_conditions_decide() -> None:
    instance = run(*CHAIN)
    instance.complete(task(instance, "a").id)
    assert instance.waiting() == ["c"]


def test_a_named_flow_of_a_forking_task_is_the_only_one_taken() -> None:
    instance = run(start(), user("a"), user("b"), user("c"), path("start", "a", "b"), path("a", "c"))
    instance.complete(task(instance, "a").id, transition="a-c")
    assert instance.waiting() == ["c"]


@pytest.mark.parametrize("name", ["a-x1", "x2", "b-end", ""])
def test_what_is_no_transition_is_refused_and_changes_nothing(name: str) -> None:
    instance = run(*CHAIN)
    with pytest.raises(UnknownTransition) as caught:
        instance.complete(task(instance, "a").id, transition=name)
    assert (caught.value.node_id, caught.value.transition) == ("a", name)
    assert instance.waiting() == ["a"]


def test_a_named_transition_into_an_automatic_node_goes_on_from_there() -> None:
    instance = run(start(), user("a"), element("task", "t"), user("b"), path("start", "a", "t", "b"))
    instance.complete(task(instance, "a").id, transition="a-t")
    assert instance.waiting() == ["b"]


def gateways(first: dict[str, str], second: dict[str, str], **of_task: str) -> list[str]:
    """A task, two gateways with settings of their own, and two tasks of which the condition chooses c."""
    return [
        *(start(), user("a", **of_task), exclusive("x1", **first), exclusive("x2", default="x2-c", **second)),
        *(user("b"), user("c"), path("start", "a", "x1", "x2"), flow("x2", "b", "${false}"), flow("x2", "c")),
    ]


BEFORE, AFTER = {"camunda_asyncBefore": "true"}, {"camunda_asyncAfter": "true"}


@pytest.mark.parametrize(
    ("first", "second", "of_task", "choices"),
    [
        (BEFORE, {}, {}, ["a-x1"]),
        ({}, BEFORE, {}, ["x1-x2"]),
        (AFTER, {}, {}, ["x1-x2"]),
        ({}, AFTER, {}, ["x2-b", "x2-c"]),
        ({}, {}, AFTER, ["x2-b", "x2-c"]),
        ({}, AFTER, AFTER, ["x1-x2"]),
    ],
)
def test_what_can_be_chosen_ends_at_a_gateway_that_waits(
    first: dict[str, str], second: dict[str, str], of_task: dict[str, str], choices: list[str]
) -> None:
    assert names(*gateways(first, second, **of_task)) == choices


def test_a_gateway_behind_a_chosen_transition_waits_before_it_decides() -> None:
    instance = run(*gateways({}, BEFORE))
    instance.complete(task(instance, "a").id, transition="x1-x2")
    assert (instance.waiting(), instance.trail) == (["x2~"], ["start", "x1"])
    instance.go_on("x2")
    assert instance.waiting() == ["c"]


def test_a_gateway_waits_after_it_has_been_left_on_the_chosen_transition() -> None:
    instance = run(*gateways({}, AFTER))
    instance.complete(task(instance, "a").id, transition="x2-b")
    assert (instance.waiting(), instance.trail) == (["x2~"], ["start", "x1", "x2"])
    instance.go_on("x2")
    assert instance.waiting() == ["b"]


def test_a_gateway_on_the_way_waits_after_it_has_been_left() -> None:
    instance = run(*gateways(AFTER, {}))
    instance.complete(task(instance, "a").id, transition="x1-x2")
    assert (instance.waiting(), instance.trail) == (["x1~"], ["start", "x1"])
    instance.go_on("x1")
    assert instance.waiting() == ["c"]


def test_a_task_that_waits_after_it_goes_on_by_the_chosen_transition() -> None:
    instance = run(*gateways({}, {}, **AFTER))
    instance.complete(task(instance, "a").id, transition="x2-b")
    assert instance.waiting() == ["a~"]
    instance.go_on("a")
    assert instance.waiting() == ["b"]
