"""The process of a seed. Ranges of seeds have kinds of their own, so that recorded traces stay those of their seeds."""

from bpmn_writing import document, documents
from random_processes.chance import Chance
from random_processes.compensating import CompensatingWriter
from random_processes.composing import composed
from random_processes.events import Events
from random_processes.writing import Writer

#: From this seed on processes have compensation and transactions.
COMPENSATING = 500_000
#: From this one on they have multi-instance and call activities; compensation where the seed is odd.
COMPOSED = 1_000_000


def key_of(seed: int) -> str:
    """The key of a seed's process. Those that it calls have keys that begin with it."""
    return f"random-{seed}"


def compensates(seed: int) -> bool:
    """Whether there may be compensation in a seed's process."""
    return seed % 2 == 1 if seed >= COMPOSED else seed >= COMPENSATING


def process(seed: int) -> bytes:
    """The BPMN file of the process that belongs to a seed."""
    key, events = key_of(seed), f"p{seed}"
    if seed >= COMPOSED:
        return documents(composed(key, events, compensates=compensates(seed)))
    writer = CompensatingWriter if seed >= COMPENSATING else Writer
    return document(key, *writer(Chance(key), Events(events, Chance(f"{key} events"))).scope(0))
