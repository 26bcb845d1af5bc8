"""What events bring to a user task goes past the variables that only the task has, as seen at the real server."""

import pytest

from tests.bpmn import definitions
from tests.client import CamundaClient
from tests.dialects.camunda.models import deploy

pytestmark = pytest.mark.anyio

EVENTS = {
    "message": ('<messageEventDefinition messageRef="m"/>', "/message", {"messageName": "M"}, "processVariables"),
    "signal": ('<signalEventDefinition signalRef="s"/>', "/signal", {"name": "S"}, "variables"),
}
_CODE = 'camunda:escalationCodeVariable="x"'


def model(definition: str) -> bytes:
    """A user task with an event at its border that does not interrupt."""
    return definitions(
        '<message id="m" name="M"/><signal id="s" name="S"/><escalation id="e" escalationCode="E"/>'
        '<process id="border" isExecutable="true"><startEvent id="start"/>'
        '<sequenceFlow id="f" sourceRef="start" targetRef="do"/><userTask id="do"/>'
        f'<boundaryEvent id="b" attachedToRef="do" cancelActivity="false">{definition}</boundaryEvent>'
        '<sequenceFlow id="g" sourceRef="b" targetRef="beside"/><userTask id="beside"/></process>'
    )


async def task_with_own(camunda: CamundaClient, definition: str) -> tuple[str, str]:
    """The ids of an instance and of its task, which has a variable of its own."""
    await deploy(camunda, model(definition))
    instance = await camunda.start("border", {})
    (task,) = (await camunda.get(f"/task?processInstanceId={instance}")).json()
    assert (await camunda.put(f"/task/{task['id']}/localVariables/x", {"value": 1})).status_code == 204
    return instance, task["id"]


async def both(camunda: CamundaClient, instance: str, task: str) -> tuple[object, object]:
    """The variable of the instance, and that of the task."""
    of_instance = (await camunda.get(f"/process-instance/{instance}/variables/x")).json()["value"]
    return of_instance, (await camunda.get(f"/task/{task}/localVariables/x")).json()["value"]


@pytest.mark.parametrize(("definition", "path", "body", "member"), EVENTS.values(), ids=EVENTS.keys())
async def test_what_an_event_brings_goes_past_the_variables_of_a_task(
    camunda: CamundaClient, definition: str, path: str, body: dict[str, str], member: str
) -> None:
    instance, task = await task_with_own(camunda, definition)
    assert (await camunda.post(path, {**body, member: {"x": {"value": 2}}})).status_code == 204
    assert await both(camunda, instance, task) == (2, 1)


async def test_the_code_of_an_escalation_goes_past_the_variables_of_a_task(camunda: CamundaClient) -> None:
    instance, task = await task_with_own(camunda, f'<escalationEventDefinition escalationRef="e" {_CODE}/>')
    assert (await camunda.post(f"/task/{task}/bpmnEscalation", {"escalationCode": "E"})).status_code == 204
    assert await both(camunda, instance, task) == ("E", 1)
