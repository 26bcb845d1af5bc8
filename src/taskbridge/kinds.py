"""The numbers that rows carry for kinds and states, and the SQL conditions built of them.

Engine and store may both know this module; it knows neither. The numbers are stored: none may ever change. Conditions
are repeated to the letter wherever a partial index is meant to serve a query.
"""

from enum import IntEnum, IntFlag


class ActivityKind(IntEnum):
    """What an activity instance row is."""

    USER = 1
    EXTERNAL = 2
    SCOPE = 3
    EVENT = 4  # an event that was reached and waits to be triggered
    CONTINUATION = 5  # a token that waits for its asynchronous continuation; the vendor's transition instance
    CALL = 6  # an activity that has called another process
    ENDED = 7  # an instance of a multi-instance activity that has ended before the others; shown as a transition too


class ActivityState(IntEnum):
    """Where an activity instance stands. OPEN and SUSPENDED are alive."""

    OPEN = 0
    SUSPENDED = 1
    DONE = 2
    CANCELLED = 3


class InstanceState(IntEnum):
    """Where a process instance stands. ACTIVE and SUSPENDED are alive."""

    ACTIVE = 0
    SUSPENDED = 1
    COMPLETED = 2
    EXTERNALLY_TERMINATED = 3
    INTERNALLY_TERMINATED = 4


class Handling(IntFlag):
    """What becomes of the parts of a model that the vendor's engine carries out itself, most of them in Java.

    PLAIN refuses them. WORKERS makes external tasks of work, WITHOUT_JAVA_LISTENERS leaves out listeners, JAVASCRIPT
    lets scripts in that language run.
    """

    PLAIN = 0
    WORKERS = 1
    WITHOUT_JAVA_LISTENERS = 2
    JAVASCRIPT = 4


#: Kinds that are work of people or workers.
TASKS = (ActivityKind.USER, ActivityKind.EXTERNAL)
#: Kinds that are no activity instances: their tokens are before or behind one.
WITHOUT_ACTIVITY = (ActivityKind.CONTINUATION, ActivityKind.ENDED)
#: Kinds that wait for nothing but what is armed on them.
WAITING_ONLY = (ActivityKind.EVENT, ActivityKind.CONTINUATION)


class Conditions:
    """SQL conditions on the columns ``kind`` and ``state`` of a table or alias; of the only table where none is named.

    ``alive`` fits process instances too, all others are about activity instances.
    """

    __slots__ = (
        "alive",
        "external_task_alive",
        "fetchable",
        "no_scope",
        "no_user_task",
        "over",
        "step",
        "token",
        "user_task",
        "user_task_alive",
        "user_task_over",
    )

    def __init__(self, table: str = "") -> None:
        of = f"{table}." if table else ""
        self.alive = f"{of}state < {ActivityState.DONE}"
        self.over = f"{of}state >= {ActivityState.DONE}"
        self.user_task = f"{of}kind < {ActivityKind.EXTERNAL}"
        #: Where a token stays: at work of people or workers, or at an event.
        self.step = f"{of}kind IN ({ActivityKind.USER}, {ActivityKind.EXTERNAL}, {ActivityKind.EVENT})"
        self.no_scope = f"{of}kind <> {ActivityKind.SCOPE}"
        #: What holds a token: neither a scope, which only holds others, nor what has ended.
        self.token = f"{of}kind NOT IN ({ActivityKind.SCOPE}, {ActivityKind.ENDED})"
        self.no_user_task = f"{of}kind <> {ActivityKind.USER}"
        self.user_task_alive = f"{of}kind = {ActivityKind.USER} AND {self.alive}"
        self.user_task_over = f"{of}kind = {ActivityKind.USER} AND {self.over}"
        self.external_task_alive = f"{of}kind = {ActivityKind.EXTERNAL} AND {self.alive}"
        #: What a worker may be handed: alive, not suspended, retries left.
        self.fetchable = (
            f"{of}kind = {ActivityKind.EXTERNAL} AND {of}state = {ActivityState.OPEN}"
            f" AND ({of}retries IS NULL OR {of}retries > 0)"
        )


ROW = Conditions()
ACTIVITY_ROW = Conditions("activity_instance")
INSTANCE_ROW = Conditions("process_instance")
