"""The process of a seed. Ranges of seeds have kinds of their own, so that recorded traces stay those of their seeds."""

from bpmn_writing import document
from random_processes.chance import Chance
from random_processes.compensating import CompensatingWriter
from random_processes.events import Events
from random_processes.writing import Writer

#: From this seed on processes have compensation and transactions.
COMPENSATING = 500_000


def process(seed: int) -> bytes:
    """The BPMN file of the process that belongs to a seed."""
    key = f"random-{seed}"
    writer = CompensatingWriter if seed >= COMPENSATING else Writer
    return document(key, *writer(Chance(key), Events(f"p{seed}", Chance(f"{key} events"))).scope(0))
