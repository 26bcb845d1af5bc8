"""Task listeners are evaluated when a task is changed over this API."""

import pytest

from tests.alfresco import AlfrescoClient
from tests.bpmn import model
from tests.client import CamundaClient
from tests.dialects.alfresco.work import changed, only_task, put, started

pytestmark = pytest.mark.anyio


async def test_what_is_done_to_a_task_reaches_its_listeners(camunda: CamundaClient, admin: AlfrescoClient) -> None:
    await camunda.deploy(model("Listened"))
    process = await started(admin, "Listened")
    task = (await only_task(admin, process))["id"]
    await changed(admin, task, "priority,description", priority=3, description="D")
    await changed(admin, task, "state", state="claimed")
    await changed(admin, task, "state,assignee", state="delegated", assignee="bob")
    await changed(admin, task, "state", state="resolved")
    assert (await put(admin, task, "state", state="completed")).status_code == 200
    variables = {one["name"]: one.get("value") for one in await admin.listed(f"/processes/{process}/variables")}
    assert str(variables["log"]).split() == [
        *("start", "create/", "update/", "update/ada", "assignment/ada", "update/bob", "assignment/bob"),
        *("update/ada", "assignment/ada", "complete/ada", "end", "take"),
    ]


async def test_a_variable_of_a_task_is_an_update(camunda: CamundaClient, admin: AlfrescoClient) -> None:
    await camunda.deploy(model("Listened"))
    process = await started(admin, "Listened")
    task = (await only_task(admin, process))["id"]
    body = {"name": "x", "value": "1", "scope": "local"}
    assert (await admin.post(f"/tasks/{task}/variables", body)).status_code == 201
    variables = {one["name"]: one.get("value") for one in await admin.listed(f"/processes/{process}/variables")}
    assert variables["log"] == " start create/ update/"
