"""Judges registers: variables that are written and read by many must behave as if each access took place at one moment.

Pure. Every value is written once, so this is decided exactly and fast, by the zones of Gibbons and Korach ("Testing
shared memories", 1997): the accesses of one value span a zone, and the zones tell whether an order exists.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from tests.crash.history import Outcome, Read, Write


@dataclass
class _Value:
    """The accesses of one value of a register, those that certainly took place."""

    value: str
    write: Write
    reads: list[Read] = field(default_factory=list)

    @property
    def first_end(self) -> float:
        """By then the value was certainly written."""
        return min([self.write.latest, *(read.answered for read in self.reads)])

    @property
    def last_begin(self) -> float:
        """Until then the value was certainly not replaced for good."""
        return max([self.write.called, *(read.called for read in self.reads)])

    @property
    def forward(self) -> bool:
        """Whether the register certainly had this value all the time from ``first_end`` to ``last_begin``."""
        return self.first_end < self.last_begin


def problems(writes: Sequence[Write], reads: Sequence[Read]) -> Iterator[str]:
    """What no order of moments explains. The first value of a register is a write, too."""
    written: defaultdict[str, dict[str, _Value]] = defaultdict(dict)
    for write in writes:
        written[write.register][write.value] = _Value(write.value, write)
    for read in reads:
        known = written[read.register].get(read.value)
        if known is None:
            yield f"register {read.register}: read {read.value}, which was never written"
        elif known.write.outcome is Outcome.REFUSED:
            yield f"register {read.register}: read {read.value}, whose write was refused"
        elif read.answered < known.write.called:
            yield f"register {read.register}: read {read.value} before it was written"
        else:
            known.reads.append(read)
    for register, values in written.items():
        for what in _disorder(list(values.values())):
            yield f"register {register}: {what}"


def _disorder(values: Sequence[_Value]) -> Iterator[str]:
    seen = [value for value in values if value.first_end < math.inf and value.write.outcome is not Outcome.REFUSED]
    forward = [value for value in seen if value.forward]
    for one, other in combinations(forward, 2):
        if one.first_end < other.last_begin and other.first_end < one.last_begin:
            yield f"{one.value} and {other.value} were both the value at the same time: one read is stale"
    for value in seen:
        for zone in forward:
            if not value.forward and zone.first_end < value.last_begin and value.first_end < zone.last_begin:
                yield f"{value.value} was written while {zone.value} was the value: one read is stale"
