"""What a statement becomes on each database, and what it refuses."""

from typing import NamedTuple

import pytest
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.sql.elements import ClauseElement

from taskbridge.store.database import Database
from taskbridge.store.statements import Statement, columns_of, insert_into
from taskbridge.store.tables import Batch, Blob, table_of
from taskbridge.store.transaction import Transaction
from tests.store import groups

BLOB = table_of(Blob)
BATCH = table_of(Batch)


class IdOnly(NamedTuple):
    id: int


class LongerId(NamedTuple):
    blob_id: int


def test_rows_that_do_not_fit_are_refused_when_the_statement_is_made() -> None:
    with pytest.raises(TypeError, match="IdOnly"):
        Statement(select(BLOB.c.id, BLOB.c.content), IdOnly)


class Held(NamedTuple):
    id: int
    held: bytes
    content: bytes


def test_columns_stand_in_the_order_of_the_row_and_not_of_their_naming() -> None:
    columns = columns_of(Held, BLOB, content=BLOB.c.instance_id, held=BLOB.c.content)
    assert [column.name for column in columns] == ["id", "held", "content"]
    Statement(select(*columns), Held)


def test_two_columns_in_each_others_place_are_refused() -> None:
    with pytest.raises(TypeError, match="Held"):
        Statement(select(BLOB.c.id, BLOB.c.content, BLOB.c.content.label("held")), Held)


def test_a_column_by_a_shorter_name_is_refused() -> None:
    """It could be that of another table: ``key`` for ``definition_key``."""
    with pytest.raises(TypeError, match="LongerId"):
        Statement(select(BLOB.c.id), LongerId)


def test_a_name_that_the_table_does_not_have_is_refused() -> None:
    with pytest.raises(TypeError, match="held"):
        columns_of(Held, BLOB)
    with pytest.raises(TypeError, match="other"):
        columns_of(IdOnly, BLOB, other=BLOB.c.content)


def test_not_in_with_a_list_parameter_is_refused() -> None:
    with pytest.raises(TypeError, match="NOT IN"):
        Statement(select(BLOB.c.id).where(BLOB.c.id.not_in(bindparam("ids", expanding=True))))


def test_lists_cannot_be_run_many_times() -> None:
    statement = Statement(update(BLOB).where(BLOB.c.id.in_(bindparam("ids", expanding=True))).values(instance_id=1))
    with pytest.raises(TypeError, match="ids"):
        statement.prepare_many("sqlite", [{"ids": [1]}, {"ids": [2]}])


def test_percent_signs_are_escaped_for_the_driver_that_needs_it() -> None:
    statement = Statement(select(BLOB.c.id).where(text("'100%' LIKE '%'"), BLOB.c.id == bindparam("id")))
    assert "'100%%' LIKE '%%'" in statement.prepare("postgresql", {"id": 1})[0]
    assert "'100%' LIKE '%'" in statement.prepare("sqlite", {"id": 1})[0]


def test_a_text_is_compiled_once_per_database() -> None:
    built: list[str] = []

    def build(dialect: str) -> ClauseElement:
        built.append(dialect)
        return select(BLOB.c.id)

    statement = Statement(build)
    for _ in range(3):
        statement.prepare("sqlite", {})
        statement.prepare("postgresql", {})
    assert built == ["sqlite", "postgresql"]


def test_lists_of_similar_length_share_a_text() -> None:
    statement = Statement(select(BLOB.c.id).where(BLOB.c.id.in_(bindparam("ids", expanding=True))))
    sql, params = statement.prepare("postgresql", {"ids": [1, 2, 3]})
    assert sql == statement.prepare("postgresql", {"ids": [4, 5, 6, 7]})[0]
    assert params == {"ids_0": 1, "ids_1": 2, "ids_2": 3, "ids_3": 3}


@pytest.mark.anyio
async def test_values_come_back_as_they_went_in(database: Database) -> None:
    fetch = Statement(select(BLOB.c.id, BLOB.c.content).where(BLOB.c.id == bindparam("id")))

    def work(tx: Transaction) -> tuple[int, bytes]:
        number = tx.new_id()
        tx.write(Statement(insert_into(Blob)), {"id": number, "instance_id": None, "content": b"\x00\xff%"})
        row = tx.one(fetch, {"id": number})
        assert row is not None
        assert row[0] == number
        return row

    assert (await database.run(work))[1] == b"\x00\xff%"


@pytest.mark.anyio
async def test_a_truth_value_is_stored_as_a_number(database: Database) -> None:
    columns = {column.name: None for column in BATCH.c}
    needed = dict.fromkeys(("total_jobs", "completed_jobs", "created_at"), 1)
    failed = Statement(select(BATCH.c.failed_jobs).where(BATCH.c.failed_jobs == bindparam("failed")))

    def work(tx: Transaction) -> list[tuple[int]]:
        row = {**columns, **needed, "id": tx.new_id(), "type": "a", "failed_jobs": True}
        tx.write(Statement(insert_into(Batch)), row)
        return tx.rows(failed, {"failed": True})

    assert await database.run(work) == [(1,)]


@pytest.mark.anyio
async def test_lists_constants_and_empty_lists(database: Database) -> None:
    among = Statement(
        select(groups.GROUP.c.name)
        .where(groups.GROUP.c.name.in_(bindparam("names", expanding=True)), groups.GROUP.c.type.is_(None))
        .order_by(groups.GROUP.c.name)
        .limit(2)
    )

    def work(tx: Transaction) -> list[list[tuple[str]]]:
        tx.write_many(groups.INSERT, [{"name": name, "label": None, "type": None} for name in "abcde"])
        return [tx.rows(among, {"names": names}) for names in (["a", "c", "e"], ["e"], [])]

    assert await database.run(work) == [[("a",), ("c",)], [("e",)], []]


@pytest.mark.anyio
async def test_counts_tell_what_was_touched(database: Database) -> None:
    def work(tx: Transaction) -> list[int]:
        rows = [{"name": name, "label": None, "type": None} for name in "abc"]
        return [
            tx.write_many(groups.INSERT, rows),
            tx.write_many(groups.INSERT, []),
            tx.write(groups.RELABEL, {"group": "a", "new_label": "x"}),
            tx.write(groups.RELABEL, {"group": "nobody", "new_label": "x"}),
            tx.execute(update(groups.GROUP).where(groups.GROUP.c.name > "a").values(label="y")),
            len(tx.select(select(groups.GROUP.c.name).where(groups.GROUP.c.label == "y"))),
        ]

    assert await database.run(work) == [3, 0, 1, 0, 2, 2]
