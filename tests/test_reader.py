"""What the reader of the documentation notices: requests that fail, and what a page has not told."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.reader import blocks, carried_out


@pytest.fixture
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that has `/`, and nothing else."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path_factory.mktemp("served")))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def read(line: str, host: str, folder: Path) -> str:
    """What a page with one line has printed."""
    return carried_out(blocks(f"Do this:\n\n```sh\n{line}\n```\n"), host=host, folder=folder)


def test_a_request_that_succeeds_is_no_matter(host: str, tmp_path: Path) -> None:
    assert "Directory listing" in read("curl -s http://127.0.0.1:8080/", host, tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        "curl -s http://127.0.0.1:8080/missing",
        "curl -s http://127.0.0.1:8080/missing | cat",
        "FOUND=$(curl -s http://127.0.0.1:8080/missing | cat)",
        'echo "found: $(curl -s http://127.0.0.1:8080/missing)"',
    ],
)
def test_a_request_that_is_refused_is_noticed(line: str, host: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"curl ended with 22: .*/missing"):
        read(line, host, tmp_path)


def test_the_command_and_the_database_are_unknown_until_a_page_tells(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASKBRIDGE_DATABASE_URL", "sqlite:///of_the_tests.db")
    with pytest.raises(AssertionError, match="taskbridge: command not found"):
        read("taskbridge version", "", tmp_path_factory.mktemp("before"))
    line = 'export PATH="$PWD/.venv/bin:$PATH"; taskbridge version; echo "<${TASKBRIDGE_DATABASE_URL-}>"'
    assert read(line, "", tmp_path_factory.mktemp("after")).endswith("<>\n")
