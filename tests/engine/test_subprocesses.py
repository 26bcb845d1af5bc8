"""Scopes inside of a process, terminate ends, and what is cancelled with them."""

from tests.engine.bpmn_snippets import (
    complete,
    element,
    end,
    exclusive,
    flow,
    load,
    mapping,
    parallel,
    path,
    run,
    run_process,
    start,
    subprocess,
    task,
    terminate,
    typed,
    user,
    values,
)

from taskbridge.kinds import ActivityState, InstanceState


def test_a_subprocess_goes_on_outside_when_its_last_token_has_ended() -> None:
    inner = subprocess(
        "sub", start("s"), parallel("f"), user("a"), user("b"), end("e"), path("s", "f", "a", "e"), path("f", "b", "e")
    )
    instance = run(start(), inner, user("after"), end(), path("start", "sub", "after", "end"))
    complete(instance, "a")
    assert instance.waiting() == ["b"]
    complete(instance, "b")
    assert instance.waiting() == ["after"]
    assert instance.visited() == sorted(["start", "sub", "s", "f", "a", "b", "e", "e", "after"])


def test_deeply_nested_subprocesses_end_outwards_without_a_stack() -> None:
    depth = 100
    model = user("a") + start("s") + path("s", "a")
    for level in range(depth):
        model = start(f"s{level}") + subprocess(f"sub{level}", model) + path(f"s{level}", f"sub{level}")
    instance = run(model)
    assert instance.waiting() == ["a"]
    complete(instance, "a")
    assert instance.state is InstanceState.COMPLETED
    assert instance.visited().count("sub99") == 1


def test_a_terminate_end_ends_all_branches_of_its_scope() -> None:
    instance = run(
        start(),
        parallel("f"),
        user("a"),
        user("b"),
        parallel("j"),
        user("c"),
        terminate("stop"),
        path("start", "f", "a", "stop"),
        path("f", "b", "j"),
        path("f", "c", "j"),
    )
    complete(instance, "b")
    complete(instance, "a")
    assert instance.state is InstanceState.COMPLETED
    assert instance.visited() == sorted(["start", "f", "a", "b", "c!", "j!", "stop"])
    assert instance.stored.tokens is None


def test_a_terminate_end_in_a_subprocess_ends_only_the_subprocess() -> None:
    deep = subprocess("deep", start("ds"), user("d"), path("ds", "d"))
    inner = subprocess(
        "sub",
        start("s"),
        parallel("f"),
        user("a"),
        terminate("stop"),
        deep,
        path("s", "f", "a", "stop"),
        path("f", "deep"),
    )
    instance = run(
        start(),
        parallel("fork"),
        inner,
        user("other"),
        user("after"),
        path("start", "fork", "sub", "after"),
        path("fork", "other"),
    )
    complete(instance, "a")
    assert instance.waiting() == ["after", "other"]
    assert {"d!", "deep!", "sub", "stop"} <= set(instance.visited())


def test_tokens_not_yet_started_are_gone_after_a_terminate_end() -> None:
    instance = run(
        start(), parallel("f"), terminate("stop"), user("never"), path("start", "f", "stop"), path("f", "never")
    )
    assert instance.state is InstanceState.COMPLETED
    assert instance.visited() == ["f", "start", "stop"]


def test_a_terminate_end_before_other_branches_have_begun_leaves_those_before_it_cancelled() -> None:
    instance = run(
        start(), parallel("f"), user("before"), terminate("stop"), path("start", "f", "before"), path("f", "stop")
    )
    assert instance.visited() == ["before!", "f", "start", "stop"]
    [row] = [row for row in instance.rows.values() if row.node_id == "before"]
    assert row.state is ActivityState.CANCELLED


def test_input_of_a_subprocess_is_local_and_gone_afterwards() -> None:
    inner = subprocess(
        "sub", mapping({"x": "${y + 1}"}, {"result": "${x}"}), start("s"), user("a"), end("e"), path("s", "a", "e")
    )
    instance = run(start(), inner, user("after"), path("start", "sub", "after"), y=1)
    complete(instance, "a", x=7)
    assert values(instance) == {"y": 1, "result": 7}


def test_a_write_inside_lands_outside_when_no_scope_has_the_name() -> None:
    inner = subprocess("sub", mapping({"x": "1"}), start("s"), user("a"), user("b"), end("e"), path("s", "a", "b", "e"))
    instance = run(start(), inner, user("after"), path("start", "sub", "after"))
    instance.complete(task(instance, "a").id, typed(x="inner", z="outer"))
    assert values(instance) == {"z": "outer"}
    [scope] = [row for row in instance.rows.values() if row.node_id == "sub"]
    assert dict(scope.variables.items()) == typed(x="inner")


def test_conditions_inside_see_variables_of_all_scopes() -> None:
    inner = subprocess(
        "sub",
        mapping({"x": "${2}"}),
        start("s"),
        exclusive("g", default="g-b"),
        user("a"),
        user("b"),
        path("s", "g"),
        flow("g", "a", "${x + y == 3}"),
        flow("g", "b"),
    )
    assert run(start(), inner, path("start", "sub"), y=1).waiting() == ["a"]


def test_a_loop_through_a_subprocess_makes_a_new_scope_every_time() -> None:
    inner = subprocess("sub", mapping({"x": "0"}), start("s"), user("a"), end("e"), path("s", "a", "e"))
    instance = run(
        start(),
        inner,
        exclusive("g", default="g-end"),
        end(),
        path("start", "sub", "g"),
        flow("g", "sub", "${again}"),
        flow("g", "end"),
        again=True,
    )
    complete(instance, "a", x=1)
    complete(instance, "a", again=False)
    assert instance.state is InstanceState.COMPLETED
    scopes = [row for row in instance.rows.values() if row.node_id == "sub"]
    assert [dict(scope.variables.items())["x"].value for scope in scopes] == [1, "0"]


def test_cancelling_an_instance_cancels_everything_in_it() -> None:
    inner = subprocess("sub", start("s"), user("a"), path("s", "a"))
    instance = run(
        start(),
        parallel("f"),
        inner,
        parallel("j"),
        user("b"),
        path("start", "f", "sub", "j"),
        path("f", "b", "j"),
        path("f", "j"),
    )
    changes = instance.cancel()
    assert instance.state is InstanceState.EXTERNALLY_TERMINATED
    assert instance.visited() == sorted(["start", "f", "s", "sub!", "a!", "b!", "j!"])
    assert {activity.node_id for activity in changes.cancelled} == {"sub", "a", "b"}
    assert instance.stored.tokens is None


def test_a_cancelled_instance_runs_no_output_mappings() -> None:
    instance = run(start(), user("a", mapping(outputs={"x": "${unknown}"})), path("start", "a"))
    instance.cancel()
    assert instance.state is InstanceState.EXTERNALLY_TERMINATED


def test_two_instances_share_one_process() -> None:
    process = load(start(), user("a"), end(), path("start", "a", "end"))
    one, two = run_process(process), run_process(process)
    complete(one, "a")
    assert one.state is InstanceState.COMPLETED
    assert two.waiting() == ["a"]


def test_the_trail_tells_the_scope_of_what_was_passed() -> None:
    inner = subprocess("sub", start("s"), element("task", "t"), user("a"), path("s", "t", "a"))
    instance = run(start(), inner, path("start", "sub"))
    [scope] = [row.id for row in instance.rows.values() if row.node_id == "sub"]
    assert instance.trail == ["start", f"s@{scope}", f"t@{scope}"]
