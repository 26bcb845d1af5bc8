"""Camunda's scalars: dates as Java's lenient format reads and writes them, and values as Java turns them into text.

Called by the binding, the variables and the views; moments are epoch milliseconds on our side.
"""

from taskbridge.dialects.java_values import EARLIEST, LATEST, format_date, java_text, parse_date

__all__ = ["EARLIEST", "LATEST", "LONGEST", "format_date", "java_text", "parse_date"]

#: Durations are cut to this many milliseconds (7900 years), so that now plus a duration can be written.
LONGEST = 250_000_000_000_000
