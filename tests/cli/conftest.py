"""A database for a command."""

from pathlib import Path

import pytest


@pytest.fixture
def database(tmp_path: Path) -> str:
    """URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path}/fresh.db"
