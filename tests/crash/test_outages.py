"""A database that goes away and comes back is served again, by servers that are not started again.

Bounded here; ``python -m tests.crash --fault outage --faults 50 --nodes 2 --database postgresql`` does it at length.
"""

import asyncio
from pathlib import Path

import pytest

from tests.crash import cluster, plans
from tests.crash.campaign import Campaign, Report
from tests.crash.faults import STRIKES
from tests.crash.test_kill import PATIENT, judged

pytestmark = pytest.mark.long


async def interrupt(folder: Path) -> Report:
    with cluster.running(standby=True) as postgresql:
        plan = plans.made("outage", 5, "postgresql", seed=1, longest=3)
        url = postgresql.url
        return await Campaign(url, folder, plan, cluster=postgresql, servers=2, seed=1, limits=PATIENT).run()


def test_two_servers_outlive_outages_of_their_database_a_hang_and_a_promotion_of_its_standby(tmp_path: Path) -> None:
    report = asyncio.run(interrupt(tmp_path))
    judged("outages of PostgreSQL", report)
    assert report.faults.keys() >= {"hang", "promotion"}
    assert report.unavailable + report.lost_answers > 0


@pytest.mark.parametrize("kind", plans.KINDS)
@pytest.mark.parametrize("number", [1, 7, 50])
def test_a_plan_has_the_faults_that_were_asked_for(kind: str, number: int) -> None:
    plan = plans.made(kind, number, "postgresql", seed=1, longest=20)
    assert len(plan) == number
    assert {fault.name for fault in plan} <= STRIKES.keys()
    assert all(0 <= fault.seconds <= 20 for fault in plan)


def test_fifty_outages_are_of_a_tenth_to_twenty_seconds_and_ten_are_promotions() -> None:
    plan = plans.made("outage", 50, "postgresql", seed=1, longest=20)
    lengths = [fault.seconds for fault in plan]
    assert [min(lengths), max(lengths)] == pytest.approx([0.1, 20])
    assert sum(fault.name == "promotion" for fault in plan) == 10
    assert sum(fault.name == "hang" for fault in plan) == 10
