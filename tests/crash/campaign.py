"""One campaign from start to end: servers under load, one fault after the other; then all work ends, and is judged.

Called by the tests and by ``python -m tests.crash``.
"""

import asyncio
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.checked_http import checked_async
from tests.crash import checker, faults, locks, probes, stored
from tests.crash.cluster import Cluster
from tests.crash.faults import Fault, System
from tests.crash.history import History, Outcome
from tests.crash.load import Load
from tests.crash.recovery import Limits, Observer, Recovery
from tests.crash.server import serving

MODELS = sorted(Path(__file__).parent.glob("*.bpmn"))
WORKERS = 8
STARTERS = 2
#: Seconds of work before a fault.
_PEACE = (0.2, 0.8)
#: Seconds that all work may take to end when the faults are over.
_DRAINED = 300.0


@dataclass
class Report:
    """What happened, in figures, and what was wrong."""

    faults: Counter[str] = field(default_factory=Counter)
    recovery: Recovery = field(default_factory=Recovery)
    sent: int = 0
    lost_answers: int = 0
    unavailable: int = 0
    starts: int = 0
    completions: int = 0
    grants: int = 0
    granted_again: int = 0
    instances: int = 0
    seconds: float = 0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kinds = ", ".join(f"{number} {name}" for name, number in sorted(self.faults.items()))
        return "; ".join(
            (
                f"{self.faults.total()} faults in {self.seconds:.0f} s ({kinds})",
                f"{self.sent} requests, {self.lost_answers} without an answer, {self.unavailable} unavailable",
                f"acknowledged: {self.starts} starts, {self.completions} completions, {self.grants} locks",
                f"{self.granted_again} tasks granted again, {self.instances} instances",
                f"answered during it after {spread(self.recovery.answered)} s",
                f"served after {spread(self.recovery.served)} s, polls woke after {spread(self.recovery.woken)} s",
                f"{self.recovery.lines} lines logged, {len(self.problems)} problems",
            )
        )


def spread(values: Sequence[float]) -> str:
    """Least, median, most."""
    if not values:
        return "–"
    return f"{min(values):.2f}/{statistics.median(values):.2f}/{max(values):.2f}"


@dataclass(frozen=True)
class Campaign:
    """What to do, to what."""

    url: str
    folder: Path
    plan: Sequence[Fault]
    cluster: Cluster | None = None
    servers: int = 1
    seed: int = 1
    limits: Limits = field(default_factory=Limits)
    #: Is given a line for each fault.
    progress: Callable[[str], None] = lambda line: None

    async def run(self) -> Report:
        """Carry the plan out, until the first fault after which a server serves no more."""
        begun, report = time.monotonic(), Report()
        asked = await probes.probes(self.url)
        async with serving(self.url, self.folder, self.servers) as servers:
            await _deploy(servers[0].port)
            system = System(self.url, servers, self.cluster, random.Random(self.seed))
            load = Load([server.port for server in servers], self.seed, calm=self.cluster is None)
            await load.prepare()
            async with asyncio.TaskGroup() as group:
                group.create_task(load.run(workers=WORKERS, starters=STARTERS))
                await self._strike(system, Observer(servers, load, asked, self.limits, self.cluster), report)
                drained = not report.recovery.hopeless and await load.drain(_DRAINED)
                load.over.set()
                if report.recovery.hopeless:  # nothing that waits for an answer shall wait on
                    await asyncio.gather(*(server.kill() for server in servers))
            ends = await asyncio.gather(*(server.stop() for server in servers))
        report.problems += [f"{server.name} did not stop" for server, end in zip(servers, ends, strict=True) if not end]
        report.problems += system.damage
        await self._judge(report, load, drained=drained)
        report.seconds = time.monotonic() - begun
        return report

    async def _judge(self, report: Report, load: Load, *, drained: bool) -> None:
        recovered, woken = report.recovery, report.recovery.woken
        report.problems += recovered.problems
        if woken and statistics.median(woken) > self.limits.usually_woken:
            report.problems.append(f"polls are not woken at once: {spread(woken)} s")
        if not drained and not recovered.hopeless:
            report.problems.append(f"work did not end within {_DRAINED:.0f} s")
        final = await asyncio.to_thread(stored.read, self.url)
        report.problems += checker.problems(load.history, final, ended=drained)
        report.instances = len(final.instances)
        _count(report, load.history)
        report.sent, report.lost_answers, report.unavailable = load.sent, load.lost_answers, load.unavailable

    async def _strike(self, system: System, observer: Observer, report: Report) -> None:
        for name, seconds in self.plan:
            await asyncio.sleep(system.choice.uniform(*_PEACE))
            strike = faults.STRIKES[name](system, seconds)
            found = await observer.during(strike, timed=name not in faults.UNTIMED)
            report.faults[name] += 1
            what = f"fault {report.faults.total()} ({name}, {seconds:.1f} s)"
            report.recovery.add(found, what)
            self.progress(f"{what}: served after {spread(found.served)} s; {', '.join(found.problems) or 'well'}")
            if found.hopeless:
                return
            if name == "promotion":
                await faults.repair(system)


def _count(report: Report, history: History) -> None:
    report.starts = sum(each.outcome is Outcome.DONE for each in history.starts)
    report.completions = sum(each.outcome is Outcome.DONE for each in history.completions)
    report.grants = sum(len(each.tasks) for each in history.fetches)
    report.granted_again = locks.granted_again(history)


async def _deploy(port: int) -> None:
    async with checked_async(trust_env=False) as client:
        response = await client.post(
            f"http://127.0.0.1:{port}/engine-rest/deployment/create",
            data={"deployment-name": "fault test"},
            files={model.stem: (model.name, model.read_bytes()) for model in MODELS},
        )
        response.raise_for_status()
