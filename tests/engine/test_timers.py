"""Timers: intermediate catch events, boundary events that interrupt and that do not, start events."""

import pytest
from tests.engine.bpmn_snippets import (
    boundary,
    catch,
    complete,
    element,
    end,
    exclusive,
    external,
    flow,
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
    timer,
    timer_boundary,
    user,
)
from tests.engine.memory import MemoryInstance

from taskbridge.engine.errors import InvalidTimer
from taskbridge.engine.expressions import ExpressionError
from taskbridge.engine.graph import JobDeclaration
from taskbridge.engine.state import ForTime
from taskbridge.kinds import ActivityKind, InstanceState

HOUR = 3_600_000


def armed(instance: MemoryInstance) -> list[tuple[str, int]]:
    """What waits for a time, and when that is due."""
    return [(one.node_id, one.wait.due_at) for one in instance.armed if isinstance(one.wait, ForTime)]


def test_a_token_waits_at_a_catch_event_until_its_time() -> None:
    instance = run(start(), catch("c", "PT1H"), user("u"), path("start", "c", "u"))
    assert (instance.waiting(), armed(instance)) == (["c"], [("c", HOUR)])
    instance.trigger("c")
    assert (instance.waiting(), armed(instance)) == (["u"], [])
    assert instance.visited() == ["c", "start", "u"]


def test_a_catch_event_has_mappings_around_its_wait() -> None:
    inner = mapping({"wait": "PT2H"}, {"seen": "${wait}"})
    instance = run(start(), catch("c", "${wait}", inner=inner), end(), path("start", "c", "end"))
    assert armed(instance) == [("c", 2 * HOUR)]
    instance.trigger("c")
    assert instance.variables["seen"].value == "PT2H"


@pytest.mark.parametrize("host", [user("h"), external("h"), subprocess("h", start("s"), user("i"), path("s", "i"))])
def test_a_boundary_timer_takes_its_host_away(host: str) -> None:
    instance = run(
        start(),
        host,
        timer_boundary("t", "h", "PT1H"),
        user("late"),
        end(),
        path("start", "h", "end"),
        flow("t", "late"),
    )
    assert armed(instance) == [("t", HOUR)]
    instance.trigger("t")
    assert (instance.waiting(), armed(instance)) == (["late"], [])
    assert {"h!", "t", "late"} < set(instance.visited())


def test_a_boundary_timer_goes_with_its_host() -> None:
    instance = run(start(), user("h"), timer_boundary("t", "h", "PT1H"), user("n"), path("start", "h", "n"))
    complete(instance, "h")
    assert (instance.waiting(), armed(instance)) == (["n"], [])


def test_a_boundary_timer_that_does_not_interrupt_begins_a_path_beside_its_host() -> None:
    instance = run(
        start(),
        user("h"),
        timer_boundary("t", "h", "PT1H", cancelActivity="false"),
        user("beside"),
        end(),
        path("start", "h", "end"),
        flow("t", "beside"),
    )
    instance.trigger("t")
    assert (instance.waiting(), armed(instance)) == (["beside", "h"], [])
    complete(instance, "h")
    assert instance.waiting() == ["beside"]
    complete(instance, "beside")
    assert instance.state is InstanceState.COMPLETED
    assert instance.visited() == ["beside", "end", "h", "start", "t"]


@pytest.mark.parametrize(
    ("value", "left"), [("true", ["x"]), (" true ", ["x"]), ("false", ["h", "x"]), ("0", ["h", "x"]), ("1", ["h", "x"])]
)
def test_a_boundary_event_ends_its_host_where_it_says_so_in_a_word(value: str, left: list[str]) -> None:
    event = timer_boundary("t", "h", "PT1H", cancelActivity=value)
    instance = run(start(), user("h"), event, user("x"), path("start", "h"), flow("t", "x"))
    instance.trigger("t")
    assert instance.waiting() == left


def test_a_cycle_beside_its_host_goes_on_and_one_that_interrupts_ends() -> None:
    def begun(**attributes: str) -> MemoryInstance:
        cycle = timer_boundary("t", "h", "R2/PT1H", "timeCycle", **attributes)
        return run(start(), user("h"), cycle, user("x"), path("start", "h"), flow("t", "x"))

    beside = begun(cancelActivity="false")
    beside.now = HOUR
    beside.trigger("t")
    assert armed(beside) == [("t", 2 * HOUR)]
    beside.now = 2 * HOUR
    beside.trigger("t")
    assert (armed(beside), beside.waiting()) == ([], ["h", "x", "x"])
    instead = begun()
    instead.now = HOUR
    instead.trigger("t")
    assert (armed(instead), instead.waiting()) == ([], ["x"])


def test_the_first_of_several_timers_takes_the_others_away() -> None:
    timers = "".join(timer_boundary(f"t{hours}", "h", f"PT{hours}H") for hours in (1, 2, 3))
    instance = run(start(), user("h"), timers, path("start", "h"))
    assert armed(instance) == [("t1", HOUR), ("t2", 2 * HOUR), ("t3", 3 * HOUR)]
    instance.trigger("t2")
    assert (armed(instance), instance.state) == ([], InstanceState.COMPLETED)


@pytest.mark.parametrize("ending", ["error", "terminate", "cancel"])
def test_timers_go_with_the_scope_around_them(ending: str) -> None:
    inner = (start("s"), parallel("f"), user("a"), timer_boundary("ta", "a", "PT1H"), catch("c", "PT2H"), user("b"))
    last = terminate("x") if ending == "terminate" else end("x", '<errorEventDefinition errorRef="E"/>')
    instance = run(
        start(),
        subprocess("sub", *inner, last, path("s", "f"), flow("f", "a"), flow("f", "c"), flow("f", "b"), flow("b", "x")),
        timer_boundary("ts", "sub", "PT3H"),
        boundary("err", "sub"),
        user("after"),
        path("start", "sub", "after"),
        flow("err", "after"),
    )
    assert sorted(armed(instance)) == [("c", 2 * HOUR), ("ta", HOUR), ("ts", 3 * HOUR)]
    if ending == "cancel":
        instance.cancel()
    else:
        complete(instance, "b")
        assert instance.waiting() == ["after"]
    assert armed(instance) == []


def test_what_is_made_and_ended_by_one_command_is_not_armed() -> None:
    instance = run(
        start(),
        parallel("f"),
        subprocess("sub", start("s"), user("i"), path("s", "i")),
        timer_boundary("t", "sub", "PT1H"),
        terminate("x"),
        path("start", "f", "sub"),
        flow("f", "x"),
    )
    assert (armed(instance), instance.state) == ([], InstanceState.COMPLETED)


def test_expressions_of_timers_see_what_their_host_sees() -> None:
    host = user("h", mapping({"hours": "PT5H"}))
    instance = run(start(), host, timer_boundary("t", "h", "${hours}"), path("start", "h"))
    assert armed(instance) == [("t", 5 * HOUR)]
    with pytest.raises(ExpressionError):
        run(start(), user("h"), timer_boundary("t", "h", "${hours}"), path("start", "h"))


def test_a_time_that_makes_no_sense_is_an_error_of_the_command() -> None:
    with pytest.raises(InvalidTimer, match="rubbish"):
        run(start(), catch("c", "rubbish"), path("start", "c"))


def test_priorities_come_from_the_node_else_from_the_process() -> None:
    parts = (
        start(),
        parallel("f"),
        catch("a", "PT1H"),
        catch("b", "PT1H", camunda_jobPriority="${n + 1}"),
        catch("c", "PT1H", camunda_jobPriority="${unknown}"),
        path("start", "f", "a"),
        flow("f", "b"),
        flow("f", "c"),
    )
    instance = MemoryInstance(load(*parts, camunda_jobPriority="7"))
    instance.start(dict(run(start(), user("u"), path("start", "u"), n=1).variables))
    assert {one.node_id: one.priority for one in instance.armed} == {"a": 7, "b": 2, "c": 0}


def test_a_process_tells_the_jobs_that_it_may_have() -> None:
    process = load(
        element("startEvent", "start", timer("timeCycle", "R/PT1H")),
        user("h", camunda_asyncBefore="true", camunda_asyncAfter="true"),
        timer_boundary("t", "h", "${when}", "timeDate"),
        catch("c", "PT1H"),
        path("start", "h", "c"),
    )
    assert list(process.jobs) == [
        JobDeclaration("start", "timer-start-event", "CYCLE: R/PT1H"),
        JobDeclaration("h", "async-continuation", "async-before"),
        JobDeclaration("h", "async-continuation", "async-after"),
        JobDeclaration("t", "timer-transition", "DATE: ${when}"),
        JobDeclaration("c", "timer-intermediate-transition", "DURATION: PT1H"),
    ]
    assert process.start is not None
    assert not load(start(), user("u"), path("start", "u")).waits


def test_events_of_timers_are_rows_that_no_one_works_on() -> None:
    instance = run(start(), catch("c", "PT1H"), path("start", "c"))
    [row] = instance.rows.values()
    assert (row.kind, row.wait, instance.tasks()) == (ActivityKind.EVENT, None, [])


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("<timerEventDefinition/>", "Timer needs configuration"),
        ("", "Unsupported intermediate catch event type"),
        (
            timer("timeDuration", "PT1H") + timer("timeDuration", "PT2H"),
            "multiple elements with tag name timerEventDefinition found.",
        ),
        (timer("timeDuration", "${"), "${"),
    ],
)
def test_timers_that_cannot_be_read_are_refused(written: str, message: str) -> None:
    content = model(start(), element("intermediateCatchEvent", "c", written), path("start", "c"))
    assert [message in one.message for one in problems_of(content)] == [True]


def test_an_external_task_with_a_timer_is_still_completed() -> None:
    instance = run(start(), external("h"), timer_boundary("t", "h", "PT1H"), end(), path("start", "h", "end"))
    instance.complete(task(instance, "h").id)
    assert (instance.state, armed(instance)) == (InstanceState.COMPLETED, [])


def test_what_a_path_beside_its_host_passes_is_kept_once() -> None:
    beside = timer_boundary("t", "h", "PT1H", cancelActivity="false")
    instance = run(start(), user("h"), beside, terminate("x"), path("start", "h"), flow("t", "x"))
    changes = instance.trigger("t")
    assert (changes.trail, instance.state) == (["x"], InstanceState.COMPLETED)
    assert changes.beside is not None
    assert instance.visited() == ["h!", "start", "t", "x"]


@pytest.mark.parametrize(
    ("failing", "node_id"),
    [
        (catch("c", "PT1H", inner=mapping(None, {"x": "${missing}"})), "c"),
        (catch("c", "PT1H") + exclusive("x") + flow("c", "x") + flow("x", "y", "${missing}") + flow("x", "z"), "x"),
    ],
)
def test_an_error_names_the_node_where_it_happened(failing: str, node_id: str) -> None:
    nodes = user("y") + user("z") if node_id == "x" else ""
    instance = run(start(), failing, nodes, path("start", "c"))
    with pytest.raises(ExpressionError) as raised:
        instance.trigger("c")
    assert raised.value.node_id == node_id
