"""What the vendor's engine calls the behaviours of nodes: instructions go from one to the same, and texts name them."""

from collections.abc import Mapping

from taskbridge.engine.elements.base import Behaviour
from taskbridge.engine.elements.call_activity import CALL_ACTIVITY
from taskbridge.engine.elements.event_based_gateway import EVENT_BASED_GATEWAY
from taskbridge.engine.elements.exclusive_gateway import EXCLUSIVE_GATEWAY
from taskbridge.engine.elements.expression_task import EXPRESSION_TASK
from taskbridge.engine.elements.external_task import EXTERNAL_TASK
from taskbridge.engine.elements.inclusive_gateway import INCLUSIVE_GATEWAY
from taskbridge.engine.elements.multi_instance import MULTI_INSTANCE, loop_of
from taskbridge.engine.elements.parallel_gateway import PARALLEL_GATEWAY
from taskbridge.engine.elements.receive_task import RECEIVE_TASK
from taskbridge.engine.elements.script_task import SCRIPT_TASK
from taskbridge.engine.elements.subprocess import EVENT_SUBPROCESS, SUBPROCESS, TRANSACTION
from taskbridge.engine.elements.task import TASK
from taskbridge.engine.elements.user_task import USER_TASK
from taskbridge.engine.events.base import Definition, Event, Position
from taskbridge.engine.events.cancel import CANCEL
from taskbridge.engine.events.compensation import COMPENSATION
from taskbridge.engine.events.conditional import CONDITIONAL
from taskbridge.engine.events.error import ERROR
from taskbridge.engine.events.escalation import ESCALATION
from taskbridge.engine.events.link import LINK
from taskbridge.engine.events.position import EventElement
from taskbridge.engine.events.signal import SIGNAL
from taskbridge.engine.events.terminate import TERMINATE
from taskbridge.engine.graph import Node

_ACTIVITY = "{}ActivityBehavior"
_NAMES: Mapping[Behaviour, str] = {
    CALL_ACTIVITY: "CallActivityBehavior",
    EVENT_BASED_GATEWAY: "EventBasedGatewayActivityBehavior",
    EXCLUSIVE_GATEWAY: "ExclusiveGatewayActivityBehavior",
    EXPRESSION_TASK: "ServiceTaskExpressionActivityBehavior",
    EXTERNAL_TASK: "ExternalTaskActivityBehavior",
    INCLUSIVE_GATEWAY: "InclusiveGatewayActivityBehavior",
    PARALLEL_GATEWAY: "ParallelGatewayActivityBehavior",
    RECEIVE_TASK: "ReceiveTaskActivityBehavior",
    SCRIPT_TASK: "ScriptTaskActivityBehavior",
    EVENT_SUBPROCESS: "EventSubProcessActivityBehavior",
    SUBPROCESS: "SubProcessActivityBehavior",
    TRANSACTION: "SubProcessActivityBehavior",
    USER_TASK: "UserTaskActivityBehavior",
}
_TASKS = {"manualTask": "ManualTaskActivityBehavior"}
_OF_POSITIONS: Mapping[Position, str] = {
    Position.START: "NoneStartEventActivityBehavior",
    Position.EVENT_SUBPROCESS_START: "EventSubProcessStartEventActivityBehavior",
    Position.CATCH: "IntermediateCatchEventActivityBehavior",
    Position.BOUNDARY: "BoundaryEventActivityBehavior",
    Position.THROW: "IntermediateThrowNoneEventActivityBehavior",
    Position.END: "NoneEndEventActivityBehavior",
}
_OF_EVENTS: Mapping[tuple[Position, Definition], str] = {
    (Position.EVENT_SUBPROCESS_START, CONDITIONAL): "EventSubProcessStartConditionalEventActivityBehavior",
    (Position.CATCH, CONDITIONAL): "IntermediateConditionalEventBehavior",
    (Position.CATCH, LINK): "IntermediateCatchLinkEventActivityBehavior",
    (Position.BOUNDARY, CONDITIONAL): "BoundaryConditionalEventActivityBehavior",
    (Position.BOUNDARY, CANCEL): "CancelBoundaryEventActivityBehavior",
    (Position.THROW, SIGNAL): "ThrowSignalEventActivityBehavior",
    (Position.THROW, ESCALATION): "ThrowEscalationEventActivityBehavior",
    (Position.THROW, COMPENSATION): "CompensationEventActivityBehavior",
    (Position.END, SIGNAL): "ThrowSignalEventActivityBehavior",
    (Position.END, ESCALATION): "ThrowEscalationEventActivityBehavior",
    (Position.END, COMPENSATION): "CompensationEventActivityBehavior",
    (Position.END, ERROR): "ErrorEndEventActivityBehavior",
    (Position.END, CANCEL): "CancelEndEventActivityBehavior",
    (Position.END, TERMINATE): "TerminateEndEventActivityBehavior",
}
#: Those whose instances the vendor's engine can migrate; all others only while a job of theirs waits.
_SUPPORTED = frozenset(
    {
        *("SubProcessActivityBehavior", "UserTaskActivityBehavior", "BoundaryEventActivityBehavior"),
        *("ParallelMultiInstanceActivityBehavior", "SequentialMultiInstanceActivityBehavior"),
        *("ReceiveTaskActivityBehavior", "CallActivityBehavior", "IntermediateCatchEventActivityBehavior"),
        *("EventBasedGatewayActivityBehavior", "EventSubProcessActivityBehavior", "ExternalTaskActivityBehavior"),
        *("EventSubProcessStartEventActivityBehavior", "ParallelGatewayActivityBehavior"),
        *("InclusiveGatewayActivityBehavior", "IntermediateConditionalEventBehavior"),
        *("BoundaryConditionalEventActivityBehavior", "EventSubProcessStartConditionalEventActivityBehavior"),
    }
)
_SUBPROCESSES = frozenset({"SubProcessActivityBehavior", "EventSubProcessActivityBehavior"})


def name_of(node: Node) -> str:
    """The class of the vendor's engine that carries a node out."""
    behaviour = node.behaviour
    if behaviour is MULTI_INSTANCE:
        return f"{'Sequential' if loop_of(node).sequential else 'Parallel'}MultiInstanceActivityBehavior"
    if behaviour is TASK:
        return _TASKS.get(node.element, "TaskActivityBehavior")
    if isinstance(behaviour, EventElement) and isinstance(node.settings, Event):
        found = _OF_EVENTS.get((behaviour.position, node.settings.definition))
        return found or _OF_POSITIONS[behaviour.position]
    return _NAMES.get(behaviour, type(behaviour).__name__)


def alike(one: Node, other: Node) -> bool:
    """Whether instances of one can become instances of the other."""
    names = {name_of(one), name_of(other)}
    return len(names) == 1 or names == _SUBPROCESSES


def is_supported(node: Node) -> bool:
    """Whether instances of it can be migrated."""
    return name_of(node) in _SUPPORTED
