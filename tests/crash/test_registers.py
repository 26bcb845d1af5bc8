"""Registers are judged by whether there is an order of their accesses that explains every value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.crash import checker, registers
from tests.crash.checker import Instance, Stored
from tests.crash.history import History, Outcome, Read, Start, Write

DONE, REFUSED, UNKNOWN = Outcome.DONE, Outcome.REFUSED, Outcome.UNKNOWN


def write(value: str, called: float, answered: float, outcome: Outcome = DONE) -> Write:
    return Write(called=called, answered=answered, outcome=outcome, register="10/r", value=value)


def read(value: str, called: float, answered: float) -> Read:
    return Read(called=called, answered=answered, outcome=DONE, register="10/r", value=value)


WRITES = [write("a", 0, 1), write("b", 2, 3)]


@pytest.mark.parametrize(
    ("writes", "reads", "what"),
    [
        (WRITES, [read("a", 4, 5)], "stale"),
        (WRITES, [read("z", 4, 5)], "never written"),
        (WRITES, [read("b", 0, 1)], "before it was written"),
        ([*WRITES, write("c", 4, 5, REFUSED)], [read("c", 6, 7)], "write was refused"),
        ([write("a", 0, 1), write("b", 2, 9, UNKNOWN)], [read("b", 3, 4), read("a", 5, 6)], "stale"),
        ([write("a", 0, 1), write("b", 0, 1)], [read("a", 2, 3), read("b", 4, 5), read("a", 6, 7)], "stale"),
        ([write("a", 0, 1), write("b", 2, 3)], [read("a", 2.2, 6)], ""),
        ([write("a", 0, 1), write("b", 2, 3, UNKNOWN)], [read("a", 8, 9), read("b", 10, 11)], ""),
        ([write("a", 0, 1), write("b", 2, 3, UNKNOWN)], [read("a", 8, 9)], ""),
        ([write("a", 0, 4), write("b", 1, 5)], [read("a", 2, 3), read("b", 2, 3), read("b", 6, 7)], ""),
    ],
    ids=[
        "stale",
        "nowhere",
        "future",
        "refused",
        "seen, then gone",
        "back and forth",
        "racing",
        "late",
        "never",
        "both",
    ],
)
def test_a_register_has_one_value_at_a_time(writes: list[Write], reads: list[Read], what: str) -> None:
    found = "\n".join(registers.problems(writes, reads))
    assert what in found
    assert bool(found) == bool(what)


@pytest.mark.parametrize(
    ("final", "what"), [({"r": "b"}, ""), ({"r": "a"}, "stale"), ({"r": "z"}, "never written"), ({}, "is gone")]
)
def test_the_stored_value_is_read_once_more(final: dict[str, str], what: str) -> None:
    start = Start(called=0, answered=1, outcome=DONE, business_key="k", nodes=frozenset())
    stored = Stored(instances=[Instance(10, "k", 2, final)])
    found = "\n".join(checker.problems(History(starts=[start], writes=WRITES), stored))
    assert what in found
    assert bool(found) == bool(what)


@given(st.data())
def test_accesses_that_took_place_one_after_the_other_raise_no_alarm(data: st.DataObject) -> None:
    """A register that is right, seen through calls that begin earlier and answers that come later."""
    width = st.floats(0, 5)
    value, writes, reads = "", [], []
    for moment in range(data.draw(st.integers(1, 12))):
        called, answered = moment - data.draw(width), moment + data.draw(width)
        if not value or data.draw(st.booleans()):
            value = f"v{moment}"
            writes.append(write(value, called, answered, data.draw(st.sampled_from((DONE, UNKNOWN)))))
        else:
            reads.append(read(value, called, answered))
    assert list(registers.problems(writes, reads)) == []
