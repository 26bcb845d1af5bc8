"""Works on their way through a backend: who waits for each, how often it was tried, what came of it.

Used by the two backends only.
"""

import asyncio
from typing import Any

from taskbridge.store.errors import TRY_AGAIN, Conflict
from taskbridge.store.transaction import LockedByOthers, Transaction, Work

#: How often a work is run before its conflict is shown to the caller.
ATTEMPTS = 5


class Call:
    """One call of ``Database.run``. Holds either a result or an error once it has been tried."""

    __slots__ = ("attempts", "error", "future", "lock", "result", "submitted", "transaction", "work")

    def __init__(self, work: Work[Any], future: asyncio.Future[Any], submitted: float = 0.0) -> None:
        self.work = work
        self.future = future
        self.submitted = submitted  # seconds of ``time.monotonic``; 0 where nothing is bounded by it
        self.attempts = 0
        self.lock: Work[None] | None = None  # what is locked before the work is run
        self.result: Any = None
        self.error: BaseException | None = None
        self.transaction: Transaction | None = None

    def attempt(self, transaction: Transaction) -> bool:
        """Run the work and keep what came of it. False when it failed and must be rolled back."""
        self.attempts += 1
        self.transaction = transaction
        self.result = self.error = None
        try:
            if self.lock is not None:
                self.lock(transaction)
            self.result = self.work(transaction)
        except LockedByOthers as error:
            self.lock = error.lock
            self.error = Conflict(str(error))
        except StopIteration as error:
            self.error = RuntimeError("the work raised StopIteration")
            self.error.__cause__ = error
        except BaseException as error:  # noqa: BLE001 - whatever a work raises is its caller's, who waits for it in ``run``
            self.error = error
        return self.error is None

    @property
    def may_try_again(self) -> bool:
        """Whether the work met a conflict and has attempts left.

        What it referred to and was gone when it wrote, it no longer finds when it reads again.
        """
        return isinstance(self.error, TRY_AGAIN) and self.attempts < ATTEMPTS

    def settle(self) -> None:
        """Answer the caller, unless it has gone. On the event loop only."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)
