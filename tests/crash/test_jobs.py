"""Timers fire once each though nodes are killed. ``scripts/kill_job_nodes.py`` does it at length."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from tests.crash import jobs
from tests.figures import figure

pytestmark = pytest.mark.long

JOBS = 600


def test_timers_that_are_due_fire_once_each_while_nodes_are_killed(tmp_path: Path, postgresql_url: str) -> None:
    outcome = asyncio.run(jobs.run(postgresql_url, tmp_path / "nodes.log", jobs=JOBS, kills=2))
    figure("kills of nodes that carry out jobs", str(outcome))
    assert outcome.times_done == Counter({1: JOBS})
    assert (outcome.kills, outcome.left) == (2, 0)
