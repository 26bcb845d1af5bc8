"""The contract's cases, from `cases/*.yaml`."""

import re
from pathlib import Path

import pytest

from taskbridge.clock import ManualClock
from tests.conformance.alfresco.story import AlfrescoStory, People
from tests.conformance.story import Case, cases

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("bundled")]

HERE = Path(__file__).parent
#: Every number of the contract's list (section 10) that stands for a test of the vendor or a reading of its source.
NUMBERS = {
    *(1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17, 19, 20, 22, 23, 25, 26, 28, 29, 31, 32, 34, 35, 37, 38, 40, 41, 43, 44),
    *(46, 47, 49, 50, 52, 53, 55, 56, 58, 59, 61, 62, 64, 65, 67, 68, 70, 71, 73, 74, 76, 77, 79, 80, 82, 83, 85, 86),
    *(88, 89, 91, 92, 94, 95, 97, 98, 100, 101, 103, 104, 106, 107, 109, 110, 112, 113, 115, 116, 118, 119, 121),
}
CASES = cases(HERE / "cases")


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.file}: {case.title}") for case in CASES])
async def test_case(case: Case, person: People, clock: ManualClock) -> None:
    await AlfrescoStory(clock, people=person).tell(case)


def test_every_number_of_the_contracts_list_has_a_case() -> None:
    told = {number for case in CASES for number in case.numbers}
    files = (HERE.parent.parent / "dialects" / "alfresco").glob("test_*.py")
    marks = [mark for file in files for mark in re.findall(r'"""Contract ([\d, to]+)', file.read_text())]
    coded = {number for mark in marks for number in _numbers(mark)}
    assert NUMBERS - told - coded == set()
    assert told - NUMBERS == set()


def _numbers(mark: str) -> set[int]:
    """The numbers of ``59, 65`` and ``31 to 37``."""
    ranges = {n for first, last in re.findall(r"(\d+) to (\d+)", mark) for n in range(int(first), int(last) + 1)}
    return ranges | {int(number) for number in re.findall(r"\d+", mark)}


def test_no_two_cases_have_one_name() -> None:
    names = [(case.file, case.title) for case in CASES]
    assert len(names) == len(set(names))
