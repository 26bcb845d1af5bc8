"""The BPMN reader: a file becomes the executable processes in it, or the list of everything that is wrong with it.

``read_model`` is called at deployment, ``read_stored`` whenever a compiled process is needed again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from taskbridge.engine import bpmn_flows
from taskbridge.engine.attribute_types import check_types
from taskbridge.engine.bpmn_catching import check_catching
from taskbridge.engine.bpmn_compensation import check_associations, check_compensation, tie_handlers
from taskbridge.engine.bpmn_flows import Begun, ScopeDraft, awaited, begun_by, initial, read_flow, tie
from taskbridge.engine.bpmn_links import join_links
from taskbridge.engine.bpmn_listeners import listeners
from taskbridge.engine.bpmn_values import assignments, days, items, priority
from taskbridge.engine.bpmn_xml import (
    BPMN,
    MAX_BYTES,
    Element,
    HandedOver,
    Source,
    children,
    documentation,
    extensions,
    line,
    namespace,
    parse,
    tag,
    vendor,
)
from taskbridge.engine.deployment_files import Files, no_files
from taskbridge.engine.elements.multi_instance import with_body
from taskbridge.engine.elements.registry import ELEMENTS, READABLE
from taskbridge.engine.elements.unread import FOREIGN, SCOPES, check_carried, is_ignored, placeholder
from taskbridge.engine.errors import BpmnError, Problem, UnreadableModel
from taskbridge.engine.events.conditional import settings_of
from taskbridge.engine.events.named import subscription_of
from taskbridge.engine.events.signal import SIGNAL_TYPE, waits_on_its_way
from taskbridge.engine.graph import Flow, JobDeclaration, Node, Process
from taskbridge.engine.notes import Note
from taskbridge.engine.problem_kinds import Kind, of_element
from taskbridge.engine.reading import Declarations, Reading, declarations, properties, resource_assignment
from taskbridge.engine.vocabulary import (
    IN_SCOPE,
    LISTENERS,
    LOOPS,
    NOTES,
    SEVERAL,
    Vocabulary,
    check,
    check_id,
    described,
)
from taskbridge.kinds import Handling

_DIAGRAMS = "http://www.omg.org/spec/BPMN/20100524/DI"
_PROCESS = Vocabulary(
    frozenset({"id", "name", "processType", "isClosed", "isExecutable", "definitionalCollaborationRef"}),
    IN_SCOPE - SEVERAL,
    frozenset({"versionTag", "historyTimeToLive", "isStartableInTasklist", "taskPriority", "jobPriority"})
    | {"candidateStarterUsers", "candidateStarterGroups"},
    frozenset({"potentialStarter"}),
    LISTENERS,
)
#: What may stand at the root of a file. Processes and errors are read; the rest acts through elements that refer to it.
_ROOT_CHILDREN = NOTES.union(
    ("process", "error", "escalation", "signal", "message", "collaboration", "conversation", "choreography"),
    ("category", "correlationProperty", "dataStore", "endPoint", "extension", "import", "interface", "itemDefinition"),
    ("partnerEntity", "partnerRole", "relationship", "resource", "globalConversation", "globalChoreographyTask"),
    ("globalTask", "globalUserTask", "globalManualTask", "globalScriptTask", "globalBusinessRuleTask"),
    ("timerEventDefinition", "messageEventDefinition", "signalEventDefinition", "errorEventDefinition"),
    ("escalationEventDefinition", "conditionalEventDefinition", "cancelEventDefinition", "compensateEventDefinition"),
    ("linkEventDefinition", "terminateEventDefinition"),
)


class Model(NamedTuple):
    """What was read from a file: its executable processes, and what was noted.

    ``used`` is what of the handling matters to the file: it has to be read in that way ever after.
    """

    processes: list[Process]
    notes: list[Note]  # what was ignored, as the vendor's engine ignores it
    left_out: Sequence[Note] = ()  # what the vendor's engine would act on
    workers: Sequence[HandedOver] = ()
    used: Handling = Handling.PLAIN


#: What was read from a file without processes.
NO_MODEL = Model([], [])


def read_bpmn(
    resource_name: str, content: bytes, *, max_bytes: int = MAX_BYTES, executable_by_default: bool = False
) -> list[Process]:
    """The executable processes of a file, as ``read_model`` reads it."""
    model = read_model(resource_name, content, max_bytes=max_bytes, executable_by_default=executable_by_default)
    return model.processes


def read_model(
    resource_name: str,
    content: bytes,
    *,
    max_bytes: int = MAX_BYTES,
    executable_by_default: bool = False,
    handling: Handling = Handling.PLAIN,
    files: Files = no_files,
) -> Model:
    """The executable processes of a file; none for a file without any (a decision model, say).

    A process runs when its ``isExecutable`` says so; ``executable_by_default`` tells what its absence means (the
    vendor's engine passes over such a process, and over one where it says ``1``). What that engine does not act on is
    ignored with a note. ``files`` are those beside it. Raises BpmnError with every problem found: no XML, something
    unsupported, or a broken rule. Nothing that would change behaviour is skipped, unless ``handling`` says so.
    """
    root = parse(resource_name, content, max_bytes)
    if tag(root) != "definitions":
        message = f"the root element is '{tag(root)}' and not 'definitions'"
        raise BpmnError([Problem(message, line(root), 1, None, Kind.FILE)], resource_name)
    if namespace(str(root.tag)) != BPMN:
        return NO_MODEL
    source = Source(resource_name, content, root, handling=handling, files=files)
    _check_root(source)
    declared = declarations(source)
    processes = [
        _read_process(source, element, declared)
        for element in children(root, "process")
        if _is_executable(element, default=executable_by_default)
    ]
    return Model(processes, *source.findings(), source.used)


def read_stored(
    resource_name: str, content: bytes, key: str, handling: Handling = Handling.PLAIN, *, files: Files = no_files
) -> Process:
    """The process of that key in a file that was deployed before, read in the way in which it was deployed.

    What ``read_bpmn`` refuses to deploy is passed over where it changes nothing about how the rest is read, so that a
    stricter version of this reader makes no stored process unusable. Raises UnreadableModel where nothing is left that
    could run.
    """
    try:
        root = parse(resource_name, content, max(len(content), MAX_BYTES))
        source = Source(resource_name, content, root, stored=True, handling=handling, files=files)
        element = next((one for one in children(root, "process") if one.get("id") == key), None)
        if element is None:
            raise UnreadableModel(resource_name, key, "there is no such process in it")
        process = _read_process(source, element, declarations(source))
        source.raise_problems()
    except BpmnError as error:
        raise UnreadableModel(resource_name, key, str(error)) from error
    return process


def _is_executable(element: Element, *, default: bool) -> bool:
    # The vendor reads nothing but the words, though 1 and 0 are booleans of XML too.
    said = (element.get("isExecutable") or "").strip()
    return default if said not in ("true", "false") else said == "true"


def _check_root(source: Source) -> None:
    seen: set[str] = set()
    for element in source.root.iter(f"{{{BPMN}}}*"):
        check_types(source, element)
        identifier = element.get("id")
        if identifier in seen:
            source.complain(element, f"There are multiple occurrences of ID value '{identifier}'")
        elif identifier:
            seen.add(identifier)
    for element in source.root:
        if namespace(str(element.tag)) == BPMN and tag(element) not in _ROOT_CHILDREN:
            source.complain(element, f"Unsupported element {described(element)} in definitions", Kind.ELEMENT)


@dataclass(frozen=True, slots=True)
class _Graph:
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    starts: tuple[Node, ...]
    event_starts: tuple[Node, ...]
    reach: Mapping[str, frozenset[str]]

    @property
    def subscribes(self) -> bool:
        """Whether anything in it waits for an event or a condition."""
        return any(node.behaviour.subscribes_at(node) for node in self.nodes.values())

    @property
    def gets_signals_later(self) -> bool:
        """Whether a signal may be carried to something in it by a job."""
        return any(waits_on_its_way(node) and subscription_of(node) == SIGNAL_TYPE for node in self.nodes.values())

    @property
    def conditional(self) -> bool:
        """Whether an instance may come to wait for a condition: those of start events are not waited for."""
        starts = {one.id for one in self.starts}
        return any(settings_of(node) is not None for node in self.nodes.values() if node.id not in starts)

    @property
    def compensates(self) -> bool:
        """Whether anything in it can be compensated."""
        return any(node.compensation is not None for node in self.nodes.values())

    @property
    def listens(self) -> bool:
        """Whether a node or flow has execution listeners."""
        nodes, flows = self.nodes.values(), self.flows.values()
        return any(node.listeners for node in nodes) or any(flow.listeners for flow in flows)

    @property
    def jobs(self) -> tuple[JobDeclaration, ...]:
        """What may be armed."""
        return tuple(one for node in self.nodes.values() for one in node.behaviour.jobs(node))


def _read_process(source: Source, element: Element, declared: Declarations) -> Process:
    check(source, element, _PROCESS, *READABLE, extensions=LISTENERS)
    key = element.get("id") or ""
    check_id(source, element)
    graph = _read_graph(Reading(source, declared, priority(source, element), READABLE), element)
    own = listeners(source, element)
    first = next(children(element, "startEvent"), None)
    users, groups = _starters(element)
    return Process(
        key=key,
        name=element.get("name"),
        nodes=graph.nodes,
        flows=graph.flows,
        start=initial(graph.starts),
        starts=graph.starts,
        event_starts=graph.event_starts,
        armed=awaited(graph.event_starts),
        version_tag=vendor(element, "versionTag"),
        history_time_to_live=days(source, element),
        description=documentation(element),
        category=source.root.get("targetNamespace"),
        startable_in_tasklist=(vendor(element, "isStartableInTasklist") or "true").lower() == "true",
        start_form_key=vendor(first, "formKey") if first is not None else None,
        initiator=vendor(first, "initiator") if first is not None else None,
        candidate_starter_users=tuple(users),
        candidate_starter_groups=tuple(groups),
        properties=properties(element),
        drawn=not graph.nodes.keys().isdisjoint(_shapes(source)),
        job_priority=priority(source, element, "jobPriority"),
        jobs=graph.jobs,
        waits=bool(graph.jobs) or graph.subscribes,
        subscribes=graph.subscribes,
        gets_signals_later=graph.gets_signals_later,
        conditional=graph.conditional,
        calls=any(node.behaviour.calls for node in graph.nodes.values()),
        compensates=graph.compensates,
        reach=graph.reach,
        listeners=own,
        listens=own is not None or graph.listens,
        has_task_listeners=any(node.task_listeners for node in graph.nodes.values()),
    )


def _shapes(source: Source) -> set[str]:
    """The ids of the elements that the file's diagrams have a shape for."""
    return {str(shape.get("bpmnElement")) for shape in source.root.iter(f"{{{_DIAGRAMS}}}BPMNShape")}


def _starters(element: Element) -> tuple[list[str], list[str]]:
    named = [assignments(resource_assignment(starter)) for starter in extensions(element, "potentialStarter")]
    users = [user for found, _ in named for user in found] + items(vendor(element, "candidateStarterUsers"))
    groups = [group for _, found in named for group in found] + items(vendor(element, "candidateStarterGroups"))
    return users, groups


def _read_graph(reading: Reading, process: Element) -> _Graph:
    taken = {str(element.get("id")) for element in process.iter(f"{{{BPMN}}}*")}
    scopes = [ScopeDraft(process, None)]
    for scope in scopes:  # grows while it is read, so that depth costs no stack
        scopes += _read_scope(reading, scope, taken)
    join_links(reading, scopes)
    drafts = {scope.id: scope for scope in scopes}
    begun: dict[str | None, Begun] = {}
    nodes: dict[str, Node] = {}
    reach: dict[str, frozenset[str]] = {}
    for scope in reversed([one for one in scopes if not one.unread]):
        tied = tie(reading.source, scope, begun)
        tie_handlers(reading.source, drafts, scope, tied)
        begun[scope.id] = begun_by(reading.source, scope, tied, begun)
        nodes |= tied
        reach |= bpmn_flows.reach(reading.source, scope, tied)
    check_associations(reading.source, scopes)
    check_compensation(reading.source, drafts, nodes)
    check_catching(reading.source, scopes, nodes, begun[None])
    flows = {flow.id: flow for scope in scopes for flow, _ in scope.flows}
    return _Graph(nodes, flows, *begun[None], reach)


def _read_scope(reading: Reading, scope: ScopeDraft, taken: set[str]) -> list[ScopeDraft]:
    inner = []
    unread = []
    for element in scope.element:
        kind = tag(element)
        if namespace(str(element.tag)) != BPMN or kind in IN_SCOPE or kind in LOOPS:
            if kind == "association" and namespace(str(element.tag)) == BPMN:
                scope.associations.append(element)
            continue
        if kind == "sequenceFlow":
            flow = read_flow(reading.source, element, taken)
            taken.add(flow.id)
            scope.flows.append((flow, element))
        elif kind not in ELEMENTS:
            unread.append(element)
        else:
            for node in with_body(reading, element, ELEMENTS[kind].read(reading, element, scope.id)):
                _add(scope, node, element)
            if ELEMENTS[kind].is_scope:
                inner.append(ScopeDraft(element, element.get("id") or "", scope.unread))
    scope.lead_through_bodies()
    return inner + _check_unread(reading.source, scope, unread)


def _add(scope: ScopeDraft, node: Node, element: Element) -> None:
    scope.nodes[node.id] = node
    scope.elements[node.id] = element


def _check_unread(source: Source, scope: ScopeDraft, elements: list[Element]) -> list[ScopeDraft]:
    inner = []
    connected = {end for flow, _ in scope.flows for end in (flow.source, flow.target)} if elements else set()
    for element in elements:
        if is_ignored(source, element, connected):
            continue
        if source.stored or tag(scope.element) in SCOPES or tag(element) in FOREIGN:
            # Elsewhere ``check`` has said so. To pass over an element that a token can reach in a stored file would
            # change what happens.
            around = "" if source.stored else f" in {described(scope.element)}"
            source.complain(element, f"Unsupported element {described(element)}{around}", of_element(tag(element)))
        check_carried(source, element)
        _add(scope, placeholder(element, scope.id), element)
        if tag(element) in SCOPES:
            inner.append(ScopeDraft(element, element.get("id") or "", unread=True))
    return inner
