"""Events on stderr, in both forms."""

import json
import logging
import threading
import warnings
from collections.abc import Iterator

import pytest

from taskbridge import logs, request_ids


@pytest.fixture(autouse=True)
def logging_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Logging is afterwards as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    chatty = {name: logging.getLogger(name).level for name in ("alembic", "uvicorn")}
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    root.handlers = []
    yield
    logging.captureWarnings(False)
    root.handlers, root.level = handlers, level
    for name, before in chatty.items():
        logging.getLogger(name).setLevel(before)


def fail() -> None:
    """Log an error with its traceback, for a request."""
    request_ids.take_up(b"r-1")
    try:
        raise ValueError("first\nsecond")
    except ValueError as error:
        logging.getLogger("taskbridge.test").error("it\nfailed", exc_info=error)


def test_every_line_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(json=True)
    fail()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    thread = threading.Thread(target=lambda: 1 / 0, name="of-a-test")
    thread.start()
    thread.join()
    event, warning, ended = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (event["level"], event["logger"], event["message"]) == ("error", "taskbridge.test", "it\nfailed")
    assert event["request"] == "r-1"
    assert event["traceback"].endswith("ValueError: first\nsecond")
    assert (warning["logger"], "DeprecationWarning: old" in warning["message"]) == ("py.warnings", True)
    assert ended["message"] == "of-a-test ended by an error"
    assert "request" not in ended
    assert "ZeroDivisionError" in ended["traceback"]


def test_text_has_a_line_for_each_event_and_the_traceback_behind_it(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(json=False)
    fail()
    first, *rest = capsys.readouterr().err.splitlines()
    assert first.endswith("Z error taskbridge.test: it failed [r-1]")
    assert rest[0] == "Traceback (most recent call last):"


@pytest.mark.parametrize("sent", [b"", b"a b", b"a\nb", b"x" * 129, b'"', "ä".encode(), b"[a]"])
def test_an_id_that_is_not_sound_counts_as_none(sent: bytes) -> None:
    request_ids.CURRENT.set(1.5)
    request_ids.take_up(sent)
    assert request_ids.CURRENT.get() == 1.5
    assert request_ids.shown(1.5) != request_ids.shown(1.500000001)


def test_a_sound_id_is_taken() -> None:
    request_ids.take_up(b"4bf92f35/77b3:4da6+x=@~-_.")
    assert request_ids.shown(request_ids.CURRENT.get()) == "4bf92f35/77b3:4da6+x=@~-_."
