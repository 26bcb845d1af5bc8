"""Processes: lists, one, what it went through, its tasks (contract 6.3, 10.11)."""

from typing import Any

import pytest

from taskbridge.clock import ManualClock
from taskbridge.engine.variables import Variable
from taskbridge.service import processes, tasks
from taskbridge.service.unit import Services
from tests.alfresco import AlfrescoClient
from tests.conformance.expectations import date_text
from tests.dialects.alfresco.conftest import People
from tests.dialects.alfresco.models import ERRAND, POOL, REVIEW, begin, complete, deploy

pytestmark = pytest.mark.anyio

ORDERS = "[processDefinitionId, durationInMillis, endedAt, businessKey, startedAt, id]"


@pytest.fixture
async def kermit(person: People, services: Services) -> AlfrescoClient:
    """Who starts things; the processes are deployed."""
    await deploy(services, ERRAND, POOL)
    return await person("kermit")


async def found(client: AlfrescoClient, where: str = "", **query: object) -> list[int]:
    more = {"where": where} if where else {}
    return [int(one["id"]) for one in await client.listed("/processes", **more, **query)]


async def finish(services: Services, client: AlfrescoClient, process: int) -> None:
    """Complete both tasks of an errand."""
    for user in ("gonzo", "kermit"):
        (task,) = await client.listed("/tasks", where=f"(processId={process})")
        await complete(services, user, task["id"])


async def test_a_running_process_shows_what_it_has(
    kermit: AlfrescoClient, services: Services, clock: ManualClock
) -> None:
    process = await begin(services, "kermit", "errand", worker="gonzo", business_key="b-1")
    (definition,) = await kermit.listed("/process-definitions", where="(key='errand')")
    expected = {
        "id": str(process),
        "processDefinitionId": definition["id"],
        "processDefinitionKey": "errand",
        "businessKey": "b-1",
        "startedAt": date_text(clock.now()),
        "startUserId": "kermit",
        "startActivityId": "start",
        "completed": False,
    }
    assert await kermit.entry(f"/processes/{process}") == expected
    assert await kermit.listed("/processes") == [expected]


async def test_a_finished_process_tells_how_it_ended(
    kermit: AlfrescoClient, services: Services, clock: ManualClock
) -> None:
    process = await begin(services, "kermit", "errand", worker="gonzo")
    clock.advance(2500)
    await finish(services, kermit, process)
    shown = await kermit.entry(f"/processes/{process}")
    assert shown["completed"] is True
    assert (shown["endedAt"], shown["durationInMs"], shown["endActivityId"]) == (date_text(clock.now()), 2500, "theEnd")
    assert "deleteReason" not in shown


async def test_a_deleted_process_tells_why(kermit: AlfrescoClient, services: Services) -> None:
    process = await begin(services, "kermit", "errand", worker="gonzo")
    await services.run(lambda unit: processes.delete(unit, process, "no longer needed"), "kermit")
    shown = await kermit.entry(f"/processes/{process}")
    assert (shown["completed"], shown["deleteReason"]) == (True, "no longer needed")
    assert "endActivityId" not in shown


async def test_people_see_the_processes_they_took_part_in(
    kermit: AlfrescoClient, person: People, services: Services
) -> None:
    errand = await begin(services, "kermit", "errand", worker="gonzo")
    pool = await begin(services, "kermit", "pool")
    gonzo, fozzie, rizzo = await person("gonzo"), await person("fozzie"), await person("rizzo")
    admin, abroad = await person("admin", admin=True), await person("admin@acme", admin=True, tenant="acme")
    for client, expected in (
        (kermit, [errand, pool]),
        (admin, [errand, pool]),
        (gonzo, [errand]),
        (fozzie, [pool]),
        (rizzo, []),
        (abroad, []),
    ):
        assert await found(client, orderBy="id") == expected
    (task,) = await gonzo.listed("/tasks")
    await services.run(lambda unit: tasks.assign(unit, int(task["id"]), "rizzo"), "gonzo")
    assert await found(gonzo) == await found(rizzo) == [errand]  # who had a task has taken part
    await complete(services, "piggy", task["id"])
    assert await found(await person("piggy")) == [errand]  # who completed one, too


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("active", ["running"]),
        ("completed", ["finished"]),
        ("deleted", ["deleted"]),
        ("any", ["running", "finished", "deleted"]),
    ],
)
async def test_a_status_chooses(kermit: AlfrescoClient, services: Services, status: str, expected: list[str]) -> None:
    ids = {
        name: await begin(services, "kermit", "errand", worker="gonzo") for name in ("running", "finished", "deleted")
    }
    await finish(services, kermit, ids["finished"])
    await services.run(lambda unit: processes.delete(unit, ids["deleted"], "why not"), "kermit")
    assert await found(kermit, f"(status='{status}')", orderBy="id") == [ids[name] for name in expected]


@pytest.mark.parametrize(
    ("where", "matches"),
    [
        ("(processDefinitionKey='errand')", True),
        ("(processDefinitionKey='pool')", False),
        ("(businessKey='b-1')", True),
        ("(businessKey='b-2')", False),
        ("(startUserId='kermit')", True),
        ("(startUserId='gonzo')", False),
        ("(processDefinitionId='errand:1:1')", False),
        ("(startedAt > '2001-01-01' AND startedAt < '2999-01-01')", True),
        ("(startedAt < '2001-01-01')", False),
        ("(endedAt > '2001-01-01')", False),
        ("(variables/bpm_priority = 'd_int 1')", True),
        ("(variables/bpm_priority = 'd:int 1')", True),
        ("(variables/bpm_priority > 'd:int 1')", False),
        ("(variables/bpm_priority >= 'd:int 1')", True),
        ("(variables/bpm_priority < 'd:int 5')", True),
        ("(variables/bpm_priority <= 'd:int 4')", True),
        ("(variables/bpm_priority = 'd_int 5')", False),
        ("(variables/worker matches('gon%'))", True),
        ("(variables/worker matches('GON%'))", False),
        ("(variables/worker matches('(?i)GON%'))", True),
    ],
)
async def test_a_process_is_found_by_what_it_is(
    kermit: AlfrescoClient, services: Services, where: str, matches: bool
) -> None:
    priority = Variable("Integer", 1)
    process = await begin(services, "kermit", "errand", worker="gonzo", business_key="b-1", bpm_priority=priority)
    assert await found(kermit, where) == ([process] if matches else [])


async def test_a_process_is_found_by_its_definition(kermit: AlfrescoClient, services: Services) -> None:
    process = await begin(services, "kermit", "errand", worker="gonzo")
    (definition,) = await kermit.listed("/process-definitions", where="(key='errand')")
    assert await found(kermit, f"(processDefinitionId='{definition['id']}')") == [process]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"where": "(status='active2')"}, "Invalid status parameter: active2"),
        ({"orderBy": "colour"}, f"sort colour is not supported, supported items are {ORDERS}"),
        ({"orderBy": "id,startedAt"}, "Only one order by parameter is supported"),
    ],
)
async def test_a_query_that_makes_no_sense_is_refused(
    kermit: AlfrescoClient, query: dict[str, object], text: str
) -> None:
    assert await kermit.refused("/processes", **query) == (400, text, text)


@pytest.mark.parametrize("where", ["(startedAt='2001-01-01')", "(businessKey matches('b%'))", "(name='x')"])
async def test_what_processes_cannot_be_filtered_by_is_refused(kermit: AlfrescoClient, where: str) -> None:
    assert (await kermit.refused("/processes", where=where))[0] == 400


async def test_the_newest_come_first(kermit: AlfrescoClient, services: Services, clock: ManualClock) -> None:
    first = await begin(services, "kermit", "errand", worker="gonzo")
    clock.advance(1)
    second = await begin(services, "kermit", "pool", business_key="b")
    assert await found(kermit) == [second, first]
    for column in ("processDefinitionId", "startedAt", "id"):
        assert await found(kermit, orderBy=column) == [first, second]
        assert await found(kermit, orderBy=f"{column} DESC") == [second, first]
    for column in ("durationInMillis", "endedAt", "businessKey"):
        assert sorted(await found(kermit, orderBy=column)) == [first, second]


async def test_processes_come_in_pages(kermit: AlfrescoClient, services: Services) -> None:
    started = [await begin(services, "kermit", "pool") for _ in range(5)]
    response = await kermit.get("/processes?maxItems=2&skipCount=1&orderBy=id")
    listed = response.json()["list"]
    assert [int(one["entry"]["id"]) for one in listed["entries"]] == started[1:3]
    assert listed["pagination"] == {
        "count": 2,
        "hasMoreItems": True,
        "totalItems": 5,
        "skipCount": 1,
        "maxItems": 2,
    }


async def test_unknown_and_forbidden_processes_are_told_apart(
    kermit: AlfrescoClient, person: People, services: Services
) -> None:
    process = await begin(services, "kermit", "errand", worker="gonzo")
    stranger, abroad = await person("stranger"), await person("admin@acme", admin=True, tenant="acme")
    forbidden = f"user is not allowed to access information about process {process}"
    for path in ("", "/tasks", "/activities"):
        assert await stranger.refused(f"/processes/{process}{path}") == (403, forbidden, forbidden)
        assert (await abroad.refused(f"/processes/{process}{path}"))[::2] == (
            403,
            "Process is running in another tenant",
        )
        assert await kermit.refused(f"/processes/unexisting{path}") == (
            404,
            "framework.exception.EntityNotFound",
            "The entity with id: unexisting was not found",
        )


async def test_the_tasks_of_a_process_are_listed_for_all_who_see_it(
    kermit: AlfrescoClient, person: People, services: Services
) -> None:
    process = await begin(services, "kermit", "errand", worker="gonzo")
    gonzo, path = await person("gonzo"), f"/processes/{process}/tasks"
    assert [one["name"] for one in await gonzo.listed(path)] == ["Do it"]
    assert [one["name"] for one in await gonzo.listed(path, status="active")] == ["Do it"]
    assert await gonzo.listed(path, status="completed") == []
    (task,) = await gonzo.listed(path)
    await complete(services, "gonzo", task["id"])
    assert [one["name"] for one in await gonzo.listed(path)] == ["Look at it"]
    assert [one["name"] for one in await gonzo.listed(path, status="any", orderBy="startedAt DESC")] != []
    assert len(await gonzo.listed(path, status="any")) == 2
    assert await gonzo.refused(path, status="all") == (
        400,
        "Invalid status parameter: all",
        "Invalid status parameter: all",
    )
    assert (await gonzo.refused(path, where="(x"))[1] == "framework.exception.InvalidQuery"
    assert len(await gonzo.listed(path, where="(x='y')")) == 1
    source: Any = (await gonzo.get(f"{path}?includeSource=true&maxItems=1")).json()["list"]["source"]
    assert source["id"] == str(process)


async def test_what_a_process_went_through_is_told(
    kermit: AlfrescoClient, services: Services, clock: ManualClock
) -> None:
    process = await begin(services, "kermit", "errand", worker="gonzo")
    path, began = f"/processes/{process}/activities", date_text(clock.now())
    start, work = await kermit.listed(path)
    assert {key: value for key, value in start.items() if key != "id"} == {
        "activityDefinitionId": "start",
        "activityDefinitionName": "New errand",
        "activityDefinitionType": "startEvent",
        "startedAt": began,
        "endedAt": began,
        "durationInMs": 0,
    }
    assert (work["activityDefinitionId"], work["activityDefinitionType"], "endedAt" in work) == (
        "work",
        "userTask",
        False,
    )
    assert [one["activityDefinitionId"] for one in await kermit.listed(path, status="active")] == ["work"]
    assert [one["activityDefinitionId"] for one in await kermit.listed(path, status="completed")] == ["start"]
    clock.advance(10)
    await complete(services, "gonzo", work["id"])
    everything = await kermit.listed(path, status="whatever")
    assert [one["activityDefinitionId"] for one in everything] == ["start", "work", "gate", "check"]
    assert len({one["id"] for one in everything}) == 4
    assert everything[1]["durationInMs"] == 10


async def test_several_instances_of_a_task_are_tasks_and_nothing_shows_what_is_around_them(
    kermit: AlfrescoClient, services: Services
) -> None:
    await deploy(services, REVIEW)
    process = await begin(services, "kermit", "review")
    first, second = await kermit.listed("/tasks", where=f"(processId={process})")
    assert (first["activityDefinitionId"], second["activityDefinitionId"]) == ("look", "look")
    mine = await kermit.listed(f"/tasks/{second['id']}/variables")
    assert [(one["name"], one["scope"], one["value"]) for one in mine if one["name"] == "loopCounter"] == [
        ("loopCounter", "local", 1)
    ]
    for number, task in enumerate((first, second), 1):
        await complete(services, "kermit", task["id"])
        gone_through = await kermit.listed(f"/processes/{process}/activities")
        assert [one["activityDefinitionId"] for one in gone_through].count("look") == 2
        assert all("#" not in one["activityDefinitionId"] for one in gone_through)
        assert len(await kermit.listed("/tasks", where=f"(processId={process})")) == 2 - number


async def test_the_pages_of_activities_know_their_own_size_only(kermit: AlfrescoClient, services: Services) -> None:
    process = await begin(services, "kermit", "errand", worker="gonzo")
    await finish(services, kermit, process)
    response = await kermit.get(f"/processes/{process}/activities?skipCount=1&maxItems=2")
    listed = response.json()["list"]
    assert [one["entry"]["activityDefinitionId"] for one in listed["entries"]] == ["work", "gate"]
    assert listed["pagination"] == {
        "count": 2,
        "hasMoreItems": False,
        "totalItems": 2,
        "skipCount": 1,
        "maxItems": 2,
    }


async def test_a_called_process_names_what_called_it_and_has_tasks_of_its_own(
    kermit: AlfrescoClient, services: Services
) -> None:
    calling = (
        '<process id="calling" isExecutable="true"><startEvent id="s"/><callActivity id="call" calledElement="errand">'
        '<extensionElements><camunda:in variables="all"/></extensionElements></callActivity>'
        '<sequenceFlow id="f" sourceRef="s" targetRef="call"/></process>'
    )
    await deploy(services, calling)
    process = await begin(services, "kermit", "calling", worker="kermit")
    called, caller = sorted(await kermit.listed("/processes"), key=lambda one: -int(one["id"]))
    assert (caller["id"], called["superProcessInstanceId"]) == (str(process), str(process))
    assert "superProcessInstanceId" not in caller
    (task,) = await kermit.listed("/tasks")
    assert (task["processId"], task["activityDefinitionId"]) == (called["id"], "work")
    activities = await kermit.listed(f"/processes/{process}/activities")
    assert [(one["activityDefinitionId"], one["activityDefinitionType"]) for one in activities] == [
        ("s", "startEvent"),
        ("call", "callActivity"),
    ]
    await finish(services, kermit, int(called["id"]))
    assert (await kermit.entry(f"/processes/{process}"))["completed"]
    assert (await kermit.entry(f"/processes/{called['id']}"))["superProcessInstanceId"] == str(process)
