"""A campaign at length: ``python -m tests.crash --fault outage --faults 50 --nodes 2``; 1 on problems."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.crash import cluster, plans
from tests.crash.campaign import Campaign, Report
from tests.crash.faults import Fault


def main() -> int:
    given = _parser().parse_args()
    if given.database == "sqlite" and (given.fault != "kill" or given.nodes != 1):
        raise SystemExit("SQLite has one node, and only kills")
    plan = plans.made(given.fault, given.faults, given.database, given.seed, given.longest)
    with tempfile.TemporaryDirectory(prefix="tb-") as folder:
        report = asyncio.run(_run(given, Path(folder), plan))
    print(f"{given.database}, {given.nodes} node(s), seed {given.seed}: {report}")
    for problem in report.problems[:50]:
        print(f"  {problem}")
    return 1 if report.problems else 0


async def _run(given: argparse.Namespace, folder: Path, plan: list[Fault]) -> Report:
    if given.database == "sqlite":
        url = f"sqlite:///{folder / 'crash.db'}"
        return await Campaign(url, folder, plan, seed=given.seed, progress=_tell).run()
    with cluster.running(standby=given.fault != "kill") as postgresql:
        campaign = Campaign(
            postgresql.url,
            folder,
            plan,
            cluster=postgresql,
            servers=given.nodes,
            seed=given.seed,
            progress=_tell,
        )
        return await campaign.run()


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--fault", choices=plans.KINDS, default="kill", help="kinds of faults")
    parser.add_argument("--faults", type=int, default=50, help="how many")
    parser.add_argument("--nodes", type=int, choices=(1, 2), default=1, help="servers on the database")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1, help="decides when and what")
    parser.add_argument("--longest", type=float, default=20.0, help="seconds of the longest outage")
    return parser


if __name__ == "__main__":
    sys.exit(main())
