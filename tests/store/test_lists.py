"""What all lists have in common: conditions with any number of values, on both databases."""

import pytest
from sqlalchemy import literal, select

from taskbridge.store.database import Database
from taskbridge.store.lists import among
from taskbridge.store.tables import User, table_of

pytestmark = pytest.mark.anyio

MANY = 100_000
NAME = table_of(User).c.name
NUMBER = literal(70_000)


@pytest.mark.parametrize(("last", "found"), [(70_000, 1), (69_999, 0)])
async def test_a_list_of_numbers_may_be_longer_than_drivers_take_parameters(
    database: Database, last: int, found: int
) -> None:
    query = select(literal(1)).where(*among(NUMBER, [*range(MANY, 2 * MANY), last]))
    assert len(await database.run(lambda tx: tx.select(query))) == found


@pytest.mark.parametrize(("last", "found"), [("anna", 1), ("an'na", 0)])
async def test_a_list_of_texts_may_be_longer_than_drivers_take_parameters(
    database: Database, last: str, found: int
) -> None:
    query = select(literal(1)).where(*among(literal("anna"), [*map(str, range(MANY)), last]))
    assert len(await database.run(lambda tx: tx.select(query))) == found


async def test_lists_of_one_length_do_not_share_their_values(database: Database) -> None:
    for wanted, found in ((500, 1), (900, 0)):
        values = list(range(wanted, wanted + 200))
        query = select(literal(1)).where(*among(literal(600), values))
        assert len(await database.run(lambda tx, query=query: tx.select(query))) == found  # type: ignore[misc]


async def test_an_empty_list_holds_nothing_and_no_list_does_not_narrow(database: Database) -> None:
    nothing = select(literal(1)).where(*among(NAME, []))
    assert await database.run(lambda tx: tx.select(nothing)) == []
    assert among(NAME, None) == []
