"""Process models for the tests of this folder, and how they get into the application."""

from pathlib import Path

from tests.client import CamundaClient

_SHARED = Path(__file__).parents[2] / "bpmn"
_FRAME = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="tests">{}</definitions>"""


def framed(process: str) -> bytes:
    """A file with one process element."""
    return _FRAME.format(process).encode()


async def deploy_model(camunda: CamundaClient, name: str) -> str:
    """Deploy one of the shared models; the id of its definition."""
    return await deploy(camunda, (_SHARED / f"{name}.bpmn").read_bytes(), f"{name}.bpmn")


async def deploy_process(camunda: CamundaClient, process: str) -> str:
    """Deploy a model that is one process element; the id of its definition."""
    return await deploy(camunda, framed(process))


async def deploy(camunda: CamundaClient, content: bytes, name: str = "model.bpmn") -> str:
    """Deploy a file; the id of its only definition."""
    deployment = await camunda.deploy((name, content))
    (definition,) = deployment["deployedProcessDefinitions"]
    found: str = definition
    return found
