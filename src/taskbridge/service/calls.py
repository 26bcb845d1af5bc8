"""Calls of processes: one command may move several instances of a tree, each in its turn, in one transaction.

A called instance begins as soon as it is called, before any other token of its caller moves, and moves until it waits;
where it ends, its caller goes on. What has still to move stands on a stack, so that depth costs no recursion. The lock
of the root covers the whole tree. Each part of what moves is written before another instance has its turn.
"""

from collections.abc import Callable, Iterable

from taskbridge.engine import calling, interpreter
from taskbridge.engine.calling import Called
from taskbridge.engine.errors import SeveralProcesses, TooManySteps, UnknownProcess
from taskbridge.engine.movement import Movement, check_work
from taskbridge.engine.state import Activity, Binding, Call, Changes, Escaped, Instance
from taskbridge.kinds import ActivityKind, InstanceState
from taskbridge.service import signals, variables
from taskbridge.service.errors import CallerSuspended
from taskbridge.service.running import Running
from taskbridge.service.signals import Delivery
from taskbridge.service.unit import Unit
from taskbridge.service.uuids import Kind, encode
from taskbridge.store import definitions, instances
from taskbridge.store.definitions import DefinitionRow

#: How deep instances may call others within one command: an end for processes that call themselves.
DEEPEST = 1_000
#: Instances that one command may begin by calls: an end for those that multiply. So many take seconds.
MOST_CALLS = 20_000


def follow(running: Running, changes: Changes) -> list[Delivery]:
    """Let the other instances of the tree go on by what a command has changed in one of them, and written.

    What comes to be is added to ``changes``. Gives what signals that were thrown on the way have to reach in further
    instances, once all of this has moved. Raises CallerSuspended, EngineError.
    """
    tree = _Tree(running, changes)
    tree.add(running, changes)
    while tree.stack:
        tree.stack[-1].step(tree)
    return tree.found


class _Part:
    """An instance whose tokens have still to move: its movement, and the processes that it calls first."""

    __slots__ = ("before", "calls", "movement", "running")

    def __init__(self, running: Running) -> None:
        self.running = running
        self.before = running.instance.state  # as it is in the store
        self.movement: Movement | None = None
        self.calls: list[Call] = []

    def moving(self) -> Movement:
        """The movement, where nothing moved so far a new one."""
        if self.movement is None:
            running = self.running
            self.movement = Movement(running.process, running.instance, running)
        return self.movement

    def step(self, tree: "_Tree") -> None:
        """Do what comes next; nothing is left where the part is no longer on the stack then."""
        if self.calls:
            tree.call(self, self.calls.pop())  # what compensates begins at once; of such calls the last one goes first
        elif self.movement is not None:
            tree.write(self, calling.go_on)
        else:
            tree.stack.remove(self)


class _Tree:
    """The instances of a tree that have a part in one command; those that move next stand last in the stack."""

    __slots__ = ("calls", "changes", "ended", "first", "found", "stack", "unit", "work")

    def __init__(self, first: Running, changes: Changes) -> None:
        self.unit = first.unit
        self.first = first
        self.changes = changes  # of the first instance, to which what comes after that is added
        self.stack: list[_Part] = []
        self.found: list[Delivery] = []  # what signals have to reach in other trees
        self.calls = 0
        self.ended = 0  # call activities that were cancelled
        self.work = 0

    def add(self, running: Running, changes: Changes) -> None:
        """An instance has its turn that has moved already."""
        part = _Part(running)
        self.stack.append(part)
        self._take_up(part, changes)

    def write(self, part: _Part, command: Callable[[Movement], Changes]) -> None:
        """Let an instance move, and write it."""
        running, movement = part.running, part.moving()
        changes = command(movement)
        running.write(changes, None, part.before)
        part.before = running.instance.state
        self._take_up(part, changes)

    def _take_up(self, part: _Part, changes: Changes) -> None:
        """What other instances have to do with what was written."""
        self._spend(changes)
        running = part.running
        if running is not self.first:
            self.changes.elsewhere += [(running.process, one) for one in changes.created]
        elif changes is not self.changes:
            self.changes.created += changes.created
        part.movement = changes.paused
        part.calls += changes.calls
        if part.movement is not None:
            part.movement.written()
        if changes.thrown:
            found = signals.gather(self.unit, running.instance.id, running.tenant, changes.thrown)
            self.found += self._signal_callers(part, found)
        self._cancel_called(running, changes)
        for thrown in changes.escaped:
            self._escape(part, thrown)
        if running.instance.state is InstanceState.COMPLETED:
            self._return(part)

    def _cancel_called(self, running: Running, changes: Changes) -> None:
        if not changes.cancelled:
            return
        if running.leaves_called:
            instances.let_go(self.unit.tx, [one.id for one in changes.cancelled if one.kind is ActivityKind.CALL])
            return
        from_outside = running.instance.state is InstanceState.EXTERNALLY_TERMINATED
        state = InstanceState.EXTERNALLY_TERMINATED if from_outside else InstanceState.INTERNALLY_TERMINATED
        self.cancel(changes.cancelled, state, running.end_reason, silently=running.silently)

    def _spend(self, changes: Changes) -> None:
        self.work += changes.work
        check_work(self.work)

    # downwards

    def call(self, part: _Part, call: Call) -> None:
        """Begin the instance of a process that is called. Raises UnknownProcess, EngineError."""
        self.calls += 1
        self.unit.expect_commands(4 * self.calls)
        if self.calls > MOST_CALLS:
            raise TooManySteps(MOST_CALLS)
        if len(self.stack) >= DEEPEST:
            raise TooManySteps(DEEPEST)
        caller = part.running
        activity = caller.living(call.activity_id)
        if activity is None:  # what came in between has ended it
            return
        row = _definition(self.unit, caller, call)
        process = self.unit.process(row.id)
        instance = Instance(self.unit.tx.new_id(), row.id, call.business_key, started_by=self.unit.user)
        running = Running.called(self.unit, process, instance, row.tenant or caller.tenant, (caller, activity))
        given = variables.copied(self.unit, instance.id, call.variables)
        for name, variable in running.in_order(given).items():
            instance.variables.set(name, variable)
        running.name = call.business_key or row.name or row.key
        changes = running.insert(lambda: interpreter.start(process, instance, running))
        self.add(running, changes)

    def cancel(
        self, cancelled: Iterable[Activity], state: InstanceState, reason: str | None, *, silently: bool
    ) -> None:
        """Take the instances away that activities have called which are cancelled, and so on inwards."""
        doomed = [one for one in cancelled if one.kind is ActivityKind.CALL]
        while doomed:
            self.unit.expect_commands(4 * (self.ended + len(doomed)))
            self.ended += 1
            row = instances.called_by(self.unit.tx, doomed.pop().id)
            if row is None:
                continue
            part = next((one for one in self.stack if one.running.instance.id == row.id), None)
            if part is None:
                part = _Part(Running.of_instance(self.unit, row))
            else:
                self.stack.remove(part)
            part.running.end_reason = reason
            changes = calling.cancel(part.moving(), state, silently=silently)
            part.running.write(changes, None, part.before)
            self._spend(changes)
            doomed += [one for one in changes.cancelled if one.kind is ActivityKind.CALL]

    # upwards

    def _return(self, part: _Part) -> None:
        """An instance has ended: the activity that has called it is left. Raises CallerSuspended, EngineError."""
        above = self._above(part)
        if above is None:
            return
        caller, activity = above
        if caller.running.instance.state is InstanceState.SUSPENDED:
            raise CallerSuspended("execution", activity.id)
        self._hand_back(part, caller, activity)
        calling.returned(caller.moving(), activity)

    def _escape(self, part: _Part, thrown: Escaped) -> None:
        """Let what was thrown take effect where it is caught; what stands between is taken away, if it interrupts.

        Each instance on the way hands back its variables, whether something catches it or not. Raises CallerSuspended,
        EngineError.
        """
        above, left = self._above(part), thrown.left
        while above is not None:
            caller, activity = above
            self._hand_back(part, caller, activity, left)
            left = None
            if thrown.stays:
                return
            suspended = caller.running.instance.state is InstanceState.SUSPENDED
            if calling.caught(caller.moving(), activity, thrown):
                if suspended:
                    raise CallerSuspended("execution", activity.id)
                self.write(caller, Movement.finished)
                return
            part, above = caller, self._above(caller)

    def _signal_callers(self, part: _Part, found: list[Delivery]) -> list[Delivery]:
        """Let those that have called an instance have its signals before it goes on; gives what others have to have."""
        inside = {one.row.instance_id for one in found if one.row.root_id == part.running.root_id}
        above = self._above(part) if inside else None
        while above is not None:
            caller = above[0]
            above = self._above(caller)
            instance_id = caller.running.instance.id
            if instance_id in inside:
                theirs = [one for one in found if one.row.instance_id == instance_id]
                found = [one for one in found if one.row.instance_id != instance_id]
                if caller.running.instance.state is InstanceState.ACTIVE:
                    received = signals.received(caller.running, theirs)
                    interpreter.get_signals(caller.moving(), received)
                    self.write(caller, Movement.finished)
        return found

    def _hand_back(self, part: _Part, caller: _Part, activity: Activity, left: Instance | None = None) -> None:
        """Set what a called instance hands back, as it is, or as it has ``left``."""
        running, movement = part.running, caller.moving()
        given = calling.outcome(movement, activity, Called(running.process, left or running.instance, running))
        instance_id = caller.running.instance.id
        copied = calling.Outcome(
            variables.copied(self.unit, instance_id, given.variables),
            variables.copied(self.unit, instance_id, given.local),
        )
        calling.take(movement, activity, copied)

    def _above(self, part: _Part) -> tuple[_Part, Activity] | None:
        """The part of the instance that has called another, below that on the stack, and the activity that has."""
        found = part.running.parent()
        if found is None:
            return None
        running, activity = found
        caller = next((one for one in self.stack if one.running.instance.id == running.instance.id), None)
        if caller is None:
            caller = _Part(running)
            self.stack.insert(self.stack.index(part) if part in self.stack else len(self.stack), caller)
        own = caller.running.living(activity.id)
        return None if own is None else (caller, own)


def _definition(unit: Unit, caller: Running, call: Call) -> DefinitionRow:
    """The process definition that is called. Raises UnknownProcess."""
    own = definitions.get(unit.tx, caller.instance.definition_id)
    if own is None:
        raise LookupError(f"process definition {caller.instance.definition_id} is gone while an instance of it runs")
    tenant = own.tenant if call.tenant is None else call.tenant
    row = _found(unit, own, call, tenant)
    if row is None:
        raise UnknownProcess(call.node_id, _asked(own, call, tenant))
    return row


def _asked(own: DefinitionRow, call: Call, tenant: str) -> str:
    """What was looked for, in the vendor's words."""
    name, whose = call.key or "null", tenant or "null"
    key = f"= '{name}'"
    match call.binding:
        case Binding.LATEST:
            return f"'{name}' and tenant-id '{whose}'"
        case Binding.DEPLOYMENT:
            return f"{key} in deployment = '{encode(Kind.DEPLOYMENT, own.deployment_id)}'"
        case Binding.VERSION:
            return f"{key}, version = '{_shown(call.version)}' and tenant-id = '{whose}'"
        case Binding.VERSION_TAG:
            return f"{key}, versionTag = '{_shown(call.version_tag)}' and tenant-id = '{whose}'"


def _shown(value: object) -> object:
    return "null" if value is None else value


def _found(unit: Unit, own: DefinitionRow, call: Call, tenant: str) -> DefinitionRow | None:
    match call.binding:
        case Binding.LATEST:
            return definitions.latest(unit.tx, call.key, tenant)
        case Binding.DEPLOYMENT:
            return definitions.of_deployment(unit.tx, call.key, own.deployment_id)
        case Binding.VERSION:
            return definitions.of_version(unit.tx, call.key, tenant, call.version)
        case Binding.VERSION_TAG:
            tagged = definitions.tagged(unit.tx, call.key, tenant, call.version_tag)
            if len(tagged) > 1:
                raise SeveralProcesses(call.node_id, call.key, call.version_tag, len(tagged))
            return tagged[0] if tagged else None
