"""What can go wrong while a process is read or moves. Named situations with their facts; dialects find the words.

Calls nothing; raised by the engine, met by services and dialects.
"""

from collections.abc import Sequence
from typing import NamedTuple

from taskbridge.engine.notes import Note
from taskbridge.engine.problem_kinds import Kind
from taskbridge.kinds import Handling


class Problem(NamedTuple):
    """One fault of a BPMN file. Line and column count from 1 and point at the element's start tag.

    ``remedy`` is the way of reading the file in which it is none.
    """

    message: str
    line: int
    column: int
    element_id: str | None  # the element's own id, else that of the nearest element around it that has one
    kind: Kind = Kind.MISTAKE
    remedy: Handling = Handling.PLAIN


class BpmnError(Exception):
    """A BPMN file that cannot be run; ``problems`` lists every fault found in it, in document order.

    ``notes`` lists what was ignored in the file beside them.
    """

    def __init__(self, problems: Sequence[Problem], resource_name: str = "", notes: Sequence[Note] = ()) -> None:
        places = (f"{resource_name}:{problem.line}:{problem.column}: {problem.message}" for problem in problems)
        super().__init__("; ".join(places))
        self.problems = list(problems)
        self.notes = list(notes)
        self.resource_name = resource_name


class EngineError(Exception):
    """The process cannot continue; the command is rolled back. ``node_id`` is where, if that is known."""

    node_id: str | None = None


class UnreadableModel(EngineError):
    """A process that was deployed by another version cannot be read by this one."""

    def __init__(self, resource_name: str, key: str, reason: str) -> None:
        super().__init__(f"process '{key}' of '{resource_name}' cannot be read by this version: {reason}")
        self.resource_name = resource_name
        self.key = key


class UncaughtEscalation(EngineError):
    """Somebody escalates from an activity, and nothing catches the escalation."""

    def __init__(self, node_id: str, code: str) -> None:
        super().__init__(f"nothing catches the escalation '{code}' of '{node_id}'")
        self.node_id = node_id
        self.code = code


class NoOutgoingFlow(EngineError):
    """No sequence flow of a node can be taken."""

    def __init__(self, node_id: str) -> None:
        super().__init__(f"no outgoing sequence flow of '{node_id}' can be taken")
        self.node_id = node_id


class NoConditionHolds(NoOutgoingFlow):
    """The same of a node that is no gateway: every flow out of it has a condition, and none holds."""


class NoDefaultFlow(EngineError):
    """The default flow of a multi-instance activity is looked for where an instance ends, and none leads out there."""

    def __init__(self, node_id: str, flow: str) -> None:
        super().__init__(f"the default flow '{flow}' does not lead out of an instance of '{node_id}'")
        self.node_id = node_id
        self.flow = flow


class NothingCatchesCancel(EngineError):
    """A transaction is cancelled that has no cancel boundary event."""

    def __init__(self, node_id: str) -> None:
        super().__init__(f"nothing catches the cancellation at '{node_id}'")
        self.node_id = node_id


class UnknownTransition(EngineError):
    """A completion names a transition that does not lead out of the task."""

    def __init__(self, node_id: str, transition: str) -> None:
        super().__init__(f"'{transition}' is no transition of '{node_id}'")
        self.node_id = node_id
        self.transition = transition


class UnknownProcess(EngineError):
    """A process is called that is not there, at least not in the version that is asked for.

    ``asked`` says what it was looked for by, in the vendor's words.
    """

    def __init__(self, node_id: str, asked: str) -> None:
        super().__init__(f"no processes deployed with key {asked}: processDefinition is null")
        self.node_id = node_id


class SeveralProcesses(EngineError):
    """A process is called by a version tag that several versions have."""

    def __init__(self, node_id: str, key: str, version_tag: str | None, count: int) -> None:
        super().__init__(
            f"ENGINE-03045 There are '{count}' results for a process definition with key '{key}', "
            f"versionTag '{version_tag}' and tenant-id '{{}}'."
        )
        self.node_id = node_id


class NotAVersion(EngineError):
    """The version of a called process is neither a whole number nor a text."""

    def __init__(self, node_id: str, value: str) -> None:
        super().__init__(f"It is not possible to transform '{value}' into an integer.")
        self.node_id = node_id


class UnreadableVersion(EngineError):
    """The version of a called process is a text that is no whole number."""

    def __init__(self, node_id: str, value: str) -> None:
        super().__init__(f'For input string: "{value}"')
        self.node_id = node_id


class NotANumber(EngineError):
    """A priority expression yields something that is not a whole number."""

    def __init__(self, node_id: str) -> None:
        super().__init__(f"the priority of '{node_id}' is not a whole number")
        self.node_id = node_id


class NotAnInteger(EngineError):
    """A text that says how many instances an activity has is no whole number of 32 bits."""

    def __init__(self, node_id: str, text: str) -> None:
        super().__init__(f'For input string: "{text[:200]}"')
        self.node_id = node_id


class TooFewElements(EngineError):
    """An activity has more instances than its collection has elements."""

    def __init__(self, node_id: str) -> None:
        super().__init__(f"'{node_id}' has more instances than its collection has elements")
        self.node_id = node_id


class InvalidDate(EngineError):
    """A due or follow-up date expression yields something that is neither a date nor an ISO 8601 text."""

    def __init__(self, node_id: str, value: str) -> None:
        super().__init__(f"'{value}' at '{node_id}' is not a date")
        self.node_id = node_id
        self.value = value


class InvalidTimer(EngineError):
    """A timer has no moment at which it could fall due. ``exception`` is the vendor's class of the error."""

    def __init__(self, node_id: str, message: str, exception: str) -> None:
        super().__init__(message)
        self.node_id = node_id
        self.exception = exception


class NameTooLong(EngineError):
    """A message or signal is waited for by a name of more characters than a subscription holds."""

    def __init__(self, node_id: str, limit: int) -> None:
        super().__init__(f"the name of the message or signal at '{node_id}' has more than {limit} characters")
        self.node_id = node_id
        self.limit = limit


class NothingToUpdate(EngineError):
    """A migration is to make anew what is waited for, where the new process waits for something of another kind."""

    def __init__(self, node_id: str) -> None:
        super().__init__(f"'{node_id}' waits for something else in the process that the instance goes to")
        self.node_id = node_id


class TakesNoSignals(EngineError):
    """What stands at the node waits for something else than being signalled."""

    def __init__(self, node_id: str) -> None:
        super().__init__(f"'{node_id}' takes no signals")
        self.node_id = node_id


class TooManySteps(EngineError):
    """Automatic nodes run in a circle without ever waiting."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} steps without a wait state")
        self.limit = limit


class TransientConflict(EngineError):
    """A transient variable would replace a stored one, or the other way round."""

    def __init__(self, name: str) -> None:
        super().__init__(f"variable '{name}' is transient in one place and stored in another")
        self.name = name


class DiagramTooLarge(EngineError):
    """A diagram has more on it than anybody could see; it is not drawn."""
