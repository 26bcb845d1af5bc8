"""Which action is next, by a seed: any that is possible, so that events come before, between and after tasks."""

from collections.abc import Collection

from model_driver.policies import Action, Candidate, Kind, Means, Past, Policy, needed
from random_processes.chance import Chance

#: How often a worker throws an error in a task that nothing was thrown in.
_THROWN = 0.25
#: The code of an error where the process has no events for errors.
UNCAUGHT = "error"
#: How often a task is preferred where there is one: otherwise events would end most processes early.
_TASK = 0.35
_TASKS = (Kind.TASK, Kind.EXTERNAL_TASK)


class Walk(Policy):
    """A policy that draws."""

    def __init__(self, seed: int) -> None:
        super().__init__(f"walk {seed}", ())

    def choose(self, candidates: Collection[Candidate], past: Past, means: Means) -> Action | None:
        """The next action; None when nothing is left that the server can do."""
        chance = Chance(f"{self.name} {past.steps}")
        possible = sorted(one for one in candidates if _possible(one, candidates, past, means))
        if not possible:
            return None
        tasks = [one for one in possible if one.kind in _TASKS]
        chosen = chance.one_of(tasks if tasks and chance.under(_TASK) else possible)
        by_worker = chosen.kind is Kind.EXTERNAL_TASK and chosen.activity not in past.thrown
        throws = by_worker and chance.under(_THROWN)
        return Action(chosen, means.error_code or UNCAUGHT) if throws else Action(chosen)


def _possible(one: Candidate, candidates: Collection[Candidate], past: Past, means: Means) -> bool:
    """Whether it can be acted on, with one outcome: of equal events that a signal reaches no order is promised."""
    if one.kind is Kind.SIGNAL and (one.nth > 1 or one.next() in candidates):
        return False
    return not past.left_alone(one) and needed(Action(one).shown()) <= means.has
