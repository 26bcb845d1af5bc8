"""Waiting for the time of a task listener."""

from collections.abc import Mapping
from typing import Any

from taskbridge.engine.graph import Node
from taskbridge.engine.state import ForTimeout
from taskbridge.engine.task_listening import TIMEOUT_JOB, configuration_of, timer_of
from taskbridge.service.waits.job import JobOfWait


def job(node: Node, wait: ForTimeout) -> JobOfWait:
    """The job that evaluates the listener."""
    payload: dict[str, object] = {"listener": wait.listener_id}
    if wait.cycle is not None:
        payload["cycle"] = wait.cycle
    return JobOfWait(TIMEOUT_JOB, wait.due_at, payload, configuration_of(timer_of(node, wait.listener_id)))


def wait_of(due_at: int, document: Mapping[str, Any]) -> ForTimeout:
    """The wait of a job, by its due time and its payload."""
    return ForTimeout(due_at, document.get("cycle"), document["listener"])
