"""The unit of work that every use case is given: one transaction, who acts, and what the process keeps in memory."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from taskbridge.clock import Clock, SystemClock
from taskbridge.engine.graph import Process
from taskbridge.engine.scripts.running import Allowance, CommandScripts
from taskbridge.kinds import Handling
from taskbridge.service import scripts
from taskbridge.service.expiries import Expiries
from taskbridge.service.graphs import Graphs
from taskbridge.service.guesses import Guesses
from taskbridge.service.handling import handling
from taskbridge.service.passwords import Passwords
from taskbridge.settings import Settings
from taskbridge.store.database import Database, Transaction

if TYPE_CHECKING:
    from taskbridge.service.signals import Chain

T = TypeVar("T")
#: Commands and rows that are surely worked off within some 50 ms, each of them taking 0.25 ms at most.
_FEW = 200


class MustWrite(Exception):
    """A use case that usually reads has to write this time."""


@dataclass(slots=True)
class Services:
    """What dialects hold: the way to run use cases in transactions, and the memory they share."""

    database: Database
    clock: Clock
    graphs: Graphs = field(default_factory=Graphs)
    expiries: Expiries = field(init=False)
    guesses: Guesses = field(init=False)
    passwords: Passwords = field(default_factory=Passwords, init=False)
    leaving: bool = False  # the program was told to end; it serves on, and is to be sent nothing more
    stopping: bool = False
    #: The class and the text that an error has in the API that shows jobs; None for an error that it has no words for.
    text_of_failure: Callable[[Exception], tuple[str, str | None] | None] | None = None
    most_waiting: int = 10_000  # long polls that may wait at the same time
    database_threads: int = 4  # connections for everything but long lists, on PostgreSQL
    handling: Handling = Handling.PLAIN  # how models are read whose deployment says nothing of that
    scripts: Allowance = scripts.OFF  # what scripts in models may take
    slow_guesses: bool = True  # whether who guesses passwords or tokens is slowed down
    waiting: int = field(default=0, init=False)  # long polls that wait now
    jobs_under_way: int = field(default=0, init=False)  # jobs that this process carries out now

    def __post_init__(self) -> None:
        """Expiries wake the waiters of this very database."""
        self.expiries = Expiries(self.database, self.clock)
        self.guesses = Guesses(self.clock, active=self.slow_guesses)

    def run(self, work: Callable[["Unit"], T], user: str | None = None) -> Coroutine[Any, Any, T]:
        """Run a use case in one transaction; returns after the commit, raises what it raised (nothing is kept then)."""
        return self.database.run(lambda tx: work(Unit(tx, self, user)))

    async def read(self, work: Callable[["Unit"], T], user: str | None = None) -> T:
        """Run a use case that only reads and may take long, such as a list; completions do not wait for it.

        It runs again as ``run`` has it when it finds that it has to write (``Unit.require_writing``).
        """
        try:
            return await self.database.read(lambda tx: work(Unit(tx, self, user, only_reads=True)))
        except MustWrite:
            return await self.run(work, user)

    def stop_waiting(self) -> None:
        """The program is about to end: send away who waits, now and from now on."""
        self.leaving = self.stopping = True
        self.guesses.end_waiting()
        self.database.signals.wake_all()


@asynccontextmanager
async def opened(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Services]:
    """The shared services on an open, migrated database; closed with the block. Raises as ``Database.open`` does."""
    chosen = clock or SystemClock()
    database = await Database.open(
        settings.database_url,
        chosen,
        threads=settings.database_threads,
        read_threads=settings.database_read_threads,
        read_timeout=settings.read_timeout,
        write_timeout=settings.write_timeout,
        queue_timeout=settings.queue_timeout,
    )
    try:
        yield Services(
            database,
            database.clock,
            most_waiting=settings.waiting_polls,
            database_threads=settings.database_threads,
            scripts=scripts.allowed(settings),
            slow_guesses=settings.slow_guesses,
            handling=handling(settings.delegates, settings.java_listeners, javascript="javascript" in settings.scripts),
        )
    finally:
        await database.close()


@dataclass(slots=True)
class Unit:
    """One request's work. ``user`` is who acts, None where nobody had to say."""

    tx: Transaction
    services: Services
    user: str | None = None
    signalled: bool = False  # whether an instance has thrown a signal that was for another one
    only_reads: bool = False
    signals: "Chain | None" = None  # what the signals of this transaction reach, once there was one
    _scripts: CommandScripts | None = None  # made when a script is first met

    def require_writing(self) -> None:
        """To be called by what usually reads, before it writes something that is missing."""
        if self.only_reads:
            raise MustWrite

    def process(self, definition_id: int) -> Process:
        """The compiled process of a definition."""
        return self.services.graphs.get(self.tx, definition_id)

    @property
    def scripts(self) -> CommandScripts:
        """What evaluates the scripts of this transaction; they share their time."""
        if self._scripts is None:
            tx = self.tx
            self._scripts = CommandScripts(
                self.services.scripts, now=tx.now, hurried=tx.on_event_loop, expect_long_work=tx.expect_long_work
            )
        return self._scripts

    def expect_commands(self, number: int) -> None:
        """To be called before so many commands or rows are worked off in this transaction."""
        if number > _FEW:
            self.tx.expect_long_work()

    def expires(self, topic: str, moment: int) -> None:
        """A task of the topic becomes free at that moment by itself; waiting workers are woken then.

        From here on only the time that passes counts: the clock may be set meanwhile.
        """
        due = self.services.clock.elapsed() + moment - self.tx.now
        self.tx.after_commit(lambda: self.services.expiries.note(topic, due))
