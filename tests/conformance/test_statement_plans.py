"""Which indexes the frequent statements use, as both databases explain them: nothing that is frequent reads a table."""

import re
from collections.abc import Callable

import pytest
from sqlmodel import SQLModel

from taskbridge.service.unit import Services
from taskbridge.store import (
    activities,
    correlation,
    due_jobs,
    execution_lists,
    external_task_lists,
    external_tasks,
    incidents,
    instance_lists,
    subscriptions,
    user_task_lists,
)
from taskbridge.store.correlation import Criteria
from taskbridge.store.database import Transaction
from taskbridge.store.execution_lists import ExecutionFilter
from taskbridge.store.external_task_lists import ExternalTaskFilter
from taskbridge.store.external_tasks import FetchOrder, TopicCriteria
from taskbridge.store.incidents import IncidentFilter
from taskbridge.store.instance_lists import InstanceFilter
from taskbridge.store.lists import Page
from taskbridge.store.statements import Statement, insert_into
from taskbridge.store.subscriptions import SubscriptionRow
from taskbridge.store.tables import ActivityInstance, Incident, Job, ProcessDefinition, ProcessInstance, table_of
from taskbridge.store.user_task_lists import UserTaskFilter
from taskbridge.store.variable_filters import VariableCondition
from tests.conformance.plans import Query, explained

pytestmark = pytest.mark.anyio

PAGE = Page(0, 20)


def fetch(order: FetchOrder, *topics: str) -> Callable[[Transaction], object]:
    return lambda tx: external_tasks.hold_free(tx, [TopicCriteria(topic) for topic in topics], order, 10)


#: What is done -> the index that each of its queries must go through, in order.
USED: dict[str, tuple[Callable[[Transaction], object], list[str]]] = {
    "the next expiries": (lambda tx: external_tasks.next_expiries(tx, ["T"], tx.now), ["ix_external_task_locked"]),
    "a list of external tasks": (
        lambda tx: external_task_lists.find(tx, ExternalTaskFilter(), (), PAGE),
        ["ix_external_task_alive"],
    ),
    "a list of user tasks": (lambda tx: user_task_lists.find(tx, UserTaskFilter(), (), PAGE), ["ix_user_task_alive"]),
    "a list of incidents": (lambda tx: incidents.find(tx, IncidentFilter(), (), PAGE), ["ix_incident_open"]),
    "a list of executions": (
        lambda tx: execution_lists.find(tx, ExecutionFilter(), (), PAGE),
        ["ix_activity_instance_alive"],
    ),
    "the living activities of an instance": (
        lambda tx: activities.open_of_instance(tx, 1),
        ["ix_activity_instance_alive"],
    ),
    "what begins with a message": (
        lambda tx: correlation.starts(tx, Criteria("M7", of_tenant=True)),
        ["ix_event_subscription_name"],
    ),
    "the jobs that are due": (lambda tx: due_jobs.look(tx, [""], 50, pause=10), ["ix_job_due"]),
}


@pytest.mark.parametrize("name", USED)
async def test_a_frequent_query_goes_through_its_index(services: Services, name: str) -> None:
    query, indexes = USED[name]
    plans = await plans_of(services, query)
    assert len(plans) == len(indexes)
    for plan, index in zip(plans, indexes, strict=True):
        assert re.search(rf"\b{index}\b", plan), plan


KEYS = (VariableCondition("n", "eq", 1, ("Integer",)),)
BY_NAME, BY_INSTANCE = "ix_event_subscription_name", "ix_event_subscription_instance_id"
BY_KEY = "ix_process_instance_business_key"
#: What a message names -> the indexes that what waits is found by. For M7 six wait, for "Crowd" a thousand.
CORRELATED: dict[str, tuple[Criteria, set[str]]] = {
    "a name that few wait for": (Criteria("M7", keys=KEYS), {BY_NAME}),
    "a name that few wait for, and a key that many have": (Criteria("M7", business_key="same"), {BY_NAME}),
    "an instance": (Criteria("Crowd", instance_id=501), {BY_INSTANCE}),
    "an instance without a name": (Criteria(None, instance_id=501), {BY_INSTANCE}),
    "a business key": (Criteria("Crowd", business_key="K501", keys=KEYS), {BY_KEY, BY_INSTANCE}),
    "a business key of a tenant": (
        Criteria("Crowd", business_key="K501", of_tenant=True, local_keys=KEYS),
        {BY_KEY, BY_INSTANCE},
    ),
}


@pytest.mark.parametrize("name", CORRELATED)
async def test_what_waits_for_a_message_is_found_by_what_narrows_most(services: Services, name: str) -> None:
    criteria, indexes = CORRELATED[name]
    plan = (await plans_of(services, lambda tx: correlation.waiting(tx, criteria, 2)))[-1]
    used = set(re.findall(rf"\b(?:{BY_NAME}|{BY_INSTANCE}|{BY_KEY})\b", plan))
    assert used >= indexes, plan
    assert (BY_NAME in used) == (BY_NAME in indexes), plan


async def test_only_what_was_found_is_read_again_behind_its_lock(services: Services) -> None:
    if services.database.dialect == "sqlite":
        pytest.skip("only PostgreSQL has several transactions at once, and only there it is read again")
    found = [_in_crowd(501)]
    plan = (await plans_of(services, lambda tx: correlation.held(tx, Criteria("Crowd", keys=KEYS), found)))[-1]
    assert "event_subscription_pkey" in plan, plan


#: An order of a fetch -> the index that has the free tasks in it.
ORDERS = {
    FetchOrder(): "ix_external_task_free",
    FetchOrder(newest_first=True): "ix_external_task_free",
    FetchOrder(by_priority=True): "ix_external_task_free_by_priority",
}
LOCKED = "ix_external_task_locked"


@pytest.mark.parametrize("order", ORDERS)
async def test_a_fetch_of_a_topic_without_expired_locks_reads_two_indexes(
    services: Services, order: FetchOrder
) -> None:
    plans = await plans_of(services, fetch(order, "U"))
    assert _indexes(plans) == [{LOCKED}, {ORDERS[order]}] or _indexes(plans) == [{ORDERS[order]}, {LOCKED}]
    free = next(plan for plan in plans if ORDERS[order] in plan)
    assert "TEMP B-TREE" not in free
    assert "Sort" not in free


@pytest.mark.parametrize("order", ORDERS)
async def test_a_fetch_of_several_topics_reads_the_index_of_each(services: Services, order: FetchOrder) -> None:
    plans = await plans_of(services, fetch(order, "T", "U"))
    if services.database.dialect == "sqlite":
        assert _indexes(plans) == [{ORDERS[order]}, {LOCKED}] * 2
    else:
        found, by_id = _indexes(plans)
        assert found == {ORDERS[order], LOCKED}
        assert by_id in ({"activity_instance_pkey"}, {"ix_external_task_alive"})


async def test_a_sweep_reads_both_indexes_of_what_can_be_fetched(services: Services) -> None:
    if services.database.dialect == "sqlite":
        pytest.skip("only PostgreSQL has several transactions at once, and only there it is asked")
    (plan,) = await plans_of(services, lambda tx: external_tasks.first_fetchable(tx, ["T", "U"]))
    assert _indexes([plan]) == [{"ix_external_task_free", LOCKED}]
    assert "Sort" not in plan


def _indexes(plans: list[str]) -> list[set[str]]:
    return [set(re.findall(r"\b(?:ix_external_task_\w+|activity_instance_pkey)", plan)) for plan in plans]


async def test_a_page_of_instances_does_not_sort_the_table(services: Services) -> None:
    (plan,) = await plans_of(services, lambda tx: instance_lists.find(tx, InstanceFilter(), (), PAGE))
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


async def plans_of(services: Services, query: Query) -> list[str]:
    """The plans of a query, in a database that has been at work for a while."""
    return (await explained(services, _fill, {"": query}))[""].plans


def _fill(tx: Transaction) -> None:
    """Three thousand visits: most are over, the others free, locked, or with people."""
    tx.write(_DEFINITION, blank(ProcessDefinition) | {"id": 1, "key": "P", "deployment_id": 1, "resource_id": 1})
    numbers = range(1, 3_001)
    tx.write_many(_INSTANCE, [_instance(number) for number in numbers])
    activities.insert(tx, [_activity(number, tx.now) for number in numbers])
    tx.write_many(
        _INCIDENT,
        [
            blank(Incident) | {"id": n, "instance_id": n, "activity_id": n + 10_000, "ended_at": n % 5 or None}
            for n in numbers
        ],
    )
    subscriptions.insert(tx, [_subscription(number) for number in numbers])
    subscriptions.insert(tx, [_in_crowd(number) for number in numbers])
    tx.write_many(_JOB, [blank(Job) | {"id": n, "due_at": tx.now + n, "retries": n % 20 == 0} for n in numbers])


def _instance(number: int) -> dict[str, object]:
    state = 2 if number % 3 else 0
    key = f"K{number}" if number % 2 else "same"
    own = {"id": number, "root_id": number, "definition_id": 1, "state": state, "business_key": key}
    return blank(ProcessInstance) | own


def _subscription(number: int) -> SubscriptionRow:
    instance = number if number % 2 else None
    return SubscriptionRow(number, "message", f"M{number % 500}", instance, instance, None, 1, "wait", None, 0)


def _in_crowd(number: int) -> SubscriptionRow:
    return _subscription(number)._replace(id=number + 10_000, name="Crowd", instance_id=number, root_id=number)


def _activity(number: int, now: int) -> dict[str, object]:
    # Most locks are alive; few have run out.
    until = now - 1 if number % 100 == 1 else now + number
    return blank(ActivityInstance) | {
        "id": number + 10_000,
        "instance_id": number,
        "root_id": number,
        "scope_id": number,
        "definition_id": 1,
        "kind": 1 if number % 10 == 3 else 2,
        "state": 2 if number % 3 else 0,
        # Every lock of the other topic is alive.
        "topic": "U" if number % 4 < 2 and number % 100 != 1 else "T",
        "priority": number % 7,
        "created_at": number,
        "lock_until": until if number % 2 else None,
    }


def blank(model: type[SQLModel]) -> dict[str, object]:
    """A row of zeros, empty texts and nulls."""
    columns = table_of(model).columns
    return {one.name: None if one.nullable else one.type.python_type() for one in columns}


_DEFINITION = Statement(insert_into(ProcessDefinition))
_INSTANCE = Statement(insert_into(ProcessInstance))
_INCIDENT = Statement(insert_into(Incident))
_JOB = Statement(insert_into(Job))
