"""Compiled processes, kept by definition id. Definitions never change, so an entry is right for ever."""

from collections import OrderedDict
from threading import Lock

from taskbridge.engine.bpmn import read_bpmn
from taskbridge.engine.graph import Process
from taskbridge.service.errors import NotFound
from taskbridge.store import definitions
from taskbridge.store.database import Transaction

_CAPACITY = 1000


class Graphs:
    """A bounded store of compiled processes, filled on first use."""

    def __init__(self, capacity: int = _CAPACITY) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[int, Process] = OrderedDict()
        self._lock = Lock()

    def get(self, tx: Transaction, definition_id: int) -> Process:
        """The process of a definition; raises NotFound when there is no such definition."""
        found = self._kept.get(definition_id)
        return found if found is not None else self._load(tx, definition_id)

    def _load(self, tx: Transaction, definition_id: int) -> Process:
        row = definitions.get(tx, definition_id)
        if row is None:
            raise NotFound("process definition", definition_id)
        content = definitions.content(tx, row.resource_id) or b""
        process = next(process for process in read_bpmn(row.resource_name, content) if process.key == row.key)
        with self._lock:
            self._kept[definition_id] = process
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
        return process
