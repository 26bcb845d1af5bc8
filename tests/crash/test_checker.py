"""The history checker finds every planted fault, and raises no alarm where there is an order that explains all."""

import dataclasses
from typing import Any, TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.crash import checker
from tests.crash.checker import Activity, Candidate, Incident, Instance, Stored
from tests.crash.history import Completion, Extension, Failure, Fetch, History, Outcome, Start, Unlock

DONE, REFUSED, UNKNOWN = Outcome.DONE, Outcome.REFUSED, Outcome.UNKNOWN
TASK, EXTERNAL, SCOPE = 11, 2, 3


class Moments(TypedDict):
    """Between which moments an operation took place."""

    called: float
    answered: float


def start(outcome: Outcome = DONE, key: str = "k", *nodes: str) -> Start:
    nodes_of_it = frozenset(nodes or ("only",))
    return Start(called=0, answered=1, outcome=outcome, business_key=key, nodes=nodes_of_it)


def fetch(called: float, worker: str = "w1", *, took: float = 1, duration: float = 10) -> Fetch:
    return Fetch(called=called, answered=called + took, outcome=DONE, worker=worker, tasks=(TASK,), duration=duration)


def completion(
    called: float, token: str = "a", worker: str | None = "w1", *, took: float = 1, outcome: Outcome = DONE
) -> Completion:
    return Completion(called=called, answered=called + took, outcome=outcome, worker=worker, task=TASK, token=token)


def failure(called: float, pause: float, worker: str = "w1", outcome: Outcome = DONE) -> Failure:
    return Failure(called=called, answered=called + 1, outcome=outcome, worker=worker, task=TASK, pause=pause)


def unlock(called: float, outcome: Outcome = DONE) -> Unlock:
    return Unlock(called=called, answered=called + 1, outcome=outcome, task=TASK)


def extension(called: float, duration: float, worker: str = "w1", outcome: Outcome = DONE) -> Extension:
    return Extension(called=called, answered=called + 1, outcome=outcome, worker=worker, task=TASK, duration=duration)


def history(*fetches: Fetch, **others: Any) -> History:  # noqa: ANN401 - passed on
    """One instance with one task that was fetched and completed, or what is given instead."""
    usual = History(starts=[start()], fetches=list(fetches) or [fetch(2)], completions=[completion(4)])
    return dataclasses.replace(usual, **others)


def stored(value: str | None = "a", *, state: int = 2, **others: Any) -> Stored:  # noqa: ANN401 - passed on
    """What the database holds after that."""
    final = {} if value is None else {"by_only": value}
    usual = Stored(
        instances=[Instance(10, "k", 2 if state == 2 else 0, final)],
        activities=[Activity(TASK, 10, 10, "only", EXTERNAL, state)],
    )
    return dataclasses.replace(usual, **others)


def found(history: History, stored: Stored, *, ended: bool = True) -> str:
    return "\n".join(checker.problems(history, stored, ended=ended))


def test_there_is_nothing_to_find_where_all_promises_were_kept() -> None:
    assert found(history(), stored()) == ""


FORK = ("left", "right", "inside", "one", "merged", "last")


def forked(*nodes: str) -> Stored:
    rows = [
        Activity(20 + number, 10, 10, node, SCOPE if node == "inside" else EXTERNAL, 2)
        for number, node in enumerate(nodes)
    ]
    return Stored(
        instances=[Instance(10, "k", 2, {f"by_{node}": f"t-{node}" for node in nodes})],
        activities=rows,
        incidents=[Incident(30, 10, 20, open=False)],
        candidates=[Candidate(31, 20), Candidate(32, 10)],
    )


def forked_history(nodes: tuple[str, ...] = FORK) -> History:
    recorded = History(starts=[start(DONE, "k", *FORK)])
    for number, node in enumerate(nodes):
        if node == "inside":
            continue
        grant = Fetch(called=2, answered=3, outcome=DONE, worker="w1", tasks=(20 + number,), duration=10)
        recorded.fetches.append(grant)
        token = f"t-{node}"
        recorded.completions.append(
            Completion(called=4, answered=5, outcome=DONE, worker="w1", task=20 + number, token=token)
        )
    return recorded


def test_a_fork_that_was_passed_once_is_right() -> None:
    assert found(forked_history(), forked(*FORK)) == ""


@pytest.mark.parametrize(
    ("nodes", "what"),
    [
        ((*FORK, "last"), "was at last 2 times"),
        ((*FORK, "merged"), "was at merged 2 times"),
        ((*FORK, "inside"), "was at inside 2 times"),
        ((*FORK, "two"), "was at two, where its way does not lead"),
        (FORK[:-1], "never was at last"),
    ],
    ids=["join twice", "inclusive join twice", "scope twice", "wrong branch", "join never"],
)
def test_a_join_that_went_wrong_is_found(nodes: tuple[str, ...], what: str) -> None:
    assert what in found(forked_history(nodes), forked(*nodes))


#: A name, what happened, what is stored, and what must be found.
PLANTED: list[tuple[str, History, Stored, str]] = [
    ("lost start", history(), Stored(), "is there 0 times"),
    (
        "doubled start",
        history(),
        stored(instances=[Instance(number, "k", 2, {"by_only": "a"}) for number in (10, 12)]),
        "is there 2 times",
    ),
    ("refused start", history(starts=[start(REFUSED)]), stored(), "is there 1 times"),
    ("start of nobody", history(starts=[]), stored(), "was never asked for"),
    ("lost completion", history(), stored(None, state=0), "was acknowledged, and is lost"),
    ("lost value", history(), stored(None), "completed by None"),
    ("another's value", history(), stored("b"), "completed by b"),
    ("lost task", history(), stored(activities=[]), "is gone"),
    (
        "doubled completion",
        history(completions=[completion(4), completion(6, "b")]),
        stored("b"),
        "completed 2 times",
    ),
    (
        "refused value is there",
        history(completions=[completion(4, "b", outcome=REFUSED), completion(6)]),
        stored("b"),
        "completed by b",
    ),
    (
        "refused value of a task that goes on",
        history(completions=[completion(12, "b", outcome=REFUSED)]),
        stored("b", state=0),
        "is not completed, but there is the value b",
    ),
    (
        "half-written completion",
        history(completions=[completion(4, outcome=UNKNOWN)]),
        stored("a", state=0),
        "is not completed, but there is the value a",
    ),
    ("two holders", history(fetch(2), fetch(5, "w2"), completions=[completion(7)]), stored(), "at once"),
    ("two holders by chance", history(fetch(2), fetch(2.5, "w2"), completions=[completion(7)]), stored(), "at once"),
    (
        "two holders after a lock was extended",
        history(fetch(2), fetch(14, "w2"), extensions=[extension(10, 10)], completions=[completion(16, worker="w2")]),
        stored(),
        "at once",
    ),
    (
        "two holders during the pause after a failure",
        history(fetch(2), fetch(5, "w2"), failures=[failure(3, 5)], completions=[completion(7, worker="w2")]),
        stored(),
        "at once",
    ),
    (
        "two holders after an unlock that was refused",
        history(fetch(2), fetch(5, "w2"), unlocks=[unlock(3, REFUSED)], completions=[completion(7, worker="w2")]),
        stored(),
        "at once",
    ),
    (
        "completed while another holds it",
        history(fetch(2), fetch(14, "w2"), completions=[completion(16)]),
        stored(),
        "after w2 got it",
    ),
    ("completed by nobody's holder", history(completions=[completion(4, worker="w9")]), stored(), "never held it"),
    ("granted after its completion", history(fetch(2), fetch(30, "w2")), stored(), "after its completion"),
    (
        "holder refused",
        history(completions=[completion(4, "b", outcome=REFUSED), completion(7)]),
        stored(),
        "was refused",
    ),
    (
        "work left",
        history(completions=[]),
        stored(None, state=0),
        "has the state 0",
    ),
    (
        "step counted twice",
        history(),
        stored(instances=[Instance(10, "k", 2, {"by_only": "a", "passed": 2})]),
        "counted 2 steps",
    ),
    (
        "activity of nothing",
        history(),
        stored(activities=[Activity(TASK, 10, 10, "only", EXTERNAL, 2), Activity(12, 99, 99, "x", EXTERNAL, 2)]),
        "activity 12 has no instance",
    ),
    (
        "activity in no scope",
        history(),
        stored(activities=[Activity(TASK, 10, 77, "only", EXTERNAL, 2)]),
        "has no scope",
    ),
    ("incident of nothing", history(), stored(incidents=[Incident(30, 10, 99, open=False)]), "incident 30 has no"),
    ("incident of the past", history(), stored(incidents=[Incident(30, 10, TASK, open=True)]), "is over"),
    ("candidate of nothing", history(), stored(candidates=[Candidate(31, 99)]), "candidate 31 belongs to nothing"),
    ("damage", history(), stored(damage=["row 3 missing from index"]), "row 3"),
    ("surprise", history(surprises=["500 in the place of 200"]), stored(), "500 in the place"),
]


@pytest.mark.parametrize(
    ("recorded", "final", "what"), [each[1:] for each in PLANTED], ids=[each[0] for each in PLANTED]
)
def test_a_planted_fault_is_found(recorded: History, final: Stored, what: str) -> None:
    assert what in found(recorded, final)


#: A name, what happened, and what is stored: odd, and right.
RIGHT: list[tuple[str, History, Stored]] = [
    ("unknown start that took place", history(starts=[start(UNKNOWN)]), stored()),
    ("unknown start that did not", history(starts=[start(), start(UNKNOWN, "other")]), stored()),
    ("refused start", history(starts=[start(), start(REFUSED, "other")]), stored()),
    ("unknown completion that took place", history(completions=[completion(4, outcome=UNKNOWN)]), stored()),
    (
        "unknown completion, sent again, refused because it took place",
        history(completions=[completion(4, outcome=UNKNOWN), completion(6, outcome=REFUSED)]),
        stored(),
    ),
    ("the lock ran out", history(fetch(2), fetch(13, "w2"), completions=[completion(15, worker="w2")]), stored()),
    (
        "the lock may just have run out",
        history(fetch(2, took=8), fetch(11.9, "w2", took=0.2), completions=[completion(15, worker="w2")]),
        stored(),
    ),
    (
        "given back",
        history(fetch(2), fetch(5, "w2"), failures=[failure(3, 0.5)], completions=[completion(7, worker="w2")]),
        stored(),
    ),
    (
        "given back, perhaps, long before",
        history(
            fetch(12),
            fetch(15, "w2"),
            failures=[failure(3, 0, outcome=UNKNOWN)],
            completions=[completion(17, worker="w2")],
        ),
        stored(),
    ),
    (
        "set free",
        history(fetch(2), fetch(5, "w2"), unlocks=[unlock(4)], completions=[completion(7, worker="w2")]),
        stored(),
    ),
    (
        "a lock made shorter",
        history(fetch(2), fetch(6, "w2"), extensions=[extension(4, 1)], completions=[completion(8, worker="w2")]),
        stored(),
    ),
    (
        "a lock made shorter, perhaps",
        history(
            fetch(2),
            fetch(9, "w2"),
            extensions=[extension(4, 1, outcome=UNKNOWN)],
            completions=[completion(11, worker="w2")],
        ),
        stored(),
    ),
    (
        "fetched again by the same worker, and then extended",
        history(fetch(2), fetch(20), extensions=[extension(22, 10)], completions=[completion(24)]),
        stored(),
    ),
    (
        "completed after the lock ran out, by the last who held it",
        history(completions=[completion(40)]),
        stored(),
    ),
    (
        "another held it in between",
        history(fetch(2), fetch(13, "w2", duration=5), fetch(20), completions=[completion(22)]),
        stored(),
    ),
    (
        "refused after the lock ran out",
        history(
            fetch(2), fetch(13, "w2"), completions=[completion(15, "b", outcome=REFUSED), completion(17, worker="w2")]
        ),
        stored(),
    ),
    ("a person's task", history(completions=[completion(4, worker=None)]), stored()),
]


@pytest.mark.parametrize(("recorded", "final"), [each[1:] for each in RIGHT], ids=[each[0] for each in RIGHT])
def test_no_alarm_is_raised_where_an_order_explains_all(recorded: History, final: Stored) -> None:
    assert found(recorded, final) == ""


def test_work_that_goes_on_is_no_problem_before_the_end() -> None:
    assert found(history(completions=[]), stored(None, state=0), ended=False) == ""


@given(st.data())
def test_a_task_that_has_one_holder_at_a_time_raises_no_alarm(data: st.DataObject) -> None:
    """Locks that end by time, failure or unlock, one after the other, seen through calls and answers around them."""
    now, recorded = 10.0, History(starts=[start()])

    def around(moment: float) -> Moments:
        return {"called": moment - data.draw(st.floats(0, 4)), "answered": moment + data.draw(st.floats(0, 4))}

    for number in range(data.draw(st.integers(1, 5))):
        worker, duration = f"w{number}", data.draw(st.floats(1, 10))
        recorded.fetches.append(Fetch(**around(now), outcome=DONE, worker=worker, tasks=(TASK,), duration=duration))
        if number and data.draw(st.booleans()):
            late = around(now + 0.1)
            recorded.completions.append(
                Completion(**late, outcome=REFUSED, worker="w0", task=TASK, token=f"late{number}")
            )
        end = data.draw(st.sampled_from(("time", "failure", "unlock")))
        if end == "failure":
            recorded.failures.append(Failure(**around(now + 0.5), outcome=DONE, worker=worker, task=TASK, pause=1))
        elif end == "unlock":
            recorded.unlocks.append(Unlock(**around(now + 0.5), outcome=DONE, task=TASK))
        now += {"time": duration, "failure": 1.5, "unlock": 0.5}[end] + data.draw(st.floats(0.2, 3))
    last = recorded.fetches[-1].worker
    recorded.fetches.append(Fetch(**around(now), outcome=DONE, worker=last, tasks=(TASK,), duration=9))
    recorded.completions.append(Completion(**around(now + 0.1), outcome=DONE, worker=last, task=TASK, token="a"))
    assert found(recorded, stored()) == ""
