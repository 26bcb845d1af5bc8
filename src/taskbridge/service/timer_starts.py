"""Timer start events of processes: the latest version of a key has a job for each, which starts an instance.

Which version that is, is the affair of ``start_events``; one that is the latest again has them counted from then on.
"""

from taskbridge.engine import names, retry_cycles
from taskbridge.engine.events import timer
from taskbridge.engine.events.base import Position
from taskbridge.engine.graph import Node, Process
from taskbridge.engine.state import ForTime
from taskbridge.engine.values import priority_of
from taskbridge.service import queue
from taskbridge.service.unit import Unit
from taskbridge.service.waits import time
from taskbridge.store import job_definitions
from taskbridge.store.definitions import DefinitionRow
from taskbridge.store.job_definitions import JobDefinitionRow

TYPE = timer.JOB_TYPES[Position.START]


def declare(unit: Unit, row: DefinitionRow, process: Process) -> None:
    """Write the job definitions of a process definition that is new."""
    job_definitions.insert(
        unit.tx,
        [
            JobDefinitionRow(
                unit.tx.new_id(), row.id, one.node_id, one.type, one.configuration, 0, None, row.tenant or None
            )
            for one in process.jobs
        ],
    )


def schedule(unit: Unit, row: DefinitionRow, process: Process) -> None:
    """Let a version that is new, or the latest again, start by its timers. Raises InvalidTimer, ExpressionError."""
    for one in process.jobs:
        if one.type == TYPE:
            _schedule(unit, row, process, process.nodes[one.node_id])


def due(node: Node, now: int) -> ForTime:
    """What a timer start event waits for from a moment on. Raises InvalidTimer, ExpressionError."""
    return timer.due(node, names.unknown, now)


def _schedule(unit: Unit, row: DefinitionRow, process: Process, node: Node) -> None:
    wait = due(node, unit.tx.now)
    priority = (node.job.priority if node.job is not None else None) or process.job_priority
    cycle = node.job.retry_cycle if node.job is not None else None
    tried = None if cycle is None else retry_cycles.evaluated(node, cycle, names.unknown, unit.tx.now)
    queue.schedule(
        unit,
        TYPE,
        definition_id=row.id,
        node_id=node.id,
        due_at=wait.due_at,
        tenant=row.tenant or None,
        priority=0 if priority is None else priority_of(node, priority, names.unknown),
        tries=None if tried is None else tried.tries,
        payload=time.payload(wait),
    )
