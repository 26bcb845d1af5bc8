"""What tests of the dialect do to have some work to look at: the vendor's own processes, started as its clients do."""

from typing import Any

import httpx

from taskbridge.service import tasks
from taskbridge.service.unit import Services
from tests.alfresco import AlfrescoClient

DENIED = (403, "framework.exception.PermissionDenied", "Permission was denied")


async def started(client: AlfrescoClient, key: str, **variables: object) -> str:
    """A process of that key with these variables; its id."""
    response = await client.post("/processes", {"processDefinitionKey": key, "variables": variables})
    assert response.status_code == 201, response.text
    identifier: str = response.json()["entry"]["id"]
    return identifier


async def only_task(client: AlfrescoClient, process: str) -> dict[str, Any]:
    """The one task that a process waits at."""
    (task,) = await client.listed("/tasks", where=f"(processId='{process}')")
    found: dict[str, Any] = task
    return found


async def adhoc(client: AlfrescoClient, **variables: object) -> str:
    """An ad-hoc process of the client's user, whose first task is his own; the id of that task."""
    process = await started(client, "activitiAdhoc", **{"bpm_assignee": client.user, **variables})
    identifier: str = (await only_task(client, process))["id"]
    return identifier


async def pooled(client: AlfrescoClient, group: str) -> str:
    """A pooled review; the id of its task, which a group may take."""
    process = await started(client, "activitiReviewPooled", bpm_groupAssignee=f"GROUP_{group}")
    identifier: str = (await only_task(client, process))["id"]
    return identifier


async def put(client: AlfrescoClient, task: str, select: str | None, **body: object) -> httpx.Response:
    """Update a task."""
    query = "" if select is None else f"?select={select}"
    return await client.put(f"/tasks/{task}{query}", body)


async def changed(client: AlfrescoClient, task: str, select: str, **body: object) -> dict[str, Any]:
    """Update a task, which must go well; the task as the answer shows it."""
    response = await put(client, task, select, **body)
    assert response.status_code == 200, response.text
    entry: dict[str, Any] = response.json()["entry"]
    return entry


async def offered(services: Services, task: str, *, user: str | None = None, group: str | None = None) -> None:
    """Make a user or a group a candidate for a task."""
    await services.run(lambda unit: tasks.add_link(unit, int(task), tasks.CANDIDATE, user, group))


def told(status: int, text: str) -> tuple[int, str, str]:
    """A refusal whose key is its text."""
    return status, text, text
