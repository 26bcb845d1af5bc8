"""Definitions that are removed while somebody starts or completes: the second sees what the first has done."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel

from taskbridge.engine.variables import Variable
from taskbridge.service import deployments, external_tasks, processes
from taskbridge.service.errors import NotFound
from taskbridge.service.unit import Services, Unit
from taskbridge.store import activities
from taskbridge.store.tables import Blob, table_of
from tests.bpmn import model
from tests.client import CamundaClient
from tests.service.deploying import deployed
from tests.service.held import LIMIT, held
from tests.serving import Served, serving

pytestmark = pytest.mark.anyio

_CONTENT = {"b": Variable("Bytes", b"content")}


@pytest.fixture
async def node(postgresql_url: str) -> AsyncIterator[Served]:
    """An application on PostgreSQL, where several transactions are open at once."""
    async with serving(postgresql_url) as served:
        yield served


@pytest.fixture
async def camunda(node: Served) -> AsyncIterator[CamundaClient]:
    client = CamundaClient(node.app)
    yield client
    await client.close()


async def _let_it_run(services: Services) -> None:
    """Give another request time to get to its lock; the database waits much longer for it."""
    for _ in range(5):
        await services.run(lambda unit: None)
        await asyncio.sleep(0)


def _orphans(unit: Unit) -> dict[str, int]:
    """How many rows name a row that does not exist, by what they are."""
    instances, blobs = SQLModel.metadata.tables["process_instance"], table_of(Blob)
    keys = [(key.parent, key.column) for table in SQLModel.metadata.sorted_tables for key in table.foreign_keys]
    keys += [(blobs.c.instance_id, instances.c.id)]
    keys += [(activities.ACTIVITY.c.definition_id, activities.DEFINITION.c.id)]
    found = {}
    for column, parent in keys:
        there = select(parent.table.alias().c[parent.name])
        query = select(func.count()).where(column.is_not(None), column.not_in(there))
        found[f"{column.table.name}.{column.name}"] = unit.tx.select(query)[0][0]
    return {name: number for name, number in found.items() if number}


async def test_a_start_of_what_is_removed_meanwhile_does_not_find_it(node: Served, camunda: CamundaClient) -> None:
    row = await deployed(node.services, model("TwoSteps"))

    def start(unit: Unit) -> None:
        # The instance and its task are sent with the COMMIT.
        processes.start(unit, processes.definition(unit, row.id), dict(_CONTENT))

    async with held(node.services, start) as first:
        removed = await asyncio.wait_for(camunda.delete(f"/deployment/{await _deployment(camunda)}"), LIMIT)
        assert (removed.status_code, first.done()) == (204, False)
    with pytest.raises(NotFound):
        await first
    assert await node.services.run(_orphans) == {}
    assert (await camunda.get("/external-task/count")).json() == {"count": 0}


async def test_a_removal_beside_a_start_finds_its_instance(node: Served, camunda: CamundaClient) -> None:
    row = await deployed(node.services, model("UserTask"))

    def start(unit: Unit) -> None:
        processes.start(unit, processes.definition(unit, row.id), dict(_CONTENT))
        activities.get(unit.tx, 1)  # what was sent is carried out before a question is answered

    deployment = await _deployment(camunda)
    async with held(node.services, start):
        removal = asyncio.ensure_future(camunda.delete(f"/deployment/{deployment}"))
        await _let_it_run(node.services)
        assert not removal.done()
    answer = await asyncio.wait_for(removal, LIMIT)
    assert answer.status_code == 500
    assert "because there are 1 dependent process instances" in answer.json()["message"]
    assert (await camunda.get("/task/count")).json() == {"count": 1}
    assert await node.services.run(_orphans) == {}


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/process-definition/{id}/start", 500, "no deployed process definition found with id '{id}'"),
        ("/process-definition/key/UserTask/start", 404, "No matching process definition with key: UserTask"),
    ],
)
async def test_a_start_beside_a_removal_answers_as_for_what_is_unknown(
    node: Served, camunda: CamundaClient, path: str, status: int, message: str
) -> None:
    row = await deployed(node.services, model("UserTask"))
    (shown,) = [one["id"] for one in (await camunda.get("/process-definition?key=UserTask")).json()]
    async with held(node.services, lambda unit: deployments.delete(unit, row.deployment_id, cascade=False)):
        start = asyncio.ensure_future(camunda.post(path.format(id=shown), {}))
        await _let_it_run(node.services)
        assert not start.done()
    answer = await asyncio.wait_for(start, LIMIT)
    assert answer.status_code == status
    assert message.format(id=shown) in answer.json()["message"]
    assert await node.services.run(_orphans) == {}


async def test_a_removal_takes_what_a_completion_beside_it_makes(node: Served, camunda: CamundaClient) -> None:
    row = await deployed(node.services, model("TwoSteps"))
    await node.services.run(lambda unit: processes.start(unit, row))
    (task,) = await camunda.fetch("w")

    def complete(unit: Unit) -> None:
        number = unit.tx.select(select(activities.ACTIVITY.c.id))[0][0]
        external_tasks.complete(unit, number, "w", dict(_CONTENT))
        activities.get(unit.tx, 1)

    deployment = await _deployment(camunda)
    async with held(node.services, complete) as completion:
        removal = asyncio.ensure_future(camunda.delete(f"/deployment/{deployment}?cascade=true"))
        await _let_it_run(node.services)
        assert not removal.done()
    await completion
    assert (await asyncio.wait_for(removal, LIMIT)).status_code == 204
    assert await node.services.run(_orphans) == {}
    answer = await camunda.get(f"/external-task/{task['id']}")
    assert answer.status_code == 404


async def _deployment(camunda: CamundaClient) -> str:
    (found,) = (await camunda.get("/deployment?name=tests")).json()
    identifier: str = found["id"]
    return identifier
