"""Clients that work against one another break no promise. ``scripts/stress_events.py`` does it at length."""

import asyncio
from pathlib import Path

import pytest

from tests.figures import figure
from tests.stress import campaign
from tests.stress.campaign import Plan, Report

pytestmark = pytest.mark.long


def judged(name: str, report: Report) -> None:
    """Print the figures; nothing may be wrong, and something must have happened."""
    figure(name, str(report))
    print(*report.problems, sep="\n")
    assert report.problems == []
    assert report.acknowledged["completions"] > 0


def test_events_and_completions_that_meet_on_sqlite_happen_once_each(tmp_path: Path, sqlite_url: str) -> None:
    plan = Plan(seconds=4, messages=20, clients=16, nodes=1, seed=1)
    judged("events that meet on SQLite", asyncio.run(campaign.run(sqlite_url, tmp_path, plan)))


def test_events_and_completions_that_meet_on_two_nodes_happen_once_each(tmp_path: Path, postgresql_url: str) -> None:
    plan = Plan(seconds=6, messages=20, clients=24, nodes=2, seed=2)
    judged("events that meet on PostgreSQL", asyncio.run(campaign.run(postgresql_url, tmp_path, plan)))
