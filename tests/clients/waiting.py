"""Waiting, in one place: real sockets and real processes answer when they like, but always within a limit.

Nothing here sleeps blindly: a condition is looked at until it holds, or the test fails.
"""

import concurrent.futures
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TypeVar

from tests import patience

T = TypeVar("T")

#: Seconds; far more than anything here takes, far less than a long poll of these tests would wait by itself.
PROMPTLY = patience.SECONDS
#: Milliseconds a long poll of these tests may wait.
LONG = 600_000
_INTERVAL = 0.02
_UNANSWERED = 0.3


def until(condition: Callable[[], T], seconds: float = PROMPTLY) -> T:
    """The first result of ``condition`` that is true; fails the test when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        assert time.monotonic() < deadline, f"not within {seconds} seconds: {condition}"
        threading.Event().wait(_INTERVAL)


@contextmanager
def in_thread(call: Callable[[], T]) -> Iterator["Future[T]"]:
    """A blocking call going on beside the test. It has a time limit of its own, as every client's call here has."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        yield pool.submit(call)


def assert_unanswered(call: "Future[T]") -> None:
    """The call is going on, and goes on for a noticeable time."""
    done, _ = concurrent.futures.wait([call], timeout=_UNANSWERED)
    assert not done, f"answered at once: {call.result()!r}"
