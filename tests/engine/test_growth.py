"""How the work of a command grows with the model: twice the tokens may cost twice the work, not four times.

Work is counted in lines that are run inside of the engine, so that it does not matter how busy the machine is.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from tests.engine.bpmn_snippets import (
    complete,
    element,
    end,
    exclusive,
    flow,
    inclusive,
    load,
    parallel,
    path,
    start,
    subprocess,
    task,
    terminate,
    user,
)
from tests.engine.memory import MemoryInstance

from taskbridge import engine
from taskbridge.engine import movement
from taskbridge.engine.errors import TooManySteps
from taskbridge.engine.graph import Process
from taskbridge.engine.variables import Variable

_ENGINE = str(Path(engine.__file__).parent)
_SMALL = 150
#: Twice as much, and some room for what is sorted or hashed.
_LINEAR = 2.4


def _lines(command: Callable[[], object]) -> int:
    """How many lines of the engine a command runs, iterations of comprehensions included."""
    count = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:  # noqa: ANN401 - as Python calls it
        nonlocal count
        if not frame.f_code.co_filename.startswith(_ENGINE):
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        command()
    finally:
        sys.settrace(before)
    return count


def _join(kind: Callable[[str], str], number: int) -> Process:
    """A fork of so many flows into one join, beside a user task that leads there too."""
    return load(
        start(),
        parallel("fork"),
        user("u"),
        kind("join"),
        end(),
        path("start", "fork", "u", "join", "end"),
        *(element("sequenceFlow", f"f{one}", sourceRef="fork", targetRef="join") for one in range(number)),
    )


def _steps_to_join(kind: Callable[[str], str], number: int) -> Process:
    """The same, with an automatic task of its own on each way."""
    names = [f"t{one}" for one in range(number)]
    ways = [path("fork", name, "join") for name in names]
    tasks = [element("task", name) for name in names]
    user_task = path("start", "fork", "u", "join", "end")
    return load(start(), parallel("fork"), user("u"), *tasks, kind("join"), end(), user_task, *ways)


def _started(process: Process) -> MemoryInstance:
    instance = MemoryInstance(process)
    instance.start()
    return instance


def _growth(cost: Callable[[int], int]) -> float:
    return cost(2 * _SMALL) / cost(_SMALL)


@pytest.mark.parametrize("kind", [parallel, inclusive])
@pytest.mark.parametrize("model", [_join, _steps_to_join])
def test_a_start_into_a_join_costs_what_its_tokens_cost(
    model: Callable[[Callable[[str], str], int], Process], kind: Callable[[str], str]
) -> None:
    def cost(number: int) -> int:
        instance = MemoryInstance(model(kind, number))
        lines = _lines(instance.start)
        assert instance.waiting() == ["join"] * number + ["u"]
        return lines

    assert _growth(cost) < _LINEAR


@pytest.mark.parametrize("kind", [parallel, inclusive])
def test_the_last_token_of_a_join_costs_what_it_takes_along(kind: Callable[[str], str]) -> None:
    def cost(number: int) -> int:
        instance = _started(_join(kind, number))
        lines = _lines(lambda: complete(instance, "u"))
        assert instance.waiting() == []
        return lines

    assert _growth(cost) < _LINEAR


def test_scopes_that_end_beside_many_tokens_cost_what_is_in_them() -> None:
    def cost(number: int) -> int:
        names = [f"s{one}" for one in range(number)]
        inner = [
            subprocess(
                name,
                start(f"{name}b"),
                parallel(f"{name}f"),
                user(f"{name}u"),
                terminate(f"{name}e"),
                path(f"{name}b", f"{name}f", f"{name}u"),
                flow(f"{name}f", f"{name}e"),
            )
            for name in names
        ]
        ways = [path("fork", name, "join") for name in names]
        process = load(
            start(), parallel("fork"), user("u"), *inner, parallel("join"), path("start", "fork", "u"), *ways
        )
        instance = MemoryInstance(process)
        lines = _lines(instance.start)
        assert instance.waiting() == ["u"]
        return lines

    assert _growth(cost) < _LINEAR


@pytest.mark.parametrize("joins", [0, 100])
def test_looking_through_joins_counts_as_work(monkeypatch: pytest.MonkeyPatch, joins: int) -> None:
    """Every join looks at every move of the chain, which by itself is short enough."""
    monkeypatch.setattr(movement, "MAX_STEPS", 1_000)
    names = [f"j{one}" for one in range(joins)]
    chain = [f"t{one}" for one in range(500)]
    process = load(
        start(),
        parallel("fork"),
        user("u"),
        inclusive("split"),
        *(inclusive(name) for name in names),
        *(element("task", name) for name in chain),
        path("start", "fork"),
        *(path("fork", name) for name in names),
        path("fork", "u", "split", *chain[-1:]),
        *(path("split", name) for name in names),
        path("fork", *chain),
    )
    instance = MemoryInstance(process)
    if joins:
        with pytest.raises(TooManySteps):
            instance.start()
    else:
        instance.start()
        assert instance.waiting() == ["u"]


_CONDITIONS = [flow("split", f"e{one}", "${n > 1}") for one in range(500)]
_INPUTS = "".join(f'<camunda:inputParameter name="i{one}">${{n}}</camunda:inputParameter>' for one in range(500))
_LISTED = "".join(f"<camunda:value>${{n + {one}}}</camunda:value>" for one in range(500))
_LIST = f'<camunda:inputParameter name="i"><camunda:list>{_LISTED}</camunda:list></camunda:inputParameter>'


def _evaluating(conditions: list[str], inputs: str) -> Process:
    """A way through automatic nodes: a task with input parameters, and a gateway no condition of which holds."""
    mapping = f"<extensionElements><camunda:inputOutput>{inputs}</camunda:inputOutput></extensionElements>"
    chain = [f"t{one}" for one in range(700)]
    return load(
        start(),
        *(element("task", name) for name in chain),
        element("task", "mapping", mapping),
        exclusive("split", default="split-u"),
        user("u"),
        *(end(f"e{one}") for one in range(len(conditions))),
        path("start", *chain, "mapping", "split", "u"),
        *conditions,
    )


@pytest.mark.parametrize(
    ("conditions", "inputs", "refused"),
    [([], "", False), (_CONDITIONS, "", True), ([], _INPUTS, True), ([], _LIST, True)],
    ids=["nothing", "conditions", "parameters", "list"],
)
def test_evaluations_count_as_work(
    monkeypatch: pytest.MonkeyPatch, conditions: list[str], inputs: str, refused: bool
) -> None:
    monkeypatch.setattr(movement, "MAX_STEPS", 1_100)
    instance = MemoryInstance(_evaluating(conditions, inputs))
    if refused:
        with pytest.raises(TooManySteps):
            instance.start({"n": Variable("Integer", 1)})
    else:
        instance.start({"n": Variable("Integer", 1)})
        assert instance.waiting() == ["u"]


@pytest.mark.parametrize(("steps", "told"), [(500, 0), (2_000, 1)])
def test_the_environment_is_told_once_of_a_command_that_takes_long(
    monkeypatch: pytest.MonkeyPatch, steps: int, told: int
) -> None:
    times = 0

    def expect_long_work(_instance: MemoryInstance) -> None:
        nonlocal times
        times += 1

    monkeypatch.setattr(MemoryInstance, "expect_long_work", expect_long_work)
    chain = [f"t{one}" for one in range(steps)]
    process = load(start(), *(element("task", name) for name in chain), user("u"), path("start", *chain, "u"))
    instance = _started(process)
    assert times == told
    assert instance.waiting() == ["u"]


def test_tokens_of_older_rows_are_read() -> None:
    instance = _started(_join(inclusive, 3))
    text = instance.stored.tokens
    assert text is not None
    entries = '"joins":[[3,"join",1,"f0"],[4,"join",1,"f1"],[5,"join",1,"f2"]]'
    assert text == '{"tokens":{"1":4},"waiting":[["join",1,3,3]]}'
    instance.stored = instance.stored._replace(tokens=f'{{"tokens":{{"1":4}},{entries}}}')
    instance.complete(task(instance, "u").id)
    assert instance.waiting() == []
