"""The interpreter: the commands that make tokens of a process instance move. Pure; changes come back as values.

Services call these and write the changes; the rules are those of the vendor's engine (contract 3.1, 3.6, 3.7). An error
raised here leaves the instance in memory half moved: it must be thrown away, and nothing of it written.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from taskbridge.engine import conditions, listening, names, task_listening
from taskbridge.engine.cancelling import cancel_everything
from taskbridge.engine.elements.external_task import ErrorThrow, settings_of
from taskbridge.engine.errors import EngineError, NoOutgoingFlow, UncaughtEscalation
from taskbridge.engine.events import error, escalation
from taskbridge.engine.events.signal import give
from taskbridge.engine.expressions import ExpressionError
from taskbridge.engine.external_task_view import external_task_view
from taskbridge.engine.graph import Node, Process
from taskbridge.engine.joins import release
from taskbridge.engine.leaving import chosen, end_token, finish, go, named, transitions
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.state import Activity, Changes, Environment, ForContinuation, Instance
from taskbridge.engine.variables import Variable, from_python
from taskbridge.kinds import ActivityKind, ActivityState, InstanceState

__all__ = [
    "Received",
    "cancel_instance",
    "complete",
    "error_thrown_by",
    "get_signals",
    "judge",
    "receive_signals",
    "resume",
    "start",
    "stays",
    "throw_error",
    "throw_escalation",
    "transitions",
    "trigger",
]

_NONE: Mapping[str, Variable] = {}


def advance(movement: Movement) -> Changes:
    """Move every token until it waits or ends, or a process is called; gives what the command changed.

    Raises TooManySteps, and whatever a node raises: the error names it.
    """
    movement.advancing = True
    listens = movement.process.listens
    while not movement.yields:
        token = movement.next()
        if token is None:
            if not (movement.tokens.some_wait and release(movement)):
                return movement.finished()
            continue
        try:
            if listens and not _takes(movement, token):
                continue
            if token.node.job is not None and token.node.job.before and not token.resumed:
                token.node.behaviour.wait_before(movement, token)
            else:
                token.node.behaviour.enter(movement, token)
        except EngineError as failure:
            failure.node_id = failure.node_id or token.node.id
            raise
    return movement.finished()


def _takes(movement: Movement, token: Token) -> bool:
    """Evaluate the listeners of the flow by which a token comes; whether it comes."""
    flow = token.flow
    return flow is None or not flow.listeners or token.resumed or listening.taken(movement, flow, token.scope_id)


def start(process: Process, instance: Instance, environment: Environment, node: Node | None = None) -> Changes:
    """Start an instance at a start event of its process, by default the none start event; its variables are set.

    Raises NoOutgoingFlow, NotANumber, InvalidDate, TooManySteps, ExpressionError, as every command here does.
    """
    movement = Movement(process, instance, environment)
    if process.initiator:
        instance.variables.set(process.initiator, from_python(instance.started_by))
    start_event = node or process.start
    if start_event is None:
        raise NoOutgoingFlow(process.key)
    if process.armed:
        movement.arm_instance()
    if start_event.job is None or not start_event.job.before:  # else it begins when it goes on (``resume``)
        listening.instance_started(movement, start_event)
    if not process.conditional or _begins(movement, start_event):
        movement.send(Token(start_event, instance.id, None))
    elif start_event.listeners is not None:  # which the vendor's engine ends, though it has not begun
        stands = Activity(0, instance.id, start_event.id, ActivityKind.SCOPE)
        listening.ended(movement, start_event, stands, cancelled=True)
    return advance(movement)


def _begins(movement: Movement, start_event: Node) -> bool:
    """Whether an instance goes on at its start event: a condition that holds from the start may interrupt it."""
    if start_event.job is not None and start_event.job.before:  # then they are judged when it goes on (``resume``)
        conditions.forget(movement.instance)
        return True
    before = movement.times_emptied(movement.instance.id)
    conditions.begun(movement, None)
    conditions.judge(movement)
    return movement.times_emptied(movement.instance.id) == before


def judge(process: Process, instance: Instance, environment: Environment) -> Changes:
    """Let conditions take effect after variables were changed from outside. ``Process.conditional`` ones only."""
    movement = Movement(process, instance, environment)
    conditions.judge(movement, advance)
    return movement.finished()


def stays(movement: Movement, activity: Activity) -> bool:
    """Judge conditions by what a command has changed; whether the activity that it is about is still there then."""
    conditions.judge(movement, advance)
    movement.advancing = False
    return activity.state < ActivityState.DONE


def complete(
    process: Process,
    instance: Instance,
    activity: Activity,
    environment: Environment,
    *,
    transition: str | None = None,
) -> Changes:
    """End a task whose work is done and let its token go on; variables were set before.

    ``transition`` names the flow to take, conditions unread; without it they decide. Raises UnknownTransition too.
    """
    movement = Movement(process, instance, environment)
    if process.conditional and not stays(movement, activity):
        return movement.finished()
    node = process.nodes[activity.node_id]
    if node.task_listeners is not None:
        task_listening.completed(movement, node, activity)
        if process.conditional and not stays(movement, activity):
            return movement.finished()
    if transition is None:
        flows = chosen(movement, node, activity.scope_id, activity)
        finish(movement, activity, node)
        go(movement, node, flows, activity.scope_id)
    else:
        way = named(movement, node, activity.scope_id, transition)
        finish(movement, activity, node)
        listening.gateways_passed(movement, way.before, activity.scope_id)
        go(movement, way.source, (way.flow,), activity.scope_id)
    return advance(movement)


def trigger(
    process: Process,
    instance: Instance,
    host: Activity | None,
    environment: Environment,
    node_id: str,
    variables: Mapping[str, Variable] = _NONE,
) -> Changes:
    """What an activity, or the instance (None), waited for has happened, with variables for where it takes place.

    The event is the activity's own, one at its boundary, one behind an event-based gateway, or the start event of an
    event subprocess in the scope.
    """
    movement = Movement(process, instance, environment)
    node = process.nodes[node_id]
    if not _still_waits(movement, host, node_id):
        return movement.finished()
    movement.brought = variables
    node.behaviour.triggered(movement, host, node)
    if not node.behaviour.is_start:  # else the event subprocess, which begins next, takes them
        movement.brought = {}
    return advance(movement)


class Received(NamedTuple):
    """A signal for what waits for one: the host of the subscription, its event, and the variables that are given."""

    host_id: int
    node_id: str
    variables: Mapping[str, Variable]


def receive_signals(
    process: Process, instance: Instance, environment: Environment, received: Sequence[Received]
) -> Changes:
    """Let everything go on that has got signals. Each takes its first step before the others go on, the last one first.

    What no longer waits, because an earlier one has interrupted it, is passed over.
    """
    movement = Movement(process, instance, environment)
    get_signals(movement, received)
    return advance(movement)


def get_signals(movement: Movement, received: Sequence[Received]) -> None:
    """The same without anything going on behind that."""
    process = movement.process
    waiting = {(one.host_id, one.node_id): one for one in movement.subscriptions()}
    for one in received:
        armed = waiting.get((one.host_id, one.node_id))
        if armed is not None and movement.is_armed(armed):
            host = give(movement, armed, one.variables)
            if _still_waits(movement, host, one.node_id):
                node = process.nodes[one.node_id]
                node.behaviour.triggered(movement, host, node)


def _still_waits(movement: Movement, host: Activity | None, node_id: str) -> bool:
    """Judge conditions by what came with an event for a host that waits at it itself; whether it waits still.

    One that waits beside its work, or behind a gateway, has them judged once a token leaves a node.
    """
    if not movement.process.conditional or host is None or host.node_id != node_id:
        return True
    return stays(movement, host)


def resume(
    process: Process, instance: Instance, activity: Activity, environment: Environment, waited: ForContinuation
) -> Changes:
    """Let a token go on that has waited for its asynchronous continuation."""
    movement = Movement(process, instance, environment)
    movement.end(activity, ActivityState.DONE)
    flow = None if waited.flow_id is None else process.flows[waited.flow_id]
    node = process.nodes[activity.node_id]
    if node.behaviour.is_start and not waited.after and activity.scope_id == instance.id and not waited.begun:
        listening.instance_started(movement, node)
    if process.conditional and _starts_now(movement, activity, node) and not conditions.begun(movement, None):
        return advance(movement)
    loop = dict(activity.variables.items()) if activity.variables else None
    if not waited.after:
        movement.send(Token(node, activity.scope_id, flow, resumed=True, loop=loop))
    elif flow is not None:
        movement.send(Token(process.nodes[flow.target], activity.scope_id, flow))
    else:
        movement.left = loop
        end_token(movement, activity.scope_id)
    return advance(movement)


def _starts_now(movement: Movement, activity: Activity, node: Node) -> bool:
    """Whether an instance goes on at its start event, and nothing else has begun in it meanwhile."""
    instance_id = movement.instance.id
    return node.behaviour.is_start and activity.scope_id == instance_id and movement.tokens.count(instance_id) == 1


def throw_error(
    process: Process,
    instance: Instance,
    activity: Activity,
    environment: Environment,
    *,
    code: str,
    message: str | None,
) -> Changes:
    """Break a task with a BPMN error (contract 3.7).

    Where nobody catches it, the task's path ends as at a none end event and the code stands in ``Changes.uncaught``.
    """
    movement = Movement(process, instance, environment)
    error.throw_from_activity(movement, activity, code, message)
    return advance(movement)


def throw_escalation(
    process: Process, instance: Instance, activity: Activity, environment: Environment, *, code: str
) -> Changes:
    """Escalate from a task, which goes on where the event that catches the escalation does not interrupt.

    Raises UncaughtEscalation: unlike an error, an escalation that nothing catches is refused.
    """
    movement = Movement(process, instance, environment)
    if not escalation.throw_from_activity(movement, activity, code):
        raise UncaughtEscalation(activity.node_id, code)
    return advance(movement)


def error_thrown_by(
    process: Process,
    instance: Instance,
    activity: Activity,
    environment: Environment,
    facts: Mapping[str, object],
    *,
    lenient: bool,
) -> str | None:
    """The code of the first error event definition of an external task that holds now, or None (contract 3.6).

    ``facts`` are what expressions read as ``externalTask``. Only a Boolean true holds; any other value is no mistake.
    Where ``lenient`` (a failure is reported) an expression that fails counts as false, else (a completion)
    ExpressionError is raised.
    """
    node = process.nodes[activity.node_id]
    settings = settings_of(node)
    if settings is None:
        return None
    for definition in settings.errors:
        if definition.code is not None and _holds(
            process, instance, activity, environment, node, definition, facts, lenient=lenient
        ):
            return definition.code
    return None


def _holds(
    process: Process,
    instance: Instance,
    activity: Activity,
    environment: Environment,
    node: Node,
    definition: ErrorThrow,
    facts: Mapping[str, object],
    *,
    lenient: bool,
) -> bool:
    if definition.expression is None:
        return False
    more = {"externalTask": external_task_view(facts)}
    try:
        return (
            definition.expression.evaluate(names.resolver(process, instance, activity, environment, node, more)) is True
        )
    except ExpressionError:
        if lenient:
            return False
        raise


def cancel_instance(
    process: Process, instance: Instance, environment: Environment, *, silently: bool = False
) -> Changes:
    """End an instance from outside: everything alive in it is cancelled, ``silently`` without its listeners.

    No output mapping runs, for nothing could use the values, and one that fails must not keep an instance alive.
    """
    movement = Movement(process, instance, environment)
    cancel_everything(movement, InstanceState.EXTERNALLY_TERMINATED, silently=silently)
    return movement.finished()
