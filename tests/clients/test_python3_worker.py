"""PyPI ``camunda-external-task-client-python3``: its workers and engine clients, blocking and asynchronous.

Its examples number their workers, so the worker here is a number too (contract 5.2).
"""

import asyncio
import sys
from base64 import b64decode
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from camunda.client.engine_client import EngineClient
from camunda.client.external_task_client import ExternalTaskClient
from camunda.external_task.async_external_task_worker import AsyncExternalTaskWorker
from camunda.external_task.external_task import ExternalTask, TaskResult
from camunda.external_task.external_task_worker import ExternalTaskWorker, NoExternalTaskFound
from camunda.process_definition.process_definition_client import ProcessDefinitionClient

from tests.clients.conftest import PASSWORD, USER
from tests.clients.engine import Engine, Model
from tests.clients.programs import running
from tests.clients.values import FILE_CONTENT, TYPED, assert_stored
from tests.clients.waiting import LONG, PROMPTLY, assert_unanswered, in_thread, until

AT_ONCE = {"asyncResponseTimeout": 0, "maxTasks": 5}
WAITING = {"asyncResponseTimeout": LONG, "maxTasks": 5}
NUMBER = 7


def worker(engine: Engine, config: dict[str, Any] | None = None, number: int = NUMBER) -> ExternalTaskWorker:
    return ExternalTaskWorker(worker_id=number, base_url=engine.url, config=AT_ONCE if config is None else config)


def completing(**variables: Any) -> Any:  # noqa: ANN401
    return lambda task: task.complete(variables)


def test_a_worker_takes_an_order_from_its_start_to_its_end(engine: Engine, shipment: Model) -> None:
    engine.deploy(shipment)
    started = EngineClient(engine.url).start_process(shipment.key, {"amount": 3}, business_key="order-1")
    seen: list[ExternalTask] = []

    def pack(task: ExternalTask) -> TaskResult:
        seen.append(task)
        return task.complete({"parcels": 2, "marks": ["a", {"b": None}]}, {"scratch": "not kept"})

    def send(task: ExternalTask) -> TaskResult:
        seen.append(task)
        return task.complete()

    worker(engine).fetch_and_execute(shipment.pack, pack)
    worker(engine).fetch_and_execute([shipment.send], send)

    packing, sending = seen
    assert packing.get_worker_id() == str(NUMBER)
    assert packing.get_process_instance_id() == started["id"]
    assert packing.get_business_key() == "order-1"
    assert packing.get_extension_property("station") == "north"
    assert packing.get_variables() == {"amount": 3}
    assert sending.get_variables() == {"amount": 3, "parcels": 2, "marks": ["a", {"b": None}]}
    assert engine.has_ended(started["id"])


def test_every_type_a_worker_sends_is_kept(engine: Engine, shipment: Model) -> None:
    engine.deploy(shipment)
    instance = engine.start(shipment)
    worker(engine).fetch_and_execute(shipment.pack, completing(**TYPED))
    assert_stored(engine, instance, TYPED)


def test_untyped_values_get_the_type_they_have_in_json(engine: Engine, shipment: Model) -> None:
    engine.deploy(shipment)
    instance = engine.start(shipment)
    worker(engine).fetch_and_execute(
        shipment.pack, completing(text="1", small=1, large=2**40, part=0.5, yes=True, nothing=None, list=[1], map={})
    )
    types = {name: variable["type"] for name, variable in engine.variables(instance).items()}
    assert types == {
        "text": "String",
        "small": "Integer",
        "large": "Long",
        "part": "Double",
        "yes": "Boolean",
        "nothing": "Null",
        "list": "Object",
        "map": "Object",
    }


def test_a_file_can_be_read_with_the_engine_client(engine: Engine, shipment: Model) -> None:
    engine.deploy(shipment)
    instance = engine.start(shipment)
    worker(engine).fetch_and_execute(shipment.pack, completing(note=TYPED["note"]))
    read = EngineClient(engine.url).get_process_instance_variable(instance, "note", with_meta=True)
    assert b64decode(read["value"]) == FILE_CONTENT
    assert read["valueInfo"]["filename"] == "note.txt"


def test_a_failing_task_comes_back_until_its_retries_are_used_up(engine: Engine, shipment: Model) -> None:
    engine.deploy(shipment)
    instance = engine.start(shipment)

    def fail(task: ExternalTask) -> TaskResult:
        return task.failure("printer on fire", "line 1\nline 2", max_retries=2, retry_timeout=0)

    for retries in (2, 1):
        worker(engine).fetch_and_execute(shipment.pack, fail)
        task = engine.task(instance)
        assert (task["retries"], task["errorMessage"]) == (retries, "printer on fire")
        assert engine.incidents(instance) == []
    worker(engine).fetch_and_execute(shipment.pack, fail)
    (incident,) = engine.incidents(instance)
    assert incident["incidentMessage"] == "printer on fire"
    with pytest.raises(NoExternalTaskFound):
        worker(engine).fetch_and_execute(shipment.pack, fail)


def test_a_failed_task_rests_until_its_retry_timeout_is_over(engine: Engine, shipment: Model) -> None:
    engine.deploy(shipment)
    engine.start(shipment)
    worker(engine).fetch_and_execute(shipment.pack, lambda task: task.failure("later", "", 3, retry_timeout=60_000))
    with pytest.raises(NoExternalTaskFound):
        worker(engine).fetch_and_execute(shipment.pack, completing())


def test_an_error_takes_the_way_of_its_boundary_event(engine: Engine, shipment: Model) -> None:
    engine.deploy(shipment)
    instance = engine.start(shipment)
    worker(engine).fetch_and_execute(
        shipment.pack, lambda task: task.bpmn_error("OUT_OF_STOCK", "none left", {"missing": 4})
    )
    stored = engine.variables(instance)
    assert stored["missing"]["value"] == 4
    assert stored["reason"]["value"] == "none left"
    worker(engine).fetch_and_execute(shipment.reorder, completing())
    assert engine.has_ended(instance)


def test_a_task_locked_by_another_worker_is_refused_with_the_servers_words(engine: Engine, shipment: Model) -> None:
    engine.deploy(shipment)
    instance = engine.start(shipment)
    ExternalTaskClient(NUMBER, engine.url, AT_ONCE).fetch_and_lock(shipment.pack)
    task = engine.task(instance)["id"]
    with pytest.raises(Exception, match=rf"400 : RestException : External Task {task} cannot be completed by worker"):
        ExternalTaskClient(8, engine.url, AT_ONCE).complete(task, {})


def test_only_tasks_of_the_wanted_process_variables_are_handed_out(engine: Engine, shipment: Model) -> None:
    engine.deploy(shipment)
    engine.start(shipment, lane="slow")
    wanted = engine.start(shipment, lane="fast")
    found = ExternalTaskClient(NUMBER, engine.url, AT_ONCE).fetch_and_lock(shipment.pack, {"lane": "fast"}, ["lane"])
    assert [task["processInstanceId"] for task in found] == [wanted]
    assert found[0]["variables"] == {"lane": {"type": "String", "value": "fast", "valueInfo": {}}}


def test_the_engine_client_finds_instances_by_their_variables(engine: Engine, shipment: Model) -> None:
    engine.deploy(shipment)
    engine.start(shipment, size="small", lane="slow")
    wanted = engine.start(shipment, size="large", lane="slow")
    found = EngineClient(engine.url).get_process_instance(shipment.key, ["size_like_l%", "lane_eq_slow"])
    assert [instance["id"] for instance in found] == [wanted]


def test_a_process_starts_by_its_version_tag(engine: Engine, shipment: Model) -> None:
    engine.deploy(shipment)
    engine.deploy(shipment)
    client = ProcessDefinitionClient(engine.url)
    started = client.start_process_by_version(shipment.key, f"{shipment.key}-tag", {"amount": 1}, business_key="b")
    assert started["definitionId"].startswith(f"{shipment.key}:2:")
    assert started["businessKey"] == "b"
    with pytest.raises(Exception, match="no process definitions found"):
        client.start_process_by_version(shipment.key, "another-tag", {})


def test_the_engine_client_correlates_messages(engine: Engine, delivery: Model) -> None:
    engine.deploy(delivery)
    client = EngineClient(engine.url)
    (begun,) = client.correlate_message(delivery.ordered, business_key="o-1", process_variables={"amount": 3})
    instance = begun["processInstance"]["id"]
    assert engine.variables(instance)["amount"]["value"] == 3
    (went_on,) = client.correlate_message(delivery.paid, process_instance_id=instance)
    assert (went_on["resultType"], went_on["execution"]["processInstanceId"]) == ("Execution", instance)
    with pytest.raises(Exception, match="No process definition or execution matches the parameters"):
        client.correlate_message(delivery.paid, business_key="o-1")


def test_a_task_made_while_a_worker_polls_arrives_promptly(engine: Engine, shipment: Model) -> None:
    engine.deploy(shipment)
    polling = worker(engine, WAITING)
    with in_thread(lambda: polling.fetch_and_execute(shipment.pack, completing())) as poll:
        assert_unanswered(poll)
        instance = engine.start(shipment)
        poll.result(PROMPTLY)
    assert engine.activity(instance) == "send"


def test_a_poll_for_which_nothing_comes_ends_with_nothing(engine: Engine, shipment: Model) -> None:
    engine.deploy(shipment)
    assert ExternalTaskClient(NUMBER, engine.url, {"asyncResponseTimeout": 200}).fetch_and_lock(shipment.pack) == []


def test_a_worker_that_runs_as_its_own_program_serves_until_it_is_ended(
    engine: Engine, shipment: Model, tmp_path: Path
) -> None:
    engine.deploy(shipment)
    script = Path(__file__).with_name("python3_worker.py")
    command = [sys.executable, str(script), engine.url, shipment.pack, shipment.send]
    with running(command, tmp_path) as program:
        program.wait_for("polling")
        for _ in range(3):
            until(partial(engine.has_ended, engine.start(shipment)))
        assert program.status is None
        assert program.output.count("done") == 6


def test_an_asynchronous_worker_serves_several_topics(engine: Engine, shipment: Model) -> None:
    engine.deploy(shipment)

    async def serve() -> str:
        served = AsyncExternalTaskWorker("async", engine.url, {"asyncResponseTimeout": 1000, "sleepSeconds": 0})
        sent = asyncio.Event()

        async def pack(task: ExternalTask) -> TaskResult:
            return task.complete({"parcels": 2})

        async def send(task: ExternalTask) -> TaskResult:
            assert task.get_variable("parcels") == 2
            sent.set()
            return task.complete()

        serving = asyncio.create_task(served.subscribe({shipment.pack: pack, shipment.send: send}))
        instance = await asyncio.to_thread(engine.start, shipment)
        async with asyncio.timeout(PROMPTLY):
            await sent.wait()
            await asyncio.to_thread(until, lambda: engine.has_ended(instance))
            await served.stop()
            await serving
        return instance

    assert engine.has_ended(asyncio.run(serve()))


def test_an_asynchronous_worker_whose_action_breaks_reports_a_failure(engine: Engine, shipment: Model) -> None:
    engine.deploy(shipment)
    instance = engine.start(shipment)

    async def serve() -> None:
        served = AsyncExternalTaskWorker("async", engine.url, {"asyncResponseTimeout": 0, "retries": 4})

        async def broken(task: ExternalTask) -> TaskResult:
            raise LookupError("no such shelf")

        await served.fetch_and_execute(shipment.pack, broken)
        async with asyncio.timeout(PROMPTLY):
            await asyncio.gather(*served.running_tasks)

    asyncio.run(serve())
    task = engine.task(instance)
    assert (task["retries"], task["errorMessage"]) == (4, "Task execution failed")


def test_a_worker_signs_in(guarded_engine: Engine, shipment: Model) -> None:
    guarded_engine.deploy(shipment)
    instance = guarded_engine.start(shipment)
    with pytest.raises(Exception, match="401"):
        ExternalTaskClient(NUMBER, guarded_engine.url, AT_ONCE).fetch_and_lock(shipment.pack)
    config = AT_ONCE | {"auth_basic": {"username": USER, "password": PASSWORD}}
    worker(guarded_engine, config).fetch_and_execute(shipment.pack, completing())
    assert guarded_engine.activity(instance) == "send"
