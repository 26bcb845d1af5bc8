"""Signals that are told in transactions of their own: jobs, which nothing carries out here but by hand."""

from collections.abc import AsyncIterator, Callable

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.signal_models import (
    RECEIVER,
    STARTED,
    boundary,
    catch,
    deployed,
    process,
    tasks,
    throw,
    throw_signal,
    variables,
)
from tests.engine.bpmn_snippets import end, parallel, path, start, user
from tests.serving import Served, serving

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="session")
async def running(database_for: Callable[[str], str], anyio_backend: str) -> AsyncIterator[Served]:
    """The application without a runner of jobs."""
    async with serving(database_for("of_signals"), job_execution=False) as served:
        yield served


async def test_a_signal_to_be_told_later_is_a_job_of_who_gets_it(camunda: CamundaClient) -> None:
    inner = '<camunda:in source="a" target="b"/><camunda:in businessKey="key"/>'
    throws = process("throws", start(), throw("t", inner=inner, camunda_async="true"), end(), path("start", "t", "end"))
    bordered = process(
        "bordered", start(), user("host"), boundary("b", "host", interrupting=False), user("beside"),
        path("start", "host"), path("b", "beside"),
    )  # fmt: skip
    await deployed(camunda, RECEIVER, STARTED, bordered, throws)
    waits, withdrawn, border = [await camunda.start(key) for key in ("receiver", "receiver", "bordered")]
    paused = await camunda.start("receiver")
    await camunda.start("throws", {"variables": {"a": {"value": 1}}})
    assert await tasks(camunda) == ["beside", "host"]
    assert await variables(camunda, border) == {"b": 1}
    found = (await camunda.get("/job")).json()
    assert {one["jobDefinitionId"] for one in found} == {None}
    assert sorted(str(one["processInstanceId"]) for one in found) == sorted(["None", waits, withdrawn, paused])
    await camunda.delete(f"/process-instance/{withdrawn}")
    await camunda.put(f"/process-instance/{paused}/suspended", {"suspended": True})
    (job,) = (await camunda.get(f"/job?processInstanceId={paused}")).json()
    answer = await camunda.post(f"/job/{job['id']}/execute")
    assert (answer.status_code, answer.json()["message"][-13:]) == (404, "is suspended.")
    for job in found:
        await camunda.post(f"/job/{job['id']}/execute")
    assert [one["processInstanceId"] for one in (await camunda.get("/job")).json()] == [paused]
    assert await tasks(camunda) == ["begun", "beside", "got", "host"]
    assert await variables(camunda, waits) == {}
    (begun,) = (await camunda.get("/process-instance?processDefinitionKey=started")).json()
    assert (begun["businessKey"], await variables(camunda, begun["id"])) == (None, {})


async def test_what_has_got_a_signal_otherwise_does_not_wait_for_its_job(camunda: CamundaClient) -> None:
    throws = process(
        "throws", start(), parallel("fork"), catch("c"), user("got"), throw("t", camunda_async="true"), user("after"),
        path("start", "fork", "c", "got"), path("fork", "t", "after"),
    )  # fmt: skip
    await deployed(camunda, throws)
    await camunda.start("throws")
    assert await tasks(camunda) == ["after"]
    assert len((await camunda.get("/job")).json()) == 1
    assert await throw_signal(camunda) == (204, None)
    assert (await camunda.get("/job")).json() == []
