"""Executions as places that something can be done to: they are signalled, and receive what they wait for."""

from collections.abc import Mapping

from taskbridge.engine import interpreter
from taskbridge.engine.errors import TakesNoSignals
from taskbridge.engine.standing import activity_at
from taskbridge.engine.state import Activity
from taskbridge.engine.variables import Variable
from taskbridge.kinds import WITHOUT_ACTIVITY, InstanceState
from taskbridge.service import events, variables, waits
from taskbridge.service.errors import NoActivity, NotSubscribed, Suspended
from taskbridge.service.running import Running
from taskbridge.service.unit import Unit
from taskbridge.store import instances, subscriptions
from taskbridge.store.subscriptions import SubscriptionRow


def standing(unit: Unit, execution_id: int) -> tuple[Running, Activity]:
    """The activity at which a living execution stands, its tree locked. Raises NotFound, NoActivity."""
    place = variables.execution(unit, execution_id)
    running = place.running
    activity = activity_at(running.process, running.instance, place.activity, running.open_activities())
    if activity is None:
        raise NoActivity(execution_id)
    return running, activity


def signal(unit: Unit, execution_id: int, given: Mapping[str, Variable]) -> None:
    """Let the activity end at which an execution stands, whatever it waits for; variables are set before.

    They go where the process has the name, else into the instance. Raises NotFound, NoActivity, Suspended,
    TakesNoSignals, EngineError.
    """
    running, activity = standing(unit, execution_id)
    if running.instance.state == InstanceState.SUSPENDED:
        raise Suspended("execution", execution_id)
    node = running.process.nodes[activity.node_id]
    if activity.kind in WITHOUT_ACTIVITY or node.behaviour.awaits_next:
        raise TakesNoSignals(node.id)
    running.set_by_process(activity, variables.kept(unit, running.instance.id, given))
    waits.withdraw(unit, [activity])  # it ends, but what it waits for was not done
    running.move(lambda: interpreter.complete(running.process, running.instance, activity, running), activity)


def message_subscription(unit: Unit, execution_id: int, name: str) -> SubscriptionRow | None:
    """What an execution waits for under the name of a message; None for nothing. Nothing is locked."""
    return subscriptions.of_execution(unit.tx, execution_id, "message", name)


def receive_message(unit: Unit, execution_id: int, name: str, given: Mapping[str, Variable]) -> None:
    """Let an execution receive the message that it waits for, with variables that are set as by ``signal``.

    Raises NotSubscribed, Suspended, EngineError.
    """
    found = message_subscription(unit, execution_id, name)
    if found is not None:
        instances.lock_roots(unit.tx, [found.root_id or 0])
        found = subscriptions.get(unit.tx, found.id)
    if found is None:
        raise NotSubscribed(execution_id, name)
    events.receive(unit, found, given=variables.kept(unit, found.instance_id or 0, given))
