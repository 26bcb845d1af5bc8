"""When conditions are judged, and what they set off. What is expected was seen at the real engine, run by run."""

from collections.abc import Callable

import pytest
from tests.engine.bpmn_snippets import (
    complete,
    element,
    end,
    error_end,
    external,
    load,
    mapping,
    model,
    parallel,
    path,
    problems_of,
    run,
    start,
    subprocess,
    task,
    terminate,
    typed,
    user,
    values,
)
from tests.engine.memory import MemoryInstance

from taskbridge.engine.expressions import ExpressionError
from taskbridge.kinds import InstanceState

X = "${x == 1}"


def conditional(condition: str, **attributes: str) -> str:
    """A conditional event definition."""
    written = "".join(f' {name.replace("_", ":")}="{value}"' for name, value in attributes.items())
    return f"<conditionalEventDefinition{written}><condition>{condition}</condition></conditionalEventDefinition>"


def boundary(identifier: str, host: str, condition: str = X, *, cancels: bool = True, **attributes: str) -> str:
    """A conditional boundary event with a task behind it, whose id has a ``u`` before."""
    settings = {"attachedToRef": host, "cancelActivity": str(cancels).lower()}
    event = element("boundaryEvent", identifier, conditional(condition, **attributes), **settings)
    return event + user(f"u{identifier}") + path(identifier, f"u{identifier}")


def aside(identifier: str, condition: str = X, *, cancels: bool = True, **attributes: str) -> str:
    """An event subprocess with one task, which has the id."""
    begin = conditional(condition, **attributes)
    return subprocess(
        f"{identifier}P",
        element("startEvent", f"{identifier}S", begin, isInterrupting=str(cancels).lower()),
        user(identifier),
        path(f"{identifier}S", identifier),
        triggeredByEvent="true",
    )


def catch(identifier: str, condition: str = X, inner: str = "", **attributes: str) -> str:
    """A conditional intermediate catch event."""
    return element("intermediateCatchEvent", identifier, inner + conditional(condition, **attributes))


def chain(*more: str, t: str = "", **variables: object) -> MemoryInstance:
    """A started instance of two tasks one after the other, with more in its process."""
    return run(start(), user("t", t), user("t2"), end(), path("start", "t", "t2", "end"), *more, **variables)


def changed(instance: MemoryInstance, **variables: object) -> list[str]:
    """What waits after a change of variables of the instance."""
    instance.set(**typed(**variables))
    return instance.waiting()


def completed(instance: MemoryInstance, node_id: str, **variables: object) -> list[str]:
    """What waits after the completion of a task with variables."""
    complete(instance, node_id, **variables)
    return instance.waiting()


# as they are armed


def test_a_condition_that_holds_already_ends_its_host_before_that_begins() -> None:
    instance = chain(boundary("b", "t"), x=1)
    assert instance.waiting() == ["ub"]
    assert "t!" in instance.visited()
    assert [row.node_id for row in instance.rows.values()] == ["ub"]  # there never was a task to be seen


def test_it_begins_beside_its_host_once() -> None:
    assert chain(boundary("b", "t", cancels=False), x=1).waiting() == ["t", "ub"]


def test_a_filter_by_name_does_not_count_while_conditions_are_armed() -> None:
    assert chain(boundary("b", "t", camunda_variableName="q"), x=1).waiting() == ["ub"]


def test_variables_of_the_start_count_beside_the_start_itself() -> None:
    assert chain(aside("es", cancels=False), x=1, y=1).waiting() == ["es", "es", "es", "t"]
    assert chain(aside("es"), x=1, y=1).visited() == ["es", "esP", "esS"]


def test_input_parameters_of_the_host_are_seen() -> None:
    inputs = mapping({"x": "${1}"})
    assert chain(boundary("b", "t"), t=inputs).waiting() == ["ub"]
    assert chain(boundary("b", "t", cancels=False), aside("es", cancels=False), t=inputs).waiting() == ["t", "ub"]


def test_an_event_subprocess_takes_the_place_of_what_its_scope_would_begin_with() -> None:
    inside = (start("s2"), user("t"), path("s2", "t"), aside("es"))
    instance = run(start(), subprocess("sub", mapping({"x": "${1}"}), *inside), path("start", "sub"))
    assert instance.waiting() == ["es"]
    assert "s2" not in instance.visited()


def test_a_catching_event_is_passed_when_its_condition_holds() -> None:
    instance = run(start(), user("t"), catch("c"), user("u"), path("start", "t", "c", "u"))
    assert completed(instance, "t", x=1) == ["u"]
    assert instance.armed == []


def test_an_instance_that_starts_later_judges_its_conditions_then() -> None:
    begin = element("startEvent", "start", camunda_asyncBefore="true")
    instance = run(begin, user("t"), path("start", "t"), aside("es", cancels=False), x=1)
    assert instance.waiting() == ["start~"]
    instance.go_on("start")
    assert instance.waiting() == ["es", "t"]


# after changes


def test_every_change_is_an_occasion_of_its_own() -> None:
    instance = chain(boundary("b", "t", cancels=False))
    assert changed(instance, x=2) == ["t"]
    assert changed(instance, a=1, x=1) == ["t", "ub", "ub"]
    assert changed(instance, z=1) == ["t", "ub", "ub", "ub"]


@pytest.mark.parametrize(
    ("kinds", "begun"),
    [("create", 1), ("update", 1), ("create, update", 2), ("CREATE", 0), ("delete", 0), ("", 2)],
)
def test_changes_are_filtered_by_what_was_done(kinds: str, begun: int) -> None:
    instance = chain(
        aside(
            "es", "${execution.hasVariable('x')}", camunda_variableName="x", camunda_variableEvents=kinds, cancels=False
        )
    )
    changed(instance, x=1)
    changed(instance, y=1)
    assert changed(instance, x=1).count("es") == begun


def test_an_empty_name_names_no_variable() -> None:
    assert changed(chain(boundary("b", "t", camunda_variableName="")), x=1) == ["t"]


@pytest.mark.parametrize("wrong", ["${missing == 1}", "${x.missing == 1}", "${not missing}", "${missing == null}"])
def test_what_does_not_exist_makes_a_condition_false(wrong: str) -> None:
    assert changed(chain(boundary("b", "t", wrong)), x=1) == ["t"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [("${'yes'}", "returns non-Boolean"), ("true", "returns non-Boolean"), ("${null}", "returns null")],
)
def test_what_is_no_boolean_is_an_error(wrong: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message) as raised:
        chain(boundary("b", "t", wrong))
    assert raised.value.node_id == "t"


def test_a_completion_is_judged_before_the_task_is_left() -> None:
    instance = chain(boundary("b", "t"))
    assert completed(instance, "t", x=1) == ["ub"]
    assert "t!" in instance.visited()
    beside = chain(boundary("b", "t", cancels=False))
    assert completed(beside, "t", x=1) == ["t2", "ub"]


def test_what_a_completion_sets_off_may_take_the_instance_away() -> None:
    ends = element("boundaryEvent", "b", conditional(X), attachedToRef="t", cancelActivity="false")
    instance = chain(ends, terminate("over"), path("b", "over"))
    assert completed(instance, "t", x=1) == []
    assert instance.state is InstanceState.COMPLETED


def test_local_variables_of_a_worker_reach_its_own_events() -> None:
    around = (boundary("b", "w"), aside("es", cancels=False))
    instance = run(start(), external("w"), user("t"), path("start", "w", "t"), *around)
    instance.complete(task(instance, "w").id, local=typed(x=1))
    assert instance.waiting() == ["ub"]


def test_output_parameters_are_judged_by_what_is_outside() -> None:
    outputs = mapping(None, {"x": "${1}"})
    assert completed(chain(boundary("b", "t"), aside("es", cancels=False), t=outputs), "t") == ["es", "t2"]
    instance = chain(boundary("b", "t"), aside("es"), t=outputs)
    assert completed(instance, "t") == ["es"]
    assert "t" in instance.visited()


def test_an_instance_does_not_end_where_its_last_step_sets_something_off() -> None:
    for cancels in (True, False):
        only = run(start(), user("t", mapping(None, {"x": "${1}"})), path("start", "t"), aside("es", cancels=cancels))
        assert completed(only, "t") == ["es"]
        inside = (start("s2"), user("t"), path("s2", "t"))
        sub = subprocess("sub", mapping(None, {"x": "${1}"}), *inside)
        assert completed(run(start(), sub, path("start", "sub"), aside("es", cancels=cancels)), "t") == ["es"]


def test_an_error_is_caught_before_its_variables_are_judged() -> None:
    caught = element(
        "boundaryEvent", "er", '<errorEventDefinition errorRef="E" camunda:errorCodeVariable="x"/>', attachedToRef="sub"
    )
    inside = (start("s2"), user("t"), error_end("broken", "E"), path("s2", "t", "broken"))
    more = (
        caught,
        user("v"),
        path("er", "v"),
        boundary("b", "sub", "${x == 'E'}"),
        aside("es", "${x == 'E'}", cancels=False),
    )
    instance = run(start(), subprocess("sub", *inside), path("start", "sub"), *more)
    assert completed(instance, "t") == ["es", "v"]


def test_an_error_that_nobody_catches_lets_output_parameters_be_judged() -> None:
    instance = chain(aside("es", cancels=False), t=mapping(None, {"x": "${1}"}))
    instance.throw_error(task(instance, "t").id, "E")
    assert (instance.waiting(), instance.uncaught) == (["es"], ["E"])


# which ones, and in which order


def test_a_change_reaches_its_scope_and_all_that_is_inside() -> None:
    inside = (start("s2"), user("t"), boundary("b", "t", cancels=False), path("s2", "t"))
    sub = subprocess("sub", mapping({"y": "${0}"}), *inside)
    around = (
        boundary("bs", "sub", cancels=False),
        user("o"),
        boundary("bo", "o", cancels=False),
        aside("es", cancels=False),
    )
    process = (start(), sub, path("start", "sub"), path("start", "o"), *around)
    assert changed(run(*process), x=1) == ["es", "o", "t", "ub", "ubo", "ubs"]


def test_a_change_does_not_reach_beside_or_outside() -> None:
    inner = external("w", mapping({"x": "${0}"}))
    process = (start(), inner, user("t"), path("start", "w"), path("start", "t"))
    instance = run(
        *process, boundary("b", "t", cancels=False), boundary("bw", "w", cancels=False), aside("es", cancels=False)
    )
    assert completed(instance, "w", x=1) == ["t", "ubw"]


@pytest.mark.parametrize("first", ["b1", "b2"])
def test_of_several_that_hold_the_one_with_the_lesser_hash_goes_first(first: str) -> None:
    ids = sorted(("b1", "b2"), key=lambda one: one != first)
    events = [boundary(one, "t") for one in ids]
    assert changed(chain(*events), x=1) == ["ub2"]
    assert chain(*events, x=1).waiting() == ["ub2"]


@pytest.mark.parametrize(
    ("host_ends", "scope_ends", "left"),
    [
        (True, True, ["es"]),
        (True, False, ["es", "ub"]),
        (False, True, ["es"]),
        (False, False, ["es", "t", "ub"]),
    ],
)
def test_conditions_of_outer_scopes_go_first(host_ends: bool, scope_ends: bool, left: list[str]) -> None:
    assert changed(chain(boundary("b", "t", cancels=host_ends), aside("es", cancels=scope_ends)), x=1) == left


def test_event_subprocesses_that_hold_take_place_one_after_the_other() -> None:
    assert changed(chain(aside("e1"), aside("e2")), x=1) == ["e2"]
    assert changed(chain(aside("e1"), aside("e2", cancels=False)), x=1) == ["e1", "e2"]
    assert changed(chain(aside("e1", cancels=False), aside("e2")), x=1) == ["e2"]


def on_a(identifier: str, host: str) -> str:
    """A boundary event that changes of ``a`` are looked at for."""
    return boundary(identifier, host, "${a == 1}", camunda_variableName="a")


def on_b() -> str:
    """An event subprocess that changes of ``b`` are looked at for."""
    return aside("es", "${b == 1}", cancels=False, camunda_variableName="b")


def _plain() -> MemoryInstance:
    return chain(on_a("b", "t"), on_b())


def _beside() -> MemoryInstance:
    both = path("start", "t") + path("start", "o")
    return run(start(), user("t"), user("o"), both, on_a("b", "t"), on_b())


def _into_scope() -> MemoryInstance:
    return chain(on_a("b", "t"), boundary("c", "ub", "${z == 1}"), on_b())


def _inside() -> MemoryInstance:
    inside = (start("s2"), user("t"), path("s2", "t"), on_a("b", "t"))
    return run(start(), subprocess("sub", *inside), path("start", "sub"), on_b())


def _caught() -> MemoryInstance:
    caught = catch("t", "${a == 1}", camunda_variableName="a")
    return run(start(), caught, user("ub"), path("start", "t", "ub"), on_b())


@pytest.mark.parametrize(
    ("process", "left"),
    [
        (_plain, ["ub"]),
        (_beside, ["es", "o", "ub"]),
        (_into_scope, ["es", "ub"]),
        (_inside, ["es", "ub"]),
        (_caught, ["ub"]),
    ],
)
def test_changes_are_dropped_once_another_activity_stands_alone_in_their_scope(
    process: Callable[[], MemoryInstance], left: list[str]
) -> None:
    assert changed(process(), a=1, b=1) == left


def test_a_condition_that_is_armed_on_the_way_is_judged_by_the_changes_that_are_left() -> None:
    instance = chain(
        boundary("b1", "t", "${a == 1}"), boundary("b3", "ub1", "${b == 1}", camunda_variableName="b", cancels=False)
    )
    assert changed(instance, a=1, b=1) == ["ub1", "ub3", "ub3"]


def test_a_gateway_goes_the_way_whose_condition_holds_first() -> None:
    waits = element("eventBasedGateway", "g")
    events = (catch("c1"), catch("c2", "${y == 1}"), path("t", "g", "c1", "u1"), path("g", "c2", "u2"))
    parts = (start(), user("t"), waits, *events, user("u1"), user("u2"), path("start", "t"))
    instance = run(*parts)
    assert completed(instance, "t") == ["g"]
    assert changed(instance, y=1) == ["u2"]
    assert instance.armed == []
    assert completed(run(*parts, x=1), "t") == ["u1"]


def test_two_catching_events_go_on_together() -> None:
    ways = path("start", "g", "c1", "j", "u") + path("g", "c2", "j")
    instance = run(start(), parallel("g"), catch("c1"), catch("c2"), parallel("j"), user("u"), ways)
    assert changed(instance, x=1, y=1) == ["u"]


# in a file


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("<conditionalEventDefinition/>", "Conditional event must contain an expression for evaluation."),
        (
            "<conditionalEventDefinition><condition>${x}</condition><condition>${y}</condition>"
            "</conditionalEventDefinition>",
            "cvc-complex-type.2.4.d: Invalid content was found starting with element 'condition'. "
            "No child element is expected at this point.",
        ),
        (
            '<conditionalEventDefinition><condition xsi:type="tExpression">x</condition></conditionalEventDefinition>',
            "Invalid type, only tFormalExpression is currently supported",
        ),
        (
            '<conditionalEventDefinition><condition language="javascript">x</condition></conditionalEventDefinition>',
            "Unsupported language 'javascript' of a condition",
        ),
        (
            '<conditionalEventDefinition><condition camunda:resource="x.js"/></conditionalEventDefinition>',
            "Unsupported attribute 'camunda:resource' of condition",
        ),
    ],
)
def test_what_is_wrong_is_said(written: str, said: str) -> None:
    event = element("boundaryEvent", "b", written, attachedToRef="t")
    found = problems_of(model(start(), user("t"), end(), path("start", "t", "end"), event))
    assert said in [problem.message for problem in found]


def test_start_events_of_a_process_differ_in_their_conditions() -> None:
    starts = [element("startEvent", one, conditional(X)) for one in ("s1", "s2")]
    ways = path("s1", "t") + path("s2", "t")
    (problem,) = problems_of(model(*starts, user("t"), ways))
    assert problem.message == f"Cannot have more than one conditional event subscription with the same condition '{X}'"
    assert problem.element_id == "s2"
    assert problems_of(model(start(), user("t"), path("start", "t"), aside("e1"), aside("e2"))) == []


def test_processes_without_conditions_are_marked_as_such() -> None:
    begins = element("startEvent", "s1", conditional(X))
    assert not load(begins, user("t"), path("s1", "t")).conditional
    assert load(begins, user("t"), path("s1", "t"), boundary("b", "t")).conditional
    instance = run(begins, user("t"), path("s1", "t"), x=1)
    assert values(instance) == {"x": 1}
    assert instance.waiting() == ["t"]
