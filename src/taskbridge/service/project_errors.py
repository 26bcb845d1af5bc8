"""The situations in which something cannot be done to tasks, projects and what they are made of; for all dialects."""

from enum import StrEnum

from taskbridge.service.errors import ServiceError


class Cause(StrEnum):
    """Why a step is not somebody's to do."""

    CLAIMED = "claimed by somebody else"
    NOT_ASSIGNED = "not assigned to the user"
    NOT_IN_WORKGROUP = "the user is not in the project's workgroup"


class NotEligible(ServiceError):
    """The current step of a task is not the user's to do; ``action`` is what the user wanted."""

    def __init__(self, action: str, task_id: int, cause: Cause) -> None:
        super().__init__(f"no {action} of task {task_id}: {cause}")
        self.action = action
        self.task_id = task_id
        self.cause = cause


class NotClaimed(ServiceError):
    """Nobody has claimed the task."""

    def __init__(self, task_id: int) -> None:
        super().__init__(f"task {task_id} is not claimed")
        self.task_id = task_id


class NotAssignable(ServiceError):
    """The current step is not one that people do."""

    def __init__(self, step_id: int, name: str) -> None:
        super().__init__(f"step {name} ({step_id}) is not one that people do")
        self.step_id = step_id
        self.name = name


class NoSuchTransition(ServiceError):
    """The transition does not lead out of where the task, or any task of the project, stands."""

    def __init__(self, kind: str, transition: int) -> None:
        super().__init__(f"{transition} is no transition out of where the {kind} stands")
        self.kind = kind
        self.transition = transition


class AlreadyCancelled(ServiceError):
    """The task was cancelled before."""

    def __init__(self, task_id: int) -> None:
        super().__init__(f"task {task_id} is cancelled")
        self.task_id = task_id


class Inactive(ServiceError):
    """The task or project is over."""

    def __init__(self, kind: str, identifier: int) -> None:
        super().__init__(f"{kind} {identifier} is over")
        self.kind = kind
        self.identifier = identifier


class NothingFailed(ServiceError):
    """No automatic step of the task or project has failed for good."""

    def __init__(self, kind: str, identifier: int) -> None:
        super().__init__(f"no step of {kind} {identifier} has failed")
        self.kind = kind
        self.identifier = identifier


class Unfit(ServiceError):
    """Something that was named does not exist or does not fit; ``part`` tells which of the things named."""

    def __init__(self, part: str, identifier: object = None) -> None:
        super().__init__(f"{part} {identifier} does not fit")
        self.part = part
        self.identifier = identifier
