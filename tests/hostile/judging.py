"""What others may have to bear while a server is under attack, and the figures that the tests print of it."""

from collections.abc import Iterator

from tests.figures import figure
from tests.hostile.server import CONTROL, Attacked

SECONDS = 0.5
"""What others may wait, as long as the machine itself is not busy with something else."""
PATIENCE = 30.0
"""What they may wait when it is."""
IDLE = 0.05
"""A control that is always answered within this time shows a machine that is not busy."""
MEMORY = 200_000_000
"""Bytes by which the server may grow."""

_WORST: dict[str, float] = {}


def delays(server: Attacked, since: float, told: str) -> Iterator[str]:
    """What is wrong with how others were answered since a moment (monotonic seconds)."""
    waited = server.waited(since)
    control = waited.pop(CONTROL).seconds
    worst = max(waited.values(), key=lambda sample: sample.seconds)
    note("longest that others waited during hostile requests (ms)", worst.seconds * 1000, f"{told}; {worst.name}")
    if worst.seconds > (SECONDS if control < IDLE else PATIENCE):
        yield f"{told}: {worst.name} waited {worst.seconds:.2f} s, the control {control:.3f} s"
    if refused := [sample for sample in waited.values() if sample.status != 200]:
        yield f"{told}: others were not answered: {refused}"


def note(name: str, value: float, where: str) -> None:
    """Keep the highest value of a figure, and print it at the end of the run."""
    if value >= _WORST.get(name, 0):
        _WORST[name] = value
        figure(name, f"{value:.0f} ({where})")
