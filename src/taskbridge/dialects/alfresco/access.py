"""Who may see a task (contract 6.4) or a process (contract 6.3). Called by the handlers within their unit of work.

Who may change a task, and how, stands in ``transitions``.
"""

from taskbridge.dialects.alfresco import ids
from taskbridge.dialects.alfresco.errors import entity_not_found, literal, permission_denied
from taskbridge.service import tasks
from taskbridge.service.errors import NotFound
from taskbridge.service.identity import Person
from taskbridge.service.tasks import Relation
from taskbridge.service.unit import Unit
from taskbridge.store import instances, involvement
from taskbridge.store.activities import ActivityRow
from taskbridge.store.instances import InstanceRow

#: Who may read a task at any time; members of its candidate groups only while nobody has it.
_READERS = frozenset({Relation.ADMIN, Relation.ASSIGNEE, Relation.OWNER, Relation.STARTER, Relation.CANDIDATE_USER})


def task(unit: Unit, caller: Person, identifier: str, *, only_open: bool = False) -> ActivityRow:
    """A task that the caller may read, finished or not, or only an open one. Raises AlfrescoError 404 and 403."""
    try:
        row = (tasks.get if only_open else tasks.find)(unit, ids.number(identifier))
    except NotFound:
        raise entity_not_found(identifier) from None
    _check(unit, row, caller)
    return row


def open_task(unit: Unit, caller: Person, identifier: str) -> ActivityRow:
    """An open task whose variables and documents the caller may change: who may read it may.

    It is held first and judged then, so that nobody changes what was taken from him meanwhile. Finished tasks are as
    unknown as those that never were. Raises AlfrescoError 404 and 403.
    """
    try:
        row = tasks.hold(unit, ids.number(identifier))
    except NotFound:
        raise entity_not_found(identifier) from None
    _check(unit, row, caller)
    return row


def _check(unit: Unit, row: ActivityRow, caller: Person) -> None:
    relations = tasks.relations(unit, row, caller)
    pooled = row.assignee is None and row.ended_at is None
    if not relations & _READERS and not (pooled and Relation.CANDIDATE_GROUP in relations):
        raise permission_denied()


def process(unit: Unit, caller: Person, identifier: str, *, running: bool = False) -> InstanceRow:
    """A process that the caller may see, on request only one that runs. Raises AlfrescoError 404 and 403."""
    row = instances.get(unit.tx, ids.number(identifier))
    if row is None:
        raise entity_not_found(identifier)
    if row.tenant != caller.tenant:
        raise literal(403, "Process is running in another tenant")
    if not (caller.admin or row.started_by == caller.name or _involved(unit, row.id, caller)):
        raise literal(403, f"user is not allowed to access information about process {identifier}")
    if running and row.ended_at is not None:
        raise entity_not_found(identifier)
    return row


def _involved(unit: Unit, instance_id: int, caller: Person) -> bool:
    return involvement.took_part(unit.tx, instance_id, caller.name) or involvement.offered_to_groups(
        unit.tx, instance_id, caller.groups
    )
