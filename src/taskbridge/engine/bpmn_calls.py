"""Which processes a BPMN file calls, and which it has, whether or not it can be run."""

from typing import NamedTuple

from taskbridge.engine.bpmn_values import flag
from taskbridge.engine.bpmn_xml import BPMN, Source, children, parse
from taskbridge.engine.notes import Note

_CALL, _PROCESS = "call", "process"


class Calls(NamedTuple):
    """The keys of a file's processes, those that can be executed, and its calls of processes by a key in the file.

    The message of a note is the key; there are at most ``notes.MAX_NOTES`` of them.
    """

    processes: frozenset[str]
    executable: tuple[Note, ...]
    called: tuple[Note, ...]


#: Of a file that cannot be read.
NO_CALLS = Calls(frozenset(), (), ())


def calls(resource_name: str, content: bytes) -> Calls:
    """The processes and calls of a file; raises BpmnError where it is no XML."""
    root = parse(resource_name, content)
    source = Source(resource_name, content, root)
    for element in children(root, "process"):
        if flag(element.get("isExecutable"), default=False):
            source.note(element, element.get("id") or "", _PROCESS)
    for element in root.iter(f"{{{BPMN}}}callActivity"):
        key = element.get("calledElement") or ""
        if key and not key.startswith(("${", "#{")):
            source.note(element, key, _CALL)
    keys = frozenset(element.get("id") or "" for element in children(root, "process"))
    noted = source.findings().notes
    return Calls(keys, *(tuple(note for note in noted if note.kind == kind) for kind in (_PROCESS, _CALL)))
