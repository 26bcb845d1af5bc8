"""Statements of the hot path: SQLAlchemy Core constructs, compiled once per database to the text its driver takes.

Made once at import by the modules that own a table's queries, run by ``Transaction``. Holds no connection.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar, overload

from sqlalchemy import ColumnElement, Insert, SelectBase, Table, insert
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, ClauseElement
from sqlalchemy.sql.visitors import ExternallyTraversible
from sqlmodel import SQLModel

RowT = TypeVar("RowT", bound=tuple[Any, ...])
Params = Mapping[str, Any]
#: A construct, or a function that makes one for a dialect ("sqlite", "postgresql") where the databases differ.
Build = ClauseElement | Callable[[str], ClauseElement]

_DIALECTS: dict[str, Dialect] = {
    "sqlite": SQLiteDialect_pysqlite(paramstyle="named"),
    "postgresql": PGDialect_psycopg(),  # type: ignore[no-untyped-call]
}
_PLACEHOLDERS = {"sqlite": ":{}", "postgresql": "%({})s"}
_LIST_MARK = re.compile(r"__\[POSTCOMPILE_(\S+?)(?:~~.+?~~)?\]")


class _Text(NamedTuple):
    sql: str
    constants: dict[str, Any]
    lists: tuple[str, ...]
    only_reads: bool


class Statement(Generic[RowT]):
    """A Core construct with named bind parameters whose rows are plain tuples or the given named tuple.

    Values are the primitives of the columns (int, str, bytes, None) in both directions; a truth value comes back as 0
    or 1. ``bindparam("ids", expanding=True)`` takes a list. Lists are padded to a power of two by repeating the last
    value, so that few texts exist; an empty list is in nothing.

    Conditions that a partial index shall serve are written with ``text()``: neither database looks into parameters.
    """

    @overload
    def __init__(self: "Statement[tuple[Any, ...]]", build: Build, row: None = None) -> None: ...
    @overload
    def __init__(self, build: Build, row: type[RowT]) -> None: ...
    def __init__(self, build: Build, row: type[Any] | None = None) -> None:
        self._build = build
        self._row = row
        self._texts: dict[str, _Text] = {}
        self._sized: dict[tuple[str, tuple[int, ...]], str] = {}
        self.make: Callable[[Any], RowT] | None = row._make if row else None
        if not callable(build):
            _check(build, row)

    def prepare(self, dialect: str, params: Params) -> tuple[str, Params]:
        """The driver's text and its parameters."""
        text = self._texts.get(dialect) or self._compile(dialect)
        if text.lists:
            return self._expand(dialect, text, params)
        return text.sql, ({**text.constants, **params} if text.constants else params)

    def prepare_many(self, dialect: str, params: Sequence[Params]) -> tuple[str, Sequence[Params]]:
        """The driver's text and parameter sets for ``executemany``; list parameters cannot be used here."""
        text = self._texts.get(dialect) or self._compile(dialect)
        if text.lists:
            raise TypeError(f"list parameters cannot be run many times at once: {', '.join(text.lists)}")
        return text.sql, ([{**text.constants, **each} for each in params] if text.constants else params)

    def only_reads(self, dialect: str) -> bool:
        """Whether it is a SELECT."""
        return (self._texts.get(dialect) or self._compile(dialect)).only_reads

    def _compile(self, dialect: str) -> _Text:
        build = self._build(dialect) if callable(self._build) else self._build
        _check(build, self._row)
        compiled = build.compile(dialect=_DIALECTS[dialect])
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        lists = tuple(dict.fromkeys(_LIST_MARK.findall(str(compiled))))
        text = _Text(str(compiled), constants, lists, isinstance(build, SelectBase))
        self._texts[dialect] = text
        return text

    def _expand(self, dialect: str, text: _Text, params: Params) -> tuple[str, Params]:
        bound = {**text.constants, **params}
        sizes = []
        for name in text.lists:
            values = _padded(bound.pop(name))
            sizes.append(len(values))
            bound.update((f"{name}_{place}", value) for place, value in enumerate(values))
        key = (dialect, tuple(sizes))
        sql = self._sized.get(key)
        if sql is None:
            sql = self._sized[key] = _with_places(text, _PLACEHOLDERS[dialect], sizes)
        return sql, bound


def insert_into(table: type[SQLModel]) -> Insert:
    """A build for inserting one row (or many, by ``write_many``); every column is a parameter of its own name."""
    return insert(table).inline()


def columns_of(row: type[tuple[Any, ...]], table: Table, **others: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """The columns that a named tuple is made of, in its order: ``others`` by their names in it, the rest of the table.

    Raises TypeError, when the program starts, for a name that either does not have.
    """
    names: tuple[str, ...] = row._fields  # type: ignore[attr-defined] # every named tuple has it
    strange = (others.keys() - set(names)) | (set(names) - others.keys() - set(table.c.keys()))
    if strange:
        raise TypeError(f"{row.__name__} and {table.name}: {', '.join(sorted(strange))}")
    return [others[name].label(name) if name in others else table.c[name] for name in names]


def _padded(values: Sequence[Any]) -> list[Any]:
    if not values:
        return [None]
    return [*values, *[values[-1]] * ((1 << (len(values) - 1).bit_length()) - len(values))]


def _with_places(text: _Text, placeholder: str, sizes: Sequence[int]) -> str:
    places = {
        name: ", ".join(placeholder.format(f"{name}_{place}") for place in range(size))
        for name, size in zip(text.lists, sizes, strict=True)
    }
    return _LIST_MARK.sub(lambda mark: places[mark[1]], text.sql)


def _check(build: ClauseElement, row: type[Any] | None) -> None:
    """Refuse, when the program starts, what would give wrong rows later."""
    if any(_excludes(element) for element in visitors.iterate(build)):
        raise TypeError("NOT IN cannot take a list parameter: an empty list would exclude every row")
    columns = [column.name for column in getattr(build, "exported_columns", ())]
    if row is None or not columns:
        return
    if columns != list(row._fields):
        raise TypeError(f"{row.__name__} has {row._fields}, the statement gives {columns}")


def _excludes(element: ExternallyTraversible) -> bool:
    return (
        isinstance(element, BinaryExpression)
        and element.operator is operators.not_in_op
        and bool(getattr(element.right, "expanding", False))
    )
