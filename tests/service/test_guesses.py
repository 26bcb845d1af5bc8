"""What is remembered of failed log-ins. How they are slowed down is tested over HTTP, in ``conformance``."""

from taskbridge.clock import ManualClock
from taskbridge.service import guesses
from taskbridge.service.guesses import Failures


def test_the_memory_of_failures_is_bounded(clock: ManualClock) -> None:
    failures = Failures(guesses.NAME, clock)
    for number in range(guesses.MOST_ENTRIES + 100):
        failures.failed(number)
    assert len(failures) == guesses.MOST_ENTRIES


def test_failures_melt_away(clock: ManualClock) -> None:
    failures = Failures(guesses.NAME, clock)
    for _ in range(1_000):
        failures.failed("anna")
    assert failures.delay("anna") == guesses.NAME.longest
    delays = []
    while len(failures):
        clock.advance(guesses.NAME.window // guesses.NAME.free)
        delays.append(failures.delay("anna"))
    assert sorted(delays, reverse=True) == delays
    assert len(delays) == guesses.NAME.most
