"""The clients: they start, work, send messages and signals, and cancel, all at once, on the same instances.

Each sends one request after the other, mostly to a node by chance; some send two at the same moment, one to each node.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from tests.stress.actor import Actor
from tests.stress.expected import MODELS, STARTED, model_of
from tests.stress.history import History
from tests.stress.requests import Target

#: Of 64 clients so many have each part.
SHARES: Mapping[str, int] = {
    "work": 17,
    "do_tasks": 8,
    "correlate": 13,
    "send_twice": 7,
    "meet": 6,
    "start": 5,
    "correlate_all": 3,
    "signal": 3,
    "cancel": 1,
    "look": 1,
}
#: Seconds.
_PAUSE = 0.02
_LOOKS = 0.25


@dataclass
class Load:
    """What all of them share. ``open_at_most``: so many instances are under way; more are not started."""

    ports: Sequence[int]
    seed: int
    processes: Sequence[str]
    open_at_most: int = 120
    history: History = field(default_factory=History)
    #: Instances that were alive a moment ago.
    alive: list[Target] = field(default_factory=list)
    draining: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def run(self, clients: int) -> None:
        """Run so many clients until it is over."""
        async with asyncio.TaskGroup() as group:
            for name, share in SHARES.items():
                for number in range(max(1, share * clients // sum(SHARES.values()))):
                    group.create_task(self._play(_PARTS[name], f"{name}{number}"))

    async def _play(self, part: "Part", name: str) -> None:
        with self.actor(name) as actor:
            while not self.over.is_set():
                await part(self, actor)
                await asyncio.sleep(_PAUSE * actor.choice.random())

    @contextlib.contextmanager
    def actor(self, name: str) -> Iterator[Actor]:
        """An actor with its own random numbers and connections."""
        actor = Actor(self.history, self.ports, random.Random(f"{self.seed} {name}"), name, self.numbers)
        try:
            yield actor
        finally:
            actor.close()

    async def waiting(self, actor: Actor) -> Target | None:
        """An instance that is alive, as far as is known, of a process with messages; None after a pause."""
        wanted = [one for one in self.alive if MODELS[one.process].messages]
        if not wanted:
            await asyncio.sleep(_LOOKS)
            return None
        return actor.choice.choice(wanted)

    async def drained(self, seconds: float) -> bool:
        """Let all instances come to their ends; tells whether they did within so many seconds."""
        self.draining.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                with self.actor("drain") as actor:
                    while await actor.count_alive():
                        await asyncio.sleep(_LOOKS)
                    return True
        return False

    async def cancel_all(self) -> int:
        """Cancel what is left; tells how many these were."""
        cancelled = 0
        with self.actor("end") as actor:
            while found := await actor.look():
                for target in found:
                    cancelled += await actor.cancel(target)
        return cancelled


Part = Callable[[Load, Actor], Awaitable[None]]


async def work(load: Load, actor: Actor) -> None:
    """A worker: fetches and completes tasks; some it gives back, some it leaves to others."""
    for task in await actor.fetch():
        await actor.deal_with(task, again=0.0 if load.draining.is_set() else 0.6)


async def do_tasks(load: Load, actor: Actor) -> None:
    """A person: completes a task of the list; others have the same list."""
    tasks = await actor.tasks()
    for task in actor.choice.sample(tasks, min(2, len(tasks))):
        await actor.complete_task(task)
    if not tasks:
        await asyncio.sleep(_LOOKS)


async def correlate(load: Load, actor: Actor) -> None:
    """Sends a message to one instance."""
    target = await load.waiting(actor)
    if target is not None:
        await actor.deliver(target, await actor.a_message(target, draining=load.draining.is_set()))


async def send_twice(load: Load, actor: Actor) -> None:
    """Sends the same message to one instance twice at the same moment, each to another node."""
    target = await load.waiting(actor)
    if target is not None:
        message = await actor.a_message(target, draining=load.draining.is_set())
        await asyncio.gather(actor.deliver(target, message, node=0), actor.deliver(target, message, node=-1))


async def meet(load: Load, actor: Actor) -> None:
    """Sends a message and something else to one instance at the same moment: a completion, a timer, a cancellation."""
    target = await load.waiting(actor)
    if target is None:
        return
    message = await actor.a_message(target, draining=load.draining.is_set())
    others: list[Awaitable[object]] = [actor.deliver(target, message, node=0)]
    chance = actor.choice.random()
    if chance < 0.03 and not load.draining.is_set():
        others.append(actor.cancel(target, node=-1))
    elif chance < 0.5:
        others += [actor.execute(job, node=-1) for job in (await actor.jobs(target))[:1]]
    else:
        others += [actor.complete_task(task, node=-1) for task in (await actor.tasks(target))[:1]]
    await asyncio.gather(*others)


async def start(load: Load, actor: Actor) -> None:
    """Starts instances, by the key of a process or by a message."""
    if load.draining.is_set() or len(load.alive) >= load.open_at_most:
        await asyncio.sleep(_LOOKS)
        return
    target = await actor.start(actor.choice.choice([one for one in load.processes if one != STARTED]))
    if target is not None:
        load.alive.append(target)


async def correlate_all(load: Load, actor: Actor) -> None:
    """Sends a message to all instances of a group that wait for it."""
    if load.draining.is_set():
        await asyncio.sleep(_LOOKS)
        return
    target = await load.waiting(actor)
    if target is not None:
        await actor.correlate_all(await actor.a_message(target))
    await asyncio.sleep(_LOOKS * actor.choice.random())


async def signal(load: Load, actor: Actor) -> None:
    """Throws a signal to everything that waits for it."""
    signals = [event for process in load.processes for event in MODELS[process].signals]
    if names := actor.names_of(signals, draining=load.draining.is_set()):
        await actor.signal(actor.choice.choice(names))
    await asyncio.sleep(_LOOKS * actor.choice.random())


async def cancel(load: Load, actor: Actor) -> None:
    """Cancels instances."""
    if load.alive and not load.draining.is_set():
        await actor.cancel(actor.choice.choice(load.alive))
    await asyncio.sleep(_LOOKS)


async def look(load: Load, actor: Actor) -> None:
    """Looks which instances are alive."""
    found = await actor.look()
    load.alive = [one for one in found if model_of(one.business_key)]
    await asyncio.sleep(_LOOKS)


_PARTS: Mapping[str, Part] = {part.__name__: part for part in (work, do_tasks, correlate, send_twice, meet, start)} | {
    part.__name__: part for part in (correlate_all, signal, cancel, look)
}
