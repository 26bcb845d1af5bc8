"""Models with scripts, and what instances of them came to."""

from typing import Any
from xml.sax.saxutils import escape

from tests.client import CamundaClient
from tests.dialects.camunda.models import framed

_WAITS = '<userTask id="wait"/>'


def script(text: str, *, language: str | None = "javascript", result: str | None = "result", inside: str = "") -> str:
    """A script task ``it``."""
    attributes = "" if language is None else f' scriptFormat="{language}"'
    attributes += "" if result is None else f' camunda:resultVariable="{result}"'
    return f'<scriptTask id="it"{attributes}>{inside}<script>{escape(text)}</script></scriptTask>'


def flow(source: str, target: str, inside: str = "") -> str:
    """A sequence flow."""
    return f'<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


def process(*elements: str, key: str = "p") -> bytes:
    """A file with a process that starts at ``s``, and that may wait at ``wait``."""
    inside = "".join(('<startEvent id="s"/>', *elements))
    return framed(f'<process id="{key}" isExecutable="true">{inside}</process>')


def around(element: str, *more: str) -> bytes:
    """A process that passes ``it`` and waits."""
    return process(element, _WAITS, flow("s", "it"), flow("it", "wait"), *more)


async def refused(camunda: CamundaClient, content: bytes) -> str:
    """The text with which a model is refused."""
    answer = await camunda.request("POST", "/deployment/create", files=[("file", ("model.bpmn", content))])
    assert answer.status_code == 400, answer.text
    text: str = answer.json()["message"]
    return text


async def started(camunda: CamundaClient, content: bytes, **variables: Any) -> Any:  # noqa: ANN401 - JSON
    """The answer to starting the process of a model; variables are given with their types."""
    await camunda.deploy(("model.bpmn", content))
    return await camunda.post("/process-definition/key/p/start", {"variables": variables})


async def ran(camunda: CamundaClient, content: bytes, **variables: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """The variables of an instance of a model once it waits, by name."""
    answer = await started(camunda, content, **variables)
    assert answer.status_code == 200, answer.text
    path = f"/variable-instance?processInstanceIdIn={answer.json()['id']}&deserializeValues=false"
    return {one["name"]: one for one in (await camunda.get(path)).json()}


async def result_of(camunda: CamundaClient, text: str, **variables: Any) -> tuple[str, Any] | None:  # noqa: ANN401
    """Type and value of what a script in a script task yields; None where it sets no variable."""
    found = (await ran(camunda, around(script(text)), **variables)).get("result")
    return None if found is None else (found["type"], found["value"])


async def error_of(camunda: CamundaClient, text: str, **variables: Any) -> tuple[int, str, str]:  # noqa: ANN401
    """Status, type and text of the error that a script in a script task ends with."""
    answer = await started(camunda, around(script(text)), **variables)
    return answer.status_code, answer.json()["type"], answer.json()["message"]
