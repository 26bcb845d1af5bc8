"""The application as tests run it: started once per database, emptied before every test."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy import delete, exists, select
from sqlmodel import SQLModel
from starlette.types import ASGIApp

from taskbridge.app import application
from taskbridge.clock import ManualClock
from taskbridge.service.unit import Services, Unit
from taskbridge.settings import Settings
from tests.client import HOST

#: Rows that belong to the program, not to a test.
_KEPT = {"id_block"}
#: Children before their parents.
_EMPTIED = [table for table in reversed(SQLModel.metadata.sorted_tables) if table.name not in _KEPT]
#: Most tables are empty after most tests: one question for all of them takes less time than a statement for each.
_ANY_ROWS = select(*(exists(select(1).select_from(table)) for table in _EMPTIED))
Dump = dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True)
class Served:
    """A running application and what it runs on. Its clock is shared by all tests and only ever moves forward."""

    app: ASGIApp
    services: Services
    clock: ManualClock

    async def empty(self) -> None:
        """Remove every row that a test left, and forget the log-ins that failed and the users that were seen."""

        def work(unit: Unit) -> None:
            filled = unit.tx.select(_ANY_ROWS)[0]
            for table, any_rows in zip(_EMPTIED, filled, strict=True):
                if any_rows:
                    unit.tx.execute(delete(table))

        await self.services.run(work)
        self.services.guesses.forget()
        self.clock.advance(1_000)  # users are looked at again

    async def dump(self) -> Dump:
        """Every row of every table."""

        def work(unit: Unit) -> Dump:
            return {
                table.name: sorted((tuple(row) for row in unit.tx.select(select(table))), key=str)
                for table in SQLModel.metadata.sorted_tables
                if table.name not in _KEPT
            }

        return await self.services.run(work)


@contextlib.asynccontextmanager
async def serving(database_url: str, *, job_execution: bool = True, **more: object) -> AsyncIterator[Served]:
    """The application on a database, with a clock of its own; ``more`` are further settings."""
    clock = ManualClock()
    given = {"database_url": database_url, "access_log": False, "allowed_hosts": (HOST,)}
    settings = Settings.model_validate(given | {"job_execution": job_execution} | more)
    async with application(settings, clock) as (app, services):
        yield Served(app, services, clock)
