"""Every operation of Camunda's document, called by the client that `openapi-python-client` makes out of it."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.clients.engine import Model, model
from tests.clients.sweep import Sweep
from tests.clients.waiting import until
from tests.figures import figure

TENANT = "north"
#: The end of the names of operations, by what tells a process definition from others.
ADDRESSES = ("", "_by_key", "_by_key_and_tenant")
OWNERS = ("process_instance", "execution_local", "task", "task_local")
LATER = "2031-01-01T00:00:00.000+0000"
SEAL = b"\x00\xff"
_NUMBERS = count(1)


@pytest.fixture(scope="module")
def camunda(sweep: Callable[[str], Sweep]) -> Sweep:
    return sweep("camunda")


@pytest.fixture
def shipment(tmp_path: Path) -> Model:
    """Two external tasks; not deployed yet."""
    return model("shipment", f"sweep{next(_NUMBERS)}", tmp_path)


@pytest.fixture
def approval(tmp_path: Path) -> Model:
    """A person approves, or the clerk revises; not deployed yet."""
    return model("approval", f"sweep{next(_NUMBERS)}", tmp_path)


@pytest.fixture
def reminder(tmp_path: Path) -> Model:
    """A task that waits for its asynchronous continuation, and a timer of a day; not deployed yet."""
    return model("reminder", f"sweep{next(_NUMBERS)}", tmp_path)


@pytest.fixture
def alarm(tmp_path: Path) -> Model:
    """An instance begins with a signal, and waits for it again; not deployed yet."""
    return model("alarm", f"sweep{next(_NUMBERS)}", tmp_path)


@pytest.fixture
def payment(tmp_path: Path) -> Model:
    """A receive task that waits for a message, and one that waits for a signal; not deployed yet."""
    return model("payment", f"sweep{next(_NUMBERS)}", tmp_path)


@pytest.fixture
def delivery(tmp_path: Path) -> Model:
    """An instance begins with a message, and waits for another; not deployed yet."""
    return model("delivery", f"sweep{next(_NUMBERS)}", tmp_path)


@pytest.fixture
def cooling(tmp_path: Path) -> Model:
    """A task that a condition starts, and another one ends; not deployed yet."""
    return model("cooling", f"sweep{next(_NUMBERS)}", tmp_path)


def deploy(camunda: Sweep, source: Model, **more: str) -> Any:  # noqa: ANN401 - a generated class
    """Deploy a model; the deployment, and the definition in it."""
    form = camunda.model("DeploymentForm", deployment_name=source.key, deployment_source="sweep", **more)
    form["model"] = camunda.file(source.file.name, source.file.read_bytes())
    made = camunda("create_deployment", body=form)
    (definition,) = made.deployed_process_definitions.additional_properties.values()
    return made, definition


def start(camunda: Sweep, source: Model) -> str:
    """Deploy a model and start it; the id of the instance."""
    deploy(camunda, source)
    wish = {"variables": {"amount": {"value": 5, "type": "Integer"}}, "businessKey": source.key}
    return str(camunda("start_process_instance_by_key", source.key, body=wish).id)


def fetch(camunda: Sweep, topic: str) -> Any:  # noqa: ANN401 - a generated class
    """Lock the one task of a topic."""
    wish = {"workerId": "w", "maxTasks": 5, "topics": [{"topicName": topic, "lockDuration": 60_000}]}
    (task,) = camunda("fetch_and_lock_external_tasks", body=wish)
    return task


def put_seal(camunda: Sweep, owner: str, number: str) -> None:
    """Give an owner of variables one that is made of bytes."""
    upload = camunda.model("VariableUpload", data=camunda.file("seal.bin", SEAL), value_type="Bytes")
    camunda(f"post_{owner}_variable_data", number, "seal", body=upload)


def test_what_the_server_is(camunda: Sweep) -> None:
    assert [engine.name for engine in camunda("list_engines")] == ["default"]
    assert camunda("get_version").version.startswith("7.")


def test_deployments(camunda: Sweep, shipment: Model) -> None:
    new, definition = deploy(camunda, shipment)
    assert (definition.key, definition.version) == (shipment.key, 1)
    (listed,) = camunda("list_deployments", name=shipment.key)
    assert camunda("get_deployment", new.id) == listed
    assert camunda("count_deployments", source="sweep", name=shipment.key).count == 1
    assert new.id in camunda("list_registered_deployments")
    (resource,) = camunda("list_deployment_resources", new.id)
    assert camunda("get_deployment_resource", new.id, resource.id) == resource
    content = camunda("get_deployment_resource_data", new.id, resource.id).payload.read()
    assert content == shipment.file.read_bytes()
    camunda("delete_deployment", new.id, cascade=True)
    assert camunda("list_deployments", name=shipment.key) == []


@pytest.mark.parametrize("by", ADDRESSES)
def test_a_process_definition(camunda: Sweep, shipment: Model, by: str) -> None:
    def deployed() -> tuple[str, ...]:
        _, made = deploy(camunda, shipment, **({"tenant_id": TENANT} if "tenant" in by else {}))
        return {"": (made.id,), "_by_key": (made.key,), "_by_key_and_tenant": (made.key, TENANT)}[by]

    address = deployed()
    shown = camunda(f"get_process_definition{by}", *address)
    assert (shown.key, shown.name, shown.version) == (shipment.key, f"Shipment {shipment.key}", 1)
    assert camunda(f"get_process_definition_xml{by}", *address).bpmn_20_xml == shipment.file.read_text()
    camunda(f"get_process_definition_diagram{by}", *address)
    for suspended in (True, False):
        camunda(f"set_process_definition_suspension{by}", *address, body={"suspended": suspended})
        assert camunda(f"get_process_definition{by}", *address).suspended == suspended
    instance = camunda(f"start_process_instance{by}", *address, body={"businessKey": shipment.key})
    assert (instance.definition_id, instance.business_key) == (shown.id, shipment.key)
    camunda("delete_process_instance", instance.id, expected=204)
    again = {
        "processInstanceIds": [instance.id],
        "instructions": [{"type": "startBeforeActivity", "activityId": "pack"}],
    }
    camunda(f"restart_process_instances{by}", *address, body=again, expected=204)
    batch = camunda(f"restart_process_instances_async{by}", *address, body=again)
    assert (batch.type_, batch.total_jobs) == ("instance-restart", 1)
    assert camunda("count_process_instances", process_definition_key=shipment.key).count >= 1
    camunda(f"delete_process_definition{by}", *address, cascade=True)
    if by:
        deployed()
        camunda(f"delete_all_process_definitions{by}", *deployed(), cascade=True)
    assert camunda("count_process_definitions", key=shipment.key).count == 0


def test_process_definitions(camunda: Sweep, approval: Model) -> None:
    deploy(camunda, approval)
    camunda("set_process_definitions_suspension", body={"processDefinitionKey": approval.key, "suspended": True})
    (listed,) = camunda("list_process_definitions", key=approval.key)
    assert listed.suspended
    assert camunda("count_process_definitions", key=approval.key, active=True).count == 0


def test_process_instances(camunda: Sweep, approval: Model) -> None:
    number = start(camunda, approval)
    wish: dict[str, object] = {"processInstanceIds": [number]}
    (listed,) = camunda("list_process_instances", business_key=approval.key)
    assert [listed] == camunda("query_process_instances", body=wish)
    assert camunda("get_process_instance", number).id == listed.id == number
    assert camunda("count_process_instances", business_key=approval.key).count == 1
    assert camunda("query_process_instances_count", body=wish).count == 1
    (child,) = camunda("get_activity_instance_tree", number).child_activity_instances
    assert child.activity_id == "approve"
    assert camunda("get_execution", child.execution_ids[0]).process_instance_id == number
    for suspended in (True, False):
        camunda("set_process_instance_suspension", number, body={"suspended": suspended})
        assert camunda("get_process_instance", number).suspended == suspended
    camunda("set_process_instances_suspension", body={"suspended": True, **wish})
    assert camunda("get_process_instance", number).suspended
    camunda("delete_process_instance", number)
    assert camunda("list_process_instances", business_key=approval.key) == []


@pytest.mark.parametrize("owner", OWNERS)
def test_variables(camunda: Sweep, approval: Model, owner: str) -> None:
    instance = start(camunda, approval)
    (task,) = camunda("list_tasks", process_instance_id=instance)
    number = {"process_instance": instance, "execution_local": task.execution_id}.get(owner, task.id)
    changes = {"modifications": {"a": {"value": 1}, "b": {"value": 2}}}
    camunda(f"modify_{owner}_variables", number, body=changes)
    camunda(f"put_{owner}_variable", number, "c", body={"value": "text", "type": "String"})
    camunda(f"delete_{owner}_variable", number, "a")
    kept = camunda(f"get_{owner}_variables", number).additional_properties
    assert {name: kept[name].value for name in ("b", "c")} == {"b": 2, "c": "text"}
    assert "a" not in kept
    assert camunda(f"get_{owner}_variable", number, "c").type_ == "String"
    put_seal(camunda, owner, number)
    assert camunda(f"get_{owner}_variable_data", number, "seal").payload.read() == SEAL


def test_variable_instances(camunda: Sweep, approval: Model) -> None:
    instance = start(camunda, approval)
    put_seal(camunda, "process_instance", instance)
    wish = {"processInstanceIdIn": [instance]}
    found = {one.name: one for one in camunda("list_variable_instances", process_instance_id_in=[instance])}
    assert (set(found), found["amount"].value) == ({"amount", "seal"}, 5)
    assert {one.name for one in camunda("query_variable_instances", body=wish)} == found.keys()
    assert camunda("count_variable_instances", process_instance_id_in=[instance]).count == 2
    assert camunda("query_variable_instances_count", body=wish).count == 2
    assert camunda("get_variable_instance_data", found["seal"].id).payload.read() == SEAL


def test_tasks_are_found(camunda: Sweep, approval: Model) -> None:
    instance = start(camunda, approval)
    wish = {"processInstanceId": instance}
    (task,) = camunda("list_tasks", process_instance_id=instance)
    assert [task] == camunda("query_tasks", body=wish)
    assert camunda("get_task", task.id) == task
    assert camunda("count_tasks", process_instance_id=instance).count == 1
    assert camunda("query_tasks_count", body=wish).count == 1
    link = {"groupId": "clerks", "type": "candidate"}
    camunda("add_task_identity_link", task.id, body=link)
    assert {one.group_id for one in camunda("list_task_identity_links", task.id)} == {"clerks", "managers"}
    camunda("delete_task_identity_link", task.id, body=link)
    assert [one.group_id for one in camunda("list_task_identity_links", task.id)] == ["managers"]


def test_tasks_are_done(camunda: Sweep, approval: Model) -> None:
    instance = start(camunda, approval)
    (task,) = camunda("list_tasks", process_instance_id=instance)
    for name, body, assignee in (
        ("claim_task", {"userId": "alice"}, "alice"),
        ("unclaim_task", None, None),
        ("set_task_assignee", {"userId": "demo"}, "demo"),
        ("delegate_task", {"userId": "bob"}, "bob"),
        ("resolve_task", {}, "demo"),
    ):
        camunda(name, task.id, body=body)
        assert camunda("get_task", task.id).assignee == assignee, name
    decision = {"variables": {"approved": {"value": False}}, "withVariablesInReturn": True}
    assert camunda("complete_task", task.id, body=decision, expected=200)["approved"].value is False
    (revision,) = camunda("list_tasks", process_instance_id=instance)
    camunda("submit_task_form", revision.id, body={"variables": {"revised": {"value": True}}}, expected=204)
    assert camunda("get_process_instance", instance, expected=404).type_ == "InvalidRequestException"


def test_tasks_throw_errors_and_escalations(camunda: Sweep, approval: Model) -> None:
    instance = start(camunda, approval)
    (task,) = camunda("list_tasks", process_instance_id=instance)
    unknown = camunda("throw_task_bpmn_escalation", "unknown", body={"escalationCode": "LATE"}, expected=404)
    assert unknown.message == "Cannot find task with id unknown: task is null"
    urging = {"escalationCode": "LATE", "variables": {"reminders": {"value": 3}}}
    camunda("throw_task_bpmn_escalation", task.id, body=urging)
    assert camunda("count_tasks", process_instance_id=instance).count == 2
    refusing = {"errorCode": "REFUSED", "errorMessage": "too dear", "variables": {"limit": {"value": 9}}}
    camunda("throw_task_bpmn_error", task.id, body=refusing)
    found = camunda("list_tasks", process_instance_id=instance)
    assert [one.task_definition_key for one in found] == ["revise", "revise"]


def test_external_tasks(camunda: Sweep, shipment: Model) -> None:
    instance = start(camunda, shipment)
    wish = {"processInstanceId": instance}
    (task,) = camunda("list_external_tasks", process_instance_id=instance)
    assert [task] == camunda("query_external_tasks", body=wish)
    assert camunda("get_external_task", task.id) == task
    assert camunda("count_external_tasks", process_instance_id=instance).count == 1
    assert camunda("query_external_tasks_count", body=wish).count == 1
    assert shipment.pack in camunda("list_external_task_topic_names")
    camunda("set_external_task_priority", task.id, body={"priority": 7})
    camunda("set_external_task_retries", task.id, body={"retries": 4})
    camunda("lock_external_task", task.id, body={"workerId": "w", "lockDuration": 60_000})
    camunda("extend_external_task_lock", task.id, body={"workerId": "w", "newDuration": 90_000})
    shown = camunda("get_external_task", task.id)
    assert (shown.priority, shown.retries, shown.worker_id) == (7, 4, "w")
    camunda("unlock_external_task", task.id)
    fetched = fetch(camunda, shipment.pack)
    assert (fetched.id, fetched.variables["amount"].value) == (task.id, 5)
    camunda("complete_external_task", task.id, body={"workerId": "w", "variables": {"packed": {"value": True}}})
    assert fetch(camunda, shipment.send).process_instance_id == instance


def test_executions(camunda: Sweep, payment: Model) -> None:
    number = start(camunda, payment)
    wish: dict[str, object] = {"processInstanceId": number}
    listed = camunda("list_executions", process_instance_id=number)
    assert listed == camunda("query_executions", body=wish)
    assert [one.id for one in listed] == [number, listed[1].id]
    assert camunda("count_executions", business_key=payment.key).count == 2
    assert camunda("query_executions_count", body=wish | {"activityId": "wait"}).count == 1
    (subscription,) = camunda("list_event_subscriptions", process_instance_id=number)
    assert (subscription.execution_id, subscription.event_name) == (listed[1].id, f"{payment.key}-paid")
    assert camunda("count_event_subscriptions", event_name=subscription.event_name).count == 1
    assert camunda("get_message_event_subscription", listed[1].id, subscription.event_name) == subscription
    sent = {"variables": {"paid": {"value": 5, "type": "Integer"}}}
    camunda("trigger_message_event_subscription", listed[1].id, subscription.event_name, body=sent)
    assert camunda("get_process_instance_variable", number, "paid").value == 5
    (waiting,) = camunda("list_executions", process_instance_id=number, activity_id="ask")
    camunda("signal_execution", waiting.id, body={})
    assert camunda("count_executions", process_instance_id=number).count == 0


def test_incidents_that_clients_create(camunda: Sweep, payment: Model) -> None:
    number = start(camunda, payment)
    (execution,) = camunda("list_executions", process_instance_id=number, activity_id="wait")
    wish = {"incidentType": "lost", "configuration": "parcel 7", "message": "nobody has it"}
    made = camunda("create_incident", execution.id, body=wish)
    assert (made.configuration, made.incident_message, made.execution_id) == ("parcel 7", "nobody has it", execution.id)
    camunda("set_incident_annotation", made.id, body={"annotation": "Ann looks for it"})
    assert camunda("get_incident", made.id).annotation == "Ann looks for it"
    camunda("clear_incident_annotation", made.id)
    assert camunda("get_incident", made.id) == made
    camunda("resolve_incident", made.id)
    assert camunda("count_incidents", process_instance_id=number).count == 0


def test_external_tasks_that_fail(camunda: Sweep, shipment: Model) -> None:
    instance = start(camunda, shipment)
    task = fetch(camunda, shipment.pack)
    failure = {"workerId": "w", "errorMessage": "no paper", "errorDetails": "at line 1", "retries": 0}
    camunda("handle_external_task_failure", task.id, body=failure)
    assert camunda("get_external_task_error_details", task.id, expected=200) == "at line 1"
    (incident,) = camunda("list_incidents", process_instance_id=instance)
    assert (incident.incident_message, camunda("get_incident", incident.id)) == ("no paper", incident)
    assert camunda("count_incidents", process_instance_id=instance).count == 1
    camunda("set_external_tasks_retries", body={"externalTaskIds": [task.id], "retries": 3})
    assert camunda("count_incidents", process_instance_id=instance).count == 0
    assert fetch(camunda, shipment.pack).id == task.id
    camunda("handle_external_task_bpmn_error", task.id, body={"workerId": "w", "errorCode": "OUT_OF_STOCK"})
    assert fetch(camunda, shipment.reorder).process_instance_id == instance


def test_batches(camunda: Sweep) -> None:
    never_done = {"retries": -1, "externalTaskIds": ["unknown"]}
    batch = camunda("set_external_tasks_retries_async", body=never_done)
    assert (batch.type_, batch.total_jobs) == ("set-external-task-retries", 1)
    assert camunda("get_batch", batch.id).id == batch.id
    assert [one.id for one in camunda("list_batches", batch_id=batch.id)] == [batch.id]
    assert camunda("count_batches", batch_id=batch.id).count == 1
    camunda("delete_batch", batch.id)
    assert camunda("count_batches", batch_id=batch.id).count == 0


def test_conditions(camunda: Sweep, cooling: Model) -> None:
    _, definition = deploy(camunda, cooling)
    warm = {"temperature": {"value": 24, "type": "Integer"}}
    wish = {"variables": warm, "businessKey": cooling.key, "processDefinitionId": definition.id}
    (started,) = camunda("evaluate_condition", body=wish)
    assert (started.business_key, started.definition_id, started.ended) == (cooling.key, definition.id, False)
    camunda("put_process_instance_variable", started.id, "temperature", body={"value": 17, "type": "Integer"})
    assert camunda("count_process_instances", business_key=cooling.key).count == 0


def test_jobs(camunda: Sweep, reminder: Model) -> None:
    instance = start(camunda, reminder)
    (task,) = until(lambda: camunda("list_tasks", process_instance_id=instance))
    camunda("complete_task", task.id, body={}, expected=204)
    wish = {"processInstanceId": instance}
    (job,) = camunda("list_jobs", process_instance_id=instance)
    assert [job] == camunda("query_jobs", body=wish)
    assert camunda("get_job", job.id) == job
    assert camunda("count_jobs", process_instance_id=instance, timers=True).count == 1
    assert camunda("query_jobs_count", body=wish).count == 1
    camunda("set_job_due_date", job.id, body={"duedate": LATER, "cascade": False})
    assert camunda("get_job", job.id).due_date == LATER
    camunda("recalculate_job_due_date", job.id, creation_date_based=True)
    assert camunda("get_job", job.id).due_date == job.due_date
    camunda("set_job_retries", job.id, body={"retries": 0})
    (incident,) = camunda("list_incidents", configuration=job.id)
    assert incident.job_definition_id == job.job_definition_id
    assert camunda("get_job_stacktrace", job.id, expected=204) is None
    camunda("set_job_priority", job.id, body={"priority": 7})
    camunda("set_job_suspension", job.id, body={"suspended": True})
    camunda("set_jobs_suspension", body={"suspended": True, **wish})
    shown = camunda("get_job", job.id)
    assert (shown.retries, shown.priority, shown.suspended) == (0, 7, True)
    counted = camunda("get_activity_statistics_by_key", reminder.key, failed_jobs=True, incidents=True)
    assert [(one.id, one.instances, one.failed_jobs) for one in counted] == [("pause", 1, 1)]
    camunda("execute_job", job.id)
    assert camunda("count_process_instances", business_key=reminder.key).count == 0


def test_job_definitions(camunda: Sweep, reminder: Model) -> None:
    start(camunda, reminder)
    wish = {"processDefinitionKey": reminder.key, "jobType": "timer-intermediate-transition"}
    (one,) = camunda("query_job_definitions", body=wish)
    assert (one.activity_id, one.job_configuration) == ("pause", "DURATION: P1D")
    assert camunda("count_job_definitions", process_definition_key=reminder.key).count == 2
    assert camunda("query_job_definitions_count", body=wish).count == 1
    camunda("set_job_definition_priority", one.id, body={"priority": 9, "includeJobs": True})
    camunda("set_job_definition_retries", one.id, body={"retries": 4})
    camunda("set_job_definition_suspension", one.id, body={"suspended": True, "includeJobs": True})
    shown = camunda("get_job_definition", one.id)
    assert (shown.overriding_job_priority, shown.suspended) == (9, True)
    camunda("set_job_definitions_suspension", body={"suspended": False, "processDefinitionKey": reminder.key})
    assert not any(one.suspended for one in camunda("list_job_definitions", process_definition_key=reminder.key))


def test_retries_of_many_jobs(camunda: Sweep, reminder: Model) -> None:
    instance = start(camunda, reminder)
    (task,) = until(lambda: camunda("list_tasks", process_instance_id=instance))
    camunda("complete_task", task.id, body={}, expected=204)
    (job,) = camunda("list_jobs", process_instance_id=instance)
    of_instances = {"processInstances": [instance]}
    for name, chosen in (
        ("set_jobs_retries_async", {"jobIds": [job.id]}),
        ("set_process_instances_job_retries_async", of_instances),
        ("set_process_instances_job_retries_historic_async", of_instances),
    ):
        batch = camunda(name, body={"retries": 6, **chosen})
        assert (batch.type_, batch.total_jobs) == ("set-job-retries", 1)
    camunda("delete_job", job.id)
    assert camunda("count_jobs", process_instance_id=instance).count == 0


def test_signals(camunda: Sweep, alarm: Model) -> None:
    deploy(camunda, alarm)
    camunda("throw_signal", body={"name": alarm.alarm, "variables": {"floor": {"value": 3}}})
    (begun,) = camunda("list_process_instances", process_definition_key=alarm.key)
    camunda("throw_signal", body={"name": alarm.alarm, "withoutTenantId": True})
    (task,) = camunda("list_tasks", process_instance_id=begun.id)
    assert task.name == "Look"


def test_modifications(camunda: Sweep, reminder: Model) -> None:
    instance = start(camunda, reminder)
    (task,) = until(lambda: camunda("list_tasks", process_instance_id=instance))
    again = [{"type": "startBeforeActivity", "activityId": task.task_definition_key}]
    camunda("modify_process_instance", instance, body={"instructions": again}, expected=204)
    several = {
        "processDefinitionId": task.process_definition_id,
        "processInstanceIds": [instance],
        "instructions": again,
    }
    camunda("modify_process_instances", body=several, expected=204)
    until(lambda: camunda("count_tasks", process_instance_id=instance).count == 3)
    for batch in (
        camunda("modify_process_instance_async", instance, body={"instructions": again}),
        camunda("modify_process_instances_async", body=several),
    ):
        assert (batch.type_, batch.total_jobs) == ("instance-modification", 1)


def test_messages(camunda: Sweep, delivery: Model) -> None:
    deploy(camunda, delivery)
    shown = {"resultEnabled": True, "variablesInResultEnabled": True}
    wish = {"messageName": delivery.ordered, "businessKey": delivery.key, **shown}
    (begun,) = camunda("correlate_message", body=wish, expected=200)
    assert (begun.result_type, begun.process_instance.business_key) == ("ProcessDefinition", delivery.key)
    paid = {"messageName": delivery.paid, "businessKey": delivery.key, "processVariables": {"amount": {"value": 3}}}
    (went_on,) = camunda("correlate_message", body={**paid, **shown}, expected=200)
    assert (went_on.result_type, went_on.execution.process_instance_id) == ("Execution", begun.process_instance.id)
    assert went_on.variables.additional_properties["amount"].value == 3
    selection = {"messageName": delivery.paid, "processInstanceIds": [begun.process_instance.id]}
    batch = camunda("correlate_message_async", body=selection)
    assert (batch.type_, batch.total_jobs) == ("correlate-message", 1)


def test_migrations(camunda: Sweep, shipment: Model) -> None:
    _, source = deploy(camunda, shipment)
    shipment.file.write_bytes(shipment.file.read_bytes() + b" ")
    _, target = deploy(camunda, shipment)
    instances = [camunda("start_process_instance", source.id, body={}).id for _ in range(2)]
    ids = {"sourceProcessDefinitionId": source.id, "targetProcessDefinitionId": target.id}
    plan = camunda("generate_migration_plan", body={**ids, "variables": {"amount": {"value": 3}}}).to_dict()
    assert [one["sourceActivityIds"] for one in plan["instructions"]] != []
    assert camunda("validate_migration_plan", body=plan).instruction_reports == []
    camunda("execute_migration_plan", body={"migrationPlan": plan, "processInstanceIds": instances[:1]})
    assert camunda("get_process_instance", instances[0]).definition_id == target.id
    chosen = {"processInstanceQuery": {"processDefinitionId": source.id}}
    batch = camunda("execute_migration_plan_async", body={"migrationPlan": plan, **chosen})
    assert (batch.type_, batch.total_jobs) == ("instance-migration", 1)
    until(lambda: camunda("get_process_instance", instances[1]).definition_id == target.id)


def test_statistics(camunda: Sweep, shipment: Model) -> None:
    _, definition = deploy(camunda, shipment, tenant_id=TENANT)
    camunda("start_process_instance", definition.id, body={"businessKey": shipment.key})
    found = {one.id: one.instances for one in camunda("list_process_definition_statistics", failed_jobs=True)}
    assert found[definition.id] == 1
    counted = camunda("get_activity_statistics", definition.id)
    assert counted == camunda("get_activity_statistics_by_key_and_tenant", shipment.key, TENANT)
    assert [one.instances for one in counted] == [1]


def test_every_operation_was_called(camunda: Sweep) -> None:
    assert camunda.missing() == []
    figure("sweep, camunda", f"{len(camunda.called)} operations called by a generated client")
