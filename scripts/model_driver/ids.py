"""Ids of a server: which was made first, and names for them that are the same on every server.

An id that shows in a value or an error message becomes ``<task 1>``, ``<instance 1>`` and so on: the kind it is known
by, and a number in the order in which ids of that kind appear.
"""

import re
from collections import Counter
from uuid import UUID

from model_driver.values import Json

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
#: A UUID, alone, as `key:version:UUID` (a definition) or as `activity:UUID` (an activity instance).
_ID = re.compile(rf"(?P<before>[\w.-]+:(?:\d+:)?)?(?P<uuid>{_UUID})")
#: Members of answers that hold an id, and the kind of it.
_MEMBERS = {
    "processInstanceId": "instance",
    "processDefinitionId": "definition",
    "executionId": "execution",
    "activityInstanceId": "activity",
    "deploymentId": "deployment",
    "jobDefinitionId": "job definition",
    "taskId": "task",
}


def order(identifier: str) -> tuple[int, str]:
    """Sorts ids by when they were made: time-based UUIDs by their time, other UUIDs and numbers by their value."""
    match = re.search(rf"{_UUID}$", identifier)
    if match:
        uuid = UUID(match[0])
        return (uuid.time if uuid.version == 1 else uuid.int, match[0])
    return (int(identifier) if identifier.isdecimal() else 0, identifier)


class Ids:
    """The ids that one run has met."""

    def __init__(self) -> None:
        self._kinds: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._numbers: Counter[str] = Counter()

    def meet(self, kind: str, entry: Json) -> None:
        """Remember the ids of an entry that a server listed; ``kind`` is that of its own id."""
        if "id" in entry:
            self._kinds.setdefault(entry["id"], kind)
        for member, of_kind in _MEMBERS.items():
            if isinstance(entry.get(member), str):
                self._kinds.setdefault(entry[member], of_kind)

    def know(self, kind: str, identifier: str) -> None:
        """Remember one id."""
        self._kinds.setdefault(identifier, kind)

    def named(self, value: Json) -> Json:
        """The same value with every id in its texts replaced."""
        if isinstance(value, str):
            return _ID.sub(self._replacement, value)
        if isinstance(value, list):
            return [self.named(each) for each in value]
        if isinstance(value, dict):
            return {name: self.named(each) for name, each in value.items()}
        return value

    def _replacement(self, match: re.Match[str]) -> str:
        if match["before"] and match[0] in self._kinds:
            return self._name(match[0])
        return (match["before"] or "") + self._name(match["uuid"])

    def _name(self, identifier: str) -> str:
        if identifier not in self._names:
            kind = self._kinds.get(identifier, "id")
            self._numbers[kind] += 1
            self._names[identifier] = f"<{kind} {self._numbers[kind]}>"
        return self._names[identifier]
