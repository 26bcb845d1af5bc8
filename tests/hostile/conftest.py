"""The server under attack; each module has one of its own."""

from collections.abc import Iterator

import pytest

from tests.hostile.server import Attacked, attacked


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """All four APIs ask for credentials."""
    with attacked(tmp_path_factory.mktemp("hostile"), "--camunda-auth", "basic") as found:
        yield found
