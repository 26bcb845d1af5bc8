"""What others may have to bear while a server is under attack, and the figures that the tests print of it."""

from collections.abc import Iterator

from tests.figures import figure
from tests.hostile.server import CONTROL, Attacked, Moment

SECONDS = 0.5
"""What others may wait, beside what the machine lets the server and the innocent client wait for a processor."""
MEMORY = 200_000_000
"""Bytes by which the server may grow."""

_WORST: dict[str, float] = {}


def delays(server: Attacked, since: Moment, told: str) -> Iterator[str]:
    """What is wrong with how others were answered since a moment.

    A machine that is busy with something else makes everybody wait: the innocent client, which its control shows, and
    the server, whose time without a processor the system counts. Neither is the server's fault.
    """
    waited = server.waited(since.second)
    control = waited.pop(CONTROL).seconds
    worst = max(waited.values(), key=lambda sample: sample.seconds)
    starved = server.starved() - since.starved
    own = worst.seconds - control - starved
    note("longest that others waited during hostile requests (ms)", worst.seconds * 1000, f"{told}; {worst.name}")
    note("the same without waiting for a processor (ms)", own * 1000, f"{told}; {worst.name}")
    if own > SECONDS:
        yield f"{told}: {worst.name} waited {worst.seconds:.2f} s, the control {control:.3f} s, starved {starved:.3f} s"
    if refused := [sample for sample in waited.values() if sample.status != 200]:
        yield f"{told}: others were not answered: {refused}"


def note(name: str, value: float, where: str) -> None:
    """Keep the highest value of a figure, and print it at the end of the run."""
    if value >= _WORST.get(name, 0):
        _WORST[name] = value
        figure(name, f"{value:.0f} ({where})")
