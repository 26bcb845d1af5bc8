"""BPMN files as XML: parsing without trust, reading by name, and where in the file an element stands.

Called by the other ``bpmn`` modules only; knows namespaces and texts, not what elements mean.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias
from xml.parsers import expat

from lxml import etree

from taskbridge.engine.deployment_files import Files, no_files
from taskbridge.engine.errors import BpmnError, Problem
from taskbridge.engine.notes import MAX_NOTES, Note
from taskbridge.engine.problem_kinds import Kind
from taskbridge.kinds import Handling

Element: TypeAlias = etree._Element

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
#: Camunda's extension namespace, and that of the product it grew out of; the two are read as one.
VENDORS = ("http://camunda.org/schema/1.0/bpmn", "http://activiti.org/bpmn")
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
MAX_BYTES = 5_000_000


def namespace(name: str) -> str:
    """The namespace of a tag or attribute name; empty for none."""
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def local(name: str) -> str:
    """A tag or attribute name without its namespace."""
    return name.rpartition("}")[2]


def tag(element: Element) -> str:
    """An element's name without its namespace."""
    return local(str(element.tag))


def children(element: Element, name: str) -> Iterator[Element]:
    """The BPMN children of that name, in document order."""
    return element.iterchildren(f"{{{BPMN}}}{name}")


def child(element: Element, name: str) -> Element | None:
    """The first BPMN child of that name."""
    return next(children(element, name), None)


def extensions(element: Element, name: str) -> Iterator[Element]:
    """Children of the element's ``extensionElements`` that have this name in a vendor namespace."""
    for holder in children(element, "extensionElements"):
        yield from vendor_children(holder, name)


def vendor_children(element: Element, *names: str) -> Iterator[Element]:
    """Children with one of these names in a vendor namespace, in document order."""
    return element.iterchildren(*(f"{{{vendor}}}{name}" for name in names for vendor in VENDORS))


def vendor(element: Element, name: str) -> str | None:
    """A vendor attribute, None when it is absent."""
    return next((value for uri in VENDORS if (value := element.get(f"{{{uri}}}{name}")) is not None), None)


def text(element: Element | None) -> str:
    """The trimmed text of an element, empty for none."""
    return (element.text or "").strip() if element is not None else ""


def line(element: Element) -> int:
    """The line on which an element's start tag ends."""
    return int(getattr(element, "sourceline", None) or 1)


def documentation(element: Element) -> str | None:
    """The text of the element's documentation; several are joined by an empty line."""
    return "\n\n".join(filter(None, map(text, children(element, "documentation")))) or None


class HandedOver(NamedTuple):
    """An element whose work is done by workers, though the model has it done elsewhere; its topic as a text."""

    element_id: str | None
    kind: Kind
    topic: str
    line: int
    column: int


class Findings(NamedTuple):
    """What was noted while a file was read, in document order."""

    notes: list[Note]  # what was ignored, as the vendor's engine ignores it
    left_out: list[Note]  # what the vendor's engine would act on
    workers: list[HandedOver]


class _Found(NamedTuple):
    element: Element
    message: str
    kind: Kind
    remedy: Handling


@dataclass(slots=True)
class Source:
    """One file while it is read: its root, the problems found so far, and what was ignored.

    A ``stored`` file was accepted when it was deployed, perhaps by a version that refused less. ``handling`` is the way
    of reading it, ``used`` what of that matters to this file, ``files`` are those beside it.
    """

    name: str
    content: bytes
    root: Element
    stored: bool = False
    handling: Handling = Handling.PLAIN
    used: Handling = Handling.PLAIN
    files: Files = no_files
    variables: frozenset[str] | None = None  # that the file names; ``foreign_code`` finds them when they are asked for
    _found: list[_Found] = field(default_factory=list)
    _ignored: list[tuple[Element, str, str]] = field(default_factory=list)
    _left_out: list[tuple[Element, str]] = field(default_factory=list)
    _workers: list[tuple[Element, Kind, str]] = field(default_factory=list)
    _prefixes: dict[str, str] = field(init=False)
    _ids: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._prefixes = {uri: prefix for prefix, uri in self.root.nsmap.items() if prefix}

    def complain(
        self, element: Element, message: str, kind: Kind = Kind.MISTAKE, remedy: Handling = Handling.PLAIN
    ) -> None:
        """Note a problem of an element; ``remedy`` is the handling with which it would be none."""
        self._found.append(_Found(element, message, kind, remedy & ~self.handling))

    def refuse(
        self, element: Element, message: str, kind: Kind = Kind.MISTAKE, remedy: Handling = Handling.PLAIN
    ) -> None:
        """Note something that no file may hold; in a file that is stored already it is passed over."""
        if not self.stored:
            self.complain(element, message, kind, remedy)

    def handles(self, way: Handling) -> bool:
        """Whether the file is read in that way. To be asked only where it makes a difference."""
        if way not in self.handling:
            return False
        self.used |= way
        return True

    def hand_over(self, element: Element, kind: Kind, topic: str) -> None:
        """Note that the work of an element is left to workers."""
        self._workers.append((element, kind, topic))

    def leave_out(self, element: Element, message: str) -> None:
        """Note something that the vendor's engine would act on, and that is left out because that was asked for."""
        self._left_out.append((element, message))

    def has(self, identifier: str) -> bool:
        """Whether any element of the file has the id."""
        if not self._ids:
            self._ids = {value for one in self.root.iter() if (value := one.get("id")) is not None}
        return identifier in self._ids

    @property
    def takes_notes(self) -> bool:
        """Whether somebody will see what is ignored: at deployment, and up to a number of notes."""
        return not self.stored and len(self._ignored) < MAX_NOTES

    def written(self, uri: str, name: str) -> str:
        """A name as the file writes it, by the prefixes that its root declares."""
        prefix = self._prefixes.get(uri)
        return f"{prefix}:{name}" if prefix else name

    def note(self, element: Element, message: str, kind: str) -> None:
        """Note something that is ignored; ``kind`` is the same for all things that are alike."""
        if self.takes_notes:
            self._ignored.append((element, message, kind))

    def findings(self) -> Findings:
        """What was noted, in document order and with places. Raises BpmnError when a problem was found."""
        if not (self._found or self._ignored or self._left_out or self._workers):
            return Findings([], [], [])
        order = {element: number for number, element in enumerate(self.root.iter())}
        places = _places(self.content)

        def place(element: Element) -> tuple[int, int]:
            number = order[element]
            return places[number] if number < len(places) else (line(element), 1)

        ignored = sorted(self._ignored, key=lambda found: order[found[0]])
        notes = [Note(message, *place(element), owner(element), kind) for element, message, kind in ignored]
        if self._found:
            found = sorted(self._found, key=lambda found: order[found.element])
            problems = [Problem(one.message, *place(one.element), owner(one.element), *one[2:]) for one in found]
            raise BpmnError(problems, self.name, notes)
        left_out = sorted(self._left_out, key=lambda found: order[found[0]])
        workers = sorted(self._workers, key=lambda found: order[found[0]])
        return Findings(
            notes,
            [Note(message, *place(element), owner(element), message) for element, message in left_out],
            [HandedOver(owner(element), kind, topic, *place(element)) for element, kind, topic in workers],
        )

    def raise_problems(self) -> None:
        """Raise BpmnError when anything was found, in document order and with places."""
        if self._found:
            self.findings()


def owner(element: Element) -> str | None:
    """The id of the element, or of the nearest one around it that has an id."""
    around = [element, *element.iterancestors()]
    return next((one.get("id") for one in around if one.get("id")), None)


def parse(name: str, content: bytes, max_bytes: int = MAX_BYTES) -> Element:
    """The root of an XML file from a stranger; ``name`` is for messages.

    Raises BpmnError for text that is not well-formed, that has a DOCTYPE (the door to entity bombs and foreign files),
    that is too big or too deep (libxml2 stops at 256 levels). Nothing is ever loaded from elsewhere.
    """
    if len(content) > max_bytes:
        raise _unreadable(name, f"the file is larger than {max_bytes} bytes")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        row, column = error.position
        raise _unreadable(name, str(error.msg), max(row, 1), max(column, 1)) from error
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise _unreadable(name, "a DOCTYPE is not allowed")
    return root


def _unreadable(name: str, message: str, row: int = 1, column: int = 1) -> BpmnError:
    return BpmnError([Problem(message, row, column, None, Kind.FILE)], name)


def _places(content: bytes) -> list[tuple[int, int]]:
    # lxml knows the lines where tags end, but no columns: the places come from a second pass, made for errors only.
    found: list[tuple[int, int]] = []
    reader = expat.ParserCreate()

    def note(_name: str, _attributes: object) -> None:
        found.append((reader.CurrentLineNumber, reader.CurrentColumnNumber + 1))

    reader.StartElementHandler = note
    try:
        reader.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError):
        return []  # an encoding that expat does not read: lines alone must do
    return found
