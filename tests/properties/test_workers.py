"""Random operations against a model of the contract: the same ones in every short run, so that it is repeatable;
TASKBRIDGE_EXAMPLES=20 does twenty times as many, other ones each time.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from taskbridge.clock import ManualClock
from tests.properties.machine import Workers
from tests.properties.world import world_on

pytestmark = pytest.mark.long

_TIMES = int(os.environ.get("TASKBRIDGE_EXAMPLES", "1"))


@pytest.mark.parametrize(("database", "examples"), [("sqlite", 20), ("postgresql", 5)])
def test_tasks_behave_as_the_contract_says_whatever_workers_do(
    request: pytest.FixtureRequest, clock: ManualClock, database: str, examples: int
) -> None:
    bounds = settings(
        max_examples=examples * _TIMES,
        stateful_step_count=40,
        deadline=None,
        derandomize=_TIMES == 1,
        print_blob=True,
        phases=[phase for phase in Phase if phase is not Phase.explain],
        suppress_health_check=list(HealthCheck),
    )
    with world_on(request.getfixturevalue(f"{database}_url"), clock) as world:

        class WorkersHere(Workers):
            pass

        WorkersHere.world = world
        run_state_machine_as_test(WorkersHere, settings=bounds)
