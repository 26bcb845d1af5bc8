"""Waiting for a transaction of one's own: an asynchronous continuation."""

from collections.abc import Mapping
from typing import Any

from taskbridge.engine.elements.base import CONTINUATION
from taskbridge.engine.state import ForContinuation
from taskbridge.service.waits.job import JobOfWait


def job(wait: ForContinuation) -> JobOfWait:
    """The job that lets the token go on, at once."""
    configuration = "async-after" if wait.after else "async-before"
    payload = {"after": wait.after, "flow": wait.flow_id} | ({"begun": True} if wait.begun else {})
    return JobOfWait(CONTINUATION, None, payload, configuration)


def wait_of(document: Mapping[str, Any]) -> ForContinuation:
    """The wait of a job, by its payload."""
    return ForContinuation(document["after"], document["flow"], document.get("begun", False))
