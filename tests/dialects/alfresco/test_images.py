"""Images over HTTP (contract 6.2, 6.3)."""

from collections.abc import Awaitable, Callable
from io import BytesIO

import pytest
from PIL import Image

from tests.alfresco import AlfrescoClient, refusal
from tests.client import CamundaClient
from tests.dialects.alfresco.work import changed, only_task, started

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("bundled")]
People = Callable[..., Awaitable[AlfrescoClient]]
NOT_FOUND = "framework.exception.EntityNotFound"


async def _image(client: AlfrescoClient, path: str) -> bytes:
    response = await client.get(f"{path}/image")
    assert (response.status_code, response.headers["content-type"]) == (200, "image/png")
    assert response.content.startswith(b"\x89PNG")
    return response.content


def _red_halves(picture: bytes) -> tuple[bool, bool]:
    """Whether the left and the right half have red in them: each has one of the two tasks of an ad-hoc process."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    middle = image.width // 2
    halves = image.crop((0, 0, middle, image.height)), image.crop((middle, 0, image.width, image.height))
    left, right = (_reddish(half) > 200 for half in halves)
    return left, right


def _reddish(image: Image.Image) -> int:
    return sum(
        number
        for number, color in image.getcolors(image.width * image.height) or []
        if isinstance(color, tuple) and color[0] > 150 and color[1] < 110 and color[2] < 110
    )


async def test_the_image_of_a_process_shows_where_it_stands(starter: AlfrescoClient) -> None:
    process = await started(starter, "activitiAdhoc", bpm_assignee="ivy")
    entry = await starter.entry(f"/processes/{process}")
    definition = await _image(starter, f"/process-definitions/{entry['processDefinitionId']}")
    first = await _image(starter, f"/processes/{process}")
    await changed(starter, (await only_task(starter, process))["id"], "state", state="completed")
    second = await _image(starter, f"/processes/{process}")
    assert [_red_halves(one) for one in (definition, first, second)] == [(False, False), (True, False), (False, True)]
    await changed(starter, (await only_task(starter, process))["id"], "state", state="completed")
    ended = refusal(await starter.get(f"/processes/{process}/image"))
    assert ended == (404, NOT_FOUND, f"The entity with id: {process} was not found")


async def test_who_may_see_the_image_of_a_process(starter: AlfrescoClient, person: People) -> None:
    process = await started(starter, "activitiAdhoc", bpm_assignee="ivy")
    assert refusal(await (await person("xeno")).get(f"/processes/{process}/image"))[0] == 403
    for path in ("/processes/nope/image", "/process-definitions/nope/image", "/process-definitions/nope:1:5/image"):
        assert refusal(await starter.get(path))[:2] == (404, NOT_FOUND)


async def test_a_model_without_a_diagram_has_no_image(starter: AlfrescoClient, camunda: CamundaClient) -> None:
    source = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">'
        b'<process id="plain" isExecutable="true"><startEvent id="s"/><userTask id="u"/>'
        b'<sequenceFlow id="a" sourceRef="s" targetRef="u"/></process></definitions>'
    )
    await camunda.deploy(("plain.bpmn", source))
    process = await started(starter, "plain")
    definition = (await starter.entry(f"/processes/{process}"))["processDefinitionId"]
    text = f"No image available for definitionId {definition}"
    assert refusal(await starter.get(f"/process-definitions/{definition}/image")) == (
        *(500, text),
        text,
    )
    assert refusal(await starter.get(f"/processes/{process}/image"))[:2] == (404, NOT_FOUND)


async def test_a_diagram_beyond_measure_is_not_drawn(starter: AlfrescoClient, camunda: CamundaClient) -> None:
    shape = '<di:BPMNShape bpmnElement="u"><dc:Bounds x="0" y="0" width="100" height="80"/></di:BPMNShape>'
    source = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"'
        ' xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC">'
        '<process id="vast" isExecutable="true"><startEvent id="s"/><userTask id="u"/>'
        '<sequenceFlow id="a" sourceRef="s" targetRef="u"/></process>'
        f'<di:BPMNDiagram><di:BPMNPlane bpmnElement="vast">{shape * 3_001}</di:BPMNPlane></di:BPMNDiagram>'
        "</definitions>"
    )
    await camunda.deploy(("vast.bpmn", source.encode()))
    process = await started(starter, "vast")
    status, key, text = refusal(await starter.get(f"/processes/{process}/image"))
    assert (status, key) == (500, "framework.exception.ApiDefault")
    assert "3001 shapes and edges" in text
