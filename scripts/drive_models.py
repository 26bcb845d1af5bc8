"""Runs BPMN models on one or two servers of the Camunda 7 REST API, and compares what they do step by step.

Usage: drive_models.py PATH… --server URL [--server URL] [--policy NAME]… [--record FILE] [--against FILE]

PATH is a BPMN file or a folder of them. Each model is deployed alone; each of its processes is started with the same
variables, and then the policy chooses the next action by names alone: complete a task, execute a job, correlate a
message. With one server the run is printed, with two it is compared; ``--against`` compares with recorded runs, and
``--record`` writes those of the first server (``model_driver/recordings.py`` describes the file). Servers should not
execute jobs by themselves. Exits with 0 when all agree, 1 when a model differs, 2 when a server cannot be used.
"""

import argparse
import asyncio
import contextlib
import sys
from pathlib import Path
from typing import TextIO

from model_driver import models, recordings, reporting
from model_driver.comparing import Outcome, compare
from model_driver.models import Model
from model_driver.policies import DEFAULT, POLICIES, Policy
from model_driver.recordings import Recordings
from model_driver.rest import Server, Unusable
from model_driver.running import run_model


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--server", action="append", required=True, dest="servers", metavar="URL")
    parser.add_argument(
        "--policy",
        action="append",
        choices=[*POLICIES],
        dest="policies",
        metavar="NAME",
        help=f"how the next action is chosen, {DEFAULT.name} unless told: {', '.join(POLICIES)}",
    )
    parser.add_argument("--record", type=Path, metavar="FILE", help="write the runs of the first server")
    parser.add_argument("--against", type=Path, metavar="FILE", help="compare with recorded runs, by their policies")
    given = parser.parse_args()
    if len(given.servers) > 2 or (given.against and len(given.servers) == 2):
        parser.error("two sides can be compared: two servers, or one and a recording")
    return given


async def drive(given: argparse.Namespace) -> int:
    """Run everything; the exit status."""
    found = [models.read(name, path.read_bytes()) for name, path in models.find(given.paths)]
    recorded = recordings.read(given.against) if given.against else None
    chosen = given.policies or (sorted(recorded.policies) if recorded else [DEFAULT.name])
    async with contextlib.AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(Server(url)) for url in given.servers]
        file = stack.enter_context(given.record.open("w", encoding="utf-8")) if given.record else None
        statuses = [await _by(POLICIES[name], found, servers, recorded, file) for name in chosen]
    return max(statuses)


async def _by(
    policy: Policy, found: list[Model], servers: list[Server], recorded: Recordings | None, file: TextIO | None
) -> int:
    """Run all models by one policy."""
    names = (servers[0].url, servers[1].url if len(servers) == 2 else "recorded")
    report = reporting.Report(names)
    for model in found:
        records = await asyncio.gather(*(run_model(server, model, policy) for server in servers))
        if file:
            file.write(recordings.written(records[0]))
        other = records[1] if len(records) == 2 else recorded and recorded.of(model.name, policy.name)
        if other:
            report.add(compare(records[0], other))
        else:
            reporting.show(records[0])
    if len(servers) == 2 or recorded:
        print(f"policy {policy.name}:")
        report.summary(servers[0].has ^ servers[1].has if len(servers) == 2 else ())
    return int(bool(report.outcomes[Outcome.DIFFER] or report.outcomes[Outcome.BROKEN]))


def main() -> int:
    given = arguments()
    try:
        return asyncio.run(drive(given))
    except (Unusable, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
