"""Migrations are proposed, checked and carried out as the real server was recorded to do it, see `migrations`."""

import json
from collections.abc import AsyncIterator, Callable

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.migrations import cases, plans
from tests.dialects.camunda.migrations.telling import Migration, Server, Telling, differences, proposed, reported
from tests.serving import serving

pytestmark = pytest.mark.anyio
RECORDED = dict(json.loads(line) for line in cases.RECORDED.read_text().splitlines())


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """The application of this module lives as long as it."""
    return "asyncio"


@pytest.fixture(scope="module")
async def server(database_for: Callable[[str], str], anyio_backend: str) -> AsyncIterator[Server]:
    """A server that does no jobs by itself, with the models that the tests before have deployed."""
    async with serving(database_for("of_migrations"), job_execution=False) as served:
        client = CamundaClient(served.app)
        yield Server(client.request)
        await client.close()


@pytest.mark.parametrize("migration", [pytest.param(one, id=one.title) for one in cases.MIGRATIONS])
async def test_instances_are_migrated_as_recorded(migration: Migration, server: Server) -> None:
    told = json.loads(json.dumps(await Telling(server, migration).tell()))
    found = list(differences(told, RECORDED[migration.title]))
    assert not found, "\n".join(found)


async def test_plans_are_proposed_as_recorded(server: Server) -> None:
    for line in plans.PROPOSED.read_text().splitlines():
        source, target, *expected = json.loads(line)
        found = [await proposed(server, source, target, update=update) for update in (False, True)]
        assert found == expected, f"{source} to {target}"


async def test_plans_are_checked_as_recorded(server: Server) -> None:
    for line in plans.REPORTED.read_text().splitlines():
        *plan, expected = json.loads(line)
        assert await reported(server, *plan) == expected, plan
