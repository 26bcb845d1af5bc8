"""Clients made from the documents by `openapi-python-client`: each does what its vendor's page is about.

WorldServer's is in `test_worldserver_generated`.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients.generated import Caller

pytestmark = pytest.mark.long

ORDER = Path(__file__).parents[1] / "bpmn" / "Order.bpmn"
SignIn = Callable[[str, str], Caller]


def deploy_orders(camunda: Caller) -> str | None:
    """Deploy the model of orders, unless that was done before; the id of the deployment."""
    resource = camunda.file(ORDER.name, ORDER.read_bytes())
    form = camunda.model("DeploymentForm", deployment_name="orders", enable_duplicate_filtering=True, data=resource)
    made = camunda.call("deployment", "create_deployment", body=form)
    return str(made.id) if made.deployed_process_definitions else None


def start_order(camunda: Caller, amount: int = 150) -> str:
    """Start an order; the id of its instance."""
    deploy_orders(camunda)
    values = {"amount": {"value": amount}, "orderNumber": {"value": "G-1"}}
    variables = camunda.generated.module("models").VariableMap.from_dict(values)
    body = camunda.model("StartProcessInstance", variables=variables, business_key="G-1")
    instance: str = camunda.call("process_definition", "start_process_instance_by_key", "order", body=body).id
    return instance


def lock_step(camunda: Caller, instance: str) -> str:
    """Lock the external task that the instance waits at; its id."""
    (task,) = camunda.call("external_task", "list_external_tasks", process_instance_id=instance)
    lock = camunda.model("LockExternalTask", worker_id="generated", lock_duration=60_000)
    camunda.call("external_task", "lock_external_task", task.id, body=lock, status=204)
    return str(task.id)


def complete_step(camunda: Caller, instance: str) -> None:
    """Complete the external task that the instance waits at."""
    body = camunda.model("CompleteExternalTask", worker_id="generated")
    camunda.call("external_task", "complete_external_task", lock_step(camunda, instance), body=body, status=204)


def test_camunda_an_external_task_is_fetched_locked_and_completed(caller: SignIn) -> None:
    camunda = caller("camunda", "demo")
    instance = start_order(camunda)
    topic = camunda.model("FetchTopic", topic_name="check-stock", lock_duration=60_000)
    wish = camunda.model("FetchExternalTasks", worker_id="generated", max_tasks=100, topics=[topic])
    fetched = camunda.call("external_task", "fetch_and_lock_external_tasks", body=wish)
    task = next(one for one in fetched if one.process_instance_id == instance)
    assert (task.topic_name, task.worker_id, task.business_key) == ("check-stock", "generated", "G-1")
    assert task.variables["amount"].value == 150
    values = {"inStock": {"value": True}, "places": {"value": 3, "type": "Integer"}}
    result = camunda.generated.module("models").VariableMap.from_dict(values)
    body = camunda.model("CompleteExternalTask", worker_id="generated", variables=result)
    camunda.call("external_task", "complete_external_task", task.id, body=body, status=204)
    kept = camunda.call("process_instance", "get_process_instance_variables", instance)
    assert (kept["inStock"].value, kept["inStock"].type_) == (True, "Boolean")
    assert (kept["places"].value, kept["places"].type_) == (3, "Integer")
    (waiting,) = camunda.call("task", "list_tasks", process_instance_id=instance)
    assert (waiting.name, waiting.task_definition_key) == ("Approve order G-1", "approve")
    again = camunda.call("external_task", "complete_external_task", task.id, body=body, status=404)
    assert (again.type_, task.id in again.message) == ("RestException", True)


def test_camunda_a_model_is_deployed_once(caller: SignIn) -> None:
    camunda = caller("camunda", "demo")
    deploy_orders(camunda)
    assert deploy_orders(camunda) is None


def test_camunda_another_workers_task_is_not_completed(caller: SignIn) -> None:
    camunda = caller("camunda", "demo")
    task = lock_step(camunda, start_order(camunda))
    other = camunda.model("CompleteExternalTask", worker_id="other")
    refused = camunda.call("external_task", "complete_external_task", task, body=other, status=400)
    assert isinstance(refused, camunda.generated.module("models").Error)
    assert f"External Task {task} cannot be completed by worker 'other'" in refused.message


def start_adhoc(alice: Caller) -> str:
    """Start the vendor's ad-hoc process for oneself; the id of its task."""
    variables = alice.generated.module("models").ProcessBodyVariables.from_dict({"bpm_assignee": alice.name})
    body = alice.model("ProcessBody", process_definition_key="activitiAdhoc", variables=variables)
    process = alice.call("processes", "start_processes", body=body, status=201).entry
    (task,) = alice.call("processes", "list_process_tasks", process.id).list_.entries
    return str(task.entry.id)


def test_alfresco_a_task_is_claimed_and_completed(caller: SignIn) -> None:
    alice = caller("alfresco", "alice")
    state, scope = alice.generated.module("models").TaskBodyState, alice.generated.module("models").TaskVariableScope
    task = start_adhoc(alice)
    for wanted, assignee in ((state.UNCLAIMED, None), (state.CLAIMED, "alice")):
        shown = alice.call(
            "tasks", "update_task", task, body=alice.model("TaskBody", state=wanted), select="state"
        ).entry
        assert (shown.id, shown.state.value, shown.assignee or None) == (task, wanted.value, assignee)
    variable = alice.model(
        "TaskVariable", name="bpm_comment", scope=scope.LOCAL, type_="d:text", value="By generated code"
    )
    body = alice.model("TaskBody", state=state.COMPLETED, variables=[variable])
    done = alice.call("tasks", "update_task", task, body=body, select="state,variables").entry
    assert (done.state.value, done.ended_at is not None, done.duration_in_ms >= 0) == ("completed", True, True)
    (following,) = alice.call("processes", "list_process_tasks", done.process_id).list_.entries
    assert following.entry.activity_definition_id == "verifyTaskDone"
    again = alice.call("tasks", "update_task", task, body=body, select="state", status=405).error
    assert again.error_key == f"Task with id: {task} cannot be updated, it's completed"


def test_alfresco_anothers_task_is_refused(caller: SignIn) -> None:
    alice, bob = caller("alfresco", "alice"), caller("alfresco", "bob")
    task = start_adhoc(alice)
    resolved = alice.model("TaskBody", state=alice.generated.module("models").TaskBodyState.RESOLVED)
    assert bob.call("tasks", "update_task", task, body=resolved, select="state", status=403).error.status_code == 403
    missing = alice.call("tasks", "update_task", "1", body=resolved, select="state", status=404)
    assert isinstance(missing, alice.generated.module("models").Error)
    assert missing.error.status_code == 404


def test_digioffice_a_workflow_task_is_finished(caller: SignIn) -> None:
    camunda, alice = caller("camunda", "demo"), caller("digioffice", "alice")
    before = {one.id for one in alice.call("workflow_tasks", "list_tasks")}
    instance = start_order(camunda)
    complete_step(camunda, instance)
    (task,) = [one for one in alice.call("workflow_tasks", "list_tasks") if one.id not in before]
    assert (task.name, task.workflow_description) == ("Approve order G-1", "Order G-1")
    body = alice.model("FinishTaskOperation", task_i_ds=[task.id], reason="Fine", comment="By generated code")
    alice.call("workflow_tasks", "finish_tasks", body=body, status=204)
    assert alice.call("workflow_tasks", "get_task", task.id).status == "Finished"
    comments = alice.call("workflow_tasks", "list_comments", task.id)
    assert "By generated code" in {one.text for one in comments}
    (step,) = camunda.call("external_task", "list_external_tasks", process_instance_id=instance)
    assert step.topic_name == "ship-goods"
    again = alice.call("workflow_tasks", "finish_tasks", body=body, status=409)
    assert isinstance(again, alice.generated.module("models").ErrorResponse)
    assert again.ResponseStatus.error_code == "WorkflowTaskAlreadyFinished"


def test_digioffice_nobodys_task_is_not_finished(caller: SignIn) -> None:
    alice = caller("digioffice", "alice")
    body = alice.model("FinishTaskOperation", task_i_ds=[2_000_000_000])
    missing = alice.call("workflow_tasks", "finish_tasks", body=body, status=404)
    assert missing.ResponseStatus.message == "Workflow task 2000000000 does not exist"
