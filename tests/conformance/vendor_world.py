"""A little of everything, so that every filter of Camunda's lists leaves something out. For tests of filters."""

from typing import Any

from taskbridge.clock import ManualClock
from taskbridge.service import comments, identity, job_definitions, jobs, queue
from taskbridge.service.unit import Services, Unit
from taskbridge.store import batches, definitions, user_task_lists
from taskbridge.store import job_definitions as stored_job_definitions
from taskbridge.store.definitions import DefinitionFilter
from taskbridge.store.job_definitions import JobDefinitionRow
from taskbridge.store.user_task_lists import UserTaskFilter
from tests.client import CamundaClient

_MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="{category}"><message id="m" name="mail"/>
<process id="{key}" name="Process {key}" isExecutable="true" {attributes}>
<startEvent id="start"/><sequenceFlow id="to" sourceRef="start" targetRef="step"/>{step}</process></definitions>"""
_WORK = """<serviceTask id="step" name="Work" camunda:type="external" camunda:topic="{}" camunda:taskPriority="{}">
    <extensionElements><camunda:properties><camunda:property name="hint" value="soft"/></camunda:properties>
    </extensionElements></serviceTask>"""
_OFFERED = """<userTask id="step" name="Read" camunda:candidateUsers="ann" camunda:priority="70"
    camunda:dueDate="2030-01-01T00:00:00" camunda:followUpDate="2030-01-01T00:00:00">
    <documentation>read it</documentation></userTask>"""
_OWNED = '<userTask id="step" name="Write" camunda:assignee="bob" camunda:candidateGroups="chiefs"/>'
_AWAITED = '<receiveTask id="step" messageRef="m"/>'
_ORDER = {
    "type": "Object",
    "value": '{"a": 1}',
    "valueInfo": {"objectTypeName": "Order", "serializationDataFormat": "application/json"},
}
_DAY = 86_400_000


async def build(camunda: CamundaClient, services: Services, clock: ManualClock) -> None:
    """External tasks and user tasks: locked, failed, suspended, assigned, delegated, of a tenant, and others."""
    await services.run(lambda unit: identity.add_user(unit, "ann", "no hash", groups=["readers"]))
    await _deploy(camunda, "plain", _WORK.format("T", 0), "tests")
    await _deploy(camunda, "plain", _WORK.format("T", 0), "tests")
    await _deploy(
        camunda,
        "northern",
        _WORK.format("N", 50),
        "others",
        'camunda:versionTag="v" camunda:isStartableInTasklist="false" camunda:candidateStarterUsers="ann"',
        tenant="north",
    )
    await _deploy(camunda, "read", _OFFERED, "tests")
    await _deploy(camunda, "write", _OWNED, "tests")
    await _deploy(camunda, "idle", _OWNED, "tests")
    await _deploy(camunda, "far", _OWNED.replace("bob", "zoe"), "tests", tenant="north")
    await _deploy(camunda, "waiting", _AWAITED, "tests")
    await _deploy(camunda, "waiting", _AWAITED, "tests", tenant="north")
    for number in range(3):
        variables = {"n": {"value": number}, "order": _ORDER}
        await camunda.start("plain", {"businessKey": f"b-{number}", "variables": variables})
    await camunda.start("waiting", {})
    for key in ("northern", "far", "waiting"):
        started = await camunda.post(f"/process-definition/key/{key}/tenant-id/north/start", {})
        assert started.status_code == 200, started.text
    await camunda.start("read", {"businessKey": "r", "variables": {"n": {"value": 1}}})
    await camunda.start("write", {"businessKey": "w"})
    clock.advance(_DAY)
    await _fail_one(camunda)
    await _change_tasks(camunda, services)
    await _plan_batches(services)
    await _plan_jobs(services)
    for key in ("plain", "idle"):
        suspended = await camunda.start(key, {"businessKey": "s", "variables": {"order": _ORDER}})
        await camunda.put(f"/process-instance/{suspended}/suspended", {"suspended": True})
    assert (await camunda.put("/process-definition/key/idle/suspended", {"suspended": True})).status_code == 204


async def _plan_batches(services: Services) -> None:
    """Two batches whose jobs nobody carries out, of which one has failed in part."""

    def work(unit: Unit) -> None:
        for user, failed in (("ann", 1), (None, 0)):
            number = unit.tx.new_id()
            batch = {"type": "set-external-task-retries", "total_jobs": 2, "failed_jobs": failed, "completed_jobs": 0}
            row = {"id": number, "tenant": None, "created_by": user, "created_at": unit.tx.now, "ended_at": None}
            batches.insert(unit.tx, row | batch)

    await services.run(work)


async def _plan_jobs(services: Services) -> None:
    """Jobs that are due in many days: timers of a tenant and of none, of which one is suspended, and one given up."""

    def work(unit: Unit) -> None:
        for key, tenant in (("northern", "north"), ("plain", None)):
            definition = definitions.find(unit.tx, DefinitionFilter(keys=[key]))[0].id
            place = (definition, "tick", "timer-start-event", "CYCLE: R/P1D", 0, None, tenant)
            declared = JobDefinitionRow(unit.tx.new_id(), *place)
            stored_job_definitions.insert(unit.tx, [declared])
            due_at = unit.tx.now + 100 * _DAY
            job = queue.schedule(
                unit, declared.type, definition_id=definition, node_id="tick", due_at=due_at, tenant=tenant
            )
        failed = queue.schedule(
            unit, "async-continuation", definition_id=definition, node_id="step", due_at=due_at, priority=3
        )
        jobs.set_retries(unit, [failed], 0)
        jobs.set_suspended(unit, [job], suspended=True)
        job_definitions.set_suspended(unit, [declared.id], suspended=True, with_jobs=False)

    await services.run(work)


async def _deploy(
    camunda: CamundaClient, key: str, step: str, category: str, attributes: str = "", tenant: str | None = None
) -> None:
    content = _MODEL.format(key=key, step=step, category=category, attributes=attributes).encode()
    parts: list[tuple[str, tuple[str | None, bytes]]] = [("deployment-name", (None, f"of {key}".encode()))]
    parts += [("model", (f"{key}.bpmn", content))]
    if tenant:
        parts += [("tenant-id", (None, tenant.encode())), ("deployment-source", (None, b"elsewhere"))]
    answer = await camunda.request("POST", "/deployment/create", files=parts)
    assert answer.status_code == 200, answer.text


async def _fail_one(camunda: CamundaClient) -> None:
    """One task of three is locked, another one has failed for good."""
    locked, failed = (await camunda.fetch(maxTasks=2, topics=[{"topicName": "T", "lockDuration": _DAY}]))[:2]
    failure = {"workerId": "w", "errorMessage": "broken", "retries": 0}
    assert (await camunda.post(f"/external-task/{failed['id']}/failure", failure)).status_code == 204
    assert locked["id"] != failed["id"]


async def _change_tasks(camunda: CamundaClient, services: Services) -> None:
    (owned,) = await _tasks(camunda, "assignee=bob")
    (offered,) = await _tasks(camunda, "unassigned=true&taskDefinitionKey=step")
    assert (await camunda.post(f"/task/{owned['id']}/delegate", {"userId": "ann"})).status_code == 204
    local = {"value": "here", "type": "String"}
    assert (await camunda.put(f"/task/{offered['id']}/localVariables/local", local)).status_code == 204

    def comment(unit: Unit) -> None:
        for row in user_task_lists.find(unit.tx, UserTaskFilter(assignees=["ann"])):
            comments.add_to_task(unit, row, "done soon")

    await services.run(comment, "ann")


async def _tasks(camunda: CamundaClient, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await camunda.get(f"/task?{query}")).json()
    return found
