"""The envelopes of answers: one entry, a page of entries, what a POST made (contract 4.10, 1.3), cut to the fields.

Called by the handlers with the entries that the views made.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from taskbridge.dialects.alfresco.parameters import Parameters
from taskbridge.spec import Answer

Entry = Mapping[str, Any]


def entry(parameters: Parameters, shown: Entry, status: int = 200) -> Answer:
    """One entry."""
    return Answer(status, _enveloped(parameters, shown))


def page(
    parameters: Parameters, shown: Sequence[Entry], total: int, source: Entry | None = None, *, more: bool | None = None
) -> Answer:
    """One page of a list with ``total`` entries; ``source`` is what the list belongs to, shown where asked for."""
    follows = parameters.skip + len(shown) < total if more is None else more
    return _list(parameters, shown, total, follows, source)


def whole(parameters: Parameters, shown: Sequence[Entry], source: Entry | None = None) -> Answer:
    """A list that is never cut: what was asked for as a page is only repeated (contract 5.1)."""
    return _list(parameters, shown, len(shown), False, source)


def made(parameters: Parameters, shown: Sequence[Entry]) -> Answer:
    """What a POST made: one thing as an entry, several as a list."""
    if len(shown) == 1:
        return entry(parameters, shown[0], 201)
    envelope = {"count": len(shown), "hasMoreItems": False, "totalItems": len(shown)}
    pagination = envelope | {"skipCount": 0, "maxItems": len(shown)}
    entries = [_enveloped(parameters, one) for one in shown]
    return Answer(201, {"list": {"pagination": pagination, "entries": entries}})


def _list(parameters: Parameters, shown: Sequence[Entry], total: int, more: bool, source: Entry | None) -> Answer:
    pagination = {
        "count": len(shown),
        "hasMoreItems": more,
        "totalItems": total,
        "skipCount": parameters.skip,
        "maxItems": parameters.most,
    }
    body: dict[str, object] = {"pagination": pagination, "entries": [_enveloped(parameters, one) for one in shown]}
    if parameters.include_source and source is not None:
        body["source"] = source
    return Answer(200, {"list": body})


def _enveloped(parameters: Parameters, shown: Entry) -> dict[str, Entry]:
    fields = parameters.fields
    if fields is None:
        return {"entry": shown}
    return {"entry": {name: value for name, value in shown.items() if name in fields}}
