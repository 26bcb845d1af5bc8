"""Lists and single objects: the page, the order and the projection that a request asks for, and the answer to it.

Every list and every get goes through here (contract 2.2, 2.4, 4.2).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from taskbridge.dialects.worldserver.errors import bad_request, not_found, not_numeric, offset_out_of_range
from taskbridge.dialects.worldserver.projection import Projection, read_projection
from taskbridge.dialects.worldserver.reading import Loaded, read
from taskbridge.dialects.worldserver.values import parse_integer
from taskbridge.dialects.worldserver.views.shapes import Row, Shape, parts_of, show
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store.database import Transaction
from taskbridge.store.lists import ALL, Page, Sorting

DEFAULT_LIMIT = 30
#: What a page holds at most: as many as a real client asks for.
GREATEST_LIMIT = 10_000


class Listing(NamedTuple):
    """What a request for a list asks for; ``sort_by`` is a member of what is shown."""

    projection: Projection
    sort_by: str | None
    descending: bool
    page: Page


@dataclass(frozen=True, slots=True)
class Source:
    """A collection: how it is found and counted, how its rows are shown, and by which members it is ordered.

    ``keep`` puts its rows where the parts beside them look for them.
    """

    find: Callable[[Transaction, Any, Sequence[Sorting], Page], Sequence[Row]]
    number: Callable[[Transaction, Any], int]
    shape: Shape
    orders: Mapping[str, str]
    keep: Callable[[Loaded, Sequence[Row]], None] = lambda loaded, rows: None


def read_listing(call: Call) -> Listing:
    """Page, order and projection of a request. WorldServerError (400)."""
    query = call.query
    direction = query.get("sortDirection")
    sort_by = query.get("sortBy") or None
    if sort_by is not None and direction is None:
        raise bad_request("Sort direction not provided, or invalid")
    page = Page(query.get("offset", 0), min(query.get("limit", DEFAULT_LIMIT), GREATEST_LIMIT))
    return Listing(projection_of(call), sort_by, direction == "desc", page)


def projection_of(call: Call) -> Projection:
    """The projection of a request. WorldServerError (400)."""
    return read_projection(call.query.get("fields"), call.query.get("excludedFields"))


def path_id(call: Call, name: str) -> int:
    """The id in the path. WorldServerError (500) where it is no number (contract 2.4)."""
    try:
        return parse_integer(call.path[name])
    except ValueError as error:
        raise not_numeric(call.path[name]) from error


def show_page(unit: Unit, source: Source, criteria: object, listing: Listing) -> dict[str, object]:
    """A page of a collection with the size of the whole. WorldServerError (400) where it begins behind the end."""
    total = source.number(unit.tx, criteria)
    if listing.page.first > total:
        raise offset_out_of_range(total)
    rows = source.find(unit.tx, criteria, _sorting(source, listing), listing.page)
    return {"items": show_rows(unit, source, rows, listing.projection), "total": total}


def _sorting(source: Source, listing: Listing) -> list[Sorting]:
    """No order where the member is not shown, or has none (contract 4.2)."""
    name = listing.sort_by
    if name is None or name not in source.orders or not listing.projection.shows(name, usual=source.shape[name].usual):
        return []
    return [Sorting(source.orders[name], descending=listing.descending)]


def show_rows(unit: Unit, source: Source, rows: Sequence[Row], projection: Projection) -> list[dict[str, object]]:
    """Rows as objects, with what their members need read beside them."""
    loaded = Loaded(unit)
    source.keep(loaded, rows)
    if rows:
        read(loaded, parts_of(source.shape, projection))
    return [show(source.shape, row, projection, loaded) for row in rows]


async def page_of(call: Call, source: Source, criteria: object) -> Answer:
    """A page of a collection."""
    listing = read_listing(call)
    return Answer(200, await call.services.read(lambda unit: show_page(unit, source, criteria, listing)))


async def one_of(call: Call, source: Source, criteria: object, resource_type: str, number: int) -> Answer:
    """The one that the criteria leave. WorldServerError (404) where they leave none."""
    projection = projection_of(call)

    def work(unit: Unit) -> dict[str, object]:
        rows = source.find(unit.tx, criteria, (), ALL)
        if not rows:
            raise not_found(resource_type, number)
        return show_rows(unit, source, rows[:1], projection)[0]

    return Answer(200, await call.services.read(work))
