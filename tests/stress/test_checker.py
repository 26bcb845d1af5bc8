"""The checker finds every kind of broken promise, and nothing in what is right."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from taskbridge.kinds import ActivityKind, ActivityState, InstanceState
from tests.crash.history import Completion, Fetch, Outcome
from tests.stress.checker import problems
from tests.stress.history import Cancellation, Delivery, History, Start
from tests.stress.stored import Activity, Hanging, Instance, Stored

Known = dict[str, object]
_DONE, _OPEN, _CANCELLED = ActivityState.DONE, ActivityState.OPEN, ActivityState.CANCELLED
_USER, _EXTERNAL, _EVENT, _SCOPE = (
    ActivityKind.USER,
    ActivityKind.EXTERNAL,
    ActivityKind.EVENT,
    ActivityKind.SCOPE,
)
_KEY = "StressRounds-1"


def delivery(name: str, marker: str, outcome: Outcome = Outcome.DONE, **more: object) -> Delivery:
    """A message to the instance, unless told otherwise."""
    given: Known = {"business_key": _KEY, "instance": 1, **more}
    return Delivery(called=3, answered=4, outcome=outcome, kind="message", name=name, marker=marker, **given)  # type: ignore[arg-type] # by name


def completion(task: int, worker: str | None = "w", outcome: Outcome = Outcome.DONE) -> Completion:
    """A completion with a token of its own."""
    return Completion(called=3, answered=4, outcome=outcome, worker=worker, task=task, token=f"t{task}")


def activity(number: int, node: str, kind: ActivityKind, state: ActivityState = _DONE) -> Activity:
    """An activity of the instance."""
    return Activity(number, 1, node, kind, state, ended=state >= _DONE)


def right() -> tuple[History, Stored]:
    """One instance that has gone round once, has got both messages and one beside, and has ended."""
    history = History(
        starts=[Start(called=0, answered=1, outcome=Outcome.DONE, business_key=_KEY)],
        deliveries=[
            delivery("left", "m1"),
            delivery("left", "m2", Outcome.REFUSED),
            delivery("right", "m3"),
            delivery("extra", "m4", instance=None, business_key=None, receivers=(1,)),
        ],
    )
    history.work.completions += [completion(4), completion(4, outcome=Outcome.REFUSED), completion(5), completion(7)]
    history.work.fetches.append(
        Fetch(called=1, answered=2, outcome=Outcome.DONE, worker="w", tasks=(4, 5, 7), duration=20)
    )
    activities = [
        activity(10, "rounds", _SCOPE),
        activity(2, "left", _EVENT),
        activity(3, "right", _EVENT),
        activity(4, "work", _EXTERNAL),
        activity(5, "behind", _EXTERNAL),
        activity(6, "extra", _EVENT),
        activity(7, "extra-done", _EXTERNAL),
    ]
    variables = frozenset({"key", "m1", "m3", "m4"})
    instance = Instance(1, "StressRounds", _KEY, InstanceState.COMPLETED, True, variables, None)
    return history, Stored([instance], activities)


def test_what_is_right_is_not_complained_of() -> None:
    assert problems(*right()) == []


def _instance(stored: Stored, **changes: object) -> None:
    stored.instances[0] = replace(stored.instances[0], **changes)  # type: ignore[arg-type] # of the class


def _again(stored: Stored, node: str) -> None:
    """One more activity at a node, which nobody had to complete."""
    stored.activities.append(activity(20 + len(stored.activities), node, _EVENT))


def _without(stored: Stored, marker: str) -> None:
    _instance(stored, variables=stored.instances[0].variables - {marker})


def _with(stored: Stored, marker: str) -> None:
    _instance(stored, variables=stored.instances[0].variables | {marker})


def _deliver_again(history: History, stored: Stored) -> None:
    history.deliveries.append(delivery("right", "m9"))
    _with(stored, "m9")


def _other(stored: Stored, key: str = "StressRounds-2", variables: frozenset[str] = frozenset()) -> None:
    stored.instances.append(Instance(30, "StressRounds", key, InstanceState.COMPLETED, True, variables, None))


def _state(stored: Stored, number: int, state: ActivityState) -> None:
    stored.activities = [
        replace(one, state=state, ended=state >= _DONE) if one.id == number else one for one in stored.activities
    ]


_FAULTS: list[tuple[str, Callable[[History, Stored], None]]] = [
    ("unexpected", lambda history, _: history.surprises.append("unexpected")),
    ("start StressRounds-1 (DONE) is there 0 times", lambda _, stored: stored.instances.clear()),
    ("start StressRounds-1 (DONE) is there 2 times", lambda _, stored: _other(stored, _KEY)),
    ("instance StressRounds-2 was never asked for", lambda _, stored: _other(stored)),
    ("has the state 0", lambda _, stored: _instance(stored, state=InstanceState.ACTIVE, ended=False)),
    (
        "cancelled 2 times",
        lambda history, _: history.cancellations.extend(
            [Cancellation(called=5, answered=6, outcome=Outcome.DONE, instance=1)] * 2
        ),
    ),
    (
        "subscription 9 (left) is left behind",
        lambda _, stored: stored.hanging.append(Hanging("subscription", 9, 1, "left")),
    ),
    ("activity 6 (extra) of instance StressRounds-1 (1) is open", lambda _, stored: _state(stored, 6, _OPEN)),
    ("has tokens", lambda _, stored: _instance(stored, tokens='{"tokens":{"1":2}}')),
    ("task 4 (work) has the state 3, completed 1 times", lambda _, stored: _state(stored, 4, _CANCELLED)),
    ("completed 2 times", lambda history, _: history.work.completions.append(completion(4))),
    ("task 8, whose completion was acknowledged", lambda history, _: history.work.completions.append(completion(8))),
    ("message left (m1, DONE) for StressRounds-1 reached nothing", lambda _, stored: _without(stored, "m1")),
    ("message left (m2, REFUSED) reached", lambda _, stored: _with(stored, "m2")),
    ("message extra (m4, DONE) reached []", lambda _, stored: _without(stored, "m4")),
    (
        "for StressRounds-1 reached instance StressRounds-1 (1), instance StressRounds-2 (30)",
        lambda _, stored: _other(stored, variables=frozenset({"m1"})),
    ),
    ("message left has happened 1 times, and was delivered 0 times", lambda _, stored: _without(stored, "m1")),
    ("message extra has happened 2 times, and was delivered 1 times", lambda _, stored: _again(stored, "extra")),
    (
        "message right has happened 1 times, and was delivered 2 times",
        _deliver_again,
    ),
    ("the join before behind has fired 2 times on arrivals [1, 1, 1]", lambda _, stored: _again(stored, "behind")),
    ("fired 1 times on arrivals [1, 0, 1]", lambda _, stored: _state(stored, 3, _CANCELLED)),
]


@pytest.mark.parametrize(("told", "break_it"), _FAULTS, ids=[told for told, _ in _FAULTS])
def test_every_fault_is_found(told: str, break_it: Callable[[History, Stored], None]) -> None:
    history, stored = right()
    break_it(history, stored)
    found = problems(history, stored)
    assert any(told in problem for problem in found), found


def test_an_event_that_leaves_a_gateway_twice_is_found() -> None:
    key = "StressChoices-1"
    history = History(starts=[Start(called=0, answered=1, outcome=Outcome.DONE, business_key=key)])
    history.deliveries.append(delivery("answer", "m1", business_key=key))
    stored = Stored(
        [Instance(1, "StressChoices", key, InstanceState.COMPLETED, True, frozenset({"m1"}), None)],
        [
            activity(2, "first", _EVENT, _CANCELLED),
            activity(3, "answer", _EVENT),
        ],
    )
    assert problems(history, stored) == []
    stored.activities.append(activity(4, "pause", _EVENT))
    assert problems(history, stored) == [f"instance {key} (1): first was reached 1 times, and left by an event 2 times"]


def test_a_node_that_is_reached_twice_where_it_may_be_once_and_starts_that_were_lost_are_found() -> None:
    key = "StressThrowers-1"
    history = History(starts=[Start(called=0, answered=1, outcome=Outcome.DONE, business_key=key)])
    history.work.completions += [completion(4), completion(5), completion(8)]
    history.work.fetches.append(
        Fetch(called=1, answered=2, outcome=Outcome.DONE, worker="w", tasks=(4, 5, 8), duration=20)
    )
    began = Instance(7, "StressStarted", None, InstanceState.COMPLETED, True, frozenset(), None)
    stored = Stored(
        [Instance(1, "StressThrowers", key, InstanceState.COMPLETED, True, frozenset(), None), began],
        [
            activity(3, "go", _EVENT),
            activity(4, "early", _EXTERNAL),
            activity(5, "thrown", _EXTERNAL),
            Activity(8, 7, "began", _EXTERNAL, _DONE, ended=True),
        ],
    )
    assert problems(history, stored) == []
    stored.activities.append(Activity(9, 7, "began", _EVENT, _DONE, ended=True))
    assert problems(history, stored) == ["instance StressStarted (7): was at began 2 times"]
    stored.instances.append(replace(began, id=10))
    assert "1 instances have thrown what starts another one, and 2 were started" in problems(history, stored)
