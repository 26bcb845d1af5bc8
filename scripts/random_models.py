"""Runs random processes that end on one or two servers of the Camunda 7 REST API, and compares their traces.

Every seed makes one process (``random_processes``), which is deployed, started, and led on by actions that the seed
chooses too: tasks, jobs, messages, signals, conditions, errors, escalations. With --against the traces of one server
are compared with a file, with --record those of the first are added to one, without those that it has. Servers must not
execute jobs by themselves: --own is this checkout's application in this process, on a new SQLite file; --oracle starts
the real server by its script.

Exits with 0 when all traces agree, with 1 when one differs, with 2 when nothing can be run.
"""

import argparse
import asyncio
import contextlib
import sys
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from model_driver import models, own_servers
from model_driver.rest import Server, Unusable
from model_driver.running import run_model
from random_processes import traces
from random_processes.processes import COMPOSED, key_of, process
from random_processes.traces import Trace, traced
from random_processes.walking import Walk
from taskbridge.engine.bpmn import read_bpmn


def parsed(options: Sequence[str] | None = None) -> argparse.Namespace:
    """The arguments of the command. SystemExit for wrong ones."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--count", type=int, default=100, metavar="N", help="how many processes (100)")
    add(
        "--seed",
        type=int,
        default=1,
        metavar="N",
        help="the first seed (1; random_processes.processes says which have what)",
    )
    add("--server", action="append", default=[], dest="servers", metavar="URL")
    add("--oracle", type=Path, metavar="SCRIPT", help="start the real server by this script: SCRIPT PORT")
    add("--own", action="store_true", help="this checkout's application; it is the last one")
    add("--record", type=Path, metavar="FILE", help="write the traces of the first server")
    add("--against", type=Path, metavar="FILE", help="compare with recorded traces")
    add("--at-once", type=int, default=2, metavar="N", help="how many run at the same time (2)")
    add("--show", type=int, metavar="SEED", help="print the process of a seed, and nothing else")
    given = parser.parse_args(options)
    sides = len(given.servers) + bool(given.oracle) + given.own + bool(given.against)
    if given.show is None and not 1 <= sides <= 2:
        parser.error("one or two servers; a recording is compared with one")
    return given


async def trace_of(server: Server, seed: int) -> Trace:
    """The trace of one seed."""
    model = models.read(f"random-{seed}.bpmn", process(seed))
    key = key_of(seed)
    started = replace(model, entries={key: model.entries[key]})
    return traced(seed, await run_model(server, started, Walk(seed), whole_tree=seed >= COMPOSED))


@dataclass(slots=True)
class Comparison:
    """Takes seeds through one or two servers. ``against`` are recorded traces, ``record`` is a file for those made."""

    servers: list[Server]
    against: dict[int, Trace] | None = None
    record: TextIO | None = None
    agreed: int = 0
    differed: int = 0
    hung: int = 0  # agree until the other waits for ever at inclusive joins (docs/fidelity.md)
    decided: int = 0  # differ by decision
    states: int = 0

    async def through(self, seeds: Iterable[int], at_once: int) -> bool:
        """Run all seeds, so many at a time; whether all agree."""
        waiting = iter(seeds)
        begun = time.monotonic()
        await asyncio.gather(*(self._some(waiting) for _ in range(at_once)))
        taken = time.monotonic() - begun
        print(
            f"{self.agreed} processes agree in {self.states} states, {self.hung} of them until joins hang on the other"
            f" server, {self.decided} differ by decision, {self.differed} differ; {taken:.0f} s"
        )
        return self.differed == 0

    async def _some(self, seeds: Iterator[int]) -> None:
        for seed in seeds:
            ours, *others = await asyncio.gather(*(trace_of(server, seed) for server in self.servers))
            if self.record is not None:
                self.record.write(traces.written(ours))
                self.record.flush()
            if self.against is not None and seed in self.against:
                others.append(self.against[seed])
            self._compare(ours, others)

    def _compare(self, one: Trace, others: list[Trace]) -> None:
        self.states += len(one.steps)
        for other in others:
            found = one.difference(other)
            if found is None:
                self.agreed += 1
                continue
            step, left, right = found
            if step < len(other.steps) and traces.hangs(right, _reach(one.seed)):
                self.agreed += 1
                self.hung += 1
                continue
            if one.seed in traces.DECIDED:
                self.decided += 1
                continue
            self.differed += 1
            print(f"seed {one.seed} differs at step {step} of {len(other.steps)}\n  {left}\n  {right}")


def _reach(seed: int) -> Mapping[str, Collection[str]]:
    """The nodes before each inclusive join of a seed's process."""
    made = read_bpmn(f"random-{seed}.bpmn", process(seed))
    return {name: before for each in made for name, before in each.reach.items()}


def _seeds(given: argparse.Namespace, against: dict[int, Trace] | None) -> list[int]:
    """The seeds that are to be run: beside a recording those that it has, otherwise those that are not recorded yet."""
    seeds = range(given.seed, given.seed + given.count)
    done = traces.read(given.record) if given.record and given.record.exists() else {}
    return [seed for seed in seeds if seed not in done and (against is None or seed in against)]


def _own(stack: contextlib.AsyncExitStack) -> contextlib.AbstractAsyncContextManager[Server]:
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="random-"))
    return own_servers.application(f"sqlite:///{folder}/taskbridge.db")


async def run(given: argparse.Namespace) -> bool:
    """Do what the arguments say; whether all agree. Unusable, OSError or ValueError when it cannot be done."""
    against = traces.read(given.against) if given.against else None
    async with contextlib.AsyncExitStack() as stack:
        urls = [*([stack.enter_context(own_servers.oracle(given.oracle))] if given.oracle else []), *given.servers]
        servers = [await stack.enter_async_context(Server(url)) for url in urls]
        servers += [await stack.enter_async_context(_own(stack))] if given.own else []
        seeds = _seeds(given, against)
        record = stack.enter_context(given.record.open("a", encoding="utf-8")) if given.record else None
        return await Comparison(servers, against, record).through(seeds, given.at_once)


def main(options: Sequence[str] | None = None) -> int:
    """Run the command; its exit status."""
    given = parsed(options)
    if given.show is not None:
        print(process(given.show).decode())
        return 0
    try:
        return 0 if asyncio.run(run(given)) else 1
    except (Unusable, OSError, ValueError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
