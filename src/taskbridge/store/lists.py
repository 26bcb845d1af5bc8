"""What every list has in common: a page, an order, and conditions that are built only from what was asked.

The bounds of a query stand here, and are the same on both databases: each of them has limits of its own (SQLite ends a
pattern at 50,000 bytes, a statement at 32,766 parameters and an expression at a depth of 1,000; PostgreSQL ends a
statement at 65,535 parameters). What is beyond a bound raises QueryTooLarge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import ColumnElement, Select, Text, and_, func, literal, literal_column, not_, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from taskbridge.store.database import Transaction
from taskbridge.store.errors import QueryTooLarge

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

#: Characters of a pattern; with four bytes each, and every backslash doubled, it stays below SQLite's limit.
LONGEST_PATTERN = 10_000
#: Values of all lists of one query.
MOST_VALUES = 20_000
#: Conditions on variables and alternatives of one query.
MOST_CONDITIONS = 200
_TOO_MANY_VALUES = "Too many values in one query: {} is greater than {}"
#: Both databases count rows in 64 bits.
_GREATEST_NUMBER = (1 << 63) - 1


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


@dataclass(frozen=True, slots=True)
class Network:
    """The network whose rows are shown; ``name`` is None for the default one."""

    name: str | None

    def owns(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """The condition that a row with this column belongs to it."""
        return column.is_(None) if self.name is None else column == self.name


def of_network(column: ColumnElement[Any], network: Network | None) -> list[ColumnElement[bool]]:
    """Rows of a network, or nothing when none was given."""
    return [] if network is None else [network.owns(column)]


#: So many values are parameters of their own; longer lists travel as one JSON parameter.
_LISTED = 100


def ordered(
    query: Select[Any], columns: Mapping[str, ColumnElement[Any]], sorting: Sequence[Sorting], tie: ColumnElement[Any]
) -> Select[Any]:
    """The query in that order; ``tie`` decides between equals, so that pages never overlap.

    A column that comes again orders nothing any more, so there are never more levels than columns.
    """
    distinct: dict[str, Sorting] = {}
    for level in sorting:
        distinct.setdefault(level.by, level)
    levels = [columns[by].desc() if level.descending else columns[by].asc() for by, level in distinct.items()]
    return query.order_by(*levels, tie)


def same_way(column: ColumnElement[Any], sorting: Sequence[Sorting]) -> ColumnElement[Any]:
    """A column as tie in the direction of the last level: an index on both then gives a page backwards as well."""
    return column.desc() if sorting and sorting[-1].descending else column


def paged(query: Select[Any], page: Page) -> Select[Any]:
    """The query cut to a page."""
    if page.first:
        query = query.offset(min(page.first, _GREATEST_NUMBER))
    if page.most is not None:
        query = query.limit(min(page.most, _GREATEST_NUMBER))
    return query


def count(tx: Transaction, query: Select[Any]) -> int:
    """How many rows the query has."""
    number: int = tx.select(query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None))[0][0]
    return number


def equals(column: ColumnElement[Any], value: object) -> list[ColumnElement[bool]]:
    """``column = value``, or nothing when no value was given."""
    return [] if value is None else [column == value]


def check_number_of_conditions(number: int) -> None:
    """Raise QueryTooLarge for more conditions than a query may have."""
    if number > MOST_CONDITIONS:
        raise QueryTooLarge(f"Too many conditions in one query: {number} is greater than {MOST_CONDITIONS}")


def check_number_of_values(number: int) -> None:
    """Raise QueryTooLarge for more values than all lists of a query may have."""
    if number > MOST_VALUES:
        raise QueryTooLarge(_TOO_MANY_VALUES.format(number, MOST_VALUES))


def check_size(criteria: "DataclassInstance") -> None:
    """Raise QueryTooLarge for a filter that has, with all its alternatives, more than a query may have."""
    conditions, values = _size(criteria)
    check_number_of_conditions(conditions)
    check_number_of_values(values)


def _size(criteria: "DataclassInstance") -> tuple[int, int]:
    """How many conditions on variables and alternatives a filter has, and how many values in lists."""
    conditions = values = 0
    for field in fields(criteria):
        given = getattr(criteria, field.name)
        if not isinstance(given, list | tuple):
            continue
        if not given or isinstance(given[0], str | int):
            values += len(given)
            continue
        conditions += len(given)
        if isinstance(given[0], type(criteria)):
            inner = [_size(alternative) for alternative in given]
            conditions += sum(size[0] for size in inner)
            values += sum(size[1] for size in inner)
    return conditions, values


def among(column: ColumnElement[Any], values: Sequence[int] | Sequence[str] | None) -> list[ColumnElement[bool]]:
    """``column IN values``, or nothing when none were given. Raises QueryTooLarge."""
    return [] if values is None else [one_of(column, _bounded(values))]


def not_among(column: ColumnElement[Any], values: Sequence[int] | Sequence[str] | None) -> list[ColumnElement[bool]]:
    """``column NOT IN values``, never true of NULL; nothing when there are none. Raises QueryTooLarge."""
    return [] if not values else [not_(one_of(column, _bounded(values)))]


def _bounded(values: Sequence[int] | Sequence[str]) -> Sequence[int] | Sequence[str]:
    check_number_of_values(len(values))
    return values


def one_of(column: ColumnElement[Any], values: Sequence[int] | Sequence[str]) -> ColumnElement[bool]:
    """``column IN values``, for values that the program itself has found: there may be any number of them."""
    if len(values) <= _LISTED:
        return column.in_(list(values))
    given = literal(orjson.dumps(list(values)).decode(), Text)
    kind = _Numbers if isinstance(values[0], int) else _Texts
    return column.op("IN", is_comparison=True)(kind(given))


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
    """SQL LIKE with backslash as its escape sign; nothing when no pattern was given. Raises QueryTooLarge."""
    return [] if pattern is None else [column.like(valid(pattern), escape="\\")]


def not_like(column: ColumnElement[Any], pattern: str | None) -> list[ColumnElement[bool]]:
    """The contrary, which is never true of NULL. Raises QueryTooLarge."""
    return [] if pattern is None else [column.not_like(valid(pattern), escape="\\")]


def like_plain(column: ColumnElement[Any], pattern: str | None) -> list[ColumnElement[bool]]:
    """SQL LIKE without an escape sign; nothing when no pattern was given. Raises QueryTooLarge.

    PostgreSQL takes a backslash for one where nothing is said, SQLite does not: doubled, it is a letter to both.
    """
    return [] if pattern is None else [column.like(_short(pattern).replace("\\", "\\\\"), escape="\\")]


def valid(pattern: str) -> str:
    """The pattern with a backslash at its end, which would escape nothing, as a backslash to be found.

    Raises QueryTooLarge.
    """
    trailing = len(pattern) - len(_short(pattern).rstrip("\\"))
    return pattern + "\\" if trailing % 2 else pattern


def _short(pattern: str) -> str:
    if len(pattern) > LONGEST_PATTERN:
        raise QueryTooLarge(f"The pattern is too long: {len(pattern)} characters, at most {LONGEST_PATTERN}")
    return pattern


def of_executions(
    activity_id: ColumnElement[Any], instance_id: ColumnElement[Any], execution_ids: Sequence[int] | None
) -> list[ColumnElement[bool]]:
    """Rows that hang on some executions: on activity instances, or on process instances themselves.

    Nothing when none were given. Raises QueryTooLarge.
    """
    if execution_ids is None:
        return []
    of_instances = and_(activity_id.is_(None), *among(instance_id, execution_ids))
    return [or_(*among(activity_id, execution_ids), of_instances)]


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
    """Rows of some tenants, of none, or of both; ``none`` is how the column writes that there is no tenant.

    Where some tenants and none are asked for at once, none counts. Raises QueryTooLarge.
    """
    absent = column.is_(None) if none is None else column == none
    if without:
        return [absent]
    if not tenants:
        return []
    listed = among(column, tenants)
    return [or_(*listed, absent)] if or_without else listed
