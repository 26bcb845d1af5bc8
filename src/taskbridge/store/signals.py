"""Wake-ups inside one process: who waits for what, and who is woken. Lives on the event loop.

Long polls wait here; ``Transaction.signal`` delivers here after its commit. Keys keep waiters of other topics asleep.
"""

import asyncio
from collections.abc import Collection
from types import TracebackType

_Key = tuple[str, str | None]


class Waiter:
    """One waiter for some keys of a channel; a context manager, used by one task.

    A signal that comes at any time after the ``with`` began is kept until the next ``wait``, so none is lost between
    looking for work and waiting for it.
    """

    def __init__(self, signals: "Signals", keys: Collection[_Key]) -> None:
        self._signals = signals
        self._keys = keys
        self._signalled = False
        self._future: asyncio.Future[None] | None = None

    def __enter__(self) -> "Waiter":
        self._signals.add(self, self._keys)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._signals.remove(self, self._keys)

    async def wait(self, timeout_seconds: float | None = None) -> bool:
        """True as soon as there was a signal since the last wait, False when the time (if there is one) is over."""
        if not self._signalled:
            await self._sleep(timeout_seconds)
        signalled, self._signalled = self._signalled, False
        return signalled

    async def _sleep(self, seconds: float | None) -> None:
        loop = asyncio.get_running_loop()
        self._future = loop.create_future()
        alarm = loop.call_later(seconds, self._stir) if seconds is not None else None
        try:
            await self._future
        finally:
            if alarm is not None:
                alarm.cancel()
            self._future = None

    def wake(self) -> None:
        """Remember the signal, and end a wait that is going on."""
        self._signalled = True
        self._stir()

    def _stir(self) -> None:
        if self._future is not None and not self._future.done():
            self._future.set_result(None)


class Signals:
    """All waiters of this process, found by channel and key."""

    def __init__(self) -> None:
        self._waiters: dict[_Key, set[Waiter]] = {}

    def wait_for(self, channel: str, keys: Collection[str] = ()) -> Waiter:
        """A waiter for signals of the channel whose payload is one of the keys; without keys, for every payload."""
        return Waiter(self, [(channel, key) for key in set(keys)] or [(channel, None)])

    def awaited(self, channel: str, payload: str) -> bool:
        """Whether anybody waits for this very payload."""
        return (channel, payload) in self._waiters

    def payloads(self, channel: str) -> list[str]:
        """The payloads of a channel that are waited for."""
        return [payload for name, payload in self._waiters if name == channel and payload is not None]

    def deliver(self, channel: str, payload: str = "") -> None:
        """Wake who waits for this payload, or for any. On the event loop only."""
        for key in ((channel, payload), (channel, None)):
            for waiter in self._waiters.get(key, ()):
                waiter.wake()

    def wake_channel(self, channel: str) -> None:
        """Wake everybody who waits on the channel, whatever the key."""
        for key, waiters in self._waiters.items():
            if key[0] == channel:
                for waiter in waiters:
                    waiter.wake()

    def wake_all(self) -> None:
        """Wake everybody: signals of other nodes may have been missed."""
        for waiters in self._waiters.values():
            for waiter in waiters:
                waiter.wake()

    def add(self, waiter: Waiter, keys: Collection[_Key]) -> None:
        """Called by the waiter itself."""
        for key in keys:
            self._waiters.setdefault(key, set()).add(waiter)

    def remove(self, waiter: Waiter, keys: Collection[_Key]) -> None:
        """Called by the waiter itself."""
        for key in keys:
            waiters = self._waiters[key]
            waiters.discard(waiter)
            if not waiters:
                del self._waiters[key]

    def __len__(self) -> int:
        return len(set().union(*self._waiters.values()))
