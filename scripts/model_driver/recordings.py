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

To keep files small a step may have ``changed`` in place of ``state``: the parts that are not as at the step before.
Members of entries that are null or empty are left out. A line with ``as`` and nothing but the model and the policy
says that the model runs as it does by that other policy.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from model_driver.comparing import Outcome, compare
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
        found = self._found(model, policy)
        if found is not None and "as" in found:
            other = self.of(model, found["as"])
            return None if other is None else other | {"policy": policy}
        return found

    def _found(self, model: str, policy: str) -> JsonObject | None:
        exact = self._by_path.get((model, policy))
        alike = self._by_file.get((_file(model), policy), [])
        return exact if exact is not None else alike[0] if len(alike) == 1 else None

    def runs_as(self, model: str, policy: str) -> str | None:
        """The policy by which the model was recorded to run in the same way; None where it has a record of its own."""
        found = self._by_path.get((model, policy))
        return None if found is None else found.get("as")

    def unused(self, models: Iterable[str], policy: str) -> list[str]:
        """The models that have a record by a policy, and are not among these."""
        used = [id(record) for model in models if (record := self._found(model, policy)) is not None]
        return sorted(model for (model, by), record in self._by_path.items() if by == policy and id(record) not in used)


def read(path: Path) -> Recordings:
    """Read a file of recordings. ValueError, with the line, for what is none."""
    records = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            if not isinstance(record["model"], str) or not isinstance(
                record.get("as", record.get("runs")), (str, list)
            ):
                raise TypeError
            _expand(record)
        except (ValueError, TypeError, KeyError):
            raise ValueError(f"{path}:{number}: not a recorded model") from None
        records.append(record)
    return Recordings(records)


@dataclass(slots=True)
class Recorder:
    """Writes records to a file, each in a line; what runs as before, by another policy, is only named."""

    file: TextIO
    _written: dict[str, list[JsonObject]] = field(default_factory=dict)

    def write(self, record: JsonObject) -> None:
        """Write a record."""
        earlier = self._written.setdefault(record["model"], [])
        record = comparable(record)
        same = next((one for one in earlier if _alike(one, record)), None)
        if same is None:
            earlier.append(record)
            line = _small(record)
        else:
            line = {"model": record["model"], "policy": record["policy"], "as": same["policy"]}
        self.file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.file.flush()


def _alike(one: JsonObject, other: JsonObject) -> bool:
    outcome = compare(one, other).outcome
    return outcome is Outcome.AGREE or (outcome is Outcome.NEITHER and one["refused"] == other["refused"])


def _small(record: JsonObject) -> JsonObject:
    runs = [run | ({"steps": _changes(run["steps"])} if "steps" in run else {}) for run in record["runs"]]
    return record | {"runs": runs}


def _changes(steps: list[JsonObject]) -> list[JsonObject]:
    small, before = [], None
    for step in steps:
        state = step["state"]
        if before is not None and state is not None and before.keys() <= state.keys():
            changed = {part: value for part, value in state.items() if before.get(part) != value}
            small.append({"action": step["action"], "error": step["error"], "changed": changed})
        else:
            small.append(step)
        before = state
    return small


def _expand(record: JsonObject) -> None:
    """Give each step the state that it had."""
    for run in record.get("runs", ()):
        state: JsonObject = {}
        for step in run.get("steps", ()):
            if "changed" in step:
                step["state"] = state | step.pop("changed")
            state = step["state"] or {}


def comparable(record: JsonObject) -> JsonObject:
    """A record without what does not tell servers apart: empty members of entries, and moments of the calendar."""
    made: JsonObject = timeless(record)
    made |= {"definitions": {key: _parts(parts) for key, parts in made.get("definitions", {}).items()}}
    return made | {"runs": [_comparable_run(run) for run in made["runs"]]}


def _comparable_run(run: JsonObject) -> JsonObject:
    steps = [
        step | {"state": None if step["state"] is None else _parts(step["state"])} for step in run.get("steps", ())
    ]
    return _parts(run, "start_jobs") | ({"steps": steps} if "steps" in run else {})


def _parts(parts: JsonObject, *names: str) -> JsonObject:
    """The parts, or those of these names, with smaller entries."""
    return {
        name: [_small_entry(each) for each in value] if isinstance(value, list) and name in (names or parts) else value
        for name, value in parts.items()
    }


def _small_entry(entry: Json) -> Json:
    if isinstance(entry, list):
        return [_small_entry(each) for each in entry]
    if isinstance(entry, dict):
        small = {name: _small_entry(value) for name, value in entry.items()}
        return {name: value for name, value in small.items() if value not in (None, [], {})}
    return entry


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
