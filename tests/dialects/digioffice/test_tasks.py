"""Finishing and postponing: who may, what comes next, and what is kept."""

import pytest

from taskbridge.service import people
from taskbridge.service.uuids import Kind, encode
from tests.bpmn import definitions, model
from tests.digioffice import CHANGE, FINISH, POSTPONE, REVIEW, REWORK, SEAL, SIGN, Office, basic, error_of

JOINED = definitions(
    '<process id="joined" isExecutable="true"><startEvent id="s"/><parallelGateway id="fork"/>'
    '<userTask id="b" name="B"/><userTask id="c" name="C"/><parallelGateway id="join"/>'
    '<userTask id="d" name="After"/><sequenceFlow id="f1" sourceRef="s" targetRef="fork"/>'
    '<sequenceFlow id="f2" sourceRef="fork" targetRef="b"/><sequenceFlow id="f3" sourceRef="fork" targetRef="c"/>'
    '<sequenceFlow id="f4" sourceRef="b" targetRef="join"/><sequenceFlow id="f5" sourceRef="c" targetRef="join"/>'
    '<sequenceFlow id="f6" sourceRef="join" targetRef="d"/></process>'
)

pytestmark = pytest.mark.anyio


async def test_a_finished_task_moves_its_process_on(office: Office) -> None:
    task = await office.start()
    response = await office.client.post(FINISH, {"TaskIDs": [task], "Reason": "fine", "Comment": "all there"})
    assert (response.status_code, response.content) == (204, b"")
    done = await office.task(task)
    assert (done["Status"], done["Reason"], done["FinishedByUserID"]) == ("Finished", "fine", office.users["alice"])
    assert (await office.following(task))["Name"] == SIGN
    said = (await office.client.get(f"/api/workflowtasks/{task}/comments")).json()
    assert [(one["Type"], one["Text"], one["UserName"]) for one in said] == [
        ("reason", "fine", "alice"),
        ("comment", "all there", "alice"),
    ]


async def test_the_next_external_task_reaches_a_camunda_worker(office: Office) -> None:
    task = await office.start()
    ship = await office.way(task, "Verzenden")
    assert await office.camunda.fetch() == []
    assert (await office.client.post(FINISH, {"TaskIDs": [task], "WSVerbindingID": ship})).status_code == 204
    (external,) = await office.camunda.fetch()
    assert external["activityId"] == "shipping"


async def test_a_repeated_finish_is_refused_and_changes_nothing(office: Office) -> None:
    task = await office.start()
    body = {"TaskIDs": [task], "Comment": "once"}
    assert (await office.client.post(FINISH, body)).status_code == 204
    before = await office.served.dump()
    response = await office.client.post(FINISH, body)
    assert response.status_code == 409
    assert error_of(response)["ErrorCode"] == "WorkflowTaskAlreadyFinished"
    assert error_of(response)["Message"] == f"Workflow task {task} is already finished"
    assert await office.served.dump() == before


async def test_all_tasks_finish_together_or_none_does(office: Office) -> None:
    first, second, third = [await office.start() for _ in range(3)]
    assert (await office.client.post(FINISH, {"TaskIDs": [third]})).status_code == 204
    before = await office.served.dump()
    response = await office.client.post(FINISH, {"TaskIDs": [first, second, third]})
    assert response.status_code == 409
    assert (await office.client.post(FINISH, {"TaskIDs": [first, 999_999_999]})).status_code == 404
    assert await office.served.dump() == before
    assert (await office.client.post(FINISH, {"TaskIDs": [second, first, second]})).status_code == 204
    assert not await office.is_open(first)
    assert not await office.is_open(second)


async def test_so_many_tasks_at_once_and_no_more(office: Office) -> None:
    for path in (FINISH, "/api/workflowmultitasks"):
        response = await office.client.post(path, {"TaskIDs": list(range(1, 1002))})
        assert (response.status_code, error_of(response)["ErrorCode"]) == (400, "ArgumentOutOfRangeException")
        assert (await office.client.post(path, {"TaskIDs": list(range(1, 1001))})).status_code == 404
    task = await office.start()
    entry = {"ID": await office.way(task, "Akkoord"), "IsNext": True, "UserIDs": list(range(1, 1002))}
    response = await office.client.post(FINISH, {"TaskIDs": [task], "Transitions": [entry]})
    assert error_of(response)["Errors"][0]["FieldName"] == "UserIDs"


async def test_the_transition_is_named_or_marked(office: Office) -> None:
    named, marked, both = [await office.start() for _ in range(3)]
    ids = {name: await office.way(named, name) for name in ("Akkoord", SEAL)}
    await office.client.post(FINISH, {"TaskIDs": [named], "WSVerbindingID": ids[SEAL]})
    assert (await office.following(named))["Name"] == SEAL
    entry = {"ID": ids[SEAL], "IsNext": True}
    await office.client.post(FINISH, {"TaskIDs": [marked], "Transitions": [{"ID": ids["Akkoord"]}, entry]})
    assert (await office.following(marked))["Name"] == SEAL
    await office.client.post(FINISH, {"TaskIDs": [both], "WSVerbindingID": ids["Akkoord"], "Transitions": [entry]})
    assert (await office.following(both))["Name"] == SIGN


async def test_several_marked_transitions_are_refused(office: Office) -> None:
    task = await office.start()
    entries = [{"ID": await office.way(task, name), "IsNext": True} for name in ("Akkoord", SEAL)]
    response = await office.client.post(FINISH, {"TaskIDs": [task], "Transitions": entries})
    assert (response.status_code, error_of(response)["ErrorCode"]) == (400, "ArgumentException")
    response = await office.client.post(FINISH, {"TaskIDs": [task], "Transitions": [{"IsNext": True}]})
    assert (response.status_code, error_of(response)["Errors"][0]["FieldName"]) == (400, "ID")
    assert await office.is_open(task)


async def test_a_transition_that_is_none_of_the_task_is_refused(office: Office) -> None:
    task = await office.start()
    start = (await office.client.get(f"/api/workflowtasks/{task}")).json()["ActivationID"]
    for guid in ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", start, encode(Kind.ELEMENT, 999_999_999)):
        response = await office.client.post(FINISH, {"TaskIDs": [task], "WSVerbindingID": guid})
        assert (response.status_code, error_of(response)["ErrorCode"]) == (400, "ArgumentException")
    ways = [one["ID"] for one in (await office.task(task))["Transitions"]]
    await office.client.post(FINISH, {"TaskIDs": [task], "WSVerbindingID": ways[0]})
    following = await office.following(task)
    response = await office.client.post(FINISH, {"TaskIDs": [following["ID"]], "WSVerbindingID": ways[1]})
    assert (response.status_code, error_of(response)["ErrorCode"]) == (400, "ArgumentException")
    assert (await office.task(following["ID"]))["NumberOfComments"] == 0


async def test_a_chosen_user_gets_the_next_task(office: Office) -> None:
    task = await office.start()
    entry = {"ID": await office.way(task, "Afgekeurd"), "IsNext": True, "UserIDs": [office.users["carol"]]}
    await office.client.post(FINISH, {"TaskIDs": [task], "Transitions": [entry]})
    following = await office.following(task)
    assert (following["Name"], following["UserID"]) == (REWORK, office.users["carol"])
    refused = await office.client.post(FINISH, {"TaskIDs": [following["ID"]]})
    assert (refused.status_code, error_of(refused)["ErrorCode"]) == (403, "UnauthorizedAccessException")
    carol = office.client.by(basic("carol"))
    assert (await carol.post(FINISH, {"TaskIDs": [following["ID"]]})).status_code == 204
    assert (await office.following(task))["Name"] == REVIEW


async def test_several_chosen_people_are_offered_the_next_task(office: Office) -> None:
    task = await office.start()
    entry = {
        "ID": await office.way(task, "Akkoord"),
        "UserIDs": [office.users["carol"], office.users["bob"]],
        "RoleIDs": [office.groups["Surveyor"]],
        "GroupIDs": [office.groups["reviewers"]],
    }
    await office.client.post(FINISH, {"TaskIDs": [task], "WSVerbindingID": entry["ID"], "Transitions": [entry]})
    following = await office.following(task)
    assert (following["UserID"], following["Status"]) == (None, "Open")
    links = (await office.camunda.get(f"/task/{following['ActivationID']}/identity-links")).json()
    assert {(link["userId"], link["groupId"]) for link in links} == {
        ("carol", None),
        ("bob", None),
        (None, "Surveyor"),
        (None, "reviewers"),
    }


@pytest.mark.parametrize("member", ["UserIDs", "GroupIDs", "RoleIDs"])
async def test_whom_nobody_knows_cannot_be_chosen(office: Office, member: str) -> None:
    task = await office.start()
    number = office.groups["managers"] if member == "RoleIDs" else 999_999
    entry = {"ID": await office.way(task, "Akkoord"), "IsNext": True, member: [number]}
    response = await office.client.post(FINISH, {"TaskIDs": [task], "Transitions": [entry]})
    assert (response.status_code, error_of(response)["ErrorCode"]) == (404, "NotFound")
    assert await office.is_open(task)


@pytest.mark.parametrize(
    ("way", "more"),
    [
        ("Afgekeurd", {}),
        (SEAL, {"UserIDs": ["carol"]}),
        ("Verzenden", {"UserIDs": ["carol"]}),
        ("Verzenden", {"DeferUntil": "2030-01-01"}),
        ("Akkoord", {"AssignmentIsAdHocRequired": True, "UserIDs": []}),
    ],
    ids=["required", "refused", "nobody to be given it", "nothing to put off", "required by the client"],
)
async def test_an_assignment_that_does_not_fit_is_refused(office: Office, way: str, more: dict[str, object]) -> None:
    task = await office.start()
    users = {"UserIDs": [office.users[str(name)] for name in more["UserIDs"]]} if "UserIDs" in more else {}  # type: ignore[attr-defined]
    entry = {"ID": await office.way(task, way), "IsNext": True, **more, **users}
    before = await office.served.dump()
    response = await office.client.post(FINISH, {"TaskIDs": [task], "Transitions": [entry], "Comment": "x"})
    assert (response.status_code, error_of(response)["ErrorCode"]) == (400, "ArgumentException")
    assert await office.served.dump() == before


async def test_the_next_task_rests_until_its_date(office: Office) -> None:
    deferred, until = [await office.start() for _ in range(2)]
    later = "2026-01-02T03:04:05Z"
    await office.client.post(FINISH, {"TaskIDs": [deferred], "DeferTo": later})
    following = await office.following(deferred)
    assert (following["Status"], following["DeferDate"]) == ("Postponed", "2026-01-02T03:04:05.0000000")
    assert following["Active"] is False
    entry = {"ID": await office.way(until, "Akkoord"), "IsNext": True, "DeferUntil": "2027-05-06", "DeferralNote": "n"}
    await office.client.post(FINISH, {"TaskIDs": [until], "Transitions": [entry], "DeferTo": later})
    following = await office.following(until)
    assert (following["DeferDate"], following["DeferReason"]) == ("2027-05-06T00:00:00.0000000", "n")
    (row,) = (await office.camunda.get("/task?followUpAfter=2027-01-01T00:00:00.000%2B0000")).json()
    assert row["followUp"] == "2027-05-06T00:00:00.000+0000"


async def test_a_task_is_postponed_and_the_postponement_changed(office: Office) -> None:
    task, other = [await office.start() for _ in range(2)]
    body = {"TaskIDs": [task, other], "DateTime": "2026-03-01T00:00:00", "Reason": "no drawing"}
    changed = {**body, "DateTime": "2026-04-01T12:00:00+02:00", "Reason": "still none"}
    refused = await office.client.post(CHANGE, changed)
    assert (refused.status_code, error_of(refused)["ErrorCode"]) == (409, "WorkflowTaskNotPostponed")
    assert (await office.client.post(POSTPONE, body)).status_code == 204
    shown = await office.task(task)
    assert (shown["Status"], shown["DeferReason"]) == ("Postponed", "no drawing")
    refused = await office.client.post(POSTPONE, body)
    assert (refused.status_code, error_of(refused)["ErrorCode"]) == (409, "WorkflowTaskAlreadyPostponed")
    assert (await office.client.post(CHANGE, changed)).status_code == 204
    shown = await office.task(other)
    assert (shown["DeferDate"], shown["DeferReason"]) == ("2026-04-01T10:00:00.0000000", "still none")


async def test_a_postponed_task_is_back_when_its_date_has_come(office: Office) -> None:
    task = await office.start()
    now = office.served.clock.now()
    body = {"TaskIDs": [task], "DateTime": f"/Date({now + 5_000})/", "Reason": "wait"}
    assert (await office.client.post(POSTPONE, body)).status_code == 204
    assert [one["ID"] for one in await office.tasks(Postponed=True)] == [task]
    assert await office.tasks(Postponed=False) == []
    office.served.clock.advance(5_000)
    assert [one["ID"] for one in await office.tasks(Postponed=False)] == [task]
    assert (await office.task(task))["Active"] is True
    assert (await office.client.post(POSTPONE, body | {"DateTime": "2030-01-01"})).status_code == 204


async def test_a_task_that_rests_may_be_finished(office: Office) -> None:
    task = await office.start()
    await office.client.post(POSTPONE, {"TaskIDs": [task], "DateTime": "2030-01-01", "Reason": "later"})
    assert (await office.client.post(FINISH, {"TaskIDs": [task]})).status_code == 204
    assert (await office.task(task))["DeferReason"] is None


async def test_a_delegated_task_waits_for_its_resolution(office: Office) -> None:
    task = await office.start()
    name = (await office.task(task))["ActivationID"]
    await office.camunda.post(f"/task/{name}/assignee", {"userId": "alice"})
    await office.camunda.post(f"/task/{name}/delegate", {"userId": "bob"})
    response = await office.client.post(FINISH, {"TaskIDs": [task]})
    assert (response.status_code, error_of(response)["ErrorCode"]) == (409, "WorkflowTaskDelegated")
    await office.camunda.post(f"/task/{name}/resolve", {})
    assert (await office.client.post(FINISH, {"TaskIDs": [task]})).status_code == 204


async def test_only_who_the_task_is_offered_to_may_do_it(office: Office) -> None:
    task = await office.start()
    carol, root = office.client.by(basic("carol")), office.client.by(basic("root"))
    before = await office.served.dump()
    body = {"TaskIDs": [task], "DateTime": "2030-01-01", "Reason": "r"}
    for path in (FINISH, POSTPONE):
        refused = await carol.post(path, body)
        assert (refused.status_code, error_of(refused)["ErrorCode"]) == (403, "UnauthorizedAccessException")
    assert await office.served.dump() == before
    assert (await root.post(FINISH, {"TaskIDs": [task]})).status_code == 204


async def test_who_was_removed_a_moment_ago_does_nothing(office: Office) -> None:
    """His password is remembered for half a second; the clock stands still."""
    number = await office.start()
    carol = office.client.by(basic("carol"))
    assert (await carol.get("/api/auth", headers={"Accept": "application/json"})).status_code == 200
    await office.served.services.run(lambda unit: people.remove(unit, "carol"))
    refused = await carol.post(FINISH, {"TaskIDs": [number]})
    assert (refused.status_code, error_of(refused)["ErrorCode"]) == (404, "NotFound")
    assert await office.is_open(number)


async def test_a_task_on_hold_is_not_done(office: Office) -> None:
    task = await office.start()
    instance = (await office.camunda.get("/process-instance")).json()[0]["id"]
    await office.camunda.put(f"/process-instance/{instance}/suspended", {"suspended": True})
    response = await office.client.post(FINISH, {"TaskIDs": [task]})
    assert (response.status_code, error_of(response)["ErrorCode"]) == (409, "WorkflowOnHold")
    assert (await office.task(task))["Status"] == "OnHold"


async def test_a_process_that_cannot_go_on_keeps_its_task(office: Office) -> None:
    await office.camunda.deploy(model("UserDecision"))
    instance = await office.camunda.start("UserDecision", {"variables": {"score": {"value": 5}}})
    (task,) = await office.tasks(instance)
    response = await office.client.post(FINISH, {"TaskIDs": [task["ID"]]})
    assert (response.status_code, error_of(response)["ErrorCode"]) == (500, "InvalidOperationException")
    assert await office.is_open(task["ID"])


async def test_the_entry_without_an_id_belongs_to_the_transition_that_is_named(office: Office) -> None:
    task = await office.start()
    way, bob = await office.way(task, "Akkoord"), office.users["bob"]
    entry = {"IsNext": True, "UserIDs": [bob], "DeferUntil": "2027-01-01"}
    told = {"TaskIDs": [task], "WSVerbindingID": way, "Transitions": [entry]}
    assert (await office.client.post(FINISH, told)).status_code == 204
    following = await office.following(task)
    assert (following["UserID"], following["DeferDate"]) == (bob, "2027-01-01T00:00:00.0000000")


async def test_wishes_for_a_transition_that_nobody_chose_are_refused(office: Office) -> None:
    task = await office.start()
    entry = {"ID": await office.way(task, "Akkoord"), "UserIDs": [office.users["bob"]]}
    refused = await office.client.post(FINISH, {"TaskIDs": [task], "Transitions": [entry]})
    assert (refused.status_code, error_of(refused)["Errors"][0]["FieldName"]) == (400, "Transitions")
    assert await office.is_open(task)


async def test_tasks_before_a_join_are_followed_by_one_task(office: Office) -> None:
    await office.camunda.deploy(("joined.bpmn", JOINED))
    instance = await office.camunda.start("joined")
    tasks = [one["ID"] for one in await office.tasks(instance)]
    told = {"TaskIDs": tasks, "DeferTo": "2027-01-01"}
    assert (await office.client.post(FINISH, told)).status_code == 204
    (after,) = await office.tasks(instance)
    assert (after["Name"], after["DeferDate"]) == ("After", "2027-01-01T00:00:00.0000000")


async def test_who_does_the_first_task_of_a_called_workflow_can_be_chosen(office: Office) -> None:
    """It is the next task, of a workflow of its own below the same root."""
    calling = (
        '<process id="calling" isExecutable="true"><startEvent id="s"/>'
        '<userTask id="before" name="Before" camunda:assignee="alice"/>'
        '<callActivity id="call" calledElement="lookedAt"/><sequenceFlow id="f1" sourceRef="s" targetRef="before"/>'
        '<sequenceFlow id="f2" name="On" sourceRef="before" targetRef="call"/></process>'
    )
    called = (
        '<process id="lookedAt" isExecutable="true"><startEvent id="s"/><userTask id="look" name="Look"/>'
        '<sequenceFlow id="f" sourceRef="s" targetRef="look"/></process>'
    )
    await office.camunda.deploy(("calling.bpmn", definitions(calling)), ("called.bpmn", definitions(called)))
    (task,) = await office.tasks(await office.camunda.start("calling"))
    entry = {"ID": await office.way(task["ID"], "On"), "IsNext": True, "UserIDs": [office.users["carol"]]}
    answer = await office.client.post(FINISH, {"TaskIDs": [task["ID"]], "Transitions": [entry]})
    assert answer.status_code == 204, answer.text
    (following,) = await office.tasks()
    assert (following["Name"], following["UserID"]) == ("Look", office.users["carol"])
    assert following["RootWorkflowID"] == task["WorkflowID"] != following["WorkflowID"]
