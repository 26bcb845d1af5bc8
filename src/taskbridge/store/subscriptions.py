"""Statements on event subscriptions: what instances wait for, and what starts instances.

Those of an instance are written and taken away by transactions that hold its tree. Whoever found one without that lock
reads it again (``get``) once it has it: it may be gone.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, or_, select

from taskbridge.kinds import InstanceState
from taskbridge.store.database import Transaction
from taskbridge.store.parts import parts
from taskbridge.store.statements import Statement, columns_of, insert_into
from taskbridge.store.tables import EventSubscription, ProcessInstance, table_of

SUBSCRIPTION = table_of(EventSubscription)
INSTANCE = table_of(ProcessInstance)


class SubscriptionRow(NamedTuple):
    """A subscription. ``created_at`` is milliseconds; ``tables.EventSubscription`` says which columns are None when."""

    id: int
    type: str
    name: str | None
    instance_id: int | None
    root_id: int | None
    activity_id: int | None
    definition_id: int
    node_id: str
    tenant: str | None
    created_at: int
    scope_id: int | None = None


#: The type of what has been done and can be compensated.
COMPENSATE = "compensate"
COLUMNS = columns_of(SubscriptionRow, SUBSCRIPTION)
_ROWS = select(*COLUMNS).order_by(SUBSCRIPTION.c.id)
_GET = Statement(_ROWS.where(SUBSCRIPTION.c.id == bindparam("id")), SubscriptionRow)
_OF_INSTANCE = Statement(_ROWS.where(SUBSCRIPTION.c.instance_id == bindparam("instance")), SubscriptionRow)
_STARTS = Statement(
    _ROWS.where(
        SUBSCRIPTION.c.type == bindparam("type"),
        SUBSCRIPTION.c.name == bindparam("name"),
        SUBSCRIPTION.c.instance_id.is_(None),
    ),
    SubscriptionRow,
)
_CONDITIONS = Statement(
    _ROWS.where(SUBSCRIPTION.c.instance_id.is_(None), SUBSCRIPTION.c.type == "conditional"), SubscriptionRow
)
_OF_ACTIVITY = Statement(
    _ROWS.where(
        SUBSCRIPTION.c.activity_id == bindparam("execution"),
        SUBSCRIPTION.c.type == bindparam("type"),
        SUBSCRIPTION.c.name == bindparam("name"),
    ),
    SubscriptionRow,
)
_OF_INSTANCE_ITSELF = Statement(
    _ROWS.where(
        SUBSCRIPTION.c.instance_id == bindparam("execution"),
        SUBSCRIPTION.c.activity_id.is_(None),
        SUBSCRIPTION.c.type == bindparam("type"),
        SUBSCRIPTION.c.name == bindparam("name"),
    ),
    SubscriptionRow,
)
#: Instances that are suspended get no signals; definitions are looked at by who starts instances.
_AWAKE = or_(SUBSCRIPTION.c.instance_id.is_(None), INSTANCE.c.state == InstanceState.ACTIVE)
_SIGNALLED = (
    select(*COLUMNS)
    .select_from(SUBSCRIPTION.outerjoin(INSTANCE, INSTANCE.c.id == SUBSCRIPTION.c.instance_id))
    .where(SUBSCRIPTION.c.type == "signal", SUBSCRIPTION.c.name == bindparam("name"), _AWAKE)
    .order_by(SUBSCRIPTION.c.id)
)
_SIGNALLED_OF_ALL = Statement(_SIGNALLED, SubscriptionRow)
_SIGNALLED_OF_NONE = Statement(_SIGNALLED.where(SUBSCRIPTION.c.tenant.is_(None)), SubscriptionRow)
_SIGNALLED_OF_TENANT = Statement(_SIGNALLED.where(SUBSCRIPTION.c.tenant == bindparam("tenant")), SubscriptionRow)
_SIGNALLED_OF_BOTH = Statement(
    _SIGNALLED.where(or_(SUBSCRIPTION.c.tenant == bindparam("tenant"), SUBSCRIPTION.c.tenant.is_(None))),
    SubscriptionRow,
)
_INSERT = Statement(insert_into(EventSubscription))
#: What can be compensated outlives what it hangs on, and goes by itself.
_WAITED_FOR = SUBSCRIPTION.c.type != COMPENSATE
_WITHDRAW = Statement(
    delete(SUBSCRIPTION).where(SUBSCRIPTION.c.activity_id.in_(bindparam("activities", expanding=True)), _WAITED_FOR)
)
_WITHDRAW_OF_INSTANCE = Statement(
    delete(SUBSCRIPTION).where(
        SUBSCRIPTION.c.instance_id == bindparam("instance"), SUBSCRIPTION.c.activity_id.is_(None), _WAITED_FOR
    )
)
_FORGET = Statement(delete(SUBSCRIPTION).where(SUBSCRIPTION.c.id.in_(bindparam("ids", expanding=True))))
_FORGET_OF_INSTANCE = Statement(
    delete(SUBSCRIPTION).where(SUBSCRIPTION.c.instance_id == bindparam("instance"), SUBSCRIPTION.c.type == COMPENSATE)
)
_WITHDRAW_STARTS = Statement(
    delete(SUBSCRIPTION).where(
        SUBSCRIPTION.c.definition_id.in_(bindparam("definitions", expanding=True)),
        SUBSCRIPTION.c.instance_id.is_(None),
    )
)


def insert(tx: Transaction, rows: Sequence[SubscriptionRow]) -> None:
    """Write new subscriptions. Costs no round trip of its own."""
    tx.send_many(_INSERT, [row._asdict() for row in rows])


def get(tx: Transaction, subscription_id: int) -> SubscriptionRow | None:
    """One subscription; not locked."""
    return tx.one(_GET, {"id": subscription_id})


def of_instance(tx: Transaction, instance_id: int) -> list[SubscriptionRow]:
    """Everything that an instance waits for, in the order of its making."""
    return tx.rows(_OF_INSTANCE, {"instance": instance_id})


def of_execution(tx: Transaction, execution_id: int, type_: str, name: str) -> SubscriptionRow | None:
    """What hangs on an activity instance, or on a process instance itself, of that type and name; the oldest."""
    wanted = {"execution": execution_id, "type": type_, "name": name}
    return tx.one(_OF_ACTIVITY, wanted) or tx.one(_OF_INSTANCE_ITSELF, wanted)


def starts(tx: Transaction, type_: str, name: str) -> list[SubscriptionRow]:
    """The start events of that type and name, of all tenants."""
    return tx.rows(_STARTS, {"type": type_, "name": name})


def signalled(tx: Transaction, name: str, tenants: Collection[str | None] | None) -> list[SubscriptionRow]:
    """What waits for a signal, or begins with it, in the order of making; what is suspended gets none.

    ``tenants`` are None for all, or one tenant, or none (None) of them, or both.
    """
    if tenants is None:
        return tx.rows(_SIGNALLED_OF_ALL, {"name": name})
    tenant = next((one for one in tenants if one is not None), None)
    if tenant is None:
        return tx.rows(_SIGNALLED_OF_NONE, {"name": name})
    statement = _SIGNALLED_OF_BOTH if None in tenants else _SIGNALLED_OF_TENANT
    return tx.rows(statement, {"name": name, "tenant": tenant})


def starts_by_condition(tx: Transaction) -> list[SubscriptionRow]:
    """The conditional start events of all tenants."""
    return tx.rows(_CONDITIONS, {})


def withdraw(tx: Transaction, activity_ids: Sequence[int]) -> None:
    """Take away what hangs on activity instances. Costs no round trip of its own."""
    for some in parts(activity_ids):
        tx.send(_WITHDRAW, {"activities": some})


def withdraw_of_instance(tx: Transaction, instance_id: int) -> None:
    """Take away what hangs on an instance itself: its event subprocesses at process level."""
    tx.send(_WITHDRAW_OF_INSTANCE, {"instance": instance_id})


def forget(tx: Transaction, subscription_ids: Sequence[int]) -> None:
    """Take away what is waited for, or cannot be compensated, no more. Costs no round trip of its own."""
    for some in parts(subscription_ids):
        tx.send(_FORGET, {"ids": some})


def forget_of_instance(tx: Transaction, instance_id: int) -> None:
    """Take away everything that could be compensated in an instance. Costs no round trip of its own."""
    tx.send(_FORGET_OF_INSTANCE, {"instance": instance_id})


def withdraw_starts(tx: Transaction, definition_ids: Sequence[int]) -> None:
    """Take away the subscriptions that would start instances of definitions."""
    if definition_ids:
        tx.send(_WITHDRAW_STARTS, {"definitions": list(definition_ids)})
