"""Waiting for a time: a timer."""

from collections.abc import Mapping
from typing import Any

from taskbridge.engine.events.position import EventElement
from taskbridge.engine.events.timer import JOB_TYPES
from taskbridge.engine.graph import Node
from taskbridge.engine.state import ForTime
from taskbridge.service.waits.job import JobOfWait


def job(node: Node, wait: ForTime) -> JobOfWait:
    """The job of a timer that an instance waits for."""
    if not isinstance(node.behaviour, EventElement):
        raise TypeError(f"{node.element} '{node.id}' is no event")
    return JobOfWait(JOB_TYPES[node.behaviour.position], wait.due_at, payload(wait))


def payload(wait: ForTime) -> dict[str, object]:
    """How a timer goes on stands in its job."""
    return {} if wait.cycle is None else {"cycle": wait.cycle}


def wait_of(due_at: int, document: Mapping[str, Any]) -> ForTime:
    """The wait of a job, by its due time and its payload."""
    return ForTime(due_at, document.get("cycle"))
