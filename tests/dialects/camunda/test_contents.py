"""Contents of File and Bytes variables on their way through expressions, as the running Camunda 7.24 treats them."""

from base64 import b64encode
from typing import Any

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.models import deploy_process

pytestmark = pytest.mark.anyio

_CONTENT = b"hello, \0 world"
_FILE = {"filename": "note.txt", "mimeType": "text/plain", "encoding": "UTF-8"}
_HANDED_ON = (
    "${doc}",
    "${execution.hasVariable('doc') ? doc : null}",
    "${execution.getVariable('doc')}",
    "${empty doc ? null : doc}",
)
_LIST = "<camunda:list><camunda:value>${doc}</camunda:value></camunda:list>"
_MAP = '<camunda:map><camunda:entry key="k">${doc}</camunda:entry></camunda:map>'


@pytest.fixture(params=["File", "Bytes", "transient File"])
def doc(request: pytest.FixtureRequest) -> dict[str, Any]:
    """A variable with a content."""
    value = {"value": b64encode(_CONTENT).decode()}
    if request.param == "Bytes":
        return value | {"type": "Bytes"}
    return value | {"type": "File", "valueInfo": _FILE | {"transient": request.param != "File"}}


async def _start(camunda: CamundaClient, doc: dict[str, Any], *, inputs: str = "", outputs: str = "") -> Any:  # noqa: ANN401
    parameters = [("input", inputs), ("output", outputs)]
    mapping = "".join(
        f'<camunda:{way}Parameter name="result">{value}</camunda:{way}Parameter>' for way, value in parameters if value
    )
    await deploy_process(
        camunda,
        f"""<process id="p" isExecutable="true"><startEvent id="s"/><userTask id="work"><extensionElements>
        <camunda:inputOutput>{mapping}</camunda:inputOutput></extensionElements></userTask><userTask id="next"/>
        <sequenceFlow id="f1" sourceRef="s" targetRef="work"/><sequenceFlow id="f2" sourceRef="work" targetRef="next"/>
        </process>""",
    )
    return await camunda.post("/process-definition/key/p/start", {"variables": {"doc": doc}})


async def _task(camunda: CamundaClient) -> str:
    (task,) = (await camunda.get("/task")).json()
    found: str = task["id"]
    return found


@pytest.mark.parametrize("expression", _HANDED_ON)
async def test_an_input_parameter_keeps_the_content(
    camunda: CamundaClient, doc: dict[str, Any], expression: str
) -> None:
    await _start(camunda, doc, inputs=expression)
    path = f"/task/{await _task(camunda)}/variables/result"
    assert (await camunda.get(path)).json() == {
        "type": "Bytes",
        "value": b64encode(_CONTENT).decode(),
        "valueInfo": {},
    }
    assert (await camunda.get(f"{path}/data")).content == _CONTENT


@pytest.mark.parametrize("expression", _HANDED_ON)
async def test_an_output_parameter_keeps_the_content(
    camunda: CamundaClient, doc: dict[str, Any], expression: str
) -> None:
    started = (await _start(camunda, {"value": None}, outputs=expression)).json()
    completed = await camunda.post(f"/task/{await _task(camunda)}/complete", {"variables": {"doc": doc}})
    # A stored null and a transient file cannot have one name.
    if doc.get("valueInfo", {}).get("transient"):
        assert completed.status_code == 500
        return
    assert (await camunda.get(f"/process-instance/{started['id']}/variables/result/data")).content == _CONTENT


@pytest.mark.parametrize(
    ("expression", "value"),
    [("${doc == null}", False), ("${empty doc}", False), ("${doc != null ? 'there' : 'none'}", "there")],
)
async def test_a_content_is_something(
    camunda: CamundaClient, doc: dict[str, Any], expression: str, value: object
) -> None:
    await _start(camunda, doc, inputs=expression)
    assert (await camunda.get(f"/task/{await _task(camunda)}/variables/result")).json()["value"] == value


@pytest.mark.parametrize("element", [_LIST, _MAP])
async def test_a_content_in_a_list_or_map_is_refused_and_not_lost(
    camunda: CamundaClient, doc: dict[str, Any], element: str
) -> None:
    answer = await _start(camunda, doc, inputs=element)
    class_ = "[B" if doc["type"] == "Bytes" else "java.io.ByteArrayInputStream"
    assert answer.status_code == 500
    assert answer.json()["message"].endswith(f": Cannot serialize object in variable 'result': {class_}")
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}


async def test_the_text_of_a_content_tells_its_class_only(camunda: CamundaClient, doc: dict[str, Any]) -> None:
    await _start(camunda, doc, inputs="of ${doc}")
    shown = (await camunda.get(f"/task/{await _task(camunda)}/variables/result")).json()["value"]
    assert shown.startswith("of [B@" if doc["type"] == "Bytes" else "of java.io.ByteArrayInputStream@")
