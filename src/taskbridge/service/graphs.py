"""Compiled processes by definition id. Definitions never change, so an entry stays right."""

from collections import OrderedDict
from threading import Lock
from typing import NamedTuple

from taskbridge.engine.bpmn import read_stored
from taskbridge.engine.graph import Process
from taskbridge.service.errors import NotFound
from taskbridge.store import definitions
from taskbridge.store.database import Transaction

#: Bytes that the processes may take together, as estimated. A usual file of 10 kB counts as 80 kB.
_CAPACITY = 128_000_000
#: Measured: 170 bytes per flow, 300 to 700 per node, at most 7 per byte of the file; and each entry of ``reach``.
_PER_CONTENT_BYTE = 8
_PER_REACH = 64
#: A file of so many bytes takes some 30 ms to read; reading time grows with the size.
LARGE_FILE = 100_000


class _Entry(NamedTuple):
    process: Process
    size: int  # bytes, as estimated


class Graphs:
    """A cache of compiled processes, bounded by their size: the least recently used go first. Shared by threads."""

    def __init__(self, capacity: int = _CAPACITY) -> None:
        self._capacity = capacity
        self._crowded = capacity // 2  # until then the order of use does not matter yet, and is not noted
        self._processes: OrderedDict[int, _Entry] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, tx: Transaction, definition_id: int) -> Process:
        """The process of a definition. Raises NotFound when there is no such definition, and UnreadableModel.

        One that has to be read from a large file is expected to make the work a long one.
        """
        entry = self._processes.get(definition_id)
        if entry is None:
            entry = self._load(tx, definition_id)
        elif self._size > self._crowded:
            with self._lock:
                if definition_id in self._processes:  # another thread may have removed it
                    self._processes.move_to_end(definition_id)
        return entry.process

    def _load(self, tx: Transaction, definition_id: int) -> "_Entry":
        row = definitions.get(tx, definition_id)
        if row is None:
            raise NotFound("process definition", definition_id)
        model = definitions.model(tx, row.resource_id)
        if model is None:  # deleted since the row was read
            raise NotFound("process definition", definition_id)
        if len(model.content) > LARGE_FILE:
            tx.expect_long_work()
        # Whether scripts that were allowed when it was deployed still are is asked when one is to run.
        process = read_stored(
            row.resource_name,
            model.content,
            row.key,
            model.handling,
            files=lambda name: definitions.file_of(tx, row.deployment_id, name),
        )
        size = _PER_CONTENT_BYTE * len(model.content) + _PER_REACH * sum(map(len, process.reach.values()))
        entry = _Entry(process, size)
        with self._lock:
            self._remove(definition_id)  # another thread may have been faster
            self._processes[definition_id] = entry
            self._size += size
            while self._size > self._capacity and len(self._processes) > 1:
                self._remove(next(iter(self._processes)))
        return entry

    def _remove(self, definition_id: int) -> None:
        if (entry := self._processes.pop(definition_id, None)) is not None:
            self._size -= entry.size
