"""Whatever a script does, it ends with an error in bounded time, and the next one knows nothing of it."""

import threading
from collections.abc import Callable

import pytest
from tests.engine.scripts import hostile
from tests.engine.scripts.evaluating import NOW, evaluate, sandbox
from tests.patience import SECONDS

from taskbridge.engine.scripts.errors import ScriptError
from taskbridge.engine.scripts.running import Allowance, CommandScripts
from taskbridge.engine.scripts.script import VISIBLE

#: Seconds that a script may take in these tests.
_LIMIT = 0.2


def in_time(work: Callable[[], object]) -> object:
    """What a work gives or raises, unless it takes for ever."""
    outcome: list[Callable[[], object]] = []

    def run() -> None:
        try:
            value = work()
            outcome.append(lambda: value)
        except BaseException as error:  # noqa: BLE001 - it is raised where the test waits
            raised = error

            def fail() -> object:
                raise raised

            outcome.append(fail)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(SECONDS)
    assert outcome, "the script is still running"
    return outcome[0]()


def refused(source: str) -> str:
    with pytest.raises(ScriptError) as error:
        in_time(lambda: evaluate(source, seconds=_LIMIT))
    assert in_time(lambda: evaluate("1 + 1")) == 2
    return str(error.value)


@pytest.mark.parametrize("source", hostile.ENDLESS.values(), ids=list(hostile.ENDLESS))
def test_a_script_without_end_is_ended(source: str) -> None:
    assert "longer than 0.2 seconds" in refused(source)


@pytest.mark.parametrize("source", hostile.GREEDY.values(), ids=list(hostile.GREEDY))
def test_a_script_gets_no_more_memory_than_it_may_have(source: str) -> None:
    refused(source)


@pytest.mark.parametrize("source", hostile.DEEP.values(), ids=list(hostile.DEEP))
def test_a_script_cannot_exhaust_the_stack(source: str) -> None:
    refused(source)


@pytest.mark.parametrize("source", hostile.OUTSIDE.values(), ids=list(hostile.OUTSIDE))
def test_nothing_outside_of_the_interpreter_can_be_reached(source: str) -> None:
    refused(source)


def test_an_error_of_the_process_reaches_whoever_runs_the_script() -> None:
    """What a script asks for may have to be loaded, and a database may be away."""
    failure = OSError("the database is away")

    def resolve(name: str) -> object:
        if name == VISIBLE:
            return {"x": None}
        raise failure

    command = CommandScripts(Allowance(sandbox(), SECONDS), now=NOW, hurried=False, expect_long_work=lambda: None)
    with pytest.raises(OSError, match="the database is away") as raised:
        in_time(lambda: command.run("try { x } catch (e) { 1 }", resolve, wanted=True))
    assert raised.value is failure
    assert in_time(lambda: evaluate("1 + 1")) == 2


def test_evaluations_in_many_threads_do_not_meet() -> None:
    """Each gets its own answers, its own error and its own end."""
    found: dict[int, object] = {}

    def work(number: int) -> None:
        sources = ("x + 1", "throw new Error(x)", "while (true) {}", "(function f() { f() })()")
        for turn in range(12):
            source = sources[(number + turn) % 4]
            seconds = 0.05 if source.startswith("while") else SECONDS
            try:
                found[number * 100 + turn] = evaluate(source, {"x": number}, seconds=seconds)
            except ScriptError as error:
                found[number * 100 + turn] = str(error).rpartition(":")[2]

    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert not any(thread.is_alive() for thread in threads)
    for number in range(6):
        ends = [number + 1, f" {number}", None, " Maximum call stack size exceeded"]
        ends[2] = "the scripts of one transaction take longer than 0.05 seconds"
        for turn in range(12):
            assert found[number * 100 + turn] == ends[(number + turn) % 4]
