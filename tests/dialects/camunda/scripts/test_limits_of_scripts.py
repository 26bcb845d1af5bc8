"""Scripts that take too long or too much: they fail, nothing of them stays, and all else goes on meanwhile."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from tests.client import CamundaClient
from tests.dialects.camunda.scripts.scripted import around, error_of, flow, process, result_of, script, started
from tests.patience import SECONDS
from tests.serving import Served

from taskbridge.engine.scripts.errors import OutOfTime
from taskbridge.engine.scripts.running import Allowance
from taskbridge.settings import Settings
from taskbridge.store.transaction import Transaction

pytestmark = pytest.mark.anyio

_ENDLESS = "execution.setVariable('v', 1); while (true) {}"
_TOO_LONG = f"the scripts of one transaction take longer than {Settings().script_timeout:g} seconds"


@pytest.fixture
def little_time(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scripts have the time that they have where no setting says otherwise."""
    seconds = Settings().script_timeout
    monkeypatch.setattr(served.services, "scripts", Allowance(served.services.scripts.interpreter, seconds))


class Held:
    """An interpreter that is at it until it is told to stop, and has no time for that on the event loop."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.stop = threading.Event()

    def run(self, _answer: Callable[[bytes], bytes], *, now: int, seconds: float) -> None:
        """Wait."""
        if threading.current_thread() is threading.main_thread():
            raise OutOfTime(f"{now} {seconds}")
        self.begun.set()
        assert self.stop.wait(SECONDS)
        raise OutOfTime


@pytest.fixture
def long_works(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each of the works that took long was on the event loop then, where it must not go on."""
    found: list[bool] = []
    expect = Transaction.expect_long_work

    def expected(tx: Transaction) -> None:
        found.append(tx.on_event_loop)
        expect(tx)

    monkeypatch.setattr(Transaction, "expect_long_work", expected)
    return found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_ENDLESS, _TOO_LONG),
        ("while (true) { try { while (true) {} } catch (e) {} }", _TOO_LONG),
        ("/^(a+)+$/.test('a'.repeat(60) + 'b')", _TOO_LONG),
        ("while (true) execution.setVariable('v', 'x')", _TOO_LONG),
        ("let s = 'x'; while (true) s += s", ""),  # ended by what is exceeded first
        ("new Array(1e9).fill({})", ""),
    ],
)
@pytest.mark.usefixtures("little_time")
async def test_a_script_that_takes_too_much_fails_and_leaves_nothing(
    camunda: CamundaClient, text: str, said: str
) -> None:
    status, kind, message = await error_of(camunda, text)
    assert (status, kind) == (500, "RestException")
    assert "Unable to evaluate script while executing activity 'it'" in message
    assert said in message
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}
    assert (await camunda.get("/variable-instance/count")).json() == {"count": 0}
    assert await result_of(camunda, "1 + 1") == ("Integer", 2)


@pytest.mark.usefixtures("little_time")
async def test_the_scripts_of_one_transaction_share_their_time(camunda: CamundaClient) -> None:
    ends = script("const ends = Date.now() + 90; while (Date.now() < ends);", result=None)
    names = [f"it{number}" for number in range(8)]
    tasks = "".join(ends.replace('"it"', f'"{name}"') for name in names)
    ways = "".join(flow(one, other) for one, other in zip(["s", *names], names, strict=False))
    answer = await started(camunda, process(tasks, ways))
    assert answer.status_code == 500
    assert _TOO_LONG in answer.json()["message"]


@pytest.mark.usefixtures("little_time")
async def test_a_task_stays_open_when_a_script_behind_it_takes_too_long(camunda: CamundaClient) -> None:
    work = '<serviceTask id="work" camunda:type="external" camunda:topic="T"/>'
    await started(camunda, process(work, script(_ENDLESS), flow("s", "work"), flow("work", "it")))
    (task,) = await camunda.fetch()
    answer = await camunda.post(f"/external-task/{task['id']}/complete", {"workerId": "w", "variables": {}})
    assert (answer.status_code, answer.json()["type"]) == (500, "ScriptEvaluationException")
    answer = await camunda.post(f"/external-task/{task['id']}/failure", {"workerId": "w", "retries": 1})
    assert answer.status_code == 204


async def test_requests_are_answered_while_scripts_run(
    served: Served, camunda: CamundaClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite too, where all other works wait for one that is on the event loop."""
    await camunda.deploy(("model.bpmn", around(script("1"))))
    held = Held()
    monkeypatch.setattr(served.services, "scripts", Allowance(held, 60))
    running = asyncio.ensure_future(camunda.post("/process-definition/key/p/start", {}))
    try:
        assert await asyncio.to_thread(held.begun.wait, SECONDS)
        assert (await asyncio.wait_for(camunda.get("/task/count"), SECONDS)).json() == {"count": 0}
        assert not running.done()
    finally:
        held.stop.set()
    assert (await asyncio.wait_for(running, SECONDS)).status_code == 500


async def test_a_script_that_takes_long_is_run_anew_off_the_event_loop(
    camunda: CamundaClient, long_works: list[bool]
) -> None:
    text = "const ends = Date.now() + 100; while (Date.now() < ends); execution.setVariable('v', 1); 2"
    assert await result_of(camunda, text) == ("Integer", 2)
    assert (await camunda.get("/variable-instance/count?variableName=v")).json() == {"count": 1}
    assert set(long_works) <= {True}  # on PostgreSQL every work is in a thread


async def test_scripts_of_several_transactions_run_side_by_side(camunda: CamundaClient) -> None:
    await camunda.deploy(("model.bpmn", around(script("x * 2"))))
    answers = await asyncio.gather(
        *(
            camunda.post("/process-definition/key/p/start", {"variables": {"x": {"value": number}}})
            for number in range(40)
        )
    )
    assert {answer.status_code for answer in answers} == {200}
    found = (await camunda.get("/variable-instance?variableName=result")).json()
    assert sorted(one["value"] for one in found) == [2 * number for number in range(40)]


@pytest.mark.parametrize(
    "text",
    [
        "Object.prototype.leak = 1; Array.prototype.push = null; JSON.parse = null; globalThis.leak = 1; leak = 1",
        "execution = null; S = null; print = null; delete globalThis.console; Object = null; eval = null",
        "Object.freeze(Object.prototype); Object.freeze(globalThis)",
        "var leak = 1; function later() { return 1 }; globalThis.__proto__.leak = 1",
    ],
)
async def test_nothing_of_one_evaluation_is_there_in_the_next(camunda: CamundaClient, text: str) -> None:
    await started(camunda, around(script(text)))
    seen = "[typeof leak, typeof later, typeof ({}).leak, typeof execution.getVariable, typeof S, typeof [].push, "
    seen += "typeof JSON.parse, typeof Object, typeof console].join()"
    expected = "undefined,undefined,undefined,function,function,function,function,function,object"
    assert await result_of(camunda, seen) == ("String", expected)


async def test_a_recursion_that_is_too_deep_cannot_be_caught(camunda: CamundaClient) -> None:
    _, _, message = await error_of(camunda, "try { (function f() { f() })() } catch (e) { 'caught' }")
    assert message.endswith("org.graalvm.polyglot.PolyglotException: RangeError: Maximum call stack size exceeded")
    assert await result_of(camunda, "(function f(n) { return n ? f(n - 1) + 1 : 0 })(1000)") == ("Integer", 1000)


@pytest.mark.usefixtures("little_time")
async def test_no_thread_is_left_of_scripts_that_were_ended(camunda: CamundaClient) -> None:
    await error_of(camunda, "while (true) {}")
    before = threading.active_count()
    for _ in range(5):
        await error_of(camunda, "while (true) {}")
    assert threading.active_count() <= before
