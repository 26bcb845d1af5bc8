"""How both databases explain the statements that a query runs: for tests of which indexes they go through."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, TypeAlias

import pytest
from sqlalchemy import Executable, Row, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ClauseElement

from taskbridge.service.unit import Services
from taskbridge.store.database import Transaction
from taskbridge.store.statements import Statement

_NOTHING: Mapping[str, Any] = {}
Query: TypeAlias = Callable[[Transaction], object]

_EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN (COSTS OFF) "}
_DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}  # type: ignore[no-untyped-call]


class Explaining:
    """Stands in for a transaction: runs every query, and keeps what the database says about how it does it."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self.plans: list[str] = []

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the transaction has
        return getattr(self._tx, name)

    def rows(self, statement: Statement[Any], params: Mapping[str, Any] = _NOTHING) -> list[Any]:
        sql, bound = statement.prepare(self._tx.dialect, params)
        named = re.sub(r"%\((\w+)\)s", r"(:\1)", sql).replace("%%", "%")
        self._explain(named, bound)
        return self._tx.rows(statement, params)

    def one(self, statement: Statement[Any], params: Mapping[str, Any] = _NOTHING) -> Any:  # noqa: ANN401 - a row of any type
        found = self.rows(statement, params)
        return found[0] if found else None

    def select(self, query: Executable) -> list[Row[Any]]:
        assert isinstance(query, ClauseElement)
        dialect = _DIALECTS[self._tx.dialect]
        compiled = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        self._explain(str(compiled).replace(":", r"\:"), {})
        return self._tx.select(query)

    def _explain(self, sql: str, bound: Mapping[str, Any]) -> None:
        used = {name: value for name, value in bound.items() if f":{name}" in sql}
        rows = self._tx.select(text(_EXPLAIN[self._tx.dialect] + sql).bindparams(**used))
        self.plans.append("\n".join(str(row[-1]) for row in rows))


@dataclass(frozen=True)
class Told:
    """What a database says of a query: its plan for each statement, and how long all that took, explaining included."""

    plans: list[str]
    milliseconds: float


class _Done(Exception):
    """Carries what was found out of the transaction, which is rolled back with all the rows made up for it."""

    def __init__(self, found: dict[str, Told]) -> None:
        super().__init__("\n\n".join(plan for told in found.values() for plan in told.plans))
        self.found = found


async def explained(
    services: Services, fill: Callable[[Transaction], object], queries: Mapping[str, Query]
) -> dict[str, Told]:
    """What the database says of some queries, once it was filled."""

    def work(tx: Transaction) -> None:
        fill(tx)
        if tx.dialect == "postgresql":  # SQLite is never asked to gather statistics, PostgreSQL does it by itself
            tx.execute(text("ANALYZE"))
        raise _Done({name: _told(tx, query) for name, query in queries.items()})

    with pytest.raises(_Done) as caught:
        await services.run(lambda unit: work(unit.tx))
    return caught.value.found


def _told(tx: Transaction, query: Query) -> Told:
    explaining, begun = Explaining(tx), perf_counter()
    query(explaining)  # type: ignore[arg-type] # it stands in for a transaction
    return Told(explaining.plans, (perf_counter() - begun) * 1000)
