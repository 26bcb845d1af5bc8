"""The page of coverage has every operation of every document, each with a test; a whole run checks that it is true."""

from tests.answers import vendors
from tests.coverage_page import PAGE, rows
from tests.figures import figure


def test_every_operation_is_exercised_by_a_test() -> None:
    found = rows(PAGE.read_text())
    documented = {name for vendor in vendors() for name in vendor.operations}
    assert found.keys() == documented
    assert [name for name, (tests, _) in found.items() if not tests] == []
    by_clients = sum(bool(clients) for _, clients in found.values())
    figure("coverage", f"{len(found)} operations, all exercised by tests, {by_clients} by real clients")
