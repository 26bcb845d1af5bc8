"""Lets workers, people and senders of messages and signals work against one another on two nodes, and checks all of it.

Run by hand, from anywhere; leaves nothing behind. Ends with 1 where a promise was broken.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.crash import cluster
from tests.stress import campaign
from tests.stress.expected import MODELS


def main() -> int:
    """Run it on PostgreSQL and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--nodes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", nargs="+", choices=MODELS, default=list(MODELS), metavar="KEY")
    given = parser.parse_args()
    plan = campaign.Plan(
        given.seconds, clients=given.clients, nodes=given.nodes, seed=given.seed, processes=given.processes
    )
    with tempfile.TemporaryDirectory(prefix="tb-") as place, cluster.running(standby=False) as postgresql:
        report = asyncio.run(campaign.run(postgresql.url, Path(place), plan))
        if report.problems:
            print(*(log.read_text()[-20_000:] for log in Path(place).glob("*.log")), sep="\n")
            print(postgresql.primary.log()[-20_000:])
        deadlocks = postgresql.primary.log().count("deadlock detected")
    report.problems += ["PostgreSQL found dead-locks"] * deadlocks
    print(report)
    for (asked, status), number in sorted(report.history.answers.items()):
        print(f"{number:10,}  {status}  {asked}")
    for problem in report.problems[:50]:
        print(f"  {problem}")
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
