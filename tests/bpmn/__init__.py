"""Small BPMN models that the tests speak of by name: the files beside this module. P1 and P2 are the contract's."""

from pathlib import Path

_FOLDER = Path(__file__).parent
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="tests">\n'
)


def model(name: str) -> tuple[str, bytes]:
    """The file name and content of a model; its process has the same name."""
    file = _FOLDER / f"{name}.bpmn"
    return file.name, file.read_bytes()


def definitions(inner: str) -> bytes:
    """A BPMN file around some elements; they begin at line 3."""
    return f"{_HEAD}{inner}\n</definitions>".encode()


def around(task: str, key: str = "P") -> bytes:
    """A process whose only step is this element, which has the id ``step``."""
    return definitions(
        f'<process id="{key}" isExecutable="true">'
        '<startEvent id="start"/><sequenceFlow id="in" sourceRef="start" targetRef="step"/>\n'
        f"{task}\n"
        '<sequenceFlow id="out" sourceRef="step" targetRef="end"/><endEvent id="end"/></process>'
    )
