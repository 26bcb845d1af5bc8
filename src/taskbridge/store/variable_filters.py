"""Conditions on variables in SQL: what a list's variable filters become on the JSON documents of both databases."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Numeric,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB

from taskbridge.store.lists import valid

NUMBERS = ("Short", "Integer", "Long", "Double")


@dataclass(frozen=True, slots=True)
class VariableCondition:
    """``name operator value`` on a variable. ``types`` are the stored types that can match.

    ``operator`` is one of eq, neq, gt, gteq, lt, lteq, like, notLike. ``neq`` needs the variable to be there.
    """

    name: str
    operator: str
    value: str | int | float | bool | None
    types: tuple[str, ...]
    ignore_name_case: bool = False
    ignore_value_case: bool = False


def holds(dialect: str, document: ColumnElement[Any], condition: VariableCondition) -> ColumnElement[bool]:
    """Whether a variables document fulfils the condition (false for an empty document)."""
    entry = entry_of(dialect, document)
    return exists(select(literal(1)).select_from(entry.source).where(fulfils(entry, condition)))


class Entry(NamedTuple):
    """One variable of a document in SQL; ``words`` is its value as text, ``number`` as a number where it is one.

    ``stored`` is the text it is stored as, see ``engine/variables.py``.
    """

    source: Any
    name: ColumnElement[Any]
    type: ColumnElement[Any]
    stored: ColumnElement[Any]
    words: ColumnElement[Any]
    number: ColumnElement[Any]
    true: ColumnElement[Any]
    false: ColumnElement[Any]


def entry_of(dialect: str, document: ColumnElement[Any]) -> Entry:
    """The variables of a document as rows: select from ``source``, beside the table that has the document."""
    return _entry_in_sqlite(document) if dialect == "sqlite" else _entry_in_postgresql(document)


def fulfils(entry: Entry, condition: VariableCondition) -> ColumnElement[bool]:
    """Whether one variable has the condition's name and fulfils it."""
    wanted = condition.name
    name = func.lower(entry.name) == wanted.lower() if condition.ignore_name_case else entry.name == wanted
    return and_(name, _matches(entry, condition))


def _entry_in_sqlite(document: ColumnElement[Any]) -> Entry:
    source = func.json_each(document).table_valued("key", "value", name="entry", joins_implicitly=True)
    value = func.json_extract(source.c.value, "$[1]")
    type_ = func.json_extract(source.c.value, "$[0]")
    return Entry(source, source.c.key, type_, source.c.value, value, value, literal(1), literal(0))


def _entry_in_postgresql(document: ColumnElement[Any]) -> Entry:
    source = func.jsonb_each(cast(document, JSONB)).table_valued("key", "value", name="entry", joins_implicitly=True)
    pair = type_coerce(source.c.value, JSONB)
    words = pair[1].astext
    number = case((func.jsonb_typeof(pair[1]) == "number", cast(words, Numeric)))
    stored = cast(source.c.value, Text)
    return Entry(source, source.c.key, pair[0].astext, stored, words, number, literal("true"), literal("false"))


def _matches(entry: Entry, condition: VariableCondition) -> ColumnElement[bool]:
    if condition.value is None:
        return entry.words.is_(None) if condition.operator == "eq" else entry.words.is_not(None)
    of_type = entry.type.in_(condition.types)
    matches = _value_matches(entry, condition, condition.value)
    if condition.operator == "neq":
        return and_(entry.type != "Null", or_(not_(of_type), matches))
    return and_(of_type, matches)


def _value_matches(entry: Entry, condition: VariableCondition, value: str | float | bool) -> ColumnElement[bool]:
    compare: _Comparison | None = _ORDER.get(condition.operator)
    if isinstance(value, bool) and compare is not None:
        return compare(entry.words, entry.true if value else entry.false)
    if isinstance(value, int | float) and compare is not None:
        return compare(entry.number, value)
    words: ColumnElement[Any] = cast(entry.words, Text)
    wanted = str(value)
    if condition.ignore_value_case:
        words, wanted = func.lower(words), wanted.lower()
    if compare is not None:
        return compare(words, wanted)
    found = words.like(valid(wanted), escape="\\")
    return not_(found) if condition.operator == "notLike" else found


_Comparison = Callable[[Any, Any], ColumnElement[bool]]
_ORDER: dict[str, _Comparison] = {
    "eq": lambda left, right: left == right,
    "neq": lambda left, right: left != right,
    "gt": lambda left, right: left > right,
    "gteq": lambda left, right: left >= right,
    "lt": lambda left, right: left < right,
    "lteq": lambda left, right: left <= right,
}
