"""The variables of tasks and processes, for lists of them and for embedding; people are looked up once for all.

Called by the handlers within their unit of work.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from taskbridge.dialects.alfresco import access
from taskbridge.dialects.alfresco.associations import people_ids
from taskbridge.dialects.alfresco.model import FormType
from taskbridge.dialects.alfresco.variables import GLOBAL, LOCAL, start_form, task_form
from taskbridge.dialects.alfresco.views.variables import INITIATOR, variable
from taskbridge.engine.variables import Variable, Variables
from taskbridge.service.identity import Person
from taskbridge.service.unit import Unit
from taskbridge.store.activities import ActivityRow
from taskbridge.store.instances import InstanceRow

#: A variable of the vendor's engine that no client sees (contract 6.3).
_HIDDEN = "_tenant_domain"
Entries = list[dict[str, Any]]
_Held = Mapping[str, Variable]


def of_task(unit: Unit, row: ActivityRow, *, local: bool = True, on_process: bool = True) -> Entries:
    """The variables of a task that the caller may read, its own first, every value told though it be null."""
    (found,) = _of_tasks(unit, [(row, local, on_process)])
    return found


def of_tasks(
    unit: Unit, caller: Person, rows: Sequence[ActivityRow], *, local: bool = True, on_process: bool = True
) -> list[Entries]:
    """The same for each task of a list, which may have more than the caller may read: those that he may."""
    may = access.readable(unit, caller, rows)
    return _of_tasks(unit, [(row, local and may.own(row), on_process and may.of_process(row)) for row in rows])


def _of_tasks(unit: Unit, wanted: Sequence[tuple[ActivityRow, bool, bool]]) -> list[Entries]:
    """The variables of each task: whether its own are wanted, and whether those of its process are."""
    held = [
        (row, _held(row.variables) if local else {}, _held(row.instance_variables) if on_process else {})
        for row, local, on_process in wanted
    ]
    people = _people(unit, (outer for _, _, outer in held))
    return [
        _entries(task_form(row), own, people, LOCAL)
        + _entries(start_form(unit, row.definition_id), outer, people, GLOBAL)
        for row, own, outer in held
    ]


def of_processes(unit: Unit, rows: Sequence[InstanceRow]) -> list[Entries]:
    """The variables of each process."""
    wanted = [_held(row.variables) for row in rows]
    people = _people(unit, wanted)
    return [_entries(start_form(unit, row.definition_id), held, people) for row, held in zip(rows, wanted, strict=True)]


def without_nothing(entries: Entries) -> Entries:
    """The same as entries of their own: without a value where there is none (contract 4)."""
    return [{key: told for key, told in one.items() if key != "value" or told not in (None, "")} for one in entries]


def _held(document: str | None) -> _Held:
    return dict(Variables(document).items()) if document else {}


def _people(unit: Unit, held: Iterable[_Held]) -> dict[str, str]:
    names = {str(one[INITIATOR].value) for one in held if INITIATOR in one and one[INITIATOR].type == "String"}
    return people_ids(unit, sorted(names)) if names else {}


def _entries(form: FormType | None, held: _Held, people: Mapping[str, str], scope: str | None = None) -> Entries:
    found = [variable(form, name, one, people) for name, one in held.items() if name != _HIDDEN]
    return found if scope is None else [{"scope": scope} | one for one in found]
