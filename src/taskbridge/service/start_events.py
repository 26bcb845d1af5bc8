"""Start events that wait: the latest version of a key starts instances by messages, signals, conditions and timers.

As at the vendor's: a new version takes the place of the one before it, and when the latest version is removed the one
before it starts instances again. Timers are jobs (``timer_starts``), the others event subscriptions.
"""

import logging

from taskbridge.engine.errors import UnreadableModel
from taskbridge.engine.graph import Process
from taskbridge.engine.state import ForEvent
from taskbridge.service import timer_starts
from taskbridge.service.errors import MessageTaken
from taskbridge.service.unit import Unit
from taskbridge.store import definitions, jobs, subscriptions
from taskbridge.store.definitions import DefinitionRow
from taskbridge.store.subscriptions import SubscriptionRow

log = logging.getLogger("taskbridge.engine")


def replace(unit: Unit, before: DefinitionRow | None, row: DefinitionRow, process: Process) -> None:
    """Let a version that is new start instances by its start events, and the one before it no longer.

    Raises InvalidTimer, ExpressionError, MessageTaken.
    """
    if before is not None:
        versions = definitions.hold_versions(unit.tx, row.key, row.tenant)
        jobs.withdraw_starts(unit.tx, versions)
        subscriptions.withdraw_starts(unit.tx, versions)
    timer_starts.schedule(unit, row, process)
    _subscribe(unit, row, process)


def restore(unit: Unit, removed: DefinitionRow) -> None:
    """Let the version that is the latest now start by its start events, after a later one was removed.

    Raises MessageTaken where another process has been given a message of it meanwhile, as the vendor's engine does.
    """
    latest = definitions.latest(unit.tx, removed.key, removed.tenant)
    if latest is None or latest.version > removed.version:
        return
    try:
        process = unit.process(latest.id)
    except UnreadableModel as error:  # it cannot run, and the one that is removed has to go all the same
        log.warning("process definition %s starts no instances: %s", latest.id, error)
        return
    replace(unit, None, latest, process)


def _subscribe(unit: Unit, row: DefinitionRow, process: Process) -> None:
    waits = [(node, node.behaviour.awaited_to_start(node)) for node in process.starts]
    found = [(node, wait) for node, wait in waits if wait is not None]
    for _, wait in found:
        _check_free(unit, row, wait)
    subscriptions.insert(
        unit.tx,
        [
            SubscriptionRow(
                id=unit.tx.new_id(),
                type=wait.type,
                name=wait.name,
                instance_id=None,
                root_id=None,
                activity_id=None,
                definition_id=row.id,
                node_id=node.id,
                tenant=row.tenant or None,
                created_at=unit.tx.now,
            )
            for node, wait in found
        ],
    )


def _check_free(unit: Unit, row: DefinitionRow, wait: ForEvent) -> None:
    """A message starts instances of one process of a tenant; a signal or a condition of any number."""
    if wait.type != "message" or wait.name is None:
        return
    if any(one.tenant == (row.tenant or None) for one in subscriptions.starts(unit.tx, wait.type, wait.name)):
        raise MessageTaken(row.key, wait.name, row.resource_name)
