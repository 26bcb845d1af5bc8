"""Prints what large processes cost: their start, a completion, their deletion, and how long other requests wait.

These are multi-instance activities of many elements, and call activities on many levels.

Run by hand, from anywhere; takes some minutes and leaves nothing behind.
"""

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

import orjson

from bench import servers
from bpmn_writing import document
from multi_instance_models import STYLES
from taskbridge.engine.variables import Variable
from taskbridge.service import processes, tasks
from taskbridge.service.unit import Services, Unit, opened
from taskbridge.settings import Settings
from taskbridge.store import user_task_lists
from taskbridge.store.lists import Page
from taskbridge.store.user_task_lists import UserTaskFilter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.service.deploying import deployed

_NUMBERS = (100, 1_000, 10_000)
_LEVELS = (10, 100, 1_000)
_COMPLETIONS = 50


class Times(NamedTuple):
    """What was measured of one process: seconds of the start, milliseconds of the others."""

    start: float
    completion: float
    cancellation: float
    held: float  # the longest wait of another, small transaction during start and cancellation

    def __str__(self) -> str:
        return (
            f"start {self.start:.2f} s, a completion {self.completion:.1f} ms, deletion {self.cancellation:.0f} ms, "
            f"others waited up to {self.held:.0f} ms; "
            f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MB"
        )


def _model(style: str, kind: str) -> tuple[str, bytes]:
    loop = (
        f'<multiInstanceLoopCharacteristics isSequential="{STYLES[style]}" '
        'camunda:collection="all" camunda:elementVariable="one"/>'
    )
    inner = (
        '<startEvent id="begin"/><sequenceFlow id="f" sourceRef="begin" targetRef="inner"/><userTask id="inner"/>'
        if kind == "subProcess"
        else ""
    )
    host = f'<{kind} id="host">{loop}{inner}</{kind}>'
    flows = '<startEvent id="start"/><sequenceFlow id="g" sourceRef="start" targetRef="host"/>'
    key = f"{style}-{kind}"
    return f"{key}.bpmn", document(key, flows, host)


class _Watched:
    """How long small transactions wait while something else goes on."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.longest = 0.0
        self._over = False

    async def __aenter__(self) -> "_Watched":
        self._task = asyncio.create_task(self._ask())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._over = True
        await self._task

    async def _ask(self) -> None:
        while not self._over:
            asked = time.perf_counter()
            await self.services.run(lambda unit: unit.tx.new_id())
            self.longest = max(self.longest, time.perf_counter() - asked)
            await asyncio.sleep(0.01)


def _complete(task: int, unit: Unit) -> None:
    tasks.complete(unit, task)


async def _measured(services: Services, style: str, kind: str, number: int) -> Times:
    definition = await deployed(services, _model(style, kind))
    info = {"objectTypeName": "java.util.ArrayList", "serializationDataFormat": "application/json"}
    given = {"all": Variable("Object", orjson.dumps([f"element {n}" for n in range(number)]).decode(), info)}

    def next_task(unit: Unit) -> int:
        return user_task_lists.find(unit.tx, UserTaskFilter(instance_ids=[started.id]), (), Page(0, 1))[0].id

    async with _Watched(services) as watched:
        begun = time.perf_counter()
        started = await services.run(lambda unit: processes.start(unit, definition, given))
        start = time.perf_counter() - begun
        spent = 0.0
        for _ in range(_COMPLETIONS):
            task = await services.run(next_task)
            begun = time.perf_counter()
            await services.run(partial(_complete, task))
            spent += time.perf_counter() - begun
        begun = time.perf_counter()
        await services.run(lambda unit: processes.delete(unit, started.id))
        cancellation = time.perf_counter() - begun
    return Times(start, spent / _COMPLETIONS * 1000, cancellation * 1000, watched.longest * 1000)


_CALLS = (
    '<startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="which"/>'
    '<exclusiveGateway id="which" default="deeper"/>'
    '<sequenceFlow id="here" sourceRef="which" targetRef="task"><conditionExpression>${level == deepest}'
    '</conditionExpression></sequenceFlow><userTask id="task"/>'
    '<sequenceFlow id="deeper" sourceRef="which" targetRef="call"/>'
    '<callActivity id="call" calledElement="calls"><extensionElements>'
    '<camunda:in source="deepest" target="deepest"/><camunda:in sourceExpression="${level + 1}" target="level"/>'
    "</extensionElements></callActivity>"
)


async def _measured_calls(services: Services, levels: int) -> Times:
    """A process that calls itself; completing the task of the deepest instance completes all of them."""
    definition = await deployed(services, ("calls.bpmn", document("calls", _CALLS)))
    given = {"level": Variable("Integer", 1), "deepest": Variable("Integer", levels)}

    async def begun() -> tuple[float, int]:
        before = time.perf_counter()
        started = await services.run(lambda unit: processes.start(unit, definition, given))
        return time.perf_counter() - before, started.id

    def only_task(unit: Unit) -> int:
        return user_task_lists.find(unit.tx, UserTaskFilter(node_ids=["task"]), (), Page(0, 1))[0].id

    async with _Watched(services) as watched:
        start, _ = await begun()
        task = await services.run(only_task)
        before = time.perf_counter()
        await services.run(partial(_complete, task))
        completion = time.perf_counter() - before
        _, root = await begun()
        before = time.perf_counter()
        await services.run(lambda unit: processes.delete(unit, root))
        cancellation = time.perf_counter() - before
    return Times(start, completion * 1000, cancellation * 1000, watched.longest * 1000)


async def _all_of(database_url: str, name: str) -> None:
    async with opened(Settings(database_url=database_url)) as services:
        for style in STYLES:
            for kind in ("userTask", "subProcess"):
                for number in _NUMBERS:
                    found = await _measured(services, style, kind, number)
                    print(f"{name}: {style} {kind} of {number:,}: {found}", flush=True)
        for levels in _LEVELS:
            print(f"{name}: calls on {levels:,} levels: {await _measured_calls(services, levels)}", flush=True)


def main() -> None:
    """Measure both databases and print the figures."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory(prefix="tb-") as place:
        folder = Path(place)
        asyncio.run(_all_of(f"sqlite:///{folder}/several.db", "SQLite"))
        with servers.postgresql(folder) as (server, _):
            asyncio.run(_all_of(servers.new_database(server, "several"), "PostgreSQL"))


if __name__ == "__main__":
    main()
