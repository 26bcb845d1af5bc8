"""Pictures of running processes: what is marked in them."""

from io import BytesIO

import pytest
from PIL import Image

from taskbridge.clock import ManualClock
from taskbridge.service import diagrams, processes
from taskbridge.service.diagrams import Sight
from taskbridge.service.unit import Services, Unit
from taskbridge.store.database import Database
from tests.service.deploying import deployed

pytestmark = pytest.mark.anyio
_MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"
 xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC">
<process id="p" isExecutable="true"><startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="sub"/>
<subProcess id="sub"><startEvent id="i"/><sequenceFlow id="g" sourceRef="i" targetRef="a"/><userTask id="a"/>
</subProcess>
</process><di:BPMNDiagram><di:BPMNPlane bpmnElement="p">
<di:BPMNShape bpmnElement="sub" isExpanded="{expanded}">
<dc:Bounds x="0" y="0" width="300" height="200"/></di:BPMNShape>
{more}</di:BPMNPlane></di:BPMNDiagram></definitions>"""
_TASK = '<di:BPMNShape bpmnElement="a"><dc:Bounds x="100" y="60" width="100" height="80"/></di:BPMNShape>'
#: Within the subprocess, beside the task; and within the task. The picture begins 12 pixels before the first shape.
_BESIDE, _INSIDE = (32, 32), (132, 112)


@pytest.fixture
def shared(database: Database, clock: ManualClock) -> Services:
    return Services(database, clock)


async def picture(services: Services, *, expanded: bool, element: str = "userTask") -> Image.Image:
    text = _MODEL.format(expanded=str(expanded).lower(), more=_TASK if expanded else "").replace("userTask", element)
    row = await deployed(services, ("p.bpmn", text.encode()))

    def work(unit: Unit) -> Sight:
        return diagrams.of_instance(unit, processes.start(unit, row).id, row)

    drawn = await diagrams.drawn(await services.run(work))
    assert drawn is not None
    return Image.open(BytesIO(drawn)).convert("RGB")


def reddish(image: Image.Image, place: tuple[int, int]) -> bool:
    pixel = image.getpixel(place)
    assert isinstance(pixel, tuple)
    return pixel[0] > pixel[1] + 10


@pytest.mark.parametrize("element", ["userTask", "receiveTask"])
async def test_where_the_inside_is_shown_only_the_task_is_marked(shared: Services, element: str) -> None:
    image = await picture(shared, expanded=True, element=element)
    assert (reddish(image, _INSIDE), reddish(image, _BESIDE)) == (True, False)


async def test_a_closed_subprocess_is_marked_itself(shared: Services) -> None:
    assert reddish(await picture(shared, expanded=False), _BESIDE)
