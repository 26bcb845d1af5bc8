"""The process graph: what a BPMN process is after reading. Immutable, compiled once per definition, shared by threads.

Only the reader builds these values; the interpreter and the services read them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from taskbridge.engine.expressions import Expression
from taskbridge.engine.scripts.script import Computed

if TYPE_CHECKING:
    from taskbridge.engine.elements.base import Behaviour


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. ``id`` is made up when the file gives none; ``condition`` None means always."""

    id: str
    name: str | None
    source: str
    target: str
    condition: Computed | None = None
    listeners: tuple[Computed, ...] = ()  # what is evaluated when a token takes it


@dataclass(frozen=True, slots=True)
class Parameter:
    """An input or output parameter. ``value`` is an expression, a script, a list or a map of values, nested freely."""

    name: str
    value: "ParameterValue"


ParameterValue = Computed | tuple["ParameterValue", ...] | Mapping[str, "ParameterValue"] | None


class InputScope(Enum):
    """Where the input parameters of an activity are computed, and where they are put."""

    AROUND = "around"  # computed in the scope around the activity, and its own
    OWN = "own"  # computed in the activity, which has its loop variables already
    BEYOND = "beyond"  # computed around the body of a sequence, and the body's


@dataclass(frozen=True, slots=True)
class Listeners:
    """What is evaluated when a node, or an instance of the process, begins and ends, in document order."""

    start: tuple[Computed, ...] = ()
    end: tuple[Computed, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeout:
    """A task listener that is evaluated at a time; ``timer`` is of the type of ``events.timer``."""

    id: str
    timer: object
    body: Computed


@dataclass(frozen=True, slots=True)
class TaskListeners:
    """What is evaluated when something happens to a user task, by the event, in document order."""

    by_event: Mapping[str, tuple[Computed, ...]]
    timeouts: tuple[Timeout, ...] = ()


@dataclass(frozen=True, slots=True)
class JobSettings:
    """How a node uses jobs: whether its token waits for one before it enters or leaves, and what such a job is like.

    ``priority`` and ``retry_cycle`` count for the timers of the node too.
    """

    before: bool = False
    after: bool = False
    priority: Expression | None = None  # the process' own when the node has none
    retry_cycle: Expression | None = None  # when and how often a job that failed is tried again


@dataclass(frozen=True, slots=True)
class JobDeclaration:
    """A kind of job that a process may come to have. ``type`` and ``configuration`` are texts of the vendor's API."""

    node_id: str
    type: str
    configuration: str


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node. ``scope`` is the id of the subprocess around it, None at the process level.

    What it does is ``behaviour``, with ``settings`` of which only the behaviour's own module knows the type.
    ``incoming`` and ``outgoing`` stand in document order of the flows; ``default`` is one of ``outgoing``.
    """

    id: str
    behaviour: "Behaviour"
    element: str  # BPMN name: "userTask", "exclusiveGateway", ...
    name: str | None
    scope: str | None
    settings: object = None
    incoming: tuple[Flow, ...] = ()
    outgoing: tuple[Flow, ...] = ()
    default: Flow | None = None
    inputs: tuple[Parameter, ...] = ()
    outputs: tuple[Parameter, ...] = ()
    job: JobSettings | None = None  # None where the file says nothing of jobs
    boundaries: tuple["Node", ...] = ()  # boundary events attached to this activity, in document order
    event_starts: tuple["Node", ...] = ()  # of the event subprocesses in this scope, in document order
    armed: tuple["Node", ...] = ()  # those of both that wait for something while the activity is alive
    for_compensation: bool = False  # whether it is carried out by nothing but compensation
    compensation: str | None = None  # the activity, or event subprocess in it, that compensates this activity
    input_scope: InputScope = InputScope.AROUND
    loop_variables: tuple[str, ...] = ()  # what each instance of a parallel multi-instance activity has for itself

    @property
    def own_names(self) -> tuple[str, ...]:
        """The variables that a user task has as its process sees it: its input parameters and loop variables."""
        return (*self.loop_variables, *(parameter.name for parameter in self.inputs))

    listeners: Listeners | None = None  # None where it has none
    task_listeners: "TaskListeners | None" = None  # of a user task; None where it has none

    @property
    def waits_after(self) -> bool:
        """Whether its token waits for an asynchronous continuation once it has left. What compensates never does."""
        return self.job is not None and self.job.after and not self.for_compensation


@dataclass(frozen=True, slots=True)
class Process:
    """One executable process of a file, ready to run."""

    key: str
    name: str | None
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    start: Node | None  # where an instance begins that is started by its key; None where no start event may be it
    starts: tuple[Node, ...] = ()  # all start events, in document order
    event_starts: tuple[Node, ...] = ()  # of the event subprocesses at the process level
    armed: tuple[Node, ...] = ()  # those of them that wait for something while an instance is alive
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
    job_priority: Expression | None = None
    jobs: tuple[JobDeclaration, ...] = ()  # what may be armed in it, in document order
    waits: bool = False  # whether anything in it is ever armed: timers, asynchronous continuations, events
    subscribes: bool = False  # whether any of that is an event or a condition
    gets_signals_later: bool = False  # whether jobs may come to carry signals to it
    conditional: bool = False  # whether an instance may come to wait for a condition
    calls: bool = False  # whether an instance may call other processes
    compensates: bool = False  # whether anything in it can be compensated
    listeners: Listeners | None = None  # of the process itself
    listens: bool = False  # whether it, a node or a flow in it has listeners
    has_task_listeners: bool = False  # whether a user task in it has task listeners
    #: Inclusive join -> the nodes of its scope from which a token can still get there; boundary events do not count.
    reach: Mapping[str, frozenset[str]] = field(default_factory=dict)
