"""Cycles: timers that fire again and again, by `R3/PT10S` and its kin or by a cron expression.

Pure; calls `cron`, `dates`, `durations` and `errors` only.
"""

import re
from dataclasses import dataclass

from taskbridge.engine.schedules.cron import next_firing
from taskbridge.engine.schedules.dates import moment_of, parse_date
from taskbridge.engine.schedules.durations import Duration, duration_between, parse_duration
from taskbridge.engine.schedules.errors import InvalidSchedule

#: How often `R/…` repeats: the largest int of the vendor's language.
ENDLESS = 2**31 - 1
_COUNT = re.compile(r"R([+-]?[0-9]{1,1000})?", re.ASCII)


@dataclass(frozen=True)
class Interval:
    """A step or its repetition, from a start (`R3/start/PT1H`, `R3/start/end`) or up to an end (`R3/PT1H/end`)."""

    step: Duration
    start: int | None
    end: int | None
    #: None: it is not repeated.
    times: int | None

    def due(self, now: int) -> int | None:
        """The first moment, in milliseconds since 1970 UTC; None when all have passed. Raises InvalidSchedule."""
        if self.start is None and self.end is not None:
            return self.end if self.times is None else self._due_before(self.end, now)
        start = now if self.start is None else self.start
        if self.times is None:
            return self.step.after(start) if self.end is None else self.end
        return self._due_after(start, now)

    def _due_after(self, start: int, now: int) -> int | None:
        moment, left = start, self.times or 0
        if left > 0 and moment <= now and self.step.after(moment) <= moment:
            # Steps that lead nowhere.
            return moment if self.step.after(moment) == moment == now else None
        if self.step.fixed and left > 0 and moment <= now:
            steps = min(left, (now - moment) // self.step.ms + 1)
            moment, left = moment + steps * self.step.ms, 0
        while left > 0 and moment <= now:
            moment, left = self.step.after(moment), left - 1
        return moment if moment >= now else None

    def _due_before(self, end: int, now: int) -> int | None:
        moment, before, left = end, self.step.after(end, -1), self.times or 0
        if before >= end:
            return end if end >= now else None
        if self.step.fixed and left > 0 and before > now:
            moment, left = end - min(left, (end - now - 1) // self.step.ms) * self.step.ms, 0
        while left > 0 and before > now:
            moment, before, left = before, self.step.after(before, -1), left - 1
        return moment if moment >= now else None


def parse_interval(text: str) -> Interval:
    """Read a duration or a repetition, each with or without a start or an end. Raises InvalidSchedule."""
    parts = text.split("/")
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    if len(parts) > 3 or (len(parts) == 1 and not parts[0] and text):
        raise InvalidSchedule(f"ENGINE-09028 Cannot parse duration '{text}'.")
    times = None
    if parts[0].startswith("R"):
        times, parts = _count(parts[0]), parts[1:]
    if not parts:
        raise InvalidSchedule("Index 0 out of bounds for length 0")
    if parts[0].startswith("P"):
        return Interval(parse_duration(parts[0]), None, parse_date(parts[1]) if len(parts) > 1 else None, times)
    start = parse_date(parts[0])
    if len(parts) == 1:
        raise InvalidSchedule("Index 1 out of bounds for length 1")
    if parts[1].startswith("P"):
        return Interval(parse_duration(parts[1]), start, None, times)
    end = parse_date(parts[1])
    return Interval(duration_between(start, end), start, end, times)


def _count(text: str) -> int:
    matched = _COUNT.fullmatch(text)
    if matched is None or (matched[1] and int(matched[1]) > ENDLESS):
        raise InvalidSchedule(f'For input string: "{text[1:]}"')
    return int(matched[1]) if matched[1] else ENDLESS


@dataclass(frozen=True)
class Cycle:
    """A cycle at one of its firings: when that is due, and what is repeated, as the vendor stores it in a job."""

    #: Milliseconds since 1970 UTC.
    due_at: int
    #: `R3/2027-01-31T12:00:00/PT10S` or a cron expression; empty: it does not fire again.
    repeat: str = ""
    #: By how many milliseconds its moments were moved (a changed due date with `cascade`).
    moved_by: int = 0

    def text(self) -> str:
        """All but the due date, for the row of the job; `parse` reads it."""
        return f"{self.moved_by:+} {self.repeat}" if self.moved_by else self.repeat

    @classmethod
    def parse(cls, text: str, due_at: int = 0) -> "Cycle":
        """Read what `text` wrote. A moved one begins with a sign, which no cycle does."""
        if text[:1] not in ("+", "-"):
            return cls(due_at, text)
        moved_by, _, repeat = text.partition(" ")
        return cls(due_at, repeat, int(moved_by))

    def moved(self, due_at: int) -> "Cycle":
        """The cycle whose due date was changed with `cascade`: all later firings are moved by as much."""
        return Cycle(due_at, self.repeat, self.moved_by + due_at - self.due_at)

    def next(self, fired_due_ms: int, now_ms: int) -> "Cycle | None":
        """The firing after the one that was due at `fired_due_ms` and fires now, or None.

        It is counted from now, so that firings that were missed are left out, but on the grid of the first one, whose
        seconds are whole: it does not drift. Raises InvalidSchedule as the vendor's engine does.
        """
        if not self.repeat:
            return None
        if not self.repeat.startswith("R"):
            due_at = _next_of_cron(self.repeat, now_ms)
            return None if due_at is None else Cycle(due_at, self.repeat, self.moved_by)
        # On time to the millisecond, this firing would be found again.
        now = now_ms + 1 if now_ms == fired_due_ms else now_ms
        due = _next_of_interval(self.repeat, now, self.moved_by)
        return None if due is None else Cycle(due, self.repeat, self.moved_by)


def first_firing(text: str, now: int) -> Cycle:
    """The cycle that a timer begins now. Raises InvalidSchedule with the vendor's message.

    A cron expression that never fires is due now, as in the vendor's engine. There it is due again and again; here not.
    """
    if text.startswith("R"):
        return Cycle(required(_next_of_interval(text, now, 0)), _stored(text, now))
    due = _next_of_cron(text, now)
    return Cycle(now if due is None else due, text)


def required(due: int | None) -> int:
    """The due date, which a timer must have: raises InvalidSchedule where all moments have passed when it is set."""
    if due is None:
        raise InvalidSchedule("duedate is null", "NullValueException")
    return due


def _stored(text: str, now: int) -> str:
    """What is repeated, with the start that it lacks: now, in whole seconds."""
    if len(text.rstrip("/").split("/")) != 2:
        return text
    return text.replace("/", f"/{moment_of(now):%Y-%m-%dT%H:%M:%S}/")


def _next_of_interval(text: str, now: int, moved_by: int) -> int | None:
    try:
        interval = parse_interval(text)
        if interval.start is None and interval.end is not None:
            # The end of a repetition does not move.
            return interval.due(now)
        due = interval.due(now - moved_by)
    except ValueError as error:
        # Of a number with thousands of digits, too.
        raise _unreadable(text, error) from error
    return None if due is None else due + moved_by


def _next_of_cron(text: str, now: int) -> int | None:
    try:
        return next_firing(text, now)
    except InvalidSchedule as error:
        raise _unreadable(text, error) from error


def _unreadable(text: str, error: ValueError) -> InvalidSchedule:
    return InvalidSchedule(f"ENGINE-09026 Exception while parsing cycle expression '{text}': {error}")
