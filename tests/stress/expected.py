"""What the models of this folder promise: which rows of the history belong to an event, and what stands behind a join.

A row of ``activity_instance`` tells of an event in one of two ways. What waits by itself (a catch event, a receive
task) is done once the event has happened; behind a boundary event or in an event subprocess an activity begins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FILES = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Event:
    """Something that is sent, and the node whose rows tell how often it has happened.

    ``waits``: the rows are those of what waits, and count only where they are done; else every row counts.
    """

    name: str
    node: str
    waits: bool = False
    #: Whether it can happen again and again, beside everything else.
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Join:
    """A join: the node behind it, and for each branch the activities one of which is done when a token arrives."""

    behind: str
    branches: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A node that waits for the first of several events; only one of ``outcomes`` is done for each of its rows."""

    node: str
    outcomes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Model:
    """A process. ``starts``: messages that begin an instance of it."""

    messages: Sequence[Event] = ()
    signals: Sequence[Event] = ()
    joins: Sequence[Join] = ()
    choices: Sequence[Choice] = ()
    starts: Sequence[str] = ()
    #: Activities that may be there once only, for what leads to them is interrupted by it or happens once.
    once: frozenset[str] = field(default_factory=frozenset)


MODELS: Mapping[str, Model] = {
    "StressOrders": Model(
        messages=(
            Event("payment", "payment", waits=True),
            Event("change", "repack"),
            Event("ask", "asked", goes_on=True),
            Event("note", "note", goes_on=True),
            Event("stop", "stop"),
        ),
        joins=(Join("check", (("payment", "remind"), ("pack", "repack"), ("waiting",))),),
        starts=("order",),
        once=frozenset({"payment", "remind", "pack", "repack", "waiting", "check", "stop", "refund"}),
    ),
    "StressRounds": Model(
        messages=(
            Event("left", "left", waits=True),
            Event("right", "right", waits=True),
            Event("extra", "extra", goes_on=True),
        ),
        joins=(Join("behind", (("left",), ("right",), ("work",))),),
    ),
    "StressChoices": Model(
        messages=(Event("answer", "answer", waits=True), Event("refusal", "refusal", waits=True)),
        choices=(Choice("first", ("answer", "refusal", "pause")),),
    ),
    "StressNested": Model(
        messages=(
            Event("hear", "hear", waits=True),
            Event("break", "broken"),
            Event("hint", "hinted", goes_on=True),
            Event("abort", "aborted"),
            Event("poke", "poke", goes_on=True),
        ),
        joins=(Join("inner", (("approve",), ("hear",))),),
        once=frozenset({"outer", "inner", "approve", "hear", "think", "broken", "expired", "aborted"}),
    ),
    "StressWaves": Model(
        signals=(Event("wave", "wave", waits=True), Event("surge", "surged"), Event("pulse", "pulse", goes_on=True)),
        joins=(Join("behind", (("wave",), ("wade",), ("watch", "surged"))),),
    ),
    "StressThrowers": Model(
        joins=(Join("thrown", (("go",), ("early",))),),
        once=frozenset({"go", "early", "thrown"}),
    ),
    "StressStarted": Model(once=frozenset({"began"})),
}
#: The process whose end starts another one by a signal, and the activity that is done before.
STARTING, LAST_OF_STARTING, STARTED = "StressThrowers", "thrown", "StressStarted"


def model_of(business_key: str | None) -> str | None:
    """The key of the process of an instance, which begins its business key."""
    key = (business_key or "").partition("-")[0]
    return key if key in MODELS else None
