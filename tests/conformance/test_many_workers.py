"""Several workers at the same moment (contract 3.3): nobody gets what another one has, nothing is done twice."""

import asyncio
from collections import Counter
from collections.abc import Iterable

import httpx
import pytest

from tests.bpmn import model
from tests.client import CamundaClient

pytestmark = pytest.mark.anyio


async def test_one_task_goes_to_one_of_two_workers(camunda: CamundaClient) -> None:
    """Contract 41."""
    await camunda.deploy(model("P1"))
    await camunda.start("P1")
    found = await asyncio.gather(camunda.fetch("a"), camunda.fetch("b"))
    assert sorted(map(len, found)) == [0, 1]


async def test_five_workers_who_want_twenty_of_500_tasks_get_twenty_each(camunda: CamundaClient) -> None:
    await camunda.deploy(model("P1"))
    for _ in range(10):
        await asyncio.gather(*(camunda.start("P1") for _ in range(50)))
    fetches = [camunda.fetch(worker, maxTasks=20) for worker in "abcde"]
    found = await asyncio.gather(*fetches)
    assert [len(tasks) for tasks in found] == [20] * 5
    assert len({task["id"] for tasks in found for task in tasks}) == 100
    assert all(task["workerId"] == worker for worker, tasks in zip("abcde", found, strict=True) for task in tasks)


async def test_workers_who_want_more_than_there_is_share_it(camunda: CamundaClient) -> None:
    await camunda.deploy(model("P1"))
    await asyncio.gather(*(camunda.start("P1") for _ in range(30)))
    found = await asyncio.gather(*(camunda.fetch(worker, maxTasks=20) for worker in "abcde"))
    left = await camunda.fetch("f", maxTasks=100)
    handed = [task["id"] for tasks in (*found, left) for task in tasks]
    assert len(handed) == len(set(handed)) == 30


async def test_a_task_completed_twice_at_once_is_completed_once(camunda: CamundaClient) -> None:
    await camunda.deploy(model("P2"))
    instance = await camunda.start("P2")
    (task,) = await camunda.fetch()
    tries = [camunda.post(f"/external-task/{task['id']}/complete", {"workerId": "w"}) for _ in range(4)]
    assert statuses(await asyncio.gather(*tries)) == {204: 1, 404: 3}
    counted = await camunda.get(f"/task/count?processInstanceId={instance}")
    assert counted.json() == {"count": 1}


async def test_two_branches_completed_at_once_meet_at_their_join(camunda: CamundaClient) -> None:
    await camunda.deploy(model("Priorities"))
    instances = [await camunda.start("Priorities") for _ in range(5)]
    tasks = await camunda.fetch(maxTasks=10)
    done = await asyncio.gather(
        *(camunda.post(f"/external-task/{task['id']}/complete", {"workerId": "w"}) for task in tasks)
    )
    assert statuses(done) == {204: 10}
    for instance in instances:
        assert (await camunda.get(f"/process-instance/{instance}", documented=True)).status_code == 404


async def test_a_completion_and_an_error_at_once_have_one_winner(camunda: CamundaClient) -> None:
    await camunda.deploy(model("P2"))
    instance = await camunda.start("P2")
    (task,) = await camunda.fetch()
    path = f"/external-task/{task['id']}"
    both = await asyncio.gather(
        camunda.post(f"{path}/complete", {"workerId": "w"}),
        camunda.post(f"{path}/bpmnError", {"workerId": "w", "errorCode": "ERR"}),
    )
    assert statuses(both) == {204: 1, 404: 1}
    counted = await camunda.get(f"/task/count?processInstanceId={instance}")
    assert counted.json() == {"count": 1}


async def test_a_free_task_locked_by_two_at_once_has_one_holder(camunda: CamundaClient) -> None:
    await camunda.deploy(model("P1"))
    await camunda.start("P1")
    (task,) = (await camunda.get("/external-task")).json()
    locks = [
        camunda.post(f"/external-task/{task['id']}/lock", {"workerId": worker, "lockDuration": 1_000})
        for worker in "ab"
    ]
    answers = await asyncio.gather(*locks)
    winners = [worker for worker, answer in zip("ab", answers, strict=True) if answer.status_code == 204]
    (locked,) = (await camunda.get("/external-task")).json()
    assert [locked["workerId"]] == winners


def statuses(answers: Iterable[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


async def test_deployments_at_once_make_versions_one_after_the_other(camunda: CamundaClient) -> None:
    await asyncio.gather(*(camunda.deploy(model("P1")) for _ in range(6)))
    rows = (await camunda.get("/process-definition?key=P1&sortBy=version&sortOrder=asc")).json()
    assert [row["version"] for row in rows] == [1, 2, 3, 4, 5, 6]


async def test_variables_set_at_once_are_all_kept(camunda: CamundaClient) -> None:
    await camunda.deploy(model("P2"))
    instance = await camunda.start("P2")
    path = f"/process-instance/{instance}/variables"
    puts = [camunda.put(f"{path}/v{number}", {"value": number}) for number in range(20)]
    assert statuses(await asyncio.gather(*puts)) == {204: 20}
    stored = (await camunda.get(path)).json()
    assert {name: variable["value"] for name, variable in stored.items()} == {f"v{n}": n for n in range(20)}


async def test_branches_completed_at_once_keep_the_variables_of_each(camunda: CamundaClient) -> None:
    await camunda.deploy(model("ThreeTopics"))
    instance = await camunda.start("ThreeTopics")
    topics = [{"topicName": name, "lockDuration": 10_000} for name in "ABC"]
    tasks = await camunda.fetch(topics=topics)
    done = await asyncio.gather(
        *(
            camunda.post(
                f"/external-task/{task['id']}/failure",
                {"workerId": "w", "retries": 1, "variables": {task["topicName"]: {"value": 1}}},
            )
            for task in tasks
        )
    )
    assert statuses(done) == {204: 3}
    assert set((await camunda.get(f"/process-instance/{instance}/variables")).json()) == {"A", "B", "C"}


async def test_retries_set_to_none_at_once_make_one_incident(camunda: CamundaClient) -> None:
    await camunda.deploy(model("P1"))
    await camunda.start("P1")
    (task,) = await camunda.fetch()
    puts = [camunda.put(f"/external-task/{task['id']}/retries", {"retries": 0}) for _ in range(5)]
    assert statuses(await asyncio.gather(*puts)) == {204: 5}
    assert (await camunda.get("/incident/count")).json() == {"count": 1}


async def test_a_user_task_claimed_by_several_at_once_has_one_assignee(camunda: CamundaClient) -> None:
    await camunda.deploy(model("UserTask"))
    await camunda.start("UserTask")
    (task,) = (await camunda.get("/task")).json()
    claims = [camunda.post(f"/task/{task['id']}/claim", {"userId": f"user{number}"}) for number in range(4)]
    assert statuses(await asyncio.gather(*claims)) == {204: 1, 500: 3}


async def test_five_workers_work_off_everything_once(camunda: CamundaClient) -> None:
    await camunda.deploy(model("TwoSteps"))
    await asyncio.gather(*(camunda.start("TwoSteps") for _ in range(60)))
    completed: Counter[str] = Counter()

    async def work(name: str) -> None:
        topics = [{"topicName": topic, "lockDuration": 60_000} for topic in "TU"]
        idle = 0
        while idle < 3:
            tasks = await camunda.fetch(name, maxTasks=4, topics=topics)
            idle = 0 if tasks else idle + 1
            for task in tasks:
                done = await camunda.post(f"/external-task/{task['id']}/complete", {"workerId": name})
                assert done.status_code == 204
                completed[task["id"]] += 1

    await asyncio.gather(*map(work, "abcde"))
    assert (len(completed), set(completed.values())) == (120, {1})
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}
