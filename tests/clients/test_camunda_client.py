"""PyPI ``camunda-client``, asynchronous: its external task client, its worker and its engine client.

It always signs in, sends nulls for what is not said, and checks every answer against models of its own (contract 5.5).
"""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest
from camunda_client.clients.dto import AuthData
from camunda_client.clients.engine.client import CamundaEngineClient
from camunda_client.clients.engine.schemas.body import GetTasksFilterSchema, UpdateProcessVariablesSchema
from camunda_client.clients.engine.schemas.query import ProcessInstanceQuerySchema
from camunda_client.clients.external_task.client import ExternalTaskClient
from camunda_client.clients.external_task.dto import ExternalTaskConfig
from camunda_client.clients.external_task.schemas.response import ExternalTaskSchema
from camunda_client.exceptions import CamundaClientError
from camunda_client.types_ import Variables, VariableValueSchema
from camunda_client.utils import deserialize
from camunda_client.worker import ExternalTaskWorker

from tests import patience
from tests.clients.conftest import PASSWORD, USER
from tests.clients.engine import Engine, Json, Model
from tests.clients.values import PRIMITIVE, assert_stored
from tests.clients.waiting import LONG, PROMPTLY

pytestmark = pytest.mark.anyio
WORKER = "asynchronous"
AT_ONCE = ExternalTaskConfig(max_tasks=5, async_response_timeout=dt.timedelta(0), retry_timeout=dt.timedelta(0))
WAITING = ExternalTaskConfig(max_tasks=5, async_response_timeout=dt.timedelta(milliseconds=LONG))


@dataclass(frozen=True, slots=True)
class Clients:
    """The two clients of the package."""

    external: ExternalTaskClient
    polling: ExternalTaskClient
    engine: CamundaEngineClient

    async def start(self, model: Model, **variables: object) -> UUID:
        given = {name: deserialize(value) for name, value in variables.items()}
        return (await self.engine.start_process(model.key, "order-1", given)).id

    async def fetch_one(self, topic: str) -> ExternalTaskSchema:
        (task,) = await self.external.fetch_and_lock([topic])
        return task


def clients_at(url: str, transport: httpx.AsyncHTTPTransport) -> Clients:
    signed = AuthData(USER, PASSWORD)
    return Clients(
        ExternalTaskClient(WORKER, url, signed, transport, AT_ONCE),
        ExternalTaskClient(WORKER, url, signed, transport, WAITING),
        CamundaEngineClient(url, signed, transport, timeout=httpx.Timeout(patience.SECONDS)),
    )


@pytest.fixture
async def clients(engine: Engine) -> AsyncIterator[Clients]:
    """The clients at the server."""
    async with httpx.AsyncHTTPTransport() as transport:
        yield clients_at(engine.url, transport)


@pytest.fixture
async def instance(clients: Clients, engine: Engine, shipment: Model) -> str:
    """An instance that waits at the first task."""
    engine.deploy(shipment)
    return str(await clients.start(shipment, amount=3))


def typed(values: dict[str, Json]) -> Variables:
    return {name: VariableValueSchema.model_validate(value) for name, value in values.items()}


async def test_an_order_goes_from_its_start_to_its_end(
    clients: Clients, engine: Engine, shipment: Model, instance: str
) -> None:
    packing = await clients.fetch_one(shipment.pack)
    assert (packing.process_instance_id, packing.business_key, packing.priority) == (instance, "order-1", 7)
    assert packing.parsed_variables == {"amount": 3}
    await clients.external.complete(packing.id, global_variables={"list": deserialize([1, {"a": None}])})
    sending = await clients.fetch_one(shipment.send)
    assert sending.parsed_variables == {"amount": 3, "list": [1, {"a": None}]}
    await clients.external.complete(sending.id)
    assert engine.has_ended(instance)
    assert await clients.engine.get_external_task(sending.id) is None


async def test_every_type_a_worker_sends_is_kept_and_read_back(
    clients: Clients, engine: Engine, shipment: Model, instance: str
) -> None:
    task = await clients.fetch_one(shipment.pack)
    scratch = {"scratch": deserialize("not kept")}
    await clients.external.complete(task.id, global_variables=typed(PRIMITIVE), local_variables=scratch)
    assert_stored(engine, instance, PRIMITIVE)
    fetched = (await clients.fetch_one(shipment.send)).variables
    assert {name: value for name, value in fetched.items() if name != "amount"} == typed(PRIMITIVE)


async def test_a_failing_task_comes_back_with_its_message_and_details(
    clients: Clients, shipment: Model, instance: str
) -> None:
    task = await clients.fetch_one(shipment.pack)
    assert await clients.engine.get_external_task_error_details(task.id) is None
    await clients.external.failure(task.id, error_message="printer on fire", retries=2, error_details="line 1\nline 2")
    again = await clients.fetch_one(shipment.pack)
    assert (again.id, again.retries, again.error_message) == (task.id, 2, "printer on fire")
    assert await clients.engine.get_external_task_error_details(task.id) == "line 1\nline 2"


async def test_a_failure_that_names_no_retries_raises_an_incident(
    clients: Clients, shipment: Model, instance: str
) -> None:
    task = await clients.fetch_one(shipment.pack)
    await clients.external.failure(task.id, error_message="printer on fire")
    incidents = await clients.engine.get_incidents("failedExternalTask")
    (incident,) = [one for one in incidents if one.process_instance_id == UUID(instance)]
    assert (incident.configuration, incident.incident_message) == (task.id, "printer on fire")


async def test_an_error_takes_the_way_of_its_boundary_event(
    clients: Clients, engine: Engine, shipment: Model, instance: str
) -> None:
    task = await clients.fetch_one(shipment.pack)
    missing = {"missing": deserialize(4)}
    await clients.external.bpmn_error(task.id, "OUT_OF_STOCK", "none left", missing)
    reordering = await clients.fetch_one(shipment.reorder)
    assert reordering.parsed_variables == {"amount": 3, "missing": 4, "reason": "none left"}
    await clients.external.complete(reordering.id)
    assert engine.has_ended(instance)


async def test_a_lock_is_extended_and_given_back(clients: Clients, shipment: Model, instance: str) -> None:
    task = await clients.fetch_one(shipment.pack)
    await clients.external.extend_lock(task.id, new_duration=3_600_000)
    extended = await clients.engine.get_external_task(task.id)
    assert extended is not None
    assert extended.lock_expiration_time is not None
    assert extended.lock_expiration_time - dt.datetime.now(dt.UTC) > dt.timedelta(minutes=50)
    assert await clients.external.fetch_and_lock([shipment.pack]) == []
    await clients.external.unlock(task.id)
    assert (await clients.fetch_one(shipment.pack)).id == task.id


async def test_a_task_made_while_a_worker_polls_arrives_promptly(
    clients: Clients, engine: Engine, shipment: Model
) -> None:
    engine.deploy(shipment)
    poll = asyncio.create_task(clients.polling.fetch_and_lock([shipment.pack]))
    done, _ = await asyncio.wait([poll], timeout=0.3)
    assert not done
    instance = await clients.start(shipment)
    async with asyncio.timeout(PROMPTLY):
        (task,) = await poll
    assert task.process_instance_id == str(instance)


async def test_its_worker_serves_a_topic_and_reports_a_broken_handler(
    clients: Clients, engine: Engine, shipment: Model
) -> None:
    engine.deploy(shipment)
    instance = str(await clients.start(shipment))
    worker = ExternalTaskWorker(clients.external, dt.timedelta(milliseconds=20))
    async with (
        asyncio.timeout(PROMPTLY),
        worker,
        worker.subscribe(shipment.pack) as packing,
        worker.subscribe(shipment.send) as sending,
    ):
        context = await anext(packing)
        async with context as task:
            assert task.process_instance_id == instance
            await context.complete(global_variables={"parcels": deserialize(2)})
        context = await anext(sending)
        with pytest.raises(LookupError):
            async with context as task:
                raise LookupError(task.parsed_variables["parcels"])
    stuck = engine.task(instance)
    assert (stuck["activityId"], stuck["retries"], stuck["errorMessage"]) == ("send", 0, "LookupError")


async def test_variables_of_an_instance_are_changed_and_removed(
    clients: Clients, engine: Engine, instance: str
) -> None:
    changes = UpdateProcessVariablesSchema(modifications={"lane": deserialize("fast")}, deletions=["amount"])
    await clients.engine.update_variable_instances(process_instance_id=UUID(instance), schema=changes)
    assert engine.variables(instance) == {"lane": {"type": "String", "value": "fast", "valueInfo": {}}}


async def test_instances_are_listed_and_deleted(clients: Clients, engine: Engine, shipment: Model) -> None:
    engine.deploy(shipment)
    started = [await clients.start(shipment) for _ in range(2)]
    query = ProcessInstanceQuerySchema(process_definition_key=shipment.key)
    assert {one.id for one in await clients.engine.get_process_instances(query)} == set(started)
    await clients.engine.delete_process(str(started[0]))
    assert [one.id for one in await clients.engine.get_process_instances(query)] == started[1:]


async def test_a_person_claims_and_submits_a_task(clients: Clients, engine: Engine, approval: Model) -> None:
    engine.deploy(approval)
    instance = await clients.start(approval)
    wanted = GetTasksFilterSchema(process_instance_id=instance)
    assert (await clients.engine.get_tasks_count(wanted)).count == 1
    (task,) = await clients.engine.get_tasks(wanted)
    alice = UUID(int=1)
    await clients.engine.claim_task(task.id, alice)
    claimed = await clients.engine.get_task(task.id)
    assert claimed is not None
    assert claimed.assignee_uuid == alice
    links = await clients.engine.get_identity_links(task.id)
    assert {(link.type, link.group_id, link.user_id) for link in links} == {
        ("assignee", None, alice),
        ("candidate", "managers", None),
    }
    await clients.engine.submit_task_form(task.id, {"approved": deserialize(True)})
    assert engine.has_ended(str(instance))


async def test_a_wrong_password_is_refused(guarded_engine: Engine, shipment: Model) -> None:
    guarded_engine.deploy(shipment)
    async with httpx.AsyncHTTPTransport() as transport:
        await clients_at(guarded_engine.url, transport).start(shipment)
        wrong = CamundaEngineClient(guarded_engine.url, AuthData(USER, "wrong"), transport)
        with pytest.raises(CamundaClientError) as raised:
            await wrong.start_process(shipment.key)
    assert (raised.value.status_code, raised.value.response_data) == (401, b"")
