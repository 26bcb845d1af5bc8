"""Which action is next, by a seed: any that is possible, so that events come before, between and after tasks."""

from collections.abc import Collection

from model_driver.policies import Action, Candidate, Kind, Means, Past, Policy, needed
from random_processes.chance import Chance
from random_processes.processes import COMPOSED

#: How often a worker throws an error in a task that nothing was thrown in.
_THROWN = 0.25
#: The code of an error where the process has no events for errors.
UNCAUGHT = "error"
#: How often a task is preferred where there is one: otherwise events would end most processes early.
_TASK = 0.35
_TASKS = (Kind.TASK, Kind.EXTERNAL_TASK)


class Walk(Policy):
    """A policy that draws. Of equal messages and signals it delivers one, where there may be many of them."""

    def __init__(self, seed: int) -> None:
        super().__init__(f"walk {seed}", (), directly=seed >= COMPOSED)

    def choose(self, candidates: Collection[Candidate], past: Past, means: Means) -> Action | None:
        """The next action; None when nothing is left that the server can do."""
        chance = Chance(f"{self.name} {past.steps}")
        left = self._left(candidates, past)
        acts = (self._act(one, candidates) for one in sorted(candidates) if (one.kind, one.activity) not in left)
        possible = [act for act in acts if act is not None and _possible(act, past, means)]
        if not possible:
            return None
        tasks = [one for one in possible if one.candidate.kind in _TASKS]
        chosen = chance.one_of(tasks if tasks and chance.under(_TASK) else possible)
        one = chosen.candidate
        by_worker = one.kind is Kind.EXTERNAL_TASK and one.activity not in past.thrown
        throws = by_worker and chance.under(_THROWN)
        return Action(one, means.error_code or UNCAUGHT) if throws else chosen

    def _left(self, candidates: Collection[Candidate], past: Past) -> set[tuple[Kind, str]]:
        """Tasks that an error may have left, which go on by a job: who completes one has two jobs at the vendor's."""
        if not self.directly:
            return set()
        waiting = {one.activity for one in candidates if one.kind is Kind.JOB} & past.thrown
        return {(one.kind, one.activity) for one in candidates if one.kind in _TASKS and one.activity in waiting}

    def _act(self, one: Candidate, candidates: Collection[Candidate]) -> Action | None:
        """What is done with it. None where no order is promised of equal events that one signal or variable reaches."""
        if one.nth == 1 and one.next() not in candidates:
            return Action(one)
        if self.directly and one.kind in (Kind.MESSAGE, Kind.SIGNAL):
            return Action(one, directly=True)
        avoided = one.kind is Kind.SIGNAL or (self.directly and one.kind is Kind.CONDITION)
        return None if avoided else Action(one)


def _possible(act: Action, past: Past, means: Means) -> bool:
    return not past.left_alone(act.candidate) and needed(act.shown()) <= means.has
