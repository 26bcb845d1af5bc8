"""Takes models through one or two servers, by one policy after another, and reports what they did."""

import asyncio
from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import TextIO

from model_driver import recordings
from model_driver.comparing import Outcome, compare
from model_driver.models import Model
from model_driver.policies import POLICIES, Policy
from model_driver.recordings import Recorder, Recordings
from model_driver.reporting import Report, show
from model_driver.rest import TASK_ERROR, TASK_ESCALATION, Server
from model_driver.running import run_model
from model_driver.values import JsonObject

#: What is the second side when it is no server.
RECORDED = "recorded"
_BAD = frozenset({Outcome.DIFFER, Outcome.BROKEN})
#: Recordings show what can be run; a second server may have more elements than the first, or fewer.
_BAD_BESIDE_RECORDINGS = _BAD | {Outcome.ONLY_SECOND, Outcome.NOT_RECORDED}


@dataclass(frozen=True, slots=True)
class Drive:
    """One or two servers that are open. One is compared with ``recorded`` runs, where there are any.

    The runs of the first go to the file ``record``. ``without``: what is not compared (`comparing.PARTS`).
    """

    servers: tuple[Server, ...]
    recorded: Recordings | None = None
    record: TextIO | None = None
    without: Set[str] = frozenset()

    async def through(self, models: Iterable[Model], policies: Iterable[str]) -> bool:
        """Run all models by each policy, and print; whether nothing differed and every server answered.

        Beside recordings, each model must have one, and must be deployed if it was deployed there. What was recorded
        to run as it does by another of the policies is not run again.
        """
        found, names = list(models), list(policies)
        recorder = None if self.record is None else Recorder(self.record)
        reports = [await self._by(POLICIES[name], found, names, recorder) for name in names]
        bad = _BAD if self.recorded is None else _BAD_BESIDE_RECORDINGS
        return not any(report.outcomes[outcome] for report in reports for outcome in bad)

    async def _by(self, policy: Policy, models: list[Model], policies: list[str], recorder: Recorder | None) -> Report:
        compared = len(self.servers) == 2 or self.recorded is not None
        report = Report((self.servers[0].url, self.servers[1].url if len(self.servers) == 2 else RECORDED))
        for model in models:
            if self.recorded is not None and self.recorded.runs_as(model.name, policy.name) in policies:
                report.outcomes[Outcome.AS_OTHER] += 1
                continue
            runs = (run_model(server, model, policy, self._avoided()) for server in self.servers)
            record, *others = await asyncio.gather(*runs)
            if recorder is not None:
                recorder.write(record)
            if recorded := self._recorded(model, policy):
                report.add(compare(recordings.comparable(record), recordings.comparable(recorded), self.without))
            elif others:
                report.add(compare(record, others[0], self.without))
            elif compared:
                report.add_unrecorded(model.name)
            else:
                show(record)
                report.outcomes[Outcome.BROKEN] += "broken" in record
        if compared:
            print(f"policy {policy.name}:")
            unused = self.recorded.unused([model.name for model in models], policy.name) if self.recorded else []
            report.summary(self._lacking(), unused)
        return report

    def _recorded(self, model: Model, policy: Policy) -> JsonObject | None:
        return None if self.recorded is None else self.recorded.of(model.name, policy.name)

    def _avoided(self) -> Set[str]:
        """What an action can do without: a task in which nothing can be thrown on both servers is completed."""
        return self._lacking() & {TASK_ERROR, TASK_ESCALATION}

    def _lacking(self) -> Set[str]:
        """What only one of two servers has."""
        return self.servers[0].has ^ self.servers[1].has if len(self.servers) == 2 else frozenset()
