"""Task listeners: evaluated when a user task is created, assigned, changed, completed or deleted, and at their times.

Called by the interpreter's other parts, for tasks that have some. Which events happen, and in which order, is the
vendor's rule: a listener that changes the task causes no further event, but that of an assignment, which follows the
listeners of ``create`` and ``update`` where the assignee is another one then.
"""

from collections.abc import Sequence

from taskbridge.engine import conditions, names
from taskbridge.engine.errors import EngineError
from taskbridge.engine.events.timer import TimerSettings, due_of
from taskbridge.engine.expressions import ExpressionError, View
from taskbridge.engine.graph import JobDeclaration, Node
from taskbridge.engine.leaving import chosen, finish, go
from taskbridge.engine.movement import Movement
from taskbridge.engine.scripts.script import Computed, execute
from taskbridge.engine.state import Activity, ForPerson, ForTimeout
from taskbridge.engine.task_view import TASK, Task

CREATE, ASSIGNMENT, COMPLETE, UPDATE, DELETE, TIMEOUT = EVENTS = (
    *("create", "assignment", "complete", "update", "delete", "timeout"),
)
#: The type of the jobs of timeouts, as the vendor's API names it.
TIMEOUT_JOB = "timer-task-listener"


def created(movement: Movement, node: Node, activity: Activity) -> None:
    """A task begins; its times are counted from now on."""
    listeners = node.task_listeners
    if listeners is None:
        return
    for listener_id in timeouts_of(node):
        arm(movement, node, activity, listener_id)
    with conditions.unjudged(movement.instance):
        _fire(movement, node, activity, CREATE)
        _fire_assignment(movement, node, activity, None)


def arm(movement: Movement, node: Node, activity: Activity, listener_id: str) -> None:
    """Let a task wait for the time of one of its listeners. Raises InvalidTimer, ExpressionError."""
    settings = timer_of(node, listener_id)
    wait = due_of(settings, node.id, movement.resolver(node, activity), movement.now, node.id)
    movement.arm(activity, node, ForTimeout(wait.due_at, wait.cycle, listener_id), activity)


def changed(movement: Movement, node: Node, activity: Activity, former: str | None) -> None:
    """A task was changed from outside; ``former`` is the assignee before that."""
    with conditions.unjudged(movement.instance):
        _fire(movement, node, activity, UPDATE)
        _fire_assignment(movement, node, activity, former)


def complete(movement: Movement, node: Node, activity: Activity) -> None:
    """End a task whose work is done by what a listener says, and let its token go on. Raises what leaving it raises."""
    completed(movement, node, activity)
    flows = chosen(movement, node, activity.scope_id, activity)
    finish(movement, activity, node)
    go(movement, node, flows, activity.scope_id)


def completed(movement: Movement, node: Node, activity: Activity) -> None:
    """A task is about to be left because its work is done: it cannot be deleted any more."""
    _fire(movement, node, activity, COMPLETE)
    _person(activity).over = True


def deleted(movement: Movement, node: Node, activity: Activity) -> None:
    """A task goes without being done."""
    person = _person(activity)
    if not person.over:
        person.over = True
        _fire(movement, node, activity, DELETE)


def timed_out(movement: Movement, node: Node, activity: Activity, listener_id: str) -> None:
    """The time of a listener has come."""
    listeners = node.task_listeners
    found = [one.body for one in listeners.timeouts if one.id == listener_id] if listeners is not None else []
    with conditions.unjudged(movement.instance):
        _evaluate(movement, node, activity, TIMEOUT, found)


def timeouts_of(node: Node) -> list[str]:
    """The ids of the listeners of a task that wait for a time."""
    timeouts = node.task_listeners.timeouts if node.task_listeners is not None else ()
    return [one.id for one in timeouts if isinstance(one.timer, TimerSettings)]


def timer_of(node: Node, listener_id: str) -> TimerSettings:
    """The timer of a listener. Raises LookupError where the task has no such listener."""
    timeouts = node.task_listeners.timeouts if node.task_listeners is not None else ()
    for one in timeouts:
        if one.id == listener_id and isinstance(one.timer, TimerSettings):
            return one.timer
    raise LookupError(f"'{node.id}' has no task listener '{listener_id}' with a timer")


def declared(node: Node) -> list[JobDeclaration]:
    """The jobs that the listeners of a task may come to have; those of one time are of one kind."""
    listeners = node.task_listeners
    timers = [one.timer for one in listeners.timeouts] if listeners is not None else []
    times = dict.fromkeys(configuration_of(timer) for timer in timers if isinstance(timer, TimerSettings))
    return [JobDeclaration(node.id, TIMEOUT_JOB, time) for time in times]


def configuration_of(timer: TimerSettings) -> str:
    """What the vendor's API says of the jobs of a timer."""
    return f"{timer.kind.name}: {timer.expression.text}"


def _fire_assignment(movement: Movement, node: Node, activity: Activity, former: str | None) -> None:
    if _person(activity).assignee != former:
        _fire(movement, node, activity, ASSIGNMENT)


def _fire(movement: Movement, node: Node, activity: Activity, event: str) -> None:
    listeners = node.task_listeners
    if listeners is not None and event in listeners.by_event and not movement.silent:
        _evaluate(movement, node, activity, event, listeners.by_event[event])


def _person(activity: Activity) -> ForPerson:
    if not isinstance(activity.wait, ForPerson):
        raise TypeError(f"activity {activity.id} waits for nobody")
    return activity.wait


def _evaluate(movement: Movement, node: Node, activity: Activity, event: str, bodies: Sequence[Computed]) -> None:
    process, instance = movement.process, movement.instance
    task = Task(
        *(process, instance, activity, movement, node),
        person=_person(activity),
        event=event,
        finish=lambda: complete(movement, node, activity),
    )
    views: dict[str, object] = {"task": View(TASK, task), "execution": task.execution()}
    resolve = names.resolver(process, instance, activity, movement, node, views)
    try:
        for body in bodies:
            movement.spend_on(body)
            execute(body, resolve)
    except EngineError as error:
        failed = ExpressionError(
            f"ENGINE-03051 There was an exception while invoking the TaskListener. Message: '{error}'"
        )
        failed.node_id = node.id
        raise failed from error
