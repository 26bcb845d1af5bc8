"""What the benchmark measured: one sample per round, their medians, and the table that is printed.

Called by ``benchmark.py``.
"""

import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

_PACKAGES = ("taskbridge-server", "connexion", "uvicorn", "uvloop", "httptools", "orjson", "sqlalchemy", "psycopg")
_HEADINGS = (
    "",
    "completions/s",
    "requests/s",
    "CPU µs/request",
    "of floor",
    "+ PostgreSQL",
    "fetch p50 / p99 ms",
    "complete p50 / p99 ms",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One round of one contender. Times are microseconds of processor time per request, and milliseconds waited."""

    completions_per_second: float
    requests_per_second: float
    server_us: float
    database_us: float | None
    fetch_ms: tuple[float, float]
    complete_ms: tuple[float, float]

    @classmethod
    def of(cls, told: dict[str, Any], server_seconds: float, database_seconds: float | None) -> "Sample":
        """From what the load printed and what the processes used meanwhile."""
        requests, seconds = told["requests"], told["seconds"]
        return cls(
            told["completions"] / seconds,
            requests / seconds,
            server_seconds / requests * 1e6,
            None if database_seconds is None else database_seconds / requests * 1e6,
            tuple(told["fetch_ms"]),
            tuple(told["complete_ms"]),
        )


@dataclass(slots=True)
class Series:
    """All rounds of one contender. ``floor`` and ``other`` are the series that its processor time is held against.

    ``other`` is the same server in another version.
    """

    name: str
    floor: "Series | None" = None
    other: "Series | None" = None
    samples: list[Sample] = field(default_factory=list)

    @property
    def server_us(self) -> float:
        """Median processor time of the server per request."""
        return median(sample.server_us for sample in self.samples)

    def row(self) -> list[str]:
        """The medians, as text."""
        samples = self.samples
        database = [sample.database_us for sample in samples if sample.database_us is not None]
        return [
            self.name,
            f"{median(sample.completions_per_second for sample in samples):,.0f}",
            f"{median(sample.requests_per_second for sample in samples):,.0f}",
            f"{self.server_us:.0f}",
            f"{self.server_us / self.floor.server_us:.2f} x" if self.floor else "",
            f"{median(database):.0f}" if database else "",
            _pair([sample.fetch_ms for sample in samples]),
            _pair([sample.complete_ms for sample in samples]),
        ]

    def beside_other(self) -> str:
        """The ratio of processor time to the other version's, of the medians and round by round."""
        if self.other is None:
            return ""
        rounds = [
            (mine.server_us + (mine.database_us or 0)) / (theirs.server_us + (theirs.database_us or 0))
            for mine, theirs in zip(self.samples, self.other.samples, strict=True)
        ]
        of_medians = self.server_us / self.other.server_us
        return (
            f"{self.name} beside {self.other.name}: server's CPU per request {of_medians:.3f} x by medians; "
            f"round by round, with the database's, {median(rounds):.3f} x ({min(rounds):.3f} to {max(rounds):.3f})"
        )


def _pair(values: Sequence[tuple[float, float]]) -> str:
    return f"{median(value[0] for value in values):.1f} / {median(value[1] for value in values):.1f}"


def table(series: Sequence[Series]) -> str:
    """The medians of all contenders, one per line."""
    rows = [list(_HEADINGS), *(each.row() for each in series)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        text.ljust(width) if place == 0 else text.rjust(width)
        for place, (text, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join([first, *others]).rstrip()


def machine() -> str:
    """What it ran on."""
    processors = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in processors if line.startswith("model name")]
    name = models[0] if models else platform.processor()
    return f"{len(models)} x {name}, Linux {platform.release()}"


def versions() -> str:
    """The versions that matter."""
    told = [f"{name} {version(name)}" for name in _PACKAGES]
    return ", ".join([f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}", *told])
