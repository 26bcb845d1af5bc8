"""Files of recorded runs: a JSON object per line and model.

``model``    the file, relative to the folder that was run
``policy``   the name of the policy; missing: ``tasks``
``has``      what the server had of the API: lists (``rest.LISTS``) and operations
``refused``  the error (status, type, message) where the server did not deploy the model
``broken``   what went wrong where a server did not answer
``definitions``  for each process ``job_definitions`` and ``start_jobs`` after the deployment, where the server has jobs
``runs``     one for each process, and one more for each of its start events that waits for something, with

- ``key``, ``start`` and ``event``: the process, ``none`` or the kind of the start event, and the activity id of that;
- ``lacks``: what the server would need to start it, and has not; nothing else follows;
- ``start_jobs``: after a start by a timer, what will start the process again;
- ``steps``: for the start and each action after it ``action``, ``error`` (null where it succeeded) and ``state``
  (see ``observing``; null when the process could not be started);
- ``waiting``: for each step at which something waits, the sorted activity ids of the leaves of the tree; ``~`` marks an
  asynchronous continuation;
- ``end``: ``ended``, ``waiting``, or ``error`` when it could not be started;
- ``history``: the activity instances of the history; ``visited``: their sorted ids, ``!`` marks a cancelled one. Null
  where the server has no history.

A recording may have ``model`` and, in ``runs``, ``key``, ``waiting``, ``end`` and ``visited`` only.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from model_driver.moments import is_moment
from model_driver.policies import POLICIES
from model_driver.values import Json, JsonObject

#: The policy of recordings that name none.
FIRST_POLICY = "tasks"


class Recordings:
    """Recorded models, found by name: the same path, or the only one with the same file name."""

    def __init__(self, records: Iterable[JsonObject]) -> None:
        self._by_path: dict[tuple[str, str], JsonObject] = {}
        self._by_file: dict[tuple[str, str], list[JsonObject]] = {}
        for record in records:
            policy = record.get("policy", FIRST_POLICY)
            self._by_path[record["model"], policy] = record
            self._by_file.setdefault((_file(record["model"]), policy), []).append(record)

    @property
    def policies(self) -> list[str]:
        """The policies that something was recorded with. ValueError for one that is not known any more."""
        names = {policy for _, policy in self._by_path}
        if unknown := sorted(names - POLICIES.keys()):
            raise ValueError(f"recorded by policies that do not exist: {', '.join(unknown)}")
        return sorted(names)

    def of(self, model: str, policy: str) -> JsonObject | None:
        """The record of a model, None where there is none."""
        exact = self._by_path.get((model, policy))
        alike = self._by_file.get((_file(model), policy), [])
        return exact if exact is not None else alike[0] if len(alike) == 1 else None

    def unused(self, models: Iterable[str], policy: str) -> list[str]:
        """The models that have a record by a policy, and are not among these."""
        used = [id(record) for model in models if (record := self.of(model, policy)) is not None]
        return sorted(model for (model, by), record in self._by_path.items() if by == policy and id(record) not in used)


def read(path: Path) -> Recordings:
    """Read a file of recordings. ValueError, with the line, for what is none."""
    records = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            if not isinstance(record["model"], str) or not isinstance(record["runs"], list):
                raise TypeError
        except (ValueError, TypeError, KeyError):
            raise ValueError(f"{path}:{number}: not a recorded model") from None
        records.append(record)
    return Recordings(records)


def written(record: JsonObject) -> str:
    """A record as a line of a file."""
    return json.dumps(record, ensure_ascii=False) + "\n"


def timeless(value: Json) -> Json:
    """A record without the moments that depend on the day on which it was made."""
    if is_moment(value) and value["after"] is None:
        return "by the calendar"
    if isinstance(value, list):
        return [timeless(each) for each in value]
    if isinstance(value, dict):
        return {name: timeless(each) for name, each in value.items()}
    return value


def _file(model: str) -> str:
    return model.rpartition("/")[2]
