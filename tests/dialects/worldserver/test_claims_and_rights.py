"""Who may claim, unclaim and complete: rights of user types, assignment, workgroups."""

from importlib.resources import files

import httpx
import pytest

from taskbridge.dialects.worldserver.auth import LIFETIME, SESSION
from taskbridge.service import deployments, identity, people, processes, tokens
from taskbridge.service.unit import Unit
from tests.passwords import hashed
from tests.worldserver import PASSWORD, Office, WorldServerClient, message

pytestmark = pytest.mark.anyio

DUE = 1_800_000_000_000


@pytest.mark.parametrize("action", ["CLAIM", "UNCLAIM", "COMPLETE", "CANCEL", "INCLUDE COST", "EXCLUDE COST"])
async def test_a_user_type_without_the_right_may_not(office: Office, action: str) -> None:
    (number,) = await office.order()
    reader = await office.sign_in("reader")
    path = {"INCLUDE COST": "includeCost", "EXCLUDE COST": "excludeCost"}.get(action, action.lower())
    told = {"id": number, "transitionId": 1, "includeCostInProject": True, "comment": "x"}
    answer = await reader.post(f"/tasks/{path}", [told])
    assert (answer.status_code, message(answer)) == (403, f"No rights to {action} for resource type TASK")


async def test_a_user_of_no_type_may_work_and_not_manage(office: Office, tina: WorldServerClient) -> None:
    (number,) = await office.order()
    assert (await tina.post("/tasks/claim", [{"id": number}])).status_code == 200
    for path, told in (
        ("/tasks/cancel", {"includeCostInProject": True, "comment": "x"}),
        ("/tasks/includeCost", {}),
        ("/tasks/changeAssignees", {"assignedUserIds": [office.users["tina"]]}),
    ):
        assert (await tina.post(path, [{"id": number, **told}])).status_code == 403
    assert (await tina.patch("/tasks", [{"id": number, "priority": 1}])).status_code == 403
    assert await tina.step(number) == "Translate"


async def test_a_step_of_others_cannot_be_claimed_or_completed(office: Office, rita: WorldServerClient) -> None:
    (number,) = await office.order()
    claim = await rita.post("/tasks/claim", [{"id": number}])
    assert (claim.status_code, message(claim)) == (400, "No rights to CLAIM for resource type TASK")
    done = await rita.complete(number)
    assert (done.status_code, message(done)) == (403, "No rights to COMPLETE for resource type TASK")
    assert await rita.step(number) == "Translate"


async def test_who_is_not_in_the_workgroup_may_not(office: Office, tina: WorldServerClient) -> None:
    (number,) = await office.order(kind="Secrets", client="Bravo", due_at=DUE)
    claim = await tina.post("/tasks/claim", [{"id": number}])
    assert (claim.status_code, message(claim)) == (403, "No rights to CLAIM for resource type TASK")
    assert (await tina.complete(number)).status_code == 403
    tom = await office.sign_in("tom")
    assert (await tom.post("/tasks/claim", [{"id": number}])).status_code == 200


async def test_an_unclaimed_step_may_be_completed_a_claimed_one_by_its_claimant_only(
    office: Office, tina: WorldServerClient
) -> None:
    free, taken = await office.order("a.txt", "b.txt")
    assert (await tina.complete(free)).status_code == 200
    tom, root = await office.sign_in("tom"), await office.sign_in("root")
    await tom.post("/tasks/claim", [{"id": taken}])
    for other in (tina, root):
        answer = await other.complete(taken)
        assert (answer.status_code, message(answer)) == (403, "No rights to COMPLETE for resource type TASK")
    assert (await tom.complete(taken)).status_code == 200


async def test_an_administrator_may_do_what_nobody_has_claimed(office: Office) -> None:
    (number,) = await office.order(kind="Secrets", client="Bravo", due_at=DUE)
    root = await office.sign_in("root")
    assert (await root.post("/tasks/claim", [{"id": number}])).status_code == 200
    assert (await root.complete(number)).status_code == 200


async def test_only_the_claimant_or_an_administrator_unclaims(office: Office, tina: WorldServerClient) -> None:
    (number,) = await office.order()
    await tina.post("/tasks/claim", [{"id": number}])
    tom, root = await office.sign_in("tom"), await office.sign_in("root")
    answer = await tom.post("/tasks/unclaim", [{"id": number}])
    assert (answer.status_code, message(answer)) == (403, "No rights to UNCLAIM for resource type TASK")
    assert (await root.post("/tasks/unclaim", [{"id": number}])).status_code == 200
    again = await tina.post("/tasks/unclaim", [{"id": number}])
    assert (again.status_code, message(again)) == (400, "Task is not claimed")


async def test_claiming_twice_is_no_mistake(office: Office, tina: WorldServerClient) -> None:
    (number,) = await office.order()
    for _ in range(2):
        assert (await tina.post("/tasks/claim", [{"id": number}])).status_code == 200


async def test_a_claim_stays_where_the_next_step_is_the_claimants_too(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    await mona.post("/tasks/claim", [{"id": number}])
    assert (await mona.complete(number)).status_code == 200
    rita = await office.sign_in("rita")
    assert (await rita.post("/tasks/claim", [{"id": number}])).status_code == 400
    # What the vendor's guide says to do after completing: give it back, so that others can pick it up.
    assert (await mona.post("/tasks/unclaim", [{"id": number}])).status_code == 200
    assert (await rita.post("/tasks/claim", [{"id": number}])).status_code == 200


async def test_a_claim_ends_where_the_next_step_is_for_others(office: Office, tina: WorldServerClient) -> None:
    (number,) = await office.order()
    await tina.post("/tasks/claim", [{"id": number}])
    await tina.complete(number)
    rita = await office.sign_in("rita")
    assert (await rita.post("/tasks/claim", [{"id": number}])).status_code == 200


async def test_a_step_of_a_worker_is_nobodys_to_claim(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    await mona.complete(number)
    await mona.complete(number)
    task = await mona.task(number)
    step = task["currentTaskStep"]
    assert (step["type"], step["typeName"], step["workflowTransitions"]) == ("AUTO", "Automatic step", [])
    claim = await mona.post("/tasks/claim", [{"id": number}])
    assert (claim.status_code, message(claim)) == (400, "No rights to CLAIM for resource type TASK")
    unclaim = await mona.post("/tasks/unclaim", [{"id": number}])
    assert (unclaim.status_code, message(unclaim)) == (400, f"Step Publish ({step['id']}) is not assigned")
    workflow = await mona.json(f"/workflows/{task['workflow']['id']}")
    (way,) = next(step for step in workflow["steps"] if step["name"] == "Publish")["outboundTransitions"]
    done = await mona.post("/tasks/complete", [{"id": number, "transitionId": way["id"]}])
    assert message(done) == "The supplied completion transition is not one of the valid options"


async def test_an_ended_task_cannot_be_claimed_or_completed(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    way = await mona.transition(number)
    await mona.post("/tasks/cancel", [{"id": number, "includeCostInProject": True, "comment": "x"}])
    for path, status in (("claim", 400), ("unclaim", 400), ("complete", 400)):
        answer = await mona.post(f"/tasks/{path}", [{"id": number, "transitionId": way}])
        assert answer.status_code == status


async def test_tokens_expire(office: Office) -> None:
    client = await office.sign_in("tina")
    assert (await client.get("/tasks")).status_code == 200
    office.served.clock.advance(2 * 60 * 60 * 1000)
    answer = await client.get("/tasks")
    assert (answer.status_code, message(answer)) == (401, "No session token provided or invalid token")


async def test_users_of_a_network_see_its_tasks_only(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()

    def work(unit: Unit) -> int:
        identity.add_user(unit, "abroad", hashed(PASSWORD), admin=True, tenant="north")
        row = processes.latest_definition(unit, "translation")
        return processes.start(unit, row, tenant="north").id

    theirs = await office.services.run(work)
    abroad = await office.sign_in("abroad")
    assert (await abroad.json("/tasks?fields=id"))["items"] == [{"id": theirs}]
    assert (await abroad.post("/tasks/search?fields=id", {"filters": []})).json()["items"] == [{"id": theirs}]
    missing = await abroad.get(f"/tasks/{number}")
    assert (missing.status_code, message(missing)) == (404, f"Resource TASK ({number}) not found")
    assert (await abroad.post("/tasks/claim", [{"id": number}])).status_code == 404
    assert (await mona.json("/tasks?fields=id"))["items"] == [{"id": number}]
    root = await office.sign_in("root")
    assert (await root.json("/tasks?fields=id"))["items"] == [{"id": number}]
    assert (await root.get(f"/tasks/{theirs}")).status_code == 404
    assert (
        await root.post("/tasks/cancel", [{"id": theirs, "includeCostInProject": True, "comment": "x"}])
    ).status_code == 404


async def abroad(office: Office) -> WorldServerClient:
    """An administrator of a network of its own."""
    await office.services.run(
        lambda unit: identity.add_user(unit, "abroad", hashed(PASSWORD), admin=True, tenant="north")
    )
    return await office.sign_in("abroad")


async def test_projects_jobs_and_people_of_others_do_not_exist_for_a_network(
    office: Office, mona: WorldServerClient
) -> None:
    (number,) = await office.order()
    project, way = (await mona.task(number, "project"))["project"], await mona.transition(number)
    stranger, group = await abroad(office), project["projectGroupId"]
    for path in ("/projects", "/projectGroups"):
        assert await stranger.json(f"{path}?fields=id") == {"items": [], "total": 0}
        assert (await stranger.post(f"{path}/search", {"filters": []})).json() == {"items": [], "total": 0}
        assert (await mona.json(f"{path}?fields=id"))["total"] == 1
    job = (await mona.post("/projects/complete", [{"id": project["id"], "transitionId": way}])).json()
    for path in (
        *(f"/projects/{project['id']}", f"/projectGroups/{group}", f"/users/{office.users['mona']}"),
        *(f"/jobs/{job['backgroundTaskId']}", f"/jobs/{job['backgroundTaskId']}/tail?date=2020-01-01"),
        *(f"/files/asset?resourceId={project['id']}&resourceType=PROJECT", f"/files/asset?resourceId={number}"),
        f"/files/asset?resourceId={group}&resourceType=PROJECT_GROUP",
    ):
        assert (await stranger.get(path)).status_code == 404, path
        assert (await mona.get(path)).status_code == 200, path
    for action, told in (("complete", {"transitionId": way}), ("cancel", {"comment": "x"}), ("redo", {})):
        refused = await stranger.post(f"/projects/{action}", [{"id": project["id"], **told}])
        assert (refused.status_code, message(refused)) == (404, f"Resource PROJECT ({project['id']}) not found")
    assert [one["username"] for one in (await stranger.json("/users"))["items"]] == ["abroad"]
    assert (await stranger.request("HEAD", f"/users/{office.users['mona']}")).status_code == 404
    assert (await stranger.request("HEAD", f"/jobs/{job['backgroundTaskId']}")).status_code == 404


async def test_a_job_outlives_the_account_of_who_asked_for_it(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    project, way = (await mona.task(number, "project"))["project"]["id"], await mona.transition(number)
    job = (await mona.post("/projects/complete", [{"id": project, "transitionId": way}])).json()["backgroundTaskId"]
    admin, stranger = await office.sign_in("root"), await abroad(office)

    def remove(unit: Unit) -> None:
        people.remove(unit, "mona")
        identity.add_user(unit, "mona", hashed(PASSWORD), tenant="north")  # another person of the same name

    await office.services.run(remove)
    paths = (f"/jobs/{job}", f"/jobs/{job}/tail?date=2020-01-01")
    for path in paths:
        assert (await admin.get(path)).status_code == 200, path
    assert (await admin.json(paths[0]))["id"] == job
    namesake = WorldServerClient(
        office.served.app, await office.services.run(lambda unit: tokens.issue(unit, SESSION, "mona", LIFETIME))
    )
    for client in (stranger, namesake):
        for path in paths:
            assert (await client.get(path)).status_code == 404, path
    await namesake.close()


async def test_what_people_of_a_network_order_is_theirs(office: Office, mona: WorldServerClient) -> None:
    stranger = await abroad(office)

    async def ordered(by: WorldServerClient, of: WorldServerClient) -> httpx.Response:
        sent = (await of.post("/files", files=[("file", ("a.txt", b"some words"))])).json()
        kind, client = office.types["Web pages"], office.clients["Acme"]
        told = {"name": "x", "clientId": client, "projectTypeId": kind, "systemFiles": [sent["internalName"]]}
        return await by.post("/projectGroups/create", [{**told, "locales": [{"id": office.locales["German"]}]}])

    refused = await ordered(stranger, mona)
    assert refused.status_code == 400
    assert message(refused).startswith("System file (")
    group = (await ordered(stranger, stranger)).json()["response"][0]["response"]
    assert [one["id"] for one in (await stranger.json("/projectGroups"))["items"]] == [group]
    (task,) = (await stranger.json("/tasks?fields=id,assets,project(projectGroupId)"))["items"]
    assert task["project"]["projectGroupId"] == group
    assert (await stranger.get(f"/files/asset?resourceId={task['id']}")).content == b"some words"
    again = await stranger.post(f"/tasks/{task['id']}/asset", files=[("file", ("b.txt", b"other words"))])
    replacement = again.json()["response"][0]["response"]
    assert [one["id"] for one in (await stranger.json("/tasks?fields=id"))["items"]] == [replacement]


async def test_a_network_sees_its_workflows_and_those_of_nobody(office: Office, mona: WorldServerClient) -> None:
    model = files("taskbridge.demo").joinpath("translation.bpmn").read_bytes()
    sources = deployments.read([("translation.bpmn", model)])
    (everybodys,) = [one["id"] for one in (await mona.json("/workflows"))["items"]]
    made = await office.services.run(lambda unit: deployments.deploy(unit, sources, tenant="north"))
    (hidden,) = [row.id for row in made.definitions]
    stranger = await abroad(office)
    assert [one["id"] for one in (await mona.json("/workflows"))["items"]] == [everybodys]
    assert [one["id"] for one in (await stranger.json("/workflows"))["items"]] == [everybodys, hidden]
    root = await office.sign_in("root")
    for one in (mona, root):
        assert (await one.get(f"/workflows/{hidden}")).status_code == 404
        assert (await one.get(f"/workflows/{hidden}/image")).status_code == 500
    assert (await stranger.get(f"/workflows/{hidden}/image")).status_code == 200
    assert (await stranger.get(f"/workflows/{everybodys}/image")).status_code == 200


async def test_views_show_what_the_caller_is_involved_in(office: Office, tina: WorldServerClient) -> None:
    first, second = await office.order("a.txt", "b.txt")
    (secret,) = await office.order(kind="Secrets", client="Bravo", due_at=DUE)
    (french,) = await office.order(kind="Secrets", client="Bravo", due_at=DUE, locales=("French",))
    await tina.complete(first)
    tom, rita, root, outsider = [await office.sign_in(name) for name in ("tom", "rita", "root", "outsider")]
    await tom.post("/tasks/claim", [{"id": second}])

    async def shown(client: WorldServerClient, view: str) -> list[int]:
        return [one["id"] for one in (await client.json(f"/tasks?fields=id&view={view}"))["items"]]

    everything = [first, second, secret, french]
    assert await shown(tina, "TASKS") == everything
    assert await shown(tina, "ASSIGNED") == [second, secret, french]
    assert await shown(rita, "ASSIGNED") == [first]
    assert await shown(tom, "ASSIGNED_OR_CLAIMED_TASKS") == [second, secret, french]
    assert await shown(tom, "LOCALE_AND_WORKGROUP") == [secret, french]
    assert await shown(tina, "LOCALE_AND_WORKGROUP") == []
    assert await shown(outsider, "ALLOWED") == []
    assert await shown(rita, "ALLOWED") == [first]
    assert await shown(root, "ALLOWED") == everything
    assert await shown(await office.sign_in("mona"), "ALLOWED") == everything
