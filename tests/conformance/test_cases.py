"""The contract's cases, from `cases/*.yaml`."""

from pathlib import Path

import pytest

from taskbridge.clock import ManualClock
from tests.client import CamundaClient
from tests.conformance.camunda_story import CamundaStory
from tests.conformance.story import Case, cases

pytestmark = pytest.mark.anyio

#: Every number of the contract's list (section 6).
NUMBERS = {
    *(1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17, 19, 20, 22, 23, 25, 26, 28, 29, 31, 32, 34, 35, 37, 38, 40, 41, 43, 44),
    *(46, 47, 49, 50, 52, 53, 55, 56, 58, 59, 61, 62, 64, 65, 67, 68, 70, 71, 73, 74, 76, 77, 79, 80, 82, 83, 85, 86),
    *(88, 89, 91, 92, 94, 95, 97, 98, 100, 101),
}
#: Those that are told as code: where they are.
ELSEWHERE = {
    37: "test_long_polling.py",
    38: "test_long_polling.py",
    40: "test_long_polling.py",
    41: "test_many_workers.py",
    97: "test_waiting_for_messages.py",
    101: "test_authentication.py",
}
CASES = cases(Path(__file__).parent / "cases")


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.file}: {case.title}") for case in CASES])
async def test_case(case: Case, camunda: CamundaClient, clock: ManualClock) -> None:
    await CamundaStory(clock, camunda=camunda).tell(case)


def test_every_number_of_the_contracts_list_has_a_case() -> None:
    told = {number for case in CASES for number in case.numbers}
    here = Path(__file__).parent
    coded = {number for number, file in ELSEWHERE.items() if f'"""Contract {number}."""' in (here / file).read_text()}
    assert told | coded == NUMBERS


def test_no_two_cases_have_one_name() -> None:
    names = [(case.file, case.title) for case in CASES]
    assert len(names) == len(set(names))
