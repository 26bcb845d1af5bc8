"""One run: servers on a database, clients against them for some time, everything to its end, and the judgement.

Called by the tests and by ``scripts/stress_events.py``.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests import patience
from tests.checked_http import checked_async
from tests.crash.history import Outcome
from tests.crash.server import TRACES, Server, serving
from tests.stress import checker, stored
from tests.stress.expected import FILES, MODELS
from tests.stress.history import History
from tests.stress.load import Load

#: Seconds that work may take to come to its end by itself; what is left then is cancelled.
_DRAINED = 60.0
#: Requests wait for a connection as long as clients wait for answers: the machine may be slow, and that is no fault.
_OPTIONS = ("--queue-timeout", "60", "--write-timeout", "60")


@dataclass(frozen=True)
class Plan:
    """What is run: for so many seconds, and until at least so many messages were acknowledged."""

    seconds: float
    messages: int = 0
    clients: int = 64
    nodes: int = 2
    seed: int = 1
    #: Keys of the processes.
    processes: Sequence[str] = tuple(MODELS)


@dataclass
class Report:
    """What happened, in figures, and what was wrong."""

    plan: Plan
    seconds: float = 0
    drained: bool = False
    cancelled: int = 0
    history: History = field(default_factory=History)
    final: stored.Stored = field(default_factory=stored.Stored)
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        plan = self.plan
        return "; ".join(
            (
                f"{plan.clients} clients on {plan.nodes} node(s) for {self.seconds:.0f} s, seed {plan.seed}",
                f"{self.history.answers.total():,} requests",
                f"acknowledged: {_told(self.acknowledged)}",
                f"refused: {_told(self.refused)}",
                f"{len(self.final.instances):,} instances, {len(self.final.activities):,} activities",
                f"all ended by themselves: {self.drained}, {self.cancelled} cancelled at the end",
                f"{len(self.problems)} problems",
            )
        )

    @property
    def acknowledged(self) -> Counter[str]:
        """How many requests of each kind were carried out."""
        return Counter(kind for kind, outcome in self._requests() if outcome is Outcome.DONE)

    @property
    def refused(self) -> Counter[str]:
        """How many requests of each kind were refused."""
        return Counter(kind for kind, outcome in self._requests() if outcome is not Outcome.DONE)

    def _requests(self) -> Iterator[tuple[str, Outcome]]:
        history = self.history
        yield from (("starts", each.outcome) for each in history.starts)
        yield from (("completions", each.outcome) for each in history.work.completions)
        yield from (("cancellations", each.outcome) for each in history.cancellations)
        for each in history.deliveries:
            yield "messages to all" if each.receivers is not None else f"{each.kind}s", each.outcome


def _told(numbers: Counter[str]) -> str:
    return ", ".join(f"{number:,} {what}" for what, number in sorted(numbers.items())) or "nothing"


async def run(database_url: str, folder: Path, plan: Plan) -> Report:
    """Run it; the report has every problem."""
    report, begun = Report(plan), time.monotonic()
    async with serving(database_url, folder, plan.nodes, *_OPTIONS) as servers:
        await _deploy(servers[0].port, plan.processes)
        load = Load([server.port for server in servers], plan.seed, plan.processes, history=report.history)
        async with asyncio.TaskGroup() as group:
            group.create_task(load.run(plan.clients))
            await asyncio.sleep(plan.seconds)
            await _until_acknowledged(report, plan.messages)
            report.drained = await load.drained(_DRAINED)
            load.over.set()
        report.cancelled = await load.cancel_all()
        report.problems += _logged(servers)
    report.seconds = time.monotonic() - begun
    report.final = await asyncio.to_thread(stored.read, database_url)
    report.problems += checker.problems(report.history, report.final)
    return report


async def _until_acknowledged(report: Report, messages: int) -> None:
    async with asyncio.timeout(patience.PROGRAM_SECONDS):
        while report.acknowledged["messages"] < messages:
            await asyncio.sleep(0.5)


def _logged(servers: list[Server]) -> list[str]:
    """Lines of the servers' logs that tell of a fault in the program."""
    return [
        f"{server.name} logged {line.decode(errors='replace')}"
        for server in servers
        for line in server.new_lines()
        if any(trace in line for trace in TRACES)
    ]


async def _deploy(port: int, processes: Sequence[str]) -> None:
    models = [FILES / f"{key.removeprefix('Stress').lower()}.bpmn" for key in processes]
    async with checked_async(trust_env=False) as client:
        response = await client.post(
            f"http://127.0.0.1:{port}/engine-rest/deployment/create",
            data={"deployment-name": "stress"},
            files={model.stem: (model.name, model.read_bytes()) for model in models},
        )
        response.raise_for_status()
