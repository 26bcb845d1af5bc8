"""Judges the locks of a history: a task has one holder at a time, and only the holder completes it, once.

Pure. An operation took effect at some moment between its call and its answer, so every rule asks whether there is an
order of moments that explains what was answered; only what no order explains is a problem.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from tests.crash.history import Completion, Extension, Failure, Fetch, History, Outcome, Unlock

#: Seconds by which a lock may end earlier than its duration says: servers count milliseconds, and know the clock of
#: their database by a measurement. Locks of a load last much longer.
TOLERANCE = 0.05


@dataclass
class _Task:
    """What happened to one task."""

    grants: list[Fetch] = field(default_factory=list)
    completions: list[Completion] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    unlocks: list[Unlock] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)


def problems(history: History) -> Iterator[str]:
    """What no order of moments explains."""
    for number, task in _by_task(history).items():
        for what in (*_two_holders(task), *_wrong_completions(task), *_wrong_refusals(task)):
            yield f"task {number}: {what}"


def granted_again(history: History) -> int:
    """How many tasks were granted more than once: what the rules about holders have to work on."""
    return sum(len(task.grants) > 1 for task in _by_task(history).values())


def _by_task(history: History) -> dict[int, _Task]:
    tasks: defaultdict[int, _Task] = defaultdict(_Task)
    for fetch in history.fetches:
        for number in fetch.tasks:
            tasks[number].grants.append(fetch)
    for completion in history.completions:
        tasks[completion.task].completions.append(completion)
    for failure in history.failures:
        tasks[failure.task].failures.append(failure)
    for unlock in history.unlocks:
        tasks[unlock.task].unlocks.append(unlock)
    for extension in history.extensions:
        tasks[extension.task].extensions.append(extension)
    return dict(tasks)


def _two_holders(task: _Task) -> Iterator[str]:
    """Of two grants, the first must be over before the second can be."""
    for one, other in combinations(task.grants, 2):
        if not _follows(task, one, other) and not _follows(task, other, one):
            yield f"held by {one.worker} and {other.worker} at once: {_span(one)} and {_span(other)}"


def _wrong_completions(task: _Task) -> Iterator[str]:
    done = [each for each in task.completions if each.outcome is Outcome.DONE]
    if len(done) > 1:
        yield f"completed {len(done)} times: by {', '.join(each.token for each in done)}"
    for completion in done:
        if completion.worker is None:
            continue
        own = [each for each in task.grants if each.worker == completion.worker and each.called <= completion.answered]
        if not own:
            yield f"completed by {completion.worker}, who never held it"
        for grant in task.grants:
            if grant.called > completion.answered:
                yield f"granted to {grant.worker} {_span(grant)} after its completion {_span(completion)}"
            elif grant.worker != completion.worker and not any(_follows(task, grant, each) for each in own):
                yield f"completed by {completion.worker} {_span(completion)} after {grant.worker} got it {_span(grant)}"


def _wrong_refusals(task: _Task) -> Iterator[str]:
    """A worker that certainly holds a task must not be refused, unless the task may have been completed."""
    for refused in task.completions:
        if refused.outcome is not Outcome.REFUSED:
            continue
        if any(each.possible and each.called < refused.answered for each in task.completions):
            continue
        for grant in task.grants:
            holds = grant.answered <= refused.called and refused.answered < _earliest_end(task, grant)
            if holds and grant.worker == refused.worker:
                yield f"{refused.worker} was refused {_span(refused)} while holding it {_span(grant)}"


def _follows(task: _Task, first: Fetch, second: Fetch) -> bool:
    """Whether the second grant can have come after the end of the first."""
    return first.called <= second.answered and _earliest_end(task, first) <= second.answered


def _earliest_end(task: _Task, grant: Fetch) -> float:
    """The earliest moment at which a grant can be over without a completion. Never before its call."""
    until = grant.called + grant.duration
    own = [each for each in task.extensions if each.worker == grant.worker and each.latest >= grant.called]
    certain = [each for each in own if _certainly_extends(task, grant, each)]
    if certain:
        # They came one after the other, and the last one counts: it may shorten a lock.
        last = max(certain, key=lambda each: each.called)
        until = last.called + last.duration
    uncertain = [each.called + each.duration for each in own if each.possible and each not in certain]
    given_back = [
        each.called + each.pause
        for each in task.failures
        if each.worker == grant.worker and each.possible and each.latest >= grant.called
    ]
    set_free = [each.called for each in task.unlocks if each.possible and each.latest >= grant.called]
    return max(min([until, *uncertain, *given_back, *set_free]) - TOLERANCE, grant.called)


def _certainly_extends(task: _Task, grant: Fetch, extension: Extension) -> bool:
    """Whether an extension was carried out, and for this grant: no other one can have come in between."""
    between = (
        each
        for each in task.grants
        if each is not grant and each.answered > grant.called and each.called < extension.answered
    )
    done = extension.outcome is Outcome.DONE and extension.called >= grant.answered
    return done and not any(between)


def _span(operation: Fetch | Completion) -> str:
    return f"[{operation.called:.3f}, {operation.answered:.3f}]"
