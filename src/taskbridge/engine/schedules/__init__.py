"""When timers fall due: dates, durations, repetitions and cron expressions, exactly as Camunda 7.24 computes them.

Pure: values and the moment of now in, milliseconds since 1970 UTC out. Nothing here reads a clock. A text without a
zone is UTC, and cron expressions are in UTC.

The readings are those of the libraries that the vendor's engine uses, with their limits and oddities; the libraries of
Python read a tenth to a quarter of what was recorded otherwise.
"""

from taskbridge.engine.schedules.cycles import Cycle
from taskbridge.engine.schedules.due import cycle, due_of_date, due_of_duration, retry_intervals
from taskbridge.engine.schedules.errors import InvalidSchedule

__all__ = [
    "Cycle",
    "InvalidSchedule",
    "cycle",
    "due_of_date",
    "due_of_duration",
    "retry_intervals",
]
