"""Migration of process instances to another definition: plans are proposed and checked, instances are brought over.

The rules are those of ``engine.migrating``. An instance is locked with its tree. Scopes that vanish are left in the
process that it comes from; then its rows are changed; then scopes emerge in the process that it goes to, and what is
new there is waited for; then the variables of the plan are set. All of it is one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from taskbridge.engine.elements.base import CONTINUATION
from taskbridge.engine.events.timer import JOB_TYPES
from taskbridge.engine.instructions import Omissions
from taskbridge.engine.migrating import carrying_out, generating, moves, validating, waits
from taskbridge.engine.migrating.checking import faults
from taskbridge.engine.migrating.matching import Matching
from taskbridge.engine.migrating.migrant import Migrant, Subscription, TimeoutJob, TimerJob
from taskbridge.engine.migrating.moves import Moves
from taskbridge.engine.migrating.plan import Instruction, Plan
from taskbridge.engine.migrating.waits import Waits
from taskbridge.engine.state import Armed, ForContinuation, ForEvent, ForTime, ForTimeout
from taskbridge.engine.task_listening import TIMEOUT_JOB, configuration_of, timer_of
from taskbridge.kinds import InstanceState
from taskbridge.service import queue, variables
from taskbridge.service.errors import (
    CannotMigrate,
    InvalidPlan,
    NothingToMigrate,
    NotOfDefinition,
    OfOtherTenant,
    Suspended,
    WithoutTenant,
)
from taskbridge.service.processes import definition
from taskbridge.service.running import Running
from taskbridge.service.shown_ids import definition_id
from taskbridge.service.signals import JOB_TYPE as SIGNAL
from taskbridge.service.unit import Unit
from taskbridge.service.waits import continuation, time, timeout
from taskbridge.store import instance_moves, instances, job_definitions, subscriptions
from taskbridge.store import jobs as stored_jobs
from taskbridge.store.definitions import DefinitionRow
from taskbridge.store.instances import InstanceRow
from taskbridge.store.jobs import JobRow
from taskbridge.store.subscriptions import COMPENSATE

#: Types of serialized objects that no variable of a plan may have.
_JAVA = "application/x-java-serialized-object"
#: So many statements an instance takes at least.
_STATEMENTS = 10
_PROHIBITED = "Cannot set variable with name {}. Java serialization format is prohibited"


def proposed(unit: Unit, plan: Plan, *, update_triggers: bool) -> list[Instruction]:
    """The instructions that two definitions suggest; those of the plan do not count. Raises NotFound, InvalidPlan."""
    source, target = _definitions(unit, plan)
    if faulty := _faulty_variables(plan):
        raise InvalidPlan(plan, [], faulty, _names(source, target))
    processes = unit.process(source.id), unit.process(target.id)
    return generating.generated(*processes, update_triggers=update_triggers)


def check(unit: Unit, plan: Plan) -> None:
    """Raises NotFound for a definition, OfOtherTenant, InvalidPlan."""
    source, target = _definitions(unit, plan)
    names = _names(source, target)
    failures = validating.reports(unit.process(source.id), unit.process(target.id), plan.instructions, names)
    faulty = _faulty_variables(plan)
    if failures or faulty:
        raise InvalidPlan(plan, failures, faulty, names)


def _definitions(unit: Unit, plan: Plan) -> tuple[DefinitionRow, DefinitionRow]:
    source, target = definition(unit, plan.source_id), definition(unit, plan.target_id)
    if source.tenant and target.tenant and source.tenant != target.tenant:
        raise OfOtherTenant(source.tenant, target.tenant)
    return source, target


def _names(*rows: DefinitionRow) -> tuple[str, str]:
    source, target = (definition_id(row.key, row.version, row.id) for row in rows)
    return source, target


def _faulty_variables(plan: Plan) -> dict[str, list[str]]:
    return {
        name: [_PROHIBITED.format(name)]
        for name, one in plan.variables.items()
        if (one.info or {}).get("serializationDataFormat") == _JAVA
    }


def migrate(unit: Unit, plan: Plan, instance_ids: Sequence[int], omitted: Omissions) -> None:
    """Bring instances to another definition: all of them, or none. The plan is valid.

    Raises NotFound, NothingToMigrate, NotOfDefinition, WithoutTenant, CannotMigrate, EngineError.
    """
    unit.expect_commands(_STATEMENTS * len(instance_ids))
    found = [instances.get(unit.tx, one) for one in instance_ids]
    instances.lock_roots(unit.tx, {row.root_id for row in found if row is not None})
    source, target = _definitions(unit, plan)
    processes = unit.process(source.id), unit.process(target.id)
    matching = Matching(*processes, plan.instructions)
    for instance_id in instance_ids:
        row = instances.get(unit.tx, instance_id)
        if row is None or row.ended_at is not None:
            raise NothingToMigrate(instance_id)
        if target.tenant and not row.tenant:
            raise WithoutTenant(row.id, target.tenant)
        if row.definition_id != source.id:
            own = definition_id(row.definition_key, row.definition_version, row.definition_id)
            raise NotOfDefinition(row.id, own, _names(source, target)[0])
        _Migration(unit, plan, matching, row, omitted).carry_out(source)


@dataclass(slots=True)
class _Migration:
    """One instance on its way."""

    unit: Unit
    plan: Plan
    matching: Matching
    row: InstanceRow
    omitted: Omissions

    def carry_out(self, source: DefinitionRow) -> None:
        """Do it. Raises CannotMigrate, EngineError, Suspended where a scope would have to begin."""
        running = Running.of_instance(self.unit, self.row)
        jobs = {job.id: job for job in stored_jobs.find(self.unit.tx, stored_jobs.of_instances([self.row.id]))}
        migrant = self._migrant(running, list(jobs.values()))
        self.unit.expect_commands(len(migrant.activities))
        if found := faults(self.matching, migrant):
            raise CannotMigrate(self.row.id, _names(source, source)[0], found)
        moved = moves.moves(self.matching, migrant, self.unit.tx.new_id)
        if moved.emerging and running.instance.state is InstanceState.SUSPENDED:
            raise Suspended("execution", moved.emerging[0].id)
        waiting = waits.waits(self.matching, migrant, moved)
        self._move_done(moved)
        self._leave(running, moved)
        self._move_rows(migrant, moved, waiting, jobs)
        self._arrive(moved, waiting, jobs)
        self._set_variables()

    def _migrant(self, running: Running, jobs: Sequence[JobRow]) -> Migrant:
        rows = subscriptions.of_instance(self.unit.tx, self.row.id)
        done = running.done()
        completed = {one.scope_id: running.completed(one.scope_id).node_id for one in done if one.scope_id is not None}
        documents = {job.id: orjson.loads(job.payload) for job in jobs}
        return Migrant(
            running.instance,
            running.open_activities(),
            [
                TimerJob(job.id, job.activity_id or self.row.id, job.node_id or "")
                for job in jobs
                if job.type in JOB_TYPES.values()
            ],
            [
                TimeoutJob(job.id, job.activity_id or self.row.id, timeout.wait_of(0, documents[job.id]).listener_id)
                for job in jobs
                if job.type == TIMEOUT_JOB
            ],
            {job.activity_id or 0: continuation.wait_of(documents[job.id]) for job in jobs if job.type == CONTINUATION},
            [
                Subscription(row.id, row.activity_id or self.row.id, row.node_id)
                for row in rows
                if row.type != COMPENSATE
            ],
            done,
            completed,
        )

    def _move_done(self, moved: Moves) -> None:
        """What can be compensated moves first, for it goes with the scopes that vanish."""
        tx, definition = self.unit.tx, self.plan.target_id
        subscriptions.forget(tx, moved.forgotten)
        instance_moves.done(
            tx,
            [
                {
                    "subscription": one.id,
                    "definition": definition,
                    "node": one.node_id,
                    "host": None if one.host_id == self.row.id else one.host_id,
                }
                for one in moved.done
            ],
        )
        instance_moves.activities(tx, [self._place(place) for place in moved.completed])

    def _place(self, place: moves.Place) -> dict[str, object]:
        goal = {"definition": self.plan.target_id, "node": place.node_id, "scope": place.scope_id}
        return goal | {"activity": place.id}

    def _leave(self, running: Running, moved: Moves) -> None:
        if moved.vanishing:
            process, instance = running.process, running.instance
            before = instance.state
            changes = carrying_out.leave_scopes(process, instance, running, moved.vanishing, self.omitted)
            running.write(changes, None, before)

    def _move_rows(self, migrant: Migrant, moved: Moves, waiting: Waits, jobs: dict[int, JobRow]) -> None:
        tx, target = self.unit.tx, self.plan.target_id
        tokens = moves.tokens(self.matching, migrant, moved)
        instance_moves.instance(tx, self.row.id, target, tokens.text())
        instance_moves.activities(tx, [self._place(place) for place in moved.activities])
        instance_moves.remove_jobs(tx, waiting.gone_jobs)
        subscriptions.forget(tx, waiting.gone_subscriptions)
        instance_moves.subscriptions(
            tx,
            [{"subscription": one.id, "definition": target, "node": one.node_id} for one in waiting.subscriptions],
        )
        kept = {one.id: one.node_id for one in waiting.timers}
        kept |= self._signals_on_their_way(waiting, jobs)
        goals = {place.id: place.node_id for place in moved.activities}
        declared = job_definitions.of_definitions(tx, [target])
        rows = []
        for job in jobs.values():
            node_id = goals[job.activity_id or 0] if job.type == CONTINUATION else kept.get(job.id)
            if node_id is not None:
                rows.append(self._job(job, node_id, declared))
        instance_moves.jobs(tx, rows)

    def _signals_on_their_way(self, waiting: Waits, jobs: dict[int, JobRow]) -> dict[int, str]:
        """The jobs that carry signals, which go along with what waits for them, or go."""
        awaited = {one.id: one.node_id for one in waiting.subscriptions}
        carriers = {job.id: orjson.loads(job.payload)["subscription"] for job in jobs.values() if job.type == SIGNAL}
        gone = [job_id for job_id, subscription_id in carriers.items() if subscription_id not in awaited]
        instance_moves.remove_jobs(self.unit.tx, gone)
        return {job_id: awaited[one] for job_id, one in carriers.items() if one in awaited}

    def _job(
        self, job: JobRow, node_id: str, declared: Sequence[job_definitions.JobDefinitionRow]
    ) -> dict[str, object]:
        document = orjson.loads(job.payload)
        configuration = None
        node = self.matching.target.nodes[node_id]
        if job.type == CONTINUATION:
            waited = self._continuation(continuation.wait_of(document), node_id)
            found = continuation.job(waited)
            document, configuration = found.payload, found.configuration
        elif job.type == TIMEOUT_JOB:
            configuration = configuration_of(timer_of(node, timeout.wait_of(0, document).listener_id))
        of_node = (
            one.id
            for one in declared
            if one.node_id == node_id
            and one.type == job.type
            and (configuration is None or one.configuration == configuration)
        )
        return {
            "job": job.id,
            "definition": self.plan.target_id,
            "node": node_id,
            "job_definition": next(of_node, None),
            "new_due_at": job.due_at,
            "new_payload": orjson.dumps(document).decode(),
        }

    def _continuation(self, waited: ForContinuation, node_id: str) -> ForContinuation:
        """The same behind or before another node: the flow is one of that, where it has such a one."""
        if not waited.after:
            known = waited.flow_id in self.matching.target.process.flows
            return ForContinuation(after=False, flow_id=waited.flow_id if known else None)
        flows = self.matching.target.nodes[node_id].outgoing
        if len(flows) == 1:
            return ForContinuation(after=True, flow_id=flows[0].id)
        return ForContinuation(after=True, flow_id=waited.flow_id if flows else None)

    def _arrive(self, moved: Moves, waiting: Waits, jobs: dict[int, JobRow]) -> None:
        row = instances.get(self.unit.tx, self.row.id)
        if row is None:
            raise LookupError(f"process instance {self.row.id} is gone")
        running = Running.of_instance(self.unit, row)
        process, instance = running.process, running.instance
        before = instance.state
        arrival = carrying_out.arrive(process, instance, running, moved, waiting, self.omitted)
        running.write(arrival.changes, None, before)
        if instance.state is InstanceState.SUSPENDED:
            stored_jobs.change(self.unit.tx, stored_jobs.of_instances([instance.id]), suspended=1)
        for job_id, armed in arrival.timers.items():
            self._make_anew(jobs[job_id], armed)
        for subscription_id, armed in arrival.subscriptions.items():
            if isinstance(armed.wait, ForEvent):
                instance_moves.set_awaited(self.unit.tx, subscription_id, armed.wait.type, armed.wait.name)

    def _make_anew(self, job: JobRow, armed: Armed) -> None:
        """Let a timer fall due as if it had just been made."""
        wait = armed.wait
        if not isinstance(wait, ForTime | ForTimeout):
            raise TypeError(f"job {job.id} waits for no time")
        document = orjson.loads(job.payload)
        document.pop("cycle", None)
        document |= time.payload(ForTime(wait.due_at, wait.cycle))
        due_at = queue.stored_due(wait.due_at)
        instance_moves.set_due(self.unit.tx, job.id, due_at, orjson.dumps(document).decode())
        queue.wake(self.unit, wait.due_at)

    def _set_variables(self) -> None:
        if self.plan.variables:
            place = variables.execution(self.unit, self.row.id)
            variables.change(self.unit, place, self.plan.variables)
