"""Every number of the contract's list (section 6) stands at a test."""

import re
from pathlib import Path

#: As the contract counts them.
NUMBERS = {
    *(1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17, 19, 20, 22, 23, 25, 26, 28),
    *(29, 31, 32, 34, 35, 37, 38, 40, 41, 43, 44, 46, 47, 49, 50),
}
TESTS = Path(__file__).parents[2]
FILES = [
    *TESTS.glob("conformance/digioffice/test_*.py"),
    *TESTS.glob("clients/test_servicestack_*.py"),
]


def test_every_number_has_a_test() -> None:
    told = {int(number) for file in FILES for number in re.findall(r"Contract (\d+)\.", file.read_text())}
    assert told == NUMBERS
