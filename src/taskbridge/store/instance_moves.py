"""Statements that bring an instance, whose tree is held, to another definition, with all that is alive in it.

What has ended keeps the definition that it ended in, as at the vendor's.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, delete, update

from taskbridge.store import incidents
from taskbridge.store.database import Transaction
from taskbridge.store.lists import one_of
from taskbridge.store.statements import Statement
from taskbridge.store.tables import ActivityInstance, EventSubscription, Incident, Job, ProcessInstance, table_of

INSTANCE, ACTIVITY = table_of(ProcessInstance), table_of(ActivityInstance)
JOB, SUBSCRIPTION, INCIDENT = table_of(Job), table_of(EventSubscription), table_of(Incident)
_INSTANCE = Statement(
    update(INSTANCE)
    .where(INSTANCE.c.id == bindparam("instance"))
    .values(definition_id=bindparam("definition"), tokens=bindparam("tokens"))
)
_ACTIVITY = Statement(
    update(ACTIVITY)
    .where(ACTIVITY.c.id == bindparam("activity"))
    .values(definition_id=bindparam("definition"), node_id=bindparam("node"), scope_id=bindparam("scope"))
)
_JOB = Statement(
    update(JOB)
    .where(JOB.c.id == bindparam("job"))
    .values(
        definition_id=bindparam("definition"),
        node_id=bindparam("node"),
        job_definition_id=bindparam("job_definition"),
        due_at=bindparam("new_due_at"),
        payload=bindparam("new_payload"),
    )
)
_SUBSCRIPTION = Statement(
    update(SUBSCRIPTION)
    .where(SUBSCRIPTION.c.id == bindparam("subscription"))
    .values(definition_id=bindparam("definition"), node_id=bindparam("node"))
)
_DONE = Statement(
    update(SUBSCRIPTION)
    .where(SUBSCRIPTION.c.id == bindparam("subscription"))
    .values(definition_id=bindparam("definition"), node_id=bindparam("node"), activity_id=bindparam("host"))
)
_AWAITED = Statement(
    update(SUBSCRIPTION)
    .where(SUBSCRIPTION.c.id == bindparam("subscription"))
    .values(type=bindparam("awaited"), name=bindparam("awaited_name"))
)
_DUE = Statement(
    update(JOB)
    .where(JOB.c.id == bindparam("job"))
    .values(due_at=bindparam("new_due_at"), payload=bindparam("new_payload"))
)
_INCIDENTS = Statement(
    update(INCIDENT)
    .where(INCIDENT.c.instance_id == bindparam("instance"), INCIDENT.c.ended_at.is_(None))
    .values(definition_id=bindparam("definition"))
)
_INCIDENT_OF_ACTIVITY = Statement(
    update(INCIDENT)
    .where(INCIDENT.c.activity_id == bindparam("activity"), INCIDENT.c.job_id.is_(None), INCIDENT.c.ended_at.is_(None))
    .values(node_id=bindparam("node"))
)
_INCIDENT_OF_JOB = Statement(
    update(INCIDENT)
    .where(INCIDENT.c.job_id == bindparam("job"), INCIDENT.c.ended_at.is_(None))
    .values(node_id=bindparam("node"))
)


def instance(tx: Transaction, instance_id: int, definition_id: int, tokens: str | None) -> None:
    """Bring the instance itself, with its open incidents, to another definition."""
    tx.send(_INSTANCE, {"instance": instance_id, "definition": definition_id, "tokens": tokens})
    tx.send(_INCIDENTS, {"instance": instance_id, "definition": definition_id})


def activities(tx: Transaction, rows: Sequence[Mapping[str, object]]) -> None:
    """Bring activities there; a row has the ids of the ``activity`` and of ``definition``, ``node`` and ``scope``."""
    tx.send_many(_ACTIVITY, rows)
    tx.send_many(_INCIDENT_OF_ACTIVITY, [{"activity": row["activity"], "node": row["node"]} for row in rows])


def jobs(tx: Transaction, rows: Sequence[Mapping[str, object]]) -> None:
    """Bring jobs there.

    A row has the ids of the ``job``, and of ``definition``, ``node`` and ``job_definition``, and its ``new_due_at`` and
    ``new_payload``.
    """
    tx.send_many(_JOB, rows)
    tx.send_many(_INCIDENT_OF_JOB, [{"job": row["job"], "node": row["node"]} for row in rows])


def set_due(tx: Transaction, job_id: int, due_at: int, payload: str) -> None:
    """Let a job fall due at another moment (milliseconds)."""
    tx.send(_DUE, {"job": job_id, "new_due_at": due_at, "new_payload": payload})


def subscriptions(tx: Transaction, rows: Sequence[Mapping[str, object]]) -> None:
    """Bring subscriptions there; a row has the ids of the ``subscription``, and of ``definition`` and ``node``."""
    tx.send_many(_SUBSCRIPTION, rows)


def done(tx: Transaction, rows: Sequence[Mapping[str, object]]) -> None:
    """Bring what can be compensated there; a row has a ``host`` too: the scope in which it was done, None for none."""
    tx.send_many(_DONE, rows)


def set_awaited(tx: Transaction, subscription_id: int, type_: str, name: str | None) -> None:
    """Let a subscription wait for something else."""
    tx.send(_AWAITED, {"subscription": subscription_id, "awaited": type_, "awaited_name": name})


def remove_jobs(tx: Transaction, job_ids: Sequence[int]) -> None:
    """Take jobs away, with their open incidents."""
    if job_ids:
        tx.execute(delete(JOB).where(one_of(JOB.c.id, job_ids)))
        incidents.end_of_jobs(tx, list(job_ids), resolved=False)
