"""PyPI ``pycamunda``: every request of it that the served API has, from deploying a model to the end of its instances.

It sends a JSON body with every request, also where none belongs (contract 5.3).
"""

import datetime as dt

import pycamunda
import pycamunda.deployment
import pycamunda.externaltask
import pycamunda.incident
import pycamunda.message
import pycamunda.processdef
import pycamunda.processinst
import pycamunda.signal
import pycamunda.task
import pycamunda.variable
import pytest
from pycamunda.externaltask import ExternalTask, FetchAndLock

from tests.clients.conftest import PASSWORD, USER
from tests.clients.engine import Engine, Model
from tests.clients.values import FILE_CONTENT, TYPED, assert_stored, shown
from tests.clients.waiting import LONG, PROMPTLY, assert_unanswered, in_thread, until

WORKER = "packer"
MINUTE = 60_000


def deploy(engine: Engine, model: Model) -> pycamunda.deployment.DeploymentWithDefinitions:
    request = pycamunda.deployment.Create(url=engine.url, name=model.key, source="tests")
    with model.file.open("rb") as file:
        request.add_resource(file)
        return request()


def start(engine: Engine, model: Model, **variables: object) -> str:
    request = pycamunda.processdef.StartInstance(url=engine.url, key=model.key)
    for name, value in variables.items():
        request.add_variable(name=name, value=value)
    return str(request().id_)


def fetching(engine: Engine, topic: str, timeout: int | None = None, worker: str = WORKER) -> FetchAndLock:
    request = FetchAndLock(url=engine.url, worker_id=worker, max_tasks=5, async_response_timeout=timeout)
    request.add_topic(name=topic, lock_duration=MINUTE)
    return request


def fetch_one(engine: Engine, topic: str) -> ExternalTask:
    (task,) = fetching(engine, topic)()
    return task


def complete(engine: Engine, task: ExternalTask) -> None:
    pycamunda.externaltask.Complete(url=engine.url, id_=task.id_, worker_id=WORKER)()


@pytest.fixture
def instance(engine: Engine, shipment: Model) -> str:
    """An instance that waits at the first task."""
    deploy(engine, shipment)
    return start(engine, shipment, amount=3)


@pytest.fixture
def locked(engine: Engine, shipment: Model, instance: str) -> ExternalTask:
    """Its task, locked."""
    return fetch_one(engine, shipment.pack)


def test_a_deployment_tells_what_it_made_and_gives_its_files_back(engine: Engine, shipment: Model) -> None:
    made = deploy(engine, shipment)
    (definition,) = made.deployed_process_definitions.values()
    assert (definition.key, definition.version, definition.resource) == (shipment.key, 1, shipment.file.name)
    (listed,) = pycamunda.deployment.GetList(url=engine.url, name=shipment.key, source="tests")()
    assert (listed.id_, listed.deployment_time) == (made.id_, made.deployment_time)
    (resource,) = pycamunda.deployment.GetResources(url=engine.url, id_=made.id_)()
    content = pycamunda.deployment.GetResource(url=engine.url, id_=made.id_, resource_id=resource.id_, binary=True)()
    assert content == shipment.file.read_bytes()
    xml = pycamunda.processdef.GetXML(url=engine.url, key=shipment.key)()
    assert xml.encode() == content
    pycamunda.deployment.Delete(url=engine.url, id_=made.id_)()
    with pytest.raises(pycamunda.NotFound):
        pycamunda.deployment.Get(url=engine.url, id_=made.id_)()


def test_a_model_that_cannot_be_run_is_refused_with_a_reason(engine: Engine, shipment: Model) -> None:
    shipment.file.write_text(shipment.file.read_text().replace(f'camunda:topic="{shipment.send}"', ""))
    with pytest.raises(pycamunda.BadRequest, match="External tasks must specify a 'topic' attribute"):
        deploy(engine, shipment)


def test_an_order_goes_from_its_start_to_its_end(engine: Engine, shipment: Model) -> None:
    deploy(engine, shipment)
    request = pycamunda.processdef.StartInstance(
        url=engine.url, key=shipment.key, business_key="order-1", with_variables_in_return=True
    )
    request.add_variable(name="amount", value=3)
    started = request()
    assert started.variables["amount"] == pycamunda.variable.Variable(value=3, type_="Integer", value_info={})
    for topic in (shipment.pack, shipment.send):
        task = fetch_one(engine, topic)
        assert (task.process_instance_id, task.business_key) == (started.id_, "order-1")
        assert task.variables["amount"].value == 3
        complete(engine, task)
    assert engine.has_ended(started.id_)


def test_every_type_a_worker_sends_is_kept_and_read_back(
    engine: Engine, shipment: Model, instance: str, locked: ExternalTask
) -> None:
    request = pycamunda.externaltask.Complete(url=engine.url, id_=locked.id_, worker_id=WORKER)
    for name, sent in TYPED.items():
        request.add_variable(name=name, value=sent["value"], type_=sent["type"], value_info=sent["valueInfo"])
    request.add_local_variable(name="scratch", value="not kept")
    request()
    assert_stored(engine, instance, TYPED)
    read = pycamunda.processinst.VariablesGetList(url=engine.url, process_instance_id=instance)()
    assert set(read) == {*TYPED, "amount"}
    fetched = fetch_one(engine, shipment.send).variables
    for variables in (read, fetched):
        for name, sent in TYPED.items():
            there = variables[name]
            assert {"type": there.type_, "value": there.value, "valueInfo": there.value_info} == shown(sent)


def test_an_instance_is_modified(engine: Engine, instance: str) -> None:
    for async_ in (False, True):
        change = pycamunda.processinst.Modify(url=engine.url, id_=instance, async_=async_, annotation="again")
        change.add_before_activity_instruction(id_="send")
        change()
    gone = pycamunda.processinst.Modify(url=engine.url, id_=instance)
    gone.add_cancel_activity_instance_instruction(id_=instance)
    gone()
    assert engine.has_ended(instance)


def test_a_restart_is_one_of_all_that_have_ended(engine: Engine, shipment: Model, approval: Model) -> None:
    """The client sends an empty query beside the ids, which means all of them, at the vendor's too."""
    for model in (approval, shipment):
        engine.deploy(model)
        begun = pycamunda.processdef.StartInstance(url=engine.url, key=model.key)()
        pycamunda.processinst.Delete(url=engine.url, id_=begun.id_)()
    again = pycamunda.processdef.RestartProcessInstance(
        url=engine.url, id_=begun.definition_id, process_instance_ids=[begun.id_], initial_variables=False
    )
    again.add_before_activity_instruction(id_="send")
    with pytest.raises(pycamunda.NoSuccess, match=r"Historic process instance .* cannot be restarted"):
        again()


def test_variables_of_an_instance_are_set_changed_and_removed(engine: Engine, instance: str) -> None:
    where = {"url": engine.url, "process_instance_id": instance}
    pycamunda.processinst.VariablesUpdate(**where, var_name="amount", value=4, type_="Long")()
    assert engine.variables(instance)["amount"] == {"type": "Long", "value": 4, "valueInfo": {}}
    pycamunda.processinst.VariablesUpdate(**where, var_name="note", value=FILE_CONTENT, type_="Bytes")()
    assert pycamunda.processinst.VariablesGet(**where, var_name="note", binary=True)() == FILE_CONTENT
    modify = pycamunda.processinst.VariablesModify(**where, deletions=["note"])
    modify.add_variable(name="lane", value="fast")
    modify()
    assert set(engine.variables(instance)) == {"amount", "lane"}
    pycamunda.processinst.VariablesDelete(**where, var_name="lane")()
    with pytest.raises(pycamunda.NotFound):
        pycamunda.processinst.VariablesGet(**where, var_name="lane")()


def test_a_failing_task_comes_back_with_its_message_and_details(
    engine: Engine, shipment: Model, instance: str, locked: ExternalTask
) -> None:
    fail(engine, locked, retries=2)
    task = fetch_one(engine, shipment.pack)
    assert (task.retries, task.error_message, task.error_details) == (2, "printer on fire", "line 1\nline 2")
    listed = pycamunda.externaltask.Get(url=engine.url, id_=task.id_)()
    assert (listed.worker_id, listed.error_details) == (WORKER, "line 1\nline 2")
    assert engine.incidents(instance) == []


def test_a_task_without_retries_raises_an_incident_until_it_gets_some(
    engine: Engine, shipment: Model, instance: str, locked: ExternalTask
) -> None:
    fail(engine, locked, retries=0)
    assert fetching(engine, shipment.pack)() == ()
    (incident,) = pycamunda.incident.GetList(url=engine.url, process_instance_id=instance)()
    assert (incident.configuration, incident.incident_message) == (locked.id_, "printer on fire")
    pycamunda.externaltask.SetRetries(url=engine.url, id_=locked.id_, retries=1)()
    assert pycamunda.incident.GetList(url=engine.url, process_instance_id=instance)() == ()
    assert fetch_one(engine, shipment.pack).id_ == locked.id_


def fail(engine: Engine, task: ExternalTask, retries: int) -> None:
    pycamunda.externaltask.HandleFailure(
        url=engine.url,
        id_=task.id_,
        worker_id=WORKER,
        error_message="printer on fire",
        error_details="line 1\nline 2",
        retries=retries,
        retry_timeout=0,
    )()


def test_retries_of_several_tasks_are_set_at_once(engine: Engine, shipment: Model) -> None:
    deploy(engine, shipment)
    tasks = [engine.task(start(engine, shipment))["id"] for _ in range(3)]
    pycamunda.externaltask.SetRetriesSync(url=engine.url, retries=9, external_task_ids=tasks[:2])()
    listed = pycamunda.externaltask.GetList(url=engine.url, topic_name=shipment.pack, sort_by="id_")()
    assert {task.id_: task.retries for task in listed} == {tasks[0]: 9, tasks[1]: 9, tasks[2]: None}


def test_retries_are_set_by_a_batch(engine: Engine, instance: str, locked: ExternalTask) -> None:
    batch = pycamunda.externaltask.SetRetriesAsync(url=engine.url, retries=9, external_task_ids=[locked.id_])()
    assert (batch.type_, batch.total_jobs) == ("set-external-task-retries", 1)
    until(lambda: engine.task(instance)["retries"] == 9)


def test_an_error_takes_the_way_of_its_boundary_event(
    engine: Engine, shipment: Model, instance: str, locked: ExternalTask
) -> None:
    request = pycamunda.externaltask.HandleBPMNError(
        url=engine.url, id_=locked.id_, worker_id=WORKER, error_code="OUT_OF_STOCK", error_message="none left"
    )
    request.add_variable(name="missing", value=4)
    request()
    task = fetch_one(engine, shipment.reorder)
    assert {name: variable.value for name, variable in task.variables.items()} == {
        "amount": 3,
        "missing": 4,
        "reason": "none left",
    }
    complete(engine, task)
    assert engine.has_ended(instance)


def test_a_lock_is_extended_and_given_back(engine: Engine, shipment: Model, locked: ExternalTask) -> None:
    pycamunda.externaltask.ExtendLock(url=engine.url, id_=locked.id_, new_duration=60 * MINUTE, worker_id=WORKER)()
    extended = pycamunda.externaltask.Get(url=engine.url, id_=locked.id_)()
    assert extended.lock_expiration_time - locked.lock_expiration_time > dt.timedelta(minutes=50)
    with pytest.raises(pycamunda.BadRequest, match="cannot be extended by worker 'another'"):
        pycamunda.externaltask.ExtendLock(url=engine.url, id_=locked.id_, new_duration=1, worker_id="another")()
    pycamunda.externaltask.Unlock(url=engine.url, id_=locked.id_)()
    assert pycamunda.externaltask.Get(url=engine.url, id_=locked.id_)().worker_id is None
    assert fetch_one(engine, shipment.pack).id_ == locked.id_


def test_tasks_are_listed_and_counted_by_their_state(engine: Engine, shipment: Model, locked: ExternalTask) -> None:
    start(engine, shipment)
    free = {"url": engine.url, "topic_name": shipment.pack, "not_locked": True}
    assert pycamunda.externaltask.Count(**free)() == 1
    (task,) = pycamunda.externaltask.GetList(**free, sort_by="task_priority", ascending=False)()
    assert (task.priority, task.lock_expiration_time, task.error_details) == (7, None, "")
    now = dt.datetime.now(dt.UTC)
    (held,) = pycamunda.externaltask.GetList(
        url=engine.url, topic_name=shipment.pack, lock_expiration_after=now, worker_id=WORKER, locked=True
    )()
    assert held.id_ == locked.id_
    pycamunda.externaltask.SetPriority(url=engine.url, id_=task.id_, priority=-1)()
    assert pycamunda.externaltask.Count(**free, priority_lower_equals=0)() == 1


def test_a_task_made_while_a_worker_polls_arrives_promptly(engine: Engine, shipment: Model) -> None:
    deploy(engine, shipment)
    with in_thread(fetching(engine, shipment.pack, LONG)) as poll:
        assert_unanswered(poll)
        instance = start(engine, shipment)
        (task,) = poll.result(PROMPTLY)
    assert task.process_instance_id == instance


def test_a_task_unlocked_while_a_worker_polls_arrives_promptly(
    engine: Engine, shipment: Model, locked: ExternalTask
) -> None:
    with in_thread(fetching(engine, shipment.pack, LONG, worker="another")) as poll:
        assert_unanswered(poll)
        pycamunda.externaltask.Unlock(url=engine.url, id_=locked.id_)()
        (task,) = poll.result(PROMPTLY)
    assert (task.id_, task.worker_id) == (locked.id_, "another")


def test_an_instance_is_shown_suspended_and_deleted(engine: Engine, shipment: Model, instance: str) -> None:
    tree = pycamunda.processinst.GetActivityInstance(url=engine.url, id_=instance)()
    assert [child.activity_id for child in tree.child_activity_instances] == ["pack"]
    pycamunda.processinst.Suspend(url=engine.url, id_=instance)()
    assert pycamunda.processinst.Get(url=engine.url, id_=instance)().suspended
    assert fetching(engine, shipment.pack)() == ()
    pycamunda.processinst.Activate(url=engine.url, id_=instance)()
    assert fetch_one(engine, shipment.pack).process_instance_id == instance
    pycamunda.processinst.Delete(url=engine.url, id_=instance)()
    with pytest.raises(pycamunda.NotFound, match=f"Process instance with id {instance} does not exist"):
        pycamunda.processinst.Get(url=engine.url, id_=instance)()


def test_a_person_claims_and_completes_a_task(engine: Engine, approval: Model) -> None:
    deploy(engine, approval)
    instance = start(engine, approval)
    (task,) = pycamunda.task.GetList(url=engine.url, candidate_group="managers", process_instance_id=instance)()
    assert (task.name, task.assignee) == ("Approve", None)
    pycamunda.task.Claim(url=engine.url, id_=task.id_, user_id="alice")()
    assert pycamunda.task.Get(url=engine.url, id_=task.id_)().assignee == "alice"
    with pytest.raises(pycamunda.NoSuccess, match="already claimed by someone else"):
        pycamunda.task.Claim(url=engine.url, id_=task.id_, user_id="bob")()
    request = pycamunda.task.Complete(url=engine.url, id_=task.id_)
    request.add_variable(name="approved", value=True)
    request()
    assert engine.has_ended(instance)


def test_a_client_signs_in(guarded_engine: Engine, shipment: Model) -> None:
    guarded_engine.deploy(shipment)
    guarded_engine.start(shipment)
    request = fetching(guarded_engine, shipment.pack)
    request.auth = (USER, PASSWORD)
    (task,) = request()
    assert task.worker_id == WORKER


def test_signals_start_an_instance_and_let_it_go_on(engine: Engine, alarm: Model) -> None:
    deploy(engine, alarm)
    pycamunda.signal.EventAll(url=engine.url, name=alarm.alarm).add_variable(name="floor", value=3)()
    (begun,) = engine.instances(alarm)
    assert engine.variables(begun["id"])["floor"]["value"] == 3
    pycamunda.signal.EventAll(url=engine.url, name=alarm.alarm, without_tenant_id=True)()
    (task,) = pycamunda.task.GetList(url=engine.url, process_instance_id=begun["id"])()
    assert task.name == "Look"
    with pytest.raises(pycamunda.PyCamundaException, match="has not subscribed to a signal event"):
        pycamunda.signal.EventSingle(url=engine.url, name=alarm.alarm, execution_id=begun["id"])()


def test_messages_start_an_instance_and_let_it_go_on(engine: Engine, delivery: Model) -> None:
    deploy(engine, delivery)
    order = pycamunda.message.CorrelateSingle(
        url=engine.url, message_name=delivery.ordered, business_key="o-1", result_enabled=True
    )
    order.add_process_variable(name="amount", value=3)
    (begun,) = order()
    assert begun.process_instance.business_key == "o-1"
    # The client cannot read variables in results: it takes the names for the variables.
    payment = pycamunda.message.CorrelateAll(url=engine.url, message_name=delivery.paid, result_enabled=True)
    payment.add_correlation_key(name="amount", value=3)
    (went_on,) = payment()
    assert (went_on.execution.process_instance_id, went_on.execution.ended) == (begun.process_instance.id_, True)
    with pytest.raises(pycamunda.PyCamundaException, match="Cannot correlate message"):
        pycamunda.message.CorrelateSingle(url=engine.url, message_name=delivery.paid)()
