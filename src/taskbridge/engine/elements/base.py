"""What every BPMN element's module says of it: its names, its vocabulary, and what a token does there.

An element is one module: a subclass of ``Element`` and its one instance, which ``registry`` collects. Nothing else in
the program has a list of elements; whoever asks about a node asks its ``behaviour``.
"""

from collections.abc import Sequence
from typing import ClassVar

from taskbridge.engine import conditions, leaving, listening
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.graph import Flow, JobDeclaration, Node
from taskbridge.engine.mappings import run_inputs, run_outputs
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.reading import Reading, draft
from taskbridge.engine.state import Activity, ForEvent
from taskbridge.engine.vocabulary import Vocabulary
from taskbridge.kinds import ActivityKind, ActivityState

#: The type of jobs that let a token go on, as the vendor's API names it.
CONTINUATION = "async-continuation"


class Behaviour:
    """What a token does at a node, and what others may know of such nodes."""

    is_start: ClassVar[bool] = False  # an instance, or a subprocess, may begin here
    is_end: ClassVar[bool] = False  # a path ends here: nothing may lead out
    is_boundary: ClassVar[bool] = False  # it hangs on an activity: nothing may lead in
    is_scope: ClassVar[bool] = False  # it has nodes of its own inside
    takes_along: ClassVar[bool] = False  # what was done in it is compensated with it once it is left
    begins_by_event: ClassVar[bool] = False  # an event in the scope around it begins it: no flow leads in or out
    hosts_boundaries: ClassVar[bool] = False  # boundary events may hang on it
    awaits_next: ClassVar[bool] = False  # it waits for the events that stand behind it
    subscribes: ClassVar[bool] = False  # it may wait for an event by itself
    joins_by_reach: ClassVar[bool] = False  # tokens wait here as long as others can still come
    calls: ClassVar[bool] = False  # another process does its work
    is_exclusive: ClassVar[bool] = False  # one flow is taken, which a doer of the task before may choose
    for_people: ClassVar[bool] = False  # work that people do
    for_workers: ClassVar[bool] = False  # work that programs do
    for_events: ClassVar[bool] = False  # a token waits here for an event, which is no work

    @property
    def is_step(self) -> bool:
        """Whether it is work, for people or for workers."""
        return self.for_people or self.for_workers

    def enter(self, movement: Movement, token: Token) -> None:
        """A token comes to the node."""
        raise NotImplementedError

    def wait_before(self, movement: Movement, token: Token) -> None:
        """A token comes to the node, and waits for its asynchronous continuation before it enters."""
        movement.continue_later(token.node, token.scope_id, token.flow, after=False, loop=token.loop)

    def arm(self, movement: Movement, host: Activity | None, node: Node) -> None:
        """Let an activity, or the instance (None), wait for the node, which stands in ``Node.armed``."""
        raise NotImplementedError

    def triggered(self, movement: Movement, host: Activity | None, node: Node) -> None:
        """What an activity, or the instance (None), waited for at the node has happened, or was thrown to it."""
        raise NotImplementedError

    def is_over(self, _movement: Movement, _scope: Activity) -> bool:
        """The last token that lived in a scope at the node has ended: whether the scope is left now."""
        return True

    def ways(self, movement: Movement, node: Node, scope_id: int, activity: Activity | None) -> Sequence[Flow]:
        """The flows that a token takes out of the node; empty where none leads out.

        Conditions see what the process sees of ``activity`` where the node is one, which has not run its output mapping
        yet. Raises NoOutgoingFlow, ExpressionError.
        """
        return leaving.all_that_hold(movement, node, scope_id, activity)

    def left_empty(self, _movement: Movement, _node: Node, _scope: Activity) -> bool:
        """The last token in a scope of the node is gone; whether it is left in a way of its own, not by its flows."""
        return False

    def type_of(self, node: Node) -> str:
        """What the vendor's API calls such a node: mostly the name of the BPMN element."""
        return node.element

    def jobs(self, node: Node) -> list[JobDeclaration]:
        """The jobs that the node may come to have: its asynchronous continuations, and what it waits for."""
        if node.job is None:
            return []
        asked = {"async-before": node.job.before, "async-after": node.job.after}
        return [JobDeclaration(node.id, CONTINUATION, where) for where, wanted in asked.items() if wanted]

    def awaited_to_start(self, _node: Node) -> ForEvent | None:
        """What lets an instance begin at the node, beside being started by its key; None for nothing."""
        return None

    def subscribes_at(self, _node: Node) -> bool:
        """Whether an instance may come to wait for an event or a condition at the node."""
        return self.subscribes

    def has_execution(self, _node: Node) -> bool:
        """Whether the vendor gives every instance of the activity an execution, beside what its place asks for."""
        return self.is_scope or self.for_workers or self.calls

    def escalates(self, _node: Node) -> bool:
        """Whether escalations may come out of the activity."""
        return self.is_scope or self.for_people or self.calls

    def faults(self, _node: Node) -> list[str]:
        """What is wrong with a node together with its flows, in the vendor's words."""
        return []


class Element(Behaviour):
    """A BPMN element that may stand in a process."""

    names: ClassVar[tuple[str, ...]]
    vocabulary: ClassVar[Vocabulary]

    def read(self, reading: Reading, element: XmlElement, scope: str | None) -> Node:
        """The node of an element, without what ties it to others."""
        return draft(reading, element, scope, self, self.vocabulary)


def pass_by(movement: Movement, token: Token) -> None:
    """Leave a node as soon as it is entered."""
    if token.node.listeners is not None:
        leave_with_mappings(movement, token, fleeting(movement, token))
        return
    movement.passed(token.node.id, token.scope_id)
    movement.left = token.loop
    leaving.leave(movement, token.node, token.scope_id)


def begin_activity(movement: Movement, token: Token, kind: ActivityKind) -> Activity:
    """An activity at the token's node, with its input parameters and what listeners do; ``begin`` lets it live."""
    activity = Activity(movement.new_id(), token.scope_id, token.node.id, kind)
    if token.loop is not None:
        activity.variables.put_all(token.loop)
    run_inputs(movement, token.node, activity)
    if token.node.listeners is not None:
        listen(movement, token.node, activity)
    return activity


def begin(movement: Movement, activity: Activity) -> bool:
    """Let an activity begin; whether it goes on, for a condition that holds already may end it at once."""
    if activity.state >= ActivityState.DONE:
        movement.passed(activity.node_id, activity.scope_id, cancelled=True)
        return False
    movement.create(activity)
    return not movement.process.conditional or conditions.begun(movement, activity)


def fleeting(movement: Movement, token: Token) -> Activity:
    """A scope for the input parameters of a node that never waits: it needs no id, for nothing can refer to it.

    It is cancelled where a condition has ended it at once.
    """
    activity = Activity(0, token.scope_id, token.node.id, ActivityKind.SCOPE)
    if token.loop is not None:
        activity.variables.put_all(token.loop)
    run_inputs(movement, token.node, activity)
    if token.node.listeners is not None:
        listen(movement, token.node, activity)
    return activity


def listen(movement: Movement, node: Node, activity: Activity) -> None:
    """Evaluate the listeners of an activity that is about to begin; one that a condition ends at once is cancelled."""
    if not listening.started(movement, node, activity):
        listening.ended(movement, node, activity, cancelled=True)
        run_outputs(movement, node, activity)
        activity.state = ActivityState.CANCELLED


def leave_with_mappings(movement: Movement, token: Token, activity: Activity) -> None:
    """Leave a node that never waits; its output parameters are computed in ``activity``, which has its inputs."""
    node = token.node
    if activity.state >= ActivityState.DONE:
        movement.passed(node.id, token.scope_id, cancelled=True)
        return
    movement.passed(node.id, token.scope_id)
    flows = leaving.chosen(movement, node, token.scope_id, activity)
    if node.listeners is not None:
        listening.ended(movement, node, activity)
    run_outputs(movement, node, activity)
    if node.loop_variables:
        movement.left = leaving.what_stays(node, activity)
    leaving.go(movement, node, flows, token.scope_id)
