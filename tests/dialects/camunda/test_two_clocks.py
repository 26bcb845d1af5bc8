"""Two servers on one PostgreSQL database whose machines do not agree what time it is."""

from collections.abc import AsyncIterator, Callable

import pytest

from taskbridge.app import application
from taskbridge.clock import SystemClock
from taskbridge.settings import Settings
from tests.bpmn import model
from tests.client import HOST, CamundaClient

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_for", ["postgresql"], indirect=True)]

HOUR = 3_600_000
TOPICS = [{"topicName": "T", "lockDuration": HOUR // 2}]


class ClockAhead(SystemClock):
    """The clock of a machine that is an hour ahead."""

    def now(self) -> int:
        return super().now() + HOUR


@pytest.fixture
async def nodes(
    database_for: Callable[[str], str], anyio_backend: str
) -> AsyncIterator[tuple[CamundaClient, CamundaClient]]:
    """A client of a server whose clock is right, and one of a server whose clock is an hour ahead."""
    settings = Settings(database_url=database_for("two_clocks"), access_log=False, allowed_hosts=(HOST,))
    async with application(settings) as (right, _), application(settings, ClockAhead()) as (ahead, _):
        clients = CamundaClient(right), CamundaClient(ahead)
        yield clients
        for client in clients:
            await client.close()


async def test_a_lock_holds_on_a_server_whose_clock_is_ahead(nodes: tuple[CamundaClient, CamundaClient]) -> None:
    right, ahead = nodes
    await right.deploy(model("P1"))
    for here, there in ((right, ahead), (ahead, right)):
        await here.start("P1")
        (task,) = await here.fetch(topics=TOPICS)
        assert await there.fetch(topics=TOPICS) == []
        done = await here.post(f"/external-task/{task['id']}/complete", {"workerId": "w"})
        assert done.status_code == 204


async def test_both_servers_show_the_moments_of_the_database(nodes: tuple[CamundaClient, CamundaClient]) -> None:
    right, ahead = nodes
    await right.deploy(model("P1"))
    ends = []
    for node in nodes:
        await node.start("P1")
        (task,) = await node.fetch(topics=TOPICS)
        ends.append(task["lockExpirationTime"])
    # Half an hour apart from each other at most: an hour would be the other clock's.
    hours = [int(end[11:13]) * 60 + int(end[14:16]) for end in ends]
    assert (hours[1] - hours[0]) % (24 * 60) < 30
    assert ahead is not right
