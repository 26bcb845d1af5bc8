"""Which living instances, and which definitions, a message could go to. Nothing here takes a lock.

Called by ``service/correlation``, which locks what was found and then asks again. Found by the index on type, name and
tenant, or by the instance or business key that a message names; all else narrows that in SQL.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, and_, bindparam, func, literal, or_, select, text

from taskbridge.kinds import INSTANCE_ROW, InstanceState
from taskbridge.store import instances
from taskbridge.store.activities import ACTIVITY
from taskbridge.store.database import Transaction
from taskbridge.store.definitions import DEFINITION
from taskbridge.store.instance_lists import any_scope_holds
from taskbridge.store.instances import INSTANCE
from taskbridge.store.lists import check_size, equals, one_of
from taskbridge.store.parts import parts
from taskbridge.store.statements import Statement
from taskbridge.store.subscriptions import COLUMNS, SUBSCRIPTION, SubscriptionRow
from taskbridge.store.variable_filters import VariableCondition, holds

MESSAGE = "message"
#: Candidates that are surely looked through within some 50 ms, whatever their variables are compared with.
_FEW = 200
#: What waits: an activity instance, or the process instance itself. One that waits twice for a name is one receiver.
_HOST = func.coalesce(SUBSCRIPTION.c.activity_id, SUBSCRIPTION.c.instance_id)
#: To the letter what the partial indexes on instances have; that the state is ACTIVE does not tell SQLite so.
_ALIVE = text(INSTANCE_ROW.alive)


def _up_to(number: int, *conditions: ColumnElement[bool] | TextClause) -> Select[Any]:
    """How many rows there are; no more than so many are looked at."""
    return select(func.count()).select_from(select(literal(1)).where(*conditions).limit(number).subquery())


_WITH_NAME = (SUBSCRIPTION.c.type == MESSAGE, SUBSCRIPTION.c.name == bindparam("name"))
_OF_TENANT = SUBSCRIPTION.c.tenant.is_not_distinct_from(bindparam("tenant"))
_SOME_WITH_NAME = Statement(_up_to(_FEW + 1, *_WITH_NAME))
_SOME_OF_TENANT = Statement(_up_to(_FEW + 1, *_WITH_NAME, _OF_TENANT))
_SOME_WITH_KEY = Statement(_up_to(_FEW + 1, INSTANCE.c.business_key == bindparam("key"), _ALIVE))


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

    Says so before it looks through many (``Transaction.expect_long_work``). Raises QueryTooLarge.
    """
    query = _waiting(tx, criteria).order_by(_HOST, SUBSCRIPTION.c.id).limit(most)
    return [SubscriptionRow._make(row) for row in tx.select(query)]


def held(tx: Transaction, criteria: Criteria, found: Sequence[SubscriptionRow]) -> list[SubscriptionRow]:
    """Which of those that were found wait still, once the trees of their instances are locked. Raises QueryTooLarge."""
    if tx.dialect == "sqlite" or not found:  # whose only writer has found them
        return list(found)
    roots = sorted({row.root_id for row in found if row.root_id is not None})
    for some in parts(roots):
        instances.lock_roots(tx, some)
    ids = [row.id for row in found]
    still: set[int] = set()
    for some in parts(ids):
        among = one_of(SUBSCRIPTION.c.id, some)
        query = _waiting(tx, criteria).where(among).with_only_columns(SUBSCRIPTION.c.id, maintain_column_froms=True)
        still.update(id_ for (id_,) in tx.select(query))
    return [row for row in found if row.id in still]


def receivers(tx: Transaction, criteria: Criteria) -> int:
    """How many things wait. Raises QueryTooLarge."""
    query = _waiting(tx, criteria).with_only_columns(func.count(_HOST.distinct()), maintain_column_froms=True)
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


def _waiting(tx: Transaction, criteria: Criteria) -> Select[Any]:
    check_size(criteria)
    query = select(*COLUMNS).join(INSTANCE, INSTANCE.c.id == SUBSCRIPTION.c.instance_id)
    if criteria.local_keys:
        query = query.outerjoin(ACTIVITY, ACTIVITY.c.id == SUBSCRIPTION.c.activity_id)
    return query.where(
        *_named(criteria, by_instance=_by_instance(tx, criteria)),
        *equals(SUBSCRIPTION.c.instance_id, criteria.instance_id),
        *equals(INSTANCE.c.business_key, criteria.business_key),
        INSTANCE.c.state == InstanceState.ACTIVE,
        _ALIVE,
        *(any_scope_holds(tx.dialect, INSTANCE, key) for key in criteria.keys),
        *(_locally(tx.dialect, key) for key in criteria.local_keys),
    )


def _by_instance(tx: Transaction, criteria: Criteria) -> bool:
    """Whether subscriptions shall be found by their instances. Without statistics, SQLite would take the name.

    Tells the transaction where many rows have to be looked through either way.
    """
    if tx.dialect != "sqlite":
        return False
    if criteria.instance_id is not None:
        return True
    if _few_have_name(tx, criteria):
        return False
    if criteria.business_key is None or not _few(tx, _SOME_WITH_KEY, key=criteria.business_key):
        tx.expect_long_work()
    return criteria.business_key is not None


def _few_have_name(tx: Transaction, criteria: Criteria) -> bool:
    if criteria.name is None:
        return False
    if criteria.of_tenant:
        return _few(tx, _SOME_OF_TENANT, name=criteria.name, tenant=criteria.tenant)
    return _few(tx, _SOME_WITH_NAME, name=criteria.name)


def _few(tx: Transaction, some: Statement[Any], **values: str | None) -> bool:
    number: int = tx.rows(some, values)[0][0]
    return number <= _FEW


def _named(criteria: Criteria, *, by_instance: bool = False) -> Sequence[ColumnElement[bool]]:
    type_ = SUBSCRIPTION.c.type
    # The expression keeps SQLite from the index that begins with the type.
    found = [(type_.concat("") if by_instance else type_) == MESSAGE, *equals(SUBSCRIPTION.c.name, criteria.name)]
    if criteria.of_tenant:
        tenant = SUBSCRIPTION.c.tenant
        found.append(tenant.is_(None) if criteria.tenant is None else tenant == criteria.tenant)
    return found


def _locally(dialect: str, key: VariableCondition) -> ColumnElement[bool]:
    of_instance = and_(SUBSCRIPTION.c.activity_id.is_(None), holds(dialect, INSTANCE.c.variables, key))
    return or_(of_instance, holds(dialect, ACTIVITY.c.variables, key))
