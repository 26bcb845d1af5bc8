"""Lists of tasks: who sees what, filters, order, pages (contract 6.4, 10.9)."""

from collections.abc import Callable

import pytest

from taskbridge.clock import ManualClock
from taskbridge.engine.variables import Variable
from taskbridge.service import people, processes, tasks, variables
from taskbridge.service.people import Changes
from taskbridge.service.unit import Services, Unit
from tests.alfresco import AlfrescoClient
from tests.conformance.expectations import date_text
from tests.dialects.alfresco.conftest import People
from tests.dialects.alfresco.models import ERRAND, POOL, begin, complete, deploy

pytestmark = pytest.mark.anyio

ACTIVE = "[dueAt, processId, name, description, startedAt, id, assignee, priority]"
HISTORY = (
    "[owner, processDefinitionId, durationInMs, description, startedAt, priority, dueAt, processId, endedAt, name, id, "
    "assignee]"
)


async def change(services: Services, task: str, **properties: object) -> None:
    await services.run(lambda unit: tasks.update(unit, int(task), properties), "kermit")


@pytest.fixture
async def kermit(person: People, services: Services) -> AlfrescoClient:
    """Who starts things; the processes are deployed."""
    await deploy(services, ERRAND, POOL)
    return await person("kermit")


async def names(client: AlfrescoClient, where: str = "", **query: object) -> list[str]:
    more = {"where": where} if where else {}
    return [one["name"] for one in await client.listed("/tasks", **more, **query)]


async def test_a_task_has_all_its_members(kermit: AlfrescoClient, services: Services, clock: ManualClock) -> None:
    process = await begin(services, "kermit", "errand", worker="gonzo")
    (task,) = await kermit.listed("/tasks")
    await change(services, task["id"], description="soon", due_at=clock.now(), owner="kermit")
    (shown,) = await kermit.listed("/tasks")
    (definition,) = await kermit.listed("/process-definitions", where="(key='errand')")
    assert shown == {
        "id": task["id"],
        "processId": str(process),
        "processDefinitionId": definition["id"],
        "activityDefinitionId": "work",
        "name": "Do it",
        "description": "soon",
        "dueAt": date_text(clock.now()),
        "startedAt": date_text(clock.now()),
        "priority": 2,
        "owner": "kermit",
        "assignee": "gonzo",
        "formResourceKey": "wf:adhocTask",
        "state": "claimed",
    }
    assert await kermit.entry(f"/tasks/{task['id']}") == shown


async def test_people_see_what_they_have_to_do_with(kermit: AlfrescoClient, person: People, services: Services) -> None:
    await begin(services, "kermit", "errand", worker="gonzo")
    await begin(services, "kermit", "pool")
    seen = {"gonzo": ["Do it"], "fozzie": ["Take it"], "rizzo": [], "bear": []}
    for name, expected in seen.items():
        client = await person(name, groups=["bears"] if name == "bear" else [])
        assert await names(client) == expected
    assert await names(kermit, orderBy="id") == ["Do it", "Take it"]
    assert await names(await person("admin", admin=True), orderBy="id") == ["Do it", "Take it"]
    assert await names(await person("other@acme", admin=True, tenant="acme")) == []


async def test_owners_see_their_tasks(kermit: AlfrescoClient, person: People, services: Services) -> None:
    await begin(services, "kermit", "errand", worker="gonzo")
    (task,) = await kermit.listed("/tasks")
    piggy = await person("piggy")
    assert await names(piggy) == []
    await change(services, task["id"], owner="piggy")
    assert await names(piggy) == ["Do it"]


async def test_who_had_a_task_no_longer_sees_it(kermit: AlfrescoClient, person: People, services: Services) -> None:
    process = await begin(services, "kermit", "errand", worker="gonzo")
    gonzo = await person("gonzo")
    (task,) = await gonzo.listed("/tasks")
    await services.run(lambda unit: tasks.assign(unit, int(task["id"]), None), "kermit")
    assert await names(gonzo, "(status='any')") == []
    assert [one["id"] for one in await gonzo.listed("/processes")] == [str(process)]


async def test_a_filter_by_process_or_candidate_shows_what_is_not_ones_own(
    kermit: AlfrescoClient, person: People, services: Services
) -> None:
    process = await begin(services, "kermit", "errand", worker="gonzo")
    await begin(services, "kermit", "pool")
    stranger = await person("stranger")
    assert await names(stranger, f"(processId='{process}')") == ["Do it"]
    assert await names(stranger, "(candidateGroup='bears')") == ["Take it"]
    assert await names(stranger, "(candidateUser='fozzie')") == ["Take it"]
    abroad = await person("stranger@acme", tenant="acme")
    assert await names(abroad, f"(processId='{process}')") == []


async def test_a_status_chooses_between_what_goes_on_and_what_is_over(
    kermit: AlfrescoClient, person: People, services: Services, clock: ManualClock
) -> None:
    process = await begin(services, "kermit", "errand", worker="gonzo")
    gonzo = await person("gonzo")
    (task,) = await kermit.listed("/tasks")
    clock.advance(1500)
    await complete(services, "gonzo", task["id"])
    mine = f"AND processId={process}"
    assert await names(kermit, f"(status='active' {mine})") == ["Look at it"]
    assert await names(kermit, f"(status='completed' {mine})") == ["Do it"]
    assert await names(kermit, f"(status='any' {mine})", orderBy="id") == ["Do it", "Look at it"]
    assert await names(kermit, f"(processId={process})") == ["Look at it"]
    assert await names(kermit) == ["Look at it"]
    assert await names(gonzo, "(status='completed')") == ["Do it"]
    (done,) = await kermit.listed("/tasks", where="(status='completed')")
    assert (done["state"], done["durationInMs"], done["endedAt"]) == ("completed", 1500, date_text(clock.now()))


async def test_delegations_are_seen_in_lists_of_active_tasks_only(kermit: AlfrescoClient, services: Services) -> None:
    await begin(services, "kermit", "errand", worker="gonzo")
    (task,) = await kermit.listed("/tasks")
    await services.run(lambda unit: tasks.delegate(unit, int(task["id"]), "piggy"), "gonzo")
    for where, state in (("(status='active')", "delegated"), ("(status='any')", "claimed")):
        assert [one["state"] for one in await kermit.listed("/tasks", where=where)] == [state]
    assert (await kermit.entry(f"/tasks/{task['id']}"))["state"] == "claimed"


@pytest.mark.parametrize(
    "where",
    [
        "(assignee='gonzo')",
        "(assignee matches('gon%'))",
        "(owner='piggy')",
        "(owner matches('piggy'))",
        "(name='Do it')",
        "(name matches('Do%'))",
        "(description='all of it')",
        "(description matches('%of%'))",
        "(priority=2)",
        "(priority>=2 AND priority<='2')",
        "(processBusinessKey='b-1')",
        "(processBusinessKey matches('b%'))",
        "(activityDefinitionId='work')",
        "(activityDefinitionId matches('work'))",
        "(processDefinitionKey='errand')",
        "(processDefinitionKey matches('e%'))",
        "(processDefinitionName='An errand')",
        "(processDefinitionName matches('An%'))",
        "(startedAt > '2001-01-01')",
        "(startedAt < '2999-01-01T00:00:00Z')",
        "(dueAt > '2030-01-01' AND dueAt < '2030-01-03')",
        "(dueAt = '2030-01-02T00:00:00.000+0000')",
        "(endedAt < '1999-01-01')",  # active tasks have none, and the vendor does not look
        "(variables/local/own = 'd:int 5')",
        "(variables/shared = 'yes')",
        "(variables/global/shared matches('y%'))",
        "(name='nothing' AND name='Do it')",
    ],
)
async def test_a_task_is_found_by_what_it_is(kermit: AlfrescoClient, services: Services, where: str) -> None:
    await _errand_with_everything(kermit, services)
    assert await names(kermit, where) == ["Do it"]


@pytest.mark.parametrize(
    "where",
    [
        "(assignee='Gonzo')",
        "(name matches('do%'))",
        "(owner matches('pig%'))",  # the vendor's list of active tasks compares
        "(activityDefinitionId matches('w%'))",
        "(priority=high)",
        "(priority<=1)",
        "(processId='x')",
        "(processDefinitionId='errand')",
        "(startedAt < '2001-01-01')",
        "(dueAt < '2030-01-02')",
        "(variables/own = 'd:int 5')",
        "(variables/local/own = 'd:long 5')",
        "(variables/local/own = '5')",
        "(variables/local/shared = 'yes')",
        "(description='')",
    ],
)
async def test_a_task_is_not_found_by_what_it_is_not(kermit: AlfrescoClient, services: Services, where: str) -> None:
    await _errand_with_everything(kermit, services)
    assert await names(kermit, where) == []


@pytest.mark.parametrize(
    ("where", "found"),
    [("(status='any' AND owner matches('pig%'))", 1), ("(status='any' AND activityDefinitionId matches('w%'))", 1)],
)
async def test_patterns_count_where_ended_tasks_are_listed(
    kermit: AlfrescoClient, services: Services, where: str, found: int
) -> None:
    await _errand_with_everything(kermit, services)
    assert len(await names(kermit, where)) == found


async def _errand_with_everything(kermit: AlfrescoClient, services: Services) -> None:
    await begin(services, "kermit", "errand", worker="gonzo", shared="yes", business_key="b-1")
    (task,) = await kermit.listed("/tasks")
    due = 1_893_542_400_000
    await change(services, task["id"], owner="piggy", description="all of it", due_at=due)
    await _set_local(services, task["id"], own=Variable("Integer", 5))


async def _set_local(services: Services, task: str, **given: Variable) -> None:
    def work(unit: Unit) -> None:
        variables.change(unit, variables.task(unit, int(task)), given, local_only=True)

    await services.run(work)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("> 'd:int 5'", 1),
        ("> 'd:int 10'", 0),
        (">= 'd_int 10'", 1),
        (">= 'd_int 11'", 0),
        ("<= 'd:int 10'", 1),
        ("<= 'd:int 9'", 0),
        ("< 'd_int 15'", 1),
        ("< 'd:int 10'", 0),
    ],
)
async def test_local_variables_are_compared_by_their_type(
    kermit: AlfrescoClient, services: Services, condition: str, found: int
) -> None:
    await begin(services, "kermit", "errand", worker="gonzo")
    (task,) = await kermit.listed("/tasks")
    await _set_local(services, task["id"], numberVar=Variable("Integer", 10))
    assert len(await names(kermit, f"(variables/local/numberVar {condition})")) == found


async def test_candidates_are_found_while_nobody_has_the_task(
    kermit: AlfrescoClient, person: People, services: Services
) -> None:
    await begin(services, "kermit", "pool")
    await person("fozzie")
    await person("bear", groups=["bears"])
    for name in (
        "candidateUser='fozzie'",
        "candidateUser='bear'",
        "candidateGroup='bears'",
        "candidateGroup='GROUP_bears'",
    ):
        assert await names(kermit, f"({name})") == ["Take it"]
    assert await names(kermit, "(candidateUser='nobody')") == []
    # From now on he is looked for by his groups.
    await services.run(lambda unit: people.change(unit, "fozzie", Changes(groups=("frogs",))))
    assert await names(kermit, "(candidateUser='fozzie')") == []
    (task,) = await kermit.listed("/tasks")
    await services.run(lambda unit: tasks.claim(unit, int(task["id"]), "bear"), "bear")
    assert await names(kermit, "(candidateGroup='bears')") == []


async def test_candidate_user_and_group_must_both_hold(
    kermit: AlfrescoClient, person: People, services: Services
) -> None:
    await begin(services, "kermit", "pool")
    await person("bear", groups=["bears", "brown"])
    assert await names(kermit, "(candidateUser='bear' AND candidateGroup='bears')") == ["Take it"]
    assert await names(kermit, "(candidateUser='bear' AND candidateGroup='brown')") == []


@pytest.mark.parametrize("name", ["candidateUser", "candidateGroup"])
@pytest.mark.parametrize("status", ["completed", "any"])
async def test_candidates_are_for_active_tasks_only(kermit: AlfrescoClient, name: str, status: str) -> None:
    text = f"Filtering on {name} is only allowed in combination with status-parameter 'active'"
    assert await kermit.refused("/tasks", where=f"(status='{status}' AND {name}='x')") == (400, text, text)


@pytest.mark.parametrize(
    ("query", "key", "text"),
    [
        ({"where": "(status = 'alfrescorocks')"}, None, "Invalid status parameter: alfrescorocks"),
        (
            {"where": "(status = 'any' OR candidateGroup = 'sales')"},
            "framework.exception.InvalidQuery",
            "An invalid WHERE query was received. Unsupported Predicate",
        ),
        (
            {"where": "(priority > 1)"},
            "framework.exception.InvalidProperty",
            "The property 'priority' with value '1' isn't supported for GREATERTHAN comparison",
        ),
        ({"orderBy": "colour"}, None, f"sort colour is not supported, supported items are {ACTIVE}"),
        ({"orderBy": "endedAt"}, None, f"sort endedAt is not supported, supported items are {ACTIVE}"),
        (
            {"orderBy": "colour", "where": "(status='any')"},
            None,
            f"sort colour is not supported, supported items are {HISTORY}",
        ),
        ({"orderBy": "name,id"}, None, "Only one order by parameter is supported"),
        ({"maxItems": 0}, None, "Only positive values supported for maxItems."),
    ],
)
async def test_a_query_that_makes_no_sense_is_refused(
    kermit: AlfrescoClient, query: dict[str, object], key: str | None, text: str
) -> None:
    assert await kermit.refused("/tasks", **query) == (400, key or text, text)


async def test_pages_tell_how_much_there_is(kermit: AlfrescoClient, services: Services) -> None:
    for _ in range(6):
        await begin(services, "kermit", "errand", worker="gonzo")
    for query, count, more in (
        ({"maxItems": 3}, 3, True),
        ({"skipCount": 2}, 4, False),
        ({"maxItems": 3, "skipCount": 2}, 3, True),
        ({"maxItems": 3, "skipCount": 4}, 2, False),
        ({"skipCount": 9}, 0, False),
    ):
        response = await kermit.get("/tasks?" + "&".join(f"{name}={value}" for name, value in query.items()))
        pagination = response.json()["list"]["pagination"]
        assert (pagination["count"], pagination["hasMoreItems"], pagination["totalItems"]) == (count, more, 6)
        assert (pagination["skipCount"], pagination["maxItems"]) == (
            query.get("skipCount", 0),
            query.get("maxItems", 100),
        )


async def test_pages_do_not_overlap(kermit: AlfrescoClient, services: Services) -> None:
    for _ in range(5):
        await begin(services, "kermit", "errand", worker="gonzo")
    found = [one["id"] for skip in range(0, 6, 2) for one in await kermit.listed("/tasks", skipCount=skip, maxItems=2)]
    assert len(set(found)) == len(found) == 5


KEYS: dict[str, Callable[[int], object]] = {
    "priority": lambda number: number,
    "due_at": lambda number: 1_000_000 * number,
    "name": lambda number: f"n{number}",
    "description": lambda number: f"d{number}",
    "assignee": lambda number: f"a{number}",
}


@pytest.mark.parametrize(
    ("column", "key"),
    [
        ("priority", "priority"),
        ("dueAt", "due_at"),
        ("name", "name"),
        ("description", "description"),
        ("assignee", "assignee"),
    ],
)
@pytest.mark.parametrize("status", ["active", "any"])
async def test_a_list_is_ordered_by_what_was_asked_for(
    kermit: AlfrescoClient, services: Services, column: str, key: str, status: str
) -> None:
    for _ in range(3):
        await begin(services, "kermit", "errand", worker="gonzo")
    first, second, third = [one["id"] for one in await kermit.listed("/tasks", orderBy="id")]
    for task, number in ((first, 2), (second, 3), (third, 1)):
        await change(services, task, **{key: KEYS[key](number)})
    where = f"(status='{status}')"
    for order, expected in (
        (column, [third, first, second]),
        (f"{column} ASC", [third, first, second]),
        (f"{column} desc", [second, first, third]),
    ):
        assert [one["id"] for one in await kermit.listed("/tasks", where=where, orderBy=order)] == expected


@pytest.mark.parametrize(
    "column", ["owner", "processDefinitionId", "durationInMs", "startedAt", "processId", "endedAt"]
)
async def test_ended_tasks_have_orders_of_their_own(kermit: AlfrescoClient, services: Services, column: str) -> None:
    await begin(services, "kermit", "errand", worker="gonzo")
    assert await names(kermit, "(status='any')", orderBy=f"{column} DESC") == ["Do it"]


async def test_the_due_come_first_where_no_order_is_asked_for(kermit: AlfrescoClient, services: Services) -> None:
    for _ in range(2):
        await begin(services, "kermit", "errand", worker="gonzo")
    first, second = [one["id"] for one in await kermit.listed("/tasks", orderBy="id")]
    await change(services, first, due_at=2_000_000)
    await change(services, second, due_at=1_000_000)
    assert [one["id"] for one in await kermit.listed("/tasks")] == [second, first]


async def test_tasks_without_a_due_date_stand_at_one_end(kermit: AlfrescoClient, services: Services) -> None:
    for _ in range(2):
        await begin(services, "kermit", "errand", worker="gonzo")
    without, due = [one["id"] for one in await kermit.listed("/tasks", orderBy="id")]
    await change(services, due, due_at=1_000_000)
    nulls_first = await services.run(lambda unit: unit.tx.dialect == "sqlite")
    expected = [without, due] if nulls_first else [due, without]
    assert [one["id"] for one in await kermit.listed("/tasks", orderBy="dueAt")] == expected
    assert [one["id"] for one in await kermit.listed("/tasks", orderBy="dueAt DESC")] == expected[::-1]


async def test_fields_cut_every_entry(kermit: AlfrescoClient, services: Services) -> None:
    await begin(services, "kermit", "errand", worker="gonzo")
    assert await kermit.listed("/tasks", fields="name,priority") == [{"name": "Do it", "priority": 2}]
    assert await kermit.listed("/tasks", properties="name") == [{"name": "Do it"}]
    assert await kermit.listed("/tasks", fields="nothing") == [{}]


async def test_a_task_of_a_deleted_process_is_over(kermit: AlfrescoClient, services: Services) -> None:
    process = await begin(services, "kermit", "errand", worker="gonzo")
    await services.run(lambda unit: processes.delete(unit, process, "why not"), "kermit")
    assert await names(kermit) == []
    assert await names(kermit, "(status='completed')") == ["Do it"]


@pytest.mark.parametrize("task", ["unexisting", "0", "999999999", "01", "-1", "1.0"])
async def test_an_unknown_task_is_not_found(kermit: AlfrescoClient, task: str) -> None:
    for path in (f"/tasks/{task}", f"/tasks/{task}/candidates"):
        assert await kermit.refused(path) == (
            404,
            "framework.exception.EntityNotFound",
            f"The entity with id: {task} was not found",
        )


async def test_a_task_is_read_by_who_has_to_do_with_it(
    kermit: AlfrescoClient, person: People, services: Services
) -> None:
    await begin(services, "kermit", "pool")
    (task,) = await kermit.listed("/tasks")
    path, denied = f"/tasks/{task['id']}", (403, "framework.exception.PermissionDenied", "Permission was denied")
    bear = await person("bear", groups=["bears"])
    for client in (kermit, bear, await person("fozzie"), await person("admin", admin=True)):
        assert (await client.entry(path))["state"] == "unclaimed"
    for client in (await person("stranger"), await person("admin@acme", admin=True, tenant="acme")):
        assert await client.refused(path) == denied
        assert await client.refused(f"{path}/candidates") == denied
    await services.run(lambda unit: tasks.claim(unit, int(task["id"]), "kermit"), "kermit")
    assert await bear.refused(path) == denied
    await complete(services, "kermit", task["id"])
    assert (await kermit.entry(path))["state"] == "completed"
    assert (await kermit.refused(f"{path}/candidates"))[0] == 404


async def test_candidates_are_listed_users_first(kermit: AlfrescoClient, services: Services) -> None:
    await begin(services, "kermit", "pool")
    (task,) = await kermit.listed("/tasks")
    await services.run(lambda unit: tasks.add_link(unit, int(task["id"]), "candidate", "rowlf", None), "kermit")
    response = await kermit.get(f"/tasks/{task['id']}/candidates?maxItems=1&includeSource=true")
    found = response.json()["list"]
    assert [one["entry"] for one in found["entries"]] == [
        {"candidateType": "user", "candidateId": "fozzie"},
        {"candidateType": "user", "candidateId": "rowlf"},
        {"candidateType": "group", "candidateId": "GROUP_bears"},
    ]
    assert found["pagination"] == {
        "count": 3,
        "hasMoreItems": False,
        "totalItems": 3,
        "skipCount": 0,
        "maxItems": 1,
    }
    assert found["source"]["id"] == task["id"]
