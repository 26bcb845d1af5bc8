"""Conditions on named fields, as a search states them: compared by an operator, all or any of them to hold.

A list says by which columns its fields are compared; a search that names no field narrows nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_

from taskbridge.store.lists import check_size, like_plain


class FieldCondition(NamedTuple):
    """A field, one of OPERATORS, and what it is compared with: a text, or a number where the column holds numbers."""

    field: str
    operator: str
    value: str | int


@dataclass(frozen=True, slots=True)
class Search:
    """Conditions, of which all or at least one must hold."""

    conditions: tuple[FieldCondition, ...] = ()
    any_is_enough: bool = False


Comparison = Callable[[ColumnElement[Any], Any], ColumnElement[bool]]
#: A field's column, or how a whole condition on it is said where no single column tells.
Field = ColumnElement[Any] | Callable[[Comparison, str | int], ColumnElement[bool]]


def _contains(column: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
    """LIKE in any letter case; a pattern without a percent sign is to be found anywhere.

    SQLite lowers Latin letters without marks only, so that what is written alike is compared as it is, too.
    """
    pattern = pattern if "%" in pattern else f"%{pattern}%"
    return or_(*like_plain(column, pattern), *like_plain(func.lower(column), pattern.lower()))


OPERATORS: Mapping[str, Comparison] = {
    "eq": lambda column, value: column == value,
    "ne": lambda column, value: column != value,
    "like": _contains,
    "lt": lambda column, value: column < value,
    "le": lambda column, value: column <= value,
    "gt": lambda column, value: column > value,
    "ge": lambda column, value: column >= value,
}


def searched(search: Search, fields: Mapping[str, Field]) -> list[ColumnElement[bool]]:
    """The conditions of a search on these fields, in SQL. Raises QueryTooLarge."""
    check_size(search)
    found = [_condition(condition, fields[condition.field]) for condition in search.conditions]
    if not found:
        return []
    return [or_(*found) if search.any_is_enough else and_(*found)]


def _condition(condition: FieldCondition, field: Field) -> ColumnElement[bool]:
    compare = OPERATORS[condition.operator]
    return field(compare, condition.value) if callable(field) else compare(field, condition.value)
