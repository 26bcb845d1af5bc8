"""The page of coverage has every operation of every document, with tests and clients; a whole run checks it."""

from tests.answers import vendors
from tests.coverage_page import PAGE, rows
from tests.figures import figure


def test_every_operation_is_exercised_by_a_test_and_a_client() -> None:
    found = rows(PAGE.read_text())
    documented = {name for vendor in vendors() for name in vendor.operations}
    assert found.keys() == documented
    assert [name for name, (tests, _) in found.items() if not tests] == []
    assert [name for name, (_, clients) in found.items() if not clients] == []
    figure("coverage", f"{len(found)} operations, all exercised by tests and by real clients")
