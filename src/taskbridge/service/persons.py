"""The stored user tasks of one command whose listeners may change them: what they were, and what is to be written."""

from collections.abc import Mapping
from dataclasses import replace

from taskbridge.engine.state import Activity, ForPerson
from taskbridge.service.unit import Unit
from taskbridge.service.waits import person
from taskbridge.store.activities import ActivityRow


class Persons:
    """Tasks as they are stored, beside the activities that the engine changes."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._known: dict[int, tuple[Activity, ForPerson]] = {}  # by id, with what is stored

    def know(self, activity: Activity, row: ActivityRow) -> None:
        """Give an activity that was loaded what listeners may ask of it and change."""
        activity.wait = person.of_row(row)
        self._known[activity.id] = (activity, person.of_row(row))

    def take_over(self, activity: Activity, values: Mapping[str, object]) -> None:
        """Take over columns of a task that were written, by the names of ``ForPerson``."""
        known = self._known[activity.id][1]
        for name, value in values.items():
            setattr(known, name, value)
            setattr(activity.wait, name, value)

    def write(self) -> None:
        """Write what listeners have changed since."""
        for activity, stored in list(self._known.values()):
            if isinstance(activity.wait, ForPerson):
                person.write(self._unit, activity.id, stored, activity.wait)
                self._known[activity.id] = (activity, replace(activity.wait))
