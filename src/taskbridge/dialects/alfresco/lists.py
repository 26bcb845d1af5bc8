"""What the lists have in common: whose rows they show, and the one column they are ordered by (contract 5.4)."""

from collections.abc import Mapping
from typing import Any

from taskbridge.dialects.alfresco.errors import invalid
from taskbridge.dialects.alfresco.parameters import Order, Parameters
from taskbridge.service.identity import Person
from taskbridge.store.lists import Sorting

#: What every list of rows that belong to a network is ordered by first: there its index begins.
NETWORK = "tenant"


def network(caller: Person) -> dict[str, Any]:
    """The filter that leaves what belongs to the caller's network."""
    return {"without_tenant": True} if caller.tenant is None else {"tenants": [caller.tenant]}


def network_or_common(caller: Person) -> dict[str, Any]:
    """The filter that leaves what belongs to the caller's network, or to nobody."""
    return (
        {"without_tenant": True} if caller.tenant is None else {"tenants": [caller.tenant], "or_without_tenant": True}
    )


def sorting(
    parameters: Parameters,
    columns: Mapping[str, str],
    usual: Order,
    *,
    several: str = "Only one order by parameter is supported",
    unknown: str = "sort {} is not supported, supported items are [{}]",
) -> Sorting:
    """The order that was asked for, else the usual one.

    ``columns`` tells the list's own name of each; ``several`` and ``unknown`` are the words for what is refused.
    """
    if len(parameters.order) > 1:
        raise invalid(several)
    order = parameters.order[0] if parameters.order else usual
    if order.column not in columns:
        raise invalid(unknown.format(order.column, ", ".join(columns)))
    return Sorting(columns[order.column], order.descending)
