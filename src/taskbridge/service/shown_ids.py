"""The ids that expressions show: those of Camunda's API, whose language they are, whatever API started the instance.

Called by the engine through ``Running`` and by Camunda's dialect.
"""

from taskbridge.service.uuids import Kind, encode
from taskbridge.store import definitions
from taskbridge.store.database import Transaction
from taskbridge.store.definitions import DefinitionRow

#: The vendor's columns are that long: an id that would be longer is the UUID alone.
_LONGEST = 64


def definition_id(key: str, version: int, number: int) -> str:
    """The id of a process definition: ``key:version:uuid``, or the UUID alone where that is too long."""
    return _with(f"{key}:{version}", encode(Kind.DEFINITION, number))


def activity_instance_id(node_id: str, number: int) -> str:
    """The id of an activity instance: ``activityId:uuid``, or the UUID alone where that is too long."""
    return _with(node_id, encode(Kind.ACTIVITY_INSTANCE, number))


def _with(before: str, uuid: str) -> str:
    return f"{before}:{uuid}" if len(before) + 1 + len(uuid) <= _LONGEST else uuid


class ShownIds:
    """The ids of one instance, for the length of one unit of work. What has to be read is read when it is asked for."""

    __slots__ = ("_definition", "_number", "_tx", "tenant")

    def __init__(self, tx: Transaction, definition: int, tenant: str | None) -> None:
        self.tenant = tenant or None
        self._tx = tx
        self._number = definition
        self._definition: DefinitionRow | None = None

    def _row(self) -> DefinitionRow:
        if self._definition is None:
            self._definition = definitions.get(self._tx, self._number)
        if self._definition is None:
            raise LookupError(f"process definition {self._number} is gone while an instance of it runs")
        return self._definition

    @property
    def definition_version(self) -> int:
        """The version of the instance's process definition."""
        return self._row().version

    @property
    def definition_id(self) -> str:
        """The id of the instance's process definition."""
        row = self._row()
        return definition_id(row.key, row.version, row.id)

    def process_instance(self, number: int) -> str:
        """The id of a process instance."""
        return encode(Kind.PROCESS_INSTANCE, number)

    def execution(self, number: int) -> str:
        """The id of the execution of an activity instance."""
        return encode(Kind.EXECUTION, number)

    def task(self, number: int) -> str:
        """The id of the task that a user task's activity instance is."""
        return encode(Kind.TASK, number)

    def activity_instance(self, node_id: str, number: int) -> str:
        """The id of an activity instance."""
        return activity_instance_id(node_id, number)
