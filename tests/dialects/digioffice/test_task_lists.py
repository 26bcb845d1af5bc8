"""Reading tasks: what is listed, a page at a time, and what a task shows."""

import pytest
from sqlalchemy import update

from taskbridge.service.unit import Unit
from taskbridge.store import activities
from taskbridge.store.transaction import Transaction
from tests.bpmn import model
from tests.digioffice import FINISH, TASKS, Office, basic, error_of

pytestmark = pytest.mark.anyio


async def test_tasks_are_listed_by_what_is_asked(office: Office) -> None:
    first, second = await office.start(), await office.start()
    await office.camunda.deploy(model("UserTask"))
    await office.camunda.start("UserTask")
    everything = [one["ID"] for one in await office.tasks()]
    assert everything[:2] == [first, second]
    assert len(everything) == 3
    workflow = (await office.task(second))["WorkflowID"]
    assert [one["ID"] for one in await office.tasks(WorkflowID=workflow)] == [second]
    assert [one["ID"] for one in await office.tasks(TaskIDs=[second, 0])] == [second]
    assert [one["ID"] for one in await office.tasks(Skip=1, Take=1)] == [second]
    assert await office.tasks(Take=0) == []
    assert len(await office.tasks(Take=-1, Skip=-1)) == 3
    by_query = await office.client.get(f"{TASKS}?taskids={first}&taskids={second}&take=1")
    assert [one["ID"] for one in by_query.json()] == [first]


WRONG = ("UserID=abc", "UserID=99999999999999", "WorkflowID=abc", "TaskIDs=[999999", "Mine=maybe", "Finished=x")


@pytest.mark.parametrize("query", WRONG)
@pytest.mark.parametrize("path", [TASKS, "/api/json/reply/GetTasksOperation"])
async def test_a_list_whose_filter_cannot_be_read_is_refused(office: Office, path: str, query: str) -> None:
    await office.start()
    name, _, value = query.partition("=")
    refused = await office.client.get(f"{path}?{query}")
    assert (refused.status_code, error_of(refused)["ErrorCode"]) == (400, "ArgumentException")
    assert error_of(refused)["Errors"][0]["FieldName"] == name
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for refused in (
        await office.client.post(path, {name: value}),
        await office.client.post(path, content=query.encode(), headers=form),
    ):
        assert (refused.status_code, error_of(refused)["ErrorCode"]) == (400, "SerializationException")
        assert f"/{name}: " in error_of(refused)["Message"]


async def test_a_list_of_a_batch_whose_filter_cannot_be_read_is_refused(office: Office) -> None:
    await office.start()
    refused = await office.client.post("/api/json/reply/GetTasksOperation[]", [{}, {"UserID": "abc"}])
    assert refused.status_code == 400
    assert "/1/UserID: " in error_of(refused)["Message"]
    shape = await office.client.post(TASKS, {"TaskIDs": 5})
    assert "/TaskIDs: of another shape" in error_of(shape)["Message"]


async def test_an_empty_filter_is_as_if_it_were_not_given(office: Office) -> None:
    task = await office.start()
    nothing = dict.fromkeys(("TaskIDs", "WorkflowID", "UserID", "Mine", "Postponed", "Finished", "Skip", "Take"))
    assert [one["ID"] for one in await office.tasks(**nothing)] == [task]
    empty = "&".join(f"{name}=" for name in nothing)
    assert [one["ID"] for one in (await office.client.get(f"{TASKS}?{empty}")).json()] == [task]


async def test_finished_tasks_are_listed_when_they_are_asked_for(office: Office) -> None:
    done, _ = await office.start(), await office.start()
    await office.client.post(FINISH, {"TaskIDs": [done]})
    assert [(one["ID"], one["Status"]) for one in await office.tasks(Finished=True)] == [(done, "Finished")]
    assert done not in [one["ID"] for one in await office.tasks(Finished=False)]


async def test_my_tasks_are_mine_or_offered_to_me(office: Office) -> None:
    mine, offered = await office.start(), await office.start()
    await office.camunda.post(f"/task/{(await office.task(mine))['ActivationID']}/assignee", {"userId": "carol"})
    assert [one["ID"] for one in (await office.client.get(f"{TASKS}?Mine=true")).json()] == [offered]
    carol = office.client.by(basic("carol"))
    assert [one["ID"] for one in (await carol.get(f"{TASKS}?Mine=true")).json()] == [mine]
    number = office.users["carol"]
    assert [(one["ID"], one["Status"]) for one in await office.tasks(UserID=number)] == [(mine, "Assigned")]
    assert await office.tasks(UserID=number + 1_000_000) == []


async def test_a_task_shows_its_transitions_and_actions(office: Office) -> None:
    task = await office.task(await office.start())
    ways = task["Transitions"]
    assert [(one["Name"], one["IsNext"], one["AssignmentIsAdHocRequired"]) for one in ways] == [
        ("Akkoord", True, False),
        ("Afgekeurd", False, True),
        ("Seal", False, False),
        ("Verzenden", False, False),
    ]
    assert [action["Name"] for action in task["FinishActions"]] == [way["ID"] for way in ways]
    assert [action["Name"] for action in task["AvailableActions"]] == ["Finish", "Postpone"]
    assert (task["WorkflowDescription"], task["TypeDescription"]) == ("Hand over", "Review")
    await office.client.post(FINISH, {"TaskIDs": [task["ID"]]})
    done = await office.task(task["ID"])
    assert (done["Transitions"], done["AvailableActions"], done["Progress"]) == ([], [], 100)


async def test_an_unknown_task_is_not_found(office: Office) -> None:
    for path in (f"{TASKS}/4711", f"{TASKS}/4711/comments", "/json/reply/GetTaskOperation?TaskID=4711"):
        response = await office.client.get(path)
        assert (response.status_code, error_of(response)["ErrorCode"]) == (404, "NotFound")
    response = await office.client.get(f"{TASKS}/0")
    assert (response.status_code, error_of(response)["Errors"][0]["FieldName"]) == (400, "TaskID")
    response = await office.client.get(f"{TASKS}/abc")
    assert (response.status_code, error_of(response)["ErrorCode"]) == (400, "RequestBindingException")


async def test_a_task_of_another_network_does_not_exist(office: Office) -> None:
    task = await office.start()
    await office.camunda.deploy(model("UserTask"))

    def move(unit: Unit) -> None:
        unit.tx.execute(update(activities.ACTIVITY).values(tenant="elsewhere"))

    await office.served.services.run(move)
    assert await office.tasks() == []
    assert (await office.client.get(f"{TASKS}/{task}")).status_code == 404
    response = await office.client.by(basic("root")).post(FINISH, {"TaskIDs": [task]})
    assert response.status_code == 404


async def test_several_tasks_as_one(office: Office) -> None:
    first, second = await office.start(), await office.start()
    multi = (await office.client.post("/api/workflowmultitasks", {"TaskIDs": [first, second, first]})).json()
    assert (multi["TaskIDs"], multi["ID"], multi["Name"], multi["WorkflowID"]) == ([first, second], 0, "Review", None)
    assert [one["ID"] for one in multi["Tasks"]] == [first, second]
    assert len(multi["Transitions"]) == 4
    await office.client.post(FINISH, {"TaskIDs": [second]})
    following = (await office.following(second))["ID"]
    multi = (await office.client.post("/api/workflowmultitasks", {"TaskIDs": [first, following]})).json()
    assert (multi["Name"], multi["Transitions"]) == (None, [])


async def test_a_list_takes_the_same_number_of_statements_for_any_number_of_tasks(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _statements(office, monkeypatch)  # the first request verifies the password, and looks at the user for it
    counts = []
    for _ in range(2):
        for _ in range(4):
            await office.start()
        counts.append(await _statements(office, monkeypatch))
    assert counts[0] == counts[1] < 12


async def _statements(office: Office, monkeypatch: pytest.MonkeyPatch) -> int:
    seen = 0
    with monkeypatch.context() as patched:
        for name in ("one", "rows", "select"):
            real = getattr(Transaction, name)

            def counted(*args: object, _real: object = real, **more: object) -> object:
                nonlocal seen
                seen += 1
                return _real(*args, **more)  # type: ignore[operator]

            patched.setattr(Transaction, name, counted)
        assert (await office.client.get(TASKS)).status_code == 200
    return seen
