"""What the log says of an outage: little, but when it began, that it lasts, and that it is over."""

import json
import logging

import pytest

from taskbridge.logs import _Json
from taskbridge.store import outages
from taskbridge.store.errors import DatabaseUnavailable
from taskbridge.store.outages import Outages


class Watch:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    made = Watch()
    monkeypatch.setattr(outages, "monotonic", made)
    return made


def _said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_an_outage_is_a_line_a_second_and_one_at_its_end(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    seen = Outages()
    for _ in range(384):  # three seconds, 128 requests each
        seen.failed(DatabaseUnavailable("refused\n  really"))
        watch.seconds += 1 / 128
    watch.seconds += 1
    for _ in range(10):
        seen.over()
    assert _said(caplog) == [
        "the database is not available (1 failures): refused really",
        "the database is not available (128 failures): refused really",
        "the database is not available (128 failures): refused really",
        "the database is available again, after 4.0 s",
    ]
    assert all(record.exc_info is None for record in caplog.records)


def test_while_some_works_still_fail_the_database_is_not_back(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    seen = Outages()
    for _ in range(20):
        seen.failed(DatabaseUnavailable("refused"))
        seen.over()
        watch.seconds += 0.1
    assert seen.away
    assert len(_said(caplog)) == 2


def test_the_next_outage_is_said_at_once(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    seen = Outages()
    for _ in range(2):
        seen.failed(DatabaseUnavailable("refused"))
        watch.seconds += 1
        seen.over()
    assert len(_said(caplog)) == 4


def test_the_lines_are_json(caplog: pytest.LogCaptureFixture) -> None:
    Outages().failed(DatabaseUnavailable('with "quotes"\nand lines'))
    (record,) = caplog.records
    line = _Json().format(record)
    assert "\n" not in line
    assert json.loads(line)["level"] == logging.getLevelName(record.levelno).lower()
