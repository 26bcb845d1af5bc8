"""Effort: what one evaluation may take of time and steps, whatever its variables hold. Calls `errors`.

An evaluation runs in one thread from its beginning to its end, so that its effort is counted by thread.
"""

import threading

from taskbridge.engine.expressions.errors import Fault

#: Steps over the members of JSON that an evaluation may take.
MAX_STEPS = 200_000
#: Seconds that all regular expressions of an evaluation may take.
MAX_SECONDS = 0.25


class _Effort(threading.local):
    steps = MAX_STEPS
    seconds = MAX_SECONDS


_LEFT = _Effort()


def begin() -> None:
    """Give a new evaluation all of its effort."""
    _LEFT.steps = MAX_STEPS
    _LEFT.seconds = MAX_SECONDS


def take(steps: int = 1) -> None:
    """Count steps; raises Fault when they are too many."""
    _LEFT.steps -= steps
    if _LEFT.steps < 0:
        raise Fault(f"the expression takes more than {MAX_STEPS} steps")


def seconds_left() -> float:
    """The seconds that regular expressions may still take; 0 or less for none."""
    return _LEFT.seconds


def spend(seconds: float) -> None:
    """Count seconds of regular expressions."""
    _LEFT.seconds -= seconds


def weigh(value: object, without: object = None) -> None:
    """Count a step for every member of what a JSON node holds, however deep; raises Fault when they are too many.

    A list or object ``without`` which it must be is to become what is around it: that would have no end.
    """
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if one is without and without is not None:
            raise Fault("it would contain itself")
        if isinstance(one, dict):
            take(len(one))
            waiting += one.values()
        elif isinstance(one, list):
            take(len(one))
            waiting += one
