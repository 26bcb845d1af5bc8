"""Projects and project groups: made, listed, searched, completed, cancelled; and the jobs that do it."""

import io
import zipfile

import pytest

from taskbridge.service import deployments, processes
from taskbridge.service.unit import Unit
from tests.client import jobs_done
from tests.worldserver import OLD_BASE, Office, WorldServerClient, message

pytestmark = pytest.mark.anyio


async def upload(client: WorldServerClient, name: str = "a.txt", content: bytes = b"one two three") -> str:
    """The internal name of a fresh file."""
    answer = await client.request("POST", "/files", files=[("file", (name, content))])
    internal: str = answer.json()["internalName"]
    return internal


def wish(office: Office, *files: str, **more: object) -> dict[str, object]:
    """A project group that can be made."""
    told: dict[str, object] = {
        "name": "Spring",
        "description": "All pages",
        "clientId": office.clients["Acme"],
        "projectTypeId": office.types["Web pages"],
        "systemFiles": list(files),
        "locales": [{"id": office.locales["German"]}],
    }
    return told | more


async def test_a_group_has_a_task_for_every_file_and_locale(office: Office, mona: WorldServerClient) -> None:
    first, second = await upload(mona, "a.txt"), await upload(mona, "b.txt", b"four words of text")
    locales = [
        {"id": str(office.locales["German"]), "dueDate": "2027-01-02T00:00:00"},
        {"id": office.locales["French"]},
    ]
    attributes = [None, {"attribute": {"id": 0, "name": "channel", "type": "text"}, "value": "shop"}]
    told = wish(office, first, f"/uploads/{second}", locales=locales, attributes=attributes)
    answer = await mona.post("/projectGroups/create", [told])
    (entry,) = answer.json()["response"]
    assert answer.json()["status"] == entry["status"] == "OK"
    group = await mona.json(f"/projectGroups/{entry['response']}")
    assert (group["name"], group["totalProjects"], group["totalTasks"], group["totalWords"]) == ("Spring", 2, 4, 14)
    assert [one["targetLocale"]["id"] for one in group["projects"]] == list(office.locales.values())[1:]
    german = await mona.json(f"/projects/{group['projects'][0]['id']}")
    assert (german["dueDate"], german["client"]["name"]) == ("2027-01-02T00:00:00.000Z", "Acme")
    assert german["sourceLocale"]["name"] == "English (United States)"
    names = [(task["name"], task["taskNumInProject"], task["totalWords"]) for task in german["tasks"]]
    assert names == [("a.txt", "1", 3), ("b.txt", "2", 4)]
    assert german["tasks"][0]["dueDate"] == "2027-01-02T00:00:00.000Z"
    assert german["creator"]["username"] == "mona"
    assert german["workflow"]["name"] == "Translation"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"name": ""}, "Field name not set"),
        ({"name": None}, "Field name not set"),
        ({"clientId": "x"}, "Client Id is not valid"),
        ({"clientId": 1}, "Client Id is not valid"),
        ({"projectTypeId": None}, "Project type Id is not valid"),
        ({"projectTypeId": 1}, "Project type Id is not valid"),
        ({"projectTypeId": "Secrets"}, "Project type Id is not valid"),
        ({"projectTypeId": "Unfinished"}, "Project type Id is not valid"),
        ({"systemFiles": []}, "Field systemFiles not set"),
        ({"systemFiles": None}, "Field systemFiles not set"),
        ({"systemFiles": ["../etc/passwd"]}, "System file (../etc/passwd) is not valid"),
        ({"systemFiles": ["1/a.txt"]}, "System file (1) is not valid"),
        ({"systemFiles": [7]}, "System file (7) is not valid"),
        ({"locales": []}, "Field locales not set"),
        ({"locales": [{"id": 1}]}, "Locale Id is not valid"),
        ({"locales": ["de"]}, "Locale Id is not valid"),
        ({"locales": [{"id": "German", "dueDate": "soon"}]}, "Due date is not valid"),
        ({"attributes": [{"value": "x"}]}, "Attribute is not valid"),
        ({"attributes": [5]}, "Attribute is not valid"),
    ],
)
async def test_a_group_that_cannot_be_made_is_refused(
    office: Office, mona: WorldServerClient, change: dict[str, object], text: str
) -> None:
    known = {**office.types, **office.locales}
    filled: dict[str, object] = {name: known.get(str(value), value) for name, value in change.items()}
    if text == "Due date is not valid":
        filled = {"locales": [{"id": office.locales["German"], "dueDate": "soon"}]}
    file = await upload(mona)
    before = await office.served.dump()
    answer = await mona.post("/projectGroups/create", [wish(office, file, **filled)])
    assert (answer.status_code, message(answer)) == (400, text)
    assert await office.served.dump() == before


async def test_a_kind_may_want_a_due_date(office: Office, mona: WorldServerClient) -> None:
    file = await upload(mona)
    ids = {"clientId": office.clients["Bravo"], "projectTypeId": office.types["Secrets"]}
    answer = await mona.post("/projectGroups/create", [wish(office, file, **ids)])
    assert (answer.status_code, message(answer)) == (400, "Due date is not valid")


@pytest.mark.parametrize("content", [b"{", b"", b"[1]", b"{}"])
async def test_what_is_no_list_of_groups_is_invalid_json(mona: WorldServerClient, content: bytes) -> None:
    answer = await mona.request("POST", "/projectGroups/create", content=content)
    assert (answer.status_code, message(answer)) == (400, "Invalid JSON")


async def test_only_who_has_the_right_makes_groups(office: Office, tina: WorldServerClient) -> None:
    answer = await tina.post("/projectGroups/create", [wish(office, await upload(tina))])
    assert (answer.status_code, message(answer)) == (403, "No rights to CREATE for resource type PROJECT_GROUP")


async def test_a_zip_file_stands_for_its_files_when_asked(office: Office, mona: WorldServerClient) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("de/a.txt", "one two")
        archive.writestr("de/", "")
        archive.writestr("b.txt", "three")
    file = await upload(mona, "all.zip", packed.getvalue())
    made = await mona.post("/projectGroups/create", [wish(office, file, expandZip=True), wish(office, file)])
    opened, closed = [entry["response"] for entry in made.json()["response"]]
    names = "fields=projects(tasks(name,totalWords))"
    (project,) = (await mona.json(f"/projectGroups/{opened}?{names}"))["projects"]
    assert project["tasks"] == [{"name": "de/a.txt", "totalWords": 2}, {"name": "b.txt", "totalWords": 1}]
    (project,) = (await mona.json(f"/projectGroups/{closed}?{names}"))["projects"]
    assert project["tasks"] == [{"name": "all.zip", "totalWords": 0}]
    broken = packed.getvalue().replace(b"one two", b"two one")
    file = await upload(mona, "broken.zip", broken)
    refused = await mona.post("/projectGroups/create", [wish(office, file, expandZip=True)])
    assert (refused.status_code, message(refused)) == (400, "System file (broken.zip) cannot be expanded")


# lists


async def test_projects_are_listed_by_what_they_are(office: Office, mona: WorldServerClient) -> None:
    german, french = await office.order(locales=("German", "French"))
    first = (await mona.task(german, "project(id)"))["project"]["id"]
    second = (await mona.task(french, "project(id)"))["project"]["id"]

    async def ids(query: str) -> list[int]:
        return [one["id"] for one in (await mona.json(f"/projects?fields=id,status&{query}"))["items"]]

    assert await ids("") == [first, second]
    assert await ids("sortBy=id&sortDirection=desc") == [second, first]
    assert await ids(f"resourceIds={second}") == [second]
    assert await ids(f"localeId={office.locales['French']}") == [second]
    await mona.post("/tasks/cancel", [{"id": german, "includeCostInProject": True, "comment": "x"}])
    assert await ids("onlyActive=true") == [second]
    assert await ids("onlyActive=false") == [first, second]
    statuses = [one["status"] for one in (await mona.json("/projects?fields=status"))["items"]]
    assert statuses == ["CANCELED", "ACTIVE"]


async def test_a_project_counts_its_tasks(office: Office, mona: WorldServerClient) -> None:
    tina = await office.sign_in("tina")
    first, second, third, _ = await office.order("a.txt", "b.txt", "c.txt", "d.txt")
    await tina.post("/tasks/claim", [{"id": first}])
    await mona.post("/tasks/cancel", [{"id": second, "includeCostInProject": True, "comment": "x"}])
    await mona.post("/tasks/changeAssignees", [{"id": third, "assignedUserIds": [office.users["mona"]]}])
    (project,) = (await mona.json("/projects"))["items"]
    shown = [
        project[name]
        for name in ("totalTasks", "activeTasks", "claimedTasks", "unclaimedTasks", "assignedTasks", "canceledTasks")
    ]
    assert shown == [4, 3, 1, 2, 3, 1]
    assert (project["totalWords"], project["pendingWords"], project["finishedProgress"]) == (16, 12, 0.0)
    assert "completionDate" not in project


async def test_a_missing_project_or_group_is_not_found(mona: WorldServerClient) -> None:
    for path, text in (("projects", "PROJECT"), ("projectGroups", "PROJECT_GROUP")):
        answer = await mona.get(f"/{path}/1")
        assert (answer.status_code, message(answer)) == (404, f"Resource {text} (1) not found")
        answer = await mona.get(f"/{path}/x")
        assert (answer.status_code, message(answer)) == (500, 'For input string: "x"')


# searches


async def search(
    client: WorldServerClient, path: str, *filters: tuple[str, str, object], how: str = "and"
) -> list[int]:
    body = {
        "operator": how,
        "filters": [dict(zip(("field", "operator", "value"), one, strict=True)) for one in filters],
    }
    answer = await client.post(f"/{path}/search?fields=id", body)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


async def test_tasks_are_searched_by_many_fields(office: Office, mona: WorldServerClient) -> None:
    a, b = await office.order("alpha.txt", "beta.txt", group="Spring")
    (c,) = await office.order("gamma.txt", locales=("French",), group="Autumn")
    await mona.complete(b)
    await mona.post("/tasks/cancel", [{"id": c, "includeCostInProject": True, "comment": "x"}])
    project = (await mona.task(c, "project(id,projectGroupId)"))["project"]
    workflow = (await mona.task(c, "workflow(id)"))["workflow"]["id"]
    for filters, expected in (
        ([("id", "eq", a)], [a]),
        ([("id", "ge", b)], [b, c]),
        ([("assets", "like", "%ALPHA%")], [a]),
        ([("assets", "like", "eta")], [b]),
        ([("assets", "eq", "/uploads/5/gamma.txt")], [c]),
        ([("name", "ne", "beta.txt")], [a, c]),
        ([("status.status", "eq", "CANCELED")], [c]),
        ([("status", "ne", "ACTIVE")], [c]),
        ([("status", "eq", "COMPLETED")], []),
        ([("project.id", "eq", str(project["id"]))], [c]),
        ([("project(name)", "like", "spr")], [a, b]),
        ([("project.projectGroupId", "eq", project["projectGroupId"])], [c]),
        ([("targetLocale.id", "eq", office.locales["French"])], [c]),
        ([("workflow.id", "eq", workflow)], [a, b, c]),
        ([("currentTaskStep.name", "eq", "Review")], [b]),
        ([("creator.username", "eq", "mona")], [a, b, c]),
        ([("creationDate", "lt", "2020-01-01T00:00:00Z")], []),
        ([("client.id", "eq", office.clients["Acme"]), ("priority", "gt", 0)], []),
    ):
        assert await search(mona, "tasks", *filters) == expected, filters
    assert await search(mona, "tasks", ("id", "eq", a), ("id", "eq", c), how="or") == [a, c]


async def test_groups_and_projects_are_searched_too(office: Office, mona: WorldServerClient) -> None:
    await office.order(group="Spring")
    (task,) = await office.order(group="Autumn")
    project = (await mona.task(task, "project(id,projectGroupId)"))["project"]
    assert await search(mona, "projectGroups", ("name", "like", "autumn")) == [project["projectGroupId"]]
    assert await search(mona, "projectGroups", ("projects(name)", "like", "Autumn")) == [project["projectGroupId"]]
    assert await search(mona, "projects", ("name", "eq", "Autumn")) == [project["id"]]
    older = [{"field": "name", "type": "TEXT", "criterion": {"value": "utu"}}]
    assert [one["id"] for one in (await mona.post("/projects/search", older)).json()["items"]] == [project["id"]]
    number = [{"field": "projectGroupId", "type": "NUMBER", "criterion": {"value": project["projectGroupId"]}}]
    assert [one["id"] for one in (await mona.post("/projects/search", number)).json()["items"]] == [project["id"]]


@pytest.mark.parametrize(
    "body",
    [
        {"filters": [{"field": "colour", "operator": "eq", "value": "1"}]},
        {"filters": [{"field": "id", "operator": "near", "value": "1"}]},
        {"filters": [{"field": "id", "operator": "like", "value": "1"}]},
        {"filters": [{"field": "id", "operator": "eq", "value": "one"}]},
        {"filters": [{"field": "id", "operator": "eq"}]},
        {"filters": [{"field": "creationDate", "operator": "lt", "value": "soon"}]},
        {"filters": [{"field": "name", "operator": "eq", "value": "a\0"}]},
        {"filters": [{"field": ["id"], "operator": "eq", "value": "1"}]},
        {"filters": [{"field": "name", "operator": "like", "value": "a" * 10_001}]},
        {"filters": "all"},
        {"filters": [5]},
        {"filters": [{"field": "id", "operator": "eq", "value": "1"}] * 201},
        {"operator": "xor"},
        [{"field": "id"}],
        "all",
    ],
)
async def test_filters_that_cannot_be_read_are_refused(mona: WorldServerClient, body: object) -> None:
    for path in ("tasks", "projects", "projectGroups"):
        answer = await mona.post(f"/{path}/search", body)
        assert (answer.status_code, message(answer)) == (400, "Filter is not valid")


async def test_a_pattern_with_signs_of_its_own_is_harmless(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order("50%_a\\b'.txt")
    for pattern, expected in (
        *(("%\\b'%", [number]), ("50%", [number]), ("x%_", []), ("\\", [number])),
        *(("a" * 9_998, []), ("%" * 4000, [number]), ("%a" * 2000, [])),
    ):
        assert await search(mona, "tasks", ("name", "like", pattern)) == expected, pattern


# jobs


async def test_a_project_is_completed_in_the_background(office: Office, mona: WorldServerClient) -> None:
    numbers = await office.order(*(f"{place:03}.txt" for place in range(120)))
    await mona.complete(numbers[0])
    project = (await mona.task(numbers[1], "project(id)"))["project"]["id"]
    way = await mona.transition(numbers[1])
    answer = (await mona.post("/projects/complete", [{"id": project, "transitionId": way}])).json()
    job = answer["backgroundTaskId"]
    assert answer["response"] == [{"status": "OK", "response": project, "backgroundTaskId": job}]
    await jobs_done(office.services)
    told = await mona.json(f"/jobs/{job}")
    assert (told["status"], told["type"], told["links"]) == ("COMPLETED", "COMPLETE_PROJECT", [])
    assert {await mona.step(number) for number in (numbers[0], numbers[1], numbers[-1])} == {"Review"}
    tail = await mona.json(f"/jobs/{job}/tail?date=2020-05-24T06:48:18.473Z")
    assert tail["total"] == 120
    assert tail["items"][-1]["message"] == "119 tasks done, 0 failed"
    assert await mona.json(f"/jobs/{job}/tail?date=2099-01-01T00:00:00Z") == {"items": [], "total": 0}
    assert (await mona.request("HEAD", f"/jobs/{job}")).status_code == 302


async def test_who_completes_a_project_completes_what_others_have_claimed(
    office: Office, mona: WorldServerClient
) -> None:
    claimed, free = await office.order("a.txt", "b.txt")
    tina = await office.sign_in("tina")
    assert (await tina.post("/tasks/claim", [{"id": claimed}])).status_code == 200
    told = [
        {"id": (await mona.task(free, "project(id)"))["project"]["id"], "transitionId": await mona.transition(free)}
    ]
    refused = await tina.post("/projects/complete", told)
    assert (refused.status_code, message(refused)) == (403, "No rights to COMPLETE for resource type PROJECT")
    assert (await mona.post("/projects/complete", told)).status_code == 200
    await jobs_done(office.services)
    assert [await mona.step(number) for number in (claimed, free)] == ["Review", "Review"]


async def test_the_older_version_names_no_job(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    project = (await mona.task(number, "project(id)"))["project"]["id"]
    answer = await mona.at(OLD_BASE).post("/projects/cancel", [{"id": project, "comment": "x"}])
    assert answer.json() == {"status": "OK", "response": [{"status": "OK", "response": project}]}
    await jobs_done(office.services)
    assert (await mona.task(number, "status(status)"))["status"]["status"] == "CANCELED"
    again = await mona.post("/projects/cancel", [{"id": project, "comment": "x"}])
    assert (again.status_code, message(again)) == (400, "Project is inactive")


async def test_commands_to_projects_are_checked(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    project = (await mona.task(number, "project(id)"))["project"]["id"]
    way = await mona.transition(number)
    tina = await office.sign_in("tina")
    invalid = "The transition you specified is not one of the valid options."
    redo = "Could not read document [the id of a project must be a number]"
    for client, path, told, status, text in (
        (mona, "complete", {"id": "x", "transitionId": way}, 400, "Project Id is not valid"),
        (mona, "complete", {"id": project, "transitionId": "x"}, 400, "Transition Id is not valid"),
        (mona, "complete", {"id": project, "transitionId": 1}, 400, invalid),
        (mona, "complete", {"id": 1, "transitionId": way}, 404, "Resource PROJECT (1) not found"),
        (
            tina,
            "complete",
            {"id": project, "transitionId": way},
            403,
            "No rights to COMPLETE for resource type PROJECT",
        ),
        (mona, "cancel", {"id": "x"}, 400, "Project Id is not valid"),
        (mona, "cancel", {"id": project}, 400, "Field comment not sent"),
        (tina, "cancel", {"id": project, "comment": "x"}, 403, "No rights to CANCEL for resource type PROJECT"),
        (mona, "redo", {"id": "x"}, 400, redo),
        (mona, "redo", {"id": 1}, 404, "Resource PROJECT (1) not found"),
        (mona, "redo", {"id": project}, 404, "Resource WorkflowTransition (Redo) not found"),
    ):
        answer = await client.post(f"/projects/{path}", [told])
        assert (answer.status_code, message(answer)) == (status, text), told
    missing = await mona.request("POST", "/projects/redo", content=b"")
    assert (missing.status_code, message(missing)) == (400, "Required request body is missing")
    unreadable = await mona.request("POST", "/projects/redo", content=b"{")
    assert unreadable.status_code == 400
    assert message(unreadable).startswith("Could not read document [")


async def test_jobs_that_do_not_exist(mona: WorldServerClient) -> None:
    for path in ("/jobs/1", "/jobs/1/tail?date=2020-05-24T06:48:18.473Z"):
        answer = await mona.get(path)
        assert (answer.status_code, message(answer)) == (404, "Resource BACKGROUND_JOB (1) not found")
    assert (await mona.request("HEAD", "/jobs/1")).status_code == 404
    assert (await mona.request("HEAD", "/jobs/x")).status_code == 500
    missing = await mona.get("/jobs/1/tail")
    text = "Required LocalDateTime parameter 'date' is not present"
    assert (missing.status_code, message(missing)) == (500, text)
    wrong = await mona.get("/jobs/1/tail?date=soon")
    assert (wrong.status_code, message(wrong)) == (400, "Date is not valid")
    letters = await mona.get("/jobs/x/tail?date=2020-05-24")
    assert (letters.status_code, message(letters)) == (500, 'For input string: "x"')


async def test_tasks_go_with_their_process(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    project = (await mona.task(number, "project(id)"))["project"]["id"]

    def remove(unit: Unit) -> None:
        deployments.delete(unit, processes.latest_definition(unit, "translation").deployment_id, cascade=True)

    await office.services.run(remove)
    assert (await mona.get(f"/tasks/{number}")).status_code == 404
    left = await mona.json(f"/projects/{project}")
    assert (left["totalTasks"], left["tasks"], "workflow" in left) == (0, [], False)
