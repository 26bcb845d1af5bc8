"""Which living instances, and which definitions, a message could go to. Nothing here takes a lock.

Called by ``service/correlation``, which locks what was found and then asks again. Found by the index on type, name and
tenant; what a message names beside it narrows that in SQL.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from taskbridge.kinds import InstanceState
from taskbridge.store import instances
from taskbridge.store.activities import ACTIVITY
from taskbridge.store.database import Transaction
from taskbridge.store.definitions import DEFINITION
from taskbridge.store.instance_lists import any_scope_holds
from taskbridge.store.instances import INSTANCE
from taskbridge.store.lists import check_size, equals
from taskbridge.store.subscriptions import COLUMNS, SUBSCRIPTION, SubscriptionRow
from taskbridge.store.variable_filters import VariableCondition, holds

MESSAGE = "message"
#: Ids per statement; both databases bound the number of parameters.
_AT_ONCE = 10_000
#: What waits: an activity instance, or the process instance itself. One that waits twice for a name is one receiver.
_HOST = func.coalesce(SUBSCRIPTION.c.activity_id, SUBSCRIPTION.c.instance_id)


@dataclass(frozen=True, slots=True)
class Criteria:
    """What must be so of a receiver; None does not narrow. ``tenant`` counts only with ``of_tenant``: None is nobody's.

    ``keys`` are about variables of the instance in whichever scope, ``local_keys`` about those of what waits alone.
    """

    name: str | None
    instance_id: int | None = None
    business_key: str | None = None
    of_tenant: bool = False
    tenant: str | None = None
    keys: tuple[VariableCondition, ...] = ()
    local_keys: tuple[VariableCondition, ...] = ()


def waiting(tx: Transaction, criteria: Criteria, most: int | None = None) -> list[SubscriptionRow]:
    """Subscriptions of instances that are not suspended, in the order of what waits; at most so many.

    Raises QueryTooLarge.
    """
    query = _waiting(tx.dialect, criteria).order_by(_HOST, SUBSCRIPTION.c.id).limit(most)
    return [SubscriptionRow._make(row) for row in tx.select(query)]


def held(tx: Transaction, criteria: Criteria, found: Sequence[SubscriptionRow]) -> list[SubscriptionRow]:
    """Which of those that were found wait still, once the trees of their instances are locked. Raises QueryTooLarge."""
    if tx.dialect == "sqlite" or not found:  # whose only writer has found them
        return list(found)
    roots = sorted({row.root_id for row in found if row.root_id is not None})
    for first in range(0, len(roots), _AT_ONCE):
        instances.lock_roots(tx, roots[first : first + _AT_ONCE])
    still = {row.id for row in waiting(tx, criteria)}
    return [row for row in found if row.id in still]


def receivers(tx: Transaction, criteria: Criteria) -> int:
    """How many things wait. Raises QueryTooLarge."""
    query = _waiting(tx.dialect, criteria).with_only_columns(func.count(_HOST.distinct()), maintain_column_froms=True)
    number: int = tx.select(query)[0][0]
    return number


def starts(tx: Transaction, criteria: Criteria) -> list[SubscriptionRow]:
    """Start events of definitions that are not suspended: of the latest version of each key and tenant.

    Only the name and the tenant narrow them, as at the vendor's: what a message says of instances is not asked here.
    """
    query = (
        select(*COLUMNS)
        .join(DEFINITION, DEFINITION.c.id == SUBSCRIPTION.c.definition_id)
        .where(
            *_named(criteria),
            SUBSCRIPTION.c.instance_id.is_(None),
            DEFINITION.c.suspended == 0,
        )
        .order_by(SUBSCRIPTION.c.id)
    )
    return [SubscriptionRow._make(row) for row in tx.select(query)]


def _waiting(dialect: str, criteria: Criteria) -> Select[Any]:
    check_size(criteria)
    query = select(*COLUMNS).join(INSTANCE, INSTANCE.c.id == SUBSCRIPTION.c.instance_id)
    if criteria.local_keys:
        query = query.outerjoin(ACTIVITY, ACTIVITY.c.id == SUBSCRIPTION.c.activity_id)
    return query.where(
        *_named(criteria),
        *equals(SUBSCRIPTION.c.instance_id, criteria.instance_id),
        *equals(INSTANCE.c.business_key, criteria.business_key),
        INSTANCE.c.state == InstanceState.ACTIVE,
        *(any_scope_holds(dialect, INSTANCE, key) for key in criteria.keys),
        *(_locally(dialect, key) for key in criteria.local_keys),
    )


def _named(criteria: Criteria) -> Sequence[ColumnElement[bool]]:
    found = [SUBSCRIPTION.c.type == MESSAGE, *equals(SUBSCRIPTION.c.name, criteria.name)]
    if criteria.of_tenant:
        tenant = SUBSCRIPTION.c.tenant
        found.append(tenant.is_(None) if criteria.tenant is None else tenant == criteria.tenant)
    return found


def _locally(dialect: str, key: VariableCondition) -> ColumnElement[bool]:
    of_instance = and_(SUBSCRIPTION.c.activity_id.is_(None), holds(dialect, INSTANCE.c.variables, key))
    return or_(of_instance, holds(dialect, ACTIVITY.c.variables, key))
