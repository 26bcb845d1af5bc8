"""A movement: what one command has at hand while tokens move through one instance, and what it has changed so far.

Used by every part of the interpreter; it also is the environment in which they look for scopes, new ones included.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from taskbridge.engine import names, retry_cycles, scopes
from taskbridge.engine.awaited import Awaited
from taskbridge.engine.errors import TooManySteps
from taskbridge.engine.execution_view import At
from taskbridge.engine.expressions import Resolver
from taskbridge.engine.graph import Flow, Node, Process
from taskbridge.engine.memory import Memory
from taskbridge.engine.places import Places
from taskbridge.engine.scripts.script import Computed, Runner
from taskbridge.engine.shown import Shown
from taskbridge.engine.state import (
    Activity,
    Armed,
    Call,
    Caller,
    Changes,
    Done,
    Environment,
    ForContinuation,
    ForEvent,
    ForTime,
    ForTimeout,
    Instance,
    Link,
    Tokens,
    Waiting,
)
from taskbridge.engine.values import priority_of
from taskbridge.engine.variables import Variable
from taskbridge.kinds import TASKS, WAITING_ONLY, WITHOUT_ACTIVITY, ActivityKind, ActivityState, InstanceState


class Token(NamedTuple):
    """A token about to enter a node; ``flow`` is the way it came, None where it starts.

    ``resumed`` when it has waited for its asynchronous continuation already. ``loop`` has the variables with which an
    instance of a parallel multi-instance activity begins.
    """

    node: Node
    scope_id: int
    flow: Flow | None
    resumed: bool = False
    loop: Mapping[str, Variable] | None = None


#: What a job brings about.
WaitForJob = ForTime | ForTimeout | ForContinuation
#: Nodes that one command may enter: enough for long automatic loops, and an end for those that never wait.
MAX_STEPS = 100_000
#: What entering a node counts for in looks at tokens, activities and joins.
_WORK_OF_STEP = 50
#: What loading an activity counts for, together with what is done to it afterwards.
_WORK_OF_ACTIVITY = 10
#: The environment is told of a command that does more than this: some 50 ms where every step is a task to be written.
_LONG_WORK = 1_000 * _WORK_OF_STEP


def check_work(work: int) -> None:
    """Raises TooManySteps where that is more than one command may do."""
    if work > MAX_STEPS * _WORK_OF_STEP:
        raise TooManySteps(MAX_STEPS)


class Movement:
    """The state of one command. Its work is bounded: whoever looks through tokens or activities tells ``spend``."""

    __slots__ = (
        "_awaited",
        "_created",
        "_disarmed",
        "_dissolved",
        "_emptied",
        "_ended",
        "_environment",
        "_inside",
        "_living",
        "_memory",
        "_moving",
        "_places",
        "_reported",
        "_scopes",
        "_threshold",
        "_work",
        "advancing",
        "brought",
        "changes",
        "fleeting",
        "instance",
        "left",
        "process",
        "silent",
        "unmapped",
        "yields",
    )

    def __init__(self, process: Process, instance: Instance, environment: Environment) -> None:
        self.process = process
        self.instance = instance
        self.changes = Changes()
        self.advancing = False  # whether tokens enter nodes; before that the activity is left that the command is about
        self.silent = False  # whether no listeners are evaluated
        self.unmapped = False  # whether no input and output parameters are computed
        self.yields = False  # whether other instances have their turn before another token moves
        self.fleeting: list[Activity] = []  # events with listeners that throw just now
        self.brought: Mapping[str, Variable] = {}  # what an event that comes in has with it for its own scope
        self.left: Mapping[str, Variable] | None = None  # loop variables of the instance whose token is on its way out
        self._environment = environment
        self._scopes: dict[int, Activity] = {}
        self._created: set[int] = set()
        self._ended: set[int] = set()
        self._disarmed: set[int] = set()  # hosts whose subscriptions in the store count no more
        self._awaited: Awaited | None = None  # what is waited for by subscriptions; made when asked for
        self._dissolved: set[int] = set()  # scopes in which nothing is alive, whatever the store says
        self._memory: Memory | None = None  # what can be compensated; made when asked for
        self._emptied: Counter[int] = Counter()  # scopes whose contents were cancelled
        self._living: dict[int, Activity] = {}  # what is alive, by id; made with ``_inside``
        self._inside: dict[int, dict[int, Activity]] | None = None  # what is alive, by scope; loaded when asked for
        self._moving: list[Token] = []  # the next one last
        self._places: dict[int, Places] = {}  # of scopes in which inclusive joins ask
        self._work = 0
        self._reported = 0  # the part of the work that stands in changes that were handed over
        self._threshold = _LONG_WORK  # the work at which something has to be done next

    # what the parts of the interpreter ask for

    @property
    def now(self) -> int:
        """The moment of the command, epoch milliseconds."""
        return self._environment.now

    @property
    def user(self) -> str | None:
        """Who acts."""
        return self._environment.user

    @property
    def shown(self) -> Shown:
        """The ids that clients are shown."""
        return self._environment.shown

    @property
    def scripts(self) -> Runner:
        """What evaluates scripts."""
        return self._environment.scripts

    @property
    def tokens(self) -> Tokens:
        """The tokens of the instance."""
        return self.instance.tokens

    def new_id(self) -> int:
        """A fresh id."""
        return self._environment.new_id()

    def scope(self, activity_id: int) -> Activity:
        """A living scope of the instance, stored or made by this command."""
        found = self._scopes.get(activity_id)
        if found is None:
            found = self._scopes[activity_id] = self._environment.scope(activity_id)
        return found

    @property
    def root_id(self) -> int:
        """The instance at the top of the tree."""
        return self._environment.root_id

    def caller(self) -> Caller | None:
        """The activity that has called the instance."""
        return self._environment.caller()

    def members(self, group: str) -> list[str]:
        """The names of the people in a group."""
        return self._environment.members(group)

    def spend_on_caller(self) -> None:
        """Count the look at one instance that has called another."""
        self.spend(_WORK_OF_STEP)

    def links(self, activity_id: int) -> list[Link]:
        """Whom a stored task is linked to."""
        return self._environment.links(activity_id)

    def expect_long_work(self) -> None:
        """Tell the environment that this command takes long."""
        self._environment.expect_long_work()

    def spend(self, looks: int) -> None:
        """Count work; raises TooManySteps once the command has done more than it may."""
        self._work += looks
        if self._work > self._threshold:
            self._pass_threshold()

    def _pass_threshold(self) -> None:
        check_work(self._work)
        self._threshold = MAX_STEPS * _WORK_OF_STEP
        self.expect_long_work()

    def spend_on_step(self) -> None:
        """Count a step of a token that is taken beside those that ``next`` hands out."""
        self.spend(_WORK_OF_STEP)

    def spend_on(self, expression: Computed) -> None:
        """Count the evaluation of an expression or script: about a step, and more where its text is long."""
        self.spend(_WORK_OF_STEP + len(expression.text))

    def open_activities(self) -> list[Activity]:
        """All activities that are alive at this point of the command, in the order of their making."""
        found = [one for inside in self._alive().values() for one in inside.values()]
        self.spend(len(found))
        return sorted(found, key=lambda one: one.id)

    def inside(self, scope_id: int) -> list[Activity]:
        """The activities that are alive directly in a scope, in the order of their making."""
        found = list(self._alive().get(scope_id, {}).values())
        self.spend(len(found))
        return found

    def _alive(self) -> dict[int, dict[int, Activity]]:
        if self._inside is None:
            self._inside = {}
            stored = [one for one in self._environment.open_activities() if one.id not in self._created]
            for one in [*stored, *self.changes.created]:
                if one.id not in self._ended and one.scope_id not in self._dissolved:
                    self._inside.setdefault(one.scope_id, {})[one.id] = one
                    self._living[one.id] = one
            self.spend(_WORK_OF_ACTIVITY * len(stored))
        return self._inside

    def places(self, scope_id: int) -> Places:
        """Where the tokens of a scope are, kept up to date from now on."""
        found = self._places.get(scope_id)
        if found is None:
            alive = [one.node_id for one in self.inside(scope_id)]
            moving = [token.node.id for token in self._moving if token.scope_id == scope_id]
            self.spend(len(self._moving))
            found = self._places[scope_id] = Places(self.process.reach, [*alive, *moving])
            for join in self.tokens.joins_in(scope_id):
                found.change(join.node_id, join.number)
        return found

    def place(self, scope_id: int) -> Activity | None:
        """The activity that a scope id means; None for the process instance."""
        return None if scope_id == self.instance.id else self.scope(scope_id)

    def resolver(self, node: Node, place: Activity | None, at: At = At.NODE) -> Resolver:
        """What names mean to an expression of the node at the place."""
        return names.resolver(self.process, self.instance, place, self, node, at=at)

    # activities

    def create(self, activity: Activity, *, arms: bool = True) -> None:
        """Let an activity begin; unless ``arms``, nothing beside its own work is waited for."""
        self.changes.created.append(activity)
        self._created.add(activity.id)
        if activity.kind is ActivityKind.SCOPE:
            self._scopes[activity.id] = activity
        if self._inside is not None:
            self._inside.setdefault(activity.scope_id, {})[activity.id] = activity
            self._living[activity.id] = activity
        if self._places:
            self._placed(activity.node_id, activity.scope_id, 1)
        if self.process.waits and arms and activity.kind not in WITHOUT_ACTIVITY:
            for catcher in self._node(activity).armed:
                catcher.behaviour.arm(self, activity, catcher)

    def end(self, activity: Activity, state: ActivityState) -> None:
        """Let an activity end: DONE or CANCELLED."""
        activity.state = state
        self._ended.add(activity.id)
        if self._inside is not None:
            self._inside.get(activity.scope_id, {}).pop(activity.id, None)
            self._living.pop(activity.id, None)
        if self._awaited is not None:
            self._awaited.drop(activity.id)
        if self._places:
            self._placed(activity.node_id, activity.scope_id, -1)
        if self.process.compensates and activity.kind is ActivityKind.SCOPE:
            self._forget(activity)
        if activity.id not in self._created:
            (self.changes.ended if state is ActivityState.DONE else self.changes.cancelled).append(activity)
            if self.process.waits and self._may_be_armed(activity):
                self._disarmed.add(activity.id)
                self.changes.disarmed.append(activity.id)

    def _may_be_armed(self, activity: Activity) -> bool:
        node = self._node(activity)
        if activity.kind in WAITING_ONLY or node.armed or (node.task_listeners and node.task_listeners.timeouts):
            return True
        return node.waits_after and activity.kind in TASKS  # see ``throw_from_activity``

    def _node(self, activity: Activity) -> Node:
        return self.process.nodes[activity.node_id]

    # what activities wait for beside their own work

    def arm(self, host: Activity | None, node: Node, wait: WaitForJob, place: Activity | None) -> None:
        """Let an activity, or the instance, wait for a job; ``place`` is where the job's settings are computed."""
        host_id = self.instance.id if host is None else host.id
        job = node.job
        priority = (job.priority if job is not None else None) or self.process.job_priority
        cycle = job.retry_cycle if job is not None else None
        armed = Armed(host_id, node.id, wait)
        if priority is not None or cycle is not None:
            resolve = self.resolver(node, place)
            tried = None if cycle is None else retry_cycles.evaluated(node, cycle, resolve, self.now)
            armed = Armed(
                host_id,
                node.id,
                wait,
                0 if priority is None else priority_of(node, priority, resolve),
                None if tried is None else tried.tries,
            )
        self.changes.armed.append(armed)

    def subscribe(self, host: Activity | None, node: Node, wait: ForEvent) -> None:
        """Let an activity, or the instance, wait for an event or a condition."""
        armed = Armed(self.instance.id if host is None else host.id, node.id, wait)
        self.changes.armed.append(armed)
        if self._awaited is not None:
            self._awaited.add(armed)

    def arm_instance(self) -> None:
        """The instance begins: what its event subprocesses wait for is armed."""
        for catcher in self.process.armed:
            catcher.behaviour.arm(self, None, catcher)

    def disarm(self, host_id: int) -> None:
        """Let a host that lives on, or the instance, wait for nothing any more."""
        self.spend(len(self.changes.armed))
        self.changes.armed = [one for one in self.changes.armed if one.host_id != host_id]
        self._disarmed.add(host_id)
        if self._awaited is not None:
            self._awaited.drop(host_id)
        if host_id not in self._created:
            self.changes.disarmed.append(host_id)

    def subscriptions(self) -> list[Armed]:
        """The events and conditions that the instance waits for at this point, in the order of their arming."""
        if not self.process.subscribes:
            return []
        found = self._awaited_now().all()
        self.spend(len(found))
        return found

    def waiting_for(self, event: ForEvent) -> list[Armed]:
        """Those of them that wait for one event."""
        if not self.process.subscribes:
            return []
        found = self._awaited_now().of(event)
        self.spend(len(found))
        return found

    def _awaited_now(self) -> Awaited:
        if self._awaited is None:
            stored = [one for one in self._environment.subscriptions() if one.host_id not in self._disarmed]
            new = [one for one in self.changes.armed if one.host_id not in self._ended]
            self._awaited = Awaited((*stored, *new))
            self.spend(_WORK_OF_ACTIVITY * (len(stored) + len(new)))
        return self._awaited

    def host(self, armed: Armed) -> Activity | None:
        """What is armed: a living activity, or the instance (None)."""
        if armed.host_id == self.instance.id:
            return None
        self._alive()
        return self._living[armed.host_id]

    def is_armed(self, armed: Armed) -> bool:
        """Whether one of ``subscriptions`` is waited for still, after something else has happened."""
        return armed.host_id not in self._disarmed and armed.host_id not in self._ended

    def continue_later(
        self,
        node: Node,
        scope_id: int,
        flow: Flow | None,
        *,
        after: bool,
        loop: Mapping[str, Variable] | None = None,
    ) -> None:
        """Let a token wait for its asynchronous continuation, with its loop variables (``Token.loop``)."""
        activity = Activity(self.new_id(), scope_id, node.id, ActivityKind.CONTINUATION)
        if loop:
            activity.variables.put_all(loop)
        self.create(activity)
        wait = ForContinuation(after, None if flow is None else flow.id, begun=self.instance.held)
        self.arm(activity, node, wait, self.place(scope_id))

    # what can be compensated; asked for only where ``Process.compensates``

    @property
    def memory(self) -> Memory:
        """What the instance has done that can be compensated at this point."""
        if self._memory is None:
            self._memory = Memory(self._environment.done(), self.changes)
        return self._memory

    def remember(self, host_id: int, node_id: str, scope_id: int | None) -> None:
        """Something was done in a scope, or in the instance, that a node compensates; see ``Done``."""
        one = Done(self.new_id(), host_id, node_id, scope_id)
        if self._memory is None:
            self.changes.done.append(one)
        else:
            self._memory.add(one)

    def done(self) -> list[Done]:
        """Everything that can be compensated at this point, in the order in which it was done."""
        return self.memory.all()

    def completed(self, activity_id: int) -> Activity:
        """A completed subprocess."""
        for one in self.changes.created:
            if one.id == activity_id:
                return one
        return self._scopes.get(activity_id) or self._environment.completed(activity_id)

    def _forget(self, scope: Activity) -> None:
        """A scope ends. What was done in it stays where it is completed, and can be compensated with it."""
        done_id = self.tokens.end_again(scope.id)
        if done_id is not None:
            self.memory.forget_all(done_id)
        if done_id is not None or scope.state is ActivityState.CANCELLED:
            self.memory.forget_all(scope.id)

    # nodes without a row

    def passed(self, node_id: str, scope_id: int, *, cancelled: bool = False) -> None:
        """Note that a node without an activity row was visited."""
        visit = node_id if scope_id == self.instance.id else f"{node_id}@{scope_id}"
        self.changes.trail.append(f"{visit}!" if cancelled else visit)

    # tokens

    def send(self, token: Token) -> None:
        """Let a token move on; the one that was sent last moves first."""
        self._moving.append(token)
        if self._places:
            self._placed(token.node.id, token.scope_id, 1)

    def stay(self, token: Token) -> None:
        """Let a token that has entered its node stay there while others are moved: it goes with its scope."""
        self._moving.append(token)

    def depart(self, token: Token) -> bool:
        """Take up a token that stayed; False where it has gone with its scope."""
        for index in range(len(self._moving) - 1, -1, -1):
            if self._moving[index] is token:
                del self._moving[index]
                return True
        return False

    def next(self) -> Token | None:
        """The token that enters its node now; None when nothing moves. Raises TooManySteps."""
        if self._moving:
            token = self._moving.pop()
            self.spend(_WORK_OF_STEP)
            if self._places:
                self._placed(token.node.id, token.scope_id, -1)
            return token
        return None

    def take(self, flows: Sequence[Flow], scope_id: int) -> None:
        """Send one token of the scope on: over every flow one, the first in document order first."""
        nodes = self.process.nodes
        if len(flows) > 1:
            self.tokens.add(scope_id, len(flows) - 1)
        for flow in reversed(flows):
            self.send(Token(nodes[flow.target], scope_id, flow))

    def park(self, token: Token) -> None:
        """Let a token wait at a join."""
        self.tokens.park(token.node.id, token.scope_id, self.new_id)
        if self._places:
            self._placed(token.node.id, token.scope_id, 1)

    def unpark(self, node_id: str, scope_id: int) -> int:
        """Take every token that waits at a join in a scope away; they were visits of the node. Returns their number."""
        taken = self.tokens.unpark(node_id, scope_id)
        for _ in range(taken):
            self.passed(node_id, scope_id)
        if taken:
            self._placed(node_id, scope_id, -taken)
        self.spend(taken)
        return taken

    def empty(self, scope_ids: Collection[int]) -> None:
        """Take every token of scopes away but the last one of each, which is the caller's; none that moves goes on."""
        for scope_id in scope_ids:
            for join in self.tokens.joins_in(scope_id):
                self.cancel_waiting(join)
            self.tokens.forget(scope_id)
            self._places.pop(scope_id, None)
        self._emptied.update(scope_ids)
        gone = set(scope_ids)
        self.spend(len(self._moving))
        self._moving = [token for token in self._moving if token.scope_id not in gone]

    def times_emptied(self, scope_id: int) -> int:
        """How often everything in a scope was cancelled: a token of it that was there before is gone then."""
        return self._emptied[scope_id]

    def dissolve(self, scope_id: int) -> None:
        """Take what is left of tokens that have ended out of a scope in which nothing else is; nothing is loaded."""
        self.spend(len(self.changes.created))
        self.changes.created = [
            one for one in self.changes.created if one.scope_id != scope_id or one.kind is not ActivityKind.ENDED
        ]
        if scope_id not in self._created:
            self.changes.dissolved.append(scope_id)
        self._dissolved.add(scope_id)
        for one in (self._inside or {}).pop(scope_id, {}).values():
            one.state = ActivityState.DONE
            self._living.pop(one.id, None)

    def never_began(self, activity: Activity) -> None:
        """Leave out an activity that was cancelled before it began: it has no row, as one that never waited."""
        self.changes.created.remove(activity)
        self.passed(activity.node_id, activity.scope_id, cancelled=True)

    def cancel_waiting(self, join: Waiting) -> None:
        """Note that every token that waits at a join was cancelled there."""
        for _ in range(join.number):
            self.passed(join.node_id, join.scope_id, cancelled=True)
        self.spend(join.number)

    def cancel_one_waiting(self, join: Waiting) -> None:
        """Cancel one of the tokens that wait at a join; that it is not counted any more is the caller's matter."""
        node = self.process.nodes[join.node_id]
        self.tokens.take_one(join.node_id, join.scope_id)
        self.passed(node.id, join.scope_id, cancelled=True)
        self._placed(node.id, join.scope_id, -1)

    def _placed(self, node_id: str, scope_id: int, number: int) -> None:
        """Keep ``places`` up to date; called only where some scope has them, for most commands have none."""
        places = self._places.get(scope_id)
        if places is not None:
            self.spend(places.change(node_id, number))

    def complete_instance(self) -> None:
        """The last token is gone."""
        self.instance.state = InstanceState.COMPLETED
        self.tokens.forget(self.instance.id)
        if self.process.armed:
            self.disarm(self.instance.id)

    def finished(self) -> Changes:
        """The changes, once everything has moved, or as far as a process is called first."""
        changes = self.changes
        if changes.armed:
            changes.armed = [one for one in changes.armed if one.host_id not in self._ended]
        if self._memory is not None:
            self._memory.settle()
        changes.work, self._reported = self._work - self._reported, self._work
        if self.yields or self._moving:
            self.yields = False
            changes.paused = self
        return changes

    # calls

    def call(self, called: Call) -> None:
        """Let a process begin before another token moves."""
        self.changes.calls.append(called)
        self.yields = True

    def written(self) -> None:
        """Everything up to now is in the store: what comes belongs to changes of their own."""
        self.changes = Changes()
        self._memory = None
        self._created.clear()

    def abandon(self, state: InstanceState) -> None:
        """The instance is taken away: none of its tokens goes on."""
        self._moving.clear()
        self.changes.calls.clear()
        self.tokens.clear()
        if self.process.armed:
            self.disarm(self.instance.id)
        self.instance.state = state


def around(movement: Movement, activity: Activity) -> Activity | None:
    """The scope an activity stands in; None for the process instance."""
    return scopes.around(movement.instance, activity, movement)
