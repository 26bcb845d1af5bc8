"""The page of coverage has every operation of every document, with tests and clients; a whole run checks it."""

from tests.answers import vendors
from tests.coverage_page import BY_CHANCE, PAGE, rows, untrue
from tests.figures import figure


def test_every_operation_is_exercised_by_a_test_and_a_client() -> None:
    found = rows(PAGE.read_text())
    documented = {name for vendor in vendors() for name in vendor.operations}
    assert found.keys() == documented
    assert [name for name, (tests, _) in found.items() if not tests] == []
    assert [name for name, (_, clients) in found.items() if not clients] == []
    figure("coverage", f"{len(found)} operations, all exercised by tests and by real clients")


def test_a_row_is_untrue_when_its_test_or_client_was_not_seen_though_it_ran() -> None:
    page = "| `nothing` | GET / | a/test_b, conformance/test_many_workers | pycamunda |\n"
    assert list(untrue(page)) == ["nothing is not exercised by a/test_b", "nothing is not exercised by pycamunda"]
    assert list(untrue(page, ["tests/a/test_b.py", "tests/clients/test_pycamunda.py"])) == []


def test_no_row_rests_on_chance() -> None:
    found = rows(PAGE.read_text())
    assert [name for name, (tests, _) in found.items() if set(tests) <= BY_CHANCE] == []
