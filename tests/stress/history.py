"""What the clients sent and what they were answered: the history that the checker judges with the final database.

A marker is the name of a variable that one delivery brings and no other, so that the database tells who has got it.
"""

from collections import Counter
from dataclasses import dataclass, field

from tests.crash.history import History as WorkHistory
from tests.crash.history import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Operation):
    """A message or a signal. ``business_key`` or ``instance`` (its id) where it is meant for one instance.

    ``receivers`` are the ids of the instances that the answer names, each as often as it does; None where it has none.
    """

    kind: str
    name: str
    marker: str
    business_key: str | None = None
    instance: int | None = None
    receivers: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Operation):
    """A process instance was asked for, by the key of its process or by a message. Its business key is its own."""

    business_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation(Operation):
    """A process instance was to be deleted."""

    instance: int


@dataclass
class History:
    """All operations by kind, in no order. ``surprises``: answers that are never right; must stay empty."""

    work: WorkHistory = field(default_factory=WorkHistory)
    starts: list[Start] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    cancellations: list[Cancellation] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    #: Requests and answers by what was asked and the status.
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
