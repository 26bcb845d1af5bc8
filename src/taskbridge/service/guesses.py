"""Slows down who guesses passwords and tokens, without shutting out who knows them.

Failed log-ins are counted three times. Per name and address a guesser soon waits up to half a minute for each attempt,
one at a time. Per address (many names from one place) and per name (one name from many places) the delay begins later
and stays short, so that a person whose name or whose proxy others use for guessing still gets in. Only attempts that
have to be verified are delayed, before they cost a hash; what was verified shortly before is answered from memory by
``identity.Credentials``.

Tokens cannot be guessed, but each wrong one costs a read of the database. They are looked up first, and only the answer
to wrong ones is delayed: a good token from the same address never waits. As with passwords, few answers wait at a time,
and further wrong tokens are refused.

All counts are kept in memory, per process; they melt away with time, and the tables are bounded.
"""

import asyncio
import hashlib
import logging
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Hashable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from taskbridge.clock import Clock
from taskbridge.service.errors import TooManyAttempts

log = logging.getLogger("taskbridge.guesses")

_MINUTE = 60_000
MOST_ENTRIES = 10_000  # per table; beyond it those that failed least recently are forgotten
_MOST_WAITING = 200  # attempts that are delayed at the same time
_MOST_PER_ADDRESS = 8
_LOGGED = 80  # characters of a name or an address


@dataclass(frozen=True, slots=True)
class Rule:
    """After ``free`` failures the next attempt waits for ``first`` milliseconds, then twice as long, to ``longest``.

    ``free`` failures are forgotten within ``window`` milliseconds.
    """

    free: int
    first: int
    longest: int
    window: int

    def delay(self, failures: float) -> int:
        """Milliseconds that the next attempt waits after so many failures."""
        beyond = int(failures) - self.free
        return 0 if beyond < 0 else min(self.first << min(beyond, 30), self.longest)

    @property
    def most(self) -> int:
        """The number of failures at which the delay stops growing; more are not counted."""
        return self.free + (self.longest // self.first).bit_length()


NAME_AND_ADDRESS = Rule(free=3, first=1_000, longest=30_000, window=15 * _MINUTE)
ADDRESS = Rule(free=20, first=250, longest=4_000, window=10 * _MINUTE)
NAME = Rule(free=20, first=250, longest=2_000, window=10 * _MINUTE)
TOKENS = Rule(free=100, first=250, longest=4_000, window=_MINUTE)


@dataclass(slots=True)
class _Entry:
    failures: float
    counted_at: int
    logged: bool = False


class Failures:
    """How many attempts failed, by key, under one rule."""

    def __init__(self, rule: Rule, clock: Clock) -> None:
        self.rule = rule
        self._clock = clock
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._entries)

    def delay(self, key: Hashable, more: int = 0) -> int:
        """Milliseconds that the next attempt waits, when ``more`` attempts are counted as if they had failed."""
        entry = self._current(key)
        return self.rule.delay((entry.failures if entry else 0) + more)

    def failed(self, key: Hashable) -> bool:
        """Count a failure; tells whether it is the one with which the delay begins."""
        entry = self._current(key) or _Entry(0, self._clock.elapsed())
        entry.failures = min(entry.failures + 1, self.rule.most)
        self._entries[key] = entry
        self._entries.move_to_end(key)
        if len(self._entries) > MOST_ENTRIES:
            self._entries.popitem(last=False)
        begins = not entry.logged and entry.failures >= self.rule.free
        entry.logged = entry.logged or begins
        return begins

    def forget(self, key: Hashable) -> None:
        """Forget the failures of a key."""
        self._entries.pop(key, None)

    def clear(self) -> None:
        """Forget all failures."""
        self._entries.clear()

    def _current(self, key: Hashable) -> _Entry | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        now = self._clock.elapsed()
        entry.failures -= (now - entry.counted_at) * self.rule.free / self.rule.window
        entry.counted_at = now
        if entry.failures <= 0:
            del self._entries[key]
            return None
        return entry


class Attempt:
    """A log-in whose password is about to be verified."""

    def __init__(self) -> None:
        self.succeeded: bool | None = None  # None when it was not found out


class Guesses:
    """The failures of this process, and who waits because of them; nobody, when not ``active``. On the event loop."""

    def __init__(self, clock: Clock, *, active: bool = True) -> None:
        self._clock = clock
        self._active = active
        self._pairs = Failures(NAME_AND_ADDRESS, clock)
        self._addresses = Failures(ADDRESS, clock)
        self._names = Failures(NAME, clock)
        self._tokens = Failures(TOKENS, clock)
        self._under_way: Counter[Hashable] = Counter()
        self._waiting: set[asyncio.Event] = set()
        #: How often what was not good: ``password``, ``token``; and ``refused`` attempts, since too many waited.
        self.failed = Counter({"password": 0, "token": 0, "refused": 0})

    @property
    def waiting(self) -> int:
        """How many attempts and answers are delayed at the moment."""
        return len(self._waiting)

    @asynccontextmanager
    async def attempt(self, name: str, address: str) -> AsyncIterator[Attempt]:
        """Wait as long as this name and address have to; the block then verifies, and sets ``succeeded``.

        Raises TooManyAttempts when too many wait already.
        """
        if not self._active:
            attempt = Attempt()
            yield attempt
            self.failed["password"] += attempt.succeeded is False
            return
        named, from_there = _digest(name), _network(address)
        pair = (named, from_there)
        delays = (
            self._pairs.delay(pair, self._under_way[pair]),
            self._addresses.delay(from_there),
            self._names.delay(named),
        )
        if (
            (delays[0] and self._under_way[pair])
            or (delays[1] and self._under_way[from_there] >= _MOST_PER_ADDRESS)
            or (any(delays) and len(self._waiting) >= _MOST_WAITING)
        ):
            self.failed["refused"] += 1
            raise TooManyAttempts(max(delays))
        attempt = Attempt()
        with _counted(self._under_way, pair), _counted(self._under_way, from_there):
            await self._wait(max(delays))
            yield attempt
        if attempt.succeeded:
            self._pairs.forget(pair)
            self._names.forget(named)
        elif attempt.succeeded is False:
            self._count(name, address, pair, from_there, named)

    async def wrong_token(self, address: str) -> None:
        """A token was not good: count it, and wait before that is answered.

        Raises TooManyAttempts when too many wait already.
        """
        self.failed["token"] += 1
        if not self._active:
            return
        from_there = _network(address)
        if self._tokens.failed(from_there):
            log.warning("many wrong tokens from %s: answers to further ones are delayed", address[:_LOGGED])
        delay = self._tokens.delay(from_there)
        waiter = ("token", from_there)
        if not delay:
            return
        if len(self._waiting) >= _MOST_WAITING or self._under_way[waiter] >= _MOST_PER_ADDRESS:
            self.failed["refused"] += 1
            raise TooManyAttempts(delay)
        with _counted(self._under_way, waiter):
            await self._wait(delay)

    def end_waiting(self) -> None:
        """The program is about to end: whoever waits is answered now."""
        for waiter in self._waiting:
            waiter.set()

    def forget(self) -> None:
        """Forget all failures."""
        for table in (self._pairs, self._addresses, self._names, self._tokens):
            table.clear()

    def _count(self, name: str, address: str, pair: Hashable, from_there: Hashable, named: Hashable) -> None:
        self.failed["password"] += 1
        shown = repr(name[:_LOGGED])
        if self._pairs.failed(pair):
            log.warning("wrong passwords for %s from %s: further attempts are delayed", shown, address[:_LOGGED])
        if self._addresses.failed(from_there):
            log.warning("many wrong passwords from %s: further attempts are delayed", address[:_LOGGED])
        if self._names.failed(named):
            log.warning("many wrong passwords for %s: further attempts are delayed", shown)

    async def _wait(self, milliseconds: int) -> None:
        if not milliseconds:
            return
        over = asyncio.Event()
        alarm = self._clock.call_after(milliseconds, over.set)
        self._waiting.add(over)
        try:
            await over.wait()
        finally:
            self._waiting.discard(over)
            alarm.cancel()


@contextmanager
def _counted(counter: Counter[Hashable], key: Hashable) -> Iterator[None]:
    counter[key] += 1
    try:
        yield
    finally:
        counter[key] -= 1
        if not counter[key]:
            del counter[key]


def _digest(text: str) -> bytes:
    """Names and addresses come from outside and may be long; keys are short."""
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=16).digest()


def _network(address: str) -> Hashable:
    """Whom an address stands for: one host of IPv4, a network of IPv6, of which a guesser has 2**64 addresses."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return _digest(address)  # a proxy may pass on whatever a client sends
    if not isinstance(parsed, IPv6Address):
        return parsed.packed
    return parsed.ipv4_mapped.packed if parsed.ipv4_mapped else parsed.packed[:8]
