"""Lists of ids that are too much for one request are refused, alike on both databases; each filter is honoured."""

from typing import Any

import pytest

from tests.digioffice import FINISH, TASKS, Office, error_of

pytestmark = pytest.mark.anyio

TOO_MANY = "More than 1000 numbers at once"
MANY = list(range(100_000_000, 100_070_000))


async def test_more_ids_than_a_query_may_have_are_refused(office: Office) -> None:
    task = await office.start()
    for answer in (
        await office.client.post("/api/GetTasksOperation", {"TaskIDs": MANY}),
        await office.client.post(FINISH, {"TaskIDs": [task, *MANY[1:]]}),
    ):
        assert answer.status_code == 400
        assert error_of(answer)["Message"] == TOO_MANY
    in_query = await office.client.get(f"{TASKS}?TaskIDs={','.join(['1'] * 30_000)}")
    assert (in_query.status_code, error_of(in_query)["ErrorCode"]) == (400, "ArgumentOutOfRangeException")
    few = await office.client.post("/api/GetTasksOperation", {"TaskIDs": [task, *MANY[:999]]})
    assert [one["ID"] for one in few.json()] == [task]


@pytest.mark.parametrize(
    "filters",
    [
        {"TaskIDs": [1]},
        {"WorkflowID": 1},
        {"UserID": 1},
        {"Mine": True},
        {"Finished": True},
        {"Postponed": True},
        {"Take": 0},
        {"Skip": 1},
    ],
    ids=str,
)
async def test_every_filter_is_honoured(office: Office, filters: dict[str, Any]) -> None:
    task = await office.start()
    await office.camunda.post(f"/task/{(await office.task(task))['ActivationID']}/assignee", {"userId": "carol"})
    assert [one["ID"] for one in await office.tasks()] == [task]
    assert await office.tasks(**filters) == []
