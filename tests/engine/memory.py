"""A process instance in memory: the engine without a store, for the tests of the engine and `make models`.

Works as the services do: every command starts from what was stored, and a command that fails leaves it as it was.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from tests.engine.shown import PlainIds

from taskbridge.engine import conditions, interpreter, scopes
from taskbridge.engine.events import timer
from taskbridge.engine.graph import Process
from taskbridge.engine.scripts.running import Allowance, CommandScripts
from taskbridge.engine.state import (
    Activity,
    Armed,
    Caller,
    Changes,
    Done,
    ForContinuation,
    ForEvent,
    ForPerson,
    ForTime,
    Instance,
    Link,
    Tokens,
)
from taskbridge.engine.task_view import made_links
from taskbridge.engine.variables import Variable, Variables
from taskbridge.kinds import WITHOUT_ACTIVITY, ActivityKind, ActivityState, InstanceState

_NOTHING: Mapping[str, Variable] = {}


def no_scripts() -> CommandScripts:
    """For environments in which none is evaluated."""
    return CommandScripts(Allowance(None, 0), now=0, hurried=False, expect_long_work=lambda: None)


class Stored(NamedTuple):
    """What is kept of the instance between commands."""

    state: InstanceState
    variables: str | None
    tokens: str | None


class MemoryInstance:
    """One instance of a process, with the environment that the interpreter asks for."""

    shown = PlainIds()
    allowance = Allowance(None, 0)

    def __init__(
        self, process: Process, *, business_key: str | None = None, now: int = 0, user: str | None = None
    ) -> None:
        self.process = process
        self.business_key = business_key
        self.now = now
        self.user = user
        self.facts: dict[str, object] = {"workerId": None, "retries": None, "errorMessage": None, "errorDetails": None}
        self.id = 1
        self.stored = Stored(InstanceState.ACTIVE, None, None)
        self.rows: dict[int, Activity] = {}  # every activity there ever was
        self.trail: list[str] = []
        self.uncaught: list[str] = []
        self.armed: list[Armed] = []  # what activities wait for beside their own work: the jobs of a store
        self.undoable: list[Done] = []  # what can be compensated
        self.loads = 0  # how often the open activities or a scope were asked for
        self._last_id = self.id
        self._loaded: dict[int, Activity] = {}
        self._current: Instance | None = None

    # the environment

    @property
    def root_id(self) -> int:
        """It stands for itself."""
        return self.id

    def caller(self) -> Caller | None:
        """Nothing has called it; nor does anything begin that it calls."""
        return None

    def members(self, group: str) -> list[str]:
        """There are no people."""
        return []

    def new_id(self) -> int:
        """A fresh id."""
        self._last_id += 1
        return self._last_id

    def scope(self, activity_id: int) -> Activity:
        """A living scope."""
        self.loads += 1
        return self._load(activity_id)

    @property
    def scripts(self) -> CommandScripts:
        """What evaluates scripts: nothing, unless ``allowance`` has it."""
        return CommandScripts(self.allowance, now=self.now, hurried=False, expect_long_work=self.expect_long_work)

    def subscriptions(self) -> list[Armed]:
        """The events and conditions among what is armed."""
        return [one for one in self.armed if isinstance(one.wait, ForEvent)]

    def done(self) -> list[Done]:
        """What can be compensated."""
        return self.undoable

    def completed(self, activity_id: int) -> Activity:
        """A completed subprocess."""
        return self._load(activity_id)

    def links(self, activity_id: int) -> list[Link]:
        """Whom a stored task is linked to: no candidates here have changed since it was made."""
        wait = self.rows[activity_id].wait
        return made_links(wait) if isinstance(wait, ForPerson) else []

    def expect_long_work(self) -> None:
        """Nothing else waits for a command."""

    def open_activities(self) -> list[Activity]:
        """Everything that is alive."""
        self.loads += 1
        return [self._load(row.id) for row in self.rows.values() if row.state < ActivityState.DONE]

    # commands

    def start(self, variables: Mapping[str, Variable] = _NOTHING) -> Changes:
        """Start the instance; see ``interpreter.start``."""
        instance = self._instance()
        for name, variable in variables.items():
            instance.variables.set(name, variable)
        return self._run(instance, lambda: interpreter.start(self.process, instance, self))

    def complete(
        self,
        activity_id: int,
        variables: Mapping[str, Variable] = _NOTHING,
        local: Mapping[str, Variable] = _NOTHING,
        *,
        transition: str | None = None,
    ) -> Changes:
        """Complete a task, unless one of its error event definitions holds; see ``interpreter.complete``."""
        instance = self._instance()
        activity = self._load(activity_id)
        for name, variable in variables.items():
            scopes.set_by_process(self.process, instance, activity, self, name, variable)
        for name, variable in local.items():
            scopes.set_local(activity, name, variable)
        code = interpreter.error_thrown_by(self.process, instance, activity, self, self.facts, lenient=False)
        if code is not None:
            return self._throw(instance, activity, code, None)
        return self._run(
            instance,
            lambda: interpreter.complete(self.process, instance, activity, self, transition=transition),
        )

    def set(self, **variables: Variable) -> Changes:
        """Set variables of the instance; see ``interpreter.judge``."""
        instance = self._instance()
        for name, variable in variables.items():
            instance.variables.set(name, variable)
        return self._run(instance, lambda: interpreter.judge(self.process, instance, self))

    def throw_error(self, activity_id: int, code: str, message: str | None = None) -> Changes:
        """Break a task with a BPMN error; see ``interpreter.throw_error``."""
        instance = self._instance()
        return self._throw(instance, self._load(activity_id), code, message)

    def error_on_failure(self, activity_id: int) -> str | None:
        """The error that a task throws when its failure is reported; see ``interpreter.error_thrown_by``."""
        instance = self._instance()
        activity = self._load(activity_id)
        return interpreter.error_thrown_by(self.process, instance, activity, self, self.facts, lenient=True)

    def trigger(self, node_id: str, brought: Mapping[str, Variable] = _NOTHING) -> Changes:
        """Let the first thing happen that is waited for at an event, with variables; see ``interpreter.trigger``."""
        armed = next(one for one in self.armed if one.node_id == node_id and not isinstance(one.wait, ForContinuation))
        if isinstance(armed.wait, ForTime):
            self.armed.remove(armed)
            following = timer.again(armed.wait, self.now, node_id)
            if following is not None:
                self.armed.append(replace(armed, wait=following))
        instance = self._instance()
        host = None if armed.host_id == self.id else self._load(armed.host_id)
        return self._run(instance, lambda: interpreter.trigger(self.process, instance, host, self, node_id, brought))

    def go_on(self, node_id: str) -> Changes:
        """Let the first token go on that waits for its continuation at a node; see ``interpreter.resume``."""
        armed = next(one for one in self.armed if one.node_id == node_id and isinstance(one.wait, ForContinuation))
        instance, activity, waited = self._instance(), self._load(armed.host_id), armed.wait
        assert isinstance(waited, ForContinuation)
        changes = self._run(instance, lambda: interpreter.resume(self.process, instance, activity, self, waited))
        assert armed not in self.armed
        return changes

    def cancel(self) -> Changes:
        """End the instance from outside; see ``interpreter.cancel_instance``."""
        instance = self._instance()
        return self._run(instance, lambda: interpreter.cancel_instance(self.process, instance, self))

    # what can be seen

    @property
    def state(self) -> InstanceState:
        """Where the instance stands."""
        return self.stored.state

    @property
    def variables(self) -> dict[str, Variable]:
        """The instance's own variables."""
        return dict(Variables(self.stored.variables).items())

    def tasks(self) -> list[Activity]:
        """The user and external tasks that wait, by node id and age."""
        waiting = [
            row for row in self.rows.values() if row.state < ActivityState.DONE and row.kind < ActivityKind.SCOPE
        ]
        return sorted(waiting, key=lambda row: (row.node_id, row.id))

    def waiting(self) -> list[str]:
        """The node ids of everything that waits, tokens at joins included, sorted.

        A token that waits for its asynchronous continuation, or for other instances to end, has a ``~``.
        """
        alive = [row for row in self.rows.values() if row.state < ActivityState.DONE]
        rows = [row.node_id for row in alive if row.kind not in (ActivityKind.SCOPE, *WITHOUT_ACTIVITY)]
        later = [f"{row.node_id}~" for row in alive if row.kind in WITHOUT_ACTIVITY]
        return sorted(rows + later + self._joined())

    def visited(self) -> list[str]:
        """The node ids of all activity instances there were, sorted, those cancelled with a ``!``."""
        rows = [
            f"{row.node_id}!" if row.state is ActivityState.CANCELLED else row.node_id
            for row in self.rows.values()
            if row.kind not in WITHOUT_ACTIVITY
        ]
        return sorted(rows + self._joined() + [_node_of(visit) for visit in self.trail])

    def _joined(self) -> list[str]:
        return [join.node_id for join in Tokens(self.stored.tokens).joins() for _ in range(join.number)]

    # between commands

    def _throw(self, instance: Instance, activity: Activity, code: str, message: str | None) -> Changes:
        return self._run(
            instance,
            lambda: interpreter.throw_error(self.process, instance, activity, self, code=code, message=message),
        )

    def _instance(self) -> Instance:
        self._loaded = {}
        instance = self._current = Instance(
            self.id,
            0,
            self.business_key,
            self.stored.state,
            Variables(self.stored.variables),
            Tokens(self.stored.tokens),
            self.user,
        )
        if self.process.conditional:
            conditions.watch(instance, instance.id, instance.variables)
        return instance

    def _load(self, activity_id: int) -> Activity:
        if activity_id not in self._loaded:
            row = self.rows[activity_id]
            found = self._loaded[activity_id] = replace(row, variables=Variables(row.variables.text()))
            if self.process.conditional and found.kind is not ActivityKind.USER and self._current is not None:
                conditions.watch(self._current, found.id, found.variables)
        return self._loaded[activity_id]

    def _run(self, instance: Instance, command: Callable[[], Changes]) -> Changes:
        changes = command()
        for activity in (*self._loaded.values(), *changes.created):
            self.rows[activity.id] = replace(activity, variables=Variables(activity.variables.text()))
        for row in self.rows.values():
            if row.scope_id in changes.dissolved and row.state < ActivityState.DONE:
                row.state = ActivityState.DONE
        self.armed = [one for one in self.armed if one.host_id not in changes.disarmed] + changes.armed
        self.undoable = [one for one in self.undoable if one.id not in changes.forgotten] + changes.done
        self.stored = Stored(instance.state, instance.variables.text(), instance.tokens.text())
        self.trail += changes.trail
        self.uncaught += changes.uncaught
        return changes


def _node_of(visit: str) -> str:
    node_id = visit.removesuffix("!").partition("@")[0]
    return f"{node_id}!" if visit.endswith("!") else node_id
