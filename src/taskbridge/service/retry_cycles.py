"""How often, and after which pauses, a job of a process is tried again: what its model says of it.

``camunda:failedJobRetryTimeCycle`` holds a repetition (``R5/PT10M``) or a list of durations (``PT1M,PT5M,PT1H``), or an
expression that gives one. Where there is none, or it cannot be read, the job has the default: its retries, no pause.
"""

import logging
from collections.abc import Sequence
from typing import NamedTuple

from taskbridge.engine import names
from taskbridge.engine.errors import EngineError
from taskbridge.engine.expressions import Expression
from taskbridge.engine.graph import Node, Process
from taskbridge.engine.schedules import retry_intervals
from taskbridge.service.errors import ServiceError
from taskbridge.service.running import Running
from taskbridge.service.unit import Unit
from taskbridge.store import instances
from taskbridge.store.jobs import JobRow

log = logging.getLogger("taskbridge.jobs")


class RetryCycle(NamedTuple):
    """The number of tries in all, and the pauses between them in milliseconds."""

    tries: int
    pauses: Sequence[int]

    def pause(self, left: int) -> int:
        """Milliseconds to wait after a failure before which so many tries were left; the last pause repeats."""
        if not self.pauses:
            return 0
        last = len(self.pauses) - 1
        return self.pauses[max(0, min(last, last + 2 - left))]


def of_job(unit: Unit, job: JobRow) -> RetryCycle | None:
    """The retry cycle of a job of a process, whose tree is held; None for the default. Evaluated at each failure."""
    try:
        text = _text(unit, job)
        if not isinstance(text, str) or not text:
            return None
        tries, pauses = retry_intervals(text, unit.tx.now)
        return RetryCycle(max(tries, 1), pauses)  # a job is tried once at least
    except (EngineError, ServiceError, ValueError) as error:
        log.warning("the retry cycle of job %s (%s) is left out: %s", job.id, job.node_id, error)
        return None


def _text(unit: Unit, job: JobRow) -> object:
    if job.definition_id is None or job.node_id is None:
        return None
    process = unit.process(job.definition_id)
    node = process.nodes.get(job.node_id)
    cycle = None if node is None else cycle_of(node)
    if node is None or cycle is None or cycle.literal:
        return None if cycle is None else cycle.text
    return _evaluated(unit, job, process, node, cycle)


def cycle_of(node: Node) -> Expression | None:
    """What the model says of the retries of a node's jobs."""
    return None if node.job is None else node.job.retry_cycle


def _evaluated(unit: Unit, job: JobRow, process: Process, node: Node, cycle: Expression) -> object:
    row = None if job.instance_id is None else instances.get(unit.tx, job.instance_id)
    if row is None:
        return None  # an instance that is still to be started has no variables
    running = Running.of_instance(unit, row)
    place = None if job.activity_id is None else running.scope(job.activity_id)
    return cycle.evaluate(names.resolver(process, running.instance, place, running, node))
