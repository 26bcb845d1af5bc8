"""Runs the fuzzer against a server of its own, and gathers what came of it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from taskbridge.app import document_path
from tests.clients.programs import Program, environment, running, taskbridge
from tests.fuzzing import checks
from tests.fuzzing.breadth import shortcomings
from tests.fuzzing.plan import VARIABLE, Plan, Tally
from tests.fuzzing.server_log import ServerLog

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
HOOKS = "tests.fuzzing.hooks"
ROOT = Path(__file__).parents[2]

#: All but the product's own, whose operations take neither parameters nor bodies: there is nothing to be made up.
DOCUMENTS = ("camunda", "alfresco", "digioffice", "worldserver")


@dataclass(frozen=True)
class Effort:
    """How much a run does: made-up cases per operation; of the systematic ones the first, then one in so many.

    ``strangers`` tells whether cases are sent again with wrong credentials, each of which costs the server a hash.
    """

    examples: int
    head: int
    stride: int
    strangers: bool = True


@dataclass(frozen=True)
class Outcome:
    """What came of one run against one document."""

    document: str
    seed: int
    tally: Tally
    seconds: float
    problems: str

    def __str__(self) -> str:
        total = len(self.tally.statuses)
        phases = ", ".join(f"{name} {number}" for name, number in sorted(self.tally.phases.items()))
        return (
            f"{self.tally.cases} cases in {self.seconds:.0f} s ({phases}), "
            f"{len(self.tally.succeeded)} of {total} operations reached success"
        )


def fuzz(document: str, folder: Path, *, seed: int, effort: Effort, seconds: float = 3600) -> Outcome:
    """Run all phases against a fresh server with the demo's data; `problems` is what they or `shortcomings` say."""
    began = time.monotonic()
    tally = folder / "tally.json"
    with _served(folder) as (server, origin):
        log = folder / "server.err"
        plan = Plan(document, seed, effort.head, effort.stride, str(log), str(tally))
        plan.write(folder / "plan.json")
        done = subprocess.run(
            _command(document, origin, seed, effort),
            cwd=folder,
            env=environment(
                {
                    VARIABLE: str(folder / "plan.json"),
                    "SCHEMATHESIS_HOOKS": HOOKS,
                    "PYTHONPATH": str(ROOT),
                    "PYTHONHASHSEED": "0",
                }
            ),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    problems = [] if done.returncode == 0 else [done.stdout + done.stderr]
    problems += ServerLog(log).new_troubles()
    problems += shortcomings(document, Tally.read(tally))
    if server.status != 0:
        problems.append(f"the server ended with {server.status}")
    (folder / "fuzzer.log").write_text(done.stdout + done.stderr)
    return Outcome(document, seed, Tally.read(tally), time.monotonic() - began, "\n".join(problems))


@contextmanager
def _served(folder: Path) -> Iterator[tuple[Program, str]]:
    """A server with the demo's data, and its origin; it may start slowly beside another run."""
    database = f"sqlite:///{folder}/taskbridge.db"
    options = ("--port", "0", "--demo", "--no-access-log", "--camunda-auth", "basic", "--database-url", database)
    patient = "--no-slow-guesses"  # the fuzzer tries wrong credentials on every operation
    with running([taskbridge(), "serve", patient, *options], folder, name="server") as program:
        yield program, program.wait_for(r"(http://\S+)/engine-rest\n", 120).group(1)


def _command(document: str, origin: str, seed: int, effort: Effort) -> list[str]:
    fuzzer = ["-m", "schemathesis.cli", "--config-file", str(CONFIGURATION), "run", str(document_path(document))]
    return [
        sys.executable,
        *fuzzer,
        *("--origin", origin),
        *("--checks", ",".join(checks.used(document, strangers=effort.strangers))),
        *("--seed", str(seed)),
        *("--max-examples", str(effort.examples)),
        *("--generation-database", "none"),
    ]
