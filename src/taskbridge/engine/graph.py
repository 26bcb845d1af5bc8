"""The process graph: what a BPMN process is after reading. Immutable, compiled once per definition, shared by threads.

Only the reader builds these values; the interpreter and the services read them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from taskbridge.engine.expressions import Expression


class Kind(Enum):
    """What a token does at a node. The BPMN element's own name is in ``Node.element``."""

    START = "start"
    END = "end"
    TERMINATE_END = "terminate end"
    ERROR_END = "error end"
    PASS = "pass"  # task, manual task, none throw event, message throw that nobody carries out: left as soon as entered
    USER_TASK = "user task"
    EXTERNAL_TASK = "external task"  # also message throw and end events with an external implementation
    EXCLUSIVE = "exclusive gateway"
    PARALLEL = "parallel gateway"
    INCLUSIVE = "inclusive gateway"
    SUBPROCESS = "subprocess"
    ERROR_BOUNDARY = "error boundary"


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. ``id`` is made up when the file gives none; ``condition`` None means always."""

    id: str
    name: str | None
    source: str
    target: str
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """An input or output parameter. ``value`` is an expression, a list of values or a map of values, nested freely."""

    name: str
    value: "ParameterValue"


ParameterValue = Expression | tuple["ParameterValue", ...] | Mapping[str, "ParameterValue"] | None


@dataclass(frozen=True, slots=True)
class ErrorHandler:
    """What an error boundary or an error event definition catches. ``code`` None catches everything."""

    code: str | None
    code_variable: str | None = None
    message_variable: str | None = None


@dataclass(frozen=True, slots=True)
class ErrorThrow:
    """A ``camunda:errorEventDefinition`` of an external task: throws ``code`` when ``expression`` holds."""

    code: str | None
    expression: Expression | None


@dataclass(frozen=True, slots=True)
class ExternalTaskSettings:
    """What an external task is created with."""

    topic: Expression
    priority: Expression | None  # the process' own when the task has none
    properties: Mapping[str, str]
    errors: tuple[ErrorThrow, ...]


@dataclass(frozen=True, slots=True)
class UserTaskSettings:
    """What a user task is created with; every value may be an expression."""

    assignee: Expression | None = None
    candidate_users: tuple[Expression, ...] = ()  # each yields one name, names with commas between, or a list of names
    candidate_groups: tuple[Expression, ...] = ()
    due_date: Expression | None = None
    follow_up_date: Expression | None = None
    priority: Expression | None = None
    form_key: Expression | None = None
    description: Expression | None = None
    properties: Mapping[str, str] = field(default_factory=dict)  # nothing here reads them; dialects may


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node. ``scope`` is the id of the subprocess around it, None at the process level.

    ``incoming`` and ``outgoing`` stand in document order of the flows; ``default`` is one of ``outgoing``.
    """

    id: str
    kind: Kind
    element: str  # BPMN name: "userTask", "exclusiveGateway", ...
    name: str | None
    scope: str | None
    incoming: tuple[Flow, ...] = ()
    outgoing: tuple[Flow, ...] = ()
    default: Flow | None = None
    label: Expression | None = None  # the name, where it may hold expressions (user tasks)
    inputs: tuple[Parameter, ...] = ()
    outputs: tuple[Parameter, ...] = ()
    boundaries: tuple["Node", ...] = ()  # boundary events attached to this activity, in document order
    attached_to: str | None = None  # for a boundary event: its host
    external: ExternalTaskSettings | None = None
    user: UserTaskSettings | None = None
    catches: ErrorHandler | None = None  # for an error boundary
    throws: str | None = None  # for an error end: its code
    throws_message: Expression | None = None  # for an error end: what its error says
    start: "Node | None" = None  # for a subprocess: its none start event


@dataclass(frozen=True, slots=True)
class Process:
    """One executable process of a file, ready to run."""

    key: str
    name: str | None
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    start: Node | None  # the none start event at the process level
    version_tag: str | None = None
    history_time_to_live: int | None = None  # days
    description: str | None = None
    category: str | None = None
    startable_in_tasklist: bool = True
    start_form_key: str | None = None
    initiator: str | None = None  # variable that receives the user who started the instance
    candidate_starter_users: tuple[str, ...] = ()
    candidate_starter_groups: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)  # the extension properties of the process
    drawn: bool = False  # whether the file has a diagram of it
    #: Inclusive join -> the nodes of its scope from which a token can still get there, past boundary events too.
    reach: Mapping[str, frozenset[str]] = field(default_factory=dict)
