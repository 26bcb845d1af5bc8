"""A database for a command."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> str:
    """URL of an SQLite file with nothing in it but the tables."""
    file = tmp_path / "fresh.db"
    shutil.copy(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def new_database(tmp_path: Path) -> str:
    """URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path}/new.db"
