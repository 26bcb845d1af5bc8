"""A server agrees with itself; the first difference is found, and what one side lacks is none."""

from copy import deepcopy
from io import StringIO

import httpx
import pytest

from model_driver.comparing import Outcome, compare
from model_driver.driving import Drive
from model_driver.policies import POLICIES
from model_driver.rest import Server
from model_driver.running import run_model
from model_driver.values import Json, JsonObject
from tests.model_driver.conftest import URL
from tests.model_driver.stubs import UNKNOWN, Changing
from tests.model_driver.test_running import named
from tests.serving import Served

pytestmark = pytest.mark.anyio

ROUNDS = ("first", "errors-first")
MODELS = ("ParallelBranches", "ErrorInScopes", "UserDecision", "ThreeTopics", "Mapped", "Inputs", "Priorities")


async def test_a_server_agrees_with_itself(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    agreed = await Drive((server, server)).through([named(name) for name in MODELS], ROUNDS)
    printed = capsys.readouterr().out
    assert agreed, printed
    assert printed.count("agree    ") == len(MODELS) * len(ROUNDS)
    assert "7 models: 7 deploy on both sides, 0 only on" in printed
    assert "7 agree, 0 differ" in printed


async def test_the_first_difference_is_printed_with_both_sides(
    served: Served, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    def changed(request: httpx.Request, answer: Json) -> Json:
        if request.url.path.endswith("/task"):
            return [task | {"priority": task["priority"] + 1} for task in answer]
        return answer

    async with Server(URL, Changing(httpx.ASGITransport(served.app), changed)) as other:
        assert not await Drive((server, other)).through([named("ErrorInScopes"), named("P1")], ["first"])
    printed = capsys.readouterr().out
    assert "differ   ErrorInScopes.bpmn (ErrorInScopes: 1 states)" in printed
    assert 'step 1 after {"do": "complete", "kind": "external_task", "activity": "externalTask", "nth": 1}: tasks' in (
        printed
    )
    assert '"priority": 50' in printed
    assert '"priority": 51' in printed
    assert "agree    P1.bpmn" in printed
    assert "1 agree, 1 differ" in printed


async def test_a_part_can_be_left_out(served: Served, server: Server) -> None:
    def changed(request: httpx.Request, answer: Json) -> Json:
        return [] if request.url.path.endswith("/variable-instance") else answer

    async with Server(URL, Changing(httpx.ASGITransport(served.app), changed)) as other:
        assert not await Drive((server, other)).through([named("P1")], ["first"])
        assert await Drive((server, other), without=frozenset({"variables"})).through([named("P1")], ["first"])


async def test_what_one_server_lacks_is_not_compared_and_said_so(
    served: Served, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    def changed(request: httpx.Request, answer: Json) -> Json:
        return UNKNOWN if "/external-task" in request.url.path else answer

    async with Server(URL, Changing(httpx.ASGITransport(served.app), changed)) as other:
        assert "external_tasks" not in other.has
        assert await Drive((server, other)).through([named("P1"), named("UserTask")], ["first"])
    printed = capsys.readouterr().out
    assert "P1: compared until one side lacks an operation (action: external_tasks)" in printed
    assert "not compared, because only one side has it: external_tasks" in printed
    assert "2 agree, 0 differ; 4 states agreed; runs compared in part: 1" in printed


async def test_an_error_is_thrown_only_where_both_servers_can(served: Served) -> None:
    def answering(answer: Json) -> Changing:
        def changed(request: httpx.Request, given: Json) -> Json:
            return answer if request.url.path.endswith("/bpmnError") else given

        return Changing(httpx.ASGITransport(served.app), changed)

    async with (
        Server(URL, answering({"type": "RestException"})) as can,
        Server(URL, answering(UNKNOWN)) as cannot,
    ):
        assert can.has - cannot.has == {"task error"}
        assert await Drive((can, cannot)).through([named("UserTask")], ["errors-first"])


async def test_a_model_that_one_side_refuses_is_counted_by_its_reasons(
    served: Served, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    refusal = {"type": "ParseException", "message": "No. Errors: \n* Unsupported element x 'y' | resource z | line 1"}

    def changed(request: httpx.Request, answer: Json) -> Json:
        return refusal if request.url.path.endswith("/create") else answer

    class Refusing(Changing):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response = await super().handle_async_request(request)
            return httpx.Response(400, json=refusal) if request.url.path.endswith("/create") else response

    async with Server(URL, Refusing(httpx.ASGITransport(served.app), changed)) as other:
        assert await Drive((server, other)).through([named("P1")], ["first"])
    printed = capsys.readouterr().out
    assert "only the first deploys P1.bpmn" in printed
    assert "   1 Unsupported element x\n" in printed
    assert "0 deploy on both sides, 1 only on" in printed


async def test_a_server_that_breaks_off_is_no_agreement(served: Served) -> None:
    async with Server(URL, Changing(httpx.ASGITransport(served.app), down="/activity-instances")) as silent:
        assert not await Drive((silent,)).through([named("P1")], ["first"])
        assert not await Drive((silent, silent)).through([named("P1")], ["first"])


async def test_the_runs_of_the_first_server_are_recorded(server: Server) -> None:
    file = StringIO()
    await Drive((server,), record=file).through([named("P1"), named("UserTask")], ["first", "last"])
    assert len(file.getvalue().splitlines()) == 4


@pytest.fixture
async def record(server: Server) -> JsonObject:
    """A model that was run."""
    return await run_model(server, named("ParallelBranches"), POLICIES["first"])


def test_lists_are_compared_in_any_order_and_values_with_their_type(record: JsonObject) -> None:
    other = deepcopy(record)
    state = other["runs"][0]["steps"][0]["state"]
    state["variables"].reverse()
    assert compare(record, other).outcome is Outcome.AGREE
    next(one for one in state["variables"] if one["name"] == "approved")["value"] = 1
    (run,) = compare(record, other).runs
    assert run.difference is not None
    assert (run.difference.step, run.difference.place) == (0, "variables")
    assert [one["value"] for one in run.difference.one] == [True]
    assert [one["value"] for one in run.difference.other] == [1]


def test_a_run_that_goes_on_is_a_difference(record: JsonObject) -> None:
    other = deepcopy(record)
    del other["runs"][0]["steps"][1:]
    (run,) = compare(record, other).runs
    assert (run.steps, run.difference and run.difference.place) == (1, "action")


def test_a_process_that_one_side_does_not_have_is_a_difference(record: JsonObject) -> None:
    assert compare(record, record | {"runs": []}).outcome is Outcome.DIFFER
    assert compare(record, record | {"broken": "no answer"}).outcome is Outcome.BROKEN
    assert compare(record | {"refused": {"message": "no"}}, record).outcome is Outcome.ONLY_SECOND
    refused = record | {"refused": {"message": "no"}}
    assert compare(refused, refused).outcome is Outcome.NEITHER


@pytest.mark.parametrize(("part", "place"), [("history", "history"), ("start_jobs", "start_jobs")])
def test_what_is_seen_at_the_end_is_compared_where_both_show_it(record: JsonObject, part: str, place: str) -> None:
    one, other = deepcopy(record), deepcopy(record)
    one["runs"][0][part] = [{"activity": "a"}]
    assert compare(one, other).outcome is Outcome.AGREE
    other["runs"][0][part] = [{"activity": "b"}]
    (run,) = compare(one, other).runs
    assert run.difference is not None
    assert run.difference.place == place
