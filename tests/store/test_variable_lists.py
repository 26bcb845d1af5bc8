"""Lists of variables over the documents of instances and activities, on both databases."""

from collections.abc import Mapping, Sequence

import orjson
import pytest

from taskbridge.store import activities, definitions, instances, variable_lists
from taskbridge.store.database import Database, Transaction
from taskbridge.store.definitions import DefinitionRow
from taskbridge.store.lists import Page, Sorting
from taskbridge.store.variable_filters import VariableCondition
from taskbridge.store.variable_lists import VariableFilter, VariableRow

pytestmark = pytest.mark.anyio

INVOICE, TASK, OTHER, ENDED = 21, 22, 31, 41
NUMBERS = ("Short", "Integer", "Long", "Double")


def _document(variables: Mapping[str, Sequence[object]]) -> str | None:
    return orjson.dumps(variables).decode() if variables else None


def _instance(tx: Transaction, id_: int, variables: Mapping[str, Sequence[object]], *, state: int = 0) -> None:
    blank = dict.fromkeys(("parent_activity_id", "business_key", "name", "tokens", "trail", "started_by", "end_reason"))
    row = {"id": id_, "root_id": id_, "definition_id": 11, "tenant": None, "state": state, "started_at": 1}
    ended = {"ended_at": 2 if state > 1 else None, "outdated": 0, "raised_incidents": 0}
    instances.insert(tx, blank | row | ended | {"variables": _document(variables)})


def _task(tx: Transaction, id_: int, instance_id: int, variables: Mapping[str, Sequence[object]]) -> None:
    row = {
        "id": id_,
        "root_id": instance_id,
        "instance_id": instance_id,
        "definition_id": 11,
        "scope_id": instance_id,
        "node_id": "review",
        "kind": 1,
        "state": 0,
        "priority": 0,
        "created_at": 1,
        "variables": _document(variables),
    }
    activities.insert(tx, [row])


def _fill(tx: Transaction) -> None:
    row = DefinitionRow(11, "invoice", 3, "", None, None, None, None, None, True, False, 1, 2, "invoice.bpmn")
    definitions.insert(tx, row._asdict() | {"startable_in_tasklist": 1, "suspended": 0})
    _instance(tx, INVOICE, {"amount": ["Integer", 150], "who": ["String", "ann"], "gone": ["Null", None]})
    _task(tx, TASK, INVOICE, {"amount": ["Double", 1.5], "file": ["File", {"blob": 7}, {"filename": "a.txt"}]})
    _instance(tx, OTHER, {"amount": ["Long", 150]})
    _instance(tx, ENDED, {"amount": ["Integer", 150]}, state=2)
    _instance(tx, 51, {})


async def _found(
    database: Database, criteria: VariableFilter, sorting: Sequence[Sorting] = (), **page: int
) -> list[VariableRow]:
    await database.run(_fill)
    return await database.run(lambda tx: variable_lists.find(tx, criteria, sorting, Page(**page)))


def _places(rows: Sequence[VariableRow]) -> list[tuple[int, str]]:
    return [(row.scope_id, row.name) for row in rows]


async def test_the_variables_of_all_living_scopes_are_found_in_order(database: Database) -> None:
    found = await _found(database, VariableFilter())
    names = [(INVOICE, "amount"), (INVOICE, "gone"), (INVOICE, "who"), (TASK, "amount"), (TASK, "file")]
    assert _places(found) == [*names, (OTHER, "amount")]
    assert await database.run(lambda tx: variable_lists.number(tx, VariableFilter())) == 6


async def test_a_row_tells_scope_and_stored_form(database: Database) -> None:
    of_instance, of_task = await _found(database, VariableFilter(instance_ids=[INVOICE], name="amount"))
    assert (of_instance.node_id, of_instance.kind, orjson.loads(of_instance.stored)) == (None, 0, ["Integer", 150])
    assert (of_task.node_id, of_task.kind, orjson.loads(of_task.stored)) == ("review", 1, ["Double", 1.5])
    assert (of_task.definition_id, of_task.definition_key, of_task.definition_version) == (11, "invoice", 3)


async def test_pages_follow_each_other(database: Database) -> None:
    found = await _found(database, VariableFilter(), first=2, most=2)
    assert _places(found) == [(INVOICE, "who"), (TASK, "amount")]


async def test_the_order_asked_for_comes_first(database: Database) -> None:
    found = await _found(database, VariableFilter(), [Sorting("type", descending=True)], most=3)
    assert [row.type for row in found] == ["String", "Null", "Long"]


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (VariableFilter(name_like="%o"), [(INVOICE, "who")]),
        (VariableFilter(scope_ids=[TASK, OTHER], name="amount"), [(TASK, "amount"), (OTHER, "amount")]),
        (VariableFilter(scope_ids=[]), []),
        (VariableFilter(tenants=["north"]), []),
        (
            VariableFilter(values=(VariableCondition("amount", "eq", 150, NUMBERS),)),
            [(INVOICE, "amount"), (OTHER, "amount")],
        ),
        (VariableFilter(values=(VariableCondition("amount", "lt", 2, NUMBERS),)), [(TASK, "amount")]),
        (
            VariableFilter(values=(VariableCondition("who", "like", "A%", ("String",), False, True),)),
            [(INVOICE, "who")],
        ),
        (
            VariableFilter(
                values=(
                    VariableCondition("amount", "eq", 150, NUMBERS),
                    VariableCondition("who", "eq", "ann", ("String",)),
                )
            ),
            [],
        ),
    ],
)
async def test_filters_narrow(database: Database, criteria: VariableFilter, expected: list[tuple[int, str]]) -> None:
    assert _places(await _found(database, criteria)) == expected
