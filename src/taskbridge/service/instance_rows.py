"""Writes what the engine has changed in one instance: its activities, and what they wait for, as rows.

Called by ``Running``, which writes the row of the instance itself.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from taskbridge.engine.state import (
    Activity,
    Armed,
    Changes,
    ForContinuation,
    ForEvent,
    ForTime,
    ForTimeout,
)
from taskbridge.kinds import ActivityState, InstanceState
from taskbridge.service import queue, waits
from taskbridge.service.trails import Trail
from taskbridge.store import activities, incidents, jobs, subscriptions
from taskbridge.store.subscriptions import COMPENSATE, SubscriptionRow

if TYPE_CHECKING:
    from taskbridge.service.running import Running

_DONE = ForEvent(COMPENSATE, None)


def write(running: "Running", changes: Changes, about: Activity | None) -> None:
    """Write what a command has changed; ``about`` is the activity that it is about, if any."""
    tx = running.unit.tx
    if running.trail is not None:
        running.trail.add(tx, running.instance.id, changes)
    trail = " ".join(changes.trail) or None
    passing = about or next(iter((*changes.ended, *changes.cancelled)), None)  # the one that has the trail
    _write_ends(running, changes, about, trail if changes.beside is None else None, passing)
    carrier = changes.beside or passing
    if changes.paused is not None and running.trail is None and carrier is not None:
        running.trail = Trail(carrier.id, changes.trail)
    if running.process.has_task_listeners:
        running.persons.write()
    if running.raised_incidents:
        incidents.end_raised(tx, [activity.id for activity in (*changes.ended, *changes.cancelled)])
    running.save_touched()
    if changes.created:
        rows = [_row(running, activity) for activity in changes.created]
        if changes.paused is not None:  # else each further part of the command would write all of them again
            for activity, row in zip(changes.created, rows, strict=True):
                document = row["variables"]
                activity.variables.saved(document if isinstance(document, str) else None)
        if changes.beside is not None:
            rows[changes.created.index(changes.beside)]["trail"] = trail
        activities.insert(tx, rows)
        for activity in changes.created:
            waits.announce(running.unit, activity.id, activity.wait)
    if running.process.waits:
        _disarm(running, changes.disarmed)
        _arm(running, changes.armed)
    if running.process.compensates:
        _write_done(running, changes)


def _arm(running: "Running", armed: Sequence[Armed]) -> None:
    events = [_subscription(running, one, one.wait) for one in armed if isinstance(one.wait, ForEvent)]
    if events:
        subscriptions.insert(running.unit.tx, events)
    for one in armed:
        if not isinstance(one.wait, ForEvent):
            _schedule(running, one, one.wait)


def _write_ends(
    running: "Running", changes: Changes, about: Activity | None, trail: str | None, passing: Activity | None
) -> None:
    """Write what has ended; ``passing`` has the trail."""
    tx = running.unit.tx
    ends = [
        {
            "activity": activity.id,
            "new_state": activity.state,
            "ended": running.now,
            "by": running.user if activity is about else None,
            "passed": trail if activity is passing else None,
            "document": activity.variables.text(running.keep),
        }
        for activity in (*changes.ended, *changes.cancelled)
    ]
    if ends:
        activities.end(tx, ends)
    if changes.cancelled:
        waits.withdraw(running.unit, changes.cancelled)
    for scope_id in changes.dissolved:
        activities.end_inside(tx, running.instance.id, scope_id, running.now)


def _write_done(running: "Running", changes: Changes) -> None:
    """What can be compensated from now on, and what cannot any more; nothing of an instance that is over."""
    tx = running.unit.tx
    if running.instance.state >= InstanceState.COMPLETED:
        subscriptions.forget_of_instance(tx, running.instance.id)
        return
    subscriptions.forget(tx, changes.forgotten)
    for one in changes.done:
        row = _subscription(running, Armed(one.host_id, one.node_id, _DONE), _DONE)
        subscriptions.insert(tx, [row._replace(id=one.id, scope_id=one.scope_id)])


def _disarm(running: "Running", hosts: list[int]) -> None:
    tx, instance_id = running.unit.tx, running.instance.id
    activity_ids = [one for one in hosts if one != instance_id]
    if running.process.jobs or running.process.gets_signals_later:
        jobs.withdraw(tx, activity_ids)
    if running.process.subscribes:
        subscriptions.withdraw(tx, activity_ids)
    if len(activity_ids) < len(hosts):
        jobs.withdraw_of_instance(tx, instance_id)
        subscriptions.withdraw_of_instance(tx, instance_id)


def _hung_on(running: "Running", armed: Armed) -> int | None:
    """The activity of what is armed; None where it hangs on the instance itself."""
    return None if armed.host_id == running.instance.id else armed.host_id


def _subscription(running: "Running", armed: Armed, wait: ForEvent) -> SubscriptionRow:
    return SubscriptionRow(
        id=running.new_id(),
        type=wait.type,
        name=wait.name,
        instance_id=running.instance.id,
        root_id=running.root_id,
        activity_id=_hung_on(running, armed),
        definition_id=running.instance.definition_id,
        node_id=armed.node_id,
        tenant=running.tenant,
        created_at=running.now,
    )


def _schedule(running: "Running", armed: Armed, wait: ForTime | ForTimeout | ForContinuation) -> None:
    job = waits.job(running.process.nodes[armed.node_id], wait)
    queue.schedule(
        running.unit,
        job.type,
        definition_id=running.instance.definition_id,
        node_id=armed.node_id,
        due_at=job.due_at,
        instance_id=running.instance.id,
        root_id=running.root_id,
        activity_id=_hung_on(running, armed),
        tenant=running.tenant,
        priority=armed.priority,
        tries=armed.tries,
        configuration=job.configuration,
        payload=job.payload,
    )


def _row(running: "Running", activity: Activity) -> dict[str, object]:
    return {
        "id": activity.id,
        "root_id": running.root_id,
        "instance_id": running.instance.id,
        "definition_id": running.instance.definition_id,
        "scope_id": activity.scope_id,
        "node_id": activity.node_id,
        "kind": activity.kind,
        "state": activity.state,
        "tenant": running.tenant,
        "priority": 0,
        "variables": activity.variables.text(running.keep),
        "created_at": running.now,
        "ended_at": running.now if activity.state >= ActivityState.DONE else None,
    } | waits.columns(activity.wait)
