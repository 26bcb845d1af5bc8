"""Jobs of the ninth schema, which knew none of processes, go on after the migration."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, NullPool, String, Table, create_engine, select, text

from taskbridge.clock import ManualClock
from taskbridge.service.job_runner import Runner
from taskbridge.service.unit import Services, Unit
from taskbridge.store import batches, incidents
from taskbridge.store import jobs as stored_jobs
from taskbridge.store.database import Database
from taskbridge.store.errors import MissingReference
from taskbridge.store.incidents import IncidentFilter
from taskbridge.store.migrations import migrate as migrate_engine

pytestmark = [pytest.mark.long, pytest.mark.anyio]

RETRIES = '{"task":null,"retries":1}'
SUSPENSION = '{"definitions":[1],"suspended":true,"with_instances":true}'
FAR = 1_900_000_000_000
ROWS: dict[str, list[dict[str, Any]]] = {
    "process_definition": [{"id": 1, "key": "P", "suspended": 0}],
    "process_instance": [{"id": 10, "root_id": 10, "definition_id": 1, "state": 0, "tenant": None}],
    "activity_instance": [{"id": 20, "instance_id": 10, "root_id": 10, "kind": 2, "state": 0}],
    "incident": [{"id": 30, "instance_id": 10, "definition_id": 1, "activity_id": 20, "node_id": "a", "type": "t"}],
    "batch": [{"id": 40, "type": "b", "total_jobs": 3, "failed_jobs": 1, "completed_jobs": 1, "created_at": 7}],
    "job": [
        {"id": 50, "type": "set-external-task-retries", "batch_id": 40, "payload": RETRIES, "due_at": 0, "retries": 3},
        {"id": 51, "type": "set-external-task-retries", "batch_id": 40, "payload": RETRIES, "due_at": 9, "retries": 0},
        {"id": 52, "type": "set-definitions-suspended", "payload": SUSPENSION, "due_at": FAR, "retries": 3},
    ],
}


@pytest.fixture(params=["sqlite", "postgresql"])
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of the ninth schema with a batch, a suspension to come, and an incident of each kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/old.db"
    else:
        url = request.getfixturevalue("empty_postgresql_url")
    engine = create_engine(url, poolclass=NullPool)
    migrate_engine(engine, "0009")
    _fill(engine)
    return url


def _fill(engine: Engine) -> None:
    with engine.begin() as connection:
        for name, rows in ROWS.items():
            table = Table(name, MetaData(), autoload_with=connection)
            needed = [column for column in table.columns if not column.nullable and column.server_default is None]
            rest = {column.name: "x" if isinstance(column.type, String) else 1 for column in needed}
            for row in rows:
                connection.execute(table.insert().values(rest | row))


async def test_jobs_of_the_ninth_schema_go_on(old_url: str, clock: ManualClock) -> None:
    clock.set(FAR - 1)
    database = await Database.open(old_url, clock)
    services = Services(database, clock)

    def found(unit: Unit) -> tuple[list[stored_jobs.JobRow], list[incidents.IncidentRow]]:
        return stored_jobs.find(unit.tx, stored_jobs.of_ids([50, 51, 52])), incidents.find(unit.tx, IncidentFilter())

    jobs, opened = await services.run(found)
    assert [(job.id, job.created_at, job.priority, job.suspended) for job in jobs[:2]] == [(50, 7, 0, 0), (51, 7, 0, 0)]
    assert jobs[2].created_at > 7
    assert [(one.id, one.activity_id, one.job_id, one.failed_node_id) for one in opened] == [
        (30, 20, None, None),
        (51, None, 51, None),
    ]
    await _fails_as_ever(services)
    clock.advance(1)
    await Runner(services).run_due()
    suspended = await services.run(lambda unit: unit.tx.select(text("SELECT suspended FROM process_definition")))
    assert suspended[0][0] == 1
    await database.close()


async def _fails_as_ever(services: Services) -> None:
    """The job that is due has no task to set retries of."""
    await Runner(services).run_due()
    job = await services.run(lambda unit: stored_jobs.get(unit.tx, 50))
    assert job is not None
    assert job.retries == 2
    batch = await services.run(lambda unit: batches.get(unit.tx, 40))
    assert batch is not None
    assert (batch.completed_jobs, batch.failed_jobs) == (1, 1)


async def test_an_incident_of_the_ninth_schema_still_belongs_to_its_instance(old_url: str, clock: ManualClock) -> None:
    database = await Database.open(old_url, clock)
    table = incidents.INCIDENT
    keys = await database.run(
        lambda tx: tx.select(select(table.c.instance_id, table.c.activity_id, table.c.definition_id))
    )
    assert [tuple(row) for row in keys] == [(10, 20, 1)]
    with pytest.raises(MissingReference):
        await database.run(lambda tx: tx.execute(text("UPDATE incident SET instance_id = 99")))
    await database.close()
