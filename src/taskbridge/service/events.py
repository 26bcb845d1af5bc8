"""Events that come in: an instance goes on where it waits for one, or an instance begins.

Who calls this has found a subscription, holds the tree of its instance, and has read the subscription again since.
"""

from collections.abc import Mapping

from taskbridge.engine import interpreter, scopes
from taskbridge.engine.variables import Variable
from taskbridge.kinds import InstanceState
from taskbridge.service.running import Running
from taskbridge.service.unit import Unit
from taskbridge.store.subscriptions import SubscriptionRow

_NONE: Mapping[str, Variable] = {}


def receive(
    unit: Unit,
    row: SubscriptionRow,
    *,
    given: Mapping[str, Variable] = _NONE,
    local: Mapping[str, Variable] = _NONE,
    triggered: Mapping[str, Variable] = _NONE,
) -> Running:
    """Let an instance go on by what it waits for. Raises Suspended, and what the movement raises.

    ``given`` are set as a completion sets them, ``local`` on what waits, ``triggered`` where the event takes place.
    """
    running, host = Running.of_host(unit, row.instance_id or 0, row.activity_id)
    if running.instance.state == InstanceState.SUSPENDED:
        raise running.suspended(host)
    running.set_by_process(host, given)
    for name, variable in running.in_order(local).items():
        scopes.set_own(running.instance.variables if host is None else host.variables, name, variable)
    running.move(
        lambda: interpreter.trigger(running.process, running.instance, host, running, row.node_id, triggered), host
    )
    return running
