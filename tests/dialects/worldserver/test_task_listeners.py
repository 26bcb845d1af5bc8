"""Task listeners are evaluated when a step of a task is changed over this API."""

import pytest

from taskbridge.service.uuids import Kind, encode
from tests.bpmn import model
from tests.client import CamundaClient
from tests.worldserver import Office, WorldServerClient

pytestmark = pytest.mark.anyio


async def test_what_is_done_to_a_step_reaches_its_listeners(office: Office, mona: WorldServerClient) -> None:
    await office.deploy(model("Listened"))
    number = await office.start("Listened")
    for action in ("claim", "unclaim", "claim"):
        answer = await mona.post(f"/tasks/{action}", [{"id": number}])
        assert answer.status_code == 200, answer.text
    (way,) = (await mona.task(number, "currentTaskStep"))["currentTaskStep"]["workflowTransitions"]
    done = await mona.post("/tasks/complete", [{"id": number, "transitionId": way["id"]}])
    assert done.status_code == 200, done.text
    camunda = CamundaClient(office.served.app)
    instance = encode(Kind.PROCESS_INSTANCE, number)
    log = (await camunda.get(f"/process-instance/{instance}/variables/log")).json()["value"]
    await camunda.close()
    assert log.split() == [
        *("start", "create/", "update/mona", "assignment/mona", "update/", "assignment/", "update/mona"),
        *("assignment/mona", "complete/mona", "end", "take"),
    ]
