"""How a job of a process that failed is tried again: its retry cycle, where its model has one and it can be read.

Where there is none the job has the default: its retries, no pause.
"""

from taskbridge.engine import names, retry_cycles
from taskbridge.engine.expressions import Expression, Resolver
from taskbridge.engine.graph import Node, Process
from taskbridge.engine.retry_cycles import RetryCycle
from taskbridge.service.running import Running
from taskbridge.service.unit import Unit
from taskbridge.store import instances
from taskbridge.store.jobs import JobRow


def of_job(unit: Unit, job: JobRow) -> RetryCycle | None:
    """The retry cycle of a job of a process, whose tree is held; None for the default. Evaluated at each failure."""
    if job.definition_id is None or job.node_id is None:
        return None
    process = unit.process(job.definition_id)
    node = process.nodes.get(job.node_id)
    cycle = None if node is None else cycle_of(node)
    if node is None or cycle is None:
        return None
    resolve = names.unknown if cycle.literal else _resolver(unit, job, process, node)
    return retry_cycles.evaluated(node, cycle, resolve, unit.tx.now)


def cycle_of(node: Node) -> Expression | None:
    """What the model says of the retries of a node's jobs."""
    return None if node.job is None else node.job.retry_cycle


def _resolver(unit: Unit, job: JobRow, process: Process, node: Node) -> Resolver:
    row = None if job.instance_id is None else instances.get(unit.tx, job.instance_id)
    if row is None:  # an instance that is still to be started has no variables
        return names.unknown
    running = Running.of_instance(unit, row)
    place = None if job.activity_id is None else running.scope(job.activity_id)
    return names.resolver(process, running.instance, place, running, node)
