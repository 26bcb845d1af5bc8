"""Redoing, assigning, updating, costs, sources and history of tasks."""

import pytest

from taskbridge.service import identity, processes
from taskbridge.service.unit import Unit
from tests.client import CamundaClient
from tests.passwords import hashed
from tests.worldserver import PASSWORD, Files, Office, WorldServerClient, message

pytestmark = pytest.mark.anyio


async def at_publish(office: Office, mona: WorldServerClient) -> int:
    """A task whose current step a worker has to do."""
    (number,) = await office.order()
    await mona.complete(number)
    await mona.complete(number)
    return number


async def fail(office: Office) -> None:
    """Have the worker of the automatic step fail for good."""
    camunda = worker(office)
    topics = [{"topicName": "publish-translation", "lockDuration": 10_000}]
    (task,) = await camunda.fetch("w", topics=topics)
    body = {"workerId": "w", "errorMessage": "no space left", "retries": 0, "retryTimeout": 0}
    assert (await camunda.post(f"/external-task/{task['id']}/failure", body)).status_code == 204
    await camunda.close()


def worker(office: Office) -> CamundaClient:
    """A client of the other dialect, on the same server."""
    return CamundaClient(office.served.app)


# redo


async def test_a_failed_step_is_done_again(office: Office, mona: WorldServerClient) -> None:
    number = await at_publish(office, mona)
    await fail(office)
    project = (await mona.task(number, "project(totalAutoErrorTasks,errors)"))["project"]
    assert project == {"totalAutoErrorTasks": 1, "errors": 1}
    answer = await mona.post("/tasks/redo", [{"id": number, "comment": "space made"}])
    assert answer.json() == {"status": "OK", "response": [{"status": "OK", "response": number}]}
    assert (await mona.task(number))["comment"] == "space made"
    camunda = worker(office)
    topics = [{"topicName": "publish-translation", "lockDuration": 10_000}]
    (task,) = await camunda.fetch("w", topics=topics)
    assert (await camunda.post(f"/external-task/{task['id']}/complete", {"workerId": "w"})).status_code == 204
    await camunda.close()
    assert (await mona.task(number, "status(status)"))["status"] == {"status": "COMPLETED"}
    again = await mona.post("/tasks/redo", [{"id": number}])
    assert (again.status_code, message(again)) == (400, "Project doesn't have a task step")


async def test_the_failed_steps_of_a_project_are_done_again(office: Office, mona: WorldServerClient) -> None:
    number = await at_publish(office, mona)
    await fail(office)
    project = (await mona.task(number, "project(id)"))["project"]["id"]
    answer = await mona.post("/projects/redo", [{"id": project}])
    assert (answer.status_code, answer.json()["status"]) == (200, "OK")
    camunda = worker(office)
    topics = [{"topicName": "publish-translation", "lockDuration": 10_000}]
    (task,) = await camunda.fetch("w", topics=topics)
    assert (await camunda.post(f"/external-task/{task['id']}/complete", {"workerId": "w"})).status_code == 204
    await camunda.close()


async def test_a_redo_has_its_own_words(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    await mona.post("/tasks/cancel", [{"id": number, "includeCostInProject": True, "comment": "x"}])
    reader = await office.sign_in("reader")
    for client, element, status, text in (
        (mona, {"id": "x"}, 400, "Task Id is not valid"),
        (mona, {"id": 1}, 404, "Resource TASK_ID not found"),
        (mona, {"id": number}, 400, "Task is canceled"),
        (reader, {"id": number}, 403, "No rights to COMPLETE for resource type TASK"),
    ):
        answer = await client.post("/tasks/redo", [element])
        assert (answer.status_code, message(answer)) == (status, text)


# assignees


async def assignees(client: WorldServerClient, number: int) -> list[tuple[str, str]]:
    return [(who["type"], who["name"]) for who in (await client.task(number, "assignees"))["assignees"]]


async def test_assignees_are_set_anew(office: Office, mona: WorldServerClient, tina: WorldServerClient) -> None:
    (number,) = await office.order()
    assert await assignees(mona, number) == [("ROLE", "translators")]
    roles = {one["name"]: one["id"] for one in (await mona.json("/workflowRoles"))["items"]}
    told = {"id": number, "assignedUserIds": [office.users["tina"]], "assignedRoleIds": [roles["reviewers"]]}
    assert (await mona.post("/tasks/changeAssignees", [told])).status_code == 200
    assert await assignees(mona, number) == [("USER", "tina"), ("ROLE", "reviewers")]
    tom = await office.sign_in("tom")
    assert (await tom.post("/tasks/claim", [{"id": number}])).status_code == 400
    assert (await tina.post("/tasks/claim", [{"id": number}])).status_code == 200


async def test_a_claim_of_somebody_who_is_assigned_no_more_is_undone(
    office: Office, mona: WorldServerClient, tina: WorldServerClient
) -> None:
    (number,) = await office.order()
    await tina.post("/tasks/claim", [{"id": number}])
    told = {"id": number, "assignedUserIds": [office.users["mona"]]}
    assert (await mona.post("/tasks/changeAssignees", [told])).status_code == 200
    assert await assignees(mona, number) == [("USER", "mona")]
    assert (await tina.post("/tasks/unclaim", [{"id": number}])).status_code == 400


async def test_assignees_that_do_not_fit_are_refused(office: Office, mona: WorldServerClient) -> None:
    german, french = await office.order(locales=("German", "French"))
    users, step = office.users, (await mona.task(german))["currentTaskStep"]["id"]
    for told, text in (
        ({"id": "x"}, "Task Id is not valid"),
        ({"id": german}, "Field assignedUserIds or assignedRoleIds not set"),
        ({"id": german, "assignedUserIds": []}, "Field assignedUserIds or assignedRoleIds not set"),
        ({"id": german, "assignedUserIds": [1]}, "Resource user is not valid"),
        ({"id": german, "assignedUserIds": "all"}, "Resource user is not valid"),
        ({"id": german, "assignedRoleIds": [1]}, "Resource workflow role is not valid"),
        ({"id": german, "assignedUserIds": [users["mona"]], "taskStepIds": [1]}, "Resource task step is not valid"),
        ({"id": french, "assignedUserIds": [users["mona"]], "taskStepIds": [step]}, "Resource task step is not valid"),
        (
            {"id": french, "assignedUserIds": [users["tina"]]},
            "Cannot assign users that do not have the task's target locale available",
        ),
        (
            {"id": german, "assignedUserIds": [users["outsider"]]},
            "Cannot assign users that are not in the task's workflow",
        ),
    ):
        answer = await mona.post("/tasks/changeAssignees", [told])
        assert (answer.status_code, message(answer)) == (400, text), told
    assert await assignees(mona, german) == [("ROLE", "translators")]
    missing = await mona.post("/tasks/changeAssignees", [{"id": 1, "assignedUserIds": [users["mona"]]}])
    assert (missing.status_code, message(missing)) == (404, "Resource TASK (1) not found")


async def test_a_step_that_a_worker_does_has_no_assignees(office: Office, mona: WorldServerClient) -> None:
    number = await at_publish(office, mona)
    step = (await mona.task(number))["currentTaskStep"]["id"]
    told = {"id": number, "assignedUserIds": [office.users["mona"]]}
    for more in ({}, {"taskStepIds": [step]}):
        answer = await mona.post("/tasks/changeAssignees", [{**told, **more}])
        assert (answer.status_code, message(answer)) == (400, "Task step has invalid types")


# update


async def test_members_are_changed_and_null_leaves_them(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    step = (await mona.task(number))["currentTaskStep"]["id"]
    told = {
        "id": number,
        "priority": 7,
        "dueDate": "2027-01-02T03:04:05.006Z",
        "expectedDuration": 90,
        "steps": [{"id": step, "dueDate": "2027-01-01T00:00:00Z"}],
        "status": {"status": "ACTIVE"},
    }
    assert (await mona.patch("/tasks", [told])).json()["status"] == "OK"
    task = await mona.task(number)
    shown = (task["priority"], task["dueDate"], task["expectedDuration"], task["steps"][0]["dueDate"])
    assert shown == (7, "2027-01-02T03:04:05.006Z", 90, "2027-01-01T00:00:00.000Z")
    unset = {"id": number, "priority": None, "dueDate": None, "expectedDuration": None}
    assert (await mona.patch("/tasks", [unset])).status_code == 200
    assert (await mona.task(number))["priority"] == 7


async def test_task_and_rights_are_looked_at_before_assignees(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    tina = await office.sign_in("tina")
    for told in ({"assignedUserIds": [1]}, {"assignedRoleIds": [1]}, {"assignedUserIds": [office.users["rita"]]}):
        missing = await mona.post("/tasks/changeAssignees", [{"id": 1, **told}])
        assert (missing.status_code, message(missing)) == (404, "Resource TASK (1) not found")
        refused = await tina.post("/tasks/changeAssignees", [{"id": number, **told}])
        assert (refused.status_code, message(refused)) == (403, "No rights to ASSIGN for resource type TASK")


async def test_people_of_a_network_assign_tasks_to_their_own(office: Office) -> None:
    def work(unit: Unit) -> int:
        identity.add_user(unit, "abroad", hashed(PASSWORD), admin=True, tenant="north")
        return processes.start(unit, processes.latest_definition(unit, "translation"), tenant="north").id

    number = await office.services.run(work)
    abroad = await office.sign_in("abroad")
    told = {"id": number, "assignedUserIds": [office.users["tina"]]}
    refused = await abroad.post("/tasks/changeAssignees", [told])
    assert (refused.status_code, message(refused)) == (400, "Resource user is not valid")


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({"id": "x"}, "Resource TASK (x) is invalid"),
        ({}, "Resource TASK (null) is invalid"),
        ({"priority": "high"}, "Priority is invalid"),
        ({"priority": -1}, "Priority is invalid"),
        ({"dueDate": "tomorrow"}, "dueDate is invalid"),
        ({"dueDate": "0001-01-01T00:00:00+14:00"}, "dueDate is invalid"),
        ({"dueDate": 5}, "dueDate is invalid"),
        ({"expectedDuration": []}, "expectedDuration is invalid"),
        ({"steps": 5}, "steps is invalid"),
        ({"steps": [{"id": 1, "dueDate": "2027-01-01"}]}, "steps is invalid"),
        ({"steps": [{"id": 1, "name": "x"}]}, "steps is invalid"),
        ({"status": "COMPLETED"}, "status is invalid"),
        ({"status": 5}, "status is invalid"),
        ({"name": "x"}, 'Field "name" is not allowed'),
    ],
)
async def test_updates_that_make_no_sense_are_refused(
    office: Office, mona: WorldServerClient, told: dict[str, object], text: str
) -> None:
    (number,) = await office.order()
    element = told if told in ({"id": "x"}, {}) else {"id": number, **told}
    before = await mona.task(number)
    answer = await mona.patch("/tasks", [element])
    assert (answer.status_code, message(answer)) == (400, text)
    assert await mona.task(number) == before


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"[]", b"[1]", b"null"])
async def test_an_update_needs_a_list_of_objects(mona: WorldServerClient, content: bytes) -> None:
    answer = await mona.request("PATCH", "/tasks", content=content)
    assert (answer.status_code, message(answer)) == (400, "Request body not sent, or invalid")


async def test_a_task_of_no_project_can_be_changed_too(office: Office, mona: WorldServerClient) -> None:
    number = await office.start("translation")
    task = await mona.task(number)
    assert "project" not in task
    assert (task["name"], task["priority"], task["includeInCost"], task["assets"]) == ("Translation", 0, True, [])
    assert (await mona.patch("/tasks", [{"id": number, "priority": 3}])).status_code == 200
    assert (await mona.post("/tasks/excludeCost", [{"id": number}])).status_code == 200
    task = await mona.task(number)
    assert (task["priority"], task["includeInCost"], task["oldestAncestorId"]) == (3, False, number)
    assert (await mona.complete(number)).status_code == 200


# costs, source, history


async def test_costs_are_included_and_excluded(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    for path, included in (("excludeCost", False), ("includeCost", True)):
        assert (await mona.post(f"/tasks/{path}", [{"id": number}])).json()["status"] == "OK"
        assert (await mona.task(number, "includeInCost"))["includeInCost"] is included
        missing = await mona.post(f"/tasks/{path}", [{"id": 1}])
        assert (missing.status_code, message(missing)) == (404, "Resource TASK (1) not found")


async def test_another_source_starts_the_task_again(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order("old.txt")
    await mona.complete(number)
    sent: Files = [("file", ("new.txt", b"Quite another text"))]
    answer = await mona.request("POST", f"/tasks/{number}/asset", files=sent)
    fresh = answer.json()["response"][0]["response"]
    task, old = await mona.task(fresh), await mona.task(number)
    assert (task["name"], task["totalWords"], task["oldestAncestorId"]) == ("new.txt", 3, number)
    assert (task["currentTaskStep"]["name"], task["taskNumInProject"]) == ("Translate", "1")
    assert task["project"] == old["project"] | {"totalTasks": 1}
    assert old["status"]["status"] == "CANCELED"
    other: Files = [("other", ("a", b"x"))]
    for files in (other, None):
        refused = await mona.request("POST", f"/tasks/{fresh}/asset", files=files)
        assert (refused.status_code, message(refused)) == (400, "File not sent")
    over = await mona.request("POST", f"/tasks/{number}/asset", files=sent)
    assert (over.status_code, message(over)) == (400, "Task is inactive")
    unknown = await mona.request("POST", "/tasks/1/asset", files=sent)
    assert (unknown.status_code, message(unknown)) == (404, "Resource TASK (1) not found")


async def test_rank_and_cost_stay_and_targets_go_when_the_source_is_another(
    office: Office, mona: WorldServerClient
) -> None:
    (number,) = await office.order("old.txt")
    told = {"priority": 7, "dueDate": "2027-01-01T00:00:00.000Z", "expectedDuration": 90}
    assert (await mona.patch("/tasks", [{"id": number, **told}])).status_code == 200
    assert (await mona.post("/tasks/excludeCost", [{"id": number}])).status_code == 200
    await office.translate(number, "old.de.txt", b"Der Text")
    answer = await mona.request("POST", f"/tasks/{number}/asset", files=[("file", ("../in/new.txt", b"Other"))])
    fresh = await mona.task(answer.json()["response"][0]["response"])
    assert fresh["name"] == "new.txt"
    assert {name: fresh[name] for name in told} == told
    assert (fresh["includeInCost"], fresh["targetAssets"]) == (False, [])


async def test_the_name_of_another_source_may_be_anything(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    content = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a\x00b\xff.txt"\r\n\r\nx\r\n--b--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = await mona.request("POST", f"/tasks/{number}/asset", content=content, headers=headers)
    assert (await mona.task(answer.json()["response"][0]["response"]))["name"] == "ab\ufffd.txt"


async def test_the_history_has_an_empty_model_for_every_step(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    await mona.complete(number)
    assert await mona.json(f"/taskHistory?taskId={number}") == {"items": [{}, {}], "total": 2}
    for query, status, text in (
        ("", 400, "Field task Id is not valid"),
        ("?taskId=x", 400, "Field task Id is not valid"),
        ("?taskId=1", 404, "Resource TASK (1) not found"),
    ):
        answer = await mona.get(f"/taskHistory{query}")
        assert (answer.status_code, message(answer)) == (status, text)
