"""Runs BPMN models on one or two servers of the Camunda 7 REST API, and compares what they do step by step.

PATH is a BPMN file or a folder of them. Each model is deployed alone; its processes are started by each of their start
events, with the same variables; then a policy chooses the next action by names alone: complete a task, execute a job,
correlate a message. With one server the runs are printed, with two they are compared; --against compares one with
recorded runs, by the policies these were made with, and --record writes the runs of the first server
(scripts/model_driver/recordings.py describes the file).

Servers must not execute jobs by themselves: --own starts this checkout's server so, on a new SQLite file, and --oracle
starts the real one by its script. Exits with 0 when nothing differs, with 1 when a model differs or a server does not
answer, with 2 when nothing can be run. With --against, a model that has no recording, or that was deployed there and is
refused here, ends it with 1 too.
"""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from model_driver import models, own_servers, recordings
from model_driver.comparing import PARTS
from model_driver.driving import Drive
from model_driver.policies import DEFAULT, POLICIES
from model_driver.rest import Server, Unusable


def parsed(options: Sequence[str] | None = None) -> argparse.Namespace:
    """The arguments of the command. SystemExit for wrong ones."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("paths", nargs="+", type=Path, metavar="PATH")
    add(
        "--server", action="append", default=[], dest="servers", metavar="URL", help="http://127.0.0.1:8080/engine-rest"
    )
    add("--oracle", type=Path, metavar="SCRIPT", help="start the real server by this script: SCRIPT PORT")
    add("--own", action="store_true", help="start this checkout's server; it is the last one")
    names = ", ".join(POLICIES)
    add(
        "--policy", action="append", choices=POLICIES, dest="policies", metavar="NAME", help=f"{names} ({DEFAULT.name})"
    )
    add("--record", type=Path, metavar="FILE", help="write the runs of the first server")
    add("--against", type=Path, metavar="FILE", help="compare with recorded runs")
    parts = ", ".join(PARTS)
    add("--without", action="append", choices=PARTS, default=[], metavar="PART", help=f"do not compare: {parts}")
    given = parser.parse_args(options)
    sides = len(given.servers) + bool(given.oracle) + given.own
    if not 1 <= sides <= (1 if given.against else 2):
        parser.error("one or two servers; a recording is compared with one")
    return given


async def run(given: argparse.Namespace) -> bool:
    """Do what the arguments say; whether nothing differs. Unusable, OSError or ValueError when it cannot be done."""
    found = [models.read(name, path.read_bytes()) for name, path in models.find(given.paths)]
    recorded = recordings.read(given.against) if given.against else None
    policies = given.policies or (recorded.policies if recorded else [DEFAULT.name])
    async with contextlib.AsyncExitStack() as stack:
        urls = [*([stack.enter_context(own_servers.oracle(given.oracle))] if given.oracle else []), *given.servers]
        urls += [stack.enter_context(own_servers.taskbridge())] if given.own else []
        servers = tuple([await stack.enter_async_context(Server(url)) for url in urls])
        file = stack.enter_context(given.record.open("w", encoding="utf-8")) if given.record else None
        return await Drive(servers, recorded, file, frozenset(given.without)).through(found, policies)


def main(options: Sequence[str] | None = None) -> int:
    """Run the command; its exit status."""
    given = parsed(options)
    try:
        return 0 if asyncio.run(run(given)) else 1
    except (Unusable, OSError, ValueError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
