"""npm ``camunda-external-task-client-js``, the vendor's own worker: the scripts in ``node/`` run it as its users do.

A script prints a line of JSON for what it saw, and ends by itself; the first test of a session installs the packages.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import NODE_FOLDER as FOLDER
from tests.clients.conftest import PASSWORD, USER
from tests.clients.engine import Engine, Json, Model
from tests.clients.programs import finished, running
from tests.clients.values import TYPED
from tests.clients.waiting import LONG, PROMPTLY

Run = Callable[..., list[Json]]


@pytest.fixture
def run(node: str, engine: Engine, shipment: Model) -> Run:
    """Run a script at the server until it ends; the events it tells of."""

    def run_script(name: str, **more: Any) -> list[Json]:  # noqa: ANN401
        done = finished(command(node, name, engine, shipment, **more), FOLDER)
        assert done.returncode == 0, done.stderr
        return events(done.stdout)

    return run_script


def command(node: str, name: str, engine: Engine, model: Model, **more: Any) -> list[str]:  # noqa: ANN401
    topics = {"pack": model.pack, "send": model.send, "reorder": model.reorder}
    return [node, str(FOLDER / f"{name}.js"), json.dumps({"url": engine.url, **topics, **more})]


def events(output: str) -> list[Json]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture
def instance(engine: Engine, shipment: Model) -> str:
    """An instance that waits at the first task."""
    engine.deploy(shipment)
    return engine.start(shipment, amount=3)


def test_a_worker_takes_an_order_from_its_start_to_its_end(run: Run, engine: Engine, instance: str) -> None:
    packing, sending = run("order")
    assert packing == {
        "event": "pack",
        "amount": {"type": "integer", "value": 3, "valueInfo": {}},
        "businessKey": None,
        "extensionProperties": {"station": "north"},
        "instance": instance,
    }
    assert sending == {
        "event": "send",
        "variables": {
            "amount": 3,
            "fragile": True,
            "pieces": 42,
            "barcode": 4_012_345_678_901,
            "weight": 1.25,
            "label": "Grüße – 荷物",
            "remark": None,
            "contents": {"books": [1, 2], "gift": None},
            "shelf": 7,
        },
        "packed": "2024-02-29T12:30:00.125Z",
    }
    assert engine.has_ended(instance)


def test_every_type_the_client_names_is_kept_as_the_servers_own(run: Run, engine: Engine, shipment: Model) -> None:
    engine.deploy(shipment)
    instance = engine.start(shipment, amount=3)
    run("order", packOnly=True)
    stored = engine.variables(instance)
    same = ("fragile", "shelf", "pieces", "barcode", "weight", "packed", "label", "remark")
    assert {name: stored[name] for name in same} == {name: TYPED[name] for name in same}
    assert stored["contents"] == {"type": "Json", "value": '{"books":[1,2],"gift":null}', "valueInfo": {}}
    assert stored.keys() == {*same, "contents", "amount"}


def test_a_failure_without_retries_raises_an_incident(run: Run, engine: Engine, instance: str) -> None:
    first, second = run("failure")
    assert (first["retries"], first["errorMessage"]) == (None, None)
    assert (second["retries"], second["errorMessage"]) == (1, "printer on fire")
    assert second["errorDetails"] == "line 1\nline 2"
    (incident,) = engine.incidents(instance)
    assert incident["incidentMessage"] == "burnt down"
    assert engine.task(instance)["retries"] == 0


def test_an_error_takes_the_way_of_its_boundary_event(run: Run, engine: Engine, instance: str) -> None:
    (reordering,) = run("error")
    assert reordering["variables"] == {"amount": 3, "missing": 4, "reason": "none left"}
    assert engine.has_ended(instance)


def test_a_task_is_kept_longer_given_back_and_locked_again(run: Run, engine: Engine, instance: str) -> None:
    extended, again, refused = run("locks")
    assert extended["id"] == again["id"]
    assert refused["type"] == "RestException"
    assert refused["code"] == 0
    assert f"External task with id {again['id']} does not exist" in refused["message"]
    assert engine.activity(instance) == "send"


def test_files_are_sent_and_loaded(run: Run, engine: Engine, instance: str) -> None:
    (sending,) = run("files")
    assert sending["note"] == {"filename": "note.bin", "content": [0, 255, 10]}
    assert sending["script"] == {
        "filename": "files.js",
        "encoding": "UTF-8",
        "content": (FOLDER / "files.js").read_text(),
    }
    assert engine.has_ended(instance)


def test_a_task_made_while_a_worker_polls_arrives_promptly(
    node: str, engine: Engine, shipment: Model, tmp_path: Path
) -> None:
    engine.deploy(shipment)
    with running(command(node, "polling", engine, shipment, timeout=LONG), tmp_path) as program:
        program.wait_for("polling")
        program.assert_goes_on()
        instance = engine.start(shipment)
        assert program.wait(PROMPTLY) == 0
        assert events(program.output) == [{"event": "polling"}, {"event": "pack", "instance": instance}]
    assert engine.activity(instance) == "send"


def test_a_worker_signs_in(node: str, guarded_engine: Engine, shipment: Model) -> None:
    guarded_engine.deploy(shipment)
    instance = guarded_engine.start(shipment, amount=3)
    signed = command(node, "order", guarded_engine, shipment, user=USER, password=PASSWORD)
    done = finished(signed, FOLDER)
    assert done.returncode == 0, done.stderr
    assert guarded_engine.has_ended(instance)


def test_a_worker_that_does_not_sign_in_is_told_so(node: str, guarded_engine: Engine, shipment: Model) -> None:
    (refused,) = events(finished(command(node, "order", guarded_engine, shipment), FOLDER).stdout)
    assert refused["event"] == "poll:error"
    assert "401" in refused["message"]
