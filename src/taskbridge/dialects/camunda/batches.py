"""Batches: bulk operations that go on in the background (contract 4.8)."""

from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.filters import (
    Field,
    Fields,
    narrowed,
    none,
    none_if_set,
    on,
    only_id_of,
    without_empty_lists,
)
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.queries import count_answer, page, sorting_from_query
from taskbridge.dialects.camunda.views.batches import batch
from taskbridge.service import batches
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store import batches as store
from taskbridge.store.batches import BatchFilter

_ORDERS = {"batchId": "id", "tenantId": "tenant"}
_FIELDS: Fields = {
    "batchId": Field("ids", only_id_of(Kind.BATCH)),
    "type": Field("type"),
    "createdBy": Field("created_by"),
    "startedBefore": Field("started_before"),
    "startedAfter": Field("started_after"),
    "withFailures": Field("with_failures", on),
    "withoutFailures": Field("without_failures", on),
    # No batch has a tenant, and none is ever suspended.
    "tenantIdIn": Field("ids", none),
    "suspended": Field("ids", none_if_set),
}


async def camunda_list_batches(call: Call) -> Answer:
    """The batches that are not finished."""
    criteria, sorting, part = _filter(call), sorting_from_query(call, _ORDERS), page(call)

    def work(unit: Unit) -> list[dict[str, Any]]:
        return [batch(row) for row in store.find(unit.tx, criteria, sorting, part)]

    return Answer(200, await call.services.read(work, call.user))


async def camunda_count_batches(call: Call) -> Answer:
    """How many batches are not finished."""
    sorting_from_query(call, _ORDERS)
    criteria = _filter(call)
    return count_answer(await call.services.read(lambda unit: store.number(unit.tx, criteria), call.user))


async def camunda_get_batch(call: Call) -> Answer:
    """One batch that is not finished."""
    batch_id = ids.decode(call.path["id"], Kind.BATCH)
    return Answer(200, batch(await call.services.run(lambda unit: batches.get(unit, batch_id), call.user)))


async def camunda_delete_batch(call: Call) -> Answer:
    """Delete a batch that is not finished, with the jobs that it still has and their incidents."""
    batch_id = ids.decode(call.path["id"], Kind.BATCH)
    await call.services.run(lambda unit: batches.delete(unit, batch_id), call.user)
    return Answer(204)


def _filter(call: Call) -> BatchFilter:
    return BatchFilter(**narrowed(_FIELDS, without_empty_lists(call.query, "tenantIdIn")))
