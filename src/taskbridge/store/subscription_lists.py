"""Lists of event subscriptions: filters, order and pages in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from taskbridge.store.database import Transaction
from taskbridge.store.lists import (
    ALL,
    Page,
    Sorting,
    among,
    check_size,
    count,
    equals,
    of_executions,
    ordered,
    paged,
    same_way,
    tenancy,
)
from taskbridge.store.subscriptions import COLUMNS, SUBSCRIPTION, SubscriptionRow

ORDERS: dict[str, ColumnElement[Any]] = {"created_at": SUBSCRIPTION.c.created_at, "tenant": SUBSCRIPTION.c.tenant}


@dataclass(frozen=True, slots=True)
class SubscriptionFilter:
    """What a list of event subscriptions is narrowed to; None and False do not narrow. Combined with and.

    ``execution_ids`` are ids of activity instances and of process instances.
    """

    ids: Sequence[int] | None = None
    type: str | None = None
    name: str | None = None
    execution_ids: Sequence[int] | None = None
    instance_ids: Sequence[int] | None = None
    node_id: str | None = None
    tenants: Sequence[str] | None = None
    without_tenant: bool = False
    or_without_tenant: bool = False


def find(
    tx: Transaction, criteria: SubscriptionFilter, sorting: Sequence[Sorting] = (), page: Page = ALL
) -> list[SubscriptionRow]:
    """The matching subscriptions; by id where no order is given."""
    query = ordered(_query(criteria), ORDERS, sorting, same_way(SUBSCRIPTION.c.id, sorting))
    return [SubscriptionRow._make(row) for row in tx.select(paged(query, page))]


def number(tx: Transaction, criteria: SubscriptionFilter) -> int:
    """How many subscriptions match."""
    return count(tx, _query(criteria))


def _query(criteria: SubscriptionFilter) -> Select[Any]:
    check_size(criteria)
    return select(*COLUMNS).where(
        *among(SUBSCRIPTION.c.id, criteria.ids),
        *equals(SUBSCRIPTION.c.type, criteria.type),
        *equals(SUBSCRIPTION.c.name, criteria.name),
        *of_executions(SUBSCRIPTION.c.activity_id, SUBSCRIPTION.c.instance_id, criteria.execution_ids),
        *among(SUBSCRIPTION.c.instance_id, criteria.instance_ids),
        *equals(SUBSCRIPTION.c.node_id, criteria.node_id),
        *tenancy(
            SUBSCRIPTION.c.tenant,
            criteria.tenants,
            without=criteria.without_tenant,
            or_without=criteria.or_without_tenant,
        ),
    )
