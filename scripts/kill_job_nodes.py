"""Lets 5,000 timers be due at once on two nodes and kills these again and again: each has to fire once.

Run by hand, from anywhere; takes about a minute and leaves nothing behind.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from bench import servers

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.crash import jobs


def main() -> int:
    """Run it on PostgreSQL and print what became of the jobs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=5_000)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tb-") as place, servers.postgresql(Path(place)) as (server, _):
        url = servers.new_database(server, "jobs")
        log = Path(place) / "nodes.log"
        outcome = asyncio.run(jobs.run(url, log, jobs=given.jobs, kills=given.kills, seed=given.seed))
    print(outcome)
    return 0 if dict(outcome.times_done) == {1: given.jobs} and not outcome.left else 1


if __name__ == "__main__":
    sys.exit(main())
