"""Reads the database after a crash test and holds it against the ledger: what was promised must be there, once.

Used by the crash test only; reads the tables as they are, past the program.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import create_engine, text

from taskbridge.dialects.camunda.ids import Kind, decode
from taskbridge.engine.state import ActivityState, InstanceState
from tests.crash.load import Ledger

STEPS = ("step1", "step2", "step3")


@dataclass
class Stored:
    """What the database holds: per instance its state and variables, and its tasks in the order they were made."""

    instances: dict[int, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    tasks: defaultdict[int, list[tuple[int, str, int]]] = field(default_factory=lambda: defaultdict(list))
    damage: list[str] = field(default_factory=list)


def read(database_url: str) -> Stored:
    """Everything of interest."""
    stored = Stored()
    engine = create_engine(database_url)
    with engine.connect() as connection:
        for number, state, document in connection.execute(text("SELECT id, state, variables FROM process_instance")):
            stored.instances[number] = (state, {name: kept[1] for name, kept in orjson.loads(document).items()})
        rows = connection.execute(text("SELECT id, instance_id, node_id, state FROM activity_instance ORDER BY id"))
        for number, instance, node, state in rows:
            stored.tasks[instance].append((number, node, state))
        if engine.dialect.name == "sqlite":
            found = [row[0] for row in connection.execute(text("PRAGMA integrity_check"))]
            stored.damage = [] if found == ["ok"] else found
    engine.dispose()
    return stored


def problems(stored: Stored, ledger: Ledger) -> list[str]:
    """Every promise that was not kept, in words. All instances must have been worked to their end."""
    found = [*stored.damage, *ledger.surprises]
    found += [f"started instance {each} is gone" for each in ledger.started if _instance(each) not in stored.instances]
    completed = {decode(task, Kind.EXTERNAL_TASK): token for task, token in ledger.completed.items()}
    attempts = {decode(task, Kind.EXTERNAL_TASK): tokens for task, tokens in ledger.attempts.items()}
    known = {task for tasks in stored.tasks.values() for task, _, _ in tasks}
    found += [f"completed task {task} is gone" for task in completed.keys() - known]
    for instance, (state, variables) in stored.instances.items():
        told = _problems_of_one(state, variables, stored.tasks[instance])
        for task, node, _ in stored.tasks[instance]:
            allowed = {completed[task]} if task in completed else attempts.get(task, set())
            if variables.get(f"by_{node}") not in allowed:
                told.append(f"{node} was done by {variables.get(f'by_{node}')}, should be one of {allowed}")
        found += [f"instance {instance}: {each}" for each in told]
    return found


def _problems_of_one(state: int, variables: dict[str, Any], tasks: list[tuple[int, str, int]]) -> list[str]:
    told = []
    if state != InstanceState.COMPLETED:
        told.append(f"state {state}")
    if tuple(node for _, node, _ in tasks) != STEPS:
        told.append(f"steps {[node for _, node, _ in tasks]}")
    if any(state != ActivityState.DONE for _, _, state in tasks):
        told.append(f"tasks {tasks}")
    if variables.get("passed") != len(STEPS):
        told.append(f"passed {variables.get('passed')} steps")
    return told


def _instance(text_id: str) -> int:
    return decode(text_id, Kind.PROCESS_INSTANCE)
