"""Asynchronous continuations: tokens that wait for a transaction of their own, before a node or after it."""

import pytest
from tests.engine.bpmn_snippets import (
    boundary,
    complete,
    element,
    end,
    exclusive,
    external,
    flow,
    inclusive,
    mapping,
    parallel,
    path,
    run,
    start,
    subprocess,
    task,
    terminate,
    timer_boundary,
    user,
)

from taskbridge.engine.state import ForContinuation
from taskbridge.kinds import InstanceState

BEFORE, AFTER = {"camunda_asyncBefore": "true"}, {"camunda_asyncAfter": "true"}


@pytest.mark.parametrize("attribute", ["camunda_asyncBefore", "camunda_async", "activiti:async"])
def test_a_token_waits_before_a_task(attribute: str) -> None:
    instance = run(start(), user("u", mapping({"x": "${n}"}), **{attribute: "true"}), path("start", "u"), n=1)
    assert (instance.waiting(), instance.visited()) == (["u~"], ["start"])
    instance.go_on("u")
    assert (instance.waiting(), instance.visited()) == (["u"], ["start", "u"])
    assert task(instance, "u").variables.get("x") is not None


def test_a_token_waits_after_a_task_on_the_flow_that_was_chosen() -> None:
    instance = run(
        start(),
        external("w", mapping(None, {"done": "${true}"}), **AFTER),
        user("yes"),
        user("no"),
        path("start", "w"),
        flow("w", "yes", "${n == 1}"),
        flow("w", "no", "${n != 1}"),
        n=1,
    )
    instance.complete(task(instance, "w").id)
    assert instance.waiting() == ["w~"]
    assert instance.variables["done"].value is True
    [armed] = instance.armed
    assert armed.wait == ForContinuation(after=True, flow_id="w-yes")
    instance.go_on("w")
    assert instance.waiting() == ["yes"]


def test_several_flows_are_gone_on_with_one_by_one() -> None:
    instance = run(start(), parallel("f", **AFTER), user("a"), user("b"), path("start", "f", "a"), flow("f", "b"))
    assert instance.waiting() == ["f~", "f~"]
    instance.go_on("f")
    assert instance.waiting() == ["a", "f~"]
    instance.go_on("f")
    complete(instance, "a", "b")
    assert instance.state is InstanceState.COMPLETED


@pytest.mark.parametrize(
    "last",
    [
        end("e"),
        terminate("e"),
        end("e", "<messageEventDefinition/>"),
        end("e", '<errorEventDefinition errorRef="E"/>'),
        element("task", "e"),
    ],
)
def test_ends_wait_before_and_after(last: str) -> None:
    both = last.replace('id="e"', 'id="e" camunda:asyncBefore="true" camunda:asyncAfter="true"')
    instance = run(start(), both, path("start", "e"))
    assert (instance.waiting(), instance.visited()) == (["e~"], ["start"])
    instance.go_on("e")
    assert (instance.waiting(), instance.visited()) == (["e~"], ["e", "start"])
    instance.go_on("e")
    assert instance.state is InstanceState.COMPLETED


def test_a_start_event_and_an_instance_wait_at_once() -> None:
    instance = run(start(**BEFORE, **AFTER), user("u"), path("start", "u"))
    assert (instance.waiting(), instance.visited()) == (["start~"], [])
    instance.go_on("start")
    assert (instance.waiting(), instance.visited()) == (["start~"], ["start"])
    instance.go_on("start")
    assert instance.waiting() == ["u"]


def test_a_subprocess_waits_outside_of_itself() -> None:
    inner = (start("s"), user("i"), path("s", "i"))
    instance = run(start(), subprocess("sub", *inner, **BEFORE, **AFTER), user("n"), path("start", "sub", "n"))
    assert instance.waiting() == ["sub~"]
    instance.go_on("sub")
    complete(instance, "i")
    assert instance.waiting() == ["sub~"]
    instance.go_on("sub")
    assert instance.waiting() == ["n"]


def test_boundary_events_are_armed_once_their_host_begins_and_can_wait_themselves() -> None:
    timer_ = timer_boundary("t", "h", "PT1H", **BEFORE)
    instance = run(start(), user("h", **BEFORE), timer_, user("late"), path("start", "h"), flow("t", "late"))
    assert [one.node_id for one in instance.armed] == ["h"]
    instance.go_on("h")
    assert [one.node_id for one in instance.armed] == ["t"]
    instance.trigger("t")
    assert instance.waiting() == ["t~"]
    instance.go_on("t")
    assert instance.waiting() == ["late"]


def test_an_error_boundary_waits_too() -> None:
    caught = boundary("b", "w", "E").replace("<boundaryEvent", '<boundaryEvent camunda:asyncAfter="true"')
    instance = run(start(), external("w"), caught, user("n"), path("start", "w"), flow("b", "n"))
    instance.throw_error(task(instance, "w").id, "E")
    assert instance.waiting() == ["b~"]
    instance.go_on("b")
    assert instance.waiting() == ["n"]


def test_joins_wait_before_they_count_and_after_they_went_on() -> None:
    instance = run(
        start(),
        parallel("f"),
        user("a"),
        user("b"),
        element("parallelGateway", "j", **BEFORE, **AFTER),
        user("n"),
        path("start", "f", "a", "j", "n"),
        flow("f", "b"),
        flow("b", "j"),
    )
    complete(instance, "a", "b")
    assert instance.waiting() == ["j~", "j~"]
    instance.go_on("j")
    assert instance.waiting() == ["j", "j~"]
    instance.go_on("j")
    assert instance.waiting() == ["j~"]
    instance.go_on("j")
    assert instance.waiting() == ["n"]


def test_an_inclusive_join_waits_for_tokens_that_still_wait_before_it() -> None:
    instance = run(
        start(),
        inclusive("f"),
        user("a"),
        user("b"),
        element("inclusiveGateway", "j", **BEFORE),
        user("n"),
        path("start", "f", "a", "j", "n"),
        flow("f", "b"),
        flow("b", "j"),
    )
    complete(instance, "a", "b")
    instance.go_on("j")
    assert instance.waiting() == ["j", "j~"]
    instance.go_on("j")
    assert instance.waiting() == ["n"]


def test_a_named_transition_is_taken_after_the_wait() -> None:
    instance = run(
        start(),
        user("u", **AFTER),
        exclusive("x"),
        user("a"),
        user("b"),
        path("start", "u", "x"),
        flow("x", "a", "${true}"),
        flow("x", "b", "${false}"),
    )
    instance.complete(task(instance, "u").id, transition="x-b")
    instance.go_on("u")
    assert instance.waiting() == ["b"]


def test_what_waits_is_cancelled_with_its_scope_and_runs_no_outputs() -> None:
    later = external("later", mapping(None, {"out": "${missing}"}), **BEFORE)
    inner = (start("s"), parallel("f"), later, user("i"), end("x", "<errorEventDefinition errorRef='E'/>"))
    instance = run(
        start(),
        subprocess("sub", *inner, path("s", "f", "later"), flow("f", "i"), flow("i", "x")),
        boundary("b", "sub"),
        user("n"),
        path("start", "sub"),
        flow("b", "n"),
    )
    complete(instance, "i")
    assert (instance.waiting(), instance.armed) == (["n"], [])
    assert "later!" not in instance.visited()


def test_an_instance_that_is_cancelled_keeps_nothing() -> None:
    instance = run(start(**BEFORE), user("u"), path("start", "u"))
    instance.cancel()
    assert (instance.armed, instance.state) == ([], InstanceState.EXTERNALLY_TERMINATED)


def test_the_jobs_of_several_flows_are_made_in_the_order_of_the_vendor() -> None:
    ways = [flow("f", "a"), flow("f", "b")]
    passing = run(start(), parallel("f", **AFTER), user("a"), user("b"), flow("start", "f"), *ways)
    passing.go_on("f")
    assert passing.waiting() == ["a", "f~"]
    waiting = run(start(), user("f", **AFTER), user("a"), user("b"), flow("start", "f"), *ways)
    complete(waiting, "f")
    waiting.go_on("f")
    assert waiting.waiting() == ["b", "f~"]


def test_a_terminate_end_cancels_before_it_waits() -> None:
    stop = end("stop", "<terminateEventDefinition/>").replace("<endEvent", '<endEvent camunda:asyncBefore="true"')
    instance = run(start(), parallel("f"), user("a"), stop, path("start", "f", "a"), flow("f", "stop"))
    assert (instance.waiting(), instance.visited()) == (["stop~"], ["a!", "f", "start"])
    instance.go_on("stop")
    assert instance.state is InstanceState.COMPLETED


def test_an_error_that_nothing_catches_leaves_the_task_until_its_continuation() -> None:
    instance = run(start(), external("w", **AFTER), end(), path("start", "w", "end"))
    instance.throw_error(task(instance, "w").id, "E")
    assert (instance.waiting(), instance.state) == (["w"], InstanceState.ACTIVE)
    instance.go_on("w")
    assert instance.state is InstanceState.COMPLETED


def test_an_activity_whose_path_ends_later_waits_for_none_of_its_events() -> None:
    instance = run(start(), user("u", **AFTER), timer_boundary("late", "u", "PT1H"), path("start", "u"))
    instance.complete(task(instance, "u").id)
    assert instance.waiting() == ["u~"]
    assert [armed.wait for armed in instance.armed] == [ForContinuation(after=True, flow_id=None)]
    instance.go_on("u")
    assert instance.state is InstanceState.COMPLETED
