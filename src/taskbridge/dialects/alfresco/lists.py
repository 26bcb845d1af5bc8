"""What the lists have in common: the one column they are ordered by (contract 5.4)."""

from collections.abc import Mapping

from taskbridge.dialects.alfresco.errors import invalid
from taskbridge.dialects.alfresco.parameters import Order, Parameters
from taskbridge.store.lists import Sorting

#: What every list of rows that belong to a network is ordered by first: there its index begins.
NETWORK = "tenant"


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
