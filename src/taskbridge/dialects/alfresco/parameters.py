"""The query parameters that every operation understands (contract 1.4, 5), read and refused in the vendor's order.

Handlers call ``read`` before they look at the body: what is malformed is refused whether the operation uses it or not.
"""

import re
from dataclasses import dataclass

from taskbridge.dialects.alfresco.errors import invalid
from taskbridge.dialects.alfresco.select import parse_names
from taskbridge.dialects.alfresco.where import EVERYTHING, Clause, parse_where
from taskbridge.spec import Call
from taskbridge.store.lists import Page

MOST = 100
_JAVA_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_RELATION = re.compile(r"[A-Za-z][\w-]*")
_DIRECTIONS = {"ASC": False, "DESC": True}


@dataclass(frozen=True, slots=True)
class Order:
    """A column that a list is to be ordered by."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of a request. ``select`` and ``fields`` are None where they were not given."""

    skip: int = 0
    most: int = MOST
    order: tuple[Order, ...] = ()
    relations: tuple[str, ...] = ()
    where: Clause = EVERYTHING
    select: tuple[str, ...] | None = None
    fields: frozenset[str] | None = None
    include_source: bool = False
    status: str | None = None

    @property
    def page(self) -> Page:
        """The part of a list that was asked for."""
        return Page(self.skip, self.most)


def read(call: Call) -> Parameters:
    """The parameters of a request; the first value counts where one comes twice. Raises AlfrescoError."""
    given: dict[str, str] = {}
    for name, value in call.info.query:
        given.setdefault(name, value)
    skip, most = _paging(given.get("skipCount"), given.get("maxItems"))
    order = _order(given.get("orderBy", ""))
    relations = tuple(_RELATION.findall(given.get("relations", "")))
    where = parse_where(given["where"]) if "where" in given else EVERYTHING
    if "include" in given:
        parse_names(given["include"], "INCLUDE")
    select = parse_names(given["select"]) if "select" in given else None
    fields = _fields(given.get("fields", given.get("properties", "")))
    source = given.get("includeSource", "").lower() == "true"
    return Parameters(skip, most, order, relations, where, select, fields, source, given.get("status"))


def _paging(skip: str | None, most: str | None) -> tuple[int, int]:
    first, at_most = (None if text is None else _integer(text) for text in (skip, most))
    if (first is None and skip is not None) or (at_most is None and most is not None):
        raise invalid(_unreadable(skip, most))
    if first is not None and first < 0:
        raise invalid("Negative values not supported for skipCount.")
    if at_most is not None and at_most < 1:
        raise invalid("Only positive values supported for maxItems.")
    return first or 0, at_most or MOST


def _integer(text: str) -> int | None:
    """The number that a text is, within 32 bits; None for any other text."""
    number = int(text) if _JAVA_INTEGER.fullmatch(text) else None
    return number if number is not None and -(2**31) <= number < 2**31 else None


def _unreadable(skip: str | None, most: str | None) -> str:
    if skip is None:
        return f"Invalid paging parameter maxItems:{most}"
    if most is None:
        return f"Invalid paging parameter skipCount:{skip}"
    return f"Invalid paging parameters skipCount: {skip}, maxItems:{most}"


def _order(text: str) -> tuple[Order, ...]:
    return tuple(_level(part) for part in text.split(",") if part.strip())


def _level(text: str) -> Order:
    column, *direction = text.split()
    if len(direction) > 1:
        raise invalid(
            f"Unknown sort order definition '{text}', expected 'field1,field2' or 'field1 asc,field2 desc' or similar"
        )
    if direction and direction[0].upper() not in _DIRECTIONS:
        raise invalid(f"Unknown sort order direction '{direction[0]}', expected asc or desc")
    return Order(column, _DIRECTIONS[direction[0].upper()] if direction else False)


def _fields(text: str) -> frozenset[str] | None:
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    return names or None
