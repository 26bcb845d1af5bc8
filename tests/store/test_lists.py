"""What all lists have in common: conditions with many values, and their bounds, on both databases."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import literal, select

from taskbridge.store.database import Database
from taskbridge.store.errors import QueryTooLarge
from taskbridge.store.instance_lists import InstanceFilter
from taskbridge.store.lists import (
    LONGEST_PATTERN,
    MOST_CONDITIONS,
    MOST_VALUES,
    Page,
    Sorting,
    among,
    check_size,
    like,
    like_plain,
    not_among,
    not_like,
    one_of,
    ordered,
    paged,
    tenancy,
)
from taskbridge.store.tables import User, table_of

pytestmark = pytest.mark.anyio

MANY = 100_000
NAME = table_of(User).c.name
NUMBER = literal(70_000)


@pytest.mark.parametrize(("last", "found"), [(70_000, 1), (69_999, 0)])
async def test_a_list_of_numbers_may_be_longer_than_drivers_take_parameters(
    database: Database, last: int, found: int
) -> None:
    query = select(literal(1)).where(one_of(NUMBER, [*range(MANY, 2 * MANY), last]))
    assert len(await database.run(lambda tx: tx.select(query))) == found


@pytest.mark.parametrize(("last", "found"), [("anna", 1), ("an'na", 0)])
async def test_a_list_of_texts_may_be_longer_than_drivers_take_parameters(
    database: Database, last: str, found: int
) -> None:
    query = select(literal(1)).where(one_of(literal("anna"), [*map(str, range(MANY)), last]))
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


async def test_the_longest_patterns_and_lists_work_on_both_databases(database: Database) -> None:
    # Four bytes each, or doubled: the most that a pattern of that many characters can become.
    for name, pattern in (("\U0001f600" * LONGEST_PATTERN, like), ("\\" * LONGEST_PATTERN, like_plain)):
        query = select(literal(1)).where(*pattern(literal(name), name))
        assert len(await database.run(lambda tx, query=query: tx.select(query))) == 1  # type: ignore[misc]
    values = [str(number) for number in range(MOST_VALUES)]
    query = select(literal(1)).where(*among(literal("7"), values), *not_among(literal("x"), values))
    assert len(await database.run(lambda tx: tx.select(query))) == 1


@pytest.mark.parametrize("condition", [like, not_like, like_plain])
def test_a_pattern_beyond_the_bound_is_refused(condition: Any) -> None:  # noqa: ANN401 - a function
    with pytest.raises(QueryTooLarge, match="10001 characters, at most 10000"):
        condition(NAME, "a" * (LONGEST_PATTERN + 1))


def test_a_list_beyond_the_bound_is_refused() -> None:
    values = [str(number) for number in range(MOST_VALUES + 1)]
    for build in (among, not_among, lambda column, given: tenancy(column, given, without=False)):
        with pytest.raises(QueryTooLarge, match="20001 is greater than 20000"):
            build(NAME, values)


def test_all_lists_and_alternatives_of_a_query_count_together() -> None:
    half = InstanceFilter(tenants=["t"] * (MOST_VALUES // 2))
    check_size(replace(half, any_of=(half,)))
    with pytest.raises(QueryTooLarge, match="Too many values"):
        check_size(replace(half, node_ids=["n"], any_of=(half,)))
    check_size(InstanceFilter(any_of=(InstanceFilter(),) * MOST_CONDITIONS))
    with pytest.raises(QueryTooLarge, match="Too many conditions"):
        check_size(InstanceFilter(any_of=(InstanceFilter(),) * (MOST_CONDITIONS + 1)))


async def test_a_column_that_is_named_again_orders_nothing_and_pages_may_begin_anywhere(database: Database) -> None:
    columns = {"name": NAME, "number": table_of(User).c.number}
    levels = [Sorting("name", descending=bool(place % 2)) for place in range(3_000)]
    query = paged(ordered(select(NAME), columns, levels, columns["number"]), Page(1 << 70, 1 << 70))
    assert await database.run(lambda tx: tx.select(query)) == []
