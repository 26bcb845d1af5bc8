"""The envelopes of answers: one entry, a page of entries, what a POST made (contract 4.10, 1.3), cut to the fields.

Called by the handlers with the entries that the views made.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from taskbridge.dialects.alfresco.parameters import Parameters
from taskbridge.spec import Answer

Entry = Mapping[str, Any]
#: Lists that are shown beside an entry, by name.
Relations = Mapping[str, object]
_NONE: Sequence[Relations] = ()


def entry(parameters: Parameters, shown: Entry, status: int = 200, *, relations: Sequence[Relations] = _NONE) -> Answer:
    """One entry; with relations, where there are any."""
    return Answer(status, _all_enveloped(parameters, [shown], relations)[0])


def page(
    parameters: Parameters,
    shown: Sequence[Entry],
    total: int,
    source: Entry | None = None,
    *,
    more: bool | None = None,
    relations: Sequence[Relations] = _NONE,
) -> Answer:
    """One page of a list with ``total`` entries; ``source`` is what the list belongs to, shown where asked for.

    ``relations`` are those of each entry, or none.
    """
    follows = parameters.skip + len(shown) < total if more is None else more
    return _list(parameters, _all_enveloped(parameters, shown, relations), total, follows, source)


def whole(parameters: Parameters, shown: Sequence[Entry], source: Entry | None = None) -> Answer:
    """A list that is never cut: what was asked for as a page is only repeated (contract 5.1)."""
    return _list(parameters, _all_enveloped(parameters, shown), len(shown), False, source)


def made(parameters: Parameters, shown: Sequence[Entry]) -> Answer:
    """What a POST made: one thing as an entry, several as a list."""
    if len(shown) == 1:
        return entry(parameters, shown[0], 201)
    envelope = {"count": len(shown), "hasMoreItems": False, "totalItems": len(shown)}
    pagination = envelope | {"skipCount": 0, "maxItems": len(shown)}
    return Answer(201, {"list": {"pagination": pagination, "entries": _all_enveloped(parameters, shown)}})


def _list(
    parameters: Parameters, entries: list[dict[str, object]], total: int, more: bool, source: Entry | None
) -> Answer:
    pagination = {
        "count": len(entries),
        "hasMoreItems": more,
        "totalItems": total,
        "skipCount": parameters.skip,
        "maxItems": parameters.most,
    }
    body: dict[str, object] = {"pagination": pagination, "entries": entries}
    if parameters.include_source and source is not None:
        body["source"] = source
    return Answer(200, {"list": body})


def _all_enveloped(
    parameters: Parameters, shown: Sequence[Entry], relations: Sequence[Relations] = _NONE
) -> list[dict[str, object]]:
    entries: list[dict[str, object]] = [{"entry": _cut(parameters, one)} for one in shown]
    if not relations:
        return entries
    return [one | {"relations": related} for one, related in zip(entries, relations, strict=True)]


def _cut(parameters: Parameters, shown: Entry) -> Entry:
    fields = parameters.fields
    return shown if fields is None else {name: value for name, value in shown.items() if name in fields}
