"""The situations a request can end in, named once for all dialects. Each carries its facts; dialects find the words.

Every exception's docstring is its meaning. None of them leaves a change behind: the unit of work is rolled back.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from taskbridge.engine.migrating.checking import Fault
from taskbridge.engine.migrating.plan import Instruction, Plan


class ServiceError(Exception):
    """A request that cannot be carried out."""


class NotFound(ServiceError):
    """Nothing of that kind has that id (or it is no longer alive)."""

    def __init__(self, kind: str, identifier: object) -> None:
        super().__init__(f"{kind} {identifier} does not exist")
        self.kind = kind
        self.identifier = identifier


class LockedByAnother(ServiceError):
    """The worker is not the one who holds, or held last, the lock of the external task."""

    def __init__(self, task_id: int, worker: str, owner: str | None) -> None:
        super().__init__(f"external task {task_id} is locked by {owner}, not by {worker}")
        self.task_id = task_id
        self.worker = worker
        self.owner = owner


class LockExpired(ServiceError):
    """A lock that has run out cannot be extended."""

    def __init__(self, task_id: int, now: int) -> None:
        super().__init__(f"the lock of external task {task_id} has expired")
        self.task_id = task_id
        self.now = now


class Suspended(ServiceError):
    """The definition, instance or task is suspended."""

    def __init__(self, kind: str, identifier: int) -> None:
        super().__init__(f"{kind} {identifier} is suspended")
        self.kind = kind
        self.identifier = identifier


class CallerSuspended(Suspended):
    """What has called an instance that ends is suspended; ``identifier`` is that of the activity that has called it."""


class NoActivity(ServiceError):
    """The execution stands at no activity: others have what is in it."""

    def __init__(self, execution_id: int) -> None:
        super().__init__(f"execution {execution_id} has no current activity")
        self.execution_id = execution_id


class NotSubscribed(ServiceError):
    """The execution waits for no message of that name; ``of_instance`` where it is that of a process instance."""

    def __init__(self, execution_id: int, name: str | None, *, of_instance: bool = False) -> None:
        super().__init__(f"execution {execution_id} waits for no message {name!r}")
        self.execution_id = execution_id
        self.name = name
        self.of_instance = of_instance


class SeveralSubscriptions(NotSubscribed):
    """A message without a name is for what waits for one message only, and this execution waits for several."""


class NotResolvable(ServiceError):
    """Incidents of that type are resolved by giving retries to what failed."""

    def __init__(self, type_: str) -> None:
        super().__init__(f"an incident of type {type_} cannot be resolved by itself")
        self.type = type_


class AlreadyClaimed(ServiceError):
    """Somebody else has claimed the user task."""

    def __init__(self, task_id: int, assignee: str) -> None:
        super().__init__(f"task {task_id} is claimed by {assignee}")
        self.task_id = task_id
        self.assignee = assignee


class DelegationPending(ServiceError):
    """A delegated task must be resolved before it can be completed."""

    def __init__(self, task_id: int) -> None:
        super().__init__(f"task {task_id} is delegated and not resolved")
        self.task_id = task_id


class AlreadyEnded(ServiceError):
    """It is over, and what is over cannot be changed."""

    def __init__(self, kind: str, identifier: int) -> None:
        super().__init__(f"{kind} {identifier} has ended")
        self.kind = kind
        self.identifier = identifier


class AlreadyDeferred(ServiceError):
    """The task is put off already."""

    def __init__(self, task_id: int) -> None:
        super().__init__(f"task {task_id} is put off already")
        self.task_id = task_id


class NotDeferred(ServiceError):
    """The task is not put off."""

    def __init__(self, task_id: int) -> None:
        super().__init__(f"task {task_id} is not put off")
        self.task_id = task_id


class NotATransition(ServiceError):
    """What is named as the way out of a task is none of its process."""

    def __init__(self, task_id: int, number: int) -> None:
        super().__init__(f"{number} is no transition of task {task_id}")
        self.task_id = task_id
        self.number = number


class AssignmentMisfit(ServiceError):
    """The next task wants to be told who does it, must not be told, or does not exist."""

    def __init__(self, task_id: int, reason: str) -> None:
        super().__init__(f"after task {task_id}: {reason}")
        self.task_id = task_id
        self.reason = reason


class Refused(ServiceError):
    """The user may not do this; ``action`` and ``kind`` tell what to what."""

    def __init__(self, action: str, kind: str, identifier: object) -> None:
        super().__init__(f"no right to {action} {kind} {identifier}")
        self.action = action
        self.kind = kind
        self.identifier = identifier


class OtherNetwork(Refused):
    """It belongs to another network than the user."""


class AlreadyThere(ServiceError):
    """It is there already."""

    def __init__(self, kind: str, identifier: object) -> None:
        super().__init__(f"{kind} {identifier} is there already")
        self.kind = kind
        self.identifier = identifier


class EmptyPassword(ServiceError):
    """Nobody may sign in with an empty password."""

    def __init__(self) -> None:
        super().__init__("a password must not be empty")


class UnfitName(ServiceError):
    """Nobody could sign in with such a name, or no group may have it."""

    def __init__(self, kind: str, name: str, reason: str) -> None:
        super().__init__(f"{name!r} cannot be the name of a {kind}: {reason}")
        self.kind = kind
        self.name = name


class TokenExpired(ServiceError):
    """The token was good once; its time is over."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"the {kind} token has expired")
        self.kind = kind


class RunningInstances(ServiceError):
    """A definition cannot go while instances of it run."""

    def __init__(self, definition: str, count: int) -> None:
        super().__init__(f"{count} instances of {definition} are running")
        self.definition = definition
        self.count = count


class NotModifiable(ServiceError):
    """No living process instance has that id; ``shown`` is the id as the client wrote it."""

    def __init__(self, shown: str) -> None:
        super().__init__(f"process instance {shown} cannot be modified, for it does not exist")
        self.shown = shown


class NothingToRestart(ServiceError):
    """No process instance, alive or ended, has that id."""

    def __init__(self, shown: str) -> None:
        super().__init__(f"process instance {shown} cannot be restarted, for it does not exist")


class NotEnded(ServiceError):
    """Only an instance that has ended can be restarted."""

    def __init__(self, shown: str) -> None:
        super().__init__(f"process instance {shown} cannot be restarted, for it has not ended")
        self.shown = shown


class OtherDefinition(ServiceError):
    """A bulk operation is about the instances of one definition, and this is one of another.

    ``kind`` is the operation: "modification" or "restart". Definitions are given as ``key:version:id``.
    """

    def __init__(self, kind: str, shown: str, own: str, given: str) -> None:
        super().__init__(f"process instance {shown} is one of {own}, not of {given}")
        self.kind = kind
        self.shown = shown
        self.own = own
        self.given = given


class NotATimer(ServiceError):
    """Only a timer can say anew when it is due. ``payload`` is the job's, which its type explains."""

    def __init__(self, job_id: int, type_: str, payload: Mapping[str, Any]) -> None:
        super().__init__(f"job {job_id} is not a timer")
        self.job_id = job_id
        self.type = type_
        self.payload = payload


class NoStart(ServiceError):
    """The process has no start event at which it begins where none is named. ``name`` is None where it has none."""

    def __init__(self, key: str, name: str | None = None) -> None:
        super().__init__(f"process '{key}' has no none start event")
        self.key = key
        self.name = name


class NoConditionalStarts(ServiceError):
    """No process that is meant has a conditional start event."""

    def __init__(self) -> None:
        super().__init__("there are no conditional start events")


class NotConditional(ServiceError):
    """The definition, written as key:version:id, has no conditional start event."""

    def __init__(self, definition: str) -> None:
        super().__init__(f"process definition {definition} has no conditional start event")
        self.definition = definition


class NoReceiver(ServiceError):
    """Nothing waits for a message, and nothing begins with it, that fits what it names."""

    def __init__(self, message: str | None) -> None:
        super().__init__(f"nothing fits message {message!r}")
        self.message_name = message


class AmbiguousMessage(ServiceError):
    """A message that is for one fits several: executions, or else definitions."""

    def __init__(self, message: str | None, count: int, *, of_definitions: bool = False) -> None:
        super().__init__(f"{count} {'definitions' if of_definitions else 'executions'} fit message {message!r}")
        self.message_name = message
        self.count = count
        self.of_definitions = of_definitions


class MessageTaken(ServiceError):
    """A message may start instances of one process only, and it starts those of another already."""

    def __init__(self, key: str, message: str, resource: str) -> None:
        text = f"process '{key}' cannot be started by message '{message}', which starts another process"
        super().__init__(f"{resource}: {text}")
        self.key = key
        self.message_name = message
        self.resource = resource


class SignalNotAwaited(ServiceError):
    """An execution does not wait for the signal that it is to get."""

    def __init__(self, execution_id: int, signal: str) -> None:
        super().__init__(f"execution {execution_id} does not wait for signal '{signal}'")
        self.signal = signal


class ShuttingDown(ServiceError):
    """The program is about to end, and a request that would only wait is sent away."""


class TooManyWaiting(ServiceError):
    """As many requests wait as are allowed to."""


class TooManyAttempts(ServiceError):
    """So many log-ins fail or wait that this one is not even tried. ``seconds`` is when to try again."""

    def __init__(self, milliseconds: int) -> None:
        self.seconds = max(1, -(-milliseconds // 1000))
        super().__init__(f"too many attempts to log in; try again in {self.seconds} s")


class InvalidModels(ServiceError):
    """A deployment holds BPMN that cannot be run; ``problems`` lists them by resource name."""

    def __init__(self, problems: dict[str, list["ModelProblem"]]) -> None:
        super().__init__(
            "; ".join(f"{name}: {problem.message}" for name, found in problems.items() for problem in found)
        )
        self.problems = problems


class ModelProblem:
    """One fault of a model: text, place, and the element it is about."""

    __slots__ = ("column", "element_id", "line", "message")

    def __init__(self, message: str, line: int, column: int, element_id: str | None) -> None:
        self.message = message
        self.line = line
        self.column = column
        self.element_id = element_id


class InvalidPlan(ServiceError):
    """A plan of a migration that cannot be carried out for any instance.

    ``failures`` has what is wrong with each instruction that is not valid, ``variables`` with those of the plan;
    ``names`` are the ids of both definitions as clients know them.
    """

    def __init__(
        self,
        plan: Plan,
        failures: Sequence[tuple[Instruction, Sequence[str]]],
        variables: Mapping[str, Sequence[str]],
        names: tuple[str, str],
    ) -> None:
        super().__init__(f"a plan from definition {plan.source_id} to {plan.target_id} is not valid")
        self.plan = plan
        self.names = names
        self.failures = failures
        self.variables = variables


class CannotMigrate(ServiceError):
    """An instance in which something stands where the plan does not lead on.

    ``definition`` is the id of its definition as clients know it.
    """

    def __init__(self, instance_id: int, definition: str, faults: Sequence[Fault]) -> None:
        super().__init__(f"process instance {instance_id} cannot be migrated")
        self.instance_id = instance_id
        self.definition = definition
        self.faults = faults


class NotOfDefinition(ServiceError):
    """An instance of another definition than that which the plan leads away from."""

    def __init__(self, instance_id: int, definition: str, source: str) -> None:
        super().__init__(f"process instance {instance_id} is none of definition {source}")
        self.instance_id = instance_id
        self.definition = definition
        self.source = source


class NothingToMigrate(ServiceError):
    """There is no living instance of that id to be migrated."""

    def __init__(self, instance_id: int) -> None:
        super().__init__(f"process instance {instance_id} does not exist")
        self.instance_id = instance_id


class OfOtherTenant(ServiceError):
    """A plan leads from the definition of one tenant to that of another."""

    def __init__(self, tenant: str, other: str) -> None:
        super().__init__(f"instances of tenant {tenant!r} cannot be migrated to tenant {other!r}")
        self.tenant = tenant
        self.other = other


class WithoutTenant(ServiceError):
    """An instance without tenant is to be migrated to the definition of a tenant."""

    def __init__(self, instance_id: int, other: str) -> None:
        super().__init__(f"process instance {instance_id} without tenant cannot be migrated to tenant {other!r}")
        self.instance_id = instance_id
        self.other = other
