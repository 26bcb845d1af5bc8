"""Models are run by names alone, on the application itself; whatever they do, the next one finds a clean server."""

from pathlib import Path

import httpx
import pytest

from model_driver.models import Model, read
from model_driver.policies import POLICIES
from model_driver.rest import Server
from model_driver.running import MAX_STEPS, run_model
from model_driver.values import Json, JsonObject
from tests.engine.bpmn_snippets import end, exclusive, flow, model, start, user
from tests.model_driver.conftest import URL
from tests.model_driver.stubs import Changing, Jobs
from tests.serving import Served

pytestmark = pytest.mark.anyio

BPMN = Path(__file__).parents[1] / "bpmn"


def named(name: str) -> Model:
    """A model of the tests."""
    return read(f"{name}.bpmn", (BPMN / f"{name}.bpmn").read_bytes())


async def run_of(server: Server, one: Model, policy: str = "first") -> JsonObject:
    """What its only process did."""
    record = await run_model(server, one, POLICIES[policy])
    (run,) = record["runs"]
    assert isinstance(run, dict)
    return run


def done(run: JsonObject) -> list[str]:
    """The actions of a run, written out."""
    return [f"{step['action']['do']} {step['action']['activity']}" for step in run["steps"][1:]]


def looping() -> bytes:
    """A process that never ends: the way back has the only condition that is true."""
    back = flow("decide", "work", "${approved}")
    return model(start("s"), user("work"), exclusive("decide"), end("e"), flow("s", "work"),
                 flow("work", "decide"), back, flow("decide", "e", "${!approved}"))  # fmt: skip


async def test_tasks_are_completed_in_the_order_of_their_names_until_the_process_ends(server: Server) -> None:
    run = await run_of(server, named("ParallelBranches"))
    assert (run["waiting"], run["end"]) == ([["beside", "externalTask"], ["externalTask"]], "ended")
    assert done(run) == ["complete beside", "complete externalTask"]
    first = run["steps"][0]["state"]
    (tree,) = first["activities"]
    assert (tree["activity"], tree["kind"]) == ("ParallelBranches", "processDefinition")
    assert {(one["activity"], one["kind"]) for one in tree["children"]} == {
        ("beside", "userTask"),
        ("externalTask", "serviceTask"),
    }
    assert {(one["name"], one["type"], one["value"]) for one in first["variables"]} == {
        ("approved", "Boolean", True),
        ("amount", "Integer", 150),
        ("input", "Integer", 1),
    }
    assert run["steps"][-1]["state"]["ended"] is True


async def test_another_policy_goes_another_way(server: Server) -> None:
    assert done(await run_of(server, named("ParallelBranches"), "last")) == ["complete externalTask", "complete beside"]


async def test_an_error_is_thrown_once_where_the_policy_says_so(server: Server) -> None:
    run = await run_of(server, named("ErrorInScopes"), "errors-first")
    assert done(run)[0] == "throw externalTask"
    assert run["waiting"][1] == ["afterThisError"]
    assert run["end"] == "ended"


async def test_an_action_that_is_refused_is_part_of_the_run(server: Server) -> None:
    run = await run_of(server, named("UserDecision"))
    assert done(run) == ["complete work"]
    assert run["steps"][1]["error"]["type"] == "RestException"
    assert "score" in run["steps"][1]["error"]["message"]
    assert (run["steps"][1]["state"], run["end"]) == (run["steps"][0]["state"], "waiting")


async def test_a_process_without_end_is_left_after_sixty_actions(server: Server) -> None:
    run = await run_of(server, read("loop.bpmn", looping()))
    assert len(run["steps"]) == MAX_STEPS + 1
    assert run["end"] == "waiting"


async def test_nothing_is_left_of_a_model(server: Server) -> None:
    records = [await run_model(server, named("UserDecision"), POLICIES["first"]) for _ in range(2)]
    assert records[0] == records[1]
    for path in ("/deployment/count", "/process-instance/count"):
        assert await server.get(path) == {"count": 0}


@pytest.mark.parametrize(
    "content", [b"no XML", b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><x/>']
)
async def test_a_model_that_is_refused_is_recorded_so(server: Server, content: bytes) -> None:
    record = await run_model(server, read("broken.bpmn", content), POLICIES["first"])
    assert record["refused"]["status"] == 400
    assert record["runs"] == []


async def test_a_server_that_does_not_answer_breaks_off_one_model_only(served: Served) -> None:
    stub = Changing(httpx.ASGITransport(served.app), down="/activity-instances")
    async with Server(URL, stub) as silent:
        record = await run_model(silent, named("P1"), POLICIES["first"])
        assert "ReadTimeout" in record["broken"]
        assert await silent.get("/deployment/count") == {"count": 0}


async def test_an_answer_of_another_shape_breaks_off_one_model_only(served: Served) -> None:
    def changed(request: httpx.Request, answer: Json) -> Json:
        return [{"id": "1"}] if request.url.path.endswith("/external-task") else answer

    async with Server(URL, Changing(httpx.ASGITransport(served.app), changed)) as strange:
        record = await run_model(strange, named("P1"), POLICIES["first"])
    assert "not as the API says" in record["broken"]


async def test_jobs_are_executed_by_name_with_what_they_wait_for() -> None:
    jobs = Jobs()
    async with Server(URL, httpx.MockTransport(jobs)) as stub:
        run = await run_of(stub, read("p.bpmn", model(start("s"), end("e"), flow("s", "e"))))
    assert jobs.posted[-5:] == ["/process-definition/p:1:7/start", "/job/j1/execute", *["/job/j2/execute"] * 3]
    assert run["waiting"] == [["event"], *[["later~"]] * 4]
    first, *_, last = (step["state"]["jobs"][0] for step in run["steps"])
    assert first["due"] == {"after": 3600, "at": "2026-01-01T01:00:00Z"}
    assert (first["type"], first["configuration"]) == ("timer-intermediate-transition", "DURATION: PT1H")
    assert (last["due"], last["retries"], last["exception"]) == (None, 0, "it fails")
    assert run["steps"][-1]["error"]["status"] == 500
    # The transition instance has the id of the process instance, to which the variable belongs.
    assert {step["state"]["variables"][0]["scope"] for step in run["steps"]} == {""}


async def test_the_policy_of_recordings_without_steps_leaves_jobs_alone() -> None:
    async with Server(URL, httpx.MockTransport(Jobs())) as stub:
        run = await run_of(stub, read("p.bpmn", model(start("s"), end("e"), flow("s", "e"))), "tasks")
    assert (run["waiting"], run["end"], done(run)) == ([["event"]], "waiting", [])
