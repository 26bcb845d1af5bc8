"""Modifications are answered as the real server was recorded to answer them, see the folder `modifications`."""

from collections.abc import AsyncIterator, Callable

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.modifications.cases import Telling, cases, differences, recorded
from tests.dialects.camunda.modifications.table import Case
from tests.serving import Served, serving

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="session")
async def running(database_for: Callable[[str], str], anyio_backend: str) -> AsyncIterator[Served]:
    """The application without a runner of jobs."""
    async with serving(database_for("of_modifications"), job_execution=False) as served:
        yield served


@pytest.mark.parametrize("case", [pytest.param(one, id=one.title) for one in cases()])
async def test_cases_come_to_what_was_recorded(case: Case, camunda: CamundaClient) -> None:
    found = list(differences(await Telling(camunda.request).tell(case), recorded()[case.title]))
    assert not found, "\n".join(found)
