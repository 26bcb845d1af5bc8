"""A policy chooses by names and by what was tried, whatever the order in which things are listed."""

from collections.abc import Sequence

import pytest

from model_driver.policies import POLICIES, Action, Candidate, Kind, Means, Past, needed

ALL = frozenset(
    {"tasks", "external_tasks", "jobs", "message", "signal", "variable", "execution", "subscriptions"}
    | {"task error", "task escalation"}
)
WAITING = [
    Candidate(Kind.SIGNAL, "a", "stop"),
    Candidate(Kind.MESSAGE, "b", "go"),
    Candidate(Kind.JOB, "a", "timer-transition"),
    Candidate(Kind.JOB, "z", "timer-transition"),
    Candidate(Kind.TASK, "c", nth=2),
    Candidate(Kind.TASK, "c"),
    Candidate(Kind.EXTERNAL_TASK, "b"),
]


#: Events of the other kinds, with a task.
EVENTS = [
    Candidate(Kind.CONDITION, "x", "amount"),
    Candidate(Kind.EXECUTION, "w"),
    Candidate(Kind.MESSAGE, "v", "go"),
    Candidate(Kind.SIGNAL, "u", "stop"),
    Candidate(Kind.TASK, "t"),
    Candidate(Kind.EXTERNAL_TASK, "s"),
]


def chosen(policy: str, past: Past | None = None, has: frozenset[str] = ALL) -> Action | None:
    return POLICIES[policy].choose(WAITING, past or Past(), Means(has, "CODE", "HELP"))


def every_step(policy: str, has: frozenset[str] = ALL, listed: Sequence[Candidate] = WAITING) -> list[str]:
    """What is done when each thing is gone once it was done."""
    waiting, past, steps = list(listed), Past(), []
    while (action := POLICIES[policy].choose(waiting, past, Means(has, "CODE", "HELP"))) is not None:
        shown = action.shown()
        steps.append(f"{shown['do']} {shown['activity']}{shown['nth']}")
        past.note(action, refused=False)
        if not action.throws:
            waiting.remove(action.candidate)
    return steps


@pytest.mark.parametrize(
    ("policy", "steps"),
    [
        ("first", "complete b1, complete c1, complete c2, execute a1, execute z1, broadcast a1, correlate b1"),
        ("tasks", "complete b1, complete c1, complete c2"),
        ("last", "complete c2, complete c1, complete b1, execute z1, execute a1, correlate b1, broadcast a1"),
        ("jobs-first", "execute a1, execute z1, complete b1, complete c1, complete c2, broadcast a1, correlate b1"),
        ("events-first", "broadcast a1, correlate b1, execute a1, execute z1, complete b1, complete c1, complete c2"),
        ("mixed", "broadcast a1, execute a1, complete b1, correlate b1, complete c1, complete c2, execute z1"),
        (
            "errors-first",
            "throw b1, complete b1, throw c1, complete c1, complete c2, "
            "execute a1, execute z1, broadcast a1, correlate b1",
        ),
    ],
)
def test_the_order_of_a_policy(policy: str, steps: str) -> None:
    assert every_step(policy) == steps.split(", ")
    assert every_step(policy, listed=WAITING[::-1]) == steps.split(", ")


@pytest.mark.parametrize(
    ("policy", "steps"),
    [
        ("mixed", "complete s1, complete t1, broadcast u1, correlate v1, signal w1, set x1"),
        ("mixed-last", "set x1, signal w1, correlate v1, broadcast u1, complete t1, complete s1"),
        ("one-by-one", "deliver u1, deliver v1, signal w1, set x1, complete s1, complete t1"),
        (
            "escalations-first",
            "complete s1, escalate t1, complete t1, broadcast u1, correlate v1, signal w1, set x1",
        ),
    ],
)
def test_the_order_of_a_policy_among_events(policy: str, steps: str) -> None:
    assert every_step(policy, listed=EVENTS) == steps.split(", ")


@pytest.mark.parametrize("policy", ["errors-first", "escalations-first"])
def test_nothing_is_thrown_in_a_model_that_has_no_events_for_it(policy: str) -> None:
    action = POLICIES[policy].choose(EVENTS, Past(), Means(ALL))
    assert action == Action(Candidate(Kind.EXTERNAL_TASK, "s"))


def test_what_a_server_has_no_operation_for_is_not_chosen() -> None:
    assert every_step("jobs-first", frozenset({"tasks", "external_tasks", "signal"})) == [
        "complete b1",
        "complete c1",
        "complete c2",
    ]
    assert every_step("errors-first", ALL - {"task error", "jobs", "message", "signal"}) == [
        "throw b1",
        "complete b1",
        "complete c1",
        "complete c2",
    ]
    assert needed({"kind": "task", "do": "throw"}) == {"tasks", "task error"}
    assert needed({"kind": "task", "do": "escalate"}) == {"tasks", "task escalation"}
    assert needed({"kind": "message", "do": "deliver"}) == {"message", "subscriptions", "execution"}


def test_what_was_refused_is_tried_again_only_after_something_else_was_done() -> None:
    past = Past()
    first = chosen("tasks", past)
    assert first == Action(Candidate(Kind.EXTERNAL_TASK, "b"))
    past.note(first, refused=True)
    second = chosen("tasks", past)
    assert second == Action(Candidate(Kind.TASK, "c"))
    past.note(second, refused=False)
    assert chosen("tasks", past) == first


def test_a_job_that_failed_is_tried_again_and_one_that_comes_back_without_end_is_left() -> None:
    past = Past()
    job = Action(Candidate(Kind.JOB, "a", "timer-transition"))
    past.note(job, refused=True)
    assert chosen("jobs-first", past) == job
    for _ in range(5):
        assert chosen("jobs-first", past) == job
        past.note(job, refused=False)
    assert chosen("jobs-first", past) == Action(Candidate(Kind.JOB, "z", "timer-transition"))
