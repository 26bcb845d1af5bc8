"""Task listeners are evaluated when a task is changed over this API."""

import pytest

from tests.bpmn import model
from tests.digioffice import FINISH, POSTPONE, Office

pytestmark = pytest.mark.anyio


async def test_what_is_done_to_a_task_reaches_its_listeners(office: Office) -> None:
    await office.camunda.deploy(model("Listened"))
    instance = await office.camunda.start("Listened")
    (task,) = await office.tasks(instance)
    postponed = {"TaskIDs": [task["ID"]], "DateTime": "2030-01-01T00:00:00Z", "Reason": "later"}
    response = await office.root.post(POSTPONE, postponed)
    assert response.status_code == 204, response.text
    assert (await office.root.post(FINISH, {"TaskIDs": [task["ID"]], "Comment": "done"})).status_code == 204
    log = (await office.camunda.get(f"/process-instance/{instance}/variables/log")).json()["value"]
    assert log == " start create/ update/ complete/ end take"


async def test_whoever_gets_the_next_task_is_its_assignee_to_listeners(office: Office) -> None:
    name, content = model("Listened")
    before = b'<userTask id="before"/><sequenceFlow id="f0" sourceRef="before" targetRef="work"/>'
    content = content.replace(b'targetRef="work"/>', b'targetRef="before"/>').replace(
        b"</process>", before + b"</process>"
    )
    await office.camunda.deploy((name, content))
    instance = await office.camunda.start("Listened")
    (task,) = await office.tasks(instance)
    (way,) = task["Transitions"]
    chosen = {"ID": way["ID"], "IsNext": True, "UserIDs": [office.users["bob"]]}
    response = await office.root.post(FINISH, {"TaskIDs": [task["ID"]], "Transitions": [chosen]})
    assert response.status_code == 204, response.text
    log = (await office.camunda.get(f"/process-instance/{instance}/variables/log")).json()["value"]
    assert log == " start create/ update/bob assignment/bob"
