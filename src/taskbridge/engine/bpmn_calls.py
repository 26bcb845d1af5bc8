"""Which processes a BPMN file calls, and which it has, whether or not it can be run."""

from typing import NamedTuple

from taskbridge.engine.bpmn_xml import BPMN, Source, children, parse
from taskbridge.engine.notes import Note


class Calls(NamedTuple):
    """The keys of a file's processes, and its calls of processes by a key that stands in the file.

    The message of a call is the key; there are at most ``notes.MAX_NOTES`` of them.
    """

    processes: frozenset[str]
    called: tuple[Note, ...]


def calls(resource_name: str, content: bytes) -> Calls:
    """The processes and calls of a file; raises BpmnError where it is no XML."""
    root = parse(resource_name, content)
    source = Source(resource_name, content, root)
    for element in root.iter(f"{{{BPMN}}}callActivity"):
        key = element.get("calledElement") or ""
        if key and not key.startswith(("${", "#{")):
            source.note(element, key, "call")
    keys = frozenset(element.get("id") or "" for element in children(root, "process"))
    return Calls(keys, tuple(source.findings().notes))
