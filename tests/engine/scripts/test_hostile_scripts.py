"""Whatever a script does, it ends with an error in bounded time, and the next one knows nothing of it."""

import threading
from collections.abc import Callable

import pytest
from tests.engine.scripts import hostile
from tests.engine.scripts.evaluating import evaluate
from tests.patience import SECONDS

from taskbridge.engine.scripts.errors import ScriptError

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
