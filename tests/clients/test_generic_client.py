"""PyPI ``generic-camunda-client``, generated from the vendor's own OpenAPI document.

It asks for JSON everywhere, writes query booleans as ``True`` and dates with ``+00:00`` (contract 5.4).
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import generic_camunda_client as camunda
import pytest

from tests import patience
from tests.clients.engine import Engine, Json, Model
from tests.clients.values import TYPED, assert_stored, shown
from tests.clients.waiting import LONG, PROMPTLY, assert_unanswered, in_thread

WORKER = "generated"
MINUTE = 60_000


class Client:
    """The parts of the client that these tests use, on one connection pool."""

    def __init__(self, api: camunda.ApiClient) -> None:
        self.deployments = camunda.DeploymentApi(api)
        self.definitions = camunda.ProcessDefinitionApi(api)
        self.instances = camunda.ProcessInstanceApi(api)
        self.external = camunda.ExternalTaskApi(api)
        self.tasks = camunda.TaskApi(api)
        self.incidents = camunda.IncidentApi(api)
        self.signals = camunda.SignalApi(api)
        self.executions = camunda.ExecutionApi(api)
        self.subscriptions = camunda.EventSubscriptionApi(api)
        self.messages = camunda.MessageApi(api)
        self.migrations = camunda.MigrationApi(api)

    def deploy(self, model: Model) -> Any:  # noqa: ANN401
        return self.deployments.create_deployment(data=str(model.file), deployment_name=model.key)

    def start(self, model: Model, **variables: object) -> str:
        body = camunda.StartProcessInstanceDto(
            business_key="order-1",
            variables={name: camunda.VariableValueDto(value) for name, value in variables.items()},
        )
        return str(self.definitions.start_process_instance_by_key(model.key, start_process_instance_dto=body).id)

    def fetch(self, topic: str, timeout: int | None = None) -> list[Any]:
        wanted = camunda.FetchExternalTaskTopicDto(topic_name=topic, lock_duration=MINUTE)
        body = camunda.FetchExternalTasksDto(
            worker_id=WORKER, max_tasks=5, async_response_timeout=timeout, topics=[wanted]
        )
        return list(self.external.fetch_and_lock(fetch_external_tasks_dto=body, _request_timeout=patience.SECONDS))

    def fetch_one(self, topic: str) -> Any:  # noqa: ANN401
        (task,) = self.fetch(topic)
        return task

    def complete(self, task: Any, **variables: Json) -> None:  # noqa: ANN401
        body = camunda.CompleteExternalTaskDto(worker_id=WORKER, variables=typed(variables))
        self.external.complete_external_task_resource(task.id, complete_external_task_dto=body)

    def fail(self, task: Any, retries: int) -> None:  # noqa: ANN401
        body = camunda.ExternalTaskFailureDto(
            worker_id=WORKER, error_message="printer on fire", error_details="line 1\nline 2", retries=retries
        )
        self.external.handle_failure(task.id, external_task_failure_dto=body)


def typed(values: dict[str, Json]) -> dict[str, Any]:
    return {
        name: camunda.VariableValueDto(value["value"], value["type"], value["valueInfo"])
        for name, value in values.items()
    }


@pytest.fixture
def client(engine: Engine) -> Iterator[Client]:
    """The client at the server."""
    with camunda.ApiClient(camunda.Configuration(host=engine.url)) as api:
        yield Client(api)
        api.rest_client.pool_manager.clear()


@pytest.fixture
def instance(client: Client, shipment: Model) -> str:
    """An instance that waits at the first task."""
    client.deploy(shipment)
    return client.start(shipment, amount=3)


@pytest.fixture
def locked(client: Client, shipment: Model, instance: str) -> Any:  # noqa: ANN401
    """Its task, locked."""
    return client.fetch_one(shipment.pack)


def test_a_deployment_tells_what_it_made(client: Client, shipment: Model) -> None:
    made = client.deploy(shipment)
    (definition,) = made.deployed_process_definitions.values()
    assert (definition.key, definition.version, definition.version_tag) == (shipment.key, 1, f"{shipment.key}-tag")
    (listed,) = client.deployments.get_deployments(name=shipment.key, before=dt.datetime(2999, 1, 1, tzinfo=dt.UTC))
    assert listed.id == made.id
    assert client.definitions.get_process_definitions_count(key=shipment.key, latest_version=True).count == 1
    client.deployments.delete_deployment(made.id, cascade=True)
    with pytest.raises(camunda.ApiException) as raised:
        client.deployments.get_deployment(made.id)
    assert raised.value.status == 404


def test_an_order_goes_from_its_start_to_its_end(
    client: Client, engine: Engine, shipment: Model, instance: str
) -> None:
    packing = client.fetch_one(shipment.pack)
    assert (packing.process_instance_id, packing.business_key, packing.priority) == (instance, "order-1", 7)
    assert packing.variables["amount"].value == 3
    assert packing.lock_expiration_time > dt.datetime.now(dt.UTC)
    client.complete(packing, parcels={"value": 2, "type": "Integer", "valueInfo": None})
    sending = client.fetch_one(shipment.send)
    assert sending.variables["parcels"].value == 2
    client.complete(sending)
    assert engine.has_ended(instance)


def test_every_type_a_worker_sends_is_kept_and_read_back(
    client: Client, engine: Engine, shipment: Model, instance: str
) -> None:
    client.complete(client.fetch_one(shipment.pack), **TYPED)
    assert_stored(engine, instance, TYPED)
    fetched = client.fetch_one(shipment.send).variables
    read = client.instances.get_process_instance_variables(instance, deserialize_values=False)
    for variables in (fetched, read):
        for name, sent in TYPED.items():
            there = variables[name]
            assert {"type": there.type, "value": there.value, "valueInfo": there.value_info} == shown(sent)


def test_a_failing_task_comes_back_with_its_message_and_details(
    client: Client,
    shipment: Model,
    locked: Any,  # noqa: ANN401
) -> None:
    client.fail(locked, retries=2)
    task = client.fetch_one(shipment.pack)
    assert (task.retries, task.error_message, task.error_details) == (2, "printer on fire", "line 1\nline 2")


def test_a_task_without_retries_raises_an_incident_until_it_gets_some(
    client: Client,
    shipment: Model,
    instance: str,
    locked: Any,  # noqa: ANN401
) -> None:
    client.fail(locked, retries=0)
    assert client.fetch(shipment.pack) == []
    (incident,) = client.incidents.get_incidents(process_instance_id=instance)
    assert (incident.configuration, incident.incident_type) == (locked.id, "failedExternalTask")
    client.external.set_external_task_resource_retries(locked.id, retries_dto=camunda.RetriesDto(1))
    assert client.incidents.get_incidents_count(process_instance_id=instance).count == 0
    assert client.fetch_one(shipment.pack).id == locked.id


def test_an_execution_gets_its_message_and_a_signal(client: Client, engine: Engine, payment: Model) -> None:
    client.deploy(payment)
    instance = client.start(payment)
    (subscription,) = client.subscriptions.get_event_subscriptions(process_instance_id=instance)
    query = camunda.ExecutionQueryDto(message_event_subscription_name=subscription.event_name)
    (execution,) = client.executions.query_executions(execution_query_dto=query)
    assert (execution.id, execution.process_instance_id) == (subscription.execution_id, instance)
    sent = camunda.ExecutionTriggerDto({"paid": camunda.VariableValueDto(5, "Integer")})
    client.executions.trigger_event(execution.id, subscription.event_name, execution_trigger_dto=sent)
    assert client.instances.get_process_instance_variable(instance, "paid").value == 5
    client.executions.signal_execution(instance, execution_trigger_dto=camunda.ExecutionTriggerDto())
    assert engine.has_ended(instance)


def test_an_incident_is_made_annotated_and_resolved(client: Client, payment: Model) -> None:
    client.deploy(payment)
    instance = client.start(payment)
    (execution,) = client.executions.get_executions(process_instance_id=instance, activity_id="wait")
    wanted = camunda.CreateIncidentDto("lost", "parcel 7", "nobody has it")
    made = client.executions.create_incident(execution.id, create_incident_dto=wanted)
    client.incidents.set_incident_annotation(made.id, annotation_dto=camunda.AnnotationDto("Ann looks for it"))
    assert client.incidents.get_incident(made.id).annotation == "Ann looks for it"
    client.incidents.clear_incident_annotation(made.id)
    client.incidents.resolve_incident(made.id)
    assert client.incidents.get_incidents_count(process_instance_id=instance).count == 0


def test_the_error_details_are_text(client: Client, locked: Any) -> None:  # noqa: ANN401
    assert client.external.get_external_task_error_details(locked.id) in ("", None)
    client.fail(locked, retries=1)
    assert client.external.get_external_task_error_details(locked.id) == "line 1\nline 2"


def test_an_error_takes_the_way_of_its_boundary_event(
    client: Client,
    engine: Engine,
    shipment: Model,
    instance: str,
    locked: Any,  # noqa: ANN401
) -> None:
    body = camunda.ExternalTaskBpmnError(worker_id=WORKER, error_code="OUT_OF_STOCK", error_message="none left")
    client.external.handle_external_task_bpmn_error(locked.id, external_task_bpmn_error=body)
    task = client.fetch_one(shipment.reorder)
    assert task.variables["reason"].value == "none left"
    client.complete(task)
    assert engine.has_ended(instance)


def test_a_lock_is_given_back_taken_and_extended(client: Client, locked: Any) -> None:  # noqa: ANN401
    client.external.unlock(locked.id)
    assert client.external.get_external_task(locked.id).worker_id is None
    lock = camunda.LockExternalTaskDto(worker_id="another", lock_duration=MINUTE)
    client.external.lock(locked.id, lock_external_task_dto=lock)
    extension = camunda.ExtendLockOnExternalTaskDto(worker_id="another", new_duration=60 * MINUTE)
    client.external.extend_lock(locked.id, extend_lock_on_external_task_dto=extension)
    extended = client.external.get_external_task(locked.id)
    assert extended.worker_id == "another"
    assert extended.lock_expiration_time - dt.datetime.now(dt.UTC) > dt.timedelta(minutes=50)
    with pytest.raises(camunda.ApiException, match="cannot be completed by worker"):
        client.complete(locked)


def test_booleans_and_dates_of_its_queries_are_understood(
    client: Client,
    shipment: Model,
    locked: Any,  # noqa: ANN401
) -> None:
    client.start(shipment)
    (held,) = client.external.get_external_tasks(topic_name=shipment.pack, locked=True)
    assert held.id == locked.id
    soon = dt.datetime.now(dt.UTC)
    assert client.external.get_external_tasks_count(topic_name=shipment.pack, lock_expiration_after=soon).count == 1
    query = camunda.ExternalTaskQueryDto(topic_name=shipment.pack, not_locked=True)
    assert client.external.query_external_tasks_count(external_task_query_dto=query).count == 1
    assert shipment.pack in client.external.get_topic_names(with_locked_tasks=True)


def test_a_task_made_while_a_worker_polls_arrives_promptly(client: Client, shipment: Model) -> None:
    client.deploy(shipment)
    with in_thread(lambda: client.fetch(shipment.pack, LONG)) as poll:
        assert_unanswered(poll)
        instance = client.start(shipment)
        (task,) = poll.result(PROMPTLY)
    assert task.process_instance_id == instance


def test_an_instance_is_suspended_and_deleted(client: Client, shipment: Model, instance: str) -> None:
    state = camunda.SuspensionStateDto(suspended=True)
    client.instances.update_suspension_state_by_id(instance, suspension_state_dto=state)
    assert client.instances.get_process_instance(instance).suspended
    assert client.fetch(shipment.pack) == []
    client.instances.delete_process_instance(instance, skip_custom_listeners=True)
    assert client.instances.get_process_instances_count(process_definition_key=shipment.key).count == 0


def test_a_person_claims_and_completes_a_task(client: Client, engine: Engine, approval: Model) -> None:
    client.deploy(approval)
    instance = client.start(approval)
    (task,) = client.tasks.get_tasks(process_instance_id=instance, unassigned=True)
    client.tasks.claim(task.id, user_id_dto=camunda.UserIdDto(user_id="alice"))
    assert client.tasks.get_task(task.id).assignee == "alice"
    # This client cannot take the empty answer that it gets when it asks for no variables.
    body = camunda.CompleteTaskDto(
        variables={"approved": camunda.VariableValueDto(False)}, with_variables_in_return=True
    )
    assert client.tasks.complete(task.id, complete_task_dto=body)["approved"].value is False
    (task,) = client.tasks.get_tasks(process_instance_id=instance, assignee="clerk")
    assert client.tasks.complete(task.id, complete_task_dto=body)["approved"].type == "Boolean"
    assert engine.has_ended(instance)


def test_signals_start_an_instance_and_let_it_go_on(client: Client, engine: Engine, alarm: Model) -> None:
    client.deploy(alarm)
    given = {"floor": camunda.VariableValueDto(3, "Integer")}
    client.signals.throw_signal(signal_dto=camunda.SignalDto(name=alarm.alarm, variables=given))
    (begun,) = engine.instances(alarm)
    assert engine.variables(begun["id"])["floor"]["value"] == 3
    client.signals.throw_signal(signal_dto=camunda.SignalDto(name=alarm.alarm, without_tenant_id=True))
    (task,) = client.tasks.get_tasks(process_instance_id=begun["id"])
    assert task.name == "Look"
    assert len(engine.instances(alarm)) == 2
    nowhere = camunda.SignalDto(name=alarm.alarm, execution_id=begun["id"])
    with pytest.raises(camunda.ApiException, match="has not subscribed to a signal event"):
        client.signals.throw_signal(signal_dto=nowhere)


def test_messages_start_an_instance_and_let_it_go_on(client: Client, delivery: Model) -> None:
    client.deploy(delivery)
    amount = {"amount": camunda.VariableValueDto(3, "Integer")}
    order = camunda.CorrelationMessageDto(
        message_name=delivery.ordered, business_key="o-1", process_variables=amount, result_enabled=True
    )
    (begun,) = client.messages.deliver_message(correlation_message_dto=order)
    assert (begun.result_type, begun.process_instance.business_key) == ("ProcessDefinition", "o-1")
    payment = camunda.CorrelationMessageDto(
        message_name=delivery.paid, correlation_keys=amount, result_enabled=True, variables_in_result_enabled=True
    )
    (went_on,) = client.messages.deliver_message(correlation_message_dto=payment)
    assert (went_on.execution.process_instance_id, went_on.variables["amount"].value) == (begun.process_instance.id, 3)
    selection = camunda.CorrelationMessageAsyncDto(
        message_name=delivery.paid, process_instance_ids=[begun.process_instance.id]
    )
    batch = client.instances.correlate_message_async_operation(correlation_message_async_dto=selection)
    assert (batch.type, batch.total_jobs) == ("correlate-message", 1)


def test_instances_are_modified_and_restarted(client: Client, approval: Model) -> None:
    client.deploy(approval)
    instance = client.start(approval)
    (task,) = client.tasks.get_tasks(process_instance_id=instance)
    again = camunda.ProcessInstanceModificationInstructionDto(
        type="startBeforeActivity", activity_id=task.task_definition_key
    )
    gone = camunda.ProcessInstanceModificationInstructionDto(type="cancel", activity_id=task.task_definition_key)
    change = camunda.ProcessInstanceModificationDto(
        skip_custom_listeners=True, skip_io_mappings=True, instructions=[again], annotation="again"
    )
    client.instances.modify_process_instance(instance, process_instance_modification_dto=change)
    assert len(client.tasks.get_tasks(process_instance_id=instance)) == 2
    change.instructions = [gone]
    client.instances.modify_process_instance(instance, process_instance_modification_dto=change)
    assert client.tasks.get_tasks(process_instance_id=instance) == []
    where = camunda.RestartProcessInstanceModificationInstructionDto(
        type="startBeforeActivity", activity_id=task.task_definition_key
    )
    wish = camunda.RestartProcessInstanceDto(process_instance_ids=[instance], instructions=[where])
    client.definitions.restart_process_instance(task.process_definition_id, restart_process_instance_dto=wish)
    (restarted,) = client.instances.get_process_instances(process_definition_key=approval.key)
    assert restarted.business_key == "order-1"


def test_an_instance_is_migrated_to_the_next_version(client: Client, delivery: Model) -> None:
    (source,) = client.deploy(delivery).deployed_process_definitions
    order = camunda.CorrelationMessageDto(message_name=delivery.ordered, business_key="o-2", result_enabled=True)
    (begun,) = client.messages.deliver_message(correlation_message_dto=order)
    delivery.file.write_bytes(delivery.file.read_bytes() + b" ")
    (target,) = client.deploy(delivery).deployed_process_definitions
    wish = camunda.MigrationPlanGenerationDto(
        source_process_definition_id=source, target_process_definition_id=target, update_event_triggers=True
    )
    plan = client.migrations.generate_migration_plan(migration_plan_generation_dto=wish)
    assert any(one.update_event_trigger for one in plan.instructions)
    report = client.migrations.validate_migration_plan(migration_plan_dto=plan)
    assert (report.instruction_reports, report.variable_reports) == ([], {})
    instance = begun.process_instance.id
    chosen = camunda.MigrationExecutionDto(migration_plan=plan, process_instance_ids=[instance])
    client.migrations.execute_migration_plan(migration_execution_dto=chosen)
    assert client.instances.get_process_instance(instance).definition_id == target
    with pytest.raises(camunda.ApiException, match="does not match the source process definition"):
        client.migrations.execute_migration_plan(migration_execution_dto=chosen)
    batch = client.migrations.execute_migration_plan_async(migration_execution_dto=chosen)
    assert (batch.type, batch.total_jobs) == ("instance-migration", 1)
