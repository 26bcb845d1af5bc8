"""Jobs of two processes as the engine would make them, written through the queue; no one carries them out."""

from dataclasses import dataclass
from typing import Any

from taskbridge.service import jobs as service
from taskbridge.service import queue
from taskbridge.service.unit import Services, Unit
from taskbridge.service.uuids import Kind, decode, encode
from taskbridge.store import job_definitions, jobs
from taskbridge.store.job_definitions import JobDefinitionRow
from tests.bpmn import model
from tests.client import CamundaClient

DAY = 86_400_000
TENANT = "north"


@dataclass(frozen=True)
class SomeJobs:
    """Ids as the dialect shows them.

    ``timer`` hangs on the external task of an instance of P1, ``failed`` is a continuation without retries of the same
    instance, ``start`` a timer start event of P2, which belongs to a tenant. Each has a job definition.
    """

    instance: str
    execution: str
    definition: str
    timer: str
    failed: str
    start: str
    declared_timer: str
    declared_continuation: str
    declared_start: str


async def some_jobs(camunda: CamundaClient, services: Services) -> SomeJobs:
    """Deploy P1, and P2 for a tenant, start P1, and write the jobs."""
    await camunda.deploy(model("P1"))
    name, content = model("P2")
    parts: list[tuple[str, tuple[str | None, bytes]]] = [("tenant-id", (None, TENANT.encode())), ("m", (name, content))]
    assert (await camunda.request("POST", "/deployment/create", files=parts)).status_code == 200
    instance = await camunda.start("P1")
    (task,) = (await camunda.get("/external-task")).json()
    (other,) = (await camunda.get(f"/process-definition?tenantIdIn={TENANT}")).json()
    of_p1, of_p2 = (
        decode(text.rpartition(":")[2], Kind.DEFINITION) for text in (task["processDefinitionId"], other["id"])
    )
    activity, root = decode(task["executionId"], Kind.EXECUTION), decode(instance, Kind.PROCESS_INSTANCE)

    def work(unit: Unit) -> list[int]:
        declared = [
            _declared(unit, of_p1, "late", "timer-transition", "DURATION: PT1H"),
            _declared(unit, of_p1, "externalTask", "async-continuation", "async-before"),
            _declared(unit, of_p2, "tick", "timer-start-event", "CYCLE: R/PT12H", TENANT),
        ]
        job_definitions.insert(unit.tx, declared)
        place: Any = {"definition_id": of_p1, "instance_id": root, "root_id": root, "activity_id": activity}
        far: Any = {"definition_id": of_p2, "tenant": TENANT, "due_at": unit.tx.now + 2 * DAY}
        made = [
            queue.schedule(unit, "timer-transition", node_id="late", due_at=unit.tx.now + DAY, **place),
            # Due in a hundred days, so that no runner takes it up before it has failed.
            queue.schedule(
                unit, "async-continuation", node_id="externalTask", due_at=unit.tx.now + 100 * DAY, priority=7, **place
            ),
            queue.schedule(unit, "timer-start-event", node_id="tick", **far),
        ]
        return [*made, *(row.id for row in declared)]

    timer, failed, start, *declared = await services.run(work)
    await _fail(services, failed)
    shown = [encode(Kind.JOB, number) for number in (timer, failed, start)]
    kinds = [encode(Kind.JOB_DEFINITION, number) for number in declared]
    return SomeJobs(instance, task["executionId"], task["processDefinitionId"], *shown, *kinds)


def _declared(
    unit: Unit, definition_id: int, node_id: str, type_: str, configuration: str, tenant: str | None = None
) -> JobDefinitionRow:
    return JobDefinitionRow(unit.tx.new_id(), definition_id, node_id, type_, configuration, 0, None, tenant)


async def _fail(services: Services, job_id: int) -> None:
    """Let a job fail for good, as a runner would."""

    def work(unit: Unit) -> None:
        job = jobs.get(unit.tx, job_id)
        assert job is not None
        failed = job._replace(retries=0, error="broken", error_details="Broken: broken\n", failed_node_id="inner")
        assert jobs.count_down(unit.tx, job, failed)
        service.retries_changed(unit, job, failed)

    await services.run(work)
