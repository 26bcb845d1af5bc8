"""What an instance has done that can be compensated, at one point of a command: found by the scope it was done in."""

from collections import defaultdict
from collections.abc import Iterable

from taskbridge.engine.state import Changes, Done


class Memory:
    """The completed activities and subprocesses of an instance; what changes goes into ``Changes``."""

    __slots__ = ("_by_host", "_changes", "_made", "_undone")

    def __init__(self, stored: Iterable[Done], changes: Changes) -> None:
        self._changes = changes
        self._made = {one.id for one in changes.done}  # ids of what the command did itself
        self._undone: set[int] = set()  # ids of what was forgotten again
        self._by_host: dict[int, dict[int, Done]] = defaultdict(dict)
        for one in (*stored, *changes.done):
            self._by_host[one.host_id][one.id] = one

    def add(self, one: Done) -> None:
        """Something more is done."""
        self._changes.done.append(one)
        self._made.add(one.id)
        self._by_host[one.host_id][one.id] = one

    def of(self, host_id: int) -> list[Done]:
        """What was done in a scope, in the order in which it was done."""
        return list(self._by_host[host_id].values()) if host_id in self._by_host else []

    def all(self) -> list[Done]:
        """Everything, in the order in which it was done."""
        return sorted((one for host in self._by_host.values() for one in host.values()), key=lambda one: one.id)

    def forget(self, one: Done) -> None:
        """It cannot be compensated any more, for it is. What was done in a completed subprocess stays."""
        if self._by_host[one.host_id].pop(one.id, None) is not None:
            self._undone.add(one.id)

    def forget_all(self, host_id: int) -> None:
        """A scope is gone, and with it what was done there, in the subprocesses that were completed in it too."""
        hosts = [host_id]
        for host in hosts:  # grows while it is read, so that depth costs no stack
            for one in self.of(host):
                self.forget(one)
                if one.scope_id is not None:
                    hosts.append(one.scope_id)

    def settle(self) -> None:
        """Tell the changes what was forgotten: what this command did itself is not written at all."""
        self._changes.done = [one for one in self._changes.done if one.id not in self._undone]
        self._changes.forgotten = sorted(self._undone - self._made)
