"""Who may see a task (contract 6.4) or a process (contract 6.3), in the vendor's words.

The rules stand in ``service.access``; who may change a task, and how, stands in ``transitions``. Called by the handlers
within their unit of work.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from taskbridge.dialects.alfresco import ids
from taskbridge.dialects.alfresco.errors import entity_not_found, literal, permission_denied
from taskbridge.service import access, tasks
from taskbridge.service.errors import NotFound, OtherNetwork, Refused
from taskbridge.service.identity import Person
from taskbridge.service.unit import Unit
from taskbridge.store.activities import ActivityRow
from taskbridge.store.instances import InstanceRow

POLICY = access.PERSONAL


def task(unit: Unit, caller: Person, identifier: str, *, only_open: bool = False) -> ActivityRow:
    """A task that the caller may read, finished or not, or only an open one. Raises AlfrescoError 404 and 403."""
    with _of_tasks(identifier):
        row = (tasks.get if only_open else tasks.find)(unit, ids.number(identifier))
        access.check_task(unit, POLICY, caller, row)
    return row


def open_task(unit: Unit, caller: Person, identifier: str) -> ActivityRow:
    """An open task whose variables and documents the caller may change: who may read it may.

    It is held first and judged then, so that nobody changes what was taken from him meanwhile. Finished tasks are as
    unknown as those that never were. Raises AlfrescoError 404 and 403.
    """
    task(unit, caller, identifier, only_open=True)  # of what he may not see it is not said either that it is suspended
    with _of_tasks(identifier):
        row = tasks.hold(unit, ids.number(identifier))
        access.check_task(unit, POLICY, caller, row)
    return row


@contextmanager
def _of_tasks(identifier: str) -> Iterator[None]:
    try:
        yield
    except NotFound:
        raise entity_not_found(identifier) from None
    except Refused:
        raise permission_denied() from None


@dataclass(frozen=True, slots=True)
class Readable:
    """Of which tasks of a list the caller may read the variables; some lists have more than he may see (6.4)."""

    tasks: frozenset[int]
    processes: frozenset[int]

    def own(self, row: ActivityRow) -> bool:
        """Whether he may read those of the task: who may see it may."""
        return row.id in self.tasks

    def of_process(self, row: ActivityRow) -> bool:
        """Whether he may read those of its process: who may see the one or the other may."""
        return row.id in self.tasks or row.instance_id in self.processes


def readable(unit: Unit, caller: Person, rows: Sequence[ActivityRow]) -> Readable:
    """What the caller may read of these tasks."""
    shown = access.readable_tasks(unit, POLICY, caller, rows) if rows else frozenset()
    others = {row.instance_id for row in rows if row.id not in shown}
    return Readable(shown, access.readable_instances(unit, POLICY, caller, others) if others else frozenset())


def process(unit: Unit, caller: Person, identifier: str, *, running: bool = False, hold: bool = False) -> InstanceRow:
    """A process that the caller may see, on request only one that runs. Raises AlfrescoError 404 and 403.

    With ``hold`` its tree is locked first and judged then, for a change.
    """
    try:
        row = access.instance(unit, POLICY, caller, ids.number(identifier), hold=hold)
    except NotFound:
        raise entity_not_found(identifier) from None
    except OtherNetwork:
        raise literal(403, "Process is running in another tenant") from None
    except Refused:
        raise literal(403, f"user is not allowed to access information about process {identifier}") from None
    if running and row.ended_at is not None:
        raise entity_not_found(identifier)
    return row


def running_process(unit: Unit, caller: Person, identifier: str) -> InstanceRow:
    """A running process that the caller may change: who may see it may. Locked. Raises AlfrescoError 404 and 403."""
    return process(unit, caller, identifier, running=True, hold=True)
