"""What every list has in common: a page, an order, and conditions that are built only from what was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, Text, func, literal, literal_column, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from taskbridge.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Sorting:
    """One level of an order: a name that the list knows, and the direction."""

    by: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list: its first row, counted from 0, and how many; None means all that follow."""

    first: int = 0
    most: int | None = None


ALL = Page()

#: So many values are parameters of their own; longer lists travel as one JSON parameter.
_LISTED = 100


def ordered(
    query: Select[Any], columns: Mapping[str, ColumnElement[Any]], sorting: Sequence[Sorting], tie: ColumnElement[Any]
) -> Select[Any]:
    """The query in that order; ``tie`` decides between equals, so that pages never overlap."""
    levels = [columns[level.by].desc() if level.descending else columns[level.by].asc() for level in sorting]
    return query.order_by(*levels, tie)


def same_way(column: ColumnElement[Any], sorting: Sequence[Sorting]) -> ColumnElement[Any]:
    """A column as tie in the direction of the last level: an index on both then gives a page backwards as well."""
    return column.desc() if sorting and sorting[-1].descending else column


def paged(query: Select[Any], page: Page) -> Select[Any]:
    """The query cut to a page."""
    if page.first:
        query = query.offset(page.first)
    if page.most is not None:
        query = query.limit(page.most)
    return query


def count(tx: Transaction, query: Select[Any]) -> int:
    """How many rows the query has."""
    number: int = tx.select(query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None))[0][0]
    return number


def equals(column: ColumnElement[Any], value: object) -> list[ColumnElement[bool]]:
    """``column = value``, or nothing when no value was given."""
    return [] if value is None else [column == value]


def among(column: ColumnElement[Any], values: Sequence[int] | Sequence[str] | None) -> list[ColumnElement[bool]]:
    """``column IN values``, or nothing when none were given. There may be any number of values."""
    if values is None:
        return []
    if len(values) <= _LISTED:
        return [column.in_(list(values))]
    given = literal(orjson.dumps(list(values)).decode(), Text)
    kind = _Numbers if isinstance(values[0], int) else _Texts
    return [column.op("IN", is_comparison=True)(kind(given))]


class _Texts(FunctionElement[Any]):
    """The values of a JSON array as rows: one parameter, where drivers limit the number of parameters."""

    name = "texts"
    inherit_cache = True


class _Numbers(_Texts):
    """The same of whole numbers."""

    name = "numbers"
    inherit_cache = True


@compiles(_Texts, "sqlite")
def _in_sqlite(element: _Texts, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **options)}))"


@compiles(_Texts, "postgresql")
def _in_postgresql(element: _Texts, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    type_ = "BIGINT" if isinstance(element, _Numbers) else "TEXT"
    given = compiler.process(element.clauses, **options)
    return f"(SELECT CAST(value AS {type_}) FROM json_array_elements_text(CAST({given} AS JSON)))"


def like(column: ColumnElement[Any], pattern: str | None) -> list[ColumnElement[bool]]:
    """SQL LIKE with backslash as its escape sign; nothing when no pattern was given."""
    return [] if pattern is None else [column.like(valid(pattern), escape="\\")]


def like_plain(column: ColumnElement[Any], pattern: str | None) -> list[ColumnElement[bool]]:
    """SQL LIKE without an escape sign; nothing when no pattern was given.

    PostgreSQL takes a backslash for one where nothing is said, SQLite does not: doubled, it is a letter to both.
    """
    return like(column, None if pattern is None else pattern.replace("\\", "\\\\"))


def valid(pattern: str) -> str:
    """The pattern with a backslash at its end, which would escape nothing, as a backslash to be found."""
    trailing = len(pattern) - len(pattern.rstrip("\\"))
    return pattern + "\\" if trailing % 2 else pattern


def beside_index(dialect: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same column, but no plan of SQLite begins with an index on it.

    Without statistics SQLite takes any two equalities for equally rare, a tenant that all rows have included.
    """
    return literal_column(f"+{column}", column.type) if dialect == "sqlite" else column


def tenancy(
    column: ColumnElement[Any],
    tenants: Sequence[str] | None,
    *,
    without: bool,
    or_without: bool = False,
    none: object = None,
) -> list[ColumnElement[bool]]:
    """Rows of some tenants, of none, or of both; ``none`` is how the column writes that there is no tenant."""
    absent = column.is_(None) if none is None else column == none
    if tenants:
        return [or_(column.in_(list(tenants)), absent) if or_without else column.in_(list(tenants))]
    return [absent] if without else []
