"""Which faults a campaign has, in what order, and how long each lasts. Pure."""

import random
from itertools import cycle, islice

from tests.crash.faults import OUTAGES, Fault

#: By the name that the command knows: the faults that follow one another. An outage in five is a promotion, one a hang.
KINDS: dict[str, tuple[str, ...]] = {
    "kill": ("kill server", "kill backend", "kill cluster", "kill server"),
    "outage": ("stop immediate", "hang", "kill postmaster", "promotion", "stop fast"),
    "promotion": ("promotion",),
    "hang": ("hang",),
    "mixed": ("kill server", "hang", "kill backend", "promotion", *OUTAGES),
}
_SHORTEST = 0.1


def made(kind: str, number: int, database: str, seed: int, longest: float) -> list[Fault]:
    """So many faults. Lengths are spread evenly between orders of magnitude, the ends included."""
    names = KINDS[kind] if database == "postgresql" else ("kill server",)
    choice = random.Random(seed)
    if kind == "kill":
        return [Fault(name, choice.uniform(0, 0.5)) for name in islice(cycle(names), number)]
    lengths = [_SHORTEST * (longest / _SHORTEST) ** (step / max(number - 1, 1)) for step in range(number)]
    choice.shuffle(lengths)
    return [Fault(name, seconds) for name, seconds in zip(cycle(names), lengths, strict=False)]
