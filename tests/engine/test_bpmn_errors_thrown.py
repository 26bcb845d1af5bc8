"""BPMN errors: who catches them, what is cancelled, and what happens when nobody does."""

import pytest
from tests.engine.bpmn_snippets import (
    HEAD,
    boundary,
    complete,
    element,
    end,
    error_end,
    external,
    mapping,
    parallel,
    path,
    run,
    start,
    subprocess,
    task,
    user,
    values,
)
from tests.engine.memory import MemoryInstance

from taskbridge.engine.bpmn import read_bpmn
from taskbridge.engine.expressions import ExpressionError
from taskbridge.kinds import ActivityState, InstanceState

ONE_TASK = (start(), external("a"), end(), path("start", "a", "end"))


def broken(
    instance: MemoryInstance, node_id: str = "a", code: str = "E1", message: str | None = None
) -> MemoryInstance:
    instance.throw_error(task(instance, node_id).id, code, message)
    return instance


def test_a_boundary_with_the_code_catches_the_error() -> None:
    instance = broken(run(*ONE_TASK, boundary("caught", "a", "E1"), user("mend"), path("caught", "mend")))
    assert instance.waiting() == ["mend"]
    assert instance.visited() == ["a!", "caught", "mend", "start"]
    assert instance.uncaught == []


@pytest.mark.parametrize("order", [("E1", None), (None, "E1")])
def test_a_handler_for_the_code_goes_before_one_that_catches_everything(order: tuple[str | None, str | None]) -> None:
    handlers = [
        boundary(f"h{number}", "a", code) + user(f"for-{code}") + path(f"h{number}", f"for-{code}")
        for number, code in enumerate(order)
    ]
    assert broken(run(*ONE_TASK, *handlers)).waiting() == ["for-E1"]
    assert broken(run(*ONE_TASK, *handlers), code="E2").waiting() == ["for-None"]


def test_an_inner_catch_all_goes_before_an_outer_handler_for_the_code() -> None:
    inner = subprocess(
        "sub", start("s"), external("a"), boundary("in", "a"), user("inside"), path("s", "a"), path("in", "inside")
    )
    instance = run(
        start(), inner, boundary("out", "sub", "E1"), user("outside"), path("start", "sub"), path("out", "outside")
    )
    assert broken(instance).waiting() == ["inside"]


def test_an_error_passes_handlers_for_other_codes_on_its_way_out() -> None:
    inner = subprocess("sub", start("s"), external("a"), boundary("in", "a", "E2"), path("s", "a"))
    middle = subprocess("mid", start("ms"), inner, boundary("between", "sub", "E3"), path("ms", "sub"))
    instance = run(
        start(), middle, boundary("out", "mid", "E1"), user("outside"), path("start", "mid"), path("out", "outside")
    )
    broken(instance)
    assert instance.waiting() == ["outside"]
    assert {"a!", "sub!", "mid!"} <= set(instance.visited())


def test_an_error_caught_outside_cancels_all_branches_inside() -> None:
    inner = subprocess(
        "sub",
        start("s"),
        parallel("f"),
        external("a"),
        user("b"),
        user("c"),
        parallel("j"),
        path("s", "f", "a"),
        path("f", "b", "j"),
        path("f", "c", "j"),
    )
    instance = run(
        start(),
        parallel("fork"),
        inner,
        user("other"),
        boundary("out", "sub"),
        user("mend"),
        path("start", "fork", "sub"),
        path("fork", "other"),
        path("out", "mend"),
    )
    complete(instance, "c")
    broken(instance)
    assert instance.waiting() == ["mend", "other"]
    assert {"a!", "b!", "c", "j!", "sub!"} <= set(instance.visited())


def test_an_error_nobody_catches_ends_the_path_silently() -> None:
    instance = broken(run(*ONE_TASK, boundary("other", "a", "E2"), user("mend"), path("other", "mend")))
    assert instance.state is InstanceState.COMPLETED
    assert instance.uncaught == ["E1"]
    assert instance.visited() == ["a", "start"]


def test_an_uncaught_error_in_a_subprocess_lets_it_go_on_outside() -> None:
    inner = subprocess("sub", start("s"), external("a"), user("never"), path("s", "a", "never"))
    instance = broken(run(start(), inner, user("after"), path("start", "sub", "after")))
    assert instance.waiting() == ["after"]


def test_an_uncaught_error_leaves_other_branches_alone() -> None:
    instance = broken(run(start(), parallel("f"), external("a"), user("b"), path("start", "f", "a"), path("f", "b")))
    assert instance.waiting() == ["b"]
    assert instance.state is InstanceState.ACTIVE


def test_the_handler_is_told_code_and_message() -> None:
    handler = boundary("caught", "a", camunda_errorCodeVariable="code", camunda_errorMessageVariable="text")
    instance = broken(run(*ONE_TASK, handler, user("mend"), path("caught", "mend")), message="it broke")
    assert values(instance) == {"code": "E1", "text": "it broke"}


def test_a_missing_message_is_told_as_null() -> None:
    handler = boundary("caught", "a", camunda_errorMessageVariable="text")
    instance = broken(run(*ONE_TASK, handler, user("mend"), path("caught", "mend")))
    assert values(instance) == {"text": None}


def test_output_mappings_of_what_is_cancelled_run() -> None:
    inner = subprocess(
        "sub",
        mapping({"y": "2"}, {"from_sub": "${y}"}),
        start("s"),
        external("a", mapping({"x": "1"}, {"from_a": "${x}"})),
        path("s", "a"),
    )
    instance = broken(
        run(start(), inner, boundary("out", "sub"), user("mend"), path("start", "sub"), path("out", "mend"))
    )
    assert values(instance) == {"from_a": "1", "from_sub": "2"}


def test_a_failing_output_mapping_keeps_the_error_from_being_thrown() -> None:
    task_ = external("a", mapping(outputs={"y": "${unknown}"}))
    instance = run(start(), task_, boundary("caught", "a"), user("mend"), path("start", "a"), path("caught", "mend"))
    with pytest.raises(ExpressionError):
        broken(instance)
    assert instance.waiting() == ["a"]


def test_an_error_end_is_caught_at_the_subprocess() -> None:
    inner = subprocess("sub", start("s"), user("a"), error_end("broken", "E1"), path("s", "a", "broken"))
    instance = run(
        start(), inner, boundary("caught", "sub", "E1"), user("mend"), path("start", "sub"), path("caught", "mend")
    )
    complete(instance, "a")
    assert instance.waiting() == ["mend"]
    assert instance.visited() == sorted(["start", "sub!", "s", "a", "broken!", "caught", "mend"])


def test_an_uncaught_error_end_ends_like_a_none_end() -> None:
    instance = run(start(), error_end("broken", "E1"), path("start", "broken"))
    assert instance.state is InstanceState.COMPLETED
    assert instance.visited() == ["broken", "start"]
    assert instance.uncaught == ["E1"]


def test_an_error_end_drops_tokens_of_its_scope_that_still_move() -> None:
    inner = subprocess(
        "sub",
        start("s"),
        parallel("f"),
        error_end("broken", "E1"),
        user("never"),
        path("s", "f", "broken"),
        path("f", "never"),
    )
    instance = run(
        start(), inner, boundary("caught", "sub"), user("mend"), path("start", "sub"), path("caught", "mend")
    )
    assert instance.waiting() == ["mend"]
    assert "never" not in {row.node_id for row in instance.rows.values()}


def test_a_declared_error_gives_its_code_and_message() -> None:
    declared = '<error id="err" errorCode="E7" camunda:errorMessage="${1 + 1} broke"/>'
    inner = subprocess("sub", start("s"), error_end("broken", "err"), path("s", "broken"))
    handler = boundary("caught", "sub", "err", camunda_errorCodeVariable="c", camunda_errorMessageVariable="m")
    body = start() + inner + handler + user("mend") + path("start", "sub") + path("caught", "mend")
    content = f"{HEAD}{declared}{element('process', 'p', body, isExecutable='true')}</definitions>"
    [process] = read_bpmn("test.bpmn", content.encode())
    instance = MemoryInstance(process)
    instance.start()
    assert values(instance) == {"c": "E7", "m": "2 broke"}


def test_a_handler_of_an_error_without_a_code_catches_everything() -> None:
    declared = '<error id="err" errorCode=""/>'
    body = "".join(ONE_TASK) + boundary("caught", "a", "err") + user("mend") + path("caught", "mend")
    content = f"{HEAD}{declared}{element('process', 'p', body, isExecutable='true')}</definitions>"
    [process] = read_bpmn("test.bpmn", content.encode())
    instance = MemoryInstance(process)
    instance.start()
    assert broken(instance).waiting() == ["mend"]


def definitions_of_errors(*pairs: tuple[str, str]) -> str:
    written = "".join(
        f'<camunda:errorEventDefinition id="d{number}" errorRef="{code}" expression="{expression}"/>'
        for number, (code, expression) in enumerate(pairs)
    )
    return f"<extensionElements>{written}</extensionElements>"


def throwing(*pairs: tuple[str, str], **variables: object) -> MemoryInstance:
    catch = boundary("caught", "a") + user("mend") + path("caught", "mend")
    return run(
        start(), external("a", definitions_of_errors(*pairs)), end(), path("start", "a", "end"), catch, **variables
    )


def test_the_first_error_definition_that_holds_turns_a_completion_into_an_error() -> None:
    instance = throwing(("E1", "${n > 5}"), ("E2", "${n > 2}"), ("E3", "${true}"))
    assert instance.error_on_failure(task(instance, "a").id) == "E3"
    complete(instance, "a", n=3)
    assert instance.waiting() == ["mend"]
    [row] = [row for row in instance.rows.values() if row.node_id == "a"]
    assert row.state is ActivityState.CANCELLED


def test_error_definitions_read_the_external_task() -> None:
    instance = throwing(("E1", "${externalTask.getErrorMessage() == 'bad' &amp;&amp; externalTask.retries == null}"))
    instance.facts["errorMessage"] = "good"
    assert instance.error_on_failure(task(instance, "a").id) is None
    instance.facts["errorMessage"] = "bad"
    assert instance.error_on_failure(task(instance, "a").id) == "E1"


def test_a_failing_error_definition_is_false_on_failure_and_an_error_on_completion() -> None:
    instance = throwing(("E1", "${unknown}"))
    assert instance.error_on_failure(task(instance, "a").id) is None
    with pytest.raises(ExpressionError, match="Unknown property used in expression"):
        complete(instance, "a")
    assert instance.waiting() == ["a"]


def test_an_error_definition_without_expression_never_holds() -> None:
    instance = throwing(("E1", ""))
    assert instance.error_on_failure(task(instance, "a").id) is None
