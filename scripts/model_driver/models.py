"""What the driver has to know of a BPMN file before it is deployed: which processes it has, and how each is started."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from lxml import etree

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ENDINGS = (".bpmn", ".bpmn20.xml")
_DEFINITION = "EventDefinition"


class Start(StrEnum):
    """How a process is started; in this order one is chosen of several start events."""

    NONE = "none"
    TIMER = "timer"
    MESSAGE = "message"
    SIGNAL = "signal"
    CONDITIONAL = "conditional"


_STARTS = {start.value: start for start in Start}


@dataclass(frozen=True, slots=True)
class Process:
    """A process of a file. ``trigger`` is the message's or signal's name of a start that waits for one."""

    key: str
    start: Start
    trigger: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """A BPMN file, ``name`` relative to the folder it was found in; ``error_codes`` are those that it declares."""

    name: str
    content: bytes
    processes: dict[str, Process] = field(default_factory=dict)
    error_codes: tuple[str, ...] = ()


def find(paths: list[Path]) -> list[tuple[str, Path]]:
    """The BPMN files among files and folders, each with the name it is recorded by. FileNotFoundError if one lacks."""
    found: list[tuple[str, Path]] = []
    for path in paths:
        if path.is_dir():
            files = [file for file in path.rglob("*") if file.name.endswith(_ENDINGS)]
            found += [(file.relative_to(path).as_posix(), file) for file in files]
        elif path.exists():
            found.append((path.name, path))
        else:
            raise FileNotFoundError(path)
    return sorted(found)


def read(name: str, content: bytes) -> Model:
    """Read a file. What is not XML has no processes: whether it is refused is for a server to say."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return Model(name, content)
    names = {
        element.get("id", ""): element.get("name", "")
        for element in root
        if element.tag in (f"{_BPMN}message", f"{_BPMN}signal")
    }
    processes = [_process(element, names) for element in root.iterfind(f"{_BPMN}process")]
    codes = {element.get("errorCode", "") for element in root.iterfind(f"{_BPMN}error")} - {""}
    return Model(name, content, {one.key: one for one in processes if one is not None}, tuple(sorted(codes)))


def _process(element: etree._Element, names: dict[str, str]) -> Process | None:
    starts = sorted(
        (_start(event, names) for event in element.iterfind(f"{_BPMN}startEvent")),
        key=lambda start: list(Start).index(start[0]),
    )
    return Process(element.get("id", ""), *starts[0]) if starts else None


def _start(event: etree._Element, names: dict[str, str]) -> tuple[Start, str]:
    for child in event:
        tag = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if tag.endswith(_DEFINITION):
            kind = tag.removesuffix(_DEFINITION)
            reference = child.get(f"{kind}Ref", "").rpartition(":")[2]
            # Other definitions have no meaning at the start of a process: servers refuse them or do not look at them.
            return _STARTS.get(kind, Start.NONE), names.get(reference, "")
    return Start.NONE, ""
