"""A server on SQLite whose disk refuses to write, whose file is deleted, or which is not alone with its file."""

import json
import resource
import sqlite3
from pathlib import Path

import httpx
import pytest

from taskbridge.dialects.camunda import errors as camunda
from taskbridge.store.errors import DatabaseUnavailable
from tests import checked_http
from tests.cli.command import ORDER, assert_told_in_one_line, count, run
from tests.clients.programs import Program, serving

pytestmark = pytest.mark.long

KEY = "order"
UNAVAILABLE = camunda.translate(DatabaseUnavailable("away"), {}).status
_ANY_SIZE = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def start(url: str) -> httpx.Response:
    """Start an instance with a variable of some size."""
    text = {"value": "x" * 20_000, "type": "String"}
    return checked_http.post(
        f"{url}/process-definition/key/{KEY}/start", json={"variables": {"text": text}}, timeout=60
    )


def events(program: Program, level: str) -> list[dict[str, str]]:
    """What a server has logged of a level."""
    lines = [json.loads(line) for line in program.errors.splitlines() if line.startswith("{")]
    return [line for line in lines if line["level"] == level]


@pytest.fixture
def database(sqlite_url: str, tmp_path: Path) -> str:
    """URL of a file with a process."""
    url = sqlite_url
    assert run(tmp_path, "deploy", str(ORDER), "--database-url", url).returncode == 0
    return url


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux sets the limits of another process")
def test_a_disk_that_refuses_to_write_is_no_unexpected_error_and_the_server_goes_on(
    tmp_path: Path, database: str
) -> None:
    with serving(tmp_path, database_url=database) as (program, url):
        assert start(url).status_code == 200
        largest = (tmp_path / "taskbridge.db-wal").stat().st_size
        resource.prlimit(program.pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
        for _ in range(3):
            refused = start(url)
            assert (refused.status_code, refused.json()["type"]) == (UNAVAILABLE, "ProcessEngineException")
        assert count(url, "process-instance") == 1
        resource.prlimit(program.pid, resource.RLIMIT_FSIZE, _ANY_SIZE)
        assert start(url).status_code == 200
        assert count(url, "process-instance") == 2
    with sqlite3.connect(tmp_path / "taskbridge.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


@pytest.mark.parametrize("endings", [("",), ("-wal",), ("", "-wal", "-shm")], ids=["file", "log", "everything"])
def test_nothing_is_acknowledged_once_files_are_deleted(
    tmp_path: Path, database: str, endings: tuple[str, ...]
) -> None:
    with serving(tmp_path, database_url=database) as (program, url):
        assert start(url).status_code == 200
        for ending in endings:
            (tmp_path / f"taskbridge.db{ending}").unlink()
        assert [start(url).status_code for _ in range(3)] == [UNAVAILABLE] * 3
        assert checked_http.get(f"{url}/process-instance").status_code == UNAVAILABLE
        assert any("was deleted, moved or replaced" in event["message"] for event in events(program, "error"))


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="only Linux lists the locks of all processes")
def test_a_second_server_on_a_file_warns_and_both_serve(tmp_path: Path, database: str) -> None:
    with (
        serving(tmp_path, database_url=database, name="first") as (first, one),
        serving(tmp_path, database_url=database, name="second") as (second, other),
    ):
        assert events(first, "warning") == []
        (warning,) = events(second, "warning")
        assert "another process has" in warning["message"]
        for url in (one, other):
            assert start(url).status_code == 200
        assert count(one, "process-instance") == count(other, "process-instance") == 2


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "folder.db"
    folder.mkdir()
    refused = run(tmp_path, "migrate", "--database-url", f"sqlite:///{folder}")
    assert_told_in_one_line(refused, f"{folder}: unable to open database file")
