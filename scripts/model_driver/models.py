"""What the driver has to know of a BPMN file before it is deployed: which processes it has, and how each is started."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from lxml import etree

from model_driver.conditions import Setting, fulfilling

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
#: Names of files that a server reads processes from.
ENDINGS = (".bpmn", ".bpmn20.xml")


class Start(StrEnum):
    """How a process is started. NONE: by its key, which also enters the only start event of any other kind."""

    NONE = "none"
    TIMER = "timer"
    MESSAGE = "message"
    SIGNAL = "signal"
    CONDITIONAL = "conditional"


_DEFINITIONS = {f"{start.value}EventDefinition": start for start in Start if start is not Start.NONE}


@dataclass(frozen=True, slots=True)
class Entry:
    """A way to start a process: plainly, or by what a start event waits for.

    ``trigger`` names a message or signal, ``setting`` is a variable that makes a condition true.
    """

    key: str
    start: Start
    event: str = ""
    trigger: str = ""
    setting: Setting | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A BPMN file, ``name`` relative to the folder it was found in.

    ``entries`` are the ways to start its processes, by their keys; ``error_codes`` and ``escalation_codes`` are those
    that it declares, or any where its events name none; ``settings`` are the variables that make the conditions of its
    events true, by the events' ids.
    """

    name: str
    content: bytes
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    error_codes: tuple[str, ...] = ()
    escalation_codes: tuple[str, ...] = ()
    settings: dict[str, Setting] = field(default_factory=dict)


def find(paths: list[Path]) -> list[tuple[str, Path]]:
    """The BPMN files among files and folders, each with the name it is recorded by. FileNotFoundError if one lacks."""
    found: list[tuple[str, Path]] = []
    for path in paths:
        if path.is_dir():
            files = [file for file in path.rglob("*") if file.name.endswith(ENDINGS)]
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
    entries = {process.get("id", ""): _entries(process, names) for process in root.iterfind(f"{_BPMN}process")}
    return Model(name, content, entries, _codes(root, "error"), _codes(root, "escalation"), _settings(root))


def _codes(root: etree._Element, kind: str) -> tuple[str, ...]:
    """The codes that are declared; where events of the kind name none of them, any code."""
    declared = sorted({element.get(f"{kind}Code", "") for element in root.iterfind(f"{_BPMN}{kind}")} - {""})
    any_event = next(root.iter(f"{_BPMN}{kind}EventDefinition"), None) is not None
    return tuple(declared) or ((kind,) if any_event else ())


def _settings(root: etree._Element) -> dict[str, Setting]:
    found = {}
    for definition in root.iter(f"{_BPMN}conditionalEventDefinition"):
        event = definition.getparent()
        if event is not None and (setting := _setting(definition)) is not None:
            found[event.get("id", "")] = setting
    return found


def _setting(definition: etree._Element) -> Setting | None:
    return fulfilling(definition.findtext(f"{_BPMN}condition") or "")


def _entries(process: etree._Element, names: dict[str, str]) -> list[Entry]:
    key = process.get("id", "")
    triggered = (_triggered(key, event, names) for event in process.iterfind(f"{_BPMN}startEvent"))
    return [Entry(key, Start.NONE), *(entry for entry in triggered if entry is not None)]


def _triggered(key: str, event: etree._Element, names: dict[str, str]) -> Entry | None:
    for child in event:
        tag = etree.QName(child).localname if isinstance(child.tag, str) else ""
        start = _DEFINITIONS.get(tag)
        if start is not None:
            reference = child.get(f"{start.value}Ref", "").rpartition(":")[2]
            setting = _setting(child) if start is Start.CONDITIONAL else None
            return Entry(key, start, event.get("id", ""), names.get(reference, ""), setting)
    return None
