"""Servers, and processes of their database, that are killed keep their promises.

Bounded here; ``python -m tests.crash --fault kill --faults 60`` does it at length.
"""

import asyncio
from pathlib import Path

import pytest

from tests.crash import cluster, plans
from tests.crash.campaign import Campaign, Report
from tests.crash.recovery import Limits
from tests.figures import figure

pytestmark = pytest.mark.long

#: Seconds; other programs may keep the machine busy.
PATIENT = Limits(answered=60, served=60, woken=60, usually_woken=60)


def judged(name: str, report: Report) -> None:
    """Print the figures; nothing may be wrong, and something must have happened."""
    figure(name, str(report))
    print(*report.problems, sep="\n")
    assert report.problems == []
    assert report.completions > 20


def test_a_killed_server_loses_no_acknowledged_completion_and_applies_none_twice_on_sqlite(
    tmp_path: Path, sqlite_url: str
) -> None:
    plan = plans.made("kill", 4, "sqlite", seed=4, longest=0)
    report = asyncio.run(Campaign(sqlite_url, tmp_path, plan, seed=4, limits=PATIENT).run())
    judged("kills on SQLite", report)
    assert report.lost_answers >= 4


async def kill(folder: Path) -> Report:
    with cluster.running(standby=False) as postgresql:
        plan = plans.made("kill", 3, "postgresql", seed=3, longest=0)
        url = postgresql.url
        return await Campaign(url, folder, plan, cluster=postgresql, servers=2, seed=3, limits=PATIENT).run()


def test_killed_servers_and_databases_lose_no_acknowledged_completion_and_apply_none_twice(tmp_path: Path) -> None:
    judged("kills on PostgreSQL", asyncio.run(kill(tmp_path)))
