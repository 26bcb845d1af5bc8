"""Many at once: a task is finished once, tasks finish together in any order, and nothing dead-locks."""

import asyncio

import pytest

from tests.digioffice import FINISH, Office, error_of

pytestmark = pytest.mark.anyio


async def test_of_many_who_finish_a_task_one_succeeds(office: Office) -> None:
    task = await office.start()
    body = {"TaskIDs": [task], "Comment": "mine"}
    answers = await asyncio.gather(*(office.client.post(FINISH, body) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [204] + [409] * 7
    assert {error_of(answer)["ErrorCode"] for answer in answers if answer.content} == {"WorkflowTaskAlreadyFinished"}
    assert (await office.task(task))["NumberOfComments"] == 1
    await office.following(task)


async def test_tasks_in_any_order_finish_without_a_dead_lock(office: Office) -> None:
    tasks = [await office.start() for _ in range(6)]
    orders = [tasks, tasks[::-1], tasks[3:] + tasks[:3], tasks[1:] + tasks[:1]]
    answers = await asyncio.gather(*(office.client.post(FINISH, {"TaskIDs": order}) for order in orders))
    assert sorted(answer.status_code for answer in answers) == [204, 409, 409, 409]
    for task in tasks:
        assert not await office.is_open(task)
