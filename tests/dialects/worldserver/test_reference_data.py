"""Clients, project types, locales, users, workflow roles and workflows; and what server this is."""

from pathlib import Path

import pytest
import sqlalchemy

from taskbridge import __version__
from taskbridge.service import people
from tests.worldserver import Office, WorldServerClient, message

pytestmark = pytest.mark.anyio

ONE = {
    "projectTypes": "PROJECT_TYPE",
    "clients": "CLIENT",
    "locales": "LOCALE",
    "users": "USER",
    "workflowRoles": "WORKFLOW_ROLE",
    "workflows": "WORKFLOW",
}


@pytest.mark.parametrize("path", ONE)
async def test_every_collection_is_listed_and_its_members_shown(mona: WorldServerClient, path: str) -> None:
    whole = await mona.json(f"/{path}")
    assert whole["total"] == len(whole["items"]) > 0
    first = whole["items"][0]
    one = await mona.json(f"/{path}/{first['id']}")
    assert first == {name: value for name, value in one.items() if name in first}
    assert await mona.json(f"/{path}/{first['id']}?fields=id") == {"id": first["id"]}
    assert "id" not in await mona.json(f"/{path}/{first['id']}?excludedFields=id")
    page = await mona.json(f"/{path}?limit=1&offset={whole['total'] - 1}")
    assert page == {"items": [whole["items"][-1]], "total": whole["total"]}


@pytest.mark.parametrize("path", ONE)
async def test_what_is_not_there_is_not_found(mona: WorldServerClient, path: str) -> None:
    missing = await mona.get(f"/{path}/1")
    assert (missing.status_code, message(missing)) == (404, f"Resource {ONE[path]} (1) not found")
    letters = await mona.get(f"/{path}/x")
    assert (letters.status_code, message(letters)) == (500, 'For input string: "x"')
    unreadable = await mona.get(f"/{path}?fields=id,(name")
    assert (unreadable.status_code, message(unreadable)) == (400, "The fields are not valid")


@pytest.mark.parametrize("path", [path for path in ONE if path != "users"])
async def test_collections_are_sorted_by_name(mona: WorldServerClient, path: str) -> None:
    down = await mona.json(f"/{path}?fields=name&sortBy=name&sortDirection=desc")
    names = [one["name"] for one in down["items"]]
    assert names == sorted(names, reverse=True)


async def test_users_are_listed_by_locale_and_workgroup(office: Office, mona: WorldServerClient) -> None:
    async def names(query: str) -> list[str]:
        found = await mona.json(f"/users?fields=username&sortBy=username&sortDirection=asc&{query}")
        return [one["username"] for one in found["items"]]

    assert await names("") == ["mona", "outsider", "reader", "rita", "root", "tina", "tom"]
    assert await names(f"localeId={office.locales['German']}") == ["tina"]
    assert await names("workgroup=berlin") == ["mona", "tom"]
    user = await mona.json(f"/users/{office.users['mona']}")
    (group,) = user["workgroups"]
    assert await names(f"workgroup={group['id']}") == ["mona", "tom"]
    for other in ("paris", "1", "%00"):
        assert await names(f"workgroup={other}") == []
    assert [one["name"] for one in user["workflowRoles"]] == ["translators", "reviewers"]
    assert (user["userType"]["name"], [one["name"] for one in user["clients"]]) == ("Manager", ["Acme"])
    tina = await mona.json(f"/users/{office.users['tina']}")
    assert [one["language"]["isoCode"] for one in tina["wsLocales"]] == ["de-DE"]
    assert (tina["workgroups"], tina["clients"]) == ([], [])


async def test_whether_a_user_exists(office: Office, mona: WorldServerClient) -> None:
    for number, status in ((office.users["mona"], 302), (1, 404), ("x", 500)):
        assert (await mona.request("HEAD", f"/users/{number}")).status_code == status
    nobody = WorldServerClient(office.served.app)
    assert (await nobody.request("HEAD", f"/users/{office.users['mona']}")).status_code == 401


async def test_who_is_locked_is_disabled_and_who_is_removed_keeps_his_name(
    office: Office, mona: WorldServerClient
) -> None:
    (number,) = await office.order()
    tina = office.users["tina"]
    offered = await mona.post("/tasks/changeAssignees", [{"id": number, "assignedUserIds": [tina]}])
    assert offered.status_code == 200, offered.text
    shown = "assignees,creator(username,disabled)"
    enabled = await mona.task(number, shown)
    for name in ("mona", "tina"):
        await office.services.run(lambda unit, name=name: people.lock(unit, name))  # type: ignore[misc]
    root = await office.sign_in("root")
    locked = await root.task(number, shown)
    for task, disabled in ((enabled, False), (locked, True)):
        assert task["assignees"] == [{"id": tina, "name": "tina", "type": "USER", "disabled": disabled}]
        assert task["creator"] == {"username": "mona", "disabled": disabled}
    assert (await root.json(f"/users/{tina}"))["disabled"]
    for name in ("mona", "tina"):
        await office.services.run(lambda unit, name=name: people.remove(unit, name))  # type: ignore[misc]
    left = await root.task(number, shown)
    assert left["assignees"] == [{"name": "tina", "type": "USER", "disabled": False}]
    assert left.get("creator") is None
    assert (await root.get(f"/users/{tina}")).status_code == 404


async def test_clients_and_project_types_belong_together(office: Office, mona: WorldServerClient) -> None:
    mine = await mona.json("/clients?fields=name&onlyMine=true")
    assert mine == {"items": [{"name": "Acme"}], "total": 1}
    acme = await mona.json(f"/clients/{office.clients['Acme']}")
    assert [one["name"] for one in acme["projectTypes"]] == ["Web pages", "Unfinished"]
    bravo = await mona.json(f"/projectTypes?fields=name&clientId={office.clients['Bravo']}")
    assert [one["name"] for one in bravo["items"]] == ["Web pages", "Secrets", "Unfinished"]
    kind = await mona.json(f"/projectTypes/{office.types['Web pages']}")
    assert kind["defaultWorkflow"]["name"] == "Translation"
    assert (await mona.json(f"/locales?clientId={office.clients['Acme']}"))["total"] == 3


async def test_the_version_is_told_to_whoever_is_signed_in(office: Office, mona: WorldServerClient) -> None:
    assert await mona.json("/info") == {"name": "Taskbridge", "version": "11.8.0", "buildVersion": __version__}
    nobody = WorldServerClient(office.served.app)
    assert (await nobody.get("/info")).status_code == 401
    assert (await nobody.post("/login/checkToken")).status_code == 401


async def test_the_steps_of_a_workflow_and_their_transitions(office: Office, mona: WorldServerClient) -> None:
    (row,) = (await mona.json("/workflows"))["items"]
    assert "steps" not in row
    workflow = await mona.json(f"/workflows/{row['id']}")
    translate, review, publish = workflow["steps"]
    assert [way["text"] for way in translate["outboundTransitions"]] == ["Complete"]
    assert [way["text"] for way in translate["inboundTransitions"]] == ["Rework", "Complete"]
    assert [(way["index"], way["text"]) for way in review["outboundTransitions"]] == [(1, "Complete"), (2, "Rework")]
    assert [step["idInWorkflow"] for step in workflow["steps"]] == [1, 2, 3]
    assert (publish["type"], publish["updatable"]) == ("AUTO", False)
    assert publish["action"]["name"] == "publish-translation"
    finish = workflow["finishStep"]
    assert (finish["type"], [way["id"] for way in finish["inboundTransitions"]]) == (
        "FINISH",
        [way["id"] for way in publish["outboundTransitions"]],
    )


async def test_a_task_between_fork_and_join_goes_on_by_each_of_its_steps(
    office: Office, mona: WorldServerClient
) -> None:
    model = Path(__file__).with_name("parallel.bpmn").read_bytes()
    await office.deploy(("parallel.bpmn", model))
    number = await office.start("parallel")
    workflow = (await mona.task(number, "workflow(id)"))["workflow"]["id"]
    steps = {step["name"]: step for step in (await mona.json(f"/workflows/{workflow}"))["steps"]}
    assert await mona.step(number) == "Text"
    for name in ("Pictures", "Text"):
        (way,) = steps[name]["outboundTransitions"]
        done = await mona.post("/tasks/complete", [{"id": number, "transitionId": way["id"]}])
        assert done.status_code == 200, done.text
    assert await mona.step(number) == "Layout"
    assert [way["text"] for way in steps["Layout"]["inboundTransitions"]] == ["Complete", "Complete"]


async def test_a_workflow_is_drawn_and_the_step_of_a_task_is_marked(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    workflow = (await mona.task(number, "workflow(id)"))["workflow"]["id"]
    plain = await mona.get(f"/workflows/{workflow}/image")
    marked = await mona.get(f"/workflows/{workflow}/image?taskId={number}")
    for picture in (plain, marked):
        assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
        assert picture.content.startswith(b"\x89PNG")
    assert plain.content != marked.content
    await mona.complete(number)
    assert (await mona.get(f"/workflows/{workflow}/image?taskId={number}")).content not in (
        plain.content,
        marked.content,
    )


async def test_an_image_that_cannot_be_drawn_is_a_fault_of_the_server(office: Office, mona: WorldServerClient) -> None:
    model = Path(__file__).with_name("parallel.bpmn").read_bytes()
    await office.deploy(("parallel.bpmn", model))
    (number,) = await office.order()
    drawn, bare = [row["id"] for row in (await mona.json("/workflows?fields=id"))["items"]]
    missing, incorrect = "Resource not found", "The request sent by the client was syntactically incorrect"
    for path, text in (
        ("1/image", missing),
        (f"{bare}/image", missing),
        (f"{drawn}/image?taskId=1", missing),
        (f"{bare}/image?taskId={number}", missing),
        ("x/image", incorrect),
        (f"{drawn}/image?taskId=x", incorrect),
    ):
        answer = await mona.get(f"/workflows/{path}")
        assert (answer.status_code, message(answer)) == (500, text), path


async def test_a_page_has_ten_thousand_at_most(office: Office, mona: WorldServerClient) -> None:
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)"
    clients = f"INSERT INTO client (id, name) {numbers} SELECT 1000000 + i, 'Client ' || i FROM n"
    await office.services.run(lambda unit: unit.tx.execute(sqlalchemy.text(clients)))
    for limit in (10_001, 2_147_483_647):
        page = await mona.json(f"/clients?fields=id&limit={limit}")
        assert (len(page["items"]), page["total"]) == (10_000, 10_003)
    rest = await mona.json("/clients?fields=id&limit=20000&offset=10000")
    assert [one["id"] for one in rest["items"]] == [1_009_999, 1_010_000, 1_010_001]


@pytest.mark.parametrize("name", ["fields", "excludedFields"])
@pytest.mark.parametrize(
    "path", ["/tasks", "/tasks/1", "/projects", "/projectGroups/1", "/jobs/1", "/users", "/locales/1"]
)
async def test_fields_have_ten_thousand_letters_at_most(mona: WorldServerClient, path: str, name: str) -> None:
    refused = await mona.get(f"{path}?{name}={'a' * 10_001}")
    assert (refused.status_code, message(refused)) == (400, "The fields are not valid")
    in_a_header = await mona.get(path, headers={name: "a" * 10_001})
    assert (in_a_header.status_code, message(in_a_header)) == (400, "The fields are not valid")
    assert (await mona.get(f"{path}?{name}={'a' * 10_000}")).status_code in (200, 404)
