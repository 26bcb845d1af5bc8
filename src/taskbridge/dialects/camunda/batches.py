"""Batches: bulk operations that go on in the background (contract 4.8)."""

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.queries import count_answer, page, sorting_from_query
from taskbridge.dialects.camunda.views.batches import batch
from taskbridge.service import jobs
from taskbridge.spec import Answer, Call
from taskbridge.store import jobs as store

_ORDERS = {"batchId": "id", "tenantId": "tenant"}


async def camunda_list_batches(call: Call) -> Answer:
    """The batches that are not finished."""
    sorting, part = sorting_from_query(call, _ORDERS), page(call)
    batch_id, type_ = _filters(call)
    rows = await call.services.run(
        lambda unit: store.find_batches(unit.tx, batch_id=batch_id, type_=type_, sorting=sorting, page=part),
        call.user,
    )
    return Answer(200, [batch(row) for row in rows])


async def camunda_count_batches(call: Call) -> Answer:
    """How many batches are not finished."""
    sorting_from_query(call, _ORDERS)
    batch_id, type_ = _filters(call)
    return count_answer(
        await call.services.run(
            lambda unit: store.number_of_batches(unit.tx, batch_id=batch_id, type_=type_), call.user
        )
    )


async def camunda_get_batch(call: Call) -> Answer:
    """One batch that is not finished."""
    batch_id = ids.decode(call.path["id"], Kind.BATCH)
    return Answer(200, batch(await call.services.run(lambda unit: jobs.get_batch(unit, batch_id), call.user)))


async def camunda_delete_batch(call: Call) -> Answer:
    """Delete a batch that is not finished, with the jobs that it still has and their incidents."""
    batch_id = ids.decode(call.path["id"], Kind.BATCH)
    await call.services.run(lambda unit: jobs.delete_batch(unit, batch_id), call.user)
    return Answer(204)


def _filters(call: Call) -> tuple[int | None, str | None]:
    given = call.query
    if "tenantIdIn" in given or given.get("suspended"):
        # No batch has a tenant, and none is ever suspended.
        return ids.UNKNOWN, None
    batch_id = given.get("batchId")
    return None if batch_id is None else ids.decode(batch_id, Kind.BATCH), given.get("type")
