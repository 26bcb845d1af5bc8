"""The schema: made from nothing, the same as the tables say, never overwritten by an older program."""

import threading
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, MetaData, NullPool, String, Table, create_engine, text
from sqlmodel import SQLModel

from taskbridge.clock import ManualClock
from taskbridge.store import tables
from taskbridge.store.database import Database, migrate
from taskbridge.store.errors import DatabaseUnavailable, MissingReference, SchemaTooNew, SchemaTooOld
from taskbridge.store.migrations import migrate as migrate_engine

pytestmark = pytest.mark.long

INDEX_TEXTS = {
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}
COLUMN_TEXTS = {
    "sqlite": "SELECT m.name, c.name, c.type, c.'notnull', c.pk, c.dflt_value"
    " FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'",
    "postgresql": "SELECT table_name, column_name, data_type, is_nullable, column_default"
    " FROM information_schema.columns WHERE table_schema = 'public'",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    url: str = request.getfixturevalue("empty_postgresql_url")
    return url


@pytest.fixture
def engine(empty_url: str) -> Engine:
    return create_engine(empty_url, poolclass=NullPool)


def _facts(connection: Connection, texts: dict[str, str]) -> set[tuple[Any, ...]]:
    rows = connection.execute(text(texts[connection.dialect.name]))
    return {tuple(" ".join(str(value).split()) for value in row) for row in rows if row[0] != "alembic_version"}


def test_columns_and_indexes_are_those_of_the_tables(empty_url: str, engine: Engine) -> None:
    assert tables.ProcessInstance.metadata is SQLModel.metadata
    with engine.begin() as connection:
        SQLModel.metadata.create_all(connection)
        wanted = _facts(connection, COLUMN_TEXTS), _facts(connection, INDEX_TEXTS)
        SQLModel.metadata.drop_all(connection)
    migrate(empty_url)
    with engine.connect() as connection:
        assert _facts(connection, COLUMN_TEXTS) == wanted[0]
        assert _facts(connection, INDEX_TEXTS) == wanted[1]
    assert any("lock_until IS NULL" in index[2] for index in wanted[1])


def _can_be_compared(_item: object, name: str | None, _kind: str, _reflected: bool, _other: object) -> bool:
    # Alembic cannot read a descending column back; the test above compares that index to the letter.
    return name != "ix_external_task_free_by_priority"


def test_alembic_finds_nothing_left_to_migrate(empty_url: str, engine: Engine) -> None:
    migrate(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _can_be_compared})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrating_twice_changes_nothing(empty_url: str, engine: Engine) -> None:
    migrate(empty_url)
    with engine.connect() as connection:
        before = _facts(connection, INDEX_TEXTS)
    migrate(empty_url)
    with engine.connect() as connection:
        assert _facts(connection, INDEX_TEXTS) == before


@pytest.mark.anyio
async def test_opening_migrates_an_empty_database(empty_url: str, clock: ManualClock) -> None:
    database = await Database.open(empty_url, clock)
    try:
        assert await database.run(lambda tx: tx.new_id()) >= 1001
    finally:
        await database.close()


@pytest.mark.anyio
async def test_opening_without_migrating_refuses_an_empty_database(empty_url: str, clock: ManualClock) -> None:
    with pytest.raises(SchemaTooOld):
        await Database.open(empty_url, clock, migrate=False)


@pytest.mark.anyio
async def test_a_newer_schema_is_refused_and_left_alone(empty_url: str, engine: Engine, clock: ManualClock) -> None:
    migrate(empty_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNew, match="9999"):
        await Database.open(empty_url, clock)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"


def test_nodes_that_start_together_migrate_once(empty_url: str) -> None:
    failures: list[Exception] = []

    def start() -> None:
        try:
            migrate(empty_url)
        except Exception as error:  # noqa: BLE001 - any failure of a thread is this test's failure
            failures.append(error)

    nodes = [threading.Thread(target=start) for _ in range(3)]
    for node in nodes:
        node.start()
    for node in nodes:
        node.join()
    assert failures == []


def test_the_folder_of_a_sqlite_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"the folder of .*/a/taskbridge\.db does not exist"):
        migrate(f"sqlite:///{tmp_path}/a/taskbridge.db")
    assert list(tmp_path.iterdir()) == []


def test_postgresql_keeps_room_for_rewritten_instances(empty_postgresql_url: str) -> None:
    migrate(empty_postgresql_url)
    with create_engine(empty_postgresql_url, poolclass=NullPool).connect() as connection:
        rows = connection.execute(text("SELECT relname, array_to_string(reloptions, ' ') FROM pg_class"))
        options: dict[str, str] = {row[0]: row[1] for row in rows}
    assert "fillfactor=70" in options["process_instance"]
    assert "autovacuum_vacuum_scale_factor=0.02" in options["activity_instance"]


def test_people_and_groups_of_the_first_schema_get_numbers(empty_url: str, engine: Engine) -> None:
    migrate_engine(engine, "0001")
    with engine.begin() as connection:
        for name in ("ann", "ben"):
            user = text("INSERT INTO user_account (name, admin, demo, created_at) VALUES (:name, 0, 0, 1)")
            connection.execute(user, {"name": name})
            connection.execute(text("INSERT INTO user_group (name) VALUES (:name)"), {"name": name})
    migrate(empty_url)
    with engine.begin() as connection:
        numbers = [
            row[0]
            for table in ("user_account", "user_group")
            for row in connection.execute(text(f"SELECT number FROM {table} ORDER BY name"))
        ]
    assert len(set(numbers)) == 4
    assert all(number > 1000 for number in numbers)


def test_projects_of_the_fourth_schema_belong_to_the_network_of_who_made_them(empty_url: str, engine: Engine) -> None:
    migrate_engine(engine, "0004")
    told: dict[str, list[dict[str, object]]] = {
        "user_account": [
            {"name": name, "number": number, "admin": 0, "demo": 0, "created_at": 1, "tenant": tenant}
            for number, (name, tenant) in enumerate([("ann", "north"), ("ben", None)], 1)
        ],
        "project_group": [
            {"id": one, "name": "g", "client_id": 1, "project_type_id": 1, "created_by": name, "created_at": 1}
            for one, name in ((1, "ann"), (2, "ben"))
        ],
        "project": [{"id": one, "group_id": one} for one in (1, 2)],
        "project_task": [{"instance_id": one, "project_id": one} for one in (1, 2)],
        "process_definition": [{"id": 1}],
        "process_instance": [{"id": one} for one in (1, 2, 3)],
        "activity_instance": [{"id": one, "instance_id": one} for one in (1, 2, 3)],
    }
    _insert(engine, told)
    migrate(empty_url)
    with engine.begin() as connection:
        for name, key in (("project_group", "id"), ("process_instance", "id"), ("activity_instance", "instance_id")):
            found = connection.execute(text(f"SELECT {key}, tenant FROM {name} WHERE tenant IS NOT NULL")).all()
            assert found == [(1, "north")]


def test_jobs_of_the_eighth_schema_belong_to_the_network_of_who_asked_for_them(empty_url: str, engine: Engine) -> None:
    migrate_engine(engine, "0008")
    _insert(
        engine,
        {
            "user_account": [
                {"name": name, "number": number, "tenant": tenant}
                for number, (name, tenant) in enumerate([("ann", "north"), ("ben", None)], 1)
            ],
            "background_job": [
                {"id": number, "created_by": name} for number, name in enumerate(("ann", "ben", "gone", None), 1)
            ],
        },
    )
    migrate(empty_url)
    with engine.begin() as connection:
        found = connection.execute(text("SELECT id, tenant FROM background_job ORDER BY id")).all()
    assert found == [(1, "north"), (2, None), (3, ""), (4, "")]  # nobody is of the network without a name


def _insert(engine: Engine, told: dict[str, list[dict[str, object]]]) -> None:
    """Write rows, each with something in every column that needs it."""
    with engine.begin() as connection:
        for name, rows in told.items():
            table = Table(name, MetaData(), autoload_with=connection)
            for row in rows:
                connection.execute(table.insert().values(_with_something_else(table) | row))


#: Rows of the fifth schema: what belongs to something, and what belongs to nothing or to what belongs to nothing.
_BELONGING: dict[str, list[dict[str, object]]] = {
    "process_definition": [{"id": 1}],
    "process_instance": [{"id": 10, "root_id": 10, "definition_id": 1}],
    "activity_instance": [{"id": 20, "instance_id": 10}],
    "incident": [{"id": 30, "instance_id": 10, "activity_id": 20}],
    "comment": [{"id": 40, "instance_id": 10, "activity_id": 20}, {"id": 41, "instance_id": 10, "activity_id": None}],
    "candidate": [{"id": 50, "activity_id": 1, "user_id": "ann"}, {"id": 51, "activity_id": 10, "user_id": "ann"}],
    "blob": [{"id": 60, "instance_id": 10, "content": b""}, {"id": 61, "instance_id": None, "content": b""}],
    "job": [{"id": 70, "instance_id": None, "batch_id": None}],
    "definition_element": [{"id": 80, "definition_id": 1}],
    "document": [{"id": 90, "content": b""}],
    "attachment": [{"id": 91, "instance_id": 10, "document_id": 90}],
    "project_task": [{"instance_id": 10}],
}
_LOOSE: dict[str, list[dict[str, object]]] = {
    "process_instance": [{"id": 110, "root_id": 110, "definition_id": 99}, {"id": 111, "root_id": 110}],
    "activity_instance": [{"id": 120, "instance_id": 110}, {"id": 121, "instance_id": 999}],
    "incident": [{"id": 130, "instance_id": 10, "activity_id": 120}],
    "comment": [{"id": 140, "instance_id": 110, "activity_id": None}],
    "candidate": [{"id": 150, "activity_id": 120, "user_id": "ann"}],
    "blob": [{"id": 160, "instance_id": 110, "content": b""}],
    "job": [{"id": 170, "instance_id": 110, "batch_id": None}, {"id": 171, "instance_id": None, "batch_id": 99}],
    "definition_element": [{"id": 180, "definition_id": 99}],
    "attachment": [{"id": 191, "instance_id": 10, "document_id": 99}],
    "project_task": [{"instance_id": 110}],
}


def test_rows_that_belong_to_nothing_are_removed_and_counted(
    empty_url: str, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    migrate_engine(engine, "0005")
    _insert(engine, _BELONGING)
    _insert(engine, _LOOSE)
    migrate(empty_url)
    with engine.begin() as connection:
        for name, rows in _BELONGING.items():
            key = next(iter(rows[0]))
            left = [row[0] for row in connection.execute(text(f"SELECT {key} FROM {name} ORDER BY 1"))]
            assert (name, left) == (name, [row[key] for row in rows])
    assert "removed 1 rows of process_instance without process_definition" in caplog.messages
    assert "removed 2 rows of activity_instance without process_instance" in caplog.messages


#: Rows of the sixth schema: what belongs to a user, and what belongs to nobody.
_OF_USERS: dict[str, list[dict[str, object]]] = {
    "user_account": [{"name": "ann"}],
    "user_group": [{"name": "clerks"}],
    "membership": [{"user_name": "ann", "group_name": "clerks"}],
    "access_token": [
        {"hash": "a", "kind": "worldserver", "user_name": "ann"},
        {"hash": "b", "kind": "digioffice key", "user_name": "ann"},
    ],
    "user_profile": [{"user_name": "ann"}],
    "user_locale": [{"user_name": "ann", "locale_id": 1}],
    "user_client": [{"user_name": "ann", "client_id": 1}],
}
_OF_NOBODY: dict[str, list[dict[str, object]]] = {
    "membership": [{"user_name": "ann", "group_name": "none"}, {"user_name": "ben", "group_name": "clerks"}],
    "access_token": [{"hash": "c", "kind": "alfresco", "user_name": "ben"}],
    "user_profile": [{"user_name": "ben"}],
    "user_locale": [{"user_name": "ben", "locale_id": 1}],
    "user_client": [{"user_name": "ben", "client_id": 1}],
}


def test_what_belonged_to_nobody_goes_and_sessions_of_the_sixth_schema_end_with_the_password(
    empty_url: str, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    migrate_engine(engine, "0006")
    _insert(engine, _OF_USERS)
    _insert(engine, _OF_NOBODY)
    migrate(empty_url)
    with engine.begin() as connection:
        for name, rows in _OF_USERS.items():
            assert connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() == len(rows), name
        versions = connection.execute(text("SELECT hash, credential_version FROM access_token ORDER BY hash")).all()
        user = connection.execute(text("SELECT locked_at, credential_version FROM user_account")).one()
    assert versions == [("a", 0), ("b", None)]
    assert user == (None, 0)
    assert "removed 1 rows of access_token without user_account" in caplog.messages


@pytest.mark.anyio
@pytest.mark.parametrize("name", _OF_NOBODY)
async def test_nothing_can_belong_to_a_user_who_does_not_exist(
    empty_url: str, engine: Engine, clock: ManualClock, name: str
) -> None:
    migrate(empty_url)
    _insert(engine, _OF_USERS)
    table = SQLModel.metadata.tables[name]
    database = await Database.open(empty_url, clock)
    try:
        for row in _OF_NOBODY[name]:
            with pytest.raises(MissingReference):
                await database.run(
                    lambda tx, row=row: tx.execute(table.insert().values(_with_something_else(table) | row))  # type: ignore[misc]
                )
    finally:
        await database.close()


@pytest.mark.anyio
@pytest.mark.parametrize("name", [name for name in _LOOSE if name not in ("candidate", "blob")])
async def test_a_row_that_belongs_to_nothing_is_refused(
    empty_url: str, engine: Engine, clock: ManualClock, name: str
) -> None:
    migrate(empty_url)
    _insert(engine, _BELONGING)
    table = SQLModel.metadata.tables[name]
    row = _with_something_else(table) | _LOOSE[name][-1]
    database = await Database.open(empty_url, clock)
    try:
        with pytest.raises(MissingReference):
            await database.run(lambda tx: tx.execute(table.insert().values(row)))
    finally:
        await database.close()


def _with_something_else(table: Table) -> dict[str, Any]:
    """A value for every column that must have one."""
    needed = (column for column in table.columns if not column.nullable and column.server_default is None)
    return {column.name: "x" if isinstance(column.type, String) else 1 for column in needed}
