"""Two servers on one PostgreSQL database: what two users do to one task at the same moment happens once."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from sqlalchemy import text

from taskbridge.service import identity, project_tasks, rights
from taskbridge.service.unit import Unit
from tests import patience
from tests.serving import serving
from tests.worldserver import Office, WorldServerClient, message

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_for", ["postgresql"], indirect=True)]

ROUNDS = 5
NO_WAY = "The supplied completion transition is not one of the valid options"


@pytest.fixture(scope="session")
async def nodes(database_for: Callable[[str], str], anyio_backend: str) -> AsyncIterator[tuple[Office, Office]]:
    """The office, as each of two servers shows it; every server has connections of its own."""
    url = database_for("two_nodes")
    async with serving(url) as first, serving(url) as second:
        here, there = await Office(first).open(), Office(second)
        yield here, there
        await here.close()
        await there.close()


@pytest.fixture
async def pair(nodes: tuple[Office, Office]) -> tuple[WorldServerClient, WorldServerClient]:
    """Two translators, each on a server of his own."""
    return await nodes[0].sign_in("tina"), await nodes[1].sign_in("tom")


def both(*requests: object) -> "asyncio.Future[list[httpx.Response]]":
    return asyncio.gather(*requests)  # type: ignore[call-overload, no-any-return]


async def test_of_two_who_complete_one_task_at_once_one_does(
    nodes: tuple[Office, Office], pair: tuple[WorldServerClient, WorldServerClient]
) -> None:
    for _ in range(ROUNDS):
        (number,) = await nodes[0].order()
        way = await pair[0].transition(number)
        answers = await both(
            *(
                client.post("/tasks/complete", [{"id": number, "transitionId": way, "comment": client.token}])
                for client in pair
            )
        )
        assert sorted(answer.status_code for answer in answers) in ([200, 400], [200, 403])
        (done,) = [client for client, answer in zip(pair, answers, strict=True) if answer.is_success]
        task = await done.task(number, "currentTaskStep(name),steps(name),comment,detailedComment")
        assert task["currentTaskStep"] == {"name": "Review"}
        assert task["steps"] == [{"name": "Translate"}, {"name": "Review"}]
        assert task["comment"] == done.token
        assert task["detailedComment"].count("\n") == 0


async def test_of_a_completion_and_a_cancellation_at_once_the_later_finds_what_the_first_left(
    nodes: tuple[Office, Office], pair: tuple[WorldServerClient, WorldServerClient]
) -> None:
    mona = await nodes[1].sign_in("mona")
    for _ in range(ROUNDS):
        (number,) = await nodes[0].order()
        way = await mona.transition(number)
        ended = {"id": number, "includeCostInProject": True, "comment": "no more"}
        done, cancelled = await both(
            pair[0].post("/tasks/complete", [{"id": number, "transitionId": way}]), mona.post("/tasks/cancel", [ended])
        )
        assert cancelled.status_code == 200
        assert done.is_success or message(done) == NO_WAY
        task = await mona.task(number, "status(status),steps(name)")
        assert task["status"] == {"status": "CANCELED"}
        assert len(task["steps"]) == (2 if done.is_success else 1)


async def test_lists_in_opposite_orders_do_not_block_each_other(
    nodes: tuple[Office, Office], pair: tuple[WorldServerClient, WorldServerClient]
) -> None:
    for _ in range(ROUNDS):
        numbers = await nodes[0].order(*(f"{place}.txt" for place in range(5)))
        way = await pair[0].transition(numbers[0])
        told = [{"id": number, "transitionId": way} for number in numbers]
        answers = await both(pair[0].post("/tasks/complete", told), pair[1].post("/tasks/complete", told[::-1]))
        entries = [entry["status"] for answer in answers for entry in answer.json()["response"]]
        assert (entries.count("OK"), entries.count("ERROR")) == (5, 5)
        assert sorted(answer.json()["status"] for answer in answers) == ["ERROR", "OK"]


async def test_a_completion_waits_for_another_that_is_not_committed_and_is_judged_by_what_it_leaves(
    nodes: tuple[Office, Office], pair: tuple[WorldServerClient, WorldServerClient]
) -> None:
    here, (_, tom) = nodes[0], pair
    (number,) = await here.order()
    way = await tom.transition(number)
    completed, go_on = threading.Event(), threading.Event()

    def slowly(unit: Unit) -> None:
        person = identity.person(unit, "tina")
        assert person is not None
        project_tasks.lock(unit, [number])
        project_tasks.complete(unit, rights.doer(unit, person), number, way, None)
        completed.set()
        assert go_on.wait(30)

    def waiting(unit: Unit) -> int:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        found: int = unit.tx.select(text(query))[0][0]
        return found

    first = asyncio.create_task(here.services.run(slowly, "tina"))
    assert await asyncio.to_thread(completed.wait, patience.SECONDS)
    second = asyncio.create_task(tom.post("/tasks/complete", [{"id": number, "transitionId": way}]))
    async with asyncio.timeout(patience.SECONDS):
        while not await here.services.run(waiting):
            assert not second.done()
    go_on.set()
    await first
    refused = await second
    assert (refused.status_code, message(refused)) == (403, "No rights to COMPLETE for resource type TASK")
    assert await tom.step(number) == "Review"
