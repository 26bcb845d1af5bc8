"""A process instance in motion: loads its state for the engine, and has written what the engine changed.

All movement of tokens goes through ``Running``; ``instance_rows`` makes rows of activities and of what they wait for.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from taskbridge.engine import conditions, interpreter, scopes
from taskbridge.engine.expressions import hash_order
from taskbridge.engine.graph import Process
from taskbridge.engine.scripts.script import Runner
from taskbridge.engine.state import (
    Activity,
    Armed,
    Caller,
    Changes,
    Done,
    ForEvent,
    Instance,
    Link,
    Tokens,
)
from taskbridge.engine.variables import Variable, Variables
from taskbridge.kinds import ActivityKind, ActivityState, InstanceState
from taskbridge.service import instance_rows, waits
from taskbridge.service.errors import NotFound, Suspended
from taskbridge.service.persons import Persons
from taskbridge.service.shown_ids import ShownIds
from taskbridge.service.trails import Trail
from taskbridge.service.unit import Unit
from taskbridge.store import activities, blobs, identity, instances, subscriptions
from taskbridge.store.activities import ActivityRow
from taskbridge.store.instances import InstanceRow
from taskbridge.store.subscriptions import COMPENSATE

if TYPE_CHECKING:
    from taskbridge.service.signals import Delivery

log = logging.getLogger("taskbridge.engine")
_NONE: Mapping[str, Variable] = {}


def activity_of(row: ActivityRow) -> Activity:
    """The engine's view of a stored activity."""
    return Activity(
        row.id,
        row.scope_id,
        row.node_id,
        ActivityKind(row.kind),
        ActivityState(row.state),
        Variables(row.variables),
    )


class Running:
    """One instance for the length of one unit of work; also the environment the interpreter asks for ids and scopes."""

    def __init__(self, unit: Unit, process: Process, instance: Instance, tenant: str | None, root_id: int) -> None:
        self.unit = unit
        self.process = process
        self.instance = instance
        self.now = unit.tx.now
        self.user = unit.user
        self.new_id = unit.tx.new_id
        self.tenant = tenant
        self.name: str | None = None  # how people know an instance that is about to be started
        self.end_reason: str | None = None  # why the instance is ended from outside
        self.leaves_called = False  # whether what it has called lives on then
        self.silently = False  # whether no listeners are evaluated then
        self.root_id = root_id
        self._business_key = instance.business_key
        self._parent: tuple[Running, Activity] | None = None  # what has called the instance, once that is known
        self.trail: Trail | None = None  # where the command's trail stands, where it is written in parts
        self.raised_incidents = False  # whether some may be open at activities that end
        self._held: dict[int, Activity] = {}
        self._open: dict[int, Activity] | None = None
        self._subscriptions: list[Armed] | None = None
        self._shown: ShownIds | None = None
        self._persons: Persons | None = None
        if process.conditional:
            conditions.watch(instance, instance.id, instance.variables)

    @classmethod
    def of_activity(cls, unit: Unit, row: ActivityRow) -> tuple["Running", Activity]:
        """The instance around an activity that is held (``activities.hold_with_tree``), and that activity."""
        instance = Instance(
            row.instance_id,
            row.definition_id,
            row.business_key,
            InstanceState(row.instance_state),
            Variables(row.instance_variables),
            Tokens(row.tokens),
            row.started_by,
        )
        running = cls(unit, unit.process(row.definition_id), instance, row.tenant, row.root_id)
        running.raised_incidents = bool(row.raised_incidents)
        activity = running._held[row.id] = running._loaded_of(row)
        return running, activity

    @classmethod
    def of_instance(cls, unit: Unit, row: InstanceRow) -> "Running":
        """An instance that is locked (``instances.lock``)."""
        instance = Instance(
            row.id,
            row.definition_id,
            row.business_key,
            InstanceState(row.state),
            Variables(row.variables),
            Tokens(row.tokens),
            row.started_by,
        )
        running = cls(unit, unit.process(row.definition_id), instance, row.tenant, row.root_id)
        running.raised_incidents = bool(row.raised_incidents)
        return running

    @classmethod
    def of_host(cls, unit: Unit, instance_id: int, activity_id: int | None) -> tuple["Running", Activity | None]:
        """An instance, which is locked, and what a job or subscription of it hangs on: an activity, or the instance.

        Jobs and subscriptions go with what they hang on: LookupError where that has ended.
        """
        if activity_id is not None:
            found = activities.hold_with_tree(unit.tx, activity_id)
            if found is not None:
                return cls.of_activity(unit, found)
        else:
            row = instances.lock(unit.tx, instance_id)
            if row is not None and row.ended_at is None:
                return cls.of_instance(unit, row), None
        raise LookupError(f"activity instance {activity_id} of process instance {instance_id} has ended")

    @classmethod
    def fresh(cls, unit: Unit, process: Process, instance: Instance, tenant: str | None) -> "Running":
        """An instance that is about to be started and has no row yet."""
        running = cls(unit, process, instance, tenant, instance.id)
        running._open = {}
        running._subscriptions = []
        unit.tx.roots.add(instance.id)  # no other transaction sees it
        return running

    @classmethod
    def called(
        cls, unit: Unit, process: Process, instance: Instance, tenant: str | None, parent: tuple["Running", Activity]
    ) -> "Running":
        """An instance that an activity calls, which has no row yet."""
        running = cls(unit, process, instance, tenant, parent[0].root_id)
        running._open = {}
        running._subscriptions = []
        running._parent = parent
        return running

    # what the interpreter asks for

    def caller(self) -> Caller | None:
        """The activity that has called this instance; None for one that stands for itself."""
        found = self.parent()
        if found is None:
            return None
        running, activity = found
        return Caller(running.process, running.instance, activity, running)

    def members(self, group: str) -> list[str]:
        """The names of the people in a group, those of the network of the instance, in order."""
        return identity.members_of(self.unit.tx, group, self.tenant)

    def parent(self) -> tuple["Running", Activity] | None:
        """The same as it is moved by the services."""
        if self._parent is None and self.root_id != self.instance.id:
            activity_id = instances.caller_of(self.unit.tx, self.instance.id)
            row = None if activity_id is None else activities.get(self.unit.tx, activity_id)
            if row is not None and row.ended_at is None:
                self._parent = Running.of_activity(self.unit, row)
        return self._parent

    def living(self, activity_id: int) -> Activity | None:
        """One living activity of this instance."""
        found = self._held.get(activity_id) or self._loaded().get(activity_id)
        return found if found is not None and found.state < ActivityState.DONE else None

    @property
    def shown(self) -> ShownIds:
        """The ids that clients are shown, for expressions."""
        if self._shown is None:
            self._shown = ShownIds(self.unit.tx, self.instance.definition_id, self.tenant)
        return self._shown

    @property
    def scripts(self) -> Runner:
        """What evaluates scripts."""
        return self.unit.scripts

    def open_activities(self) -> list[Activity]:
        """All activities of this instance that are alive in the store, scopes included."""
        return list(self._loaded().values())

    def subscriptions(self) -> list[Armed]:
        """The events and conditions that this instance waits for in the store, in the order of their arming."""
        if self._subscriptions is None:
            rows = subscriptions.of_instance(self.unit.tx, self.instance.id)
            self._subscriptions = [
                Armed(row.activity_id or self.instance.id, row.node_id, ForEvent(row.type, row.name))
                for row in rows
                if row.type != COMPENSATE
            ]
        return self._subscriptions

    def done(self) -> list[Done]:
        """What of this instance can be compensated by the store, in the order in which it was done."""
        rows = subscriptions.of_instance(self.unit.tx, self.instance.id)
        return [
            Done(row.id, row.activity_id or self.instance.id, row.node_id, row.scope_id)
            for row in rows
            if row.type == COMPENSATE
        ]

    def completed(self, activity_id: int) -> Activity:
        """A completed subprocess, as it was then."""
        row = activities.get(self.unit.tx, activity_id)
        if row is None:
            raise NotFound("activity instance", activity_id)
        return activity_of(row)

    def expect_long_work(self) -> None:
        """Let the work run off the event loop: what the transaction has written is rolled back, and it starts anew."""
        self.unit.tx.expect_long_work()

    def scope(self, activity_id: int) -> Activity:
        """One living scope of this instance. It is read with those around it, and without what else is alive."""
        known = self._held if self._open is None else self._open
        if activity_id not in known and self._open is None:
            for row in activities.scopes_from(self.unit.tx, activity_id):
                self._held.setdefault(row.id, self._loaded_of(row))
        found = known.get(activity_id)
        if found is None:
            raise NotFound("activity instance", activity_id)
        return found

    def suspended(self, host: Activity | None) -> Suspended:
        """That something may not go on while the instance is suspended: an activity, or None for the instance."""
        return Suspended("process instance", self.instance.id) if host is None else Suspended("execution", host.id)

    def is_over(self, activity_id: int | None) -> bool:
        """Whether the activity that this command is about has ended by now; None is about the instance itself."""
        held = None if activity_id is None else self._held.get(activity_id)
        over = held is not None and held.state >= ActivityState.DONE
        return over or self.instance.state >= InstanceState.COMPLETED

    def _loaded(self) -> dict[int, Activity]:
        if self._open is None:
            rows = activities.open_of_instance(self.unit.tx, self.instance.id)
            self._open = {row.id: self._held.get(row.id) or self._loaded_of(row) for row in rows}
        return self._open

    def _loaded_of(self, row: ActivityRow) -> Activity:
        activity = activity_of(row)
        if activity.kind is ActivityKind.USER:
            if self.process.has_task_listeners:
                self.persons.know(activity, row)
        elif self.process.conditional:
            conditions.watch(self.instance, activity.id, activity.variables)
        return activity

    @property
    def persons(self) -> Persons:
        """The stored tasks that listeners may change."""
        if self._persons is None:
            self._persons = Persons(self.unit)
        return self._persons

    def links(self, activity_id: int) -> list[Link]:
        """Whom a stored task is linked to."""
        return waits.person.links_of(self.unit, activity_id)

    def touched(self) -> list[Activity]:
        """The living activities whose own variables were changed, and not yet written."""
        known = self._held if self._open is None else self._open
        return [
            activity
            for activity in known.values()
            if activity.variables.changed and activity.state < ActivityState.DONE
        ]

    # what changes

    def set_variables(
        self,
        activity: Activity,
        given: Mapping[str, Variable],
        local: Mapping[str, Variable],
        on_instance: Mapping[str, Variable] = _NONE,
    ) -> None:
        """Write variables: each where its name already is, the others into the activity or the instance."""
        for name, variable in self.in_order(given).items():
            scopes.set_variable(self.instance, activity, self, name, variable)
        for name, variable in self.in_order(on_instance).items():
            scopes.set_own(self.instance.variables, name, variable)
        for name, variable in self.in_order(local).items():
            scopes.set_local(activity, name, variable)

    def in_order(self, given: Mapping[str, Variable]) -> Mapping[str, Variable]:
        """Variables that are set together, in the order in which conditions are judged by them, as at the vendor's."""
        if not self.process.conditional:
            return given
        return {name: given[name] for name in hash_order(given)}

    def set_by_process(self, place: Activity | None, given: Mapping[str, Variable]) -> None:
        """Write variables as the process does that stands at a place; see ``scopes.set_by_process``."""
        for name, variable in self.in_order(given).items():
            scopes.set_by_process(self.process, self.instance, place, self, name, variable)

    def keep(self, content: object) -> object:
        """Store a raw content that a variable came to hold; gives the document that stands for it."""
        if not isinstance(content, bytes):
            raise TypeError(f"a variable cannot hold {type(content).__name__}")
        return {"blob": blobs.insert(self.unit.tx, self.instance.id, content)}

    def move(self, command: Callable[[], Changes], about: Activity | None) -> Changes:
        """Let the interpreter do one thing, and write what came of it; ``about`` is the activity it ends, if any."""
        before = self.instance.state
        changes = command()
        self.write(changes, about, before)
        if self.process.calls or self.root_id != self.instance.id:
            self._move_tree(changes)
        else:
            self._pass_on(changes)
        return changes

    def write(self, changes: Changes, about: Activity | None, before: InstanceState) -> None:
        """Write what the interpreter has changed; ``before`` is the state of the instance before that."""
        instance_rows.write(self, changes, about)
        self._remember(changes)
        self._log(changes)
        self.save(ended=self.instance.state != before and self.instance.state >= InstanceState.COMPLETED)

    def _move_tree(self, changes: Changes) -> None:
        """Let the other instances of the tree go on, and signals move those of other trees."""
        # Other instances move through this class in their turn.
        from taskbridge.service import calls  # noqa: PLC0415

        found = calls.follow(self, changes)
        if found:
            self._deliver(changes, found)
        self.trail = None

    def _remember(self, changes: Changes) -> None:
        """Know what is alive now, for a further command."""
        self._subscriptions = None
        if changes.paused is not None:  # which goes on with these very objects
            self._held |= {one.id: one for one in changes.created if one.state < ActivityState.DONE}
        if self._open is not None:
            for activity in (*changes.ended, *changes.cancelled):
                self._open.pop(activity.id, None)
            if changes.dissolved:
                gone = set(changes.dissolved)
                self._open = {key: one for key, one in self._open.items() if one.scope_id not in gone}
            self._open |= {one.id: one for one in changes.created if one.state < ActivityState.DONE}

    def begin(self, command: Callable[[], Changes]) -> None:
        """Let the interpreter start the instance, and write it with all that came of it at once."""
        changes = self.insert(command)
        if self.process.calls:
            self._move_tree(changes)
        else:
            self._pass_on(changes)

    def insert(self, command: Callable[[], Changes]) -> Changes:
        """The same without moving any other instance."""
        changes = command()
        instance = self.instance
        ended = instance.state >= InstanceState.COMPLETED
        instances.insert(
            self.unit.tx,
            {
                "id": instance.id,
                "root_id": self.root_id,
                "parent_activity_id": None if self._parent is None else self._parent[1].id,
                "definition_id": instance.definition_id,
                "business_key": instance.business_key,
                "name": self.name,
                "tenant": self.tenant,
                "state": instance.state,
                "outdated": 0,
                "variables": instance.variables.text(self.keep),
                "tokens": instance.tokens.text(),
                "trail": " ".join(changes.trail) or None,
                "started_by": instance.started_by,
                "started_at": self.now,
                "ended_at": self.now if ended else None,
                "end_reason": None,
                "raised_incidents": 0,
            },
        )
        changes.beside = None  # the instance's own row has the trail
        self.trail = Trail(None, changes.trail)
        changes.trail = []
        instance_rows.write(self, changes, None)
        self._remember(changes)
        self._log(changes)
        return changes

    def _pass_on(self, changes: Changes) -> None:
        """Let signals move other instances. What these do to this one, by signals of their own, is read again."""
        if not changes.thrown:
            return
        # Other instances move through this class in their turn.
        from taskbridge.service import signals  # noqa: PLC0415

        self._deliver(changes, signals.gather(self.unit, self.instance.id, self.tenant, changes.thrown))

    def _deliver(self, changes: Changes, found: Sequence["Delivery"]) -> None:
        from taskbridge.service import signals  # noqa: PLC0415 - as above

        left = self._loaded() | {one.id: one for one in changes.created if one.state < ActivityState.DONE}
        if signals.pass_on(self.unit, found):
            self._read_again(changes, left)

    def _read_again(self, changes: Changes, left: dict[int, Activity]) -> None:
        """Take over what the store has now; activities that came meanwhile count among those that the command made.

        ``left`` are those that were alive before. Objects stay the same, as callers hold them.
        """
        tx, instance = self.unit.tx, self.instance
        row = instances.get(tx, instance.id)
        if row is None:
            raise LookupError(f"process instance {instance.id} is gone")
        instance.state = InstanceState(row.state)
        instance.variables.take_over(row.variables)
        instance.tokens = Tokens(row.tokens)
        self.raised_incidents = bool(row.raised_incidents)
        self._open, self._subscriptions = {}, None
        for stored in activities.open_of_instance(tx, instance.id):
            activity = left.pop(stored.id, None)
            if activity is None:
                activity = self._loaded_of(stored)
                changes.created.append(activity)
            else:
                activity.state = ActivityState(stored.state)
                activity.variables.take_over(stored.variables)
            self._open[activity.id] = activity
        for activity in left.values():
            activity.state = ActivityState.CANCELLED  # or done: it is not alive

    def save(self, *, ended: bool = False) -> None:
        """Write the instance's own row where something on it changed."""
        instance = self.instance
        if instance.business_key != self._business_key:
            instances.set_business_key(self.unit.tx, instance.id, instance.business_key)
            self._business_key = instance.business_key
        if instance.variables.changed or instance.tokens.changed or ended:
            variables, tokens = instance.variables.text(self.keep), instance.tokens.text()
            instances.advance(
                self.unit.tx,
                instance.id,
                variables=variables,
                tokens=tokens,
                state=instance.state,
                ended_at=self.now if ended else None,
                end_reason=self.end_reason,
            )
            instance.variables.saved(variables)
            instance.tokens.saved(tokens)

    def change_variables(self) -> None:
        """Write the variables that a client has changed, and let conditions take effect. Raises Suspended, EngineError.

        A suspended instance may be changed as long as nothing in it has to move.
        """
        instance = self.instance
        if not instance.variable_changes:
            self.save_variables()
            return
        suspended = instance.state == InstanceState.SUSPENDED
        changes = self.move(lambda: interpreter.judge(self.process, instance, self), None)
        if suspended and (changes.created or changes.ended or changes.cancelled):
            raise self.suspended(None)

    def save_variables(self) -> None:
        """Write the variables that were changed without anything moving, and without conditions being judged."""
        conditions.forget(self.instance)
        self.save_touched()
        self.save()

    def save_touched(self) -> None:
        """Write the variables of living activities that were changed."""
        for activity in self.touched():
            document = activity.variables.text(self.keep)
            activities.set_variables(self.unit.tx, activity.id, document)
            activity.variables.saved(document)

    def _log(self, changes: Changes) -> None:
        for code in changes.uncaught:
            log.info("no handler for BPMN error %r in process instance %s", code, self.instance.id)
