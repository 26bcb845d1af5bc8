"""Processes that wait for events, as clients of Alfresco see them: running, at the event, with no task of anybody."""

from typing import Any

import pytest

from taskbridge.clock import ManualClock
from taskbridge.service import deployments, processes
from taskbridge.service.unit import Services, Unit
from tests.alfresco import AlfrescoClient
from tests.bpmn import definitions
from tests.client import jobs_done
from tests.dialects.alfresco.conftest import People
from tests.dialects.alfresco.models import begin, complete
from tests.waiting import HOUR, LISTENING, WAITING, awaited, happens

pytestmark = pytest.mark.anyio


@pytest.fixture
async def ann(person: People, services: Services) -> AlfrescoClient:
    """Who does the work; the process is deployed."""
    sources = deployments.read([("waiting.bpmn", WAITING), ("listening.bpmn", LISTENING)])
    await services.run(lambda unit: deployments.deploy(unit, sources))
    return await person("ann")


async def tasks(client: AlfrescoClient) -> dict[str, str]:
    """Name and id of the tasks that the caller sees."""
    return {one["name"]: one["id"] for one in await client.listed("/tasks")}


async def do(client: AlfrescoClient, name: str) -> None:
    """Complete a task as its assignee."""
    task = (await tasks(client))[name]
    answer = await client.put(f"/tasks/{task}?select=state", {"state": "completed"})
    assert answer.status_code == 200, answer.text


async def stands(client: AlfrescoClient, process: int) -> list[tuple[str, str]]:
    """Where a process stands: the nodes and their types."""
    listed: list[Any] = await client.listed(f"/processes/{process}/activities", status="active")
    return [(one["activityDefinitionId"], one["activityDefinitionType"]) for one in listed]


async def test_a_process_that_waits_for_events_is_at_them(
    ann: AlfrescoClient, services: Services, clock: ManualClock
) -> None:
    process = await begin(services, "ann", "waiting")
    await do(ann, "Ask")
    assert set(await tasks(ann)) == {"Note"}  # which the completion threw
    await do(ann, "Note")
    assert await tasks(ann) == {}
    assert await stands(ann, process) == [("first", "eventBasedGateway")]
    shown = await ann.entry(f"/processes/{process}")
    assert (shown["completed"], "endedAt" in shown) == (False, False)
    assert [one["id"] for one in await ann.listed("/processes", where="(status='active')")] == [str(process)]
    await happens(ann.app, process, "answered")
    assert set(await tasks(ann)) == {"Read"}
    await do(ann, "Read")
    assert (await tasks(ann), await stands(ann, process)) == ({}, [("parcel", "receiveTask")])
    clock.advance(5)
    await happens(ann.app, process, "delivered")
    shown = await ann.entry(f"/processes/{process}")
    assert (shown["completed"], shown["startActivityId"], shown["endActivityId"]) == (True, "start", "end")
    assert await awaited(ann.app, process) == []
    passed = await ann.listed(f"/processes/{process}/activities", maxItems=100)
    types = {one["activityDefinitionId"]: one["activityDefinitionType"] for one in passed}
    assert (types["answered"], types["raised"], types["raise"]) == (
        *("intermediateMessageCatch", "startEvent", "intermediateThrowEvent"),
    )
    assert all("endedAt" in one for one in passed)
    parcel = next(one for one in passed if one["activityDefinitionId"] == "parcel")
    assert (parcel["activityDefinitionName"], parcel["durationInMs"]) == ("Wait for the parcel", 5)


async def test_a_timer_that_a_process_waits_for_gives_the_next_task(
    ann: AlfrescoClient, services: Services, clock: ManualClock
) -> None:
    process = await begin(services, "ann", "waiting")
    await do(ann, "Ask")
    clock.advance(HOUR)
    await jobs_done(services)
    assert set(await tasks(ann)) == {"Note", "Read"}
    passed = await ann.listed(f"/processes/{process}/activities", maxItems=100)
    types = {one["activityDefinitionId"]: one["activityDefinitionType"] for one in passed}
    assert (types["late"], "answered" in types) == ("intermediateTimer", False)


async def test_an_event_that_interrupts_takes_tasks_away(ann: AlfrescoClient, services: Services) -> None:
    process = await begin(services, "ann", "waiting")
    await complete(services, "ann", (await tasks(ann))["Ask"])
    await happens(ann.app, process, "stopped")
    assert set(await tasks(ann)) == {"Tidy up"}
    assert await stands(ann, process) == [("stopping", "subProcess"), ("tidy", "userTask")]
    assert await awaited(ann.app, process) == []
    await do(ann, "Tidy up")
    assert (await ann.entry(f"/processes/{process}"))["completed"]


async def test_a_completion_throws_a_signal_to_a_process_that_waits_for_it(
    ann: AlfrescoClient, services: Services
) -> None:
    listening = await begin(services, "ann", "listening")
    assert await stands(ann, listening) == [("asked", "intermediateSignalCatch")]
    await begin(services, "ann", "waiting")
    await do(ann, "Ask")
    assert set(await tasks(ann)) == {"Heard", "Note"}
    assert await awaited(ann.app, listening) == []


async def test_a_process_that_is_deleted_waits_no_longer(ann: AlfrescoClient, services: Services) -> None:
    process = await begin(services, "ann", "waiting")
    await do(ann, "Ask")
    assert await awaited(ann.app, process) == ["answered", "late", "stopped"]
    assert (await ann.delete(f"/processes/{process}")).status_code == 204
    assert await awaited(ann.app, process) == []
    assert (await tasks(ann), await stands(ann, process)) == ({}, [])


async def test_a_process_tells_at_which_of_its_start_events_it_began(ann: AlfrescoClient, services: Services) -> None:
    sources = deployments.read([("starts.bpmn", _TWO_STARTS)])
    await services.run(lambda unit: deployments.deploy(unit, sources))

    def work(unit: Unit) -> list[int]:
        row = processes.latest_definition(unit, "starts")
        return [processes.start(unit, row, node_id=begin).id for begin in (None, "called")]

    plain, called = await services.run(work, "ann")
    for process, node in ((plain, "plain"), (called, "called")):
        assert (await ann.entry(f"/processes/{process}"))["startActivityId"] == node
    listed = await ann.listed("/processes", where="(processDefinitionKey='starts')")
    assert {one["id"]: one["startActivityId"] for one in listed} == {str(plain): "plain", str(called): "called"}


_TWO_STARTS = definitions(
    '<message id="m" name="call"/><process id="starts" isExecutable="true"><startEvent id="plain"/>'
    '<startEvent id="called"><messageEventDefinition messageRef="m"/></startEvent><userTask id="work"/>'
    '<sequenceFlow id="f1" sourceRef="plain" targetRef="work"/>'
    '<sequenceFlow id="f2" sourceRef="called" targetRef="work"/>'
    "</process>"
)
