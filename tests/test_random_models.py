"""Random processes run as the real server ran them, over Camunda's API.

``models/random.jsonl`` was made by ``scripts/random_models.py --record`` with the real server. The processes are made
again from their seeds: `make random-models N=2000` compares more of them, with a real server beside this one.
"""

import hashlib
from pathlib import Path

import pytest

from model_driver import own_servers
from random_models import Comparison
from random_processes import traces
from random_processes.processes import process
from tests.figures import figure

pytestmark = [pytest.mark.anyio, pytest.mark.long]

RECORDED = Path(__file__).parent / "models" / "random.jsonl"
#: Of all processes of the recording, whatever version of Python makes them.
DIGEST = "7923ab423f1bad93857be854d1fa6237545cc31430034ef0151e161104c80558"


def test_a_seed_makes_the_same_process_everywhere() -> None:
    made = hashlib.sha256()
    for seed in traces.read(RECORDED):
        made.update(process(seed))
    assert made.hexdigest() == DIGEST


@pytest.mark.parametrize(
    ("step", "hangs"),
    [
        ("complete a > join1 join2 join3", True),
        ("complete a > catch2 scope1(join1 join1 join2) [subscriptions catch2]", True),
        ("complete a > scope1(join1 join2 user2)", True),
        ("complete a > scope1(join1 join2 user1)", False),
        ("complete a > scope1(fork1~ join2)", False),
        ("complete a > scope1(join1 user1) [jobs b] {.a=1}", False),
        ("complete a > join1 join3", False),
        ("complete a > ended", False),
    ],
)
def test_a_trace_shows_where_inclusive_joins_hang(step: str, *, hangs: bool) -> None:
    assert traces.hangs(step, {"join2": {"user1", "fork1", "join3"}}) is hangs


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_random_processes_run_as_the_real_server_ran_them(
    database: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str], every_recorded_run: bool
) -> None:
    """Without ``--every-recorded-run`` half of them, of these two of three on SQLite, which is faster."""
    recorded = traces.read(RECORDED)
    places = range(6) if every_recorded_run else {"sqlite": (0, 2), "postgresql": (1,)}[database]
    seeds = [seed for place, seed in enumerate(recorded) if place % 6 in places]
    url: str = request.getfixturevalue(f"{database}_url")
    async with own_servers.application(url) as server:
        comparison = Comparison([server], recorded)
        assert await comparison.through(seeds, at_once=1), capsys.readouterr().out
    assert comparison.agreed == len(seeds)
    figure(f"random processes, {database}", f"{len(seeds)} in {comparison.states} states")
