"""Process instances: start, read, suspend, delete; and the suspension and removal of definitions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from taskbridge.engine import calling, interpreter, tree
from taskbridge.engine.elements.base import CONTINUATION
from taskbridge.engine.graph import Process
from taskbridge.engine.state import Activity, Instance
from taskbridge.engine.variables import Variable, Variables
from taskbridge.kinds import TASKS, InstanceState
from taskbridge.service import jobs, start_events, variables
from taskbridge.service.errors import NoStart, NotFound, RunningInstances, Suspended
from taskbridge.service.expiries import EXTERNAL_TASKS
from taskbridge.service.running import Running
from taskbridge.service.unit import Unit
from taskbridge.store import (
    activities,
    definitions,
    elements,
    external_tasks,
    incidents,
    instance_lists,
    instances,
    job_definitions,
)
from taskbridge.store import jobs as stored_jobs
from taskbridge.store.definitions import DefinitionRow
from taskbridge.store.errors import Conflict
from taskbridge.store.incidents import IncidentFilter, IncidentRow
from taskbridge.store.instance_lists import InstanceFilter
from taskbridge.store.instances import InstanceRow
from taskbridge.store.parts import parts

#: Why an instance ended, where a client took it away through an API that leaves its history readable.
DELETED_BY_REST = "deleted through REST API call"


@dataclass(frozen=True, slots=True)
class Started:
    """A process instance right after its start; it may have ended already."""

    id: int
    definition: DefinitionRow
    business_key: str | None
    ended: bool
    variables: Variables


def definition(unit: Unit, definition_id: int) -> DefinitionRow:
    """One process definition; raises NotFound."""
    row = definitions.get(unit.tx, definition_id)
    if row is None:
        raise NotFound("process definition", definition_id)
    return row


def latest_definition(unit: Unit, key: str, tenant: str = "") -> DefinitionRow:
    """The highest version of a key; raises NotFound."""
    row = definitions.latest(unit.tx, key, tenant)
    if row is None:
        raise NotFound("process definition key", key)
    return row


def bpmn_of(unit: Unit, row: DefinitionRow) -> bytes:
    """The BPMN file that a definition was read from, as it was deployed."""
    found = definitions.content(unit.tx, row.resource_id)
    if found is None:
        raise NotFound("resource", row.resource_id)
    return found


def start(
    unit: Unit,
    row: DefinitionRow,
    given: dict[str, Variable] | None = None,
    business_key: str | None = None,
    *,
    tenant: str | None = None,
    name: str | None = None,
    node_id: str | None = None,
) -> Started:
    """Start an instance at a start event, by default at its none start event. Raises Suspended, NoStart, EngineError.

    ``tenant`` is whose instance it becomes where the definition itself belongs to nobody; ``name`` is how people know
    it, without one by its business key or its process.
    """
    process = startable(unit, row)
    start_event = process.start if node_id is None else process.nodes[node_id]
    if start_event is None:
        raise NoStart(row.key, row.name)
    running = fresh(unit, row, process, given or {}, business_key, tenant=tenant, name=name)
    running.begin(lambda: interpreter.start(process, running.instance, running, start_event))
    return as_started(running, row)


def startable(unit: Unit, row: DefinitionRow) -> Process:
    """The process of a definition of which an instance may be started. Raises Suspended, Conflict."""
    if row.suspended:
        raise Suspended("process definition", row.id)
    return _process(unit, row)


def fresh(
    unit: Unit,
    row: DefinitionRow,
    process: Process,
    given: dict[str, Variable],
    business_key: str | None,
    *,
    tenant: str | None = None,
    name: str | None = None,
) -> Running:
    """An instance that is about to begin, with its variables."""
    instance = Instance(unit.tx.new_id(), row.id, business_key, started_by=unit.user)
    running = Running.fresh(unit, process, instance, row.tenant or tenant)
    for variable_name, variable in running.in_order(variables.kept(unit, instance.id, given)).items():
        instance.variables.set(variable_name, variable)
    running.name = name or business_key or row.name or row.key
    return running


def as_started(running: Running, row: DefinitionRow) -> Started:
    """An instance that has begun, as its start is answered."""
    instance = running.instance
    ended = instance.state >= InstanceState.COMPLETED
    return Started(instance.id, row, instance.business_key, ended, instance.variables)


def _process(unit: Unit, row: DefinitionRow) -> Process:
    """The process of a definition that was read in this transaction; raises Conflict where that is removed by now."""
    try:
        return unit.process(row.id)
    except NotFound as error:
        raise Conflict(f"process definition {row.id} is being removed") from error


def as_left(unit: Unit, started: Started) -> Started:
    """The same instance once signals that others have thrown since may have moved it."""
    row = instances.get(unit.tx, started.id) if unit.signalled else None
    if row is None:
        return started
    started.variables.take_over(row.variables)
    return replace(started, ended=row.ended_at is not None)


def get(unit: Unit, instance_id: int) -> InstanceRow:
    """One living process instance; raises NotFound."""
    row = instances.get(unit.tx, instance_id)
    if row is None or row.ended_at is not None:
        raise NotFound("process instance", instance_id)
    return row


def variables_of(unit: Unit, instance_id: int) -> dict[str, Variable]:
    """The variables of an instance, alive or ended; raises NotFound."""
    row = instances.get(unit.tx, instance_id)
    if row is None:
        raise NotFound("process instance", instance_id)
    return dict(Variables(row.variables).items())


def start_nodes(unit: Unit, rows: Sequence[InstanceRow]) -> dict[int, str]:
    """The start events at which instances began. One statement where processes have several."""
    graphs = {row.id: unit.process(row.definition_id) for row in rows}
    found = {number: graph.start.id for number, graph in graphs.items() if graph.start is not None}
    several = [number for number, graph in graphs.items() if len(graph.starts) > 1]
    for instance_id, trail in instances.start_trails(unit.tx, sorted(several)).items():
        first = trail.partition(" ")[0]
        if any(node.id == first for node in graphs[instance_id].starts):
            found[instance_id] = first
    return found


def callers(unit: Unit, rows: Sequence[InstanceRow]) -> dict[int, int]:
    """The instances that have called some of these. One statement where any was called."""
    called = {row.parent_activity_id: row.id for row in rows if row.parent_activity_id is not None}
    if not called:
        return {}
    return {called[activity_id]: caller for activity_id, caller in instances.of_activities(unit.tx, sorted(called))}


def end_nodes(unit: Unit, rows: Sequence[InstanceRow]) -> dict[int, str]:
    """The end events at which instances ended; none for those that run or were taken away. One statement."""
    over = {row.id: row for row in rows if row.state == InstanceState.COMPLETED}
    found: dict[int, str] = {}
    for instance_id, trail in instances.last_trails(unit.tx, sorted(over)).items():
        nodes = unit.process(over[instance_id].definition_id).nodes
        passed = [step for step in trail.split() if step in nodes and nodes[step].behaviour.is_end]
        if passed:
            found[instance_id] = passed[-1]
    return found


def activity_tree(unit: Unit, instance_id: int) -> tuple[InstanceRow, tree.TreeNode, list[IncidentRow]]:
    """What is active in an instance, as a tree of activity instances, with its open incidents; raises NotFound.

    To be called in ``Services.read``, which sees one moment: no scope ends between the reading of one row and the next.
    """
    row = instances.get(unit.tx, instance_id)
    if row is None or row.ended_at is not None:
        raise NotFound("process instance", instance_id)
    running = Running.of_instance(unit, row)
    alive = running.open_activities()
    root = tree.activity_tree(running.process, running.instance, alive, _leaving(running, alive))
    return row, root, incidents.find(unit.tx, IncidentFilter(instance_ids=[instance_id]))


def _leaving(running: Running, alive: Sequence[Activity]) -> set[int]:
    """The tasks that an error has left and that wait for their continuation."""
    nodes = running.process.nodes
    tasks = [one.id for one in alive if one.kind in TASKS and nodes[one.node_id].waits_after]
    if not tasks:
        return set()
    found = stored_jobs.find(running.unit.tx, stored_jobs.of_activities(tasks))
    return {job.activity_id for job in found if job.type == CONTINUATION and job.activity_id is not None}


def delete(
    unit: Unit, instance_id: int, reason: str | None = None, *, skip_called: bool = False, silently: bool = False
) -> None:
    """End an instance from outside: all that is alive in it is cancelled, and so is what it has called.

    Where it was called itself, the call is cancelled, and what then has nothing left around it. Raises NotFound, and
    what a listener raises.

    ``skip_called``: what it has called lives on, for itself. ``silently``: no listeners are evaluated.
    """
    row = instances.lock(unit.tx, instance_id)
    if row is None or row.ended_at is not None:
        raise NotFound("process instance", instance_id)
    running = Running.of_instance(unit, row)
    running.leaves_called = skip_called
    end(running, reason, silently=silently)


def end(running: Running, reason: str | None = None, *, silently: bool = False) -> None:
    """The same of an instance that is loaded."""
    running.end_reason = reason
    running.silently = silently
    above = running.parent()
    _cancel(running)
    while above is not None:
        above = _give_up(*above, reason, silently=silently)


def _give_up(
    running: Running, activity: Activity, reason: str | None, *, silently: bool
) -> tuple[Running, Activity] | None:
    """Cancel an activity whose called instance was deleted; what has called its instance, where that ends by it."""
    above = running.parent()
    running.end_reason = reason
    running.silently = silently
    process, instance = running.process, running.instance
    running.move(lambda: calling.given_up(process, instance, running, activity, silently=silently), None)
    return above if running.instance.state is InstanceState.EXTERNALLY_TERMINATED else None


def set_suspended(unit: Unit, instance_ids: Sequence[int], *, suspended: bool) -> None:
    """Suspend or activate instances with all their tasks; tasks that become free wake waiting workers."""
    unit.expect_commands(len(instance_ids))
    for instance_id in sorted(set(instance_ids)):
        if instances.lock(unit.tx, instance_id) is None:
            raise NotFound("process instance", instance_id)
    for some in parts(instance_ids):
        activities.set_suspension(unit.tx, some, suspended=suspended)
        jobs.set_suspended_of_instances(unit, some, suspended=suspended)
        if not suspended:
            for topic in external_tasks.topic_names(unit.tx, instance_ids=some):
                unit.tx.signal(EXTERNAL_TASKS, topic)


def set_definitions_suspended(
    unit: Unit, definition_ids: Sequence[int], *, suspended: bool, with_instances: bool
) -> None:
    """Suspend or activate definitions, so that no new instances start; on request their instances too.

    The job definitions and the jobs that start instances follow; jobs of instances follow these.
    """
    definitions.set_suspended(unit.tx, definition_ids, suspended=suspended)
    if with_instances:
        found = instance_lists.ids(unit.tx, InstanceFilter(definition_ids=definition_ids))
        set_suspended(unit, found, suspended=suspended)
    job_definitions.change_of_definitions(unit.tx, definition_ids, suspended=int(suspended))
    jobs.set_suspended_of_start_events(unit, definition_ids, suspended=suspended)


def _end_called(unit: Unit, definition_id: int) -> None:
    """End what the instances of a definition that is removed have called."""
    for instance_id in instances.called_from(unit.tx, definition_id):
        row = instances.lock(unit.tx, instance_id)
        if row is not None and row.ended_at is None:
            running = Running.of_instance(unit, row)
            running.silently = True  # as all that goes with a definition
            _cancel(running)


def _cancel(running: Running) -> None:
    process, instance, silently = running.process, running.instance, running.silently
    running.move(lambda: interpreter.cancel_instance(process, instance, running, silently=silently), None)


def delete_definition(unit: Unit, row: DefinitionRow, *, cascade: bool) -> None:
    """Remove a definition; its instances go too when ``cascade``, else living ones make it fail.

    Starts that are on their way are waited for, and those that come after it do not find it. Raises NotFound,
    RunningInstances, MessageTaken.
    """
    unit.tx.expect_long_work()  # how much there is to remove would have to be counted
    definitions.serialise(unit.tx)  # which version is the latest decides what its timers start
    if not definitions.hold(unit.tx, row.id):
        raise NotFound("process definition", row.id)
    living = definitions.running(unit.tx, row.id)
    if living and not cascade:
        raise RunningInstances(f"{row.key}:{row.version}:{row.id}", living)
    instances.hold_of_definition(unit.tx, row.id)
    _end_called(unit, row.id)
    incidents.end_above_definition(unit.tx, row.id)
    instances.delete_of_definition(unit.tx, row.id)
    job_definitions.remove(unit.tx, row.id)
    elements.remove(unit.tx, row.id)
    definitions.remove(unit.tx, row.id)
    start_events.restore(unit, row)
